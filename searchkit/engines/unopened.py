"""What can be done with an index that perhaps cannot be opened: check it, mend it, make it anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from searchkit.engines.base import check_language
from searchkit.engines.runs import Run
from searchkit.index_options import IndexChanges, IndexOptions
from searchkit.indexing.location import Location
from searchkit.indexing.repair import repair as mend
from searchkit.indexing.segment_store import SegmentStore
from searchkit.indexing.trial import open_session, open_trial
from searchkit.indexing.verify import faults_of
from searchkit.reports import IndexReport, Verification


def verify(folder: Path, *, repair: bool = False, wait: float = 0) -> Verification:
    """See `searchkit.verify`."""
    location = Location(folder, any_analysis=True)
    return Verification(*mend(location, wait)) if repair else Verification(faults_of(location))


def rebuild(folder: Path, language: str | None, settings: IndexOptions | None, changes: IndexChanges) -> IndexReport:
    """See `searchkit.rebuild`."""
    check_language(language)
    run = Run.of((), settings, {**changes, "rebuild": True})
    options = run.options
    location = Location(folder, any_analysis=True)
    if options.dry_run:
        with open_trial(SegmentStore(location, rebuild=True, dry_run=True), rebuild=True) as trial:
            return run.over_trial(trial)
    store = SegmentStore(location, options.memory_each, options.wait, rebuild=True, language=language)
    with open_session(store, rebuild=True) as session:
        report = run.over(session)
        generation = session.commit()
    return replace(report, generation=generation)
