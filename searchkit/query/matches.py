"""The matches of a query: documents and their scores."""

from __future__ import annotations

from searchkit.arrays import Floats, Ints
from searchkit.frozen import frozen

DECIMALS = 9
"""Scores are compared rounded to so many decimals: engines add them up in different orders."""


@frozen
class Matches:
    """`docs` (int64, ascending) are numbers of documents in a snapshot, `scores` (float64) theirs,
    and `total` is the number of all documents that match."""

    docs: Ints
    scores: Floats
    total: int
