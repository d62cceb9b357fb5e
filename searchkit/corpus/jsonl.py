"""JSON Lines: one article a line, under the usual names of its fields."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from searchkit.corpus.decode import WIDE, Undecodable, clean, decode, sniff
from searchkit.corpus.fields import parse_date, parse_names
from searchkit.corpus.registry import ByteStream, Source
from searchkit.model import Article

LONGEST_LINE = 64 * 2**20
"""Bytes of a line."""
_CHUNK = 2**20

NAMES = {
    "id": "id _id uid guid uuid article_id articleid doc_id docid",
    "title": "title headline head heading name",
    "body": "body text content article full_text fulltext article_text articlebody maintext main_text description",
    "date": "date published publish_date published_at publication_date pub_date pubdate datepublished datetime"
    " date_publish timestamp created created_at",
    "authors": "authors author byline by creator writers",
    "source": "source publisher newspaper outlet publication domain",
    "section": "section category desk rubric",
    "topics": "topics topic tags keywords subjects subject",
    "language": "language lang",
    "url": "url link uri canonical_url",
}
"""The usual names of each field of an article, compared without case; the first with a value is taken."""

_UNUSUAL = re.compile(rb"NaN|Infinity|\\u[dD][89a-fA-F]")
"""What only the standard library reads: numbers that are none, as pandas writes them, and half characters."""
_EPOCH = re.compile(r"-?\d{9,10}(?:\.\d+)?|\d{13}|\d{16}|\d{19}")
"""Seconds since 1970, or milli-, micro- or nanoseconds."""


def read_jsonl(stream: ByteStream, source: Source) -> Iterator[Article]:
    """Read the articles of a file, line by line; bad records are reported, and counted in the numbers of ids."""
    mapped: dict[str, list[str]] = {}
    for name, key in source.options.map:
        mapped.setdefault(name, []).append(key)
    taken = {key.lower() for keys in mapped.values() for key in keys}
    # A key that is mapped to one field no longer serves another one.
    usual = {name: [key for key in keys.split() if key not in taken] for name, keys in NAMES.items()}
    keys = usual | mapped
    lines = _Lines(stream, source)
    record_number = 0
    for line_number, line in enumerate(lines, 1):
        if line is not None and not line.strip():
            continue
        record_number += 1
        problem, article = "", None
        if line is None:
            problem = f"the line is longer than {LONGEST_LINE // 2**20} MB"
        else:
            try:
                record = _parsed(line)
                if isinstance(record, dict):
                    article = _article(record, keys, source, record_number, lines)
                    problem = "it has neither a title nor a text; if it has, name its key: --map body=KEY"
                else:
                    problem = "the line holds no JSON object; expected one article in { } on each line"
            except (ValueError, RecursionError) as error:
                problem = f"the line is no JSON: {error}"
        if article is None:
            source.fail(problem, f"line {line_number}")
        else:
            yield article
    if record_number == 0 and not lines.failed:
        source.fail("the file holds no records")


class _Lines:
    """The lines of a file in UTF-8, None for one that is too long; `encoding` is what they were decoded from."""

    def __init__(self, stream: ByteStream, source: Source) -> None:
        self._stream, self._source = stream, source
        self.encoding, self.confidence, self.failed = "utf-8", 1.0, False

    def __iter__(self) -> Iterator[bytes | None]:
        head = self._stream.read(65536)
        try:
            found = sniff(head[: head.rfind(b"\n") + 1] or head)
        except Undecodable as error:
            self._fail(str(error))
            return
        self.encoding, self.confidence = found.encoding, found.confidence
        first = True
        for line in _split(self._chunks(head)):
            if line is not None and first:
                line = line.removeprefix(codecs.BOM_UTF8)
            first = False
            if line is None or self.encoding in WIDE or line.isascii():
                yield line
            else:
                yield self._in_utf8(line)

    def _chunks(self, head: bytes) -> Iterator[bytes]:
        """The bytes of the file; those of UTF-16 and UTF-32 as UTF-8, so that lines end in one byte."""
        recode = codecs.getincrementaldecoder(self.encoding)("strict") if self.encoding in WIDE else None
        chunk = head
        while chunk:
            if recode is None:
                yield chunk
            else:
                try:
                    yield recode.decode(chunk).encode()
                except ValueError as error:
                    self._fail(f"it is not {self.encoding} throughout: {error}")
                    return
            chunk = self._stream.read(_CHUNK)
        if recode is not None and recode.getstate()[0]:
            self._fail(f"it ends in the middle of a character of {self.encoding}; is it cut off?")

    def _in_utf8(self, line: bytes) -> bytes:
        """A line in UTF-8. The file's beginning may have been ASCII alone: its first other line then tells."""
        try:
            line.decode("utf-8")
            return line
        except UnicodeDecodeError:
            pass
        try:
            found = decode(line, "" if self.encoding == "utf-8" else self.encoding)
        except Undecodable:
            return line  # no JSON, as the parser will say
        self.encoding, self.confidence = found.encoding, min(found.confidence, self.confidence)
        return found.text.encode()

    def _fail(self, reason: str) -> None:
        self.failed = True
        self._source.fail(reason)


