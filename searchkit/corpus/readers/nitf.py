"""Reads NITF, the News Industry Text Format of the IPTC (versions 2 and 3), as agencies and
newspapers write it, among them the New York Times Annotated Corpus.

The elements are described at https://www.iptc.org/std/NITF/3.6/documentation/nitf.html, what the
corpus adds in its documentation (E. Sandhaus 2008, LDC2008T19).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from searchkit.control_characters import one_line
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Record
from searchkit.corpus.readers.news_fields import NewsFields, attribute, find, first_children, joined, lines_of
from searchkit.corpus.readers.xml_parsing import Element, line_of, paragraphs_of, parse_xml, tidy
from searchkit.corpus.readers.xml_records import read_records
from searchkit.corpus.source import ByteStream

PARAGRAPHS = ("p", "block", "hl1", "hl2", "bq", "ul", "ol", "dl", "table", "note", "fn", "bodytext", "lead")
LINES = ("br", "li", "dt", "dd", "tr", "credit")
_NO_TEXT = ("media", "hr", "media-metadata")
_BODY_PARTS = ("body.head", "body.content", "body.end")
_CORPUS_BLOCKS = ("lead_paragraph", "full_text", "online_lead_paragraph")
_DESCRIPTORS = ("descriptor", "general_descriptor", "online_descriptor", "keyword", "subject", "topic", "category")
_TOBJECT = ("tobject.subject.type", "tobject.subject.matter", "tobject.subject.detail")
_PUBDATA = {
    "edition.name": "edition",
    "edition.area": "edition_area",
    "volume": "volume",
    "number": "number",
    "issn": "issn",
    "type": "medium",
    "position.sequence": "page",
}
_DOCDATA = {
    "urgency": (("ed-urg", "urgency"),),
    "du-key": (("key", "slug"), ("version", "version")),
    "fixture": (("fix-id", "column"),),
    "ed-msg": (("info", "editor_message"),),
    "series": (("series.name", "series"),),
    "doc-scope": (("scope", "scope"),),
    "date.expire": (("norm", "expires"),),
    "correction": (("info", "correction"),),
}
"""By element of <docdata>: attributes, and their keys in `extra`."""
_NAMED = {
    "person": "people",
    "org": "organizations",
    "location": "places",
    "event": "events",
    "function": "functions",
    "object.title": "works",
    "virtloc": "addresses",
}


def read_nitf(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the article of a file, or each one if several documents follow each other."""
    yield from read_records(stream, options, ("nitf",), partial(_parse, options), nothing="it holds no <nitf>")


def _parse(options: ReadOptions, text: str, is_only: bool) -> Draft:
    return nitf_draft(parse_xml(text), options, is_only)


