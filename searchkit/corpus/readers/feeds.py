"""Reads feeds and what is written in their form: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, exports
of WordPress.

lxml parses the items one by one. feedparser would hold a whole feed in memory, and loses all items
behind broken XML.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple
from urllib.parse import urljoin

from searchkit.control_characters import one_line
from searchkit.corpus.bylines import is_role, parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.encoding_names import encoding_name
from searchkit.corpus.html_text import html_to_text
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, Encoded, NoArticle, Record, RecordWarning, Unreadable
from searchkit.corpus.readers.feed_elements import ATOM, FeedElement, Namespaces
from searchkit.corpus.readers.feed_splitter import FeedStream
from searchkit.corpus.readers.xml_parsing import declared_encoding
from searchkit.corpus.source import ByteStream
from searchkit.corpus.tolerant_decoding import decode_strictly

TITLES = ("title", "atom:title", "media:title", "dc:title", "itunes:title")
TEXTS = (
    *("content:encoded", "atom:content", "xhtml:body", "xhtml:div", "yandex:full-text", "?:full-text", "fulltext", "body"),
    *("content", "description", "atom:summary", "summary", "excerpt:encoded", "dc:description", "itunes:summary"),
    "media:description",
)
"""Where the text of an item stands, the likeliest first. What the first lacks is the `summary` in
`extra`."""
DATES = (
    *("pubDate", "atom:published", "atom:issued", "dc:date", "dcterms:issued", "dcterms:created", "published", "date"),
    *("wp:post_date", "pubdate", "atom:created", "dcterms:modified", "atom:updated", "atom:modified", "updated"),
)
AUTHORS = ("dc:creator", "dc:author", "author", "atom:author", "itunes:author", "creator", "?:author")
TOPICS = ("category", "atom:category", "dc:subject", "media:category", "itunes:category")
KEYWORDS = ("media:keywords", "itunes:keywords", "keywords", "?:keywords")
COUNTERS = ("slash:comments", "slash:hit_parade", "thr:total", "wfw:commentRss", "?:commentRss")
"""Numbers of comments and the like, and addresses of comments: an item that is read again would
differ by them."""
NO_ARTICLES = ("attachment", "nav_menu_item", "revision", "custom_css", "wp_global_styles", "wp_navigation", "wp_template")
"""What an export of WordPress holds beside posts and pages."""
MAX_EXTRA_LENGTH = 100_000

_OWN_ID = re.compile(r"(?:https?://|tag:|urn:)\S{1,2000}")
"""An id that no other feed has."""
_GUID = re.compile(
    rb"<(?:\w+:)?(?:guid|id)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]{1,3000})|\s(?:rdf:)?about\s*=\s*[\"']([^\"'<>]{1,3000})"
)
_NO_DATE = re.compile(r"-0001|0000-00-00")
"""How WordPress writes that a draft has no date."""
_KNOWN = frozenset((*TITLES, *TEXTS, *DATES, *AUTHORS, *TOPICS, *KEYWORDS, *COUNTERS)) | {
    *("guid", "atom:id", "link", "atom:link", "feedburner:origLink", "source", "atom:source", "dc:language", "language"),
    *("atom:contributor", "wp:post_type", "wp:postmeta", "wp:comment", "wp:post_date_gmt", "xml:lang"),
}


class Feed(NamedTuple):
    """What the head of a feed says of all its items."""

    namespaces: Namespaces
    title: str = ""
    language: str = ""
    link: str = ""
    author: FeedElement | None = None
    is_entry: bool = False


@dataclass(slots=True)
class _Item:
    """An item while it is read."""

    root: FeedElement
    extra: dict[str, str] = field(default_factory=dict)
    warnings: list[RecordWarning] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[FeedElement]:
        return (child for name in names for child in self.root.children if child.name == name)

    def add(self, key: str, value: str) -> None:
        """Add a value to `extra`, on a new line if the key has another one."""
        before = self.extra.get(key, "")
        if value and value not in before.split("\n") and len(before) + len(value) < MAX_EXTRA_LENGTH:
            self.extra[key] = f"{before}\n{value}" if before else value


def read_feed(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the items of a feed; one that is broken off is reported, and the next one read."""
    opened = FeedStream(stream, options.encoding)
    feed, declared = None, ""
    contents: dict[bytes, int] = {}
    for data, fault in opened.items(options.limits.max_article):
        if feed is None:
            declared = "utf-8" if opened.is_converted else encoding_name(declared_encoding(opened.head))
            feed = _read_head(opened.head, options.encoding, declared)
        if fault:
            yield Unreadable(fault)
            continue
        found = _GUID.search(data)
        guid = (found[1] or found[2]).strip() if found else b""
        has_own_id = contents.setdefault(guid, hash(data)) == hash(data)
        yield Encoded(data, partial(_parse_item, feed, options.date_order, has_own_id), _encoding_of(data, declared))
    if feed is None:
        if b"</" not in opened.head:
            raise Unreadable("it holds no feed; is it cut off?")
        yield NoArticle("the feed has no items")


