"""Defines what a writing session knows of an article: where it came from, what it says, and where
it is staged."""

from __future__ import annotations

from typing import Literal, NamedTuple

import orjson
import xxhash

from searchkit.model import Article
from searchkit.schema import moment_micros, to_record

Change = Literal["added", "replaced", "unchanged"]


class ArticleEntry(NamedTuple):
    """An article of a session.

    `text_hash` is a hash of what a reader sees of it (0 for an article that came from no file, for
    nothing is compared with it), `record_hash` one of all that is stored. The article is staged at
    `number_in_batch` in the batch `batch` (in the local engine a new segment), or nowhere yet (-1).
    """

    id: str
    path: str
    origin: str
    text_hash: int
    record_hash: int
    batch: str = ""
    number_in_batch: int = -1


def hash_record(record: bytes) -> int:
    """A hash that tells one record from another (xxh3, 64 bits)."""
    return xxhash.xxh3_64_intdigest(record)


def hash_text(article: Article) -> int:
    """A hash of what a reader sees, which tells apart different articles of one id. The date counts
    as a moment: a copy with the same moment in another time zone is the same article."""
    moment = None if article.date is None else moment_micros(article.date)
    return hash_record(orjson.dumps((article.title, article.body, moment, article.authors)))


def make_entry(article: Article, origin: str, record: bytes | None = None) -> ArticleEntry:
    """The entry of an article that is not staged yet; `record` is `to_record(article, origin)`."""
    made = to_record(article, origin) if record is None else record
    return ArticleEntry(article.id, article.path, origin, hash_text(article), hash_record(made))
