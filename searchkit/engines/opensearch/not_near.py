"""Writes `a not w/n b` as queries of spans.

Unlike intervals, these know all spans. Only the rule that a span is not near itself cannot be told:
where both operands may have the same span, one query finds too little, and another too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.spans import MAX_RULES, Inexact, trim_gaps
from searchkit.engines.opensearch.words import Json, Tokens, find_tokens, single_words, token_spans
from searchkit.frozen import frozen
from searchkit.query.nodes import Gap, NotNear, Or, Phrase, SingleWord, SpanNode
from searchkit.schema import TEXT_FIELDS


@frozen
class _Spans:
    """A query of spans that all have one width, and their tokens, if they are single words."""

    query: Json
    width: int
    tokens: Tokens | None = None

    def may_equal(self, other: _Spans) -> bool:
        """Whether the same span may be one of both."""
        one, another = self.tokens, other.tokens
        if self.width != other.width or one is None or another is None or one.layer != another.layer:
            return self.width == other.width
        return not (one.kind == another.kind == "term" and one.text != another.text)


def not_near_queries(node: NotNear, field: str, analyzer: Analyzer) -> tuple[Json, Json]:
    """A query that finds all articles with a span of the node in a field, and one that finds only
    such. They are equal if the operands have no span in common. Raises Inexact for other operands
    than words, phrases and OR."""
    lefts, rights = _spans(node.left, field, analyzer), _spans(node.right, field, analyzer)
    upper, lower = [], []
    for left in lefts:
        upper.append(_apart(left, [right for right in rights if not left.may_equal(right)], node.distance))
        lower.append(_apart(left, rights, node.distance))
    return _any_of(upper), _any_of(lower)


def _apart(left: _Spans, rights: Sequence[_Spans], distance: int) -> Json:
    if not rights:
        return left.query
    unwanted = _any_of([right.query for right in rights])
    return {"span_not": {"include": left.query, "exclude": unwanted, "pre": distance, "post": distance}}


def _spans(node: SpanNode, field: str, analyzer: Analyzer) -> list[_Spans]:
    words = single_words(node)
    if words is not None:
        return [spans for word in words for spans in _word_spans(word, field, analyzer)]
    if isinstance(node, Or):
        return [spans for child in node.children for spans in _spans(child, field, analyzer)]
    if not isinstance(node, Phrase) or node.slop:
        raise Inexact
    items = [item for item in trim_gaps(node) if not isinstance(item, Gap)]
    if len(items) < len(trim_gaps(node)):
        raise Inexact
    ways = list(product(*(_word_spans(item, field, analyzer) for item in items)))
    if len(ways) > MAX_RULES:
        raise Inexact
    return [_Spans(_side_by_side([part.query for part in way]), sum(part.width for part in way)) for way in ways]


def _word_spans(word: SingleWord, field: str, analyzer: Analyzer) -> list[_Spans]:
    found = []
    for tokens in find_tokens(word, field, analyzer):
        found.append(_Spans(token_spans(tokens, field), 1, tokens))
        if field in TEXT_FIELDS:
            halves = [token_spans(tokens.half(half), field) for half in ("<", ">")]
            found.append(_Spans(_side_by_side(halves), 2, tokens))
    return found


def _side_by_side(queries: Sequence[Json]) -> Json:
    return {"span_near": {"clauses": list(queries), "slop": 0, "in_order": True}} if len(queries) > 1 else queries[0]


def _any_of(queries: Sequence[Json]) -> Json:
    return {"span_or": {"clauses": list(queries)}} if len(queries) > 1 else queries[0]
