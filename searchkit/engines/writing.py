"""Implements the changes of an Engine for engines that have an ArticleStore: each change is a
session and a commit.

What writes is imported late: a search needs none of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack, cast

from searchkit.engines.base import ADD_ARTICLES, Engine, check_articles, check_ids, check_roots
from searchkit.errors import Unsupported
from searchkit.index_options import IndexChanges, IndexOptions
from searchkit.model import Article
from searchkit.reports import CopyReport, Failure, IndexReport, Progress, Root, Tombstone

if TYPE_CHECKING:
    from searchkit.engines.copying import Archive
    from searchkit.indexing.session import Session
    from searchkit.indexing.store import SyncState


class ArticleWriter(ABC):
    """The changes of an Engine, given sessions."""

    @abstractmethod
    def _writing(self, wait: float) -> AbstractContextManager[Session]:
        """A writing session, after which searches read what the session committed.

        Raises EngineClosed, IndexLocked.
        """

    @abstractmethod
    def _sync_state(self) -> SyncState:
        """What the newest generation remembers, with the states of files. Raises EngineClosed."""

    def add(self, articles: Iterable[Article], *, wait: float = 0) -> IndexReport:
        """See Engine.add."""
        checked = check_articles(articles)
        with self._writing(wait) as session:
            counts = session.add_all(checked)
            generation = session.commit()
        replaced = sum(one.before is not None for one in session.unstored)
        return IndexReport(
            added=counts["added"] - (len(session.unstored) - replaced),
            replaced=counts["replaced"] - replaced,
            unchanged=counts["unchanged"],
            failures=tuple(Failure(one.id, one.reason) for one in session.unstored),
            generation=generation,
        )

    def delete(self, ids: Iterable[str], *, wait: float = 0) -> int:
        """See Engine.delete."""
        from searchkit.indexing.deletion import delete  # late: 3 ms at the start of a search

        with self._writing(wait) as session:
            count = delete(session, check_ids(ids))
            session.commit()
        return count

    def tombstones(self) -> tuple[Tombstone, ...]:
        """See Engine.tombstones."""
        from searchkit.indexing.deletion import list_tombstones  # late: 3 ms at the start of a search

        state = self._sync_state()
        return list_tombstones(state.tombstones, state.files or {})

    def undelete(self, ids: Iterable[str], *, wait: float = 0) -> tuple[Tombstone, ...]:
        """See Engine.undelete."""
        from searchkit.indexing.deletion import undelete  # late: 3 ms at the start of a search

        with self._writing(wait) as session:
            undone = undelete(session, check_ids(ids))
            session.commit()
        return undone


class SessionWriter(ArticleWriter):
    """The changes of an Engine, RootSync and Copyable, given sessions."""

    @abstractmethod
    def _writing(
        self, wait: float, *, memory_bytes: int | None = None, rebuild: bool = False
    ) -> AbstractContextManager[Session]:
        """See ArticleWriter."""

    @abstractmethod
    def _dry_run(self, *, rebuild: bool) -> AbstractContextManager[Session]:
        """A session for a dry run. Raises EngineClosed."""

    def index(
        self,
        roots: str | Path | Sequence[str | Path] = (),
        settings: IndexOptions | None = None,
        **changes: Unpack[IndexChanges],
    ) -> IndexReport:
        """See RootSync.index."""
        from searchkit.engines.runs import resolve_run, sync_roots  # late: 41 ms at the start of a search

        paths = check_roots(roots)
        options = resolve_run(paths, settings, changes)
        if options.dry_run:
            return sync_roots(paths, options, partial(self._dry_run, rebuild=options.rebuild))
        writing = partial(self._writing, options.wait, memory_bytes=options.memory, rebuild=options.rebuild)
        return sync_roots(paths, options, writing)

    def roots(self) -> tuple[Root, ...]:
        """See RootSync.roots."""
        from searchkit.engines.roots import list_roots  # late: 41 ms at the start of a search

        state = self._sync_state()
        return list_roots(state.roots, state.files or {})

    def remove_root(self, label: str, *, wait: float = 0) -> IndexReport:
        """See RootSync.remove_root."""
        from searchkit.engines.roots import remove  # late: 41 ms at the start of a search

        with self._writing(wait) as session:
            removed = remove(session, label)
            generation = session.commit()
        return IndexReport(removed=removed, generation=generation)

    def move_root(self, label: str, path: str | Path, *, wait: float = 0) -> None:
        """See RootSync.move_root. Every file is read again by the next run, so that articles learn
        their paths."""
        from searchkit.engines.roots import move, resolve_existing  # late: 41 ms at the start of a search

        resolved = resolve_existing(path)
        with self._writing(wait) as session:
            move(session, label, resolved)
            session.commit()

    def copy_from(
        self, source: Engine, *, delete: bool = False, wait: float = 0, progress: Progress | None = None
    ) -> CopyReport:
        """See Copyable.copy_from."""
        from searchkit.engines.copying import copy_archive  # late: 41 ms at the start of a search

        if not isinstance(source, SessionWriter):
            raise Unsupported(f"{source!r} cannot be copied as a whole; articles alone can be added: {ADD_ARTICLES}")
        original, copied = cast("Archive", source), cast("Archive", self)
        return copy_archive(original, copied, delete=delete, wait=wait, progress=progress)
