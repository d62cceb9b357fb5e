"""What does a query find? Its tree over every segment, as whole-array operations.

Sets are made from the rarest member on: the cheapest child of an AND is enumerated, the others are asked about its
documents only, positions are read for what is left. The slow twin is `engines.memory`; Whoosh's own matchers over the same
segments are the oracle of the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from searchkit.analysis import Analyzer, wildcard_regex
from searchkit.model import Sort
from searchkit.query.found import DENSE, NOTHING, Found, plus, union
from searchkit.query.matches import Matches
from searchkit.query.nodes import (
    And,
    AtLeast,
    Dates,
    Everything,
    Fuzzy,
    Length,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Present,
    Regex,
    Together,
    Undated,
    Value,
    ValuePattern,
    Weighted,
    Wildcard,
    Word,
    leaves,
)
from searchkit.query.placing import PlaceFinder
from searchkit.query.postlist import locate
from searchkit.query.ranking import Best
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.query.terms import SingleWord
from searchkit.query.words import WordFinder
from searchkit.schema import FIELDS, SEARCHED, TITLE_WEIGHT, UNDATED, Kind, micros

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Answer = tuple[Bools, Floats | None]
"""Which of some documents match, and the scores of all of them (None: zeros; those of the others mean nothing)."""

PlaceNode = Word | Wildcard | Fuzzy | Regex | Phrase | Near | NotNear | Together


def execute(
    snapshot: Snapshot, node: Node, analyzer: Analyzer, best: int | None = None, sort: Sort = "relevance"
) -> Matches:
    """Find the articles that match, ascending, and how many there are.

    With `best`, only those are certain to be there that may belong to the `best` first in the order of `sort`; 0 counts
    only. Raises QueryError for a pattern that stands for too many words, CorruptIndex.
    """
    run = _Execution(snapshot, analyzer)
    kept = Best(best, sort)
    total = 0
    for view in snapshot.views:
        if best == 0 and (count := run.count(node, view)) is not None:
            total += count
            continue
        rough = run.rough(node, view) if best and sort == "relevance" else None
        if rough is not None:
            if view.live is not None:
                rough *= view.live
            total += int(np.count_nonzero(rough > 0))
            docs = kept.worth_a_look(rough)
            found = Found(docs, run.at(node, view, docs, 1.0)[1])
        else:
            found = _living(run.find(node, view, 0.0 if best == 0 else 1.0), view)
            total += len(found)
        kept.add(view, found)
    docs, scores = kept.all()
    return Matches(docs, scores, total)


def _living(found: Found, view: SegmentView) -> Found:
    if view.live is None or len(found) == 0:
        return found
    live = view.live[found.docs]
    return Found(found.docs[live], None if found.scores is None else found.scores[live])


class _Execution:
    """One query at work. Documents of deleted articles are among what it finds; they are taken out at the end."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer) -> None:
        self._words = WordFinder(snapshot, analyzer)
        self._placing = PlaceFinder(self._words)

    # Whole sets.

    def find(self, node: Node, view: SegmentView, weight: float) -> Found:
        """All documents of a segment that match; scored unless `weight` is 0."""
        match node:
            case And(children):
                return self._all_of(children, view, weight)
            case Or(children):
                return union([self.find(child, view, weight) for child in children], view.docs)
            case Not(child):
                others = np.ones(view.docs, dtype=bool)
                others[self.find(child, view, 0.0).docs] = False
                return Found(np.flatnonzero(others))
            case Weighted(child, factor):
                return self.find(child, view, weight * factor)
            case Word() | Wildcard() | Fuzzy() | Regex() | Phrase() | Near() | NotNear() | Together():
                return union([self._in_field(node, a, view, weight * f) for a, f in fields(node)], view.docs)
            case AtLeast(_, child):
                docs = self.find(child, view, 0.0).docs
                holds, scores = self.at(node, view, docs, weight)
                return _kept(docs, holds, scores)
            case Everything():
                return Found(np.arange(view.docs, dtype=np.int64))
            case Value() | ValuePattern() | Present():
                return Found(self._valued(node, view))
            case _:
                return Found(np.flatnonzero(_filter(node, view, None)))

    def _in_field(self, node: PlaceNode, attribute: str, view: SegmentView, weight: float) -> Found:
        if isinstance(node, Word | Wildcard | Fuzzy | Regex):
            return self._words.find(node, attribute, view, weight)
        docs = self._placing.docs(node, attribute, view)
        return Found(docs, self._placing.scores(node, attribute, view, docs, weight))

    def _all_of(self, children: Sequence[Node], view: SegmentView, weight: float) -> Found:
        ordered = sorted(children, key=lambda child: self.size(child, view))
        words: list[tuple[SingleWord, list[tuple[str, float]]]] = []
        others: list[Node] = []
        for child in ordered:
            inner, factor = _unweighted(child)
            if isinstance(inner, Word | Wildcard | Fuzzy | Regex):
                words.append((inner, [(a, weight * factor * f) for a, f in fields(inner)]))
            else:
                others.append(child)
        found: Found | None = None
        if words and _unweighted(ordered[0])[0] is not words[0][0]:
            found = self.find(others.pop(0), view, weight)
        if words:
            with_words = self._words.all_of(words, view, None if found is None else found.docs)
            if found is not None and found.scores is not None:
                at, _ = locate(found.docs, with_words.docs)
                with_words = Found(with_words.docs, plus(found.scores[at], with_words.scores))
            found = with_words
        for child in others:
            if found is None:
                found = self.find(child, view, weight)
                continue
            if len(found) == 0:
                return NOTHING
            holds, more = self.at(child, view, found.docs, weight)
            docs, scores = found.docs, found.scores
            if not holds.all():
                docs = docs[holds]
                scores, more = (None if column is None else column[holds] for column in (scores, more))
            found = Found(docs, plus(scores, more))
        return NOTHING if found is None else found

    def size(self, node: Node, view: SegmentView) -> int:
        """At most about how many documents match."""
        match node:
            case And(children):
                return min(self.size(child, view) for child in children)
            case Or(children):
                return min(view.docs, sum(self.size(child, view) for child in children))
            case Weighted(child, _) | AtLeast(_, child):
                return self.size(child, view)
            case Word() | Wildcard() | Fuzzy() | Regex():
                return sum(self._words.postlist(node, attribute, view).count for attribute, _ in fields(node))
            case Phrase(items):
                words = [item for item in items if isinstance(item, Word | Wildcard)]
                return sum(
                    min(self._words.postlist(word, attribute, view).count for word in words) for attribute, _ in fields(node)
                )
            case Near(left, right) | Together(left, right):
                return min(self.size(left, view), self.size(right, view))
            case NotNear(left, _, _):
                return self.size(left, view)
            case Value() | ValuePattern():
                return view.docs // 2
            case _:
                return view.docs + 1  # filters answer for given documents at once, and enumerate all

    # Given documents.

    def at(self, node: Node, view: SegmentView, docs: Ints, weight: float) -> Answer:
        """Which of these documents (ascending) match."""
        match node:
            case And(children):
                holds = np.ones(len(docs), dtype=bool)
                scores: Floats | None = None
                for child in children:
                    also, more = self.at(child, view, docs, weight)
                    holds &= also
                    scores = plus(scores, more)
                return holds, scores
            case Or(children):
                holds = np.zeros(len(docs), dtype=bool)
                sums: Floats | None = None
                for child in children:
                    also, more = self.at(child, view, docs, weight)
                    holds |= also
                    sums = plus(sums, None if more is None else np.where(also, more, 0.0))
                return holds, sums
            case Not(child):
                return ~self.at(child, view, docs, 0.0)[0], None
            case Weighted(child, factor):
                return self.at(child, view, docs, weight * factor)
            case Word() | Wildcard() | Fuzzy() | Regex():
                return self._any_field(node, docs, lambda a, f: self._words.at(node, a, view, docs, f), weight)
            case Phrase() | Near() | NotNear() | Together():
                return self._any_field(node, docs, lambda a, f: self._placed(node, a, view, docs, f), weight)
            case AtLeast(count, child):
                assert isinstance(child, PlaceNode | Or)
                mentions = np.zeros(len(docs), dtype=np.int64)
                for attribute, _ in fields(child):
                    mentions += self._placing.mentions(child, attribute, view, docs)
                _, more = self.at(child, view, docs, weight)
                return mentions >= count, more
            case Everything():
                return np.ones(len(docs), dtype=bool), None
            case Value() | ValuePattern() | Present():
                return locate(self._valued(node, view), docs)[1], None
            case _:
                return _filter(node, view, docs), None

    def _placed(
        self, node: Phrase | Near | NotNear | Together, attribute: str, view: SegmentView, docs: Ints, f: float
    ) -> Answer:
        found = self._placing.docs(node, attribute, view, docs)
        at, _ = locate(docs, found)
        holds = np.zeros(len(docs), dtype=bool)
        holds[at] = True
        scores = self._placing.scores(node, attribute, view, found, f)
        if scores is None:
            return holds, None
        every = np.zeros(len(docs))
        every[at] = scores
        return holds, every

    def _any_field(self, node: Node, docs: Ints, at: Callable[[str, float], Answer], weight: float) -> Answer:
        holds = np.zeros(len(docs), dtype=bool)
        scores: Floats | None = None
        for attribute, factor in fields(node):
            also, more = at(attribute, weight * factor)
            holds |= also
            scores = plus(scores, more)
        return holds, scores

    def _valued(self, node: Value | ValuePattern | Present, view: SegmentView) -> Ints:
        """The documents with a value, or with any word in a field."""
        field = FIELDS[node.field]
        if isinstance(node, Present) and field.kind is not Kind.VALUE:
            return np.flatnonzero(view.field(field.attribute).lengths)
        column = view.reader.values(f"{field.attribute}.value")
        match node:
            case Value(text):
                number = column.dictionary.find(text.encode("utf-8", "surrogatepass"))
                return column.docs(number) if number >= 0 else NOTHING.docs
            case ValuePattern(pattern):
                fits = wildcard_regex(pattern).fullmatch
                head = pattern[: min(pattern.find(sign) % (len(pattern) + 1) for sign in "*?")]
                numbers = range(*column.dictionary.prefix_range(head.encode("utf-8", "surrogatepass")))
                chosen = [number for number in numbers if fits(column.dictionary.text(number))]
                return column.docs_of(np.array(chosen, dtype=np.int64))
            case Present():
                return np.flatnonzero(column.of_doc)

    # Short cuts.

    def count(self, node: Node, view: SegmentView) -> int | None:
        """How many live documents match, where that is known without looking at them."""
        if isinstance(node, Everything):
            return view.living
        return None

    def rough(self, node: Node, view: SegmentView) -> npt.NDArray[np.float32] | None:
        """For a word, or words joined by OR: about what every document of a segment scores, 0 where nothing matches; None
        for other queries, and where the words are too rare for that.

        Exact totals and a short list of documents that may be the best: all that is needed before exact scores.
        """
        inner, _ = _unweighted(node)
        words: list[tuple[SingleWord, float]] = []
        for child in inner.children if isinstance(inner, Or) else (inner,):
            word, weight = _unweighted(child)
            if not isinstance(word, Word | Wildcard | Fuzzy | Regex) or not fields(word)[0][1]:
                return None
            words.append((word, weight))
        weights = [weight for _, weight in words]
        if max(weights) > 1e6 * min(weights) or self.size(node, view) * DENSE < view.docs:
            return None
        sums = np.zeros(view.docs, dtype=np.float32)
        factor = _unweighted(node)[1] if isinstance(inner, Or) else 1.0
        if not 1e-6 <= factor * max(weights) <= 1e12:
            return None  # beyond what float32 holds
        for word, weight in words:
            for attribute, f in fields(word):
                self._words.add_roughly(sums, word, attribute, view, weight * factor * f)
        return sums


