"""Opens zip files within limits. Their directory stands at the end, so the file must be one that
can be sought in."""

from __future__ import annotations

import stat
import struct
import zipfile
from typing import IO, Any

from searchkit.corpus.limits import MB
from searchkit.corpus.unpacking import Damaged

MAX_DIRECTORY_SIZE = 512 * MB
"""Maximum size of a directory in bytes."""
_ENTRY = b"PK\x01\x02"
"""Begins each entry of a directory. Its 46 bytes before the name hold at 28 the lengths of name,
extra field and comment, which follow (APPNOTE 4.3.12)."""
_ENTRY_SIZE = 46


class _LimitedFile:
    """A zip file whose directory is checked when `zipfile` reads it, which it does in one piece and
    before it parses it."""

    def __init__(self, file: IO[bytes], max_members: int, hint: str) -> None:
        self._file, self._max_members, self._hint = file, max_members, hint
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self.is_open = False
        """Whether the directory has been read; what is read from then on are members."""

    def read(self, size: int = -1) -> bytes:
        if self.is_open:
            return self._file.read(size)
        if size > MAX_DIRECTORY_SIZE:
            raise Damaged(f"its directory is larger than {MAX_DIRECTORY_SIZE // MB} MB; unpack it yourself")
        data = self._file.read(size)
        if _has_more_entries(data, self._max_members):
            raise Damaged(f"it has more than {self._max_members:,} members; if that is right, {self._hint}")
        return data


def _has_more_entries(directory: bytes, max_entries: int) -> bool:
    """Whether a directory has more entries than that, before its end or what is no entry."""
    at = count = 0
    while directory.startswith(_ENTRY, at) and at + _ENTRY_SIZE <= len(directory):
        count += 1
        if count > max_entries:
            return True
        at += _ENTRY_SIZE + sum(struct.unpack_from("<3H", directory, at + 28))
    return False


def open_zip(file: IO[bytes], max_members: int, hint: str) -> zipfile.ZipFile:
    """Open a zip file of at most `max_members` members; `hint` says what to do with a larger one.

    Raises Damaged, and what zipfile raises.
    """
    limited: Any = _LimitedFile(file, max_members, hint)
    opened = zipfile.ZipFile(limited)
    limited.is_open = True
    return opened


def is_link(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a symbolic link: then its bytes are the path that it leads to."""
    return stat.S_ISLNK(member.external_attr >> 16)
