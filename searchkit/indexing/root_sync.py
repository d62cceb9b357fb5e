"""Brings an index up to date with roots: reads new and changed files, upserts their articles, and
deletes the articles that no file has any more.

If several files have an article of one id, the first file by path provides it, and the others are
`displaced`. When the first file loses the article, one of them provides it. So displaced files are
read again after a pass of reading in which articles of their root were orphaned (their file does
not have them any more) or replaced. Articles that are still orphans at the end of the run are
deleted.

A long run commits now and then. These checkpoints change no decision, for the session remembers all
its articles.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from functools import partial

from searchkit.errors import ArticleError, RootError
from searchkit.index_options import IndexOptions
from searchkit.indexing.assignments import OptionsByLabel, Schedule, Task
from searchkit.indexing.entries import ArticleEntry, make_entry
from searchkit.indexing.file_report import FileReport
from searchkit.indexing.file_states import forget_unlisted, make_origin, parse_origin
from searchkit.indexing.manifest import FileState, RememberedRoot
from searchkit.indexing.root_scan import RootReader, RootScanner, is_within
from searchkit.indexing.session import LOOKUP_COUNT, LOOKUP_SIZE, Session
from searchkit.indexing.upserts import FileToRead, Scope, UpsertedFile, Upserter
from searchkit.indexing.worker_pool import MIN_BYTES_FOR_WORKERS, FileResult, WorkerPool
from searchkit.reports import Failure, IndexReport
from searchkit.schema import check, to_record
from searchkit.source_files import Listing

BYTES_PER_ARTICLE = 2_000
"""How many bytes of a file count as an article where its articles cannot be counted before it is
read."""
MAX_PASSES = 5
"""Rounds of reading in a run: files that never stop changing are left to the next run."""

StartWorkers = Callable[[OptionsByLabel, Schedule], WorkerPool]
PendingUpsert = tuple[ArticleEntry, Callable[[], ArticleEntry]]
"""An article that was read, and the function that stages it."""


class SyncRun:
    """One run over some roots."""

    def __init__(
        self, session: Session, reader: RootReader, options: IndexOptions, start_workers: StartWorkers | None = None
    ) -> None:
        """`start_workers` makes a pool of workers, which is used when there are several and enough
        to read."""
        self._session, self._reader, self._options, self._start_workers = session, reader, options, start_workers
        self._upserter = Upserter(session)
        self._scanner = RootScanner(session, self._upserter, reader, options)
        self._commit_every = 0 if options.rebuild else options.commit_every
        self._since_commit = 0  # articles
        # Files outside the parts that were asked for that are read nevertheless: displaced ones.
        self._outside: set[tuple[str, str]] = set()
        self._done = self._total = 0  # bytes
        self._prefetched = 0  # how many files of the current list had their ids looked up

    def run(
        self,
        roots: Sequence[tuple[RememberedRoot, str]],
        *,
        reread: frozenset[str] = frozenset(),
        new: frozenset[str] = frozenset(),
    ) -> None:
        """Bring roots up to date, each within the part of it that is named ("" for all of it).

        `reread` are labels of roots whose reading options have changed: all their files are read.
        `new` are labels of roots that were not remembered before; one that gives no article is
        forgotten.
        The last changes are not committed here. Raises WorkerDied, and in a rebuild RootError
        for a root that cannot be read.
        """
        forget_unlisted(self._session.states, self._session.roots)
        listed: list[tuple[Scope, Listing]] = []
        for root, part in roots:
            listing = self._scanner.list_root(root, is_new=root.label in new)
            if listing is not None:
                listed.append((Scope(root, part, {file.path: file for file in listing.files}), listing))
        if self._options.rebuild and len(listed) < len(roots):
            reasons = [f.reason if f.path in f.reason else f"{f.path}: {f.reason}" for f in self._failures()]
            raise RootError(
                f"{'; '.join(reasons)}. Nothing was changed: a rebuild reads all roots (searchkit roots move LABEL PATH says"
                " where one lies now, searchkit roots remove LABEL forgets one)"
            )
        self._total = sum(
            file.size for scope, listing in listed for file in listing.files if is_within(file.path, scope.part)
        )
        to_read: list[FileToRead] = []
        for scope, listing in listed:
            to_read += self._scanner.find_files_to_read(scope, listing, reread=scope.root.label in reread)
        self._done = self._scanner.unchanged_bytes
        self._read_all(to_read, [scope for scope, _ in listed])
        self._delete_orphans()
        self._scanner.forget_empty(scope.root for scope, _ in listed if scope.root.label in new)
        self._upserter.counts["unchanged"] += self._session.keep_rest()
        self._report_progress("")

    def note_unstored(self) -> bool:
        """Note, after the last commit, what could not be stored; return whether there is any: then
        the states of files have to be committed."""
        unstored = self._session.unstored
        for one in unstored:
            self._upserter.note_unstored(one)
        return bool(unstored)

    def report(self, generation: int) -> IndexReport:
        """What the run changed; `generation` is that of the last commit."""
        counts = self._upserter.counts
        return IndexReport(
            added=counts["added"],
            unchanged=counts["unchanged"],
            replaced=counts["replaced"],
            removed=counts["removed"],
            withheld=self._upserter.tombstone_counts.total(),
            failures=self._failures(),
            skipped=dict(sorted(self._scanner.skipped.items())),
            warnings=self._upserter.count_warnings(),
            formats=dict(sorted(self._upserter.formats.items())),
            generation=generation,
            changes=tuple(self._session.dry_run_changes),
        )

    def _failures(self) -> tuple[Failure, ...]:
        return tuple(failure for failures in self._upserter.failures.values() for failure in failures)

    def _report_progress(self, path: str) -> None:
        if self._options.progress is not None:
            self._options.progress(self._done, self._total, path)

    # Reading.

    def _read_all(self, to_read: list[FileToRead], scopes: Sequence[Scope]) -> None:
        """Read files, and then, pass by pass, the displaced files that may provide articles which
        other files lost."""
        for passes_left in reversed(range(MAX_PASSES)):
            self._upserter.changed_roots.clear()
            self._read_pass(to_read)
            to_read = self._find_displaced(scopes, {one.key for one in to_read})
            for one in to_read:
                if passes_left:
                    self._uncount(one)
                else:
                    self._upserter.set_state(*one.key, modified_ns=-1)
            if not to_read:
                return

    def _read_pass(self, to_read: Sequence[FileToRead]) -> None:
        states = self._session.states
        self._upserter.unread_in_pass = {one.key for one in to_read if one.file.path in states[one.label]}
        size = sum(one.file.size for one in to_read)
        keys = [one.key for one in to_read]
        if self._start_workers is not None and self._options.worker_count > 1 and size >= MIN_BYTES_FOR_WORKERS:
            self._read_with_workers(to_read, keys, self._start_workers, size)
        else:
            for number, one in enumerate(to_read):
                self._prefetch(keys, number)
                self._report_progress(one.file.full_path)
                self._read_file(one)
                self._done += one.file.size

    def _prefetch(self, files: Sequence[tuple[str, str]], number: int) -> None:
        """Look up the ids of the file at index `number`, unless they were looked up with those of
        an earlier file."""
        if number == 0 or number >= self._prefetched:
            self._prefetched = self._session.prefetch_files(files, number)

    def _find_displaced(self, scopes: Sequence[Scope], just_read: Container[tuple[str, str]]) -> list[FileToRead]:
        """The displaced files of roots whose articles were orphaned or replaced in this pass,
        except those that were just read. They may lie outside the part that was asked for: they
        provide the articles that files in that part lost."""
        to_read = []
        for scope in scopes:
            label = scope.root.label
            if label in self._upserter.changed_roots:
                states = self._session.states[label]
                paths = [path for path, state in states.items() if state.displaced and path in scope.files]
                again = [path for path in sorted(paths) if (label, path) not in just_read]
                to_read += [FileToRead(scope, scope.files[path], states[path]) for path in again]
        return to_read

    def _uncount(self, to_read: FileToRead) -> None:
        """Remove a file from the counts before it is read again, so that it counts once."""
        self._total += to_read.file.size
        self._upserter.failures.pop(to_read.key, None)
        self._upserter.tombstone_counts.pop(to_read.origin, None)
        self._upserter.warnings.pop(to_read.key, None)
        self._upserter.counted_formats.add(to_read.key)
        if is_within(to_read.file.path, to_read.scope.part) or to_read.key in self._outside:
            self._upserter.counts["unchanged"] -= self._session.states[to_read.label][to_read.file.path].articles
        else:
            self._outside.add(to_read.key)

    def _read_file(self, to_read: FileToRead) -> None:
        """Read one file in this process."""
        self._upserter.unread_in_pass.discard(to_read.key)
        report = FileReport()
        upserted = UpsertedFile(to_read.scope, to_read.origin)
        pending: list[PendingUpsert] = []
        pending_bytes = 0
        for article in self._reader.read_file(to_read.file, to_read.scope.root, report):
            if self._is_commit_due(len(pending)):
                self._upsert_all(upserted, pending)
                pending_bytes = 0
                self._mark_unfinished(upserted, to_read)
                self._checkpoint()
            try:
                check(article)
            except ArticleError as error:
                report.failures.append(Failure(article.path, str(error)))
                continue
            record = to_record(article, upserted.origin)
            entry = make_entry(article, upserted.origin, record)
            pending.append((entry, partial(self._session.stage, article, record, entry)))
            pending_bytes += len(record)
            if len(pending) >= LOOKUP_COUNT or pending_bytes >= LOOKUP_SIZE:
                self._upsert_all(upserted, pending)
                pending_bytes = 0
        self._upsert_all(upserted, pending)
        self._upserter.finish_file(to_read, upserted, report)
        if self._is_commit_due():
            self._checkpoint()

    def _upsert_all(self, upserted: UpsertedFile, pending: list[PendingUpsert]) -> None:
        """Upsert articles of a file, in order; the list is empty afterwards."""
        self._session.prefetch([entry.id for entry, _ in pending])
        for entry, stage_article in pending:
            self._upserter.upsert(upserted, entry, stage_article)
        self._since_commit += len(pending)
        pending.clear()

    def _read_with_workers(
        self, to_read: Sequence[FileToRead], keys: Sequence[tuple[str, str]], start: StartWorkers, size: int
    ) -> None:
        """Read files in several processes, which also stage the articles; decide here, file by
        file, which articles count."""
        tasks = [Task(one.label, one.file) for one in to_read]
        options = {one.label: one.scope.root.options for one in to_read}
        schedule = Schedule.make(
            tasks,
            self._options.worker_count,
            self._commit_every * BYTES_PER_ARTICLE,
            self._commit_every,
            least_bytes=BYTES_PER_ARTICLE,  # a file has one article at least
        )
        number = 0
        begun: UpsertedFile | None = None  # the next file, if its first articles were upserted already
        with start(options, schedule) as pool:
            for work in pool.results(size, self._options.progress):
                self._session.adopt(work.batches)
                for result in work.whole:
                    self._prefetch(keys, number)
                    upserted = self._upsert_result(to_read[number], result, begun)
                    self._upserter.finish_file(to_read[number], upserted, result.report)
                    self._done += to_read[number].file.size
                    begun = None
                    number += 1
                if work.begun is not None:
                    begun = self._upsert_result(to_read[number], work.begun, begun)
                    self._mark_unfinished(begun, to_read[number])
                if number < len(tasks):
                    self._checkpoint()

    def _upsert_result(self, to_read: FileToRead, result: FileResult, begun: UpsertedFile | None) -> UpsertedFile:
        """Upsert what workers read of a file, or of the rest of one that was begun."""
        self._upserter.unread_in_pass.discard(to_read.key)
        upserted = begun or UpsertedFile(to_read.scope, to_read.origin)
        entries = [entry for _, entry in result.articles]
        for start in range(0, len(entries), LOOKUP_COUNT):
            group = entries[start : start + LOOKUP_COUNT]
            self._session.prefetch([entry.id for entry in group])
            for entry in group:
                is_staged = entry.number_in_batch >= 0
                stage_article = None if is_staged else partial(self._session.restage_original, entry)
                self._upserter.upsert(upserted, entry, stage_article)
        result.articles.clear()
        return upserted

    # Deleting.

    def _delete_orphans(self) -> None:
        """Delete the articles that are not in their files any more, and those of files that are
        gone; keep those of unreachable files. An article whose id another file provides now does
        not belong to its old file any more, and so stays."""
        counts, session, scanner = self._upserter.counts, self._session, self._scanner
        files = [parse_origin(origin) for origin in self._upserter.orphans]
        for number, (origin, orphans) in enumerate(self._upserter.orphans.items()):
            self._prefetch(files, number)
            counts["removed"] += session.delete_articles_of_file(origin, keep=session.find_ids_of_file(origin) - orphans)
            session.forget_file(origin)
        for number, (label, path) in enumerate(scanner.gone):
            self._prefetch(scanner.gone, number)
            counts["removed"] += session.delete_articles_of_file(make_origin(label, path))
            session.forget_file(make_origin(label, path))
        for label, path in scanner.gone:
            session.states[label].pop(path, None)
        for number, (label, path) in enumerate(scanner.unreachable):
            self._prefetch(scanner.unreachable, number)
            self._upserter.keep_articles(make_origin(label, path))
            session.forget_file(make_origin(label, path))

    # Checkpoints.

    def _is_commit_due(self, pending: int = 0) -> bool:
        """Whether it is time for a checkpoint, once `pending` more articles are upserted."""
        return 0 < self._commit_every <= self._since_commit + pending

    def _checkpoint(self) -> None:
        """Commit what was done so far, with the files that are not finished marked: if this run is
        cut off, the next one reads them."""
        states = self._session.states
        unfinished = {*self._upserter.unread_in_pass, *map(parse_origin, self._upserter.orphans)}
        for label in self._upserter.changed_roots:
            unfinished |= {(label, path) for path, state in states[label].items() if state.displaced}
        known = {(label, path): states[label][path] for label, path in unfinished if path in states[label]}
        for label, path in known:
            self._upserter.set_state(label, path, modified_ns=-1)
        self._session.checkpoint()
        for (label, path), state in known.items():
            states[label][path] = state
        self._since_commit = 0

    def _mark_unfinished(self, upserted: UpsertedFile, to_read: FileToRead) -> None:
        """Mark a file before a checkpoint within it: if this run is cut off, the next one reads the
        file again, and knows that these articles came from it."""
        self._session.states[to_read.label].setdefault(to_read.file.path, FileState(-1, -1, len(upserted.ids)))
        self._upserter.set_state(*to_read.key, modified_ns=-1)
