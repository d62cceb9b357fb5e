"""Writes a segment from arrays.

A SegmentWriter takes the stored records one by one, and at the end the columns and the tokens of
each field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import orjson

from searchkit.arrays import AnyArray, Ints, UInt32s
from searchkit.codec.columns import OPTIONAL_NUMBERS, write_positions, write_value_column
from searchkit.codec.container import ContainerWriter, smallest_dtype
from searchkit.codec.dictionary import reversed_order, write_dictionary
from searchkit.codec.inversion import FormTerms, count_tokens, write_postings
from searchkit.codec.postings_writer import PostingsWriter
from searchkit.codec.ragged import run_starts, starts_from_counts
from searchkit.codec.stored_fields_writer import StoredFieldsWriter
from searchkit.codec.string_array import StringArray, as_string_array, sorted_order, unique_strings

SOFT_HYPHEN = "\u00ad".encode()
"""The form of a word that a hyphen divides at a line's end contains it."""
SLICE_TOKENS = 300_000
"""The number of tokens that are sorted at a time. Each takes about 60 bytes, and so does each token
of the slice before."""


@dataclass(slots=True)
class FieldTokens:
    """All tokens of a field, in the order of the documents and of their positions.

    `forms` are distinct texts; `terms[f]` is the term and `folded[f]` the folded text of form f
    (`folded` is None for a field that keeps no surface forms). `tokens` (uint32) are numbers of
    forms, `positions` (uint16 or uint32) those of the tokens. `counts` (int64) is how many tokens
    each document has, `lengths` (int64) how many words: divided words are not counted, because
    their halves are. `sentences` and `paragraphs` (int64, ascending) are the indexes of the tokens
    at which one begins, without the first of each document. `quotations` (int64, ascending) are
    the indexes of the first and of the last token of each quotation, in turns; they are not written
    for a field that keeps no surface forms. Writing a field uses up its tokens.
    """

    name: str
    forms: Sequence[bytes]
    terms: Sequence[bytes]
    folded: Sequence[bytes] | None
    tokens: UInt32s
    counts: Ints
    lengths: Ints
    positions: AnyArray
    sentences: Ints
    paragraphs: Ints
    quotations: Ints


