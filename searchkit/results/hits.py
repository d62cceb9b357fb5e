"""What a hit shows, made when first asked for: its article, its marks, its snippets."""

from __future__ import annotations

from collections.abc import Callable

from searchkit.analysis import Analyzer, first_sentence
from searchkit.model import Article, ArticleMarks, Mark, Snippet
from searchkit.query.nodes import Node
from searchkit.results.marks import field_marks, mark
from searchkit.results.snippets import make_snippets
from searchkit.results.wanted import Wanted


class ArticleHit:
    """The HitSource of engines that hold whole articles: `load` reads the article, once.

    Slow twin: the same without `wanted`.
    """

    __slots__ = ("_analyzer", "_article", "_count", "_load", "_marks", "_root", "_snippets", "_wanted")

    def __init__(
        self,
        load: Callable[[], Article],
        root: Node,
        analyzer: Analyzer,
        snippets: int,
        wanted: Wanted | None = None,
    ) -> None:
        self._load, self._root, self._analyzer, self._count, self._wanted = load, root, analyzer, snippets, wanted
        self._article: Article | None = None
        self._marks: ArticleMarks | None = None
        self._snippets: tuple[Snippet, ...] | None = None

    def article(self) -> Article:
        article = self._article
        if article is None:
            article = self._article = self._load()
        return article

    def headline(self) -> str:
        article = self.article()
        return " ".join(article.title.split()) or first_sentence(article.body)

    def title_marks(self) -> tuple[Mark, ...]:
        return self._marks_of("title", self.article().title)

    def snippets(self) -> tuple[Snippet, ...]:
        if self._snippets is None:
            body = self.article().body
            marks = self._marks_of("body", body) if self._count > 0 else ()
            self._snippets = make_snippets(body, marks, self._count, self._analyzer)
        return self._snippets

    def _marks_of(self, field: str, text: str) -> tuple[Mark, ...]:
        if self._marks is None:
            wanted = self._wanted
            if wanted is not None and wanted.branches is not None:
                return field_marks(text, field, wanted.branches, self._analyzer, wanted)
            self._marks = mark(self.article(), self._root, self._analyzer, self._wanted) or ArticleMarks()
        return self._marks.title if field == "title" else self._marks.body
