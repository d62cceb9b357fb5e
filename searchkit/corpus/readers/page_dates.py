"""Finds the date on which the article of a web page was published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from htmldate import find_date as find_other_date
from lxml import etree

from searchkit.corpus.dates import parse_date
from searchkit.corpus.options import DATE_ORDERS
from searchkit.corpus.path_dates import date_in_path
from searchkit.corpus.readers import page_keys
from searchkit.corpus.readers.page_markup import PageMarkup, clean, pieces_of

Element: TypeAlias = Any


class FoundDate(NamedTuple):
    """A date, or the text that was meant for one and not understood. `modified` is the text of a
    date that is that of a change, since the page prints no other."""

    date: datetime | None = None
    raw: str = ""
    modified: str = ""


_IN_SCRIPT = re.compile(
    r"""["'](?:date_?published|published_?(?:at|on|date|time)?|publi(?:sh|cation)_?(?:date|time)|pub_?date|first_?published"""
    r"""|display_?date|date_?created|created_?at)["']\s*:\s*["'](\d{4}-\d\d-\d\d[^"'\\]{0,30})["']""",
    re.I,
)
_TIME = (
    r"(?:,?\s*(?:\||at|um|à|kl\.?|o|-|–|,)?\s*\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:\s*[ap]\.?m\.?)?(?:\s*(?:uhr|[A-Z]{3,4})\b)?)?"
)
_PRINTED = re.compile(
    rf"(?<![\d/.-])(?:(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?(?:[T ]\d\d:\d\d\S*)?"
    rf"|(?:19|20)\d\d\s?年\s?\d\d?\s?月\s?\d\d?\s?日(?:\s*\d\d?:\d\d(?::\d\d)?)?"
    rf"|(?:19|20)\d\d\s?년\s?\d\d?\s?월\s?\d\d?\s?일"
    rf"|\d\d?[./-]\s?\d\d?[./-]\s?(?:19|20)\d\d{_TIME}"
    rf"|\d\d?(?:st|nd|rd|th|er|\.|º|\u200e)?[\s/-]+(?:de\s+|of\s+)?[^\W\d_]{{3,12}}\.?,?[\s/-]+(?:de\s+|del\s+)?(?:19|20)\d\d{_TIME}"
    rf"|[^\W\d_]{{3,12}}\.?\s+\d\d?(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d{_TIME})(?!\d)",
    re.I,
)
_DATED = re.compile(r"date|time|publi|posted|byline|datum|fecha|meta|submitted|author|info", re.I)
_TEXTS_WITH_YEAR = etree.XPath(
    "//body//text()[string-length(.) < 300 and (contains(., '19') or contains(., '20'))]"
    "[not(parent::script or parent::style or parent::option or parent::a)]"
)
_MAX_LINE = 300
"""Maximum length of a line with a date, in characters."""
_MAX_TEXTS, _MAX_DATED = 2_000, 40
_HAS_DIGIT = re.compile(r"\d")
_HAS_YEAR = re.compile(r"\d{4}")
_NUMBER = etree.XPath("count(preceding::*) + count(ancestor::*)")
"""The number of an element in the order of the document."""
_NO_DATE_OF_PUBLICATION = re.compile(r"modif|updat|expir|valid|revis|cache|build|event|start|end|until|last", re.I)
_CHANGED = re.compile(
    r"\b(?:updated?|modified|revised|edited|aktualisiert|aktualisierung|geändert|änderung|mise? à jour|modifiée?"
    r"|actualizad[oa]|actualización|modificad[oa]|atualizad[oa]|atualização|aggiornat[oa]|aggiornamento|modificat[oa]"
    r"|bijgewerkt|gewijzigd|uppdaterad|oppdatert|opdateret|aktualizacja|zaktualizowano|aktualizováno|güncellen\w{2,4}"
    r"|güncelleme|обновлен[оа]?|обновлён|изменен[оа]?)\b\W*(?:(?:on|at|am|um|le|la|el|il|em|op|den)\b\W*)?"
    r"(?:\d\d?[:.h]\d\d(?:\s*(?:[ap]\.?m\b|[a-z]{2,4}\b))?\W*(?:on\b\W*)?)?(?:[^\W\d_]{2,12}[,.]\W*)?\Z",
    re.I,
)
"""What says of the date directly behind it that the article was changed then: "Last updated on",
"Aktualisiert: Montag,"."""
_ISO = re.compile(r"(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d\S*")


