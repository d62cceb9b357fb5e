"""Scorers: the documents that match a node of the query, and how to score them. `Operator.match`
makes them. They form a tree like the nodes.

Many documents are scored in two phases: an upper bound for each (float32, at most `slack` above the
score), then the exact score (float64) of the few that can be among the best. With exact scores
alone the forty queries of `scripts/bench` take 1.2 times as long at 100,000 articles and 2.3 times
at 500,000 (median, words cached). If the cache also keeps exact scores, in two bytes for each
document of a word, they take up to 1.3 times as long, and an OR of ten or thirty words 1.6 times.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from searchkit.arrays import Float32s, Floats, Ints
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.snapshot import Snapshot


class ScoringBatch:
    """Documents that are scored together (`docs`: global, ascending), with their length norms."""

    def __init__(self, snapshot: Snapshot, docs: Ints) -> None:
        self._snapshot, self.docs = snapshot, docs
        self._norms: dict[str, Floats] = {}

    def norms(self, attribute: str) -> Floats:
        """The length norm of each document in a field."""
        norms = self._norms.get(attribute)
        if norms is None:
            norms = self._norms[attribute] = self._snapshot.field(attribute).norms_of(self.docs)
        return norms


class Scorer(ABC):
    """A set of documents (`bits`) and their scores.

    Scores and bounds of other documents are 0 if `is_zero_outside`, else undefined. If `is_scored`
    is False, all scores are 0.
    """

    is_scored = False
    is_zero_outside = True

    def __init__(self, bits: Bitset) -> None:
        self.bits = bits

    @property
    def slack(self) -> float:
        """By how much an upper bound exceeds its score, at most."""
        return 0.0

    @abstractmethod
    def add_bounds(self, sums: Float32s, docs: Ints | None) -> None:
        """Add upper bounds of scores to `sums`: one for each of `docs` (ascending), or, for None,
        for each document of the snapshot."""

    @abstractmethod
    def score(self, batch: ScoringBatch) -> Floats | None:
        """The scores of the documents of a batch; None stands for zeros."""


class ZeroScorer(Scorer):
    """What a filter, an exclusion or `*` matches: all scores are 0."""

    def add_bounds(self, sums: Float32s, docs: Ints | None) -> None:
        pass

    def score(self, batch: ScoringBatch) -> Floats | None:
        return None


class SumScorer(Scorer):
    """What several scorers match together (all of them, or with `any_of` at least one), and the sum
    of their scores."""

    def __init__(self, bits: Bitset, parts: Sequence[Scorer], *, any_of: bool = False) -> None:
        super().__init__(bits)
        self._parts = [part for part in parts if part.is_scored]
        self._any_of = any_of
        self.is_scored = bool(self._parts)
        # With `any_of` a part adds nothing outside of its own documents, so the sum is 0 outside of
        # all of them.
        self.is_zero_outside = any_of

    @property
    def slack(self) -> float:
        return sum(part.slack for part in self._parts)

    def add_bounds(self, sums: Float32s, docs: Ints | None) -> None:
        for part in self._parts:
            if not self._any_of or part.is_zero_outside:
                part.add_bounds(sums, docs)
                continue
            bounds = np.zeros_like(sums)
            part.add_bounds(bounds, docs)
            bounds *= bitsets.to_flags(part.bits, len(sums)) if docs is None else bitsets.contains(part.bits, docs)
            sums += bounds

    def score(self, batch: ScoringBatch) -> Floats | None:
        parts: list[Floats | None] = []
        for part in self._parts:
            scores = part.score(batch)
            if scores is not None and self._any_of and not part.is_zero_outside:
                scores = np.where(bitsets.contains(part.bits, batch.docs), scores, 0.0)
            parts.append(scores)
        return sum_scores(parts)


def sum_scores(parts: Sequence[Floats | None]) -> Floats | None:
    """The sum of columns of scores; None stands for zeros."""
    total: Floats | None = None
    for part in parts:
        if part is not None:
            total = part if total is None else total + part
    return total
