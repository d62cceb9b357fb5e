"""Reads the text exports of EBSCO: many records a file, each behind `Record: 1`.

Values stand under labels ("Title:", "Source:"), on the same line or in the lines below it. The full
text, if there is one, follows the last label, "Database:", or has a label of its own. Days in
"Source:" have the month first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from searchkit.control_characters import one_line
from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Record, Unreadable
from searchkit.corpus.readers.line_records import RecordCollector
from searchkit.corpus.readers.reference_fields import FieldCollector, paragraphs, split_list
from searchkit.corpus.values import line_of

FULL_TEXT, DATABASE, SOURCE, OTHER = "full text", "database", "source", "other"
_LABELS = """
title; authors; author; source; document type; subject terms; subjects; subject; author-supplied keywords; keywords
geographic terms; company/entity; people; naics/industry codes; abstract; full text word count; lexile; lexile range
issn; isbn; accession number; doi; persistent link to this record (permalink); persistent link to this record
permalink; cut and paste; database; full text; section; publication date; publication type; publication; language
dateline; reviews & products; author affiliations; author affiliation; images; notes; item number; copyright; edition
place of publication; publisher; volume; issue; pages; record type; alternate title; reference; physical description
ticker; entry date; update code
"""
LABELS = frozenset(filter(None, map(str.strip, re.split(r"[;\n]", _LABELS))))
_BEGINNING = re.compile(r"\s*Record: ?\d{1,6}\s*")
_LABEL = re.compile(r"([A-Z][A-Za-z &/()-]{1,60}?)\s?:(?:\s(.*)|$)")
_SOURCE = re.compile(r"(.{2,300}?)(?:\.|,)?\s+(?:(\d{1,2}/\d{1,2}/\d{4})|(\d{1,2}[A-Z][a-z]{2}\d{4}))\b")
_PAGES = re.compile(r"\bp(?:p?\.? ?)([A-Z]?\d+(?:[-–][A-Z]?\d+)?)\b")
_DAY = re.compile(r"(\d{1,2})([A-Z][a-z]{2})(\d{4})")
_STAR = re.compile(r"^\s*\*\s*", re.MULTILINE)
_TOPICS = ("subject terms", "subjects", "subject")
_USED = {"title", "authors", "author", FULL_TEXT, "abstract", *_TOPICS, "accession number", "language", "section"}
_URLS = ("persistent link to this record (permalink)", "persistent link to this record", "permalink")


def read_ebsco_text(lines: Lines, options: ReadOptions) -> Iterator[Record]:
    """Read the records of a file."""
    collector = RecordCollector(lines, options)
    parse = partial(_parse_record, options.date_order)
    is_inside = False
    for text in collector:
        if _BEGINNING.fullmatch(text):
            if is_inside:
                yield collector.take(parse)
            yield from collector.take_left_out()
            is_inside = True
        (collector.add if is_inside else collector.leave_out)(text)
    if not is_inside:
        raise Unreadable('no record stands in it; expected a line such as "Record: 1" before each')
    yield collector.take(parse)


def _parse_record(date_order: str, texts: list[str]) -> Draft:
    values: dict[str, list[str]] = {}
    current = values.setdefault(OTHER, [])
    is_last = has_text = has_value = False
    for line in texts[1:]:
        found = _LABEL.match(line)
        name = found[1].lower() if found else ""
        if name not in LABELS or (is_last and (has_text or name in values or name not in ("section", FULL_TEXT))):
            name = ""
        if found and name:
            current = values.setdefault(name, [])
            current.append((found[2] or "").strip())
            is_last, has_value = is_last or name == DATABASE, current[-1] != ""
            continue
        if is_last and has_value:
            current = values.setdefault(FULL_TEXT, [])
        is_text = current is values.get(FULL_TEXT)
        if line.strip():
            has_value, has_text = True, is_last and is_text
        current.append(line if is_text else line.strip())
    return _draft({name: "\n".join(value).strip("\n") for name, value in values.items()}, date_order)


def _draft(values: dict[str, str], order: str) -> Draft:
    title = line_of(values.get("title", "").replace("\n", " "))
    abstract = paragraphs(values.get("abstract", ""))
    body = paragraphs(values.get(FULL_TEXT, ""))
    fields = FieldCollector()
    described = one_line(values.get(SOURCE, ""))
    found = _SOURCE.match(described)
    day = _DAY.sub(r"\1 \2 \3", found[3]) if found and found[3] else found[2] if found else ""
    date = fields.date([values.get("publication date", ""), day], order or "mdy")
    source = found[1] if found else one_line(values.get("publication", "")) or described.partition(".")[0]
    names = [name for key in ("authors", "author") for name in values.get(key, "").split("\n")]
    authors = fields.names([part for name in names for part in (name.split(";") if name.count(";") else [name])])
    pages = _PAGES.search(described, found.end() if found else 0)
    fields.add("pages", pages[1] if pages and "pages" not in values else "")
    url = next((one_line(values[key]) for key in _URLS if values.get(key)), "")
    for name, value in values.items():
        if name not in _USED and not (name in _URLS and one_line(value) == url):
            fields.add(name, one_line(value))
    accession_number = one_line(values.get("accession number", ""))
    is_id = re.fullmatch(r"[\w.-]{4,60}", accession_number) is not None
    fields.add("accession number", "" if is_id else accession_number)
    return fields.draft(
        title,
        body,
        abstract,
        id=accession_number if is_id else "",
        date=date,
        authors=authors,
        source=line_of(source),
        section=line_of(values.get("section", "")),
        topics=split_list(_STAR.sub("", values.get(name, "")) for name in _TOPICS),
        language=one_line(values.get("language", "")),
        url=url,
    )
