"""What operators ask of a text or an article to highlight it; `results` implements it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from searchkit.analysis import Span, Tokens, covering_spans
from searchkit.model import Article, CharRange, Mark
from searchkit.query.nodes import Passage, SingleWord, Unit

FieldMark = tuple[str, int, int]
"""A field ("title" or "body"), and the start and end offset of a highlight in its text."""

MarkedSpans = dict[Span, set[Mark]]
"""Spans (first and last position), and the highlights in the text for each."""


class HighlightedText(Protocol):
    """One text."""

    @property
    def tokens(self) -> Tokens:
        """All tokens of the text."""

    def marks(self, query_words: Sequence[SingleWord]) -> list[Mark]:
        """The marks of a word, or of words next to each other."""

    def marked_spans(self, word: SingleWord) -> MarkedSpans:
        """The spans of a word, with the mark of each."""

    def spans(self, word: SingleWord) -> list[Span]:
        """The spans of a word, ascending."""

    @property
    def mark_of(self) -> Mapping[Span, Mark]:
        """The mark of each span of a word."""

    def passages(self, passage: Passage) -> Sequence[CharRange]:
        """The passages of a kind, as start and end offsets, in order."""

    def units(self, unit: Unit) -> Mapping[int, int]:
        """The number of the sentence or paragraph of each position."""


class HighlightedArticle(Protocol):
    """One article."""

    @property
    def article(self) -> Article: ...

    def texts(self, field: str) -> Sequence[HighlightedText]:
        """The texts of a field of the query language: none, one, or several (authors, topics)."""


def join_pairs(one: MarkedSpans, other: MarkedSpans, pairs: Iterable[tuple[Span, Span]]) -> MarkedSpans:
    """The spans from the one to the other of each pair, with the marks of both."""
    return merge_spans((covering_spans([(left, right)])[0], one[left] | other[right]) for left, right in pairs)


def merge_spans(found: Iterable[tuple[Span, set[Mark]]]) -> MarkedSpans:
    """The spans, each once; one that was found several times has the marks of all."""
    merged: MarkedSpans = {}
    for span, marks in found:
        merged[span] = merged.get(span, set()) | marks
    return merged
