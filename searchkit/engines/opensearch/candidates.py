"""Tells which of the articles that may match a query do match it.

A cluster tells which parts of the query, of those that it can tell exactly, each candidate matches.
Only the spans of the others are looked for in the article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.article_spans import ArticleSpans, WordTests
from searchkit.engines.opensearch.queries import QueryCompiler, fields_of, words_of
from searchkit.engines.opensearch.words import Json
from searchkit.model import Article
from searchkit.query.nodes import (
    And,
    AtLeast,
    Filter,
    Node,
    Not,
    Or,
    Phrase,
    Positional,
    SingleWord,
    SpanNode,
    Weighted,
    assert_never_node,
)
from searchkit.schema import TEXT_FIELDS


class Candidate:
    """An article, and the numbers of the `CandidateTest.parts` that it matches."""

    def __init__(self, article: Article, parts: Iterable[int]) -> None:
        self.article, self.parts = article, frozenset(parts)
        self.texts: dict[str, ArticleSpans] = {}


Test = Callable[[Candidate], bool]


class CandidateTest:
    """Tests candidates of a query, which are articles that its upper query finds.

    `parts` are the queries of a cluster that each candidate has to be compared with. `inexact` are
    the texts of the parts that a cluster cannot tell.
    """

    def __init__(self, root: Node, compiler: QueryCompiler, analyzer: Analyzer) -> None:
        self.parts: list[Json] = []
        self.inexact: list[str] = []
        self._compiler, self._analyzer = compiler, analyzer
        self._words: dict[SingleWord, None] = {}
        self._word_tests: dict[tuple[str, bool], WordTests] = {}
        if isinstance(root, And):  # its exact parts are in the upper query
            inexact = [child for child in root.children if not compiler.compile(child, 0.0).is_exact]
            root = And(tuple(inexact))
        self._test = self._make(root, is_exact=False)

    def matches(self, candidate: Candidate) -> bool:
        """Whether a candidate matches the query."""
        return self._test(candidate)

    def _make(self, node: Node, *, is_exact: bool | None = None) -> Test:
        pair = self._compiler.compile(node, 0.0)
        if pair.is_exact if is_exact is None else is_exact:
            number = len(self.parts)
            self.parts.append(pair.upper)
            return lambda candidate: number in candidate.parts
        if isinstance(node, Phrase | Positional):
            self.inexact.append(str(node))
            return self._count(node, 1)
        if isinstance(node, SingleWord | Filter):
            raise TypeError(f"a cluster can tell {node} exactly")
        match node:
            case And(children):
                tests = [self._make(child) for child in children]
                return lambda candidate: all(test(candidate) for test in tests)
            case Or(children):
                tests = [self._make(child) for child in children]
                return lambda candidate: any(test(candidate) for test in tests)
            case Not(child):
                excluded = self._make(child)
                return lambda candidate: not excluded(candidate)
            case Weighted(child, _):
                return self._make(child)
            case AtLeast(count, operand):
                self.inexact.append(str(node))
                return self._count(operand, count)
            case _:
                assert_never_node(node)

    def _count(self, node: SpanNode, count: int) -> Test:
        """Whether a node has so many spans."""
        self._words |= dict.fromkeys(words_of(node))
        fields = fields_of(node)

        def test(candidate: Candidate) -> bool:
            left = count
            for field in fields:
                left -= len(self._text(candidate, field).find(node))
                if left <= 0:
                    return True
            return False

        return test

    def _text(self, candidate: Candidate, field: str) -> ArticleSpans:
        if field not in candidate.texts:
            analyzer = self._analyzer.for_language(candidate.article.language)
            key = analyzer.language, field in TEXT_FIELDS
            if key not in self._word_tests:
                self._word_tests[key] = WordTests(self._words, analyzer, stemmed=key[1])
            candidate.texts[field] = ArticleSpans(candidate.article, field, self._word_tests[key], analyzer)
        return candidate.texts[field]
