"""The words of queries over all segments: where they stand, how rare they are, and what they add to scores.

What is worked out for a word is kept for later queries (`snapshot.warm`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.analysis import Analyzer
from searchkit.query import bits as sets
from searchkit.query.bits import Bits
from searchkit.query.postlist import Postlist, locate
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.query.terms import SingleWord, Terms, terms_of
from searchkit.scoring import B, K1, idf, length_norms

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Frequencies = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]
Rough = npt.NDArray[np.float32]
Fields = tuple[tuple[str, float], ...]
"""Attributes of Article in which a word is looked for, and what it weighs there (0: it does not score)."""

FEW = 24
"""Bisection beats a column over all articles only for fewer than one in so many of a word's articles."""
DENSE = 16
"""Impacts of a word that more than one in so many articles have are kept as a column over all articles."""
LEVELS = 255
ROUGHNESS = 1e-5
"""By how much of themselves float32 sums of a few scores may be wrong: 24 bits, some operations each losing one."""


class WordPostings:
    """A word in one field, over the live articles of all segments.

    `docs` (int32, global, ascending), `tf` (how often it stands in each; uint8 where that will do, else uint32),
    `rarity` (its idf).
    """

    def __init__(self, docs: npt.NDArray[np.int32], tf: Frequencies, rarity: float, size: int) -> None:
        self.docs, self.tf, self.rarity, self._size = docs, tf, rarity, size
        self.nbytes = docs.nbytes + tf.nbytes + size // 8

    @cached_property
    def bits(self) -> Bits:
        return sets.of_docs(self.docs, self._size)

    @cached_property
    def _before(self) -> npt.NDArray[np.uint32]:
        return sets.before(self.bits)

    def ranks(self, docs: Ints) -> Ints:
        """Where in `self.docs` some of these articles stand."""
        return sets.ranks(self.bits, self._before, docs)

    def tf_at(self, docs: Ints) -> Floats:
        """How often the word stands in some articles (ascending), 0 where it does not.

        Slow twin: `dict(zip(self.docs, self.tf)).get(doc, 0)`.
        """
        if len(docs) * FEW < len(self.docs):
            places, found = locate(self.docs, docs)
            return np.where(found, self.tf[places], 0.0)
        column = np.zeros(self._size, dtype=self.tf.dtype)
        column[self.docs] = self.tf
        return column[docs].astype(np.float64, copy=False)


class WordPlaces:
    """Where a word stands in one field, article by article in the order of its WordPostings: `tf` times in each,
    `positions` (uint16 where that will do, else uint32) ascending, up to occurrence `ends` (uint32 where that will do)."""

    def __init__(self, tf: Frequencies, positions: npt.NDArray[Any]) -> None:
        self.tf, self.positions = tf, positions
        self.ends = np.cumsum(tf, dtype=np.uint32 if len(positions) < 2**32 else np.int64)
        self.nbytes = positions.nbytes + self.ends.nbytes

    def at(self, ranks: Ints) -> tuple[Ints, Ints]:
        """Where the occurrences in the articles of some places begin, and how many they are."""
        counts = self.tf[ranks].astype(np.int64)
        return self.ends[ranks] - counts, counts


class Impacts:
    """About what a word scores in each article, all its fields together: whole levels from 0 (it is not there) to 255,
    of `unit` each. A score lies above `(level - 1) * unit`, and at most at `level * unit`.

    Anh and Moffat, "Pruned query evaluation using pre-computed impacts" (2006). Slow twin: the exact scores.
    """

    def __init__(self, sums: Rough, count: int) -> None:
        """`sums` are scores over all articles, of which `count` are not 0."""
        self._size = len(sums)
        self.unit = float(sums.max(initial=0)) / LEVELS or 1.0
        self._docs: npt.NDArray[np.int32] | None = None
        if count * DENSE > self._size:
            self._levels = np.ceil(sums * np.float32((1 - ROUGHNESS) / self.unit)).astype(np.uint8)
            self.at_level = np.bincount(self._levels, minlength=LEVELS + 1)
        else:
            docs = np.flatnonzero(sums)
            self._docs = docs.astype(np.int32)
            self._levels = np.ceil(sums[docs] * np.float32((1 - ROUGHNESS) / self.unit)).astype(np.uint8)
            self.at_level = np.bincount(self._levels, minlength=LEVELS + 1)
        self.nbytes = self._levels.nbytes + self.at_level.nbytes + (0 if self._docs is None else self._docs.nbytes)

    def levels(self) -> npt.NDArray[np.uint8]:
        """One level an article."""
        if self._docs is None:
            return self._levels
        column = np.zeros(self._size, dtype=np.uint8)
        column[self._docs] = self._levels
        return column

    def best(self, number: int) -> Ints:
        """Articles (ascending) among which the `number` best are, with all that tie with the last of them."""
        reaching = np.cumsum(self.at_level[:0:-1])
        bar = LEVELS - int(np.searchsorted(reaching, number))
        chosen = np.flatnonzero(self._levels >= max(1, bar - 1))
        return chosen if self._docs is None else self._docs[chosen].astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A segment's terms of a word."""

    terms: Terms

    @property
    def nbytes(self) -> int:
        allowed = self.terms.allowed
        return self.terms.whole.nbytes + self.terms.parts.nbytes + (0 if allowed is None else allowed.nbytes)


