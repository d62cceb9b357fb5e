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
from searchkit.query.snapshot import SMALL

FEW = 24
"""Values at fewer than one in so many documents of a word are found one by one, those at more of
them through a column over all documents."""
RARE = 8
"""Of a word that fewer than one in so many documents have, their numbers are kept, else a bitset.
"""
VERY_RARE = 64
"""Of a word that fewer than one in so many documents have, the bitset is made when asked for."""
DENSE = 4
"""Impacts of a word that more than one in so many documents have are a column over all documents.
Without it, queries over 500,000 articles take 1.1 times as long."""
LEVELS = 255
"""The greatest impact: impacts are uint8."""
PIECE = 1 << 15
"""Documents whose position keys are computed at once, so that all of it stays in the processor's
cache."""
BOUND_ERROR = 1e-5
"""The relative error of a float32 sum of a few scores, generously: each addition loses one of 24
bits."""

_NONE = np.zeros(0, dtype=np.int64)


class WordPostings:
    """The documents of a word in one field: live documents of all segments.

    `tf` has the word's frequency in each (uint8 if that is large enough, else uint32), `idf` is its
    inverse document frequency.
    """

    def __init__(self, docs: Ints, tf: AnyUInts, idf: float, size: int) -> None:
        """`docs` (global, ascending) are documents of a snapshot of `size`."""
        self.tf, self.idf, self._size = tf, idf, size
        self._rare = docs.astype(np.int32) if len(docs) * RARE < size else None
        self._bits = bitsets.from_docs(docs, size) if len(docs) * VERY_RARE >= size or size <= SMALL else None
        self._counts_before = bitsets.counts_before(self.bits) if self._rare is None else None
        self._column: AnyUInts | None = None
        if size <= SMALL:
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
        if len(docs) * FEW > len(column):
            every = np.zeros(self._size, dtype=column.dtype)
            every[self.docs] = column
            return every[docs]
        indexes = np.minimum(self.ranks(docs), len(column) - 1)
        return column[indexes] * bitsets.contains(self.bits, docs)

    def tf_at(self, docs: Ints) -> Floats:
        """The frequency of the word in any documents (ascending), 0 in those without it."""
        return (self.values_at(self.tf, docs) if self._column is None else self._column.take(docs)).astype(np.float64)


class Impacts:
    """Upper bounds of the scores of a word in one field, for weight 1, in multiples of `unit`.

    An impact is a whole number from 0 (the word is not there) to 255; the score lies above
    `(impact - 1) * unit`, and is at most `impact * unit`. Anh and Moffat, "Pruned query evaluation
    using pre-computed impacts" (2006).
    """

    def __init__(self, postings: WordPostings, norms: Float32s) -> None:
        """`norms` are the length norms of all documents."""
        docs = postings.docs
        scores = postings.tf.astype(np.float32)
        weights = norms[docs]
        weights += scores
        scores /= weights
        largest = float(scores.max(initial=0)) or 1.0
        self.unit = postings.idf * largest / LEVELS
        scores *= np.float32((1 - BOUND_ERROR) * LEVELS / largest)
        np.ceil(scores, out=scores)
        levels = scores.astype(np.uint8)
        self._postings = postings
        self._is_dense = len(levels) * DENSE > len(norms) or len(norms) <= SMALL
        if self._is_dense:
            self._levels = np.zeros(len(norms), dtype=np.uint8)
            self._levels[docs] = levels
        else:
            self._levels = levels
        self.nbytes = self._levels.nbytes

    def add_bounds(self, sums: Float32s, weight: float) -> None:
        """Add the bounds of all documents of the snapshot to `sums`."""
        bounds = np.multiply(self._levels, np.float32(weight * self.unit), dtype=np.float32)
        if self._is_dense:
            sums += bounds
        else:
            # No document comes twice, but this is twice as fast as `sums[docs] += bounds`.
            np.add.at(sums, self._postings.docs, bounds)

    def bounds_at(self, docs: Ints, weight: float) -> Float32s:
        """The bounds of some documents (ascending)."""
        levels = self._levels[docs] if self._is_dense else self._postings.values_at(self._levels, docs)
        return np.multiply(levels, np.float32(weight * self.unit), dtype=np.float32)


class WordPositions:
    """All positions of a word in one field: their `keys` (see PositionKeys), ascending.

    `wide` are the indexes (ascending) of the keys at which the word is two positions wide. A key
    may be there twice, once wide and once narrow.
    """

    def __init__(
        self, postings: WordPostings, position_keys: PositionKeys, positions: Sequence[AnyArray], wide: Ints = _NONE
    ) -> None:
        """`positions` follow each other, `postings.tf` of them for each document."""
        self.wide = wide
        docs, tf = postings.docs, postings.tf
        self._postings = postings
        self.keys = np.empty(sum(map(len, positions)), dtype=position_keys.starts.dtype)
        self.nbytes = self.keys.nbytes * (2 if len(wide) else 1) + 4 * len(tf)
        done = 0
        for part in positions:
            self.keys[done : done + len(part)] = part
            done += len(part)
        done = 0
        for start in range(0, len(docs), PIECE):
            counts = tf[start : start + PIECE]
            starts = repeat_each(position_keys.starts[docs[start : start + PIECE]], counts)
            self.keys[done : done + len(starts)] += starts
            done += len(starts)

    @cached_property
    def narrow(self) -> AnyArray:
        """The keys at which the word is one position wide."""
        return np.delete(self.keys, self.wide) if len(self.wide) else self.keys

    @cached_property
    def _ends(self) -> AnyArray:
        return np.cumsum(self._postings.tf, dtype=np.uint32 if len(self.keys) < 2**32 else np.int64)

    def in_docs(self, docs: Ints) -> tuple[AnyArray, Ints, Ints]:
        """The keys in some documents (ascending) that all have the word, how many each document
        has, and the indexes of the keys."""
        ranks = self._postings.ranks(docs)
        counts = self._postings.tf[ranks].astype(np.int64)
        indexes = ranges(self._ends[ranks] - counts, counts)
        return self.keys[indexes], counts, indexes


def repeat_each(values: AnyArray, counts: AnyUInts) -> AnyArray:
    """Each value `count` times (at least once). Reference implementation: `np.repeat`, slower for
    small counts."""
    before = np.cumsum(counts, dtype=np.int64)
    repeated = np.zeros(int(before[-1]) if len(before) else 0, dtype=values.dtype)
    if len(values):
        repeated[0] = values[0]
        repeated[before[:-1]] = values[1:] - values[:-1]
    return np.cumsum(repeated, out=repeated)
