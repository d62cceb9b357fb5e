"""The words of queries over all segments: where they stand, how rare they are, and what they add to scores.

What is worked out for a word is kept for later queries (`snapshot.cache`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.arrays import AnyArray, AnyInts, AnyUInts, Float32s, Floats, Ints
from searchkit.codec.ragged import ranges
from searchkit.frozen import frozen
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.position_keys import PositionKeys
from searchkit.query.segment_postings import SegmentPostings
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.query.terms import SingleWord, Terms, terms_of
from searchkit.scoring import idf, length_norms

Frequencies = AnyUInts
Fields = tuple[tuple[str, float], ...]
"""Attributes of Article in which a word is looked for, and what it weighs there (0: it does not score)."""

_NO_POSITIONS = np.zeros(0, dtype=np.int64)
FEW = 24
"""Bisection beats a column over all articles only for fewer than one in so many of a word's articles."""
RARE = 8
"""Articles of a word that fewer than one in so many have are kept as numbers, others as bits alone."""
VERY_RARE = 64
"""Of words that fewer than one in so many articles have, the bits are made when they are wanted."""
SMALL = 1 << 16
"""Articles up to which columns over all of them are kept for every word: one step instead of several."""
DENSE = 4
"""Impacts of a word that more than one in so many articles have are kept as a column over all articles."""
LEVELS = 255
PIECE = 1 << 15
"""Articles whose places are worked out at once, so that all of it stays in the processor's cache."""
BOUND_ERROR = 1e-5
"""By how much of themselves float32 sums of a few scores may be wrong: 24 bits, some operations each losing one."""


class WordPostings:
    """A word in one field, over the live articles of all segments.

    `tf` says how often it stands in each (uint8 where that will do, else uint32), `rarity` is its idf.
    """

    def __init__(self, docs: Ints, tf: Frequencies, rarity: float, size: int) -> None:
        """`docs` (global, ascending) are the articles, of `size`."""
        self.tf, self.rarity, self._size = tf, rarity, size
        self._rare = docs.astype(np.int32) if len(docs) * RARE < size else None
        self._bits = bitsets.from_docs(docs, size) if len(docs) * VERY_RARE >= size or size <= SMALL else None
        self._before = bitsets.counts_before(self.bits) if self._rare is None else None
        self._column: Frequencies | None = None
        if size <= SMALL:
            self._column = np.zeros(size, dtype=tf.dtype)
            self._column[docs] = tf
        kept = (tf, self._bits, self._rare, self._before, self._column)
        self.nbytes = sum(array.nbytes for array in kept if array is not None)

    def __len__(self) -> int:
        return len(self.tf)

    @property
    def bits(self) -> Bitset:
        """The articles, as a set."""
        return bitsets.from_docs(self.docs, self._size) if self._bits is None else self._bits

    @property
    def docs(self) -> AnyInts:
        """The articles, ascending."""
        return self._rare if self._rare is not None else bitsets.to_docs(self.bits, self._size, len(self.tf))

    def ranks(self, docs: Ints) -> Ints:
        """Where some of these articles stand among them; for others any place, or one beyond the last."""
        if self._before is None or self._rare is not None:
            return np.searchsorted(self._rare, docs.astype(np.int32))  # type: ignore[arg-type]
        return bitsets.ranks(self.bits, self._before, docs)

    def at(self, column: AnyArray, docs: Ints) -> AnyArray:
        """The values of a column (one item for each of these articles) in any articles (ascending), 0 for others.

        Slow twin: `dict(zip(self.docs, column)).get(doc, 0)`.
        """
        if len(docs) * FEW > len(column):
            every = np.zeros(self._size, dtype=column.dtype)
            every[self.docs] = column
            return every[docs]
        places = np.minimum(self.ranks(docs), len(column) - 1)
        return column[places] * bitsets.contains(self.bits, docs)

    def tf_at(self, docs: Ints) -> Floats:
        """How often the word stands in some articles (ascending), 0 where it does not."""
        return (self.at(self.tf, docs) if self._column is None else self._column.take(docs)).astype(np.float64)


