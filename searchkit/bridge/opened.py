"""A segment's file as Whoosh's readers share it, with what was worked out from it: terms of all fields, and lengths."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import numpy as np

from searchkit.arrays import Ints
from searchkit.bridge.fields import TEXT_FIELDS, VALUE_FIELDS
from searchkit.bridge.postings import FieldTerms, NumberTerms, ValueTerms, WordTerms
from searchkit.codec.reader import SegmentReader
from searchkit.errors import CorruptIndex
from searchkit.schema import UNDATED


class OpenSegment:
    """Nothing here ever changes; what is made late is made once, under a lock."""

    def __init__(self, reader: SegmentReader) -> None:
        self.reader, self.docs = reader, reader.doc_count
        self._lock = threading.Lock()
        self._terms: dict[str, FieldTerms] = {}
        makers: dict[str, Callable[[], FieldTerms]] = {
            name: partial(WordTerms, field) for name, field in reader.fields.items()
        }
        makers |= {name: partial(self._values, name) for name in VALUE_FIELDS if f"{name}.value" in reader.value_names}
        makers["date"] = self._dates
        makers["words"] = lambda: NumberTerms(self.word_counts(), np.arange(self.docs, dtype=np.int64), bits=32, step=4)
        self._makers = dict(sorted(makers.items()))

    def corrupt(self, reason: str) -> CorruptIndex:
        return self.reader.corrupt(reason)

    @property
    def fields(self) -> list[str]:
        """The fields that can have terms, sorted."""
        return list(self._makers)

    def terms(self, field: str) -> FieldTerms | None:
        """The terms of a field; None for one that this segment does not know."""
        found = self._terms.get(field)
        if found is None and field in self._makers:
            with self._lock:
                found = self._terms.get(field)
                if found is None:
                    found = self._terms[field] = self._makers[field]()
        return found

    def _values(self, name: str) -> FieldTerms:
        return ValueTerms(self.reader.value_column(f"{name}.value"))

    def _dates(self) -> FieldTerms:
        dates = self.dates()
        dated = np.flatnonzero(dates != UNDATED)
        return NumberTerms(dates[dated], dated, bits=64, step=8)

    def dates(self) -> Ints:
        """Microseconds from the year 1 to what is printed, UNDATED for none."""
        return self.reader.number_column("date").astype(np.int64, copy=False)

    def word_counts(self) -> Ints:
        """Words of title and body together."""
        counts = np.zeros(self.docs, dtype=np.int64)
        for name in TEXT_FIELDS:
            counts += self.reader.fields[name].lengths
        return counts
