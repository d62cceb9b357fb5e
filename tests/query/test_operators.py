"""Every kind of node has an operator; one that is unknown is an error, wherever it is met."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

import searchkit
from searchkit.analysis import Analyzer
from searchkit.engines.memory import MemoryEngine
from searchkit.query import explain, nodes
from searchkit.query.collectors import Count
from searchkit.query.execute import execute
from searchkit.query.operators import SpanOperator, make_operator, make_span_operator
from searchkit.query.parse import Query, parse
from searchkit.query.snapshot import Snapshot
from searchkit.results import Highlighter, highlight_article

A, B = nodes.Word("peace"), nodes.Word("talks", "title")
ANALYZER = Analyzer("en")
ARTICLE = searchkit.Article("a", "Peace talks", "Peace.", datetime(2020, 1, 1, tzinfo=UTC))
EXAMPLES: tuple[nodes.Node, ...] = (
    A, nodes.Wildcard("t*"), nodes.Fuzzy("peace", 1), nodes.Regex("p.*"), nodes.Phrase((A, nodes.Gap(), A)),
    nodes.Value("a", "id"), nodes.ValuePattern("a*", "id"), nodes.ValuePart("a.org", "site"), nodes.Present("title"), nodes.Everything(), nodes.Dates(),
    nodes.Undated(), nodes.Length(3), nodes.Near(A, A, 5), nodes.NotNear(A, A, 5), nodes.Together(A, A, "sentence"),
    nodes.Inside("lede", (A,)), nodes.Inside("quote", (A, nodes.Near(A, A, 5))), nodes.AtLeast(2, A), nodes.And((A, B)), nodes.Or((A, B)), nodes.Not(A), nodes.Weighted(A, 2.0),
)  # fmt: skip


class Unknown:
    """A node that nobody has told the operators of."""

    field = ""

    def __str__(self) -> str:
        return "unknown"


def kinds(union: Any) -> set[type]:
    return {get_origin(member) or member for member in get_args(union)}


def test_there_is_an_example_of_every_kind() -> None:
    assert {type(node) for node in EXAMPLES} == kinds(nodes.Node)


@pytest.mark.parametrize("node", EXAMPLES, ids=lambda node: type(node).__name__)
def test_every_kind_has_an_operator(node: nodes.Node) -> None:
    is_span = type(node) in kinds(nodes.SpanNode) - {nodes.Or}
    assert isinstance(make_operator(node), SpanOperator) == is_span
    if is_span:
        assert type(make_span_operator(node)) is type(make_operator(node))  # type: ignore[arg-type]
    elif not isinstance(node, nodes.Or):
        with pytest.raises(TypeError, match=f"{type(node).__name__} is no kind of node that is known here"):
            make_span_operator(node)  # type: ignore[arg-type]


@pytest.mark.parametrize("node", EXAMPLES, ids=lambda node: type(node).__name__)
def test_every_kind_can_be_typed(node: nodes.Node) -> None:
    assert parse(str(node)).root == node


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Callable[[nodes.Node], int]:
    folder: Path = tmp_path_factory.mktemp("index")
    with searchkit.open(folder / "i", create=True) as engine:
        engine.add([ARTICLE])
        snapshot: Snapshot = engine._current().snapshot  # type: ignore[attr-defined]
    return lambda node: execute(snapshot, node, ANALYZER, Count())


def with_memory(node: nodes.Node) -> int:
    engine = MemoryEngine()
    engine.add([ARTICLE])
    return len(engine._current().find(node))


@pytest.mark.parametrize("node", EXAMPLES, ids=lambda node: type(node).__name__)
def test_engines_and_marks_know_every_kind(node: nodes.Node, local: Callable[[nodes.Node], int]) -> None:
    assert local(node) == with_memory(node) == (highlight_article(ARTICLE, node, ANALYZER) is not None)


@pytest.mark.parametrize("wrap", [
    lambda node: node, nodes.Not, lambda node: nodes.And((A, node)), lambda node: nodes.Or((A, node)),
    lambda node: nodes.Weighted(node, 2.0), lambda node: nodes.AtLeast(1, node), lambda node: nodes.Near(A, node, 5),
    lambda node: nodes.NotNear(A, node, 5), lambda node: nodes.Together(nodes.Or((A, node)), A, "paragraph"),
])  # fmt: skip
def test_an_unknown_node_is_an_error(wrap: Any, local: Callable[[nodes.Node], int]) -> None:
    """Never all articles, never no highlight."""
    node = wrap(Unknown())
    for use in (
        local,
        with_memory,
        make_operator,
        lambda node: list(nodes.leaves(node)),
        lambda node: highlight_article(ARTICLE, node, ANALYZER),
        lambda node: Highlighter(node, lambda word, field: frozenset()),
        lambda node: explain.explain(Query(node), ANALYZER, lambda part: 0),
    ):
        with pytest.raises(TypeError, match="Unknown is no kind of node that is known here"):
            use(node)


def test_a_filter_has_no_spans(local: Callable[[nodes.Node], int]) -> None:
    node = nodes.Near(A, nodes.Dates(), 5)  # type: ignore[arg-type]
    for use in (local, with_memory, lambda node: highlight_article(ARTICLE, node, ANALYZER)):
        with pytest.raises(TypeError, match="Dates is no kind of node that is known here"):
            use(node)
