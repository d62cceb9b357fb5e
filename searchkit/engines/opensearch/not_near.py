"""Writes `a not w/n b` as queries of spans.

Unlike intervals, these know all spans. Only the rule that a span is not near itself cannot be
written: where both operands may have the same span, one query finds a subset, another a superset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.layers import ANY_WORD
from searchkit.engines.opensearch.spans import MAX_RULES, Inexact, may_cross_paragraphs, trim_gaps
from searchkit.engines.opensearch.words import Json, Tokens, find_tokens, single_words, token_spans
from searchkit.frozen import frozen
from searchkit.query.nodes import Gap, NotNear, Or, Phrase, SingleWord, SpanNode
from searchkit.schema import TEXT_FIELDS

_FOLDED_FIRST = ("en", "none")
"""The languages in which the term of a word is that of its folded form."""


@frozen
class _Spans:
    """Queries of spans from `least` to `most` words wide: `upper` finds at least those of a node,
    `lower` no others. `terms` are the terms that single words of these spans may have, if that is
    known."""

    upper: Json
    lower: Json
    least: int
    most: int
    terms: frozenset[str] | None = None

    def may_equal(self, other: _Spans) -> bool:
        """Whether the same span may be one of both."""
        if self.least > other.most or other.least > self.most:
            return False
        return self.terms is None or other.terms is None or not self.terms.isdisjoint(other.terms)


class NotNearQueries:
    """Makes the queries of nodes in one field.

    Without `with_divided`, texts are taken to have no divided words of the nodes. Raises Inexact
    for other operands than words, phrases, OR, and the same operator on the left side; with divided
    words also for phrases that may end at several positions.
    """

    def __init__(self, field: str, analyzer: Analyzer, *, with_divided: bool) -> None:
        self._field, self._analyzer = field, analyzer
        self._with_divided = with_divided and field in TEXT_FIELDS

    def make(self, node: NotNear) -> tuple[Json, Json]:
        """A query that finds all articles with a span of the node, and one that finds only such.
        They are equal if the operands have no span in common."""
        spans = self._not_near(node)
        return _any_of([each.upper for each in spans]), _any_of([each.lower for each in spans])

    def _not_near(self, node: NotNear) -> list[_Spans]:
        rights = self._spans(node.right)
        found = []
        for left in self._spans(node.left, is_left=True):
            others = [right.lower for right in rights if not left.may_equal(right)]
            upper = _apart(left.upper, others, node.distance)
            lower = _apart(left.lower, [right.upper for right in rights], node.distance)
            found.append(_Spans(upper, lower, left.least, left.most, left.terms))
        return found

    def _spans(self, node: SpanNode, *, is_left: bool = False) -> list[_Spans]:
        words = single_words(node)
        if words is not None:
            return [spans for word in words for spans in self._word(word)]
        if isinstance(node, Or):
            return _limit(spans for child in node.children for spans in self._spans(child, is_left=is_left))
        if isinstance(node, NotNear) and is_left:
            return self._not_near(node)
        if isinstance(node, Phrase):
            return self._phrase(node)
        raise Inexact

    def _word(self, word: SingleWord, *, is_last: bool = False) -> list[_Spans]:
        """The spans of a word: plain ones, and divided ones. As the last word of a phrase, one that
        stands there as both is plain: the phrase ends with the first."""
        found = []
        for tokens in find_tokens(word, self._field, self._analyzer):
            terms, plain = self._terms(tokens), token_spans(tokens, self._field)
            found.append(_Spans(plain, plain, 1, 1, terms))
            if self._with_divided:
                first, second = [token_spans(tokens.half(half), self._field) for half in ("<", ">")]
                query = _side_by_side([_apart(first, [plain], 0) if is_last else first, second])
                found.append(_Spans(query, query, 2, 2, terms))
        return found

    def _terms(self, tokens: Tokens) -> frozenset[str] | None:
        """The terms that words of some tokens may have; None if they may have any."""
        if tokens.layer == "stem":
            return frozenset((tokens.text,))
        if tokens.folded or tokens.kind == "term":
            if self._field not in TEXT_FIELDS:
                return frozenset((tokens.text,))
            if self._analyzer.language in _FOLDED_FIRST:
                return self._analyzer.query_terms(tokens.folded or tokens.text)
        return None

    def _phrase(self, node: Phrase) -> list[_Spans]:
        """The spans of a phrase, each alternative with some of its words as divided ones."""
        items = trim_gaps(node)
        if may_cross_paragraphs(node) or (self._with_divided and (node.slop or len(items) > 2)):
            raise Inexact
        gap = token_spans(Tokens("structure", "term", ANY_WORD), self._field)
        ways = [
            [_Spans(gap, gap, 1, 1)] if isinstance(item, Gap) else self._word(item, is_last=number == len(items) - 1)
            for number, item in enumerate(items)
        ]
        found = []
        for parts in product(*ways):
            query, width = _side_by_side([part.upper for part in parts], node.slop), sum(part.least for part in parts)
            found.append(_Spans(query, query, width, width + node.slop))
        return _limit(found)


def _apart(left: Json, unwanted: Sequence[Json], distance: int) -> Json:
    if not unwanted:
        return left
    return {"span_not": {"include": left, "exclude": _any_of(unwanted), "pre": distance, "post": distance}}


def _side_by_side(queries: Sequence[Json], slop: int = 0) -> Json:
    return {"span_near": {"clauses": list(queries), "slop": slop, "in_order": True}} if len(queries) > 1 else queries[0]


def _any_of(queries: Sequence[Json]) -> Json:
    return {"span_or": {"clauses": list(queries)}} if len(queries) > 1 else queries[0]


def _limit(spans: Iterable[_Spans]) -> list[_Spans]:
    found = list(spans)
    if len(found) > MAX_RULES:
        raise Inexact
    return found
