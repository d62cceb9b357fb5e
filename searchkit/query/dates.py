"""Parses the dates of the query language.

A date means a range: `2020` a year, `2020-04` a month, `2020-Q1` a quarter, `2020-04-26` a
day, with a time that minute or second. Ranges are half-open, so that nothing falls between two of
them.

A date is compared with what articles print, and is a naive datetime; one with a zone
(`2020-04-26T15:01Z`, `now`) is compared with their moments, and is an aware one. The time zone
moves only which day today is: relative days are printed days.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from searchkit.errors import OptionError
from searchkit.frozen import frozen
from searchkit.query.nodes import Dates, Node, Undated

FORMS = "2020, 2020-04, 2020-04-26, 2020-Q1, 2020-04-26T15:01, today, yesterday, 7d.., last-week, last-month, none"
"""Examples of dates, for messages."""


class BadDate(ValueError):
    """A text that is no date; its message says why. The parser turns it into a QueryError with a
    column."""


@frozen
class Clock:
    """The moment and the time zone of a search, which decide which day today is."""

    now: datetime
    zone: tzinfo = UTC

    @classmethod
    def from_zone_name(cls, timezone: str = "UTC", now: datetime | None = None) -> Clock:
        """The clock of a time zone's name (`Europe/Berlin`). Raises OptionError for an unknown
        one."""
        if timezone.upper() in ("UTC", "Z"):
            return cls(now or datetime.now(UTC), UTC)
        from zoneinfo import ZoneInfo  # late: 2 ms at the start of a search

        try:
            zone = ZoneInfo(timezone)
        except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError, its causes are these
            raise _unknown_zone(timezone) from None
        except KeyError:
            raise _unknown_zone(timezone) from None
        return cls(now or datetime.now(UTC), zone)

    def today(self) -> datetime:
        """Midnight of today (naive)."""
        return self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


@frozen
class DateRange:
    """From `since` on and before `before`, both naive or both aware. `before` is None at the end of
    the year 9999."""

    since: datetime
    before: datetime | None


# As text, to be compiled when a query first has a date: most have none.
_ISO = r"(?i)(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?"
_ISO += r"(?:(Z)|([+-])(\d\d):?([0-5]\d)(?::?([0-5]\d))?)?)?)?)?"
_QUARTER = r"(?i)(\d{4})-?Q([1-9])"
_AGO = r"(?i)(\d{1,6})([dwmy])"
_NAMED = r"(?i)(this|last)[-_](week|month|quarter|year)"
_RANGE = r"(?is)([\[{])\s*(?:(.*?)\s+)?TO(?:\s+(.*?))?\s*([\]}])"


def parse_dates(text: str, clock: Clock) -> Node:
    """Parse the value of `date:`. Raises BadDate."""
    folded = text.strip().lower()
    if folded in ("none", "undated"):
        return Undated()
    if folded == "*":
        return Dates()
    bracketed = re.fullmatch(_RANGE, text.strip())
    if bracketed:
        low, high = bracketed[2] or "", bracketed[3] or ""
        return _parse_range(low, high, clock, low_excluded=bracketed[1] == "{", high_excluded=bracketed[4] == "}")
    if text[:1] in "[{":
        raise BadDate(f'"{text}" is not a range of dates; expected [2020-01-01 TO 2020-04-30]')
    for sign in (">=", "<=", ">", "<"):
        if text.startswith(sign):
            period = parse_date_range(text[len(sign) :], clock)
            return {
                ">=": _make_range(period.since, None),
                ">": _empty_range() if period.before is None else _make_range(period.before, None),
                "<=": _make_range(None, period.before),
                "<": _make_range(None, period.since),
            }[sign]
    if ".." in text:
        low, _, high = text.partition("..")
        return _parse_range(low, high, clock)
    if re.fullmatch(_AGO, text.strip()):
        raise BadDate(f'"{text}" is a point in time; for the time since then write {text}..')
    period = parse_date_range(text, clock)
    return Dates(period.since, period.before)


def parse_date_range(text: str, clock: Clock) -> DateRange:
    """Parse one date. Raises BadDate."""
    text = text.strip()
    found = re.fullmatch(_ISO, text)
    try:
        if found:
            return _parse_iso(found)
        found = re.fullmatch(_QUARTER, text)
        if found and int(found[2]) <= 4:
            return _month_range(int(found[1]), 3 * int(found[2]) - 2, 3)
        period = _parse_relative(text.lower(), clock)
    except (ValueError, OverflowError) as error:
        if isinstance(error, BadDate):
            raise
        raise BadDate(f'"{text}" is not a date') from None
    if period is None:
        raise BadDate(f'"{text}" is not a date')
    return period


def _parse_range(low: str, high: str, clock: Clock, *, low_excluded: bool = False, high_excluded: bool = False) -> Dates:
    if not low.strip(" *") and not high.strip(" *"):
        raise BadDate("a range needs a date on at least one side")
    since = before = None
    if low.strip(" *"):
        period = parse_date_range(low, clock)
        since = period.before if low_excluded else period.since
        if since is None:
            return _empty_range()
    if high.strip(" *"):
        period = parse_date_range(high, clock)
        before = period.since if high_excluded else period.before
    if not (low_excluded or high_excluded) and Dates(since, before).is_empty:
        raise BadDate(f'the range ends before it begins: "{low}" comes after "{high}"')
    return _make_range(since, before)


def _make_range(since: datetime | None, before: datetime | None) -> Dates:
    """A range of dates; all empty ranges become the same."""
    found = Dates(since, before)
    return _empty_range() if found.is_empty else found


def _empty_range() -> Dates:
    return Dates(datetime.min, datetime.min)


def _parse_iso(found: re.Match[str]) -> DateRange:
    year, month, day, hour, minute, second, fraction, zulu, sign, *offset = found.groups()
    if month is None:
        return _month_range(int(year), 1, 12)
    if day is None:
        return _month_range(int(year), int(month), 1)
    start = datetime(int(year), int(month), int(day))
    if hour is None:
        return DateRange(start, _add_or_none(start, timedelta(days=1)))
    micro = int(fraction.ljust(6, "0")) if fraction else 0
    start = start.replace(hour=int(hour), minute=int(minute), second=int(second or 0), microsecond=micro)
    unit = timedelta(microseconds=10 ** (6 - len(fraction))) if fraction else timedelta(seconds=1 if second else 60)
    if zulu:
        start = start.replace(tzinfo=UTC)
    elif sign:
        hours, minutes, seconds = (int(part or 0) for part in offset)
        ahead = timedelta(hours=hours, minutes=minutes, seconds=seconds)
        start = start.replace(tzinfo=timezone(ahead if sign == "+" else -ahead))
    return DateRange(start, _add_or_none(start, unit))


def _month_range(year: int, month: int, months: int) -> DateRange:
    start = datetime(year, month, 1)
    years, end = divmod(month - 1 + months, 12)
    return DateRange(start, None if year + years > 9999 else datetime(year + years, end + 1, 1))


def _parse_relative(text: str, clock: Clock) -> DateRange | None:
    today = clock.today()
    day = timedelta(days=1)
    if text == "now":
        return DateRange(clock.now, clock.now + timedelta(microseconds=1))
    if text in ("today", "yesterday", "tomorrow"):
        start = today + {"today": 0, "yesterday": -1, "tomorrow": 1}[text] * day
        return DateRange(start, start + day)
    found = re.fullmatch(_AGO, text)
    if found:
        count, unit = int(found[1]), found[2]
        if count == 0:
            raise BadDate(f'"{text}" is no span of time; 1d is today')
        if unit in "dw":
            start = today - (count * (7 if unit == "w" else 1) - 1) * day
        else:
            start = _months_back(today, count * (12 if unit == "y" else 1)) + day
        return DateRange(start, start + day)
    found = re.fullmatch(_NAMED, text)
    if found is None:
        return None
    if found[2] == "week":
        start = today - today.weekday() * day - (7 * day if found[1] == "last" else 0 * day)
        return DateRange(start, start + 7 * day)
    months = {"month": 1, "quarter": 3, "year": 12}[found[2]]
    start = today.replace(day=1, month=(today.month - 1) // months * months + 1)
    if found[1] == "last":
        start = _months_back(start, months)
    return DateRange(start, _months_back(start, -months))


def _months_back(day: datetime, months: int) -> datetime:
    """The same day of a month `months` earlier, or that month's last day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return day.replace(year=years, month=month + 1, day=last)
            except ValueError:
                if not 1 <= years <= 9999:
                    raise
    raise AssertionError("every month has 28 days")


def _add_or_none(start: datetime, unit: timedelta) -> datetime | None:
    try:
        return start + unit
    except OverflowError:
        return None


def _unknown_zone(timezone: str) -> OptionError:
    return OptionError(f'"{timezone}" is not a time zone; expected a name such as UTC or Europe/Berlin')
