"""Keeps the records of a session in a temporary file until they are sent, so that a session of any
size needs little memory."""

from __future__ import annotations

import struct
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, Self

import zstandard

from searchkit.errors import StorageError

_BLOCK_BYTES = 2**20
"""Records are compressed together until they have so many bytes."""
_HEADER = struct.Struct("<II")
"""Of a block: the number of its records, and the bytes of its frame. Behind it stand their lengths
(u4) and the frame."""


class Spool:
    """Records in a temporary file; the last megabyte is in memory. They are numbered from 0 on, in
    the order in which they were added."""

    def __init__(self, path: Path | None = None) -> None:
        """The file is a new one at `path`, or one that has no name, so that nothing remains of it,
        however the process ends."""
        self._path = path
        self._file: IO[bytes] | None = None
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._first = 0  # the number of the first record that was not dropped
        self.count = 0
        """How many records were added, with those that were dropped."""

    @classmethod
    def open(cls, path: Path, count: int) -> Self:
        """A spool that another process wrote and flushed, with so many records; nothing may be
        added. Raises OSError."""
        spool = cls(path)
        spool._file, spool.count = path.open("rb"), count
        return spool

    def add(self, record: bytes) -> int:
        """Add a record; return its number. Raises StorageError."""
        self._waiting.append(record)
        self._waiting_bytes += len(record)
        self.count += 1
        if self._waiting_bytes >= _BLOCK_BYTES:
            self._write()
        return self.count - 1

    def flush(self) -> None:
        """Write all records into the file. Raises StorageError."""
        self._write()
        if self._file is not None:
            with storage_errors():
                self._file.flush()

    def _write(self) -> None:
        """Write what waits as a block."""
        if not self._waiting:
            return
        frame = zstandard.ZstdCompressor(level=1).compress(b"".join(self._waiting))
        lengths = array("I", map(len, self._waiting))
        with storage_errors():
            if self._file is None:
                # `close` closes it.
                self._file = tempfile.TemporaryFile(prefix="searchkit-") if self._path is None else self._path.open("w+b")  # noqa: SIM115
            self._file.write(_HEADER.pack(len(lengths), len(frame)) + lengths.tobytes() + frame)
        self._waiting, self._waiting_bytes = [], 0

    def read(self) -> Iterator[tuple[int, bytes]]:
        """The records that were not dropped, with their numbers. None may be added until the last
        is read. Raises StorageError."""
        number = self._first
        for block in chain(self._read_blocks(), (self._waiting,)):
            for record in block:
                yield number, record
                number += 1

    def _read_blocks(self) -> Iterator[Iterator[bytes]]:
        """The records of each block in the file."""
        if self._file is None:
            return
        with storage_errors():
            self._file.seek(0)
            while header := self._file.read(_HEADER.size):
                count, size = _HEADER.unpack(header)
                lengths = array("I", self._file.read(4 * count))
                yield _divide(zstandard.ZstdDecompressor().decompress(self._file.read(size)), lengths)

    def drop(self) -> None:
        """Drop the records; their numbers are not used again."""
        self._waiting, self._waiting_bytes, self._first = [], 0, self.count
        self.close()

    def close(self) -> None:
        """Remove the file."""
        if self._file is not None:
            with suppress(OSError):  # what is written now is not needed any more
                self._file.close()
            self._file = None


def _divide(data: bytes, lengths: Iterable[int]) -> Iterator[bytes]:
    """Parts of data, one after the other."""
    end = 0
    for length in lengths:
        end += length
        yield data[end - length : end]


@contextmanager
def storage_errors() -> Iterator[None]:
    """Raise StorageError where a temporary file cannot be written or read."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"articles wait in a temporary file in {tempfile.gettempdir()} until they are sent; it cannot be written or"
            f" read: {error.strerror}; set TMPDIR to a folder with more space"
        ) from error
