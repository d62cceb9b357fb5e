"""Which words of an article did a query match? The tree, held against one article's text.

Every branch of the tree that holds of the article gives its marks: each mention of a word, each place of a phrase.
Branches that do not hold, and what is excluded, give none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from searchkit.analysis import Analyzer, Words, find_words, fold, matches_as_written, phrase_places, wildcard_regex
from searchkit.model import Article, ArticleMarks, Mark
from searchkit.query.nodes import (
    And,
    Dates,
    Everything,
    Gap,
    Length,
    Node,
    Not,
    Or,
    Phrase,
    Present,
    Undated,
    Value,
    ValuePattern,
    Weighted,
    Wildcard,
    Word,
)
from searchkit.schema import FIELDS, SEARCHED, Kind, values_of

FieldMark = tuple[str, int, int]
"""A field ("title" or "body") and a span of its text."""


def mark(article: Article, node: Node, analyzer: Analyzer) -> ArticleMarks | None:
    """The marks of a query in an article, or None when the article does not match."""
    found = _Marker(article, analyzer).holds(node)
    if found is None:
        return None
    return ArticleMarks(title=_apart(found, "title"), body=_apart(found, "body"))


class _Text:
    """A text with its words found, and which of them satisfy what."""

    def __init__(self, text: str, term: Callable[[str], str]) -> None:
        self.words: Words = find_words(text)
        self._term = term

    @cached_property
    def _by_term(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, form in enumerate(self.words.forms):
            places.setdefault(self._term(form), []).append(index)
        return places

    def indexes(self, word: Word | Wildcard, *, written: bool) -> list[int]:
        """Which words (by number) satisfy this one; `written` says that the field keeps written forms."""
        if isinstance(word, Wildcard):
            fits = wildcard_regex(word.pattern).fullmatch
            return [index for index, form in enumerate(self.words.forms) if fits(fold(form))]
        if word.exact and written:
            return [index for index, form in enumerate(self.words.forms) if matches_as_written(form, word.text)]
        return self._by_term.get(self._term(word.text), [])


class _Marker:
    def __init__(self, article: Article, analyzer: Analyzer) -> None:
        self._article, self._analyzer = article, analyzer
        self._texts: dict[str, list[_Text]] = {}

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
            case Word() | Wildcard() | Phrase():
                return self._words(node)
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
            case Dates(since, before):
                date = article.date
                inside = date is not None and (since is None or date >= since) and (before is None or date < before)
                return [] if inside else None
            case Length(least, most):
                length = sum(len(text.words) for name in SEARCHED for text in self._field(name))
                return [] if (least or 0) <= length and (most is None or length <= most) else None

    def _words(self, node: Word | Wildcard | Phrase) -> list[FieldMark] | None:
        names = (node.field,) if node.field else SEARCHED
        found: list[FieldMark] = []
        holds = False
        for name in names:
            for text in self._field(name):
                spans = self._spans(node, text, written=name in SEARCHED)
                if spans:
                    holds = True
                    if name in SEARCHED:
                        found += [(name, start, end) for start, end in spans]
        return found if holds else None

    def _spans(self, node: Word | Wildcard | Phrase, text: _Text, *, written: bool) -> list[Mark]:
        words = text.words
        if not isinstance(node, Phrase):
            return [(words.starts[i], words.ends[i]) for i in text.indexes(node, written=written)]
        wanted: list[list[int]] = []
        steps: list[int] = []
        step = 1
        for item in node.items:
            if isinstance(item, Gap):
                step += 1
                continue
            if wanted:
                steps.append(step)
            wanted.append([words.positions[i] for i in text.indexes(item, written=written)])
            step = 1
        places = phrase_places(wanted, steps, node.slop)
        if not places:
            return []
        index = {position: i for i, position in enumerate(words.positions)}
        if node.slop == 0:
            return [(words.starts[index[place[0]]], words.ends[index[place[-1]]]) for place in places]
        return [(words.starts[index[p]], words.ends[index[p]]) for place in places for p in place]

    def _field(self, name: str) -> list[_Text]:
        texts = self._texts.get(name)
        if texts is None:
            term = self._analyzer.term if name in SEARCHED else fold
            texts = self._texts[name] = [_Text(value, term) for value in values_of(self._article, FIELDS[name])]
        return texts


def _apart(marks: list[FieldMark], field: str) -> tuple[Mark, ...]:
    """The spans of one field in order, those that overlap made one."""
    apart: list[Mark] = []
    for start, end in sorted({(start, end) for name, start, end in marks if name == field}):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return tuple(apart)
