"""What a hit shows, made when first asked for: its article, its marks, its snippets."""

from __future__ import annotations

from collections.abc import Callable

from searchkit.analysis import Analyzer, first_sentence
from searchkit.frozen import frozen
from searchkit.model import Article, ArticleMarks, Mark, Snippet
from searchkit.query.nodes import Node
from searchkit.results.marks import field_marks, mark
from searchkit.results.shown import ShownArticle
from searchkit.results.snippets import make_snippets
from searchkit.results.wanted import Wanted


@frozen
class WholeHit:
    """The HitSource of a hit that has left its engine."""

    shown: Article
    head: str
    marks: tuple[Mark, ...]
    passages: tuple[Snippet, ...]

    def article(self) -> Article:
        return self.shown

    def headline(self) -> str:
        return self.head

    def title_marks(self) -> tuple[Mark, ...]:
        return self.marks

    def snippets(self) -> tuple[Snippet, ...]:
        return self.passages


def headline_of(article: Article, language: str) -> str:
    """The title, or the first sentence of an article that has none."""
    return " ".join(article.title.split()) or first_sentence(article.body, language)


class ArticleHit:
    """The HitSource of engines that hold whole articles: `load` reads the article, once.

    Slow twin: the same without `wanted`.
    """

    __slots__ = ("_analyzer", "_count", "_load", "_marks", "_root", "_shown", "_snippets", "_wanted")

    def __init__(
        self,
        load: Callable[[], ShownArticle],
        root: Node,
        analyzer: Analyzer,
        snippets: int,
        wanted: Wanted | None = None,
    ) -> None:
        self._load, self._root, self._analyzer, self._count, self._wanted = load, root, analyzer, snippets, wanted
        self._shown: ShownArticle | None = None
        self._marks: ArticleMarks | None = None
        self._snippets: tuple[Snippet, ...] | None = None

    def _loaded(self) -> ShownArticle:
        shown = self._shown
        if shown is None:
            shown = self._shown = self._load()
        return shown

    def article(self) -> Article:
        return self._loaded().article

    def headline(self) -> str:
        return headline_of(self.article(), self._own_analyzer().language)

    def _own_analyzer(self) -> Analyzer:
        return self._analyzer.of_article(self.article().language)

    def title_marks(self) -> tuple[Mark, ...]:
        return self._marks_of("title")

    def snippets(self) -> tuple[Snippet, ...]:
        if self._snippets is None:
            shown = self._loaded()
            marks = self._marks_of("body") if self._count > 0 else ()
            analyzer = self._own_analyzer()
            known = None if self._wanted is None else self._wanted.known_terms(analyzer.language)
            sentences = shown.sentences(analyzer.language)
            self._snippets = make_snippets(shown.article.body, marks, self._count, analyzer, sentences, known)
        return self._snippets

    def __reduce__(self) -> tuple[type[WholeHit], tuple[Article, str, tuple[Mark, ...], tuple[Snippet, ...]]]:
        """Pickled, sent elsewhere or copied deeply it is what it shows: the engine stays here."""
        return WholeHit, (self.article(), self.headline(), self.title_marks(), self.snippets())

    def _marks_of(self, field: str) -> tuple[Mark, ...]:
        if self._marks is None:
            wanted = self._wanted
            if wanted is not None and wanted.branches is not None:
                return field_marks(self._loaded(), field, wanted.branches, self._analyzer, wanted)
            self._marks = mark(self.article(), self._root, self._analyzer, self._wanted) or ArticleMarks()
        return self._marks.title if field == "title" else self._marks.body
