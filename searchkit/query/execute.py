"""Evaluates a query over all segments of a snapshot, with whole-array operations.

Sets of documents are bitsets, which are cheap to combine; positions are read last, and only of
documents that match all the rest. The reference implementation is `engines.memory`; Whoosh's own
matchers over the same segments are the oracle of the tests.
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
from searchkit.query.counting import FacetCounts, HistogramCounts, count_periods, count_values
from searchkit.query.matches import Matches
from searchkit.query.nodes import Node
from searchkit.query.operators import SearchContext, make_operator
from searchkit.query.ranking import competitive_docs, relative_factors, top_docs
from searchkit.query.scorers import Scorer, ScoringBatch
from searchkit.query.snapshot import Snapshot

if TYPE_CHECKING:
    from searchkit.query.score_options import Recency

MAX_UNPRUNED_MATCHES = 1024
"""Up to so many matches are all scored. Of more, only those are scored whose upper bounds let them
be among the first."""
MATCH_BOUNDS_RATIO = 8
"""If fewer than 1/MATCH_BOUNDS_RATIO of all documents match, bounds are computed for the matches
alone; else for all documents."""
MAX_SLACK = 1e30
"""The largest slack with which float32 can add up bounds (weights inside weights multiply). Beyond
it, all matches are scored."""


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
    """Find the documents that match, and keep of them what a collector asks for; docs (int64) are
    ascending.

    Raises QueryError for a pattern that stands for too many words, CorruptIndex, OptionError.
    """
    weight = 1.0 if isinstance(collector, Scored) else 0.0
    options = collector.options if isinstance(collector, Scored) else None
    context = SearchContext(snapshot, analyzer) if options is None else SearchContext(snapshot, analyzer, options.weights)
    scorer = make_operator(node).match(context, weight, None)
    bits = scorer.bits
    if snapshot.live_count < snapshot.size:
        bits = bits & snapshot.live
    total = bitsets.count(bits)
    match collector:
        case Count():
            return total
        case Docs(limit, sort):
            if limit is not None and limit < 0:
                raise OptionError(f"limit must be 0 or more, or None for all; found {limit}")
            docs = bitsets.to_docs(bits, snapshot.size, total)
            return docs if limit is None else _top_docs_by_date(docs, limit, sort, snapshot)
        case Scored():
            return _collect_scored(scorer, bits, total, collector, snapshot)
        case Histogram(period):
            return count_periods(snapshot, bitsets.to_docs(bits, snapshot.size, total), period)
        case Facet(field):
            return count_values(snapshot, bitsets.to_docs(bits, snapshot.size, total), field)
        case _:
            assert_never(collector)


def _collect_scored(scorer: Scorer, bits: Bitset, total: int, collector: Scored, snapshot: Snapshot) -> Matches:
    limit, sort = collector.limit, collector.sort
    if limit == 0 or total == 0:
        return Matches(np.zeros(0, dtype=np.int64), np.zeros(0), total)
    if limit is None:
        docs = bitsets.to_docs(bits, snapshot.size, total)
        return Matches(docs, _compute_scores(scorer, docs, snapshot), total)
    if sort != "relevance" or not scorer.is_scored:
        docs = _top_docs_by_date(bitsets.to_docs(bits, snapshot.size, total), limit, sort, snapshot)
        return Matches(docs, _compute_scores(scorer, docs, snapshot), total)
    recency = None if collector.options is None else collector.options.recency
    docs = _find_competitive_docs(scorer, bits, total, limit, snapshot, recency)
    scores = _compute_scores(scorer, docs, snapshot)
    chosen = top_docs(scores, snapshot.dates[docs], limit, sort, recency)
    return Matches(docs[chosen], scores[chosen], total)


def _top_docs_by_date(docs: Ints, limit: int, sort: Sort, snapshot: Snapshot) -> Ints:
    """The first `limit` of some documents in an order by date, and all that tie with the last of
    them; ascending."""
    return docs[top_docs(np.zeros(len(docs)), snapshot.dates[docs], limit, sort)] if limit else docs[:0]


def _compute_scores(scorer: Scorer, docs: Ints, snapshot: Snapshot) -> Floats:
    scores = scorer.score(ScoringBatch(snapshot, docs))
    return np.zeros(len(docs)) if scores is None else scores


def _find_competitive_docs(
    scorer: Scorer, bits: Bitset, total: int, limit: int, snapshot: Snapshot, recency: Recency | None
) -> Ints:
    """The matches (ascending) that can be among the first `limit`, by the upper bounds of their
    scores."""
    if total <= max(MAX_UNPRUNED_MATCHES, limit) or scorer.slack > MAX_SLACK:
        return bitsets.to_docs(bits, snapshot.size, total)
    if total * MATCH_BOUNDS_RATIO < snapshot.size or recency is not None:
        docs = bitsets.to_docs(bits, snapshot.size, total)
        bounds = np.zeros(total, dtype=np.float32)
        scorer.add_bounds(bounds, docs)
        if recency is not None:
            bounds *= relative_factors(recency, snapshot.dates[docs])
        return docs[competitive_docs(bounds, scorer.slack, limit)]
    bounds = np.zeros(snapshot.size, dtype=np.float32)
    scorer.add_bounds(bounds, None)
    if not scorer.is_zero_outside:
        bounds *= bitsets.to_flags(bits, snapshot.size)
    docs = competitive_docs(bounds, scorer.slack, limit)
    return docs[bitsets.contains(bits, docs)]
