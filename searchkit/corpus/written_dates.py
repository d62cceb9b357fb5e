"""Parses dates as people and programs write them, in many languages: all that `fromisoformat` does
not read.

The text is folded, and its time is found and removed. Every word of the rest must be known: the
name of one month, or none if the month is in digits, weekdays, small words and labels. A text with
an unknown word is not a date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from searchkit.corpus.date_words import (
    AMERICAN_ZONES,
    LABEL,
    LEVANTINE,
    MOSCOW_TIME,
    ZONES,
    doubtful_months,
    fold,
    update_label,
    words,
)
from searchkit.corpus.zones import with_zone

MAX_DATE_LENGTH = 120
"""Maximum length of a date in characters; longer texts are prose."""

_CLOCK = re.compile(r"(?<![\d:])(\d\d?):(\d\d|\d(?=:))(?::(\d\d?)(?:[.,:](\d+))?)?(?![\d:])")
_NO_CLOCK = tuple(
    map(
        re.compile,
        (
            r"(?<!\d)(\d\d?)\s?h\s?(\d\d)(?:\s?m(?:in)?\b\.?)?(?!\d)()()",
            r"(?<!\d)(\d\d?)\s?[時时點点시](?:\s?(\d\d?)\s?[分분](?:\s?(\d\d?)\s?[秒초])?)?()",
            r"(?<!\S)(\d\d?)\.(\d\d)(?:\.(\d\d))?()"
            rf"(?=\s?(?:[ap]\.?\s?m\b|uhr|uur|hrs?\b|hs\b|h\b|(?:{'|'.join((*ZONES, *AMERICAN_ZONES))})(?![^\W\d_])|$))",
            r"(?<![\d.])(\d\d?)(?=\s?(?:[ap]\.?\s?m\b|uhr\b|uur\b|h\b))()()()",
            r"(?:\bkl|\bklo|\bum|\bat|\bore|\blas|\bas)\.?\s(\d\d?)(?=$|,)()()()",
        ),
    )
)
"""A time with a colon; forms of a time without one, the likeliest first. Groups: hour, minute,
second, fraction."""
_AFTER_CLOCK = re.compile(
    r"(?:\s?([ap]\.?\s?m\b\.?|[πμ]\.?\s?μ\b\.?|[صم](?![^\W\d_])))?(?:\s?(?:uhr|uur|hrs?|hs|h|ч|godz|hod)\b\.?)?"
    r"(?:,?\s?\(?([a-z]{1,4})(?![^\W\d_]|=)\)?)?"
    # an offset, and what may explain it: "+0000 (UTC)", "+02:00[Europe/Berlin]", of Go "+0400 +04
    # m=+0.1"
    r"(?:\s?([+-]\d\d?(?::?\d\d)?)(?![\d:])(?:\s?[(\[][^()\[\]]*[)\]]|\s[+-]\d\d(?:\d\d)?(?!\d))?"
    r"(?:\s([a-z]{1,4})(?![^\W\d_]|=))?(?:\s?m=[+-][\d.]+)?)?"
)
"""What may follow a time: the half of the day, a zone, an offset and its zone."""
_HALF_BEFORE_CLOCK = re.compile("(午前|上午|凌晨|早上|오전|午後|下午|晚上|오후)\\s?$")
_PM = ("p", "μ", "م", "午後", "下午", "晚上", "오후")
"""The halves of the day before a time, and the beginnings of the words for the second."""
_NO_TIME = re.compile(r"[\s,]+\d[\d:.]*:[\d:.]*$")
"""Digits that are not a valid time: Reuters-21578 has "31-MAR-1987 605:12:19.12"."""
_DIGIT = re.compile(r"\d")

_COMPACT = re.compile(r"(?:(\d{4})-?w(\d\d)-?([1-7])|(\d{4})-?(\d{3})|(\d{4})(\d\d)(\d\d))(?=[t\s,]|$)")
"""ISO 8601 with a week and a weekday, with a day of the year, and without hyphens."""
_T = re.compile(r"(?<=\d)t(?=\d)")
_HOURS = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d)(\d\d)?(\d\d)?(?=(?<= \d{6})[.,]\d|z|$|\s?[+-]\d)|(?=z|[+-]\d\d:?\d\d$))")
"""A time without colons, or a zone without a time, as in XML Schema."""
_CJK = re.compile(r"(令和|平成|昭和|大正|民国|民國)?\s?(\d{1,4}|元)\s?[年년]\s?(\d\d?)\s?[月월]\s?(\d\d?)\s?[日일號号]")
_YEAR_ZERO = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "民国": 1911, "民國": 1911}
"""The years before the first of Japanese eras and of the Republic of China."""
Day = tuple[int, int, int]
"""Year, month and day; there may be no such day."""
_TOKEN = re.compile(r"\d+|[^\s\d.,:;/()\[\]|<>_'’‘´`\"“”«»„‚–—‐‑‒―−·•。-]+")
_CROATIAN = re.compile(r"\d\.\s?listopada")
"""October in Croatian. Without the dot behind the day it is November in Polish."""
_NUMERIC = re.compile(r"(\d+)\s?([-/.])\s?(\d+)\s?\2\s?(\d+)")
_BARS = re.compile(r"\s*[|¦•·;]\s*")
_DASHED = re.compile(r"(\d+)[‐‑‒–—](\w+)[‐‑‒–—](\d+)")
_ENDS = " \t.,;:|-–—―·•"


def parse_written_date(text: str, order: str) -> datetime | None:
    """Parse what `fromisoformat` does not read; arguments and result are those of `parse_date`."""
    text = _prepare(text)
    if not _DIGIT.search(text):
        return None
    date = _parse(text, order)
    return _publication_date(text, order) if date is None and len(_DIGIT.findall(text)) >= 6 else date


def _publication_date(text: str, order: str) -> datetime | None:
    """The date of publication in a text that also has one of an update: "Published: 26 April |
    Updated: 27 April"."""
    parts = _BARS.split(text)
    if len(parts) == 1:
        updated = update_label().search(text, 1)
        if updated is None:
            return None
        parts = [text[: updated.start()], text[updated.start() :]]
    dates = [_parse(part.strip(_ENDS), order) for part in parts]
    first = [date for date, part in zip(dates, parts, strict=True) if not update_label().search(part)]
    return first[0] if len(first) == 1 < len(parts) and None not in dates else None


