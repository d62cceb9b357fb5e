"""Parses dates as people type them, other than ISO 8601: `26/04/2020`, `26 April 2020`, `20200426`.

Nothing is guessed. A date with two readings is an error that names both, and one without a year, or
with a year of two digits, is an error that says how to write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from searchkit.analysis.characters import COMBINING_MARKS
from searchkit.date_words import FILLER, date_words, doubtful_months, fold, weekdays
from searchkit.query.date_ranges import MONTH_NAMES, BadDate, DateRange, NoSuchDay, NoYear, day_range, month_range

_NUMBERS = r"(\d+)(?:\s?([./-])\s?(\d+)(?:\s?\2\s?(\d+))?)?\.?"
_QUARTER = r"(?i)Q([1-4])[ /-]?(\d{4})|(\d{4})[ /]Q([1-4])"
_DECADE = r"(\d{3}0)s"
_WEEK = r"(?i)(\d{4})-?W(\d\d)"
_CJK = r"(\d{4})\s?[年년]\s?(?:(\d\d?)\s?[月월]\s?(?:(\d\d?)\s?[日일])?)?"
_NAMED = rf"[\w{COMBINING_MARKS}\s.,'/-]*[\w{COMBINING_MARKS}.,]"
_NUMBER_OR_WORD = rf"\d+|(?:[^\W\d_]|['{COMBINING_MARKS}])+"
_ZONE = r"(?:\s?(?:(Z|GMT|UTC)|([+-]\d\d:?\d\d)))?"
_DAY_AND_TIME = rf"(?i)(.*\S)(?:\s+(?:at\s+)?|T)(\d\d?):(\d\d)(?::(\d\d(?:\.\d+)?))?{_ZONE}"
_COMPACT = rf"(?i)(\d{{8}})[T ]?(\d\d)(\d\d)(\d\d)?{_ZONE}"


def parse_written_date(text: str, now: datetime) -> DateRange | None:
    """The day, week, month, quarter, year or decade of a text; None for a text that is no date.

    Raises BadDate for a date that has two readings, NoYear, and NoSuchDay. `now` serves the hint of
    NoYear.
    """
    if found := re.fullmatch(_NUMBERS, text):
        return _parse_numbers(text, found)
    if found := re.fullmatch(_QUARTER, text):
        return month_range(int(found[2] or found[3]), 3 * int(found[1] or found[4]) - 2, 3)
    if found := re.fullmatch(_DECADE, text):
        return month_range(int(found[1]), 1, 120)
    if found := re.fullmatch(_WEEK, text):
        return _week_range(int(found[1]), int(found[2]))
    if found := re.fullmatch(_CJK, text):
        return _make_range(*(int(group) if group else None for group in found.groups()))
    return _parse_named(text, now) if re.fullmatch(_NAMED, text) else None


def split_time(text: str) -> tuple[str, str] | None:
    """The day and the time of a text that ends with a time (`26 April 2020 15:01`,
    `20200426T150100Z`), the time as ISO 8601 has it; None for any other text."""
    found = re.fullmatch(_DAY_AND_TIME, text) or re.fullmatch(_COMPACT, text)
    if found is None:
        return None
    day, hour, minute, second, zone, offset = found.groups("")
    return day, f"{hour}:{minute}{':' + second if second else ''}{'Z' if zone else offset}"


def _make_range(year: int | None, month: int | None = None, day: int | None = None) -> DateRange:
    assert year is not None
    if month is None:
        return month_range(year, 1, 12)
    return month_range(year, month) if day is None else day_range(year, month, day)


def _week_range(year: int, week: int) -> DateRange:
    """A week by ISO 8601, from Monday to Sunday."""
    try:
        first, last = (datetime.fromisocalendar(year, week, weekday) for weekday in (1, 7))
    except ValueError:
        raise NoSuchDay(f"{year} has no week {week}") from None
    return DateRange(first, day_range(last.year, last.month, last.day).before)


def _parse_numbers(text: str, found: re.Match[str]) -> DateRange | None:
    """A date of one to three numbers, told apart by how many digits they have."""
    typed = [group for group in (found[1], found[3], found[4]) if group]
    numbers = [int(one) for one in typed]
    shape = "".join("s" if len(one) <= 2 else str(len(one)) for one in typed)  # s: a month or a day
    if shape == "8":
        return day_range(numbers[0] // 10_000, numbers[0] // 100 % 100, numbers[0] % 100)
    if shape in ("4s", "4ss"):
        return _make_range(*numbers)
    if shape == "s4":
        return month_range(numbers[1], numbers[0])
    if shape == "ss4":
        return _parse_with_year_last(text, *numbers, day_first=found[2] == ".")
    if shape == "6":
        months = _days([(numbers[0] // 100, numbers[0] % 100, 1)])
        days = _days([(_full_year(numbers[0] // 10_000), numbers[0] // 100 % 100, numbers[0] % 100)])
        raise BadDate(f'"{text}" is not a date', _choice([one[:-3] for one in _iso(months)] + _iso(days)))
    if shape == "ss":
        raise NoYear(f'"{text}" has no year')
    if shape == "sss":
        first, second, third = numbers
        orders = [(third, second, first), (third, first, second), (first, second, third)]
        days = _days((_full_year(year), month, day) for year, month, day in orders if year < 100)
        raise BadDate(f'"{text}" has a year of two digits', _choice(_iso(days)))
    return None


def _parse_with_year_last(text: str, first: int, second: int, year: int, *, day_first: bool) -> DateRange:
    """A day such as 26/04/2020. With `day_first`, as dots between the numbers have it, the month
    stands first only if it must."""
    days = _days([(year, second, first), (year, first, second)])
    if len(days) == 1 or (days and day_first):
        return day_range(days[0].year, days[0].month, days[0].day)
    if not days:
        return day_range(year, second, first)  # raises NoSuchDay
    readings = " or ".join(f"{day.day} {MONTH_NAMES[day.month - 1]}" for day in days)
    raise BadDate(f'"{text}" is {readings} {year}', _choice(_iso(days)))


def _days(parts: Iterable[tuple[int, int, int]]) -> list[datetime]:
    """The days of years, months and days, each once, without those that do not exist."""
    found: dict[datetime, None] = {}
    for year, month, day in parts:
        try:
            found[day_range(year, month, day).since] = None
        except NoSuchDay:
            continue
    return list(found)


def _iso(days: list[datetime]) -> list[str]:
    return [day.date().isoformat() for day in days]


def _choice(forms: list[str]) -> str:
    """The hint that names forms to write; "" if there are none."""
    return f"write {' or '.join(forms)}" if forms else ""


def _full_year(year: int) -> int:
    """The year that two digits stand for in a hint, by the rule of POSIX: 69 is 1969, 68 is
    2068."""
    return year + (2000 if year < 69 else 1900)


def _parse_named(text: str, now: datetime) -> DateRange | None:
    """A date with the name of its month, in any language of `date_words`; weekdays and small words
    such as "of" may stand beside it."""
    numbers: list[str] = []
    months: dict[str, int] = {}
    possible = set(range(7))  # weekdays
    for token in re.findall(_NUMBER_OR_WORD, text):
        if token.isdecimal():
            numbers.append(token)
            continue
        meaning = date_words().get(fold(token.strip("'")))
        if meaning is None or meaning < FILLER:
            return None
        if meaning > FILLER:
            months[fold(token)] = meaning
        elif len(token) > 2:  # "th" is an ending too
            possible &= weekdays().get(fold(token), possible)
    if len(months) > 1:  # "mar 2 abr 2020": mar is March, and Tuesday in Spanish
        months = {name: month for name, month in months.items() if name not in doubtful_months()}
    if len(set(months.values())) != 1 or not all(len(number) in (1, 2, 4) for number in numbers):
        return None
    month = next(iter(months.values()))
    years = [int(number) for number in numbers if len(number) == 4]
    days = [int(number) for number in numbers if len(number) < 4]
    name = MONTH_NAMES[month - 1]
    if len(years) == 1 and len(days) <= 1:
        if not days:
            return month_range(years[0], month)
        day = day_range(years[0], month, days[0])
        if day.since.weekday() not in possible:
            written = f"{days[0]} {name} {years[0]}"
            raise BadDate(f'"{text}" has another weekday than {written}', f'write "{written}"')
        return day
    if not years and len(days) <= 1:
        typed = f"{days[0]} {name}" if days else name
        raise NoYear(f'"{text}" has no year', f'write "{typed} {now.year - (month > now.month)}"')
    if not years and len(days) == 2 and re.search(r"\d(?:st|nd|rd|th|\.)?\s?-\s?\d", text):
        raise NoYear(f'"{text}" has no year', f'write "{text} {now.year - (month > now.month)}"')
    if not years and len(days) == 2:
        raise BadDate(f'"{text}" has a year of two digits', f'write "{days[0]} {name} {_full_year(days[1])}"')
    return None
