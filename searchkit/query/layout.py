"""The places of all articles in one field, one article after the other: one number for an article and a position in it."""

from __future__ import annotations

import numpy as np

from searchkit.arrays import AnyArray, Ints
from searchkit.codec.ragged import starts_from_counts

Keys = AnyArray

BLOCK_BITS = 8
BETWEEN = 1 << BLOCK_BITS
"""Places that are left free between two articles, so that no phrase reaches into the next one, and that no block of so many
places touches more than two articles."""


class Layout:
    """`starts` says where each article begins, and where the last one ends (uint32 where that will do, else int64): its
    position p has key `starts[n] + p`."""

    def __init__(self, widths: Ints) -> None:
        """`widths` are more than the last position of each article."""
        starts = starts_from_counts(widths + BETWEEN)
        self.starts: Keys = starts if int(starts[-1]) >= 2**32 - BETWEEN else starts.astype(np.uint32)
        # Of each block the article at its first place: blocks after which one more article has begun, added up.
        begun = np.zeros((int(starts[-1]) >> BLOCK_BITS) + 2, dtype=np.int32)
        begun[(starts + (BETWEEN - 1)) >> BLOCK_BITS] = 1
        self._article = np.cumsum(begun, out=begun) - 1

    def articles(self, keys: Keys) -> Ints:
        """The article of each key. Slow twin: `np.searchsorted(starts, keys, side="right") - 1`."""
        found = self._article[keys >> BLOCK_BITS].astype(np.int64)
        found += keys >= self.starts[found + 1]
        return found
