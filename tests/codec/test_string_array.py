"""Many texts as one array, against lists of texts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchkit.codec.string_array import StringArray, as_string_array, distinct_in_order, sorted_order, unique_strings

SIZES = st.sampled_from([0, 1, 2, 7, 8, 9, 15, 16, 17, 25])
NEARLY_ALIKE = SIZES.flatmap(lambda size: st.lists(st.sampled_from(b"\0ab\xff"), min_size=size, max_size=size).map(bytes))
ALIKE = st.builds(lambda size, end: b"a" * size + end, SIZES, st.sampled_from([b"", b"\0", b"b", b"\xff", b"\0\0"]))
TEXTS = st.lists(NEARLY_ALIKE | ALIKE, max_size=12)


@given(TEXTS)
@example([b"a" * 8, b"a" * 8 + b"\0", b"a" * 8, b"", b"\0"])
def test_the_order_of_texts(texts: list[bytes]) -> None:
    order, first = sorted_order(as_string_array(texts))
    assert order.tolist() == sorted(range(len(texts)), key=texts.__getitem__)
    ordered = sorted(texts)
    assert first.tolist() == [not place or ordered[place] != ordered[place - 1] for place in range(len(texts))]


@given(TEXTS)
def test_numbers_of_distinct_texts(texts: list[bytes]) -> None:
    distinct, numbers = unique_strings(as_string_array(texts))
    assert distinct.tolist() == sorted(set(texts))
    assert numbers.tolist() == [distinct.tolist().index(text) for text in texts]
    seen, places = distinct_in_order(texts)
    assert seen == list(dict.fromkeys(texts))
    assert [seen[place] for place in places.tolist()] == texts


@given(TEXTS, st.lists(st.integers(0, 11)))
def test_some_of_the_texts(texts: list[bytes], numbers: list[int]) -> None:
    chosen = [number for number in numbers if number < len(texts)]
    taken = as_string_array(texts).take(np.array(chosen, dtype=np.int64))
    assert taken.tolist() == [texts[number] for number in chosen]
    assert len(taken) == len(chosen)


@given(st.lists(st.text("abéъ日\U0001f600", max_size=4)))
def test_reversed_texts(texts: list[str]) -> None:
    backwards = as_string_array([text.encode() for text in texts]).reverse()
    assert isinstance(backwards, StringArray)
    assert backwards.tolist() == [text[::-1].encode() for text in reversed(texts)]


def test_half_a_character_is_no_text() -> None:
    with pytest.raises(UnicodeDecodeError):
        as_string_array(["é".encode()[:1], "é".encode()[1:]]).reverse()
