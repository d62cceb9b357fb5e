"""An article as a writing session knows it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import orjson
import xxhash

from searchkit.model import Article
from searchkit.schema import moment_micros, to_record

Change = Literal["added", "replaced", "unchanged"]


class Entry(NamedTuple):
    """An article as a session knows it: `text` and `record` are checksums of what a reader sees of it and of all that is
    stored (`text` is 0 of an article that came from no file: nothing is compared with it). It stands at number `doc` of
    the batch `segment` (in the local engine a new segment), or nowhere yet (-1)."""

    id: str
    path: str
    origin: str
    text: int
    record: int
    segment: str = ""
    doc: int = -1


def digest(record: bytes) -> int:
    """What tells one record from another (xxh3, 64 bits)."""
    return xxhash.xxh3_64_intdigest(record)


def text_digest(article: Article) -> int:
    """What tells apart articles of one id. Of the date it is the moment: a copy that says it in another zone is no other
    article."""
    moment = None if article.date is None else moment_micros(article.date)
    return digest(orjson.dumps((article.title, article.body, moment, article.authors)))


def entry_of(article: Article, origin: str, record: bytes | None = None) -> Entry:
    """The entry of an article that stands nowhere yet; `record` is `to_record(article, origin)`."""
    made = to_record(article, origin) if record is None else record
    return Entry(article.id, article.path, origin, text_digest(article), digest(made))
