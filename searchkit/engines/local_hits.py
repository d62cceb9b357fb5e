"""The hits of a search in a folder: they read their articles from the segments when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import overload

import numpy as np

from searchkit.arrays import Floats, Ints
from searchkit.model import Hit
from searchkit.query.snapshot import Snapshot
from searchkit.results import ArticleHit, CachedArticle, HitContext

LONG_PAGE = 1_000
"""A page of more hits than this makes each when it is asked for: a hit takes about 700 bytes."""
WINDOW = 256
"""The hits of a long page whose articles are read together."""
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
        return LongPage(source, np.array(docs), np.array([score for _, score in ranked]))
    ids = source.snapshot.values("id", docs)
    return tuple([source.hit(article_id, doc, score) for article_id, (doc, score) in zip(ids, ranked, strict=True)])


class LongPage(Sequence[Hit]):
    """The hits of a long page, each made when it is asked for, and not kept.

    Articles of hits that are read in order are read some at a time, and not cached. Pickles and
    copies are tuples. A process that is forked off may read them too.
    """

    readable_after_fork = True

    def __init__(self, source: HitSource, docs: Ints, scores: Floats) -> None:
        self._source, self._docs, self._scores = source, docs, scores

    def __len__(self) -> int:
        return len(self._docs)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        if isinstance(index, slice):
            docs, scores = self._docs[index], self._scores[index]
            edges = range(0, len(docs), WINDOW)
            return tuple([hit for at in edges for hit in self._window(docs[at : at + WINDOW], scores[at : at + WINDOW])])
        doc = int(self._docs[index])
        return self._source.hit(self._source.snapshot.value("id", doc), doc, float(self._scores[index]))

    def __iter__(self) -> Iterator[Hit]:
        for start in range(0, len(self), WINDOW):
            yield from self[start : start + WINDOW]

    def _window(self, docs: Ints, scores: Floats) -> list[Hit]:
        source, window, numbers = self._source, _Window(self._source, docs), docs.tolist()
        ids = source.snapshot.values("id", numbers)
        rows = zip(ids, numbers, scores.tolist(), strict=True)
        return [source.hit(*row, partial(window.load, index)) for index, row in enumerate(rows)]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, LongPage | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{len(self):,} hits>"

    def __reduce__(self) -> tuple[type[tuple[Hit, ...]], tuple[list[Hit]]]:
        return tuple, (list(self),)


class _Window:
    """The articles of hits that follow each other. When the second one is read after the first, all
    that follow are read at once."""

    def __init__(self, source: HitSource, docs: Ints) -> None:
        self._source, self._docs = source, docs
        self._next = -1
        self._waiting: dict[int, CachedArticle] = {}

    def load(self, index: int) -> CachedArticle:
        """The article of a hit. The hit keeps it, and this does not."""
        found = self._waiting.pop(index, None)
        if found is not None:
            return found
        if index != self._next:
            self._next = index + 1
            return self._source.article(int(self._docs[index]))
        self._waiting = dict(enumerate(self._source.articles(self._docs[index:]), index))
        return self._waiting.pop(index)
