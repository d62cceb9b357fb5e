"""Gives every position of a field a number of its own, its key. Keys ascend by document, and by
position in a document.

All positions of a word, in all documents, are then one ascending array, and phrases are found by
merging such arrays.
"""

from __future__ import annotations

import numpy as np

from searchkit.arrays import AnyArray, Ints
from searchkit.codec.ragged import starts_from_counts

Keys = AnyArray

BLOCK_BITS = 8
GAP = 1 << BLOCK_BITS
"""The number of unused keys between two documents: no phrase reaches into the next document, and no
block of so many keys touches more than two documents."""


class PositionKeys:
    """Position p of document n has the key `starts[n] + p`; `starts` ends with the first key behind
    the last document (uint32 if that is large enough, else int64)."""

    def __init__(self, widths: Ints) -> None:
        """`widths` has a number for each document that is greater than its last position."""
        starts = starts_from_counts(widths + GAP)
        self.starts: Keys = starts if int(starts[-1]) >= 2**32 - GAP else starts.astype(np.uint32)
        # The document at the first key of each block: count the blocks at which a document has
        # begun since the last one.
        begun = np.zeros((int(starts[-1]) >> BLOCK_BITS) + 2, dtype=np.int32)
        begun[(starts + (GAP - 1)) >> BLOCK_BITS] = 1
        self._doc_of_block = np.cumsum(begun, out=begun) - 1

    def docs_of(self, keys: Keys) -> Ints:
        """The document of each key.

        Reference implementation: `np.searchsorted(starts, keys, side="right") - 1`.
        """
        found = self._doc_of_block[keys >> BLOCK_BITS].astype(np.int64)
        found += keys >= self.starts[found + 1]
        return found