class Impacts:
    """About what a word scores in one field, for weight 1: whole levels from 0 (it is not there) to 255, of `unit` each. A
    score lies above `(level - 1) * unit`, and at most at `level * unit`.

    Anh and Moffat, "Pruned query evaluation using pre-computed impacts" (2006). Slow twin: the exact scores.
    """

    def __init__(self, postings: WordPostings, norms: Float32s) -> None:
        """`norms` are what the lengths of all articles weigh."""
        docs = postings.docs
        scores = postings.tf.astype(np.float32)
        weights = norms[docs]
        weights += scores
        scores /= weights
        largest = float(scores.max(initial=0)) or 1.0
        self.unit = postings.rarity * largest / LEVELS
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

    def add(self, sums: Float32s, weight: float) -> None:
        """Add what the word scores to what all articles do."""
        if self._is_dense:
            sums += np.multiply(self._levels, np.float32(weight * self.unit), dtype=np.float32)
        else:
            scores = np.multiply(self._levels, np.float32(weight * self.unit), dtype=np.float32)
            # No article stands twice, but this is twice as fast as `sums[docs] += scores`.
            np.add.at(sums, self._postings.docs, scores)

    def at(self, docs: Ints, weight: float) -> Float32s:
        """What the word scores in some articles (ascending)."""
        levels = self._levels[docs] if self._is_dense else self._postings.at(self._levels, docs)
        return np.multiply(levels, np.float32(weight * self.unit), dtype=np.float32)


class WordPositions:
    """All positions of a word in one field: their `keys` (see PositionKeys), ascending.

    `wide` are the indexes (ascending) of the keys at which the word is two positions wide. A key may be there twice, once
    wide and once narrow.
    """

    def __init__(
        self, postings: WordPostings, position_keys: PositionKeys, positions: Sequence[AnyArray], wide: Ints = _NO_POSITIONS
    ) -> None:
        """`positions` stand one after the other, `postings.tf` for each article."""
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
            begins = runs(position_keys.starts[docs[start : start + PIECE]], counts)
            self.keys[done : done + len(begins)] += begins
            done += len(begins)

    @cached_property
    def narrow(self) -> AnyArray:
        """The places at which it is one position wide."""
        return np.delete(self.keys, self.wide) if len(self.wide) else self.keys

    @cached_property
    def _ends(self) -> AnyArray:
        return np.cumsum(self._postings.tf, dtype=np.uint32 if len(self.keys) < 2**32 else np.int64)

    def in_docs(self, docs: Ints) -> tuple[AnyArray, Ints, Ints]:
        """Its places in some articles (ascending) that all have it, how many there are in each, and their numbers."""
        ranks = self._postings.ranks(docs)
        counts = self._postings.tf[ranks].astype(np.int64)
        numbers = ranges(self._ends[ranks] - counts, counts)
        return self.keys[numbers], counts, numbers


def runs(values: AnyArray, counts: Frequencies) -> AnyArray:
    """Each value `count` times (at least once). Slow twin: `np.repeat`, which is slower for small counts."""
    before = np.cumsum(counts, dtype=np.int64)
    repeated = np.zeros(int(before[-1]) if len(before) else 0, dtype=values.dtype)
    if len(values):
        repeated[0] = values[0]
        repeated[before[:-1]] = values[1:] - values[:-1]
    return np.cumsum(repeated, out=repeated)


@frozen
class _Kept:
    """A segment's terms of a word."""

    terms: Terms

    @property
    def nbytes(self) -> int:
        allowed = self.terms.allowed
        return self.terms.whole.nbytes + self.terms.parts.nbytes + (0 if allowed is None else allowed.nbytes)


