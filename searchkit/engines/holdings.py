"""What does an index hold? Its articles, counted, with their dates and sources."""

from __future__ import annotations

import stat
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import numpy as np

from searchkit.query.snapshot import Bools, SegmentView, Snapshot
from searchkit.reports import Stats
from searchkit.schema import EPOCH, UNDATED


def stats_of(folder: Path, snapshot: Snapshot, generation: int, language: str) -> Stats:
    """Count what a generation of the index in `folder` holds."""
    dates = np.concatenate([np.zeros(0, dtype=np.int64), *(v.dates[_all(v)] for v in snapshot.views)])
    dated = dates[dates != UNDATED]
    first, last = (
        (EPOCH + timedelta(microseconds=int(end)) for end in (dated.min(), dated.max())) if len(dated) else (None, None)
    )
    sources: Counter[str] = Counter()
    for view in snapshot.views:
        column = view.reader.values("source.value")
        names = [b"", *column.dictionary.slices()]
        counts = np.bincount(column.of_doc[_all(view)], minlength=len(names)).tolist()
        sources.update({name.decode(): count for name, count in zip(names, counts, strict=True) if count})
    return Stats(
        articles=snapshot.articles,
        first=first,
        last=last,
        undated=len(dates) - len(dated),
        sources=tuple(sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))),
        size=_size_of(folder),
        generation=generation,
        segments=len(snapshot.views),
        language=language,
    )


def _size_of(folder: Path) -> int:
    """The bytes of all files; some may go meanwhile, when another process merges segments."""
    size = 0
    with suppress(FileNotFoundError):  # the folder itself
        for path in folder.iterdir():
            with suppress(FileNotFoundError):
                found = path.stat()
                size += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return size


def _all(view: SegmentView) -> slice | Bools:
    """What chooses the living articles of a segment."""
    return slice(None) if view.live is None else view.live
