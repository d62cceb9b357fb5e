"""Reuters-21578: newswire of 1987 in SGML, about a thousand articles a file.

By regular expressions and record by record: HTML parsers lose every body, strict XML fails on `&#5;`. The format is
described in the README of the collection (D. D. Lewis, distribution 1.0).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import BinaryIO

from searchkit.corpus.decode import clean
from searchkit.corpus.fields import parse_date, parse_names
from searchkit.corpus.registry import Source
from searchkit.model import Article, Failure

_END = "</REUTERS>"
_RECORD = re.compile(r"<REUTERS\b([^>]*)>(.*)$", re.DOTALL)
_NUMBER = re.compile(r'NEWID="(\d+)"')
_TAG = re.compile(r"</?[A-Z][A-Z0-9]*(?:\s[^<>]*)?>")
_CONTROL = re.compile(r"&#(?:[0-9]|[12][0-9]|3[01]|127);?")
_INNER = re.compile(r"<(TITLE|AUTHOR|DATELINE)\b[^>]*>.*?</\1>", re.DOTALL)
_LISTS = {"places": "PLACES", "people": "PEOPLE", "orgs": "ORGS", "exchanges": "EXCHANGES", "companies": "COMPANIES"}
LONGEST_RECORD = 16 * 2**20


def read_reuters(stream: BinaryIO, source: Source) -> Iterator[Article]:
    """Read the articles of a file; a record without its end is reported."""
    number = 0
    pending = ""
    while True:
        chunk = stream.read(2**18)
        pending += chunk.decode("windows-1252", "replace") if chunk else ""
        *records, pending = pending.split(_END)
        for record in records:
            number += 1
            article = _article(record, source, number)
            if article is None:
                source.on_error(Failure(source.path, "the record holds no article", f"record {number}"))
            else:
                yield article
        if not chunk:
            break
        if len(pending) > LONGEST_RECORD:
            pending = "<REUTERS"
            break
    if "<REUTERS" in pending:
        source.on_error(Failure(source.path, "the record has no end; the file is cut off", f"record {number + 1}"))
    elif number == 0:
        source.on_error(Failure(source.path, "no Reuters record stands in it"))


def _article(record: str, source: Source, number: int) -> Article | None:
    found = _RECORD.search(record)
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
    date = parse_date(raw_date)
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
    found = re.search(rf"<{tag}\b[^>]*>(.*?)</{tag}>", text, re.DOTALL)
    return found[1] if found else ""


def _values(text: str) -> tuple[str, ...]:
    return tuple(value for value in map(_plain, re.findall(r"<D>(.*?)</D>", text, re.DOTALL)) if value)


def _plain(text: str) -> str:
    """The text of an element: character entities resolved once, control characters gone."""
    return clean(html.unescape(_CONTROL.sub("", text)).replace("\r\n", "\n").replace("\r", "\n"))