class WordLookup:
    """Looks words up, for one query."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer) -> None:
        self._snapshot, self._analyzer = snapshot, analyzer
        self._postlists: dict[tuple[SingleWord, str, int], SegmentPostings] = {}

    def postlist(self, word: SingleWord, attribute: str, view: SegmentView) -> SegmentPostings:
        """The postings of a word in a field of a segment."""
        key = (word, attribute, view.base)
        found = self._postlists.get(key)
        if found is None:
            field = view.field(attribute)
            kept = self._snapshot.cache.get(key, lambda: _Kept(terms_of(word, field, self._analyzer)))
            found = self._postlists[key] = SegmentPostings(field, kept.terms, view.docs)
        return found

    def postings(self, word: SingleWord, attribute: str) -> WordPostings:
        """The postings of a word in a field of all segments."""
        return self._snapshot.cache.get((word, attribute), lambda: self._postings(word, attribute))

    def _postings(self, word: SingleWord, attribute: str) -> WordPostings:
        snapshot = self._snapshot
        docs: list[Ints] = [np.zeros(0, dtype=np.int64)]
        tf: list[Frequencies] = [np.zeros(0, dtype=np.uint8)]
        for view in snapshot.views:
            postlist = self.postlist(word, attribute, view)
            if postlist.is_empty:
                continue
            there, often = postlist.docs, postlist.tf_small()
            if len(there) and int(there[-1]) >= view.docs:
                raise view.reader.corrupt(f"the postings of its field {attribute} name articles that it has not")
            if view.live is not None:
                alive = view.live[there]
                there, often = there[alive], often[alive]
            docs.append(there + view.base if view.base else there)
            tf.append(often)
        every = docs[1] if len(docs) == 2 else np.concatenate(docs)
        snapshot.has_read(len(every))
        rarity = idf(snapshot.statistics(attribute).articles, len(every))
        return WordPostings(every, np.concatenate(tf), rarity, snapshot.size)

    def impacts(self, word: SingleWord, attribute: str) -> Impacts:
        """About what a word scores in a field, for weight 1."""

        def make() -> Impacts:
            return Impacts(self.postings(word, attribute), self._snapshot.float32_norms(attribute))

        return self._snapshot.cache.get((word, attribute, "impacts"), make)

    def positions(self, word: SingleWord, attribute: str) -> WordPositions:
        """Where a word stands in a field of all segments."""
        return self._snapshot.cache.get((word, attribute, "positions"), lambda: self._positions(word, attribute))

    def _positions(self, word: SingleWord, attribute: str) -> WordPositions:
        parts: list[AnyArray] = []
        wides: list[Ints] = []
        for view in self._snapshot.views:
            postlist = self.postlist(word, attribute, view)
            if postlist.is_empty:
                continue
            positions = postlist.positions()
            wide = postlist.wide()
            if view.live is not None:
                alive = np.repeat(view.live[postlist.docs], postlist.tf_small())
                positions = positions[alive]
                wide = None if wide is None else wide[alive]
            if wide is not None:
                wides.append(np.flatnonzero(wide) + sum(map(len, parts)))
            parts.append(positions)
        every = np.concatenate(wides) if wides else _NO_POSITIONS
        places = WordPositions(self.postings(word, attribute), self._snapshot.position_keys(attribute), parts, every)
        self._snapshot.has_read(len(places.keys))
        return places


class Candidates:
    """Articles that are to be scored (global, ascending), and what their lengths weigh."""

    def __init__(self, snapshot: Snapshot, docs: Ints) -> None:
        self._snapshot, self.docs = snapshot, docs
        self._norms: dict[str, Floats] = {}

    def norms(self, attribute: str) -> Floats:
        norms = self._norms.get(attribute)
        if norms is None:
            snapshot = self._snapshot
            if snapshot.size <= SMALL:
                norms = snapshot.norms(attribute).take(self.docs)
            else:
                norms = length_norms(snapshot.lengths(attribute)[self.docs], snapshot.statistics(attribute).average)
            self._norms[attribute] = norms
        return norms


def sum_of(parts: Sequence[Floats | None]) -> Floats | None:
    """Columns of scores added up; None is zeros."""
    total: Floats | None = None
    for part in parts:
        if part is not None:
            total = part if total is None else total + part
    return total
