"""Words and patterns: the operator whose spans are the positions of one word of the query.

`query.terms` finds the terms of the index that the word stands for.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from searchkit.arrays import Float32s, Floats, Ints
from searchkit.model import Mark
from searchkit.query import bitsets, spans
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import Passage, SingleWord
from searchkit.query.operators.base import SearchContext, SpanOperator, WeightedAttributes
from searchkit.query.operators.highlights import HighlightedText, MarkedSpans
from searchkit.query.scorers import Scorer, ScoringBatch, SumScorer, sum_scores
from searchkit.query.spans import Spans
from searchkit.query.word_lookup import WordLookup
from searchkit.query.word_postings import Impacts
from searchkit.scoring import bm25


class WordOperator(SpanOperator):
    """A word, a wildcard, a fuzzy word or a regular expression."""

    needs_positions = False

    def __init__(self, word: SingleWord) -> None:
        self._word = word

    @property
    def field(self) -> str:
        return self._word.field

    # Matcher and spans.

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        return WordScorer(context.words, self._word, context.weighted_attributes(self.field), weight, context.snapshot.size)

    def candidate_bits(self, context: SearchContext, attribute: str, among: Bitset | None) -> Bitset:
        bits = context.words.postings(self._word, attribute).bits
        return bits if among is None else bits & among

    def docs(self, context: SearchContext, attribute: str, among: Bitset | None = None) -> Ints:
        return bitsets.to_docs(self.candidate_bits(context, attribute, among), context.snapshot.size)

    def spans(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        return spans_of_word(context, self._word, attribute, docs)

    # Scorer.

    def score_docs_with_span(self, context: SearchContext, attribute: str, batch: ScoringBatch, weight: float) -> Floats:
        return score_word(context, self._word, attribute, batch, weight)

    def score_docs(self, context: SearchContext, attribute: str, batch: ScoringBatch, weight: float) -> Floats:
        return self.score_docs_with_span(context, attribute, batch, weight)  # 0 in documents without the word

    # Inside passages.

    def bits_inside(self, context: SearchContext, attribute: str, passage: Passage, among: Bitset | None) -> Bitset:
        return context.words.bits_inside(self._word, attribute, passage)

    def scorer_of(self, context: SearchContext, attribute: str, bits: Bitset, weight: float) -> Scorer:
        whole = WordScorer(context.words, self._word, ((attribute, 1.0),), weight, context.snapshot.size)
        return SumScorer(bits, [whole])

    # Highlights: each span.

    def spans_in(self, text: HighlightedText) -> MarkedSpans:
        return text.marked_spans(self._word)

    def marks(self, text: HighlightedText) -> list[Mark]:
        return text.marks((self._word,))

    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        return (self._word,) if self.field in ("", field) else ()

    @property
    def reach(self) -> int:
        return 1


def spans_of_word(context: SearchContext, word: SingleWord, attribute: str, docs: Ints) -> Spans:
    """The spans of a word in some documents (ascending)."""
    postings = context.words.postings(word, attribute)
    doc_indexes = np.flatnonzero(bitsets.contains(postings.bits, docs))
    docs_with_word = docs[doc_indexes]
    word_positions = context.words.positions(word, attribute)
    keys, counts, indexes = word_positions.keys_in_docs(docs_with_word)
    starts = context.snapshot.field(attribute).position_keys.starts[docs_with_word]
    positions = keys.astype(np.int64) - np.repeat(starts, counts)
    divided = word_positions.divided
    widths = np.isin(indexes, divided).astype(np.int64) + 1 if len(divided) else None
    return spans.from_positions(np.repeat(doc_indexes, counts), positions, widths)


def score_word(context: SearchContext, word: SingleWord, attribute: str, batch: ScoringBatch, weight: float) -> Floats:
    """The scores of a word in some documents, 0 in those without it."""
    postings = context.words.postings(word, attribute)
    return bm25(postings.tf_at(batch.docs), batch.norms(attribute), weight * postings.idf)


class WordScorer(Scorer):
    """The documents that have a word in any of some attributes of Article."""

    def __init__(
        self, words: WordLookup, word: SingleWord, attributes: WeightedAttributes, weight: float, size: int
    ) -> None:
        found = [(name, words.postings(word, name), weight * factor) for name, factor in attributes]
        self._scored = [part for part in found if part[2] != 0.0 and len(part[1])]
        """Attributes that score, with the postings of the word and its weight in each."""
        bits = [postings.bits for _, postings, _ in found if len(postings)]
        super().__init__(bitsets.union(bits, size))
        self._words, self._word = words, word
        self.is_scored = bool(self._scored)

    @cached_property
    def _impacts(self) -> list[tuple[Impacts, float]]:
        return [(self._words.impacts(self._word, attribute), weight) for attribute, _, weight in self._scored]

    @property
    def slack(self) -> float:
        return sum(weight * impacts.unit for impacts, weight in self._impacts)

    def add_bounds(self, sums: Float32s, docs: Ints | None) -> None:
        for impacts, weight in self._impacts:
            if docs is None:
                impacts.add_bounds(sums, weight)
            else:
                sums += impacts.bounds_at(docs, weight)

    def score(self, batch: ScoringBatch) -> Floats | None:
        return sum_scores(
            [
                bm25(postings.tf_at(batch.docs), batch.norms(attribute), weight * postings.idf)
                for attribute, postings, weight in self._scored
            ]
        )
