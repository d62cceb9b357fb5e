"""Compiles the nodes of a query to the queries of a cluster.

Each node becomes two: `upper` finds at least the articles that match, and scores them; `lower`
finds only articles that match. For most nodes both are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Literal, assert_never

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.at_least import SpanCounter
from searchkit.engines.opensearch.candidate_spans import CandidateRules
from searchkit.engines.opensearch.filters import filter_query
from searchkit.engines.opensearch.not_near import NotNearQueries
from searchkit.engines.opensearch.pairs import NOTHING, Pair, any_query, exact, intersect, unite
from searchkit.engines.opensearch.spans import ExactRules, Inexact, WordRules, any_of
from searchkit.engines.opensearch.words import Json, NoRule, base_path, divided_queries, single_words, word_queries
from searchkit.query.nodes import (
    And,
    AtLeast,
    Filter,
    Fuzzy,
    Gap,
    Inside,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Positional,
    Regex,
    SingleWord,
    SpanNode,
    Together,
    Weighted,
    Wildcard,
    Word,
    assert_never_node,
    leaves,
)
from searchkit.query.operands import leaf_fields
from searchkit.schema import TEXT_FIELDS

Places = Literal["of all words", "of no patterns", "of no words"]
"""Which words' places a query of a cluster asks about."""
PLACES: tuple[Places, ...] = ("of all words", "of no patterns", "of no words")
"""From what finds the fewest candidates to what a cluster takes most easily."""

_MAX_WEIGHT = 1e30
"""The greatest weight: a cluster computes scores with 32 bits, which must not overflow."""


