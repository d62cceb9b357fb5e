"""What JSON has of articles, hits and results: names of fields, and their values.

Format 1. A new key may come at any time; one that is there keeps its name and its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
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
    text = date.isoformat(timespec="seconds")
    if not text.endswith("+00:00"):
        return text
    return text[:10] if text[10:19] == "T00:00:00" and not date.microsecond else f"{text[:19]}Z"


_ARTICLE_VALUES: dict[str, Callable[[Article], Any]] = {
    "id": attrgetter("id"),
    "title": attrgetter("title"),
    "body": attrgetter("body"),
    "date": lambda article: date_text(article.date),
    "authors": lambda article: list(article.authors),
    "source": attrgetter("source"),
    "section": attrgetter("section"),
    "topics": lambda article: list(article.topics),
    "language": attrgetter("language"),
    "url": attrgetter("url"),
    "path": attrgetter("path"),
    "encoding": attrgetter("encoding"),
    "encoding_confidence": attrgetter("encoding_confidence"),
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


_HIT_VALUES: dict[str, Callable[[Hit], Any]] = {
    "id": attrgetter("id"),
    "score": lambda hit: round(hit.score, 6),
    "words": attrgetter("words"),
    "title_marks": lambda hit: mark_lists(hit.title_marks),
    "snippet": attrgetter("snippet"),
    "snippets": lambda hit: [_snippet_values(snippet) for snippet in hit.snippets],
}

HIT_FIELDS = (*_ARTICLE_VALUES, *(name for name in _HIT_VALUES if name not in _ARTICLE_VALUES))
"""All fields of a hit, its article's among them."""

HIT_FIELD_ALIASES = {
    "author": "authors",
    "by": "authors",
    "byline": "authors",
    "content": "body",
    "headline": "title",
    "journalist": "authors",
    "keyword": "topics",
    "keywords": "topics",
    "lang": "language",
    "link": "url",
    "newspaper": "source",
    "outlet": "source",
    "publication": "source",
    "publisher": "source",
    "reporter": "authors",
    "subject": "topics",
    "subjects": "topics",
    "tag": "topics",
    "tags": "topics",
    "text": "body",
    "topic": "topics",
    "wordcount": "words",
    "writer": "authors",
}
"""Names that queries have for some of these fields."""


def hit_values(hit: Hit, fields: Iterable[str]) -> dict[str, Any]:
    """Some fields of a hit. Raises OptionError for a name that is none."""
    chosen, needs_article = _chosen(tuple(fields))
    article = hit.article if needs_article else None
    return {name: value(hit if of_hit else article) for name, value, of_hit in chosen}


@lru_cache(64)
def _chosen(fields: tuple[str, ...]) -> tuple[tuple[tuple[str, Callable[[Any], Any], bool], ...], bool]:
    """The name of each field, its value's function, and whether that takes the hit, not its
    article; and whether any takes the article."""
    for name in fields:
        if name not in HIT_FIELDS:
            raise OptionError(f'a hit has no field "{name}"; there are {", ".join(HIT_FIELDS)}')
    chosen = tuple([(name, _HIT_VALUES.get(name) or _ARTICLE_VALUES[name], name in _HIT_VALUES) for name in fields])
    return chosen, not all(of_hit for _, _, of_hit in chosen)
