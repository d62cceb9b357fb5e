"""Makes text of the tree that trafilatura returns for the article of a page."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from lxml import etree

from searchkit.control_characters import replace_controls
from searchkit.corpus.readers.page_titles import compact

Element: TypeAlias = Any

_PARAGRAPHS = frozenset({"p", "head", "quote", "list", "table", "body", "div", "fw", "ab"})
_LINES = frozenset({"item", "row", "lb"})
_MAX_SIGNS = 20
_BLANK_LINES = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_BLANKS_IN_LINE = re.compile(r"[ \t]+")


def text_of_extract(body: Element) -> str:
    """The text of the tree of an article: paragraphs are parted by an empty line, items and rows by
    a line end."""
    pieces: list[str] = []
    depth_of_code = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        tag = element.tag
        is_start = event == "start"
        if tag in _PARAGRAPHS:
            pieces.append("\n\n")
        elif (tag in _LINES and is_start) or (tag == "lb" and not is_start):
            pieces.append("\n" if is_start else "")
        elif tag == "cell":
            pieces.append(" ")
        if tag == "code":
            depth_of_code += 1 if is_start else -1
        text = element.text if is_start else element.tail if element is not body else None
        if text:
            # The lines of code stay.
            pieces.append(text if depth_of_code else _BLANKS.sub(" ", text))
    lines = (_BLANKS_IN_LINE.sub(" ", line).strip() for line in replace_controls("".join(pieces)).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def without_title(body: str, title: str, site: str) -> str:
    """A text without a first paragraph that repeats the title, with or without the name of the
    site."""
    first, _, rest = body.partition("\n\n")
    if not title or len(first) > len(title) + len(site) + _MAX_SIGNS:
        return body
    key, name = compact(title), compact(site)
    return rest if compact(first) in (key, key + name, name + key) else body
