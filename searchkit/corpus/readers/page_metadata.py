"""Finds the fields of an article in the markup of a web page: JSON-LD, OpenGraph and other meta
tags, microdata, `<time>`, links, and the classes that sites give to bylines and dates.

The text of the article is found by `html_pages`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

import orjson
from lxml import etree

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.bylines import parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.reader import RecordWarning
from searchkit.corpus.readers import page_keys
from searchkit.corpus.readers.json_ld import JsonLd, Node
from searchkit.corpus.readers.page_titles import choose_title, compact, without_unknown_site

Element: TypeAlias = Any

MAX_METAS = 2_000
"""Maximum number of meta tags that are read."""
MAX_CONTENT = 20_000
"""Maximum length of the content of one, in characters; the rest is cut off."""
MAX_TOPICS = 200
MAX_AUTHORS = 50
MAX_FOUND = 500
"""Maximum number of elements that are looked at for one field."""

_PARTED = re.compile(r"\s*[,;]\s*")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_IS_URL = re.compile(r"https?://|www\.|//|/")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_PATH_DATE = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_SIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|respond|related|recommend\w*|sidebar|side-bar|footer|widget|popular|trending|most-read|latest"
    r"|promo|teaser|newsletter|nav|navigation|menu|more-stories|also-read|read-more)(?:$|[\s_-])",
    re.I,
)
_LOWER = "translate(@{0}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"


def _with_class(*words: str) -> etree.XPath:
    tests = " or ".join(f"contains({_LOWER.format(name)}, '{word}')" for name in ("class", "id") for word in words)
    return etree.XPath(f"//*[(@class or @id) and ({tests})][not(self::body or self::html or self::main or self::article)]")


_MICRODATA = etree.XPath("//*[@itemprop or @property]")
_DATED = _with_class("date", "time", "publi", "posted", "byline", "created")
_BYLINES = _with_class("byline", "author", "writer", "reporter", "autor", "auteur", "credit")
_REL = etree.XPath("//*[@rel='author' or @rel='tag' or @rel='category tag' or @rel='tag category']")


@dataclass(slots=True)
class PageMetadata:
    """What the markup of a page says; see `Draft` for the fields."""

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
    """The text that the page's JSON-LD has, or ""."""


def find_metadata(root: Element, url: str = "", date_order: str = "") -> PageMetadata:
    """The metadata of a page. `url` is where it was found, if that is known."""
    return _Page(root, url, date_order).metadata()


