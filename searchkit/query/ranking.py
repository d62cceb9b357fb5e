"""Which of many matches can be among the first? What cannot is let go of early, so that memory and sorting stay small.

First by score (rounded, because the order of additions differs between engines), then the newer article, undated ones
last; by date alone where that is asked for. What ties in all of this is kept, for ids decide in the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.model import Sort
from searchkit.query.found import NOTHING, Found
from searchkit.query.matches import DECIMALS
from searchkit.query.snapshot import SegmentView
from searchkit.schema import UNDATED

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEGLIGIBLE = 10.0**-DECIMALS
ROUGHNESS = 1e-5
"""By how much of themselves rough scores may be wrong: float32 has 24 bits, and some operations each lose one."""
_RUN = 64
"""Numbers of which the largest stands for all, when a bar is set for the rest."""


class Best:
    """Keeps the `best` first of what it is given, segment by segment, and all that tie with the last of them.

    `best` None keeps everything, 0 nothing.
    """

    def __init__(self, best: int | None, sort: Sort) -> None:
        self._best, self._sort = best, sort
        self._docs: list[Ints] = []
        self._scores: list[Floats] = []
        self._dates: list[Ints] = []
        self.threshold = -np.inf
        """A score below this one is not among the first any more."""

    def add(self, view: SegmentView, found: Found) -> None:
        if len(found) == 0 or self._best == 0:
            return
        docs = found.docs
        scores = np.zeros(len(docs)) if found.scores is None else found.scores
        if self._best is not None and self._sort == "relevance" and len(docs) > self._best:
            bar = max(self.threshold, _bar(scores, self._best) if found.scores is not None else 0.0)
            chosen = np.flatnonzero(scores >= bar - NEGLIGIBLE)
            docs, scores = docs[chosen], scores[chosen]
        self._docs.append(docs + view.base)
        self._scores.append(scores)
        self._dates.append(view.dates[docs] if self._best is not None else docs)
        if self._best is not None:
            self._prune(self._best)

    def worth_a_look(self, sums: npt.NDArray[np.float32]) -> Ints:
        """Of rough scores of all documents of a segment (0: no match), the documents that can be among the first."""
        if not self._best:
            return NOTHING.docs
        runs = _runs(sums)
        largest = runs.max(axis=0)
        bar = max(self.threshold, float(_bar(sums, self._best, largest)))
        least = np.float32(bar * (1 - ROUGHNESS) - NEGLIGIBLE)
        if least <= 0:
            return np.flatnonzero(sums)
        chosen = np.flatnonzero(largest >= least)
        inside = runs[:, chosen] >= least
        row, column = np.nonzero(inside)
        docs = row * len(largest) + chosen[column]
        rest = runs.size + np.flatnonzero(sums[runs.size :] >= least)
        return np.sort(np.concatenate([docs, rest]))

    def _prune(self, best: int) -> None:
        docs, dates = np.concatenate(self._docs), np.concatenate(self._dates)
        scores = np.concatenate(self._scores)
        if len(docs) > best:
            chosen = first_by(self._keys(scores, dates), len(docs), best)
            docs, scores, dates = docs[chosen], scores[chosen], dates[chosen]
            if self._sort == "relevance":
                self.threshold = float(scores.min())
        self._docs, self._scores, self._dates = [docs], [scores], [dates]

    def _keys(self, scores: Floats, dates: Ints) -> list[Callable[[Ints], Ints | Floats]]:
        """Sort keys, the most important first; larger comes first."""

        def by_score(chosen: Ints) -> Floats:
            return np.asarray(np.round(scores[chosen], DECIMALS))

        def newest(chosen: Ints) -> Ints:
            return np.where(dates[chosen] == UNDATED, -1, dates[chosen])

        def oldest(chosen: Ints) -> Ints:
            return -dates[chosen]

        by_date = oldest if self._sort == "date" else newest
        return [by_score, by_date] if self._sort == "relevance" else [by_date]

    def all(self) -> tuple[Ints, Floats]:
        """What was kept: articles (global numbers, ascending) and scores."""
        if not self._docs:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        return np.concatenate(self._docs), np.concatenate(self._scores)


def first_by(keys: list[Callable[[Ints], Ints | Floats]], size: int, best: int) -> Ints:
    """Which of `size` things (ascending) are the `best` first by several keys, larger ones first, with all that tie.

    Slow twin: sort by the keys, take `best`, and go on while the next one is equal.
    """
    chosen = np.arange(size, dtype=np.int64)
    sure: list[Ints] = []
    for key in keys:
        if len(chosen) <= best:
            break
        values = key(chosen)
        last = np.partition(values, len(values) - best)[len(values) - best]
        above = values > last
        sure.append(chosen[above])
        best -= len(sure[-1])
        chosen = chosen[values == last]
    return np.sort(np.concatenate([*sure, chosen]))


def _runs(scores: Any) -> Any:
    """Scores in _RUN rows, so that the largest of each column are found by whole rows; what is left over is left out."""
    return scores[: len(scores) // _RUN * _RUN].reshape(_RUN, -1)


def _bar(scores: Floats | npt.NDArray[np.float32], best: int, largest: Any = None) -> float:
    """A score that at least `best` of these reach, quickly: of columns of scores the largest ones stand for all."""
    if len(scores) <= best:
        return -np.inf
    if len(scores) < 2 * best * _RUN:
        return float(np.partition(scores, len(scores) - best)[len(scores) - best])
    if largest is None:
        largest = _runs(scores).max(axis=0)
    return float(np.partition(largest, len(largest) - best)[len(largest) - best])
