"""What is made of the times: percentiles, which totals agree, and ratios. Nothing here runs anything."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Any

NEAR = 3
"""Articles by which totals may always differ."""
TOLERANCE = {"tantivy": 0.05}
"""By which part totals may differ: the same stemmer all but agrees,"""
ELSE = 0.15
"""and other stemmers take other words for one."""


def percentile(values: Sequence[float], part: float) -> float:
    """The smallest value that at least this part of the values does not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(part * len(ranked)) - 1)]


@dataclass(frozen=True)
class Summary:
    """Some times in three figures."""

    median: float
    p95: float
    mean: float


def summary(values: Sequence[float]) -> Summary:
    """The three figures of times that there are."""
    return Summary(median(values), percentile(values, 0.95), fmean(values))


def agree(engine: str, ours: int, theirs: int) -> bool:
    """Whether two totals are near enough to call the work the same."""
    return abs(ours - theirs) <= max(NEAR, TOLERANCE.get(engine, ELSE) * ours)


def over_rounds(rounds: Sequence[Sequence[float | None]]) -> list[float | None]:
    """The median of each query over the rounds; None for one that was not asked."""
    columns = zip(*rounds, strict=True)
    return [None if None in column else median([value for value in column if value is not None]) for column in columns]


@dataclass(frozen=True)
class Difference:
    """A query for which an engine's time is not believed."""

    query: str
    engine: str
    searchkit: int
    other: int


def differences(names: Sequence[str], engine: str, ours: Sequence[int], theirs: Sequence[int | None]) -> list[Difference]:
    """The queries whose totals do not agree, of those that the engine can ask."""
    return [
        Difference(name, engine, mine, other)
        for name, mine, other in zip(names, ours, theirs, strict=True)
        if other is not None and not agree(engine, mine, other)
    ]


def compared(
    engine: str,
    ours: Sequence[float | None],
    our_totals: Sequence[int],
    theirs: Sequence[float | None],
    their_totals: Sequence[int | None],
) -> dict[str, Any] | None:
    """An engine's times and ours over the queries whose totals agree, and how many times ours theirs are; None where
    there is no such query."""
    pairs = [
        (mine, other)
        for mine, mine_total, other, other_total in zip(ours, our_totals, theirs, their_totals, strict=True)
        if mine is not None and other is not None and other_total is not None and agree(engine, mine_total, other_total)
    ]
    if not pairs:
        return None
    mine, other = (summary(column) for column in zip(*pairs, strict=True))
    ratio = {name: value / asdict(mine)[name] for name, value in asdict(other).items()}
    return {"queries": len(pairs), "searchkit": asdict(mine), "engine": asdict(other), "ratio": ratio}
