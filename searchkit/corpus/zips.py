"""The directory of a zip file, read within limits; it stands at the end, so the file must be one that can be sought in."""

from __future__ import annotations

import stat
import zipfile
from typing import IO, Any

from searchkit.corpus.limits import MB
from searchkit.corpus.unpacking import Damaged

LARGEST_DIRECTORY = 512 * MB


class _File:
    """A file of which no more is read at once than a directory may have."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > LARGEST_DIRECTORY:
            raise Damaged(f"its directory is larger than {LARGEST_DIRECTORY // MB} MB; unpack it yourself")
        return self._file.read(size)


class _Members(list[zipfile.ZipInfo]):
    """The members of a directory, as they are found."""

    def __init__(self, most: int, hint: str) -> None:
        super().__init__()
        self._most, self._hint = most, hint

    def append(self, member: zipfile.ZipInfo) -> None:
        if len(self) >= self._most:
            raise Damaged(f"it has more than {self._most:,} members; if that is right, {self._hint}")
        super().append(member)


class Zip(zipfile.ZipFile):
    """A zip file of at most so many members; `hint` says what to do with one of more. Raises Damaged, and what zipfile
    raises."""

    def __init__(self, file: IO[bytes], most: int, hint: str) -> None:
        self._most, self._hint = most, hint
        guarded: Any = _File(file)
        super().__init__(guarded)

    def _RealGetContents(self) -> None:
        # zipfile calls it to read the directory.
        self.filelist = _Members(self._most, self._hint)
        super()._RealGetContents()  # type: ignore[misc]


def is_link(member: zipfile.ZipInfo) -> bool:
    """Whether a member is a symbolic link: then its bytes are the path that it leads to."""
    return stat.S_ISLNK(member.external_attr >> 16)
