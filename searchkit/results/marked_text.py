"""Where does one text have the words of a query, and which characters are marked for them?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import assert_never

from searchkit import analysis
from searchkit.analysis import (
    Analyzer,
    Span,
    Tokens,
    fold,
    matches_surface_form,
    paragraph_starts,
    sentence_starts,
    tokenize,
    unit_numbers,
    wildcard_regex,
    without_hyphen,
)
from searchkit.model import Mark
from searchkit.query.nodes import Fuzzy, Regex, SingleWord, Unit, Wildcard, Word, assert_never_node
from searchkit.query.operators import MarkedSpans


class MarkedText:
    """A text with its words found; a HighlightedText. `stemmed`: its words have stems and surface forms; else they are
    folded."""

    def __init__(self, text: str, analyzer: Analyzer, words: Tokens | None = None, *, stemmed: bool = True) -> None:
        """`analyzer` is that of the article; `words` are those of the text, or, where that will do, those of them that a
        query wants."""
        self.words: Tokens = tokenize(text, analyzer.language) if words is None else words
        self._text, self._language = text, analyzer.language
        self._stemmed = stemmed
        self._term = analyzer.term if stemmed else fold
        self._query_terms = analyzer.query_terms if stemmed else _folded
        words = self.words
        # What a query can find: the words, and behind them those that a hyphen divides, with their places and marks.
        self._forms, self._spans = words.forms, [(position, position) for position in words.positions]
        self._marks = list(zip(words.starts, words.ends, strict=True))
        if words.divided and stemmed:
            self._forms = [*words.forms, *(without_hyphen(words.joined_form(first)) for first in words.divided)]
            self._spans += [(words.positions[first], words.positions[first + 1]) for first in words.divided]
            self._marks += [(words.starts[first], words.ends[first + 1]) for first in words.divided]

    def marked_spans(self, word: SingleWord) -> MarkedSpans:
        """The places of a word, with the mark of each."""
        return {self._spans[i]: {self._marks[i]} for i in self._indexes(word)}

    def spans(self, word: SingleWord) -> list[Span]:
        """The places of a word, ascending."""
        return sorted(self._spans[i] for i in self._indexes(word))

    @cached_property
    def mark_of(self) -> dict[Span, Mark]:
        """The mark of each place of a word."""
        return dict(zip(self._spans, self._marks, strict=True))

    def units(self, unit: Unit) -> Mapping[int, int]:
        """The number of the sentence or paragraph of each position."""
        match unit:
            case "sentence":
                return self._sentences
            case "paragraph":
                return self._paragraphs
            case _:
                assert_never(unit)

    def _indexes(self, word: SingleWord) -> list[int]:
        """Which words (by number) satisfy this one."""
        match word:
            case Word(text, _, True) if self._stemmed:
                return [index for index, form in enumerate(self._forms) if matches_surface_form(form, text)]
            case Word(text):
                found = [self._by_term[term] for term in self._query_terms(text) if term in self._by_term]
                return found[0] if len(found) == 1 else sorted(index for indexes in found for index in indexes)
            case Wildcard(pattern):
                matches = wildcard_regex(pattern).fullmatch
                return self._fitting({form for form in self._by_folded if matches(form)})
            case Regex(pattern):
                accepts = analysis.compile_pattern(pattern).fullmatch
                return self._fitting({form for form in self._by_folded if accepts(form)})
            case Fuzzy(text, edits):
                return self._fitting({form for form in self._by_folded if analysis.within_edits(form, text, edits)})
            case _:
                assert_never_node(word)

    def _fitting(self, folded: set[str]) -> list[int]:
        return sorted(index for form in folded for index in self._by_folded[form])

    @cached_property
    def _by_term(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, form in enumerate(self._forms):
            places.setdefault(self._term(form), []).append(index)
        return places

    @cached_property
    def _by_folded(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, form in enumerate(self._forms):
            places.setdefault(fold(form), []).append(index)
        return places

    @cached_property
    def _sentences(self) -> dict[int, int]:
        return unit_numbers(self.words.positions, sentence_starts(self._text, self.words, self._language))

    @cached_property
    def _paragraphs(self) -> dict[int, int]:
        return unit_numbers(self.words.positions, paragraph_starts(self.words.positions))


def _folded(form: str) -> tuple[str]:
    return (fold(form),)
