from __future__ import annotations

import pytest

from searchkit.errors import OptionError, QueryError
from searchkit.query import parse

SAVED = {
    "oil": "crude OR petroleum",
    "talks": '"peace talks"',
    "both": "query:oil AND price",
    "noun": "the of",
    "spring-2020": "date:2020-03..2020-05",
    "titled": "title:peace",
    "a": "x query:b",
    "b": "query:c OR y",
    "c": "(query:a)",
    "self": "query:self",
    "broken": "peace (talks",
    "closed": "peace) talks",
    "holds-broken": "war query:broken",
    "blank": " ",
    "größe_2": "size",
}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("query:oil", "crude OR petroleum"),
        ("QUERY:oil", "crude OR petroleum"),
        ('query:"oil"', "crude OR petroleum"),
        ("query:oil price", "(crude OR petroleum) AND price"),
        ("price AND query:oil", "price AND (crude OR petroleum)"),
        ("price OR query:oil", "price OR crude OR petroleum"),
        ("(query:oil)", "crude OR petroleum"),
        ("price -query:oil", "price AND NOT (crude OR petroleum)"),
        ("NOT query:oil", "NOT (crude OR petroleum)"),
        ("query:both", "(crude OR petroleum) AND price"),
        ("query:oil w/5 price", "(crude OR petroleum) w/5 price"),
        ("price pre/3 query:talks", 'price pre/3 "peace talks"'),
        ("query:oil /s query:talks", '(crude OR petroleum) /s "peace talks"'),
        ("price not w/5 query:oil", "price not w/5 (crude OR petroleum)"),
        ("atleast3(query:oil)", "atleast3(crude OR petroleum)"),
        ("query:oil^2 price", "(crude OR petroleum)^2 AND price"),
        ("title:query:oil", "title:crude OR title:petroleum"),
        ("title:(query:oil price)", "(title:crude OR title:petroleum) AND title:price"),
        ("title:query:oil^2", "(title:crude OR title:petroleum)^2"),
        ("topic:atleast2(query:oil)", "atleast2(topic:crude OR topic:petroleum)"),
        ("query:spring-2020 peace", "date:2020-03-01..2020-05-31 AND peace"),
        ("query:titled w/5 title:talks", "title:peace w/5 title:talks"),
        ("query:größe_2", "size"),
        ("peace query:noun", "peace"),
        ("query:noun", "the OR of"),
    ],
)
def test_a_saved_query_stands_as_if_in_parentheses(typed: str, read: str) -> None:
    parsed = parse(typed, saved_queries=SAVED)
    assert str(parsed) == read
    assert parse(str(parsed)) == parsed


@pytest.mark.parametrize("typed", ["query:oil price", "query:both w", "price OR query:talks", "-query:oil x"])
@pytest.mark.parametrize("match_any", [False, True])
@pytest.mark.parametrize("exact", [False, True])
def test_it_is_the_tree_of_the_expanded_text(typed: str, match_any: bool, exact: bool) -> None:
    expanded = typed
    while "query:" in expanded:
        for name, text in SAVED.items():
            expanded = expanded.replace(f"query:{name}", f"({text})")
    parsed = parse(typed, match_any=match_any, exact=exact, saved_queries=SAVED)
    assert parsed == parse(expanded, match_any=match_any, exact=exact)


