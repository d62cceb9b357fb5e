"""Postings, positions and impacts of one word of a query, over all segments of a snapshot.

`word_lookup` makes them, and keeps them in the cache of the snapshot for later queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from searchkit.arrays import AnyArray, AnyInts, AnyUInts, Float32s, Floats, Ints
from searchkit.codec.ragged import ranges
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.position_keys import PositionKeys
from searchkit.query.snapshot import SMALL_SNAPSHOT

LOOKUP_RATIO = 24
"""If fewer than 1/LOOKUP_RATIO of a word's documents are asked for, each is looked up; else a
column over all documents of the snapshot is made, and indexed."""
DOC_LIST_RATIO = 8
"""A word that fewer than 1/DOC_LIST_RATIO of all documents have keeps their numbers as an array.
Other words keep only a bitset."""
BITSET_RATIO = 64
"""A word that at least 1/BITSET_RATIO of all documents have keeps a bitset. That of a rarer word is
made each time it is asked for."""
IMPACT_COLUMN_RATIO = 4
"""The impacts of a word that more than 1/IMPACT_COLUMN_RATIO of all documents have are a column
over all documents. Without it, queries over 500,000 articles take 1.1 times as long."""
MAX_IMPACT = 255
"""The greatest impact: impacts are uint8."""
DOCS_PER_BLOCK = 1 << 15
"""Position keys are computed for so many documents at a time, so that a block of them stays in the
processor's cache."""
BOUND_ERROR = 1e-5
"""A generous bound of the relative error of a float32 sum of a few scores. Each addition loses at
most one of 24 bits."""

_NONE = np.zeros(0, dtype=np.int64)


class WordPostings:
    """The documents of a word in one field: live documents of all segments.

    `tf` has the word's frequency in each (uint8 if that is large enough, else uint32), `idf` is its
    inverse document frequency.
    """

    def __init__(self, docs: Ints, tf: AnyUInts, idf: float, size: int) -> None:
        """`docs` (global, ascending) are documents of a snapshot of `size`."""
        self.tf, self.idf, self._size = tf, idf, size
        self._rare = docs.astype(np.int32) if len(docs) * DOC_LIST_RATIO < size else None
        self._bits = bitsets.from_docs(docs, size) if len(docs) * BITSET_RATIO >= size or size <= SMALL_SNAPSHOT else None
        self._counts_before = bitsets.counts_before(self.bits) if self._rare is None else None
        self._column: AnyUInts | None = None
        if size <= SMALL_SNAPSHOT:
            self._column = np.zeros(size, dtype=tf.dtype)
            self._column[docs] = tf
        kept = (tf, self._bits, self._rare, self._counts_before, self._column)
        self.nbytes = sum(array.nbytes for array in kept if array is not None)

    def __len__(self) -> int:
        return len(self.tf)

    @property
    def bits(self) -> Bitset:
        """The documents, as a set."""
        return bitsets.from_docs(self.docs, self._size) if self._bits is None else self._bits

    @property
    def docs(self) -> AnyInts:
        """The documents, ascending."""
        return self._rare if self._rare is not None else bitsets.to_docs(self.bits, self._size, len(self.tf))

    def ranks(self, docs: Ints) -> Ints:
        """The index of each of some documents among those of the word; for documents without it,
        any index up to `len(self)`."""
        if self._counts_before is None or self._rare is not None:
            return np.searchsorted(self._rare, docs.astype(np.int32))  # type: ignore[arg-type]
        return bitsets.ranks(self.bits, self._counts_before, docs)

    def values_at(self, column: AnyArray, docs: Ints) -> AnyArray:
        """The items of a column (one for each document of the word) at any documents (ascending), 0
        at those without the word.

        Reference implementation: `dict(zip(self.docs, column)).get(doc, 0)`.
        """
        if len(docs) * LOOKUP_RATIO > len(column):
            over_all_docs = np.zeros(self._size, dtype=column.dtype)
            over_all_docs[self.docs] = column
            return over_all_docs[docs]
        indexes = np.minimum(self.ranks(docs), len(column) - 1)
        return column[indexes] * bitsets.contains(self.bits, docs)

    def tf_at(self, docs: Ints) -> Floats:
        """The frequency of the word in any documents (ascending), 0 in those without it."""
        return (self.values_at(self.tf, docs) if self._column is None else self._column.take(docs)).astype(np.float64)