def nitf_draft(root: Element, options: ReadOptions, is_only: bool) -> Draft:
    """The article of an <nitf> element. Raises NoArticle if it has neither a title nor a text."""
    parts = first_children(root)
    head, whole_body = parts.get("head"), parts.get("body")
    body = first_children(whole_body)
    of_head, top = first_children(head), body.get("body.head")
    of_top, pubdata = first_children(top), of_head.get("pubdata")
    docdata = of_head.get("docdata")
    data = first_children(docdata)
    fields = NewsFields(options)
    meta = {name: attribute(one, "content") for one in _all(head, "meta") if (name := attribute(one, "name"))}
    topics = _topics(of_head, data, fields)
    topics += _identified(data.get("identified-content"), fields)
    story = find(of_top.get("dateline"), "story.date")
    date = fields.date(
        (
            attribute(pubdata, "date.publication"),
            attribute(data.get("date.issue"), "norm"),
            attribute(data.get("date.release"), "norm"),
            attribute(story, "norm"),
            line_of(story),
            _date_of_meta(meta),
            attribute(of_head.get("revision-history"), "norm"),
        )
    )
    distributor = line_of(of_top.get("distributor"))
    registry = attribute(data.get("doc-id"), "regsrc")
    source = attribute(pubdata, "name") or distributor or registry
    fields.add("distributor", *(value for value in (distributor, registry) if value != source))
    section = attribute(pubdata, "position.section") or meta.pop("online_sections", "") or meta.pop("dsk", "")
    url = attribute(pubdata, "ex-ref")
    _add_document_data(docdata, data, pubdata, fields)
    fields.add("revision", *(attribute(one, "comment") for one in _all(head, "revision-history")))
    for name, value in meta.items():
        if name not in _DATE_OF_META:
            fields.add({"dsk": "desk"}.get(name, name), value)
    title, subtitles = _headlines(of_head.get("title"), of_top.get("hedline"), fields)
    authors = fields.authors(_bylines(top, fields)) if "byline" in of_top else ()
    dateline = line_of(of_top.get("dateline"))
    fields.add("dateline", dateline if any(map(str.isalpha, dateline.replace("T", ""))) else "")
    for path in ("note", "rights"):
        if path in of_top:
            fields.add(path, *lines_of(top, path))
    abstract = paragraphs_of(of_top.get("abstract"), PARAGRAPHS, LINES, _NO_TEXT)
    fields.add("captions", *lines_of(whole_body, ".//media-caption"))
    fields.add("producers", *lines_of(whole_body, ".//media-producer"))
    content = joined(
        *(_content(one) for one in _all(whole_body, "body.content")),
        paragraphs_of(whole_body, PARAGRAPHS, LINES, (*_NO_TEXT, *_BODY_PARTS)),
    )
    others = (*_all(root, "body")[1:], *_all(whole_body, "body.head")[1:], *_all(whole_body, "body.end")[1:])
    fields.warnings += (("left-out", text) for text in map(line_of, others) if text)
    if not content and not subtitles:
        content, abstract = abstract, ""
    if abstract:
        fields.extra["abstract"] = abstract
    return fields.draft(
        title,
        joined(*subtitles, content, _end(body.get("body.end"), fields)),
        id=attribute(data.get("doc-id"), "id-string"),
        date=date,
        authors=authors,
        source=source,
        section=section,
        topics=topics,
        language=attribute(root, "lang", "baselang") or attribute(whole_body, "lang"),
        url=url if url.startswith("http") else "",
        is_only=is_only,
    )


_DATE_OF_META = ("publication_year", "publication_month", "publication_day_of_month")


def _date_of_meta(meta: dict[str, str]) -> str:
    year, month, day = (meta.get(name, "") for name in _DATE_OF_META)
    return f"{year}-{month:0>2}-{day:0>2}" if year and month and day else ""


def _all(element: Element | None, path: str) -> list[Element]:
    return [] if element is None else element.findall(path)


def _headlines(head_title: Element | None, hedline: Element | None, fields: NewsFields) -> tuple[str, list[str]]:
    """The title, and the headlines below it."""
    lines = [
        (line_of(one), attribute(one, "class"))
        for one in (hedline if hedline is not None else ())
        if one.tag in ("hl1", "hl2")
    ]
    printed = [text for text, kind in lines if text and not kind.startswith("online")]
    online = [text for text, kind in lines if text and kind.startswith("online")]
    found = printed or online or [line_of(hedline)]
    title = found[0] or line_of(head_title)
    if printed:
        fields.add("online_headline", *(text for text in online if text not in printed))
    return title, [text for text in found[1:] if text != title]


def _bylines(top: Element | None, fields: NewsFields) -> list[str]:
    """The bylines as printed. Those that an archive has normalized are used without others."""
    if top is None:
        return []
    printed: list[str] = []
    normalized: list[str] = []
    for byline in top.iterfind("byline"):
        text = line_of(byline)
        (normalized if attribute(byline, "class") == "normalized_byline" else printed).append(text)
    if any(printed):
        fields.add("normalized_byline", *normalized)
        return printed
    return [f"{text};" for text in normalized if text]  # the last name comes first


def _topics(of_head: dict[str, Element], data: dict[str, Element], fields: NewsFields) -> list[str]:
    topics: list[str] = []
    tobject = of_head.get("tobject")
    if tobject is not None:
        fields.add("type", attribute(tobject, "tobject.type"))
        for one in tobject.iterfind("tobject.property"):
            fields.add("genre", attribute(one, "tobject.property.type"))
        for one in tobject.iterfind("tobject.subject"):
            names = [name for key in _TOBJECT if (name := attribute(one, key))]
            topics += names
            if not names:
                fields.add("subject_codes", attribute(one, "tobject.subject.refnum", "tobject.subject.code"))
    topics += [key for one in _all(data.get("key-list"), "keyword") if (key := attribute(one, "key"))]
    return topics


