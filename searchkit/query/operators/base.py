"""The interface of operators: which documents match a node, what they score, what is highlighted.

`match` gives the scorer of the documents that match. `highlight` and the methods below it find the
marks in an article. A SpanOperator also finds spans, in many documents at once (`spans`) and in one
text (`spans_in`). What each operator has to define is abstract.

A `field` is a field of the query language (`tag`), an `attribute` its name in Article (`topics`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.arrays import Float32s, Floats, Ints
from searchkit.model import Mark
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import Passage, SingleWord
from searchkit.query.operators.highlights import FieldMark, HighlightedArticle, HighlightedText, MarkedSpans
from searchkit.query.scorers import Scorer, ScoringBatch, sum_scores
from searchkit.query.snapshot import Snapshot
from searchkit.query.sorted_arrays import distinct, locate
from searchkit.query.spans import POSITION_MASK, Spans
from searchkit.query.word_lookup import WordLookup
from searchkit.query.word_postings import Impacts
from searchkit.schema import FIELD_WEIGHTS, FIELDS, TEXT_FIELDS

ANY_REACH = 100
"""The reach of operators for which any distance matters. Paragraphs are further apart than this."""

WeightedAttributes = tuple[tuple[str, float], ...]
"""Attributes of Article in which a word is looked up, each with its weight (0: it does not
score)."""


class SearchContext:
    """What the operators of one query share: the snapshot, the words that were looked up in it, and
    the weights of attributes that score."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer, weights: Mapping[str, float] = FIELD_WEIGHTS) -> None:
        self.snapshot, self.words, self._weights = snapshot, WordLookup(snapshot, analyzer), weights

    def weighted_attributes(self, name: str) -> WeightedAttributes:
        """The attributes of Article in which words of a field (or of none, "") are looked up, each
        with its weight."""
        return tuple([(attribute, self._weights.get(attribute, 0.0)) for attribute in attributes_of(name)])


class Operator(ABC):
    """What a node of a query does."""

    needs_positions = False
    """Whether its matcher reads positions. AND evaluates such an operator last, for fewer
    documents."""

    # Matcher and scorer.

    @abstractmethod
    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        """The scorer of the documents that match; with `weight` 0 they are not scored.

        Only documents of `among` (None: all) are asked for: whether others are there is undefined.
        Filters may match deleted documents, which the caller removes.
        """

    # Highlights.

    @abstractmethod
    def highlight(self, article: HighlightedArticle) -> list[FieldMark] | None:
        """The marks in an article, or None when the article does not match."""

    @property
    @abstractmethod
    def has_highlights(self) -> bool:
        """Whether the operator ever marks anything."""

    @abstractmethod
    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        """The words that a text of the field ("title", "body") has to be scanned for, to highlight
        the article; None when all its words are needed."""

    @property
    @abstractmethod
    def reach(self) -> int:
        """The largest distance, in positions, that can change whether the operator matches
        (ANY_REACH: any distance can)."""

    def separately_highlighted(self, *, is_optional: bool = False) -> tuple[SpanOperator, ...] | None:
        """The operators that can be highlighted each by itself, field by field: all their spans are
        marked, whatever else of the query matches. None when the marks depend on the whole article.

        `is_optional`: articles that this operator does not match can be hits too, because it is a
        child of OR.

        Reference implementation: None. With separate operators a page of ten hits takes 20 to
        30 % less time than without.
        """
        return None if self.has_highlights else ()


