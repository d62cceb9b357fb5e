"""The words of one query over all segments: their postings, how rare they are, and how they score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from searchkit.analysis import Analyzer
from searchkit.codec.postings import BLOCK
from searchkit.query.found import Found, plus, union
from searchkit.query.postlist import Postlist, locate
from searchkit.query.ranking import NEGLIGIBLE
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.query.terms import SingleWord, terms_of
from searchkit.scoring import idf, length_norms, weigh

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FEW = 8
"""Documents are looked up one by one when they are fewer than one in so many of a word's."""


class WordFinder:
    """Looks every word up once a query."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer) -> None:
        self._snapshot, self._analyzer = snapshot, analyzer
        self._postlists: dict[tuple[SingleWord, str, int], Postlist] = {}
        self._rarity: dict[tuple[SingleWord, str], float] = {}

    def postlist(self, word: SingleWord, attribute: str, view: SegmentView) -> Postlist:
        """The postings of a word in a field of a segment."""
        key = (word, attribute, view.base)
        found = self._postlists.get(key)
        if found is None:
            field = view.field(attribute)
            found = self._postlists[key] = Postlist(field, terms_of(word, field, self._analyzer), view.docs)
        return found

    def rarity(self, word: SingleWord, attribute: str) -> float:
        """The word's idf in a field, over the live articles of all segments."""
        key = (word, attribute)
        found = self._rarity.get(key)
        if found is None:
            with_word = 0
            for view in self._snapshot.views:
                postlist = self.postlist(word, attribute, view)
                with_word += postlist.count if view.live is None else view.count_live(postlist.docs)
            found = self._rarity[key] = idf(self._snapshot.statistics(attribute).articles, with_word)
        return found

    def find(self, word: SingleWord, attribute: str, view: SegmentView, weight: float) -> Found:
        """All documents with a word in a field; scored unless `weight` is 0."""
        postlist = self.postlist(word, attribute, view)
        if postlist.is_empty or weight == 0.0:
            return Found(postlist.docs)
        norms = self._snapshot.norms(view, attribute)
        rarity = weight * self.rarity(word, attribute)
        return Found(postlist.docs, weigh(postlist.tf, norms[postlist.docs], rarity))

    def at(self, word: SingleWord, attribute: str, view: SegmentView, docs: Ints, weight: float) -> tuple[Bools, Floats | None]:
        """Which of these documents have a word in a field; the scores of all of them, 0 of those without."""
        postlist = self.postlist(word, attribute, view)
        if postlist.is_empty:
            return np.zeros(len(docs), dtype=bool), None
        if len(docs) * FEW < postlist.count:
            places, holds = locate(postlist.docs, docs)
            if weight == 0.0:
                return holds, None
            there = np.flatnonzero(holds)
            tf = np.zeros(len(docs))
            tf[there] = postlist.tf_at(places[there])
        else:
            dense = np.zeros(view.docs)
            dense[postlist.docs] = 1.0 if weight == 0.0 else postlist.tf
            tf = dense[docs]
            holds = tf > 0
            if weight == 0.0:
                return holds, None
        norms = self._snapshot.norms(view, attribute)[docs]
        return holds, weigh(tf, norms, weight * self.rarity(word, attribute))

    def bounded(
        self, word: SingleWord, fields: Sequence[tuple[str, float]], view: SegmentView, best: int, threshold: float
    ) -> tuple[int, Found] | None:
        """How many live documents have a word in any of the fields, and, scored, all of them that may be among the `best`
        first or reach `threshold`.

        Whole blocks of postings are left out by their upper bound: BM25 grows with the frequency and falls with the
        length, so no posting of a block scores more than its largest frequency at its smallest length would. Slow twin:
        `find`, and a look at every score. None when no field's postings are long enough to have bounds.
        """
        lists = [(a, w, self.postlist(word, a, view)) for a, w in fields if w > 0.0]
        lists.sort(key=lambda entry: entry[2].count)
        if len(lists) < len(fields) or lists[-1][2].term_id < 0:
            return None
        attribute, weight, postlist = lists[-1]
        bound = view.field(attribute).postings.bounds(postlist.term_id)
        if bound is None:
            return None
        rarity = weight * self.rarity(word, attribute)
        upper = self._upper(bound, attribute, rarity)
        # The most promising blocks tell how high the bar is for the rest.
        few = min(len(upper), 1 + best // 16)
        docs, scores = self._blocks(postlist, view, attribute, np.sort(np.argpartition(upper, -few)[-few:]), rarity)
        if view.live is not None:
            scores = scores[view.live[docs]]
        if len(scores) >= best:
            threshold = max(threshold, float(np.partition(scores, -best)[-best]))
        docs, scores = self._blocks(postlist, view, attribute, np.flatnonzero(upper >= threshold - NEGLIGIBLE), rarity)
        count = view.count_live(postlist.docs) if view.live is not None else postlist.count
        parts = [Found(docs, scores)]
        for other, factor, shorter in lists[:-1]:
            found = self.find(word, other, view, factor)
            if len(found) == 0:
                continue
            # A document with the word in both fields is scored here as a whole, whatever its block promised.
            holds, more = self.at(word, attribute, view, found.docs, weight)
            count += view.count_live(found.docs[~holds])
            alone = ~locate(shorter.docs, parts[0].docs)[1]
            parts = [Found(parts[0].docs[alone], _of(parts[0].scores, alone)), Found(found.docs, plus(found.scores, more))]
        whole = union(parts, view.docs)
        if view.live is not None:
            live = view.live[whole.docs]
            whole = Found(whole.docs[live], _of(whole.scores, live))
        return count, whole

    def _upper(self, bound: tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]], attribute: str, rarity: float) -> Floats:
        tf, lengths = bound
        most = np.where(tf == 65_535, np.inf, tf.astype(np.float64))
        norms = length_norms(lengths, self._snapshot.statistics(attribute).average)
        with np.errstate(invalid="ignore"):
            upper = weigh(most, norms, rarity)
        return np.where(np.isinf(most), rarity, upper)

    def _blocks(self, postlist: Postlist, view: SegmentView, attribute: str, blocks: Ints, rarity: float) -> tuple[Ints, Floats]:
        places = (blocks[:, None] * BLOCK + np.arange(BLOCK, dtype=np.int64)).reshape(-1)
        places = places[places < postlist.count]
        postings = view.field(attribute).postings
        docs = postings.docs_at(postlist.term_id, places)
        tf = postings.tf_at(postlist.term_id, places)
        return docs, weigh(tf, self._snapshot.norms(view, attribute)[docs], rarity)


def _of(scores: Floats | None, chosen: Bools) -> Floats | None:
    return None if scores is None else scores[chosen]
