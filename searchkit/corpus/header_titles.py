"""Finds the title among the lines of a header."""

from __future__ import annotations

from searchkit.corpus.header_lines import (
    DOUBTFUL_NAMES,
    MAX_TITLE_LENGTH,
    HeaderLine,
    is_full_name,
    is_month_and_year,
    is_sentence,
    parse_byline_in_other_language,
    parse_header,
)


def is_title(lines: list[str], at: int, order: str) -> bool:
    """Whether a line is a title: short, without a full stop, and above an empty line or a line of
    the header.

    It may end in a full stop if a line with a date or authors follows: "Talks resume in Washington,
    D.C."
    """
    line = lines[at].strip()
    if len(line) > MAX_TITLE_LENGTH:
        return False
    below = _parse_line_below_title(lines[at + 1], order) if at + 1 < len(lines) else None
    if line.rstrip("\"'”’»)").endswith((".", "。")):
        return below is not None and bool(below.date or below.authors)
    if at + 1 == len(lines) or not lines[at + 1].strip() or below is not None:
        return True
    if is_full_name(lines[at + 1]) and not lines[at + 1].isupper() and is_above_date(lines, at + 1, order):
        return True
    return is_month_and_year(lines[at + 1].strip()) and at + 2 < len(lines) and not lines[at + 2].strip()


def is_title_with_by(lines: list[str], at: int, order: str) -> bool:
    """Whether a line may be a title that begins with "By": no other title follows."""
    before, by, name = lines[at].lower().rpartition("by ")
    words = name.split()
    if not by or not words or words[0] not in DOUBTFUL_NAMES or "date" in before:
        return False
    below = next_line(lines, at + 1)
    return below == len(lines) or not is_title(lines, below, order)


def is_title_of_two_lines(lines: list[str], at: int, order: str) -> bool:
    """Whether two lines are a title: short, no sentences, with a line of date or byline and then
    text below."""
    title = lines[at : at + 2]
    if sum(map(len, title)) >= MAX_TITLE_LENGTH or not all(line.strip() and not is_sentence(line) for line in title):
        return False
    below = next_line(lines, at + 2)
    if below >= len(lines) or next_line(lines, below + 1) == len(lines):
        return False
    found = _parse_line_below_title(lines[below], order)
    if found is None or not (found.date or found.authors):
        return False
    return not lines[below + 1].strip() or _parse_line_below_title(lines[below + 1], order) is not None


def title_follows(lines: list[str], at: int, order: str) -> bool:
    """Whether a title with text below follows at a line, directly or behind lines of date and
    byline."""
    for _ in range(3):
        at = next_line(lines, at)
        if at == len(lines) or parse_header(lines[at], order) is None:
            break
        at += 1
    return at < len(lines) and is_title(lines, at, order) and next_line(lines, at + 1) < len(lines)


def is_above_date(lines: list[str], at: int, order: str) -> bool:
    """Whether line `at` is short and no sentence, with a line above it and a date below it that
    ends the block."""
    block = lines[at - 1 : at + 2]
    if len(block) < 3 or not all(map(str.strip, block)) or "".join(lines[at + 2 : at + 3]).strip():
        return False
    if len(lines[at]) > MAX_TITLE_LENGTH or is_sentence(lines[at]):
        return False
    found = parse_header(lines[at + 1], order)
    return found is not None and found.date is not None and found == HeaderLine(found.date)


def _parse_line_below_title(line: str, order: str) -> HeaderLine | None:
    """Parse a line below a title. What looks like a byline in another language is one only if it
    begins with a capital: else it may be the second line of the title."""
    return parse_header_line(line, order, in_any_language=line[:1].isupper())


def parse_header_line(line: str, order: str, *, in_any_language: bool) -> HeaderLine | None:
    """Parse a line of date and byline; with `in_any_language` also a byline in another language
    than English."""
    return parse_header(line, order) or (parse_byline_in_other_language(line, order) if in_any_language else None)


def next_line(lines: list[str], at: int) -> int:
    """The index of the first line from `at` on that is not blank; the number of lines if there is
    none."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
