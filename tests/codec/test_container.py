"""The container: what is written is read, what lies otherwise is refused, and what is unknown is
skipped."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.codec import container as container_format
from searchkit.codec.container import (
    ALIGNMENT,
    ENTRY,
    HEADER,
    MAGIC,
    TYPES,
    VERSION,
    Container,
    ContainerWriter,
    smallest_dtype,
)
from searchkit.codec.reader import SegmentReader
from searchkit.errors import CorruptIndex, IndexMismatch
from tests.codec.plain import build, random_docs, read
from tests.codec.rewrite import rewrite

NewPath = Callable[[], Path]


def written(path: Path, **arrays: list[int]) -> Path:
    with ContainerWriter(path) as writer:
        for name, numbers in arrays.items():
            writer.add(name, np.array(numbers, dtype=np.uint16))
        writer.close()
    return path


def changed(path: Path, offset: int, data: bytes) -> Path:
    whole = bytearray(path.read_bytes())
    whole[offset : offset + len(data)] = data
    path.write_bytes(whole)
    return path


def digest(data: bytes) -> int:
    return xxhash.xxh3_64_intdigest(data)


SECTIONS = st.dictionaries(
    st.text("abcdefg.", min_size=1, max_size=32),
    st.tuples(st.sampled_from(TYPES), st.lists(st.integers(0, 100), max_size=200)),
    max_size=8,
)


@settings(deadline=None, max_examples=50)
@given(SECTIONS)
def test_what_is_written_is_read(new_path: NewPath, sections: dict[str, tuple[str, list[int]]]) -> None:
    path = new_path()
    with ContainerWriter(path) as writer:
        for name, (dtype, numbers) in sections.items():
            writer.add(name, np.array(numbers, dtype=dtype))
        size = writer.close()
    assert path.stat().st_size == size
    container = Container(path)
    assert list(container.sections) == list(sections)
    assert list(container.find_damage()) == []
    for name, (dtype, numbers) in sections.items():
        array = container.array(name, dtypes=(dtype,), count=len(numbers))
        assert (array.dtype.str, array.tolist()) == (dtype, numbers)
        assert container.read_bytes(name) == np.array(numbers, dtype=dtype).tobytes()
        assert container.sections[name].offset % ALIGNMENT == 0


@given(st.lists(st.binary(max_size=100), max_size=5))
def test_a_section_in_pieces_is_one_in_whole(new_path: NewPath, pieces: list[bytes]) -> None:
    in_pieces, whole = new_path(), new_path()
    with ContainerWriter(in_pieces) as writer:
        section = writer.section("a")
        for piece in pieces:
            section.write(piece)
        section.end()
        writer.close()
    with ContainerWriter(whole) as writer:
        writer.add("a", np.frombuffer(b"".join(pieces), dtype=np.uint8))
        writer.close()
    assert in_pieces.read_bytes() == whole.read_bytes()


def test_the_bytes_are_those_of_the_table(new_path: NewPath) -> None:
    """Written by hand from the words in `searchkit.codec`, not by the code that they describe."""
    path = written(new_path(), ab=[1, 515])
    data = b"\x01\x00\x03\x02"
    table = b"ab".ljust(32, b"\0") + b"<u2\0" + bytes(4) + struct.pack("<QQQ", 64, 4, digest(data))
    head = b"SKITSEG\n" + struct.pack("<IIQQQQ", 1, 1, 128, 64, 192, digest(table))
    assert path.read_bytes() == head + struct.pack("<Q", digest(head)) + bytes(8) + data.ljust(64, b"\0") + table


def test_numbers_of_another_byte_order_are_written_in_ours(new_path: NewPath) -> None:
    path = new_path()
    with ContainerWriter(path) as writer:
        writer.add("a", np.array([1, 515], dtype=">u2"))
        writer.close()
    assert Container(path).array("a").tolist() == [1, 515]


@pytest.mark.parametrize(
    ("most", "dtype"),
    [(0, "|u1"), (255, "|u1"), (256, "<u2"), (65_535, "<u2"), (65_536, "<u4"), (2**32 - 1, "<u4"), (2**32, "<u8")],
)
def test_the_smallest_type(most: int, dtype: str) -> None:
    assert smallest_dtype(most).str == dtype


def test_arrays_cannot_be_written_to_and_outlive_their_container(new_path: NewPath) -> None:
    array = Container(written(new_path(), a=[1, 2])).array("a")
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 3
    assert array.tolist() == [1, 2]


def test_a_file_that_is_there_is_not_written_over(new_path: NewPath) -> None:
    path = written(new_path(), a=[1])
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        ContainerWriter(path)
    assert path.read_bytes() == before


def test_left_by_an_exception_nothing_stays(new_path: NewPath) -> None:
    path = new_path()
    with pytest.raises(KeyError), ContainerWriter(path) as writer:
        writer.add("a", np.zeros(3, dtype=np.uint8))
        raise KeyError
    assert not path.exists()


def test_what_was_never_finished_is_no_container(new_path: NewPath) -> None:
    path = new_path()
    writer = ContainerWriter(path)
    writer.add("a", np.zeros(300, dtype=np.uint8))
    writer._file.flush()
    with pytest.raises(CorruptIndex, match="never finished"):
        Container(path)
    writer.__exit__(None, None, None)
    assert not path.exists()


@pytest.mark.parametrize("dtype", ["<f4", "<i2", "|b1"])
def test_only_some_types_are_written(new_path: NewPath, dtype: str) -> None:
    with pytest.raises(ValueError, match="no section"), ContainerWriter(new_path()) as writer:
        writer.add("a", np.zeros(3, dtype=dtype))


def test_names_that_no_table_holds_are_refused(new_path: NewPath) -> None:
    with pytest.raises(ValueError, match="no section"), ContainerWriter(new_path()) as writer:
        writer.add("a" * 33, np.zeros(3, dtype=np.uint8))
    with pytest.raises(ValueError, match="no section"), ContainerWriter(new_path()) as writer:
        writer.add("a", np.zeros(3, dtype=np.uint8))
        writer.add("a", np.zeros(3, dtype=np.uint8))


def test_sections_of_another_kind_are_refused(new_path: NewPath) -> None:
    container = Container(written(new_path(), a=[1, 2]), "shown")
    with pytest.raises(CorruptIndex, match="shown is damaged: its section b is missing"):
        container.array("b")
    with pytest.raises(CorruptIndex, match="another type"):
        container.array("a", dtypes=("|u1",))
    with pytest.raises(CorruptIndex, match="do not fit"):
        container.array("a", count=3)
    for start, end in ((-1, 2), (0, 5), (3, 2)):
        with pytest.raises(CorruptIndex, match="is not there"):
            container.read_bytes("a", start, end)
    with pytest.raises(CorruptIndex, match="is not there"):
        container.read_bytes("b")
    assert container.read_bytes("a", 4, 4) == b""
    assert container.read_bytes("a", 1) == b"\0\2\0"


def test_a_section_of_half_an_item_is_refused(new_path: NewPath) -> None:
    path = new_path()
    with ContainerWriter(path) as writer:
        section = writer.section("a", "<u2")
        section.write(b"abc")
        section.end()
        writer.close()
    with pytest.raises(CorruptIndex, match="3 bytes, which do not fit"):
        Container(path).array("a")


def test_a_container_in_a_file_without_a_name(new_path: NewPath) -> None:
    path = written(new_path(), a=[7])
    with path.open("rb") as file:
        path.unlink()
        container = Container.from_file(file, "gone")
    assert container.array("a").tolist() == [7]
    assert list(container.find_damage()) == []
    with pytest.raises(CorruptIndex, match="^gone is damaged"):
        container.array("b")


def test_a_newer_version_is_named(new_path: NewPath) -> None:
    path = changed(written(new_path(), a=[1]), 8, struct.pack("<I", VERSION + 1))
    with pytest.raises(IndexMismatch, match=f"version {VERSION + 1}.*install a newer searchkit"):
        Container(path)
    with pytest.raises(IndexMismatch):
        SegmentReader(path)


def test_another_file_is_no_segment(new_path: NewPath) -> None:
    path = new_path()
    for data, reason in ((b"", "shorter"), (MAGIC, "shorter"), (b"x" * 200, "no segment"), (bytes(64), "no segment")):
        path.write_bytes(data)
        with pytest.raises(CorruptIndex, match=reason):
            Container(path)


def with_table(path: Path, table: bytes, *, count: int | None = None, offset: int = 128) -> Path:
    """The container with another table, and checksums that fit it."""
    head = HEADER.pack(MAGIC, VERSION, len(table) // ENTRY.size if count is None else count, offset, len(table),
                       128 + len(table), digest(table), 0)[:48]  # fmt: skip
    path.write_bytes(head + struct.pack("<Q", digest(head)) + bytes(8) + bytes(64) + table)
    return path


def entry(name: bytes, offset: int, size: int) -> bytes:
    return ENTRY.pack(name, b"|u1", offset, size, digest(bytes(min(size, 64))))


def test_tables_that_name_other_offsets_are_refused(new_path: NewPath) -> None:
    path = new_path()
    assert Container(with_table(path, entry(b"a", 64, 5))).array("a").tolist() == [0] * 5
    for table in (
        entry(b"a", 64, 65),  # into the table
        entry(b"a", 64, 2**63),
        entry(b"a", 128, 5),
        entry(b"a", 65, 5),  # not aligned
        entry(b"a", 0, 5),
        entry(b"a", 64, 5) + entry(b"b", 64, 5),  # one upon the other
        entry(b"a", 64, 0) + entry(b"a", 64, 5),  # twice
    ):
        with pytest.raises(CorruptIndex, match="does not lie where it should"):
            Container(with_table(path, table))
    for count, offset in ((2, 128), (0, 128), (1, 127), (1, 32), (2**32 - 1, 128)):
        with pytest.raises(CorruptIndex, match="lies outside the file"):
            Container(with_table(path, entry(b"a", 64, 5), count=count, offset=offset))
    with pytest.raises(CorruptIndex, match="lies outside the file"):
        Container(with_table(path, b"".join(entry(b"%d" % i, 64, 0) for i in range(container_format.MAX_SECTIONS + 1))))


def test_bytes_between_sections_are_zero(new_path: NewPath) -> None:
    path = written(new_path(), a=[1], b=[2])
    for offset, reason in ((66, "before its section b"), (127, "before its section b"), (130, "before its table")):
        assert not list(Container(path).find_damage())
        changed(path, offset, b"\1")
        assert [reason in fault for fault in Container(path).find_damage()] == [True]
        changed(path, offset, b"\0")


def test_every_damaged_section_is_named(new_path: NewPath) -> None:
    path = written(new_path(), a=[1], b=[2], c=[3])
    changed(changed(path, 64, b"\7"), 64 + 2 * ALIGNMENT, b"\7")
    faults = list(Container(path).find_damage())
    assert [fault.split()[2] for fault in faults] == ["a", "c"]


def test_sections_that_a_reader_does_not_know_are_skipped(new_path: NewPath) -> None:
    docs = random_docs(1, 5)
    path = new_path()
    expected = read(build(path, docs))
    newer = rewrite(path, new_path(), {"body.novelty": np.array([1.5]), "novelty": np.arange(7, dtype=np.int64)})
    segment = SegmentReader(newer)
    assert "body.novelty" in segment.container.sections
    assert read(segment) == expected
