"""Finds the fields of an article in the markup of a web page: JSON-LD, OpenGraph and other meta
tags, microdata, `<time>`, links, and the classes that sites give to bylines and dates.

The text of the article is found by `html_pages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias

from searchkit.control_characters import replace_controls
from searchkit.corpus.reader import RecordWarning
from searchkit.corpus.readers import page_keys
from searchkit.corpus.readers.page_authors import find_authors
from searchkit.corpus.readers.page_dates import find_date
from searchkit.corpus.readers.page_markup import PageMarkup, clean, clean_text, text_of
from searchkit.corpus.readers.page_titles import (
    MAX_TITLE_LENGTH,
    choose_title,
    compact,
    shares_words,
    site_in_title,
    without_unknown_site,
)

Element: TypeAlias = Any

MAX_HEADINGS = 50
MAX_TOPICS = 200
"""Maximum number of topics of a page."""
MAX_TOPIC = 200
"""Maximum length of a topic or section in characters."""

_PARTED = re.compile(r"\s*[,;]\s*")
_IS_URL = re.compile(r"https?://|www\.|//|/")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_HOME = frozenset({"home", "homepage", "startseite", "accueil", "inicio", "главная"})


@dataclass(slots=True)
class PageMetadata:
    """What the markup of a page says; see `Draft` for the fields. `text` is the text of the article
    that its JSON-LD has, or ""."""

    title: str = ""
    date: datetime | None = None
    authors: tuple[str, ...] = ()
    source: str = ""
    section: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    url: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    warnings: tuple[RecordWarning, ...] = ()
    text: str = ""


def find_metadata(root: Element, text: str, url: str = "", date_order: str = "") -> PageMetadata:
    """The metadata of a page with a source text. `url` is where it was found, if that is known."""
    page = PageMarkup(root, url)
    titles = {
        compact(clean(text)) for text in (*page.all(("og:title", "twitter:title")), page.json.text(page.article, "headline"))
    }
    sites = [name for name in dict.fromkeys(_site_names(page)) if compact(name) not in titles]
    found = PageMetadata(url=page.url, title=_find_title(page, sites))
    found.source = next(iter(sites), "") or site_in_title(page.title, found.title, page.host) or page.host
    for key, value in (
        ("subtitle", page.json.text(page.article, "alternativeHeadline", "alternateName")),
        ("description", page.first(page_keys.DESCRIPTIONS) or page.json.text(page.article, "description")),
        ("modified", page.json.text(page.article, "dateModified") or page.first(page_keys.MODIFIED)),
        ("dateline", page.json.text(page.article, "dateline")),
    ):
        if value := clean(value):
            found.extra[key] = value
    _set_date(found, page, text, date_order)
    _set_authors(found, page, sites)
    found.section = _find_section(page, {compact(found.title), *map(compact, sites)})
    found.topics = _find_topics(page)
    found.language = _find_language(page)
    found.text = replace_controls(clean_text(page.json.text(page.article, "articleBody", "text"))).strip()
    return found


def _site_names(page: PageMarkup) -> Iterator[str]:
    """Names of the site, the likeliest first."""
    named = [clean(name) for name in page.all(page_keys.SITES)]
    nodes = [*page.articles, *(node for kind in page_keys.PUBLISHERS for node in page.json.of_type(kind))]
    keys = [("publisher", "sourceOrganization")] * len(page.articles) + [("name",)] * len(nodes)
    published = [clean(name) for node, names in zip(nodes, keys, strict=False) for name in page.json.texts(node, *names)]
    yield from (name for name in (*named[:1], *published, *named[1:]) if name and not _IS_URL.match(name))
    yield from (name.lstrip("@") for name in map(clean, page.all(("twitter:site",))) if not _IS_URL.match(name))


def _find_title(page: PageMarkup, sites: list[str]) -> str:
    labels = page.host.split(".")
    names = [*sites, *(label for label in labels if len(label) > 3), page.host, *labels[-2:-1]]
    titles = [page.title, *page.all(("og:title", "twitter:title"))]
    headings = [text for element in page.headings[:20] if not page.is_beside(element) and (text := text_of(element))]
    candidates = [((3 if len(headings) == 1 else 2) if shares_words(text, titles) else 1, text) for text in headings[:5]]
    candidates += [(3, element.get("content") or text_of(element)) for element in list(page.items("headline"))[:2]]
    candidates += [(3, text) for node in page.articles[:1] for text in page.json.texts(node, "headline", "name")[:1]]
    candidates += [(weight, text) for name, weight in page_keys.TITLES for text in page.metas.get(name, ())[:1]]
    if not candidates and not page.title:
        candidates += [(1, text_of(element)) for element in islice(page.root.iter("h2"), 1)]
    if page.title:
        candidates.append((2, page.title if candidates else without_unknown_site(page.title[:MAX_TITLE_LENGTH])))
    return choose_title([(weight, clean(text)) for weight, text in candidates], names)


def _heading_of(page: PageMarkup, title: str) -> Element | None:
    """The element of a title, or None."""
    key = compact(title)
    for element in (*page.headings, *islice(page.root.iter("h2", "h3"), MAX_HEADINGS)):
        if key and compact(text_of(element)) == key:
            return element
    return next(iter(page.headings), None)


def _set_date(found: PageMetadata, page: PageMarkup, text: str, order: str) -> None:
    date = find_date(page, text, _heading_of(page, found.title), order)
    found.date = date.date
    if date.modified:
        found.extra.setdefault("modified", date.modified)
        found.extra["date_source"] = "modified"
    if date.raw:
        found.extra["date"] = date.raw
        found.warnings += (("dates", date.raw),)


def _set_authors(found: PageMetadata, page: PageMarkup, sites: list[str]) -> None:
    authors = find_authors(page, {compact(name) for name in (*sites, page.host)})
    found.authors = authors.names
    if authors.byline or authors.unread:
        found.extra["byline"] = authors.byline or authors.unread
    if authors.unread:
        found.warnings += (("bylines", authors.unread),)


def _find_section(page: PageMarkup, no_sections: set[str]) -> str:
    """The section; it is none of `no_sections`, which are as `compact` returns them."""
    stated = (*page.json.texts(page.article, "articleSection"), *page.all(page_keys.SECTIONS))
    marked = (element.get("content") or text_of(element) for element in page.items("articlesection"))
    for text in map(clean, (*stated, *marked)):
        if text and len(text) <= MAX_TOPIC and not _IS_URL.match(text):
            return text
    for crumbs in page.json.of_type("breadcrumblist"):
        items = crumbs.get("itemListElement")
        if isinstance(items, list):
            names = [clean(page.json.text(item, "name", "item")) for item in items[:20] if isinstance(item, dict)]
            names = [name for name in names if name and compact(name) not in no_sections | _HOME and not _IS_URL.match(name)]
            if names:
                return names[-1]
    return ""


def _find_topics(page: PageMarkup) -> tuple[str, ...]:
    given = [*page.all(page_keys.TAGS), *page.json.texts(page.article, "keywords")]
    for name in page_keys.TOPICS:
        given = given or page.metas.get(name, [])
    given = given or [text_of(element) for element in page.linked("tag")]
    given = given or [element.get("content") or text_of(element) for element in page.items("keywords")]
    found: dict[str, str] = {}
    for text in given:
        for topic in _PARTED.split(clean(text)):
            if topic and len(topic) <= MAX_TOPIC:
                found.setdefault(topic.casefold(), topic)
    return tuple(found.values())[:MAX_TOPICS]


def _find_language(page: PageMarkup) -> str:
    root = page.root
    lang = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang") or ""
    own = page.json.resolve(page.article.get("inLanguage"))
    stated = (own.get("alternateName") or own.get("name")) if isinstance(own, dict) else own
    for text in (lang, stated, *page.all(page_keys.LANGUAGES)):
        if isinstance(text, str) and (found := _LOCALE.fullmatch(text.strip().split(",")[0].strip())):
            return found[0].replace("_", "-")
    return ""
