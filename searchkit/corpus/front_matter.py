"""Reads YAML front matter: the block between two lines of `---` at the beginning of a text (Jekyll,
Hugo, Pandoc).

A small part of YAML is read: scalars, plain or quoted, on one line or several, and lists of them.
Any other value stays as it is written.
"""

from __future__ import annotations

import json
import re
from textwrap import dedent

MAX_LINES = 500
"""Maximum number of lines of a block."""
MAX_LIST_LENGTH = 10_000
"""Maximum length of a list in brackets, in characters; a longer one stays as it is."""

Value = str | list[str]
_KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s:#"'\[{|>-][^:]{0,100}?)\s*:(?:\s+(.*)|)$""")
_ITEM = re.compile(r"\s*-(?:\s+(.*)|)$")
_FLOW_ITEM = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,"'\[\]{}]*?)\s*(?:,|$)""")
_COMMENT = re.compile(r"(?:^|\s)#.*$")

_NESTED = re.compile(r"(\s*(?:-\s+)*)(.*)$")
_NAME = re.compile(r"""["']?name["']?\s*:\s+(.*)$""", re.I)
_FLOW_MAPPINGS = re.compile(r"\[?\s*\{[^{}\[\]]*\}(?:\s*,\s*\{[^{}\[\]]*\})*\s*\]?\s*")
_FLOW_NAME = re.compile(r"""([{,]\s*)["']?name["']?\s*:\s*("[^"]*"|'[^']*'|[^,{}]*)""", re.I)


def read_front_matter(lines: list[str], start: int) -> tuple[list[tuple[str, Value]], int] | None:
    """The keys and values of a block that begins at line `start`, and the line behind it; None if
    there is no block."""
    if lines[start].rstrip() != "---":
        return None
    end = next(
        (at for at in range(start + 1, min(len(lines), start + MAX_LINES)) if lines[at].rstrip() in ("---", "...")), 0
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
        found.append((key[1].strip("\"'"), _parse_value(key[2] or "", lines[at:below])))
        at = below
    return (found, end + 1) if found else None


def read_names(value: Value) -> tuple[list[str], bool] | None:
    """The values of `name` in a mapping or a list of mappings, and whether it has other keys; None
    for other values."""
    if isinstance(value, list):
        return read_names("\n".join(f"- {item}" for item in value)) if any(map(_NAME.match, value)) else None
    if _FLOW_MAPPINGS.fullmatch(value):
        names = [_parse_scalar(found[2]) for found in _FLOW_NAME.finditer(value)]
        return [name for name in names if name], bool(re.search(r"\w", _FLOW_NAME.sub(r"\1", value)))
    lines = [_NESTED.match(line) for line in value.split("\n") if line.strip()]
    nested = [(len(line[1]), "-" in line[1], line[2]) for line in lines if line is not None]
    if not nested or not value.startswith((" ", "\t", "-")) or not any(_KEY.match(text) for *_, text in nested):
        return None
    names, has_more = [], False
    column = min(at for at, *_ in nested)
    for at, is_item, text in nested:
        name = _NAME.match(text) if at == column else None
        if name is not None:
            names.append(_parse_scalar(name[1]))
        elif at == column and is_item and not _KEY.match(text):
            names.append(_parse_scalar(text))
        else:
            has_more = True
    return [name for name in names if name], has_more


def _parse_value(first: str, below: list[str]) -> Value:
    """The value behind a key: the `first` line of it, and the lines `below`."""
    while below and not below[-1].strip():
        below = below[:-1]
    items = [item for line in below if (item := _ITEM.match(line))]
    if re.fullmatch(r"[|>][+-]?", first):
        text = dedent("\n".join(below))
        return text if first[0] == "|" else re.sub(r"(?<!\n)\n(?!\n)", " ", text)
    if not first and items and len(items) == len(below):
        return [_parse_scalar(item[1] or "") for item in items]
    if first.startswith("[") and first.endswith("]") and not below and len(first) <= MAX_LIST_LENGTH:
        return _parse_flow_list(first)
    if not first or first[0] in "[{":
        return "\n".join([first, *below]).strip("\n")
    return _parse_scalar(" ".join([first, *(line.strip() for line in below)]))


def _parse_flow_list(text: str) -> Value:
    """The items of `[a, "b"]`, or the text itself if they are not all scalars."""
    inner, at, items = text[1:-1].strip(), 0, []
    while at < len(inner):
        found = _FLOW_ITEM.match(inner, at)
        if found is None:
            return text
        items.append(_parse_scalar(found[1]))
        at = found.end()
    return items


def _parse_scalar(text: str) -> str:
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
