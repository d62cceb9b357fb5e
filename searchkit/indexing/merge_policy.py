"""Decides which segments to merge: a tiered policy, so that the work over many small updates grows
with their logarithm.

As Lucene's TieredMergePolicy has it: segments of similar size are merged when there are too many of
them, so each article is copied once in each tier. (M. McCandless, "Visualizing Lucene's segment
merges", 2011.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from searchkit.codec.segment_ref import SegmentRef

FLOOR = 1_000
"""Segments with fewer live articles count as one size."""
FACTOR = 8
"""How many times larger a segment of the next tier is, and how many of one tier are merged."""
MAX_DOCS = 5_000_000
"""Articles that a merged segment may have."""


def tier(live_count: int) -> int:
    """The tier of a segment with so many live articles."""
    return 0 if live_count < FLOOR * FACTOR else int(math.log(live_count / FLOOR, FACTOR) + 1e-9)


def find_merge(segments: Sequence[SegmentRef]) -> list[SegmentRef]:
    """Segments to merge into one now, in their order; none when there is nothing to do. Ask again
    after each merge."""
    wasted = [ref for ref in segments if ref.deleted_count * 2 > ref.doc_count and ref.doc_count >= FLOOR]
    if wasted:
        return wasted[:1]
    for level in sorted({tier(ref.live_count) for ref in segments}):
        alike = [ref for ref in segments if tier(ref.live_count) == level]
        if len(alike) < FACTOR:
            continue
        while len(alike) > 1 and sum(ref.live_count for ref in alike) > MAX_DOCS:
            alike.remove(max(alike, key=lambda ref: ref.live_count))
        if len(alike) > 1:
            return alike
    return []
