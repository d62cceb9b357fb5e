"""Runs `index` over roots: finds the roots, reads their files with `corpus`, and reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from searchkit.corpus import ReadOptions, list_files, read_file
from searchkit.engines.roots import find_root
from searchkit.errors import OptionError
from searchkit.index_options import IndexChanges, IndexOptions, resolve_index_options
from searchkit.indexing.file_report import FileReport
from searchkit.indexing.manifest import RememberedRoot
from searchkit.indexing.root_sync import SyncRun
from searchkit.indexing.session import Session
from searchkit.indexing.worker_pool import WorkerPool
from searchkit.model import Article
from searchkit.reports import IndexReport
from searchkit.source_files import Listing, SourceFile

WORKER = "searchkit.engines.worker"
"""The module that each worker runs."""


class CorpusReader:
    """Lists and reads the files of roots, for one run; an `indexing.root_scan.RootReader`."""

    def __init__(self) -> None:
        self._options: dict[str, ReadOptions] = {}  # of the roots that were listed, by label

    def list_files(self, root: RememberedRoot) -> Listing:
        """The files of a root. Raises RootError for a root that is missing, OptionError."""
        options = self._options[root.label] = ReadOptions.from_mapping(root.options)
        return list_files(Path(root.path), options)

    def read_file(self, file: SourceFile, root: RememberedRoot, report: FileReport) -> Iterator[Article]:
        """The articles of a file of a root that was listed, in order; all else that is found goes
        to the report."""
        options = self._options[root.label]
        return read_file(file, root.label, options, report.failures.append, report.warnings, report.count_format)


def resolve_run(roots: Sequence[Path], settings: IndexOptions | None, changes: IndexChanges) -> IndexOptions:
    """The options of a run over these roots, with reading options as they are remembered. Raises
    OptionError."""
    if settings is not None and not isinstance(settings, IndexOptions):
        raise OptionError(f"settings must be IndexOptions; found {settings!r}")
    reading = changes.get("options", None if settings is None else settings.options)
    if reading is not None:
        if not isinstance(reading, Mapping):
            raise OptionError(f"options must be a mapping of names to lists of texts; found {reading!r}")
        changes = {**changes, "options": ReadOptions.from_mapping(reading).as_mapping()}
    return resolve_index_options(settings, changes, len(roots))


def sync_roots(
    roots: Sequence[Path], options: IndexOptions, begin_session: Callable[[], AbstractContextManager[Session]]
) -> IndexReport:
    """Bring an index up to date with roots (see `RootSync.index`) in a session, and commit."""
    with begin_session() as session:
        run = _sync(session, roots, options)
        generation = session.commit()
        if run.note_unstored():
            generation = session.commit()
        return run.report(generation)


def _sync(session: Session, roots: Sequence[Path], options: IndexOptions) -> SyncRun:
    """Make the changes of a run."""
    chosen: list[tuple[RememberedRoot, str]] = []
    reread: set[str] = set()
    new: set[str] = set()
    for root in roots:
        record, part = find_root(session.roots, root, options.label, options.options)
        before = session.roots.get(record.label)
        if before is None:
            new.add(record.label)
        elif before != record:
            reread.add(record.label)
        session.roots[record.label] = record
        chosen.append((record, part))
    if not roots:
        chosen = [(record, "") for record in session.roots.values()]
    sink = None if options.dry_run else session.store.sink  # in a dry run one process reads: workers would build
    start_workers = None if sink is None else partial(WorkerPool, WORKER, sink)
    run = SyncRun(session, CorpusReader(), options, start_workers)
    run.run(chosen, reread=frozenset(reread), new=frozenset(new))
    return run
