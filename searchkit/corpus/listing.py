"""Lists the files of a root that are to be read."""

from __future__ import annotations

import heapq
import os
import re
import stat
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

from searchkit.corpus.companions import join_companions
from searchkit.corpus.decode import printable_path
from searchkit.corpus.format_row import Format
from searchkit.corpus.formats import HEAD, format_by_signature, format_problems, formats_with_suffix
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.suffixes import (
    has_reader,
    is_readme,
    may_be_recognised,
    missing_reason,
    split_packing,
    suffix_of,
    why_unavailable,
)
from searchkit.corpus.unpacking import open_file, unpacked_head
from searchkit.errors import RootError
from searchkit.reports import Failure
from searchkit.source_files import Listing, SourceFile

_TOC = re.compile(r"_MAIN_[0-9]+\.toc")
_EVERYTHING = ReadOptions()
NOT_A_FILE = "(pipe, socket or device)"
"""The name in `Listing.skipped` of anything that is not a file. It is never opened."""
INDEX = "(folder of an index)"
"""The name in `Listing.skipped` of folders that hold an index. They are not searched."""


def list_files(root: Path, options: ReadOptions = _EVERYTHING) -> Listing:
    """List the files of a root that are to be read.

    Hidden files and folders are skipped. Folders that hold an index, and anything that is not a
    regular file, are counted and never opened. A file that is reached twice has its first path.
    Raises RootError for a root that is missing or holds an index.
    """
    try:
        status = root.stat()
    except OSError as error:
        raise RootError(f"{printable_path(str(root))} cannot be read: {error.strerror}; is a disk missing?") from error
    except ValueError as error:  # a NUL in the path
        raise RootError(f"{str(root)!r} is no path: {error}") from error
    if stat.S_ISREG(status.st_mode):
        only = SourceFile("", str(root), status.st_size, status.st_mtime_ns)
        return Listing(tuple(file for file, _ in join_companions([(only, 0)], options)), {}, ())
    if not stat.S_ISDIR(status.st_mode):
        raise RootError(f"{printable_path(str(root))} is neither a folder nor a regular file; expected one of them")
    walker = _Walker(options)
    walker.walk(root, status)
    files = []
    seen: set[int] = set()
    for file, key in join_companions(sorted(walker.found), options):
        if key not in seen:
            seen.add(key)
            files.append(file)
    unlisted, failures = tuple(path for path, _ in walker.failures), tuple(failure for _, failure in walker.failures)
    return Listing(tuple(files), dict(sorted(walker.skipped.items())), failures, unlisted, tuple(walker.ignored))


def label_of(root: Path) -> str:
    """The label of a root: its name, without suffixes of format and packing; "root" for "/"."""
    if root.name in ("", ".", ".."):
        root = root.resolve()
    if root.is_dir():
        return printable_path(root.name) or "root"
    name, _ = split_packing(printable_path(root.name))
    dot = name.rfind(".")
    return name[:dot] if dot > 0 and formats_with_suffix(name[dot:].lower()) else name


