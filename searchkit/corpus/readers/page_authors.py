"""Finds the authors of the article of a web page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from searchkit.corpus.bylines import parse_byline
from searchkit.corpus.readers import page_keys
from searchkit.corpus.readers.page_markup import PageMarkup, clean, pieces_of, text_of
from searchkit.corpus.readers.page_titles import compact

Element: TypeAlias = Any

MAX_AUTHORS = 50
"""Maximum number of authors of a page."""
MAX_BYLINE = 200
"""Maximum length of a printed byline in characters."""
_MAX_INNER, _MAX_WORDS = 200, 6
"""Maximum number of words of a printed name."""
_IS_URL = re.compile(r"https?://|www\.|//|/")
_BYLINES = re.compile(r"byline|author|writer|reporter|autor|auteur", re.I)
_NO_NAME = re.compile(
    r"\d|[@:?!]|^(?:follow|share|comments?|read|more|view|all|posts?|articles?|profile|website|updated|published|subscribe"
    r"|sign|log|print|e-?mail|about|contact|home|username|reply|copyright|login)\b",
    re.I,
)


class FoundAuthors(NamedTuple):
    """The names; the whole byline if it says more than the names; and a byline that was not
    understood."""

    names: tuple[str, ...] = ()
    byline: str = ""
    unread: str = ""


def find_authors(page: PageMarkup, sites: Collection[str]) -> FoundAuthors:
    """The authors; `sites` are names of the site as `compact` returns them, which stand for authors
    on many pages."""
    unread, site = "", ""
    for texts, is_printed in _bylines(page):
        names: list[str] = []
        byline = ""
        for text in list(dict.fromkeys(map(clean, texts)))[:MAX_AUTHORS]:
            if not text or _IS_URL.match(text) or text.startswith("@"):
                continue
            if compact(text) in sites:
                site = site or ("" if is_printed else text)
                continue
            found = parse_byline(text)
            names += (name for name in found.names if compact(name) not in sites and (not is_printed or _is_name(name)))
            byline = byline or (text if found.has_more else "")
        names = _distinct(names)
        if names:
            return FoundAuthors(tuple(names), byline.replace(" | ", " "))
        unread = unread or ("" if is_printed else byline)
    return FoundAuthors((site,)) if site else FoundAuthors(unread=unread)


def _is_name(name: str) -> bool:
    return len(name.split()) <= _MAX_WORDS and not _NO_NAME.search(name) and len(name) > 2


def _distinct(names: list[str]) -> list[str]:
    """The names without repetitions, in other letters too, and without longer forms of one."""
    found: dict[str, str] = {}
    for name in names:
        key = compact(name)
        if key and not any(key.startswith(other) or other.startswith(key) for other in found):
            found[key] = name
    return list(found.values())


def _bylines(page: PageMarkup) -> Iterator[tuple[list[str], bool]]:
    """What may be the authors, the surest first, and whether it is printed text."""
    for node in page.articles[:3]:
        yield page.json.texts(node, "author"), False
        yield page.json.texts(node, "creator"), False
    for name in page_keys.AUTHORS:
        yield page.metas.get(name, []), False
    yield [_name_of(element) for element in page.items("author", "creator")], True
    yield [text_of(element)[:MAX_BYLINE] for element in page.linked("author")], True
    for _, line in page.lines(_BYLINES, MAX_BYLINE):
        yield [line], True


def _name_of(element: Element) -> str:
    """The name of an author in microdata."""
    if content := element.get("content"):
        return str(content)
    for inner in islice(element.iter(), _MAX_INNER):
        if inner.get("itemprop") == "name":
            return inner.get("content") or text_of(inner)
    return pieces_of(element, MAX_BYLINE)
