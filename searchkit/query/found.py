"""Articles that were found in one segment, with their scores: how sets of them are joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DENSE = 8
"""A set that holds more than one in so many documents of a segment is joined through an array over all of them."""


@dataclass(frozen=True, slots=True)
class Found:
    """`docs` (int64, ascending, distinct) and their `scores` (float64), None where nothing scores."""

    docs: Ints
    scores: Floats | None = None

    def __len__(self) -> int:
        return len(self.docs)


NOTHING = Found(np.zeros(0, dtype=np.int64))


def union(parts: Sequence[Found], size: int) -> Found:
    """All documents of any part, scores added up in the order of the parts; `size` are the documents of the segment.

    Slow twin: a dictionary from documents to sums.
    """
    parts = [part for part in parts if len(part)]
    if len(parts) <= 1:
        return parts[0] if parts else NOTHING
    scored = any(part.scores is not None for part in parts)
    if sum(map(len, parts)) * DENSE > size:
        there = np.zeros(size, dtype=bool)
        sums = np.zeros(size if scored else 0)
        for part in parts:
            there[part.docs] = True
            if part.scores is not None:
                sums[part.docs] += part.scores
        docs = np.flatnonzero(there)
        return Found(docs, sums[docs] if scored else None)
    together = np.concatenate([part.docs for part in parts])
    order = np.argsort(together, kind="stable")
    docs = together[order]
    first = np.ones(len(docs), dtype=bool)
    np.not_equal(docs[1:], docs[:-1], out=first[1:])
    firsts = np.flatnonzero(first)
    if not scored:
        return Found(docs[firsts])
    scores = np.concatenate([np.zeros(len(part)) if part.scores is None else part.scores for part in parts])[order]
    return Found(docs[firsts], np.add.reduceat(scores, firsts))


def plus(one: Floats | None, other: Floats | None) -> Floats | None:
    """Two columns of scores added up; None is zeros."""
    if one is None or other is None:
        return other if one is None else one
    return one + other
