"""Reads NewsML-G2 of the IPTC: news items alone or in a news message.

The elements are described in the NewsML-G2 Guidelines
(https://www.iptc.org/std/NewsML-G2/guidelines/).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, NoArticle, Record
from searchkit.corpus.readers.embedded_text import HTML_LINES, HTML_PARAGRAPHS, embedded_draft, embedded_text
from searchkit.corpus.readers.news_fields import NewsFields, attribute, find, first_children, joined, lines_of
from searchkit.corpus.readers.xml_parsing import Element, line_of, paragraphs_of, parse_xml
from searchkit.corpus.readers.xml_records import read_records
from searchkit.corpus.source import ByteStream

OTHER_ITEMS = ("packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
ITEMS = ("newsItem", *OTHER_ITEMS)
_KINDS = {
    "person": "people",
    "organisation": "organizations",
    "organization": "organizations",
    "org": "organizations",
    "geo": "places",
    "geoArea": "places",
    "poi": "places",
    "place": "places",
    "event": "events",
    "object": "objects",
}
"""By type of a subject, without its scheme: the key in `extra`. Others are topics."""


def read_newsml_g2(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the items of a file. Items that are no news are skipped."""
    yield from read_records(stream, options, ITEMS, partial(_parse, options), nothing="it holds no <newsItem>")


def _parse(options: ReadOptions, text: str, is_only: bool) -> Draft:
    root = parse_xml(text)
    item = root if root.tag in ITEMS else next(root.iter(*ITEMS), None)
    if item is None or item.tag in OTHER_ITEMS:
        raise NoArticle(f"it is a {item.tag if item is not None else root.tag}, which holds no article")
    return _ItemReader(item, options).draft(is_only)


