"""Reads RIS: bibliographic references with abstracts, as databases and reference managers export
them.

A record is a list of tags of two characters, `TY  - ` first and `ER  - ` last. Writers deviate from
that in many ways, all of which are read: no `ER`, no `TY` behind an `ER`, one blank instead of two,
no blank at the end of an empty tag, small letters, numbers or a header before a record, values of
several lines, and tags of their own. The tags are those of the specification (Research
Information Systems, 2001; 2011), with the meanings that EndNote, Zotero, EBSCO and ProQuest give
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from searchkit.control_characters import one_line
from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Record, Unreadable
from searchkit.corpus.readers.line_records import RecordCollector
from searchkit.corpus.readers.reference_fields import YEAR, FieldCollector, paragraphs, parse_day, split_list
from searchkit.corpus.values import line_of

_ONE_BLANK = "ER|TY|TI|T1|T2|AU|A1|AB|N1|N2|KW|JO|JF|PY|Y1|DA|UR|VL|IS|SP|EP|PB|SN"
_STRICT = re.compile(rf"([A-Z][A-Z0-9]{{1,5}})  -(?: (.*))?|({_ONE_BLANK}) ?-(?: (.*))?|(ER|TY)\s+-\s*")
_TOLERANT = re.compile(r"\s?([A-Za-z][A-Za-z0-9])\s*[-–](?:\s(.*))?")
_FIRST = re.compile(r"\s*TY\s*[-–]\s*\w.*", re.IGNORECASE)
_PROVIDER = re.compile(r"\s*(?:Provider|Database|Content)\s*:")
"""A line above the records of JSTOR and others."""
_INDENTED = re.compile(r"\s{3,}\S")
_FULL_DATE = re.compile(r"Full publication date: (.+)")
_AND = re.compile(r"\band\b|&")
_HAS_YEAR = re.compile(r"\d{4}")
_STANDARD = "TY  - "

_TITLES = ("TI", "T1", "CT")
_SOURCES = ("JF", "T2", "JO", "JA", "J2", "BT", "J1")
_TEXTS = ("FT", "TX", "AB", "N2")
_DATES = ("DA", "Y1", "PY")
_NEWS = frozenset({"NEWS", "MGZN", "NEWSPAPER", "BLOG", "ICOMM"})
_EXTRA = {
    "A2": "editor", "ED": "editor", "A3": "series editor", "A4": "subsidiary author", "AD": "address",
    "AN": "accession number", "AV": "location", "BT": "book title", "C1": "custom 1", "C2": "custom 2",
    "C3": "custom 3", "C4": "custom 4", "C5": "custom 5", "C6": "custom 6", "C7": "custom 7", "C8": "custom 8",
    "CA": "caption", "CN": "call number", "CP": "place", "CY": "place", "DB": "database", "DI": "doi", "DO": "doi",
    "DP": "database provider", "ET": "edition", "ID": "key", "IS": "issue", "J2": "source abbreviation",
    "JA": "source abbreviation", "JO": "source name", "JF": "source name", "J1": "source abbreviation", "L1": "file",
    "L2": "full text url", "L3": "related record", "L4": "image", "LB": "label", "LK": "link", "M1": "number",
    "M2": "miscellaneous 2", "M3": "type of work", "N1": "notes", "NV": "number of volumes",
    "OP": "original publication", "PB": "publisher", "PP": "place", "RI": "reviewed item", "RN": "research notes",
    "RP": "reprint status", "SE": "section", "SN": "issn", "ST": "short title", "T2": "secondary title",
    "T3": "series title", "TA": "translated author", "TT": "translated title", "TY": "type", "U1": "user 1",
    "U2": "user 2", "U3": "user 3", "U4": "user 4", "U5": "user 5", "VL": "volume", "VO": "volume",
    "Y2": "access date", "UR": "more urls", "AB": "abstract", "N2": "abstract", "TI": "title", "T1": "title",
    "CT": "title", "DA": "date", "Y1": "date", "PY": "year", "LA": "language", "SP": "start page", "EP": "end page",
    "FT": "full text", "TX": "full text",
}  # fmt: skip
"""What the values of tags are called in `extra`, unless a field has them."""


def read_ris(lines: Lines, options: ReadOptions) -> Iterator[Record]:
    """Read the records of a file."""
    collector = RecordCollector(lines, options)
    parse = partial(_parse_record, options.date_order)
    is_standard = is_inside = has_begun = False
    for text in collector:
        if not has_begun:
            has_begun = _FIRST.fullmatch(text) is not None
            is_standard = text.startswith(_STANDARD)
        tag, value = _split_tag(text, is_standard) if has_begun else ("", "")
        if tag == "TY" or (tag and tag != "ER" and not is_inside):
            if collector.has_lines:
                yield collector.take(parse)
            yield from collector.take_left_out()
            is_inside = True
        if is_inside and tag != "ER":
            collector.add(f"{tag}\t{value}")
        elif is_inside:
            is_inside = False
            yield collector.take(parse)
        elif not tag and not _PROVIDER.match(text):
            collector.leave_out(text)
    if collector.has_lines:
        yield collector.take(parse)
    if not has_begun:
        raise Unreadable('no line begins with "TY  - "; is it a file of RIS records?')
    yield from collector.take_left_out()


def _split_tag(text: str, is_standard: bool) -> tuple[str, str]:
    """The tag of a line, "" for none, and what follows it. A file that does not keep to the
    standard must keep to its tags: other words may stand before a dash."""
    found = (_STRICT if is_standard else _TOLERANT).fullmatch(text)
    if found is None:
        return "", text.rstrip()
    tag, *values = filter(None, found.groups())
    tag = tag.upper()
    return (tag, values[0].strip() if values else "") if is_standard or tag in _KNOWN else ("", text.rstrip())


_KNOWN = frozenset({*_EXTRA, "AU", "KW", "ER"})


def _parse_record(date_order: str, texts: list[str]) -> Draft:
    values = _values(texts)
    kind = (values.get("TY") or [""])[0].upper()
    fields = FieldCollector()

    def first_of(tags: tuple[str, ...]) -> str:
        """The first value of the first of these tags, which are taken away."""
        for tag in tags:
            if values.get(tag):
                value, *rest = values.pop(tag)
                if rest:
                    values[tag] = rest
                return value
        return ""

    title = line_of(first_of(_TITLES).replace("\n", " "))
    raw_body = "\n\n".join(next((values.pop(tag) for tag in _TEXTS if values.get(tag)), ()))
    body = paragraphs(raw_body)
    authors = _authors([*values.pop("AU", ()), *values.pop("A1", ())], fields)
    date = _date(values, fields, date_order)
    source = line_of(first_of(_SOURCES)) or (line_of(first_of(("PB",))) if kind in _NEWS else "")
    section = line_of(first_of(("SE",))) if kind in _NEWS else ""
    url = first_of(("UR", "LK"))
    language = first_of(("LA",))
    topics = split_list(value.lstrip("* ") for value in values.pop("KW", ()))
    fields.add("pages", "-".join(dict.fromkeys(filter(None, (first_of(("SP",)), first_of(("EP",)))))))
    repeated = {tag: text for tags, text in ((_TITLES, title), (_TEXTS, raw_body), (_SOURCES, source)) for tag in tags}
    for tag, found in values.items():
        fields.add(_EXTRA.get(tag, tag.lower()), *(value for value in found if value != repeated.get(tag)))
    return fields.draft(
        title,
        body,
        date=date,
        authors=authors,
        source=source,
        section=section,
        topics=topics,
        language=language,
        url=url,
    )


def _values(texts: list[str]) -> dict[str, list[str]]:
    """The values of each tag. Lines without a tag go on with the value before them: on the same
    line if they are indented, as wrapped text is, else on a line of their own."""
    values: dict[str, list[list[str]]] = {}
    current: list[str] = []
    for line in texts:
        tag, _, text = line.partition("\t")
        if tag:
            current = [text]
            values.setdefault(tag, []).append(current)
        else:
            is_wrapped = _INDENTED.match(text) and current and current[-1].strip()
            current.append(f" {text.strip()}" if is_wrapped else f"\n{text.strip()}")
    found = {tag: [value for parts in listed if (value := "".join(parts).strip())] for tag, listed in values.items()}
    return {tag: listed for tag, listed in found.items() if listed}


def _authors(listed: list[str], fields: FieldCollector) -> tuple[str, ...]:
    """The names of the authors: one in each value, unless it is clearly a list. One that has an
    "and" behind a comma is an organization."""
    names: list[str] = []
    for value in map(one_line, listed):
        found = fields.names([value])
        is_list = ";" in value or (value.count(",") != 1 and _AND.search(value) is not None)
        names += [value] if len(found) > 1 and not is_list else found
    return tuple(dict.fromkeys(names))


def _date(values: dict[str, list[str]], fields: FieldCollector, order: str) -> datetime | None:
    """The date of a record: of the most exact tag. A day without a year, as in `DA  - Apr 26`, is
    tried with that of `PY`."""
    given = [value for tag in _DATES for value in values.pop(tag, ())]
    for value in values.get("C1", ()):  # of JSTOR
        found = _FULL_DATE.fullmatch(value)
        given += [found[1]] if found and parse_day(found[1], order) else []
    year = next((value[:4] for value in reversed(given) if value[:4].isdigit()), "")
    days = [f"{value} {year}" for value in given if year and not _HAS_YEAR.search(value)]
    date = fields.date([*days, *given], order)
    for value in given:
        if fields.has("date", value) or (date is not None and parse_day(f"{value} {year}", order) == date):
            continue
        is_year = YEAR.fullmatch(value.strip("/ ")) is not None
        if date is None or not (is_year or value.startswith(f"{date.year}/") or parse_day(value, order) == date):
            fields.add("year" if is_year else "date as given", value.strip("/ ") if is_year else value)
    return date
