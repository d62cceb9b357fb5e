"""The postings of a field: documents, frequencies, positions and surface forms of each term, as
columns.

Documents are stored in pages of 65,536: the low 16 bits of each, and for each term the number of
its postings in each page. So decoding a term is one copy, whatever the term.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from searchkit.arrays import AnyArray, Floats, Ints, UInt8s, UInt16s, UInt32s
from searchkit.codec.container import Container
from searchkit.codec.packing import byte_starts, code_widths, unpack
from searchkit.codec.ragged import counts_from_starts, ranges

PAGE_BITS = 16
PAGE = 1 << PAGE_BITS
"""Documents of a page."""
LARGE_TF = 255
"""Frequencies from this one on are stored apart, in `FIELD.tf.large`."""
LARGE_POSITION = 65_536
"""The high bits of positions from this one on are stored apart, in `FIELD.positions.large`."""


def page_count(doc_count: int) -> int:
    """The pages of a segment with so many documents, at least one."""
    return max(1, (doc_count + PAGE - 1) >> PAGE_BITS)


class Postings:
    """The postings of one field of a segment, for reading. Term ids are those of the field's
    dictionary.

    All methods raise CorruptIndex for postings that do not fit each other. Their reference implementation is the
    dictionary of lists that `write_postings` names.
    """

    def __init__(self, container: Container, field: str, terms: int, doc_count: int, forms: AnyArray | None) -> None:
        """`forms` (terms + 1 items) says where each term's surface forms begin; None: the field
        keeps none."""
        self.terms, self.doc_count = terms, doc_count
        self.field, self._container, self._forms = field, container, forms
        self._pages = page_count(doc_count)
        self.postings = container.array(f"{field}.postings", count=terms * self._pages + 1)
        self._low = container.array(f"{field}.docs", dtypes=("<u2",))
        self._tf = container.array(f"{field}.tf", dtypes=("|u1",), count=len(self._low))
        self.occurrences = container.array(f"{field}.occurrences", count=terms + 1)
        self._positions = container.array(f"{field}.positions", dtypes=("<u2",))
        if int(self.postings[-1]) != len(self._low) or int(self.occurrences[-1]) != len(self._positions):
            raise container.corrupt(f"the postings of its field {field} do not fit each other")
        self._tf_at, self._tf_large = self._exceptions("tf")
        self._large_positions_at, self._large_positions = self._exceptions("positions")

    def _exceptions(self, name: str) -> tuple[AnyArray, AnyArray]:
        at = self._container.array(f"{self.field}.{name}.large.at", dtypes=("<u8",))
        return at, self._container.array(f"{self.field}.{name}.large", dtypes=("<u4",), count=len(at))

    def postings_range(self, term_id: int) -> tuple[int, int]:
        """The indexes of a term's first posting, and of the one behind its last."""
        first, last = int(self.postings[term_id * self._pages]), int(self.postings[(term_id + 1) * self._pages])
        if not first <= last <= len(self._low):
            raise self._out_of_bounds()
        return first, last

    def doc_freq(self, term_id: int) -> int:
        """The number of documents that have the term, deleted ones included."""
        first, last = self.postings_range(term_id)
        return last - first

    def _out_of_bounds(self) -> Exception:
        return self._container.corrupt(f"the postings of its field {self.field} lie outside the file")

    def docs(self, term_id: int) -> Ints:
        """The documents (int64, ascending) that have a term."""
        first, last = self.postings_range(term_id)
        docs = self._low[first:last].astype(np.int64)
        if self._pages > 1:
            row = self.postings[term_id * self._pages : (term_id + 1) * self._pages + 1].astype(np.int64) - first
            for page in range(1, self._pages):
                docs[int(row[page]) : int(row[page + 1])] += page << PAGE_BITS
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
        start, end = int(self.occurrences[term_id]), int(self.occurrences[term_id + 1])
        if not start <= end <= len(self._positions) or end - start != (int(ends[-1]) if len(ends) else 0):
            raise self._out_of_bounds()
        if chosen is None:
            return self._read_positions(start, end), tf.astype(np.int64)
        counts = tf[chosen].astype(np.int64)
        return self._gather(ranges(start + ends[chosen] - counts, counts)), counts

    def positions(self, term_id: int) -> UInt16s | UInt32s:
        """The positions of a term in all documents, one after the other: uint16, without a copy;
        uint32 where one of them needs it."""
        start, end = int(self.occurrences[term_id]), int(self.occurrences[term_id + 1])
        tf = self.tf_bytes(term_id)
        sum_of_tf = int((self.tf(term_id) if tf is None else tf).sum(dtype=np.int64))
        if not start <= end <= len(self._positions) or end - start != sum_of_tf:
            raise self._out_of_bounds()
        if len(self._large_positions_at):
            low, high = np.searchsorted(self._large_positions_at, [start, end])
            if high > low:
                return self._read_positions(start, end).astype(np.uint32)
        near: UInt16s = self._positions[start:end]
        return near

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
            far = np.flatnonzero(self._large_positions_at[found] == occurrences)
            positions[far] += self._large_positions[found[far]].astype(np.int64) << 16
        return positions

    # Several terms at once.

    def docs_and_tf(self, term_ids: Ints) -> tuple[Ints, Ints, Ints]:
        """The postings of several terms, one term after the other (int64): documents, frequencies,
        and how many postings each term has."""
        rows = term_ids[:, None] * self._pages + np.arange(self._pages + 1, dtype=np.int64)
        starts = self.postings[rows].astype(np.int64)
        counts = np.diff(starts, axis=1)
        if (starts < 0).any() or (counts < 0).any() or (starts[:, -1] > len(self._low)).any():
            raise self._out_of_bounds()
        flat = ranges(starts[:, 0], counts.sum(axis=1))
        docs = self._low[flat].astype(np.int64)
        if self._pages > 1:
            docs += np.repeat(
                np.tile(np.arange(self._pages, dtype=np.int64) << PAGE_BITS, len(term_ids)), counts.reshape(-1)
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
        starts = self.occurrences[term_ids].astype(np.int64)
        counts = self.occurrences[term_ids + 1].astype(np.int64) - starts
        if (starts < 0).any() or (counts < 0).any() or (starts + counts > len(self._positions)).any():
            raise self._out_of_bounds()
        return starts, counts

    @cached_property
    def widths(self) -> Ints:
        """The bits of each term's codes (see `packing`)."""
        forms = np.ones(self.terms + 1, dtype=np.int64).cumsum() if self._forms is None else self._forms.astype(np.int64)
        return code_widths(np.diff(forms))

    @cached_property
    def _codes(self) -> AnyArray:
        return self._container.array(f"{self.field}.codes", dtypes=("|u1",))

    @cached_property
    def _codes_at(self) -> Ints:
        at = byte_starts(counts_from_starts(self.occurrences), self.widths)
        if int(at[-1]) != len(self._codes):
            raise self._container.corrupt(f"the surface forms of its field {self.field} do not fit its positions")
        return at

    def form_codes(self, term_ids: Ints) -> Ints:
        """Which of its term's forms (from 0) stands at each occurrence of several terms, one term
        after the other."""
        return unpack(self._codes, self._codes_at[term_ids], self._occurrence_ranges(term_ids)[1], self.widths[term_ids])
