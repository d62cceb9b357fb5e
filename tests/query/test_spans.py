"""Places in many articles at once are those of each article by itself, as `analysis.spans` finds
them."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import spans as plain_spans
from searchkit.arrays import Ints
from searchkit.query import spans
from searchkit.query.sorted_arrays import intersect
from searchkit.query.spans import Spans

Pair = tuple[int, int]

CANDIDATES = 3
POSITIONS = st.lists(st.sets(st.integers(0, 14), max_size=7), min_size=CANDIDATES, max_size=CANDIDATES)
"""The positions of a word in each candidate."""
PLACES = st.lists(
    st.sets(st.tuples(st.integers(0, 14), st.integers(0, 3)).map(lambda pair: (pair[0], sum(pair))), max_size=6),
    min_size=CANDIDATES,
    max_size=CANDIDATES,
)
"""Places of a few words in each candidate."""


def keys(word: list[set[int]]) -> Ints:
    found = [(candidate << 32) | position for candidate, there in enumerate(word) for position in sorted(there)]
    return np.array(found, dtype=np.int64)


def spans_of(spans_in_each: list[set[Pair]]) -> Spans:
    pairs = [((c << 32) | first, (c << 32) | last) for c, there in enumerate(spans_in_each) for first, last in sorted(there)]
    return Spans(np.array([p[0] for p in pairs], dtype=np.int64), np.array([p[1] for p in pairs], dtype=np.int64))


def spans_by_candidate(found: Spans) -> list[list[Pair]]:
    apart: list[list[Pair]] = [[] for _ in range(CANDIDATES)]
    for first, last in zip(found.first.tolist(), found.last.tolist(), strict=True):
        assert first >> 32 == last >> 32
        apart[first >> 32].append((first & spans.POSITION_MASK, last & spans.POSITION_MASK))
    assert found.doc_indexes.tolist() == sorted(found.doc_indexes.tolist())
    return apart


@given(st.lists(POSITIONS, min_size=1, max_size=3), st.data(), st.integers(0, 3))
def test_phrases(words: list[list[set[int]]], data: st.DataObject, slop: int) -> None:
    steps = [data.draw(st.integers(1, 3)) for _ in words[1:]]
    found = spans_by_candidate(spans.phrase([keys(word) for word in words], steps, slop))
    for candidate in range(CANDIDATES):
        undivided = [[(position, position) for position in sorted(word[candidate])] for word in words]
        matches = plain_spans.phrase_spans(undivided, steps, slop)
        assert found[candidate] == sorted({(match[0][0], match[-1][1]) for match in matches})


@given(st.lists(PLACES, min_size=1, max_size=3), st.data(), st.integers(0, 3))
def test_phrases_with_divided_words(words: list[list[set[Pair]]], data: st.DataObject, slop: int) -> None:
    steps = [data.draw(st.integers(1, 3)) for _ in words[1:]]
    found = spans_by_candidate(spans.phrase_of_spans([spans_of(word) for word in words], steps, slop))
    for candidate in range(CANDIDATES):
        chains = plain_spans.phrase_spans([sorted(word[candidate]) for word in words], steps, slop)
        assert found[candidate] == sorted({(chain[0][0], chain[-1][1]) for chain in chains})


@given(PLACES, PLACES, st.integers(1, 5), st.booleans())
def test_near(left: list[set[Pair]], right: list[set[Pair]], distance: int, ordered: bool) -> None:
    found = spans_by_candidate(spans.near(spans_of(left), spans_of(right), distance, ordered=ordered))
    for candidate in range(CANDIDATES):
        one, other = sorted(left[candidate]), sorted(right[candidate])
        assert found[candidate] == plain_spans.near_spans(one, other, distance, ordered)


@given(PLACES, PLACES, st.integers(1, 5))
def test_not_near(left: list[set[Pair]], right: list[set[Pair]], distance: int) -> None:
    found = spans_by_candidate(spans.not_near(spans_of(left), spans_of(right), distance))
    for candidate in range(CANDIDATES):
        one, other = sorted(left[candidate]), sorted(right[candidate])
        assert found[candidate] == plain_spans.not_near_spans(one, other, distance)


@given(PLACES, PLACES, POSITIONS)
def test_together(left: list[set[Pair]], right: list[set[Pair]], begins: list[set[int]]) -> None:
    begins = [there - {0} for there in begins]  # each first sentence begins unsaid
    found = spans_by_candidate(spans.together(spans_of(left), spans_of(right), keys(begins)))
    for candidate in range(CANDIDATES):
        number = list(accumulate(position in begins[candidate] for position in range(20)))
        one, other = sorted(left[candidate]), sorted(right[candidate])
        assert found[candidate] == plain_spans.same_unit_spans(one, other, number.__getitem__)


@given(PLACES, PLACES)
def test_union(one: list[set[Pair]], other: list[set[Pair]]) -> None:
    found = spans_by_candidate(spans.union([spans_of(one), spans_of(other)]))
    assert found == [plain_spans.union_spans([one[c], other[c]]) for c in range(CANDIDATES)]


@given(st.sets(st.integers(0, 400), max_size=60), st.sets(st.integers(0, 400), max_size=60))
def test_intersections(one: set[int], other: set[int]) -> None:
    shared = intersect(np.array(sorted(one), dtype=np.int64), np.array(sorted(other), dtype=np.int64))
    assert shared.tolist() == sorted(one & other)