def _parse(text: str, order: str) -> datetime | None:
    """Parse a text that `_prepare` returned."""
    clock = _find_clock(text)
    if clock is None:
        day = _find_day(_NO_TIME.sub("", text) if ":" in text else text, order)
        if day is not None:
            return _midnight(day)
        clock = next(filter(None, (form.search(text) for form in _NO_CLOCK)), None)
        if clock is None:
            return None
    before, half, zone, offset, behind = _split_around_time(text, clock)
    day = _find_day(f"{before} {behind}", order)
    if day is None:
        return None
    if zone and zone not in ZONES and zone not in AMERICAN_ZONES:
        return _midnight(day)
    return _combine(day, clock, half, zone, offset)


def has_only_date_words(text: str) -> bool:
    """Whether a text consists of numbers and words of dates, with one month at most: it was meant
    as a date."""
    text = _prepare(text)
    clock = _find_clock(text)
    if clock is not None:
        before, *_, behind = _split_around_time(text, clock)
        text = f"{before} {behind}"
    tokens = _TOKEN.findall(text)
    meanings = {token: words().get(token) for token in tokens if not token.isdecimal()}
    months = {one for token, one in meanings.items() if one and one > 0 and token not in doubtful_months()}
    return any(map(str.isdecimal, tokens)) and None not in meanings.values() and len(months) <= 1


def _find_clock(text: str) -> re.Match[str] | None:
    """The first time with a colon. To start from the colon is three times as fast as a search."""
    at = text.find(":")
    while at > 0:
        found = _CLOCK.match(text, at - 2 if text[at - 2 : at].isdecimal() else at - 1)
        if found:
            return found
        at = text.find(":", at + 1)
    return None


