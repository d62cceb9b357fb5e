"""Which engine does a place name?

This module imports the engine late, on purpose: `import searchkit` and `--help` must import neither numpy nor whoosh.
"""

from __future__ import annotations

from pathlib import Path

from searchkit.engines.base import ArchiveEngine
from searchkit.errors import EngineUnavailable
from searchkit.reports import IndexReport, Progress, Verification


def open(place: str | Path, *, create: bool = False, language: str | None = None) -> ArchiveEngine:
    """Open the index at `place`, a folder.

    With `create`, an index that is not there yet is made, for articles in `language` (an ISO 639-1 code such as "en",
    the default, or "none" for no stemming). A language given for an index that has another is an IndexMismatch.

    Raises IndexMissing without `create` where there is no index (and changes nothing), EngineUnavailable for a
    place of a kind this version cannot open.
    """
    folder = _folder(place)
    from searchkit.engines.local import LocalEngine

    return LocalEngine(folder, create=create, language=language)


def verify(place: str | Path, *, repair: bool = False, wait: float = 0) -> Verification:
    """Check every byte of the index at `place`, a folder, even of one that cannot be opened (see ArchiveEngine.verify).

    Raises IndexMissing, EngineUnavailable, IndexLocked, StorageError, and CorruptIndex when nothing can be mended.
    """
    folder = _folder(place)
    from searchkit.engines.unopened import verify as verify_folder

    return verify_folder(folder, repair=repair, wait=wait)


def rebuild(
    place: str | Path,
    *,
    language: str | None = None,
    allow_empty: bool = False,
    progress: Progress | None = None,
    workers: int | None = None,
    memory: int | None = None,
    dry_run: bool = False,
    wait: float = 0,
) -> IndexReport:
    """Make the index at `place` anew, as `ArchiveEngine.index(rebuild=True)` does: also for another `language`, and where
    the index cannot be opened because another searchkit or Snowball read its words differently.

    Raises what `ArchiveEngine.index` raises, IndexMissing, EngineUnavailable, and OptionError for an unknown language.
    """
    folder = _folder(place)
    from searchkit.engines.runs import Run, given
    from searchkit.engines.unopened import rebuild as rebuild_folder

    run = Run(allow_empty=allow_empty, progress=progress, rebuild=True, **given(workers=workers, memory=memory))
    return rebuild_folder(folder, run, language, dry_run=dry_run, wait=wait)


def _folder(place: str | Path) -> Path:
    scheme, found, _ = str(place).partition("://")
    if found:
        raise EngineUnavailable(f'no engine opens "{scheme}://" places; expected a folder, found {place}')
    return Path(place)
