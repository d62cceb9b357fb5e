"""What every operator of a query does, and what it is given for that.

An operator says which documents match a node of the query and what they score (`match`), and what is highlighted in an
article that matches (`highlight` and what follows it). A SpanOperator also says where its spans are, in many documents at
once (`spans`) and in one text (`spans_in`). What a subclass has to say is abstract; the rest holds for all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.arrays import Float32s, Floats, Ints
from searchkit.model import Mark
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import SingleWord
from searchkit.query.operators.highlights import FieldMark, HighlightedArticle, HighlightedText, MarkedSpans
from searchkit.query.phrases import distinct
from searchkit.query.scorers import Scorer
from searchkit.query.segment_postings import locate
from searchkit.query.snapshot import Snapshot
from searchkit.query.spans import Spans
from searchkit.query.word_postings import Candidates, Impacts, WordLookup, sum_of
from searchkit.schema import FIELDS, SEARCHED, TITLE_WEIGHT

ANY_REACH = 100
"""The reach of operators that want more than positions: paragraphs are so far apart, and further."""

Fields = tuple[tuple[str, float], ...]
"""Attributes of Article in which a word is looked for, and its weight there (0: it does not score)."""

_WEIGHTS = {"title": TITLE_WEIGHT, "body": 1.0}


class SearchContext:
    """One query at work: the snapshot that it is asked of, and the words that were looked up there."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer) -> None:
        self.snapshot, self.words = snapshot, WordLookup(snapshot, analyzer)


class Operator(ABC):
    """What a node of a query does."""

    needs_positions = False
    """Whether its matcher reads positions. In an And such an operator is asked last, about fewer documents."""

    # Matcher and scorer.

    @abstractmethod
    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        """The documents that match, with their scorer; `weight` 0 does not score.

        Of documents outside of `among` (None: all) any or none may be there. Of deleted ones, filters alone may tell; the
        caller takes them out.
        """

    # Highlights.

    @abstractmethod
    def highlight(self, article: HighlightedArticle) -> list[FieldMark] | None:
        """What is marked in an article, or None when the article does not match."""

    @property
    @abstractmethod
    def has_highlights(self) -> bool:
        """Whether anything is ever marked for it."""

    @abstractmethod
    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        """The words that a text of the field ("title", "body") has to be scanned for, to highlight the article; None when
        all its words are needed."""

    @property
    @abstractmethod
    def reach(self) -> int:
        """Up to how many positions apart the distance of two words matters (ANY_REACH: always)."""

    def branches(self, *, may_fail: bool = False) -> tuple[SpanOperator, ...] | None:
        """The operators whose spans are all marked, in the title or the body alone, whatever else of the query matches;
        None when that depends on the whole article. `may_fail`: the operator itself need not match.

        Slow twin: None. With branches a page of ten hits takes 20 to 30 % less time than without.
        """
        return None if self.has_highlights else ()


