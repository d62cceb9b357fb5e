"""Codes of all widths, packed and unpacked, against reading each term's bytes as one little
number."""

from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchkit.codec.packing import WIDTHS, byte_starts, code_widths, pack, unpack

Terms = list[tuple[int, list[int]]]
"""The bits of each term's codes, and the codes."""


def ints(numbers: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(numbers, dtype=np.int64)


def slowly_packed(terms: Terms) -> bytes:
    data = b""
    for width, codes in terms:
        number = sum(code << (width * place) for place, code in enumerate(codes))
        data += number.to_bytes((width * len(codes) + 7) // 8, "little")
    return data


def slowly_unpacked(data: bytes, start: int, count: int, width: int) -> list[int]:
    number = int.from_bytes(data[start : start + (width * count + 7) // 8], "little")
    return [(number >> (width * place)) & ((1 << width) - 1) for place in range(count)]


def codes(width: int) -> st.SearchStrategy[tuple[int, list[int]]]:
    return st.tuples(st.just(width), st.lists(st.integers(0, 2**width - 1), max_size=20))


@given(st.lists(st.sampled_from(WIDTHS).flatmap(codes), max_size=8), st.data())
@example([(16, [65_535, 0, 256]), (32, [2**32 - 1, 1]), (0, [0, 0]), (1, [1] * 9), (2, []), (8, [255])], None)
def test_what_is_packed_is_unpacked(terms: Terms, data: st.DataObject | None) -> None:
    widths = ints([width for width, _ in terms])
    counts = ints([len(found) for _, found in terms])
    flat = ints([code for _, found in terms for code in found])
    packed = pack(flat, counts, widths)
    assert packed.tobytes() == slowly_packed(terms)
    starts = byte_starts(counts, widths)
    assert starts.tolist() == list(accumulate(((w * len(found) + 7) // 8 for w, found in terms), initial=0))
    assert unpack(packed, starts[:-1], counts, widths).tolist() == flat.tolist()
    some = ints(list(range(len(terms))) if data is None else sorted(data.draw(st.sets(st.sampled_from(range(len(terms))))))
                if terms else [])  # fmt: skip
    found = unpack(packed, starts[some], counts[some], widths[some])
    assert found.dtype == np.int64
    assert found.tolist() == [
        code
        for term in some.tolist()
        for code in slowly_unpacked(packed.tobytes(), int(starts[term]), len(terms[term][1]), terms[term][0])
    ]
    for term, (width, expected) in enumerate(terms):  # one alone goes another way
        alone = slice(term, term + 1)
        assert unpack(packed, starts[alone], counts[alone], widths[alone]).tolist() == expected, width


@given(st.integers(1, 2**32))
@example(1)
@example(2)
@example(65_536)
@example(65_537)
def test_the_least_width_that_holds_all_forms(forms: int) -> None:
    width = int(code_widths(ints([forms]))[0])
    assert width == next(bits for bits in WIDTHS if forms - 1 < 2**bits)


@pytest.mark.parametrize(("forms", "width"), [(1, 0), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (256, 8), (257, 16)])
def test_widths(forms: int, width: int) -> None:
    assert code_widths(ints([forms, 1])).tolist() == [width, 0]
