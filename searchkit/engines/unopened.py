"""What can be done with an index that perhaps cannot be opened: check it, mend it, make it anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from searchkit.engines.base import check_language
from searchkit.engines.runs import Run, given
from searchkit.indexing.location import Location
from searchkit.indexing.rebuild import Rebuild
from searchkit.indexing.repair import repair as mend
from searchkit.indexing.verify import faults_of
from searchkit.reports import IndexReport, Progress, Verification


def verify(folder: Path, *, repair: bool = False, wait: float = 0) -> Verification:
    """See `searchkit.verify`."""
    location = Location(folder, any_analysis=True)
    return Verification(*mend(location, wait)) if repair else Verification(faults_of(location))


def rebuild(
    folder: Path,
    *,
    language: str | None = None,
    allow_empty: bool = False,
    progress: Progress | None = None,
    workers: int | None = None,
    memory: int | None = None,
    dry_run: bool = False,
    wait: float = 0,
) -> IndexReport:
    """See `searchkit.rebuild`."""
    check_language(language)
    run = Run(allow_empty=allow_empty, progress=progress, rebuild=True, **given(workers=workers, memory=memory))
    run.check()
    location = Location(folder, any_analysis=True)
    if dry_run:
        return run.tried(location)
    with Rebuild(location, run.memory, wait, language) as writer:
        report = run.over(writer)
        generation = writer.commit()
    return replace(report, generation=generation)
