"""The words of one query over all segments: their postings, how rare they are, and how they score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from searchkit.analysis import Analyzer
from searchkit.query.found import Found, plus, union
from searchkit.query.postlist import Postlist
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.query.terms import SingleWord, terms_of
from searchkit.scoring import idf, weigh

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


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

    def at(
        self, word: SingleWord, attribute: str, view: SegmentView, docs: Ints, weight: float
    ) -> tuple[Bools, Floats | None]:
        """Which of these documents have a word in a field; the scores of all of them, 0 of those without."""
        postlist = self.postlist(word, attribute, view)
        if postlist.is_empty:
            return np.zeros(len(docs), dtype=bool), None
        tf = postlist.tf_in(docs)
        if weight == 0.0:
            return tf > 0, None
        norms = self._snapshot.norms(view, attribute)[docs]
        return tf > 0, weigh(tf.astype(np.float64), norms, weight * self.rarity(word, attribute))

    def all_of(
        self, words: Sequence[tuple[SingleWord, Sequence[tuple[str, float]]]], view: SegmentView, docs: Ints | None
    ) -> Found:
        """The documents (of `docs`, when given) that have every word in any of its fields, each with its weight.

        Frequencies are looked up word by word for what is left, and scores worked out once at the end. Slow twin: `at`
        for every word.
        """
        columns: list[tuple[SingleWord, str, float, npt.NDArray[np.uint8] | Floats]] = []
        for word, fields in words:
            lists = [(a, w, self.postlist(word, a, view)) for a, w in fields]
            lists = [entry for entry in lists if not entry[2].is_empty]
            if docs is None:
                docs = union([Found(postlist.docs) for _, _, postlist in lists], view.docs).docs
            holds = np.zeros(len(docs), dtype=bool)
            for attribute, weight, postlist in lists:
                tf = postlist.tf_in(docs)
                holds |= tf > 0
                if weight != 0.0:
                    columns.append((word, attribute, weight, tf))
            if not holds.all():
                chosen = np.flatnonzero(holds)
                docs = docs[chosen]
                columns = [(word, attribute, weight, tf[chosen]) for word, attribute, weight, tf in columns]
            if len(docs) == 0:
                return Found(docs)
        assert docs is not None
        norms = {a: self._snapshot.norms(view, a)[docs] for a in dict.fromkeys(column[1] for column in columns)}
        scores: Floats | None = None
        for word, attribute, weight, tf in columns:
            rarity = weight * self.rarity(word, attribute)
            scores = plus(scores, weigh(tf.astype(np.float64), norms[attribute], rarity))
        return Found(docs, scores)

    def add_roughly(
        self, sums: npt.NDArray[np.float32], word: SingleWord, attribute: str, view: SegmentView, weight: float
    ) -> None:
        """Add about what a word scores in a field (to six digits) to a column over all documents of a segment."""
        postlist = self.postlist(word, attribute, view)
        if postlist.is_empty:
            return
        docs = postlist.docs
        scores = postlist.tf_roughly()
        norms = self._snapshot.rough_norms(view, attribute)[docs]
        norms += scores
        scores *= np.float32(weight * self.rarity(word, attribute))
        scores /= norms
        np.add.at(sums, docs, scores)  # no document stands twice, but this is twice as fast as sums[docs] += scores
