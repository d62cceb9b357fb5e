"""Proximity, atleast, fuzzy words and regular expressions: their trees, and the columns of
errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.errors import QueryError
from searchkit.query import parse
from searchkit.query.nodes import (
    And,
    AtLeast,
    Fuzzy,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Regex,
    SpanNode,
    Together,
    Weighted,
    Wildcard,
    Word,
    leaves,
)

A, B, C = Word("a1"), Word("b1"), Word("c1")


@pytest.mark.parametrize(
    ("typed", "tree", "written"),
    [
        ("a1 w/5 b1", Near(A, B, 5), "a1 w/5 b1"),
        ("a1 W/5 b1", Near(A, B, 5), "a1 w/5 b1"),
        ("a1 NEAR/12 b1", Near(A, B, 12), "a1 w/12 b1"),
        ("a1 pre/5 b1", Near(A, B, 5, True), "a1 pre/5 b1"),
        ("a1 ADJ/1 b1", Near(A, B, 1, True), "a1 pre/1 b1"),
        ("a1 not w/5 b1", NotNear(A, B, 5), "a1 not w/5 b1"),
        ("a1 NOT  Near/99 b1", NotNear(A, B, 99), "a1 not w/99 b1"),
        ("a1 /s b1", Together(A, B, "sentence"), "a1 /s b1"),
        ("a1 /P b1", Together(A, B, "paragraph"), "a1 /p b1"),
        ("a1 w/5 b1 /s c1", Together(Near(A, B, 5), C, "sentence"), "a1 w/5 b1 /s c1"),
        ("a1 w/5 (b1 /s c1)", Near(A, Together(B, C, "sentence"), 5), "a1 w/5 (b1 /s c1)"),
        ("(a1 OR b1) w/5 c1", Near(Or((A, B)), C, 5), "(a1 OR b1) w/5 c1"),
        ("a1 w/5(b1 | c1)", Near(A, Or((B, C)), 5), "a1 w/5 (b1 OR c1)"),
        ("a1 w/5 b1 c1", And((Near(A, B, 5), C)), "a1 w/5 b1 AND c1"),
        ("c1 OR a1 w/5 b1", Or((C, Near(A, B, 5))), "c1 OR a1 w/5 b1"),
        ("NOT a1 w/5 b1", Not(Near(A, B, 5)), "NOT a1 w/5 b1"),
        ("-a1 w/5 b1", Not(Near(A, B, 5)), "NOT a1 w/5 b1"),
        ("(a1 w/5 b1)^2", Weighted(Near(A, B, 5), 2.0), "(a1 w/5 b1)^2"),
        ("the w/5 of", Near(Word("the"), Word("of"), 5), "the w/5 of"),
        ("the a1 w/5 the", Near(A, Word("the"), 5), "a1 w/5 the"),
        ('"a1 b1" w/2 c1*', Near(Phrase((A, B)), Wildcard("c1*"), 2), '"a1 b1" w/2 c1*'),
        ("a1-b1 w/2 =C1", Near(Phrase((A, B)), Word("C1", exact=True), 2), '"a1 b1" w/2 =C1'),
        ('"not" w/5 b1', Near(Word("not"), B, 5), '"not" w/5 b1'),
        ("title:(a1 w/5 b1)", Near(Word("a1", "title"), Word("b1", "title"), 5), "title:a1 w/5 title:b1"),
        ("author:(a1 /p b1)", Together(Word("a1", "author"), Word("b1", "author"), "paragraph"), "author:a1 /p author:b1"),
        ("atleast3(a1)", AtLeast(3, A), "atleast3(a1)"),
        ("ATLEAST999(a1 OR b1)^2", Weighted(AtLeast(999, Or((A, B))), 2.0), "atleast999(a1 OR b1)^2"),
        ("title:atleast2(the)", AtLeast(2, Word("the", "title")), "atleast2(title:the)"),
        ("atleast2(a1 w/3 b1)", AtLeast(2, Near(A, B, 3)), "atleast2(a1 w/3 b1)"),
        ("Karabakh~", Fuzzy("karabakh", 1), "karabakh~"),
        ("café~1", Fuzzy("cafe", 1), "cafe~"),
        ("title:U.S.~2^3", Weighted(Fuzzy("us", 2, "title"), 3.0), "title:us~2^3"),
        ("a1~ w/3 /b.*/", Near(Fuzzy("a1", 1), Regex("b.*"), 3), "a1~ w/3 /b.*/"),
        ("/colou?rs?/", Regex("colou?rs?"), "/colou?rs?/"),
        (r"(/(a|b)c\/d/) x", And((Regex(r"(a|b)c\/d"), Word("x"))), r"/(a|b)c\/d/ AND x"),
        ("title:/a+/^2", Weighted(Regex("a+", "title"), 2.0), "title:/a+/^2"),
        ("/s/ /s /p/", Together(Regex("s"), Regex("p"), "sentence"), "/s/ /s /p/"),
        ("/usr/local/bin", Phrase((Word("usr"), Word("local"), Word("bin"))), '"usr local bin"'),
        ('"karabakh~"', Word("karabakh"), "karabakh"),
        ("id:a~2", None, 'id:"a~2"'),
        ("url:/x/", None, 'url:"/x/"'),
    ],
)
def test_what_is_read(typed: str, tree: Node | None, written: str) -> None:
    query = parse(typed)
    assert tree is None or query.root == tree
    assert str(query) == written
    assert parse(written) == query


def test_words_side_by_side_in_parentheses_with_any() -> None:
    assert parse("(a1 b1) w/5 c1", match_any=True).root == Near(Or((A, B)), C, 5)


def test_literal_and_quotes_take_operators_as_words() -> None:
    assert str(parse("a1 w/5 b1~", literal=True)) == 'a1 AND "w 5" AND b1'
    assert str(parse('"a1 w/5 b1 /s"')) == '"a1 w 5 b1 s"'


def test_leaves_of_all_operators() -> None:
    root = parse("a1 w/5 b1 OR atleast2(c1~ /s d*) OR e not w/3 /f/").root
    assert [str(leaf) for leaf in leaves(root)] == ["a1", "b1", "c1~", "d*", "e", "/f/"]


@pytest.mark.parametrize(
    ("typed", "message", "column", "length"),
    [
        ("w/5 b", "w/5 needs a word on its left", 0, 3),
        ("a OR not w/5 b", "not w/5 needs a word on its left", 5, 7),
        ("/s b", "/s needs a word on its left", 0, 2),
        ("a w/5", "w/5 needs a word on its right", 2, 3),
        ("a w/5 OR b", "w/5 needs a word on its right", 2, 3),
        ("(a /p )", "/p needs a word on its right", 3, 2),
        ("a w/5 w/3 b", "w/3 needs a word on its left", 6, 3),
        ("a w/5 %", "w/5 needs a word on its right", 2, 3),
        ("a w/ b", "w/ needs a number from 1 to 99: w/5", 2, 2),
        ("a w/0 b", "w/ needs a number from 1 to 99: w/5", 2, 3),
        ("a PRE/100 b", "pre/ needs a number from 1 to 99: pre/5", 2, 7),
        ("a onear/5 b", "onear/5 is no operator", 2, 7),
        ("a not pre/5 b", "not pre/5 is no operator", 2, 9),
        ("a not /s b", "not /s is no operator", 2, 6),
        ("a w/5 -b", "- cannot stand inside w/5", 6, 1),
        ("a w/5 NOT b", "NOT cannot stand inside w/5", 6, 3),
        ("a w/5 (b NOT c)", "words side by side (AND) cannot stand inside w/5", 6, 9),
        ("(b OR NOT c) w/5 a", "NOT cannot stand inside w/5", 0, 12),
        ("(b c) /s a", "words side by side (AND) cannot stand inside /s", 0, 5),
        ("a w/5 b^2", "a weight cannot stand inside w/5", 6, 3),
        ("a w/5 *", "* cannot stand inside w/5", 6, 1),
        ("a w/5 date:2020-04-26", "date:2020-04-26 cannot stand inside w/5: it has no words", 6, 15),
        ("id:x /p b", "id: cannot stand inside /p: it is matched as a whole", 0, 4),
        ("a w/5 atleast2(b)", "atleast2(b) cannot stand inside w/5", 6, 11),
        ("a w/5 title:b", "both sides of w/5 must be in the same field, not no field and title:", 2, 3),
        ("atleast(x)", "atleast needs a number from 1 to 999: atleast3(inflation)", 0, 7),
        ("atleast1000(x)", "atleast needs a number from 1 to 999: atleast3(inflation)", 0, 11),
        ("atleast2(x y)", "words side by side (AND) cannot stand inside atleast2( )", 9, 3),
        ("atleast2(a", 'a "(" without its ")"', 8, 1),
        ("atleast2(%)", "no word stands between the parentheses", 8, 3),
        ("atleast2(title:a OR b)", "all inside atleast2( ) must be in the same field, not title: and no field", 0, 8),
        ("x karabakh~3", "~ takes 1 or 2 edits: karabakh~2", 10, 2),
        ("x AT&T~", "~ goes with one word; AT&T are 2", 2, 5),
        ("=talks~", "~ (words spelled alike) does not go with =", 0, 7),
        ("tal*~", "~ (words spelled alike) does not go with wildcards", 0, 5),
        ('x "karabakh~ talks"', "~ (words spelled alike) cannot stand in a phrase", 3, 9),
        ('"/a+/ talks"', "a regular expression cannot stand in a phrase", 1, 4),
        ("x /a(b/", 'a "(" without its ")" in a regular expression', 4, 1),
        (r"title:/a\b/", r"\b is not understood; of letters after \ only \d and \w are", 8, 1),
        ("/(a|b)*a(a|b){12}/", "the regular expression needs more than 2,000 states", 0, 18),
    ],
)
def test_an_error_has_its_column(typed: str, message: str, column: int, length: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(typed)
    assert (caught.value.message, caught.value.column, caught.value.length) == (message, column, length)


def test_budgets() -> None:
    for typed in ("a" + " w/5 b" * 60, "a w/5 (" * 60 + "a" + ")" * 60, "a w/5 b " * 600):
        with pytest.raises(QueryError, match="more than"):
            parse(typed)
    deep = parse("a" + " w/5 b" * 50)
    assert parse(str(deep)) == deep


WORDS = (A, B, Word("not"), Word("OR"), Word("C1", exact=True), Wildcard("d*"), Fuzzy("e", 2), Regex(r"[f\/]\\+"))
PLAIN: st.SearchStrategy[SpanNode] = st.sampled_from((*WORDS, Phrase((A, B), 3)))


@st.composite
def span_nodes(draw: st.DrawFn, depth: int = 4) -> SpanNode:
    kind = draw(st.integers(0, 4)) if depth else 0
    if kind == 0:
        return draw(PLAIN)
    left, right = draw(span_nodes(depth - 1)), draw(span_nodes(depth - 1))
    if kind == 1:
        return Near(left, right, draw(st.integers(1, 99)), draw(st.booleans()))
    if kind == 2:
        return NotNear(left, right, draw(st.integers(1, 99)))
    if kind == 3:
        return Together(left, right, draw(st.sampled_from(("sentence", "paragraph"))))
    # An Or inside an Or is written, and read, as one.
    children = [child for side in (left, right) for child in (side.children if isinstance(side, Or) else (side,))]
    return Or(tuple(children))


@given(span_nodes(), st.booleans(), st.booleans())
def test_what_is_written_is_read_as_the_same_tree(node: SpanNode, counted: bool, weighted: bool) -> None:
    tree: Node = AtLeast(2, node) if counted else node
    tree = Weighted(tree, 2.0) if weighted else tree
    assert parse(str(And((tree, Word("x"))))).root == And((tree, Word("x")))
    assert parse(str(tree)).root == tree
