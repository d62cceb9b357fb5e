"""Reads Markdown: one article per file, with front matter or without.

The text stays as it is written, with its marks, links and pictures; only the heading that is the
title is taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from searchkit.control_characters import one_line
from searchkit.corpus.header_fields import Header
from searchkit.corpus.header_titles import next_line, parse_header_line
from searchkit.corpus.headers import read_header
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, Encoded, NoArticle, Record, Unreadable
from searchkit.corpus.readers.markdown_front import read_markdown_front
from searchkit.corpus.readers.text import MAX_LINES

MAX_HEADING_LENGTH = 1000
"""Maximum length of a heading in characters."""
MAX_LINES_ABOVE_TITLE = 10
MAX_MARKED_LINES = 6
"""Maximum number of lines below a title that may be a date or byline in bold or italics."""
_HEADING = re.compile(r" {0,3}#{1,2}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*$")
_ATTRIBUTES = re.compile(r"[ \t]*\{[#.:][^{}]*\}$")
_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_MARKS = re.compile(r"(\*\*\*|\*\*|\*|___|__|`+)(?=\S)(.+?)(?<=\S)\1|(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)")
_NO_TEXT_LINE = re.compile(
    r"\s*(?:(?:[-*_][ ]?){3,}|<!--.*-->|<[^<>]*>|!?\[!?\[.*\)|!\[[^\[\]]*\]\([^()]*\)|\{\{[^{}]*\}\}|\{%[^{}]*%\})\s*$"
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def read_markdown(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the article of a file."""
    yield Encoded(data, partial(_parse, options.date_order))


def _parse(order: str, text: str) -> Draft:
    if text.count("\n") >= MAX_LINES:
        raise Unreadable(f"it has more than {MAX_LINES:,} lines, too many for one article; split it")
    lines = text.split("\n")
    at = next_line(lines, 0)
    if at == len(lines):
        raise NoArticle(NO_TEXT)
    header = Header(order)
    front = read_markdown_front(lines, at)
    if front is not None:
        entries, at = front
        for key, value in entries:
            header.add_front_matter(key, value)
    first = at
    above, at = _lines_above_title(lines, at)
    at = _read_title(lines, at, header)
    if above and not header.title:
        return _draft(header, "\n".join(lines[first:]))
    if header.title and not header.has_date and not header.authors:
        at = _read_lines_below_title(lines, at, header)
    elif front is None and at < len(lines):
        header, at = read_header(lines, at, order)
        at = _read_title(lines, at, header) if header.title else at
    return _draft(header, above + "\n".join(lines[at:]))


def _draft(header: Header, body: str) -> Draft:
    body = body.strip("\n").rstrip()
    if not header.title and not body:
        raise NoArticle(NO_TEXT)
    return header.draft(body)


def _lines_above_title(lines: list[str], at: int) -> tuple[str, int]:
    """The comments, pictures and shortcodes that the text begins with, and the line behind them."""
    end = at
    for _ in range(MAX_LINES_ABOVE_TITLE):
        below = next_line(lines, end)
        if below == len(lines) or len(lines[below]) > MAX_HEADING_LENGTH or not _NO_TEXT_LINE.match(lines[below]):
            break
        end = below + 1
    return "".join(f"{line}\n" for line in [*lines[at:end], ""]) if end > at else "", end


def _read_title(lines: list[str], at: int, header: Header) -> int:
    """Read the heading that the text begins with, if it is the title. Return the line behind it."""
    first = next_line(lines, at)
    if first == len(lines):
        return first
    if len(lines[first]) > MAX_HEADING_LENGTH:
        return first
    found = _HEADING.match(lines[first])
    end = first + 1
    if found is not None:
        heading = found[1]
    elif end < len(lines) and _UNDERLINE.match(lines[end]) and not lines[first].lstrip().startswith(("-", ">", "|", "<")):
        heading, end = lines[first], end + 1
    else:
        return first
    title = _plain(heading)
    if not header.title and title:
        header.title = title
        return end
    return end if title.casefold() == one_line(_plain(header.title)).casefold() else first


def _plain(text: str) -> str:
    """A heading without marks."""
    text = _LINK.sub(r"\1", _ATTRIBUTES.sub("", text))
    for _ in range(3):
        text = _MARKS.sub(lambda found: found[2] or found[3], text)
    return one_line(_ESCAPED.sub(r"\1", text))


def _read_lines_below_title(lines: list[str], at: int, header: Header) -> int:
    """Read a byline and a date below the title, which may be in bold or italics. Return the line
    where the body begins."""
    rest = lines[at:]
    below = 0
    for _ in range(MAX_MARKED_LINES):
        below = next_line(rest, below)
        if below == len(rest):
            break
        line = rest[below]
        if line.lstrip().startswith(("*", "_")) and len(line) <= MAX_HEADING_LENGTH:
            plain = _plain(line)
            if parse_header_line(plain, header.order, in_any_language=True):
                rest[below] = plain
        below += 1
    found, start = read_header(["Title: T", "", *rest], 0, header.order)
    if found.title != "T" or not (found.date or found.authors or found.extra):
        return next_line(lines, at)
    header.date, header.authors = found.date, found.authors
    header.source, header.section = header.source or found.source, header.section or found.section
    header.topics, header.language = header.topics or found.topics, header.language or found.language
    header.url = header.url or found.url
    for key, value in found.extra.items():
        header.add_extra(key, value)
    return at + max(0, start - 2)
