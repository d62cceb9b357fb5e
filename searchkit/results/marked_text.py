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
    phrase_places,
    sentence_starts,
    together_pairs,
    unit_numbers,
    wildcard_regex,
)
from searchkit.model import Mark
from searchkit.query.nodes import Fuzzy, Gap, Near, Node, NotNear, Or, Phrase, Regex, Together, Wildcard, Word

MarkedPlaces = dict[Span, set[Mark]]
"""Places (first and last position) with the spans of the text that are marked for each."""


class MarkedText:
    """A text with its words found. With an analyzer its words are stemmed and have written forms; else they are folded.
    The language is that of its sentences."""

    def __init__(self, text: str, analyzer: Analyzer | None, language: str, words: Words | None = None) -> None:
        """`words` are those of the text, or, where that will do, those of them that a query wants."""
        self.words: Words = find_words(text) if words is None else words
        self._text, self._language = text, language
        self._stemmed = analyzer is not None
        self._term = fold if analyzer is None else analyzer.term

    def places(self, node: Node) -> MarkedPlaces:
        """The places of a node, with the marks of each."""
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                words = self.words
                return {
                    (words.positions[i], words.positions[i]): {(words.starts[i], words.ends[i])} for i in self._indexes(node)
                }
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
        words = self.words
        wanted: list[list[int]] = []
        steps: list[int] = []
        step = 1
        for item in node.items:
            if isinstance(item, Gap):
                step += 1
                continue
            if wanted:
                steps.append(step)
            wanted.append([words.positions[i] for i in self._indexes(item)])
            step = 1
        index = self._index
        found = ((place[0], place[-1], place) for place in phrase_places(wanted, steps, node.slop))
        if node.slop == 0:
            return {(first, last): {(words.starts[index[first]], words.ends[index[last]])} for first, last, _ in found}
        return _united(
            ((first, last), {(words.starts[index[p]], words.ends[index[p]]) for p in place}) for first, last, place in found
        )

    def _indexes(self, word: Word | Wildcard | Fuzzy | Regex) -> list[int]:
        """Which words (by number) satisfy this one."""
        match word:
            case Word(text, _, True) if self._stemmed:
                return [index for index, form in enumerate(self.words.forms) if matches_as_written(form, text)]
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
        for index, form in enumerate(self.words.forms):
            places.setdefault(self._term(form), []).append(index)
        return places

    @cached_property
    def _by_folded(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, form in enumerate(self.words.forms):
            places.setdefault(fold(form), []).append(index)
        return places

    @cached_property
    def _index(self) -> dict[int, int]:
        return {position: index for index, position in enumerate(self.words.positions)}

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
