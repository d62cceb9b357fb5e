"""Packed files and archives, opened as streams; nothing is ever extracted to disk.

The standard library ends quietly on a tar file that is cut off between two members, or whose next header is damaged, and
stops neither a bomb nor a loop. So headers are read strictly here, and every unpacked byte is counted.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from io import BufferedReader
from typing import IO, Any, BinaryIO, TypeVar, cast

from searchkit.corpus.decode import clean, shown
from searchkit.corpus.registry import ARCHIVES, ByteStream, Placed, Source, format_of, is_taken, reader_of, unpacked

DEEPEST = 3
"""Archives inside archives."""
LARGEST_NESTED_ZIP = 2**30
"""Bytes of a zip file inside a packed file or an archive; its directory stands at its end, so it is held aside."""
UNPACKED_FREELY = 2**30
UNPACKED_TIMES = 200
"""A file may grow to a GB, or to 200 times its size: news packs 3 to 10 times, JSON lines up to 50, a bomb 1,000."""

HEADER_ERROR = tarfile.HeaderError
_BROKEN = (
    *(OSError, EOFError, ValueError, OverflowError, LookupError, NotImplementedError, RuntimeError, MemoryError),
    *(struct.error, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile),
)
"""What the standard library raises for damaged, encrypted or unknown packing."""


Made = TypeVar("Made")


class Damaged(Exception):
    """A stream cannot be read on; the message is the reason."""


class Exhausted(Damaged):
    """A file unpacks to more than it may; nothing more of it is read."""


class Allowance:
    """How many bytes the packed parts of one file may still unpack to."""

    def __init__(self, size: int) -> None:
        self._left = max(UNPACKED_FREELY, UNPACKED_TIMES * size)

    def covers(self, size: int) -> bool:
        """Whether that many bytes may be unpacked."""
        return size <= self._left

    def spend(self, size: int) -> None:
        """Count bytes. Raises Exhausted."""
        self._left -= size
        if self._left < 0:
            raise Exhausted(f"it unpacks to more than {UNPACKED_TIMES} times its size; unpack it yourself if that is right")


class _Guarded:
    """A stream that counts what it gives, and raises Damaged for whatever goes wrong below after giving all before it.

    `file` is the stream itself where it can be sought in: a file on disk that nothing has packed.
    """

    def __init__(self, stream: IO[bytes], kind: str, allowance: Allowance | None = None) -> None:
        self._stream, self._kind, self._allowance = cast(BufferedReader, stream), kind, allowance
        self.fault: Damaged | None = None
        self.file = stream if not kind else None

    def read(self, size: int = -1) -> bytes:
        if self.fault is not None:
            raise self.fault
        parts: list[bytes] = []
        left = size if size >= 0 else sys.maxsize
        while left > 0:
            try:
                # One read of what lies below at a time: a longer one would lose what came before a fault.
                data = _guard(partial(self._stream.read1, min(left, 2**20)), self._kind)
                if self._allowance is not None:
                    self._allowance.spend(len(data))
            except Damaged as error:
                self.fault = error
                if not parts:
                    raise
                break
            if not data:
                break
            parts.append(data)
            left -= len(data)
        return b"".join(parts)


class _StrictHeader(tarfile.TarInfo):
    """A header of a tar file; anything else in its place but the end mark is damage, after the first member too."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Any:
        try:
            return super().fromtarfile(tarfile)
        except HEADER_ERROR as error:
            if type(error).__name__ == "EOFHeaderError":
                raise
            raise Damaged(".tar is damaged or cut off: a header of a member or the end mark is missing") from error


def read_stream(stream: BinaryIO, name: str, source: Source, size: int) -> Iterator[Placed]:
    """Read all articles of a file of `size` bytes by the suffixes of its name; what is damaged is reported.

    From a file that is damaged the articles before the fault are kept; an article that the fault divides is not.
    """
    if _is_passed(name, source):
        return
    try:
        yield from _read_named(_Guarded(stream, ""), name, source, 0, Allowance(size))
    except Exhausted as error:
        source.fail(str(error))


def _read_named(
    stream: _Guarded, name: str, source: Source, depth: int, allowance: Allowance, in_tar: bool = False
) -> Iterator[Placed]:
    inner, packing = unpacked(name)
    try:
        yield from _read(stream, inner, packing, source, depth, allowance)
    except Exhausted:
        raise
    except Damaged as error:
        if in_tar and stream.fault is not None:
            raise  # a tar file adds nothing to its members that could be damaged: the fault is its own
        source.fail(str(error))


