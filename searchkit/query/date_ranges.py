"""Defines the ranges of time that dates stand for, and the errors of texts that are no dates."""

from __future__ import annotations

from datetime import datetime, timedelta

from searchkit.frozen import frozen

MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class BadDate(ValueError):
    """A text that is no date. Its message says why, its hint what to write instead ("": any form of
    a date). The parser turns it into a QueryError with a column."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


class NoYear(BadDate):
    """A date without a year."""


class NoSuchDay(ValueError):
    """A year, month or day that no calendar has."""


@frozen
class DateRange:
    """From `since` on and before `before`, both naive or both aware. `before` is None at the end of
    the year 9999."""

    since: datetime
    before: datetime | None


def day_range(year: int, month: int, day: int) -> DateRange:
    """A day. Raises NoSuchDay."""
    start = month_range(year, month).since
    try:
        start = start.replace(day=day)
    except ValueError:
        raise NoSuchDay(f"{MONTH_NAMES[month - 1]} {year} has no day {day}") from None
    return DateRange(start, add_or_none(start, timedelta(days=1)))


def month_range(year: int, month: int, months: int = 1) -> DateRange:
    """A month and those that follow it, `months` in all. Raises NoSuchDay."""
    if not 1 <= month <= 12:
        raise NoSuchDay(f"there is no month {month}")
    if not 1 <= year <= 9999:
        raise NoSuchDay(f"there is no year {year}")
    years, end = divmod(month - 1 + months, 12)
    return DateRange(datetime(year, month, 1), None if year + years > 9999 else datetime(year + years, end + 1, 1))


def add_or_none(start: datetime, unit: timedelta) -> datetime | None:
    """`start + unit`, or None beyond the year 9999."""
    try:
        return start + unit
    except OverflowError:
        return None
