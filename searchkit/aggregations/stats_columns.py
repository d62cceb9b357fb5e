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
    dates = count_dates(snapshot)
    return dates._replace(sources=count_column_values(snapshot, "source"))


def count_dates(snapshot: Snapshot) -> StatsCounts:
    """Count the live articles of a snapshot without their sources."""
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
    return StatsCounts(snapshot.live_count, len(dated), first, last, {})


def count_column_values(snapshot: Snapshot, attribute: str) -> Counter[str]:
    """Count the live articles with each value of a column, "" for none."""
    found: Counter[str] = Counter()
    for view in snapshot.views:
        column = view.reader.value_column(f"{attribute}.value")
        names = [b"", *column.dictionary.tolist()]
        counts = np.bincount(column.ordinals[_live(view)], minlength=len(names)).tolist()
        found.update({name.decode(): count for name, count in zip(names, counts, strict=True) if count})
    return found


def _live(view: SegmentView) -> slice | Bools:
    """The index of the live documents of a segment in its columns."""
    return slice(None) if view.live is None else view.live
