"""Which words of an article did a query match? Its operators, held against one article's text.

Every operator that matches the article gives its marks: each mention of a word, each span of a phrase or of an operator
such as w/5 (see `query.operators`). Operators that do not match, and what is excluded, give none.
"""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.analysis import Analyzer
from searchkit.model import Article, ArticleMarks, Mark
from searchkit.query.nodes import Node
from searchkit.query.operators import FieldMark, SpanOperator, operator_of
from searchkit.results.marked_text import MarkedText
from searchkit.results.shown import ShownArticle
from searchkit.results.sparse_text import run_marks, sparse_text
from searchkit.results.wanted import Wanted
from searchkit.schema import FIELDS, SEARCHED, values_of


def mark(article: Article, node: Node, analyzer: Analyzer, wanted: Wanted | None = None) -> ArticleMarks | None:
    """The marks of a query in an article, or None when the article does not match.

    With `wanted`, that of this query, the article is one that it found, and its texts are not taken apart in full. Slow
    twin: the same without.
    """
    operator = operator_of(node) if wanted is None else wanted.root
    found = [] if operator is None else operator.highlight(_MarkedArticle(article, analyzer, wanted))
    if found is None:
        return None
    return ArticleMarks(title=_apart(found, "title"), body=_apart(found, "body"))


def field_marks(
    shown: ShownArticle, field: str, branches: Sequence[SpanOperator], analyzer: Analyzer, wanted: Wanted
) -> tuple[Mark, ...]:
    """The marks in the title or the body of an article that a query found, whose `branches` are all marked.

    Slow twin: `mark`.
    """
    plan = wanted.plan(field)
    analyzer = analyzer.of_article(shown.article.language)
    if plan is not None and plan.runs is not None:
        runs = None if plan.only_words else plan.runs
        marks = run_marks(shown.ready(field), plan.sought, runs, analyzer.language)
        if marks is not None:
            return tuple(marks) if plan.only_words else _apart([(field, *mark) for mark in marks], field)
    text = shown.text(field)
    marked = (plan and sparse_text(text, analyzer, plan.sought, wanted.reach)) or MarkedText(text, analyzer)
    places = [branch.spans_in(marked) for branch in branches if branch.field in ("", field)]
    found = [(field, start, end) for spans in places for marks in spans.values() for start, end in marks]
    return _apart(found, field)


class _MarkedArticle:
    """A HighlightedArticle: an article whose texts are taken apart when an operator asks for them."""

    def __init__(self, article: Article, analyzer: Analyzer, wanted: Wanted | None) -> None:
        self.article, self._wanted = article, wanted
        self._analyzer = analyzer.of_article(article.language)
        self._texts: dict[str, list[MarkedText]] = {}

    def texts(self, field: str) -> list[MarkedText]:
        """The texts of a field: none, one, or several of authors and topics."""
        texts = self._texts.get(field)
        if texts is None:
            texts = self._texts[field] = [self._read(field, value) for value in values_of(self.article, FIELDS[field])]
        return texts

    def _read(self, name: str, text: str) -> MarkedText:
        if name in SEARCHED and self._wanted is not None:
            plan = self._wanted.plan(name)
            sparse = plan and sparse_text(text, self._analyzer, plan.sought, self._wanted.reach)
            if sparse:
                return sparse
        return MarkedText(text, self._analyzer, stemmed=name in SEARCHED)


def _apart(marks: list[FieldMark], field: str) -> tuple[Mark, ...]:
    """The spans of one field in order, those that overlap made one."""
    apart: list[Mark] = []
    for start, end in sorted({(start, end) for name, start, end in marks if name == field}):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)
