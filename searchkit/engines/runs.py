"""A run over roots, as `index` was asked for it: what is read, by whom, and what is committed when."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from searchkit.engines.base import MEMORY_EACH
from searchkit.engines.reading import CorpusReader
from searchkit.engines.roots import root_of
from searchkit.errors import OptionError
from searchkit.indexing.crew import Crew, Plan
from searchkit.indexing.location import Location
from searchkit.indexing.manifest import FileState, RootRecord
from searchkit.indexing.segment_store import SegmentStore
from searchkit.indexing.session import Session
from searchkit.indexing.trial import open_trial
from searchkit.indexing.update import Update
from searchkit.reports import IndexReport, Progress

WORKER = "searchkit.engines.worker"
"""The module that each worker runs."""
LEAST_MEMORY = 192 * 2**20
"""Bytes below which a worker cannot work: most of it is the interpreter and its vocabulary."""


@dataclass(frozen=True, slots=True)
class Run:
    """What `index` was asked for; see ArchiveEngine.index. By default the cores at hand work, with MEMORY_EACH."""

    roots: tuple[Path, ...] = ()
    label: str | None = None
    options: Mapping[str, tuple[str, ...]] | None = None
    allow_empty: bool = False
    progress: Progress | None = None
    workers: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    memory: int = MEMORY_EACH
    rebuild: bool = False
    retry: bool = False
    check_content: bool = False
    commit_every: int = 0

    def check(self) -> None:
        """Raise OptionError for what cannot be asked for."""
        if self.rebuild and self.roots:
            raise OptionError("a rebuild takes no roots: it reads all that the index remembers")
        if self.label is not None and len(self.roots) != 1:
            raise OptionError(f"a label names one root; found {len(self.roots)} roots")
        for name in ("workers", "memory", "commit_every"):
            if not isinstance(getattr(self, name), int):
                raise OptionError(f"{name} must be a whole number; found {getattr(self, name)!r}")
        if self.workers < 1:
            raise OptionError(f"workers must be 1 or more; found {self.workers}")
        if self.memory < LEAST_MEMORY:
            raise OptionError(f"memory must be {LEAST_MEMORY >> 20} MB or more a worker; found {self.memory >> 20} MB")
        if self.commit_every < 0:
            raise OptionError(f"commit_every must be 0 or more; found {self.commit_every}")

    def over(self, session: Session) -> IndexReport:
        """Do it, but for the last commit."""
        sink = session.store.sink
        return self._run(session, None if sink is None else partial(Crew, WORKER, sink))

    def tried(self, location: Location) -> IndexReport:
        """What it would do. One process reads: workers would build."""
        store = SegmentStore(location, self.memory, rebuild=self.rebuild, dry_run=True)
        with open_trial(store, rebuild=self.rebuild) as session:
            report = self._run(session, None)
            return replace(report, generation=session.generation, changes=tuple(session.changes))

    def _run(self, session: Session, start: Callable[[Plan], Crew] | None) -> IndexReport:
        chosen: list[tuple[RootRecord, str]] = []
        reread: set[str] = set()
        for root in self.roots:
            record, part = root_of(session.roots, root, self.label, self.options)
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
            allow_empty=self.allow_empty,
            progress=self.progress,
            workers=self.workers,
            start=start,
            read_again=self._reads_again,
            commit_every=0 if self.rebuild else self.commit_every,
            all_roots=self.rebuild,
        )
        return update.run(chosen, reread=frozenset(reread))

    def _reads_again(self, state: FileState) -> bool:
        return self.rebuild or self.check_content or (self.retry and bool(state.problems))


def given(**settings: int | None) -> dict[str, Any]:
    """The settings that were given; those that were not are as Run has them."""
    return {name: value for name, value in settings.items() if value is not None}
