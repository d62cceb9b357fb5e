"""Ranges of dates: which dates of articles lie in them, by what is printed or by moments, and in a
snapshot the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.codec.reader import SegmentReader
from searchkit.model import Article
from searchkit.query import bitsets, parse
from searchkit.query.nodes import Dates
from searchkit.query.operators.filters import match_filter
from searchkit.query.snapshot import Snapshot
from tests.bridge.sample_index import build

EAST, WEST = timezone(timedelta(hours=4)), timezone(-timedelta(hours=9))
MIDNIGHT = datetime(2020, 4, 26, 0, 30, tzinfo=EAST)
"""Printed on the 26th; in UTC it is the 25th."""


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("date:2020-04-26", True),
        ("date:2020-04-25", False),
        ("date:..2020-04-25", False),
        ("date:2020-04-26T00:30", True),
        ("date:2020-04-26T00:30+04:00", True),
        ("date:2020-04-25T20:30Z", True),
        ("date:2020-04-26T00:30Z", False),
        ("date:2020-04-25T11:30-09:00", True),
        ("date:..2020-04-25T20:29Z", False),
        ("date:2020-04-26..2020-04-25T21:00Z", True),  # printed from the 26th on, at a moment before
        ("date:2020-04-25T20:31Z..2020-04-26", False),
        ("date:*", True),
    ],
)
def test_a_date_with_an_offset(query: str, holds: bool) -> None:
    node = parse(query).root
    assert isinstance(node, Dates)
    assert node.holds(MIDNIGHT) is holds


@pytest.mark.parametrize(("timezone_name", "day"), [("UTC", 25), ("Asia/Baku", 26)])
def test_today_is_a_printed_day(timezone_name: str, day: int) -> None:
    """Whatever the zone that it is today in, an article of any offset belongs to the day that it
    prints."""
    node = parse("date:today", now=datetime(2020, 4, 25, 20, 30, tzinfo=UTC), timezone=timezone_name).root
    assert isinstance(node, Dates)
    for zone in (UTC, EAST, WEST):
        found = [d for d in (24, 25, 26, 27) if node.holds(datetime(2020, 4, d, 23, 59, tzinfo=zone))]
        assert found == [day]


def test_bounds_from_python() -> None:
    """A naive datetime is compared with what is printed, an aware one with moments."""
    article = MIDNIGHT
    assert Dates(since=datetime(2020, 4, 26)).holds(article)
    assert not Dates(since=datetime(2020, 4, 26, tzinfo=UTC)).holds(article)
    assert Dates(before=datetime(2020, 4, 26, tzinfo=UTC)).holds(article)
    assert not Dates(before=datetime(2020, 4, 26)).holds(article)


@pytest.mark.parametrize(
    ("since", "before", "empty"),
    [
        (None, None, False),
        (None, datetime.min, True),
        (None, datetime.min.replace(tzinfo=UTC), False),
        (datetime(2020, 1, 1), datetime(2020, 1, 1), True),
        (datetime(2020, 1, 1), datetime(2020, 1, 1, 0, 0, 1), False),
        (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, 4, tzinfo=EAST), True),
        (datetime(2020, 1, 2), datetime(2020, 1, 1, 0, 0, 1, tzinfo=UTC), False),
        (datetime(2020, 1, 2), datetime(2020, 1, 1, tzinfo=UTC), True),
        (datetime(2020, 1, 2, tzinfo=UTC), datetime(2020, 1, 1), True),
    ],
)
def test_ranges_that_hold_nothing(since: datetime | None, before: datetime | None, empty: bool) -> None:
    assert Dates(since, before).is_empty is empty


NAIVE = st.integers(-4_000, 4_000).map(lambda minutes: datetime(2020, 4, 26) + timedelta(minutes=minutes))
ENDS = st.sampled_from([datetime.min, datetime.max, datetime(9999, 12, 31)])
TIMES = st.one_of(NAIVE, NAIVE, NAIVE, ENDS)
ZONES = st.sampled_from([UTC, EAST, WEST, timezone(timedelta(hours=23, minutes=59)), timezone(-timedelta(seconds=86_399))])
AWARE = st.builds(lambda time, zone: time.replace(tzinfo=zone), TIMES, ZONES)
RANGES = st.builds(Dates, st.none() | TIMES | AWARE, st.none() | TIMES | AWARE)


def plainly(node: Dates, date: datetime) -> bool:
    """By comparisons of datetimes."""

    def like(bound: datetime) -> datetime:
        return date.replace(tzinfo=None) if bound.tzinfo is None else date

    since, before = node.since, node.before
    return (since is None or like(since) >= since) and (before is None or like(before) < before)


@given(RANGES, AWARE)
def test_a_range_holds_what_comparisons_of_datetimes_say(node: Dates, date: datetime) -> None:
    assert node.holds(date) == plainly(node, date)
    assert not (node.is_empty and node.holds(date))


@given(RANGES)
def test_a_range_is_read_again(node: Dates) -> None:
    again = parse(str(node)).root
    assert isinstance(again, Dates)
    assert again == (Dates(datetime.min, datetime.min) if node.is_empty else node)
    assert str(again) == str(node)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.none() | AWARE, min_size=1, max_size=5), min_size=1, max_size=3), st.lists(RANGES, max_size=6))
def test_a_snapshot_finds_the_dates_that_lie_in_a_range(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[datetime | None]], nodes: list[Dates]
) -> None:
    folder = tmp_path_factory.mktemp("dates")
    dates = [date for batch in batches for date in batch]
    refs = build(folder, [[Article(f"{n}/{m}", date=date) for m, date in enumerate(b)] for n, b in enumerate(batches)])
    snapshot = Snapshot([(SegmentReader(folder / ref.file), None) for ref in refs])
    for node in nodes:
        found = bitsets.to_docs(match_filter(node, snapshot), snapshot.size).tolist()
        assert found == [doc for doc, date in enumerate(dates) if date is not None and node.holds(date)]
