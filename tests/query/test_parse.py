from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.errors import QueryError
from searchkit.query import parse
from searchkit.query.nodes import Weighted

NOW = datetime(2020, 4, 29, 22, 30, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("peace talks", "peace AND talks"),
        ("the peace", "peace"),
        ("to be", "to OR be"),
        ("the who date:2020", "date:2020-01-01..2020-12-31"),
        ("US the war", "US AND war"),
        ("the OR peace", "the OR peace"),
        ("title:the peace", "title:the AND peace"),
        ("peace OR truce NOT war", "peace OR truce AND NOT war"),
        ("a &b |c !d", "a AND b OR c AND NOT d"),
        ("oil -iraq", "oil AND NOT iraq"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("“status quo” OR status-quo", '"status quo" OR "status quo"'),
        ("AT&T", '"AT T"'),
        ('"a b"~3^2', '"a b"~3^2'),
        ('="Peace Talks"', '"=Peace =Talks"'),
        ("title:(peace OR truce)", "title:peace OR title:truce"),
        ("topic:*", "topic:*"),
        ("words:>800", "words:801.."),
        ("id:a/b#3", 'id:"a/b#3"'),
        ('"wom?n * x"', '"wom?n * x"'),
        ("date:2020-04..", "date:2020-04-01.."),
        ("date:[2020-01-01 TO 2020-04-30}", "date:2020-01-01..2020-04-29"),
        ("date:>2020-04", "date:2020-05-01.."),
        ("date:2020-Q1", "date:2020-01-01..2020-03-31"),
        ("date:none", "date:none"),
        ("since:2020-04 until:2020-06", "date:2020-04-01.. AND date:..2020-06-30"),
        ("date:today", "date:2020-04-29"),
        ("date:yesterday", "date:2020-04-28"),
        ("date:7d..", "date:2020-04-23.."),
        ("date:last-week", "date:2020-04-20..2020-04-26"),
        ("date:last-month", "date:2020-03-01..2020-03-31"),
        ("date:2020-04-26T15:01", "date:[2020-04-26T15:01:00 TO 2020-04-26T15:02:00}"),
        ("date:2020-04-26T15:01Z", "date:[2020-04-26T15:01:00Z TO 2020-04-26T15:02:00Z}"),
        ("date:2020-04-26T15:01:07.5-0330", "date:[2020-04-26T15:01:07.5-03:30 TO 2020-04-26T15:01:07.6-03:30}"),
        ("since:2020-04-26T00:00+04:00", "date:2020-04-26T00:00:00+04:00.."),
        ("date:>=2020-04-26T00:00-00:00", "date:2020-04-26T00:00:00Z.."),
        ("date:..1890-05-01T12:00+00:53:28", "date:[ TO 1890-05-01T12:01:00+00:53:28}"),
        ("date:2020-04-26..2020-04-27T12:00:00Z", "date:[2020-04-26 TO 2020-04-27T12:00:01Z}"),
        ("date:[2020-04-26T23:30+04:00 TO 2020-04-26}", "date:[2020-04-26T23:30:00+04:00 TO 2020-04-26T00:00:00}"),
        ("date:{2020-04-27T00:00Z TO 2020-04-26T00:00}", "date:{0001-01-01 TO 0001-01-01}"),
        ("date:<0001-01-01", "date:{0001-01-01 TO 0001-01-01}"),
        ("date:<0001-01-01T00:00Z", "date:[ TO 0001-01-01T00:00:00Z}"),
        ("date:9999-12-31T23:59-12:00", "date:9999-12-31T23:59:00-12:00.."),
        ("date:now", "date:[2020-04-29T22:30:00Z TO 2020-04-29T22:30:00.000001Z}"),
    ],
)
def test_a_query_is_read_as(typed: str, read: str) -> None:
    query = parse(typed, now=NOW)
    assert str(query) == read
    assert parse(str(query), now=NOW) == query


def test_any_makes_words_or_and_still_restricts() -> None:
    assert str(parse("a1 b1 -c1 date:2020", match_any=True)) == "(a1 OR b1) AND NOT c1 AND date:2020-01-01..2020-12-31"


def test_a_time_zone_moves_what_is_relative() -> None:
    """Today only: days are printed days, whatever the zone."""
    for typed, read in (
        ("date:today", "date:2020-04-30"),
        ("date:7d..", "date:2020-04-24.."),
        ("date:this-month", "date:2020-04-01..2020-04-30"),
        ("date:2020-04-26", "date:2020-04-26"),
        ("date:2020-04-26T15:01", "date:[2020-04-26T15:01:00 TO 2020-04-26T15:02:00}"),
        ("date:now..", "date:2020-04-29T22:30:00Z.."),
    ):
        assert str(parse(typed, now=NOW, timezone="Asia/Baku")) == read


def test_literal_takes_all_words_as_words() -> None:
    assert str(parse("AND Corp -x title:y", literal=True)) == '"AND" AND Corp AND x AND "title y"'