class SegmentWriter:
    """Writes a segment. Use it with `with`: unless it was closed, the file is removed. Raises
    OSError."""

    def __init__(self, path: Path) -> None:
        self.container = ContainerWriter(path)
        self._folder = path.parent
        self.stored_fields = StoredFieldsWriter(self.container)

    def finish(
        self,
        doc_count: int,
        fields: Iterable[FieldTokens],
        values: Mapping[str, Sequence[bytes]],
        numbers: Mapping[str, AnyArray],
    ) -> int:
        """Write the columns and the fields, sync the file to the disk and close it; return its size
        in bytes.

        `values` are columns of texts, `numbers` columns of int64 or uint64 (or as OPTIONAL_NUMBERS
        says). Each has one item for each document.
        """
        self.stored_fields.end()
        for name, column in values.items():
            write_value_column(self.container, name, column)
        written = self.write_numbers(numbers)
        texts: list[str] = []
        words: list[str] = []
        for field in fields:
            self._write_field(field, doc_count)
            (words if field.folded is None else texts).append(field.name)
        return self.close(doc_count, texts, words, list(values), written)

    def write_numbers(self, columns: Mapping[str, AnyArray]) -> list[str]:
        """Write columns of numbers, without optional ones that are all 0; return the names of
        those written."""
        written = [name for name, array in columns.items() if name not in OPTIONAL_NUMBERS or array.any()]
        for name in written:
            self.container.add(name, columns[name])
        return written

    def close(self, doc_count: int, texts: list[str], words: list[str], values: list[str], numbers: list[str]) -> int:
        """Write the summary and close the file; for a merge, which writes the fields itself."""
        summary = {"docs": doc_count, "texts": texts, "words": words, "values": values, "numbers": numbers}
        self.container.add("summary", np.frombuffer(orjson.dumps(summary), dtype=np.uint8))
        return self.container.close()

    def _write_field(self, field: FieldTokens, doc_count: int) -> None:
        counts = count_tokens(field.tokens, len(field.forms))
        used = np.flatnonzero(counts)
        chosen = (counts > 0).tolist()
        terms, term_of = unique_strings(as_string_array([*compress(field.terms, chosen)]))
        first_form = starts_from_counts(np.bincount(term_of, minlength=len(terms)))
        term_of_form = np.zeros(len(field.forms), dtype=np.int64)
        term_of_form[used] = term_of
        write_lengths(self.container, field.name, field.lengths)
        write_dictionary(self.container, field.name, terms)
        codes: Ints | None = None
        if field.folded is None:
            self.container.add(f"{field.name}.backwards", reversed_order(terms))
        else:
            forms = as_string_array([*compress(field.forms, chosen)])
            order, _ = sorted_order(forms)
            order = order[np.argsort(term_of[order], kind="stable")]
            folded = as_string_array([*compress(field.folded, chosen)]).take(order)
            write_forms(self.container, field.name, forms.take(order), folded, first_form)
            codes = np.zeros(len(field.forms), dtype=np.int64)
            codes[used[order]] = np.arange(len(order)) - first_form[term_of[order]]
        forms_of = None if codes is None else np.diff(first_form)
        writer = PostingsWriter(self._folder, field.name, doc_count, forms_of)
        try:
            bounds = starts_from_counts(field.counts)
            kept = {"sentences": field.sentences, "paragraphs": field.paragraphs}
            if field.folded is not None:
                kept["quotations"] = field.quotations
            for name, indexes in kept.items():
                positions = field.positions[indexes].astype(np.int64)
                doc_of = np.repeat(np.arange(doc_count), np.diff(np.searchsorted(indexes, bounds)))
                write_positions(self.container, f"{field.name}.{name}", doc_of, positions, doc_count)
            per_term = np.bincount(term_of, weights=counts[used], minlength=len(terms)).astype(np.int64)
            form_terms = FormTerms(term_of_form, codes, per_term)
            write_postings(writer, field.tokens, field.counts, field.positions, form_terms, SLICE_TOKENS)
            writer.end(self.container)
        finally:
            writer.close()

    def __enter__(self) -> Self:
        self.container.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stored_fields.close()
        self.container.__exit__(kind, error, trace)


def write_lengths(container: ContainerWriter, field: str, lengths: Ints) -> None:
    """Write the number of words that each document has in a field."""
    container.add(f"{field}.lengths", lengths.astype(smallest_dtype(int(lengths.max(initial=0)))))


def find_divided_forms(forms: StringArray) -> UInt32s:
    """The numbers (uint32, ascending) of the surface forms that are forms of divided words.

    Reference implementation:
    `[number for number, form in enumerate(forms) if SOFT_HYPHEN in form]`.
    """
    offsets = np.array([found.start() for found in re.finditer(SOFT_HYPHEN, forms.blob)], dtype=np.int64)
    numbers = np.searchsorted(forms.starts, offsets, side="right") - 1
    return numbers[run_starts(numbers)].astype(np.uint32)


def write_forms(container: ContainerWriter, field: str, forms: StringArray, folded: StringArray, first: Ints) -> None:
    """Write the surface forms of a field and the dictionary of their folded texts.

    The forms are sorted by their terms; term t has forms `first[t]:first[t + 1]`. `folded[f]` is
    the folded text of form f.
    """
    write_dictionary(container, f"{field}.forms", forms)
    container.add(f"{field}.forms.of", first.astype(smallest_dtype(len(forms))))
    container.add(f"{field}.forms.wide", find_divided_forms(forms))
    ordered, number = unique_strings(folded)
    starts = starts_from_counts(np.bincount(number, minlength=len(ordered)))
    write_dictionary(container, f"{field}.folded", ordered)
    container.add(f"{field}.folded.backwards", reversed_order(ordered))
    container.add(f"{field}.folded.of", starts.astype(smallest_dtype(len(forms))))
    members = np.argsort(number, kind="stable")
    container.add(f"{field}.folded.forms", members.astype(smallest_dtype(len(forms))))
