"""An article as Whoosh's fields, and back.

Fields are named as Article's, so that other Whoosh programs find what they expect. Beside them stand `words` (the
length), `origin` (the root and file that an article was read from) and the written, unstemmed words of title and body.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from whoosh import fields

from searchkit.bridge.analyzers import ArticleAnalyzer
from searchkit.model import Article
from searchkit.schema import FIELDS, Kind

WRITTEN = {"title": "title_written", "body": "body_written"}
"""The field that holds the written words of each text field."""

WORD_FIELDS = ("authors", "source", "section", "topics")
VALUE_FIELDS = ("id", "language", "url", "origin")
STORED_ONLY = ("path", "encoding", "encoding_confidence", "extra")


def make_schema(language: str) -> fields.Schema:
    """The Whoosh schema of an index for articles in `language`."""
    terms, written = ArticleAnalyzer("term", language), ArticleAnalyzer("written")
    schema = fields.Schema()
    for name, hidden in WRITTEN.items():
        schema.add(name, fields.TEXT(analyzer=terms, stored=True))
        schema.add(hidden, fields.TEXT(analyzer=written))
    for name in WORD_FIELDS:
        schema.add(name, fields.TEXT(analyzer=ArticleAnalyzer("folded"), stored=True))
    schema.add("id", fields.ID(stored=True, unique=True, sortable=True))
    for name in ("language", "url", "origin"):
        schema.add(name, fields.ID(stored=True))
    schema.add("date", fields.DATETIME(stored=True, sortable=True))
    schema.add("words", fields.NUMERIC(int, sortable=True, stored=False))
    for name in STORED_ONLY:
        schema.add(name, fields.STORED())
    return schema


def whoosh_field(query_field: str) -> str:
    """The Whoosh field of a field of the query language."""
    return FIELDS[query_field].attribute


def is_words(query_field: str) -> bool:
    """Whether a field of the query language holds folded words."""
    return FIELDS[query_field].kind is Kind.WORDS


def stored_of(article: Article, origin: str) -> dict[str, Any]:
    """What is stored of an article; empty fields are left out."""
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
    }
    stored = {name: value for name, value in stored.items() if value}
    if article.date is not None:
        stored["date"] = article.date.replace(tzinfo=None)  # Whoosh keeps dates without a zone; ours are UTC
    if article.encoding_confidence is not None:
        stored["encoding_confidence"] = article.encoding_confidence
    return stored


def article_of(stored: Mapping[str, Any]) -> Article:
    """The article that `stored_of` stored."""
    date: datetime | None = stored.get("date")
    return Article(
        id=stored["id"],
        title=stored.get("title", ""),
        body=stored.get("body", ""),
        date=None if date is None else date.replace(tzinfo=UTC),
        authors=tuple(stored.get("authors", ())),
        source=stored.get("source", ""),
        section=stored.get("section", ""),
        topics=tuple(stored.get("topics", ())),
        language=stored.get("language", ""),
        url=stored.get("url", ""),
        path=stored.get("path", ""),
        encoding=stored.get("encoding", ""),
        encoding_confidence=stored.get("encoding_confidence"),
        extra=stored.get("extra", {}),
    )
