"""Ranges, runs and sums over whole arrays, against loops."""

from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchkit.codec.ragged import counts_from_starts, ranges, run_starts, starts_from_counts, sum_runs

COUNTS = st.lists(st.integers(0, 6), max_size=12)


def ints(numbers: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


@given(st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 6)), max_size=12))
def test_ranges(runs: list[tuple[int, int]]) -> None:
    found = ranges(ints([start for start, _ in runs]), ints([count for _, count in runs]))
    assert found.dtype == np.int64
    assert found.tolist() == [n for start, count in runs for n in range(start, start + count)]


@given(COUNTS)
def test_starts(counts: list[int]) -> None:
    found = starts_from_counts(ints(counts))
    assert found.dtype == np.int64
    assert found.tolist() == list(accumulate(counts, initial=0))


@given(COUNTS, st.sampled_from(["|u1", "<u4", "<u8", "<i8"]))
def test_counts(counts: list[int], dtype: str) -> None:
    found = counts_from_starts(np.array(list(accumulate(counts, initial=0)), dtype=dtype))
    assert found.dtype == np.int64
    assert found.tolist() == counts


@given(st.lists(st.integers(0, 2), max_size=20), st.sampled_from(["<i8", "<u2", "|u1"]))
def test_run_starts(keys: list[int], dtype: str) -> None:
    found = run_starts(np.array(keys, dtype=dtype))
    assert found.dtype == np.int64
    assert found.tolist() == [i for i in range(len(keys)) if not i or keys[i] != keys[i - 1]]


@given(COUNTS, st.sampled_from(["|b1", "|u1", "<u2", "<i8"]), st.data())
def test_sums(counts: list[int], dtype: str, data: st.DataObject) -> None:
    most = 1 if dtype == "|b1" else 255
    values = data.draw(st.lists(st.integers(0, most), min_size=sum(counts), max_size=sum(counts)))
    starts = list(accumulate(counts, initial=0))
    found = sum_runs(np.array(values, dtype=dtype), ints(starts))
    assert found.dtype == np.int64
    assert found.tolist() == [sum(values[a:b]) for a, b in pairwise(starts)]
