"""The writing half of engines whose articles lie in a store (see `indexing.store`): every change is a session and a commit.

What writes is imported late: a search needs none of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from searchkit.engines.base import several
from searchkit.index_options import IndexChanges, IndexOptions
from searchkit.model import Article
from searchkit.reports import IndexReport, Root, Withheld

if TYPE_CHECKING:
    from searchkit.indexing.session import Session
    from searchkit.indexing.store import Memory
    from searchkit.indexing.trial import Trial


class SessionWriter(ABC):
    """Adds, deletes and runs over roots, given sessions: Engine's changes, and RootSync."""

    @abstractmethod
    def _writing(self, wait: float, *, memory: int | None = None, rebuild: bool = False) -> AbstractContextManager[Session]:
        """A writing session within `memory` bytes, after which this engine answers from what it committed.

        Raises EngineClosed, IndexLocked.
        """

    @abstractmethod
    def _trial(self, *, rebuild: bool) -> Trial:
        """A session that changes nothing. Raises EngineClosed."""

    @abstractmethod
    def _remembered(self) -> Memory:
        """What the newest generation remembers, with the states of files. Raises EngineClosed."""

    def add(self, articles: Iterable[Article], *, wait: float = 0) -> IndexReport:
        """See Engine.add."""
        with self._writing(wait) as session:
            counts = session.add_all(articles)
            generation = session.commit()
        return IndexReport(
            added=counts["added"], replaced=counts["replaced"], unchanged=counts["unchanged"], generation=generation
        )

    def delete(self, ids: Iterable[str], *, wait: float = 0) -> int:
        """See Engine.delete."""
        from searchkit.indexing.deletion import delete

        with self._writing(wait) as session:
            count = delete(session, several(ids))
            session.commit()
        return count

    def withheld(self) -> tuple[Withheld, ...]:
        """See Engine.withheld."""
        from searchkit.indexing.deletion import described

        memory = self._remembered()
        return described(memory.withheld, memory.states or {})

    def undelete(self, ids: Iterable[str], *, wait: float = 0) -> tuple[Withheld, ...]:
        """See Engine.undelete."""
        from searchkit.indexing.deletion import undelete

        with self._writing(wait) as session:
            undone = undelete(session, several(ids))
            session.commit()
        return undone

    def index(
        self,
        roots: Sequence[str | Path] = (),
        settings: IndexOptions | None = None,
        **changes: Unpack[IndexChanges],
    ) -> IndexReport:
        """See RootSync.index."""
        from searchkit.engines.runs import Run

        run = Run.of(roots, settings, changes)
        options = run.options
        if options.dry_run:
            with self._trial(rebuild=options.rebuild) as trial:
                return run.over_trial(trial)
        with self._writing(options.wait, memory=options.memory, rebuild=options.rebuild) as session:
            report = run.over(session)
            generation = session.commit()
        return replace(report, generation=generation)

    def roots(self) -> tuple[Root, ...]:
        """See RootSync.roots."""
        from searchkit.engines.roots import described

        memory = self._remembered()
        return described(memory.roots, memory.states or {})

    def remove_root(self, label: str, *, wait: float = 0) -> IndexReport:
        """See RootSync.remove_root."""
        from searchkit.engines.roots import remove

        with self._writing(wait) as session:
            removed = remove(session, label)
            generation = session.commit()
        return IndexReport(removed=removed, generation=generation)

    def move_root(self, label: str, path: str | Path, *, wait: float = 0) -> None:
        """See RootSync.move_root. Every file is read again by the next run, so that articles learn their paths."""
        from searchkit.engines.roots import move, new_place

        place = new_place(path)
        with self._writing(wait) as session:
            move(session, label, path, place)
            session.commit()
