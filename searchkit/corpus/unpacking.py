"""Unpacks streams: every byte is counted, and all errors of damaged data become one exception.

The decoders are those of the standard library, but not its files: `gzip`, `bz2` and `lzma` have no
limit of size or memory, and `gzip` reads a header byte by byte.
"""

from __future__ import annotations

import bz2
import lzma
import os
import struct
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeVar, cast

from searchkit.corpus.limits import MB, UNPACKED_FREELY, Limits, format_size
from searchkit.corpus.source import ByteStream

XZ_MEMORY = 256 * MB
"""Maximum memory of a decoder of xz in bytes; `xz -9` needs 65 MB."""
MAX_GZIP_HEADER_LENGTH = 2**18
"""Maximum length of the header of a gzip stream in bytes."""
CHUNK = 2**16
_DAMAGE_ERRORS = (
    *(OSError, EOFError, ValueError, OverflowError, LookupError, NotImplementedError, RuntimeError, MemoryError),
    *(struct.error, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile),
)
"""What the standard library raises for damaged, encrypted or unknown packing."""

T = TypeVar("T")


class Damaged(Exception):
    """A stream cannot be read any further; the message is the reason."""


class MemberTooLarge(Damaged):
    """A member of an archive is too large; the next members can be read."""


class BudgetExceeded(Damaged):
    """A file unpacks to too many bytes; nothing more of it is read."""


class UnpackBudget:
    """Counts the bytes that the packed parts of one file of `size` bytes may still unpack to."""

    def __init__(self, size: int, limits: Limits) -> None:
        self._allowed_by_ratio = max(UNPACKED_FREELY, limits.max_ratio * size)
        self._limits = limits
        self._left = min(self._allowed_by_ratio, limits.max_unpacked)

    def covers(self, size: int) -> bool:
        """Whether `size` bytes may be unpacked."""
        return size <= self._left

    def spend(self, size: int) -> None:
        """Subtract `size` bytes. Raises BudgetExceeded."""
        self._left -= size
        if self._left < 0:
            if self._allowed_by_ratio > self._limits.max_unpacked:
                limit, option = format_size(self._limits.max_unpacked), "--max-unpacked"
            else:
                limit, option = f"{self._limits.max_ratio} times its size", "--max-ratio"
            raise BudgetExceeded(f"it unpacks to more than {limit}; if that is right, unpack it yourself or raise {option}")


class CheckedStream:
    """A stream that counts its bytes, and raises Damaged for any error after all bytes before it
    were read.

    `kind` is the packing ("" for none), for messages. `max_size` is the size of the largest member
    of an archive that is read (0: any). `file_size` is the size of a file on disk when it was
    opened, which may grow meanwhile. `file` is the stream itself if it can be sought in: a file on
    disk that is not packed.
    """

    def __init__(
        self,
        stream: IO[bytes],
        kind: str,
        budget: UnpackBudget | None = None,
        max_size: int = 0,
        file_size: int = sys.maxsize,
    ) -> None:
        self._stream, self._kind, self._budget = cast(BufferedReader, stream), kind, budget
        self._max_size, self._size_read, self._file_size = max_size, 0, file_size
        self._ahead = b""
        self.fault: Damaged | None = None
        self.file = stream if not kind else None

    def peek(self, size: int) -> bytes:
        """The first `size` bytes, fewer if there are not as many; `read` returns them again."""
        self._ahead = self.read(size)
        return self._ahead

    def read(self, size: int = -1) -> bytes:
        parts: list[bytes] = []
        if self._ahead:
            parts, self._ahead = [self._ahead[:size] if size >= 0 else self._ahead], self._ahead[size:] if size >= 0 else b""
            size = max(0, size - len(parts[0])) if size >= 0 else size
        elif self.fault is not None:
            raise self.fault
        left = 0 if self.fault is not None else min(size if size >= 0 else sys.maxsize, self._file_size - self._size_read)
        while left > 0:
            try:
                # One read of the stream below at a time: a longer one would lose the bytes before a
                # fault.
                data = call_checked(partial(self._stream.read1, min(left, 2**20)), self._kind)
                if self._budget is not None:
                    self._budget.spend(len(data))
                if self._max_size and self._size_read + len(data) > self._max_size:
                    limit = format_size(self._max_size)
                    raise MemberTooLarge(
                        f"it is larger than {limit}; if that is right, unpack it yourself or raise --max-member"
                    )
            except Damaged as error:
                self.fault = error
                if not parts:
                    raise
                break
            if not data:
                break
            parts.append(data)
            self._size_read += len(data)
            left -= len(data)
        return b"".join(parts)


class _GzipDecoder:
    """A decoder of one gzip stream (RFC 1952), with the interface of those of bz2 and xz.

    zlib can read the header and trailer itself, but loses the last bytes where the checksum is
    wrong, as it raises in the call that would return them.
    """

    def __init__(self) -> None:
        self._header: bytes | None = b""
        self._decoder = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        self._crc = self._size = 0
        self._trailer = b""
        self.needs_input, self.eof, self.unused_data = True, False, b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._header is not None:
            data = self._header + data
            start = _gzip_header(data)
            if not start:
                self._header = data
                return b""
            self._header, data = None, data[start:]
        if self._decoder.eof:
            self._check_trailer(self._trailer + data)
            return b""
        unpacked = self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)
        self._crc = zlib.crc32(unpacked, self._crc)
        self._size += len(unpacked)
        self._trailer = self._decoder.unused_data
        self.needs_input = not (self._decoder.unconsumed_tail or len(unpacked) == max_length or len(self._trailer) >= 8)
        return unpacked

    def _check_trailer(self, data: bytes) -> None:
        self._trailer, self.needs_input = data, len(data) < 8
        if self.needs_input:
            return
        if struct.unpack("<II", data[:8]) != (self._crc, self._size & 0xFFFFFFFF):
            raise ValueError("what it unpacks to does not have the checksum and size that it was written with")
        self.eof, self.unused_data = True, data[8:]


