"""Reuters-21578: newswire of 1987 in SGML, about a thousand articles a file.

By regular expressions and record by record: HTML parsers lose every body, strict XML fails on `&#5;`. The format is
described in the README of the collection (D. D. Lewis, distribution 1.0).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from searchkit.corpus.decode import clean
from searchkit.corpus.fields import parse_date, parse_names
from searchkit.corpus.registry import ByteStream, Source
from searchkit.model import Article

_END = "</REUTERS>"
_BEGINNING = re.compile(r"<REUTERS\b")
_RECORD = re.compile(r"([^>]*)>(.*)", re.DOTALL)
_NUMBER = re.compile(r'NEWID="(\d+)"')
_TAG = re.compile(r"</?[A-Z][A-Z0-9]*(?:\s[^<>]*)?>")
_CONTROL = re.compile(r"&#(?:[0-9]|[12][0-9]|3[01]|127);?")
_INNER = re.compile(r"<(TITLE|AUTHOR|DATELINE)\b[^>]*>.*?</\1>", re.DOTALL)
_LISTS = {"places": "PLACES", "people": "PEOPLE", "orgs": "ORGS", "exchanges": "EXCHANGES", "companies": "COMPANIES"}
_ELEMENTS = {
    tag: re.compile(rf"<{tag}\b[^>]*>(.*?)</{tag}>", re.DOTALL)
    for tag in ("DATE", "TOPICS", "TEXT", "TITLE", "AUTHOR", "DATELINE", "BODY", *_LISTS.values())
}
_VALUE = re.compile(r"<D>(.*?)</D>", re.DOTALL)
_MOMENT = re.compile(r"\s*(\d+-[A-Z]{3}-\d{4}(?:\s+[\d:.]+)?)")
"""A day and a time. Behind some stand letters ("27-MAR-1987 03:48:23.00F RM") or a note ("# date added by S Finch")."""
LONGEST_RECORD = 16 * 2**20
"""Characters of a record; the longest of the collection has about 14,000."""


def read_reuters(stream: ByteStream, source: Source) -> Iterator[Article]:
    """Read the articles of a file; a record without its end is reported, and the next one read."""
    number = 0
    for number, (record, fault) in enumerate(_records(stream), 1):
        article = None if fault else _article(record, source, number)
        if article is None:
            source.fail(fault or "the record holds no <TEXT>", f"record {number}")
        else:
            yield article
    if number == 0:
        source.fail("no Reuters record stands in it; is it another kind of SGML?")


def _records(stream: ByteStream) -> Iterator[tuple[str, str]]:
    """The records of a file, each from behind its `<REUTERS` to its end, and what is wrong with it, or ""."""
    pending = ""
    no_end = "the record has no end; is the file cut off?"
    while chunk := stream.read(2**18):
        # Other bytes than ASCII are few here, and not all are of windows-1252.
        pending += chunk.decode("windows-1252", "replace")
        *ended, pending = pending.split(_END)
        for text in ended:
            *before, record = _BEGINNING.split(text)
            yield from ((cut, no_end) for cut in before[1:])
            yield record, "" if before else "the record has no beginning; is the file damaged?"
        if len(pending) > LONGEST_RECORD:
            yield from ((cut, no_end) for cut in _BEGINNING.split(pending)[1:])
            pending = ""
    yield from ((cut, no_end) for cut in _BEGINNING.split(pending)[1:])


def _article(record: str, source: Source, number: int) -> Article | None:
    found = _RECORD.match(record)
    if found is None:
        return None
    head, content = found[1], found[2]
    own = _NUMBER.search(head)
    text = _element(content, "TEXT")
    body = _element(text, "BODY")
    if not body:
        body = _TAG.sub(" ", _INNER.sub("", text))
    title = " ".join(_plain(_element(text, "TITLE")).split())
    body = _plain(body).strip("\n").rstrip()
    if "<TEXT" not in content:
        return None  # one record of the collection has an empty text, and is an article all the same
    raw_date = _plain(_element(content, "DATE")).strip()
    extra = {name: ", ".join(values) for name, tag in _LISTS.items() if (values := _values(_element(content, tag)))}
    dateline = " ".join(_plain(_element(text, "DATELINE")).split())
    if dateline:
        extra["dateline"] = dateline
    moment = _MOMENT.match(raw_date)
    date = parse_date(moment[1] if moment else raw_date)
    if date is None and raw_date:
        extra["date"] = raw_date
    byline = " ".join(_plain(_element(text, "AUTHOR")).split()).strip(" ,")
    authors = tuple(name for name in parse_names(byline) if name.lower() not in ("reuters", "reuter"))
    return Article(
        id=source.id_of(number, own[1] if own else ""),
        title=title,
        body=body,
        date=date,
        authors=authors,
        source="Reuters",
        topics=_values(_element(content, "TOPICS")),
        path=source.path,
        encoding="windows-1252",
        encoding_confidence=1.0,
        extra=extra,
    )


def _element(text: str, tag: str) -> str:
    found = _ELEMENTS[tag].search(text)
    return found[1] if found else ""


def _values(text: str) -> tuple[str, ...]:
    return tuple(value for value in map(_plain, _VALUE.findall(text)) if value)


def _plain(text: str) -> str:
    """The text of an element: character entities resolved once, control characters gone."""
    return clean(html.unescape(_CONTROL.sub("", text)) if "&" in text else text)
