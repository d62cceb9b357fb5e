"""Statistics of an index: its articles, their dates and their sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from searchkit.model import Article
from searchkit.reports import Stats
from searchkit.schema import date_of, offset_seconds, printed_micros

PrintedDate = tuple[int, int]
"""A date as printed (microseconds from the year 1) and its offset (seconds)."""


class StatsCounts(NamedTuple):
    """The number of articles and of dated ones, the earliest and the latest date (None without
    any), and the number of articles of each source ("" for none)."""

    article_count: int
    dated_count: int
    first: PrintedDate | None
    last: PrintedDate | None
    sources: Mapping[str, int]


def finish_stats(counts: StatsCounts, *, size: int, generation: int, segments: int, language: str) -> Stats:
    """Make the result of the counts: sources with the most articles first, then by name."""
    return Stats(
        articles=counts.article_count,
        first=None if counts.first is None else date_of(*counts.first),
        last=None if counts.last is None else date_of(*counts.last),
        undated=counts.article_count - counts.dated_count,
        sources=tuple(sorted(counts.sources.items(), key=lambda pair: (-pair[1], pair[0]))),
        size=size,
        generation=generation,
        segments=segments,
        language=language,
    )


def find_date_span(counts: StatsCounts) -> tuple[datetime, datetime] | None:
    """The earliest and the latest date; None if all articles are undated."""
    if counts.first is None or counts.last is None:
        return None
    return date_of(*counts.first), date_of(*counts.last)


def count_stats(articles: Iterable[Article]) -> StatsCounts:
    """Count articles one by one. Engines that count in other ways must get the same result."""
    counted = list(articles)
    dates = [(printed_micros(one.date), offset_seconds(one.date)) for one in counted if one.date is not None]
    return StatsCounts(
        article_count=len(counted),
        dated_count=len(dates),
        first=min(dates, key=_moment, default=None),
        last=max(dates, key=_moment, default=None),
        sources=Counter(one.source for one in counted),
    )


def _moment(date: PrintedDate) -> tuple[int, int]:
    """A sort key for dates: printed dates first, and of equal ones the larger offset is the earlier
    moment."""
    return date[0], -date[1]
