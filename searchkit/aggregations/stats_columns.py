"""Counts for `stats` over the columns of a snapshot."""

from __future__ import annotations

from collections import Counter

import numpy as np

from searchkit.aggregations.stats import StatsCounts
from searchkit.arrays import Bools
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.schema import UNDATED


def count_columns(snapshot: Snapshot) -> StatsCounts:
    """Count the live articles of a snapshot. Reference implementation: `stats.count_stats`."""
    none = np.zeros(0, dtype=np.int64)
    dates = np.concatenate([none, *(view.dates[_live(view)] for view in snapshot.views)])
    offsets = np.concatenate([none, *(view.reader.number_column("date_offset")[_live(view)] for view in snapshot.views)])
    is_dated = dates != UNDATED
    dated, offsets = dates[is_dated], offsets[is_dated]
    first = last = None
    if len(dated):
        # Of one printed time, the larger offset is the earlier moment.
        first = int(dated.min()), int(offsets[dated == dated.min()].max())
        last = int(dated.max()), int(offsets[dated == dated.max()].min())
    sources: Counter[str] = Counter()
    for view in snapshot.views:
        column = view.reader.value_column("source.value")
        names = [b"", *column.dictionary.tolist()]
        counts = np.bincount(column.ordinals[_live(view)], minlength=len(names)).tolist()
        sources.update({name.decode(): count for name, count in zip(names, counts, strict=True) if count})
    return StatsCounts(snapshot.live_count, len(dated), first, last, sources)


def _live(view: SegmentView) -> slice | Bools:
    """The index of the live documents of a segment in its columns."""
    return slice(None) if view.live is None else view.live
