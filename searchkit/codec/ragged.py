"""Operations on many runs of an array at once, in place of loops over postings."""

from __future__ import annotations

import numpy as np

from searchkit.arrays import AnyArray, Ints


def ranges(starts: Ints, counts: Ints) -> Ints:
    """The numbers `start, start + 1, ...` (int64), `count` of each, one after the other.

    Reference implementation:
    `[n for start, count in zip(starts, counts) for n in range(start, start + count)]`.
    """
    total = int(counts.sum())
    if len(starts) == 1:
        return np.arange(int(starts[0]), int(starts[0]) + total, dtype=np.int64)
    shifts = starts - (np.cumsum(counts) - counts)
    return np.repeat(shifts, counts) + np.arange(total, dtype=np.int64)


def starts_from_counts(counts: Ints) -> Ints:
    """Where each of consecutive runs begins, and where the last one ends (int64, len + 1 items).

    Reference implementation: `itertools.accumulate(counts, initial=0)`.
    """
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def counts_from_starts(starts: AnyArray) -> Ints:
    """The length of each run (int64), given len + 1 starts. Reference implementation: each start
    minus the one before."""
    numbers = starts.astype(np.int64)
    return numbers[1:] - numbers[:-1]


def run_starts(keys: AnyArray) -> Ints:
    """The indexes where runs of equal items begin (int64, ascending).

    Reference implementation: `[i for i in range(len(keys)) if not i or keys[i] != keys[i - 1]]`.
    """
    if len(keys) == 0:
        return np.zeros(0, dtype=np.int64)
    return np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])


def sum_runs(values: AnyArray, starts: Ints) -> Ints:
    """The sum of each of consecutive runs of `values` (int64), given len + 1 starts; 0 for an empty
    run.

    Reference implementation: `sum` of each slice.
    """
    before = np.zeros(len(values) + 1, dtype=np.int64)
    np.cumsum(values, out=before[1:])
    return before[starts[1:]] - before[starts[:-1]]
