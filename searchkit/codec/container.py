"""The container file of a segment: a header, sections of plain arrays, and a table of the sections.

The bytes are described in the docstring of `searchkit.codec`. Nothing here knows what the sections
mean.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import numpy as np
import xxhash

from searchkit.arrays import AnyArray
from searchkit.codec.index_files import open_index_file
from searchkit.errors import CorruptIndex, IndexMismatch
from searchkit.frozen import frozen

MAGIC = b"SKITSEG\n"
VERSION = 1
"""The version of the container, and of the meaning of the sections that a reader knows."""

ALIGNMENT = 64
HEADER = struct.Struct("<8sIIQQQQQ8x")
"""Magic, version, number of sections, offset and size of the table, size of the file, checksum
of the table, checksum of the bytes before."""
ENTRY = struct.Struct("<32s4s4xQQQ")
"""Name, type, offset, size in bytes, checksum."""

TYPES = ("|u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f8")
"""The types that the items of a section can have, as NumPy writes them."""
UNSIGNED = TYPES[:4]
MAX_SECTIONS = 4096
_CHUNK = 2**20


@frozen
class Section:
    """A section of a file: the type of its items, its offset and size in bytes, and its checksum
    (xxh3, 64 bits)."""

    name: str
    dtype: str
    offset: int
    size: int
    checksum: int


def smallest_dtype(largest: int) -> np.dtype[Any]:
    """The smallest unsigned type that can hold numbers up to `largest`."""
    for name in ("|u1", "<u2", "<u4"):
        if largest <= np.iinfo(name).max:
            return np.dtype(name)
    return np.dtype("<u8")


class ContainerWriter:
    """Writes sections one after the other into a new file. It can be read as a container only after
    `close`.

    Use it with `with`: unless it was closed, the file is removed. Raises OSError, and
    FileExistsError if the file exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO = path.open("xb")
        self._sections: list[Section] = []
        self._file.write(bytes(HEADER.size))
        self._at = HEADER.size

    def add(self, name: str, array: AnyArray) -> None:
        """Write an array as a section."""
        data = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        writing = self.section(name, data.dtype.str)
        writing.write(memoryview(data.data).cast("B") if data.size else b"")
        writing.end()

    def section(self, name: str, dtype: str = "|u1") -> SectionWriter:
        """Begin a section that is written in several parts. It has to be ended before another one
        begins."""
        if dtype not in TYPES or len(name.encode()) > 32 or any(name == section.name for section in self._sections):
            raise ValueError(f"no section of a container: {name} of {dtype}")
        self._align()
        return SectionWriter(self, name, dtype)

    def _align(self) -> None:
        gap = -self._at % ALIGNMENT
        self._file.write(bytes(gap))
        self._at += gap

    def close(self) -> int:
        """Write the table and the header, sync the file to the disk and return its size in
        bytes."""
        self._align()
        table = b"".join(ENTRY.pack(s.name.encode(), s.dtype.encode(), s.offset, s.size, s.checksum) for s in self._sections)
        offset = self._at
        self._file.write(table)
        size = offset + len(table)
        head = HEADER.pack(MAGIC, VERSION, len(self._sections), offset, len(table), size, _checksum(table), 0)
        self._file.seek(0)
        self._file.write(HEADER.pack(*HEADER.unpack(head)[:-1], _checksum(head[:48])))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._file.closed:
            try:
                self._file.close()
            except OSError:
                if error is None:
                    raise  # otherwise the first error says why what is buffered cannot be written
            finally:
                self.path.unlink(missing_ok=True)


class SectionWriter:
    """Writes a section in several parts."""

    def __init__(self, container: ContainerWriter, name: str, dtype: str) -> None:
        self._container, self._name, self._dtype = container, name, dtype
        self._offset = container._at
        self._checksum = xxhash.xxh3_64()

    def write(self, data: bytes | memoryview) -> None:
        self._container._file.write(data)
        self._container._at += len(data)
        self._checksum.update(data)

    def end(self) -> None:
        size = self._container._at - self._offset
        self._container._sections.append(Section(self._name, self._dtype, self._offset, size, self._checksum.intdigest()))