class _ItemReader:
    def __init__(self, item: Element, options: ReadOptions) -> None:
        self._item, self._options = item, options
        self._fields = NewsFields(options)
        self._names = {
            code: name
            for one in item.iterfind("assert")
            if (code := attribute(one, "qcode", "uri", "literal")) and (name := line_of(one.find("name")))
        }
        """The names of codes that the item itself explains."""
        self._section = ""

    def draft(self, is_only: bool) -> Draft:
        item, fields = self._item, self._fields
        item_meta, content_meta = item.find("itemMeta"), item.find("contentMeta")
        of_item, of_content = first_children(item_meta), first_children(content_meta)
        contents = [
            one
            for one in item.iterfind("contentSet/*")
            if one.tag in ("inlineXML", "inlineData") and _is_text(attribute(one, "contenttype"))
        ]
        inner = next(filter(None, (embedded_draft(one, self._options) for one in contents)), None) or Draft()
        headlines = lines_of(content_meta, "headline")
        title = (headlines or [inner.title])[0] or line_of(of_item.get("title"))
        body = inner.body or next(filter(None, (embedded_text(one, title) for one in contents)), "")
        descriptions = self._descriptions(content_meta)
        if not body:
            body = joined(*descriptions)
        else:
            fields.add("description", *(one for one in descriptions if one not in body))
        fields.add("headline", *(one for one in headlines[1:] if one != title))
        created = line_of(of_item.get("versionCreated"))
        date = fields.date(
            (
                created,
                line_of(of_content.get("contentModified")),
                line_of(of_content.get("contentCreated")),
                line_of(of_item.get("firstCreated")),
            )
        )
        bylines = lines_of(content_meta, "by")
        authors = fields.authors(bylines)
        authors = self._creators(content_meta, bool(authors)) or authors or inner.authors
        topics = self._subjects(content_meta)
        self._add_meta(of_item, of_content, created)
        for one in contents:
            fields.add("word_count", attribute(one, "wordcount"))
        for key, value in inner.extra.items():
            if key != "date":
                fields.extra.setdefault(key, value)
        source = self._name(of_item.get("provider")) or inner.source
        return fields.draft(
            title,
            body,
            id=_identifier(item),
            date=date or inner.date,
            authors=authors,
            source=source,
            section=self._section or inner.section,
            topics=[*topics, *lines_of(content_meta, "keyword"), *inner.topics],
            language=attribute(of_content.get("language"), "tag") or inner.language or attribute(item, "lang"),
            url=inner.url,
            is_only=is_only,
        )

    def _name(self, element: Element | None) -> str:
        """The name of what an element refers to, else its literal or the local part of its code."""
        if element is None:
            return ""
        code = attribute(element, "qcode", "uri")
        return (
            line_of(element.find("name"))
            or self._names.get(code, "")
            or attribute(element, "literal")
            or (code.partition(":")[2] if "qcode" in element.attrib else code)
            or line_of(element)
        )

    def _has_name(self, element: Element) -> bool:
        return element.find("name") is not None or attribute(element, "qcode", "uri") in self._names

    def _descriptions(self, content_meta: Element | None) -> list[str]:
        if content_meta is None:
            return []
        found = (paragraphs_of(one, HTML_PARAGRAPHS, HTML_LINES) for one in content_meta.iterfind("description"))
        return list(dict.fromkeys(filter(None, found)))

    def _creators(self, content_meta: Element | None, has_byline: bool) -> tuple[str, ...]:
        """The creators that have a full name; others may be offices or the accounts of editors."""
        if content_meta is None:
            return ()
        creators = [(self._name(one), self._has_name(one)) for one in content_meta.iterfind("creator")]
        authors = [] if has_byline else [name for name, is_name in creators if is_name and " " in name]
        self._fields.add("creator", *(name for name, _ in creators if name not in authors))
        return self._fields.authors(f"{name};" for name in authors)

    def _subjects(self, content_meta: Element | None) -> list[str]:
        """The topics among the subjects; persons, places and others are added to `extra`."""
        topics: list[str] = []
        for subject in content_meta.iterfind("subject") if content_meta is not None else ():
            name = self._name(subject) if self._has_name(subject) else attribute(subject, "literal")
            kind = attribute(subject, "type", "typeuri").rpartition(":")[2].rpartition("/")[2]
            if not name:
                self._fields.add("subject_codes", attribute(subject, "qcode", "uri"))
            elif kind == "category" and not self._section:
                self._section = name
            elif kind in _KINDS:
                self._fields.add(_KINDS[kind], name)
            else:
                topics.append(name)
        return topics

    def _add_meta(self, of_item: dict[str, Element], of_content: dict[str, Element], created: str) -> None:
        fields, item = self._fields, self._item
        rights = item.find("rightsInfo")
        fields.add("version", attribute(item, "version") if attribute(item, "version") != "1" else "")
        fields.add("copyright", line_of(find(rights, "copyrightNotice")) or self._name(find(rights, "copyrightHolder")))
        fields.add("rights", *lines_of(rights, "usageTerms"))
        fields.add("embargoed", line_of(of_item.get("embargoed")))
        first = line_of(of_item.get("firstCreated"))
        fields.add("first_created", first if first != created else "")
        kind = self._name(of_item.get("itemClass"))
        fields.add("type", kind if kind != "text" else "")
        for key, name in (("status", "pubStatus"), ("signal", "signal"), ("service", "service"), ("member_of", "memberOf")):
            fields.add(key, *(self._name(one) for one in item.iterfind(f"itemMeta/{name}")))
        fields.add("editor_note", *lines_of(item, "itemMeta/edNote"))
        fields.add("urgency", line_of(of_content.get("urgency")))
        for key, name in (("slug", "slugline"), ("dateline", "dateline"), ("credit", "creditline")):
            fields.add(key, *lines_of(item, f"contentMeta/{name}"))
        for key, name in (
            ("located", "located"),
            ("genre", "genre"),
            ("info_source", "infoSource"),
            ("audience", "audience"),
        ):
            fields.add(key, *(self._name(one) for one in item.iterfind(f"contentMeta/{name}")))
        fields.add("other_ids", *lines_of(item, "contentMeta/altId"))


def _identifier(item: Element) -> str:
    """The id of an item. Later versions are articles of their own."""
    guid, version = attribute(item, "guid"), attribute(item, "version")
    return f"{guid}:{version}" if guid and version not in ("", "0", "1") else guid


def _is_text(content_type: str) -> bool:
    return not content_type.startswith(("image", "video", "audio")) and "json" not in content_type
