"""Converts an article to fields of Whoosh, and back.

Fields are named as Article's attributes, so that other Whoosh programs find what they expect.
Beside them there are `words` (how many the title and the body have), `origin` (the root and file
that an article was read from) and `date_offset` (how far the clock of the date is ahead of UTC, in
seconds; stored where it is not 0). Whoosh knows only dates without a zone: it sees the printed date
and time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from whoosh import fields

from searchkit.bridge.analyzers import ArticleAnalyzer
from searchkit.model import Article
from searchkit.schema import offset_seconds

TEXT_FIELDS = ("title", "body")
WORD_FIELDS = ("authors", "source", "section", "topics")
VALUE_FIELDS = ("id", "language", "url", "origin")
STORED_ONLY = ("date_offset", "path", "encoding", "encoding_confidence", "extra")

_TEXTS = ("title", "body", "source", "section", "language", "url", "path", "encoding")


def make_schema(language: str) -> fields.Schema:
    """The Whoosh schema of an index for articles in `language`."""
    schema = fields.Schema()
    for name in TEXT_FIELDS:
        schema.add(name, fields.TEXT(analyzer=ArticleAnalyzer("term", language), stored=True))
    for name in WORD_FIELDS:
        schema.add(name, fields.TEXT(analyzer=ArticleAnalyzer("folded", language), stored=True))
    schema.add("id", fields.ID(stored=True, unique=True, sortable=True))
    for name in ("language", "url", "origin"):
        schema.add(name, fields.ID(stored=True))
    schema.add("date", fields.DATETIME(stored=True, sortable=True))
    schema.add("words", fields.NUMERIC(int, sortable=True, stored=False))
    for name in STORED_ONLY:
        schema.add(name, fields.STORED())
    return schema


def to_stored_fields(article: Article, origin: str) -> dict[str, Any]:
    """The stored fields that Whoosh's programs see of an article, without empty ones."""
    stored: dict[str, Any] = {
        "id": article.id,
        "title": article.title,
        "body": article.body,
        "authors": list(article.authors),
        "source": article.source,
        "section": article.section,
        "topics": list(article.topics),
        "language": article.language,
        "url": article.url,
        "path": article.path,
        "encoding": article.encoding,
        "extra": dict(article.extra),
        "origin": origin,
        "date_offset": offset_seconds(article.date),
    }
    stored = {name: value for name, value in stored.items() if value}
    if article.date is not None:
        stored["date"] = article.date.replace(tzinfo=None)
    if article.encoding_confidence is not None:
        stored["encoding_confidence"] = article.encoding_confidence
    return stored


def from_stored_fields(stored: Mapping[str, Any]) -> tuple[Article, str]:
    """The article and the origin in stored fields of `to_stored_fields` or of another program.

    `schema.check` has to find values of wrong types. Raises KeyError, TypeError, ValueError.
    """
    date: datetime | None = stored.get("date")
    if date is not None and date.tzinfo is None:
        date = date.replace(tzinfo=timezone(timedelta(seconds=stored.get("date_offset") or 0)))
    confidence = stored.get("encoding_confidence")
    article = Article(
        id=stored["id"],
        date=date,
        authors=_as_tuple(stored.get("authors")),
        topics=_as_tuple(stored.get("topics")),
        encoding_confidence=None if confidence is None else float(confidence),
        extra=dict(stored.get("extra") or {}),
        **{name: stored.get(name) or "" for name in _TEXTS},
    )
    return article, str(stored.get("origin") or "")


def _as_tuple(value: Any) -> tuple[str, ...]:
    """The values of a field; another program may have stored one text."""
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)
