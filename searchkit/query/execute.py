"""What does a query find? Its tree over all segments, as whole-array operations.

Sets of articles are bits, so that joining them costs next to nothing; places are looked for last, and only in articles
that hold all the rest. The slow twin is `engines.memory`; Whoosh's own matchers over the same segments are the oracle of
the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never, overload

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.arrays import Floats, Ints
from searchkit.errors import OptionError
from searchkit.model import Sort
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.collectors import Collector, Count, Docs, Facet, Histogram, Scored
from searchkit.query.counting import facet_of, histogram_of
from searchkit.query.matches import Matches
from searchkit.query.nodes import Node
from searchkit.query.operators import SearchContext, operator_of
from searchkit.query.ranking import competitive, top_docs
from searchkit.query.scorers import Scorer
from searchkit.query.snapshot import Snapshot
from searchkit.query.word_postings import SMALL, Candidates

if TYPE_CHECKING:
    from searchkit.query.counting import FacetCounts, HistogramCounts


MANY = 1024
"""Matches from which rough scores choose those that are scored exactly."""
LARGEST = 1e30
"""Where weights inside weights make scores larger than what float32 can add up, all of them are exact."""
MANY_OF_SMALL = 4096
"""The same where exact scores cost little."""


@overload
def execute(snapshot: Snapshot, node: Node, analyzer: Analyzer, collector: Count) -> int: ...
@overload
def execute(snapshot: Snapshot, node: Node, analyzer: Analyzer, collector: Docs) -> Ints: ...
@overload
def execute(snapshot: Snapshot, node: Node, analyzer: Analyzer, collector: Scored) -> Matches: ...
@overload
def execute(snapshot: Snapshot, node: Node, analyzer: Analyzer, collector: Histogram) -> HistogramCounts: ...
@overload
def execute(snapshot: Snapshot, node: Node, analyzer: Analyzer, collector: Facet) -> FacetCounts: ...
def execute(
    snapshot: Snapshot, node: Node, analyzer: Analyzer, collector: Collector
) -> int | Ints | Matches | HistogramCounts | FacetCounts:
    """Find the articles that match, and keep of them what a collector says; numbers of articles (int64) are ascending.

    Raises QueryError for a pattern that stands for too many words, CorruptIndex, OptionError.
    """
    weight = 1.0 if isinstance(collector, Scored) else 0.0
    answer = operator_of(node).match(SearchContext(snapshot, analyzer), weight, None)
    bits = answer.bits
    if snapshot.articles < snapshot.size:
        bits = bits & snapshot.live
    total = bitsets.count(bits)
    match collector:
        case Count():
            return total
        case Docs(limit, sort):
            if limit is not None and limit < 0:
                raise OptionError(f"limit must be 0 or more, or None for all; found {limit}")
            docs = bitsets.to_docs(bits, snapshot.size, total)
            return docs if limit is None else _first_by_date(docs, limit, sort, snapshot)
        case Scored():
            return _scored(answer, bits, total, collector, snapshot)
        case Histogram(period):
            return histogram_of(snapshot, bitsets.to_docs(bits, snapshot.size, total), period)
        case Facet(field):
            return facet_of(snapshot, bitsets.to_docs(bits, snapshot.size, total), field)
        case _:
            assert_never(collector)


def _scored(answer: Scorer, bits: Bitset, total: int, collector: Scored, snapshot: Snapshot) -> Matches:
    best, sort = collector.limit, collector.sort
    if best == 0 or total == 0:
        return Matches(np.zeros(0, dtype=np.int64), np.zeros(0), total)
    if best is None:
        docs = bitsets.to_docs(bits, snapshot.size, total)
        return Matches(docs, _exact(answer, Candidates(snapshot, docs)), total)
    if sort != "relevance" or not answer.is_scored:
        docs = _first_by_date(bitsets.to_docs(bits, snapshot.size, total), best, sort, snapshot)
        return Matches(docs, _exact(answer, Candidates(snapshot, docs)), total)
    docs = _promising(answer, bits, total, best, snapshot)
    scores = _exact(answer, Candidates(snapshot, docs))
    chosen = top_docs(scores, snapshot.dates[docs], best, sort)
    return Matches(docs[chosen], scores[chosen], total)


def _first_by_date(docs: Ints, limit: int, sort: Sort, snapshot: Snapshot) -> Ints:
    """Which of some documents, none of which has a score, are the first in an order, with all that tie with the last."""
    return docs[top_docs(np.zeros(len(docs)), snapshot.dates[docs], limit, sort)] if limit else docs[:0]


def _exact(answer: Scorer, candidates: Candidates) -> Floats:
    scores = answer.exact(candidates)
    return np.zeros(len(candidates.docs)) if scores is None else scores


def _promising(answer: Scorer, bits: Bitset, total: int, best: int, snapshot: Snapshot) -> Ints:
    """The matches (ascending) that can be among the best by their rough scores."""
    if total <= max(MANY, best) or (snapshot.size <= SMALL and total <= MANY_OF_SMALL):
        return bitsets.to_docs(bits, snapshot.size, total)
    if answer.slack > LARGEST:
        return bitsets.to_docs(bits, snapshot.size, total)
    if total * 8 < snapshot.size:
        docs = bitsets.to_docs(bits, snapshot.size, total)
        return docs[competitive(answer.rough(docs), answer.slack, best)]
    rough = np.zeros(snapshot.size, dtype=np.float32)
    answer.add(rough)
    if not answer.is_zero_outside:
        rough *= bitsets.to_flags(bits, snapshot.size)
    docs = competitive(rough, answer.slack, best)
    return docs[bitsets.contains(bits, docs)]
