"""Reads plain text: one article per file.

Lines before the first paragraph may have title, date and authors (see `headers`); a first paragraph
of one short line without a full stop is the title. The rest is the body, unchanged but for blank
lines around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from searchkit.corpus.headers import read_header
from searchkit.corpus.limits import LONG_TEXT
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, Record, Unreadable

MAX_LINES = 2_000_000
"""Maximum number of lines of an article. A file of line feeds would take too much memory
otherwise."""


def read_text(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the article of a file; a file without one is reported."""
    yield Encoded(data, partial(_parse_article, options.date_order))


def _parse_article(date_order: str, text: str) -> Draft:
    if text.count("\n") >= MAX_LINES:
        raise Unreadable(f"it has more than {MAX_LINES:,} lines, too many for one article; split it")
    lines = text.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise Unreadable("the file holds nothing but blanks")
    header, start = read_header(lines, first, date_order)
    end = len(lines)
    while end > start and not lines[end - 1].strip():
        end -= 1
    if not header.title and end <= start:
        raise Unreadable("the file holds no text below its first line")
    body = "\n".join(lines[start:end])
    draft = header.draft(body)
    for key, value in header.extra.items():
        if len(value) >= LONG_TEXT and len(value) >= 2 * len(body):
            return replace(draft, warnings=(*draft.warnings, ("unread-text", f'"{key}"')))
    return draft
