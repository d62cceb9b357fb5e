"""A run over roots, as `index` was asked for it: what is read, by whom, and what is committed when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from searchkit.corpus import ReadOptions
from searchkit.engines.reading import CorpusReader
from searchkit.engines.roots import root_of
from searchkit.index_options import IndexChanges, IndexOptions, settled_index
from searchkit.indexing.crew import Crew, Plan
from searchkit.indexing.manifest import FileState, RootRecord
from searchkit.indexing.session import Session
from searchkit.indexing.trial import Trial
from searchkit.indexing.update import Update
from searchkit.reports import IndexReport

WORKER = "searchkit.engines.worker"
"""The module that each worker runs."""


@dataclass(frozen=True, slots=True)
class Run:
    """What `index` was asked for, read and checked; `reading` are the reading options as they are remembered (None: none
    were given)."""

    roots: tuple[Path, ...]
    options: IndexOptions
    reading: Mapping[str, tuple[str, ...]] | None

    @classmethod
    def of(cls, roots: Sequence[str | Path], settings: IndexOptions | None, changes: IndexChanges) -> Run:
        """Raises OptionError for what cannot be asked for."""
        given = changes.get("options", None if settings is None else settings.options)
        reading = None if given is None else ReadOptions.from_mapping(given).as_mapping()
        return cls(tuple(map(Path, roots)), settled_index(settings, changes, len(roots)), reading)

    def over(self, session: Session) -> IndexReport:
        """Do it, but for the last commit."""
        sink = session.store.sink
        return self._run(session, None if sink is None else partial(Crew, WORKER, sink))

    def over_trial(self, trial: Trial) -> IndexReport:
        """What it would do. One process reads: workers would build."""
        report = self._run(trial, None)
        return replace(report, generation=trial.generation, changes=tuple(trial.changes))

    def _run(self, session: Session, start: Callable[[Plan], Crew] | None) -> IndexReport:
        options = self.options
        chosen: list[tuple[RootRecord, str]] = []
        reread: set[str] = set()
        for root in self.roots:
            record, part = root_of(session.roots, root, options.label, self.reading)
            before = session.roots.get(record.label)
            if before is not None and before != record:
                reread.add(record.label)
            session.roots[record.label] = record
            chosen.append((record, part))
        if not self.roots:
            chosen = [(record, "") for record in session.roots.values()]
        update = Update(
            session,
            CorpusReader(),
            allow_empty=options.allow_empty,
            progress=options.progress,
            workers=options.processes,
            start=start,
            read_again=self._reads_again,
            commit_every=0 if options.rebuild else options.commit_every,
            all_roots=options.rebuild,
        )
        return update.run(chosen, reread=frozenset(reread))

    def _reads_again(self, state: FileState) -> bool:
        options = self.options
        return options.rebuild or options.check_content or (options.retry and bool(state.problems))
