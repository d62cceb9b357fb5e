"""What an engine found: the articles that match, their scores, and how many."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from searchkit.frozen import frozen

DECIMALS = 9
"""Scores that differ by less (the order of additions differs between engines) count as equal."""


@frozen
class Matches:
    """`docs` (int64, ascending, numbers of articles in one state of an index), `scores` (float64, the same shape) and
    `total`, the count of all that match."""

    docs: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float64]
    total: int
