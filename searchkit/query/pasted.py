"""Finds what is pasted into a query as one piece: URLs and paths of files. They are read as words.

In them `? ~ ^ = :` are no signs of the query language, and parentheses belong to them in pairs.
"""

from __future__ import annotations

import re

_BEGINNING = (
    r"[A-Za-z][A-Za-z0-9+.-]*://\S"  # a URL
    r"|www\.\S|mailto:\S"
    r"|[A-Za-z]:[\\/]|\\\\\S"  # a path of Windows: of a drive, of a server
    r"|(?:~|\.\.?)?/[^\s/]+/[\w.-]|(?:~|\.\.?)/\S"  # a path: absolute, or from the home or current folder
    r"|(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?[/?]\S"  # a URL without its scheme
)


def pasted_end(original: str, straight: str, at: int) -> int:
    """The end of a URL or path that begins at a character of a query, or `at` if none does.

    `straight` is the query with plain quotes, `original` the query as typed, of the same length.
    """
    may_be = "/" in original or "\\" in original or "www." in original or "mailto:" in original
    if not may_be or not re.compile(_BEGINNING).match(original, at):
        return at
    return balanced_end(original, straight, at)


def balanced_end(original: str, straight: str, at: int) -> int:
    """The end of a run of characters without blanks, quotes and parentheses that have no partner
    in it."""
    opened: list[int] = []
    end = at
    while end < len(original) and not original[end].isspace() and straight[end] != '"':
        if straight[end] == "(":
            opened.append(end)
        elif straight[end] == ")":
            if not opened:
                break
            opened.pop()
        end += 1
    return opened[0] if opened else end