@pytest.mark.parametrize(
    ("typed", "message", "text", "column", "length"),
    [
        ("x query:oyl", 'there is no saved query "oyl"', "x query:oyl", 8, 3),
        ('query:""', "query: needs the name of a saved query", 'query:""', 6, 2),
        ("querry:oil", 'unknown field "querry"', "querry:oil", 0, 6),
        ("query:(oil)", "query: needs the name of a saved query", "query:(oil)", 6, 1),
        ("query:oil,", '"oil," is no name of a saved query', "query:oil,", 6, 4),
        ("query:a", 'in the saved query "c": saved queries stand in a circle: a -> b -> c -> a', "(query:a)", 7, 1),
        ("query:self", 'in the saved query "self": saved queries stand in a circle: self -> self', "query:self", 6, 4),
        ("query:broken", 'in the saved query "broken": a "(" without its ")"', "peace (talks", 6, 1),
        ("(query:closed)", 'in the saved query "closed": a ")" without its "("', "peace) talks", 5, 1),
        ("query:holds-broken", 'in the saved query "broken": a "(" without its ")"', "peace (talks", 6, 1),
        ("query:blank", 'in the saved query "blank": the query holds no words', " ", 0, 1),
        ("title:(query:titled)", 'in the saved query "titled": a field (title:) inside a field', "title:peace", 0, 6),
        ("query:both w/5 x", "AND) cannot stand inside w/5 (query:both is (crude OR petroleum) AND price)", "query:both w/5 x", 0, 10),
        ("x w/5 query:spring-2020", "cannot stand inside w/5", "x w/5 query:spring-2020", 6, 17),
        ("query:oil w/5 query:titled", "(query:oil is crude OR petroleum; query:titled is title:peace)", "query:oil w/5 query:titled", 10, 3),
    ],
)  # fmt: skip
def test_errors_have_the_text_that_they_are_in(typed: str, message: str, text: str, column: int, length: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(typed, saved_queries=SAVED)
    assert message in caught.value.message
    assert (caught.value.query, caught.value.column, caught.value.length) == (text, column, length)


@pytest.mark.parametrize(
    ("saved", "hint"),
    [
        (SAVED, "did you mean oil?"),
        ({"zebra": "x", "yak": "y"}, "there are yak, zebra"),
        ({str(number): "x" for number in range(10, 30)}, "there are 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, ..."),
        ({}, "no query is saved"),
        (None, "no query is saved"),
    ],
)
def test_an_unknown_name_has_a_hint(saved: dict[str, str] | None, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse("query:oyl", saved_queries=saved)
    assert caught.value.hint == hint


def test_the_budget_holds_for_what_saved_queries_stand_for() -> None:
    saved = {f"n{number}": f"query:n{number + 1} query:n{number + 1}" for number in range(20)} | {"n20": "x"}
    with pytest.raises(QueryError, match="more than 1000 words, phrases and groups"):
        parse("query:n0", saved_queries=saved)
    deep = {f"n{number}": f"query:n{number + 1}" for number in range(60)} | {"n60": "x"}
    with pytest.raises(QueryError, match="more than 50 parentheses and NOTs inside each other"):
        parse("query:n0", saved_queries=deep)
    with pytest.raises(QueryError, match='the saved query "long" has 20,001 characters, more than 20,000'):
        parse("query:long", saved_queries={"long": "x" * 20_001})


def test_other_saved_queries_are_another_query() -> None:
    """The cache of trees does not know them."""
    for text in ("war", "peace", "talks"):
        for _ in range(2):
            assert str(parse("query:q x", saved_queries={"q": text})) == f"{text} AND x"
    with pytest.raises(QueryError):
        parse("query:q x")


def test_what_was_used_is_known() -> None:
    assert parse("query:both x", saved_queries=SAVED).saved == {"both": SAVED["both"], "oil": SAVED["oil"]}
    assert parse("oil x", saved_queries=SAVED).saved == {}


def test_relative_dates_in_it_are_not_kept() -> None:
    from datetime import UTC, datetime

    for day in (1, 2):
        parsed = parse("query:q", now=datetime(2020, 4, day, tzinfo=UTC), saved_queries={"q": "date:today"})
        assert str(parsed) == f"date:2020-04-0{day}"


def test_a_saved_query_is_text() -> None:
    with pytest.raises(OptionError, match="a saved query must be text; q is int"):
        parse("query:q", saved_queries={"q": 5})  # type: ignore[dict-item]


def test_literally_it_is_words() -> None:
    assert str(parse("query:oil", literal=True, saved_queries=SAVED)) == '"query oil"'


def test_before_a_blank_it_is_a_word() -> None:
    parsed = parse("query: oil", saved_queries=SAVED)
    assert str(parsed) == "query AND oil"
    assert parsed.notes == ("query: before a blank is read as a word; query:word searches the field",)


def test_function_words_and_notes_of_it_are_those_of_the_query() -> None:
    parsed = parse("peace query:q", saved_queries={"q": "oil and the gas"})
    assert (str(parsed), parsed.left_out) == ("peace AND oil AND gas", ("and", "the"))
    assert parsed.notes == parse("peace (oil and the gas)").notes
    assert parsed.notes
