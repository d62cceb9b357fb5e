"""Operations on ascending arrays of numbers: find, merge, drop repetitions."""

from __future__ import annotations

import numpy as np

from searchkit.arrays import Bools, Ints


def locate(ascending: Ints, wanted: Ints) -> tuple[Ints, Bools]:
    """The index of each wanted number in an ascending array (any index for one that is not there),
    and whether it is there."""
    if len(ascending) == 0:
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    indexes = np.searchsorted(ascending, wanted)
    np.minimum(indexes, len(ascending) - 1, out=indexes)
    return indexes, ascending[indexes] == wanted


def distinct(ascending: Ints) -> Ints:
    """Each number once. Reference implementation: `np.unique`."""
    if len(ascending) == 0:
        return ascending
    return ascending[np.append(True, ascending[1:] != ascending[:-1])]


def intersect(one: Ints, other: Ints) -> Ints:
    """The numbers that two ascending arrays of distinct numbers share, ascending.

    Reference implementation: `sorted(set(one) & set(other))`.
    """
    if len(one) > len(other):
        one, other = other, one
    if len(one) == 0:
        return one
    if len(one) * 8 < len(other):
        return one[locate(other, one)[1]]
    # A stable sort merges two long sorted runs, faster than that many bisections.
    both = np.concatenate([one, other])
    both.sort(kind="stable")
    return both[:-1][both[1:] == both[:-1]]
