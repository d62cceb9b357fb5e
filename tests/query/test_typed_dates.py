"""Dates as people type them: what is read, and what is an error that says how to write it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis.analyzer import LANGUAGES
from searchkit.date_words import MONTHS, doubtful_months, fold
from searchkit.errors import QueryError
from searchkit.query import parse

NOW = datetime(2020, 4, 29, 22, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("26/04/2020", "2020-04-26"),
        ("04/26/2020", "2020-04-26"),
        ("04/04/2020", "2020-04-04"),
        ("26-04-2020", "2020-04-26"),
        ("26.04.2020", "2020-04-26"),
        ("03.04.2020", "2020-04-03"),  # with dots the day stands first
        ("26. 4. 2020", "2020-04-26"),
        ("2020/04/26", "2020-04-26"),
        ("2020.04", "2020-04-01..2020-04-30"),
        ("04/2020", "2020-04-01..2020-04-30"),
        ("20200426", "2020-04-26"),
        ("20200501", "2020-05-01"),
        ("20200426T1501", "[2020-04-26T15:01:00 TO 2020-04-26T15:02:00}"),
        ("20200426T150107Z", "[2020-04-26T15:01:07Z TO 2020-04-26T15:01:08Z}"),
        ("26 April 2020", "2020-04-26"),
        ("26th of april, 2020", "2020-04-26"),
        ("April 26, 2020", "2020-04-26"),
        ("Apr. 26th 2020", "2020-04-26"),
        ("2020 April 26", "2020-04-26"),
        ("26-Apr-2020", "2020-04-26"),
        ("Sunday, 26 April 2020", "2020-04-26"),
        ("dim. 26 avril 2020", "2020-04-26"),
        ("вс, 26 апреля 2020", "2020-04-26"),
        ("Sun, 26 Apr 2020 15:01:07 GMT", "[2020-04-26T15:01:07Z TO 2020-04-26T15:01:08Z}"),
        ("2020-04-26T15:01:07.123456789Z", "[2020-04-26T15:01:07.123456Z TO 2020-04-26T15:01:07.123457Z}"),
        ("> 26/04/2020", "2020-04-27.."),
        ("2019.. 2020", "2019-01-01..2020-12-31"),
        ("2019 .. 2020", "2019-01-01..2020-12-31"),
        ("2019.. April 2020", "2019-01-01..2020-04-30"),
        ("26 April 2020 15:01", "[2020-04-26T15:01:00 TO 2020-04-26T15:02:00}"),
        ("April 26, 2020, 15:01 +04:00", "[2020-04-26T15:01:00+04:00 TO 2020-04-26T15:02:00+04:00}"),
        ("April 2020", "2020-04-01..2020-04-30"),
        ("avril 2020", "2020-04-01..2020-04-30"),
        ("26. März 2020", "2020-03-26"),
        ("26 апреля 2020 года", "2020-04-26"),
        ("26 de abril de 2020", "2020-04-26"),
        ("2020年4月26日", "2020-04-26"),
        ("2020年4月", "2020-04-01..2020-04-30"),
        ("Q1 2020", "2020-01-01..2020-03-31"),
        ("2020Q1", "2020-01-01..2020-03-31"),
        ("2020-W17", "2020-04-20..2020-04-26"),
        ("1990s", "1990-01-01..1999-12-31"),
        ("last week", "2020-04-20..2020-04-26"),
        ("Last Week", "2020-04-20..2020-04-26"),
        ("this month", "2020-04-01..2020-04-30"),
        ("last quarter", "2020-01-01..2020-03-31"),
        ("previous year", "2019-01-01..2019-12-31"),
        ("past 7 days", "2020-04-23..2020-04-29"),
        ("last 2 weeks", "2020-04-16..2020-04-29"),
        ("past month", "2020-03-30..2020-04-29"),
        ("7 days ago", "2020-04-22"),
        ("2 months ago", "2020-02-29"),
        ("two weeks ago", "2020-04-15"),
        ("a-year-ago", "2019-04-29"),
        ("past three months", "2020-01-30..2020-04-29"),
        ("7 days..", "2020-04-23.."),
        ("April..June 2020", "2020-04-01..2020-06-30"),
        ("1.4. - 26.4.2020", "2020-04-01..2020-04-26"),
        ("1.4...26.4.2020", "2020-04-01..2020-04-26"),
        ("20/4..26/4/2020", "2020-04-20..2020-04-26"),
        ("1 April .. 26 April 2020", "2020-04-01..2020-04-26"),
        ("April 2020..", "2020-04-01.."),
        (">=26/04/2020", "2020-04-26.."),
        ("2020-04-01 to 2020-04-26", "2020-04-01..2020-04-26"),
        ("from April 2020 until June 2020", "2020-04-01..2020-06-30"),
        ("2019 - 2020", "2019-01-01..2020-12-31"),
        ("2019 – 2020", "2019-01-01..2020-12-31"),
        ("2019...2020", "2019-01-01..2020-12-31"),
        ("1 to 15 March 2020", "2020-03-01..2020-03-15"),
        ("10 until 15 March 2020", "2020-03-10..2020-03-15"),
        ("1..15 March 2020", "2020-03-01..2020-03-15"),
        ("13 - 15 March 2020", "2020-03-13..2020-03-15"),
        ("1 – 15 March 2020", "2020-03-01..2020-03-15"),
        ("1-15 March 2020", "2020-03-01..2020-03-15"),
        ("1st–15th of March, 2020", "2020-03-01..2020-03-15"),
        ("from 1st to 15th March 2020", "2020-03-01..2020-03-15"),
        ("1.-15.3.2020", "2020-03-01..2020-03-15"),
        ("March 1 to 15, 2020", "2020-03-01..2020-03-15"),
        ("March 1-15, 2020", "2020-03-01..2020-03-15"),
        ("1..3/2020", "2020-01-01..2020-03-31"),  # months
    ],
)
def test_a_date_is_read_as(typed: str, read: str) -> None:
    query = parse(f'date:"{typed}"', now=NOW)
    assert str(query) == f"date:{read}"
    assert parse(str(query), now=NOW) == query
    # A shell removes the quotes.
    if not typed.startswith("2020 ") and not typed.endswith(" года"):
        assert parse(f"peace date:{typed} talks", now=NOW) == parse(f"peace date:{read} talks", now=NOW)


@pytest.mark.parametrize(
    ("typed", "message", "hint"),
    [
        ("03/04/2020", '"03/04/2020" is 3 April or 4 March 2020', "write 2020-04-03 or 2020-03-04"),
        ("03-04-2020", '"03-04-2020" is 3 April or 4 March 2020', "write 2020-04-03 or 2020-03-04"),
        ("31/02/2020", '"31/02/2020" is not a date: February 2020 has no day 31', "expected"),
        ("26/04/20", '"26/04/20" has a year of two digits', "write 2020-04-26 or 2026-04-20"),
        ("26.04.87", '"26.04.87" has a year of two digits', "write 1987-04-26"),
        ("26 April 20", '"26 April 20" has a year of two digits', 'write "26 April 2020"'),
        ("26 April", '"26 April" has no year', 'write "26 April 2020"'),
        ("26 May", '"26 May" has no year', 'write "26 May 2019"'),
        ("April", '"April" has no year', 'write "April 2020"'),
        ("26/04", '"26/04" has no year', "expected"),
        ("Monday, 26 April 2020", "has another weekday than 26 April 2020", 'write "26 April 2020"'),
        ("lundi 26 avril 2020", "has another weekday than 26 April 2020", 'write "26 April 2020"'),
        ("202004", '"202004" is not a date', "write 2020-04"),
        ("200426", '"200426" is not a date', "write 2020-04-26"),
        ("201204", '"201204" is not a date', "write 2012-04 or 2020-12-04"),
        ("20201301", '"20201301" is not a date: there is no month 13', "expected"),
        ("2020-13", '"2020-13" is not a date: there is no month 13', "expected"),
        ("2020-02-30", '"2020-02-30" is not a date: February 2020 has no day 30', "expected"),
        ("2020-W54", '"2020-W54" is not a date: 2020 has no week 54', "expected"),
        ("0000", '"0000" is not a date: there is no year 0', "expected"),
        ("2020-2021", '"2020-2021" is not a date', "a range is 2020..2021"),
        ("2019/2020", '"2019/2020" is not a date', "a range is 2019..2020"),
        ("April-June 2020", '"April-June 2020" is not a date', 'a range is April.."June 2020"'),
        ("2020-04-01/2020-04-30", '"2020-04-01/2020-04-30" is not a date', "a range is 2020-04-01..2020-04-30"),
        ("20200401-20200430", '"20200401-20200430" is not a date', "a range is 20200401..20200430"),
        ("1.4.-26.4.2020", '"1.4.-26.4.2020" is not a date', "a range is 1.4..26.4.2020"),
        ("NOW-3DAY", '"NOW-3DAY" is not a date', "write 3d.."),
        ("now-1M/d", '"now-1M/d" is not a date', "write 1m.."),
        ("7d", '"7d" is a point in time', "for the time since then write 7d.."),
        ("7 days", '"7 days" is a point in time', "for the time since then write 7d.."),
        ("two weeks", '"two weeks" is a point in time', "for the time since then write 2w.."),
        ("2020-05-01..2020-04-01", "the range ends before it begins", "write 2020-04-01..2020-05-01"),
        ("May 2020..April 2020", "the range ends before it begins", 'write "April 2020".."May 2020"'),
        ("May..April 2020", "the range ends before it begins", 'write "April 2020".."May 2020"'),
        ("15..1 March 2020", "the range ends before it begins", 'write "1 March 2020"..2020-03-15'),
        ("1 to March 2020", '"1" is not a date', 'days of a month are "1..15 March 2020"'),
        ("1..2020", '"1" is not a date', 'days of a month are "1..15 March 2020"'),
        ("10 to 7 days ago", '"10" is not a date', 'days of a month are "1..15 March 2020"'),
        ("1-15 March", '"1-15 March" has no year', 'write "1-15 March 2020"'),
        ("March 1-15", '"March 1-15" has no year', 'write "March 1-15 2020"'),
        ("March 2020 to", '"March 2020 to" is not a date', "expected"),
        ("March 1 to 15", '"15" is not a date', "expected"),
        ("0d..", '"0d" is no span of time', "1d is today"),
        ("9999y..", '"9999y" lies beyond the years 1 to 9999', "expected"),
        ("soon", '"soon" is not a date', "expected 2020, 2020-04,"),
        ("26 foo 2020", '"26 foo 2020" is not a date', "expected"),
        ("April 26 27 2020", '"April 26 27 2020" is not a date', "expected"),
        ("April May 2020", '"April May 2020" is not a date', "expected"),
        ("2020-04-26T25:00", '"2020-04-26T25:00" is not a date', "expected"),
        ("April 2020 15:01", '"April 2020 15:01" is not a date', "expected"),
        ("..", "a range needs a date on at least one side", "expected"),
        ("x" * 200, " is not a date", "expected"),
    ],
)
def test_what_is_no_date_says_what_to_write(typed: str, message: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(f'peace date:"{typed}"', now=NOW)
    assert message in caught.value.message
    assert caught.value.hint.startswith(hint)
    assert (caught.value.column, caught.value.length) == (len("peace date:"), len(typed) + 2)
    written = caught.value.hint.removeprefix("write ").removeprefix("a range is ").removeprefix("days of a month are ")
    if written != caught.value.hint:  # it can be pasted
        for one in written.split(" or "):
            parse(f"date:{one}", now=NOW)


@pytest.mark.parametrize(
    ("typed", "column", "length"),
    [
        ("date:[NOW-3DAY TO NOW]", 5, 17),
        ("date:[2020-05-01 TO 2020-04-01]", 5, 26),
        ("date:{2020-05-01 TO 2020-04-01}", 5, 26),
        ("peace date:26 people", 11, 2),
        ("date:(since)", 6, 5),
        ("date:[2020 TO 2021", 5, 1),
        ('date:"2020', 5, 1),
        ('date:""', 5, 2),
        ("since:2020..", 6, 6),
        ("until:none", 6, 4),
    ],
)
def test_the_place_of_what_is_no_date(typed: str, column: int, length: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(typed, now=NOW)
    assert (caught.value.column, caught.value.length) == (column, length)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ('date:"26 April 2020".."30 April 2020" x', "date:2020-04-26..2020-04-30 AND x"),
        ('date:2020-04.."June 2020"', "date:2020-04-01..2020-06-30"),
        ('date:>="April 2020"^2', "date:2020-04-01..^2"),
        ("date:26 April 2020^2 x", "date:2020-04-26^2 AND x"),
        ("date:[2020 TO 2021]^2", "date:2020-01-01..2021-12-31^2"),
        ("date:(26 April 2020 OR 2019)", "date:2020-04-26 OR date:2019-01-01..2019-12-31"),
        ("date:([2019-01 TO 2019-02] OR 2018)", "date:2019-01-01..2019-02-28 OR date:2018-01-01..2018-12-31"),
        ('date:("April 2020" OR "March 2020")', "date:2020-04-01..2020-04-30 OR date:2020-03-01..2020-03-31"),
        ("NOT date:26 April 2020 x", "NOT date:2020-04-26 AND x"),
        ('since:"26 April 2020" until:last week', "date:2020-04-26.. AND date:..2020-04-26"),
        # The fewest words that are a date; a date of one word is never made longer by words.
        ("date:April 2020 26 killed", "date:2020-04-01..2020-04-30 AND 26 AND killed"),
        ("date:26 April 2020 in Baku", "date:2020-04-26 AND Baku"),
        ("date:2020 may", "date:2020-01-01..2020-12-31 AND may"),
        ("date:2020.. Baku 26", "date:2020-01-01.. AND Baku AND 26"),
        ("date:2020.. 26 people", "date:2020-01-01.. AND 26 AND people"),
        ("date:2020 to Baku", "date:2020-01-01..2020-12-31 AND Baku"),
        ("date:April 2020 to June 2020 x", "date:2020-04-01..2020-06-30 AND x"),
        ("date:from April 2020 until June 2020 x", "date:2020-04-01..2020-06-30 AND x"),
        ("date:1 April 2020 to 5 April 2020 x", "date:2020-04-01..2020-04-05 AND x"),
        ("date:April 13, 2020 – April 30, 2020 x", "date:2020-04-13..2020-04-30 AND x"),
        ("date:1 April 2020 .. 5 April 2020 x", "date:2020-04-01..2020-04-05 AND x"),
        ("date:April 2020 to Baku", "date:2020-04-01..2020-04-30 AND Baku"),
        ("since:2 weeks ago x", "date:2020-04-15.. AND x"),
        ("since:7 days ago", "date:2020-04-22.."),
        ("until:a week ago x", "date:..2020-04-22 AND x"),
        ("after:2 days ago x", "date:2020-04-28.. AND x"),
        ("before:2 days ago x", "date:..2020-04-26 AND x"),
        ("x date:'April 2020' y", "x AND date:2020-04-01..2020-04-30 AND y"),
        ("x since:‘April 2020’ y", "x AND date:2020-04-01.. AND y"),
        ("date:'April 2020'..'June 2020' y", "date:2020-04-01..2020-06-30 AND y"),
        ("date:('April 2020' OR 2019)", "date:2020-04-01..2020-04-30 OR date:2019-01-01..2019-12-31"),
        ("date:2020-04-26 15:01", "date:[2020-04-26T15:01:00 TO 2020-04-26T15:02:00}"),
    ],
)
def test_where_a_date_ends(typed: str, read: str) -> None:
    assert str(parse(typed, now=NOW)) == read


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"none"}))
def test_the_months_of_every_language_of_an_index(language: str) -> None:
    for number, names in enumerate(MONTHS[language].split(), 1):
        for name in names.split("/"):
            if fold(name) not in doubtful_months():
                assert str(parse(f'date:"26 {name} 2020"', language=language)) == f"date:2020-{number:02}-26"


def test_a_year_before_a_month_is_noted() -> None:
    note = '2020 is read as the year, and April as a word; in quotes they are one date: "2020 April"'
    assert parse("peace date:2020 April 26").notes == (note,)
    assert parse('date:2020 marching date:2020 peace date:"2020 April" date:2020').notes == ()


def test_a_year_after_a_date_and_or_is_noted() -> None:
    note = "2021 is read as a word; date:(2019-04 OR 2021) finds either"
    assert parse("peace date:2019-04 OR 2021").notes == (note,)
    assert parse("date:(2020 OR 2021) OR date:2019 OR peace 2018").notes == ()


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("date:2019-04 OR 2019-05", "2019-05 is read as words; date:(2019-04 OR 2019-05) finds either"),
        ("date:May 2019 OR June 2019 x", "June 2019 is read as words; date:(May 2019 OR June 2019) finds either"),
        ("since:2019-04 OR 2019-05", "2019-05 is read as words; since:(2019-04 OR 2019-05) finds either"),
        ("date:2019 NOT 2019-05", "2019-05 is read as words; date:2019-05 is the date"),
        ("date:2019 AND May 2019", "May 2019 is read as words; date:May 2019 is the date"),
    ],
)
def test_a_date_without_its_field_behind_a_date_is_noted(typed: str, note: str) -> None:
    assert parse(typed, now=NOW).notes == (note,)
    (advised,) = (part for part in note.removesuffix(" finds either").removesuffix(" is the date").split("; ")[1:])
    assert parse(f"x {advised}", now=NOW).notes == ()


@pytest.mark.parametrize(
    "typed", ["date:2019 AND 2020", "date:2019 NOT peace 2019-05", "date:2019 OR date:May 2019", "x OR 2019-05"]
)
def test_what_is_no_date_behind_a_date_is_not_noted(typed: str) -> None:
    assert parse(typed, now=NOW).notes == ()


@pytest.mark.parametrize(
    "typed",
    ["1 April 2020 to 5 April 2020", "April 2020 to 5 April 2020", "2019..2020", "April..June 2020", "1 - 5 April 2020"],
)
def test_a_range_behind_since_is_an_error_that_names_a_form(typed: str) -> None:
    for value in (typed, f'"{typed}"'):
        with pytest.raises(QueryError) as caught:
            parse(f"peace since:{value} talks", now=NOW)
        assert caught.value.message == f'"{typed}" is a range, and since takes one date'
        assert caught.value.hint == f'write date:"{typed}", or one date each for since and until'
        assert (caught.value.column, caught.value.length) == (len("peace since:"), len(value))


def test_a_month_that_a_shell_left_of_a_date_is_told_to_need_quotes() -> None:
    with pytest.raises(QueryError) as caught:
        parse("2020", since="March")
    assert (caught.value.message, caught.value.hint) == (
        'since: "March" has no year',
        "a date of several words, with its year, stands in quotes",
    )


def test_since_and_until_take_typed_dates() -> None:
    assert str(parse("a", since="26/04/2020", until="last month", now=datetime(2020, 6, 1, tzinfo=UTC))) == (
        "a AND date:2020-04-26.. AND date:..2020-05-31"
    )
    with pytest.raises(QueryError) as caught:
        parse("a", since="03/04/2020")
    assert (caught.value.message, caught.value.hint) == (
        'since: "03/04/2020" is 3 April or 4 March 2020',
        "write 2020-04-03 or 2020-03-04",
    )
    with pytest.raises(QueryError, match="no date is both since 2020-05 and until 2020-04"):
        parse("a", since="2020-05", until="2020-04")


WORDS = st.sampled_from(
    [
        "26",
        "April",
        "2020",
        "04",
        "/",
        "-",
        ".",
        "..",
        ",",
        "to",
        "at",
        "15:01",
        "Z",
        "last",
        "week",
        "7",
        "days",
        "ago",
        "d",
        "W17",
        "Q1",
        ">",
        "=",
        "[",
        "]",
        "TO",
        '"',
        "年",
        "月",
        "'",
        "0",
        "99999",
    ]
)


@given(st.lists(st.tuples(WORDS, st.sampled_from(["", " "])), min_size=1, max_size=7))
def test_a_date_is_read_and_written_or_is_an_error(words: list[tuple[str, str]]) -> None:
    typed = "date:" + "".join(word + blank for word, blank in words)
    try:
        query = parse(typed, now=NOW)
    except QueryError as error:
        assert 0 <= error.column <= len(typed)
        return
    assert parse(str(query), now=NOW) == query


def test_what_since_expects_has_no_ranges() -> None:
    for typed in ("since:none", "until:7d..", "since:soon"):
        with pytest.raises(QueryError) as caught:
            parse(typed)
        for form in caught.value.hint.removeprefix("expected ").split(", "):
            parse(f"since:{form} until:{form}")
