"""What the nodes of a query found, as a tree: which articles, and what they score.

Scores are worked out twice: roughly for all articles that match (`rough`, float32, at least the score and at most `slack`
above it), and exactly for the few that may then be among the best (`exact`, float64).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from searchkit.query import bits as sets
from searchkit.query.bits import Bits
from searchkit.query.nodes import Near, NotNear, Phrase, Together
from searchkit.query.placing import PlaceFinder
from searchkit.query.postlist import locate
from searchkit.query.snapshot import Snapshot
from searchkit.query.terms import SingleWord
from searchkit.query.words import ROUGHNESS, Candidates, Fields, Impacts, Rough, WordFinder, plus
from searchkit.scoring import weigh

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Answer(ABC):
    """A set of articles. Whatever it says of the scores of others means nothing, unless `is_zero_outside`."""

    slack = 0.0
    """By how much `rough` may say too much."""
    is_scored = False
    is_zero_outside = True

    def __init__(self, bits: Bits) -> None:
        self.bits = bits

    @abstractmethod
    def rough(self, docs: Ints | None) -> Rough:
        """About what these articles (None: all) score; only of scored answers."""

    @abstractmethod
    def exact(self, candidates: Candidates) -> Floats | None:
        """What these articles score; None: nothing."""


class Unscored(Answer):
    """What a filter, an exclusion or `*` finds."""

    def rough(self, docs: Ints | None) -> Rough:
        raise TypeError("what a filter finds does not score")

    def exact(self, candidates: Candidates) -> Floats | None:
        return None


class OfWord(Answer):
    """What a word finds in its fields, each with its weight."""

    is_scored = True

    def __init__(self, words: WordFinder, word: SingleWord, fields: Fields, weight: float) -> None:
        super().__init__(words.bits(word, fields))
        self._words, self._word, self._fields, self._weight = words, word, fields, weight

    @cached_property
    def impacts(self) -> Impacts:
        return self._words.impacts(self._word, self._fields)

    @property
    def slack(self) -> float:  # type: ignore[override]
        return self._weight * self.impacts.unit

    def rough(self, docs: Ints | None) -> Rough:
        levels = self.impacts.levels()
        chosen = levels if docs is None else levels[docs]
        return np.multiply(chosen, np.float32(self._weight * self.impacts.unit), dtype=np.float32)

    def exact(self, candidates: Candidates) -> Floats | None:
        parts: list[Floats | None] = []
        for attribute, weight in self._fields:
            postings = self._words.postings(self._word, attribute)
            if weight != 0.0 and len(postings.docs):
                rarity = self._weight * weight * postings.rarity
                parts.append(weigh(postings.tf_at(candidates.docs), candidates.norms(attribute), rarity))
        return plus(parts)


class Placed(Answer):
    """What a phrase or an operator with places finds: the articles of each field, and its weight there."""

    def __init__(
        self,
        snapshot: Snapshot,
        placing: PlaceFinder,
        node: Phrase | Near | NotNear | Together,
        found: Sequence[tuple[str, Ints, float]],
    ) -> None:
        super().__init__(sets.of_docs(np.concatenate([docs for _, docs, _ in found]), snapshot.size))
        self._snapshot, self._placing, self._node, self._found = snapshot, placing, node, found
        self.is_scored = any(weight != 0.0 for _, _, weight in found)

    def rough(self, docs: Ints | None) -> Rough:
        sums = np.zeros(self._snapshot.size, dtype=np.float32)
        for attribute, found, weight in self._found:
            scores = self._placing.scores(self._node, attribute, Candidates(self._snapshot, found), weight)
            if scores is not None:
                sums[found] += scores.astype(np.float32)
        return sums if docs is None else sums[docs]

    def exact(self, candidates: Candidates) -> Floats | None:
        docs = candidates.docs
        parts: list[Floats | None] = []
        for attribute, found, weight in self._found:
            _, there = locate(found, docs)
            if weight == 0.0 or not there.any():
                continue
            if there.all():
                parts.append(self._placing.scores(self._node, attribute, candidates, weight))
                continue
            scores = self._placing.scores(self._node, attribute, Candidates(self._snapshot, docs[there]), weight)
            if scores is not None:
                every = np.zeros(len(docs))
                every[there] = scores
                parts.append(every)
        return plus(parts)


class Joined(Answer):
    """What several answers find together: all of them hold, or, with `any_of`, at least one."""

    def __init__(self, bits: Bits, parts: Sequence[Answer], size: int, *, any_of: bool = False) -> None:
        super().__init__(bits)
        self._parts = [part for part in parts if part.is_scored]
        self._any_of, self._size = any_of, size
        self.is_scored = bool(self._parts)
        # Where one of several is enough, each is asked only for articles of its own.
        self.is_zero_outside = any_of
        self.slack = sum(part.slack for part in self._parts)

    def rough(self, docs: Ints | None) -> Rough:
        total: Rough | None = None
        for part in self._parts:
            scores = part.rough(docs)
            if self._any_of and not part.is_zero_outside:
                scores *= sets.flags_of(part.bits, self._size) if docs is None else sets.holds(part.bits, docs)
            if total is None:
                total = scores
            else:
                total += scores
        assert total is not None
        return total

    def exact(self, candidates: Candidates) -> Floats | None:
        parts: list[Floats | None] = []
        for part in self._parts:
            scores = part.exact(candidates)
            if scores is not None and self._any_of and not part.is_zero_outside:
                scores = np.where(sets.holds(part.bits, candidates.docs), scores, 0.0)
            parts.append(scores)
        return plus(parts)


