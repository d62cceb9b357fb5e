"""Which of many matches can be among the first? What cannot is let go of early, so that scoring and sorting stay small.

First by score (rounded, because the order of additions differs between engines), then the newer article, undated ones
last; by date alone where that is asked for. What ties in all of this is kept, for ids decide in the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

import numpy as np

from searchkit.arrays import Floats, Ints
from searchkit.model import Sort
from searchkit.query.matches import DECIMALS
from searchkit.query.word_postings import ROUGHNESS, Rough
from searchkit.schema import UNDATED

NEGLIGIBLE = 10.0**-DECIMALS
_RUN = 64
"""Numbers of which the largest stands for all, when a bar is set for the rest."""


def competitive(rough: Rough, slack: float, best: int) -> Ints:
    """Which scores (places, ascending) can be among the `best` largest, when all are at most `slack` too large.

    Slow twin: all of them.
    """
    bar = _bar(rough, best)
    least = bar - slack - abs(bar) * 10 * ROUGHNESS - NEGLIGIBLE
    return np.flatnonzero(rough >= np.float32(least))


def _bar(scores: Rough | Floats, best: int) -> float:
    """A score that at least `best` of these reach, quickly: of columns of scores the largest ones stand for all."""
    if len(scores) <= best:
        return -np.inf
    largest = scores
    if len(scores) >= 2 * best * _RUN:
        largest = scores[: len(scores) // _RUN * _RUN].reshape(_RUN, -1).max(axis=0)
    return float(np.partition(largest, len(largest) - best)[len(largest) - best])


def top_docs(scores: Floats, dates: Ints, best: int, sort: Sort) -> Ints:
    """Which articles (places, ascending) are the `best` first in an order, with all that tie with the last of them."""

    def by_score(chosen: Ints) -> Floats:
        return np.asarray(np.round(scores[chosen], DECIMALS))

    def newest(chosen: Ints) -> Ints:
        return np.where(dates[chosen] == UNDATED, -1, dates[chosen])

    def oldest(chosen: Ints) -> Ints:
        return -dates[chosen]

    match sort:
        case "date":
            return top_by_keys([oldest], len(dates), best)
        case "-date":
            return top_by_keys([newest], len(dates), best)
        case "relevance":
            pass
        case _:
            assert_never(sort)
    if len(scores) < 2 * best * _RUN:
        return top_by_keys([by_score, newest], len(dates), best)
    # What lies below a bar that enough reach needs no closer look.
    promising = np.flatnonzero(scores >= _bar(scores, best) - 2 * NEGLIGIBLE)
    scores, dates = scores[promising], dates[promising]
    return promising[top_by_keys([by_score, newest], len(dates), best)]


def top_by_keys(keys: list[Callable[[Ints], Any]], size: int, best: int) -> Ints:
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
