from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus.fields import parse_date, parse_names


@pytest.mark.parametrize(
    "text",
    [
        "2020-04-26",
        "2020/4/26",
        "20200426",
        "26.04.2020",
        "26. 4. 2020",
        "26/04/2020",
        "04/26/2020",
        "26 April 2020",
        "26th of April 2020",
        "April 26, 2020",
        "Sunday, April 26, 2020",
        "Apr. 26 2020",
        "26. April 2020",
        "dimanche, 26 avril 2020",
        "26 de abril de 2020",
        "26 aprile 2020",
        "26 апреля 2020 г.",
        "26 Nisan 2020",
        "26 aprel 2020",
        "26-APR-2020",
    ],
)
def test_parse_date_of_a_day(text: str) -> None:
    assert parse_date(text) == datetime(2020, 4, 26, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("1er février 2020", 2),
        ("1. März 2020", 3),
        ("1 мая 2020", 5),
        ("1º de junho de 2020", 6),
        ("1 août 2020", 8),
        ("1 AĞUSTOS 2020", 8),
        ("1 EYLÜL 2020", 9),
        ("1 EKİM 2020", 10),
        ("1 Kasım 2020", 11),
        ("1 dekabr 2020", 12),
        ("1 diciembre 2020", 12),
    ],
)
def test_parse_date_month_names(text: str, month: int) -> None:
    assert parse_date(text) == datetime(2020, month, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-04-26T15:01:01Z", datetime(2020, 4, 26, 15, 1, 1, tzinfo=UTC)),
        ("2020-04-26 15:01:01 +0400", datetime(2020, 4, 26, 11, 1, 1, tzinfo=UTC)),
        ("2020-04-26T01:00:00+04:00", datetime(2020, 4, 25, 21, 0, tzinfo=UTC)),
        ("Sun, 26 Apr 2020 10:00:00 EST", datetime(2020, 4, 26, 15, 0, tzinfo=UTC)),
        ("April 26, 2020 3:45 PM EDT", datetime(2020, 4, 26, 19, 45, tzinfo=UTC)),
        ("April 26, 2020 at 12 a.m.", datetime(2020, 4, 26, 0, 0, tzinfo=UTC)),
        ("26.04.2020 14:30", datetime(2020, 4, 26, 14, 30, tzinfo=UTC)),
        ("26-FEB-1987 15:01:01.79", datetime(1987, 2, 26, 15, 1, 1, tzinfo=UTC)),
        ("31-MAR-1987 605:12:19.12", datetime(1987, 3, 31, tzinfo=UTC)),
        ("April 26, 2020 10:00 XYZ", datetime(2020, 4, 26, tzinfo=UTC)),
    ],
)
def test_parse_date_with_a_time(text: str, moment: datetime) -> None:
    assert parse_date(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2020",
        "12",
        "04/05/2020",
        "2020-13-01",
        "31.02.2020",
        "32 May 2020",
        "26 Smarch 2020",
        "26 April 2020 was a turning point",
        "2020-04-26 and after",
        "1587859200",
        "9 2020 3pm",
    ],
)
def test_parse_date_refuses(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Akbar Mammadov", ("Akbar Mammadov",)),
        ("by: Ann Lee, Bo Ek and Cy Oz", ("Ann Lee", "Bo Ek", "Cy Oz")),
        ("Ann  Lee & Bo Ek; Cy Oz, and Di Ray.", ("Ann Lee", "Bo Ek", "Cy Oz", "Di Ray")),
        ("Byron Anderson", ("Byron Anderson",)),
        ("Martin Luther King, Jr. and J. R. R. Tolkien", ("Martin Luther King, Jr.", "J. R. R. Tolkien")),
        ("Ann Lee, Ann Lee", ("Ann Lee",)),
        ("By", ()),
        ("", ()),
    ],
)
def test_parse_names(text: str, names: tuple[str, ...]) -> None:
    assert parse_names(text) == names


@given(
    st.text(max_size=60)
    | st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,9}[-/. ,]{1,2}[0-9]{1,4}([ T][0-9:.+A-Z]{1,14})?", fullmatch=True)
)
def test_any_text_is_a_date_or_none(text: str) -> None:
    date = parse_date(text)
    assert date is None or date.tzinfo is UTC
    parse_names(text)


@given(st.datetimes(min_value=datetime(1000, 1, 1)))
def test_parse_date_reads_what_isoformat_writes(moment: datetime) -> None:
    assert parse_date(moment.isoformat()) == moment.replace(tzinfo=UTC)
