"""Finds the articles in a JSON document: they are the items of an array, or the values of an
object, somewhere near its top, or the document is one article."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import orjson

from searchkit.corpus.key_sets import FIELD_KEYS, find_key_set, normal_key
from searchkit.corpus.reader import Unreadable

ANY = "\0any"
"""A step of a path: under any key, if an array stands there."""
EACH = "\0each"
"""The last step of a path: the object has an article under each key."""
MAX_DEPTH = 5

_WRAPPERS = frozenset(
    [
        "articles",
        "article",
        "docs",
        "documents",
        "document",
        "hits",
        "results",
        "result",
        "items",
        "item",
        "data",
        "entries",
        "entry",
        "stories",
        "story",
        "news",
        "records",
        "record",
        "posts",
        "post",
        "rows",
        "row",
        "list",
        "value",
        "values",
        "newsitems",
        "contentitems",
        "feed",
        "elements",
        "output",
        "messages",
        "pages",
    ]
)
"""Keys of arrays of articles, in services and exports of many makers."""
_WEAK = frozenset(
    [
        "name",
        "head",
        "heading",
        "hed",
        "description",
        "summary",
        "abstract",
        "lead",
        "teaser",
        "excerpt",
        "snippet",
        "html",
        "content",
        "story",
        "article",
    ]
)
"""Keys that other objects than articles have, too."""
_TITLES = frozenset(FIELD_KEYS["title"].split())
_BODIES = frozenset(FIELD_KEYS["body"].split())
_DATES = frozenset(FIELD_KEYS["date"].split())
_STRONG = (_TITLES | _BODIES) - _WEAK
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["{}\[\],]', re.DOTALL)


def parse_beginning(data: bytes, *, whole: bool = False) -> Any:
    """The value of a document, or of its beginning, as far as its members are whole. None for what
    is no JSON, and with `whole` for a beginning."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        if whole:
            return None
    closers: list[bytes] = []
    end, closers_there = 0, b""
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
                end, closers_there = token.end(), b""
                break
    try:
        return orjson.loads(data[:end] + closers_there)
    except orjson.JSONDecodeError:
        return None


def find_articles(value: Any, mapped: Sequence[str]) -> tuple[str, ...] | None:
    """The path to the articles of a document: the keys that lead to an array of them (through
    arrays too), or ANY, or EACH. None if the document is an article."""
    return _find(value, {normal_key(path.split(".")[0]) for path in mapped}, MAX_DEPTH)


def _find(value: Any, mapped: set[str], levels: int) -> tuple[str, ...] | None:
    if isinstance(value, list):
        first = next((item for item in value if isinstance(item, dict)), None)
        return () if first is None or is_article(first, mapped) else (_find(first, mapped, levels - 1) or ())
    if not isinstance(value, dict) or not levels:
        return None
    lists = [key for key, below in value.items() if _is_list_of_articles(below, mapped)]
    for key in lists:
        if normal_key(key) in _WRAPPERS:
            return (key,)
    objects = {key: below for key, below in value.items() if isinstance(below, dict)}
    for key, below in objects.items():
        found = _find(below, mapped, levels - 1) if normal_key(key) not in mapped else None
        if found and found[0] not in (ANY, EACH) and normal_key(found[-1]) in _WRAPPERS:
            return (key, *found)
    if _holds_columns(value):
        raise Unreadable('it holds columns of a table, not articles; pandas writes articles by to_json(orient="records")')
    if is_article(value, mapped):
        return None
    if lists:
        return (lists[0],) if len(lists) == 1 else (ANY,)
    articles = [key for key, below in objects.items() if is_article(below, mapped)]
    if articles and 2 * len(articles) >= len(value):
        return (EACH,)
    for key, below in objects.items():
        found = _find(below, mapped, levels - 1)
        if found:
            return (key, *found)
    for key, below in value.items():
        if isinstance(below, list) and normal_key(key) in _WRAPPERS and not below:
            return (key,)
    return None


def _is_list_of_articles(value: Any, mapped: set[str]) -> bool:
    first = next((item for item in value[:20] if isinstance(item, dict)), None) if isinstance(value, list) else None
    return first is not None and is_article(first, mapped)


def is_article(value: dict[str, Any], mapped: Collection[str] = ()) -> bool:
    """Whether an object has the keys of an article, or wraps one as Elasticsearch does."""
    inner = value.get("_source")
    if isinstance(inner, dict):
        value = inner
    keys = {normal_key(key) for key, below in value.items() if below}
    if keys & _STRONG or keys & set(mapped):
        return True
    # A name and a description are what a package has, too.
    return bool(keys & _TITLES and keys & _BODIES and keys & _DATES) or find_key_set(keys) is not None


def _holds_columns(value: dict[str, Any]) -> bool:
    """Whether each value is an object under the same numbers."""
    columns = list(value.values())
    return len(columns) > 1 and all(
        isinstance(one, dict) and len(one) > 1 and all(key.isdecimal() for key in list(one)[:50]) for one in columns
    )
