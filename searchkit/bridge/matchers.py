"""A query's tree as Whoosh's matchers, and what they find.

Whoosh's parser and query classes are not used: matchers are put together here from its readers' postings, with its
IntersectionMatcher and UnionMatcher, and run to their end. None is asked for block quality, so the
faulty pruning of its limited searches is never entered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.matching.binary import IntersectionMatcher, UnionMatcher
from whoosh.matching.mcore import LeafMatcher, NullMatcher
from whoosh.matching.wrappers import FilterMatcher

from searchkit.analysis import fold, phrase_places
from searchkit.bridge.fields import WRITTEN, is_words, whoosh_field
from searchkit.bridge.view import UNDATED, Leaf, View
from searchkit.errors import QueryError
from searchkit.query.matches import Matches
from searchkit.query.nodes import (
    And,
    Dates,
    Gap,
    Length,
    Node,
    Not,
    Or,
    Phrase,
    Present,
    Undated,
    Value,
    ValuePattern,
    Weighted,
    Wildcard,
    Word,
)
from searchkit.schema import SEARCHED, TITLE_WEIGHT, micros
from searchkit.scoring import bm25, idf

MOST_FORMS = 20_000
"""Terms that one wildcard may stand for."""

Scores = Callable[[int, float], float]
"""From an article of the segment and a frequency to a score."""


def find(view: View, node: Node) -> Matches:
    """Find all articles that match. Raises QueryError for a wildcard that stands for too many words."""
    with view.lock:
        finder = _Finder(view)
        docs: list[npt.NDArray[np.int64]] = []
        scores: list[npt.NDArray[np.float64]] = []
        for leaf in view.leaves:
            found, scored = _drain(finder.build(node, leaf, 1.0))
            docs.append(found + leaf.base)
            scores.append(scored)
    if not docs:
        return Matches(np.zeros(0, dtype=np.int64), np.zeros(0), 0)
    all_docs = np.concatenate(docs)
    return Matches(all_docs, np.concatenate(scores), len(all_docs))


class ArrayMatcher(LeafMatcher):
    """Postings that stand in arrays: `ids` ascending, and for each a score and, of words, its positions."""

    def __init__(
        self,
        ids: npt.NDArray[np.int64],
        scores: npt.NDArray[np.float64] | None = None,
        positions: Sequence[Sequence[int]] | None = None,
    ) -> None:
        self.ids, self.scores = ids, np.zeros(len(ids)) if scores is None else scores
        self._positions = positions
        self._at = 0
        self._term = None
        self.scorer = self.format = None

    def is_active(self) -> bool:
        return self._at < len(self.ids)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> ArrayMatcher:
        copied = ArrayMatcher(self.ids, self.scores, self._positions)
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

    def weight(self) -> float:
        return 1.0

    def value_as(self, kind: str) -> Sequence[int]:
        return self._positions[self._at] if self._positions is not None else ()

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


class _Finder:
    """Builds the matchers of one query; keeps what all segments share (statistics and expansions)."""

    def __init__(self, view: View) -> None:
        self.view = view
        self._places: dict[tuple[str, str, str], list[tuple[npt.NDArray[np.int64], list[list[int]]]]] = {}

    def build(self, node: Node, leaf: Leaf, weight: float) -> Any:
        match node:
            case And(children):
                return _all_of([self.build(child, leaf, weight) for child in children])
            case Or(children):
                return _any_of([self.build(child, leaf, weight) for child in children])
            case Not(child):
                # Whoosh's AndNotMatcher returns excluded articles, and its InverseMatcher deleted ones.
                keep = leaf.live.copy()
                keep[_drain(self.build(child, leaf, 0.0))[0]] = False
                return ArrayMatcher(np.flatnonzero(keep))
            case Weighted(child, factor):
                return self.build(child, leaf, weight * factor)
            case Word() | Wildcard():
                return self._in_fields(node.field, leaf, lambda name, w: self._word(node, name, leaf, w), weight)
            case Phrase():
                return self._in_fields(node.field, leaf, lambda name, w: self._phrase(node, name, leaf, w), weight)
            case Value(text, field):
                return self._postings(whoosh_field(field), text.encode("utf-8", "surrogatepass"), leaf, None)
            case ValuePattern(pattern, field):
                return self._value_pattern(whoosh_field(field), pattern, leaf)
            case Present(field):
                return self._present(field, leaf)
            case _:
                return ArrayMatcher(np.flatnonzero(self._filter(node, leaf) & leaf.live))

    # Filters over columns.

    def _filter(self, node: Node, leaf: Leaf) -> npt.NDArray[np.bool_]:
        part = slice(leaf.base, leaf.base + leaf.count)
        if isinstance(node, Dates):
            dates = self.view.dates[part]
            chosen: npt.NDArray[np.bool_] = dates != UNDATED
            if node.since is not None:
                chosen &= dates >= micros(node.since)
            if node.before is not None:
                chosen &= dates < micros(node.before)
            return chosen
        if isinstance(node, Undated):
            return np.asarray(self.view.dates[part] == UNDATED, dtype=bool)
        if isinstance(node, Length):
            lengths = self.view.lengths[part]
            chosen = lengths >= (node.least or 0)
            return chosen if node.most is None else chosen & (lengths <= node.most)
        return np.ones(leaf.count, dtype=bool)  # Everything

    def _present(self, field: str, leaf: Leaf) -> Any:
        name = whoosh_field(field)
        if field in SEARCHED or is_words(field):
            length = leaf.reader.doc_field_length
            has = np.fromiter(((length(doc, name, 0) or 0) > 0 for doc in range(leaf.count)), dtype=bool, count=leaf.count)
            return ArrayMatcher(np.flatnonzero(has & leaf.live))
        return self._value_pattern(name, "*", leaf, most=None)

    def _value_pattern(self, name: str, pattern: str, leaf: Leaf, most: int | None = MOST_FORMS) -> Any:
        docs: set[int] = set()
        for text in self._like(name, pattern, most):
            matcher = leaf.raw(name, text.encode())
            if matcher is not None:
                docs.update(matcher.all_ids())
        return ArrayMatcher(np.array(sorted(docs - leaf.deleted), dtype=np.int64))

    def _like(self, name: str, pattern: str, most: int | None = MOST_FORMS) -> list[str]:
        forms = self.view.forms_like(name, pattern)
        if most is not None and len(forms) > most:
            raise QueryError(
                f"{pattern} stands for {len(forms):,} words, more than {most:,}",
                pattern,
                0,
                len(pattern),
                "write more of it",
            )
        return forms

    # Words and phrases.

    def _in_fields(self, field: str, leaf: Leaf, build: Callable[[str, float], Any], weight: float) -> Any:
        if field and field not in SEARCHED:
            return build(whoosh_field(field), 0.0)
        return _any_of(
            [build(name, weight * (TITLE_WEIGHT if name == "title" else 1.0)) for name in SEARCHED if field in ("", name)]
        )

    def _word(self, node: Word | Wildcard, name: str, leaf: Leaf, weight: float) -> Any:
        """The postings of one word in one Whoosh field."""
        if isinstance(node, Word) and not (node.exact and name in WRITTEN):
            term = self.view.analyzer.term(node.text) if name in WRITTEN else fold(node.text)
            with_term = self.view.articles_with(name, term.encode())
            return self._postings(name, term.encode(), leaf, self._scores(name, with_term, leaf, weight))
        return self._places_of(node, name, leaf, weight)

    def _postings(self, name: str, term: bytes, leaf: Leaf, scores: Scores | None) -> Any:
        matcher = leaf.raw(name, term)
        if matcher is None:
            return NullMatcher()
        matcher.scorer = Scorer(scores or _no_score)
        if leaf.deleted:
            matcher = FilterMatcher(matcher, leaf.deleted, exclude=True)
        return matcher

    def _scores(self, name: str, with_term: int, leaf: Leaf, weight: float) -> Scores:
        if weight == 0.0:
            return _no_score
        rarity = idf(self.view.articles_in_segments, with_term)
        average = self.view.average_length(name)
        length = leaf.reader.doc_field_length
        return lambda doc, frequency: weight * float(bm25(frequency, length(doc, name, 0), average, rarity))

    def _places_of(self, node: Word | Wildcard, name: str, leaf: Leaf, weight: float) -> Any:
        """One word whose postings are the places where any of its forms stands."""
        typed = node.text if isinstance(node, Word) else node.pattern
        key = (name, type(node).__name__, typed)
        if key not in self._places:
            hidden = WRITTEN.get(name, name)
            forms = self.view.forms_as_written(name, typed) if isinstance(node, Word) else self._like(hidden, typed)
            self._places[key] = [_gather(each, hidden, forms) for each in self.view.leaves]
        places = self._places[key]
        with_any = sum(len(docs) for docs, _ in places)
        docs, positions = places[self.view.leaves.index(leaf)]
        live = leaf.live[docs]
        if not live.all():
            positions = [each for each, lives in zip(positions, live, strict=True) if lives]
            docs = docs[live]
        scored = self._scores(name, with_any, leaf, weight)
        scores = np.array([scored(doc, len(each)) for doc, each in zip(docs.tolist(), positions, strict=True)], dtype=float)
        return ArrayMatcher(docs, scores, positions)

    def _phrase(self, node: Phrase, name: str, leaf: Leaf, weight: float) -> Any:
        words: list[Any] = []
        steps: list[int] = []
        step = 1
        for item in node.items:
            if isinstance(item, Gap):
                step += 1
                continue
            if words:
                steps.append(step)
            words.append(self._word(item, name, leaf, weight))
            step = 1
        together = _all_of(words)
        docs: list[int] = []
        scores: list[float] = []
        while together.is_active():
            positions = [word.value_as("positions") for word in words]
            if phrase_places(positions, steps, node.slop):
                docs.append(together.id())
                scores.append(together.score())
            together.next()
        return ArrayMatcher(np.array(docs, dtype=np.int64), np.array(scores, dtype=np.float64))


def _gather(leaf: Leaf, field: str, forms: Sequence[str]) -> tuple[npt.NDArray[np.int64], list[list[int]]]:
    """The articles of a segment (deleted ones too) that have any of the forms, and the places there."""
    places: dict[int, list[int]] = {}
    for form in forms:
        matcher = leaf.raw(field, form.encode())
        while matcher is not None and matcher.is_active():
            places.setdefault(matcher.id(), []).extend(matcher.value_as("positions"))
            matcher.next()
    docs = sorted(places)
    return np.array(docs, dtype=np.int64), [sorted(places[doc]) for doc in docs]


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
    """A balanced tree of matchers: Whoosh's own depth grows with the logarithm of their number only."""
    while len(matchers) > 1:
        pairs = [kind(*matchers[at : at + 2]) for at in range(0, len(matchers) - 1, 2)]
        matchers = pairs + matchers[len(pairs) * 2 :]
    return matchers[0]


def _drain(matcher: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    if isinstance(matcher, ArrayMatcher):
        return matcher.ids, matcher.scores
    docs: list[int] = []
    scores: list[float] = []
    while matcher.is_active():
        docs.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    return np.array(docs, dtype=np.int64), np.array(scores, dtype=np.float64)
