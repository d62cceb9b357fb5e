"""What does an index hold? Its articles, counted, with their dates and sources."""

from __future__ import annotations

import stat
from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np

from searchkit.query.snapshot import Bools, SegmentView, Snapshot
from searchkit.reports import Stats
from searchkit.schema import UNDATED, date_of


def stats_of(folder: Path, snapshot: Snapshot, generation: int, language: str) -> Stats:
    """Count what a generation of the index in `folder` holds."""
    none = np.zeros(0, dtype=np.int64)
    dates = np.concatenate([none, *(v.dates[_all(v)] for v in snapshot.views)])
    offsets = np.concatenate([none, *(v.reader.numbers("date_offset")[_all(v)] for v in snapshot.views)])
    is_dated = dates != UNDATED
    dated, offsets = dates[is_dated], offsets[is_dated]
    first = last = None
    if len(dated):
        # Of one printed time, the larger offset is the earlier moment.
        first = date_of(int(dated.min()), int(offsets[dated == dated.min()].max()))
        last = date_of(int(dated.max()), int(offsets[dated == dated.max()].min()))
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