@pytest.mark.parametrize(
    ("typed", "message", "column", "hint"),
    [
        ("auther:x", 'unknown field "auther"', 0, "did you mean author?"),
        ("a date:2020-13-01", '"2020-13-01" is not a date: there is no month 13', 7, None),
        ("date:2020-01-01T00:00+24:00", '"2020-01-01T00:00+24:00" is not a date', 5, None),
        ("date:2020-01-01T00:00+01:60", '"2020-01-01T00:00+01:60" is not a date', 5, None),
        (
            "date:2020-01-03..2020-01-01T23:59Z",
            'the range ends before it begins: "2020-01-03" comes after "2020-01-01T23:59Z"',
            5,
            None,
        ),
        ('a "b c', "a quote without its closing one", 2, ""),
        ("(a", 'a "(" without its ")"', 0, ""),
        ("a)", 'a ")" without its "("', 1, ""),
        ("a AND", "AND needs a word on its right", 2, ""),
        ("OR b", "OR needs a word on its left", 0, ""),
        ("--josn x", "two minus signs are no operator", 0, None),
        ("a^b", "a weight is a number above 0 and up to 1,000,000: word^2", 1, ""),
        ("=tal*", "= takes a word as written, without wildcards", 0, ""),
        ("%%", "the query holds no words", 0, "* finds everything"),
    ],
)
def test_an_error_has_its_column(typed: str, message: str, column: int, hint: str | None) -> None:
    with pytest.raises(QueryError) as caught:
        parse(typed)
    assert (caught.value.message, caught.value.column) == (message, column)
    assert hint is None or caught.value.hint == hint


def test_budgets() -> None:
    for typed in ("(" * 60 + "a" + ")" * 60, "a " * 2000, "a" * 30_000, "-(" * 80 + "a" + ")" * 80, "NOT " * 80 + "a"):
        with pytest.raises(QueryError):
            parse(typed)


PIECES = st.sampled_from(
    (
        'the of peace talks AND OR NOT ( ) " “ ” - ! & | = * ? ~ ~3 ^2 title: author: date: date:2020 2020-04 .. [ ] { } TO'
        + " words:>8 U.S. 1,655.8 café Ёлка AT&T id:x url:* topic:* none a'b's \u0301 \u00ad _ : , ½ İ ß"
        + " w/5 pre/3 not /s /p atleast2( a~ /x.y/ date:2020-04-26T15:01 T00:00 Z +04:00 date:2020-04-26T00:00-01:30.. since:now"
    ).split()
)


@given(st.lists(PIECES, max_size=8).flatmap(lambda parts: st.sampled_from([" ".join(parts), "".join(parts)])))
def test_reading_a_query_again_gives_the_same_tree(typed: str) -> None:
    try:
        query = parse(typed, now=NOW)
    except QueryError as error:
        assert 0 <= error.column <= len(typed)
        return
    assert parse(str(query), now=NOW) == query


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        query = parse(typed, now=NOW)
    except QueryError:
        return
    assert parse(str(query), now=NOW) == query


def test_a_query_that_comes_again_is_read_by_the_day_and_by_its_settings() -> None:
    """Trees are kept, but not of dates, which may count from today."""
    first, later = datetime(2020, 4, 26, tzinfo=UTC), datetime(2020, 4, 27, tzinfo=UTC)
    for text in ("peace date:today", "date:7d.. OR talks", "peace since:7d"):
        assert parse(text, now=first).root != parse(text, now=later).root
        assert parse(text, now=first).root == parse(text, now=first).root
    assert parse("the talks").left_out == ("the",) == parse("the talks").left_out
    assert parse("the talks", language="none").left_out == ()
    plain = parse("talks -peace OR war x")
    assert plain == parse("talks -peace OR war x")
    assert parse("talks -peace OR war x", match_any=True) != plain
    assert parse("talks -peace OR war x", exact=True) != plain
    assert parse("talks -peace OR war x", literal=True) != plain
    assert parse("talks -peace OR war x") == plain


@pytest.mark.parametrize(
    ("typed", "word", "use"),
    [
        ("woman or women", "or", "OR between words finds either"),
        ("woman Or women", "Or", "OR between words finds either"),
        ("title:(woman or women)", "or", "OR between words finds either"),
        ("peace not war", "not", "NOT before a word excludes it"),
        ("not war", "not", "NOT before a word excludes it"),
        ("peace and war OR truce", "and", "AND between words finds both"),
    ],
)
def test_an_operator_in_lower_case_is_a_word_with_a_note(typed: str, word: str, use: str) -> None:
    note = f'"{word}" is read as a word; {use}'
    assert parse(typed).notes == (note,) == parse(typed).notes  # the second is from the cache
    assert parse(typed, exact=True, match_any=True).notes == (note,)


@pytest.mark.parametrize("typed", ["woman OR women", '"woman or women"', "or women", "women or", "=or women", "a not w/5 b"])
def test_what_cannot_be_meant_as_an_operator_has_no_note(typed: str) -> None:
    assert parse(typed).notes == ()
    assert parse(typed, literal=True).notes == ()


def test_any_and_literal_do_what_both_say() -> None:
    assert str(parse("Rise AND -Shine", match_any=True, literal=True)) == 'Rise OR "AND" OR Shine'


@pytest.mark.parametrize("query", ["(url:*)^0.5", "(id:L/1*)^0.5", "(site:a.org)^2", "(topic:*)^3", "author:*^2"])
def test_weights_of_values_are_read_again(query: str) -> None:
    root = parse(query).root
    assert isinstance(root, Weighted)
    assert parse(str(root)).root == root


@pytest.mark.parametrize("pattern", ["a*" * 9, "a" + "?" * 100, "a" * 100 + "*", "peace " + "a*b*" * 5])
def test_wildcards_have_a_limit(pattern: str) -> None:
    """The engines would compare words with longer ones for long."""
    with pytest.raises(QueryError, match=r"at most 100 characters and 8 \*"):
        parse(f"{pattern}x")
    assert parse("a*" * 8)


@pytest.mark.parametrize(
    ("typed", "same"), [("（oil OR gas）opec", "(oil OR gas) opec"), ("title：oil", "title:oil"), ("＂a b＂", '"a b"')]
)
def test_signs_of_full_width(typed: str, same: str) -> None:
    assert parse(typed).root == parse(same).root
