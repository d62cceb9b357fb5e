"""Where does one text satisfy a word, a phrase or an operator such as w/5, and which characters are marked for it?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from searchkit import analysis
from searchkit.analysis import (
    Analyzer,
    Span,
    Words,
    find_words,
    fold,
    joined,
    matches_as_written,
    near_pairs,
    not_near_places,
    paragraph_breaks,
    phrase_chains,
    sentence_starts,
    together_pairs,
    unit_numbers,
    wildcard_regex,
    without_hyphen,
)
from searchkit.model import Mark
from searchkit.query.nodes import Fuzzy, Gap, Near, Node, NotNear, Or, Phrase, Regex, Together, Wildcard, Word

MarkedPlaces = dict[Span, set[Mark]]
"""Places (first and last position) with the spans of the text that are marked for each."""


class MarkedText:
    """A text with its words found. With an analyzer its words are stemmed and have written forms; else they are folded."""

    def __init__(self, text: str, analyzer: Analyzer, words: Words | None = None, *, stemmed: bool = True) -> None:
        """`words` are those of the text, or, where that will do, those of them that a query wants."""
        self.words: Words = find_words(text, analyzer.language) if words is None else words
        self._text, self._language = text, analyzer.language
        self._stemmed = stemmed
        self._term = analyzer.term if stemmed else fold
        words = self.words
        # What a query can find: the words, and behind them those that a hyphen divides, with their places and marks.
        self._forms, self._spans = words.forms, [(position, position) for position in words.positions]
        self._marks = list(zip(words.starts, words.ends, strict=True))
        if words.divided and stemmed:
            self._forms = [*words.forms, *(without_hyphen(words.joined(first)) for first in words.divided)]
            self._spans += [(words.positions[first], words.positions[first + 1]) for first in words.divided]
            self._marks += [(words.starts[first], words.ends[first + 1]) for first in words.divided]

    def places(self, node: Node) -> MarkedPlaces:
        """The places of a node, with the marks of each."""
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                return {self._spans[i]: {self._marks[i]} for i in self._indexes(node)}
            case Phrase():
                return self._phrase(node)
            case Or(children):
                return _united((span, marks) for child in children for span, marks in self.places(child).items())
            case Near(left, right, distance, ordered):
                one, other = self.places(left), self.places(right)
                return _paired(one, other, near_pairs(sorted(one), sorted(other), distance, ordered))
            case Together(left, right, unit):
                one, other = self.places(left), self.places(right)
                numbers = self._sentences if unit == "sentence" else self._paragraphs
                return _paired(one, other, together_pairs(sorted(one), sorted(other), numbers.__getitem__))
            case NotNear(left, right, distance):
                one = self.places(left)
                return {span: one[span] for span in not_near_places(sorted(one), sorted(self.places(right)), distance)}
            case _:
                raise TypeError(f"{node} has no places")

    def _phrase(self, node: Phrase) -> MarkedPlaces:
        wanted: list[list[Span]] = []
        steps: list[int] = []
        step = 1
        for item in node.items:
            if isinstance(item, Gap):
                step += 1
                continue
            if wanted:
                steps.append(step)
            wanted.append(sorted(self._spans[i] for i in self._indexes(item)))
            step = 1
        mark_of = self._mark_of
        found = (((chain[0][0], chain[-1][1]), chain) for chain in phrase_chains(wanted, steps, node.slop))
        if node.slop == 0:
            return _united((place, {(mark_of[chain[0]][0], mark_of[chain[-1]][1])}) for place, chain in found)
        return _united((place, {mark_of[span] for span in chain}) for place, chain in found)

    def _indexes(self, word: Word | Wildcard | Fuzzy | Regex) -> list[int]:
        """Which words (by number) satisfy this one."""
        match word:
            case Word(text, _, True) if self._stemmed:
                return [index for index, form in enumerate(self._forms) if matches_as_written(form, text)]
            case Word(text):
                return self._by_term.get(self._term(text), [])
            case Wildcard(pattern):
                matches = wildcard_regex(pattern).fullmatch
                return self._fitting({form for form in self._by_folded if matches(form)})
            case Regex(pattern):
                accepts = analysis.compile_pattern(pattern).fullmatch
                return self._fitting({form for form in self._by_folded if accepts(form)})
            case Fuzzy(text, edits):
                return self._fitting({form for form in self._by_folded if analysis.within_edits(form, text, edits)})

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
    def _mark_of(self) -> dict[Span, Mark]:
        return dict(zip(self._spans, self._marks, strict=True))

    @cached_property
    def _sentences(self) -> dict[int, int]:
        return unit_numbers(self.words.positions, sentence_starts(self._text, self.words, self._language))

    @cached_property
    def _paragraphs(self) -> dict[int, int]:
        return unit_numbers(self.words.positions, paragraph_breaks(self.words.positions))


def _paired(one: MarkedPlaces, other: MarkedPlaces, pairs: Iterable[tuple[Span, Span]]) -> MarkedPlaces:
    return _united((joined([(left, right)])[0], one[left] | other[right]) for left, right in pairs)


def _united(found: Iterable[tuple[Span, set[Mark]]]) -> MarkedPlaces:
    """The places, those found twice with the marks of both."""
    places: MarkedPlaces = {}
    for span, marks in found:
        places[span] = places.get(span, set()) | marks
    return places
