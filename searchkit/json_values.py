"""What JSON has of articles, hits and results: names of fields, and their values.

Format 1. A new key may come at any time; one that is there keeps its name and its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from searchkit.errors import OptionError

if TYPE_CHECKING:
    from searchkit.model import Article, Hit, Mark, Snippet

FORMAT_VERSION = 1

DEFAULT_HIT_FIELDS = ("id", "score", "date", "title", "authors", "source", "path", "title_marks", "snippets")
"""The fields of a hit that JSON has unless others are chosen."""


def date_text(date: datetime | None) -> str | None:
    """A date as JSON has it, or None.

    `2020-04-26` (midnight in UTC), `2020-04-26T15:01:01Z`, `2020-04-26T01:00:00+04:00`.
    """
    if date is None:
        return None
    text = date.isoformat(timespec="seconds").removesuffix("+00:00")
    if date.utcoffset():
        return text
    return text[:10] if (date.hour, date.minute, date.second, date.microsecond) == (0, 0, 0, 0) else f"{text}Z"


_ARTICLE_VALUES: dict[str, Callable[[Article], Any]] = {
    "id": lambda article: article.id,
    "title": lambda article: article.title,
    "body": lambda article: article.body,
    "date": lambda article: date_text(article.date),
    "authors": lambda article: list(article.authors),
    "source": lambda article: article.source,
    "section": lambda article: article.section,
    "topics": lambda article: list(article.topics),
    "language": lambda article: article.language,
    "url": lambda article: article.url,
    "path": lambda article: article.path,
    "encoding": lambda article: article.encoding,
    "encoding_confidence": lambda article: article.encoding_confidence,
    "extra": lambda article: dict(article.extra),
}


def article_values(article: Article) -> dict[str, Any]:
    """All fields of an article."""
    return {name: value(article) for name, value in _ARTICLE_VALUES.items()}


def mark_lists(marks: Iterable[Mark]) -> list[list[int]]:
    """Highlights as JSON has them."""
    return [list(mark) for mark in marks]


def _snippet_values(snippet: Snippet) -> dict[str, Any]:
    return {"text": snippet.text, "marks": mark_lists(snippet.marks), "start": snippet.start}


def _of_article(value: Callable[[Article], Any]) -> Callable[[Hit], Any]:
    return lambda hit: value(hit.article)


_HIT_VALUES: dict[str, Callable[[Hit], Any]] = {
    **{name: _of_article(value) for name, value in _ARTICLE_VALUES.items()},
    "id": lambda hit: hit.id,
    "score": lambda hit: round(hit.score, 6),
    "words": lambda hit: hit.words,
    "title_marks": lambda hit: mark_lists(hit.title_marks),
    "snippet": lambda hit: hit.snippet,
    "snippets": lambda hit: [_snippet_values(snippet) for snippet in hit.snippets],
}


HIT_FIELDS = tuple(_HIT_VALUES)
"""All fields of a hit, its article's among them."""

HIT_FIELD_ALIASES = {
    "author": "authors",
    "by": "authors",
    "byline": "authors",
    "headline": "title",
    "lang": "language",
    "tag": "topics",
    "topic": "topics",
}
"""Names that queries have for some of these fields."""


def hit_values(hit: Hit, fields: Iterable[str]) -> dict[str, Any]:
    """Some fields of a hit. Raises OptionError for a name that is none."""
    return {name: value(hit) for name, value in _chosen(tuple(fields))}


@lru_cache(64)
def _chosen(fields: tuple[str, ...]) -> tuple[tuple[str, Callable[[Hit], Any]], ...]:
    for name in fields:
        if name not in _HIT_VALUES:
            raise OptionError(f'a hit has no field "{name}"; there are {", ".join(HIT_FIELDS)}')
    return tuple((name, _HIT_VALUES[name]) for name in fields)
