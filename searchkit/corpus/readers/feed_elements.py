"""Reads the elements of a feed's items and head: by an XML parser, or tag by tag where the XML is
broken, as it is in many feeds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from searchkit.control_characters import replace_controls
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers.xml_parsing import Element, parse_xml
from searchkit.corpus.sniffing import root_of

ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
"""The namespaces of Atom 1.0 (RFC 4287) and 0.3."""
_PREFIXES = {
    **dict.fromkeys(ATOM, "atom"),
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://wordpress.org/export/1.0/excerpt/": "excerpt",
    "http://wordpress.org/export/1.1/excerpt/": "excerpt",
    "http://wordpress.org/export/1.2/excerpt/": "excerpt",
    "http://wordpress.org/export/1.0/": "wp",
    "http://wordpress.org/export/1.1/": "wp",
    "http://wordpress.org/export/1.2/": "wp",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://news.yandex.ru": "yandex",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
"""The usual prefixes of namespaces. Atom has one here, so that the names of RSS have none."""
_KNOWN_PREFIXES = {prefix: uri for uri, prefix in _PREFIXES.items() if prefix not in ("", "xml")}
MAX_PROLOG_LENGTH = 65_536
"""Where the root of a feed is looked for, in characters."""
MAX_UNENDED = 200
"""Maximum number of names of elements without an end in an item. Each is searched for up to the end
of the item."""
_NAMESPACE = re.compile(r"""\bxmlns(?::([\w.-]+))?\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_START_TAG = re.compile(r"<([A-Za-z_][\w.:-]*)((?:\s[^<>]*)?)>")
_ATTRIBUTE = re.compile(r"""([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PREFIX_OF_TAG = re.compile(r"(</?)[A-Za-z_][\w.-]*:(?=[A-Za-z])")
_NESTED = ("image", "textInput", "textinput", "cloud", "items", "skipHours", "skipDays")
"""Elements of a head that have a title or link of their own."""


class FeedElement(NamedTuple):
    """An element of an item or head. `name` has a usual prefix ("dc:creator"; none for RSS).

    `text` is its text, with references resolved. `markup` is what it holds if that is elements, as
    XML, else "".
    """

    name: str
    attributes: dict[str, str]
    text: str
    markup: str = ""
    children: tuple[FeedElement, ...] = ()

    def first(self, *names: str) -> str:
        """The text of the first child with one of the names, or ""."""
        return next((child.text.strip() for name in names for child in self.children if child.name == name), "")


class Namespaces:
    """The namespaces that the root of a feed declares, for parsing its items one by one."""

    def __init__(self, head: str) -> None:
        _, attributes = root_of(head[:MAX_PROLOG_LENGTH].lstrip("\ufeff \t\r\n").encode("utf-8", "replace"))
        # An element of the channel may have a default namespace for itself alone.
        inner = {found[1]: found[2] or found[3] or "" for found in _NAMESPACE.finditer(head) if found[1]}
        self._declared = inner | {one[1] or "": one[2] or one[3] or "" for one in _NAMESPACE.finditer(attributes)}
        for prefix, uri in self._declared.items():
            if prefix in _KNOWN_PREFIXES and uri not in _PREFIXES:  # a variant that somebody mistyped
                self._declared[prefix] = _KNOWN_PREFIXES[prefix]
        self._declarations = _declarations(_KNOWN_PREFIXES | self._declared)

    @property
    def default(self) -> str:
        return self._declared.get("", "")

    def parse(self, item: str) -> FeedElement:
        """An item with all that is in it. Broken XML is read tag by tag."""
        item = replace_controls(item)
        try:
            root = parse_xml(f"<feed{self._declarations}>{item}</feed>", keeps_namespaces=True)
        except Unreadable:
            return _read_tags(item, self.default in ATOM)
        return _convert(root[0]) if len(root) else FeedElement("", {}, "")

    def parse_head(self, head: str) -> FeedElement:
        """The head of a feed, which is cut off where the first item begins."""
        return _read_tags(replace_controls(head), self.default in ATOM, skipped=_NESTED)


def _declarations(uris: dict[str, str]) -> str:
    return "".join(f' xmlns{prefix and f":{prefix}"}="{uri}"' for prefix, uri in uris.items() if uri and prefix != "xml")


def _convert(element: Element, depth: int = 0) -> FeedElement:
    children = tuple(_convert(child, depth + 1) for child in element if isinstance(child.tag, str)) if depth < 4 else ()
    markup = ""
    if len(element) and depth >= 1:
        inner = "".join(etree.tostring(child, encoding="unicode") for child in element)
        markup = _PREFIX_OF_TAG.sub(r"\1", (html.escape(element.text, quote=False) if element.text else "") + inner)
    attributes = {_name_of(name): value for name, value in element.attrib.items()}
    text = element.text or ""
    if len(element):
        text = "".join(str(part) for part in _own_texts(element))
    return FeedElement(_name_of(element.tag), attributes, text, markup, children)


def _own_texts(element: Element) -> Iterator[str]:
    """The texts of an element itself; entities that nothing declares are texts, too."""
    yield element.text or ""
    for child in element:
        if child.tag is etree.Entity:
            yield child.text
        yield child.tail or ""


def _name_of(tag: str) -> str:
    if tag[:1] != "{":
        return tag
    uri, _, name = tag[1:].partition("}")
    prefix = _PREFIXES.get(uri, "?" if uri else "")
    return f"{prefix}:{name}" if prefix else name


def _read_tags(text: str, is_atom: bool, skipped: tuple[str, ...] = ()) -> FeedElement:
    """The elements of a text, each up to its end tag, whatever stands between. A container that
    does not end, or holds the others (`channel`), is passed."""
    children: list[FeedElement] = []
    attributes: dict[str, str] = {}
    at, unended = 0, set[str]()
    text = _COMMENT.sub("", text) if "<![CDATA[" not in text else text
    while (found := _START_TAG.search(text, at)) is not None:
        at = found.end()
        tag = found[1]
        values = {one[1]: html.unescape(one[2] if one[2] is not None else one[3]) for one in _ATTRIBUTE.finditer(found[2])}
        name = f"atom:{tag}" if is_atom and ":" not in tag else tag
        if found[2].endswith("/"):
            children.append(FeedElement(name, values, ""))
            continue
        local = tag.rpartition(":")[2]
        if local in ("item", "entry", "rss", "RDF", "feed", "channel"):
            attributes |= values
            continue
        end = _end_of(text, tag, at, unended)
        if end < 0:
            continue
        content, at = text[at:end], end + len(tag) + 3
        if local in skipped:
            continue
        inner = _read_tags(content, is_atom).children if local in ("author", "source", "group") else ()
        plain = _CDATA.sub(lambda one: html.escape(one[1], quote=False), content)
        has_markup = "<" in plain
        children.append(FeedElement(name, values, "" if inner else html.unescape(plain), plain if has_markup else "", inner))
    return FeedElement("", attributes, "", "", tuple(children))


def _end_of(text: str, tag: str, start: int, unended: set[str]) -> int:
    """Where the end tag of an element begins, outside of CDATA; -1 if there is none."""
    if tag in unended:
        return -1
    ending = f"</{tag}>"
    while True:
        end = text.find(ending, start)
        cdata = text.find("<![CDATA[", start, end if end >= 0 else len(text))
        if end < 0 or cdata < 0:
            if end < 0:
                unended.add(tag)
                if len(unended) > MAX_UNENDED:
                    raise Unreadable(f"it is no XML: more than {MAX_UNENDED} kinds of its elements have no end")
            return end
        closed = text.find("]]>", cdata)
        if closed < 0:
            return end
        start = closed + 3
