"""The members of a tar file, read as a stream.

The standard library ends quietly on a file that is cut off between two members, or whose next header is damaged; it takes
as much memory as an extended header asks for, and as much time as the digits in it squared. So headers are read strictly
here, and the extended ones by ourselves.
"""

from __future__ import annotations

import posixpath
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import IO, Any, BinaryIO, cast

from searchkit.corpus.limits import GB, KB, MB, Limits
from searchkit.corpus.member_names import MOST_BYTES, TarNames, not_utf_8
from searchkit.corpus.source import ByteStream, Source
from searchkit.corpus.unpacking import CheckedStream, Damaged, call_checked

LONGEST_HEADER = 256 * KB
"""Bytes of an extended header; names and times take hundreds."""
MOST_HELD = GB
"""Bytes of a tar file inside a packed file or an archive that are held aside to look for its names."""
Reopen = Callable[[], AbstractContextManager[ByteStream]]
"""A file from its beginning, read once more."""
HEADER_ERROR = tarfile.HeaderError
_EXTENDED = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_KEPT = ("path", "linkpath", "size")
"""What of an extended header says where and what a member is."""


class _Header(tarfile.TarInfo):
    """A header; anything else in its place but the end mark is damage, after the first member too."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Any:
        try:
            return super().fromtarfile(tarfile)
        except HEADER_ERROR as error:
            if type(error).__name__ == "EOFHeaderError":
                raise
            raise Damaged(".tar is damaged or cut off: a header of a member or the end mark is missing") from error

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Any:
        found = super().frombuf(buf, encoding, errors)
        if found.size < 0 or (found.type in _EXTENDED and found.size > LONGEST_HEADER):
            raise Damaged(f".tar is damaged: a header says that it has {found.size:,} bytes")
        if found.type == tarfile.GNUTYPE_SPARSE:
            raise Damaged("it holds a sparse file, which is not read; unpack it first")
        return found

    def _proc_pax(self, tar: tarfile.TarFile) -> Any:
        """The member behind an extended header of POSIX.1-2008; of one for all members nothing is kept."""
        file: Any = tar.fileobj
        fields = _fields(file.read(self.size + -self.size % tarfile.BLOCKSIZE))
        try:
            member = type(self).fromtarfile(tar)
        except HEADER_ERROR as error:  # the end mark
            raise Damaged(".tar is damaged or cut off: a member is missing behind its extended header") from error
        if self.type == tarfile.XGLTYPE:
            return member
        if any(key.startswith("GNU.sparse.") for key in fields):
            raise Damaged("it holds a sparse file, which is not read; unpack it first")
        member.name = fields.get("path", member.name).rstrip("/")
        member.linkname = fields.get("linkpath", member.linkname)
        member.offset = self.offset
        if "size" in fields:
            if not fields["size"].isdecimal() or len(fields["size"]) > 18:
                raise Damaged(f'.tar is damaged: "{fields["size"][:40]}" is no size of a member')
            member.size = int(fields["size"])
            has_data = member.isreg() or member.type not in tarfile.SUPPORTED_TYPES
            tar.offset = member.offset_data + (member.size + -member.size % tarfile.BLOCKSIZE if has_data else 0)
        return member


def _fields(data: bytes) -> dict[str, str]:
    """What of an extended header counts: records of "LENGTH KEY=VALUE" and a line feed."""
    fields: dict[str, str] = {}
    at = 0
    while (blank := data.find(b" ", at, at + 12)) > 0 and data[at:blank].isdigit():
        end = at + int(data[at:blank])
        key, equals, value = data[blank + 1 : end - 1].partition(b"=")
        if end <= blank or end > len(data) or not equals:
            raise Damaged(".tar is damaged: an extended header cannot be read")
        name = key[:100].decode("utf-8", "replace")
        if name in _KEPT or name.startswith("GNU.sparse."):
            fields[name] = value.decode("utf-8", "surrogateescape")
        at = end
    return fields


def tar_members(
    stream: CheckedStream, source: Source, reopen: Reopen | None = None
) -> Iterator[tuple[tarfile.TarInfo, CheckedStream | None]]:
    """The members of a tar file in order, regular files with their bytes. Raises Damaged.

    `reopen` gives the file from its beginning once more, for all names must be known when one is not UTF-8 (`TarNames`).
    Without it, as in an archive inside another, the rest of the file is held aside then, up to MOST_HELD; names behind that
    have no say. Names before damage have one.
    """
    limits = source.options.limits
    with closing(_Aside(stream)) as file:
        here = skipped = 0

        def others() -> list[bytes]:
            with reopen() if reopen is not None else file.rest(here, skipped) as found:
                return _other_names(found, limits)

        names = TarNames(others)
        for member, opened in _members(file, limits):
            here = member.offset_data
            skipped = member.size + -member.size % tarfile.BLOCKSIZE if opened is not None else 0
            member.name, member.linkname = names.decode(member.name), names.decode(member.linkname)
            yield member, CheckedStream(opened, ".tar", most=limits.max_member) if opened is not None else None
        # The end mark may stand before the end of a packed stream, whose checksum comes last.
        while file.read(2**20):
            pass


def _members(stream: ByteStream, limits: Limits) -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    file = cast(BinaryIO, stream)
    count = 0
    with call_checked(lambda: tarfile.open(fileobj=file, mode="r|", tarinfo=_Header), ".tar") as archive:
        while (member := call_checked(archive.next, ".tar")) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # tarfile would keep every header that it has read
            count += 1
            if count > limits.max_members:
                raise Damaged(f"it has more than {limits.max_members:,} members; if that is right, raise --max-members")
            has_data = member.isreg() or member.type not in tarfile.SUPPORTED_TYPES
            opened = call_checked(partial(archive.extractfile, member), ".tar") if has_data else None
            yield member, opened
            # To go on where a header says, tarfile would ask for nothing 10,000 bytes at a time, to the end of the world.
            while opened is not None and call_checked(partial(opened.read, 2**20), ".tar"):
                pass


def _other_names(stream: ByteStream, limits: Limits) -> list[bytes]:
    """The names in a tar file that are not UTF-8, each once, as many as have a say."""
    names: dict[bytes, None] = {}
    size = 0
    try:
        for member, _ in _members(stream, limits):
            for raw in (not_utf_8(member.name), not_utf_8(member.linkname)):
                if raw and raw not in names:
                    names[raw] = None
                    size += len(raw)
            if size > MOST_BYTES:
                break
    except Damaged:
        pass  # as the reading will find
    return list(names)


class _Aside:
    """A stream whose rest can be looked through before it is read on."""

    def __init__(self, stream: CheckedStream) -> None:
        self._stream = stream
        self._file: IO[bytes] | None = None
        self._last = b""
        self._given = 0

    def read(self, size: int) -> bytes:
        data = self._file.read(size) if self._file is not None else b""
        self._last = data or self._stream.read(size)
        self._given += len(self._last)
        return self._last

    @contextmanager
    def rest(self, place: int, skipped: int) -> Iterator[IO[bytes]]:
        """What stands so many bytes behind a place in what was read last. Raises Damaged where nothing can be held aside."""
        begun = self._last[len(self._last) - (self._given - place) :]
        aside = tempfile.SpooledTemporaryFile(max_size=32 * MB)  # noqa: SIM115  # `close` closes it
        self._file = file = cast(IO[bytes], aside)
        file.write(begun)
        held = len(begun)
        while held < MOST_HELD:
            try:
                chunk = self._stream.read(2**20)
            except Damaged:  # as the reading will find
                break
            if not chunk:
                break
            call_checked(partial(file.write, chunk), "what is held aside of it")
            held += len(chunk)
        file.seek(skipped)
        yield file
        file.seek(len(begun))

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def non_file_reason(member: tarfile.TarInfo) -> str:
    """Why a member that is no regular file is not read, or "" where nobody would miss it."""
    if member.issym() or member.islnk():
        return outside_link_reason(member.name if member.issym() else "", member.linkname)
    return "" if member.isdir() else "it is a pipe or a device, which is never opened"


def outside_link_reason(name: str, target: str) -> str:
    """What is wrong with a link in an archive: what it names inside is read by its own name."""
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(name.lstrip("/")), target))
    is_out = inside.startswith("/") or inside.split("/")[0] == ".."
    return f"it is a link out of the archive, to {target[:200]}; links are not followed" if is_out else ""