def _encoding_of(data: bytes, declared: str) -> str:
    """The encoding of an item: feeds are often converted to UTF-8 without their declaration."""
    is_other = declared not in ("", "utf-8") and not data.isascii() and decode_strictly(data, "utf-8") is not None
    return "utf-8" if is_other else declared


def _read_head(data: bytes, encoding: str, declared: str) -> Feed:
    try:
        text = decode(data, encoding, declared).text
    except Undecodable:
        text = data.decode("utf-8", "replace")
    namespaces = Namespaces(text)
    head = _Item(namespaces.parse_head(text))
    attributes = head.root.attributes
    title = next((_line(one) for one in head.all("title", "atom:title", "dc:title")), "")
    language = next((one.text.strip() for one in head.all("language", "dc:language")), "") or attributes.get("xml:lang", "")
    link = attributes.get("xml:base", "") or _link(head)
    author = next(head.all("atom:author"), None) if namespaces.default in ATOM else None
    return Feed(namespaces, title, one_line(language), link, author, is_entry=not title and not text.strip())


def _parse_item(feed: Feed, date_order: str, has_own_id: bool, text: str) -> Draft:
    item = _Item(feed.namespaces.parse(text))
    kind = next((one.text.strip() for one in item.all("wp:post_type")), "")
    if kind in NO_ARTICLES:
        raise NoArticle(f"it is of the type {kind}, no article")
    if kind:
        item.add("type", kind)
    title = next(filter(None, map(_line, item.all(*TITLES))), "")
    body = _read_body(item)
    if not title and not body:
        raise NoArticle(NO_TEXT)
    source, language = _read_source(item, feed), next((one.text.strip() for one in item.all("dc:language", "language")), "")
    own_id, url = _read_id_and_url(item, feed, has_own_id)
    _read_rest(item)
    return Draft(
        id=own_id,
        title=title,
        body=body,
        date=_read_date(item, date_order),
        authors=_read_authors(item, feed),
        source=source,
        topics=tuple(dict.fromkeys(_read_topics(item))),
        language=one_line(language) or item.root.attributes.get("xml:lang", "") or feed.language,
        url=url,
        extra=item.extra,
        warnings=tuple(item.warnings),
        is_whole_file=feed.is_entry,
    )


def _text(element: FeedElement) -> str:
    """The text of an element that may hold HTML, escaped or not. Titles and texts of Atom say so;
    in RSS they are HTML, whatever the element."""
    if element.markup:
        return html_to_text(element.markup)
    kind = element.attributes.get("type", "")
    if element.attributes.get("mode") == "base64" or (kind == "application/octet-stream" and element.text.strip()):
        with suppress(ValueError, Undecodable):
            return html_to_text(decode(binascii.a2b_base64(element.text.encode()), "", "utf-8").text)
    if element.name.startswith("atom:") and kind in ("", "text", "text/plain") and "mode" not in element.attributes:
        return element.text.strip()
    return html_to_text(element.text)


def _line(element: FeedElement) -> str:
    return " ".join(one_line(_text(element)).split())


def _read_body(item: _Item) -> str:
    """The fullest text of an item; what another one has beside it is the summary."""
    texts = [text for one in item.all(*TEXTS) if (text := _text(one).strip("\n"))]
    groups = [child for one in item.all("media:group") for child in one.children if child.name == "media:description"]
    texts += [text for one in groups if (text := _text(one).strip("\n"))]
    if not texts:
        return ""
    body = texts[0]
    longest = max(texts, key=len)
    if len(longest) > 2 * len(body):
        body = longest
    flat = " ".join(body.split())
    for text in texts:
        beginning = " ".join(text.split()).rstrip(" .…[]")
        if beginning not in flat:
            item.add("summary", text)
    return body


def _read_date(item: _Item, order: str) -> datetime | None:
    unread = ""
    for name in DATES:
        for one in item.all(name):
            raw = one_line(one.text).strip()
            if not raw or _NO_DATE.search(raw):
                continue
            date = parse_date(raw, order)
            if date is not None:
                if unread:
                    item.warnings.append(("dates", unread))
                    item.extra["date"] = unread
                _add_later_dates(item, name, raw)
                return date
            unread = unread or raw
    if unread:
        item.extra["date"] = unread
        item.warnings.append(("dates", unread))
    return None