def _split_around_time(text: str, clock: re.Match[str]) -> tuple[str, str, str, str, str]:
    """The text before a time; the half of the day, zone and offset of the time; the text behind.

    An unknown word at the end is taken for a zone.
    """
    found = _AFTER_CLOCK.match(text, clock.end())
    assert found is not None  # all its parts may be missing
    half, zone, offset, second_zone = found.groups("")
    before, end = text[: clock.start()], found.end()
    if zone and zone not in ZONES and zone not in AMERICAN_ZONES and (found.end(2) < len(text) or zone in words()):
        zone, offset, end = "", "", found.start(2)
    elif second_zone and second_zone not in ZONES:
        end = found.start(4)
    if not half and not text.isascii() and (half_before := _HALF_BEFORE_CLOCK.search(before)):
        half, before = half_before[1], before[: half_before.start()]
    return before, half, zone, offset, text[end:]


def _prepare(text: str) -> str:
    """The folded text, with special forms rewritten as `2020-04-26 15:01`; "" for a text that is
    too long."""
    if len(text) > MAX_DATE_LENGTH:
        return ""
    text = fold(" ".join(text.split())).strip(_ENDS)
    if not text.isascii():
        for name, plain in LEVANTINE.items():
            text = text.replace(name, plain)
        text = _DASHED.sub(r"\1-\2-\3", text)
        text = MOSCOW_TIME.sub("msk", text)
        if "年" in text or "년" in text:
            text = _CJK.sub(_to_gregorian, text)
    if text[:4].isdecimal():
        if compact := _COMPACT.match(text):
            text = _to_extended_iso(compact) + text[compact.end() :]
        text = _T.sub(" ", text, count=1)
        if hours := _HOURS.match(text):
            day, hour, minute, second = hours.groups()
            text = f"{day} {hour or '00'}:{minute or '00'}:{second or '00'}{text[hours.end() :]}"
    return text


def _to_gregorian(found: re.Match[str]) -> str:
    era, year, month, day = found.groups()
    number = 1 if year == "元" else int(year)
    return f" {number + _YEAR_ZERO.get(era, 0):04}-{int(month):02}-{int(day):02} "


def _to_extended_iso(found: re.Match[str]) -> str:
    week_year, week, weekday, year, day, plain_year, plain_month, plain_day = found.groups()
    try:
        if week_year:
            return datetime.fromisocalendar(int(week_year), int(week), int(weekday)).strftime("%Y-%m-%d").zfill(10)
        if year:
            date = datetime(int(year), 1, 1) + timedelta(int(day) - 1)
            return date.strftime("%Y-%m-%d").zfill(10) if date.year == int(year) else found[0]
    except (ValueError, OverflowError):
        return found[0]
    return f"{plain_year}-{plain_month}-{plain_day}"


def _find_day(text: str, order: str) -> Day | None:
    """The day in a text without the time, or None."""
    meanings = words()
    numbers: list[str] = []
    found: list[tuple[str, int]] = []  # names of months, and how many numbers stand before each
    for token in _TOKEN.findall(text):
        if token.isdecimal():
            numbers.append(token)
            continue
        meaning = meanings.get(token)
        if meaning is None or (meaning == LABEL and (numbers or found)):
            return None
        if meaning > 0:
            found.append((token, len(numbers)))
    if not found or (len(numbers) == 3 and all(token in doubtful_months() for token, _ in found)):
        numeric = _NUMERIC.search(text) if len(numbers) == 3 else None
        return _day_by_order(numeric[1], numeric[3], numeric[4], numeric[2], order) if numeric else None
    if len(found) > 1:
        if len({meanings[token] for token, _ in found}) > 1:
            clear = [one for one in found if one[0] not in doubtful_months()]
            # Some abbreviations are months and weekdays. The month stands behind the day: "lun 2
            # mar 2020".
            found = clear or [one for one in found if one[1] == 1] or found[-1:]
        if len({meanings[token] for token, _ in found}) != 1:
            return None
    name, before = found[0]
    month = 10 if name == "listopada" and _CROATIAN.search(text) else meanings[name]
    return _day_with_month(numbers, month, before) if len(numbers) == 2 else None


