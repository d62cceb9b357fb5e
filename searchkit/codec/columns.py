"""Columns: one value for each document (ids, sources, ...), and positions in each document: where
its sentences, paragraphs and quotations are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from searchkit.arrays import AnyArray, AnyInts, Bools, Ints
from searchkit.codec.container import Container, ContainerWriter, smallest_dtype
from searchkit.codec.dictionary import Dictionary, ReversedDictionary, reversed_order, write_dictionary
from searchkit.codec.ragged import counts_from_starts, ranges, run_starts, starts_from_counts, sum_runs
from searchkit.codec.string_array import StringArray, as_string_array, distinct_in_order, unique_strings
from searchkit.errors import CorruptIndex

LONG_GAP = 255
"""A step of so many positions, at whose end there is none that counts."""
OPTIONAL_NUMBERS = {"date_offset": "<i4"}
"""Columns of numbers, and their types, that a segment does not have if all its numbers are 0."""


def write_value_column(container: ContainerWriter, name: str, values: Sequence[bytes]) -> None:
    """Write one text for each document (b"" for none) as a column.

    Reference implementation: a list of texts.
    """
    seen, which = distinct_in_order([b"", *values])  # none comes first
    ordered, numbers = unique_strings(as_string_array(seen))
    distinct, ordinals = StringArray(ordered.blob, ordered.starts[1:]), numbers[which[1:]]
    write_dictionary(container, name, distinct)
    container.add(f"{name}.backwards", reversed_order(distinct))
    container.add(f"{name}.of", ordinals.astype(smallest_dtype(len(distinct))))


class ValueColumn:
    """A column of texts: each document has one of them, or none."""

    def __init__(self, container: Container, name: str, doc_count: int) -> None:
        self._container = container
        self.dictionary = Dictionary(container, name)
        self.ordinals: AnyArray = container.array(f"{name}.of", count=doc_count)
        """For each document, 1 + the number of its value; 0 for none."""

    @cached_property
    def reversed(self) -> ReversedDictionary:
        """The values, to be looked up by their endings."""
        return ReversedDictionary(self._container, self.dictionary)

    def value(self, doc: int) -> bytes:
        """The value of a document, b"" for none."""
        number = int(self.ordinals[doc])
        if number > len(self.dictionary):
            raise self._inconsistent()
        return self.dictionary[number - 1] if number else b""

    @cached_property
    def _by_value(self) -> tuple[Ints, Ints]:
        if int(self.ordinals.max(initial=0)) > len(self.dictionary):
            raise self._inconsistent()
        order = np.argsort(self.ordinals, kind="stable").astype(np.int64)
        return order, starts_from_counts(np.bincount(self.ordinals.astype(np.int64), minlength=len(self.dictionary) + 1))

    def _inconsistent(self) -> CorruptIndex:
        return self._container.corruption(f"its column {self.dictionary.name} names values that are not there")

    def docs_with(self, number: int) -> Ints:
        """The documents (int64, ascending) with a value.

        Reference implementation: each document whose `value` it is.
        """
        order, starts = self._by_value
        return order[int(starts[number + 1]) : int(starts[number + 2])]

    def docs_with_any(self, numbers: Ints) -> Ints:
        """The documents (int64, ascending) with any of several values.

        Reference implementation: each document whose `value` is one of them.
        """
        order, starts = self._by_value
        return np.sort(order[ranges(starts[numbers + 1], starts[numbers + 2] - starts[numbers + 1])])

    def last_doc_with(self, value: bytes, live: Bools | None = None) -> int:
        """The last document with a value (of the live docs, when they are given), or -1.

        Reference implementation: the last of
        `[d for d in range(doc_count) if self.value(d) == value and live[d]]`.
        """
        number = self.dictionary.find(value)
        if number < 0:
            return -1
        # For a few lookups one pass over the column is cheaper than to sort it.
        found = self.docs_with(number) if "_by_value" in self.__dict__ else np.flatnonzero(self.ordinals == number + 1)
        if live is not None:
            found = found[live[found]]
        return int(found[-1]) if len(found) else -1


def write_positions(container: ContainerWriter, name: str, docs: Ints, positions: Ints, doc_count: int) -> None:
    """Write positions of `doc_count` documents. `docs` are the documents that they are in (both
    ascending)."""
    firsts = run_starts(docs)
    before = np.concatenate([[0], positions[:-1]]) if len(positions) else positions
    before[firsts] = 0
    gaps = positions - before
    longs = gaps // LONG_GAP
    sizes = longs + 1
    encoded = np.full(int(sizes.sum()), LONG_GAP, dtype=np.uint8)
    encoded[np.cumsum(sizes) - 1] = (gaps % LONG_GAP).astype(np.uint8)
    per_doc = np.zeros(doc_count, dtype=np.int64)
    np.add.at(per_doc, docs, sizes)
    starts = starts_from_counts(per_doc)
    container.add(name, encoded)
    container.add(f"{name}.at", starts.astype(smallest_dtype(int(starts[-1]))))


class Positions:
    """Positions of each document in a field: where its sentences or paragraphs begin, without the
    first, which begins at the first word."""

    def __init__(self, container: Container, name: str, doc_count: int) -> None:
        self._container, self._name = container, name
        self._gaps = container.array(name, dtypes=("|u1",))
        self._starts = container.array(f"{name}.at", count=doc_count + 1)
        if int(self._starts[-1]) != len(self._gaps):
            raise self._inconsistent()

    def _inconsistent(self) -> CorruptIndex:
        return self._container.corruption(f"its section {self._name} does not fit")

    def max_counts(self) -> Ints:
        """For each document, an upper bound of the number of its positions."""
        return counts_from_starts(self._starts)

    def in_docs(self, docs: AnyInts) -> tuple[Ints, Ints]:
        """The positions (int64) of several documents, and how many there are of each.

        Reference implementation: add up a document's steps; each step below LONG_GAP leads to a
        position.
        """
        low = self._starts[docs].astype(np.int64)
        counts = self._starts[docs + 1].astype(np.int64) - low
        if (counts < 0).any() or (low + counts > len(self._gaps)).any() or (low < 0).any():
            raise self._inconsistent()
        edges = starts_from_counts(counts)
        if len(docs) > 1 and int(docs[-1]) - int(docs[0]) == len(docs) - 1:  # all between: what is read is one piece
            gaps = self._gaps[int(low[0]) : int(low[0]) + int(edges[-1])]
        else:
            gaps = self._gaps[ranges(low, counts)]
        total = np.cumsum(gaps, dtype=np.int64)
        before = np.concatenate([[0], total])[edges[:-1]]
        positions = total - np.repeat(before, counts)
        begins = gaps < LONG_GAP
        if begins.all():
            return positions, counts
        return positions[begins], sum_runs(begins, edges)


class PositionPairs(Positions):
    """Ranges of positions of each document: the first and the last position of each, in turns."""

    def in_docs(self, docs: AnyInts) -> tuple[Ints, Ints]:
        positions, counts = super().in_docs(docs)
        if (counts & 1).any():
            raise self._inconsistent()
        return positions, counts
