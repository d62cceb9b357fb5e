"""Which fields does an article have, and what can be asked of each?

Useful for: the parser (which names are fields), the engines (how a field's text becomes words), the bridge (Whoosh's
fields). Not useful for: bytes on disk. No Whoosh and no NumPy here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum

import orjson

from searchkit.errors import ArticleError
from searchkit.frozen import frozen
from searchkit.model import Article

TITLE_WEIGHT = 2.0
"""How much more a word in the title scores than one in the body."""

SEARCHED = ("title", "body")
"""The fields that words without a field are looked for in; the only ones that score."""


class Kind(Enum):
    """How a field's content is looked up."""

    TEXT = "text"  # stemmed words with positions
    WORDS = "words"  # words of one value, folded and not stemmed, with positions
    VALUE = "value"  # the whole value as written
    DATE = "date"
    NUMBER = "number"


@frozen
class Field:
    """A field of the query language: its `name` there, the attribute of Article that it reads, and its kind."""

    name: str
    attribute: str
    kind: Kind


FIELDS = {
    field.name: field
    for field in (
        Field("title", "title", Kind.TEXT),
        Field("body", "body", Kind.TEXT),
        Field("author", "authors", Kind.WORDS),
        Field("source", "source", Kind.WORDS),
        Field("section", "section", Kind.WORDS),
        Field("topic", "topics", Kind.WORDS),
        Field("lang", "language", Kind.VALUE),
        Field("url", "url", Kind.VALUE),
        Field("id", "id", Kind.VALUE),
        Field("date", "date", Kind.DATE),
        Field("since", "date", Kind.DATE),
        Field("until", "date", Kind.DATE),
        Field("words", "words", Kind.NUMBER),
    )
}
"""All fields of the query language by name; `words` counts the words of title and body together."""

MOST_CHARACTERS = 64 * 2**20
"""Of all texts of an article: in a record each takes six bytes at most, and a reader takes no larger record."""
LONGEST_VALUE = 8_000
"""The longest id, URL or language that can be looked up, in bytes of UTF-8 (terms are at most 32 kB in the index)."""

EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_NO_OFFSET = timedelta(0)


def values_of(article: Article, field: Field) -> tuple[str, ...]:
    """The texts that `field` has in an article: none, one, or several of authors and topics."""
    content: str | tuple[str, ...] = getattr(article, field.attribute)
    if isinstance(content, str):
        return (content,) if content else ()
    return content


def micros(date: datetime) -> int:
    """Microseconds since the year 1 (UTC), as dates stand in columns."""
    since = date - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


_TEXTS = ("id", "title", "body", "source", "section", "language", "url", "path", "encoding")


def check(article: Article) -> None:
    """Raise ArticleError for an article that no index can hold, saying which field and why."""
    if not _is_plain(article):
        _check(article)


def _is_plain(article: Article) -> bool:
    """Whether an article is as most are, ASCII and of plain types and sizes, so that an index can hold it.

    Slow twin: `_check` raises nothing (of other articles it may raise nothing either).
    """
    authors, topics, extra, date = article.authors, article.topics, article.extra, article.date
    if not article.id or type(authors) is not tuple or type(topics) is not tuple or type(extra) is not dict:
        return False
    if date is not None and (type(date) is not datetime or date.tzinfo is not UTC):
        return False
    try:
        texts = (article.id, article.title, article.body, article.source, article.section, article.language, article.url,
                 article.path, article.encoding, *authors, *topics, *extra, *extra.values())  # fmt: skip
        joined = "".join(texts)
    except TypeError:
        return False
    if len(joined) > LONGEST_VALUE:
        longest = max(len(article.id), len(article.language), len(article.url))
        if longest > LONGEST_VALUE or len(joined) > MOST_CHARACTERS:
            return False
    return joined.isascii()


def _check(article: Article) -> None:
    if not isinstance(article.id, str) or not article.id:
        raise ArticleError(f"an article needs an id, a text that is not empty; found {article.id!r}")
    texts = (article.id, article.title, article.body, article.source, article.section, article.language, article.url,
             article.path, article.encoding)  # fmt: skip
    for text in texts:
        if type(text) is not str or not text.isascii():
            for name, each in zip(_TEXTS, texts, strict=True):
                _check_text(article.id, name, each)
            break
    for name, content in (("authors", article.authors), ("topics", article.topics)):
        if not isinstance(content, tuple):
            raise ArticleError(f"article {article.id!r}: {name} must be a tuple of texts; found {type(content).__name__}")
        for value in content:
            if type(value) is not str or not value.isascii():
                _check_text(article.id, name, value)
    for key, value in article.extra.items():
        _check_text(article.id, "extra", key)
        _check_text(article.id, f"extra[{key!r}]", value)
    size = sum(map(len, texts)) + sum(map(len, article.authors)) + sum(map(len, article.topics))
    if article.extra:
        size += sum(map(len, article.extra)) + sum(map(len, article.extra.values()))
    if size > MOST_CHARACTERS:
        raise ArticleError(f"article {article.id[:80]!r} has {size:,} characters, more than {MOST_CHARACTERS:,}; divide it")
    for name, text in (("id", article.id), ("language", article.language), ("url", article.url)):
        if len(text) * 4 > LONGEST_VALUE and len(text.encode()) > LONGEST_VALUE:
            raise ArticleError(f"article {article.id[:80]!r}: {name} is longer than {LONGEST_VALUE} bytes")
    if article.date is not None:
        if not isinstance(article.date, datetime):
            raise ArticleError(f"article {article.id!r}: date must be a datetime; found {type(article.date).__name__}")
        if article.date.tzinfo is not UTC and article.date.utcoffset() != _NO_OFFSET:
            raise ArticleError(
                f"article {article.id!r}: date must be timezone-aware and in UTC; found {article.date.isoformat()}"
                " (use .astimezone(datetime.UTC))"
            )


def _check_text(article_id: str, name: str, value: object) -> None:
    if not isinstance(value, str):
        raise ArticleError(f"article {article_id!r}: {name} must be text; found {type(value).__name__}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ArticleError(
            f"article {article_id!r}: {name} holds half a surrogate pair at character {error.start}, which is not text"
        ) from None


# What is stored of an article: one line of JSON, read again by `from_record`.

UNDATED = 2**63 - 1
"""What stands for no date in columns of dates; later than all."""


def to_record(article: Article, origin: str) -> bytes:
    """An article and the file that it came from (`origin`), as an index stores them."""
    return orjson.dumps(
        (
            article.id,
            article.title,
            article.body,
            None if article.date is None else micros(article.date),
            article.authors,
            article.source,
            article.section,
            article.topics,
            article.language,
            article.url,
            article.path,
            article.encoding,
            article.encoding_confidence,
            article.extra if type(article.extra) is dict else dict(article.extra),
            origin,
        ),
        option=orjson.OPT_PASSTHROUGH_SUBCLASS,
    )


def from_record(record: bytes) -> tuple[Article, str]:
    """The article of a record, and its origin. Raises ValueError for what is no record."""
    fields = orjson.loads(record)
    if not isinstance(fields, list) or len(fields) != 15:
        raise ValueError("it is no record of an article")
    (article_id, title, body, moment, authors, source, section, topics, language, url, path, encoding, confidence, extra,
     origin) = fields  # fmt: skip
    date = None if moment is None else EPOCH + timedelta(microseconds=moment)
    return (
        Article(
            article_id, title, body, date, tuple(authors), source, section, tuple(topics), language, url, path, encoding,
            confidence, extra,
        ),
        origin,
    )  # fmt: skip
