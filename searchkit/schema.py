"""The fields of an article: how each is looked up, what an index can hold, and how an article is
stored.

Useful for: the parser (which names are fields), the engines (how the text of a field becomes
terms), the bridge (Whoosh's fields). Not useful for: bytes on disk. No Whoosh and no NumPy here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from functools import lru_cache
from pathlib import Path

import orjson

from searchkit.errors import ArticleError
from searchkit.frozen import frozen
from searchkit.model import Article, Hit, StoredArticle

TITLE_WEIGHT = 2.0
"""The weight of a word in the title; that of one in the body is 1."""

TEXT_FIELDS = ("title", "body")
"""The fields of Kind.TEXT. Words without a field are looked up in these, and only these score."""

FIELD_WEIGHTS = {"title": TITLE_WEIGHT, "body": 1.0}
"""The weights of the fields that score."""


class Kind(Enum):
    """How the content of a field is looked up."""

    TEXT = "text"  # stemmed words with positions
    WORDS = "words"  # words of one value, folded and not stemmed, with positions
    VALUE = "value"  # the whole value as written
    DATE = "date"
    NUMBER = "number"
    PART = "part"  # a part of a value: see `query.value_parts`
    PASSAGE = "passage"  # the words of a part of the text; the attribute is not read


@frozen
class Field:
    """A field of the query language: its name there, the attribute of Article that it reads, its
    kind, and other names that it has there."""

    name: str
    attribute: str
    kind: Kind
    aliases: tuple[str, ...] = ()


FIELDS = {
    field.name: field
    for field in (
        Field("title", "title", Kind.TEXT, ("headline",)),
        Field("body", "body", Kind.TEXT, ("text", "content")),
        Field("author", "authors", Kind.WORDS, ("authors", "byline", "by", "writer", "reporter", "journalist")),
        Field("source", "source", Kind.WORDS, ("newspaper", "publication", "publisher", "outlet")),
        Field("section", "section", Kind.WORDS),
        Field("topic", "topics", Kind.WORDS, ("topics", "tag", "tags", "subject", "subjects", "keyword", "keywords")),
        Field("lang", "language", Kind.VALUE, ("language",)),
        Field("url", "url", Kind.VALUE, ("link",)),
        Field("site", "url", Kind.PART),
        Field("id", "id", Kind.VALUE),
        Field("path", "path", Kind.PART, ("file",)),
        Field("date", "date", Kind.DATE, ("on", "published")),
        Field("since", "date", Kind.DATE, ("newer", "from")),
        Field("until", "date", Kind.DATE, ("to",)),
        Field("after", "date", Kind.DATE),
        Field("before", "date", Kind.DATE, ("older",)),
        Field("words", "words", Kind.NUMBER, ("wordcount",)),
        Field("lede", "body", Kind.PASSAGE, ("lead",)),
        Field("quote", "body", Kind.PASSAGE),
    )
}
"""The fields of the query language by name. `words` is the number of words of title and body
together."""

FIELD_NAMES = {name: field.name for field in FIELDS.values() for name in (field.name, *field.aliases)}
"""The name of a field by all names that it has in queries."""

NOT_SEARCHED = frozenset(("encoding", "encoding_confidence", "extra"))
"""What is stored of an article, and shown, but is no field of the query language."""


def query_fields() -> tuple[str, ...]:
    """The fields that a query may have, each by its first name."""
    return tuple(sorted(FIELDS))


MAX_CHARACTERS = 64 * 2**20
"""Characters of all texts of an article, at most. Each takes up to six bytes in a record, whose
size is limited (`codec.stored_fields.MAX_RECORD_SIZE`)."""
MAX_VALUE_LENGTH = 8_000
"""Bytes (UTF-8) of the longest id, URL or language. A term of the index has at most 32 kB."""

_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


def values_of(article: Article, field: Field) -> tuple[str, ...]:
    """The texts of a field in an article: none, one, or several authors and topics."""
    content: str | tuple[str, ...] = getattr(article, field.attribute)
    if isinstance(content, str):
        return (content,) if content else ()
    return content


# A date is stored as two numbers: the printed date and time, and how far its clock is ahead of UTC.


def printed_micros(date: datetime) -> int:
    """Microseconds from the year 1 to a date as it is printed, whatever its offset. The date may
    be naive."""
    if date.tzinfo is UTC:  # nearly all are: the same as `moment_micros`, without a call
        since = date - _EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    seconds = (date.toordinal() - 1) * 86_400 + date.hour * 3_600 + date.minute * 60 + date.second
    return seconds * 1_000_000 + date.microsecond


def moment_micros(date: datetime) -> int:
    """Microseconds from the year 1 in UTC to the moment of an aware date, by which dates in
    different zones compare.

    It is the printed date minus the offset, so it may be negative.
    """
    since = date - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def offset_seconds(date: datetime | None) -> int:
    """Seconds by which the clock of an aware date is ahead of UTC; 0 for no date."""
    if date is None or date.tzinfo is UTC:
        return 0
    offset = date.utcoffset()
    return 0 if offset is None else offset.days * 86_400 + offset.seconds


def date_of(printed: int, offset: int) -> datetime:
    """The date of two numbers (microseconds, seconds). Raises ValueError or OverflowError if
    there is no such date."""
    return _year_1(offset) + timedelta(microseconds=printed)


# Without it `date_of` takes 3.6 µs instead of 1.7 µs.
@lru_cache(maxsize=256)
def _year_1(offset: int) -> datetime:
    return datetime(1, 1, 1, tzinfo=timezone(timedelta(seconds=offset)))


_TEXTS = ("id", "title", "body", "source", "section", "language", "url", "path", "encoding")


def check(article: Article) -> None:
    """Raise ArticleError for an article that no index can hold, which says which field and why."""
    if not isinstance(article, Article):
        raise ArticleError(_no_article(article))
    if not _is_plain(article):
        _check_fields(article)


def _no_article(found: object) -> str:
    """The message about something else than an article, which says how to make one of it."""
    message = f"an article must be a searchkit.Article; found {type(found).__name__}"
    if isinstance(found, Mapping):
        return f"{message}: make it with searchkit.Article(**fields)"
    if isinstance(found, StoredArticle | Hit):
        return f"{message}: give its attribute article"
    if isinstance(found, str | Path):
        return f"{message}: a path is read with searchkit.read(path)"
    return message


def _is_plain(article: Article) -> bool:
    """Whether an article is like most: all ASCII, with plain types and sizes, which an index can
    hold.

    Reference implementation: `_check_fields`, which raises nothing for it (nor for many other
    articles).
    """
    authors, topics, extra, date = article.authors, article.topics, article.extra, article.date
    if not article.id or type(authors) is not tuple or type(topics) is not tuple or type(extra) is not dict:
        return False
    if date is not None and (type(date) is not datetime or (date.tzinfo is not UTC and not _is_zoned(date))):
        return False
    try:
        texts = (article.id, article.title, article.body, article.source, article.section, article.language, article.url,
                 article.path, article.encoding, *authors, *topics, *extra, *extra.values())  # fmt: skip
        joined = "".join(texts)
    except TypeError:
        return False
    if len(joined) > MAX_VALUE_LENGTH:
        longest = max(len(article.id), len(article.language), len(article.url))
        if longest > MAX_VALUE_LENGTH or len(joined) > MAX_CHARACTERS:
            return False
    return joined.isascii()


def _is_zoned(date: datetime) -> bool:
    """Whether a date has an offset, of whole seconds."""
    offset = date.utcoffset()
    return offset is not None and not offset.microseconds


def _check_fields(article: Article) -> None:
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
    if size > MAX_CHARACTERS:
        raise ArticleError(f"article {article.id[:80]!r} has {size:,} characters, more than {MAX_CHARACTERS:,}; divide it")
    for name, text in (("id", article.id), ("language", article.language), ("url", article.url)):
        if len(text) * 4 > MAX_VALUE_LENGTH and len(text.encode()) > MAX_VALUE_LENGTH:
            raise ArticleError(f"article {article.id[:80]!r}: {name} is longer than {MAX_VALUE_LENGTH} bytes")
    if article.date is not None:
        if not isinstance(article.date, datetime):
            raise ArticleError(f"article {article.id!r}: date must be a datetime; found {type(article.date).__name__}")
        if not _is_zoned(article.date):
            raise ArticleError(
                f"article {article.id!r}: date must be timezone-aware, with an offset of whole seconds; found"
                f" {article.date.isoformat()} (give it its zone with .replace(tzinfo=...), datetime.UTC where none is known)"
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


# A record is what is stored of an article: a JSON array of 15 items, or 16 where its date has an
# offset other than 0. An article in UTC has the same record as before offsets were stored.

UNDATED = 2**63 - 1
"""It stands for no date in columns of dates, and is later than all dates."""


def to_record(article: Article, origin: str) -> bytes:
    """The record of an article and of `origin`, the file that it came from."""
    date = article.date
    fields: tuple[object, ...] = (
        article.id,
        article.title,
        article.body,
        None if date is None else printed_micros(date),
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
    )
    if date is not None and date.tzinfo is not UTC and (offset := offset_seconds(date)):
        fields += (offset,)
    return orjson.dumps(fields, option=orjson.OPT_PASSTHROUGH_SUBCLASS)


def from_record(record: bytes) -> tuple[Article, str]:
    """The article of a record, and its origin. Raises ValueError if it is no record."""
    fields = orjson.loads(record)
    if not isinstance(fields, list):
        raise ValueError("it is no record of an article")
    offset = fields.pop() if len(fields) == 16 else 0
    if len(fields) != 15 or type(offset) is not int:
        raise ValueError("it is no record of an article")
    (article_id, title, body, printed, authors, source, section, topics, language, url, path, encoding, confidence, extra,
     origin) = fields  # fmt: skip
    date = None if printed is None else date_of(printed, offset)
    return (
        Article(
            article_id, title, body, date, tuple(authors), source, section, tuple(topics), language, url, path, encoding,
            confidence, extra,
        ),
        origin,
    )  # fmt: skip