class _Page:
    def __init__(self, root: Element, url: str, date_order: str) -> None:
        self._root, self._given_url, self._order = root, url, date_order
        self._metas: dict[str, list[str]] = {}
        self._links: dict[str, str] = {}
        self._base = ""
        self._times: list[Element] = []
        self._headings: list[Element] = []
        self._title_element = ""
        scripts: list[str] = []
        count = 0
        for element in root.iter("meta", "link", "script", "title", "time", "h1", "base"):
            tag = element.tag
            if tag == "meta":
                count += 1
                if count <= MAX_METAS:
                    self._add_meta(element)
            elif tag == "link":
                for rel in (element.get("rel") or "").lower().split()[:5]:
                    self._links.setdefault(rel, (element.get("href") or "").strip())
            elif tag == "script":
                if "ld+json" in (element.get("type") or "").lower() and element.text:
                    scripts.append(element.text)
            elif tag == "title":
                self._title_element = self._title_element or text_of(element)
            elif tag == "base":
                self._base = self._base or (element.get("href") or "").strip()
            else:
                found = self._times if tag == "time" else self._headings
                if len(found) < MAX_FOUND:
                    found.append(element)
        self._add_parsely_page()
        self._json = JsonLd(scripts)
        self._articles = self._json.articles()
        self._article: Node = self._articles[0] if self._articles else {}
        self._microdata: dict[str, list[Element]] = {}
        for element in _MICRODATA(root)[:MAX_METAS]:
            if element.tag != "meta" or element.get("itemprop"):
                for name in (element.get("itemprop") or element.get("property") or "").lower().split():
                    same = self._microdata.setdefault(name.rpartition(":")[2], [])
                    if len(same) < MAX_FOUND:
                        same.append(element)

    def _add_meta(self, element: Element) -> None:
        content = element.get("content") or element.get("value") or ""
        if not content or content.isspace():
            return
        for attribute in ("property", "name", "http-equiv"):
            for name in (element.get(attribute) or "").lower().replace("dc:", "dc.").split()[:3]:
                self._metas.setdefault(name, []).append(content[:MAX_CONTENT])

    def _add_parsely_page(self) -> None:
        for content in self._metas.get("parsely-page", ())[:1]:
            try:
                found = orjson.loads(html.unescape(content))
            except (orjson.JSONDecodeError, UnicodeEncodeError):
                return
            if isinstance(found, dict):
                for key, name in (("title", "parsely-title"), ("pub_date", "parsely-pub-date"), ("author", "parsely-author"),
                                  ("section", "parsely-section"), ("link", "parsely-link")):  # fmt: skip
                    if isinstance(found.get(key), str):
                        self._metas.setdefault(name, []).append(found[key])

    def metadata(self) -> PageMetadata:
        found = PageMetadata()
        found.url = self._url
        found.source = self._source()
        found.title = self._title()
        raw_date = self._set_date(found)
        self._set_authors(found)
        found.section = self._section(found)
        found.topics = self._topics()
        found.language = self._language()
        found.text = replace_controls(clean_text(self._json.text(self._article, "articleBody", "text")))
        extra = {
            "description": clean(self._first(page_keys.DESCRIPTIONS) or self._json.text(self._article, "description")),
            "modified": clean(self._first(page_keys.MODIFIED) or self._json.text(self._article, "dateModified")),
            "subtitle": clean(self._json.text(self._article, "alternativeHeadline", "alternateName")),
            "dateline": clean(self._json.text(self._article, "dateline")),
        }
        found.extra |= {key: value for key, value in extra.items() if value}
        if found.date is None and raw_date:
            found.extra["date"] = raw_date
            found.warnings += (("dates", raw_date),)
        return found

    # Texts of the page

    def _all(self, names: Iterable[str]) -> Iterator[str]:
        return (content for name in names for content in self._metas.get(name, ()))

    def _first(self, names: Iterable[str]) -> str:
        return next(self._all(names), "")

    def _items(self, *names: str) -> Iterator[Element]:
        """The elements of a property of microdata that are not beside the article."""
        return (element for name in names for element in self._microdata.get(name, ()) if not is_beside(element))

    # Fields

    @cached_property
    def _url(self) -> str:
        candidates = (self._links.get("canonical", ""), *self._all(page_keys.URLS), self._json.text(self._article, "url"))
        for candidate in candidates:
            found = self._absolute(clean(candidate))
            if found:
                return found
        return self._given_url

    def _absolute(self, url: str) -> str:
        if not url or url.startswith(("javascript:", "data:", "#")):
            return ""
        try:
            if urlsplit(url).scheme in ("http", "https"):
                return url
            base = next((one for one in (self._base, self._given_url, self._first(page_keys.URLS)) if "://" in one), "")
            joined = urljoin(base, url)
            return joined if urlsplit(joined).scheme in ("http", "https") and urlsplit(joined).netloc else ""
        except ValueError:
            return ""

    @cached_property
    def _host(self) -> str:
        try:
            host = urlsplit(self._url or self._given_url).hostname or ""
        except ValueError:
            return ""
        return host.removeprefix("www.")

    @cached_property
    def _publishers(self) -> list[str]:
        found = [name for node in self._articles for name in self._json.texts(node, "publisher", "sourceOrganization")]
        found += [name for kind in ("website", "newsmediaorganization", "organization") for node in self._json.of_type(kind)
                  for name in self._json.texts(node, "name")]  # fmt: skip
        return list(filter(None, map(clean, found)))

    @cached_property
    def _site_names(self) -> list[str]:
        """Names of the site, the likeliest first."""
        found = [clean(name) for name in self._all(page_keys.SITES)]
        found = [name for name in found[:1] + self._publishers + found[1:] if name and not _IS_URL.match(name)]
        found += [name.lstrip("@") for name in map(clean, self._all(("twitter:site",)))]
        return list(dict.fromkeys(found))

    def _source(self) -> str:
        return next(iter(self._site_names), "") or self._host

    def _title(self) -> str:
        labels = self._host.split(".")
        sites = [*self._site_names, *filter(lambda label: len(label) > 3, labels), self._host, "".join(labels[-2:-1])]
        headings = [text for element in self._headings[:20] if (text := text_of(element)) and not is_beside(element)]
        best = [text_of(element) or element.get("content", "") for element in self._items("headline")][:3]
        names = [text for node in self._articles[:3] for text in self._json.texts(node, "headline", "name")[:1]]
        candidates = [(3 if len(headings) == 1 else 2, text) for text in headings[:5]]
        candidates += [(3, text) for text in best]
        candidates += [(3, text) for text in names[:1]]
        candidates += [(weight, text) for name, weight in page_keys.TITLES for text in self._metas.get(name, ())[:1]]
        if self._title_element:
            title = self._title_element
            candidates.append((2, title if candidates else without_unknown_site(title)))
        return choose_title([(weight, clean(text)) for weight, text in candidates], sites)

    def _date_texts(self) -> Iterator[str]:
        """What may be the date of publication, the surest first."""
        articles = self._articles
        for node in articles:
            yield from self._json.texts(node, "datePublished")
        yield from self._all(page_keys.DATES)
        for element in self._items("datepublished", "datecreated"):
            yield element.get("content") or element.get("datetime") or text_of(element)
        for node in articles:
            yield from self._json.texts(node, "dateCreated", "uploadDate")
        times = [element for element in self._times if not is_beside(element) and not _is_modified(element)]
        for element in sorted(times, key=lambda element: element.get("pubdate") is None and not _is_published(element)):
            yield element.get("datetime") or element.get("title") or text_of(element)
            yield text_of(element)

    def _set_date(self, found: PageMetadata) -> str:
        """Set the date; returns the first text that was meant for one and not understood."""
        raw = ""
        for text in self._date_texts():
            text = clean(text)
            date = parse_date(text, self._order) if text else None
            if date is not None:
                found.date = date
                return ""
            raw = raw or text[:200]
        for text in self._printed_dates():
            date = parse_date(text, self._order)
            if date is not None:
                found.date = date
                return ""
        if path := _PATH_DATE.search(self._url):
            found.date = parse_date("-".join(path.groups()))
            found.extra["date_source"] = "url"
        return raw

    def _printed_dates(self) -> Iterator[str]:
        for element in _DATED(self._root)[:MAX_FOUND]:
            if element.tag in ("script", "style", "input", "form") or _is_modified(element) or is_beside(element):
                continue
            text = text_of(element, 200)
            if 6 <= len(text) <= 200 and any(map(str.isdigit, text)):
                yield text
                yield from (part for part in re.split(r"\s*[|•·–—]\s*|\s{2,}|\bby\b", text) if len(part) > 5)

    def _set_authors(self, found: PageMetadata) -> None:
        sites = {compact(name) for name in (*self._site_names, self._host)}
        bylines = ""
        for texts in self._author_texts():
            names: list[str] = []
            more = ""
            for text in list(dict.fromkeys(map(clean, texts)))[:MAX_AUTHORS]:
                if not text or _IS_URL.match(text) or compact(text) in sites or text.startswith("@"):
                    continue
                byline = parse_byline(text)
                names += byline.names
                more = more or (text if byline.has_more else "")
            names = [name for name in dict.fromkeys(names) if compact(name) not in sites]
            if names:
                found.authors = tuple(names)
                if more:
                    found.extra["byline"] = more
                return
            bylines = bylines or more
        if bylines:
            found.extra["byline"] = bylines
            found.warnings += (("bylines", bylines),)

    def _author_texts(self) -> Iterator[list[str]]:
        """What may be the authors, the surest first."""
        for node in self._articles[:3]:
            yield self._json.texts(node, "author")
            yield self._json.texts(node, "creator")
        for name in page_keys.AUTHORS:
            yield self._metas.get(name, [])
        yield [_name_of(element) for element in self._items("author", "creator")]
        rel = [
            element for element in _REL(self._root)[:MAX_FOUND] if element.get("rel") == "author" and not is_beside(element)
        ]
        yield [text_of(element) for element in rel]
        for element in _BYLINES(self._root)[:MAX_FOUND]:
            if not is_beside(element) and element.tag not in ("script", "style", "img"):
                text = text_of(element, 200)
                if 4 < len(text) < 150:
                    yield [text]

    def _section(self, found: PageMetadata) -> str:
        for text in (*self._json.texts(self._article, "articleSection"), *self._all(page_keys.SECTIONS)):
            text = clean(text)
            if text and len(text) <= 200 and not _IS_URL.match(text):
                return text
        for element in self._items("articlesection"):
            if text := clean(element.get("content") or text_of(element)):
                return text
        for crumbs in self._json.of_type("breadcrumblist"):
            items = crumbs.get("itemListElement")
            names = [clean(self._json.text(item, "name", "item")) for item in items if isinstance(item, dict)] if (
                isinstance(items, list)) else []  # fmt: skip
            names = [name for name in names if name and compact(name) not in (compact(found.title), "home", "homepage")]
            names = [name for name in names if name not in self._site_names]
            if names:
                return names[-1]
        return ""

    def _topics(self) -> tuple[str, ...]:
        given = list(self._all(("article:tag", "og:article:tag")))
        given += self._json.texts(self._article, "keywords")
        for name in page_keys.TOPICS[2:]:
            if given:
                break
            given += self._metas.get(name, [])
        if not given:
            given = [text_of(element) for element in _REL(self._root)[:MAX_FOUND]
                     if "tag" in element.get("rel") and not is_beside(element)]  # fmt: skip
        if not given:
            given = [element.get("content") or text_of(element) for element in self._items("keywords")]
        found: dict[str, str] = {}
        for text in given:
            for topic in _PARTED.split(clean(text)):
                if topic and len(topic) <= 200:
                    found.setdefault(topic.casefold(), topic)
        return tuple(found.values())[:MAX_TOPICS]

    def _language(self) -> str:
        lang = self._root.get("lang") or self._root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
        lang = lang or self._root.get("xml:lang") or ""
        value = self._article.get("inLanguage")
        own = self._json.resolve(value)
        stated = (own.get("alternateName") or own.get("name")) if isinstance(own, dict) else own
        for text in (lang, stated, *self._all(page_keys.LANGUAGES)):
            if isinstance(text, str) and (found := _LOCALE.fullmatch(text.strip().split(",")[0].strip())):
                return found[0].replace("_", "-")
        return ""


