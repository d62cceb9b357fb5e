"""What an engine found: the articles that match, their scores, and how many."""

from __future__ import annotations

from searchkit.arrays import Floats, Ints
from searchkit.frozen import frozen

DECIMALS = 9
"""Scores that differ by less (the order of additions differs between engines) count as equal."""


@frozen
class Matches:
    """`docs` (int64, ascending, numbers of articles in one state of an index), `scores` (float64,
    the same shape) and `total`, the count of all that match."""

    docs: Ints
    scores: Floats
    total: int
