"""Reads what MODS says of an issue of a newspaper and of its articles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from searchkit.control_characters import one_line
from searchkit.corpus.dates import parse_date
from searchkit.corpus.reader import RecordWarning
from searchkit.corpus.readers.xml_parsing import Element, line_of

_DAY_AT_END = re.compile(r"[\s,;(]*\b\d{4}-\d\d-\d\d\b[\s)]*$")


@dataclass(slots=True)
class IssueMetadata:
    """The metadata of an issue, or of an article; `source` is the newspaper's title."""

    source: str = ""
    title: str = ""
    date: datetime | None = None
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    language: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    warnings: list[RecordWarning] = field(default_factory=list)


def read_issue(sections: Sequence[Element], label: str) -> IssueMetadata:
    """What the sections about an issue say, the first one first. `label` is that of the file, which
    names the newspaper where no section does."""
    found = IssueMetadata()
    hosts = [_title(host) for mods in sections for host in mods.iterfind("relatedItem[@type='host']")]
    found.source = next(filter(None, (*hosts, *map(_title, sections))), "") or _DAY_AT_END.sub("", label)
    raw = ""
    for mods in sections:
        for path in ("originInfo/dateIssued", "part/date", "relatedItem/originInfo/dateIssued", "relatedItem/part/date"):
            for element in mods.iterfind(path):
                text = line_of(element)
                found.date = found.date or parse_date(text)
                raw = raw or text
        for path, name in (
            ("part/detail[@type='issue']/number", "issue"),
            ("part/detail[@type='volume']/number", "volume"),
            ("relatedItem/part/detail[@type='issue']/number", "issue"),
            ("relatedItem/part/detail[@type='volume']/number", "volume"),
            ("titleInfo/partNumber", "issue"),
            ("part/detail[@type='edition']/number", "edition"),
            ("originInfo/publisher", "publisher"),
            ("originInfo/place/placeTerm", "place"),
        ):
            if text := line_of(mods.find(path)):
                found.extra.setdefault(name, text)
        found.language = found.language or _language(mods)
    if found.date is None and raw:
        found.extra["date"] = raw
        found.warnings.append(("dates", raw))
    return found


def read_article(sections: Sequence[Element]) -> IssueMetadata:
    """What the sections about an article say."""
    found = IssueMetadata()
    topics: list[str] = []
    authors: list[str] = []
    for mods in sections:
        found.title = found.title or _title(mods)
        found.language = found.language or _language(mods)
        authors += [_name(person) for person in mods.iterfind("name")]
        topics += [line_of(topic) for topic in mods.iterfind("subject/topic")]
        for path, name in (("genre", "genre"), ("abstract", "abstract"), ("identifier", "identifier"), ("note", "note")):
            if text := line_of(mods.find(path)):
                found.extra.setdefault(name, text)
        if text := line_of(mods.find("originInfo/dateIssued")):
            found.date = found.date or parse_date(text)
    found.authors = tuple(dict.fromkeys(filter(None, authors)))
    found.topics = tuple(dict.fromkeys(filter(None, topics)))
    return found


def _title(element: Element) -> str:
    """The titles of an element: docWorks writes one for each line of a heading."""
    return "; ".join(dict.fromkeys(filter(None, map(_title_of, element.iterfind("titleInfo")))))


def _title_of(info: Element) -> str:
    title = " ".join(filter(None, (line_of(info.find("nonSort")), line_of(info.find("title")))))
    subtitle = line_of(info.find("subTitle"))
    return f"{title}: {subtitle}" if title and subtitle else title or subtitle


def _name(person: Element) -> str:
    parts = {one_line(part.get("type") or ""): line_of(part) for part in reversed(person.findall("namePart"))}
    if parts.get("family"):
        return " ".join(filter(None, (parts.get("given", ""), parts["family"])))
    return parts.get("", "") or parts.get("given", "")


def _language(mods: Element) -> str:
    return line_of(mods.find("language/languageTerm"))