def _identified(identified: Element | None, fields: NewsFields) -> list[str]:
    """The topics among what a document identifies; the rest is added to `extra`."""
    topics: list[str] = []
    for one in identified if identified is not None else ():
        value = line_of(one) or attribute(one, "value")
        if one.tag == "classifier":
            kind = attribute(one, "type") or attribute(one, "class") or "classifier"
            if kind.lower() in _DESCRIPTORS:
                topics.append(value)
            else:
                fields.add(one_line(kind), value)
        else:
            fields.add(_NAMED.get(one.tag, one.tag), value)
    return topics


def _add_document_data(
    docdata: Element | None, data: dict[str, Element], pubdata: Element | None, fields: NewsFields
) -> None:
    for tag, element in data.items():
        for name, key in _DOCDATA.get(tag, ()):
            fields.add(key, attribute(element, name))
    fields.add("status", attribute(docdata, "management-status"))
    release = attribute(data.get("date.release"), "norm")
    issued = attribute(pubdata, "date.publication"), attribute(data.get("date.issue"), "norm")
    if release and any(issued) and release not in issued:
        fields.add("release_date", release)
    event = data.get("evloc")
    if event is not None:
        place = ", ".join(filter(None, (attribute(event, name) for name in ("city", "state-prov", "iso-cc"))))
        fields.add("event_place", line_of(event) or place)
    rights = data.get("doc.copyright")
    if rights is not None:
        fields.add("copyright", " ".join(filter(None, (attribute(rights, "year"), attribute(rights, "holder")))))
    for name, value in pubdata.items() if pubdata is not None else ():
        if name in _PUBDATA:
            fields.add(_PUBDATA[name], value)
    unit = attribute(pubdata, "unit-of-measure").lower()
    fields.add("word_count" if unit.startswith("word") else "length", attribute(pubdata, "item-length"))


def _content(content: Element) -> str:
    blocks = {
        kind: paragraphs_of(block, PARAGRAPHS, LINES, _NO_TEXT)
        for block in content.iterfind("block")
        if (kind := attribute(block, "class")) in _CORPUS_BLOCKS
    }
    if "full_text" not in blocks:
        return plain_or_marked(content)
    # The corpus repeats the first paragraph in blocks of its own.
    full = _without_repeated_lead(blocks["full_text"])
    leads = [blocks[kind] for kind in ("lead_paragraph", "online_lead_paragraph") if kind in blocks]
    new = [lead for lead in dict.fromkeys(leads) if not _begins_with(full, lead)]
    others = [
        paragraphs_of(block, PARAGRAPHS, LINES, _NO_TEXT)
        for block in content.iterfind("block")
        if attribute(block, "class") not in _CORPUS_BLOCKS
    ]
    return joined(*new, full, *others)


def plain_or_marked(content: Element) -> str:
    """The text of an element with paragraphs, or that of one without any element, whose lines and
    empty lines are its own."""
    if len(content):
        return paragraphs_of(content, PARAGRAPHS, LINES, _NO_TEXT, wire=True)
    lines = (content.text or "").split("\n")
    return tidy("\n".join(line.strip(" \t") for line in lines))


def _without_repeated_lead(text: str) -> str:
    """A text without its first paragraph, if this is "LEAD: " and the next paragraph."""
    first, _, rest = text.partition("\n\n")
    is_repeated = first.startswith("LEAD:") and _squeeze(rest[: 2 * len(first)]).startswith(_squeeze(first))
    return rest if is_repeated else text


def _begins_with(text: str, lead: str) -> bool:
    """Whether a text begins with the paragraphs of a lead. Old articles have "LEAD: " before it."""
    return _squeeze(lead) in _squeeze(text[: 2 * len(lead) + 400])


def _squeeze(text: str) -> str:
    return "".join(text.replace("LEAD:", "").split())


def _end(end: Element | None, fields: NewsFields) -> str:
    """The text below an article."""
    if end is None:
        return ""
    lines: list[str] = []
    for one in end:
        text = line_of(one)
        if one.tag == "tagline" and attribute(one, "class") != "author_info":
            lines.append(text)
        else:
            fields.add(attribute(one, "class") or one.tag, text)
    return joined(*lines)