class _Walker:
    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self.found: list[tuple[SourceFile, int]] = []
        """The files, each with a number that is the same for each path of a file."""
        self.skipped: Counter[str] = Counter()
        self.failures: list[tuple[str, Failure]] = []
        self.ignored: list[tuple[str, Failure]] = []
        self._reports_problems = True

    def walk(self, root: Path, status: os.stat_result) -> None:
        """Walk the folders in the order of their paths, each once.

        Links can neither loop nor multiply them, and a file that is reached twice is found by its
        first path first.
        """
        waiting = [("", root, status)]
        walked: set[tuple[int, int]] = set()
        while waiting:
            inside, folder, status = heapq.heappop(waiting)
            key = (status.st_dev, status.st_ino)
            if key not in walked:
                walked.add(key)
                for below in self._list_folder(folder, inside):
                    heapq.heappush(waiting, below)

    def _list_folder(self, folder: Path, inside: str) -> list[tuple[str, Path, os.stat_result]]:
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            failure = Failure(printable_path(str(folder)), f"the folder cannot be listed: {error.strerror}")
            self.failures.append((inside.rstrip("/"), failure))
            return []
        tocs = [entry for entry in entries if _TOC.fullmatch(entry.name) and _has_content(entry)]
        if tocs:
            self._skip_index(folder, inside, tocs[0].name)
            return []
        below = []
        for entry in entries:
            name, full_path = entry.name, entry.path
            if name.startswith("."):
                continue
            path = inside + name
            try:
                status = entry.stat()
            except OSError as error:
                failure = Failure(printable_path(full_path), f"it cannot be read: {error.strerror}")
                if self._is_chosen(path, name) or entry.is_dir(follow_symlinks=False):
                    self.failures.append((path, failure))
                elif not self._is_excluded(path, name):
                    self.ignored.append((path, failure))  # it may be a link to a folder
                continue
            if printable_path(path) != path:
                if stat.S_ISDIR(status.st_mode) or (self._is_chosen(path, name) and has_reader(name, self._options)):
                    self.failures.append((path, Failure(printable_path(full_path), "its name is not UTF-8; rename it")))
            elif stat.S_ISDIR(status.st_mode):
                below.append((f"{path}/", Path(full_path), status))
            elif stat.S_ISREG(status.st_mode):
                self._add_file(name, path, full_path, status)
            elif self._is_chosen(path, name):
                self.skipped[NOT_A_FILE] += 1
        return below

    def _skip_index(self, folder: Path, inside: str, toc: str) -> None:
        """Skip a folder that holds an index. Raises RootError if it is the root."""
        if not inside:
            raise RootError(f"{printable_path(str(folder))} holds an index ({toc}); expected a folder or file of articles")
        self.skipped[INDEX] += 1
        if not self._is_excluded(f"{inside}{toc}", toc):
            reason = f"the folder is skipped, because it holds an index ({toc}); the articles that came from there stay"
            self.ignored.append((inside.rstrip("/"), Failure(printable_path(str(folder)), reason)))

    def _is_chosen(self, path: str, name: str) -> bool:
        include, exclude = self._options.include, self._options.exclude
        if not include and not exclude:
            return True
        if include and not any(_matches_glob(path, name, glob) for glob in include):
            return False
        return not self._is_excluded(path, name)

    def _is_excluded(self, path: str, name: str) -> bool:
        return any(_matches_glob(path, name, glob) for glob in self._options.exclude)

    def _add_file(self, name: str, path: str, full_path: str, status: os.stat_result) -> None:
        if not self._is_chosen(path, name):
            return
        if is_readme(name) and not (self._options.include or self._options.format):
            self.skipped["README"] += 1
            return
        is_known = has_reader(name, self._options)
        reason = why_unavailable(name, self._options) if is_known else ""
        recognised = self._recognise(name, full_path) if reason or not is_known else None
        if recognised is not None:
            reason = missing_reason(recognised)
        if not is_known and recognised is None:
            self.skipped[suffix_of(name)] += 1
            self._report_missing_formats(path, full_path)
        elif reason:
            # Like a file that cannot be listed: its articles stay, and it is read when a reader is
            # there.
            self.failures.append((path, Failure(printable_path(full_path), reason)))
        else:
            # Not the status itself, which takes twice as much memory as all this.
            file = SourceFile(path, full_path, status.st_size, status.st_mtime_ns)
            self.found.append((file, status.st_dev << 64 | status.st_ino))

    def _recognise(self, name: str, full_path: str) -> Format | None:
        """The format whose signature a file has, whatever its suffix. A file that cannot be opened
        has none."""
        if not may_be_recognised(name, self._options):
            return None
        try:
            with open_file(Path(full_path)) as file:
                return format_by_signature(unpacked_head(file, split_packing(name)[1], HEAD))
        except (OSError, ValueError):
            return None

    def _report_missing_formats(self, path: str, full_path: str) -> None:
        """Report once which formats of other packages cannot be loaded. Articles of files that may
        be theirs stay."""
        for problem in format_problems() if not self._options.format else ():
            failure = Failure(printable_path(full_path), f"no reader takes it, and {problem}")
            if self._reports_problems:
                self.failures.append((path, failure))
            else:
                self.ignored.append((path, failure))
        self._reports_problems = False


def _has_content(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file() and entry.stat().st_size > 0
    except OSError:
        return False


def _matches_glob(path: str, name: str, glob: str) -> bool:
    if "/" not in glob:
        return fnmatchcase(name, glob)
    pattern = glob.strip("/")
    patterns = (pattern, pattern.removeprefix("**/"))  # "**/" is also no folder at all
    return any(fnmatchcase(path, one) or fnmatchcase(path, f"{one}/*") for one in patterns)
