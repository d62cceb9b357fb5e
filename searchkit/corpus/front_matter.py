"""The YAML block between two lines of `---` that a text may begin with, as Jekyll, Hugo and Pandoc write it.

A small part of YAML is read: scalars, plain or quoted, over one line or several, and lists of them. Any other value stays
as it is written.
"""

from __future__ import annotations

import json
import re
from textwrap import dedent

MOST_LINES = 500
"""Lines of a block."""
LONGEST_LIST = 10_000
"""Characters of a list in brackets; a longer one stays as it is."""

Value = str | list[str]
_KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s:#"'\[{|>-][^:]{0,100}?)\s*:(?:\s+(.*)|)$""")
_ITEM = re.compile(r"\s*-(?:\s+(.*)|)$")
_FLOW_ITEM = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,"'\[\]{}]*?)\s*(?:,|$)""")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def read_front_matter(lines: list[str], start: int) -> tuple[list[tuple[str, Value]], int] | None:
    """The keys and values of a block that begins at a line, and the line behind it; None where there is none."""
    if lines[start].rstrip() != "---":
        return None
    end = next(
        (at for at in range(start + 1, min(len(lines), start + MOST_LINES)) if lines[at].rstrip() in ("---", "...")), 0
    )
    found: list[tuple[str, Value]] = []
    at = start + 1
    while at < end:
        line = lines[at]
        at += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key = _KEY.match(line.rstrip())
        if key is None:
            return None
        below = at
        while below < end and (not lines[below].strip() or lines[below][0] in " \t" or _ITEM.match(lines[below])):
            below += 1
        found.append((key[1].strip("\"'"), _value(key[2] or "", lines[at:below])))
        at = below
    return (found, end + 1) if found else None


def _value(first: str, below: list[str]) -> Value:
    """What stands behind a key, on its line and on those below."""
    while below and not below[-1].strip():
        below = below[:-1]
    items = [item for line in below if (item := _ITEM.match(line))]
    if re.fullmatch(r"[|>][+-]?", first):
        text = dedent("\n".join(below))
        return text if first[0] == "|" else re.sub(r"(?<!\n)\n(?!\n)", " ", text)
    if not first and items and len(items) == len(below):
        return [_scalar(item[1] or "") for item in items]
    if first.startswith("[") and first.endswith("]") and not below and len(first) <= LONGEST_LIST:
        return _flow_list(first)
    if not first or first[0] in "[{":
        return "\n".join([first, *below]).strip("\n")
    return _scalar(" ".join([first, *(line.strip() for line in below)]))


def _flow_list(text: str) -> Value:
    """The items of `[a, "b"]`, or the text itself where they are more than scalars."""
    inner, at, items = text[1:-1].strip(), 0, []
    while at < len(inner):
        found = _FLOW_ITEM.match(inner, at)
        if found is None:
            return text
        items.append(_scalar(found[1]))
        at = found.end()
    return items


def _scalar(text: str) -> str:
    text = text.strip()
    if text.startswith('"'):
        try:
            value = json.loads(_COMMENT.sub("", text).rstrip() if not text.endswith('"') else text)
        except ValueError:
            return text
        return value if isinstance(value, str) else text
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    text = _COMMENT.sub("", text).rstrip()
    return "" if text in ("~", "null", "Null", "NULL") else text