class SpanOperator(Operator):
    """An operator with spans, all in one field, or, without one (""), in title and body alike."""

    needs_positions = True

    @property
    @abstractmethod
    def field(self) -> str:
        """The field of the query language, or ""."""

    # Matcher and spans, in one field; `attribute` is that of Article.

    @abstractmethod
    def candidates(self, context: SearchContext, attribute: str, among: Bitset | None) -> Bitset:
        """The documents (of `among`) that have the words which a span needs."""

    @abstractmethod
    def spans(self, context: SearchContext, attribute: str, docs: Ints) -> Spans:
        """The spans in some documents (ascending). Spans name the document by its place in `docs`."""

    def docs(self, context: SearchContext, attribute: str, among: Bitset | None = None) -> Ints:
        """The documents (ascending) that have a span; of those outside of `among`, when that is given, any or none."""
        candidates = bitsets.to_docs(self.candidates(context, attribute, among), context.snapshot.size)
        return candidates[distinct(self.spans(context, attribute, candidates).candidates)]

    def count_spans(self, context: SearchContext, docs: Ints) -> Ints:
        """How many spans some documents (ascending) have, those of all fields together."""
        counts = np.zeros(len(docs), dtype=np.int64)
        for attribute, _ in fields_of(self.field):
            counts += np.bincount(self.spans(context, attribute, docs).candidates, minlength=len(docs))
        return counts

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        found = [(a, self.docs(context, a, among), weight * factor) for a, factor in fields_of(self.field)]
        return SpanScorer(context, self, found)

    # Scorer.

    @abstractmethod
    def scores(self, context: SearchContext, attribute: str, candidates: Candidates, weight: float) -> Floats | None:
        """What documents score that all have a span in this field; None: nothing. `weight` is not 0."""

    def scores_where(self, context: SearchContext, attribute: str, candidates: Candidates, weight: float) -> Floats | None:
        """What those of some documents score that have a span in this field; 0 for the others. None: nothing."""
        docs = candidates.docs
        found = self.docs(context, attribute, bitsets.from_docs(docs, context.snapshot.size))
        found = found[locate(docs, found)[1]]  # it may name others, too
        if len(found) == len(docs):
            return self.scores(context, attribute, candidates, weight)
        if len(found) == 0:
            return None
        scores = self.scores(context, attribute, Candidates(context.snapshot, found), weight)
        if scores is None:
            return None
        every = np.zeros(len(docs))
        every[locate(docs, found)[0]] = scores
        return every

    def impacts(self, context: SearchContext, attribute: str, weight: float) -> list[tuple[Impacts, float]] | None:
        """About what each of its words scores, where all of them do in every document that matches; else None."""
        return None

    # Highlights.

    @abstractmethod
    def spans_in(self, text: HighlightedText) -> MarkedSpans:
        """The spans in one text, with what is marked for each."""

    def marks(self, text: HighlightedText) -> list[Mark]:
        """What is marked in one text, in any order."""
        return [mark for marks in self.spans_in(text).values() for mark in marks]

    @property
    def has_highlights(self) -> bool:
        return self.field in ("", *SEARCHED)

    def highlight(self, article: HighlightedArticle) -> list[FieldMark] | None:
        names = (self.field,) if self.field else SEARCHED
        found = [(name, start, end) for name in names for text in article.texts(name) for start, end in self.marks(text)]
        return [mark for mark in found if mark[0] in SEARCHED] if found else None

    def branches(self, *, may_fail: bool = False) -> tuple[SpanOperator, ...] | None:
        return (self,)


def fields_of(name: str) -> Fields:
    """The attributes of Article in which words of a field (or of none, "") are looked for, and what a word weighs there."""
    names = (name,) if name else SEARCHED
    return tuple([(FIELDS[each].attribute, _WEIGHTS.get(each, 0.0)) for each in names])


class SpanScorer(Scorer):
    """What an operator with spans matches: the documents of each field, and its weight there."""

    def __init__(self, context: SearchContext, operator: SpanOperator, found: Sequence[tuple[str, Ints, float]]) -> None:
        super().__init__(bitsets.from_docs(np.concatenate([docs for _, docs, _ in found]), context.snapshot.size))
        self._context, self._operator = context, operator
        self._found = [part for part in found if len(part[1]) and part[2] != 0.0]
        self.is_scored = bool(self._found)

    @cached_property
    def _impacts(self) -> list[list[tuple[Impacts, float]] | None]:
        """Of each field the impacts of words, where all of them score in each document."""
        return [self._operator.impacts(self._context, attribute, weight) for attribute, _, weight in self._found]

    @property
    def slack(self) -> float:
        return sum(weight * impacts.unit for part in self._impacts for impacts, weight in part or ())

    def add_bounds(self, sums: Float32s, docs: Ints | None) -> None:
        if docs is not None:
            every = np.zeros(self._context.snapshot.size, dtype=np.float32)
            self.add_bounds(every, None)
            sums += every[docs]
            return
        for (attribute, found, weight), impacts in zip(self._found, self._impacts, strict=True):
            if impacts is None:
                candidates = Candidates(self._context.snapshot, found)
                scores = self._operator.scores(self._context, attribute, candidates, weight)
                if scores is not None:
                    sums[found] += scores.astype(np.float32)
            else:
                for of_word, factor in impacts:
                    sums[found] += of_word.at(found, factor)

    def score(self, candidates: Candidates) -> Floats | None:
        context, docs = self._context, candidates.docs
        parts: list[Floats | None] = []
        for attribute, found, weight in self._found:
            _, there = locate(found, docs)
            if there.all():
                parts.append(self._operator.scores(context, attribute, candidates, weight))
            elif there.any():
                some = Candidates(context.snapshot, docs[there])
                scores = self._operator.scores(context, attribute, some, weight)
                if scores is not None:
                    every = np.zeros(len(docs))
                    every[there] = scores
                    parts.append(every)
        return sum_of(parts)
