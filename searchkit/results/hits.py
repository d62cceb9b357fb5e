"""What a hit shows, made when first asked for: its article, its marks, its snippets."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from searchkit.analysis import Analyzer, first_sentence
from searchkit.model import Article, ArticleMarks, Mark, Snippet
from searchkit.query.nodes import Node
from searchkit.results.marks import mark
from searchkit.results.snippets import make_snippets
from searchkit.results.sparse_text import Wanted


class ArticleHit:
    """The HitSource of engines that hold whole articles: `load` reads the article, once."""

    def __init__(
        self,
        load: Callable[[], Article],
        root: Node,
        analyzer: Analyzer,
        snippets: int,
        wanted: Wanted | None = None,
    ) -> None:
        self._load, self._root, self._analyzer, self._count, self._wanted = load, root, analyzer, snippets, wanted

    @cached_property
    def _article(self) -> Article:
        return self._load()

    @cached_property
    def _marks(self) -> ArticleMarks:
        return mark(self._article, self._root, self._analyzer, self._wanted) or ArticleMarks()

    @cached_property
    def _snippets(self) -> tuple[Snippet, ...]:
        return make_snippets(self._article.body, self._marks.body, self._count, self._analyzer)

    def article(self) -> Article:
        return self._article

    def headline(self) -> str:
        return " ".join(self._article.title.split()) or first_sentence(self._article.body)

    def title_marks(self) -> tuple[Mark, ...]:
        return self._marks.title

    def snippets(self) -> tuple[Snippet, ...]:
        return self._snippets
