"""The oracle for the executor: a query's tree as Whoosh's matchers, and what they find.

Whoosh's parser and query classes are not used: matchers are put together here from its readers'
postings, with its IntersectionMatcher and UnionMatcher, and run to their end. None is asked for
block quality, so the faulty pruning of its limited searches is never entered. Exact words, patterns
and operators over spans are checked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from whoosh.matching.binary import IntersectionMatcher, UnionMatcher
from whoosh.matching.mcore import LeafMatcher, NullMatcher
from whoosh.matching.wrappers import FilterMatcher

from searchkit.analysis import fold, phrase_spans
from searchkit.arrays import Bools, Floats, Ints
from searchkit.query.matches import Matches
from searchkit.query.nodes import (
    And,
    Dates,
    Everything,
    Gap,
    Length,
    Node,
    Not,
    Or,
    Phrase,
    Present,
    Undated,
    Value,
    Weighted,
    Word,
)
from searchkit.schema import FIELDS, TEXT_FIELDS, TITLE_WEIGHT, UNDATED, Kind, printed_micros
from searchkit.scoring import bm25, idf, length_norms
from tests.oracle.whoosh_view import Leaf, View

Scores = Callable[[int, float], float]
"""From an article of the segment and a frequency to a score."""


def find(view: View, node: Node) -> Matches:
    """All live articles that match, by Whoosh's matchers. Raises NotImplementedError for nodes that
    it is no oracle for."""
    docs: list[Ints] = [np.zeros(0, dtype=np.int64)]
    scores: list[Floats] = [np.zeros(0)]
    for leaf in view.leaves:
        found, scored = _drain(_build(view, node, leaf, 1.0))
        docs.append(found + leaf.base)
        scores.append(scored)
    all_docs = np.concatenate(docs)
    return Matches(all_docs, np.concatenate(scores), len(all_docs))


class ArrayMatcher(LeafMatcher):
    """Postings that stand in arrays: `ids` ascending, and a score for each."""

    def __init__(self, ids: Ints, scores: Floats | None = None) -> None:
        self.ids, self.scores = ids, np.zeros(len(ids)) if scores is None else scores
        self._at = 0

    def is_active(self) -> bool:
        return self._at < len(self.ids)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> ArrayMatcher:
        copied = ArrayMatcher(self.ids, self.scores)
        copied._at = self._at
        return copied

    def id(self) -> int:
        return int(self.ids[self._at])

    def all_ids(self) -> Any:
        return iter(self.ids[self._at :].tolist())

    def next(self) -> None:
        self._at += 1

    def skip_to(self, target: int) -> None:
        self._at = max(self._at, int(np.searchsorted(self.ids, target)))

    def score(self) -> float:
        return float(self.scores[self._at])

    def value(self) -> bytes:
        return b""

    def supports_block_quality(self) -> bool:
        return False


class Scorer:
    """Scores postings of one term in one segment; Whoosh's matchers call it."""

    def __init__(self, scores: Scores) -> None:
        self._scores = scores

    def score(self, matcher: Any) -> float:
        return self._scores(matcher.id(), matcher.weight())

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return float("inf")

    def block_quality(self, matcher: Any) -> float:
        return float("inf")


def _build(view: View, node: Node, leaf: Leaf, weight: float) -> Any:
    match node:
        case And(children):
            return _all_of([_build(view, child, leaf, weight) for child in children])
        case Or(children):
            return _any_of([_build(view, child, leaf, weight) for child in children])
        case Not(child):
            # Whoosh's AndNotMatcher returns excluded articles, and its InverseMatcher deleted ones.
            keep = leaf.live.copy()
            keep[_drain(_build(view, child, leaf, 0.0))[0]] = False
            return ArrayMatcher(np.flatnonzero(keep))
        case Weighted(child, factor):
            return _build(view, child, leaf, weight * factor)
        case Word():
            return _any_of([_word(view, node, name, leaf, w) for name, w in _fields(node.field, weight)])
        case Phrase(items):
            words = [item for item in items if isinstance(item, Word)]
            return _any_of([_phrase(view, node, name, leaf, w) for name, w in _fields(words[0].field, weight)])
        case Value(text, field):
            return _postings(FIELDS[field].attribute, text.encode("utf-8", "surrogatepass"), leaf, None)
        case Present(field):
            return ArrayMatcher(np.flatnonzero(_present(field, leaf) & leaf.live))
        case Dates() | Undated() | Length() | Everything():
            return ArrayMatcher(np.flatnonzero(_filter(node, leaf) & leaf.live))
        case _:
            raise NotImplementedError(f"Whoosh is no oracle for {node}")


