"""Reads a segment: its fields, columns and stored articles. Nothing is read before it is asked for.

Safe for many threads: at worst, two of them compute the same cached property.
"""

from __future__ import annotations

import shlex
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
import orjson

from searchkit.arrays import AnyArray, Bools, Ints
from searchkit.codec.columns import OPTIONAL_NUMBERS, PositionPairs, Positions, ValueColumn
from searchkit.codec.container import Container
from searchkit.codec.dictionary import Dictionary, ReversedDictionary
from searchkit.codec.postings import Postings
from searchkit.codec.ragged import counts_from_starts, ranges, run_starts
from searchkit.codec.stored_fields import StoredFields
from searchkit.errors import CorruptIndex, IndexMismatch

MAX_DOCS = 2**31
"""A segment has fewer documents than this."""


class WordField:
    """A field of terms with postings and lengths."""

    def __init__(self, container: Container, name: str, doc_count: int) -> None:
        self._container, self.name, self._doc_count = container, name, doc_count

    @cached_property
    def terms(self) -> Dictionary:
        """The terms, sorted."""
        return Dictionary(self._container, self.name)

    @cached_property
    def lengths(self) -> AnyArray:
        """The number of words of each document in this field."""
        return self._container.array(f"{self.name}.lengths", count=self._doc_count)

    @cached_property
    def postings(self) -> Postings:
        return Postings(self._container, self.name, len(self.terms), self._doc_count, None)

    @cached_property
    def sentences(self) -> Positions:
        """The positions where sentences begin."""
        return Positions(self._container, f"{self.name}.sentences", self._doc_count)

    @cached_property
    def paragraphs(self) -> Positions:
        """The positions where paragraphs begin."""
        return Positions(self._container, f"{self.name}.paragraphs", self._doc_count)

    @property
    def folded(self) -> Dictionary:
        """The folded texts of the field, which are matched with wildcards and other patterns."""
        return self.terms

    @cached_property
    def reversed(self) -> ReversedDictionary:
        """The folded texts, to be looked up by their endings."""
        return ReversedDictionary(self._container, self.folded)


class TextField(WordField):
    """A field that also keeps the surface form of each occurrence of a term."""

    @cached_property
    def forms(self) -> Dictionary:
        """All surface forms, in the order of their terms."""
        return Dictionary(self._container, f"{self.name}.forms")

    @cached_property
    def first_forms(self) -> AnyArray:
        """The first form of each term (terms + 1 items); the forms of a term are consecutive."""
        first = self._container.array(f"{self.name}.forms.of", count=len(self.terms) + 1)
        if int(first[-1]) != len(self.forms):
            raise self._container.corruption(f"the surface forms of its field {self.name} do not fit its terms")
        return first

    @cached_property
    def postings(self) -> Postings:
        return Postings(self._container, self.name, len(self.terms), self._doc_count, self.first_forms)

    @property
    def has_quotations(self) -> bool:
        """Whether the segment says where quotations are; those that earlier versions wrote do
        not."""
        return f"{self.name}.quotations" in self._container.sections

    @cached_property
    def quotations(self) -> PositionPairs:
        """The positions of the first and the last word of each quotation. Raises IndexMismatch
        unless `has_quotations`."""
        if not self.has_quotations:
            folder = self._container.path.parent
            raise IndexMismatch(
                f"{folder} was made by a version that did not keep where quotations are, which quote: needs; rebuild the"
                f" index with: searchkit index --rebuild -i {shlex.quote(str(folder))}"
            )
        return PositionPairs(self._container, f"{self.name}.quotations", self._doc_count)

    @cached_property
    def folded(self) -> Dictionary:
        return Dictionary(self._container, f"{self.name}.folded")

    @cached_property
    def _members(self) -> tuple[AnyArray, AnyArray]:
        """Where the forms of each folded text begin among the members, and the members: numbers of
        forms."""
        starts = self._container.array(f"{self.name}.folded.of", count=len(self.folded) + 1)
        return starts, self._container.array(f"{self.name}.folded.forms", count=len(self.forms))

    def forms_of_folded(self, numbers: Ints) -> Ints:
        """The surface forms (int64, ascending) of several folded texts. Reference implementation:
        fold each form."""
        forms, _ = self._forms_by_folded(numbers)
        return np.sort(forms)

    def terms_of_folded(self, numbers: Ints) -> tuple[Ints, Ints]:
        """The terms (int64) of the surface forms of several folded texts, one text after the other,
        and the number of forms of each text.

        Reference implementation: `terms_of_forms` of the `forms_of_folded` of each.
        """
        forms, counts = self._forms_by_folded(numbers)
        return self.terms_of_forms(forms), counts

    def _forms_by_folded(self, numbers: Ints) -> tuple[Ints, Ints]:
        """The surface forms (int64) of several folded texts, one text after the other, and the
        number of forms of each text."""
        starts, members = self._members
        low = starts[numbers].astype(np.int64)
        counts = starts[numbers + 1].astype(np.int64) - low
        if (low < 0).any() or (counts < 0).any() or (low + counts > len(members)).any():
            raise self._container.corruption(f"the folded forms of its field {self.name} do not fit each other")
        found = members[ranges(low, counts)].astype(np.int64)
        if len(found) and int(found.max()) >= len(self.forms):
            raise self._container.corruption(f"the folded forms of its field {self.name} do not fit its surface forms")
        return found, counts

    def folded_of_forms(self) -> list[bytes]:
        """The folded text of each surface form."""
        starts, members = self._members
        texts = self.folded.tolist()
        folded = [b""] * len(self.forms)
        counts = np.subtract(starts[1:], starts[:-1], dtype=np.int64)
        if (counts < 0).any() or int(starts[0]) != 0 or int(starts[-1]) != len(members):
            raise self._container.corruption(f"the folded forms of its field {self.name} do not fit each other")
        for text, form in zip(np.repeat(np.arange(len(texts)), counts).tolist(), members.tolist(), strict=True):
            folded[form] = texts[text]
        return folded

    @cached_property
    def divided_form_mask(self) -> Bools | None:
        """A mask of the surface forms that are forms of divided words; None if no form is."""
        name = f"{self.name}.forms.wide"
        if name not in self._container.sections:
            return None  # a segment of an older version
        numbers = self._container.array(name, dtypes=("<u4",))
        if not len(numbers):
            return None
        if int(numbers.max()) >= len(self.forms):
            raise self._container.corruption(
                f"the forms of divided words of its field {self.name} do not fit its surface forms"
            )
        mask = np.zeros(len(self.forms), dtype=bool)
        mask[numbers] = True
        return mask

    @cached_property
    def divided_terms(self) -> Ints:
        """The terms (int64, ascending) that have a form of a divided word."""
        if self.divided_form_mask is None:
            return np.zeros(0, dtype=np.int64)
        terms = self.terms_of_forms(np.flatnonzero(self.divided_form_mask))
        return terms[run_starts(terms)]

    def form_occurrences(self, term_ids: Ints) -> Ints:
        """The surface form (number) at each occurrence of several terms, one term after the
        other."""
        counts = counts_from_starts(self.postings.occurrence_starts)[term_ids]
        return np.repeat(self.first_forms[term_ids].astype(np.int64), counts) + self.postings.form_codes(term_ids)

    def terms_of_forms(self, forms: Ints) -> Ints:
        """The term of each of several surface forms. Reference implementation: find the run of
        forms that each is in."""
        return np.searchsorted(self.first_forms, forms, side="right").astype(np.int64) - 1


