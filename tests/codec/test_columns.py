"""Columns of values, and the starts of sentences, against lists."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchkit.arrays import Ints
from searchkit.codec.columns import LONG_GAP, PositionPairs, Positions, ValueColumn, write_positions, write_value_column
from searchkit.codec.container import Container, ContainerWriter
from searchkit.errors import CorruptIndex

NewPath = Callable[[], Path]

VALUES = st.lists(st.sampled_from(("", "", "a", "ab", "b", "é", "日本", "\U0001f600", "\uffff")), max_size=20)
GAPS = st.lists(
    st.lists(st.sampled_from((1, 2, 100, 254, 255, 256, 509, 510, 511, 765, 70_000)), max_size=6), min_size=1, max_size=6
)


def ints(numbers: list[int]) -> Ints:
    return np.array(numbers, dtype=np.int64)


def column(path: Path, values: list[str]) -> Container:
    with ContainerWriter(path) as writer:
        write_value_column(writer, "v", [value.encode() for value in values])
        writer.close()
    return Container(path)


@settings(deadline=None)
@given(VALUES, st.data())
def test_values(new_path: NewPath, values: list[str], data: st.DataObject) -> None:
    found = ValueColumn(column(new_path(), values), "v", len(values))
    distinct = sorted(set(values) - {""})
    assert [found.dictionary.text(number) for number in range(len(found.dictionary))] == distinct
    assert [found.value(doc).decode() for doc in range(len(values))] == values
    of_value = {value: [doc for doc, other in enumerate(values) if other == value] for value in distinct}
    last = {value: docs[-1] for value, docs in of_value.items()}
    for value in [*distinct, "aa", ""]:  # before and after the order of all is made
        assert found.last_doc_with(value.encode()) == last.get(value, -1)
    assert [found.docs_with(number).tolist() for number in range(len(distinct))] == list(of_value.values())
    for value in [*distinct, "aa", ""]:
        assert found.last_doc_with(value.encode()) == last.get(value, -1)
    some = sorted(data.draw(st.sets(st.integers(0, len(distinct) - 1)))) if distinct else []
    assert found.docs_with_any(ints(some)).tolist() == sorted(doc for number in some for doc in of_value[distinct[number]])
    for ending in ("b", "", "本"):
        assert [distinct[n] for n in found.reversed.suffix(ending)] == [
            value for value in distinct if value.endswith(ending)
        ]


@pytest.mark.parametrize(("count", "dtype"), [(255, "|u1"), (256, "<u2")])
def test_numbers_of_values_are_as_wide_as_they_need_to_be(new_path: NewPath, count: int, dtype: str) -> None:
    values = [f"{number:03}" for number in range(count)]
    found = ValueColumn(column(new_path(), values), "v", count)
    assert found.ordinals.dtype.str == dtype
    assert found.value(count - 1) == values[-1].encode()


@pytest.mark.parametrize("dtype", ["|u1", "<u2", "<u4", "<u8"])
def test_values_that_are_not_there_are_damage(new_path: NewPath, dtype: str) -> None:
    path = new_path()
    with ContainerWriter(path) as writer:
        writer.add("v", np.frombuffer(b"ab", dtype=np.uint8))
        writer.add("v.at", np.array([0, 1, 2], dtype=np.uint8))
        writer.add("v.of", np.array([2, 0, 1, np.iinfo(dtype).max], dtype=dtype))
        writer.close()
    found = ValueColumn(Container(path), "v", 4)
    assert found.value(0) == b"b"
    with pytest.raises(CorruptIndex, match="names values that are not there"):
        found.docs_with(0)
    with pytest.raises(CorruptIndex, match="names values that are not there"):
        found.value(3)


@pytest.mark.parametrize("dtype", ["|u1", "<u2", "<u4", "<u8"])
def test_numbers_of_values_of_every_width(new_path: NewPath, dtype: str) -> None:
    path = new_path()
    with ContainerWriter(path) as writer:
        writer.add("v", np.frombuffer(b"ab", dtype=np.uint8))
        writer.add("v.at", np.array([0, 1, 2], dtype=dtype))
        writer.add("v.of", np.array([2, 0, 1, 2], dtype=dtype))
        writer.close()
    found = ValueColumn(Container(path), "v", 4)
    assert [found.value(doc) for doc in range(4)] == [b"b", b"", b"a", b"b"]
    assert [found.docs_with(number).tolist() for number in range(2)] == [[2], [0, 3]]
    assert found.docs_with_any(ints([0, 1])).tolist() == [0, 2, 3]


@settings(deadline=None)
@given(GAPS, st.data())
@example([[255, 255, 510], [], [765]], None)
def test_positions(new_path: NewPath, gaps: list[list[int]], data: st.DataObject | None) -> None:
    positions = [list(accumulate(of_doc)) for of_doc in gaps]
    docs = [doc for doc, of_doc in enumerate(gaps) for _ in of_doc]
    path = new_path()
    with ContainerWriter(path) as writer:
        write_positions(writer, "b", ints(docs), ints([p for of_doc in positions for p in of_doc]), len(gaps))
        writer.close()
    starts = Positions(Container(path), "b", len(gaps))
    # As the table of bytes has it: a step of 255 that is no beginning yet, as often as it fits, and
    # the rest.
    steps = [[*[LONG_GAP] * (gap // LONG_GAP), gap % LONG_GAP] for of_doc in gaps for gap in of_doc]
    assert Container(path).read_bytes("b") == bytes([step for of_gap in steps for step in of_gap])
    chosen = sorted(data.draw(st.sets(st.integers(0, len(gaps) - 1)))) if data else [0, 2]
    for some in (list(range(len(gaps))), chosen):
        found, counts = starts.in_docs(ints(some))
        assert found.tolist() == [position for doc in some for position in positions[doc]]
        assert counts.tolist() == [len(positions[doc]) for doc in some]


def test_a_range_without_an_end_is_damage(new_path: NewPath) -> None:
    path = new_path()
    with ContainerWriter(path) as writer:
        write_positions(writer, "b", ints([0, 0, 2, 2, 2]), ints([3, 3, 0, 9, 300]), 3)
        writer.close()
    pairs = PositionPairs(Container(path), "b", 3)
    assert [found.tolist() for found in pairs.in_docs(ints([0, 1]))] == [[3, 3], [2, 0]]
    with pytest.raises(CorruptIndex, match="its section b does not fit"):
        pairs.in_docs(ints([1, 2]))


def test_writing_positions_leaves_the_positions_alone(new_path: NewPath) -> None:
    docs, positions = ints([0, 0, 1]), ints([3, 300, 7])
    with ContainerWriter(new_path()) as writer:
        write_positions(writer, "b", docs, positions, 2)
        writer.close()
    assert positions.tolist() == [3, 300, 7]


def test_positions_that_do_not_fit_are_damage(new_path: NewPath) -> None:
    for starts, read in (([0, 1, 3], None), ([0, 2**32 - 1, 2], [0]), ([0, 2, 1, 2], [1, 2]), ([2**31, 0, 2], [0])):
        path = new_path()
        with ContainerWriter(path) as writer:
            writer.add("b", np.array([7, 9], dtype=np.uint8))
            writer.add("b.at", np.array(starts, dtype=np.uint32))
            writer.close()
        with pytest.raises(CorruptIndex, match="its section b does not fit"):
            Positions(Container(path), "b", len(starts) - 1).in_docs(ints(read or []))