def _gzip_header(data: bytes) -> int:
    """The length of the header of a gzip stream, 0 if more bytes are needed. Raises ValueError for
    another stream."""
    if data[:2] != b"\x1f\x8b"[: len(data)] or (len(data) > 3 and (data[2] != 8 or data[3] & 0xE0)):
        raise ValueError(f"not a gzipped file ({data[:2]!r})")
    if len(data) < 10:
        return 0
    flags, at = data[3], 10
    if flags & 4:  # extra fields
        at += 2 + int.from_bytes(data[at : at + 2], "little") if len(data) >= at + 2 else MAX_GZIP_HEADER_LENGTH
    for flag in (8, 16):  # name, comment
        if flags & flag:
            end = data.find(b"\0", at)
            at = end + 1 if end >= 0 else MAX_GZIP_HEADER_LENGTH
    at += flags & 2  # a checksum of the header
    if len(data) >= MAX_GZIP_HEADER_LENGTH < at:
        raise ValueError("its header has no end")
    return at if at <= len(data) else 0


class _UnpackedStream:
    """The unpacked bytes of one or more packed streams, one behind the other.

    With `strict` nothing but zeros may follow the last of them; otherwise anything else is ignored,
    as the standard library has it.
    """

    def __init__(self, packed: ByteStream, new: Callable[[], Any], *, strict: bool) -> None:
        self._packed, self._new, self._strict = packed, new, strict
        self._decoder = new()
        self._waiting = b""
        self._is_first = self._is_at_start = True
        self._ended = False

    def read1(self, size: int) -> bytes:
        """At most `size` bytes, none at the end. Raises EOFError for a stream that is cut
        off."""
        while not self._ended:
            if self._decoder.eof and not self._begin_next_stream():
                break
            data = self._waiting
            self._waiting = b""
            if not data and self._decoder.needs_input:
                data = self._packed.read(CHUNK)
                if not data:
                    raise EOFError("the packed bytes end before their end mark")
            try:
                unpacked: bytes = self._decoder.decompress(data, size)
            except (zlib.error, lzma.LZMAError, OSError):
                if self._is_first or self._strict or not self._is_at_start:
                    raise
                self._ended = True  # other bytes follow the last stream
                break
            self._is_at_start = False
            if self._decoder.eof:
                self._waiting = self._decoder.unused_data
                self._is_first = False
            if unpacked:
                return unpacked
        return b""

    def _begin_next_stream(self) -> bool:
        """Begin the next stream, if one follows; zeros may stand between."""
        while not (data := self._waiting.lstrip(b"\0") if self._strict else self._waiting):
            self._waiting = self._packed.read(CHUNK)
            if not self._waiting:
                self._ended = True
                return False
        self._waiting = data
        self._decoder, self._is_at_start = self._new(), True
        return True

    def __enter__(self) -> _UnpackedStream:
        return self

    def __exit__(self, *problem: object) -> None:
        """Nothing is open."""


def _opener(new: Callable[[], Any], *, strict: bool) -> Callable[[ByteStream], Any]:
    return lambda stream: _UnpackedStream(stream, new, strict=strict)


OPENERS: dict[str, Callable[[ByteStream], Any]] = {
    ".gz": _opener(_GzipDecoder, strict=True),
    ".bz2": _opener(bz2.BZ2Decompressor, strict=False),
    ".xz": _opener(lambda: lzma.LZMADecompressor(memlimit=XZ_MEMORY), strict=False),
}


def open_file(path: Path) -> BinaryIO:
    """Open a file without blocking: what was a file when it was listed may be a pipe now."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC), "rb")


def unpacked_head(file: BinaryIO, packing: Sequence[str], size: int) -> bytes:
    """The first bytes of what a file unpacks to, at most `size`; none for damaged data. `packing`
    has suffixes of OPENERS, the outermost first."""
    stream = CheckedStream(file, "")
    try:
        for suffix in packing:
            stream = CheckedStream(call_checked(partial(OPENERS[suffix], stream), suffix), suffix, max_size=MB)
        return stream.read(size)
    except Damaged:
        return b""


def call_checked(work: Callable[[], T], kind: str) -> T:
    """Call a function that reads or unpacks. Raises Damaged for any error of damaged data."""
    try:
        return work()
    except Damaged:
        raise
    except _DAMAGE_ERRORS as error:
        raise Damaged(_reason(error, kind or "the file")) from error


def _reason(error: BaseException, kind: str) -> str:
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return "it is encrypted; unpack it first"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read: {error.strerror}"
    if isinstance(error, MemoryError) or "emory usage limit" in str(error):
        return f"{kind} asks for more memory than it may have; unpack it first"
    return f"{kind} is damaged or cut off: {error or type(error).__name__}"


@contextmanager
def as_file(stream: CheckedStream, kind: str, max_size: int, too_large: str) -> Iterator[IO[bytes]]:
    """A stream as a file that can be sought in: itself, or a temporary copy, in memory while it is
    small.

    Raises Damaged, with the message `too_large` for a copy of more than `max_size` bytes.
    """
    if stream.file is not None:
        call_checked(partial(stream.file.seek, 0), kind)
        yield stream.file
        return
    with tempfile.SpooledTemporaryFile(max_size=32 * MB) as copy:
        size = 0
        while chunk := stream.read(2**20):
            size += len(chunk)
            if size > max_size:
                raise Damaged(too_large)
            call_checked(partial(copy.write, chunk), kind)
        copy.seek(0)
        yield cast(IO[bytes], copy)
