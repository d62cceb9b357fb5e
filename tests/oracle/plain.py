"""A plain reading of articles: their words, and which of them fit. No index, no code of searchkit's
for matching."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from searchkit import Article
from searchkit.analysis import Analyzer, fold, tokenize, without_hyphen
from searchkit.query.nodes import And, Fuzzy, Node, Not, Or, Regex, Wildcard, Word

ANALYZER = Analyzer("en")
TEXTS = ("", "title", "body")
"""The fields whose words are stemmed."""
ATTRIBUTES = {
    "title": "title",
    "body": "body",
    "topic": "topics",
    "author": "authors",
    "source": "source",
    "section": "section",
}


class PlainWord(NamedTuple):
    """A word: its stem, surface form and folded form, and its first and last position."""

    stem: str
    form: str
    folded: str
    first: int
    last: int


@dataclass
class Plain:
    """An article with the words of its fields."""

    article: Article
    title: list[PlainWord]
    body: list[PlainWord]
    stems: Counter[str]
    body_stems: Counter[str]
    title_stems: Counter[str]


def plain(article: Article) -> Plain:
    """Read an article."""
    title, body = plain_words(article.title), plain_words(article.body)
    in_title, in_body = Counter(w[0] for w in title), Counter(w[0] for w in body)
    return Plain(article, title, body, in_title + in_body, in_body, in_title)


_folded, _stem = cache(fold), cache(ANALYZER.term)


def plain_words(text: str) -> list[PlainWord]:
    """The words of a text."""
    found = ((without_hyphen(form), first, last) for form, first, last in tokenize(text).form_spans())
    return [PlainWord(_stem(form), form, _folded(form), first, last) for form, first, last in found]


def count_words(words: Sequence[PlainWord]) -> int:
    """How many words there are: of one that a hyphen divides the halves count."""
    return sum(word.first == word.last for word in words)


def distance(one: str, other: str) -> int:
    """Optimal string alignment, by its recursion."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b)))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


Forms = dict[str, dict[str, list[int]]]
"""For each field, for each surface form, the numbers of the articles that hold it."""


def forms_of(articles: Sequence[Article]) -> Forms:
    """Read the surface forms of articles."""
    docs: Forms = {field: defaultdict(list) for field in ATTRIBUTES}
    for number, article in enumerate(articles):
        for field, attribute in ATTRIBUTES.items():
            value = getattr(article, attribute)
            texts = [value] if isinstance(value, str) else value
            for form in {without_hyphen(form) for text in texts for form, _, _ in tokenize(text).form_spans()}:
                docs[field][form].append(number)
    return docs


class Written:
    """What queries of words and patterns find, by the forms of articles of which some (those with
    an id) count."""

    def __init__(self, docs: Forms, ids: dict[int, str]) -> None:
        self.docs, self.ids = docs, ids
        forms = sorted({form for of_field in docs.values() for form in of_field})
        self._of_stem = _grouped(forms, ANALYZER.term)
        self._of_folded = _grouped(forms, fold)
        self._of_bare = _grouped(forms, lambda form: bare(form).lower())
        self._folded = list(self._of_folded)
        self._letters = np.array([_letters(form) for form in self._folded], dtype=np.int8)

    def find(self, node: Node) -> set[str]:
        """The ids of the articles that a query finds."""
        return {self.ids[number] for number in self._find(node) if number in self.ids}

    def _find(self, node: Node) -> frozenset[int]:
        match node:
            case And(children):
                return frozenset.intersection(*map(self._find, children))
            case Or(children):
                return frozenset.union(*map(self._find, children))
            case Not(child):
                return frozenset(self.ids) - self._find(child)
            case Word() | Wildcard() | Fuzzy() | Regex():
                names = (node.field,) if node.field else ("title", "body")
                chosen = self._fitting(node)
                return frozenset(doc for name in names for form in chosen for doc in self.docs[name].get(form, ()))
            case _:
                raise NotImplementedError(f"not for {node}")

    def _fitting(self, node: Word | Wildcard | Fuzzy | Regex) -> list[str]:
        """The surface forms that a word or pattern means."""
        match node:
            case Word(text, _, exact=True):
                return [form for form in self._of_bare.get(bare(text).lower(), ()) if as_typed(form, text)]
            case Word(text, field) if field in TEXTS:
                return self._of_stem.get(ANALYZER.term(text), [])
            case Word(text):
                return self._of_folded.get(fold(text), [])
            case Wildcard(pattern):
                meant = re.compile("".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in pattern))
                fitting = filter(meant.fullmatch, self._folded)
            case Regex(pattern):
                fitting = filter(re.compile(pattern).fullmatch, self._folded)
            case Fuzzy(text, edits):
                # An edit changes at most two counts of letters: most forms need no closer look.
                differences = np.abs(self._letters - np.array(_letters(text), dtype=np.int8)).sum(axis=1)
                near = (self._folded[number] for number in np.flatnonzero(differences <= 2 * edits).tolist())
                fitting = filter(lambda form: distance(form, text) <= edits, near)
        return [form for folded in fitting for form in self._of_folded[folded]]


def _grouped(forms: Sequence[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for form in forms:
        groups[key(form)].append(form)
    return dict(groups)


def as_typed(form: str, typed: str) -> bool:
    """Whether a form is the word typed, with its capitals if it has any, and its accents if it has
    any."""
    cased, accented = typed != typed.lower(), bare(typed) != typed
    one, other = (form, typed) if accented else (bare(form), bare(typed))
    return one == other if cased else one.lower() == other.lower()


def bare(text: str) -> str:
    """A text without the accents of its letters."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _letters(text: str) -> list[int]:
    counts = [0] * 32
    for letter in text:
        counts[ord(letter) % 32] += 1
    return counts