class Container:
    """A segment's file, mapped into memory. Its sections are read-only views, which keep the
    mapping alive.

    The header and the table are checked on opening, the sections by `find_damage`. Raises
    CorruptIndex, IndexMismatch for a newer version, and OSError.
    """

    def __init__(self, path: Path, name: str = "") -> None:
        self.path = path
        self._shown = name or str(path)
        with open_index_file(path, name) as file:
            self._open(file)

    @classmethod
    def from_file(cls, file: BinaryIO, name: str) -> Self:
        """A container in an open file, which may have been deleted; `name` is for messages."""
        made = cls.__new__(cls)
        made.path, made._shown = Path(name), name
        made._open(file)
        return made

    def _open(self, file: BinaryIO) -> None:
        self.size = os.fstat(file.fileno()).st_size
        if self.size < HEADER.size:
            raise self.corruption("it is shorter than a header")
        self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.sections = self._table()

    def release_pages(self) -> None:
        """Unmap the pages that were read. Reads map them again, from the system's page cache.
        Thread-safe."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def corruption(self, reason: str) -> CorruptIndex:
        """The error that says that this file is damaged, and why."""
        return CorruptIndex(self._shown, reason)

    def _table(self) -> dict[str, Section]:
        head = self._map[: HEADER.size]
        magic, version, count, offset, size, file_size, table_checksum, head_checksum = HEADER.unpack(head)
        if magic != MAGIC:
            raise self.corruption("it is no segment of searchkit (or was never finished)")
        if version > VERSION:
            raise IndexMismatch(f"{self._shown} has version {version}, newer than {VERSION}: install a newer searchkit")
        if head_checksum != _checksum(head[:48]) or any(head[56:]):
            raise self.corruption("its header does not have the checksum it was written with")
        if file_size != self.size:
            raise self.corruption(f"it has {self.size:,} bytes instead of {file_size:,}")
        if count > MAX_SECTIONS or size != count * ENTRY.size or offset + size != file_size or offset < HEADER.size:
            raise self.corruption("its table of sections lies outside the file")
        table = self._map[offset:file_size]
        if _checksum(table) != table_checksum:
            raise self.corruption("its table of sections does not have the checksum it was written with")
        found: dict[str, Section] = {}
        end = HEADER.size
        for raw_name, raw_type, begin, length, checksum in ENTRY.iter_unpack(table):
            name = raw_name.rstrip(b"\0").decode("ascii", "replace")
            dtype = raw_type.rstrip(b"\0").decode("ascii", "replace")
            aligned = end + -end % ALIGNMENT
            if begin != aligned or begin + length > offset or name in found:
                raise self.corruption(f"its section {name} does not lie where it should")
            end = begin + length
            found[name] = Section(name, dtype, begin, length, checksum)
        return found

    def array(self, name: str, *, dtypes: tuple[str, ...] = UNSIGNED, count: int | None = None) -> AnyArray:
        """A section as an array. Raises CorruptIndex unless it has one of `dtypes`, and `count`
        items if given."""
        section = self.sections.get(name)
        if section is None or section.dtype not in dtypes:
            raise self.corruption(f"its section {name} is missing or of another type")
        dtype = np.dtype(section.dtype)
        items, rest = divmod(section.size, dtype.itemsize)
        if rest or (count is not None and items != count):
            raise self.corruption(f"its section {name} has {section.size:,} bytes, which do not fit what it should hold")
        if items == 0:
            return np.zeros(0, dtype)
        return np.frombuffer(self._map, dtype, items, section.offset)

    def read_bytes(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """The bytes of a section, from `start` to `end`. Raises CorruptIndex where it has no
        such part."""
        section = self.sections.get(name)
        stop = section.size if section is not None and end is None else end
        if section is None or stop is None or not 0 <= start <= stop <= section.size:
            raise self.corruption(f"a part of its section {name} is not there")
        return self._map[section.offset + start : section.offset + stop]

    def find_damage(self) -> Iterator[str]:
        """Check every byte. Yields a sentence for each damaged section."""
        at = HEADER.size
        table = ENTRY.size * len(self.sections)
        for section in self.sections.values():
            if any(self._map[at : section.offset]):
                yield f"the bytes before its section {section.name} are not zero"
            if not self.has_valid_checksum(section.name):
                yield f"its section {section.name} does not have the checksum it was written with"
            at = section.offset + section.size
        if any(self._map[at : self.size - table]):
            yield "the bytes before its table of sections are not zero"

    def has_valid_checksum(self, name: str) -> bool:
        """Whether a section exists and has the checksum it was written with."""
        section = self.sections.get(name)
        if section is None:
            return False
        checksum = xxhash.xxh3_64()
        for start in range(section.offset, section.offset + section.size, _CHUNK):
            checksum.update(self._map[start : min(start + _CHUNK, section.offset + section.size)])
        return checksum.intdigest() == section.checksum


def _checksum(data: bytes) -> int:
    return xxhash.xxh3_64_intdigest(data)
