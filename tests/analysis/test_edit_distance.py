from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import within_edits

SHORT = st.text(alphabet="abc", max_size=7)


def distance(one: str, other: str) -> int:
    """The optimal string alignment distance as it is defined, from the ends of both words."""

    @cache
    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        ways = [between(i - 1, j) + 1, between(i, j - 1) + 1, between(i - 1, j - 1) + (one[i - 1] != other[j - 1])]
        if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
            ways.append(between(i - 2, j - 2) + 1)
        return min(ways)

    return between(len(one), len(other))


@given(SHORT, SHORT, st.integers(0, 4))
def test_against_the_definition(word: str, typed: str, edits: int) -> None:
    assert within_edits(word, typed, edits) == (distance(word, typed) <= edits)


@pytest.mark.parametrize(
    ("word", "typed", "edits"),
    [
        ("karabakh", "karabakh", 0),
        ("karabagh", "karabakh", 1),
        ("karabah", "karabakh", 1),
        ("kharabakh", "karabakh", 1),
        ("krabaakh", "karabakh", 2),
        ("akrabakh", "karabakh", 1),
        ("akrabahk", "karabakh", 2),
        ("ca", "abc", 3),  # a swap is not edited again: not 2
    ],
)
def test_edits(word: str, typed: str, edits: int) -> None:
    assert within_edits(word, typed, edits)
    assert not edits or not within_edits(word, typed, edits - 1)
