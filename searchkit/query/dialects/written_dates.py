"""Reads dates as other systems write them, and writes them as ours has them."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

Order = Literal["mdy", "dmy", "unknown"]
"""The order of day and month in dates such as 03/04/2020. Where it is unknown, only dates that
can be read in one way are read."""

FORMS = "20200401, 2020-04-01, 2020-04, 2020"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMES = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"

COMPARISONS = {
    ">=": ">=", "geq": ">=", "from": ">=", "since": ">=",
    "<=": "<=", "leq": "<=", "to": "<=",
    ">": ">", "aft": ">", "after": ">", "gtr": ">",
    "<": "<", "bef": "<", "before": "<", "lss": "<",
    "=": "", "is": "", "on": "", "eq": "", "": "",
}  # fmt: skip
"""Comparisons as they are written, and as `date:` and `words:` of ours have them."""


class BadWrittenDate(ValueError):
    """A text that is no date; its message says why."""


def read_date(text: str, order: Order) -> str:
    """A date as ours has it: `2020`, `2020-04` or `2020-04-26`. Raises BadWrittenDate."""
    text = text.strip().strip("\"'").lower()
    found = re.fullmatch(r"(\d{4})(?:[-/.]?(\d\d?))?(?:[-/.]?(\d\d?))?", text)
    if found and not re.fullmatch(r"\d{5}|\d{7}", text):
        return _make(text, *found.groups())
    found = re.fullmatch(r"(\d\d?)[-/.](\d{4})", text)
    if found:
        return _make(text, found[2], found[1], None)
    found = re.fullmatch(r"(\d\d?)[-/.](\d\d?)[-/.](\d{4}|\d\d)", text)
    if found:
        first, second = found[1], found[2]
        year = found[3] if len(found[3]) == 4 else str((1900 if int(found[3]) > 68 else 2000) + int(found[3]))
        if int(first) > 12 or (order == "dmy" and int(second) <= 12):
            first, second = second, first
        elif int(second) <= 12 and first != second and order == "unknown":
            month, day = _MONTHS[int(first) - 1].title(), _MONTHS[int(second) - 1].title()
            raise BadWrittenDate(f"{text} is {int(second)} {month} or {int(first)} {day}; write {year}-mm-dd")
        return _make(text, year, first, second)
    for pattern, places in (
        (rf"{_NAMES}\s+(\d\d?),?\s+(\d{{4}})", (3, 1, 2)),
        (rf"(\d\d?)\s+{_NAMES},?\s+(\d{{4}})", (3, 2, 1)),
        (rf"{_NAMES},?\s+(\d{{4}})", (2, 1, 0)),
    ):
        found = re.fullmatch(pattern, text)
        if found:
            in_year, in_month, in_day = places
            month = str(_MONTHS.index(found[in_month]) + 1)
            return _make(text, found[in_year], month, found[in_day] if in_day else None)
    raise BadWrittenDate(f'"{text}" is not a date; expected such as {FORMS}')


def _make(text: str, year: str, month: str | None, day: str | None) -> str:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise BadWrittenDate(f'"{text}" is not a date') from None
    return year + (f"-{int(month):02d}" if month else "") + (f"-{int(day):02d}" if day else "")
