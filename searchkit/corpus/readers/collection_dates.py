"""Parses dates as collections for research have them: `891102`, `03/23/87`, "January 1, 1989,
Sunday, Home Edition", and those in the numbers of documents."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from searchkit.corpus.dates import parse_date

_SIX_DIGITS = re.compile(r"(\d\d)(\d\d)(\d\d)")
_LONG_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_SHORT_DAY = re.compile(r"([A-Z]+)\.?(\d{6})(?!\d)")
_DIGITS = re.compile(r"(\d\d?)([/.-])(\d\d?)\2(\d\d(?:\d\d)?)")
_WEEKDAY = re.compile(
    r"(?P<day>.*?\b\d{4})\s*(?:,\s*(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)?)?[\s,;]*(?P<more>.*)", re.IGNORECASE
)
_FILED = re.compile(r"\b(\d\d)-(\d\d)-(\d\d)(?:\s+(\d\d)(\d\d)(E[SD]T|C[SD]T|M[SD]T|P[SD]T|GMT)?)?")
"""When AP filed a story: `AP-NR-02-12-88 2344EST`."""
_OFFSETS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "GMT": 0}
_FIRST_YEAR = 30
"""Two digits below it are a year of this century."""


class CollectionDate(NamedTuple):
    """A date, and the edition of a newspaper that is named behind it."""

    date: datetime | None
    edition: str = ""


def parse_collection_date(text: str, order: str, known: datetime | None) -> CollectionDate:
    """Parse a date. `order` is the order of ambiguous dates, and `known` the day that the number of
    the document has, which decides them without `order`."""
    digits = _SIX_DIGITS.fullmatch(text)
    if digits:
        return CollectionDate(_day(digits[1], digits[2], digits[3]))
    short = _DIGITS.fullmatch(text)
    if short:
        return CollectionDate(_ambiguous(short, text, order, known))
    date = parse_date(text, order)
    if date is not None:
        return CollectionDate(date)
    filed = _FILED.search(text)
    if filed:
        return CollectionDate(_filed(filed))
    long = _WEEKDAY.fullmatch(text)
    if long:
        return CollectionDate(parse_date(long["day"], order), long["more"])
    return CollectionDate(None)


def date_in_docno(docno: str) -> datetime | None:
    """The day in the number of a document: `AFP_ENG_19940512.0001`, `AP880212-0001`,
    `LA010189-0001`."""
    long = _LONG_DAY.search(docno)
    if long:
        return parse_date(long[0])
    short = _SHORT_DAY.match(docno)
    if short is None:
        return None
    first, second, third = short[2][:2], short[2][2:4], short[2][4:]
    if short[1] == "LA":
        return _day(third, first, second)
    return _day(first, second, third)


def _day(year: str, month: str, day: str) -> datetime | None:
    try:
        return datetime(_full_year(year), int(month), int(day), tzinfo=UTC)
    except ValueError:
        return None


def _full_year(year: str) -> int:
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number < _FIRST_YEAR else 1900)


def _ambiguous(found: re.Match[str], text: str, order: str, known: datetime | None) -> datetime | None:
    if order:
        return parse_date(text, order)
    first, second, year = found[1], found[3], found[4]
    readings = {_day(year, first, second), _day(year, second, first)} - {None}
    if known in readings:
        return known
    return readings.pop() if len(readings) == 1 else parse_date(text)


def _filed(found: re.Match[str]) -> datetime | None:
    day = _day(found[3], found[1], found[2])
    if day is None or not found[4]:
        return day
    zone = timezone(timedelta(hours=_OFFSETS[found[6]])) if found[6] and found[6] != "GMT" else UTC
    try:
        return day.replace(hour=int(found[4]), minute=int(found[5]), tzinfo=zone)
    except ValueError:
        return day
