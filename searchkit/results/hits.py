"""Where hits take their article, marks and snippets from, when first asked for them."""

from __future__ import annotations

from collections.abc import Callable

from searchkit.analysis import Analyzer, first_sentence
from searchkit.frozen import frozen
from searchkit.model import Article, ArticleMarks, Mark, Snippet
from searchkit.query.nodes import Node
from searchkit.results.analyzed_text import AnalyzedText
from searchkit.results.cached_article import CachedArticle
from searchkit.results.highlighter import Highlighter, highlight_article
from searchkit.results.snippets import make_snippets


@frozen
class WholeHit:
    """The HitLoader of a hit that was unpickled or copied: all that it shows is here.

    Pickles of hits name this class.
    """

    stored_article: Article
    stored_headline: str
    stored_title_marks: tuple[Mark, ...]
    stored_snippets: tuple[Snippet, ...]
    stored_words: int = 0

    def article(self) -> Article:
        return self.stored_article

    def headline(self) -> str:
        return self.stored_headline

    def title_marks(self) -> tuple[Mark, ...]:
        return self.stored_title_marks

    def snippets(self) -> tuple[Snippet, ...]:
        return self.stored_snippets

    def words(self) -> int:
        return self.stored_words


def make_headline(article: Article, language: str) -> str:
    """The title, or the first sentence of an article that has none."""
    return " ".join(article.title.split()) or first_sentence(article.body, language)


class HitContext:
    """What the hits of one search share."""

    __slots__ = ("_highlighter", "_make_highlighter", "analyzer", "count_words", "marks_of", "root", "snippet_count")

    def __init__(
        self,
        root: Node,
        analyzer: Analyzer,
        snippet_count: int,
        make_highlighter: Callable[[], Highlighter] | None = None,
        count_words: Callable[[int], int] | None = None,
        marks_of: Callable[[CachedArticle], ArticleMarks] | None = None,
    ) -> None:
        """`make_highlighter` is called late: often only the ids of hits are used. `count_words` is
        for engines that know the number of words of a document. `marks_of` is for engines without
        `make_highlighter` (None: `highlight_article`)."""
        self.root, self.analyzer, self.snippet_count = root, analyzer, snippet_count
        self.count_words, self.marks_of = count_words, marks_of
        self._make_highlighter = make_highlighter
        self._highlighter: Highlighter | None = None

    def highlighter(self) -> Highlighter | None:
        """The highlighter of the query, for engines that have one."""
        if self._highlighter is None and self._make_highlighter is not None:
            self._highlighter = self._make_highlighter()
        return self._highlighter


class ArticleHit:
    """The HitLoader of engines that hold whole articles: `load` reads the article, once.

    Reference implementation: the same without a highlighter.
    """

    __slots__ = ("_article", "_context", "_doc", "_load", "_marks", "_snippets")

    def __init__(self, load: Callable[[], CachedArticle], context: HitContext, doc: int = -1) -> None:
        """`doc` is the document, for engines that know its number of words."""
        self._load, self._context, self._doc = load, context, doc
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
        return make_headline(self.article(), self._own_analyzer().language)

    def _own_analyzer(self) -> Analyzer:
        return self._context.analyzer.for_language(self.article().language)

    def title_marks(self) -> tuple[Mark, ...]:
        return self._marks_in("title")

    def snippets(self) -> tuple[Snippet, ...]:
        if self._snippets is None:
            cached, count, analyzer = self._cached(), self._context.snippet_count, self._own_analyzer()
            marks = self._marks_in("body") if count > 0 else ()
            sentences = cached.sentences(analyzer.language)
            self._snippets = make_snippets(cached.article.body, marks, count, analyzer, sentences)
        return self._snippets

    def words(self) -> int:
        if self._context.count_words is not None:
            return self._context.count_words(self._doc)
        article, analyzer = self.article(), self._own_analyzer()
        return sum(len(AnalyzedText(text, analyzer).tokens) for text in (article.title, article.body) if text)

    def __reduce__(self) -> tuple[type[WholeHit], tuple[Article, str, tuple[Mark, ...], tuple[Snippet, ...], int]]:
        """Pickles and copies hold what the hit shows; the engine stays here."""
        return WholeHit, (self.article(), self.headline(), self.title_marks(), self.snippets(), self.words())

    def _marks_in(self, field: str) -> tuple[Mark, ...]:
        if self._marks is None:
            context = self._context
            highlighter = context.highlighter()
            if highlighter is None and context.marks_of is not None:
                self._marks = context.marks_of(self._cached())
            elif highlighter is None:
                self._marks = highlight_article(self.article(), context.root, context.analyzer) or ArticleMarks()
            elif highlighter.marks_fields_separately:
                return highlighter.field_marks(self._cached(), field, context.analyzer)
            else:
                self._marks = highlighter.article_marks(self._cached(), context.analyzer)
        return self._marks.title if field == "title" else self._marks.body
