"""Which files does a root hold?"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.registry import SUFFIXES, is_taken, unpacked
from searchkit.errors import RootError
from searchkit.model import Failure

_TOC = re.compile(r"_MAIN_[0-9]+\.toc")
_EVERYTHING = ReadOptions()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a root: its path there ("" when the root is the file), where it lies, its size and time."""

    path: str
    place: Path
    size: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a root by path, how many no reader takes (by suffix), and what could not be listed."""

    files: tuple[SourceFile, ...]
    skipped: Mapping[str, int]
    failures: tuple[Failure, ...]


def list_files(root: Path, options: ReadOptions = _EVERYTHING) -> Listing:
    """List the files of a root that are to be read.

    Hidden files and folders, folders that hold an index, and whatever is no regular file are passed over; a file that
    is reached twice counts by its first path. Raises RootError for a root that is missing.
    """
    try:
        status = root.stat()
    except OSError as error:
        raise RootError(f"{root} cannot be read: {error.strerror}; is a disk missing?") from error
    if not stat.S_ISDIR(status.st_mode):
        return Listing((SourceFile("", root, status.st_size, status.st_mtime_ns),), {}, ())
    walk = _Walk(options)
    walk.folder(root, "", {(status.st_dev, status.st_ino)})
    files = []
    seen: set[tuple[int, int]] = set()
    for path, place, found in sorted(walk.found, key=lambda entry: entry[0]):
        key = (found.st_dev, found.st_ino)
        if key not in seen:
            seen.add(key)
            files.append(SourceFile(path, place, found.st_size, found.st_mtime_ns))
    return Listing(tuple(files), dict(sorted(walk.skipped.items())), tuple(walk.failures))


def label_of(root: Path) -> str:
    """The label of a root: its name, a file's without the suffixes of its format and packing."""
    if root.is_dir():
        return root.name
    name, _ = unpacked(root.name)
    dot = name.rfind(".")
    return name[:dot] if dot > 0 and name[dot:].lower() in SUFFIXES else name


class _Walk:
    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self.found: list[tuple[str, Path, os.stat_result]] = []
        self.skipped: Counter[str] = Counter()
        self.failures: list[Failure] = []

    def folder(self, folder: Path, inside: str, above: set[tuple[int, int]]) -> None:
        try:
            with os.scandir(folder) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError as error:
            self.failures.append(Failure(str(folder), f"the folder cannot be listed: {error.strerror}"))
            return
        if any(_TOC.fullmatch(name) for name in names):
            return
        for name in names:
            if name.startswith("."):
                continue
            path = f"{inside}/{name}" if inside else name
            place = folder / name
            try:
                path.encode()
                status = place.stat()
            except UnicodeEncodeError:
                shown = os.fsencode(place).decode("utf-8", "backslashreplace")
                self.failures.append(Failure(shown, "its name is not UTF-8; rename it"))
                continue
            except OSError as error:
                self.failures.append(Failure(str(place), f"it cannot be read: {error.strerror}"))
                continue
            if stat.S_ISDIR(status.st_mode):
                key = (status.st_dev, status.st_ino)
                if key not in above:  # a link to a folder above would go round for ever
                    self.folder(place, path, above | {key})
            elif stat.S_ISREG(status.st_mode):
                self._file(name, path, place, status)

    def _file(self, name: str, path: str, place: Path, status: os.stat_result) -> None:
        options = self._options
        if options.include and not any(_fits(path, name, glob) for glob in options.include):
            return
        if any(_fits(path, name, glob) for glob in options.exclude):
            return
        if is_taken(name, options):
            self.found.append((path, place, status))
        else:
            inner, _ = unpacked(name)
            dot = inner.rfind(".")
            self.skipped[inner[dot:].lower() if dot > 0 else "(none)"] += 1


def _fits(path: str, name: str, glob: str) -> bool:
    if "/" not in glob:
        return fnmatchcase(name, glob)
    pattern = glob.strip("/")
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*")
