"""What does a query find? Its tree over all segments, as whole-array operations.

Sets of articles are bits, so that joining them costs next to nothing; places are looked for last, and only in articles
that hold all the rest. The slow twin is `engines.memory`; Whoosh's own matchers over the same segments are the oracle of
the tests.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from searchkit.analysis import Analyzer
from searchkit.model import Sort
from searchkit.query import bits as sets
from searchkit.query.answers import Answer, Joined, OfWord, Placed, Unscored
from searchkit.query.bits import Bits
from searchkit.query.filters import filtered
from searchkit.query.matches import Matches
from searchkit.query.nodes import (
    And,
    AtLeast,
    Everything,
    Fuzzy,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Regex,
    Together,
    Weighted,
    Wildcard,
    Word,
    leaves,
)
from searchkit.query.placing import PlaceFinder
from searchkit.query.ranking import best_of, worth_a_look
from searchkit.query.snapshot import Snapshot
from searchkit.query.words import SMALL, Candidates, Fields, WordFinder
from searchkit.schema import FIELDS, SEARCHED, TITLE_WEIGHT

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MANY = 1024
"""Matches from which rough scores choose those that are scored exactly."""
LARGEST = 1e30
"""Where weights inside weights make scores larger than what float32 can add up, all of them are exact."""
MANY_OF_SMALL = 4096
"""The same where exact scores cost little."""


def execute(
    snapshot: Snapshot, node: Node, analyzer: Analyzer, best: int | None = None, sort: Sort = "relevance"
) -> Matches:
    """Find the articles that match, ascending, and how many there are.

    With `best`, only those are there that may belong to the `best` first in the order of `sort`; 0 counts only. Raises
    QueryError for a pattern that stands for too many words, CorruptIndex.
    """
    answer = _Execution(snapshot, analyzer).answer(node, 1.0, None)
    bits = answer.bits
    if snapshot.articles < snapshot.size:
        bits = bits & snapshot.live
    total = sets.count(bits)
    if best == 0 or total == 0:
        return Matches(np.zeros(0, dtype=np.int64), np.zeros(0), total)
    if best is None:
        docs = sets.docs_of(bits, snapshot.size, total)
        return Matches(docs, _exact(answer, Candidates(snapshot, docs)), total)
    if sort != "relevance" or not answer.is_scored:
        docs = sets.docs_of(bits, snapshot.size, total)
        docs = docs[best_of(np.zeros(len(docs)), snapshot.dates[docs], best, sort)]
        return Matches(docs, _exact(answer, Candidates(snapshot, docs)), total)
    docs = _promising(answer, bits, total, best, snapshot)
    scores = _exact(answer, Candidates(snapshot, docs))
    chosen = best_of(scores, snapshot.dates[docs], best, sort)
    return Matches(docs[chosen], scores[chosen], total)


def _exact(answer: Answer, candidates: Candidates) -> Floats:
    scores = answer.exact(candidates)
    return np.zeros(len(candidates.docs)) if scores is None else scores


def _promising(answer: Answer, bits: Bits, total: int, best: int, snapshot: Snapshot) -> Ints:
    """The matches (ascending) that can be among the best by their rough scores."""
    if total <= max(MANY, best) or (snapshot.size <= SMALL and total <= MANY_OF_SMALL):
        return sets.docs_of(bits, snapshot.size, total)
    if answer.slack > LARGEST:
        return sets.docs_of(bits, snapshot.size, total)
    if total * 8 < snapshot.size:
        docs = sets.docs_of(bits, snapshot.size, total)
        return docs[worth_a_look(answer.rough(docs), answer.slack, best)]
    rough = np.zeros(snapshot.size, dtype=np.float32)
    answer.add(rough)
    if not answer.is_zero_outside:
        rough *= sets.flags_of(bits, snapshot.size)
    docs = worth_a_look(rough, answer.slack, best)
    return docs[sets.holds(bits, docs)]


class _Execution:
    """One query at work. Of deleted articles, filters alone may tell; they are taken out at the end."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer) -> None:
        self._snapshot = snapshot
        self._words = WordFinder(snapshot, analyzer)
        self._placing = PlaceFinder(snapshot, self._words)

    def answer(self, node: Node, weight: float, among: Bits | None) -> Answer:
        """What a node finds; `weight` 0 does not score. Of articles outside of `among` it may find any or none."""
        match node:
            case And(children):
                return self._all_of(children, weight, among)
            case Or(children):
                parts = [self.answer(child, weight, among) for child in children]
                return Joined(sets.any_of([part.bits for part in parts], self._snapshot.size), parts, any_of=True)
            case Not(child):
                return Unscored(self._snapshot.live & ~self.answer(child, 0.0, among).bits)
            case Weighted(child, factor):
                return self.answer(child, weight * factor, among)
            case Word() | Wildcard() | Fuzzy() | Regex():
                return OfWord(self._words, node, fields_of(node), weight, self._snapshot.size)
            case Phrase() | Near() | NotNear() | Together():
                found = [(a, self._placing.docs(node, a, among), weight * factor) for a, factor in fields_of(node)]
                return Placed(self._snapshot, self._placing, node, found)
            case AtLeast(count, child):
                inner = self.answer(child, weight, among)
                bits = inner.bits if among is None else inner.bits & among
                docs = sets.docs_of(bits, self._snapshot.size)
                mentions = sum(self._placing.mentions(child, attribute, docs) for attribute, _ in fields_of(child))
                return Joined(sets.of_docs(docs[mentions >= count], self._snapshot.size), [inner])
            case Everything():
                return Unscored(self._snapshot.live)
            case _:
                return Unscored(filtered(node, self._snapshot))

    def _all_of(self, children: Sequence[Node], weight: float, among: Bits | None) -> Answer:
        """Words and filters first; places then only in articles that hold these."""
        parts: dict[int, Answer] = {}
        bits = among
        for place in sorted(range(len(children)), key=lambda place: _has_places(children[place])):
            part = parts[place] = self.answer(children[place], weight, bits)
            bits = part.bits if bits is None else bits & part.bits
        assert bits is not None
        # Scores are added up in the order of the query.
        return Joined(bits, [parts[place] for place in range(len(children))])


def _has_places(node: Node) -> bool:
    match node:
        case And(children) | Or(children):
            return any(map(_has_places, children))
        case Not(child) | Weighted(child, _):
            return _has_places(child)
        case Phrase() | Near() | NotNear() | Together() | AtLeast():
            return True
        case _:
            return False


def fields_of(node: Node) -> Fields:
    """The attributes of Article in which a node with words is looked for, and what a word weighs there."""
    name = getattr(next(leaves(node)), "field", "")
    names = (name,) if name else SEARCHED
    return tuple((FIELDS[each].attribute, _WEIGHTS.get(each, 0.0)) for each in names)


_WEIGHTS = {"title": TITLE_WEIGHT, "body": 1.0}
