"""`lede:` and `quote:`: the operator whose spans are those of its operands that lie wholly in the
lede, or wholly inside one quotation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchkit.arrays import Floats, Ints
from searchkit.model import CharRange, Mark
from searchkit.query import bitsets, spans
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import Passage, SingleWord
from searchkit.query.operators.base import SearchContext, SpanOperator
from searchkit.query.operators.highlights import HighlightedText, MarkedSpans, merge_spans
from searchkit.query.scorers import Scorer, ScoringBatch, SumScorer, sum_scores
from searchkit.query.sorted_arrays import distinct
from searchkit.query.spans import Spans


class InsideOperator(SpanOperator):
    """The spans of all children in passages that have spans of each child."""

    def __init__(self, passage: Passage, children: Sequence[SpanOperator]) -> None:
        self._passage: Passage = passage
        self._children = children

    @property
    def field(self) -> str:
        return "body" if self._passage == "lede" else ""

    # Matcher and spans.

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        parts: list[Scorer] = []
        for attribute, factor in context.weighted_attributes(self.field):
            bits = self._bits(context, attribute, among)
            found = [child.scorer_of(context, attribute, bits, weight * factor) for child in self._children]
            parts.append(found[0] if len(found) == 1 else SumScorer(bits, found))
        bits = bitsets.union([part.bits for part in parts], context.snapshot.size)
        return parts[0] if len(parts) == 1 else SumScorer(bits, parts, any_of=True)

    def candidate_bits(self, context: SearchContext, attribute: str, among: Bitset | None) -> Bitset:
        return self._bits(context, attribute, among)

    def docs(self, context: SearchContext, attribute: str, among: Bitset | None = None) -> Ints:
        return bitsets.to_docs(self._bits(context, attribute, among), context.snapshot.size)

    def _bits(self, context: SearchContext, attribute: str, among: Bitset | None) -> Bitset:
        """The documents (of `among`) that have a passage with spans of all children."""
        size = context.snapshot.size
        bits = among
        for child in self._children:
            inside = child.bits_inside(context, attribute, self._passage, bits)
            bits = inside if bits is None else bits & inside
        assert bits is not None
        if len(self._children) == 1 or self._passage == "lede":  # a document has only one
            return bits
        docs = bitsets.to_docs(bits, size)
        return bitsets.from_docs(docs[distinct(self.spans(context, attribute, docs).doc_indexes)], size)

    def spans(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        parts = [child.spans_inside(context, attribute, self._passage, docs) for child in self._children]
        if len(parts) == 1:
            return parts[0][0]
        common = parts[0][1]
        for _, numbers in parts[1:]:
            common = np.intersect1d(common, numbers)
        return spans.union([found.select(np.isin(numbers, common)) for found, numbers in parts])

    # Scorer: the sum of the children, as they score elsewhere.

    def score_docs_with_span(
        self, context: SearchContext, attribute: str, batch: ScoringBatch, weight: float
    ) -> Floats | None:
        return sum_scores([child.score_docs_with_span(context, attribute, batch, weight) for child in self._children])

    # Highlights: those of the children, for each span inside.

    def spans_in(self, text: HighlightedText) -> MarkedSpans:
        passages = text.passages(self._passage)
        parts = [
            [
                (number, span, marks)
                for span, marks in child.spans_in(text).items()
                if (number := _find(passages, marks)) >= 0
            ]
            for child in self._children
        ]
        common = set.intersection(*({number for number, _, _ in part} for part in parts))
        return merge_spans((span, marks) for part in parts for number, span, marks in part if number in common)

    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        if self.field not in ("", field):
            return ()
        parts = [child.words_in(field) for child in self._children]
        known = [part for part in parts if part is not None]
        return tuple([word for part in known for word in part]) if len(known) == len(parts) else None

    @property
    def reach(self) -> int:
        return max([child.reach for child in self._children])


def _find(passages: Sequence[CharRange], marks: set[Mark]) -> int:
    """The number of the passage in which all marks of a span lie, or -1."""
    first, last = min(start for start, _ in marks), max(end for _, end in marks)
    return next((number for number, (start, end) in enumerate(passages) if start <= first and last <= end), -1)
