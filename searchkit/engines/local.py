"""The engine of one machine: an index in a folder.

Its reading half is `local_reader`; what it writes goes through sessions (`writing`). Those and Whoosh are imported late: a
search needs neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.engines.base import ArchiveEngine
from searchkit.engines.local_reader import LocalReader
from searchkit.engines.writing import SessionWriter
from searchkit.errors import SearchkitError
from searchkit.index_options import MEMORY_EACH, IndexChanges, IndexOptions
from searchkit.reports import IndexReport, Verification

if TYPE_CHECKING:
    from searchkit.indexing.session import Session
    from searchkit.indexing.store import Memory
    from searchkit.indexing.trial import Trial


class LocalEngine(SessionWriter, LocalReader):
    """An index in a folder; an ArchiveEngine. It answers from one generation until `refresh` or a change of its own."""

    @contextmanager
    def _writing(self, wait: float, *, memory: int | None = None, rebuild: bool = False) -> Iterator[Session]:
        from searchkit.indexing.segment_store import SegmentStore
        from searchkit.indexing.trial import open_session

        self._current()
        try:
            store = SegmentStore(self._location, MEMORY_EACH if memory is None else memory, wait, rebuild=rebuild)
            with open_session(store, rebuild=rebuild) as session:
                yield session
        except BaseException:
            with suppress(SearchkitError):
                self.refresh()  # a run that was cut off may have made a checkpoint
            raise
        self.refresh()
        self._met = tuple(dict.fromkeys((*self._met, *session.warnings)))

    def _trial(self, *, rebuild: bool) -> Trial:
        from searchkit.indexing.segment_store import SegmentStore
        from searchkit.indexing.trial import open_trial

        self._current()
        return open_trial(SegmentStore(self._location, rebuild=rebuild, dry_run=True), rebuild=rebuild)

    def _remembered(self) -> Memory:
        """What the newest generation remembers, warning of damage to it."""
        from searchkit.indexing.origins import known_states
        from searchkit.indexing.store import Memory

        snapshot = self._current().snapshot
        manifest = self._location.read().manifest
        states, damage = known_states(self._location, manifest, lambda: [(v.reader, v.live) for v in snapshot.views])
        if damage is not None:
            self._met = tuple(dict.fromkeys((*self._met, f"{damage}; the next run reads all files again")))
        return Memory(manifest.roots, manifest.withheld, states)

    def optimize(self, *, wait: float = 0) -> int:
        """See Optimizable.optimize."""
        with self._writing(wait) as session:
            session.commit(optimize=True)
        return len(self._current().snapshot.views)

    def verify(self, *, repair: bool = False, wait: float = 0) -> Verification:
        """See Verifiable.verify."""
        self._current()
        found = verify_place(self._location.folder, repair=repair, wait=wait)
        if found.repair is not None:
            self._met = ()
            self.refresh()
        return found


# What the registry asks of the module of an engine.


def open_engine(place: str | Path, *, create: bool, language: str | None) -> ArchiveEngine:
    """See `registry.EngineModule`."""
    return LocalEngine(Path(place), create=create, language=language)


def verify_place(place: str | Path, *, repair: bool, wait: float) -> Verification:
    """See `registry.EngineModule`: also of an index that cannot be opened."""
    from searchkit.engines.unopened import verify

    return verify(Path(place), repair=repair, wait=wait)


def rebuild_place(
    place: str | Path, language: str | None, settings: IndexOptions | None, changes: IndexChanges
) -> IndexReport:
    """See `registry.EngineModule`: also an index that another searchkit or Snowball reads differently."""
    from searchkit.engines.unopened import rebuild

    return rebuild(Path(place), language, settings, changes)
