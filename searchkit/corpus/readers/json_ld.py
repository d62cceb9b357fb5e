"""Finds the article that the JSON-LD of a web page describes (https://schema.org/Article).

Pages have one object, a list of them, or a `@graph` whose objects refer to each other by `@id`.
Numbers and sizes are bounded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import orjson

MAX_LENGTH = 4 * 2**20
"""Maximum length of the scripts that are parsed, all together, in characters."""
MAX_NODES = 5_000
"""Maximum number of objects and lists that are looked at."""
MAX_VALUES = 200
"""Maximum number of values of one field."""

_RANKED_TYPES = (
    "webpage itempage qapage faqpage aboutpage medicalwebpage collectionpage",
    "review criticreview recipe videoobject audioobject podcastepisode creativework howto",
    "newsarticle reportagenewsarticle opinionnewsarticle analysisnewsarticle backgroundnewsarticle reviewnewsarticle"
    " askpublicnewsarticle advertisercontentarticle satiricalarticle article blogposting liveblogposting"
    " scholarlyarticle medicalscholarlyarticle techarticle report socialmediaposting discussionforumposting",
)
_ARTICLE_TYPES = {name: rank for rank, names in enumerate(_RANKED_TYPES, 1) for name in names.split()}
"""How surely an object of a type, in small letters, is the article of its page."""
_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)\s*;?\s*$"
)
_COMMA_AT_END = re.compile(r",(\s*[}\]])")
_LINE_ENDS = re.compile(r"[\t\r\n]+")

Node = dict[str, Any]


class JsonLd:
    """The objects of all scripts of a page."""

    def __init__(self, scripts: list[str]) -> None:
        self.nodes: list[Node] = []
        self._by_id: dict[str, Node] = {}
        length = 0
        for script in scripts:
            length += len(script)
            if length > MAX_LENGTH:
                break
            self._add(_parse(script))

    def _add(self, value: Any) -> None:
        pending, count = [value], 0
        while pending and count < MAX_NODES:
            count += 1
            value = pending.pop()
            if isinstance(value, list):
                pending += reversed(value[:MAX_NODES])
            elif isinstance(value, dict):
                self.nodes.append(value)
                own_id = value.get("@id")
                if isinstance(own_id, str) and len(value) > 1:
                    self._by_id.setdefault(own_id, value)
                pending += [value[key] for key in reversed(_CONTAINERS) if isinstance(value.get(key), dict | list)]

    def articles(self) -> list[Node]:
        """The objects that may be the page's article, the surest first."""
        ranked = [(rank, node) for node in self.nodes if (rank := max(map(_rank, types_of(node)), default=0))]
        return [node for _, node in sorted(ranked, key=lambda pair: -pair[0])]

    def of_type(self, name: str) -> Iterator[Node]:
        """The objects of a type, in small letters."""
        return (node for node in self.nodes if name in types_of(node))

    def resolve(self, value: Any) -> Any:
        """A value, or the object that it refers to by its `@id`."""
        if isinstance(value, dict) and len(value) <= 2 and isinstance(value.get("@id"), str) and "name" not in value:
            return self._by_id.get(value["@id"], value)
        return value

    def texts(self, node: Node, *keys: str) -> list[str]:
        """The texts under the first of some keys that has any. An object stands for its name."""
        for key in keys:
            found = self._texts(node.get(key))
            if found:
                return found
        return []

    def text(self, node: Node, *keys: str) -> str:
        """The first text under the first of some keys that has any, or ""."""
        return next(iter(self.texts(node, *keys)), "")

    def _texts(self, value: Any) -> list[str]:
        values = value[:MAX_VALUES] if isinstance(value, list) else [value]
        found = []
        for one in map(self.resolve, values):
            text = one
            if isinstance(one, dict):
                text = next((one[key] for key in ("name", "@value", "headline", "alternateName") if one.get(key)), None)
                if isinstance(text, list):
                    text = next(iter(text), None)
                if isinstance(text, dict):
                    text = text.get("@value")
            if isinstance(text, int) and not isinstance(text, bool):
                text = str(text)
            if isinstance(text, str) and text.strip():
                found.append(text)
        return found


def types_of(node: Node) -> list[str]:
    """The types of an object, in small letters."""
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return [name.rpartition("/")[2].lower() for name in names if isinstance(name, str)]


def _rank(name: str) -> int:
    return _ARTICLE_TYPES.get(name, 0)


def _parse(script: str) -> Any:
    """The value of a script, with the faults that many pages have; None if it cannot be read."""
    try:
        return orjson.loads(script)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        pass
    text = _WRAPPING.sub("", _WRAPPING.sub("", script)).strip().rstrip(";")
    for repaired in (text, _COMMA_AT_END.sub(r"\1", _LINE_ENDS.sub(" ", text))):
        try:
            return json.loads(repaired, strict=False)
        except (ValueError, RecursionError):
            continue
    return None
