"""After many small updates few segments are left, and each article was copied about once in each
tier."""

from __future__ import annotations

import itertools
import math

import pytest

from searchkit.codec.segment_ref import SegmentRef
from searchkit.indexing.merge_policy import FACTOR, FLOOR, MAX_DOCS, find_merge, tier


def after_updates(sizes: list[int]) -> tuple[list[SegmentRef], list[int], int]:
    """The segments after commits of these sizes, how many there were after each commit, and how
    many articles were copied."""
    segments: list[SegmentRef] = []
    counts = []
    copied = 0
    for number, size in enumerate(sizes):
        segments.append(SegmentRef(f"{number:x}", size))
        while merged := find_merge(segments):
            copied += sum(ref.live_count for ref in merged)
            segments = [ref for ref in segments if ref not in merged]
            segments.append(SegmentRef(f"{number:x}m{copied:x}", sum(ref.live_count for ref in merged)))
        counts.append(len(segments))
    return segments, counts, copied


@pytest.mark.parametrize(("commits", "size"), [(3_000, FLOOR), (400, 8 * FLOOR), (3_000, FLOOR // 2)])
def test_cost_and_segments_grow_with_the_logarithm(commits: int, size: int) -> None:
    segments, counts, copied = after_updates([size] * commits)
    total = commits * size
    assert sum(ref.live_count for ref in segments) == total
    tiers = math.log(total / FLOOR, FACTOR)
    assert max(counts) <= FACTOR * (tiers + 1)
    assert copied <= total * (tiers + 1)


def test_twice_the_updates_are_about_twice_the_work() -> None:
    copies = [after_updates([FLOOR] * commits)[2] / commits for commits in (FACTOR**2, FACTOR**3, FACTOR**4)]
    steps = [later - earlier for earlier, later in itertools.pairwise(copies)]
    assert all(abs(step - FLOOR) <= FLOOR for step in steps)  # once more for each tier, not so many times as much


def test_tiers_by_live_count() -> None:
    assert [tier(size) for size in (1, FLOOR, FLOOR * FACTOR - 1, FLOOR * FACTOR, FLOOR * FACTOR**2)] == [0, 0, 0, 1, 2]


def test_a_segment_that_is_mostly_deleted_is_rewritten_alone() -> None:
    ref = SegmentRef("a", 2 * FLOOR, b"\xff" * (2 * FLOOR * 3 // 4 // 8) + b"\x00" * (2 * FLOOR // 4 // 8))
    assert ref.deleted_count * 2 > ref.doc_count
    assert find_merge([SegmentRef("b", 10), ref]) == [ref]


def test_no_segment_becomes_too_large() -> None:
    large = [SegmentRef(f"{n}", MAX_DOCS // 3) for n in range(FACTOR)]
    assert sum(ref.live_count for ref in find_merge(large)) <= MAX_DOCS
