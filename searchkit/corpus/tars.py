"""Reads the members of a tar file as a stream.

Only the parsing of a header block comes from the standard library. Its `TarFile` ends quietly on a
file that is cut off between two members or whose next header is damaged. It takes as much memory as
an extended header asks for, and time quadratic in the length of the numbers there. Here headers are
read strictly and within limits.
"""

from __future__ import annotations

import posixpath
import tarfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from typing import IO, cast

from searchkit.corpus.limits import GB, KB, MB, Limits
from searchkit.corpus.look_ahead import LookAhead
from searchkit.corpus.member_names import MAX_NAME_BYTES, TarNames, not_utf_8
from searchkit.corpus.source import ByteStream, Source
from searchkit.corpus.unpacking import CheckedStream, Damaged

MAX_HEADER_LENGTH = 256 * KB
"""Maximum size of an extended header in bytes; names and times take hundreds."""
MAX_KEPT_BYTES = GB
"""Maximum number of bytes of a tar file inside an archive that are kept while it is searched for
names. Any other tar file is opened once more instead, packed or not."""
Reopen = Callable[[], AbstractContextManager[ByteStream]]
"""Opens the file once more, from its beginning."""
_Read = Callable[[int], bytes]
"""Returns the next bytes of a stream, at most so many, and none at its end."""
_BLOCK = 512
_LONG_NAME, _LONG_LINK = b"L", b"K"
_PAX, _PAX_SOLARIS, _PAX_OF_ALL = b"x", b"X", b"g"
_EXTENDED = (_LONG_NAME, _LONG_LINK, _PAX, _PAX_SOLARIS, _PAX_OF_ALL)
"""Types of extended headers: two of GNU tar, and three of POSIX.1-2008, of which the last is for
all members that follow."""
MAX_EXTENDED_HEADERS = 100
"""Maximum number of extended headers of one member; usual are up to three."""
_KEPT = ("path", "linkpath", "size")
"""The fields of an extended header that are used."""
_MISSING_HEADER = ".tar is damaged or cut off: a header of a member or the end mark is missing"
_SPARSE = "it holds a sparse file, which is not read; unpack it first"


class _DamagedHeader(Damaged):
    """Where the header of a member should be, there are other bytes."""


def tar_members(
    stream: CheckedStream, source: Source, reopen: Reopen | None = None
) -> Iterator[tuple[tarfile.TarInfo, CheckedStream | None]]:
    """The members of a tar file in order, each with its bytes if it has any. Raises Damaged.

    Regular files and members of unknown types have bytes. When a name is not UTF-8, all names are
    needed to guess its encoding (`TarNames`), and `reopen` is used to read them. Without it, as in
    an archive inside another, the next MAX_KEPT_BYTES bytes of the stream are searched for names.
    Names after that, or after damage, do not influence the guess.
    """
    limits = source.options.limits
    with closing(LookAhead(stream, MAX_KEPT_BYTES)) as ahead:
        data_size = 0  # of the member whose name is decoded

        def other_names() -> list[bytes]:
            if reopen is None:
                return _find_other_names(ahead.look, limits, data_size)
            with reopen() as again:
                return _find_other_names(again.read, limits)

        names = TarNames(other_names)
        try:
            for member, data in _members(ahead.read, limits):
                data_size = _padded(data.left) if data is not None else 0
                member.name, member.linkname = names.decode(member.name), names.decode(member.linkname)
                opened = None if data is None else CheckedStream(cast(IO[bytes], data), ".tar", max_size=limits.max_member)
                yield member, opened
        except _DamagedHeader:
            # Wrong bytes may come from a packed stream that is itself damaged, and says so soon.
            _read_exactly(ahead.read, MB)
            raise
        # The end mark may stand before the end of a packed stream, whose checksum comes last.
        while ahead.read(2**20):
            pass


class _Data:
    """The bytes of a member; `left` of them have not been read."""

    def __init__(self, read: _Read, size: int) -> None:
        self._read, self.left = read, size

    def read1(self, size: int) -> bytes:
        """At most `size` bytes, none at the end. Raises Damaged."""
        if not self.left:
            return b""
        data = self._read(min(size, self.left))
        if not data:
            raise Damaged(".tar is damaged or cut off: unexpected end of data")
        self.left -= len(data)
        return data


def _members(read: _Read, limits: Limits) -> Iterator[tuple[tarfile.TarInfo, _Data | None]]:
    """The members of a tar file; regular files and members of unknown types have bytes. Raises
    Damaged."""
    count = 0
    while (member := _next_member(read)) is not None:
        count += 1
        if count > limits.max_members:
            raise Damaged(f"it has more than {limits.max_members:,} members; if that is right, raise --max-members")
        has_data = member.isreg() or member.type not in tarfile.SUPPORTED_TYPES
        data = _Data(read, member.size) if has_data else None
        yield member, data
        if data is not None:
            _skip(read, data.left + _padded(member.size) - member.size)


