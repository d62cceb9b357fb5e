"""Roots in, the changes they need out: which files are new, changed or gone, and what that means for the index.

Of the files that hold an article the first by path gives it. The others are `displaced`: one of them has it when it goes
from the first, so they are read again after a round of reading in which articles of their root went or changed. What no
file has then is removed, at the end of the run.

A long run commits now and then. Nothing that it knows changes by that: the session remembers all its articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from functools import partial

from searchkit.errors import ArticleError, RootError
from searchkit.indexing.crew import WORTH_IT, Crew, Job, Plan, Read
from searchkit.indexing.entries import Entry, entry_of
from searchkit.indexing.manifest import FileState, RootRecord
from searchkit.indexing.origins import NEVER_READ, file_of, forget_unlisted, origin_of, unlisted_of
from searchkit.indexing.session import ASKED_AT_ONCE, HELD_AT_ONCE, Session
from searchkit.indexing.sources import Listing, Reader
from searchkit.indexing.taking import Reading, Scope, Taker, Taking, failure_of
from searchkit.read_warnings import WarningTally
from searchkit.reports import Failure, IndexReport, Progress
from searchkit.schema import check, to_record

BYTES_AN_ARTICLE = 2_000
"""Of a file, as counted where its articles cannot be before it was read."""
ROUNDS = 5
"""Of reading at most in a run: files that never stop changing are left to the next one."""


class Update:
    """One run over some roots."""

    def __init__(
        self,
        session: Session,
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
        self._session, self._reader, self._allow_empty = session, reader, allow_empty
        self._progress, self._workers, self._start = progress, workers, start
        self._read_again, self._commit_every, self._all_roots = read_again, commit_every, all_roots
        self._since = 0
        self._taker = Taker(session)
        # Deleted articles that are remembered of each file.
        self._withheld = Counter(session.withheld.values())
        # Files that are not there any more, and those of which that is not sure, by label and path.
        self._gone: list[tuple[str, str]] = []
        self._kept: list[tuple[str, str]] = []
        # Files outside the parts that were asked for, which are read nevertheless.
        self._outside: set[tuple[str, str]] = set()
        self._skipped: Counter[str] = Counter()
        self._done = self._total = 0
        # How many of the files at hand the index was asked for.
        self._expected = 0

    def run(self, roots: Sequence[tuple[RootRecord, str]], *, reread: frozenset[str] = frozenset()) -> IndexReport:
        """Bring roots up to date, each within the part of it that is named ("" for all of it).

        `reread` are labels of roots that are read in another way from now on: every file counts as new. What is done
        last is not committed here. Raises WorkerDied, with `all_roots` RootError.
        """
        forget_unlisted(self._session.states, self._session.roots)
        listed: list[tuple[Scope, Listing]] = []
        for root, part in roots:
            listing = self._list(root)
            if listing is not None:
                listed.append((Scope(root, part, {file.path: file for file in listing.files}), listing))
        if self._all_roots and len(listed) < len(roots):
            failures = (failure for told in self._taker.failures.values() for failure in told)
            reasons = [f.reason if f.path in f.reason else f"{f.path}: {f.reason}" for f in failures]
            raise RootError(
                f"{'; '.join(reasons)}. Nothing was changed: a rebuild reads all roots (searchkit roots move LABEL PATH says"
                " where one lies now, roots remove LABEL forgets one)"
            )
        self._total = sum(file.size for scope, listing in listed for file in listing.files if _within(file.path, scope.part))
        to_read: list[Reading] = []
        for scope, listing in listed:
            to_read += self._changed(scope, listing, scope.root.label in reread)
        self._read_all(to_read, [scope for scope, _ in listed])
        self._remove_lost()
        self._taker.counts["unchanged"] += self._session.restore_rest()
        self._tell("")
        return IndexReport(
            added=self._taker.counts["added"],
            unchanged=self._taker.counts["unchanged"],
            replaced=self._taker.counts["replaced"],
            removed=self._taker.counts["removed"],
            withheld=self._taker.met_withheld.total(),
            failures=tuple(failure for told in self._taker.failures.values() for failure in told),
            skipped=dict(sorted(self._skipped.items())),
            warnings=self._taker.warning_counts(),
        )

    def _tell(self, path: str) -> None:
        if self._progress is not None:
            self._progress(self._done, self._total, path)

    def _list(self, root: RootRecord) -> Listing | None:
        try:
            listing = self._reader.list_files(root)
        except RootError as error:
            self._taker.failures[root.label, None] = [Failure(root.path, str(error))]
            return None
        held = sum(state.articles for state in self._session.states.get(root.label, {}).values())
        if not listing.files and held and not self._allow_empty:
            cause = f" ({_cause(listing.failures[0], root)})" if listing.failures else ""
            reason = f"nothing is there that can be read{cause}, where {held:,} articles came from; nothing was removed"
            hint = "" if "" in listing.unlisted else " (--allow-empty removes them)"
            self._taker.failures[root.label, None] = [Failure(root.path, f"{reason}{hint}")]
            return None
        return listing

    def _changed(self, scope: Scope, listing: Listing, reread: bool) -> list[Reading]:
        """The files of a root that have to be read; those that are gone are noted."""
        label, part, files = scope.root.label, scope.part, scope.files
        states = self._session.states.setdefault(label, {})
        self._skipped.update(listing.skipped)
        lost = self._note_missing(scope, listing)
        to_read = []
        for path, file in files.items():
            if part and not _within(path, part):
                continue
            before = states.get(path)
            same = before is not None and before.modified_ns == file.modified_ns and before.size == file.size
            if before is not None and same and reread:
                # Should this run be cut off after a checkpoint, the next one has to read the file too.
                states[path] = before._replace(modified_ns=-1)
            if before is not None and same and not reread and not (lost and before.displaced) and not self._reads(before):
                self._taker.counts["unchanged"] += before.articles
                if self._withheld and (withheld := self._withheld[origin_of(label, path)]):
                    self._taker.met_withheld[origin_of(label, path)] = withheld
                if before.problems:
                    self._taker.failures[label, path] = [failure_of(problem, new=False) for problem in before.problems]
                self._done += file.size
            else:
                to_read.append(Reading(scope, file, before if same and not reread else None))
        return to_read

    def _note_missing(self, scope: Scope, listing: Listing) -> bool:
        """Note which files are gone, and which lie where nothing can be listed now; return whether gone ones had
        articles."""
        label, states = scope.root.label, self._session.states[scope.root.label]
        unlisted = set(listing.unlisted)
        passed = {path: failure for path, failure in listing.passed_over if path not in unlisted}
        met: set[str] = set()
        lost = False
        for path, state in states.items():
            if path in scope.files:
                continue
            folder = _above(path, passed) if state.articles else None
            if folder is not None:
                met.add(folder)
            if not _within(path, scope.part):
                continue
            if folder is not None or _above(path, unlisted) is not None:
                self._kept.append((label, path))
            else:
                self._gone.append((label, path))
                lost = lost or bool(state.articles or self._withheld[origin_of(label, path)])
        self._tell_of(label, [*listing.failures, *(passed[folder] for folder in sorted(met))])
        return lost

    def _tell_of(self, label: str, failures: Iterable[Failure]) -> None:
        """Report what could not be listed of a root, and remember it: by the next run it is known."""
        key, states = unlisted_of(label), self._session.states
        known = set(states.pop(key, {}).get("", NEVER_READ).problems)
        problems = tuple((failure.path, failure.place, failure.reason) for failure in failures)
        if problems:
            states[key] = {"": NEVER_READ._replace(problems=problems)}
            self._taker.failures[label, None] = [failure_of(problem, new=problem not in known) for problem in problems]

    def _read_all(self, to_read: list[Reading], scopes: Sequence[Scope]) -> None:
        """Read files, and those again that may have articles which others lost."""
        for left in reversed(range(ROUNDS)):
            self._taker.stirred.clear()
            self._read_round(to_read)
            to_read = self._again(scopes, {(reading.label, reading.file.path) for reading in to_read})
            for reading in to_read:
                if left:
                    self._uncount(reading)
                else:
                    self._taker.set_state(reading.label, reading.file.path, modified_ns=-1)
            if not to_read:
                return

    def _read_round(self, to_read: Sequence[Reading]) -> None:
        states = self._session.states
        self._taker.waiting = {(r.label, r.file.path) for r in to_read if r.file.path in states[r.label]}
        size = sum(reading.file.size for reading in to_read)
        files = [(reading.label, reading.file.path) for reading in to_read]
        if self._start is not None and self._workers > 1 and size >= WORTH_IT:
            self._read_together(to_read, files, self._start, size)
        else:
            for number, reading in enumerate(to_read):
                self._expect(files, number)
                self._tell(str(reading.file.place))
                self._read(reading)
                self._done += reading.file.size

    def _expect(self, files: Sequence[tuple[str, str]], number: int) -> None:
        """Ask the index for a file's articles, unless it was asked for them with those of a file before it."""
        if number == 0 or number >= self._expected:
            self._expected = self._session.expect_files(files, number)

    def _again(self, scopes: Sequence[Scope], just_read: Container[tuple[str, str]]) -> list[Reading]:
        """Files of which an article had given way, where articles went or changed since they were read. They may lie
        outside the part that was asked for: what is lost there is still theirs."""
        to_read = []
        for scope in scopes:
            label = scope.root.label
            if label in self._taker.stirred:
                states = self._session.states[label]
                paths = [path for path, state in states.items() if state.displaced and path in scope.files]
                again = [path for path in sorted(paths) if (label, path) not in just_read]
                to_read += [Reading(scope, scope.files[path], states[path]) for path in again]
        return to_read

    def _uncount(self, reading: Reading) -> None:
        """Let a file count once that is read again."""
        label, path = reading.label, reading.file.path
        self._total += reading.file.size
        self._taker.failures.pop((label, path), None)
        self._taker.met_withheld.pop(reading.origin, None)
        self._taker.warnings.pop((label, path), None)
        if _within(path, reading.scope.part) or (label, path) in self._outside:
            self._taker.counts["unchanged"] -= self._session.states[label][path].articles
        else:
            self._outside.add((label, path))

    def _remove_lost(self) -> None:
        """Remove the articles that files hold no more, but for those that were read from other files now."""
        counts, session = self._taker.counts, self._session
        files = [file_of(origin) for origin in self._taker.lost]
        for number, (origin, lost) in enumerate(self._taker.lost.items()):
            self._expect(files, number)
            counts["removed"] += session.remove_origin(origin, keep=session.ids_of(origin) - lost)
            session.forget_file(origin)
        for number, (label, path) in enumerate(self._gone):
            self._expect(self._gone, number)
            counts["removed"] += session.remove_origin(origin_of(label, path))
            session.forget_file(origin_of(label, path))
        for label, path in self._gone:
            session.states[label].pop(path, None)
        for number, (label, path) in enumerate(self._kept):
            self._expect(self._kept, number)
            self._taker.keep(origin_of(label, path))
            session.forget_file(origin_of(label, path))

    def _reads(self, state: FileState) -> bool:
        return self._read_again is not None and self._read_again(state)

    def _is_due(self, more: int = 0) -> bool:
        """Whether it is time for a checkpoint, when so many more articles will have been taken."""
        return 0 < self._commit_every <= self._since + more

    def _checkpoint(self) -> None:
        """Commit what was done so far. Should this run be cut off, the next one reads what was not done with."""
        states = self._session.states
        unfinished = {*self._taker.waiting, *map(file_of, self._taker.lost)}
        for label in self._taker.stirred:
            unfinished |= {(label, path) for path, state in states[label].items() if state.displaced}
        as_known = {(label, path): states[label][path] for label, path in unfinished if path in states[label]}
        for label, path in as_known:
            self._taker.set_state(label, path, modified_ns=-1)
        self._session.checkpoint()
        for (label, path), state in as_known.items():
            states[label][path] = state
        self._since = 0

    def _read(self, reading: Reading) -> None:
        """Read one file in this process."""
        label, path = reading.label, reading.file.path
        self._taker.waiting.discard((label, path))
        faults: list[Failure] = []
        warnings = WarningTally()
        taking = Taking(reading.scope, reading.origin)
        read: list[tuple[Entry, Callable[[], Entry]]] = []
        held = 0
        for article in self._reader.read_file(reading.file, reading.scope.root, faults.append, warnings):
            if self._is_due(len(read)):
                self._take_all(taking, read)
                held = 0
                self._to_be_read_again(taking, reading)
                self._checkpoint()
            try:
                check(article)
            except ArticleError as error:
                faults.append(Failure(article.path, str(error)))
                continue
            record = to_record(article, taking.origin)
            entry = entry_of(article, taking.origin, record)
            read.append((entry, partial(self._session.stage, article, record, entry)))
            held += len(record)
            if len(read) >= ASKED_AT_ONCE or held >= HELD_AT_ONCE:
                self._take_all(taking, read)
                held = 0
        self._take_all(taking, read)
        self._taker.done_with(reading, taking, faults, warnings.counts())
        if self._is_due():
            self._checkpoint()

    def _take_all(self, taking: Taking, read: list[tuple[Entry, Callable[[], Entry]]]) -> None:
        """Take articles of a file, in order; the list is empty afterwards."""
        self._session.expect([entry.id for entry, _ in read])
        for entry, stage in read:
            self._taker.take(taking, entry, stage)
        self._since += len(read)
        read.clear()

    def _read_together(
        self, to_read: Sequence[Reading], files: Sequence[tuple[str, str]], start: Callable[[Plan], Crew], size: int
    ) -> None:
        """Have several processes read and build; decide here, file by file, what counts."""
        jobs = [
            Job(
                reading.label, reading.scope.root.options, reading.file.path, str(reading.file.place), reading.file.size,
                reading.file.modified_ns, reading.origin,
            )
            for reading in to_read
        ]  # fmt: skip
        number = 0
        begun: Taking | None = None  # of the next file, when its first articles were taken
        with start(Plan.of(jobs, self._workers, self._commit_every * BYTES_AN_ARTICLE, self._commit_every)) as crew:
            for batch in crew.batches(size, self._progress):
                self._session.adopt(batch.written)
                for part in batch.whole:
                    self._expect(files, number)
                    reading = to_read[number]
                    taking = self._take_read(reading, part, begun)
                    self._taker.done_with(reading, taking, part.failures, part.warnings.counts())
                    self._done += reading.file.size
                    begun = None
                    number += 1
                if batch.begun is not None:
                    begun = self._take_read(to_read[number], batch.begun, begun)
                    self._to_be_read_again(begun, to_read[number])
                if number < len(jobs):
                    self._checkpoint()

    def _take_read(self, reading: Reading, part: Read, begun: Taking | None) -> Taking:
        """Take what workers read of a file, or of its rest."""
        self._taker.waiting.discard((reading.label, reading.file.path))
        taking = begun or Taking(reading.scope, reading.origin)
        entries = [entry for _, entry in part.articles]
        for start in range(0, len(entries), ASKED_AT_ONCE):
            asked = entries[start : start + ASKED_AT_ONCE]
            self._session.expect([entry.id for entry in asked])
            for entry in asked:
                stage = None if entry.doc >= 0 else partial(self._session.stage_committed, entry)
                self._taker.take(taking, entry, stage)
        part.articles.clear()
        return taking

    def _to_be_read_again(self, taking: Taking, reading: Reading) -> None:
        """Before a checkpoint within a file: should this run be cut off, the next one reads the file again, and knows
        whose articles these are."""
        self._session.states[reading.label].setdefault(reading.file.path, FileState(-1, -1, len(taking.seen)))
        self._taker.set_state(reading.label, reading.file.path, modified_ns=-1)


def _within(path: str, part: str) -> bool:
    return not part or path == part or path.startswith(f"{part}/")


def _above(path: str, places: Container[str]) -> str | None:
    """Which of some places a path lies at or below."""
    while path not in places:
        if not path:
            return None
        path = path.rpartition("/")[0]
    return path


def _cause(failure: Failure, root: RootRecord) -> str:
    return failure.reason if failure.path == root.path else f"{failure.path}: {failure.reason}"
