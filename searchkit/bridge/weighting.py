"""searchkit's BM25 for Whoosh's searcher: `index.searcher(weighting=LuceneBM25())`.

The scores are searchkit's own: statistics cover the live documents of all segments that have the
field, lengths are exact, and words in the title count twice. In segments that Whoosh wrote lengths
are rounded up, as Whoosh keeps them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from whoosh.reading import TermNotFound
from whoosh.scoring import BaseScorer, WeightingModel

from searchkit.arrays import AnyArray
from searchkit.bridge.codec import ColumnCodec
from searchkit.bridge.fields import TEXT_FIELDS
from searchkit.bridge.shared_segment import SharedSegment
from searchkit.schema import TITLE_WEIGHT
from searchkit.scoring import idf, length_norms

NEGLIGIBLE_SCORE = 1e-300
"""The score of fields that do not score. Whoosh loses documents of an OR whose scores add up to 0;
added to any real score this number changes no bit of it."""


class LuceneBM25(WeightingModel):
    """BM25 as searchkit scores it: for words in title and body, and for nothing else.

    Search with `limit=None` and `terms=False`: Whoosh's own pruning omits documents that are among
    the best hits.
    """

    def __init__(self, title: float = TITLE_WEIGHT, body: float = 1.0) -> None:
        self.weights = dict(zip(TEXT_FIELDS, (title, body), strict=True))
        self._statistics: WeakKeyDictionary[Any, _Statistics] = WeakKeyDictionary()

    def scorer(self, searcher: Any, fieldname: str, text: str | bytes, qf: int = 1) -> BaseScorer:
        weight = self.weights.get(fieldname, 0.0)
        if not weight:
            return _NegligibleScorer()
        statistics = self._find_statistics(searcher)
        norm = statistics.norms(searcher, fieldname)
        return _BM25Scorer(weight * statistics.idf(fieldname, text), norm)

    def idf(self, searcher: Any, fieldname: str, text: str | bytes) -> float:
        return self._find_statistics(searcher).idf(fieldname, text)

    def _find_statistics(self, searcher: Any) -> _Statistics:
        top = searcher.get_parent()
        found = self._statistics.get(top)
        if found is None:
            found = self._statistics[top] = _Statistics(top)
        return found


class _Statistics:
    """Counts over all segments of a searcher. A searcher never changes."""

    def __init__(self, searcher: Any) -> None:
        # The searcher itself is not kept: its statistics live as long as it does.
        self._leaves: list[Any] = [reader for reader, _ in searcher.reader().leaf_readers()]
        self._schema = searcher.schema
        self._fields: dict[str, tuple[int, float]] = {}
        self._idf: dict[tuple[str, bytes], float] = {}
        self._norms: dict[tuple[int, str], AnyArray] = {}

    def field(self, fieldname: str) -> tuple[int, float]:
        """How many live documents have a field, and how many words it has in them on average."""
        found = self._fields.get(fieldname)
        if found is None:
            doc_count = word_count = 0
            for reader in self._leaves:
                lengths = _live_lengths(reader, fieldname)
                doc_count += int(np.count_nonzero(lengths))
                word_count += int(lengths.sum(dtype=np.int64))
            found = self._fields[fieldname] = (doc_count, word_count / doc_count if doc_count else 1.0)
        return found

    def idf(self, fieldname: str, text: str | bytes) -> float:
        term: bytes = self._schema[fieldname].to_bytes(text)
        found = self._idf.get((fieldname, term))
        if found is None:
            doc_freq = sum(_live_doc_freq(reader, fieldname, term) for reader in self._leaves)
            found = self._idf[fieldname, term] = idf(self.field(fieldname)[0], doc_freq)
        return found

    def norms(self, searcher: Any, fieldname: str) -> Callable[[int], float]:
        """The length norm of each document of this searcher."""
        average = self.field(fieldname)[1]
        reader = searcher.reader()
        shared = _shared_segment(reader)
        lengths = None if shared is None else shared.lengths(fieldname)
        if lengths is None:
            # Whoosh gives None for no words.
            return lambda doc: float(length_norms(reader.doc_field_length(doc, fieldname, 0) or 0, average))
        key = (self._leaves.index(reader), fieldname)
        if key not in self._norms:
            self._norms[key] = length_norms(lengths, average)
        return self._norms[key].item


def _shared_segment(reader: Any) -> SharedSegment | None:
    """The segment that a reader reads, if it is one of ours."""
    codec = reader.codec()
    return codec.shared if isinstance(codec, ColumnCodec) else None


def _live_lengths(reader: Any, fieldname: str) -> AnyArray:
    shared = _shared_segment(reader)
    if shared is not None:
        lengths, live = shared.lengths(fieldname), reader.segment().to_ref().live_docs()
        if lengths is None:
            return np.zeros(0, dtype=np.int64)
        return lengths if live is None else lengths[live]
    return np.array([reader.doc_field_length(doc, fieldname, 0) or 0 for doc in reader.all_doc_ids()], dtype=np.int64)


def _live_doc_freq(reader: Any, fieldname: str, term: bytes) -> int:
    """How many live documents of a segment have a term."""
    if not reader.has_deletions():
        return int(reader.doc_frequency(fieldname, term))
    shared = _shared_segment(reader)
    if shared is not None:
        docs, live = shared.docs_with(fieldname, term), reader.segment().to_ref().live_docs()
        return len(docs) if live is None else int(np.count_nonzero(live[docs]))
    try:
        return sum(1 for _ in reader.postings(fieldname, term).all_ids())
    except TermNotFound:
        return 0


class _BM25Scorer(BaseScorer):
    """Scores a posting by its frequency and the length of its document.

    `weighted_idf` is the idf of the term times the weight of the field; `norm` gives the length
    norm of a document.
    """

    def __init__(self, weighted_idf: float, norm: Callable[[int], float]) -> None:
        self._weighted_idf, self._norm = weighted_idf, norm

    def score(self, matcher: Any) -> float:
        frequency: float = matcher.weight()
        return self._weighted_idf * frequency / (frequency + self._norm(matcher.id()))

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return float("inf")

    def block_quality(self, matcher: Any) -> float:
        return float("inf")


class _NegligibleScorer(_BM25Scorer):
    def __init__(self) -> None:
        super().__init__(0.0, lambda doc: 0.0)

    def score(self, matcher: Any) -> float:
        return NEGLIGIBLE_SCORE
