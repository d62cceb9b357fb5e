"""Reads the header of a text file: what it says of its article before the first paragraph.

There are four forms, of which any part may be missing: a first line ` date 2020-04-26 By Akbar
Mammadov`; lines `Title: ...`, `Date: ...`, `Author: ...`; YAML front matter; and a title, a byline
and a date on lines of their own.
"""

from __future__ import annotations

from searchkit.control_characters import one_line
from searchkit.corpus.bylines import is_agency, is_role
from searchkit.corpus.front_matter import Value, read_front_matter
from searchkit.corpus.header_fields import Header, field_of
from searchkit.corpus.header_keys import read_keys
from searchkit.corpus.header_lines import HeaderLine, is_month_and_year, parse_header
from searchkit.corpus.header_titles import (
    is_above_date,
    is_title,
    is_title_of_two_lines,
    is_title_with_by,
    next_line,
    parse_header_line,
)


def read_header(lines: list[str], start: int, order: str) -> tuple[Header, int]:
    """Read the header of a file. Return it, and the index of the line where the body begins.
    `start` is the index of the first line that is not blank.

    If the body begins behind a key ("Text: ..."), the key is removed from that line. If the body is
    a value of front matter, with no text below, its lines are added to `lines`.
    """
    header = Header(order)
    front = read_front_matter(lines, start)
    at = start
    if front is not None:
        entries, at = front
        bodies = [entry for entry in entries if _is_body(*entry)] if next_line(lines, at) == len(lines) else []
        if bodies:
            body = max(bodies, key=lambda entry: len(entry[1]))
            entries.remove(body)
            at = len(lines)
            lines += str(body[1]).split("\n")
        for key, value in entries:
            header.add_front_matter(key, value)
        if bodies:
            return header, next_line(lines, at)
    else:
        at, body_begins = read_keys(lines, start, header)
        if body_begins:
            return header, at
    if at == start and (found := parse_header(lines[start], order)) and not is_title_with_by(lines, start, order):
        header.add_line(found)
        at = _read_role(lines, start, header, found)  # also if the line says nothing ("date:")
    while True:
        at = next_line(lines, at)
        if at == len(lines):
            return header, at
        is_full = header.has_date and header.authors
        if (
            not is_full
            and (header.title or not is_title_with_by(lines, at, order))
            and (found := parse_header_line(lines[at], order, in_any_language=bool(header.title)))
            and header.add_line(found)
        ):
            at = _read_role(lines, at, header, found)
        elif not header.has_date and _is_month_line(lines, at, start, header, order):
            header.extra["date"] = one_line(lines[at])
            at += 1
        elif not header.title and is_title(lines, at, order):
            header.title = one_line(lines[at])
            at += 1
        elif not header.title and not is_full and is_title_of_two_lines(lines, at, order):
            header.title = one_line(f"{lines[at]} {lines[at + 1]}")
            at += 2
        elif at > start and not header.has_date and is_above_date(lines, at, order):
            header.add_extra("byline", one_line(lines[at]))
            at += 1
        else:
            return header, at


def _is_body(key: str, value: Value) -> bool:
    return field_of(key) == "body" and isinstance(value, str) and bool(value.strip())


def _is_month_line(lines: list[str], at: int, start: int, header: Header, order: str) -> bool:
    """Whether a line is a month and a year, which stand for a date that was not understood.

    It stands above the title or right below a line of the header, and before an empty line; the
    file has a title and text besides.
    """
    if not is_month_and_year(lines[at].strip()) or (at + 1 < len(lines) and lines[at + 1].strip()):
        return False
    below = next_line(lines, at + 1)
    if not header.title:
        return below < len(lines) and is_title(lines, below, order) and next_line(lines, below + 1) < len(lines)
    return at > start and bool(lines[at - 1].strip()) and below < len(lines)


def _read_role(lines: list[str], at: int, header: Header, found: HeaderLine) -> int:
    """Read the role or agency below a byline, if there is one. Return the index of the next
    line."""
    below = at + 1
    if not found.authors or below == len(lines):
        return below
    line = one_line(lines[below])
    if is_agency(line):
        header.authors = tuple(dict.fromkeys((*header.authors, line)))
        return below + 1
    if is_role(line):
        if not found.byline:
            header.add_extra("byline", one_line(lines[at]))
        header.add_extra("byline", line)
        return below + 1
    return below