def find_date(page: PageMarkup, source: str, heading: Element | None, order: str = "") -> FoundDate:
    """The date of publication; `source` is that of the page, `heading` the element of its
    title, `order` that of ambiguous dates."""
    raw = ""
    for candidate in _stated(page):
        candidate = clean(candidate)
        date = parse_date(candidate, order) if candidate else None
        if date is not None:
            return FoundDate(date)
        raw = raw or candidate[:200]
    changes: list[str] = []
    for texts in (_marked(page, heading, changes), _IN_SCRIPT.findall(source)[:1], _printed(page, heading, changes)):
        for candidate in texts:
            date = parse_date(candidate, order)
            if date is not None:
                return FoundDate(date)
    try:
        other = find_other_date(page.root, original_date=True, extensive_search=False)
    except Exception:  # the library may raise anything on a page that it was not made for
        other = None
    if other and (date := parse_date(other)) is not None and not _is_any_of(date, changes, order):
        return FoundDate(date)
    if date_in_path(page.url) is None:  # the date of a URL is nearer to that of publication
        for text in changes:
            date = parse_date(text, order)
            if date is not None:
                return FoundDate(date, raw, text)
    return FoundDate(raw=raw)


def _stated(page: PageMarkup) -> Iterator[str]:
    """What the markup says to be the date, the surest first."""
    for node in page.articles:
        yield from page.json.texts(node, "datePublished")
    yield from page.all(page_keys.DATES)
    for element in page.items("datepublished", "datecreated"):
        yield element.get("content") or element.get("datetime") or element.get("title") or pieces_of(element, _MAX_LINE)
    for node in page.articles:
        yield from page.json.texts(node, "dateCreated", "uploadDate")
    for name, contents in page.metas.items():
        if not _NO_DATE_OF_PUBLICATION.search(name):
            yield from filter(_ISO.fullmatch, contents)


def _marked(page: PageMarkup, heading: Element | None, changes: list[str]) -> Iterator[str]:
    """The dates in elements for dates and bylines, the nearest to the heading first. Those of
    `changes` are appended there."""
    found = [(element, pieces_of(element, _MAX_LINE)) for element in page.times if not page.is_beside(element)]
    found += page.lines(_DATED, _MAX_LINE)
    dated = []
    for element, line in found:
        stated = element.get("datetime") or element.get("content") or element.get("title") or ""
        stated = clean(stated) if _HAS_YEAR.search(stated) else ""
        if (stated or _HAS_YEAR.search(line)) and not _is_modified(element):
            before = _text_before(element)
            # The time of "Updated 3 hours ago" stands in an attribute.
            number = _PRINTED.search(line) or _HAS_DIGIT.search(line)
            if stated and _CHANGED.search(f"{before} {line[: number.start()] if number else ''}"):
                changes.append(stated)
                stated = ""
            dates = [*filter(None, (stated,)), *_dates_in(line, before, changes)]
            if dates:
                dated.append((element, dates))
    yield from _nearest_first(dated, heading)


def _printed(page: PageMarkup, heading: Element | None, changes: list[str]) -> Iterator[str]:
    """The dates in other texts, as `_marked` has them."""
    dated = []
    for text in _TEXTS_WITH_YEAR(page.root)[:_MAX_TEXTS]:
        line, element = clean(text), text.getparent()
        if _PRINTED.search(line) and not page.is_beside(element):
            before = pieces_of(element, _MAX_LINE) if text.is_tail else _text_before(element)
            if dates := list(_dates_in(line, before, changes)):
                dated.append((element, dates))
    yield from _nearest_first(dated, heading)


def _nearest_first(dated: list[tuple[Element, list[str]]], heading: Element | None) -> Iterator[str]:
    dated = dated[:_MAX_DATED]
    if heading is not None and len(dated) > 1:
        at = _NUMBER(heading)
        dated.sort(key=lambda pair: abs(_NUMBER(pair[0]) - at))
    return (date for _, dates in dated for date in dates)


def _dates_in(line: str, before: str, changes: list[str]) -> Iterator[str]:
    """The dates in a line but those of changes, which are appended there; `before` is the text
    before the line."""
    line = line.replace(" | ", " ")
    for found in _PRINTED.finditer(line):
        if _CHANGED.search(f"{before} {line[: found.start()]}"[-_MAX_LINE:]):
            changes.append(found[0].strip())
        else:
            yield found[0].strip()


def _text_before(element: Element) -> str:
    """The text directly before an element, as one line: in its parent, or in the element before."""
    for one in islice((element, *element.iterancestors()), 3):
        previous, parent = one.getprevious(), one.getparent()
        if previous is not None:
            return clean(previous.tail or "") or pieces_of(previous, _MAX_LINE)
        if parent is not None and clean(parent.text or ""):
            return clean(parent.text)
    return ""


def _is_any_of(date: datetime, texts: list[str], order: str) -> bool:
    """Whether a day is that of one of these texts, in any order of an ambiguous date."""
    found = (parse_date(text, one) for text in texts for one in ((order,) if order else DATE_ORDERS))
    return any(one is not None and one.date() == date.date() for one in found)


def _is_modified(element: Element) -> bool:
    names = f"{element.get('class')} {element.get('itemprop')} {element.get('id')}".lower()
    return ("modif" in names or "updat" in names) and "publ" not in names and "entry" not in names and "post" not in names
