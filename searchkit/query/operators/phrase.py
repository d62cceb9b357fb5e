"""Phrases: the operator whose spans are words in order, side by side or with a few words between
them."""

from __future__ import annotations

import itertools

import numpy as np

from searchkit.analysis import Span, phrase_spans
from searchkit.arrays import Floats, Ints
from searchkit.model import Mark
from searchkit.query import bitsets, phrases, spans
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import Gap, Phrase, SingleWord
from searchkit.query.operators.base import SearchContext, SpanOperator
from searchkit.query.operators.highlights import HighlightedText, MarkedSpans, merge_spans
from searchkit.query.operators.words import score_word, spans_of_word
from searchkit.query.scorers import ScoringBatch, sum_scores
from searchkit.query.sorted_arrays import distinct, locate
from searchkit.query.spans import Spans
from searchkit.query.word_postings import Impacts

_NONE = np.zeros(0, dtype=np.int64)


class PhraseOperator(SpanOperator):
    """A phrase."""

    def __init__(self, phrase: Phrase) -> None:
        self._phrase = phrase
        indexed = [(item, index) for index, item in enumerate(phrase.items) if not isinstance(item, Gap)]
        self._words = tuple([word for word, _ in indexed])
        self._shifts = [index - indexed[0][1] for _, index in indexed]
        """The distance of each word from the first."""
        self._steps = [after - before for before, after in itertools.pairwise(self._shifts)]
        """The distance of each word from the one before."""
        self._is_fixed = phrase.slop == 0 and len(phrase.items) <= phrases.MAX_SHIFT
        """Whether all distances are fixed and small, so that keys can be merged."""

    @property
    def field(self) -> str:
        return self._phrase.field

    # Matcher and spans.

    def candidate_bits(self, context: SearchContext, attribute: str, among: Bitset | None) -> Bitset:
        parts = [context.words.postings(word, attribute).bits for word in self._words]
        return np.bitwise_and.reduce(parts if among is None else [*parts, among])

    def docs(self, context: SearchContext, attribute: str, among: Bitset | None = None) -> Ints:
        if not self._is_fixed:
            return super().docs(context, attribute, among)
        bits = self.candidate_bits(context, attribute, among)
        position_keys = context.snapshot.field(attribute).position_keys
        keys = phrases.find_phrases(self._phrase_words(context, attribute), bits, position_keys)
        found = distinct(position_keys.docs_of(keys))
        divided = self._divided_docs(context, attribute, bits)
        if len(divided):
            spans_in_divided = self._spans_in_divided_docs(context, attribute, divided)
            found = np.union1d(found, divided[distinct(spans_in_divided.doc_indexes)])
        return found

    def spans(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        # Not all of the documents need have all words: those of an OR have one of its operands.
        bits = self.candidate_bits(context, attribute, bitsets.from_docs(docs, context.snapshot.size))
        if self._is_fixed:
            position_keys = context.snapshot.field(attribute).position_keys
            keys = phrases.find_phrases(self._phrase_words(context, attribute), bits, position_keys)
            found_docs = position_keys.docs_of(keys)
            doc_indexes, was_asked_for = locate(docs, found_docs)
            first = (doc_indexes << 32) | (keys - position_keys.starts[found_docs]).astype(np.int64)
            first = first[was_asked_for]
            undivided = Spans(first, first + self._shifts[-1])
        else:
            firsts = [spans.undivided_keys(spans_of_word(context, word, attribute, docs)) for word in self._words]
            undivided = spans.phrase(firsts, self._steps, self._phrase.slop)
        divided = self._divided_docs(context, attribute, bits)
        if not len(divided):
            return undivided
        # In documents with divided words, the ends of words matter too: there, spans are found
        # again, by both ends.
        indexes = np.searchsorted(docs, divided)
        others = undivided.select(~np.isin(undivided.doc_indexes, indexes))
        spans_in_divided = self._spans_in_divided_docs(context, attribute, divided)
        shift = (indexes[spans_in_divided.doc_indexes] - spans_in_divided.doc_indexes) << 32
        return spans.union([others, Spans(spans_in_divided.first + shift, spans_in_divided.last + shift)])

    def _phrase_words(self, context: SearchContext, attribute: str) -> list[phrases.PhraseWord]:
        """The words, with their distances from the first."""
        return [
            (context.words.postings(word, attribute), context.words.positions(word, attribute), shift)
            for word, shift in zip(self._words, self._shifts, strict=True)
        ]

    def _divided_docs(self, context: SearchContext, attribute: str, among: Bitset) -> Ints:
        """The documents (of `among`) in which a word of the phrase is a divided word."""
        position_keys = context.snapshot.field(attribute).position_keys
        found = [_NONE]
        for word in self._words:
            positions = context.words.positions(word, attribute)
            if len(positions.divided):
                found.append(distinct(position_keys.docs_of(positions.keys[positions.divided])))
        divided = np.unique(np.concatenate(found)) if len(found) > 1 else _NONE
        return divided[bitsets.contains(among, divided)] if len(divided) else divided

    def _spans_in_divided_docs(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        """The spans in documents with divided words; see `phrase_spans`."""
        words = [spans_of_word(context, word, attribute, docs) for word in self._words]
        return spans.phrase_of_spans(words, self._steps, self._phrase.slop)

    # Scorer: the sum of the words.

    def score_docs_with_span(
        self, context: SearchContext, attribute: str, batch: ScoringBatch, weight: float
    ) -> Floats | None:
        return sum_scores([score_word(context, word, attribute, batch, weight) for word in self._words])

    def impacts(self, context: SearchContext, attribute: str, weight: float) -> list[tuple[Impacts, float]]:
        return [(context.words.impacts(word, attribute), weight) for word in self._words]

    # Highlights: from the first word to the last, or, with other words among them, each word.

    def spans_in(self, text: HighlightedText) -> MarkedSpans:
        spans_of_words: list[list[Span]] = [text.spans(word) for word in self._words]
        mark_of = text.mark_of
        chains = phrase_spans(spans_of_words, self._steps, self._phrase.slop)
        found = (((chain[0][0], chain[-1][1]), chain) for chain in chains)
        if self._phrase.slop == 0:
            return merge_spans((span, {(mark_of[chain[0]][0], mark_of[chain[-1]][1])}) for span, chain in found)
        return merge_spans((span, {mark_of[word] for word in chain}) for span, chain in found)

    def marks(self, text: HighlightedText) -> list[Mark]:
        if self._phrase.slop == 0 and len(self._words) == len(self._phrase.items):
            return text.marks(self._words)
        return super().marks(text)

    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        return self._words if self.field in ("", field) else ()

    @property
    def reach(self) -> int:
        return max(self._steps, default=1) + self._phrase.slop
