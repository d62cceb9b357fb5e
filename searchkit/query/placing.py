"""Phrases and operators with places: in which articles, and where, does a query's node have a place?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from searchkit.query import spans
from searchkit.query.nodes import Fuzzy, Gap, Near, Node, NotNear, Or, Phrase, Regex, Together, Wildcard, Word
from searchkit.query.postlist import locate
from searchkit.query.snapshot import SegmentView
from searchkit.query.spans import Spans
from searchkit.query.words import WordFinder

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class PlaceFinder:
    """Finds the places of nodes. Documents first, positions only of those that may have a place."""

    def __init__(self, words: WordFinder) -> None:
        self._words = words

    def docs(self, node: Node, attribute: str, view: SegmentView, among: Ints | None = None) -> Ints:
        """The documents of a segment (of `among`, ascending, when given) that have a place of the node in a field."""
        if isinstance(node, Word | Wildcard | Fuzzy | Regex):
            return self._candidates(node, attribute, view, among)
        if isinstance(node, Or):
            parts = [self.docs(child, attribute, view, among) for child in node.children]
            return parts[0] if len(parts) == 1 else _union(parts)
        candidates = self._candidates(node, attribute, view, among)
        found = self.spans(node, attribute, view, candidates).candidates
        return candidates[_distinct(found)]

    def mentions(self, node: Node, attribute: str, view: SegmentView, docs: Ints) -> Ints:
        """How many places a node has in each of some documents."""
        places = self.spans(node, attribute, view, docs)
        return np.bincount(places.candidates, minlength=len(docs)).astype(np.int64)

    def _candidates(self, node: Node, attribute: str, view: SegmentView, among: Ints | None) -> Ints:
        """The documents that hold the words that a place needs."""
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                postlist = self._words.postlist(node, attribute, view)
                if among is None:
                    return postlist.docs
                return among[self._words.at(node, attribute, view, among, 0.0)[0]]
            case Phrase(items):
                return self._all_of([item for item in items if not isinstance(item, Gap)], attribute, view, among)
            case Or(children):
                return _union([self._candidates(child, attribute, view, among) for child in children])
            case NotNear(left, _, _):
                return self._candidates(left, attribute, view, among)
            case Near(left, right) | Together(left, right):
                return self._all_of([left, right], attribute, view, among)
            case _:
                raise TypeError(f"{node} has no places")

    def _all_of(self, nodes: Sequence[Node], attribute: str, view: SegmentView, among: Ints | None) -> Ints:
        """The documents that hold all of several nodes' words, from the rarest on."""

        def size(node: Node) -> int:
            is_word = isinstance(node, Word | Wildcard | Fuzzy | Regex)
            return self._words.postlist(node, attribute, view).count if is_word else view.docs  # type: ignore[arg-type]

        for node in sorted(nodes, key=size):
            among = self._candidates(node, attribute, view, among)
            if len(among) == 0:
                break
        assert among is not None
        return among

    def spans(self, node: Node, attribute: str, view: SegmentView, docs: Ints) -> Spans:
        """The places of a node in some documents (ascending); candidates are places in `docs`."""
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                return spans.of_words(*self._words.postlist(node, attribute, view).places(docs))
            case Phrase(items, slop):
                return self._phrase(items, slop, attribute, view, docs)
            case Or(children):
                return spans.union([self.spans(child, attribute, view, docs) for child in children])
            case Near(left, right, distance, ordered):
                one, other = self.spans(left, attribute, view, docs), self.spans(right, attribute, view, docs)
                return spans.near(one, other, distance, ordered=ordered)
            case NotNear(left, right, distance):
                one, other = self.spans(left, attribute, view, docs), self.spans(right, attribute, view, docs)
                return spans.not_near(one, other, distance)
            case Together(left, right, unit):
                field = view.field(attribute)
                breaks = field.sentences if unit == "sentence" else field.paragraphs
                positions, counts = breaks.starts(docs)
                starts = (np.repeat(np.arange(len(docs), dtype=np.int64), counts) << 32) | positions
                one, other = self.spans(left, attribute, view, docs), self.spans(right, attribute, view, docs)
                return spans.together(one, other, starts)
            case _:
                raise TypeError(f"{node} has no places")

    def _phrase(
        self, items: Sequence[Word | Wildcard | Gap], slop: int, attribute: str, view: SegmentView, docs: Ints
    ) -> Spans:
        words: list[Ints] = []
        steps: list[int] = []
        step = 1
        for item in items:
            if isinstance(item, Gap):
                step += 1
                continue
            if words:
                steps.append(step)
            words.append(spans.of_words(*self._words.postlist(item, attribute, view).places(docs)).first)
            step = 1
        return spans.phrase(words, steps, slop)

    def scores(self, node: Node, attribute: str, view: SegmentView, docs: Ints, weight: float) -> Floats | None:
        """What the words of a node score in a field, in documents (ascending) that have a place of it there."""
        if weight == 0.0 or len(docs) == 0:
            return None
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                return self._words.at(node, attribute, view, docs, weight)[1]
            case Phrase(items):
                return _sum(
                    [self.scores(item, attribute, view, docs, weight) for item in items if not isinstance(item, Gap)]
                )
            case Or(children):
                return _sum([self._where(child, attribute, view, docs, weight) for child in children])
            case NotNear(left, _, _):
                return self._where(left, attribute, view, docs, weight)
            case Near(left, right) | Together(left, right):
                return _sum([self._where(side, attribute, view, docs, weight) for side in (left, right)])
            case _:
                raise TypeError(f"{node} has no places")

    def _where(self, node: Node, attribute: str, view: SegmentView, docs: Ints, weight: float) -> Floats | None:
        """The scores of a node in those of the documents that have a place of it; 0 in the others."""
        found = self.docs(node, attribute, view, docs)
        scores = self.scores(node, attribute, view, found, weight)
        if scores is None or len(found) == len(docs):
            return scores
        every = np.zeros(len(docs))
        every[locate(docs, found)[0]] = scores
        return every


def _distinct(ascending: Ints) -> Ints:
    if len(ascending) == 0:
        return ascending
    return ascending[np.append(True, ascending[1:] != ascending[:-1])]


def _union(parts: Sequence[Ints]) -> Ints:
    return np.unique(np.concatenate(parts))


def _sum(parts: Sequence[Floats | None]) -> Floats | None:
    total: Floats | None = None
    for part in parts:
        if part is not None:
            total = part if total is None else total + part
    return total
