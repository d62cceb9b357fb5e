"""Half-lives, factors of age and weights of fields, for one article."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit import SearchOptions
from searchkit.errors import OptionError
from searchkit.query.ranking import half_lives, relative_factors
from searchkit.query.score_options import Recency, check_boost, make_score_options, parse_half_life
from searchkit.schema import FIELD_WEIGHTS, UNDATED, printed_micros

DAY = 86_400_000_000
NOW = datetime(2020, 4, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(("text", "days"), [("90d", 90), (" 2W ", 14), ("12m", 365.25), ("1y", 365.25), ("6m", 182.625)])
def test_half_lives_are_read(text: str, days: float) -> None:
    assert parse_half_life(text) == pytest.approx(days * DAY)


def test_the_options_of_a_search_become_those_of_scores() -> None:
    def oldest() -> int:
        return 5

    made = make_score_options(SearchOptions(recent="2d", boost={"title": 3}, now=NOW), oldest)
    assert made.weights == {"title": 3.0, "body": 1.0}
    assert made.recency == Recency(2.0 * DAY, printed_micros(NOW), 5)
    there = make_score_options(SearchOptions(recent="2d", now=NOW, timezone="Asia/Tokyo"), lambda: None)
    assert there.weights == FIELD_WEIGHTS
    assert there.recency is not None
    assert there.recency.now == printed_micros(NOW) + 9 * DAY // 24
    assert there.recency.factor(None) == 1.0  # nothing is dated
    assert make_score_options(SearchOptions(boost={"body": 0}), oldest).recency is None
    assert check_boost({"headline": 3}) == {"title": 3.0}
    with pytest.raises(OptionError, match="weights of fields"):
        check_boost([("title", 3)])  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="found True"):
        check_boost({"title": True})


def test_factors() -> None:
    recency = Recency(10.0 * DAY, 100 * DAY, 20 * DAY)
    assert [recency.factor(day * DAY) for day in (100, 90, 80, 101, 9000)] == [1.0, 0.5, 0.25, 1.0, 1.0]
    assert recency.factor(None) == recency.factor(20 * DAY) == 0.5**8
    assert recency.rank_score(8.0, 90 * DAY) == 2.0
    assert recency.rank_score(0.0, 90 * DAY) == -math.inf
    assert Recency(1.0, 10**17, 0).factor(0) == 0.0


def test_a_note_only_where_everything_shown_is_old() -> None:
    recency = Recency(1.0 * DAY, printed_micros(NOW), 0)
    old = printed_micros(NOW) - 30 * DAY
    assert recency.notes([]) == recency.notes([old, printed_micros(NOW)]) == ()
    (note,) = recency.notes([old, None])
    assert note.startswith("scores are nearly 0, because all articles shown are at least 30 half-lives old")
    assert "counted from 2020-04-26" in note


@given(
    st.builds(Recency, st.floats(1.0, 1e15), st.integers(0, 10**17), st.integers(0, 10**17)),
    st.lists(st.one_of(st.just(UNDATED), st.integers(0, 2 * 10**17)), min_size=1, max_size=20),
)
def test_arrays_are_the_same_as_single_articles(recency: Recency, dates: list[int]) -> None:
    column = np.array(dates, dtype=np.int64)
    printed = [None if date == UNDATED else date for date in dates]
    assert half_lives(recency, column).tolist() == pytest.approx([recency.half_lives(date) for date in printed], rel=1e-12)
    youngest = min(map(recency.half_lives, printed))
    expected = [0.5 ** (recency.half_lives(date) - youngest) for date in printed]
    assert relative_factors(recency, column).tolist() == pytest.approx(expected, rel=1e-4, abs=1e-30)


def test_options_can_be_keys() -> None:
    """Options with mappings too; equal ones are one key."""
    options = [SearchOptions(boost={"title": 3}), SearchOptions(boost={"title": 3}), SearchOptions(boost={"title": 4})]
    assert len(set(options)) == 2
