"""Plain text, the archive's main format: one article a file.

The first non-empty line may say date and authors (` date 2020-04-26 By Akbar Mammadov`); a first paragraph of one short
line without a full stop is the title; the rest is the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.fields import parse_date, parse_names
from searchkit.corpus.registry import Source
from searchkit.model import Article, Failure

LARGEST = 256 * 2**20
"""Bytes of a file of one article."""
LONGEST_TITLE = 150

_HEADER = re.compile(r"\s*(?:(date)\b[:\s]*)?(.*?)(?:(?:^|\s)by\b[:\s]*(.*?))?\s*$", re.I)
_NAME = re.compile(r"(?:[^\W\d_][\w'’.-]*)(?:\s+[^\W\d_][\w'’.-]*){0,5}$")


def read_text(stream: BinaryIO, source: Source) -> Iterator[Article]:
    """Read the article of a file; a file that holds none is reported."""
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        source.on_error(Failure(source.path, f"it is larger than {LARGEST // 2**20} MB, too large for one article"))
        return
    if not data:
        source.on_error(Failure(source.path, "the file is empty"))
        return
    try:
        decoded = decode(data)
    except Undecodable as error:
        source.on_error(Failure(source.path, str(error)))
        return
    lines = decoded.text.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        source.on_error(Failure(source.path, "the file holds nothing but blanks"))
        return
    header = parse_header(lines[first])
    rest = lines[first + 1 :] if header else lines[first:]
    title, body = _title_and_body(rest)
    if not title and not body:
        source.on_error(Failure(source.path, "the file holds no text below its first line"))
        return
    date, authors, unread = header or (None, (), "")
    yield Article(
        id=source.id,
        title=title,
        body=body,
        date=date,
        authors=authors,
        path=source.path,
        encoding=decoded.encoding,
        encoding_confidence=decoded.confidence,
        extra={"date": unread} if unread else {},
    )


def parse_header(line: str) -> tuple[datetime | None, tuple[str, ...], str] | None:
    """Date, authors and a date that could not be read, or None for a line that is no header but text."""
    found = _HEADER.match(line)
    if found is None or len(line) > 500:
        return None
    word, written, byline = found[1], (found[2] or "").strip(), found[3]
    names = parse_names(byline) if byline else ()
    if names and not all(_NAME.match(name) and name[0].isupper() for name in names):
        return None
    date = parse_date(written) if written else None
    if date is None and written and not (word and byline is not None and re.search(r"\d", written) and len(written) < 40):
        return None  # prose, such as "Date palms flourish" or "Talks stalled by spring"
    if not word and date is None and not names:
        return None
    if word and date is None and not names and not written:
        return None
    return date, names, "" if date or not written else written


def _title_and_body(lines: list[str]) -> tuple[str, str]:
    start = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    line = lines[start].strip() if start < len(lines) else ""
    alone = start + 1 >= len(lines) or not lines[start + 1].strip()
    title = ""
    if line and alone and len(line) <= LONGEST_TITLE and not line.rstrip("\"'”’»)").endswith("."):
        title = line
        start += 1
    body = "\n".join(text.rstrip() for text in lines[start:]).strip("\n")
    return title, body if body.strip() else ""