def _read(
    stream: _Guarded, inner: str, packing: tuple[str, ...], source: Source, depth: int, allowance: Allowance
) -> Iterator[Placed]:
    if not packing:
        format_name = format_of(inner, source.options)
        if format_name:
            yield from reader_of(format_name)(stream, source)
        else:
            source.fail("no reader takes files of this type; name one with --format")
    elif packing[0] in OPENERS:
        with _guard(lambda: OPENERS[packing[0]](stream), packing[0]) as opened:
            unpacking = _Guarded(opened, packing[0], allowance)
            yield from _read(unpacking, inner, packing[1:], source, depth, allowance)
    elif depth >= DEEPEST:
        source.fail(f"more than {DEEPEST} archives inside each other; unpack the outer ones")
    else:
        yield from (_tar if packing[0] == ".tar" else _zip)(stream, source, depth, allowance)


def _tar(stream: _Guarded, source: Source, depth: int, allowance: Allowance) -> Iterator[Placed]:
    file = cast(BinaryIO, stream)
    ordinal = 0
    with _guard(lambda: tarfile.open(fileobj=file, mode="r|", tarinfo=_StrictHeader), ".tar") as archive:
        while (member := _guard(archive.next, ".tar")) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # tarfile would keep every header that it has read
            if not member.isreg() or not _is_wanted(member.name, source):
                continue
            opened = _guard(partial(archive.extractfile, member), ".tar")
            if opened is not None:
                inside = source.member(_path(member.name), ordinal)
                ordinal += 1
                yield from _read_named(_Guarded(opened, ".tar"), member.name, inside, depth + 1, allowance, in_tar=True)
    # The end mark may stand before the end of a packed stream, whose checksum comes last.
    while stream.read(2**20):
        pass


def _zip(stream: _Guarded, source: Source, depth: int, allowance: Allowance) -> Iterator[Placed]:
    # Its directory stands at the end: what cannot be sought in is held aside, in memory while it is small.
    with tempfile.SpooledTemporaryFile(max_size=32 * 2**20) as aside:
        file: IO[bytes] = stream.file or cast(IO[bytes], aside)
        held = 0
        while stream.file is None and (chunk := stream.read(2**20)):
            held += len(chunk)
            if held > LARGEST_NESTED_ZIP:
                raise Damaged(
                    f"a zip file in another file is larger than {LARGEST_NESTED_ZIP // 2**20} MB; unpack the outer one"
                )
            _guard(partial(aside.write, chunk), ".zip")
        with _guard(lambda: zipfile.ZipFile(file), ".zip") as archive:
            wanted = [one for one in archive.infolist() if not one.is_dir() and _is_wanted(one.filename, source)]
            may_skip = depth == 0 and _is_small(wanted, allowance)
            for ordinal, member in enumerate(wanted):
                inside = source.member(_path(member.filename), ordinal)
                if may_skip and _is_passed(member.filename, inside):
                    continue
                try:
                    with _guard(partial(archive.open, member), ".zip") as opened:
                        guarded = _Guarded(opened, ".zip", allowance)
                        yield from _read_named(guarded, member.filename, inside, depth + 1, allowance)
                except Exhausted:
                    raise
                except Damaged as error:  # one that is encrypted, say; the next may not be
                    inside.fail(str(error))


def _is_small(members: list[zipfile.ZipInfo], allowance: Allowance) -> bool:
    """Whether all members can be unpacked: then none that is not decides what may be read of the next ones."""
    plain = all(not unpacked(member.filename)[1] for member in members)
    # No member gives more bytes than the directory says.
    return plain and allowance.covers(sum(member.file_size for member in members))


def _is_passed(name: str, source: Source) -> bool:
    """Whether a file is one article of another share."""
    inner, packing = unpacked(name)
    return not set(packing) & set(ARCHIVES) and format_of(inner, source.options) == "text" and not source.takes(1)


def _gz(stream: ByteStream) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(fileobj=cast(BinaryIO, stream)))


def _bz2(stream: ByteStream) -> IO[bytes]:
    return bz2.BZ2File(cast(BinaryIO, stream))


def _xz(stream: ByteStream) -> IO[bytes]:
    return lzma.LZMAFile(cast(BinaryIO, stream))


OPENERS: dict[str, Callable[[ByteStream], IO[bytes]]] = {".gz": _gz, ".bz2": _bz2, ".xz": _xz}


def _guard(work: Callable[[], Made], kind: str) -> Made:
    """Do a piece of unpacking. Raises Damaged for whatever goes wrong there."""
    try:
        return work()
    except Damaged:
        raise
    except _BROKEN as error:
        raise Damaged(_reason(error, kind or "the file")) from error


def _reason(error: BaseException, kind: str) -> str:
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return "it is encrypted; unpack it first"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read: {error.strerror}"
    if isinstance(error, MemoryError):
        return f"{kind} asks for more memory than there is"
    return f"{kind} is damaged or cut off: {error or type(error).__name__}"


def _is_wanted(name: str, source: Source) -> bool:
    parts = _path(name).split("/")
    return not any(part.startswith(".") for part in parts) and is_taken(parts[-1], source.options)


def _path(name: str) -> str:
    """A member's path as part of an id: no leading slash or dots, no half characters, no control characters."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return clean(shown("/".join(parts))).replace("\n", " ")
