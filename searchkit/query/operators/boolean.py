"""AND, OR, NOT and weights: operators that combine the documents of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from searchkit.arrays import Floats, Ints
from searchkit.query import bitsets, spans
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import Passage, SingleWord
from searchkit.query.operators.base import Operator, SearchContext, SpanOperator
from searchkit.query.operators.highlights import (
    FieldMark,
    HighlightedArticle,
    HighlightedText,
    MarkedSpans,
    merge_spans,
)
from searchkit.query.scorers import Scorer, ScoringBatch, SumScorer, ZeroScorer, sum_scores
from searchkit.query.spans import Spans

Item = TypeVar("Item")


class _AndOrOperator(Operator):
    """AND and OR: their children are highlighted where they match."""

    def __init__(self, children: Sequence[Operator]) -> None:
        self._children = children
        self.needs_positions = any(child.needs_positions for child in children)

    @property
    def has_highlights(self) -> bool:
        return any(child.has_highlights for child in self._children)

    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        return _concatenate([child.words_in(field) for child in self._children])

    @property
    def reach(self) -> int:
        return _reach(self._children)


class AndOperator(_AndOrOperator):
    """AND: documents that all children match."""

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        """Evaluate words and filters first, and read positions only of documents that match
        these."""
        children = self._children
        parts: dict[int, Scorer] = {}
        bits = among
        for index in sorted(range(len(children)), key=lambda index: children[index].needs_positions):
            part = parts[index] = children[index].match(context, weight, bits)
            bits = part.bits if bits is None else bits & part.bits
        assert bits is not None
        # Scores are added in the order of the query, as other engines do.
        return SumScorer(bits, [parts[index] for index in range(len(children))])

    def highlight(self, article: HighlightedArticle) -> list[FieldMark] | None:
        marks: list[FieldMark] = []
        for child in self._children:
            found = child.highlight(article)
            if found is None:
                return None
            marks += found
        return marks

    def separately_highlighted(self, *, is_optional: bool = False) -> tuple[SpanOperator, ...] | None:
        if is_optional:
            return super().separately_highlighted()
        return _concatenate([child.separately_highlighted() for child in self._children])


class OrOperator(_AndOrOperator):
    """OR: documents that any child matches."""

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        return _match_any(self._children, context, weight, among)

    def highlight(self, article: HighlightedArticle) -> list[FieldMark] | None:
        parts = [found for child in self._children if (found := child.highlight(article)) is not None]
        return [mark for marks in parts for mark in marks] if parts else None

    def separately_highlighted(self, *, is_optional: bool = False) -> tuple[SpanOperator, ...] | None:
        return _concatenate([child.separately_highlighted(is_optional=True) for child in self._children])


class SpanOrOperator(SpanOperator):
    """OR as an operand of operators over spans: it has the spans of all children."""

    def __init__(self, children: Sequence[SpanOperator]) -> None:
        self._children = children

    @property
    def field(self) -> str:
        return self._children[0].field

    # Matcher and spans.

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        return _match_any(self._children, context, weight, among)

    def candidate_bits(self, context: SearchContext, attribute: str, among: Bitset | None) -> Bitset:
        return np.bitwise_or.reduce([child.candidate_bits(context, attribute, among) for child in self._children])

    def docs(self, context: SearchContext, attribute: str, among: Bitset | None = None) -> Ints:
        parts = [child.docs(context, attribute, among) for child in self._children]
        return parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))

    def spans(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        return spans.union([child.spans(context, attribute, docs) for child in self._children])

    def bits_inside(self, context: SearchContext, attribute: str, passage: Passage, among: Bitset | None) -> Bitset:
        parts = [child.bits_inside(context, attribute, passage, among) for child in self._children]
        return bitsets.union(parts, context.snapshot.size)

    # Scorer: the sum of the children, each in the documents in which it has a span.

    def scorer_of(self, context: SearchContext, attribute: str, bits: Bitset, weight: float) -> Scorer:
        if any(child.needs_positions for child in self._children):
            return super().scorer_of(context, attribute, bits, weight)
        # Words score 0 in documents without them.
        return SumScorer(bits, [child.scorer_of(context, attribute, bits, weight) for child in self._children])

    def score_docs_with_span(
        self, context: SearchContext, attribute: str, batch: ScoringBatch, weight: float
    ) -> Floats | None:
        return sum_scores([child.score_docs(context, attribute, batch, weight) for child in self._children])

    # Highlights.

    def spans_in(self, text: HighlightedText) -> MarkedSpans:
        return merge_spans((span, marks) for child in self._children for span, marks in child.spans_in(text).items())

    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        return _concatenate([child.words_in(field) for child in self._children])

    @property
    def reach(self) -> int:
        return _reach(self._children)


class NotOperator(Operator):
    """NOT: documents that the child does not match. It marks nothing."""

    has_highlights = False

    def __init__(self, child: Operator) -> None:
        self._child = child
        self.needs_positions = child.needs_positions

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        return ZeroScorer(context.snapshot.live & ~self._child.match(context, 0.0, among).bits)

    def highlight(self, article: HighlightedArticle) -> list[FieldMark] | None:
        return [] if self._child.highlight(article) is None else None

    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        return self._child.words_in(field)

    @property
    def reach(self) -> int:
        return self._child.reach


class WeightedOperator(Operator):
    """`^`: documents that the child matches, their scores multiplied."""

    def __init__(self, child: Operator, factor: float) -> None:
        self._child, self._factor = child, factor
        self.needs_positions = child.needs_positions

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        return self._child.match(context, weight * self._factor, among)

    @property
    def has_highlights(self) -> bool:
        return self._child.has_highlights

    def highlight(self, article: HighlightedArticle) -> list[FieldMark] | None:
        return self._child.highlight(article)

    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        return self._child.words_in(field)

    @property
    def reach(self) -> int:
        return self._child.reach

    def separately_highlighted(self, *, is_optional: bool = False) -> tuple[SpanOperator, ...] | None:
        return self._child.separately_highlighted(is_optional=is_optional)


def _match_any(children: Sequence[Operator], context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
    parts = [child.match(context, weight, among) for child in children]
    return SumScorer(bitsets.union([part.bits for part in parts], context.snapshot.size), parts, any_of=True)


def _reach(children: Sequence[Operator]) -> int:
    return max([child.reach for child in children], default=1)


def _concatenate(parts: Sequence[tuple[Item, ...] | None]) -> tuple[Item, ...] | None:
    """The items of all parts; None if a part is None."""
    found = [part for part in parts if part is not None]
    return tuple([item for part in found for item in part]) if len(found) == len(parts) else None
