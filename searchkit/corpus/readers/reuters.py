"""Reads Reuters-21578: newswire of 1987 in SGML, about a thousand articles a file.

Records are parsed by regular expressions, as HTML parsers lose every body, and strict XML fails on
`&#5;`. The format is described in the README of the collection (D. D. Lewis, distribution 1.0).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from searchkit.control_characters import replace_controls
from searchkit.corpus.bylines import parse_names
from searchkit.corpus.dates import parse_date
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, Record, Unreadable
from searchkit.corpus.readers.tagged_records import RecordSplitter, tagged_records
from searchkit.corpus.source import ByteStream
from searchkit.corpus.tolerant_decoding import decode_tolerantly

_RECORDS = RecordSplitter(b"REUTERS")
_LETTER = re.compile(r"\w")
_NUMBER = re.compile(r'NEWID="(\d+)"')
_TAG = re.compile(r"</?[A-Z][A-Z0-9]*(?:\s[^<>]*)?>")
_CONTROL = re.compile(r"&#0*([0-9]|[12][0-9]|3[01]|127)(?![0-9]);?")
_WIRE_CONTROLS = "\x01\x02\x03\x04\x05\x1e\x1f"
"""Control characters at the beginning and end of a text on the wire."""
_INNER = re.compile(r"<(TITLE|AUTHOR|DATELINE)\b[^>]*>.*?</\1>", re.DOTALL)
_LISTS = ("places", "people", "orgs", "exchanges", "companies")
_HEADER_TAGS = ("DATE", "TOPICS", *map(str.upper, _LISTS))
_ELEMENTS = {
    tag: (f"<{tag}", f"</{tag}>", len(tag) + 1) for tag in (*_HEADER_TAGS, "TEXT", "TITLE", "AUTHOR", "DATELINE", "BODY")
}
"""The beginning and the end of each element, and the length of the beginning."""
_USUAL_BEGINNING = re.compile(
    r"\s*<DATE>([^<]*)</DATE>\s*" + r"\s*".join(rf"<{tag}>((?:<D>[^<]*</D>)*)</{tag}>" for tag in _HEADER_TAGS[1:])
)
"""The beginning of nearly every record, with each element in its usual position: faster than
`_element`."""
_VALUE = re.compile(r"<D>(.*?)</D>", re.DOTALL)
_USUAL_MOMENT = re.compile(r"(\d+-[A-Z]{3}-\d{4}) (\d\d):(\d\d):(\d\d)\.\d+")
_MOMENT = re.compile(r"\s*(\d+-[A-Z]{3}-\d{4}(?:\s+[\d:.]+)?)")
"""A day and a time. Letters may follow ("27-MAR-1987 03:48:23.00F RM"), or a note ("# date added by
S Finch")."""
MAX_RECORD_LENGTH = 16 * 2**20
"""Maximum size of a record in bytes; the largest of the collection has about 14,000."""
MAX_CACHED_LENGTH = 200
"""Maximum length in characters of a list whose values are cached: most countries and topics
recur."""


def read_reuters(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the records of a file; one without its end is reported, and the next one read."""
    found = _RECORDS.split(stream, min(MAX_RECORD_LENGTH, options.limits.max_article))
    nothing = "no Reuters record stands in it; is it another kind of SGML?"
    return tagged_records(found, lambda record: Encoded(record, _parse_record, _declared_encoding(record)), nothing)


def _declared_encoding(record: bytes) -> str:
    """The encoding of a record: windows-1252 in the collection, with few bytes above ASCII.

    Files that others have written or converted may be in UTF-8.
    """
    is_utf_8 = not record.isascii() and decode_tolerantly(record, "utf-8").is_mostly_valid
    return "" if is_utf_8 else "windows-1252"


def _parse_record(record: str) -> Draft:
    head, _, content = record.partition(">")
    if "<TEXT" not in content:  # an empty text is allowed: one article of the collection has it
        raise Unreadable("the record holds no <TEXT>")
    own = _NUMBER.search(head)
    text = _element(content, "TEXT")
    body = _element(text, "BODY")
    if not body:
        body = _TAG.sub(" ", _INNER.sub("", text))
    title = " ".join(_resolve_references(_element(text, "TITLE")).split())
    body = _resolve_references(body).strip("\n").rstrip()
    usual = _USUAL_BEGINNING.match(content)
    raw_date, topics, *lists = usual.groups() if usual else [_element(content, tag) for tag in _HEADER_TAGS]
    extra = {name: ", ".join(values) for name, listed in zip(_LISTS, lists, strict=True) if (values := _values(listed))}
    dateline = " ".join(_resolve_references(_element(text, "DATELINE")).split())
    if dateline:
        extra["dateline"] = dateline
    raw_date = _resolve_references(raw_date).strip()
    date = _parse_moment(raw_date)
    if date is None and raw_date:
        extra["date"] = raw_date
    byline = " ".join(_resolve_references(_element(text, "AUTHOR")).split()).strip(" ,")
    authors = tuple(name for name in parse_names(byline) if name.lower() not in ("reuters", "reuter")) if byline else ()
    return Draft(
        id=own[1] if own else "",
        title=title,
        body=body,
        date=date,
        authors=authors,
        source="Reuters",
        topics=_values(topics),
        extra=extra,
    )


def _parse_moment(text: str) -> datetime | None:
    usual = _USUAL_MOMENT.fullmatch(text)
    day = parse_date(usual[1]) if usual else None  # many articles have one day
    if usual is None or day is None:
        moment = _MOMENT.match(text)
        date = parse_date(moment[1] if moment else text)
        return date and date.replace(microsecond=0)
    try:
        return day.replace(hour=int(usual[2]), minute=int(usual[3]), second=int(usual[4]))
    except ValueError:
        return day


def _element(text: str, tag: str) -> str:
    """The content of the first element with a tag, which may have attributes; "" if there is
    none."""
    beginning, ending, length = _ELEMENTS[tag]
    start = text.find(beginning)
    while start >= 0:
        start += length
        if text.startswith(">", start) or not _LETTER.match(text, start):
            start = text.find(">", start) + 1
            end = text.find(ending, start) if start else -1
            return text[start:end] if end >= 0 else ""
        start = text.find(beginning, start)  # another element, whose name begins so
    return ""


def _values(text: str) -> tuple[str, ...]:
    """The values of a list."""
    if not text:
        return ()
    return _values_cached(text) if len(text) <= MAX_CACHED_LENGTH else _parse_values(text)


def _parse_values(text: str) -> tuple[str, ...]:
    return tuple(value for value in map(_resolve_references, _VALUE.findall(text)) if value)


# Without it the collection takes 8 % more time to read.
_values_cached = lru_cache(maxsize=4096)(_parse_values)


def _resolve_references(text: str) -> str:
    """The text of an element, with character references resolved and without control characters."""
    if "&" in text:
        text = html.unescape(_CONTROL.sub(lambda found: chr(int(found[1])), text))
    return replace_controls(text.strip(_WIRE_CONTROLS))
