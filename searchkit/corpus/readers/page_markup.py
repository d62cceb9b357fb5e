"""The parts of a web page that may name the fields of its article, each found once: meta tags,
links, JSON-LD, microdata, headings and dates."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias
from urllib.parse import urljoin, urlsplit

import orjson
from lxml import etree

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.readers import page_keys
from searchkit.corpus.readers.json_ld import JsonLd, Node

Element: TypeAlias = Any

MAX_METAS = 2_000
"""Maximum number of meta tags, and of elements with microdata, that are read."""
MAX_CONTENT = 20_000
"""Maximum length of the content of one, in characters; the rest is cut off."""
MAX_FOUND = 500
"""Maximum number of elements that are looked at for one field."""
MAX_URL = 2_000
"""Maximum length of a URL in characters."""
_LONGEST_CLASS = 1_000

_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?(?:[_-]?(?:list|section|area|body|text|content|thread))?|commentaires?|respond|related\w*"
    r"|recommend\w*|side-?bar|widgets?|popular|trending|most-?(?:read|viewed|popular)|latest|promo|teasers?"
    r"|newsletter|nav|navigation|navbar|menu|more-(?:stories|news)|also-read|read-?(?:more|next)|disqus\w*)(?:$|[\s_-])"
    r"|(?:^|\s)(?:(?:site|page|main|global)[_-]?)?footer(?:$|\s)",
    re.I,
)
_LONG_PARAGRAPHS = etree.XPath("//p[string-length(.) > 400]")
_MICRODATA = etree.XPath("//@itemprop/.. | //@property/..")
_LINKS_WITH_REL = etree.XPath("//a/@rel/..")
_WITHOUT_LINE = frozenset(
    [
        "html",
        "head",
        "body",
        "main",
        "article",
        "script",
        "style",
        "img",
        "input",
        "form",
        "svg",
        "ol",
        "table",
        "meta",
    ]
)
"""Elements that are no byline or date, whatever their class."""


def _with_class(*words: str) -> etree.XPath:
    """Finds the elements whose class or id holds one of some words.

    The words lack their first letter, which may be a capital: to convert all classes to small
    letters takes eight times as long.
    """
    tests = " or ".join(f"contains(., '{word}')" for word in words)
    return etree.XPath(f"//@class[{tests}]/.. | //@id[{tests}]/..")


_WITH_LINES = _with_class(
    "ate", "ime", "ubli", "osted", "yline", "atum", "echa", "eta", "ubmitted", "uthor", "nfo", "riter", "eporter", "utor",
    "uteur",
)  # fmt: skip
"""The elements that may be a date or a byline, by their classes."""


class PageMarkup:
    """What the markup of a page holds; `url` is where the page was found, or ""."""

    def __init__(self, root: Element, url: str = "") -> None:
        self.root, self._given_url = root, url
        self.metas: dict[str, list[str]] = {}
        """The contents of the meta tags by their names in small letters."""
        self.times: list[Element] = []
        self.headings: list[Element] = []
        self.title = ""
        """The text of the title element."""
        self._links: dict[str, str] = {}
        self._base = ""
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
                self.title = self.title or text_of(element)
            elif tag == "base":
                self._base = self._base or (element.get("href") or "").strip()
            else:
                found = self.times if tag == "time" else self.headings
                if len(found) < MAX_FOUND:
                    found.append(element)
        self._add_parsely_page()
        self.json = JsonLd(scripts)
        self.articles = self.json.articles()
        self.article: Node = self.articles[0] if self.articles else {}

    def _add_meta(self, element: Element) -> None:
        content = element.get("content") or element.get("value") or ""
        if not content or content.isspace():
            return
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            for name in (element.get(attribute) or "").lower().replace("dc:", "dc.").split()[:3]:
                self.metas.setdefault(name, []).append(content[:MAX_CONTENT])

    def _add_parsely_page(self) -> None:
        for content in self.metas.get("parsely-page", ())[:1]:
            try:
                found = orjson.loads(html.unescape(content))
            except (orjson.JSONDecodeError, UnicodeEncodeError):
                return
            if isinstance(found, dict):
                for key, name in page_keys.PARSELY_PAGE:
                    if isinstance(found.get(key), str):
                        self.metas.setdefault(name, []).append(found[key])

    @cached_property
    def _microdata(self) -> dict[str, list[Element]]:
        """The elements of the body by the properties that they are: of microdata, and of RDFa."""
        by_name: dict[str, list[Element]] = {}
        for element in _MICRODATA(self.root)[:MAX_METAS]:
            if element.tag != "meta" or element.get("itemprop"):
                for name in (element.get("itemprop") or element.get("property") or "").lower().split()[:5]:
                    by_name.setdefault(name.rpartition(":")[2], []).append(element)
        return by_name

    def all(self, names: Iterable[str]) -> Iterator[str]:
        """The contents of the meta tags with some names, in the order of the names."""
        return (content for name in names for content in self.metas.get(name, ()))

    def first(self, names: Iterable[str]) -> str:
        """The first content of a meta tag with one of some names, or ""."""
        return next(self.all(names), "")

    def items(self, *names: str) -> Iterator[Element]:
        """The elements of some properties of microdata that are not beside the article."""
        found = (element for name in names for element in self._microdata.get(name, ())[:MAX_FOUND])
        return (element for element in found if not self.is_beside(element))

    def linked(self, rel: str) -> list[Element]:
        """The links with a relation that are not beside the article."""
        found = _LINKS_WITH_REL(self.root)[:MAX_METAS]
        return [element for element in found if rel in element.get("rel").split() and not self.is_beside(element)][
            :MAX_FOUND
        ]

    @cached_property
    def _lines(self) -> list[tuple[str, Element]]:
        """The elements that may be a date or a byline, with their classes."""
        found = (element for element in _WITH_LINES(self.root)[:MAX_METAS] if element.tag not in _WITHOUT_LINE)
        return [(f"{element.get('class')} {element.get('id')}", element) for element in found]

    def lines(self, classes: re.Pattern[str], limit: int) -> Iterator[tuple[Element, str]]:
        """The elements for dates and bylines with some of their classes that are not beside the
        article, with their texts of up to `limit` characters; pieces of them are parted by a
        bar."""
        chosen = [element for names, element in self._lines if classes.search(names)]
        for element in chosen[:MAX_FOUND]:
            text = pieces_of(element, limit)
            if text and not self.is_beside(element):
                yield element, text

    @cached_property
    def _around(self) -> set[Element]:
        """The elements around headings and long paragraphs, which are not beside the article
        whatever their classes."""
        inner = [*self.headings[:20], *_LONG_PARAGRAPHS(self.root)[:20]]
        return {outer for element in inner for outer in (element, *element.iterancestors())}

    def is_beside(self, element: Element) -> bool:
        """Whether an element stands in a comment, a sidebar, a list of other articles or the
        like."""
        for outer in (element, *element.iterancestors()):
            tag = outer.tag
            if tag in ("aside", "nav", "footer"):
                return tag != "footer" or not any(one.tag == "article" for one in outer.iterancestors())
            if tag in ("body", "html", "main"):
                return False
            for name in ("class", "id"):
                value = outer.get(name)
                if value and len(value) < _LONGEST_CLASS and _SIDE.search(value) and outer not in self._around:
                    return True
        return False

    @cached_property
    def url(self) -> str:
        """The canonical URL of the page, or where it was found."""
        candidates = (self._links.get("canonical", ""), *self.all(page_keys.URLS), self.json.text(self.article, "url"))
        return next(filter(None, (self._absolute(clean(url)) for url in candidates)), "") or self._given_url

    def _absolute(self, url: str) -> str:
        if not url or len(url) > MAX_URL or " " in url:
            return ""
        try:
            if urlsplit(url).scheme in ("http", "https"):
                return url
            bases = (self._base, self._given_url, *self.all(page_keys.URLS))
            parts = urlsplit(urljoin(next((one for one in bases if "://" in one), ""), url))
        except ValueError:
            return ""
        return parts.geturl() if parts.scheme in ("http", "https") and parts.netloc else ""

    @cached_property
    def host(self) -> str:
        """The host of the page's URL without "www.", or ""."""
        try:
            host = urlsplit(self.url).hostname or ""
        except ValueError:
            return ""
        return host.removeprefix("www.")


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


def text_of(element: Element) -> str:
    """The text in an element, as one line."""
    return one_line("".join(element.itertext()).replace("\xa0", " "))


def pieces_of(element: Element, limit: int) -> str:
    """The text in an element as one line, with a bar between the texts of elements in it; "" for
    more than `limit` characters."""
    pieces: list[str] = []
    length = 0
    for piece in islice(element.itertext(), MAX_FOUND):
        text = one_line(piece.replace("\xa0", " "))
        if text:
            pieces.append(text)
            length += len(text)
            if length > limit:
                return ""
    return " | ".join(pieces)
