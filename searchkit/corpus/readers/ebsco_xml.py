"""Reads the XML exports of EBSCO: many records (`rec`) a file.

A record has the description of the article in `header/controlInfo`, and the full text, if the
export has it, in an element beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, Record, Unreadable
from searchkit.corpus.readers.reference_fields import FieldCollector, paragraphs, split_list
from searchkit.corpus.readers.tagged_records import RecordSplitter, tagged_records
from searchkit.corpus.readers.xml_parsing import Element, line_of, outermost, paragraphs_of, parse_xml
from searchkit.corpus.source import ByteStream
from searchkit.corpus.values import line_of as line_of_value

MAX_RECORD_SIZE = 16 * 2**20
"""Maximum size of a record in bytes."""
_RECORDS = RecordSplitter(b"rec")
_PARAGRAPHS = ("p", "para", "title", "sect", "h1", "h2", "h3", "ti", "text")
_TEXTS = (".//abody", ".//fulltext", ".//ft", "./body", ".//fullText")
_EXTRA = {
    "ppf": "first page", "ppct": "number of pages", "vid": "volume", "iid": "issue", "issn": "issn", "isbn": "isbn",
    "doctype": "document type", "pubtype": "publication type", "place": "place", "pub": "publisher",
    "copyright": "copyright", "wordCount": "word count", "affil": "affiliation", "keyword": "keywords",
    "kw": "keywords", "src": "source type",
    "refInfo": "references", "formats": "formats", "maglogo": "logo",
}  # fmt: skip


def read_ebsco_xml(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the records of a file; one without its end is reported, and the next one read."""
    found = _RECORDS.split(stream, min(MAX_RECORD_SIZE, options.limits.max_article))
    parse = partial(_parse_record, options.date_order)
    nothing = "no record of EBSCO stands in it: expected <rec> before each; is it another kind of XML?"
    return tagged_records(found, lambda record: Encoded(b"<rec" + record + b"</rec>", parse), nothing)


def _parse_record(date_order: str, text: str) -> Draft:
    root = parse_xml(text)
    header = root.find("header")
    info = root.find(".//controlInfo")
    if header is None or info is None:
        raise Unreadable("the record holds no <controlInfo>; is it another kind of XML?")

    def first(*paths: str) -> str:
        return next((value for path in paths if (value := line_of_value(line_of(root.find(path))))), "")

    fields = FieldCollector()
    title = first(".//atl", ".//btl", ".//tig/*")
    abstract = paragraphs_of(info.find(".//ab"), _PARAGRAPHS) or ""
    body = next((text for path in _TEXTS if (text := _text_of(root.find(path)))), "")
    authors = fields.names([line_of(one) for one in outermost(info.iter("au"))])
    date = fields.date(_dates(info.find(".//dt")), date_order)
    own_id = header.get("uiTerm", "") or first(".//ui")
    fields.add("database", header.get("longDbName", ""))
    fields.add("database code", header.get("shortDbName", ""))
    for element in info.iter(*_EXTRA):
        if element.tag != "ab" and not len(element):
            fields.add(_EXTRA[element.tag], line_of(element))
    for element in outermost(info.iter("ui")):
        name = element.get("type", "")
        fields.add(name.lower() or "number", "" if line_of(element) == own_id else line_of(element))
    return fields.draft(
        title,
        body,
        abstract,
        id=own_id if re.fullmatch(r"[\w.-]{4,60}", own_id) else "",
        date=date,
        authors=authors,
        source=first(".//jtl", ".//btl"),
        section=first(".//section"),
        topics=split_list(line_of(one) for one in outermost(info.iter("subj"))),
        language=first(".//language"),
        url=first(".//displayInfo//url", ".//pLink//url", ".//url"),
    )


def _text_of(element: Element | None) -> str:
    if element is None:
        return ""
    return paragraphs_of(element, _PARAGRAPHS) if len(element) else paragraphs(element.text or "")


def _dates(element: Element | None) -> list[str]:
    """The date in the attributes of an element, and as its text."""
    if element is None:
        return []
    parts = [element.get(name, "").strip() for name in ("year", "month", "day")]
    if all(part.isdecimal() for part in parts[:3]):
        return [f"{parts[0]}/{parts[1]}/{parts[2]}", line_of(element)]
    return [line_of(element), parts[0]]