def _split(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Lines out of chunks, never holding more than the longest that is allowed."""
    parts: list[bytes] = []
    length = 0
    for chunk in chunks:
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            length += len(end)
            yield None if length > LONGEST_LINE else b"".join((*parts, end))
            parts, length = [], 0
        length += len(rest)
        parts = [*parts, rest] if length <= LONGEST_LINE else []
    if length:
        yield None if length > LONGEST_LINE else b"".join(parts)


def _parsed(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        if not _UNUSUAL.search(line):
            raise
    record = json.loads(line, parse_constant=lambda name: None)
    return orjson.loads(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace"))


def _article(
    record: dict[str, Any], keys: Mapping[str, list[str]], source: Source, number: int, lines: _Lines
) -> Article | None:
    lower = {key.lower(): key for key in reversed(record)}
    used: set[str] = set()

    def values(name: str) -> Iterator[Any]:
        for key in keys[name]:
            actual = key if key in record else lower.get(key.lower(), "")
            value = record[actual] if actual else _nested(record, key)
            if value not in (None, "", [], {}):
                used.add(actual)
                yield value

    def line(name: str) -> str:
        return " ".join(next(filter(None, map(_text, values(name))), "").split())

    title = line("title")
    body = next((text for text in (_text(value, "\n\n") for value in values("body")) if text.strip()), "")
    if not title and not body:
        return None
    own, raw_date, date = line("id"), "", None
    for value in values("date"):
        date = _date(value)
        if date is not None:
            break
        raw_date = raw_date or _text(value)
    return Article(
        id=source.id_of(number, own),
        title=title,
        body=body.strip("\n"),
        date=date,
        authors=next(filter(None, map(_names, values("authors"))), ()),
        source=line("source"),
        section=line("section"),
        topics=next(filter(None, map(_topics, values("topics"))), ()),
        language=line("language"),
        url=line("url"),
        path=source.path,
        encoding=lines.encoding,
        encoding_confidence=lines.confidence,
        extra=_rest(record, used, "" if date else raw_date),
    )


def _rest(record: dict[str, Any], used: set[str], raw_date: str) -> dict[str, str]:
    """What no field of the article took, and a date that could not be read."""
    extra = {
        clean(key): _text(value)
        for key, value in record.items()
        if key not in used and isinstance(value, str | int | float | bool) and value != ""
    }
    return extra | {"date": raw_date} if raw_date else extra


def _nested(record: Any, key: str) -> Any:
    """The value under a key with dots, which leads through objects ("meta.author"), or None."""
    for part in key.split(".") if "." in key else ():
        record = record.get(part) if isinstance(record, dict) else None
    return record if "." in key else None


def _text(value: Any, between: str = ", ") -> str:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return between.join(text for text in (_text(one, between) for one in value) if text)
    if isinstance(value, dict):
        return _text(value.get("name") or value.get("text") or value.get("value") or "", between)
    return "" if value is None else str(value)


def _date(value: Any) -> datetime | None:
    if isinstance(value, str) and _EPOCH.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, str):
        return parse_date(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 10_000 <= abs(value) < 1e20:
        return None  # a year is no moment, and nanoseconds end at 1e20
    while abs(value) >= 1e11:
        value /= 1000
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return parse_names(_text(value))
    # In a list a comma stands inside a name ("Mammadov, Akbar"), not between two.
    names = (" ".join(_text(name).split()) for name in value)
    return tuple(dict.fromkeys(name for name in names if name))


def _topics(value: Any) -> tuple[str, ...]:
    topics = value if isinstance(value, list) else _text(value).replace(";", ",").split(",")
    return tuple(dict.fromkeys(" ".join(topic.split()) for topic in map(_text, topics) if topic.strip()))
