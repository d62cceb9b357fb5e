"""Counts documents by period, and by the values of a field, over columns."""

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
"""Days from the year 1 to the first day of NumPy's dates."""
_UNITS = {"month": "datetime64[M]", "year": "datetime64[Y]"}


@frozen
class HistogramCounts:
    """The first day of each period that has documents, ascending, with their number; and the number
    of documents without a date."""

    counts: tuple[tuple[date, int], ...]
    undated: int


@frozen
class FacetCounts:
    """Each value with the number of documents that have it, the most frequent first, then by value;
    and the number of documents without a value."""

    counts: tuple[tuple[str, int], ...]
    without: int


def count_periods(snapshot: Snapshot, docs: Ints, period: Period) -> HistogramCounts:
    """Count documents by printed date. Raises OptionError for an unknown period.

    Reference implementation: a Counter over the first day of each document's period.
    """
    if period not in get_args(Period):
        raise OptionError(f"time is counted by {', '.join(get_args(Period))}, not by {period}")
    dates = snapshot.dates[docs]
    days = dates[dates != UNDATED] // _DAY  # 0 is 1 January of the year 1, a Monday
    undated = len(docs) - len(days)
    if len(days) == 0:
        return HistogramCounts((), undated)
    periods = _number_periods(days, period)
    first = int(periods.min())
    counts = np.bincount(periods - first)
    filled = np.flatnonzero(counts)
    firsts = _first_days(filled + first, period).tolist()
    return HistogramCounts(
        tuple([(date.fromordinal(day + 1), count) for day, count in zip(firsts, counts[filled].tolist(), strict=True)]),
        undated,
    )


def _number_periods(days: Ints, period: Period) -> Ints:
    """The number of the period of each day (days from the year 1)."""
    match period:
        case "day":
            return days
        case "week":
            return days // 7
        case "month" | "year":
            return (days - _EPOCH).astype("datetime64[D]").astype(_UNITS[period]).astype(np.int64)
        case _:
            assert_never(period)


def _first_days(periods: Ints, period: Period) -> Ints:
    """The first day of each period, numbered as by `_number_periods`."""
    match period:
        case "day":
            return periods
        case "week":
            return periods * 7
        case "month" | "year":
            return periods.astype(_UNITS[period]).astype("datetime64[D]").astype(np.int64) + _EPOCH
        case _:
            assert_never(period)


def count_values(snapshot: Snapshot, docs: Ints, field: FacetField) -> FacetCounts:
    """Count documents by value. Raises OptionError for a field without a column of values.

    Reference implementation: a Counter over the values of the articles.
    """
    if field not in get_args(FacetField):
        raise OptionError(f"articles are counted by {', '.join(get_args(FacetField))}, not by {field}")
    totals: Counter[str] = Counter()
    without = 0
    for view, part in snapshot.by_segment(docs):
        column = view.reader.value_column(f"{field}.value")
        counts = np.bincount(column.ordinals[docs[part] - view.base], minlength=1)
        if len(counts) > len(column.dictionary) + 1:
            raise view.reader.corruption(f"its column {field} names values that are not there")
        without += int(counts[0])
        filled = np.flatnonzero(counts[1:])
        values = column.dictionary.tolist(filled)
        totals.update({value.decode(): count for value, count in zip(values, counts[filled + 1].tolist(), strict=True)})
    return FacetCounts(tuple(sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))), without)