def clean(text: str) -> str:
    """A text of the markup as one line, without tags and with references that were escaped twice
    resolved."""
    return one_line(replace_controls(clean_text(text)))


def clean_text(text: str) -> str:
    """A text with the references and without the tags that pages write where no markup is read."""
    if "&" in text and _REFERENCE.search(text):
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return text.replace("\xa0", " ")


def text_of(element: Element, limit: int = 0) -> str:
    """The text in an element, as one line; with a limit, no more than that many characters and
    one piece of text."""
    pieces: list[str] = []
    length = 0
    for piece in element.itertext(with_tail=False):
        if piece and not piece.isspace():
            pieces.append(piece)
            length += len(piece)
            if limit and length > limit:
                break
        elif pieces:
            pieces.append(" ")
    return one_line(" ".join(pieces) if limit else "".join(pieces))


def _name_of(element: Element) -> str:
    """The name of an author in microdata."""
    if content := element.get("content"):
        return str(content)
    for inner in element.iter():
        if inner.get("itemprop") == "name":
            return inner.get("content") or text_of(inner)
    return text_of(element, MAX_FOUND)


def is_beside(element: Element) -> bool:
    """Whether an element stands in a comment, a sidebar, a list of other articles or the like."""
    for outer in element.iterancestors():
        if outer.tag in ("aside", "footer", "nav"):
            return True
        if outer.tag in ("body", "html", "main"):
            return False
        for name in ("class", "id"):
            value = outer.get(name)
            if value and len(value) < MAX_FOUND and _SIDE.search(value):
                return True
    return False


def _is_modified(element: Element) -> bool:
    names = f"{element.get('class')} {element.get('itemprop')} {element.get('id')}".lower()
    return "modif" in names or "updat" in names


def _is_published(element: Element) -> bool:
    names = f"{element.get('class')} {element.get('itemprop')}".lower()
    return "publ" in names or "entry-date" in names or "posted" in names
