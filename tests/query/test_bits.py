"""Sets as bits, against numbers with as many bits and against Python's sets."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchkit.query import bits as sets

SIZES = st.integers(1, 700)


def drawn(data: st.DataObject, size: int) -> list[int]:
    return sorted(data.draw(st.sets(st.integers(0, size - 1), max_size=min(size, 40))))


def number(bits: sets.Bits) -> int:
    return int.from_bytes(bits.tobytes(), "little")


@given(SIZES, st.data())
def test_from_documents_and_back(size: int, data: st.DataObject) -> None:
    docs = drawn(data, size)
    bits = sets.of_docs(np.array(docs, dtype=data.draw(st.sampled_from(["<i4", "<i8"]))), size)
    assert number(bits) == sum(1 << doc for doc in docs)
    assert len(bits) == len(sets.none(size))
    assert sets.docs_of(bits, size).tolist() == docs
    assert sets.docs_of(bits, size, len(docs)).tolist() == docs
    assert sets.count(bits) == len(docs)


@given(st.lists(st.booleans(), min_size=1, max_size=300))
def test_from_flags_and_back(flags: list[bool]) -> None:
    bits = sets.of_flags(np.array(flags))
    assert number(bits) == sum(1 << place for place, flag in enumerate(flags) if flag)
    assert sets.flags_of(bits, len(flags)).tolist() == flags
    assert sets.docs_of(bits, len(flags)).tolist() == [place for place, flag in enumerate(flags) if flag]


@given(SIZES)
def test_all_and_none(size: int) -> None:
    assert sets.docs_of(sets.every(size), size).tolist() == list(range(size))
    assert sets.docs_of(sets.none(size), size).tolist() == []
    # What is left over beyond the last article is not counted, nor are its opposites.
    assert sets.count(sets.every(size) & ~sets.none(size)) == size


@given(SIZES, st.data())
def test_what_a_set_holds(size: int, data: st.DataObject) -> None:
    docs, asked = drawn(data, size), drawn(data, size)
    bits = sets.of_docs(np.array(docs, dtype=np.int64), size)
    assert sets.holds(bits, np.array(asked, dtype=np.int64)).tolist() == [doc in docs for doc in asked]
    ranks = sets.ranks(bits, sets.before(bits), np.array(asked, dtype=np.int64))
    assert ranks.tolist() == [bisect_left(docs, doc) for doc in asked]


@given(SIZES, st.data())
def test_any_of_several(size: int, data: st.DataObject) -> None:
    parts = [drawn(data, size) for _ in range(data.draw(st.integers(0, 3)))]
    joined = sets.any_of([sets.of_docs(np.array(part, dtype=np.int64), size) for part in parts], size)
    assert sets.docs_of(joined, size).tolist() == sorted({doc for part in parts for doc in part})
