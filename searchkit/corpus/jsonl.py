"""JSON Lines: one record a line."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

from searchkit.corpus.decode import WIDE, Undecodable, decode, sniff
from searchkit.corpus.html_text import MAY_HOLD_HTML
from searchkit.corpus.limits import shown_size
from searchkit.corpus.records import MOST_FIELDS, Records, unread_path
from searchkit.corpus.registry import ByteStream, Placed, Source

MOST_VALUES = 500_000
"""Commas and brackets of a line: each may stand before a value, and a value takes up to 60 times its bytes in memory."""
_CHUNK = 2**20

_UNUSUAL = re.compile(rb"NaN|Infinity|\\u[dD][89a-fA-F]")
"""What only the standard library reads: numbers that are none, as pandas writes them, and half characters."""
_ESCAPED = re.compile(rb"\\(?:[bfr]|u00(?:[01789]|3[cC])|u202[89])")
_ABOVE_ASCII = re.compile(rb"\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")
"""How control characters stand in JSON: as an escape, or in UTF-8 (those below a blank may not). "<" may be escaped too."""


def read_jsonl(stream: ByteStream, source: Source) -> Iterator[Placed]:
    """Read the articles of a file, line by line; bad records are reported, and counted in the numbers of ids."""
    records = Records(source.options)
    lines = _Lines(stream, source)
    number = 0
    for line_number, line in enumerate(lines, 1):
        if line is not None and not line.strip():
            continue
        number += 1
        if not source.takes(number):
            continue
        problem, article, place = "", None, f"line {line_number}"
        if line is None:
            longest = shown_size(source.options.limits.max_article)
            problem = f"the line is longer than {longest}; if it is one article, raise --max-article"
        elif len(line) > MOST_VALUES and sum(map(line.count, (b",", b"[", b"{"))) > MOST_VALUES:
            problem = f"the line holds more than {MOST_VALUES:,} values, too many for one article"
        else:
            try:
                record = _parsed(line)
                if isinstance(record, dict) and len(record) > MOST_FIELDS:
                    problem = f"the record has {len(record):,} fields, more than {MOST_FIELDS:,}; is it one article?"
                elif isinstance(record, dict):
                    article = records.article(record, source, number, place, lines.encoding, _is_plain(line))
                    if article is None:
                        key = unread_path(record)
                        problem = f"it has neither a title nor a text; if it has, name its key: --map body={key}"
                else:
                    problem = "the line holds no JSON object; expected one article in { } on each line"
            except (ValueError, RecursionError) as error:
                problem = f"the line is no JSON: {error}"
        if article is None:
            source.fail(problem, place)
        else:
            yield source.place(number), article
    if number == 0 and not lines.failed:
        source.fail("the file holds no records")


class _Lines:
    """The lines of a file in UTF-8, None for one that is too long.

    `encoding` is what they were decoded from, and how sure that is. It may change from line to line, so each is looked
    at, whoever takes it.
    """

    def __init__(self, stream: ByteStream, source: Source) -> None:
        self._stream, self._source = stream, source
        self.encoding = ("utf-8", 1.0)
        self.failed = False

    def __iter__(self) -> Iterator[bytes | None]:
        head = self._stream.read(65536)
        try:
            found = sniff(head[: head.rfind(b"\n") + 1] or head)
        except Undecodable as error:
            self._fail(str(error))
            return
        self.encoding = (found.encoding, found.confidence)
        first = True
        for line in _split(self._chunks(head), self._source.options.limits.max_article):
            if line is not None and first:
                line = line.removeprefix(codecs.BOM_UTF8)
            first = False
            if line is None or line.isascii() or self.encoding[0] in WIDE:
                yield line
            else:
                yield self._in_utf8(line)

    def _chunks(self, head: bytes) -> Iterator[bytes]:
        """The bytes of the file; those of UTF-16 and UTF-32 as UTF-8, so that lines end in one byte."""
        encoding = self.encoding[0]
        recode = codecs.getincrementaldecoder(encoding)("strict") if encoding in WIDE else None
        chunk = head
        while chunk:
            if recode is None:
                yield chunk
            else:
                try:
                    yield recode.decode(chunk).encode()
                except ValueError as error:
                    self._fail(f"it is not {encoding} throughout: {error}")
                    return
            chunk = self._stream.read(_CHUNK)
        if recode is not None and recode.getstate()[0]:
            self._fail(f"it ends in the middle of a character of {encoding}; is it cut off?")

    def _in_utf8(self, line: bytes) -> bytes:
        """A line in UTF-8. The file's beginning may have been ASCII alone: its first other line then tells."""
        try:
            line.decode("utf-8")
            return line
        except UnicodeDecodeError:
            pass
        encoding, confidence = self.encoding
        try:
            found = decode(line, "" if encoding == "utf-8" else encoding)
        except Undecodable:
            return line  # no JSON, as the parser will say
        self.encoding = (found.encoding, min(found.confidence, confidence))
        return found.text.encode()

    def _fail(self, reason: str) -> None:
        self.failed = True
        self._source.fail(reason)


def _split(chunks: Iterator[bytes], longest: int) -> Iterator[bytes | None]:
    """Lines out of chunks, never holding more than the longest that is allowed."""
    parts: list[bytes] = []
    length = 0
    for chunk in chunks:
        first, *ends = chunk.split(b"\n")
        length += len(first)
        parts = [*parts, first] if length <= longest else []
        if ends:
            yield b"".join(parts) if length <= longest else None
            rest = ends.pop()
            for end in ends:
                yield end if len(end) <= longest else None
            length = len(rest)
            parts = [rest] if length <= longest else []
    if length:
        yield None if length > longest else b"".join(parts)


def _parsed(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        if not _UNUSUAL.search(line):
            raise
    record = json.loads(line, parse_constant=lambda name: None)
    halves = json.dumps(record, ensure_ascii=False).encode("utf-16-le", "surrogatepass")
    return orjson.loads(halves.decode("utf-16-le", "replace"))


def _is_plain(line: bytes) -> bool:
    """Whether no text of a line of JSON can hold a control character, or be HTML."""
    return (
        0x7F not in line  # as a number it is looked for four times faster
        and _ESCAPED.search(line) is None
        and (line.isascii() or _ABOVE_ASCII.search(line) is None)
        and (0x3C not in line or MAY_HOLD_HTML.search(line) is None)
    )
