"""Highlights a query in an article.

Every operator of the query that matches the article gives marks: for each occurrence of a word, for
each span of a phrase or of an operator such as w/5 (see `query.operators`). Operators that do not
match give none, and neither does NOT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from searchkit.analysis import Analyzer
from searchkit.analysis.tokenizer import MAX_WORD_LENGTH
from searchkit.model import Article, ArticleMarks, Mark
from searchkit.query.nodes import (
    And,
    AtLeast,
    Filter,
    Node,
    Not,
    Or,
    Phrase,
    Positional,
    SingleWord,
    Weighted,
    assert_never_node,
)
from searchkit.query.operators import ANY_REACH, FieldMark, HighlightedText, Operator, make_operator
from searchkit.results.analyzed_text import AnalyzedText
from searchkit.results.cached_article import CachedArticle
from searchkit.results.scanned_text import TextScanner
from searchkit.schema import FIELDS, TEXT_FIELDS, values_of

FormsOf = Callable[[SingleWord, str], frozenset[str] | None]
"""The surface forms of a word in a field; None when they are too many (see
`WordLookup.surface_forms`)."""


def highlight_article(article: Article, node: Node, analyzer: Analyzer, *, any_part: bool = False) -> ArticleMarks | None:
    """The marks of a query in any article, or None when the article does not match.

    With `any_part`, an article that does not match has the marks of the parts that do (see
    `Engine.marks`).
    """
    analyzed = _AnalyzedArticle(article, analyzer)
    found = _highlight(make_operator(node), analyzed)
    if found is None and any_part:
        return _highlight(make_operator(Or(tuple(_parts(node)))), analyzed)
    return found


def _parts(node: Node) -> Iterator[Node]:
    """The parts of a query that can be highlighted each by itself."""
    if isinstance(node, SingleWord | Phrase | Positional | Filter):
        yield node
        return
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _parts(child)
        case Weighted(child):
            yield from _parts(child)
        case AtLeast(_, operand):
            yield from _parts(operand)
        case Not():
            pass
        case _:
            assert_never_node(node)


class Highlighter:
    """Highlights a query in the articles that it found. Safe for many threads.

    Their texts are scanned for the surface forms of the query's words. Reference implementation:
    `highlight_article`, which analyses them; a page of ten hits takes five times as long with it.
    """

    def __init__(self, root: Node, forms_of: FormsOf) -> None:
        """`forms_of` has to know all surface forms of these articles."""
        self._operator = make_operator(root)
        self._separate = self._operator.separately_highlighted()
        self._separate_by_field = {
            field: [operator for operator in self._separate or () if operator.field in ("", field)] for field in TEXT_FIELDS
        }
        self._scanners = {field: self._make_scanner(field, forms_of) for field in TEXT_FIELDS}
        self.nbytes = 20_000 + sum(scanner.nbytes for scanner in self._scanners.values() if scanner)

    def _make_scanner(self, field: str, forms_of: FormsOf) -> TextScanner | None:
        """The scanner of a field; None if its texts have to be analysed in full."""
        forms: dict[SingleWord, frozenset[str]] = {}
        operators: Iterable[Operator] = (self._operator,) if self._separate is None else self._separate
        reach = max([operator.reach for operator in operators], default=1)
        if reach >= ANY_REACH:
            return None
        for operator in operators:
            words = operator.words_in(field)
            if words is None:
                return None
            for word in words:
                known = forms_of(word, field)
                if known is None or any(len(form) >= MAX_WORD_LENGTH for form in known):
                    return None
                forms[word] = known
        return TextScanner(forms, reach)

    @property
    def marks_fields_separately(self) -> bool:
        """Whether the marks of a field depend on nothing else, so that `field_marks` works."""
        return self._separate is not None

    def field_marks(self, cached: CachedArticle, field: str, analyzer: Analyzer) -> tuple[Mark, ...]:
        """The marks in the title or the body of an article that the query found."""
        operators = self._separate_by_field[field]
        if not operators:
            return ()
        text = self.read(cached, field, analyzer.for_language(cached.article.language))
        marks: list[Mark] = []
        for operator in operators:
            marks += operator.marks(text)
        return merge_overlapping(marks)

    def article_marks(self, cached: CachedArticle, analyzer: Analyzer) -> ArticleMarks:
        """The marks in an article that the query found."""
        return _highlight(self._operator, _ScannedArticle(cached, analyzer, self)) or ArticleMarks()

    def read(self, cached: CachedArticle, field: str, analyzer: Analyzer) -> HighlightedText:
        """The title or the body of an article, in the language of the analyzer."""
        scanner, lowered = self._scanners[field], cached.lowered(field)
        text = cached.text(field)
        scanned = scanner.scan(text, lowered, analyzer.language) if scanner and lowered else None
        return scanned or AnalyzedText(text, analyzer)


class _AnalyzedArticle:
    """A HighlightedArticle whose texts are analysed when an operator asks for them."""

    def __init__(self, article: Article, analyzer: Analyzer) -> None:
        self.article = article
        self._analyzer = analyzer.for_language(article.language)
        self._texts: dict[str, list[HighlightedText]] = {}

    def texts(self, field: str) -> list[HighlightedText]:
        """The texts of a field: none, one, or several of authors and topics."""
        texts = self._texts.get(field)
        if texts is None:
            texts = self._texts[field] = self._read(field)
        return texts

    def _read(self, field: str) -> list[HighlightedText]:
        texts = values_of(self.article, FIELDS[field])
        return [AnalyzedText(text, self._analyzer, stemmed=field in TEXT_FIELDS) for text in texts]


class _ScannedArticle(_AnalyzedArticle):
    """The same, with title and body scanned for the words of a query."""

    def __init__(self, cached: CachedArticle, analyzer: Analyzer, highlighter: Highlighter) -> None:
        super().__init__(cached.article, analyzer)
        self._cached, self._highlighter = cached, highlighter

    def _read(self, field: str) -> list[HighlightedText]:
        if field in TEXT_FIELDS:
            return [self._highlighter.read(self._cached, field, self._analyzer)]
        return super()._read(field)


def _highlight(operator: Operator, article: _AnalyzedArticle) -> ArticleMarks | None:
    found = operator.highlight(article)
    if found is None:
        return None
    return ArticleMarks(title=_marks_in("title", found), body=_marks_in("body", found))


def _marks_in(field: str, marks: Iterable[FieldMark]) -> tuple[Mark, ...]:
    return merge_overlapping((start, end) for name, start, end in marks if name == field)


def merge_overlapping(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks in order, those that overlap made one."""
    ordered = sorted(marks)
    if len(ordered) < 2:
        return tuple(ordered)
    merged: list[Mark] = []
    last = 0
    for mark in ordered:
        start, end = mark
        if start >= last:
            merged.append(mark)
            last = end
        elif end > last:
            merged[-1] = (merged[-1][0], end)
            last = end
    return tuple(merged)
