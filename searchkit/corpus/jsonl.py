"""JSON Lines: one article a line, under the usual names of its fields."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

import orjson

from searchkit.corpus.decode import Undecodable, clean, sniff
from searchkit.corpus.fields import parse_date, parse_names
from searchkit.corpus.registry import Source
from searchkit.model import Article, Failure

LONGEST_LINE = 64 * 2**20
"""Bytes of a line."""

NAMES = {
    "id": "id _id uid guid uuid article_id doc_id docid",
    "title": "title headline head heading name",
    "body": "body text content article full_text fulltext article_text maintext main_text description",
    "date": "date published publish_date published_at publication_date pub_date pubdate datetime date_publish timestamp"
    " created created_at",
    "authors": "authors author byline by creator writers",
    "source": "source publisher newspaper outlet publication domain",
    "section": "section category desk rubric",
    "topics": "topics topic tags keywords subjects subject",
    "language": "language lang",
    "url": "url link uri canonical_url",
}


def read_jsonl(stream: BinaryIO, source: Source) -> Iterator[Article]:
    """Read the articles of a file, line by line; bad lines are reported and counted."""
    keys = {name: tuple(usual.split()) for name, usual in NAMES.items()}
    keys.update({name: (key,) for name, key in source.options.map})
    lines = _lines(stream, source)
    for number, (line, encoding) in enumerate(lines, 1):
        if line is None or not line.strip():
            continue
        problem = ""
        record: Any = None
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            problem = f"the line is no JSON: {error}"
        if not problem and not isinstance(record, dict):
            problem = f"the line holds a JSON {type(record).__name__}, not an object"
        article = None if problem else _article(record, keys, source, number, encoding)
        if article is None:
            problem = problem or "the record has neither a title nor a text (if it has, name its key: --map body=KEY)"
            source.on_error(Failure(source.path, problem, f"line {number}"))
            continue
        yield article


def _lines(stream: BinaryIO, source: Source) -> Iterator[tuple[str | bytes | None, str]]:
    head = stream.read(65536)
    try:
        encoding = sniff(head[: head.rfind(b"\n") + 1] or head)
    except Undecodable as error:
        source.on_error(Failure(source.path, str(error)))
        return
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    pending = ""
    chunk = head
    number = 0
    while True:
        try:
            pending += decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            source.on_error(Failure(source.path, f"it is not {encoding}: {error.reason}", f"after line {number}"))
            return
        *complete, pending = pending.split("\n")
        for line in complete:
            number += 1
            yield (line.removeprefix("\ufeff") if number == 1 else line), encoding
        if not chunk:
            if pending:
                yield (pending.removeprefix("\ufeff") if number == 0 else pending), encoding
            return
        if len(pending) > LONGEST_LINE:
            place = f"line {number + 1}"
            source.on_error(Failure(source.path, f"a line is longer than {LONGEST_LINE // 2**20} MB", place))
            return
        chunk = stream.read(2**20)


def _article(
    record: Mapping[str, Any], keys: Mapping[str, tuple[str, ...]], source: Source, number: int, encoding: str
) -> Article | None:
    lower = {key.lower(): key for key in reversed(list(record))}
    found: dict[str, Any] = {}
    used: set[str] = set()
    for name, usual in keys.items():
        for key in usual:
            actual = key if key in record else lower.get(key.lower(), "")
            if actual and record[actual] not in (None, "", [], {}):
                found[name] = record[actual]
                used.add(actual)
                break
    title, body = _text(found.get("title")), _text(found.get("body"), "\n\n")
    if not title.strip() and not body.strip():
        return None
    extra = {
        clean(key): _text(value)
        for key, value in record.items()
        if key not in used and isinstance(value, str | int | float | bool) and value != ""
    }
    date = _date(found.get("date"))
    if date is None and "date" in found:
        extra["date"] = _text(found["date"])
    return Article(
        id=source.id_of(number, _text(found.get("id"))),
        title=" ".join(title.split()),
        body=body.strip("\n"),
        date=date,
        authors=_names(found.get("authors")),
        source=_text(found.get("source")),
        section=_text(found.get("section")),
        topics=_topics(found.get("topics")),
        language=_text(found.get("language")),
        url=_text(found.get("url")),
        path=source.path,
        encoding=encoding,
        encoding_confidence=1.0,
        extra=extra,
    )


def _text(value: Any, between: str = ", ") -> str:
    if isinstance(value, str):
        return clean(value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, list):
        return between.join(text for text in map(_text, value) if text)
    if isinstance(value, dict):
        return _text(value.get("name") or value.get("text") or value.get("value") or "")
    return "" if value is None else str(value)


def _date(value: Any) -> datetime | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        if isinstance(value, int) and 1000 <= value <= 9999:
            return None  # a year is no moment
        seconds = value / 1000 if abs(value) > 1e11 else value
        try:
            return datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, ValueError, OSError):
            return None
    return parse_date(value) if isinstance(value, str) else None


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(dict.fromkeys(" ".join(name.split()) for name in map(_text, value) if name.strip()))
    return parse_names(_text(value))


def _topics(value: Any) -> tuple[str, ...]:
    topics = value if isinstance(value, list) else _text(value).replace(";", ",").split(",")
    return tuple(dict.fromkeys(topic.strip() for topic in map(_text, topics) if topic.strip()))
