"""What the scores of one document of a snapshot are made of (see `query.explain_score`)."""

from __future__ import annotations

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.query import bitsets
from searchkit.query.explain_score import WordFigures
from searchkit.query.nodes import Node, SingleWord, SpanNode
from searchkit.query.operators import SearchContext, make_operator, make_span_operator
from searchkit.query.snapshot import Snapshot


class SnapshotArticle:
    """A document of a snapshot, as a `ScoredArticle`."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer, doc: int) -> None:
        self._context = SearchContext(snapshot, analyzer)
        self._doc = np.array([doc], dtype=np.int64)
        self._bits = bitsets.from_docs(self._doc, snapshot.size)

    @property
    def printed_date(self) -> int | None:
        """See ScoredArticle."""
        return self._context.snapshot.printed_date(int(self._doc[0]))

    def matches(self, node: Node) -> bool:
        """See ScoredArticle."""
        scorer = make_operator(node).match(self._context, 0.0, self._bits)
        return bool(bitsets.contains(scorer.bits, self._doc)[0])

    def has_span(self, node: SpanNode, field: str) -> bool:
        """See ScoredArticle."""
        return int(self._doc[0]) in make_span_operator(node).docs(self._context, field, self._bits).tolist()

    def figures(self, word: SingleWord, field: str) -> tuple[WordFigures]:
        """See ScoredArticle."""
        postings = self._context.words.postings(word, field)
        columns = self._context.snapshot.field(field)
        frequency, length = int(postings.tf_at(self._doc)[0]), int(columns.lengths[self._doc[0]])
        statistics = columns.statistics
        average = statistics.average_length
        return (WordFigures(statistics.doc_count, len(postings), postings.idf, frequency, length, average),)