class SpanOperator(Operator):
    """An operator with spans, all in one field; without a field (""), in the title and in the
    body."""

    needs_positions = True

    @property
    @abstractmethod
    def field(self) -> str:
        """The field of the query language, or ""."""

    # Matcher and spans, in one field; `attribute` is that of Article.

    @abstractmethod
    def candidate_bits(self, context: SearchContext, attribute: str, among: Bitset | None) -> Bitset:
        """The documents (of `among`) that have the words that a span needs, as a bitset."""

    @abstractmethod
    def spans(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        """The spans in some documents (ascending). A document index of a span is an index in
        `docs`."""

    def docs(self, context: SearchContext, attribute: str, among: Bitset | None = None) -> Ints:
        """The documents (ascending) that have a span; whether those outside of `among` are there is
        undefined."""
        candidate_docs = bitsets.to_docs(self.candidate_bits(context, attribute, among), context.snapshot.size)
        return candidate_docs[distinct(self.spans(context, attribute, candidate_docs).doc_indexes)]

    def spans_inside(self, context: SearchContext, attribute: str, passage: Passage, docs: Ints) -> tuple[Spans, Ints]:
        """The spans in some documents (ascending) that lie wholly in a passage, and the number of
        the passage of each."""
        columns = context.snapshot.field(attribute)
        found = self.spans(context, attribute, docs)
        starts = columns.position_keys.starts[docs][found.doc_indexes]
        first, last = ((keys & POSITION_MASK).astype(starts.dtype) + starts for keys in (found.first, found.last))
        numbers = columns.passages(passage, docs).numbers_of(first, last)
        inside = numbers >= 0
        return found.select(inside), numbers[inside]

    def bits_inside(self, context: SearchContext, attribute: str, passage: Passage, among: Bitset | None) -> Bitset:
        """The documents that have a span wholly in a passage; whether those outside of `among` are
        there is undefined."""
        docs = bitsets.to_docs(self.candidate_bits(context, attribute, among), context.snapshot.size)
        found, _ = self.spans_inside(context, attribute, passage, docs)
        return bitsets.from_docs(docs[distinct(found.doc_indexes)], context.snapshot.size)

    def count_spans(self, context: SearchContext, docs: Ints) -> Ints:
        """The number of spans of each of some documents (ascending), in all fields together."""
        counts = np.zeros(len(docs), dtype=np.int64)
        for attribute in attributes_of(self.field):
            counts += np.bincount(self.spans(context, attribute, docs).doc_indexes, minlength=len(docs))
        return counts

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        found = [(a, self.docs(context, a, among), weight * factor) for a, factor in context.weighted_attributes(self.field)]
        return SpanScorer(context, self, found)

    # Scorer.

    @abstractmethod
    def score_docs_with_span(
        self, context: SearchContext, attribute: str, batch: ScoringBatch, weight: float
    ) -> Floats | None:
        """The scores of documents that all have a span in this field; None stands for zeros.
        `weight` is not 0."""

    def score_docs(self, context: SearchContext, attribute: str, batch: ScoringBatch, weight: float) -> Floats | None:
        """The scores of some documents, 0 for those without a span in this field; None stands for
        zeros."""
        among = bitsets.from_docs(batch.docs, context.snapshot.size)
        return self.score_docs_given(context, attribute, batch, self.docs(context, attribute, among), weight)

    def score_docs_given(
        self, context: SearchContext, attribute: str, batch: ScoringBatch, docs_with_span: Ints, weight: float
    ) -> Floats | None:
        """The scores that `score_docs` computes, for a caller that knows which documents
        (ascending) have a span."""
        _, has_span = locate(docs_with_span, batch.docs)
        if has_span.all():
            return self.score_docs_with_span(context, attribute, batch, weight)
        if not has_span.any():
            return None
        chosen = ScoringBatch(context.snapshot, batch.docs[has_span])
        scores = self.score_docs_with_span(context, attribute, chosen, weight)
        if scores is None:
            return None
        all_scores = np.zeros(len(batch.docs))
        all_scores[has_span] = scores
        return all_scores

    def scorer_of(self, context: SearchContext, attribute: str, bits: Bitset, weight: float) -> Scorer:
        """The scorer of some documents, which all have a span in this field."""
        return SpanScorer(context, self, [(attribute, bitsets.to_docs(bits, context.snapshot.size), weight)])

    def impacts(self, context: SearchContext, attribute: str, weight: float) -> list[tuple[Impacts, float]] | None:
        """The impacts of the operator's words with their weights, if each word scores in every
        document that matches; else None."""
        return None

    # Highlights.

    @abstractmethod
    def spans_in(self, text: HighlightedText) -> MarkedSpans:
        """The spans in one text, with the marks of each."""

    def marks(self, text: HighlightedText) -> list[Mark]:
        """The marks of all spans in one text, in any order."""
        return [mark for marks in self.spans_in(text).values() for mark in marks]

    @property
    def has_highlights(self) -> bool:
        return self.field in ("", *TEXT_FIELDS)

    def highlight(self, article: HighlightedArticle) -> list[FieldMark] | None:
        names = (self.field,) if self.field else TEXT_FIELDS
        found = [(name, start, end) for name in names for text in article.texts(name) for start, end in self.marks(text)]
        return [mark for mark in found if mark[0] in TEXT_FIELDS] if found else None

    def separately_highlighted(self, *, is_optional: bool = False) -> tuple[SpanOperator, ...] | None:
        return (self,)


def attributes_of(name: str) -> tuple[str, ...]:
    """The attributes of Article in which words of a field (or of none, "") are looked up."""
    return (FIELDS[name].attribute,) if name else TEXT_FIELDS


class SpanScorer(Scorer):
    """The documents in which an operator has a span. `found` are, for each attribute, these
    documents (ascending) and the weight of the attribute."""

    def __init__(self, context: SearchContext, operator: SpanOperator, found: Sequence[tuple[str, Ints, float]]) -> None:
        super().__init__(bitsets.from_docs(np.concatenate([docs for _, docs, _ in found]), context.snapshot.size))
        self._context, self._operator = context, operator
        self._found = [part for part in found if len(part[1]) and part[2] != 0.0]
        self.is_scored = bool(self._found)

    @cached_property
    def _impacts(self) -> list[list[tuple[Impacts, float]] | None]:
        """The impacts of the words in each field, or None (see SpanOperator.impacts)."""
        return [self._operator.impacts(self._context, attribute, weight) for attribute, _, weight in self._found]

    @property
    def slack(self) -> float:
        return sum(weight * impacts.unit for part in self._impacts for impacts, weight in part or ())

    def add_bounds(self, sums: Float32s, docs: Ints | None) -> None:
        if docs is not None:
            bounds = np.zeros(self._context.snapshot.size, dtype=np.float32)
            self.add_bounds(bounds, None)
            sums += bounds[docs]
            return
        for (attribute, found, weight), impacts in zip(self._found, self._impacts, strict=True):
            if impacts is None:
                batch = ScoringBatch(self._context.snapshot, found)
                scores = self._operator.score_docs_with_span(self._context, attribute, batch, weight)
                if scores is not None:
                    sums[found] += scores.astype(np.float32)
            else:
                for of_word, factor in impacts:
                    sums[found] += of_word.bounds_at(found, factor)

    def score(self, batch: ScoringBatch) -> Floats | None:
        return sum_scores(
            [
                self._operator.score_docs_given(self._context, attribute, batch, found, weight)
                for attribute, found, weight in self._found
            ]
        )
