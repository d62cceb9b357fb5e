"""Which files does a root hold?"""

from __future__ import annotations

import heapq
import os
import re
import stat
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path

from searchkit.corpus.decode import printable_path
from searchkit.corpus.formats import external_formats, formats_with_suffix
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.suffixes import has_reader, split_packing, suffix_of, why_unavailable
from searchkit.errors import RootError
from searchkit.reports import Failure
from searchkit.source_files import Listing, SourceFile

_TOC = re.compile(r"_MAIN_[0-9]+\.toc")
_EVERYTHING = ReadOptions()
NO_FILE = "(pipe, socket or device)"
"""Where files of types that no reader takes are counted, the name of what is no file at all. It is
never opened."""
INDEX = "(folder of an index)"
"""The name there of folders that hold an index, which are not looked into."""


def list_files(root: Path, options: ReadOptions = _EVERYTHING) -> Listing:
    """List the files of a root that are to be read.

    Hidden files and folders are passed over; folders that hold an index and whatever is no regular
    file are counted and never opened; a file that is reached twice counts by its first path. Raises
    RootError for a root that is missing, or that holds an index.
    """
    try:
        status = root.stat()
    except OSError as error:
        raise RootError(f"{printable_path(str(root))} cannot be read: {error.strerror}; is a disk missing?") from error
    except ValueError as error:  # a NUL in the path
        raise RootError(f"{str(root)!r} is no path: {error}") from error
    if stat.S_ISREG(status.st_mode):
        return Listing((SourceFile("", str(root), status.st_size, status.st_mtime_ns),), {}, ())
    if not stat.S_ISDIR(status.st_mode):
        raise RootError(f"{printable_path(str(root))} is neither a folder nor a regular file; expected one of them")
    walk = _Walk(options)
    walk.all_below(root, status)
    files = []
    seen: set[tuple[int, int]] = set()
    for path, place, found in sorted(walk.found, key=lambda entry: entry[0]):
        key = (found.st_dev, found.st_ino)
        if key not in seen:
            seen.add(key)
            files.append(SourceFile(path, place, found.st_size, found.st_mtime_ns))
    unlisted, failures = tuple(path for path, _ in walk.failures), tuple(failure for _, failure in walk.failures)
    return Listing(tuple(files), dict(sorted(walk.skipped.items())), failures, unlisted, tuple(walk.ignored))


def label_of(root: Path) -> str:
    """The label of a root: its name, a file's without the suffixes of its format and packing;
    "root" for "/"."""
    if root.name in ("", ".", ".."):
        root = root.resolve()
    if root.is_dir():
        return printable_path(root.name) or "root"
    name, _ = split_packing(printable_path(root.name))
    dot = name.rfind(".")
    return name[:dot] if dot > 0 and formats_with_suffix(name[dot:].lower()) else name


