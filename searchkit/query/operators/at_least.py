"""`atleast3(...)`: documents in which an operand has so many spans."""

from __future__ import annotations

from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import SingleWord
from searchkit.query.operators.base import Operator, SearchContext, SpanOperator
from searchkit.query.operators.highlights import FieldMark, HighlightedArticle
from searchkit.query.scorers import Scorer, SumScorer
from searchkit.schema import TEXT_FIELDS


class AtLeastOperator(Operator):
    """What the child matches, with at least `count` of its spans, those in title and body counted
    together."""

    needs_positions = True

    def __init__(self, count: int, child: SpanOperator) -> None:
        self._count, self._child = count, child

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        inner = self._child.match(context, weight, among)
        bits = inner.bits if among is None else inner.bits & among
        docs = bitsets.to_docs(bits, context.snapshot.size)
        enough = docs[self._child.count_spans(context, docs) >= self._count]
        return SumScorer(bitsets.from_docs(enough, context.snapshot.size), [inner])

    # Highlights: those of the child.

    @property
    def has_highlights(self) -> bool:
        return self._child.has_highlights

    def highlight(self, article: HighlightedArticle) -> list[FieldMark] | None:
        names = (self._child.field,) if self._child.field else TEXT_FIELDS
        texts = [text for name in names for text in article.texts(name)]
        count = sum(len(self._child.spans_in(text)) for text in texts)
        return self._child.highlight(article) if count >= self._count else None

    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        return self._child.words_in(field)

    @property
    def reach(self) -> int:
        return self._child.reach

    def separately_highlighted(self, *, is_optional: bool = False) -> tuple[SpanOperator, ...] | None:
        return super().separately_highlighted() if is_optional else (self._child,)
