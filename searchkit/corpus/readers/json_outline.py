"""Finds the articles in a JSON document: they are the items of an array, or the values of an
object, somewhere near its top, or the document is one article."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import Enum, auto
from typing import Any

import orjson

from searchkit.corpus.key_sets import FIELD_KEYS, find_key_set, normal_key
from searchkit.corpus.limits import LONG_TEXT

MAX_DEPTH = 8
"""Maximum number of objects and arrays in each other that articles are searched in."""
_SAMPLE_ITEMS = 20
"""Number of items of an array that are looked at."""


class Shape(Enum):
    """What an object or array is."""

    ARTICLE = auto()
    TITLE = auto()
    """An object with a title and no text: an article in a list, else the title of other things."""
    LIST = auto()
    """An array of articles."""
    WRAPPER = auto()
    """An object with articles below it, under keys that are usual for arrays of them."""
    CONTAINER = auto()
    """An object or array with articles below it."""
    EACH = auto()
    """An object with an article under each key."""
    COLUMNS = auto()
    """A table by columns, as pandas writes it."""


_WRAPPERS = frozenset((
    "articles", "article", "docs", "documents", "document", "hits", "results", "result", "items", "item", "data",
    "entries", "entry", "stories", "story", "news", "records", "record", "posts", "post", "rows", "row", "list",
    "value", "values", "newsitems", "contentitems", "feed", "elements", "output", "messages", "pages",
))  # fmt: skip
"""Keys of arrays of articles, in services and exports of many makers."""
_WEAK = frozenset((
    "name", "head", "heading", "hed", "description", "summary", "abstract", "lead", "teaser", "excerpt", "snippet",
    "html", "content", "story", "article",
))  # fmt: skip
"""Keys that other objects than articles have, too."""
_TITLES = frozenset(FIELD_KEYS["title"].split())
_BODIES = frozenset(FIELD_KEYS["body"].split())
_DATES = frozenset(FIELD_KEYS["date"].split())
_TEXTS = _BODIES - _WEAK
_STRONG = (_TITLES | _BODIES) - _WEAK
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\],]', re.DOTALL)


def parse_whole(data: bytes) -> Any:
    """The value of a document, or None for what is no JSON."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None


def parse_beginning(data: bytes) -> tuple[Any, bool]:
    """The first value of a document, as far as its members are whole, and whether it is whole
    itself. None for what is no JSON."""
    found = parse_whole(data)
    if found is not None:
        return found, True
    closers: list[bytes] = []
    end, closers_there, is_whole = 0, b"", False
    for token in _TOKEN.finditer(data):
        sign = token[0]
        if sign in (b"{", b"["):
            closers.append(b"}" if sign == b"{" else b"]")
        elif sign == b"," and closers:
            end, closers_there = token.start(), b"".join(reversed(closers))
        elif sign == b'"':
            break  # the text ends inside a string
        elif sign in (b"}", b"]"):
            if closers:
                closers.pop()
            if not closers:  # another value follows
                end, closers_there, is_whole = token.end(), b"", True
                break
    return parse_whole(data[:end] + closers_there), is_whole


def find_shape(value: Any, mapped: Sequence[str] = (), levels: int = MAX_DEPTH) -> Shape | None:
    """What a value is, by what stands up to some levels below it; None if no article is there.
    `mapped` are the keys of --map."""
    return _shape(value, frozenset(normal_key(path.split(".")[0]) for path in mapped), levels)


def _shape(value: Any, mapped: frozenset[str], levels: int) -> Shape | None:
    if isinstance(value, list):
        items = [item for item in value[:_SAMPLE_ITEMS] if isinstance(item, dict)]
        others = [item for item in items if not is_article(item, mapped)]
        if any(_shape(item, mapped, levels - 1) for item in others):
            return Shape.CONTAINER
        return Shape.LIST if len(others) < len(items) else None
    if not isinstance(value, dict) or not levels:
        return None
    texts = [below for key, below in value.items() if isinstance(below, str) and normal_key(key) in _TEXTS]
    if any(len(text) >= LONG_TEXT for text in texts):
        return Shape.ARTICLE
    below = {key: _shape(one, mapped, levels - 1) for key, one in value.items() if normal_key(key) not in mapped}
    for key, shape in below.items():
        if shape is Shape.WRAPPER or (shape is Shape.LIST and normal_key(key) in _WRAPPERS):
            return Shape.WRAPPER
    if _holds_columns(value):
        return Shape.COLUMNS
    if is_article(value, mapped):
        return Shape.ARTICLE if _keys(value) & (_TEXTS | mapped) else Shape.TITLE
    shapes = set(below.values()) - {None, Shape.ARTICLE, Shape.TITLE}
    articles = [shape for shape in below.values() if shape in (Shape.ARTICLE, Shape.TITLE)]
    if articles and not shapes and 2 * len(articles) >= len(value):
        return Shape.EACH
    is_empty = any(one == [] and normal_key(key) in _WRAPPERS for key, one in value.items())
    return Shape.CONTAINER if shapes or Shape.ARTICLE in articles or is_empty else None


def is_article(value: dict[str, Any], mapped: Collection[str] = ()) -> bool:
    """Whether an object has the keys of an article, or wraps one as Elasticsearch does."""
    keys = _keys(value)
    if keys & _STRONG or keys & set(mapped):
        return True
    # A name and a description are what a package has, too.
    return bool(keys & _TITLES and keys & _BODIES and keys & _DATES) or find_key_set(keys) is not None


def _keys(value: dict[str, Any]) -> set[str]:
    """The normal forms of the keys that have a value."""
    inner = value.get("_source")
    return {normal_key(key) for key, below in (inner if isinstance(inner, dict) else value).items() if below}


def _holds_columns(value: dict[str, Any]) -> bool:
    """Whether each value is an object under the same numbers."""
    columns = list(value.values())
    return len(columns) > 1 and all(
        isinstance(one, dict) and len(one) > 1 and all(key.isdecimal() for key in list(one)[:50]) for one in columns
    )
