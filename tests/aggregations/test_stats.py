"""Counts over columns are those of the articles, one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit import Article
from searchkit.aggregations.stats import StatsCounts, count_stats, finish_stats
from searchkit.aggregations.stats_columns import count_columns
from searchkit.codec.reader import SegmentReader
from searchkit.query.snapshot import Snapshot
from searchkit.testing.collection import collection

ZONES = [UTC, timezone(timedelta(hours=4)), timezone(-timedelta(hours=9, minutes=30)), timezone(timedelta(seconds=-3208))]
DATES = st.builds(
    lambda hours, zone: datetime(2020, 4, 26, tzinfo=zone) + timedelta(hours=hours),
    st.integers(0, 30),
    st.sampled_from(ZONES),
)


def counted(folder: Path) -> StatsCounts:
    """By columns, of a folder's newest generation."""
    with searchkit.open(folder) as engine:
        snapshot: Snapshot = engine._current().snapshot  # type: ignore[attr-defined]
        return count_columns(snapshot)


def test_columns_are_counted_as_articles_are(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "i", create=True) as engine:
        assert counted(tmp_path / "i") == count_stats([])
        engine.add(collection(80))
        engine.add(collection(100)[70:])
        engine.delete([f"c/{number}" for number in range(0, 100, 3)])
        left = [article for article in collection(100) if int(article.id[2:]) % 3]
        assert counted(tmp_path / "i") == count_stats(left)
        assert engine.stats().articles == len(left)


@given(st.lists(st.none() | DATES, max_size=6))
def test_the_first_and_last_dates_are_by_print_then_by_moment(dates: list[datetime | None]) -> None:
    counts = count_stats([Article(str(number), date=date) for number, date in enumerate(dates)])
    stats = finish_stats(counts, size=0, generation=1, segments=1, language="en")
    known = [date for date in dates if date is not None]
    assert (stats.articles, stats.undated) == (len(dates), len(dates) - len(known))
    by_print = sorted(known, key=lambda date: (date.replace(tzinfo=None), date))
    expected = (by_print[0].isoformat(), by_print[-1].isoformat()) if by_print else (None, None)
    assert (stats.first and stats.first.isoformat(), stats.last and stats.last.isoformat()) == expected


def test_sources_are_ordered_by_articles_then_by_name() -> None:
    counts = StatsCounts(9, 0, None, None, {"b": 2, "": 1, "a": 2, "c": 4})
    stats = finish_stats(counts, size=7, generation=3, segments=2, language="de")
    assert stats.sources == (("c", 4), ("a", 2), ("b", 2), ("", 1))
    assert (stats.size, stats.generation, stats.segments, stats.language) == (7, 3, 2, "de")


def test_golden_segments_are_counted() -> None:
    """Also one from before there were offsets."""
    golden = Path(__file__).parent.parent / "compat"
    for path in sorted(golden.glob("*.columns")):
        snapshot = Snapshot([(SegmentReader(path), None)])
        assert count_columns(snapshot).article_count == snapshot.live_count
