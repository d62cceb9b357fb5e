"""Dates and names, as newspapers and databases write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

# English, German, French, Spanish, Italian, Portuguese, Russian, Turkish, Azerbaijani, with their usual abbreviations;
# accents are folded before the look-up, so they are not written here.
_MONTHS = (
    "january januar janner janvier enero gennaio janeiro января январь янв ocak yanvar jan janv ene gen",
    "february februar fevrier febrero febbraio fevereiro февраля февраль фев subat fevral feb fevr fev",
    "march marz mars marzo marco марта март мар mart mar",
    "april avril abril aprile апреля апрель апр nisan aprel apr avr abr",
    "may mai mayo maggio maio мая маи mayis mag",
    "june juni juin junio giugno junho июня июнь июн haziran iyun jun giu",
    "july juli juillet julio luglio julho июля июль июл temmuz iyul jul juil lug",
    "august aout agosto августа август авг agustos avqust aug ago",
    "september septembre septiembre settembre setembro сентября сентябрь сент сен eylul sentyabr sep sept set",
    "october oktober octobre octubre ottobre outubro октября октябрь окт ekim oktyabr oct okt ott out",
    "november novembre noviembre novembro ноября ноябрь ноя kasim noyabr nov",
    "december dezember decembre diciembre dicembre dezembro декабря декабрь дек aralik dekabr dec dez dic",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
# RFC 822, section 5.1, and what is its own offset.
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}

# What may follow a day: a time, or digits that were meant as one (Reuters-21578 has "31-MAR-1987 605:12:19.12").
_TAIL = (
    r"(?:(?:T|[\s,]+(?:at\s+|um\s+|à\s+)?)(?P<time>\d[\d:.]*\s*(?:[ap]\.?m\.?)?\s*"
    r"(?:Z|[A-Z]{2,4}|(?:UTC|GMT)?\s?[+-]\d\d:?\d\d)?))?$"
)
_WEEKDAY = r"(?:[^\W\d]+\.?,\s*)?"
_YEAR = r"(?P<year>\d{4})(?:\s?г\.?|-?\s?c[iıuü]\s+il)?"
_FORMS = tuple(
    re.compile(_WEEKDAY + form + _TAIL, re.I)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)",
        rf"(?P<day>\d\d?)(?:st|nd|rd|th|er|º|°|\.)?[\s-]*(?:(?:of|de|di)\s+)?(?P<month>[^\W\d]+)\.?,?"
        rf"[\s-]+(?:(?:de|del)\s+)?{_YEAR}",
        rf"(?P<month>[^\W\d]+)\.?\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?{_YEAR}",
        r"(?P<first>\d\d?)/(?P<second>\d\d?)/(?P<year>\d{4})",
    )
)
_TIME = re.compile(
    r"(\d\d?)[:.](\d\d)(?:[:.](\d\d)(?:[.,]\d+)?)?\s*(?:([ap])\.?m\.?)?\s*([A-Z]*)\s?([+-]\d\d:?\d\d)?$", re.I
)
_HOUR = re.compile(r"(\d\d?)\s*([ap])\.?m\.?\s*([A-Z]*)$", re.I)
_RFC_822 = re.compile(r"(?:[A-Z]{3,9},?\s+)?\d\d?[\s-][A-Z]{3,9}[\s-]\d\d(?:\d\d)?\s+\d\d?:\d\d", re.I)

LONGEST_KEPT = 200
"""Characters of a date or byline whose meaning is remembered."""


def parse_date(text: str) -> datetime | None:
    """A date in one of the forms of the trade, in UTC (without a time: that day's midnight), or None for what is none.

    ISO 8601, RFC 822, `26 April 2020`, `April 26, 2020`, `26-FEB-1987 15:01:01.79`, `26.04.2020` (day first); with
    slashes only when day and month cannot be taken for each other. Digits that are no time leave the day; other words
    behind a date make it none, so that prose is not taken for one.
    """
    if len(text) == 19 and text.isascii() and text[4] == text[7] == "-":
        try:
            # Twice as fast as giving a date its zone afterwards.
            return datetime.fromisoformat(text + "Z")
        except ValueError:
            pass
    # Many articles have one day.
    return _known_date(text) if len(text) <= LONGEST_KEPT else _written_date(text)


def _written_date(text: str) -> datetime | None:
    text = " ".join(text.split())
    if len(text) > 100:
        return None
    if text[:4].isdigit():  # as all of ISO 8601
        try:
            return _aware(datetime.fromisoformat(text))
        except (ValueError, OverflowError):
            pass
    for form in _FORMS:
        found = form.match(text)
        date = _date(found) if found else None
        if date is not None:
            return date
    try:
        return _aware(parsedate_to_datetime(text)) if _RFC_822.match(text) else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


_known_date = lru_cache(maxsize=4096)(_written_date)


_BETWEEN = re.compile(r"\s*[,;&]\s*(?:and\s+)?|\s+and\s+", re.I)
_BY = re.compile(r"\s*by\b[:\s]*", re.I)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d)\.?$", re.I)
_INITIAL = re.compile(r"(?:^|[\s.])(?:[^\W\d_]|jr|sr|ph\.?d|m\.?d)\.$", re.I)


def parse_names(text: str) -> tuple[str, ...]:
    """The names of a byline: without a leading "By", parted at commas, semicolons, "&" and "and"."""
    # Few people write most of an archive.
    return _known_names(text) if len(text) <= LONGEST_KEPT else _names(text)


def _names(text: str) -> tuple[str, ...]:
    line = _BY.sub("", " ".join(text.split()), count=1) if _BY.match(text) else " ".join(text.split())
    names: list[str] = []
    for name in _BETWEEN.split(line):
        plain = name if _INITIAL.search(name) else name.rstrip(". ")
        if names and _SUFFIX.match(plain):
            names[-1] = f"{names[-1]}, {plain}"  # "Martin Luther King, Jr." is one man
        elif plain:
            names.append(plain)
    return tuple(dict.fromkeys(names))


_known_names = lru_cache(maxsize=4096)(_names)


def _date(found: re.Match[str]) -> datetime | None:
    parts = found.groupdict()
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        if first <= 12 and second <= 12 and first != second:
            return None
        day, month = (first, second) if first > 12 or first == second else (second, first)
    else:
        day = int(parts["day"])
        month = int(parts["month"]) if parts["month"].isdecimal() else _MONTH.get(_folded(parts["month"]), 0)
    try:
        date = datetime(int(parts["year"]), month, day, tzinfo=UTC)
    except ValueError:
        return None
    return _at(date, parts["time"]) if parts["time"] else date


def _at(date: datetime, time: str) -> datetime:
    """A day with its time, or the day alone when the time is none or its zone is not known."""
    found = _TIME.match(time)
    hour_only = _HOUR.match(time) if found is None else None
    if found is not None:
        hour, minute, second, half, zone, offset = found.groups()
    elif hour_only is not None:
        hour, half, zone = hour_only.groups()
        minute, second, offset = "0", "0", None
    else:
        return date
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            return date
        hours = hours % 12 + (12 if half in "pP" else 0)
    if offset:
        minutes = int(offset[1:3]) * 60 + int(offset[-2:])
        minutes = -minutes if offset[0] == "-" else minutes
    elif zone.upper() in ("", "Z", "UTC", "GMT"):
        minutes = 0
    elif zone.upper() in _ZONES:
        minutes = _ZONES[zone.upper()] * 60
    else:
        return date
    try:
        there = date.replace(hour=hours, minute=int(minute), second=int(second or 0))
        return there.replace(tzinfo=timezone(timedelta(minutes=minutes))).astimezone(UTC) if minutes else there
    except (ValueError, OverflowError):
        return date


@lru_cache(maxsize=256)
def _folded(month: str) -> str:
    """A month's name in small letters without accents, Turkish dotted and dotless i alike."""
    decomposed = unicodedata.normalize("NFKD", month.lower().replace("ı", "i"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _aware(date: datetime) -> datetime:
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
