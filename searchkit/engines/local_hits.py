"""The hits of a search in a folder: they read their articles from the segments when asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from searchkit.arrays import Floats, Ints
from searchkit.engines.long_page import LongPage, Window
from searchkit.model import Hit
from searchkit.query.snapshot import Snapshot
from searchkit.results import ArticleHit, CachedArticle, HitContext

LONG_PAGE = 1_000
"""A page of more hits than this makes each when it is asked for: a hit takes about 700 bytes."""
RELEASE_AFTER = 8_192
"""After so many articles of a long page, the pages of the segments that were read are released. To
read them again costs 5 µs for each article of the next window."""

ReadArticles = Callable[[Ints], list[CachedArticle]]
"""Reads the articles of some documents, in their order."""


class HitSource:
    """What the hits of one search read: `article` gives the article of a document, perhaps from a
    cache, `articles` those of several, past the cache."""

    def __init__(
        self, snapshot: Snapshot, context: HitContext, article: Callable[[int], CachedArticle], articles: ReadArticles
    ) -> None:
        self.snapshot, self.context, self.article, self._read_articles = snapshot, context, article, articles
        self._read = 0

    def articles(self, docs: Ints) -> list[CachedArticle]:
        """The articles of some documents, in their order, with the pages released now and then."""
        found = self._read_articles(docs)
        self._read += len(docs)
        if self._read >= RELEASE_AFTER:
            self._read = 0
            self.snapshot.release_pages()
        return found

    def hit(self, article_id: str, doc: int, score: float, load: Callable[[], CachedArticle] | None = None) -> Hit:
        """The hit of a document; `load` reads its article."""
        read = partial(self.article, doc) if load is None else load
        return Hit(article_id, score, ArticleHit(read, self.context, doc))


def make_hits(source: HitSource, ranked: Sequence[tuple[int, float]]) -> Sequence[Hit]:
    """The hits of a page: documents and scores, in order."""
    docs = [doc for doc, _ in ranked]
    if len(ranked) > LONG_PAGE:
        scores = np.array([score for _, score in ranked])
        make = partial(_make_window, source, np.array(docs), scores)
        return LongPage(len(ranked), make, readable_after_fork=True)
    ids = source.snapshot.values("id", docs)
    return tuple([source.hit(article_id, doc, score) for article_id, (doc, score) in zip(ids, ranked, strict=True)])


def _make_window(source: HitSource, all_docs: Ints, all_scores: Floats, indexes: range) -> list[Hit]:
    """The hits with these indexes on a long page."""
    docs, scores = all_docs[indexes], all_scores[indexes]

    def read_one(index: int) -> CachedArticle:
        return source.article(int(docs[index]))

    def read_from(index: int) -> dict[int, CachedArticle]:
        return dict(enumerate(source.articles(docs[index:]), index))

    window, numbers = Window(read_one, read_from), docs.tolist()
    ids = source.snapshot.values("id", numbers)
    rows = zip(ids, numbers, scores.tolist(), strict=True)
    return [source.hit(*row, partial(window.load, index)) for index, row in enumerate(rows)]