class SegmentReader:
    """An opened segment. Raises CorruptIndex, IndexMismatch, OSError."""

    def __init__(self, path: Path, name: str = "") -> None:
        self._read(Container(path, name))

    @classmethod
    def from_file(cls, file: BinaryIO, name: str) -> Self:
        """The segment in an open file, which may be closed afterwards."""
        made = cls.__new__(cls)
        made._read(Container.from_file(file, name))
        return made

    def _read(self, container: Container) -> None:
        self.container = container
        try:
            summary: dict[str, Any] = orjson.loads(container.read_bytes("summary"))
            self.doc_count = int(summary["docs"])
            texts, words, values, numbers = (
                [str(name) for name in summary[kind]] for kind in ("texts", "words", "values", "numbers")
            )
        except (ValueError, KeyError, TypeError) as error:
            raise container.corruption(f"its summary cannot be read ({error})") from error
        if not 0 <= self.doc_count < MAX_DOCS:
            raise container.corruption(f"it says that it holds {self.doc_count:,} articles")
        self.text_fields = {name: TextField(container, name, self.doc_count) for name in texts}
        self.fields: dict[str, WordField] = {
            name: WordField(container, name, self.doc_count) for name in words
        } | self.text_fields
        self.value_names, self.number_names = values, numbers
        self._values: dict[str, ValueColumn] = {}

    def corruption(self, reason: str) -> CorruptIndex:
        """The error that says that this segment is damaged, and why."""
        return self.container.corruption(reason)

    def value_column(self, name: str) -> ValueColumn:
        """A column of texts."""
        column = self._values.get(name)
        if column is None:
            column = self._values[name] = ValueColumn(self.container, name, self.doc_count)
        return column

    def number_column(self, name: str) -> AnyArray:
        """A column of numbers."""
        dtype = OPTIONAL_NUMBERS.get(name)
        if dtype is not None and name not in self.number_names:
            return np.zeros(self.doc_count, dtype=dtype)
        return self.container.array(name, dtypes=("<i8", "<u8") if dtype is None else (dtype,), count=self.doc_count)

    @cached_property
    def stored_fields(self) -> StoredFields:
        return StoredFields(self.container, self.doc_count)
