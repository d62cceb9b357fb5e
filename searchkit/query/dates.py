"""Parses the dates of the query language.

A date means a range: `2020` a year, `2020-04` a month, `2020-Q1` a quarter, `2020-04-26` a
day, with a time that minute or second. Ranges are half-open, so that nothing falls between two of
them. Dates that are neither ISO 8601 nor relative are parsed in `written_dates`.

A date is compared with what articles print, and is a naive datetime; one with a zone
(`2020-04-26T15:01Z`, `now`) is compared with their moments, and is an aware one. The time zone
moves only which day today is: relative days are printed days.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from searchkit.query.clock import Clock
from searchkit.query.date_ranges import BadDate, DateRange, NoSuchDay, add_or_none, day_range, month_range
from searchkit.query.nodes import Dates, Node, Undated

FORMS = '2020, 2020-04, 2020-04-26, "26 April 2020", 2020-Q1, 2020-04-26T15:01, today, 7d.., last-week, none'
"""Examples of dates, for messages."""
FORMS_OF_BOUND = '2020, 2020-04, 2020-04-26, "26 April 2020", 2020-Q1, 2020-04-26T15:01, today, 7d, last-week'
"""Examples of dates that `since` and `until` take."""
MAX_LENGTH = 120
"""Characters of the longest text that is read as a date."""


# As text, to be compiled when they are first needed.
_ISO = r"(?i)(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?"
_ISO += r"(?:(Z)|([+-])(\d\d):?([0-5]\d)(?::?([0-5]\d))?)?)?)?)?"
_QUARTER = r"(?i)(\d{4})-?Q([1-4])"
_UNIT = r"(d|w|m|y|days?|weeks?|months?|years?)"
_SPAN = rf"(?i)(\d{{1,6}})[-_ ]?{_UNIT}"
_PAST = rf"(?i)(?:(?:past|last)[-_ ](\d{{1,6}})|past)[-_ ]{_UNIT}"
_AGO = rf"(?i)(\d{{1,6}})[-_ ]{_UNIT}[-_ ]ago"
_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NAMED = r"(?i)(this|last|previous)[-_ ]?(week|month|quarter|year)"
_RANGE = r"(?is)([\[{])\s*(?:(.*?)\s+)?TO(?:\s+(.*?))?\s*([\]}])"
_BETWEEN = r"(?is)(?:from\s+)?(\S.*?)\s+(?:to|until|till|-)\s+(.*\S)"
_JOINING_WORD = r"(?i)\s(?:to|until|till)(?:\s|$)"
_DOTS = r"\.{2,3}|…"
_ORDINAL = r"(\d\d?)(?:st|nd|rd|th)?\.?"
_DAYS = rf"(?i)((?:[^\W\d_]+\.?\s+)?{_ORDINAL})-(\d.*)"
"""Days of one month, that a sign without blanks joins: `1-15 March 2020`, `March 1-15, 2020`."""
_DAY_AND_YEAR = rf"(?i){_ORDINAL},?\s+(\d{{4}})"
_MONTH_AND_YEAR = r"\d\d?[./]\d{4}"
_SOLR_DATE_MATH = r"(?i)now-(\d{1,6})([dwmy])[a-z]*(?:/[a-z]+)?"


def parse_dates(text: str, clock: Clock) -> Node:
    """Parse the value of `date:`. Raises BadDate."""
    text = text.strip()
    folded = text.lower()
    if folded in ("none", "undated"):
        return Undated()
    if folded == "*":
        return Dates()
    bracketed = re.fullmatch(_RANGE, text)
    if bracketed:
        low, high = bracketed[2] or "", bracketed[3] or ""
        return _parse_range(low, high, clock, low_excluded=bracketed[1] == "{", high_excluded=bracketed[4] == "}")
    if text.startswith(("[", "{")):
        raise BadDate(f'"{text}" is not a range of dates', "expected [2020-01-01 TO 2020-04-30]")
    for sign in (">=", "<=", ">", "<"):
        if text.startswith(sign):
            period = parse_date_range(text[len(sign) :], clock)
            return {
                ">=": _make_range(period.since, None),
                ">": _empty_range() if period.before is None else _make_range(period.before, None),
                "<=": _make_range(None, period.before),
                "<": _make_range(None, period.since),
            }[sign]
    low, *high_ends = re.split(_DOTS, text, maxsplit=1)
    if high_ends:
        return _parse_range(low, high_ends[0], clock)
    between = re.fullmatch(_BETWEEN, text)
    if between:
        return _parse_range(between[1], between[2], clock)
    span = re.fullmatch(_SPAN, _with_digits(text))
    if span:
        raise BadDate(f'"{text}" is a point in time', f"for the time since then write {span[1]}{span[2][0].lower()}..")
    try:
        period = parse_date_range(text, clock)
    except BadDate as error:
        days = _parse_days(text, clock)
        if days is None:
            raise BadDate(str(error), error.hint or _hint_of_range(text, clock)) from None
        return days
    return Dates(period.since, period.before)


def _parse_days(text: str, clock: Clock) -> Dates | None:
    """The days of `1-15 March 2020`; None for any other text."""
    found = re.fullmatch(_DAYS, text[:MAX_LENGTH])
    try:
        return _parse_range(found[1], found[3], clock) if found else None
    except BadDate:
        return None


def _hint_of_range(text: str, clock: Clock) -> str:
    """How to write two dates that a sign joins (`April-June 2020`, `2020-04-01/2020-04-30`); "" for
    any other text."""
    for sign in re.finditer(r"[/-]", text[:MAX_LENGTH]):
        low, high = text[: sign.start()].strip(" ."), text[sign.end() :].strip()
        if low and high:
            try:
                _parse_range(low, high, clock)
            except BadDate:
                continue
            return f"a range is {_quoted(low)}..{_quoted(high)}"
    return ""


def parse_bound(field: str, value: str | date, clock: Clock) -> Dates:
    """The dates from one on ("since"), up to one, included ("until"), after one or before one
    without it ("after", "before").

    The value is a date of the query language, a `date` (that day), or a `datetime`: an aware one is
    compared with moments, a naive one with what articles print. Raises BadDate.
    """
    period = _parse_one(field, value, clock) if isinstance(value, str) else _range_of(value)
    if field == "since":
        return Dates(since=period.since)
    if field == "until":
        return Dates(before=period.before)
    if field == "before":
        return _make_range(None, period.since)
    return _empty_range() if period.before is None else Dates(since=period.before)


def _parse_one(field: str, text: str, clock: Clock) -> DateRange:
    """The date of since, until, after or before. Raises BadDate, also for a range."""
    try:
        return parse_date_range(text, clock)
    except BadDate:
        if is_whole_range(text, clock):
            text = text.strip()
            hint = f'write date:"{text}", or one date each for since and until'
            raise BadDate(f'"{text}" is a range, and {field} takes one date', hint) from None
        raise


def is_whole_range(text: str, clock: Clock) -> bool:
    """Whether a text is two dates that a range sign or word joins."""
    ends = re.fullmatch(_BETWEEN, text.strip()) or re.fullmatch(rf"(?s)(.*\S.*?)(?:{_DOTS})(.*\S.*)", text)
    try:
        return bool(ends and _parse_range(ends[1], ends[2], clock))
    except BadDate:
        return False


def _range_of(value: date) -> DateRange:
    if not isinstance(value, datetime):
        return day_range(value.year, value.month, value.day)
    if value.utcoffset() is None:
        value = value.replace(tzinfo=None)
    return DateRange(value, add_or_none(value, timedelta(microseconds=1)))


def parse_date_range(text: str, clock: Clock) -> DateRange:
    """Parse one date. Raises BadDate."""
    text = text.strip()
    if re.search(_JOINING_WORD, text):  # "March 2020 to 5" has the words of a day
        raise BadDate(f'"{text}" is not a date')
    try:
        period = _parse_period(text, clock) if len(text) <= MAX_LENGTH else None
    except NoSuchDay as error:
        raise BadDate(f'"{text}" is not a date: {error}') from None
    except OverflowError:
        raise BadDate(f'"{text}" lies beyond the years 1 to 9999') from None
    if period is None:
        relative = re.fullmatch(_SOLR_DATE_MATH, text)
        raise BadDate(f'"{text}" is not a date', f"write {relative[1]}{relative[2].lower()}.." if relative else "")
    return period


def _parse_period(text: str, clock: Clock) -> DateRange | None:
    found = re.fullmatch(_ISO, text)
    if found:
        return _parse_iso(found)
    found = re.fullmatch(_QUARTER, text)
    if found:
        return month_range(int(found[1]), 3 * int(found[2]) - 2, 3)
    period = _parse_relative(_with_digits(text.lower()), clock)
    if period is not None:
        return period
    from searchkit.query.written_dates import (  # late: 3 ms before a query with a date in ISO 8601
        parse_written_date,
        split_time,
    )

    period = parse_written_date(text, clock.now)
    if period is not None:
        return period
    parts = split_time(text)
    day = parse_written_date(parts[0], clock.now) if parts else None
    if parts is None or day is None or day.before != add_or_none(day.since, timedelta(days=1)):
        return None
    found = re.fullmatch(_ISO, f"{day.since.date().isoformat()}T{parts[1]}")
    return _parse_iso(found) if found else None


def _parse_range(low: str, high: str, clock: Clock, *, low_excluded: bool = False, high_excluded: bool = False) -> Dates:
    low, high = low.strip(" *"), high.strip(" *")
    if not low and not high:
        raise BadDate("a range needs a date on at least one side")
    if low:
        high = _with_month(low, high, clock)
    last = parse_date_range(high, clock) if high else None
    low = _with_month_and_year(low, high, last) or _with_year(low, last, clock)
    first = parse_date_range(low, clock) if low else None
    if first and last and Dates(first.since, last.before).is_empty:
        raise BadDate(
            f'the range ends before it begins: "{low}" comes after "{high}"', f"write {_quoted(high)}..{_quoted(low)}"
        )
    since = before = None
    if first:
        since = first.before if low_excluded else first.since
        if since is None:
            return _empty_range()
    if last:
        before = last.since if high_excluded else last.before
    return _make_range(since, before)


def _with_month(low: str, high: str, clock: Clock) -> str:
    """The last date of a range, with the month of the first one if it has a day and a year:
    `15, 2020` of March 1 to 15, 2020."""
    found = re.fullmatch(_DAY_AND_YEAR, high)
    if found is None or re.fullmatch(f"(?i){_ORDINAL}", low):
        return high
    try:
        first = parse_date_range(f"{low} {found[2]}", clock)
    except BadDate:
        return high
    return f"{found[2]}-{first.since.month:02}-{found[1]}"


def _with_month_and_year(low: str, high: str, last: DateRange | None) -> str:
    """The first date of a range that is a mere day, with the month and year of the last one: `1` of
    1 to 15 March 2020; "" for any other date. Raises BadDate if the last one is no day.

    In `1..3/2020` it is a month.
    """
    day = re.fullmatch(f"(?i){_ORDINAL}", low)
    if day is None or last is None or re.fullmatch(_MONTH_AND_YEAR, high):
        return ""
    start = last.since
    if f"{start.year:04}" not in high or last.before != add_or_none(start, timedelta(days=1)):
        raise BadDate(f'"{low}" is not a date', 'days of a month are "1..15 March 2020"')
    return f"{start.year:04}-{start.month:02}-{day[1]}"


def _with_year(text: str, last: DateRange | None, clock: Clock) -> str:
    """The first date of a range, with the year of the last one if it has none: `April` of
    April..June 2020, `1.4.` of 1.4..26.4.2020."""
    if not text or last is None:
        return text
    try:
        parse_date_range(text, clock)
    except BadDate:
        for joint in (" ", ".", "/"):
            dated = f"{text.rstrip('.')}{joint}{last.since.year}"
            try:
                parse_date_range(dated, clock)
            except BadDate:
                continue
            return dated
    return text


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _make_range(since: datetime | None, before: datetime | None) -> Dates:
    """A range of dates; all empty ranges become the same."""
    found = Dates(since, before)
    return _empty_range() if found.is_empty else found


def _empty_range() -> Dates:
    return Dates(datetime.min, datetime.min)


def _parse_iso(found: re.Match[str]) -> DateRange | None:
    year, month, day, hour, minute, second, fraction, zulu, sign, *offset = found.groups()
    if month is None:
        return month_range(int(year), 1, 12)
    if day is None:
        return month_range(int(year), int(month))
    whole_day = day_range(int(year), int(month), int(day))
    if hour is None:
        return whole_day
    micro = int(fraction.ljust(6, "0")) if fraction else 0
    try:
        start = whole_day.since.replace(hour=int(hour), minute=int(minute), second=int(second or 0), microsecond=micro)
        if zulu:
            start = start.replace(tzinfo=UTC)
        elif sign:
            hours, minutes, seconds = (int(part or 0) for part in offset)
            ahead = timedelta(hours=hours, minutes=minutes, seconds=seconds)
            start = start.replace(tzinfo=timezone(ahead if sign == "+" else -ahead))
    except ValueError:
        return None
    unit = timedelta(microseconds=10 ** (6 - len(fraction))) if fraction else timedelta(seconds=1 if second else 60)
    return DateRange(start, add_or_none(start, unit))


def _parse_relative(text: str, clock: Clock) -> DateRange | None:
    today = clock.today()
    day = timedelta(days=1)
    if text == "now":
        return DateRange(clock.now, clock.now + timedelta(microseconds=1))
    if text in ("today", "yesterday", "tomorrow"):
        start = today + {"today": 0, "yesterday": -1, "tomorrow": 1}[text] * day
        return DateRange(start, start + day)
    past = re.fullmatch(_PAST, text)
    found = past or re.fullmatch(_SPAN, text)
    if found:
        count, unit = int(found[1] or 1), found[2][0]
        if count == 0:
            raise BadDate(f'"{text}" is no span of time', "1d is today")
        start = _back(today, count, unit) + day
        return DateRange(start, today + day if past else start + day)
    found = re.fullmatch(_AGO, text)
    if found:
        start = _back(today, int(found[1]), found[2][0])
        return DateRange(start, start + day)
    found = re.fullmatch(_NAMED, text)
    if found is None:
        return None
    back = 0 if found[1] == "this" else 1
    if found[2] == "week":
        start = today - (today.weekday() + 7 * back) * day
        return DateRange(start, start + 7 * day)
    months = {"month": 1, "quarter": 3, "year": 12}[found[2]]
    start = _months_back(today.replace(day=1, month=(today.month - 1) // months * months + 1), back * months)
    return DateRange(start, _months_back(start, -months))


def _with_digits(text: str) -> str:
    """A text without the words for small numbers: `2 weeks ago` for `two weeks ago`."""
    numbers = {"a": 1, "an": 1} | {word: number for number, word in enumerate(_NUMBER_WORDS, 1)}
    return re.sub(r"[a-z]+", lambda word: str(numbers.get(word[0].lower(), word[0])), text, flags=re.I)


def _back(today: datetime, count: int, unit: str) -> datetime:
    """The day that lies a number of days, weeks, months or years (d, w, m, y) before today."""
    if unit in "dw":
        return today - timedelta(days=count * (7 if unit == "w" else 1))
    return _months_back(today, count * (12 if unit == "y" else 1))


def _months_back(day: datetime, months: int) -> datetime:
    """The same day of a month `months` earlier, or that month's last day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return day.replace(year=years, month=month + 1, day=last)
            except ValueError:
                if not 1 <= years <= 9999:
                    raise OverflowError from None
    raise AssertionError("every month has 28 days")
