"""Reads the XML of Gale's historical newspapers: one issue a file, with the words of each article
as they were recognised in the scan.

The Times Digital Archive (`GALENP`), British Library Newspapers and other collections (`issue`)
have the same articles: `id`, title (`ti`), category (`ct`), pages (`pi`), and the words (`wd`) of
paragraphs in `text.title`, `text.preamble` and `text.cr`. Date and newspaper stand before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

from searchkit.control_characters import one_line
from searchkit.corpus.decode import decode
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Record, Unreadable
from searchkit.corpus.readers.reference_fields import FieldCollector
from searchkit.corpus.readers.xml_parsing import Element, line_of, outermost, parse_xml
from searchkit.corpus.readers.xml_records import RecordStream
from searchkit.corpus.source import ByteStream
from searchkit.corpus.values import line_of as line_of_value

_DATES = ("pf", "searchableDateStart", "normalisedDate", "composed", "da")
_NEWSPAPERS = ("jn", "newspaperTitle", "publicationTitle", "titleName", "newspaperID", "newspaperId")
_USED = frozenset({"id", "ti", "au", "ct", "pi", "text", "ocr", "la", "wd", "p", "article"})
_NAMES = {
    "pc": "number of pages",
    "ta": "subtitle",
    "sc": "section code",
    "pa": "page",
    "il": "illustration",
    "dw": "weekday",
}
_ID = re.compile(r"[\w.-]{4,80}")


class Issue(NamedTuple):
    """What stands before the articles of an issue. `raw_date` is the date as written."""

    newspaper: str
    date: datetime | None
    raw_date: str


def read_gale(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the articles of an issue; one without its end is reported, and the next one read."""
    records = RecordStream(stream, options)
    issue: Issue | None = None
    for record in records.split(("article",)):
        issue = issue or _read_issue(records.head, records.declared, options)
        yield Unreadable(record.fault) if record.fault else records.encoded(record, partial(_parse_article, issue))
    if issue is None:
        raise Unreadable("no <article> stands in it; is it an issue of a newspaper?")


def _read_issue(head: bytes, declared: str, options: ReadOptions) -> Issue:
    text = decode(head, options.encoding, declared).text

    def first(tags: tuple[str, ...]) -> str:
        found = (re.search(rf"<{tag}\b[^<>]*>([^<>]+)</{tag}>", text) for tag in tags)
        return next((value for one in found if one and (value := line_of_value(one[1]))), "")

    fields = FieldCollector()
    raw_dates = [value for tag in _DATES if (value := first((tag,)))]
    date = fields.date(raw_dates, options.date_order)
    return Issue(first(_NEWSPAPERS), date, "" if date else next(iter(raw_dates), ""))


def _parse_article(issue: Issue, text: str) -> Draft:
    root = parse_xml(text)
    fields = FieldCollector()
    printed = " ".join(_paragraphs(root, "text.title"))
    title = line_of_value(line_of(root.find("ti"))) or printed
    body = "\n\n".join([*_paragraphs(root, "text.preamble"), *_paragraphs(root, "text.cr")])
    fields.add("title as printed", "" if printed == title else printed)
    authors = fields.names([line_of(one.find("composed")) or line_of(one) for one in root.findall("au")])
    pages = [one.get("pgref", "") or line_of(one) for one in root.findall("pi")]
    fields.add("pages", ", ".join(dict.fromkeys(filter(None, pages))))
    fields.add("type", root.get("type", ""))
    fields.add("ocr quality", line_of(root.find("ocr")))
    for element in root:
        if isinstance(element.tag, str) and element.tag not in _USED:
            fields.add(_NAMES.get(element.tag, element.tag.lower()), line_of(element))
    if issue.raw_date:
        fields.add("date", issue.raw_date)
        fields.warnings.append(("dates", issue.raw_date))
    own_id = line_of(root.find("id"))
    return fields.draft(
        title,
        body,
        id=own_id if _ID.fullmatch(own_id) else "",
        date=issue.date,
        authors=authors,
        source=issue.newspaper,
        section=line_of(root.find("ct")),
        language=line_of(root.find("la")),
    )


def _paragraphs(root: Element, tag: str) -> list[str]:
    """The paragraphs of all elements with a tag. Words need no blank between their elements."""
    found: list[str] = []
    for part in outermost(root.iter(tag)):
        for paragraph in list(outermost(part.iter("p"))) or [part]:
            words = [line_of(word) for word in outermost(paragraph.iter("wd"))]
            found.append(" ".join(filter(None, words)) if words else one_line(line_of(paragraph)))
    return list(filter(None, found))
