"""What the generator of queries promises: always the same queries, valid ones, each kind in a
tenth of them, and most find something."""

from __future__ import annotations

from collections import Counter

import pytest

from searchkit.query.nodes import Fuzzy, Gap, Inside, Node, Not, Or, Phrase, Regex, Wildcard, Word, children_of
from searchkit.query.parse import parse
from tests.oracle.archive import REUTERS, Archives, made_up
from tests.oracle.generate_positional import KINDS, generate_queries, kinds_of

COUNT = 2000


@pytest.fixture(scope="module")
def queries() -> list[str]:
    return generate_queries(list(made_up()), seed=1, count=COUNT)


def test_a_seed_makes_the_same_queries(queries: list[str]) -> None:
    assert generate_queries(list(made_up()), seed=1, count=50) == queries[:50]
    assert generate_queries(list(made_up()), seed=2, count=50) != queries[:50]


def test_queries_are_read_as_they_were_made(queries: list[str]) -> None:
    assert [query for query in queries if str(parse(query).root) != query] == []


def test_each_kind_is_in_a_tenth_of_the_queries(queries: list[str]) -> None:
    made = Counter(kind for query in queries for kind in kinds_of(parse(query).root))
    assert {kind: made[kind] for kind in KINDS if 10 * made[kind] < COUNT} == {}


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("a AND b", set()),
        ("a w/3 b", {"proximity"}),
        ("a pre/3 b OR NOT a not w/2 b", {"proximity", "not-near"}),
        ("a /s b /p c", {"sentence", "chain"}),
        ("a w/2 (b /p c)", {"paragraph", "chain"}),
        ("atleast2(a w/2 b)", {"at-least", "proximity"}),
    ],
)
def test_the_kinds_of_a_query(query: str, kinds: set[str]) -> None:
    assert kinds_of(parse(query).root) == kinds


def test_operands_are_of_every_sort(queries: list[str]) -> None:
    """Under `w/n` and its like, and under `atleast`; and NOT stands around them all."""
    sorts, negated = Counter[str](), set[str]()
    for query in queries:
        for node in _below(parse(query).root):
            if isinstance(node, Not):
                negated |= kinds_of(node.child)
            if kinds_of(node):
                sorts.update(sort for operand in children_of(node) for sort in _sorts(operand))
    assert negated == set(KINDS)
    names = {"Fuzzy", "Regex", "Wildcard", "Or", "exact", "slop", "gap", "lede", "quote"}
    assert {name: sorts[name] for name in names if sorts[name] < 10} == {}


def test_most_queries_find_some_of_the_articles(archives: Archives) -> None:
    """So that comparing what engines find says something."""
    archive = archives.get("reuters" if REUTERS.exists() else "made-up", "apart")
    made, finding = Counter[str](), Counter[str]()
    for query in generate_queries(archive.articles, seed=3, count=300):
        kinds = {"any", *kinds_of(parse(query).root)}
        made.update(kinds)
        if 0 < archive.engine.search(query, limit=0).total < len(archive.articles):
            finding.update(kinds)
    assert 2 * finding["any"] > made["any"]
    assert {kind: finding[kind] / made[kind] for kind in KINDS if 3 * finding[kind] < made[kind]} == {}


def _below(node: Node) -> list[Node]:
    return [node, *(below for child in children_of(node) for below in _below(child))]


def _sorts(operand: Node) -> set[str]:
    match operand:
        case Word(_, _, exact):
            return {"exact"} if exact else set()
        case Phrase(items, slop):
            return ({"slop"} if slop else set()) | ({"gap"} if Gap() in items else set())
        case Inside(passage):
            return {passage}
        case Fuzzy() | Regex() | Wildcard() | Or():
            return {type(operand).__name__}
        case _:
            return set()
