"""Parses dates, written as text or number. A date keeps the UTC offset that it is printed with."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from searchkit.corpus.limits import MAX_CACHED_LENGTH
from searchkit.corpus.zones import with_zone

_NUMBER = re.compile(r"(?:\d{8}|\d{14})(?:\.0)?|(-?\d{9,10}|\d{12}|\d{13}|\d{15}|\d{16}|\d{18}|\d{19})(\.\d+)?", re.ASCII)
"""A day or moment in digits alone, or time since 1970 in seconds, milli-, micro- or nanoseconds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNSIGNED = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
"""The form of a date in digits alone, by their number."""


def parse_date(text: str, order: str = "") -> datetime | None:
    """Parse a date. It has its own UTC offset (UTC if none is given); None stands for a text that
    is not a date.

    A date without a time is midnight of the day, in UTC. `order` ("dmy", "mdy" or "ymd") decides
    ambiguous dates, such as 03/04/2020 and 13/05/20; without it they are None. A month or a year
    alone and a day that does not exist are None too, and so is a date among other words, so that
    prose is not taken for one. If the digits behind a day are not a time, or its zone is unknown,
    the day alone is returned.

    Forms: ISO 8601 with its weeks and ordinal days, RFC 822, 850, 1123 and 3339, ctime, those of
    Twitter, JavaScript and Go, `26 April 2020`, `April 26, 2020`, `2020. április 26.`, `26-FEB-1987
    15:01:01.79`, `26.04.2020` (day first), `2020年4月26日`, `20200426`, time since 1970; with
    weekdays, times and labels ("Published:") in many languages.
    """
    if len(text) == 19 and text.isascii() and text[4] == text[7] == "-":
        try:
            # Twice as fast as giving a date its zone afterwards.
            return datetime.fromisoformat(text + "Z")
        except ValueError:
            pass
    return _parse_cached(text, order) if len(text) <= MAX_CACHED_LENGTH else _parse(text, order)


def date_of_number(value: int | float) -> datetime | None:
    """The date of a number: 20200426, 2020042615, 202004261501 or 20200426150100, else time since
    1970.

    Such a time is in seconds, or in milli-, micro- or nanoseconds if it would lie far beyond the
    year 5000. None stands for a year, a month, or a number so small that it may be one.
    """
    if not 1_000_000 <= abs(value) < 1e20:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # as tables write numbers where some are missing
    if isinstance(value, int):
        date = _date_of_digits(str(value))
        if date is not None:
            return date
    unit = 1
    while abs(value) >= 1e11 * unit:
        unit *= 1000
    try:
        return _EPOCH + timedelta(microseconds=value * 1_000_000 // unit if isinstance(value, int) else value / unit * 1e6)
    except OverflowError:
        return None


def _parse(text: str, order: str) -> datetime | None:
    text = text.strip()
    if text[4:5] == text[7:8] == "-":
        # Only forms that `fromisoformat` reads alike in all versions of Python.
        if len(text) == 10 or (text[10:11] in ("T", " ") and text[13:14] == ":" and text[11:13] != "24"):
            try:
                return with_zone(datetime.fromisoformat(text))
            except ValueError:
                pass
    elif number := _NUMBER.fullmatch(text):
        if number[1] is None:
            return _date_of_digits(text.removesuffix(".0"))
        return date_of_number(float(text) if number[2] else int(text))
    return _load_written_date_parser()(text, order)


@cache  # to import at each call takes 3 % of the time to read JSON lines with written dates
def _load_written_date_parser() -> Callable[[str, str], datetime | None]:
    from searchkit.corpus.written_dates import parse_written_date  # late: 6 ms at the start of a run without written dates

    return parse_written_date


# Many articles have one day: without it the Reuters collection takes 16 % more time to read.
_parse_cached = lru_cache(maxsize=4096)(_parse)


def _date_of_digits(digits: str) -> datetime | None:
    """The date of 8, 12 or 14 digits in the years 1600 to 2199, or of 10 digits in 1900 to 2099.

    In seconds since 1970, which have 10 digits too, the years 2020 to 2030 begin with 15 to 18.
    """
    form = _UNSIGNED.get(len(digits))
    first, last = ("19", "20") if len(digits) == 10 else ("16", "21")
    if form is None or not first <= digits[:2] <= last:
        return None
    try:
        return datetime.strptime(digits, form).replace(tzinfo=UTC)
    except ValueError:
        return None
