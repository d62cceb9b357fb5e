"""Sets as bits, against numbers with as many bits and against Python's sets."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchkit.query import bitsets

SIZES = st.integers(1, 700)


def drawn(data: st.DataObject, size: int) -> list[int]:
    return sorted(data.draw(st.sets(st.integers(0, size - 1), max_size=min(size, 40))))


def number(bits: bitsets.Bitset) -> int:
    return int.from_bytes(bits.tobytes(), "little")


@given(SIZES, st.data())
def test_from_documents_and_back(size: int, data: st.DataObject) -> None:
    docs = drawn(data, size)
    bits = bitsets.from_docs(np.array(docs, dtype=data.draw(st.sampled_from(["<i4", "<i8"]))), size)
    assert number(bits) == sum(1 << doc for doc in docs)
    assert len(bits) == len(bitsets.empty(size))
    assert bitsets.to_docs(bits, size).tolist() == docs
    assert bitsets.to_docs(bits, size, len(docs)).tolist() == docs
    assert bitsets.count(bits) == len(docs)


@given(st.lists(st.booleans(), min_size=1, max_size=300))
def test_from_flags_and_back(flags: list[bool]) -> None:
    bits = bitsets.from_flags(np.array(flags))
    assert number(bits) == sum(1 << index for index, flag in enumerate(flags) if flag)
    assert bitsets.to_flags(bits, len(flags)).tolist() == flags
    assert bitsets.to_docs(bits, len(flags)).tolist() == [index for index, flag in enumerate(flags) if flag]


@given(SIZES)
def test_all_and_none(size: int) -> None:
    assert bitsets.to_docs(bitsets.full(size), size).tolist() == list(range(size))
    assert bitsets.to_docs(bitsets.empty(size), size).tolist() == []
    # What is left over beyond the last article is not counted, nor are its opposites.
    assert bitsets.count(bitsets.full(size) & ~bitsets.empty(size)) == size


@given(SIZES, st.data())
def test_what_a_set_holds(size: int, data: st.DataObject) -> None:
    docs, asked = drawn(data, size), drawn(data, size)
    bits = bitsets.from_docs(np.array(docs, dtype=np.int64), size)
    assert bitsets.contains(bits, np.array(asked, dtype=np.int64)).tolist() == [doc in docs for doc in asked]
    ranks = bitsets.ranks(bits, bitsets.counts_before(bits), np.array(asked, dtype=np.int64))
    assert ranks.tolist() == [bisect_left(docs, doc) for doc in asked]


@given(SIZES, st.data())
def test_any_of_several(size: int, data: st.DataObject) -> None:
    parts = [drawn(data, size) for _ in range(data.draw(st.integers(0, 3)))]
    joined = bitsets.union([bitsets.from_docs(np.array(part, dtype=np.int64), size) for part in parts], size)
    assert bitsets.to_docs(joined, size).tolist() == sorted({doc for part in parts for doc in part})
