"""Roots in, the changes they need out: which files are new, changed or gone, and what that means for the index.

This room knows no reader: it is handed functions that list a root's files and read one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from searchkit.errors import RootError
from searchkit.indexing.manifest import FileState, Problem, RootRecord, failure
from searchkit.indexing.writer import Writer
from searchkit.model import Article, Failure, IndexReport, OnError, Progress


class SourceFile(Protocol):
    """A file of a root: its path there ("" when the root is the file), where it lies, its size and time."""

    @property
    def path(self) -> str: ...
    @property
    def place(self) -> Path: ...
    @property
    def size(self) -> int: ...
    @property
    def modified_ns(self) -> int: ...


class Listing(Protocol):
    """The files of a root, by path; how many no reader takes, by suffix; and what could not be listed."""

    @property
    def files(self) -> Sequence[SourceFile]: ...
    @property
    def skipped(self) -> Mapping[str, int]: ...
    @property
    def failures(self) -> Sequence[Failure]: ...


class Reader(Protocol):
    """What reads a root."""

    def list_files(self, root: RootRecord) -> Listing:
        """Raises RootError for a root that is missing."""

    def read_file(self, file: SourceFile, root: RootRecord, on_error: OnError) -> Iterator[Article]: ...


def origin_of(label: str, path: str) -> str:
    """What an article remembers of the file that it was read from."""
    return f"{label}/{path}" if path else label


class Update:
    """One run over some roots."""

    def __init__(
        self, writer: Writer, reader: Reader, *, allow_empty: bool = False, progress: Progress | None = None
    ) -> None:
        self._writer, self._reader, self._allow_empty = writer, reader, allow_empty
        self._progress = progress
        self._counts: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._failures: list[Failure] = []
        self._done = self._total = 0

    def run(self, roots: Sequence[tuple[RootRecord, str]], *, reread: frozenset[str] = frozenset()) -> IndexReport:
        """Bring roots up to date, each within the part of it that is named ("" for all of it).

        `reread` are labels of which every file is read again. Nothing is committed here.
        """
        listed: list[tuple[RootRecord, str, Listing]] = []
        for root, part in roots:
            listing = self._list(root, part)
            if listing is not None:
                listed.append((root, part, listing))
        self._total = sum(file.size for _, part, listing in listed for file in listing.files if _within(file.path, part))
        for root, part, listing in listed:
            self._root(root, part, listing, root.label in reread)
        return IndexReport(
            added=self._counts["added"],
            unchanged=self._counts["unchanged"],
            replaced=self._counts["replaced"],
            removed=self._counts["removed"],
            withheld=self._counts["withheld"],
            failures=tuple(self._failures),
            skipped=dict(sorted(self._skipped.items())),
        )

    def _list(self, root: RootRecord, part: str) -> Listing | None:
        try:
            listing = self._reader.list_files(root)
        except RootError as error:
            self._failures.append(Failure(root.path, str(error)))
            return None
        held = sum(state.articles for state in self._writer.states.get(root.label, {}).values())
        if not listing.files and held and not self._allow_empty:
            reason = f"nothing is there that can be read, where {held:,} articles came from; nothing was removed"
            self._failures.append(Failure(root.path, f"{reason} (--allow-empty removes them)"))
            return None
        return listing

    def _root(self, root: RootRecord, part: str, listing: Listing, reread: bool) -> None:
        states = self._writer.states.setdefault(root.label, {})
        files = {file.path: file for file in listing.files}
        self._skipped.update(listing.skipped)
        self._failures += listing.failures
        gone = [path for path in states if path not in files and _within(path, part)]
        if listing.failures:
            gone = []  # what could not be listed is not gone
        for path in gone:
            self._counts["removed"] += self._writer.remove_origin(origin_of(root.label, path))
            del states[path]
        for path, file in files.items():
            if not _within(path, part):
                continue
            if self._progress is not None:
                self._progress(self._done, self._total, str(file.place))
            before = states.get(path)
            same = before is not None and (before.size, before.modified_ns) == (file.size, file.modified_ns)
            if before is not None and same and not reread and not before.displaced:
                self._counts["unchanged"] += before.articles
                self._failures += [failure(problem, new=False) for problem in before.problems]
            else:
                states[path] = self._file(root, file, before if same and not reread else None, files)
            self._done += file.size
        if self._progress is not None:
            self._progress(self._done, self._total, "")

    def _file(
        self, root: RootRecord, file: SourceFile, before: FileState | None, files: Mapping[str, SourceFile]
    ) -> FileState:
        """Read one file; what it holds no more is removed only when all of it could be read."""
        origin = origin_of(root.label, file.path)
        faults: list[Failure] = []
        clashes: list[Problem] = []
        seen: set[str] = set()
        count = 0
        for article in self._reader.read_file(file, root, faults.append):
            if article.id in self._writer.withheld:
                self._counts["withheld"] += 1
                continue
            clash = self._clash(article, root, origin, seen, files)
            if clash is not None:
                if clash:
                    clashes.append((article.path, "", clash))
                continue
            seen.add(article.id)
            count += 1
            self._counts[self._writer.put(article, origin)] += 1
        if not faults:
            self._counts["removed"] += self._writer.remove_origin(origin, keep=seen)
        problems = (*((f.path, f.place, f.reason) for f in faults), *clashes)
        known = set(before.problems) if before else set()
        self._failures += [failure(problem, new=problem not in known) for problem in problems]
        return FileState(file.size, file.modified_ns, count, problems, displaced=bool(clashes))

    def _clash(
        self, article: Article, root: RootRecord, origin: str, seen: set[str], files: Mapping[str, SourceFile]
    ) -> str | None:
        """Why an article gives way to another one of this root with its id: a reason, "" for its twin, None if it
        does not. The first by path and place stays."""
        other = self._writer.find(article.id)
        if other is None:
            return None
        theirs, place = other
        if article.id in seen:
            first = theirs
        else:
            prefix = f"{root.label}/"
            path = place[len(prefix) :] if place.startswith(prefix) else None
            if place == origin or path is None or path not in files or place > origin:
                return None
            first = theirs
        if _same_text(article, first):
            return ""
        return f'the id "{article.id}" is taken by another article of this root, in {first.path}, which stays'


def _same_text(one: Article, other: Article) -> bool:
    return (one.title, one.body, one.date, one.authors) == (other.title, other.body, other.date, other.authors)


def _within(path: str, part: str) -> bool:
    return not part or path == part or path.startswith(f"{part}/")
