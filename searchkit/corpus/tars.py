"""The members of a tar file, read as a stream.

The standard library ends quietly on a file that is cut off between two members, or whose next header is damaged; it takes
as much memory as an extended header asks for, and as much time as the digits in it squared. So headers are read strictly
here, and the extended ones by ourselves.
"""

from __future__ import annotations

import posixpath
import tarfile
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO, cast

from searchkit.corpus.limits import KB
from searchkit.corpus.member_names import TarNames
from searchkit.corpus.registry import Source
from searchkit.corpus.unpacking import Damaged, Guarded, guard

LONGEST_HEADER = 256 * KB
"""Bytes of an extended header; names and times take hundreds."""
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


def tar_members(stream: Guarded, source: Source) -> Iterator[tuple[tarfile.TarInfo, Guarded | None]]:
    """The members of a tar file in order, regular files with their bytes. Raises Damaged."""
    limits = source.options.limits
    file = cast(BinaryIO, stream)
    count = 0
    names = TarNames()
    with guard(lambda: tarfile.open(fileobj=file, mode="r|", tarinfo=_Header), ".tar") as archive:
        while (member := guard(archive.next, ".tar")) is not None:
            archive.members.clear()  # type: ignore[attr-defined]  # tarfile would keep every header that it has read
            count += 1
            if count > limits.max_members:
                raise Damaged(f"it has more than {limits.max_members:,} members; if that is right, raise --max-members")
            member.name, member.linkname = names.text(member.name), names.text(member.linkname)
            has_data = member.isreg() or member.type not in tarfile.SUPPORTED_TYPES
            opened = guard(partial(archive.extractfile, member), ".tar") if has_data else None
            yield member, Guarded(opened, ".tar", most=limits.max_member) if opened is not None else None
            # To go on where a header says, tarfile would ask for nothing 10,000 bytes at a time, to the end of the world.
            while opened is not None and guard(partial(opened.read, 2**20), ".tar"):
                pass
    # The end mark may stand before the end of a packed stream, whose checksum comes last.
    while stream.read(2**20):
        pass


def not_a_file(member: tarfile.TarInfo) -> str:
    """Why a member that is no regular file is not read, or "" where nobody would miss it."""
    if member.issym() or member.islnk():
        return leads_out(member.name if member.issym() else "", member.linkname)
    return "" if member.isdir() else "it is a pipe or a device, which is never opened"


def leads_out(name: str, target: str) -> str:
    """What is wrong with a link in an archive: what it names inside is read by its own name."""
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(name.lstrip("/")), target))
    is_out = inside.startswith("/") or inside.split("/")[0] == ".."
    return f"it is a link out of the archive, to {target[:200]}; links are not followed" if is_out else ""