class WordFinder:
    """Looks words up, for one query."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer) -> None:
        self._snapshot, self._analyzer = snapshot, analyzer
        self._postlists: dict[tuple[SingleWord, str, int], Postlist] = {}

    def postlist(self, word: SingleWord, attribute: str, view: SegmentView) -> Postlist:
        """The postings of a word in a field of a segment."""
        key = (word, attribute, view.base)
        found = self._postlists.get(key)
        if found is None:
            field = view.field(attribute)
            kept = self._snapshot.warm.get(key, lambda: _Kept(terms_of(word, field, self._analyzer)))
            found = self._postlists[key] = Postlist(field, kept.terms, view.docs)
        return found

    def postings(self, word: SingleWord, attribute: str) -> WordPostings:
        """The postings of a word in a field of all segments."""
        return self._snapshot.warm.get((word, attribute), lambda: self._postings(word, attribute))

    def _postings(self, word: SingleWord, attribute: str) -> WordPostings:
        snapshot = self._snapshot
        docs: list[npt.NDArray[np.int32]] = [np.zeros(0, dtype=np.int32)]
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
            docs.append((there + view.base).astype(np.int32))
            tf.append(often)
        every = np.concatenate(docs)
        rarity = idf(snapshot.statistics(attribute).articles, len(every))
        return WordPostings(every, np.concatenate(tf), rarity, snapshot.size)

    def places(self, word: SingleWord, attribute: str) -> WordPlaces:
        """Where a word stands in a field of all segments."""
        return self._snapshot.warm.get((word, attribute, "places"), lambda: self._places(word, attribute))

    def _places(self, word: SingleWord, attribute: str) -> WordPlaces:
        parts: list[npt.NDArray[Any]] = [np.zeros(0, dtype=np.uint16)]
        for view in self._snapshot.views:
            postlist = self.postlist(word, attribute, view)
            if postlist.is_empty:
                continue
            positions = postlist.positions()
            if view.live is not None:
                positions = positions[np.repeat(view.live[postlist.docs], postlist.tf_small().astype(np.int64))]
            parts.append(positions)
        return WordPlaces(self.postings(word, attribute).tf, np.concatenate(parts))

    def impacts(self, word: SingleWord, fields: Fields) -> Impacts:
        """About what a word scores in its fields, for weight 1."""
        return self._snapshot.warm.get((word, fields), lambda: self._impacts(word, fields))

    def _impacts(self, word: SingleWord, fields: Fields) -> Impacts:
        snapshot = self._snapshot
        sums = np.zeros(snapshot.size, dtype=np.float32)
        for attribute, weight in fields:
            postings = self.postings(word, attribute)
            if len(postings.docs) == 0 or weight == 0.0:
                continue
            docs = postings.docs.astype(np.intp)
            scores = postings.tf.astype(np.float32)
            norms = snapshot.lengths(attribute)[docs].astype(np.float32)
            norms *= np.float32(K1 * B / snapshot.statistics(attribute).average)
            norms += np.float32(K1 * (1 - B))
            norms += scores
            scores *= np.float32(weight * postings.rarity)
            scores /= norms
            # No article stands twice, but this is twice as fast as `sums[docs] += scores`.
            np.add.at(sums, docs, scores)
        return Impacts(sums, sets.count(self.bits(word, fields)))

    def bits(self, word: SingleWord, fields: Fields) -> Bits:
        """The articles that have a word in any of the fields."""
        found = [postings.bits for a, _ in fields if len((postings := self.postings(word, a)).docs)]
        if not found:
            return sets.none(self._snapshot.size)
        return found[0] if len(found) == 1 else np.bitwise_or.reduce(found)


class Candidates:
    """Articles that are to be scored (global, ascending), and what their lengths weigh."""

    def __init__(self, snapshot: Snapshot, docs: Ints) -> None:
        self._snapshot, self.docs = snapshot, docs
        self._norms: dict[str, Floats] = {}

    def norms(self, attribute: str) -> Floats:
        norms = self._norms.get(attribute)
        if norms is None:
            average = self._snapshot.statistics(attribute).average
            norms = self._norms[attribute] = length_norms(self._snapshot.lengths(attribute)[self.docs], average)
        return norms


def plus(parts: Sequence[Floats | None]) -> Floats | None:
    """Columns of scores added up; None is zeros."""
    total: Floats | None = None
    for part in parts:
        if part is not None:
            total = part if total is None else total + part
    return total
