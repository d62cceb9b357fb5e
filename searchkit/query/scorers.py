"""What the nodes of a query found, as a tree: which articles, and what they score.

Scores are worked out twice: roughly for all articles that match (float32, at least the score and at most `slack` above
it), and exactly for the few that may then be among the best (`exact`, float64).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from searchkit.arrays import Floats, Ints
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.word_postings import Candidates, Rough, plus


class Scorer(ABC):
    """A set of articles. Whatever it says of the scores of others means nothing, unless `is_zero_outside`."""

    is_scored = False
    is_zero_outside = True

    def __init__(self, bits: Bitset) -> None:
        self.bits = bits

    @property
    def slack(self) -> float:
        """By how much rough scores may say too much."""
        return 0.0

    @abstractmethod
    def add(self, sums: Rough) -> None:
        """Add about what they score to what all articles do, and anything for others; only of scored answers."""

    @abstractmethod
    def rough(self, docs: Ints) -> Rough:
        """About what these articles (ascending) score; only of scored answers."""

    @abstractmethod
    def exact(self, candidates: Candidates) -> Floats | None:
        """What these articles score; None: nothing."""


class ZeroScorer(Scorer):
    """What a filter, an exclusion or `*` finds."""

    def add(self, sums: Rough) -> None:
        raise TypeError("what a filter finds does not score")

    def rough(self, docs: Ints) -> Rough:
        raise TypeError("what a filter finds does not score")

    def exact(self, candidates: Candidates) -> Floats | None:
        return None


class SumScorer(Scorer):
    """What several answers find together: all of them hold, or, with `any_of`, at least one."""

    def __init__(self, bits: Bitset, parts: Sequence[Scorer], *, any_of: bool = False) -> None:
        super().__init__(bits)
        self._parts = [part for part in parts if part.is_scored]
        self._any_of = any_of
        self.is_scored = bool(self._parts)
        # Where one of several is enough, each is asked only for articles of its own.
        self.is_zero_outside = any_of

    @property
    def slack(self) -> float:
        return sum(part.slack for part in self._parts)

    def add(self, sums: Rough) -> None:
        for part in self._parts:
            if not self._any_of or part.is_zero_outside:
                part.add(sums)
                continue
            own = np.zeros_like(sums)
            part.add(own)
            own *= bitsets.to_flags(part.bits, len(sums))
            sums += own

    def rough(self, docs: Ints) -> Rough:
        total = np.zeros(len(docs), dtype=np.float32)
        for part in self._parts:
            scores = part.rough(docs)
            if self._any_of and not part.is_zero_outside:
                scores *= bitsets.contains(part.bits, docs)
            total += scores
        return total

    def exact(self, candidates: Candidates) -> Floats | None:
        parts: list[Floats | None] = []
        for part in self._parts:
            scores = part.exact(candidates)
            if scores is not None and self._any_of and not part.is_zero_outside:
                scores = np.where(bitsets.contains(part.bits, candidates.docs), scores, 0.0)
            parts.append(scores)
        return plus(parts)