def _next_member(read: _Read) -> tarfile.TarInfo | None:
    """The next header of a member, or None for the end mark. Raises Damaged.

    It has the values of the extended headers before it. Those for all members (`g`) are ignored.
    """
    fields: dict[str, str] = {}
    types: list[bytes] = []
    while (member := _next_header(read)) is not None and member.type in _EXTENDED:
        types.append(member.type)
        if len(types) > MAX_EXTENDED_HEADERS:
            raise Damaged(f".tar is damaged: a member has more than {MAX_EXTENDED_HEADERS} extended headers")
        data = _read_exactly(read, _padded(member.size))
        # Of several headers the first counts.
        if member.type in (_LONG_NAME, _LONG_LINK):
            name = "path" if member.type == _LONG_NAME else "linkpath"
            fields.setdefault(name, data.partition(b"\0")[0].decode("utf-8", "surrogateescape"))
        elif member.type != _PAX_OF_ALL:
            fields = _parse_fields(data) | fields
    if member is None:
        if types:
            raise Damaged(".tar is damaged or cut off: a member is missing behind its extended header")
        return None
    if "path" in fields or _PAX in types or _PAX_SOLARIS in types:
        member.name = fields.get("path", member.name).rstrip("/")
    member.linkname = fields.get("linkpath", member.linkname)
    if "size" in fields:
        if not fields["size"].isdecimal() or len(fields["size"]) > 18:
            raise Damaged(f'.tar is damaged: "{fields["size"][:40]}" is no size of a member')
        member.size = int(fields["size"])
    return member


def _next_header(read: _Read) -> tarfile.TarInfo | None:
    """The next header, or None for the end mark; anything else in its place is damage. Raises
    Damaged."""
    block = _read_exactly(read, _BLOCK)
    if block == bytes(_BLOCK):
        return None
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError) as error:
        raise _DamagedHeader(_MISSING_HEADER) from error
    if header.size < 0 or (header.type in _EXTENDED and header.size > MAX_HEADER_LENGTH):
        raise Damaged(f".tar is damaged: a header says that it has {header.size:,} bytes")
    if header.type == tarfile.GNUTYPE_SPARSE:
        raise Damaged(_SPARSE)
    return header


def _parse_fields(data: bytes) -> dict[str, str]:
    """The fields of an extended header of POSIX that are used. Raises Damaged, also for a sparse
    file.

    The header consists of records of "LENGTH KEY=VALUE" and a line feed.
    """
    fields: dict[str, str] = {}
    at = 0
    while (blank := data.find(b" ", at, at + 12)) > 0 and data[at:blank].isdigit():
        end = at + int(data[at:blank])
        key, equals, value = data[blank + 1 : end - 1].partition(b"=")
        if end <= blank or end > len(data) or not equals:
            raise Damaged(".tar is damaged: an extended header cannot be read")
        name = key[:100].decode("utf-8", "replace")
        if name.startswith("GNU.sparse."):
            raise Damaged(_SPARSE)
        if name in _KEPT:
            fields[name] = value.decode("utf-8", "surrogateescape")
        at = end
    return fields


def _find_other_names(read: _Read, limits: Limits, skipped: int = 0) -> list[bytes]:
    """The names in a tar file that are not UTF-8, each once, up to MAX_NAME_BYTES bytes in all;
    `skipped` bytes are skipped first."""
    names: dict[bytes, None] = {}
    size = 0
    try:
        _skip(read, skipped)
        for member, _ in _members(read, limits):
            for raw in (not_utf_8(member.name), not_utf_8(member.linkname)):
                if raw and raw not in names:
                    names[raw] = None
                    size += len(raw)
            if size > MAX_NAME_BYTES:
                break
    except Damaged:
        pass  # `tar_members` raises it when it gets there
    return list(names)


def _padded(size: int) -> int:
    """A size, rounded up to whole blocks."""
    return size + -size % _BLOCK


def _read_exactly(read: _Read, size: int) -> bytes:
    """The next `size` bytes; fewer where the stream ends."""
    parts: list[bytes] = []
    while size and (data := read(size)):
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def _skip(read: _Read, size: int) -> None:
    """Read `size` bytes and drop them. Raises Damaged where the stream ends before."""
    while size:
        data = read(min(size, 2**20))
        if not data:
            raise Damaged(".tar is damaged or cut off: unexpected end of data")
        size -= len(data)


def non_file_reason(member: tarfile.TarInfo) -> str:
    """Why a member that is not a regular file is not read; "" if that need not be reported."""
    if member.issym() or member.islnk():
        return outside_link_reason(member.name if member.issym() else "", member.linkname)
    return "" if member.isdir() else "it is a pipe or a device, which is never opened"


def outside_link_reason(name: str, target: str) -> str:
    """Why a link in an archive is reported: it leads out. "" for another link, as its target is a
    member itself.

    `name` is the name of a symbolic link, whose target is relative to the folder of the link. It is
    "" for a hard link, whose target is relative to the root of the archive.
    """
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(name.lstrip("/")), target))
    is_out = inside.startswith("/") or inside.split("/")[0] == ".."
    return f"it is a link out of the archive, to {target[:200]}; links are not followed" if is_out else ""
