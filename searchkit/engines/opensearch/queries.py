"""Compiles the nodes of a query to the queries of a cluster.

Each node becomes two: `upper` finds at least the articles that match, and scores them; `lower`
finds only articles that match. For most nodes both are the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import Enum
from typing import assert_never

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.at_least import SpanCounter
from searchkit.engines.opensearch.candidate_spans import CandidateRules
from searchkit.engines.opensearch.filters import filter_query
from searchkit.engines.opensearch.not_near import NotNearQueries
from searchkit.engines.opensearch.pairs import NOTHING, Pair, any_query, exact, intersect, unite
from searchkit.engines.opensearch.spans import ExactRules, Inexact, WordRules, any_of
from searchkit.engines.opensearch.words import Json, NoRule, base_path, divided_queries, single_words, word_queries
from searchkit.frozen import frozen
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

_MAX_WEIGHT = 1e30
"""The greatest weight: a cluster computes scores with 32 bits, which must not overflow."""


class Positions(Enum):
    """Of which words a cluster is asked for the positions: from what finds the fewest candidates to
    what a cluster takes most easily."""

    ALL = "all words"
    WITHOUT_PATTERNS = "words that are no patterns"
    NONE = "no words"


@frozen
class Leaf:
    """A part of a query that a cluster may not find exactly: a node that has spans in a field, or
    `atleast` over all its fields (field "")."""

    node: Phrase | Positional | AtLeast
    field: str


class QueryCompiler:
    """Compiles nodes. Its `analyzer` is that of the archive, `weights` are those of the fields (of
    others 0).

    Positions are asked for as `positions` says, because a cluster takes only so many words and
    rules there. `inexact` gets the pairs of the leaves that are not exact.
    """

    def __init__(self, analyzer: Analyzer, weights: Mapping[str, float], positions: Positions = Positions.ALL) -> None:
        self._analyzer, self._weights, self._positions = analyzer, weights, positions
        self._verified: Mapping[Leaf, Sequence[str]] = {}
        self.inexact: dict[Leaf, Pair] = {}

    def with_verified(self, verified: Mapping[Leaf, Sequence[str]]) -> QueryCompiler:
        """A compiler for which leaves are exact. It is given the `_id` of the articles that each
        matches beside those of its lower query."""
        compiler = QueryCompiler(self._analyzer, self._weights, self._positions)
        compiler._verified = verified
        return compiler

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
        if isinstance(node, SingleWord):
            return word_queries(node, field, weight, self._analyzer)
        if isinstance(node, Or):
            return [query for child in node.children for query in self._optional_scores(child, field, weight)]
        return [query for operand in operands_of(node) for query in self._scores(operand, field, weight)]

    def _optional_scores(self, node: SpanNode, field: str, weight: float) -> list[Json]:
        scores = self._scores(node, field, weight)
        if isinstance(node, SingleWord | Or):
            return scores
        return [{"bool": {"filter": [self._match(node, field).upper], "should": scores}}]

    def _match(self, node: SpanNode, field: str) -> Pair:
        """The queries of articles in which a node has a span in a field, without scores."""
        if isinstance(node, SingleWord):
            return self._bounds(node, field)
        if isinstance(node, Or):
            return self._bounds(node, field) if single_words(node) else unite([self._match(c, field) for c in node.children])
        return self._settle(Leaf(node, field), self._bounds(node, field))

    def _settle(self, leaf: Leaf, found: Pair) -> Pair:
        """The pair of a leaf, which is exact if the leaf was verified."""
        if found.is_exact:
            return found
        if leaf not in self._verified:
            self.inexact[leaf] = found
            return found
        matching = self._verified[leaf]
        return exact(any_query([found.lower, {"ids": {"values": matching}} if matching else NOTHING]))

    def _bounds(self, node: SpanNode, field: str) -> Pair:
        """The queries of `_match`, without what was verified."""
        words = single_words(node)
        if words is not None:
            return exact(any_query([query for word in words for query in word_queries(word, field, 0.0, self._analyzer)]))
        if isinstance(node, Or):
            return unite([self._bounds(child, field) for child in node.children])
        if isinstance(node, NotNear):
            return self._not_near(node, field)
        if self._asks_positions(node):
            with suppress(NoRule):
                return self._intervals(node, field)
        return Pair(self._has_words(node, field), NOTHING)

    def _asks_positions(self, node: Node) -> bool:
        """Whether the cluster is asked for the positions of a node's words."""
        match self._positions:
            case Positions.ALL:
                return True
            case Positions.WITHOUT_PATTERNS:
                return all(isinstance(word, Word) for word in words_of(node))
            case Positions.NONE:
                return False
            case _:
                assert_never(self._positions)

    def _not_near(self, node: NotNear, field: str) -> Pair:
        """The queries of a node by its spans, or by the queries of its operands."""
        if self._asks_positions(node):
            for with_divided in (True, False):
                try:
                    upper, lower = NotNearQueries(field, self._analyzer, with_divided=with_divided).make(node)
                except Inexact:
                    continue
                found = exact(upper) if upper == lower else Pair(upper, lower)
                return found if with_divided else self._unless_divided(node, field, found)
        left, right = self._bounds(node.left, field), self._bounds(node.right, field)
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
        if isinstance(node, SingleWord):
            return any_query(word_queries(node, field, 0.0, self._analyzer))
        parts = [self._has_words(operand, field) for operand in operands_of(node)]
        return any_query(parts) if isinstance(node, Or) else {"bool": {"filter": parts}}

    def _at_least(self, node: AtLeast, weight: float) -> Pair:
        counted = self._settle(Leaf(node, ""), self._count(node))
        if not any(weight * self._weights.get(field, 0.0) for field in fields_of(node.child)):
            return counted
        child = self.compile(node.child, weight)
        upper = {"bool": {"must": [child.upper], "filter": [counted.upper]}}
        return exact(upper, scores=True) if counted.is_exact else Pair(upper, counted.lower, scores=True)

    def _count(self, node: AtLeast) -> Pair:
        """The queries of articles that have so many spans of an operand, without scores."""
        fields = fields_of(node.child)
        operand = unite([self._bounds(node.child, field) for field in fields])
        if self._asks_positions(node):
            words = [WordRules(field, self._analyzer) for field in fields]
            divided = [query for field in fields for query in self._divided(node.child, field)]
            with suppress(NoRule):
                return SpanCounter(node.count, node.child, words).pair(operand, divided)
        return Pair(operand.upper, NOTHING)


def operands_of(node: SpanNode) -> Sequence[SpanNode]:
    """The operands of a node that have spans in every article that the node matches; of OR, those
    of which one has; of a word, none."""
    match node:
        case Word() | Wildcard() | Fuzzy() | Regex():
            return ()
        case Phrase(items):
            return [item for item in items if not isinstance(item, Gap)]
        case Near(left, right) | Together(left, right):
            return left, right
        case NotNear(left, _, _):
            return (left,)
        case Inside(_, children) | Or(children):
            return children
        case _:
            assert_never_node(node)


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
