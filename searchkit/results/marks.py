"""Which words of an article did a query match? The tree, held against one article's text.

Every branch of the tree that holds of the article gives its marks: each mention of a word, each place of a phrase or an
operator such as w/5 (as `marked_text` finds them).
Branches that do not hold, and what is excluded, give none.
"""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.analysis import Analyzer, wildcard_regex
from searchkit.model import Article, ArticleMarks, Mark
from searchkit.query.nodes import (
    And,
    AtLeast,
    Dates,
    Everything,
    Fuzzy,
    Length,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Present,
    Regex,
    Together,
    Undated,
    Value,
    ValuePattern,
    Weighted,
    Wildcard,
    Word,
    leaves,
)
from searchkit.results.marked_text import MarkedText
from searchkit.results.shown import ShownArticle
from searchkit.results.sparse_text import run_marks, sparse_text
from searchkit.results.wanted import Wanted
from searchkit.schema import FIELDS, SEARCHED, Kind, values_of

FieldMark = tuple[str, int, int]
"""A field ("title" or "body") and a span of its text."""


def mark(article: Article, node: Node, analyzer: Analyzer, wanted: Wanted | None = None) -> ArticleMarks | None:
    """The marks of a query in an article, or None when the article does not match.

    With `wanted`, that of this query, the article is one that it found, and its texts are not taken apart in full. Slow
    twin: the same without.
    """
    if wanted is not None:
        node = wanted.root
    found = _Marker(article, analyzer, wanted).holds(node)
    if found is None:
        return None
    return ArticleMarks(title=_apart(found, "title"), body=_apart(found, "body"))


def field_marks(
    shown: ShownArticle, field: str, branches: Sequence[Node], analyzer: Analyzer, wanted: Wanted
) -> tuple[Mark, ...]:
    """The marks in the title or the body of an article that a query found, whose `branches` are all marked.

    Slow twin: `mark`.
    """
    plan = wanted.plan(field)
    if plan is not None and plan.runs is not None:
        marks = run_marks(shown.ready(field), plan.sought, None if plan.only_words else plan.runs)
        if marks is not None:
            return tuple(marks) if plan.only_words else _apart([(field, *mark) for mark in marks], field)
    text = shown.text(field)
    marked = (plan and sparse_text(text, analyzer, plan.sought, wanted.reach)) or MarkedText(text, analyzer)
    places = [marked.places(node) for node in branches if getattr(next(leaves(node)), "field", "") in ("", field)]
    found = [(field, start, end) for spans in places for marks in spans.values() for start, end in marks]
    return _apart(found, field)


class _Marker:
    def __init__(self, article: Article, analyzer: Analyzer, wanted: Wanted | None) -> None:
        self._article, self._analyzer, self._wanted = article, analyzer, wanted
        self._texts: dict[str, list[MarkedText]] = {}

    def holds(self, node: Node) -> list[FieldMark] | None:
        """The marks of a node, or None when it does not hold."""
        article = self._article
        match node:
            case And(children):
                marks: list[FieldMark] = []
                for child in children:
                    found = self.holds(child)
                    if found is None:
                        return None
                    marks += found
                return marks
            case Or(children):
                parts = [found for child in children if (found := self.holds(child)) is not None]
                return [one for part in parts for one in part] if parts else None
            case Not(child):
                return [] if self.holds(child) is None else None
            case Weighted(child, _):
                return self.holds(child)
            case Word() | Wildcard() | Fuzzy() | Regex() | Phrase() | Near() | NotNear() | Together():
                return self._placed(node)
            case AtLeast(count, child):
                return self._placed(child, count)
            case Value(text, field):
                return [] if text in values_of(article, FIELDS[field]) else None
            case ValuePattern(pattern, field):
                fits = wildcard_regex(pattern).fullmatch
                return [] if any(fits(value) for value in values_of(article, FIELDS[field])) else None
            case Present(field):
                if FIELDS[field].kind is Kind.VALUE:
                    return [] if values_of(article, FIELDS[field]) else None
                return [] if any(text.words.forms for text in self._field(field)) else None
            case Everything():
                return []
            case Undated():
                return [] if article.date is None else None
            case Dates():
                return [] if article.date is not None and node.holds(article.date) else None
            case Length(least, most):
                length = sum(len(text.words) for name in SEARCHED for text in self._field(name))
                return [] if (least or 0) <= length and (most is None or length <= most) else None

    def _placed(self, node: Node, least: int = 1) -> list[FieldMark] | None:
        """The marks of a node with places, or None when there are fewer than `least` of these in all."""
        name = getattr(next(leaves(node)), "field", "")
        found: list[FieldMark] = []
        count = 0
        for searched in (name,) if name else SEARCHED:
            for text in self._field(searched):
                places = text.places(node)
                count += len(places)
                if searched in SEARCHED:
                    found += [(searched, start, end) for marks in places.values() for start, end in marks]
        return found if count >= least else None

    def _field(self, name: str) -> list[MarkedText]:
        texts = self._texts.get(name)
        if texts is None:
            texts = self._texts[name] = [self._read(name, value) for value in values_of(self._article, FIELDS[name])]
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