class Impacts:
    """Upper bounds of the scores of a word in one field, for weight 1, in multiples of `unit`.

    An impact is a whole number from 0 (the document does not have the word) to 255. The score is
    greater than `(impact - 1) * unit`, and at most `impact * unit`. Anh and Moffat, "Pruned query
    evaluation using pre-computed impacts" (2006).
    """

    def __init__(self, postings: WordPostings, norms: Float32s) -> None:
        """`norms` are the length norms of all documents."""
        docs = postings.docs
        scores = postings.tf.astype(np.float32)
        weights = norms[docs]
        weights += scores
        scores /= weights
        largest = float(scores.max(initial=0)) or 1.0
        self.unit = postings.idf * largest / MAX_IMPACT
        scores *= np.float32((1 - BOUND_ERROR) * MAX_IMPACT / largest)
        np.ceil(scores, out=scores)
        impacts = scores.astype(np.uint8)
        self._postings = postings
        self._is_dense = len(impacts) * IMPACT_COLUMN_RATIO > len(norms) or len(norms) <= SMALL_SNAPSHOT
        if self._is_dense:
            self._impacts = np.zeros(len(norms), dtype=np.uint8)
            self._impacts[docs] = impacts
        else:
            self._impacts = impacts
        self.nbytes = self._impacts.nbytes

    def add_bounds(self, sums: Float32s, weight: float) -> None:
        """Add the bounds of all documents of the snapshot to `sums`."""
        bounds = np.multiply(self._impacts, np.float32(weight * self.unit), dtype=np.float32)
        if self._is_dense:
            sums += bounds
        else:
            # No document is repeated, so `sums[docs] += bounds` would do; this is twice as fast.
            np.add.at(sums, self._postings.docs, bounds)

    def bounds_at(self, docs: Ints, weight: float) -> Float32s:
        """The bounds of some documents (ascending)."""
        impacts = self._impacts[docs] if self._is_dense else self._postings.values_at(self._impacts, docs)
        return np.multiply(impacts, np.float32(weight * self.unit), dtype=np.float32)


class WordPositions:
    """All positions of a word in one field: their `keys` (see PositionKeys), ascending.

    `divided` are the indexes (ascending) of the keys at which the word is a divided word. A key may
    occur twice, once for a divided word and once for its first half.
    """

    def __init__(
        self, postings: WordPostings, position_keys: PositionKeys, positions: Sequence[AnyArray], divided: Ints = _NONE
    ) -> None:
        """The arrays in `positions`, one after the other, have `postings.tf` positions for each
        document."""
        self.divided = divided
        docs, tf = postings.docs, postings.tf
        self._postings = postings
        self.keys = np.empty(sum(map(len, positions)), dtype=position_keys.starts.dtype)
        self.nbytes = self.keys.nbytes * (2 if len(divided) else 1) + 4 * len(tf)
        done = 0
        for part in positions:
            self.keys[done : done + len(part)] = part
            done += len(part)
        done = 0
        for start in range(0, len(docs), DOCS_PER_BLOCK):
            counts = tf[start : start + DOCS_PER_BLOCK]
            starts = repeat_each(position_keys.starts[docs[start : start + DOCS_PER_BLOCK]], counts)
            self.keys[done : done + len(starts)] += starts
            done += len(starts)

    @cached_property
    def undivided_keys(self) -> AnyArray:
        """The keys at which the word is not a divided word."""
        return np.delete(self.keys, self.divided) if len(self.divided) else self.keys

    @cached_property
    def _ends(self) -> AnyArray:
        return np.cumsum(self._postings.tf, dtype=np.uint32 if len(self.keys) < 2**32 else np.int64)

    def keys_in_docs(self, docs: Ints) -> tuple[AnyArray, Ints, Ints]:
        """The keys in some documents (ascending) that all have the word, how many each document
        has, and the indexes of the keys."""
        ranks = self._postings.ranks(docs)
        counts = self._postings.tf[ranks].astype(np.int64)
        indexes = ranges(self._ends[ranks] - counts, counts)
        return self.keys[indexes], counts, indexes


def repeat_each(values: AnyArray, counts: AnyUInts) -> AnyArray:
    """Repeat each value as many times (at least once) as its item in `counts` says.

    Reference implementation: `np.repeat`, which is slower for small counts.
    """
    before = np.cumsum(counts, dtype=np.int64)
    repeated = np.zeros(int(before[-1]) if len(before) else 0, dtype=values.dtype)
    if len(values):
        repeated[0] = values[0]
        repeated[before[:-1]] = values[1:] - values[:-1]
    return np.cumsum(repeated, out=repeated)
