from __future__ import annotations

import pytest

from searchkit.query.nodes import Dates, Node, Phrase, Word
from searchkit.query.operands import OperandError
from searchkit.query.parse import parse
from searchkit.query.rewriting import rewrite, words_of
from tests.query.test_operators import EXAMPLES


@pytest.mark.parametrize("node", [*EXAMPLES, parse('p "q * r" (s OR -t)^2 lede:(u v)').root], ids=str)
def test_what_is_not_changed_stays(node: Node) -> None:
    assert rewrite(node, lambda each: each) == node


@pytest.mark.parametrize(
    ("query", "replaced"),
    [
        ("x", "y"),
        ("p x", "p y"),
        ("p OR x", "p OR y"),
        ("p -x", "p -y"),
        ("x^2", "y^2"),
        ('"p x"', '"p y"'),
        ('"p * x"~2', '"p * y"~2'),
        ("p w/3 (x OR b)", "p w/3 (y OR b)"),
        ("p not w/3 x", "p not w/3 y"),
        ("p /s x", "p /s y"),
        ("atleast2(x)", "atleast2(y)"),
        ("lede:(p x)", "lede:(p y)"),
        ("date:2020 x", "date:2020 y"),
    ],
)
def test_a_word_is_replaced_wherever_it_stands(query: str, replaced: str) -> None:
    assert rewrite(parse(query).root, lambda node: Word("y") if node == Word("x") else node) == parse(replaced).root


@pytest.mark.parametrize(
    ("query", "rest"),
    [
        ("p x", "p"),
        ("p b x", "p b"),
        ("p (b OR x)", "p b"),
        ("p -x", "p"),
        ("p w/3 x", "p"),
        ("x /p p", "p"),
        ("lede:(p x)", "lede:p"),
        ("atleast2(p OR x)", "atleast2(p)"),
    ],
)
def test_a_word_is_left_out(query: str, rest: str) -> None:
    assert rewrite(parse(query).root, lambda node: None if node == Word("x") else node) == parse(rest).root


@pytest.mark.parametrize("query", ["x", "-x", "x^2", "atleast2(x)", "x x", "lede:x"])
def test_nothing_may_be_left(query: str) -> None:
    assert rewrite(parse(query).root, lambda node: None if node == Word("x") else node) is None


def test_words_of_phrases_have_their_field() -> None:
    phrase = parse('title:"p =b c*"').root
    assert isinstance(phrase, Phrase)
    assert [str(word) for word in words_of(phrase)] == ["title:p", "title:=b", "title:c*"]

    def split(node: Node) -> Node:
        return Phrase((Word("x"), Word("y")), 0, "title") if node == Word("p", "title") else node

    assert rewrite(phrase, split) == parse('title:"x y =b c*"').root


def test_a_node_that_cannot_stand_there_is_an_error() -> None:
    with pytest.raises(OperandError):
        rewrite(parse("p w/3 x").root, lambda node: Dates() if node == Word("x") else node)
