"""The local engine: an index in a folder.

Its reading half is `local_reader`; what it writes goes through sessions (`writing`). Those and
Whoosh are imported late: a search needs neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.engines.base import ArchiveEngine, check_language
from searchkit.engines.local_reader import LocalReader
from searchkit.engines.writing import SessionWriter
from searchkit.errors import SearchkitError
from searchkit.index_options import BUILD_MEMORY_BYTES, IndexChanges, IndexOptions
from searchkit.indexing.index_folder import IndexFolder
from searchkit.reports import IndexReport, Verification

if TYPE_CHECKING:
    from searchkit.indexing.session import Session
    from searchkit.indexing.store import SyncState


class LocalEngine(SessionWriter, LocalReader):
    """An index in a folder; an ArchiveEngine. Searches read one generation until `refresh` or a
    change of its own."""

    @contextmanager
    def _writing(self, wait: float, *, memory_bytes: int | None = None, rebuild: bool = False) -> Iterator[Session]:
        from searchkit.indexing.opening import open_session  # late: 41 ms at the start of a search
        from searchkit.indexing.segment_store import SegmentStore  # late: 41 ms at the start of a search

        self._current()
        try:
            store = SegmentStore(self._index_folder, memory_bytes or BUILD_MEMORY_BYTES, wait, rebuild=rebuild)
            with open_session(store, rebuild=rebuild) as session:
                yield session
        except BaseException:
            with suppress(SearchkitError):
                self.refresh()  # an interrupted run may have made a checkpoint
            raise
        self.refresh()
        self._session_warnings = tuple(dict.fromkeys((*self._session_warnings, *session.warnings)))

    def _dry_run(self, *, rebuild: bool) -> Session:
        from searchkit.indexing.opening import open_session  # late: 41 ms at the start of a search
        from searchkit.indexing.segment_store import SegmentStore  # late: 41 ms at the start of a search

        self._current()
        store = SegmentStore(self._index_folder, rebuild=rebuild, dry_run=True)
        return open_session(store, rebuild=rebuild, dry_run=True)

    def _sync_state(self) -> SyncState:
        """What the newest generation remembers, warning of damage to it."""
        from searchkit.indexing.file_states import load_file_states  # late: 41 ms at the start of a search
        from searchkit.indexing.store import SyncState  # late: 41 ms at the start of a search

        snapshot = self._current().snapshot
        manifest = self._index_folder.read_newest().manifest
        states, damage = load_file_states(self._index_folder, manifest, lambda: [(v.reader, v.live) for v in snapshot.views])
        if damage is not None:
            self._session_warnings = tuple(
                dict.fromkeys((*self._session_warnings, f"{damage}; the next run reads all files again"))
            )
        return SyncState(manifest.roots, manifest.tombstones, states)

    def optimize(self, *, wait: float = 0) -> int:
        """See Optimizable.optimize."""
        with self._writing(wait) as session:
            session.commit(optimize=True)
        return len(self._current().snapshot.views)

    def verify(self, *, repair: bool = False, wait: float = 0) -> Verification:
        """See Verifiable.verify."""
        self._current()
        found = verify_place(self._index_folder.path, repair=repair, wait=wait)
        if found.repair is not None:
            self._session_warnings = ()
            self.refresh()
        return found


# What the registry calls.


def open_engine(place: str | Path, *, create: bool, language: str | None) -> ArchiveEngine:
    """See `registry.EngineModule`."""
    return LocalEngine(Path(place), create=create, language=language)


def verify_place(place: str | Path, *, repair: bool, wait: float) -> Verification:
    """See `registry.PlaceModule`: also of an index that cannot be opened."""
    from searchkit.indexing.recovery import recover  # late: 38 ms at the start of a search
    from searchkit.indexing.verify import find_faults  # late: 38 ms at the start of a search

    index_folder = IndexFolder(Path(place), allow_other_analysis=True)
    return Verification(*recover(index_folder, wait)) if repair else Verification(find_faults(index_folder))


def rebuild_place(
    place: str | Path, language: str | None, settings: IndexOptions | None, changes: IndexChanges
) -> IndexReport:
    """See `registry.PlaceModule`: also an index of another analysis or Snowball version."""
    from searchkit.engines.runs import resolve_run, sync_roots  # late: 41 ms at the start of a search
    from searchkit.indexing.opening import open_session  # late: 41 ms at the start of a search
    from searchkit.indexing.segment_store import SegmentStore  # late: 41 ms at the start of a search

    check_language(language)
    options = resolve_run((), settings, {**changes, "rebuild": True})
    index_folder = IndexFolder(Path(place), allow_other_analysis=True)

    def open_rebuild() -> Session:
        if options.dry_run:
            store = SegmentStore(index_folder, rebuild=True, dry_run=True)
        else:
            memory, wait = options.worker_memory_bytes, options.wait
            store = SegmentStore(index_folder, memory, wait, rebuild=True, language=language)
        return open_session(store, rebuild=True, dry_run=options.dry_run)

    return sync_roots((), options, open_rebuild)
