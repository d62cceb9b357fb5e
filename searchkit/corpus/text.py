"""Plain text, the archive's main format: one article a file.

The first non-empty line may say date and authors (` date 2020-04-26 By Akbar Mammadov`); a first paragraph of one short
line without a full stop is the title; the rest is the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.fields import parse_date, parse_names
from searchkit.corpus.limits import shown_size
from searchkit.corpus.registry import ByteStream, Placed, Source
from searchkit.model import Article

MOST_LINES = 2_000_000
"""Lines of an article, so that one of line feeds alone takes no more memory than another."""
LONGEST_TITLE = 150
LONGEST_HEADER = 500
"""Characters; longer lines are text, and looking for a byline in them takes their length squared."""

_HEADER = re.compile(r"\s*(?:(date)\b[:\s]*)?(.*?)(?:(?<![^\W\d_])(?<!-)(by)(?:[:\s]+(.*?))?)?\s*$", re.I)
_PARTICLES = set(
    re.findall(r"\w+", "al bin da de del della den der di dos du el ibn la le oglu oğlu qızı ten ter van von y")
)
"""Words of names that are written small."""
_NO_DATE = re.compile(r"(?:unknown|undated|none|n/?a|[?-]+|[\d./:+\-\sTZ]*\d[\d./:+\-\sTZ]*)$", re.I)
"""What stands for a date that nobody knows, or was meant as one: no words of prose."""


def read_text(stream: ByteStream, source: Source) -> Iterator[Placed]:
    """Read the article of a file; a file that holds none is reported.

    One of another share is passed over as it would be read, so that all shares meet the same faults of an archive.
    """
    is_taken = source.takes(1)
    parts: list[bytes] = []
    size, most = 0, source.options.limits.max_article
    while chunk := stream.read(2**20):
        if is_taken:
            parts.append(chunk)
        size += len(chunk)
        if size > most:
            source.fail(f"it is larger than {shown_size(most)}, too large for one article; split it or raise --max-article")
            return
    if not is_taken:
        return
    if size == 0:
        source.fail("the file is empty")
        return
    try:
        decoded = decode(b"".join(parts), source.options.encoding)
    except Undecodable as error:
        source.fail(str(error))
        return
    for kind, found in decoded.warnings():
        source.warn(kind, found)
    if decoded.text.count("\n") >= MOST_LINES:
        source.fail(f"it has more than {MOST_LINES:,} lines, too many for one article; split it")
        return
    lines = decoded.text.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        source.fail("the file holds nothing but blanks")
        return
    header = parse_header(lines[first])
    title, body = _title_and_body(lines[first + 1 :] if header else lines[first:])
    if not title and not body:
        source.fail("the file holds no text below its first line")
        return
    date, authors, unread = header or (None, (), "")
    article = Article(
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
    yield source.place(1), article


def parse_header(line: str) -> tuple[datetime | None, tuple[str, ...], str] | None:
    """Date, authors and a date that could not be read, or None for a line that is no header but text.

    Behind the word "date" and a date any byline is one; otherwise it must hold what look like names, so that "Date by
    Friday was the aim" and "By the time the war ended" stay what they are.
    """
    found = _HEADER.match(line) if len(line) <= LONGEST_HEADER else None
    if found is None:
        return None
    word, written, by = found[1], found[2].strip(" ,;|"), found[3]
    names = parse_names(found[4] or "")
    date = parse_date(written) if written else None
    if written and date is None and not (word and _NO_DATE.match(written)):
        return None
    if not (word and written) and not all(map(_is_name, names)):
        return None
    if not word and date is None and not names:
        return None
    if word and not written and not by and not line.rstrip().endswith(":"):
        return None
    return date, names, "" if date else written


def _is_name(text: str) -> bool:
    """Whether a byline that stands alone is one: "Akbar Mammadov" and "AFP", not "Dawn" or "Friday was the aim"."""
    words = text.split()
    big = all(word[0].isupper() or word in _PARTICLES for word in words) and words[0][0].isalpha()
    return big and (text.isupper() if len(words) == 1 else len(words) <= 6)


def _title_and_body(lines: list[str]) -> tuple[str, str]:
    # Blanks alone make no line: paragraphs end at lines that are empty.
    lines = "\n".join(line if line.strip() else "" for line in lines).strip("\n").split("\n")
    first = lines[0].strip()
    alone = len(lines) == 1 or not lines[1]
    if alone and len(first) <= LONGEST_TITLE and not first.rstrip("\"'”’»)").endswith((".", "。")):
        return first, "\n".join(lines[1:]).strip("\n")
    return "", "\n".join(lines)
