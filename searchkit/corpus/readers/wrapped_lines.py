"""Joins lines that were broken at the width of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MIN_WIDTH, MAX_WIDTH = 72, 100
"""Widths of pages in characters. Longer lines are those of a text that was not wrapped."""
_INDENT = 2
_HYPHEN = re.compile(r"\w[-\u2010\u00ad]$")
"""The end of a line that may be in the middle of a word; what it means is found out when the text
is analysed."""


def text_width(lines: Iterable[str]) -> int:
    """The width that lines were wrapped at, or 0 if they were not."""
    longest, long_count, count = 0, 0, 0
    for line in lines:
        length = len(line.rstrip())
        count += 1
        if length > MAX_WIDTH:
            long_count += 1
        else:
            longest = max(longest, length)
    return 0 if 5 * long_count > count else max(longest, MIN_WIDTH)


def join_wrapped_lines(lines: Sequence[str], width: int) -> list[str]:
    """The paragraphs of lines between which stands no empty line.

    A line is joined to the next if the first word of that one had no place in it. Other lines stay.
    A line that is indented more than the one before begins a paragraph.
    """
    paragraphs: list[list[str]] = []
    previous, previous_indent = "", 0
    for line in lines:
        text = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        if not paragraphs or (width and indent >= previous_indent + _INDENT):
            paragraphs.append([text])
        elif width and len(previous) + 1 + len(text.split(" ", 1)[0]) > width and not _HYPHEN.search(previous):
            paragraphs[-1][-1] += f" {text}"
        else:
            paragraphs[-1].append(text)
        previous, previous_indent = line.rstrip(), indent
    return ["\n".join(one) for one in paragraphs]
