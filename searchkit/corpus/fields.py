"""Dates and names, as newspapers and databases write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MONTHS = (
    "january januar janvier enero gennaio janeiro января ocak yanvar jan",
    "february februar fevrier février febrero febbraio fevereiro февраля subat şubat fevral feb",
    "march marz märz mars marzo marco março марта mart mar",
    "april avril abril aprile апреля nisan aprel apr",
    "may mai mayo maggio maio мая mayis mayıs",
    "june juni juin junio giugno junho июня haziran iyun jun",
    "july juli juillet julio luglio julho июля temmuz iyul jul",
    "august aout août agosto августа agustos ağustos avqust aug",
    "september septembre septiembre settembre setembro сентября eylul eylül sentyabr sept sep",
    "october oktober octobre octubre ottobre outubro октября ekim oktyabr oct",
    "november novembre noviembre novembro ноября kasim kasım noyabr nov",
    "december dezember decembre décembre diciembre dicembre dezembro декабря aralik aralık dekabr dec",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_ISO = re.compile(r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:(?:[T\s]\s*)(.*))?$", re.I)
_DAY_MONTH = re.compile(r"(?:\w+,\s*)?(\d\d?)(?:st|nd|rd|th|\.)?[\s-]+([^\W\d]+)\.?,?[\s-]+(\d{4})(?:[\s,]+(.*))?$")
_MONTH_DAY = re.compile(r"(?:\w+,\s*)?([^\W\d]+)\.?\s+(\d\d?)(?:st|nd|rd|th)?,?\s+(\d{4})(?:[\s,]+(.*))?$")
_DOTTED = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})(?:[\s,]+(.*))?$")
_SLASHED = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(?:[\s,]+(.*))?$")
_TIME = re.compile(r"(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?$", re.I)


def parse_date(text: str) -> datetime | None:
    """A date in one of the forms of the trade, in UTC (without a time: that day's midnight), or None for what is none.

    ISO 8601, RFC 822, `26 April 2020`, `April 26, 2020`, `26-FEB-1987 15:01:01.79`, `26.04.2020` (day first); with
    slashes only when day and month cannot be taken for each other. A time that is none leaves the day.
    """
    text = " ".join(text.split())
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if len(text) == 10 else _aware(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        pass
    found = _ISO.match(text)
    if found:
        return _made(found[1], int(found[2]), found[3], found[4])
    for pattern, day, month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        found = pattern.match(text)
        if found and found[month].lower() in _MONTH:
            return _made(found[3], _MONTH[found[month].lower()], found[day], found[4])
    found = _DOTTED.match(text)
    if found:
        return _made(found[3], int(found[2]), found[1], found[4])
    found = _SLASHED.match(text)
    if found:
        first, second = int(found[1]), int(found[2])
        if first > 12 or second == first:
            return _made(found[3], second, found[1], found[4])
        return _made(found[3], first, found[2], found[4]) if second > 12 else None
    try:
        return _aware(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


_AND = re.compile(r"\s*(?:,|;|&|\band\b)\s*", re.I)
_BY = re.compile(r"\s*by\b[:\s]*", re.I)


def parse_names(text: str) -> tuple[str, ...]:
    """The names of a byline: without a leading "By", parted at commas, semicolons, "&" and "and"."""
    text = _BY.sub("", " ".join(text.split()), count=1) if _BY.match(text) else " ".join(text.split())
    return tuple(dict.fromkeys(name for name in _AND.split(text.strip(" .,;")) if name))


def _made(year: str, month: int, day: str, time: str | None) -> datetime | None:
    try:
        date = datetime(int(year), month, int(day), tzinfo=UTC)
    except ValueError:
        return None
    found = _TIME.match((time or "").strip())
    if found is None:
        return date
    zone = (found[4] or "Z").upper()
    offset = "+00:00" if zone in ("Z", "UTC", "GMT") else f"{zone[:3]}:{zone[-2:]}"
    try:
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        return datetime.fromisoformat(f"{date:%Y-%m-%d}T{hour:02}:{minute:02}:{second:02}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return date


def _aware(date: datetime) -> datetime:
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
