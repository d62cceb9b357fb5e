"""Files that are read together with another one: the ALTO pages of an issue in METS, which names
them, and the write-ahead log and journal of a database.

They are found when a root is listed. From then on they belong to that file, are no articles of
their own, and a change of one of them is a change of that file. Of files that another one names
only those below its folder count: no other is ever opened. Members of archives have none.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from searchkit.corpus.format_row import Format
from searchkit.corpus.format_table import FORMATS
from searchkit.corpus.formats import HEAD, format_by_signature
from searchkit.corpus.limits import MB, format_size
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.suffixes import PACKED
from searchkit.corpus.unpacking import Damaged, call_checked, open_file
from searchkit.source_files import SourceFile

MAX_COMPANIONS = 10_000
"""Maximum number of files that one file may name."""
MAX_INDEX_SIZE = 64 * MB
"""Maximum size in bytes of a file that is searched for names of others."""
_SUFFIX = ".xml"
_ROWS = tuple(row for row in FORMATS if row.companions is not None)
_NAMES = tuple(row.name for row in _ROWS)
_PAGES = tuple(name for row in _ROWS for name in row.companion_formats)
_JOURNALS = {suffix: row.journals for row in FORMATS for suffix in row.suffixes}
_ALL_JOURNALS = tuple(end for row in FORMATS for end in row.journals)
Listed = tuple[SourceFile, int]
"""A file and its device and inode in one number."""


@dataclass(frozen=True, slots=True)
class FileSet:
    """A file and those that are read with it: `data` are its bytes, `path` is its full path, and
    `companions` are those of the others. A reader gets it that takes "files"."""

    data: bytes
    path: str
    companions: frozenset[str]
    max_size: int

    def path_of(self, href: str) -> str:
        """The full path of a companion by its address in the file, or "" for another file."""
        inside = _inside(href)
        path = _folder(self.path) + inside
        return path if path in self.companions else ""

    def read(self, href: str) -> bytes:
        """The bytes of a companion. Raises Unreadable."""
        path = self.path_of(href)
        if not path:
            raise Unreadable(f'"{href[:200]}" is none of the files that are read with it')
        try:
            with open_file(Path(path)) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise Unreadable(f'"{href[:200]}" is no regular file any more')
                data = call_checked(lambda: file.read(self.max_size + 1), "")
        except (OSError, ValueError, Damaged) as error:
            raise Unreadable(f'"{href[:200]}" cannot be read: {getattr(error, "strerror", None) or error}') from error
        if len(data) > self.max_size:
            raise Unreadable(f'"{href[:200]}" is larger than {format_size(self.max_size)}; raise --max-article')
        return data


def join_companions(files: Sequence[Listed], options: ReadOptions) -> list[Listed]:
    """The files of a root, without those that others name, which have them as `companions`, as they
    have their journals.

    Looked into are files in XML whose name contains "mets", and all of a folder whose first such
    file is METS or ALTO: so nothing is read of a million files of another kind.
    """
    joined = [(_with_journals(file), key) for file, key in files]
    if options.format and options.format not in _NAMES:
        return joined
    by_folder: dict[str, list[int]] = {}
    for at, (file, _) in enumerate(files):
        if file.full_path[-len(_SUFFIX) :].lower() == _SUFFIX:
            by_folder.setdefault(_folder(file.full_path), []).append(at)
    taken: set[int] = set()
    for numbers in by_folder.values():
        is_of_scans = _format_of(joined[numbers[0]][0].full_path) in (*_NAMES, *_PAGES)
        for at in numbers:
            file, key = joined[at]
            if is_of_scans or "mets" in file.full_path.rpartition("/")[2].lower():
                row = next((row for row in _ROWS if row.name == _format_of(file.full_path)), None)
                found = _companions(file, row) if row else {}
                if found:
                    joined[at] = with_companions(file, found), key
                    taken.update(found.values())
    return [one for one in joined if one[1] not in taken or one[0].companions] if taken else joined


def _with_journals(file: SourceFile) -> SourceFile:
    """A file with its journals that are not empty as companions."""
    suffix = file.full_path[file.full_path.rfind(".") :].lower()
    # A file that is recognised by its signature may have any other suffix.
    ends = () if suffix in PACKED else _JOURNALS.get(suffix, _ALL_JOURNALS)
    if not ends:
        return file
    path = os.path.realpath(file.full_path)
    found = [path + end for end in ends if total_status((0, 0), (path + end,))[0]]
    return with_companions(file, found) if found else file


def with_companions(file: SourceFile, companions: Iterable[str]) -> SourceFile:
    """A file that has these companions: its size and the time of its last change are those of all
    together."""
    paths = tuple(companions)
    size, modified = total_status((file.size, file.modified_ns), paths)
    return file._replace(size=size, modified_ns=modified, companions=paths)


def total_status(own: tuple[int, int], companions: Iterable[str]) -> tuple[int, int]:
    """The size of a file and its companions together, and the time of the last change of any;
    `own` are those of the file."""
    size, modified = own
    for path in companions:
        try:
            status = Path(path).stat()
        except OSError:
            continue
        size, modified = size + status.st_size, max(modified, status.st_mtime_ns)
    return size, modified


def _companions(file: SourceFile, row: Format) -> dict[str, int]:
    """The files of the right format that a file names, each with its device and inode."""
    folder = _folder(file.full_path)
    top = Path(folder).resolve()
    found: dict[str, int] = {}
    assert row.companions is not None
    for href in row.companions(_read_head(file.full_path, MAX_INDEX_SIZE))[:MAX_COMPANIONS]:
        inside = _inside(href)
        path = folder + inside
        if not inside or path in found or not _is_below(path, top):
            continue
        if _format_of(path) in row.companion_formats:
            status = Path(path).stat()
            found[path] = status.st_dev << 64 | status.st_ino
    return found


def _folder(path: str) -> str:
    """The path of the folder that a file lies in, with the last slash."""
    return path[: path.rfind("/") + 1]


def _is_below(path: str, top: Path) -> bool:
    """Whether a file lies below a folder, wherever links lead."""
    try:
        return Path(path).resolve().is_relative_to(top)
    except (OSError, ValueError, RuntimeError):  # a loop of links
        return False


def _inside(href: str) -> str:
    """The path that an address names below the folder of the file that has it; "" for an address
    that is absolute, remote, or leads out of the folder."""
    path = href.strip()
    if "%" in path:
        from urllib.parse import unquote  # late: 4 ms at the start of a run over other files

        path = unquote(path)
    path = path.replace("\\", "/")
    if path.lower().startswith("file:"):
        path = path[5:].removeprefix("//") if not path[5:].startswith("///") else path[7:]
    parts = [part for part in path.split("/") if part != "."]
    if path.startswith("/") or ":" in path or "\0" in path or ".." in parts:
        return ""
    return "/".join(filter(None, parts))


def _format_of(path: str) -> str:
    row = format_by_signature(_read_head(path, HEAD))
    return row.name if row else ""


def _read_head(path: str, size: int) -> bytes:
    """The first bytes of a regular file; none if it cannot be read."""
    try:
        with open_file(Path(path)) as file:
            return file.read(size) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
    except (OSError, ValueError):
        return b""