def _fields(field: str, weight: float) -> list[tuple[str, float]]:
    """Whoosh's fields in which a word is looked for, and what it weighs there."""
    if field and field not in TEXT_FIELDS:
        return [(FIELDS[field].attribute, 0.0)]
    return [(name, weight * (TITLE_WEIGHT if name == "title" else 1.0)) for name in TEXT_FIELDS if field in ("", name)]


# Filters.


def _filter(node: Dates | Undated | Length | Everything, leaf: Leaf) -> Bools:
    match node:
        case Dates(since, before):
            chosen: Bools = leaf.dates != UNDATED
            if since is not None:
                chosen &= leaf.dates >= printed_micros(since)
            if before is not None:
                chosen &= leaf.dates < printed_micros(before)
            return chosen
        case Undated():
            return np.asarray(leaf.dates == UNDATED, dtype=bool)
        case Length(least, most):
            chosen = leaf.lengths >= (least or 0)
            return chosen if most is None else chosen & (leaf.lengths <= most)
        case Everything():
            return np.ones(leaf.count, dtype=bool)


def _present(field: str, leaf: Leaf) -> Bools:
    name = FIELDS[field].attribute
    if FIELDS[field].kind is not Kind.VALUE:
        return np.array([leaf.length(name, doc) > 0 for doc in range(leaf.count)], dtype=bool)
    there = np.zeros(leaf.count, dtype=bool)
    for term in leaf.reader.lexicon(name):
        there[list(leaf.raw(name, term).all_ids())] = True
    return there


# Words and phrases.


def _word(view: View, node: Word, name: str, leaf: Leaf, weight: float) -> Any:
    """The postings of one word in one of Whoosh's fields."""
    if node.exact and name in TEXT_FIELDS:
        raise NotImplementedError("Whoosh knows no words as written")
    term = (view.analyzer.term(node.text) if name in TEXT_FIELDS else fold(node.text)).encode()
    if weight == 0.0:
        return _postings(name, term, leaf, None)
    articles, average = view.statistics(name)
    factor = weight * idf(articles, view.articles_with(name, term))

    def score(doc: int, tf: float) -> float:
        return float(bm25(np.asarray(float(tf)), length_norms(leaf.length(name, doc), average), factor))

    return _postings(name, term, leaf, score)


def _postings(name: str, term: bytes, leaf: Leaf, scores: Scores | None) -> Any:
    matcher = leaf.raw(name, term)
    if matcher is None:
        return NullMatcher()
    matcher.scorer = Scorer(scores or _no_score)
    return FilterMatcher(matcher, leaf.deleted, exclude=True) if leaf.deleted else matcher


def _phrase(view: View, node: Phrase, name: str, leaf: Leaf, weight: float) -> Any:
    words: list[Any] = []
    steps: list[int] = []
    step = 1
    for item in node.items:
        if isinstance(item, Gap):
            step += 1
            continue
        if not isinstance(item, Word):
            raise NotImplementedError(f"Whoosh is no oracle for {item}")
        if words:
            steps.append(step)
        words.append(_word(view, item, name, leaf, weight))
        step = 1
    together = _all_of(words)
    docs: list[int] = []
    scores: list[float] = []
    while together.is_active():
        undivided = [[(position, position) for position in word.value_as("positions")] for word in words]
        if phrase_spans(undivided, steps, node.slop):
            docs.append(together.id())
            scores.append(together.score())
        together.next()
    return ArrayMatcher(np.array(docs, dtype=np.int64), np.array(scores, dtype=np.float64))


def _no_score(doc: int, frequency: float) -> float:
    return 0.0


def _all_of(matchers: list[Any]) -> Any:
    if not all(matcher.is_active() for matcher in matchers):
        return NullMatcher()
    return _paired(matchers, IntersectionMatcher)


def _any_of(matchers: list[Any]) -> Any:
    active = [matcher for matcher in matchers if matcher.is_active()]
    return _paired(active, UnionMatcher) if active else NullMatcher()


def _paired(matchers: list[Any], kind: Callable[[Any, Any], Any]) -> Any:
    """A balanced tree of matchers: Whoosh's own depth grows with the logarithm of their number
    only."""
    while len(matchers) > 1:
        pairs = [kind(*matchers[at : at + 2]) for at in range(0, len(matchers) - 1, 2)]
        matchers = pairs + matchers[len(pairs) * 2 :]
    return matchers[0]


def _drain(matcher: Any) -> tuple[Ints, Floats]:
    if isinstance(matcher, ArrayMatcher):
        return matcher.ids, matcher.scores
    docs: list[int] = []
    scores: list[float] = []
    while matcher.is_active():
        docs.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    return np.array(docs, dtype=np.int64), np.array(scores, dtype=np.float64)
