"""What an operator is highlighted in: a text with its words found, and an article of such texts.

The texts themselves are made by `results`; here stands what operators ask of them. No NumPy: one text at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from searchkit.analysis import Span, Tokens, covering_spans
from searchkit.model import Article, Mark
from searchkit.query.nodes import SingleWord, Unit

FieldMark = tuple[str, int, int]
"""A field ("title" or "body") and a span of its text."""

MarkedSpans = dict[Span, set[Mark]]
"""Places (first and last position) with the spans of the text that are marked for each."""


class HighlightedText(Protocol):
    """One text."""

    @property
    def words(self) -> Tokens:
        """The words of the text, or, where that will do, those of them that the query wants."""

    def marked_spans(self, word: SingleWord) -> MarkedSpans:
        """The places of a word, with the mark of each."""

    def spans(self, word: SingleWord) -> list[Span]:
        """The places of a word, ascending."""

    @property
    def mark_of(self) -> Mapping[Span, Mark]:
        """The mark of each place of a word."""

    def units(self, unit: Unit) -> Mapping[int, int]:
        """The number of the sentence or paragraph of each position."""


class HighlightedArticle(Protocol):
    """One article."""

    @property
    def article(self) -> Article: ...

    def texts(self, field: str) -> Sequence[HighlightedText]:
        """The texts of a field (of the query language): none, one, or several of authors and topics."""


def paired(one: MarkedSpans, other: MarkedSpans, pairs: Iterable[tuple[Span, Span]]) -> MarkedSpans:
    """The places from the one to the other of each pair, with the marks of both."""
    return united((covering_spans([(left, right)])[0], one[left] | other[right]) for left, right in pairs)


def united(found: Iterable[tuple[Span, set[Mark]]]) -> MarkedSpans:
    """The places, those found twice with the marks of both."""
    places: MarkedSpans = {}
    for span, marks in found:
        places[span] = places.get(span, set()) | marks
    return places
