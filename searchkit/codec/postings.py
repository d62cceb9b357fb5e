"""The postings of a field: documents, frequencies, positions and surface forms of each term, as
columns.

Documents are numbered in blocks of 65,536. Stored are the low 16 bits of each document, and where
the postings of each term in each block begin. So decoding a term is one copy, and one addition for
each further block.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from searchkit.arrays import AnyArray, Floats, Ints, UInt8s, UInt16s, UInt32s
from searchkit.codec.container import Container
from searchkit.codec.packing import byte_starts, code_widths, unpack
from searchkit.codec.ragged import counts_from_starts, ranges

BLOCK_BITS = 16
DOCS_PER_BLOCK = 1 << BLOCK_BITS
"""The documents of a block."""
LARGE_TF = 255
"""Frequencies of at least this are stored in `FIELD.tf.large`."""
LARGE_POSITION = 65_536
"""The high bits of positions of at least this are stored in `FIELD.positions.large`."""


def block_count(doc_count: int) -> int:
    """The blocks of a segment with so many documents, at least one."""
    return max(1, (doc_count + DOCS_PER_BLOCK - 1) >> BLOCK_BITS)


class Postings:
    """The postings of one field of a segment, for reading. Term ids are those of the field's
    dictionary.

    All methods raise CorruptIndex for postings that do not fit each other. Their reference
    implementation is the dictionary of lists that `write_postings` names.
    """

    def __init__(
        self, container: Container, field: str, term_count: int, doc_count: int, form_starts: AnyArray | None
    ) -> None:
        """`form_starts` (term_count + 1 items) says where each term's surface forms begin; None for
        a field that keeps none."""
        self._term_count, self.doc_count = term_count, doc_count
        self.field, self._container, self._form_starts = field, container, form_starts
        self._blocks = block_count(doc_count)
        self.posting_starts = container.array(f"{field}.postings", count=term_count * self._blocks + 1)
        self._low = container.array(f"{field}.docs", dtypes=("<u2",))
        self._tf = container.array(f"{field}.tf", dtypes=("|u1",), count=len(self._low))
        self.occurrence_starts = container.array(f"{field}.occurrences", count=term_count + 1)
        self._positions = container.array(f"{field}.positions", dtypes=("<u2",))
        if int(self.posting_starts[-1]) != len(self._low) or int(self.occurrence_starts[-1]) != len(self._positions):
            raise container.corruption(f"the postings of its field {field} do not fit each other")
        self._tf_at, self._tf_large = self._read_large_values("tf")
        self._large_positions_at, self._large_positions = self._read_large_values("positions")

    def _read_large_values(self, name: str) -> tuple[AnyArray, AnyArray]:
        at = self._container.array(f"{self.field}.{name}.large.at", dtypes=("<u8",))
        return at, self._container.array(f"{self.field}.{name}.large", dtypes=("<u4",), count=len(at))

    def postings_range(self, term_id: int) -> tuple[int, int]:
        """The indexes of a term's first posting, and of the one after its last."""
        starts = self.posting_starts
        first, last = int(starts[term_id * self._blocks]), int(starts[(term_id + 1) * self._blocks])
        if not first <= last <= len(self._low):
            raise self._out_of_bounds()
        return first, last

    def doc_freq(self, term_id: int) -> int:
        """The number of documents that have the term, deleted ones included."""
        first, last = self.postings_range(term_id)
        return last - first

    def doc_freqs(self, term_ids: Ints) -> Ints:
        """The number of documents (int64) that have each of several terms. Reference
        implementation: `doc_freq` of each."""
        starts = self.posting_starts
        first, last = (
            starts[term_ids * self._blocks].astype(np.int64),
            starts[(term_ids + 1) * self._blocks].astype(np.int64),
        )
        if (first > last).any() or (last > len(self._low)).any():
            raise self._out_of_bounds()
        return last - first

    def _out_of_bounds(self) -> Exception:
        return self._container.corruption(f"the postings of its field {self.field} lie outside the file")

    def docs(self, term_id: int) -> Ints:
        """The documents (int64, ascending) that have a term."""
        first, last = self.postings_range(term_id)
        docs = self._low[first:last].astype(np.int64)
        if self._blocks > 1:
            row = self.posting_starts[term_id * self._blocks : (term_id + 1) * self._blocks + 1].astype(np.int64) - first
            for block in range(1, self._blocks):
                docs[int(row[block]) : int(row[block + 1])] += block << BLOCK_BITS
        return docs

    def tf(self, term_id: int) -> Floats:
        """The frequency of a term in each of its documents (float64)."""
        first, last = self.postings_range(term_id)
        tf = self._tf[first:last].astype(np.float64)
        self._restore_large_tf(tf, first, last)
        return tf

    def tf_bytes(self, term_id: int) -> UInt8s | None:
        """The same as uint8, without a copy, or None when one of them is too large for that."""
        first, last = self.postings_range(term_id)
        if len(self._tf_at):
            low, high = np.searchsorted(self._tf_at, [first, last])
            if high > low:
                return None
        tf: UInt8s = self._tf[first:last]
        return tf

    def _restore_large_tf(self, tf: AnyArray, first: int, last: int) -> None:
        if len(self._tf_at):
            low, high = np.searchsorted(self._tf_at, [first, last])
            tf[self._tf_at[low:high].astype(np.int64) - first] = self._tf_large[low:high]

    def positions_by_doc(self, term_id: int, chosen: Ints | None = None) -> tuple[Ints, Ints]:
        """The positions (int64) of a term, document by document, and how many there are in each
        document.

        `chosen` are indexes among the term's postings; None: all of them.
        """
        small = self.tf_bytes(term_id)
        tf = self.tf(term_id).astype(np.int64) if small is None else small
        ends = np.cumsum(tf, dtype=np.int64)
        start, end = int(self.occurrence_starts[term_id]), int(self.occurrence_starts[term_id + 1])
        if not start <= end <= len(self._positions) or end - start != (int(ends[-1]) if len(ends) else 0):
            raise self._out_of_bounds()
        if chosen is None:
            return self._read_positions(start, end), tf.astype(np.int64)
        counts = tf[chosen].astype(np.int64)
        return self._gather(ranges(start + ends[chosen] - counts, counts)), counts

    def positions(self, term_id: int) -> UInt16s | UInt32s:
        """The positions of a term in all documents, one after the other: uint16, without a copy;
        uint32 where one of them needs it."""
        start, end = int(self.occurrence_starts[term_id]), int(self.occurrence_starts[term_id + 1])
        tf = self.tf_bytes(term_id)
        sum_of_tf = int((self.tf(term_id) if tf is None else tf).sum(dtype=np.int64))
        if not start <= end <= len(self._positions) or end - start != sum_of_tf:
            raise self._out_of_bounds()
        if len(self._large_positions_at):
            low, high = np.searchsorted(self._large_positions_at, [start, end])
            if high > low:
                return self._read_positions(start, end).astype(np.uint32)
        small: UInt16s = self._positions[start:end]
        return small

    def _read_positions(self, start: int, end: int) -> Ints:
        positions = self._positions[start:end].astype(np.int64)
        if len(self._large_positions_at):
            low, high = np.searchsorted(self._large_positions_at, [start, end])
            positions[self._large_positions_at[low:high].astype(np.int64) - start] += (
                self._large_positions[low:high].astype(np.int64) << 16
            )
        return positions

    def _gather(self, occurrences: Ints) -> Ints:
        positions = self._positions[occurrences].astype(np.int64)
        if len(self._large_positions_at):
            found = np.minimum(np.searchsorted(self._large_positions_at, occurrences), len(self._large_positions_at) - 1)
            large = np.flatnonzero(self._large_positions_at[found] == occurrences)
            positions[large] += self._large_positions[found[large]].astype(np.int64) << 16
        return positions

    # Several terms at once.

    def docs_and_tf(self, term_ids: Ints) -> tuple[Ints, Ints, Ints]:
        """The postings of several terms, one term after the other (int64): documents, frequencies,
        and how many postings each term has."""
        rows = term_ids[:, None] * self._blocks + np.arange(self._blocks + 1, dtype=np.int64)
        starts = self.posting_starts[rows].astype(np.int64)
        counts = np.diff(starts, axis=1)
        if (starts < 0).any() or (counts < 0).any() or (starts[:, -1] > len(self._low)).any():
            raise self._out_of_bounds()
        flat = ranges(starts[:, 0], counts.sum(axis=1))
        docs = self._low[flat].astype(np.int64)
        if self._blocks > 1:
            docs += np.repeat(
                np.tile(np.arange(self._blocks, dtype=np.int64) << BLOCK_BITS, len(term_ids)), counts.reshape(-1)
            )
        tf = self._tf[flat].astype(np.int64)
        if len(self._tf_at):
            found = np.minimum(np.searchsorted(self._tf_at, flat), len(self._tf_at) - 1)
            large = np.flatnonzero(self._tf_at[found] == flat)
            tf[large] = self._tf_large[found[large]]
        return docs, tf, counts.sum(axis=1)

    def positions_of_terms(self, term_ids: Ints) -> tuple[Ints, Ints]:
        """The positions (int64) of several terms, one term after the other, and how many each term
        has."""
        starts, counts = self._occurrence_ranges(term_ids)
        return self._gather(ranges(starts, counts)), counts

    def _occurrence_ranges(self, term_ids: Ints) -> tuple[Ints, Ints]:
        """The index of the first occurrence of each of several terms, and how many occurrences each
        has."""
        starts = self.occurrence_starts[term_ids].astype(np.int64)
        counts = self.occurrence_starts[term_ids + 1].astype(np.int64) - starts
        if (starts < 0).any() or (counts < 0).any() or (starts + counts > len(self._positions)).any():
            raise self._out_of_bounds()
        return starts, counts

    @cached_property
    def widths(self) -> Ints:
        """The bits of each term's codes (see `packing`)."""
        if self._form_starts is None:
            return code_widths(np.ones(self._term_count, dtype=np.int64))
        starts: Ints = self._form_starts.astype(np.int64)
        return code_widths(np.diff(starts))

    @cached_property
    def _codes(self) -> AnyArray:
        return self._container.array(f"{self.field}.codes", dtypes=("|u1",))

    @cached_property
    def _code_starts(self) -> Ints:
        at = byte_starts(counts_from_starts(self.occurrence_starts), self.widths)
        if int(at[-1]) != len(self._codes):
            raise self._container.corruption(f"the surface forms of its field {self.field} do not fit its positions")
        return at

    def form_codes(self, term_ids: Ints) -> Ints:
        """The number, among its term's forms (from 0), of the form at each occurrence of several
        terms, one term after the other."""
        return unpack(self._codes, self._code_starts[term_ids], self._occurrence_ranges(term_ids)[1], self.widths[term_ids])