def _add_later_dates(item: _Item, used: str, value: str) -> None:
    for one in item.all("atom:updated", "atom:modified", "dcterms:modified", "updated"):
        raw = one_line(one.text).strip()
        if one.name != used and raw != value:
            item.add("updated", raw)


def _read_authors(item: _Item, feed: Feed) -> tuple[str, ...]:
    elements = list(item.all(*AUTHORS)) or ([feed.author] if feed.author is not None else [])
    names: list[str] = []
    for one in elements:
        raw = one_line(one.first("atom:name", "name", "media:name") or ("" if one.children else one.text)).strip()
        if not raw:
            raw = one_line(one.first("atom:email", "email")).strip()
        if not raw:
            continue
        if "/" in raw and " " not in raw:
            names.append(raw)  # a nickname, as /u/name
            continue
        byline = parse_byline(raw)
        names += byline.names
        if byline.has_more:
            item.add("byline", raw)
        if not byline.names and not is_role(raw) and "@" not in raw:
            item.warnings.append(("bylines", raw))
    return tuple(dict.fromkeys(names))


def _read_topics(item: _Item) -> Iterator[str]:
    for one in item.all(*TOPICS):
        value = (
            one.attributes.get("label") or one.text.strip() or one.attributes.get("term") or one.attributes.get("text", "")
        )
        value = " ".join(one_line(html_to_text(value)).split())
        if value:
            yield value
    for one in item.all(*KEYWORDS):
        yield from filter(None, (" ".join(one_line(word).split()) for word in one.text.split(",")))


def _read_source(item: _Item, feed: Feed) -> str:
    """The name of the feed, or of the one that an item was taken from."""
    for one in item.all("source", "atom:source"):
        name = one_line(one.first("atom:title", "title") or one.text).strip()
        if name:
            if feed.title and feed.title != name:
                item.add("feed", feed.title)
            item.add("source url", one.attributes.get("url", ""))
            return " ".join(name.split())
    return feed.title


def _read_id_and_url(item: _Item, feed: Feed, has_own_id: bool) -> tuple[str, str]:
    guids = list(item.all("guid", "atom:id"))
    guid = one_line(guids[0].text).strip() if guids else item.root.attributes.get("rdf:about", "").strip()
    is_own = has_own_id and _OWN_ID.fullmatch(guid) is not None
    if guid and not is_own:
        item.add("guid", guid)
    link = _link(item)
    original = next((one.text.strip() for one in item.all("feedburner:origLink")), "")
    if original and link:
        item.add("link", link)
    url = one_line(original or link).strip()
    if not url and guid.startswith("http") and not (guids and guids[0].attributes.get("isPermaLink") == "false"):
        url = guid
    base = item.root.attributes.get("xml:base", "") or feed.link
    if url and ":" not in url.split("/")[0] and base:
        with suppress(ValueError):  # a broken address stays as it is
            url = urljoin(base, url)
    return guid if is_own else "", url


def _link(item: _Item) -> str:
    """The address of an item or feed: of its page, not of itself, a reply or an enclosure."""
    for one in item.all("link", "atom:link"):
        address = (one.attributes.get("href") or one.text).strip()
        if address and one.attributes.get("rel", "alternate") == "alternate":
            return address
    return ""


def _read_rest(item: _Item) -> None:
    """Put what no field takes into `extra`."""
    for one in item.all("atom:link", "link"):
        kind = one.attributes.get("rel", "alternate")
        if kind not in ("alternate", "self", "edit", "replies", "hub"):
            item.add(kind.rpartition("/")[2], one.attributes.get("href", ""))
    for one in item.all("atom:contributor"):
        item.add("contributor", one_line(one.first("atom:name")).strip())
    for one in item.root.children:
        if one.name not in _KNOWN:
            _add_unknown(item, one)
        elif one.name == "atom:content" and one.attributes.get("src"):
            item.add("content", one.attributes["src"])


def _add_unknown(item: _Item, element: FeedElement) -> None:
    key = element.name.rpartition(":")[2]
    if element.name == "media:group":
        for child in element.children:
            if child.name not in ("media:description", "media:title"):
                _add_unknown(item, child)
        return
    values = element.attributes
    text = " ".join(one_line(_text(element)).split())
    if element.name in ("media:content", "media:thumbnail", "enclosure", "itunes:image"):
        key = {"content": "media"}.get(key, key)
        item.add(key, values.get("url") or values.get("href") or text)
        for child in element.children:
            if child.name in ("media:description", "media:title", "media:text", "media:credit"):
                item.add(f"{key} {child.name.rpartition(':')[2]}", " ".join(one_line(_text(child)).split()))
        return
    item.add(key, text or values.get("url") or values.get("href") or values.get("value") or values.get("resource", ""))
