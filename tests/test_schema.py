"""Which articles can an index hold?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit import schema
from searchkit.errors import ArticleError
from searchkit.model import Article

TEXTS: st.SearchStrategy[Any] = st.text("aé\ud800", max_size=9) | st.sampled_from([None, 3, b"a", "a" * 30])
TUPLES: st.SearchStrategy[Any] = st.lists(TEXTS, max_size=2).map(tuple) | st.sampled_from([["a"], "a", None])
DATES: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        datetime(2020, 1, 1, tzinfo=UTC),
        datetime(2020, 1, 1),
        datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=1, microseconds=1))),
        3,
    ]
)
EXTRA: st.SearchStrategy[Any] = st.dictionaries(st.text("aé\ud800", max_size=3), TEXTS, max_size=2)
ARTICLES = st.builds(
    Article, TEXTS, TEXTS, TEXTS, DATES, TUPLES, TEXTS, TEXTS, TUPLES, TEXTS, TEXTS, TEXTS, TEXTS, st.none(), EXTRA
) | st.builds(Article, st.text("ab", max_size=12), st.text("ab", max_size=30), url=st.text("ab", max_size=12))


@given(ARTICLES)
def test_articles_that_need_no_closer_look_can_be_held(article: Article) -> None:
    with patch.object(schema, "MAX_CHARACTERS", 24), patch.object(schema, "MAX_VALUE_LENGTH", 8):
        if schema._is_plain(article):
            schema._check_fields(article)


def test_most_articles_need_no_closer_look() -> None:
    date = datetime(2020, 1, 1, tzinfo=UTC)
    article = Article("one", "a", "b" * 9_000, date, ("c",), "d", "e", ("f",), "en", "g", "h", "i", 0.5, {"j": "k"})
    assert schema._is_plain(article)
    assert not schema._is_plain(Article(""))
    with pytest.raises(ArticleError, match="needs an id"):
        schema.check(Article(""))


EAST, WEST = timezone(timedelta(hours=4)), timezone(-timedelta(hours=9, minutes=30))
BERLIN_1890 = timezone(timedelta(minutes=53, seconds=28))
"""Local mean time, as zones had it before they kept whole hours."""


@pytest.mark.parametrize(
    ("date", "printed", "offset"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), 0, 0),
        (datetime(1, 1, 2, 0, 0, 1, 5, UTC), 86_401_000_005, 0),
        (datetime(1, 1, 1, tzinfo=EAST), 0, 14_400),
        (datetime(1, 1, 1, 10, tzinfo=WEST), 36_000_000_000, -34_200),
        (datetime(1, 1, 1, 0, 1, tzinfo=BERLIN_1890), 60_000_000, 3_208),
        (datetime(1, 1, 1, 1, tzinfo=timezone(timedelta(0), "GMT")), 3_600_000_000, 0),
    ],
)
def test_the_numbers_of_a_date(date: datetime, printed: int, offset: int) -> None:
    assert schema.printed_micros(date) == schema.printed_micros(date.replace(tzinfo=None)) == printed
    assert schema.offset_seconds(date) == offset
    assert schema.moment_micros(date) == printed - offset * 1_000_000
    assert schema.date_of(printed, offset).isoformat() == date.isoformat()


ZONED = st.builds(
    lambda date, seconds: date.replace(tzinfo=timezone(timedelta(seconds=seconds))),
    st.datetimes(),
    st.sampled_from([0, 0, 14_400, -34_200]) | st.integers(-86_399, 86_399),
)


@given(ZONED)
def test_a_record_keeps_what_is_printed_and_the_offset(date: datetime) -> None:
    record = schema.to_record(Article("a", date=date), "root/file")
    article, origin = schema.from_record(record)
    assert article.date is not None
    assert (article.date.isoformat(), origin) == (date.isoformat(), "root/file")
    assert schema.to_record(article, origin) == record


@given(ZONED, ZONED)
def test_moments_compare_as_dates_do(one: datetime, other: datetime) -> None:
    assert (schema.moment_micros(one) < schema.moment_micros(other)) == (one < other)


def test_an_article_in_utc_has_the_record_that_it_always_had() -> None:
    record = b'["a","","",63723456000000000,[],"","",[],"","","","",null,{},"root/file"]'
    assert schema.to_record(Article("a", date=datetime(2020, 4, 26, tzinfo=UTC)), "root/file") == record
    article, _ = schema.from_record(record)
    assert article.date is not None and article.date.tzinfo is UTC
    undated = b'["a","","",null,[],"","",[],"","","","",null,{},""]'
    assert schema.to_record(Article("a"), "") == undated
    midnight = schema.to_record(Article("a", date=datetime(2020, 4, 26, tzinfo=EAST)), "root/file")
    assert midnight == record.removesuffix(b"]") + b",14400]"


@pytest.mark.parametrize("record", [b"{}", b"[]", b'["a"]', b"[" + b"0," * 16 + b"0]"])
def test_what_is_no_record(record: bytes) -> None:
    with pytest.raises(ValueError, match="no record"):
        schema.from_record(record)


@pytest.mark.parametrize(
    ("date", "message"),
    [
        (datetime(2020, 4, 26), "timezone-aware"),
        (datetime(2020, 4, 26, tzinfo=timezone(timedelta(microseconds=1))), "whole seconds"),
        ("2020-04-26", "must be a datetime; found str"),
    ],
)
def test_dates_that_no_index_can_hold(date: Any, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        schema.check(Article("a", date=date))


def test_any_aware_date_of_whole_seconds_can_be_held() -> None:
    for zone in (UTC, EAST, WEST, BERLIN_1890):
        article = Article("a", date=datetime(2020, 4, 26, tzinfo=zone))
        schema._check_fields(article)
        assert schema._is_plain(article)
