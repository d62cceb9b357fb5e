"""Spans of operators: exact cases, and against trying every pair."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import (
    Span,
    near_pairs,
    near_spans,
    not_near_spans,
    paragraph_starts,
    same_unit_spans,
    union_spans,
    unit_numbers,
)

SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from([0, 0, 0, 1, 3])).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=8,
    unique=True,
).map(sorted)


def words(*positions: int) -> list[Span]:
    return [(position, position) for position in positions]


def test_the_nearest_on_either_side() -> None:
    assert near_spans(words(10), words(5, 8, 12, 14), 5, False) == [(8, 10), (10, 12)]
    assert near_spans(words(10), words(5, 8, 12, 14), 5, True) == [(10, 12)]
    assert near_spans(words(10), words(4, 16), 5, False) == []
    assert near_spans(words(10), words(5, 15), 5, False) == [(5, 10), (10, 15)]


def test_spans_that_overlap_are_never_near() -> None:
    assert near_spans(words(3), words(3), 5, False) == []
    assert near_spans(words(3, 5), words(3, 5), 5, False) == [(3, 5)]
    assert near_spans([(2, 6)], words(4, 7), 5, False) == [(2, 7)]
    assert near_spans([(2, 6)], [(1, 2), (6, 9)], 5, False) == []


def test_of_several_as_near_the_shortest() -> None:
    assert near_pairs(words(1), [(3, 3), (3, 5)], 5, True) == [((1, 1), (3, 3))]
    assert near_pairs(words(9), [(3, 7), (5, 7)], 5, False) == [((9, 9), (5, 7))]


def test_not_near() -> None:
    assert not_near_spans(words(1, 10, 20), words(6, 25), 5) == []
    assert not_near_spans(words(1, 10, 20), words(6, 25), 4) == words(1, 20)
    assert not_near_spans(words(1, 12, 20), words(7, 26), 4) == words(1, 12, 20)
    assert not_near_spans(words(5, 9), words(5, 9), 4) == []
    assert not_near_spans(words(5, 9), words(5, 9), 3) == words(5, 9)
    assert not_near_spans(words(5), [(3, 8)], 1) == []


def test_same_unit() -> None:
    sentence = {position: position // 10 for position in range(100)}.__getitem__
    assert same_unit_spans(words(5, 19), words(2, 9, 20), sentence) == [(2, 5), (5, 9)]
    assert same_unit_spans([(8, 11)], words(9, 12), sentence) == []
    assert same_unit_spans(words(12), [(8, 11), (15, 19)], sentence) == [(12, 19)]


def test_units() -> None:
    positions = [0, 1, 102, 103, 204, 406]
    assert paragraph_starts(positions) == [0, 2, 4, 5]
    assert unit_numbers(positions, [0, 3]) == {0: 0, 1: 0, 102: 0, 103: 1, 204: 1, 406: 1}
    assert union_spans([words(3, 4), [(1, 2)], words(3)]) == [(1, 2), (3, 3), (4, 4)]


@given(SPANS, SPANS, st.integers(1, 6), st.booleans())
def test_near_against_every_pair(left: list[Span], right: list[Span], distance: int, ordered: bool) -> None:
    expected = set()
    for one in left:
        after = sorted((other for other in right if other[0] > one[1]), key=lambda other: (other[0], other[1]))
        before = sorted((other for other in right if other[1] < one[0]), key=lambda other: (-other[1], -other[0]))
        if after and after[0][0] - one[1] <= distance:
            expected.add((one[0], after[0][1]))
        if before and not ordered and one[0] - before[0][1] <= distance:
            expected.add((before[0][0], one[1]))
    assert near_spans(left, right, distance, ordered) == sorted(expected)


@given(SPANS, SPANS, st.integers(1, 6))
def test_not_near_against_every_pair(left: list[Span], right: list[Span], distance: int) -> None:
    def near(one: Span, other: Span) -> bool:
        overlap = other[0] <= one[1] and other[1] >= one[0]
        return other != one and (overlap or 0 < other[0] - one[1] <= distance or 0 < one[0] - other[1] <= distance)

    assert not_near_spans(left, right, distance) == [one for one in left if not any(near(one, other) for other in right)]


@given(SPANS, SPANS, st.lists(st.integers(1, 20), max_size=4))
def test_same_unit_against_every_pair(left: list[Span], right: list[Span], starts: list[int]) -> None:
    numbers = unit_numbers(range(30), [0, *starts])
    expected = []
    for one in left:
        unit = {numbers[one[0]], numbers[one[1]]}
        inside = [other for other in right if {numbers[other[0]], numbers[other[1]]} == unit]
        if len(unit) == 1:
            expected += near_spans([one], inside, 1000, False)
    assert same_unit_spans(left, right, numbers.__getitem__) == sorted(set(expected))