def _unweighted(node: Node) -> tuple[Node, float]:
    inner: Node = node
    factor = 1.0
    while isinstance(inner, Weighted):
        # The outermost weight first, as the order of multiplications decides the last bits.
        factor *= inner.weight
        inner = inner.child
    return inner, factor


def fields(node: Node) -> list[tuple[str, float]]:
    """The attributes of Article in which a node with words is looked for, and what a word weighs there."""
    name = getattr(next(leaves(node)), "field", "")
    names = (name,) if name else SEARCHED
    weights = {"title": TITLE_WEIGHT, "body": 1.0}
    return [(FIELDS[each].attribute, weights.get(each, 0.0)) for each in names]


def _kept(docs: Ints, holds: Bools, scores: Floats | None) -> Found:
    return Found(docs[holds], None if scores is None else scores[holds])


def _filter(node: Node, view: SegmentView, docs: Ints | None) -> Bools:
    """Which documents (None: of all) lie in a range."""
    if isinstance(node, Length):
        lengths = view.lengths if docs is None else view.lengths[docs]
        chosen: Bools = lengths >= (node.least or 0)
        return chosen if node.most is None else chosen & (lengths <= node.most)
    dates = view.dates if docs is None else view.dates[docs]
    if isinstance(node, Undated):
        return np.asarray(dates == UNDATED)
    assert isinstance(node, Dates)
    inside: Bools = dates < (UNDATED if node.before is None else micros(node.before))
    return inside if node.since is None else inside & (dates >= micros(node.since))
