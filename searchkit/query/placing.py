"""Phrases and operators with places: in which articles, and where, does a query's node have a place?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from searchkit.query import bits as sets
from searchkit.query import phrases, spans
from searchkit.query.bits import Bits
from searchkit.query.nodes import Fuzzy, Gap, Near, Node, NotNear, Or, Phrase, Regex, Together, Wildcard, Word
from searchkit.query.postlist import locate
from searchkit.query.snapshot import Snapshot
from searchkit.query.spans import Spans
from searchkit.query.terms import SingleWord
from searchkit.query.words import Candidates, Impacts, WordFinder, plus
from searchkit.scoring import weigh

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_NONE = np.zeros(0, dtype=np.int64)


class PlaceFinder:
    """Finds the places of nodes. Articles that hold the words first, positions only of those."""

    def __init__(self, snapshot: Snapshot, words: WordFinder) -> None:
        self._snapshot, self._words = snapshot, words

    def docs(self, node: Node, attribute: str, among: Bits | None = None) -> Ints:
        """The articles (global, ascending) that have a place of the node in a field; of those outside of `among`, when that
        is given, any or none."""
        if isinstance(node, Or):
            parts = [self.docs(child, attribute, among) for child in node.children]
            return parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
        bits = self._candidates(node, attribute, among)
        if isinstance(node, Phrase) and _is_fixed(node.items, node.slop):
            layout = self._snapshot.layout(attribute)
            keys = phrases.phrase(self._placed(node.items, attribute), bits, layout)
            found = phrases.distinct(layout.articles(keys))
            divided = self._divided_docs(node.items, attribute, bits)
            if len(divided):
                there = self._phrase_of_spans(node.items, 0, attribute, divided)
                found = np.union1d(found, divided[phrases.distinct(there.candidates)])
            return found
        candidates = sets.docs_of(bits, self._snapshot.size)
        if isinstance(node, Word | Wildcard | Fuzzy | Regex):
            return candidates
        return candidates[phrases.distinct(self.spans(node, attribute, candidates).candidates)]

    def mentions(self, node: Node, attribute: str, docs: Ints) -> Ints:
        """How many places a node has in each of some articles (global, ascending)."""
        return np.bincount(self.spans(node, attribute, docs).candidates, minlength=len(docs)).astype(np.int64)

    def _candidates(self, node: Node, attribute: str, among: Bits | None) -> Bits:
        """The articles (of `among`) that hold the words that a place needs."""
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                bits = self._words.postings(node, attribute).bits
                return bits if among is None else bits & among
            case Phrase(items):
                parts = [self._candidates(item, attribute, among) for item in items if not isinstance(item, Gap)]
            case Or(children):
                return np.bitwise_or.reduce([self._candidates(child, attribute, among) for child in children])
            case NotNear(left, _, _):
                return self._candidates(left, attribute, among)
            case Near(left, right) | Together(left, right):
                parts = [self._candidates(side, attribute, among) for side in (left, right)]
            case _:
                raise TypeError(f"{node} has no places")
        return np.bitwise_and.reduce(parts)

    def spans(self, node: Node, attribute: str, docs: Ints) -> Spans:
        """The places of a node in some articles (global, ascending); candidates are places in `docs`."""
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                return self._of_word(node, attribute, docs)
            case Phrase(items, slop):
                return self._phrase(items, slop, attribute, docs)
            case Or(children):
                return spans.union([self.spans(child, attribute, docs) for child in children])
            case Near(left, right, distance, ordered):
                one, other = self.spans(left, attribute, docs), self.spans(right, attribute, docs)
                return spans.near(one, other, distance, ordered=ordered)
            case NotNear(left, right, distance):
                one, other = self.spans(left, attribute, docs), self.spans(right, attribute, docs)
                return spans.not_near(one, other, distance)
            case Together(left, right, unit):
                one, other = self.spans(left, attribute, docs), self.spans(right, attribute, docs)
                return spans.together(one, other, self._starts(unit, attribute, docs))
            case _:
                raise TypeError(f"{node} has no places")

    def _of_word(self, word: SingleWord, attribute: str, docs: Ints) -> Spans:
        postings = self._words.postings(word, attribute)
        there = np.flatnonzero(sets.holds(postings.bits, docs))
        places = self._words.places(word, attribute)
        keys, counts, numbers = places.of_docs(docs[there])
        positions = keys.astype(np.int64) - np.repeat(self._snapshot.layout(attribute).starts[docs[there]], counts)
        widths = np.isin(numbers, places.wide).astype(np.int64) + 1 if len(places.wide) else None
        return spans.of_words(np.repeat(there, counts), positions, widths)

    def _starts(self, unit: str, attribute: str, docs: Ints) -> Ints:
        """The keys at which sentences or paragraphs of some articles begin, but for each first one."""
        found = [_NONE]
        for view, part in self._snapshot.by_segment(docs):
            field = view.field(attribute)
            breaks = field.sentences if unit == "sentence" else field.paragraphs
            positions, counts = breaks.starts(docs[part] - view.base)
            found.append((np.repeat(np.arange(part.start, part.stop, dtype=np.int64), counts) << 32) | positions)
        return np.concatenate(found)

    def _phrase(self, items: Sequence[Word | Wildcard | Gap], slop: int, attribute: str, docs: Ints) -> Spans:
        words = [(item, place) for place, item in enumerate(items) if not isinstance(item, Gap)]
        if _is_fixed(items, slop):
            layout = self._snapshot.layout(attribute)
            keys = phrases.phrase(self._placed(items, attribute), sets.of_docs(docs, self._snapshot.size), layout)
            there = layout.articles(keys)
            candidates, found = locate(docs, there)
            first = (candidates << 32) | (keys - layout.starts[there]).astype(np.int64)
            first = first[found]
            narrow = Spans(first, first + (words[-1][1] - words[0][1]))
        else:
            firsts = [spans.narrow(self._of_word(word, attribute, docs)) for word, _ in words]
            narrow = spans.phrase(firsts, _steps(words), slop)
        divided = self._divided_docs(items, attribute, sets.of_docs(docs, self._snapshot.size))
        if not len(divided):
            return narrow
        # There the ends of its words matter: its places are looked for once more.
        places = np.searchsorted(docs, divided)
        others = narrow.only(~np.isin(narrow.candidates, places))
        found_there = self._phrase_of_spans(items, slop, attribute, divided)
        shift = (places[found_there.candidates] - found_there.candidates) << 32
        return spans.union([others, Spans(found_there.first + shift, found_there.last + shift)])

    def _divided_docs(self, items: Sequence[Word | Wildcard | Gap], attribute: str, among: Bits) -> Ints:
        """The articles of some in which a word of a phrase stands that a hyphen divides at a line's end."""
        layout = self._snapshot.layout(attribute)
        found = [_NONE]
        for item in items:
            if not isinstance(item, Gap):
                places = self._words.places(item, attribute)
                if len(places.wide):
                    found.append(phrases.distinct(layout.articles(places.keys[places.wide])))
        divided = np.unique(np.concatenate(found)) if len(found) > 1 else _NONE
        return divided[sets.holds(among, divided)] if len(divided) else divided

    def _phrase_of_spans(self, items: Sequence[Word | Wildcard | Gap], slop: int, attribute: str, docs: Ints) -> Spans:
        """The places of a phrase whose words may be several positions wide; see `phrase_chains`."""
        words = [(item, place) for place, item in enumerate(items) if not isinstance(item, Gap)]
        return spans.phrase_of_spans([self._of_word(word, attribute, docs) for word, _ in words], _steps(words), slop)

    def _placed(self, items: Sequence[Word | Wildcard | Gap], attribute: str) -> list[phrases.PlacedWord]:
        """The words of a phrase, and how far each stands from the first."""
        words = [(item, place) for place, item in enumerate(items) if not isinstance(item, Gap)]
        return [
            (self._words.postings(word, attribute), self._words.places(word, attribute), place - words[0][1])
            for word, place in words
        ]

    def scores(self, node: Node, attribute: str, candidates: Candidates, weight: float) -> Floats | None:
        """What the words of a node score in a field, in articles that have a place of it there."""
        docs = candidates.docs
        if weight == 0.0 or len(docs) == 0:
            return None
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                postings = self._words.postings(node, attribute)
                return weigh(postings.tf_at(docs), candidates.norms(attribute), weight * postings.rarity)
            case Phrase(items):
                words = [item for item in items if not isinstance(item, Gap)]
                return plus([self.scores(word, attribute, candidates, weight) for word in words])
            case Or(children):
                return plus([self._where(child, attribute, candidates, weight) for child in children])
            case NotNear(left, _, _):
                return self._where(left, attribute, candidates, weight)
            case Near(left, right) | Together(left, right):
                return plus([self._where(side, attribute, candidates, weight) for side in (left, right)])
            case _:
                raise TypeError(f"{node} has no places")

    def impacts(self, phrase: Phrase, attribute: str, weight: float) -> list[tuple[Impacts, float]]:
        """About what each word of a phrase scores in a field, and what it weighs."""
        words = [item for item in phrase.items if not isinstance(item, Gap)]
        return [(self._words.impacts(word, attribute), weight) for word in words]

    def _where(self, node: Node, attribute: str, candidates: Candidates, weight: float) -> Floats | None:
        """The scores of a node in those of the articles that have a place of it; 0 in the others."""
        if isinstance(node, Word | Wildcard | Fuzzy | Regex):
            return self.scores(node, attribute, candidates, weight)  # 0 where it is not
        docs = candidates.docs
        found = self.docs(node, attribute, sets.of_docs(docs, self._snapshot.size))
        found = found[locate(docs, found)[1]]  # it may name others, too
        if len(found) == len(docs):
            return self.scores(node, attribute, candidates, weight)
        scores = self.scores(node, attribute, Candidates(self._snapshot, found), weight)
        if scores is None:
            return None
        every = np.zeros(len(docs))
        every[locate(docs, found)[0]] = scores
        return every


def _steps(words: Sequence[tuple[Word | Wildcard, int]]) -> list[int]:
    """How far each word of a phrase stands from the one before."""
    return [after - before for (_, before), (_, after) in itertools.pairwise(words)]


def _is_fixed(items: Sequence[Word | Wildcard | Gap], slop: int) -> bool:
    """Whether the words of a phrase have fixed distances, and small ones."""
    return slop == 0 and len(items) <= phrases.MOST_SHIFT
