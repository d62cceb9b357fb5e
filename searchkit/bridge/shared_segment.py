"""A segment's file as Whoosh's readers share it, with the terms of its fields."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import numpy as np

from searchkit.arrays import AnyArray, Ints
from searchkit.bridge.field_terms import FieldTerms, NumberTerms, ValueTerms, WordTerms
from searchkit.bridge.fields import TEXT_FIELDS, VALUE_FIELDS
from searchkit.codec.reader import SegmentReader
from searchkit.errors import CorruptIndex
from searchkit.schema import UNDATED


class SharedSegment:
    """An open segment. Terms are made when first asked for. Safe for many threads."""

    def __init__(self, reader: SegmentReader) -> None:
        self.reader, self.doc_count = reader, reader.doc_count
        self._lock = threading.Lock()
        self._terms: dict[str, FieldTerms] = {}
        term_makers: dict[str, Callable[[], FieldTerms]] = {
            name: partial(WordTerms, field) for name, field in reader.fields.items()
        }
        term_makers |= {
            name: partial(self._value_terms, name) for name in VALUE_FIELDS if f"{name}.value" in reader.value_names
        }
        term_makers["date"] = self._date_terms
        term_makers["words"] = self._word_count_terms
        self._term_makers = dict(sorted(term_makers.items()))

    def corruption(self, reason: str) -> CorruptIndex:
        return self.reader.corruption(reason)

    @property
    def field_names(self) -> list[str]:
        """The names of the fields that can have terms, sorted."""
        return list(self._term_makers)

    def terms(self, field: str) -> FieldTerms | None:
        """The terms of a field; None where the segment has no such field."""
        found = self._terms.get(field)
        if found is None and field in self._term_makers:
            with self._lock:
                found = self._terms.get(field)
                if found is None:
                    found = self._terms[field] = self._term_makers[field]()
        return found

    def docs_with(self, field: str, term: bytes) -> Ints:
        """The documents (int64, ascending) with a term, deleted ones included."""
        terms = self.terms(field)
        term_id = -1 if terms is None else terms.find(term)
        return np.zeros(0, dtype=np.int64) if terms is None or term_id < 0 else terms.docs(term_id)

    def lengths(self, field: str) -> AnyArray | None:
        """How many words each document has in a field; None where no lengths are kept."""
        found = self.reader.fields.get(field)
        return None if found is None else found.lengths

    def _value_terms(self, name: str) -> FieldTerms:
        return ValueTerms(self.reader.value_column(f"{name}.value"))

    def _word_count_terms(self) -> FieldTerms:
        return NumberTerms(self.word_counts(), np.arange(self.doc_count, dtype=np.int64), bits=32, step=4)

    def _date_terms(self) -> FieldTerms:
        dates = self.dates()
        dated = np.flatnonzero(dates != UNDATED)
        return NumberTerms(dates[dated], dated, bits=64, step=8)

    def dates(self) -> Ints:
        """The printed date of each document: int64, microseconds since the year 1, or UNDATED."""
        return self.reader.number_column("date").astype(np.int64, copy=False)

    def word_counts(self) -> Ints:
        """How many words the title and the body of each document have together (int64)."""
        counts = np.zeros(self.doc_count, dtype=np.int64)
        for name in TEXT_FIELDS:
            counts += self.reader.fields[name].lengths
        return counts