class QueryCompiler:
    """Compiles nodes. Its `analyzer` is that of the archive, `weights` are those of the fields.

    What is asked about places is limited by `places`, because a cluster takes only so many words
    and rules there.
    """

    def __init__(self, analyzer: Analyzer, weights: Mapping[str, float], places: Places = "of all words") -> None:
        self._analyzer, self._weights, self._places = analyzer, weights, places

    def compile(self, node: Node, weight: float = 1.0) -> Pair:
        """The queries of a node. `weight` multiplies its scores; with 0 there are none."""
        if isinstance(node, SingleWord | Phrase | Positional):
            weights = {field: weight * self._weights.get(field, 0.0) for field in fields_of(node)}
            if isinstance(node, SingleWord):
                return self._word(node, weights)
            return unite([self._spans(node, field, each) for field, each in weights.items()])
        if isinstance(node, Filter):
            return exact(filter_query(node))
        match node:
            case And(children):
                wanted = [self.compile(child, weight) for child in children if not isinstance(child, Not)]
                excluded = [self.compile(child.child, 0.0) for child in children if isinstance(child, Not)]
                return intersect(wanted, excluded)
            case Or(children):
                return unite([self.compile(child, weight) for child in children])
            case Not(child):
                return intersect([], [self.compile(child, 0.0)])
            case Weighted(child, factor):
                return self.compile(child, min(weight * factor, _MAX_WEIGHT))
            case AtLeast(1, child):
                return self.compile(child, weight)
            case AtLeast():
                return self._at_least(node, weight)
            case _:
                assert_never_node(node)

    def _word(self, word: SingleWord, weights: Mapping[str, float]) -> Pair:
        scores = any(weights.values())
        found: list[Json] = []
        for field, weight in weights.items():
            queries = word_queries(word, field, weight, self._analyzer)
            found += queries if weight or not scores else [{"bool": {"filter": [any_query(queries)]}}]
        return exact(any_query(found, scores=scores), scores=scores)

    def _spans(self, node: Phrase | Positional, field: str, weight: float) -> Pair:
        """The queries of a node in one field."""
        found = self._match(node, field)
        if not weight:
            return found
        upper = {"bool": {"filter": [found.upper], "should": self._scores(node, field, weight)}}
        return exact(upper, scores=True) if found.is_exact else Pair(upper, found.lower, scores=True)

    def _scores(self, node: SpanNode, field: str, weight: float) -> list[Json]:
        """The queries that score an article that has a span of the node in a field."""
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                return word_queries(node, field, weight, self._analyzer)
            case Phrase(items):
                parts: list[SpanNode] = [item for item in items if not isinstance(item, Gap)]
            case Near(left, right) | Together(left, right):
                parts = [left, right]
            case NotNear(left, _, _):
                parts = [left]
            case Inside(_, children):
                parts = list(children)
            case Or(children):
                return [query for child in children for query in self._optional_scores(child, field, weight)]
            case _:
                assert_never_node(node)
        return [query for part in parts for query in self._scores(part, field, weight)]

    def _optional_scores(self, node: SpanNode, field: str, weight: float) -> list[Json]:
        scores = self._scores(node, field, weight)
        if isinstance(node, SingleWord | Or):
            return scores
        return [{"bool": {"filter": [self._match(node, field).upper], "should": scores}}]

    def _match(self, node: SpanNode, field: str) -> Pair:
        """The queries of articles in which a node has a span in a field, without scores."""
        words = single_words(node)
        if words is not None:
            return exact(any_query([query for word in words for query in word_queries(word, field, 0.0, self._analyzer)]))
        if isinstance(node, Or):
            return unite([self._match(child, field) for child in node.children])
        if isinstance(node, NotNear):
            return self._not_near(node, field)
        if self._knows_places(node):
            with suppress(NoRule):
                return self._intervals(node, field)
        return Pair(self._has_words(node, field), NOTHING)

    def _knows_places(self, node: Node) -> bool:
        """Whether the places of a node's words are asked about."""
        match self._places:
            case "of all words":
                return True
            case "of no patterns":
                return all(isinstance(word, Word) for word in words_of(node))
            case "of no words":
                return False
            case _:
                assert_never(self._places)

    def _not_near(self, node: NotNear, field: str) -> Pair:
        """The queries of a node by its spans, or by the queries of its operands."""
        if self._knows_places(node):
            for with_divided in (True, False):
                try:
                    upper, lower = NotNearQueries(field, self._analyzer, with_divided=with_divided).make(node)
                except Inexact:
                    continue
                found = exact(upper) if upper == lower else Pair(upper, lower)
                return found if with_divided else self._unless_divided(node, field, found)
        left, right = self._match(node.left, field), self._match(node.right, field)
        return Pair(left.upper, intersect([left], [right]).lower)

    def _intervals(self, node: SpanNode, field: str) -> Pair:
        """The queries of a node by the rules of its spans. Raises NoRule."""
        words = WordRules(field, self._analyzer)
        path = base_path(field)
        try:
            return exact({"intervals": {path: any_of(ExactRules(words).matches(node))}})
        except Inexact:
            more, less = CandidateRules(words).matches(node)
        upper: Json = {"intervals": {path: any_of(more)}}
        if more == less:
            return self._unless_divided(node, field, exact(upper))
        return self._unless_divided(node, field, Pair(upper, {"intervals": {path: any_of(less)}} if less else NOTHING))

    def _unless_divided(self, node: SpanNode, field: str, pair: Pair) -> Pair:
        """The queries of a node, given those for texts in which no word of it is divided."""
        divided = self._divided(node, field)
        if not divided:
            return pair
        with_divided = {"bool": {"filter": [any_query(divided), self._has_words(node, field)]}}
        lower = pair.lower
        if lower is not NOTHING:
            lower = {"bool": {"filter": [lower], "must_not": divided}}
        return Pair(any_query([pair.upper, with_divided]), lower)

    def _divided(self, node: Node, field: str) -> list[Json]:
        """The queries that find divided words of a node in a field."""
        return divided_queries(words_of(node), field, self._analyzer)

    def _has_words(self, node: SpanNode, field: str) -> Json:
        """The query of articles that have the words of a node in a field, wherever they stand."""
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                return any_query(word_queries(node, field, 0.0, self._analyzer))
            case Phrase(items):
                parts: list[SpanNode] = [item for item in items if not isinstance(item, Gap)]
            case Near(left, right) | Together(left, right):
                parts = [left, right]
            case NotNear(left, _, _):
                parts = [left]
            case Inside(_, children):
                parts = list(children)
            case Or(children):
                return any_query([self._has_words(child, field) for child in children])
            case _:
                assert_never_node(node)
        return {"bool": {"filter": [self._has_words(part, field) for part in parts]}}

    def _at_least(self, node: AtLeast, weight: float) -> Pair:
        child = self.compile(node.child, weight)
        fields = fields_of(node.child)
        words = [WordRules(field, self._analyzer) for field in fields]
        divided = [query for field in fields for query in self._divided(node.child, field)]
        counted = Pair(child.upper, NOTHING)
        if self._knows_places(node):
            with suppress(NoRule):
                counted = SpanCounter(node.count, node.child, words).pair(self.compile(node.child, 0.0), divided)
        if not child.scores:
            return counted
        upper = {"bool": {"must": [child.upper], "filter": [counted.upper]}}
        return exact(upper, scores=True) if counted.is_exact else Pair(upper, counted.lower, scores=True)


def fields_of(node: SpanNode) -> tuple[str, ...]:
    """The fields in which a node with spans is looked for: the one that its leaves name, or title
    and body."""
    field = leaf_fields(node)[0]
    return (field,) if field else TEXT_FIELDS


def words_of(node: Node) -> list[SingleWord]:
    """All words of a node, with those of phrases, each once."""
    found: list[SingleWord] = []
    for leaf in leaves(node):
        if isinstance(leaf, SingleWord):
            found.append(leaf)
        elif isinstance(leaf, Phrase):
            found += [item for item in leaf.items if not isinstance(item, Gap)]
    return list(dict.fromkeys(found))
