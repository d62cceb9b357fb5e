"""How do documents spread over time, and over the values of a field? Counted over columns, without
scores."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import assert_never, get_args

import numpy as np

from searchkit.arrays import Ints
from searchkit.errors import OptionError
from searchkit.frozen import frozen
from searchkit.query.collectors import FacetField, Period
from searchkit.query.snapshot import Snapshot
from searchkit.schema import UNDATED

_DAY = 86_400_000_000
"""Microseconds."""
_EPOCH = date(1970, 1, 1).toordinal() - 1
"""Days from the year 1 to where NumPy counts days from."""
_UNITS = {"month": "datetime64[M]", "year": "datetime64[Y]"}


@frozen
class HistogramCounts:
    """The first day of each stretch of time that has documents, ascending, and how many these are;
    and how many documents have no date."""

    counts: tuple[tuple[date, int], ...]
    undated: int


@frozen
class FacetCounts:
    """Each value that documents have and how many have it, the most frequent first, then by value;
    and how many documents have none."""

    counts: tuple[tuple[str, int], ...]
    without: int


def histogram_of(snapshot: Snapshot, docs: Ints, period: Period) -> HistogramCounts:
    """Count documents by printed date. Raises OptionError for a period that there is not.

    Slow twin: a Counter over the first day of each article's stretch of time.
    """
    if period not in get_args(Period):
        raise OptionError(f"time is counted by {', '.join(get_args(Period))}, not by {period}")
    dates = snapshot.dates[docs]
    days = dates[dates != UNDATED] // _DAY  # 0 is 1 January of the year 1, a Monday
    undated = len(docs) - len(days)
    if len(days) == 0:
        return HistogramCounts((), undated)
    stretches = _stretches(days, period)
    first = int(stretches.min())
    counts = np.bincount(stretches - first)
    there = np.flatnonzero(counts)
    firsts = _first_days(there + first, period).tolist()
    return HistogramCounts(
        tuple([(date.fromordinal(day + 1), count) for day, count in zip(firsts, counts[there].tolist(), strict=True)]),
        undated,
    )


def _stretches(days: Ints, period: Period) -> Ints:
    """The number of the stretch of time of each day (days from the year 1)."""
    match period:
        case "day":
            return days
        case "week":
            return days // 7
        case "month" | "year":
            return (days - _EPOCH).astype("datetime64[D]").astype(_UNITS[period]).astype(np.int64)
        case _:
            assert_never(period)


def _first_days(stretches: Ints, period: Period) -> Ints:
    """The first day of each stretch of time: what `_stretches` numbers."""
    match period:
        case "day":
            return stretches
        case "week":
            return stretches * 7
        case "month" | "year":
            return stretches.astype(_UNITS[period]).astype("datetime64[D]").astype(np.int64) + _EPOCH
        case _:
            assert_never(period)


def facet_of(snapshot: Snapshot, docs: Ints, field: FacetField) -> FacetCounts:
    """Count documents by value. Raises OptionError for a field that has no column of values.

    Slow twin: a Counter over the values of the articles.
    """
    if field not in get_args(FacetField):
        raise OptionError(f"articles are counted by {', '.join(get_args(FacetField))}, not by {field}")
    totals: Counter[str] = Counter()
    without = 0
    for view, part in snapshot.by_segment(docs):
        column = view.reader.value_column(f"{field}.value")
        counts = np.bincount(column.ordinals[docs[part] - view.base], minlength=1)
        if len(counts) > len(column.dictionary) + 1:
            raise view.reader.corrupt(f"its column {field} names values that are not there")
        without += int(counts[0])
        there = np.flatnonzero(counts[1:])
        values = column.dictionary.tolist(there)
        totals.update({value.decode(): count for value, count in zip(values, counts[there + 1].tolist(), strict=True)})
    return FacetCounts(tuple(sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))), without)
