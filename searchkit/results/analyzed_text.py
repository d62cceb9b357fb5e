"""A text that is analysed, so that the words of any query can be found in it. It takes longer than
to scan the text for words that are known before (`scanned_text`), but always works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    phrase_spans,
    sentence_starts,
    tokenize,
    unit_numbers,
    wildcard_regex,
    without_hyphen,
)
from searchkit.model import CharRange, Mark
from searchkit.query.nodes import Fuzzy, Passage, Regex, SingleWord, Unit, Wildcard, Word, assert_never_node
from searchkit.query.operators import MarkedSpans


class WordFinder:
    """Finds the words of queries among surface forms."""

    def __init__(self, forms: Sequence[str], analyzer: Analyzer, *, stemmed: bool = True) -> None:
        """See AnalyzedText. The form of a divided word is the joined word, without its hyphen."""
        self._forms, self._stemmed = forms, stemmed
        self._make_term = analyzer.term if stemmed else fold
        self._make_query_terms = analyzer.query_terms if stemmed else _fold_query_term

    def find(self, word: SingleWord) -> list[int]:
        """The indexes (ascending) of the forms that a word of a query matches."""
        match word:
            case Word(text, _, True) if self._stemmed:
                return [index for index, form in enumerate(self._forms) if matches_surface_form(form, text)]
            case Word(text):
                found = [self._by_term[term] for term in self._make_query_terms(text) if term in self._by_term]
                return found[0] if len(found) == 1 else sorted(index for indexes in found for index in indexes)
            case Wildcard(pattern):
                matches = wildcard_regex(pattern).fullmatch
                return self._indexes_of_folded({form for form in self._by_folded if matches(form)})
            case Regex(pattern):
                accepts = analysis.compile_pattern(pattern).fullmatch
                return self._indexes_of_folded({form for form in self._by_folded if accepts(form)})
            case Fuzzy(text, edits):
                return self._indexes_of_folded(
                    {form for form in self._by_folded if analysis.within_edits(form, text, edits)}
                )
            case _:
                assert_never_node(word)

    def _indexes_of_folded(self, folded: set[str]) -> list[int]:
        return sorted(index for form in folded for index in self._by_folded[form])

    @cached_property
    def _by_term(self) -> dict[str, list[int]]:
        indexes: dict[str, list[int]] = {}
        for index, form in enumerate(self._forms):
            indexes.setdefault(self._make_term(form), []).append(index)
        return indexes

    @cached_property
    def _by_folded(self) -> dict[str, list[int]]:
        indexes: dict[str, list[int]] = {}
        for index, form in enumerate(self._forms):
            indexes.setdefault(fold(form), []).append(index)
        return indexes


class AnalyzedText:
    """A HighlightedText that knows all words of a text, and their positions."""

    def __init__(self, text: str, analyzer: Analyzer, *, stemmed: bool = True) -> None:
        """`analyzer` is that of the article's language.

        If `stemmed`, as in title and body, words are compared by stem, or by surface form where the
        query says so, and divided words are found. Else words are compared by their folded form.
        """
        self.tokens: Tokens = tokenize(text, analyzer.language)
        self._text, self._language = text, analyzer.language
        tokens = self.tokens
        # What a query can find, by one index in three lists: the tokens, and after them the divided
        # words.
        forms, self._spans = tokens.forms, [(position, position) for position in tokens.positions]
        self._marks = list(zip(tokens.starts, tokens.ends, strict=True))
        if tokens.divided and stemmed:
            forms = [*tokens.forms, *(without_hyphen(tokens.joined_form(first)) for first in tokens.divided)]
            self._spans += [(tokens.positions[first], tokens.positions[first + 1]) for first in tokens.divided]
            self._marks += [(tokens.starts[first], tokens.ends[first + 1]) for first in tokens.divided]
        self._find_word = WordFinder(forms, analyzer, stemmed=stemmed).find

    def marks(self, query_words: Sequence[SingleWord]) -> list[Mark]:
        """The marks of a word, or of words next to each other."""
        mark_of = self.mark_of
        chains = phrase_spans([self.spans(word) for word in query_words], [1] * (len(query_words) - 1), 0)
        return [(mark_of[chain[0]][0], mark_of[chain[-1]][1]) for chain in chains]

    def marked_spans(self, word: SingleWord) -> MarkedSpans:
        """The spans of a word, with the mark of each."""
        return {self._spans[index]: {self._marks[index]} for index in self._find_word(word)}

    def spans(self, word: SingleWord) -> list[Span]:
        """The spans of a word, ascending."""
        return sorted(self._spans[index] for index in self._find_word(word))

    @cached_property
    def mark_of(self) -> dict[Span, Mark]:
        """The mark of each span of a word."""
        return dict(zip(self._spans, self._marks, strict=True))

    def passages(self, passage: Passage) -> list[CharRange]:
        """The passages of a kind, as start and end offsets, in order."""
        match passage:
            case "lede":
                ends = self.tokens.ends[: analysis.LEDE_WORDS]
                return [(0, ends[-1])] if ends else []
            case "quote":
                return analysis.find_quotations(self._text)
            case _:
                assert_never(passage)

    def units(self, unit: Unit) -> Mapping[int, int]:
        """The number of the sentence or paragraph of each position."""
        match unit:
            case "sentence":
                return self._sentences
            case "paragraph":
                return self._paragraphs
            case _:
                assert_never(unit)

    @cached_property
    def _sentences(self) -> dict[int, int]:
        return unit_numbers(self.tokens.positions, sentence_starts(self._text, self.tokens, self._language))

    @cached_property
    def _paragraphs(self) -> dict[int, int]:
        return unit_numbers(self.tokens.positions, paragraph_starts(self.tokens.positions))


def _fold_query_term(form: str) -> tuple[str]:
    return (fold(form),)
