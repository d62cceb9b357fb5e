"""Where hits take their article, marks and snippets from, when first asked for them."""

from __future__ import annotations

from collections.abc import Callable

from searchkit.analysis import Analyzer, first_sentence
from searchkit.frozen import frozen
from searchkit.model import Article, ArticleMarks, Mark, Snippet
from searchkit.query.nodes import Node
from searchkit.results.cached_article import CachedArticle
from searchkit.results.highlighter import Highlighter, highlight_article
from searchkit.results.snippets import make_snippets


@frozen
class WholeHit:
    """The HitSource of a hit that was unpickled or copied: all that it shows is here.

    Pickles of hits name this class.
    """

    stored_article: Article
    stored_headline: str
    stored_title_marks: tuple[Mark, ...]
    stored_snippets: tuple[Snippet, ...]

    def article(self) -> Article:
        return self.stored_article

    def headline(self) -> str:
        return self.stored_headline

    def title_marks(self) -> tuple[Mark, ...]:
        return self.stored_title_marks

    def snippets(self) -> tuple[Snippet, ...]:
        return self.stored_snippets


def headline_of(article: Article, language: str) -> str:
    """The title, or the first sentence of an article that has none."""
    return " ".join(article.title.split()) or first_sentence(article.body, language)


class ArticleHit:
    """The HitSource of engines that hold whole articles: `load` reads the article, once.

    Slow twin: the same without `highlighter`.
    """

    __slots__ = ("_analyzer", "_article", "_highlighter", "_load", "_marks", "_root", "_snippet_count", "_snippets")

    def __init__(
        self,
        load: Callable[[], CachedArticle],
        root: Node,
        analyzer: Analyzer,
        snippets: int,
        highlighter: Callable[[], Highlighter] | None = None,
    ) -> None:
        """`snippets` is how many to make. `highlighter` is called late: often only ids are used."""
        self._load, self._root, self._analyzer, self._snippet_count = load, root, analyzer, snippets
        self._highlighter = highlighter
        self._article: CachedArticle | None = None
        self._marks: ArticleMarks | None = None
        self._snippets: tuple[Snippet, ...] | None = None

    def _cached(self) -> CachedArticle:
        article = self._article
        if article is None:
            article = self._article = self._load()
        return article

    def article(self) -> Article:
        return self._cached().article

    def headline(self) -> str:
        return headline_of(self.article(), self._own_analyzer().language)

    def _own_analyzer(self) -> Analyzer:
        return self._analyzer.of_article(self.article().language)

    def title_marks(self) -> tuple[Mark, ...]:
        return self._marks_in("title")

    def snippets(self) -> tuple[Snippet, ...]:
        if self._snippets is None:
            cached = self._cached()
            marks = self._marks_in("body") if self._snippet_count > 0 else ()
            analyzer = self._own_analyzer()
            sentences = cached.sentences(analyzer.language)
            self._snippets = make_snippets(cached.article.body, marks, self._snippet_count, analyzer, sentences)
        return self._snippets

    def __reduce__(self) -> tuple[type[WholeHit], tuple[Article, str, tuple[Mark, ...], tuple[Snippet, ...]]]:
        """Pickles and copies hold what the hit shows; the engine stays here."""
        return WholeHit, (self.article(), self.headline(), self.title_marks(), self.snippets())

    def _marks_in(self, field: str) -> tuple[Mark, ...]:
        if self._marks is None:
            highlighter = self._highlighter and self._highlighter()
            if highlighter is None:
                self._marks = highlight_article(self.article(), self._root, self._analyzer) or ArticleMarks()
            elif highlighter.reads_fields_apart:
                return highlighter.field_marks(self._cached(), field, self._analyzer)
            else:
                self._marks = highlighter.article_marks(self._cached(), self._analyzer)
        return self._marks.title if field == "title" else self._marks.body
