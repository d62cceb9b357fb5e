"""Computes figures from measured times: percentiles, which totals agree, and ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Any

ALWAYS_TOLERATED = 3
"""How many articles two totals may always differ by."""
TOLERANCE = {"tantivy": 0.05}
"""How far the totals of an engine with nearly the same stemmer may differ, as a fraction."""
OTHER_TOLERANCE = 0.15
"""The same for the other engines, whose stemmers conflate other words."""


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least this part of the values does not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(part * len(ranked)) - 1)]


@dataclass(frozen=True)
class Summary:
    """Three figures of some times."""

    median: float
    p95: float
    mean: float


def summary(values: Sequence[float]) -> Summary:
    """The three figures of at least one time."""
    return Summary(median(values), percentile(values, 0.95), fmean(values))


def totals_agree(engine: str, ours: int, theirs: int) -> bool:
    """Whether two totals are so close that the engines did the same work."""
    return abs(ours - theirs) <= max(ALWAYS_TOLERATED, TOLERANCE.get(engine, OTHER_TOLERANCE) * ours)


def median_of_rounds(rounds: Sequence[Sequence[float | None]]) -> list[float | None]:
    """The median of each query over the rounds; None for one that was not asked."""
    columns = zip(*rounds, strict=True)
    return [None if None in column else median([value for value in column if value is not None]) for column in columns]


@dataclass(frozen=True)
class Difference:
    """A query whose times are not compared, because the totals differ."""

    query: str
    engine: str
    searchkit: int
    other: int


def differences(names: Sequence[str], engine: str, ours: Sequence[int], theirs: Sequence[int | None]) -> list[Difference]:
    """The queries whose totals differ too much, of those that the engine can express."""
    return [
        Difference(name, engine, mine, other)
        for name, mine, other in zip(names, ours, theirs, strict=True)
        if other is not None and not totals_agree(engine, mine, other)
    ]


def compare_times(
    engine: str,
    ours: Sequence[float | None],
    our_totals: Sequence[int],
    theirs: Sequence[float | None],
    their_totals: Sequence[int | None],
) -> dict[str, Any] | None:
    """The times of an engine and of searchkit over the queries whose totals agree, and their
    ratios.

    None if there is no such query.
    """
    pairs = [
        (mine, other)
        for mine, mine_total, other, other_total in zip(ours, our_totals, theirs, their_totals, strict=True)
        if mine is not None
        and other is not None
        and other_total is not None
        and totals_agree(engine, mine_total, other_total)
    ]
    if not pairs:
        return None
    mine, other = (summary(column) for column in zip(*pairs, strict=True))
    ratio = {name: value / asdict(mine)[name] for name, value in asdict(other).items()}
    return {"queries": len(pairs), "searchkit": asdict(mine), "engine": asdict(other), "ratio": ratio}
