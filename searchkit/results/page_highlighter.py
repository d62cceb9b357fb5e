"""Highlights a query in the articles of a page, for engines that cannot look up which surface forms
its words have: these are found in the articles themselves.

A text is divided at white space, which no word contains. Most of the pieces were met in other
articles, and their forms and terms are known.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache

from searchkit.analysis import Analyzer, surface_form, tokenize, without_hyphen
from searchkit.analysis.tokenizer import find_line_end_hyphens, token_regex
from searchkit.model import ArticleMarks
from searchkit.query.nodes import Node, SingleWord, Word
from searchkit.results.analyzed_text import WordFinder
from searchkit.results.cached_article import CachedArticle
from searchkit.results.highlighter import Highlighter
from searchkit.schema import TEXT_FIELDS

MAX_PIECES = 50_000
"""The most pieces that are remembered: some megabytes."""
_AROUND = ".,;:!?'\"()"
"""Signs that belong to no word of letters when they stand before or behind it."""

FormAndTerm = tuple[str, str]


class PieceForms:
    """The surface forms of pieces of texts, and their terms, remembered. Safe for many threads."""

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer
        self.find = lru_cache(MAX_PIECES)(self._find)
        """The forms of a normalized text without white space."""

    def _find(self, piece: str) -> tuple[FormAndTerm, ...]:
        word, analyzer = piece.strip(_AROUND), self.analyzer
        words = [word] if word.isalpha() else token_regex(piece, analyzer.language).findall(piece)
        forms = [surface_form(each, analyzer.language) for each in words]
        return tuple([(form, analyzer.term(form)) for form in forms])


class PageHighlighter:
    """Highlights a query in the articles that it found. Safe for many threads.

    Reference implementation: `highlight_article`, which analyses them; a page of ten hits takes
    more than twice as long with it.
    """

    def __init__(self, root: Node, pieces: PieceForms) -> None:
        self._root, self._analyzer, self._find_forms = root, pieces.analyzer, pieces.find
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._highlighter: Highlighter | None = None
        self._pieces: set[str] = set()  # of the articles so far
        self._forms: dict[SingleWord, set[str]] = {}  # those that the words of the query have in them

    def marks(self, cached: CachedArticle) -> ArticleMarks:
        """The marks in an article."""
        with self._lock:
            if len(self._pieces) > MAX_PIECES:
                self._forget()
            new = self._find_new_forms(cached)
            has_grown = [self._add(word, new) for word in self._forms]
            if self._highlighter is None or any(has_grown):
                self._highlighter = Highlighter(self._root, lambda word, _: self._forms_of(word, new))
            highlighter = self._highlighter
        if highlighter.marks_fields_separately:
            return ArticleMarks(*(highlighter.field_marks(cached, field, self._analyzer) for field in TEXT_FIELDS))
        return highlighter.article_marks(cached, self._analyzer)

    def _forms_of(self, word: SingleWord, new: Sequence[FormAndTerm]) -> frozenset[str]:
        """The surface forms of a word. The first article asks for all words: its forms are `new`,
        and they are all."""
        if word not in self._forms:
            self._forms[word] = set()
            self._add(word, new)
        return frozenset(self._forms[word])

    def _add(self, word: SingleWord, new: Sequence[FormAndTerm]) -> bool:
        """Add those of the new forms that a word has; return whether any was not known."""
        if isinstance(word, Word) and not word.exact:
            terms = self._analyzer.query_terms(word.text)
            found = [form for form, term in new if term in terms]
        else:
            finder = WordFinder([without_hyphen(form) for form, _ in new], self._analyzer)
            found = [new[index][0] for index in finder.find(word)]
        known = len(self._forms[word])
        self._forms[word].update(found)
        return len(self._forms[word]) > known

    def _find_new_forms(self, cached: CachedArticle) -> list[FormAndTerm]:
        """The forms of an article, most of those left out that were met before. Those of a text
        that has to be analysed in full are not needed (see `CachedArticle.lowered`)."""
        new: list[FormAndTerm] = []
        for field in TEXT_FIELDS:
            text = cached.lowered(field)
            if text is None:
                continue
            if "\n" in text.normal and find_line_end_hyphens(text.normal):
                words = tokenize(cached.text(field), self._analyzer.language)
                forms = {form for form, _, _ in words.form_spans()}
                new += [(form, self._analyzer.term(without_hyphen(form))) for form in forms]
            else:
                pieces = set(text.normal.split()) - self._pieces
                self._pieces |= pieces
                for piece in pieces:
                    new += self._find_forms(piece)
        return new
