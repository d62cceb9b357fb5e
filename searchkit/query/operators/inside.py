"""`lede:` and `quote:`: the operator whose spans are those of its operands that lie wholly in the
lede, or wholly inside one quotation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchkit.arrays import Floats, Ints
from searchkit.model import CharRange, Mark
from searchkit.query import spans
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import Passage, SingleWord
from searchkit.query.operators.base import SearchContext, SpanOperator
from searchkit.query.operators.highlights import HighlightedText, MarkedSpans, merge_spans
from searchkit.query.scorers import ScoringBatch, sum_scores
from searchkit.query.spans import POSITION_MASK, Spans
from searchkit.query.word_postings import Impacts


class InsideOperator(SpanOperator):
    """The spans of all children in passages that have spans of each child."""

    def __init__(self, passage: Passage, children: Sequence[SpanOperator]) -> None:
        self._passage: Passage = passage
        self._children = children

    @property
    def field(self) -> str:
        return "body" if self._passage == "lede" else ""

    # Matcher and spans.

    def candidate_bits(self, context: SearchContext, attribute: str, among: Bitset | None) -> Bitset:
        return np.bitwise_and.reduce([child.candidate_bits(context, attribute, among) for child in self._children])

    def spans(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        columns = context.snapshot.field(attribute)
        passages = columns.passages(self._passage)
        starts = columns.position_keys.starts[docs]
        parts: list[tuple[Spans, Ints]] = []
        for child in self._children:
            found = child.spans(context, attribute, docs)
            before = starts[found.doc_indexes]
            first, last = ((keys & POSITION_MASK).astype(starts.dtype) + before for keys in (found.first, found.last))
            numbers = passages.numbers_of(first, last)
            inside = numbers >= 0
            parts.append((found.select(inside), numbers[inside]))
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

    def impacts(self, context: SearchContext, attribute: str, weight: float) -> list[tuple[Impacts, float]] | None:
        parts = [child.impacts(context, attribute, weight) for child in self._children]
        known = [part for part in parts if part is not None]
        return [of_word for part in known for of_word in part] if len(known) == len(parts) else None

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