class _Walk:
    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self.found: list[tuple[str, str, os.stat_result]] = []
        self.skipped: Counter[str] = Counter()
        self.failures: list[tuple[str, Failure]] = []
        self.ignored: list[tuple[str, Failure]] = []
        self._unavailable: dict[str, str] = {}
        """Why files of a suffix cannot be read here, or "", by suffix."""
        self._tells_problems = True

    def all_below(self, root: Path, status: os.stat_result) -> None:
        """Walk the folders in the order of their paths, each once: a link can neither loop nor
        multiply them, and what is reached twice is met by its first path first."""
        waiting = [("", root, status)]
        walked: set[tuple[int, int]] = set()
        while waiting:
            inside, folder, status = heapq.heappop(waiting)
            key = (status.st_dev, status.st_ino)
            if key not in walked:
                walked.add(key)
                for below in self._folder(folder, inside):
                    heapq.heappush(waiting, below)

    def _folder(self, folder: Path, inside: str) -> list[tuple[str, Path, os.stat_result]]:
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            failure = Failure(printable_path(str(folder)), f"the folder cannot be listed: {error.strerror}")
            self.failures.append((inside.rstrip("/"), failure))
            return []
        tocs = [entry for entry in entries if _TOC.fullmatch(entry.name) and _has_content(entry)]
        if tocs:
            self._index(folder, inside, tocs[0].name)
            return []
        below = []
        for entry in entries:
            name, place = entry.name, entry.path
            if name.startswith("."):
                continue
            path = inside + name
            try:
                status = entry.stat()
            except OSError as error:
                failure = Failure(printable_path(place), f"it cannot be read: {error.strerror}")
                if self._is_chosen(path, name) or entry.is_dir(follow_symlinks=False):
                    self.failures.append((path, failure))
                elif not self._is_excluded(path, name):
                    self.ignored.append((path, failure))  # as a link it may have led to a folder
                continue
            if printable_path(path) != path:
                if stat.S_ISDIR(status.st_mode) or (self._is_chosen(path, name) and has_reader(name, self._options)):
                    self.failures.append((path, Failure(printable_path(place), "its name is not UTF-8; rename it")))
            elif stat.S_ISDIR(status.st_mode):
                below.append((f"{path}/", Path(place), status))
            elif stat.S_ISREG(status.st_mode):
                self._file(name, path, place, status)
            elif self._is_chosen(path, name):
                self.skipped[NO_FILE] += 1
        return below

    def _index(self, folder: Path, inside: str, toc: str) -> None:
        """Pass over a folder that holds an index."""
        if not inside:
            raise RootError(f"{printable_path(str(folder))} holds an index ({toc}); expected a folder or file of articles")
        self.skipped[INDEX] += 1
        if not self._is_excluded(f"{inside}{toc}", toc):
            reason = f"the folder is passed over, for it holds an index ({toc}); the articles that came from there stay"
            self.ignored.append((inside.rstrip("/"), Failure(printable_path(str(folder)), reason)))

    def _is_chosen(self, path: str, name: str) -> bool:
        include, exclude = self._options.include, self._options.exclude
        if not include and not exclude:
            return True
        if include and not any(_fits(path, name, glob) for glob in include):
            return False
        return not self._is_excluded(path, name)

    def _is_excluded(self, path: str, name: str) -> bool:
        return any(_fits(path, name, glob) for glob in self._options.exclude)

    def _file(self, name: str, path: str, place: str, status: os.stat_result) -> None:
        if not self._is_chosen(path, name):
            return
        if not has_reader(name, self._options):
            self.skipped[suffix_of(name)] += 1
            self._may_be_of_others(path, place)
        elif reason := self._why_unavailable(name):
            # As what cannot be listed: its articles stay, and it is read as soon as it can be.
            self.failures.append((path, Failure(printable_path(place), reason)))
        else:
            self.found.append((path, place, status))

    def _why_unavailable(self, name: str) -> str:
        """Why the reader of a file that is not packed cannot be had, or ""."""
        suffix = name[name.rfind(".") :]
        reason = self._unavailable.get(suffix)
        if reason is None:
            reason = self._unavailable[suffix] = why_unavailable(name, self._options)
        return reason

    def _may_be_of_others(self, path: str, place: str) -> None:
        """Tell which formats of other packages cannot be had, once; articles of files that may be
        theirs stay."""
        for _, problem in external_formats().problems if not self._options.format else ():
            failure = Failure(printable_path(place), f"no reader takes it, and {problem}")
            if self._tells_problems:
                self.failures.append((path, failure))
            else:
                self.ignored.append((path, failure))
        self._tells_problems = False


def _has_content(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file() and entry.stat().st_size > 0
    except OSError:
        return False


def _fits(path: str, name: str, glob: str) -> bool:
    if "/" not in glob:
        return fnmatchcase(name, glob)
    pattern = glob.strip("/")
    patterns = (pattern, pattern.removeprefix("**/"))  # "**/" is also no folder at all
    return any(fnmatchcase(path, one) or fnmatchcase(path, f"{one}/*") for one in patterns)
