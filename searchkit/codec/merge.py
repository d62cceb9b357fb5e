"""Merges segments: concatenates their arrays and sorts them again; no text is read.

Documents keep the order of the segments; deleted ones are left out. Term ids and codes of surface
forms are translated. Compressed records are copied as they are, together with their dictionary.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from searchkit.arrays import Bools, Ints
from searchkit.codec.columns import Positions, write_positions, write_value_column
from searchkit.codec.dictionary import reversed_order, write_dictionary
from searchkit.codec.postings_writer import PostingsSlice, PostingsWriter
from searchkit.codec.ragged import counts_from_starts, ranges, starts_from_counts
from searchkit.codec.reader import SegmentReader, TextField, WordField
from searchkit.codec.stored_fields_writer import MAX_DICTIONARIES, StoredFieldsWriter
from searchkit.codec.string_array import as_string_array
from searchkit.codec.writer import SLICE_TOKENS, SegmentWriter, write_forms, write_lengths


@dataclass(frozen=True, slots=True)
class MergeInput:
    """A segment to merge, and its live docs (None: all)."""

    segment: SegmentReader
    live: Bools | None = None

    @property
    def kept_docs(self) -> Ints:
        """The documents (int64, ascending) that go into the merged segment."""
        return np.arange(self.segment.doc_count) if self.live is None else np.flatnonzero(self.live)


def merge(path: Path, parts: Sequence[MergeInput]) -> int:
    """Write one segment of all live documents of `parts`; return its size in bytes.

    All parts have the same fields. Reference implementation: index the stored articles again.
    Raises CorruptIndex and OSError; then there is no new file.
    """
    kept = [part.kept_docs for part in parts]
    doc_count = sum(map(len, kept))
    first = parts[0].segment
    with SegmentWriter(path) as writer:
        _copy_records(writer.stored_fields, parts, kept)
        writer.stored_fields.end()
        for name in first.value_names:
            from_all: list[bytes] = []
            for part, chosen in zip(parts, kept, strict=True):
                column = part.segment.value_column(name)
                texts = [b"", *column.dictionary.tolist()]
                from_all += [texts[number] for number in column.ordinals[chosen].tolist()]
            write_value_column(writer.container, name, from_all)
        names = dict.fromkeys(name for part in parts for name in part.segment.number_names)
        numbers = writer.write_numbers(
            {
                name: np.concatenate([p.segment.number_column(name)[c] for p, c in zip(parts, kept, strict=True)])
                for name in names
            }
        )
        for name in first.fields:
            _FieldMerger(name, parts, kept, doc_count).write(writer, path.parent)
        words = [name for name in first.fields if name not in first.text_fields]
        return writer.close(doc_count, list(first.text_fields), words, first.value_names, numbers)


def _copy_records(store: StoredFieldsWriter, parts: Sequence[MergeInput], kept: Sequence[Ints]) -> None:
    recompress = sum(part.segment.stored_fields.dictionary_count for part in parts) > MAX_DICTIONARIES
    for part, chosen in zip(parts, kept, strict=True):
        source = part.segment.stored_fields
        for number, docs in source.group_by_dictionary(chosen):
            if number and not recompress:
                store.add_compressed(source.dictionary(number), map(source.frame, docs.tolist()))
            else:
                for doc in docs.tolist():
                    store.add(source.record(doc))


class _FieldMerger:
    """One field of all parts, and the translation of their numbers to those of the merged
    segment."""

    def __init__(self, name: str, parts: Sequence[MergeInput], kept: Sequence[Ints], doc_count: int) -> None:
        self.name, self.doc_count = name, doc_count
        self.segments = [part.segment for part in parts]
        self.fields: list[WordField] = [part.segment.fields[name] for part in parts]
        self.keeps_forms = isinstance(self.fields[0], TextField)
        self.kept = kept
        bases = starts_from_counts(np.array([len(chosen) for chosen in kept], dtype=np.int64))
        self.new_docs: list[Ints] = []
        """For each part, the numbers of its documents in the merged segment, -1 for deleted
        ones."""
        for part, chosen, base in zip(parts, kept, bases.tolist(), strict=False):
            numbers = np.full(part.segment.doc_count, -1, dtype=np.int64)
            numbers[chosen] = np.arange(base, base + len(chosen))
            self.new_docs.append(numbers)

    def write(self, writer: SegmentWriter, folder: Path) -> None:
        container = writer.container
        texts = [field.terms.tolist() for field in self.fields]
        live = [self._find_live(part) for part in range(len(self.fields))]
        live_terms, live_forms = [terms for terms, _ in live], [forms for _, forms in live]
        terms = sorted({text[term] for text, of_part in zip(texts, live_terms, strict=True) for term in of_part.tolist()})
        number = {text: new_term for new_term, text in enumerate(terms)}
        new_terms = [np.array([number.get(t, -1) for t in text], dtype=np.int64) for text in texts]
        lengths = np.concatenate([f.lengths[c].astype(np.int64) for f, c in zip(self.fields, self.kept, strict=True)])
        write_lengths(container, self.name, lengths)
        write_dictionary(container, self.name, terms)
        new_codes: list[Ints] | None = None
        forms_of: Ints | None = None
        if self.keeps_forms:
            new_codes, forms_of = self._write_forms(writer, len(terms), new_terms, live_forms)
        else:
            container.add(f"{self.name}.backwards", reversed_order(terms))
        self._write_positions(writer, "sentences", [field.sentences for field in self.fields])
        self._write_positions(writer, "paragraphs", [field.paragraphs for field in self.fields])
        known = [field for field in self.fields if isinstance(field, TextField) and field.has_quotations]
        if len(known) == len(self.fields):
            self._write_positions(writer, "quotations", [field.quotations for field in known])
        postings = PostingsWriter(folder, self.name, self.doc_count, forms_of)
        try:
            self._append_postings(postings, len(terms), live_terms, new_terms, new_codes)
            postings.end(container)
        finally:
            postings.close()

    def _find_live(self, part: int) -> tuple[Ints, Bools]:
        """The terms of one part that stand in any kept document, and a mask of its forms that do.

        Reference implementation: look at each kept document's words.
        """
        field, numbers = self.fields[part], self.new_docs[part]
        forms = len(field.forms) if isinstance(field, TextField) else 0
        if len(self.kept[part]) == len(numbers):
            return np.arange(len(field.terms)), np.ones(forms, dtype=bool)
        terms_live, forms_live = np.zeros(len(field.terms), dtype=bool), np.zeros(forms, dtype=bool)
        for begun, end in _term_ranges(field, SLICE_TOKENS):
            ids = np.arange(begun, end)
            docs, tf, counts = field.postings.docs_and_tf(ids)
            keep = numbers[docs] >= 0
            terms_live[np.repeat(ids, counts)[keep]] = True
            if isinstance(field, TextField):
                first = np.repeat(np.repeat(field.first_forms[ids].astype(np.int64), counts), tf)
                forms_live[(first + field.postings.form_codes(ids))[np.repeat(keep, tf)]] = True
        return np.flatnonzero(terms_live), forms_live

    def _write_forms(
        self, writer: SegmentWriter, terms: int, new_terms: list[Ints], live_forms: Sequence[Bools]
    ) -> tuple[list[Ints], Ints]:
        """Write the live forms of all parts.

        Return the new codes of each part's forms, and how many forms each of the `terms` new terms
        has.
        """
        found: dict[tuple[int, bytes], bytes] = {}
        keys: list[list[tuple[int, bytes]]] = []
        for field, translated, live in zip(self.fields, new_terms, live_forms, strict=True):
            assert isinstance(field, TextField)
            term_of_form = np.repeat(translated, counts_from_starts(field.first_forms))
            part_keys = list(zip(term_of_form.tolist(), field.forms.tolist(), strict=True))
            keys.append(part_keys)
            found |= {
                key: text
                for key, text, is_live in zip(part_keys, field.folded_of_forms(), live.tolist(), strict=True)
                if is_live
            }
        ordered = sorted(found)
        counts = np.bincount(np.array([term for term, _ in ordered], dtype=np.int64), minlength=terms)
        first = starts_from_counts(counts)
        forms = as_string_array([form for _, form in ordered])
        folded = as_string_array([found[key] for key in ordered])
        write_forms(writer.container, self.name, forms, folded, first)
        number = {key: form for form, key in enumerate(ordered)}
        codes = []
        for part_keys in keys:
            numbers = np.array([number.get(key, 0) for key in part_keys], dtype=np.int64)
            of_term = np.array([max(0, term) for term, _ in part_keys], dtype=np.int64)
            codes.append(numbers - first[of_term])
        return codes, counts

    def _write_positions(self, writer: SegmentWriter, kind: str, parts: Sequence[Positions]) -> None:
        docs: list[Ints] = []
        positions: list[Ints] = []
        for part, chosen, numbers in zip(parts, self.kept, self.new_docs, strict=True):
            found, counts = part.in_docs(chosen)
            docs.append(np.repeat(numbers[chosen], counts))
            positions.append(found)
        write_positions(
            writer.container, f"{self.name}.{kind}", np.concatenate(docs), np.concatenate(positions), self.doc_count
        )

    def _append_postings(
        self, out: PostingsWriter, terms: int, live_terms: list[Ints], new_terms: list[Ints], new_codes: list[Ints] | None
    ) -> None:
        """Append all postings, in slices of the new terms. One stable sort orders what the parts
        have of a slice."""
        tokens = np.zeros(terms, dtype=np.int64)
        for field, live, translated in zip(self.fields, live_terms, new_terms, strict=True):
            np.add.at(tokens, translated[live], np.diff(field.postings.occurrence_starts.astype(np.int64))[live])
        ordered = [live[np.argsort(t[live], kind="stable")] for live, t in zip(live_terms, new_terms, strict=True)]
        targets = [translated[ids] for translated, ids in zip(new_terms, ordered, strict=True)]
        before = np.cumsum(tokens)
        begun = 0
        while begun < terms:
            done = int(before[begun - 1]) if begun else 0
            end = max(begun + 1, min(terms, int(np.searchsorted(before, done + SLICE_TOKENS, side="right"))))
            pieces = []
            for part, (ids, target) in enumerate(zip(ordered, targets, strict=True)):
                low, high = np.searchsorted(target, [begun, end])
                if high > low:
                    pieces.append(self._translate(part, ids[low:high], target[low:high] - begun, new_codes))
            out.append(_concatenate(end - begun, pieces))
            begun = end

    def _translate(self, part: int, ids: Ints, target: Ints, new_codes: list[Ints] | None) -> list[Ints]:
        """The kept postings of some terms of one part, with their new numbers.

        Term (`target`), document and frequency of each posting; position and code of each
        occurrence.
        """
        field = self.fields[part]
        docs, tf, counts = field.postings.docs_and_tf(ids)
        term = np.repeat(target, counts)
        positions, occurrences = field.postings.positions_of_terms(ids)
        codes = np.zeros(0, dtype=np.int64)
        if new_codes is not None and isinstance(field, TextField):
            first = np.repeat(field.first_forms[ids].astype(np.int64), occurrences)
            codes = new_codes[part][first + field.postings.form_codes(ids)]
        docs = self.new_docs[part][docs]
        if int(tf.sum()) != len(positions):
            raise self.segments[part].corruption(f"frequencies and positions of its field {self.name} do not fit each other")
        if (docs < 0).any():
            keep = docs >= 0
            occurrence = np.repeat(keep, tf)
            term, docs, tf, positions = term[keep], docs[keep], tf[keep], positions[occurrence]
            codes = codes[occurrence] if len(codes) else codes
        return [term, docs, tf, positions, codes]


def _concatenate(terms: int, pieces: list[list[Ints]]) -> PostingsSlice:
    term, doc, tf, positions, codes = (np.concatenate(column) for column in zip(*pieces, strict=True))
    if len(pieces) > 1:
        order = np.argsort(term, kind="stable")
        occurrence = ranges(starts_from_counts(tf)[:-1][order], tf[order])
        term, doc, tf, positions = term[order], doc[order], tf[order], positions[occurrence]
        codes = codes[occurrence] if len(codes) else codes
    return PostingsSlice(terms, term, doc, tf, positions, codes if len(codes) else None)


def _term_ranges(field: WordField, tokens: int) -> list[tuple[int, int]]:
    """Ranges of a field's terms with about so many tokens each."""
    before = field.postings.occurrence_starts.astype(np.int64)
    cuts = [0]
    while cuts[-1] < len(before) - 1:
        end = int(np.searchsorted(before, int(before[cuts[-1]]) + tokens, side="right")) - 1
        cuts.append(max(cuts[-1] + 1, min(end, len(before) - 1)))
    return list(itertools.pairwise(cuts))
