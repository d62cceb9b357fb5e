"""Operators over the spans of two operands: near each other, not near, in one sentence or
paragraph.

`analysis.spans` defines nearness; `query.spans` does the same over many documents.
"""

from __future__ import annotations

import numpy as np

from searchkit.analysis import near_pairs, not_near_spans, same_unit_pairs
from searchkit.arrays import Floats, Ints
from searchkit.query import spans
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import SingleWord, Unit
from searchkit.query.operators.base import ANY_REACH, SearchContext, SpanOperator
from searchkit.query.operators.highlights import HighlightedText, MarkedSpans, join_pairs
from searchkit.query.scorers import ScoringBatch, sum_scores
from searchkit.query.spans import Spans


class _TwoSided(SpanOperator):
    """An operator over two operands."""

    def __init__(self, left: SpanOperator, right: SpanOperator) -> None:
        self._left, self._right = left, right

    @property
    def field(self) -> str:
        return self._left.field

    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        left, right = self._left.words_in(field), self._right.words_in(field)
        return None if left is None or right is None else left + right

    @property
    def reach(self) -> int:
        return max(self._left.reach, self._right.reach)


class _BothSides(_TwoSided):
    """An operator whose spans go from a span of one operand to one of the other."""

    def candidate_bits(self, context: SearchContext, attribute: str, among: Bitset | None) -> Bitset:
        return self._left.candidate_bits(context, attribute, among) & self._right.candidate_bits(context, attribute, among)

    # Scorer: the sum of the operands, each in the documents in which it has a span.

    def score_docs_with_span(
        self, context: SearchContext, attribute: str, batch: ScoringBatch, weight: float
    ) -> Floats | None:
        return sum_scores([side.score_docs(context, attribute, batch, weight) for side in (self._left, self._right)])


class NearOperator(_BothSides):
    """`w/n`, and `pre/n` (ordered)."""

    def __init__(self, left: SpanOperator, right: SpanOperator, distance: int, *, ordered: bool) -> None:
        super().__init__(left, right)
        self._distance, self._ordered = distance, ordered

    def spans(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        one, other = self._left.spans(context, attribute, docs), self._right.spans(context, attribute, docs)
        return spans.near(one, other, self._distance, ordered=self._ordered)

    # Highlights: the marks of the operands.

    def spans_in(self, text: HighlightedText) -> MarkedSpans:
        one, other = self._left.spans_in(text), self._right.spans_in(text)
        return join_pairs(one, other, near_pairs(sorted(one), sorted(other), self._distance, self._ordered))

    @property
    def reach(self) -> int:
        return max(self._distance, super().reach)


class TogetherOperator(_BothSides):
    """`/s` and `/p`."""

    def __init__(self, left: SpanOperator, right: SpanOperator, unit: Unit) -> None:
        super().__init__(left, right)
        self._unit: Unit = unit

    def spans(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        one, other = self._left.spans(context, attribute, docs), self._right.spans(context, attribute, docs)
        return spans.together(one, other, self._starts(context, attribute, docs))

    def _starts(self, context: SearchContext, attribute: str, docs: Ints) -> Ints:
        """The keys at which sentences or paragraphs of some documents begin, without the first
        of each document."""
        found = [np.zeros(0, dtype=np.int64)]
        for view, part in context.snapshot.by_segment(docs):
            field = view.field(attribute)
            breaks = field.sentences if self._unit == "sentence" else field.paragraphs
            positions, counts = breaks.in_docs(docs[part] - view.base)
            found.append((np.repeat(np.arange(part.start, part.stop, dtype=np.int64), counts) << 32) | positions)
        return np.concatenate(found)

    # Highlights: the marks of the operands.

    def spans_in(self, text: HighlightedText) -> MarkedSpans:
        one, other = self._left.spans_in(text), self._right.spans_in(text)
        return join_pairs(one, other, same_unit_pairs(sorted(one), sorted(other), text.units(self._unit).__getitem__))

    @property
    def reach(self) -> int:
        return ANY_REACH


class NotNearOperator(_TwoSided):
    """`not w/n`: the spans of the left operand with none of the right one near them."""

    def __init__(self, left: SpanOperator, right: SpanOperator, distance: int) -> None:
        super().__init__(left, right)
        self._distance = distance

    def candidate_bits(self, context: SearchContext, attribute: str, among: Bitset | None) -> Bitset:
        return self._left.candidate_bits(context, attribute, among)

    def spans(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        one, other = self._left.spans(context, attribute, docs), self._right.spans(context, attribute, docs)
        return spans.not_near(one, other, self._distance)

    # Scorer: the words of the left operand.

    def score_docs_with_span(
        self, context: SearchContext, attribute: str, batch: ScoringBatch, weight: float
    ) -> Floats | None:
        return self._left.score_docs(context, attribute, batch, weight)

    # Highlights: the marks of the left operand.

    def spans_in(self, text: HighlightedText) -> MarkedSpans:
        one, other = self._left.spans_in(text), self._right.spans_in(text)
        return {span: one[span] for span in not_near_spans(sorted(one), sorted(other), self._distance)}

    @property
    def reach(self) -> int:
        return max(self._distance, super().reach)
