"""Roots in, the changes they need out: which files are new, changed or gone, and what that means for the index.

This room knows no reader: it is handed functions that list a root's files and read one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from searchkit.errors import ArticleError, RootError
from searchkit.indexing.crew import WORTH_IT, Crew, Job, share_out
from searchkit.indexing.manifest import FileState, Problem, RootRecord, failure
from searchkit.indexing.writer import Entry, Writer, entry_of
from searchkit.model import Article, Failure, IndexReport, OnError, Progress
from searchkit.schema import check


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


@dataclass(slots=True)
class _Taking:
    """A file whose articles are taken: the root and its files, the ids seen so far, and what gave way."""

    root: RootRecord
    origin: str
    files: Mapping[str, SourceFile]
    seen: set[str] = field(default_factory=set)
    clashes: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file that has to be read, what it was before (None where that no longer counts), and all files of its root."""

    root: RootRecord
    file: SourceFile
    before: FileState | None
    files: Mapping[str, SourceFile]


class Update:
    """One run over some roots."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        *,
        allow_empty: bool = False,
        progress: Progress | None = None,
        workers: int = 1,
        start: Callable[[Sequence[list[Job]]], Crew] | None = None,
    ) -> None:
        """`start` makes a crew of workers, which is used when there are several and enough to read."""
        self._writer, self._reader, self._allow_empty = writer, reader, allow_empty
        self._progress, self._workers, self._start = progress, workers, start
        self._counts: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._failures: list[Failure] = []
        self._done = self._total = 0

    def run(self, roots: Sequence[tuple[RootRecord, str]], *, reread: frozenset[str] = frozenset()) -> IndexReport:
        """Bring roots up to date, each within the part of it that is named ("" for all of it).

        `reread` are labels of which every file is read again. Nothing is committed here. Raises WorkerDied.
        """
        listed: list[tuple[RootRecord, str, Listing]] = []
        for root, part in roots:
            listing = self._list(root, part)
            if listing is not None:
                listed.append((root, part, listing))
        self._total = sum(file.size for _, part, listing in listed for file in listing.files if _within(file.path, part))
        to_read: list[_Reading] = []
        for root, part, listing in listed:
            to_read += self._changed(root, part, listing, root.label in reread)
        size = sum(reading.file.size for reading in to_read)
        if self._start is not None and self._workers > 1 and size >= WORTH_IT:
            self._read_together(to_read, self._start, size)
        else:
            for reading in to_read:
                self._tell(str(reading.file.place))
                self._read(reading)
                self._done += reading.file.size
        self._tell("")
        return IndexReport(
            added=self._counts["added"],
            unchanged=self._counts["unchanged"],
            replaced=self._counts["replaced"],
            removed=self._counts["removed"],
            withheld=self._counts["withheld"],
            failures=tuple(self._failures),
            skipped=dict(sorted(self._skipped.items())),
        )

    def _tell(self, path: str) -> None:
        if self._progress is not None:
            self._progress(self._done, self._total, path)

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

    def _changed(self, root: RootRecord, part: str, listing: Listing, reread: bool) -> list[_Reading]:
        """The files of a root that have to be read; articles of files that are gone are removed."""
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
        to_read = []
        for path, file in files.items():
            if not _within(path, part):
                continue
            before = states.get(path)
            same = before is not None and (before.size, before.modified_ns) == (file.size, file.modified_ns)
            if before is not None and same and not reread and not before.displaced:
                self._counts["unchanged"] += before.articles
                self._failures += [failure(problem, new=False) for problem in before.problems]
                self._done += file.size
            else:
                to_read.append(_Reading(root, file, before if same and not reread else None, files))
        return to_read

    def _read(self, reading: _Reading) -> None:
        """Read one file in this process."""
        origin = origin_of(reading.root.label, reading.file.path)
        faults: list[Failure] = []
        taking = _Taking(reading.root, origin, reading.files)
        for article in self._reader.read_file(reading.file, reading.root, faults.append):
            try:
                check(article)
            except ArticleError as error:
                faults.append(Failure(article.path, str(error)))
                continue
            entry = entry_of(article, origin)
            self._take(taking, entry, partial(self._writer.build, article, origin))
        self._done_with(reading, taking, faults)

    def _read_together(self, to_read: Sequence[_Reading], start: Callable[[Sequence[list[Job]]], Crew], size: int) -> None:
        """Have several processes read and build; decide here, file by file, what counts."""
        jobs = [
            Job(
                reading.root.label, reading.root.options, reading.file.path, str(reading.file.place), reading.file.size,
                reading.file.modified_ns, origin_of(reading.root.label, reading.file.path),
            )
            for reading in to_read
        ]  # fmt: skip
        with start(share_out(jobs, self._workers)) as crew:
            read, segments = crew.wait(len(jobs), size, self._progress)
            self._writer.adopt(segments)
        for reading, job, part in zip(to_read, jobs, read, strict=True):
            taking = _Taking(reading.root, job.origin, reading.files)
            for _, article_id, path, text, record, segment, doc in part.articles:
                entry = Entry(article_id, path, job.origin, text, record, segment, doc)
                self._take(taking, entry, partial(self._writer.build_again, entry))
            part.articles.clear()
            self._done_with(reading, taking, part.failures)
            self._done += reading.file.size

    def _take(self, taking: _Taking, entry: Entry, build: Callable[[], Entry] | None = None) -> None:
        """Let the next article of a file be the one of its id, unless it is withheld or gives way to another one."""
        if entry.id in self._writer.withheld:
            self._counts["withheld"] += 1
            self._writer.reject(entry)
            return
        clash = self._clash(entry, taking)
        if clash is not None:
            self._writer.reject(entry)
            if clash:
                taking.clashes.append((entry.path, "", clash))
            return
        taking.seen.add(entry.id)
        self._counts[self._writer.put(entry, build)] += 1

    def _done_with(self, reading: _Reading, taking: _Taking, faults: list[Failure]) -> None:
        """What a file holds no more is removed only when all of it could be read."""
        if not faults:
            self._counts["removed"] += self._writer.remove_origin(taking.origin, keep=taking.seen)
        faults.sort(key=_place)  # whoever read what
        problems = (*((f.path, f.place, f.reason) for f in faults), *taking.clashes)
        known = set(reading.before.problems) if reading.before else set()
        self._failures += [failure(problem, new=problem not in known) for problem in problems]
        file = reading.file
        state = FileState(file.size, file.modified_ns, len(taking.seen), problems, displaced=bool(taking.clashes))
        self._writer.states[reading.root.label][file.path] = state

    def _clash(self, entry: Entry, taking: _Taking) -> str | None:
        """Why an article gives way to another one of this root with its id: a reason, "" for its twin, None if it
        does not. The first by path and place stays."""
        first = self._writer.find(entry.id)
        if first is None:
            return None
        if entry.id not in taking.seen:
            prefix = f"{taking.root.label}/"
            path = first.origin[len(prefix) :] if first.origin.startswith(prefix) else None
            if first.origin == taking.origin or path is None or path not in taking.files or first.origin > taking.origin:
                return None
        if entry.text == first.text:
            return ""
        return f'the id "{entry.id}" is taken by another article of this root, in {first.path}, which stays'


def _place(fault: Failure) -> tuple[str, int, str, str]:
    """Where a fault lies, for sorting: by the number in its place."""
    digits = "".join(sign for sign in fault.place if sign.isdecimal())
    return fault.path, int(digits or 0), fault.place, fault.reason


def _within(path: str, part: str) -> bool:
    return not part or path == part or path.startswith(f"{part}/")
