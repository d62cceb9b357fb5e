"""Looks up the words of a query in a snapshot: their terms, postings, positions and impacts.

They are kept in the cache of the snapshot for later queries. A round of the forty queries of
`scripts/bench` over 500,000 articles takes twice as long without postings in the cache, 1.5 times
without impacts, and 1.8 times without positions.
"""

from __future__ import annotations

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.arrays import AnyArray, AnyUInts, Ints
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import Passage
from searchkit.query.segment_postings import SegmentPostings
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.query.sorted_arrays import distinct
from searchkit.query.terms import SingleWord, Terms, find_terms, forms_of_terms
from searchkit.query.word_postings import Impacts, WordPositions, WordPostings
from searchkit.scoring import idf

MAX_HIGHLIGHTED_FORMS = 2_000
"""To highlight a word with more surface forms than this, texts are analysed in full."""

_NONE = np.zeros(0, dtype=np.int64)


class WordLookup:
    """Looks words up in a snapshot, for one query: to match and score, and to highlight.

    `attribute` is the name that a field has in `Article`: `topics` for `tag:`.
    """

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer) -> None:
        self._snapshot, self._analyzer = snapshot, analyzer
        self._segment_postings: dict[tuple[SingleWord, str, int], SegmentPostings] = {}

    def terms(self, word: SingleWord, attribute: str, view: SegmentView) -> Terms:
        """The terms of a word in a field of a segment.

        The cache keeps them for the highlighter: a first page for a fuzzy word takes 8 ms instead
        of 14 at 21,578 articles.
        """
        return self._snapshot.cache.get(
            (word, attribute, view.base), lambda: find_terms(word, view.field(attribute), self._analyzer)
        )

    def surface_forms(self, word: SingleWord, attribute: str) -> frozenset[str] | None:
        """The surface forms of a word in the title or the body, or None for more than
        MAX_HIGHLIGHTED_FORMS.

        Reference implementation: of all forms of the field those that `results.AnalyzedText` takes
        for this word.
        """
        forms: set[str] = set()
        for view in self._snapshot.views:
            field = view.reader.text_fields[attribute]
            numbers = forms_of_terms(self.terms(word, attribute, view), field)
            if len(numbers) > MAX_HIGHLIGHTED_FORMS:
                return None
            forms.update(map(field.forms.text, numbers.tolist()))
        return frozenset(forms)

    def segment_postings(self, word: SingleWord, attribute: str, view: SegmentView) -> SegmentPostings:
        """The postings of a word in a field of a segment."""
        key = (word, attribute, view.base)
        found = self._segment_postings.get(key)
        if found is None:
            terms = self.terms(word, attribute, view)
            found = self._segment_postings[key] = SegmentPostings(view.field(attribute), terms, view.doc_count)
        return found

    def postings(self, word: SingleWord, attribute: str) -> WordPostings:
        """The postings of a word in a field of all segments."""
        return self._snapshot.cache.get((word, attribute), lambda: self._make_postings(word, attribute))

    def _make_postings(self, word: SingleWord, attribute: str) -> WordPostings:
        snapshot = self._snapshot
        docs: list[Ints] = [_NONE]
        tf: list[AnyUInts] = [np.zeros(0, dtype=np.uint8)]
        for view in snapshot.views:
            found = self.segment_postings(word, attribute, view)
            if found.is_empty:
                continue
            segment_docs, segment_tf = found.docs, found.small_tf()
            if len(segment_docs) and int(segment_docs[-1]) >= view.doc_count:
                raise view.reader.corruption(f"the postings of its field {attribute} name articles that it has not")
            if view.live is not None:
                is_live = view.live[segment_docs]
                segment_docs, segment_tf = segment_docs[is_live], segment_tf[is_live]
            docs.append(segment_docs + view.base if view.base else segment_docs)
            tf.append(segment_tf)
        all_docs = docs[1] if len(docs) == 2 else np.concatenate(docs)
        snapshot.count_copied(len(all_docs))
        word_idf = idf(snapshot.field(attribute).statistics.doc_count, len(all_docs))
        return WordPostings(all_docs, np.concatenate(tf), word_idf, snapshot.size)

    def impacts(self, word: SingleWord, attribute: str) -> Impacts:
        """Upper bounds of the scores of a word in a field."""

        def make() -> Impacts:
            return Impacts(self.postings(word, attribute), self._snapshot.field(attribute).float32_norms)

        return self._snapshot.cache.get((word, attribute, "impacts"), make)

    def bits_inside(self, word: SingleWord, attribute: str, passage: Passage) -> Bitset:
        """The documents that have a word wholly in a passage of a field.

        Without the cache a query for a word in a passage takes ten times as long and more as one
        for the word, at 100,000 articles.
        """

        def make() -> Bitset:
            columns = self._snapshot.field(attribute)
            found = self.positions(word, attribute)
            last = found.keys
            if len(found.divided):
                last = last.copy()
                last[found.divided] += 1
            inside = columns.passages(passage, self.postings(word, attribute).docs).numbers_of(found.keys, last) >= 0
            return bitsets.from_docs(distinct(columns.position_keys.docs_of(found.keys[inside])), self._snapshot.size)

        return self._snapshot.cache.get((word, attribute, passage), make)

    def positions(self, word: SingleWord, attribute: str) -> WordPositions:
        """The positions of a word in a field of all segments."""
        return self._snapshot.cache.get((word, attribute, "positions"), lambda: self._make_positions(word, attribute))

    def _make_positions(self, word: SingleWord, attribute: str) -> WordPositions:
        parts: list[AnyArray] = []
        divided: list[Ints] = []
        for view in self._snapshot.views:
            found = self.segment_postings(word, attribute, view)
            if found.is_empty:
                continue
            segment_positions = found.positions()
            divided_mask = found.divided_mask()
            if view.live is not None:
                is_live = np.repeat(view.live[found.docs], found.small_tf())
                segment_positions = segment_positions[is_live]
                divided_mask = None if divided_mask is None else divided_mask[is_live]
            if divided_mask is not None:
                divided.append(np.flatnonzero(divided_mask) + sum(map(len, parts)))
            parts.append(segment_positions)
        all_divided = np.concatenate(divided) if divided else _NONE
        position_keys = self._snapshot.field(attribute).position_keys
        positions = WordPositions(self.postings(word, attribute), position_keys, parts, all_divided)
        self._snapshot.count_copied(len(positions.keys))
        return positions
