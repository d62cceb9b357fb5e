"""Roots in, the changes they need out: which files are new, changed or gone, and what that means for the index.

A long run commits now and then. Nothing that it knows changes by that: the writer remembers all articles of the session.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from searchkit.errors import ArticleError, RootError
from searchkit.indexing.crew import WORTH_IT, Crew, Job, Plan, Read
from searchkit.indexing.entries import Entry, entry_of
from searchkit.indexing.manifest import FileState, Problem, RootRecord
from searchkit.indexing.origins import origin_of
from searchkit.indexing.sources import Listing, Reader, SourceFile
from searchkit.indexing.writer import Writer
from searchkit.reports import Failure, IndexReport, Progress
from searchkit.schema import check

BYTES_AN_ARTICLE = 2_000
"""Of a file, as counted where its articles cannot be before it was read."""


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
        start: Callable[[Plan], Crew] | None = None,
        read_again: Callable[[FileState], bool] | None = None,
        commit_every: int = 0,
        all_roots: bool = False,
    ) -> None:
        """`start` makes a crew of workers, which is used when there are several and enough to read.

        `read_again` says which files are read although their size and time are as they were. About every `commit_every`
        articles what was done is committed (0: never). `all_roots`: one that cannot be read stops the run.
        """
        self._writer, self._reader, self._allow_empty = writer, reader, allow_empty
        self._progress, self._workers, self._start = progress, workers, start
        self._read_again, self._commit_every, self._all_roots = read_again, commit_every, all_roots
        self._since = 0
        self._withheld = Counter(writer.withheld.values())
        # Files that are not there any more, and those of which that is not sure, by label and path.
        self._gone: list[tuple[str, str]] = []
        self._kept: list[tuple[str, str]] = []
        self._counts: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._failures: list[Failure] = []
        self._done = self._total = 0

    def run(self, roots: Sequence[tuple[RootRecord, str]], *, reread: frozenset[str] = frozenset()) -> IndexReport:
        """Bring roots up to date, each within the part of it that is named ("" for all of it).

        `reread` are labels of roots that are read in another way from now on: every file counts as new. What is done
        last is not committed here. Raises WorkerDied, with `all_roots` RootError.
        """
        listed: list[tuple[RootRecord, str, Listing]] = []
        for root, part in roots:
            listing = self._list(root, part)
            if listing is not None:
                listed.append((root, part, listing))
        if self._all_roots and len(listed) < len(roots):
            reasons = [f.reason if f.path in f.reason else f"{f.path}: {f.reason}" for f in self._failures]
            raise RootError(
                f"{'; '.join(reasons)}. Nothing was changed: a rebuild reads all roots (searchkit roots move LABEL PATH says"
                " where one lies now, roots remove LABEL forgets one)"
            )
        self._total = sum(
            file.size for _, part, listing in listed for file in listing.files if not part or _within(file.path, part)
        )
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
        self._remove_gone()
        self._counts["unchanged"] += self._writer.restore_rest()
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
        """The files of a root that have to be read; those that are gone are noted."""
        states = self._writer.states.setdefault(root.label, {})
        files = {file.path: file for file in listing.files}
        self._skipped.update(listing.skipped)
        self._failures += listing.failures
        gone = [(root.label, path) for path in states if path not in files and _within(path, part)]
        if listing.failures:  # what could not be listed is not gone
            self._kept += gone
        else:
            self._gone += gone
        to_read = []
        for path, file in files.items():
            if part and not _within(path, part):
                continue
            before = states.get(path)
            same = before is not None and before.modified_ns == file.modified_ns and before.size == file.size
            if before is not None and same and reread:
                # Should this run be cut off after a checkpoint, the next one has to read the file too.
                states[path] = before._replace(modified_ns=-1)
            if before is not None and same and not reread and not before.displaced and not self._reads(before):
                self._counts["unchanged"] += before.articles
                if self._withheld:
                    self._counts["withheld"] += self._withheld[origin_of(root.label, path)]
                if before.problems:
                    self._failures += [_failure(problem, new=False) for problem in before.problems]
                self._done += file.size
            else:
                to_read.append(_Reading(root, file, before if same and not reread else None, files))
        return to_read

    def _remove_gone(self) -> None:
        """Remove the articles of files that are gone, but for those that were read from other files now."""
        for label, path in self._gone:
            self._counts["removed"] += self._writer.remove_origin(origin_of(label, path))
            self._writer.states[label].pop(path, None)
        for label, path in self._kept:
            self._counts["unchanged"] += self._writer.restore_origin(origin_of(label, path))

    def _reads(self, state: FileState) -> bool:
        return self._read_again is not None and self._read_again(state)

    def _is_due(self) -> bool:
        return 0 < self._commit_every <= self._since

    def _checkpoint(self) -> None:
        """Commit what was done so far."""
        self._writer.checkpoint()
        self._since = 0

    def _read(self, reading: _Reading) -> None:
        """Read one file in this process."""
        origin = origin_of(reading.root.label, reading.file.path)
        faults: list[Failure] = []
        taking = _Taking(reading.root, origin, reading.files)
        for article in self._reader.read_file(reading.file, reading.root, faults.append):
            if self._is_due():
                # Should this run be cut off, the next one reads the file again, and knows whose articles these are.
                states, path = self._writer.states[taking.root.label], reading.file.path
                states[path] = states.get(path, FileState(-1, -1, len(taking.seen)))._replace(modified_ns=-1)
                self._checkpoint()
            try:
                check(article)
            except ArticleError as error:
                faults.append(Failure(article.path, str(error)))
                continue
            entry = entry_of(article, origin)
            self._take(taking, entry, partial(self._writer.build, article, origin))
            self._since += 1
        self._done_with(reading, taking, faults)
        if self._is_due():
            self._checkpoint()

    def _read_together(self, to_read: Sequence[_Reading], start: Callable[[Plan], Crew], size: int) -> None:
        """Have several processes read and build; decide here, file by file, what counts."""
        jobs = [
            Job(
                reading.root.label, reading.root.options, reading.file.path, str(reading.file.place), reading.file.size,
                reading.file.modified_ns, origin_of(reading.root.label, reading.file.path),
            )
            for reading in to_read
        ]  # fmt: skip
        number = 0
        with start(Plan.of(jobs, self._workers, self._commit_every * BYTES_AN_ARTICLE)) as crew:
            for read, segments in crew.stages(size, self._progress):
                self._writer.adopt(segments)
                for part in read:
                    self._take_read(to_read[number], jobs[number].origin, part)
                    number += 1
                if number < len(jobs):
                    self._writer.checkpoint()

    def _take_read(self, reading: _Reading, origin: str, part: Read) -> None:
        """Take what workers read of a file."""
        taking = _Taking(reading.root, origin, reading.files)
        for _, entry in part.articles:
            self._take(taking, entry, None if entry.doc >= 0 else partial(self._writer.build_again, entry))
        part.articles.clear()
        self._done_with(reading, taking, part.failures)
        self._done += reading.file.size

    def _take(self, taking: _Taking, entry: Entry, build: Callable[[], Entry] | None = None) -> None:
        """Let the next article of a file be the one of its id, unless it is withheld or gives way to another one."""
        if entry.id in self._writer.withheld:
            self._counts["withheld"] += 1
            self._writer.reject(entry)
            self._remember_withheld(entry, taking)
            return
        clash = self._clash(entry, taking)
        if clash is not None:
            self._writer.reject(entry)
            if clash:
                taking.clashes.append((entry.path, "", clash))
            return
        taking.seen.add(entry.id)
        self._counts[self._writer.put(entry, build)] += 1

    def _remember_withheld(self, entry: Entry, taking: _Taking) -> None:
        """Of the files that hold a deleted article, the first is the one to read again when that is undone."""
        known = self._writer.withheld[entry.id]
        prefix = f"{taking.root.label}/"
        is_there = known is not None and known.startswith(prefix) and known[len(prefix) :] in taking.files
        if known is None or not is_there or entry.origin < known:
            self._writer.withheld[entry.id] = entry.origin

    def _done_with(self, reading: _Reading, taking: _Taking, faults: list[Failure]) -> None:
        """What a file holds no more is removed only when all of it could be read."""
        articles = len(taking.seen)
        if not faults:
            self._counts["removed"] += self._writer.remove_origin(taking.origin, keep=taking.seen)
        else:
            self._counts["unchanged"] += self._writer.restore_origin(taking.origin)
            articles = len(self._writer.ids_of(taking.origin))
        faults.sort(key=_place)  # whoever read what
        # Each reader of a file that changed meanwhile says so.
        problems = (*dict.fromkeys((f.path, f.place, f.reason) for f in faults), *taking.clashes)
        known = set(reading.before.problems) if reading.before else set()
        self._failures += [_failure(problem, new=problem not in known) for problem in problems]
        file = reading.file
        state = FileState(file.size, file.modified_ns, articles, problems, displaced=bool(taking.clashes))
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


def _failure(problem: Problem, *, new: bool) -> Failure:
    path, place, reason = problem
    return Failure(path, reason, place, new)


def _place(fault: Failure) -> tuple[str, int, str, str]:
    """Where a fault lies, for sorting: by the number in its place."""
    digits = "".join(sign for sign in fault.place if sign.isdecimal())
    return fault.path, int(digits or 0), fault.place, fault.reason


def _within(path: str, part: str) -> bool:
    return not part or path == part or path.startswith(f"{part}/")
