"""A text that is scanned for the words of a query, which takes a fraction of the time of analysis.

Positions are counted only between words that are near enough for their distance to matter to the
query (see `Operator.reach`). Any greater distance counts as one more than the reach.

Reference implementation: `AnalyzedText`, which finds every word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import NoReturn, assert_never

from searchkit import analysis
from searchkit.analysis import LEDE_WORDS, Span
from searchkit.analysis.tokenizer import find_next_paragraph, token_regex
from searchkit.model import CharRange, Mark
from searchkit.query.nodes import Passage, SingleWord, Unit
from searchkit.query.operators import MarkedSpans
from searchkit.results.form_scanner import FormScanner, FoundWord, LoweredText

FormsByWord = Mapping[SingleWord, frozenset[str]]
"""The surface forms of each word of a query in one field."""

_BYTES_PER_FORM = 400
"""About what a form takes in a TextScanner."""


class ScannedText:
    """A HighlightedText of the words that a TextScanner found."""

    def __init__(
        self, original: str, text: LoweredText, language: str, found: Sequence[FoundWord], forms: FormsByWord, reach: int
    ) -> None:
        """`original` is the text as it was. `found` are the words that have any of the `forms`, in
        order."""
        self._original, self._text, self._language = original, text, language
        self._found, self._forms, self._reach = found, forms, reach

    def marks(self, query_words: Sequence[SingleWord]) -> list[Mark]:
        """The marks of a word, or of words next to each other."""
        found, first = self._found, self._forms[query_words[0]]
        if len(query_words) == 1:
            return [(start, end) for start, end, form in found if form in first]
        others = [self._forms[word] for word in query_words[1:]]
        marks: list[Mark] = []
        for index in range(len(found) - len(others)):
            start, end, form = found[index]
            if form in first:
                following = found[index + 1 : index + len(query_words)]
                for (next_start, next_end, next_form), forms in zip(following, others, strict=True):
                    if next_form not in forms or self._distance(end, next_start, 1) > 1:
                        break
                    end = next_end
                else:
                    marks.append((start, end))
        return marks

    def spans(self, word: SingleWord) -> list[Span]:
        """The spans of a word, ascending."""
        forms = self._forms[word]
        return [span for (_, _, form), span in zip(self._found, self._spans, strict=True) if form in forms]

    def marked_spans(self, word: SingleWord) -> MarkedSpans:
        """The spans of a word, with the mark of each."""
        return {span: {mark} for span, mark in zip(self.spans(word), self.marks((word,)), strict=True)}

    @cached_property
    def mark_of(self) -> dict[Span, Mark]:
        """The mark of each span of a word."""
        return {span: (start, end) for span, (start, end, _) in zip(self._spans, self._found, strict=True)}

    @cached_property
    def _spans(self) -> list[Span]:
        position = last = 0
        spans: list[Span] = []
        for start, end, _ in self._found:
            if spans:
                position += self._distance(last, start, self._reach)
            spans.append((position, position))
            last = end
        return spans

    def _distance(self, end: int, start: int, most: int) -> int:
        """The distance in positions between a word that ends at `end` and the next one, which
        starts at `start`; `most` + 1 for any greater distance.

        Reference implementation: the difference of their positions by `tokenize`.
        """
        normal, lowered = self._text
        if start == end + 1 and normal[end] == " ":
            return 1
        distance = 1
        between = lowered[end + 1 : start + 1]
        if between and not between.isspace():
            if most == 1:
                return 2
            for word in token_regex(normal, self._language).finditer(normal, end):
                if word.start() >= start:
                    break
                distance += 1
                if distance > most:
                    return distance
        return most + 1 if find_next_paragraph(normal, end, start) >= 0 else distance

    def passages(self, passage: Passage) -> list[CharRange]:
        """The passages of a kind, as start and end offsets, in order.

        Reference implementation: that of AnalyzedText.
        """
        match passage:
            case "lede":
                words = token_regex(self._text.normal, self._language).finditer(self._text.normal)
                ends = [word.end() for word in islice(words, LEDE_WORDS)]
                return [(0, ends[-1])] if ends else []
            case "quote":
                return analysis.find_quotations(self._original)
            case _:
                assert_never(passage)

    @property
    def tokens(self) -> NoReturn:
        raise NotImplementedError("an operator that needs all words of a text has no words_in")

    def units(self, unit: Unit) -> NoReturn:
        raise NotImplementedError("an operator that needs sentences or paragraphs has ANY_REACH")


class TextScanner:
    """Finds the words of a query in the texts of one field. Safe for many threads."""

    def __init__(self, forms: FormsByWord, reach: int) -> None:
        """`forms` have to be all that the texts have; `reach` is that of the query's operators."""
        self._forms, self._reach = forms, reach
        self._scanner = FormScanner(frozenset().union(*forms.values()))
        self.nbytes = 1_000 + _BYTES_PER_FORM * len(self._scanner.forms)

    def scan(self, original: str, text: LoweredText, language: str) -> ScannedText | None:
        """The words of a text in this language (`text` is it in lowercase); None if it has to be
        analysed in full."""
        found = self._scanner.find(text, language)
        return None if found is None else ScannedText(original, text, language, found, self._forms, self._reach)