def _midnight(day: Day) -> datetime | None:
    try:
        return datetime(*day, tzinfo=UTC)
    except ValueError:
        return None


def _day_with_month(numbers: list[str], month: int, before: int) -> Day | None:
    """Year, month and day of two numbers and the name of a month, with `before` of the numbers
    before it."""
    first, second = numbers
    if len(first) == 4:  # 2020. április 26., and Turkic languages have 2020, 26 aprel
        return (int(first), month, int(second)) if before >= 1 and len(second) <= 2 else None
    if len(first) > 2 or before == 2:
        return None
    if len(second) == 4:
        return int(second), month, int(first)
    return (_full_year(second), month, int(first)) if len(second) == 2 else None


def _day_by_order(a: str, b: str, c: str, sign: str, order: str) -> Day | None:
    """Year, month and day of three numbers, or None if neither they nor `order` say which is
    which."""
    first, second, third = int(a), int(b), int(c)
    if len(a) == 4:
        return (first, second, third) if len(b) <= 2 and len(c) <= 2 else None
    if len(a) > 2 or len(b) > 2:
        return None
    if len(c) == 4:
        if second > 12:
            return third, first, second
        if first > 12 or first == second or sign == "." or order == "dmy":
            return third, second, first
        return (third, first, second) if order == "mdy" else None
    if len(c) != 2:
        return (_full_year(a), second, third) if order == "ymd" and len(a) == 2 else None
    if order == "ymd":
        return (_full_year(a), second, third) if len(a) == 2 else None
    if order == "dmy":
        return _full_year(c), second, first
    return (_full_year(c), first, second) if order == "mdy" else None


def _full_year(digits: str) -> int:
    """The year of two digits, by the rule of POSIX: 69 is 1969, 68 is 2068."""
    year = int(digits)
    return year + (2000 if year < 69 else 1900)


def _combine(day: Day, clock: re.Match[str], half: str, zone: str, offset: str) -> datetime | None:
    """The date of a day and a time; midnight of the day if there is no such time."""
    digits, minute, second, fraction = clock.groups("")
    hour = int(digits)
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith(_PM) else 0)
    elif half and not half.startswith(_PM):
        return _midnight(day)
    microsecond = int(fraction[:6].ljust(6, "0")) if fraction else 0
    try:
        if zone in AMERICAN_ZONES and not offset:
            summer = _is_american_summer(datetime(*day, hour, tzinfo=UTC))
            there = _zone("", "", AMERICAN_ZONES[zone] + (60 if summer else 0))
        else:
            there = _zone(offset, zone)
        # A leap second counts as the one before it, for then its day is as printed.
        return with_zone(
            datetime(*day, hour, int(minute or 0), 59 if second == "60" else int(second or 0), microsecond, there)
        )
    except ValueError:
        return _midnight(day)


@lru_cache(maxsize=256)  # without it JSON lines of dates with offsets take 6 % more time to read
def _zone(offset: str, zone: str, minutes: int = 0) -> timezone:
    """A zone of a fixed offset. Raises ValueError for an invalid offset."""
    if offset:
        digits = offset[1:].replace(":", "")
        hours, rest = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        if rest > 59:
            raise ValueError(offset)
        minutes = (hours * 60 + rest) * (-1 if offset[0] == "-" else 1)
    elif zone:
        minutes = ZONES[zone]
    return timezone(timedelta(minutes=minutes)) if minutes else UTC


def _is_american_summer(date: datetime) -> bool:
    """Whether a time is in the daylight saving time of the United States (Uniform Time Act, from
    1967)."""
    if date.year < 1967:
        return False
    if date.year >= 2007:
        start, end = _sunday(date.year, 3, 8), _sunday(date.year, 11, 1)
    else:
        start, end = _sunday(date.year, 4, 1 if date.year >= 1987 else 24), _sunday(date.year, 10, 25)
    return start <= date < end


def _sunday(year: int, month: int, day: int) -> datetime:
    """Two o'clock on the first Sunday that is not before a day."""
    date = datetime(year, month, day, 2, tzinfo=UTC)
    return date + timedelta((6 - date.weekday()) % 7)
