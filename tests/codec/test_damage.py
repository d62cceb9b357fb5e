"""Segments with bytes missing or changed: verify tells, and reading says so or answers, but never
starts in another way."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from searchkit.codec import verify
from searchkit.codec.container import HEADER, Container, ContainerWriter
from searchkit.codec.merge import MergeInput, merge
from searchkit.codec.reader import SegmentReader
from searchkit.errors import CorruptIndex
from tests.codec.damage import SAID, little_memory, use, use_in_merge
from tests.codec.plain import Doc, Word, build, plain, random_docs, read
from tests.codec.rewrite import rewrite, sections_of
from tests.codec.table import named, rows

NewPath = Callable[[], Path]
SMALL = (("body",), ("tags",))


def small_docs() -> list[Doc]:
    """Few articles with every kind of section filled."""
    far = tuple(Word(form, 70_000 * n, n % 3) for n, form in enumerate(("aa", "AA", "é", "e", "日本")))
    often = tuple(Word("b", n, 0) for n in range(256))
    docs = random_docs(1, 3, names=("body", "tags"), longest=5)
    return [*docs, Doc(b"far", "far", "red", 1, 2, {"body": far}), Doc(b"often", "o", "", 3, 4, {"tags": often})]


@pytest.fixture(scope="module")
def small(new_path: NewPath) -> Path:
    path = new_path()
    build(path, small_docs(), *SMALL)
    return path


@pytest.fixture(scope="module")
def large(new_path: NewPath) -> Path:
    """With dictionaries and several runs."""
    parts, path = [], new_path()
    for seed in (1, 2):
        docs = random_docs(seed, 150, longest=20)
        parts.append(
            MergeInput(build(new_path(), [Doc(d.record * 3, d.key, d.color, d.date, d.digest, d.words) for d in docs]))
        )
    merge(path, parts)
    segment = SegmentReader(path)
    assert segment.stored_fields.dictionary_count == 2
    return path


@pytest.fixture(scope="module", params=["<u4", "<u8"])
def wide(new_path: NewPath, small: Path, request: pytest.FixtureRequest) -> Path:
    """The small segment with wide numbers wherever the table allows them, so that a damaged one is
    huge."""
    segment = SegmentReader(small)
    columns = [name.removesuffix(".value") for name in segment.value_names]
    widened = {name for group in rows() for row in group if "u8" in row.types and "u1" in row.types
               for name in named(row, list(segment.fields), columns)}  # fmt: skip
    arrays = sections_of(small)
    return rewrite(small, new_path(), {name: arrays[name].astype(request.param) for name in widened if name in arrays})


class Damaged:
    """A copy of a file in which bytes are changed and changed back."""

    def __init__(self, source: Path, path: Path) -> None:
        self.path, self.whole = path, source.read_bytes()
        path.write_bytes(self.whole)
        self._file = os.open(path, os.O_RDWR)

    def flip(self, offset: int, bits: int) -> None:
        os.pwrite(self._file, bytes([self.whole[offset] ^ bits]), offset)

    def mend(self, offset: int) -> None:
        os.pwrite(self._file, self.whole[offset : offset + 1], offset)

    def flipped(self, offsets: list[int], bits: Callable[[int], int]) -> Iterator[int]:
        for offset in offsets:
            self.flip(offset, bits(offset))
            yield offset
            self.mend(offset)

    def cut(self, size: int) -> None:
        os.ftruncate(self._file, size)

    def close(self) -> None:
        assert self.path.read_bytes() == self.whole
        os.close(self._file)


def test_the_wide_segment_says_the_same(wide: Path) -> None:
    assert read(SegmentReader(wide)) == plain(small_docs(), *SMALL)
    verify.check(wide)
    assert use(wide) == 0
    assert use_in_merge(wide, wide.with_suffix(".merged"))


def test_a_whole_segment_has_no_faults(small: Path, large: Path) -> None:
    assert small.stat().st_size < 16_000
    for path in (small, large):
        assert list(verify.find_damage(path)) == []
        assert use(path) == 0


def test_every_missing_end_is_told(new_path: NewPath, small: Path) -> None:
    copy = Damaged(small, new_path())
    for size in range(len(copy.whole) - 1, -1, -1):
        copy.cut(size)
        with pytest.raises(CorruptIndex) as caught:
            verify.check(copy.path)
        assert caught.value.path == str(copy.path)
        assert use(copy.path) == 1
    copy.path.write_bytes(copy.whole + b"\0")
    with pytest.raises(CorruptIndex):
        verify.check(copy.path)


def test_every_changed_byte_is_told(new_path: NewPath, small: Path) -> None:
    copy = Damaged(small, new_path())
    for offset in copy.flipped(list(range(len(copy.whole))), lambda offset: 1 << offset % 8):
        faults = list(verify.find_damage(copy.path))
        assert len(faults) == 1, offset
        assert str(copy.path) in faults[0]
        if offset % 16 == 0:
            with pytest.raises(CorruptIndex) as caught:
                verify.check(copy.path)
            assert caught.value.path == str(copy.path)
    copy.close()


def test_changed_bytes_of_a_larger_segment_are_told(new_path: NewPath, large: Path) -> None:
    copy = Damaged(large, new_path())
    chance = random.Random(5)
    offsets = chance.sample(range(len(copy.whole)), 150)
    for offset in copy.flipped(offsets, lambda offset: chance.randrange(1, 256)):
        assert len(list(verify.find_damage(copy.path))) == 1, offset
    copy.close()


def test_header_and_table_are_checked_when_a_segment_is_opened(new_path: NewPath, small: Path) -> None:
    copy = Damaged(small, new_path())
    table = int.from_bytes(copy.whole[16:24], "little")
    for offset in copy.flipped([*range(HEADER.size), *range(table, len(copy.whole))], lambda offset: 255):
        with pytest.raises(SAID):
            SegmentReader(copy.path)
        assert use(copy.path) == 1, offset
    copy.close()


def inside(path: Path, most: int) -> list[tuple[str, int]]:
    """The bytes of all sections, of long ones the first and some others: their section and their
    offset."""
    chance, found = random.Random(9), []
    for section in Container(path).sections.values():
        numbers = list(range(section.size))
        chosen = numbers if len(numbers) <= most else [*numbers[: most // 4], *chance.sample(numbers, most * 3 // 4)]
        found += [(section.name, section.offset + number) for number in chosen]
    return found


def test_damaged_sections_are_told_or_answer(new_path: NewPath, small: Path) -> None:
    copy = Damaged(small, new_path())
    chance = random.Random(10)
    met = 0
    with little_memory():
        for section, offset in inside(small, 100):
            for _ in copy.flipped([offset], lambda offset: chance.choice((1, 2, 128, 255))):
                met += use(copy.path, section) > 0
    assert met > 100
    copy.close()


def test_damaged_wide_numbers_ask_for_no_memory(new_path: NewPath, wide: Path) -> None:
    """Numbers of four and eight bytes, whose high bytes make them huge or negative."""
    copy = Damaged(wide, new_path())
    wide_ones = {s.name: s.size for s in Container(wide).sections.values() if s.dtype in ("<u4", "<u8")}
    chance = random.Random(6)
    met = 0
    with little_memory():
        for section, offset in inside(wide, 48):
            if section not in wide_ones:
                continue
            for _ in copy.flipped([offset], lambda offset: chance.choice((1, 64, 128, 255))):
                met += use(copy.path, section) > 0
                if chance.random() < 0.1:
                    use_in_merge(copy.path, copy.path.with_suffix(".merged"))
    assert met > 100
    copy.close()


def test_damaged_sections_of_a_larger_segment(new_path: NewPath, large: Path) -> None:
    copy = Damaged(large, new_path())
    chance = random.Random(7)
    met = 0
    with little_memory():
        for section, offset in inside(large, 2):
            for _ in copy.flipped([offset], lambda offset: chance.randrange(1, 256)):
                met += use(copy.path, section) > 0
    assert met > 10
    copy.close()


def test_damaged_sections_in_merges(new_path: NewPath, small: Path) -> None:
    copy = Damaged(small, new_path())
    chance = random.Random(8)
    told = 0
    with little_memory():
        offsets = [offset for _, offset in chance.sample(inside(small, 100), 250)]
        for _ in copy.flipped(offsets, lambda offset: chance.randrange(1, 256)):
            told += not use_in_merge(copy.path, copy.path.with_suffix(".merged"))
    assert told > 10
    copy.close()


def test_a_segment_of_other_sections_is_told(new_path: NewPath, small: Path) -> None:
    """A container that is whole, and yet no segment: each section missing in turn, or empty, or of
    another type."""
    for name, array in sections_of(small).items():
        for change in (None, array[:0], array.astype("<f8")):
            path = new_path()
            changed = rewrite(small, path, {name: change})
            older = change is None and name.endswith((".forms.wide", ".quotations"))  # of before there were any
            if (change is None or len(array)) and not older:
                assert list(verify.find_damage(changed)), (name, change)
            use(changed)


def test_no_container_is_no_segment(new_path: NewPath) -> None:
    path = new_path()
    with ContainerWriter(path) as writer:
        writer.close()
    with pytest.raises(CorruptIndex, match="section summary is not there"):
        SegmentReader(path)
    assert len(list(verify.find_damage(path))) == 1


def test_faults_of_a_file_that_is_not_there(new_path: NewPath) -> None:
    with pytest.raises(FileNotFoundError):
        list(verify.find_damage(new_path()))


def test_a_range_that_leaps_is_told(new_path: NewPath, small: Path) -> None:
    """Codes of one term, where the occurrences before and after make up for each other."""
    occurrences = sections_of(small)["body.occurrences"].astype("<u4")
    occurrences[2] = 2**32 - 1
    segment = SegmentReader(rewrite(small, new_path(), {"body.occurrences": occurrences}))
    with little_memory(), pytest.raises(CorruptIndex):
        segment.fields["body"].postings.form_codes(np.array([1]))
