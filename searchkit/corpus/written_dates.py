"""Parses dates as people and programs write them, in many languages.

ISO 8601 in the forms of `fromisoformat`, dates in digits alone and times since 1970 are parsed in
`dates`. Here the text is folded, and its time is found and removed. Every word of the rest must be
known. It may be one of:

- the name of the month, unless the month is in digits; one month only;
- a weekday;
- a small word that stands beside dates, such as "of";
- a label, such as "Published".

A text with any other word is not a date.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from searchkit.corpus.zones import with_zone
from searchkit.date_words import (
    AMERICAN_ZONES,
    LABEL,
    LEVANTINE,
    MOSCOW_TIME,
    ZONES,
    date_words,
    doubtful_months,
    fold,
    update_label,
)

MAX_DATE_LENGTH = 120
"""Maximum length of a date in characters; longer texts are prose."""

_TIME = re.compile(r"(?<![\d:])(\d\d?):(\d\d|\d(?=:))(?::(\d\d?)(?:[.,:](\d+))?)?(?![\d:])")
"""A time with a colon. Groups: hour, minute, second, fraction of a second."""
_TIMES_WITHOUT_COLON = tuple(
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
"""Forms of a time without a colon, the likeliest first, with the groups of _TIME."""
_AFTER_TIME = re.compile(
    r"(?:\s?([ap]\.?\s?m\b\.?|[πμ]\.?\s?μ\b\.?|[صم](?![^\W\d_])))?(?:\s?(?:uhr|uur|hrs?|hs|h|ч|godz|hod)\b\.?)?"
    r"(?:,?\s?\(?([a-z]{1,4})(?![^\W\d_]|=)\)?)?"
    # An offset, and what may explain it: "+0000 (UTC)", "+02:00[Europe/Berlin]", in Go
    # "+0400 +04 m=+0.1".
    r"(?:\s?([+-]\d\d?(?::?\d\d)?)(?![\d:])(?:\s?[(\[][^()\[\]]*[)\]]|\s[+-]\d\d(?:\d\d)?(?!\d))?"
    r"(?:\s([a-z]{1,4})(?![^\W\d_]|=))?(?:\s?m=[+-][\d.]+)?)?"
)
"""What may follow a time. Groups: half of the day, zone, offset, second name of the zone."""
_DAY_HALF_BEFORE_TIME = re.compile("(午前|上午|凌晨|早上|오전|午後|下午|晚上|오후)\\s?$")
_PM = ("p", "μ", "م", "午後", "下午", "晚上", "오후")
"""How words for the second half of the day begin."""
_INVALID_TIME = re.compile(r"[\s,]+\d[\d:.]*:[\d:.]*$")
"""Digits that are not a valid time: Reuters-21578 has "31-MAR-1987 605:12:19.12"."""
_DIGIT = re.compile(r"\d")

_COMPACT = re.compile(r"(?:(\d{4})-?w(\d\d)-?([1-7])|(\d{4})-?(\d{3})|(\d{4})(\d\d)(\d\d))(?=[t\s,]|$)")
"""ISO 8601 with a week and a weekday, with a day of the year, and without hyphens."""
_T_BETWEEN_DIGITS = re.compile(r"(?<=\d)t(?=\d)")
_ISO_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?: (\d\d)(\d\d)?(\d\d)?(?=(?<= \d{6})[.,]\d|z|$|\s?[+-]\d)|(?=z|[+-]\d\d:?\d\d$))"
)
"""A day, and a time without colons behind it, or a zone without a time, as in XML Schema."""
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
_PUNCTUATION = " \t.,;:|-–—―·•"


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
    dates = [_parse(part.strip(_PUNCTUATION), order) for part in parts]
    first = [date for date, part in zip(dates, parts, strict=True) if not update_label().search(part)]
    return first[0] if len(first) == 1 < len(parts) and None not in dates else None


def _parse(text: str, order: str) -> datetime | None:
    """Parse a text that `_prepare` returned."""
    time = _find_time(text)
    if time is None:
        day = _find_day(_INVALID_TIME.sub("", text) if ":" in text else text, order)
        if day is not None:
            return _midnight(day)
        time = next(filter(None, (form.search(text) for form in _TIMES_WITHOUT_COLON)), None)
        if time is None:
            return None
    before, day_half, zone, offset, behind = _split_around_time(text, time)
    day = _find_day(f"{before} {behind}", order)
    if day is None:
        return None
    if zone and zone not in ZONES and zone not in AMERICAN_ZONES:
        return _midnight(day)
    return _combine(day, time, day_half, zone, offset)


def has_only_date_words(text: str) -> bool:
    """Whether a text consists of numbers and words of dates, with one month at most: it was meant
    as a date."""
    text = _prepare(text)
    time = _find_time(text)
    if time is not None:
        before, *_, behind = _split_around_time(text, time)
        text = f"{before} {behind}"
    tokens = _TOKEN.findall(text)
    meanings = {token: date_words().get(token) for token in tokens if not token.isdecimal()}
    months = {one for token, one in meanings.items() if one and one > 0 and token not in doubtful_months()}
    return any(map(str.isdecimal, tokens)) and None not in meanings.values() and len(months) <= 1


def _find_time(text: str) -> re.Match[str] | None:
    """Find the first time with a colon. To start from the colon is three times as fast as a
    search."""
    at = text.find(":")
    while at > 0:
        found = _TIME.match(text, at - 2 if text[at - 2 : at].isdecimal() else at - 1)
        if found:
            return found
        at = text.find(":", at + 1)
    return None


def _split_around_time(text: str, time: re.Match[str]) -> tuple[str, str, str, str, str]:
    """Split a text at a time: the text before it; its half of the day, its zone, its offset; the
    text behind it.

    An unknown word at the end is taken for a zone.
    """
    found = _AFTER_TIME.match(text, time.end())
    assert found is not None  # all its parts may be missing
    day_half, zone, offset, second_zone = found.groups("")
    before, end = text[: time.start()], found.end()
    if zone and zone not in ZONES and zone not in AMERICAN_ZONES and (found.end(2) < len(text) or zone in date_words()):
        zone, offset, end = "", "", found.start(2)
    elif second_zone and second_zone not in ZONES:
        end = found.start(4)
    if not day_half and not text.isascii() and (half_match := _DAY_HALF_BEFORE_TIME.search(before)):
        day_half, before = half_match[1], before[: half_match.start()]
    return before, day_half, zone, offset, text[end:]


def _prepare(text: str) -> str:
    """The folded text, with special forms rewritten as `2020-04-26 15:01`; "" for a text that is
    too long."""
    if len(text) > MAX_DATE_LENGTH:
        return ""
    text = fold(" ".join(text.split())).strip(_PUNCTUATION)
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
        text = _T_BETWEEN_DIGITS.sub(" ", text, count=1)
        if iso_time := _ISO_TIME.match(text):
            day, hour, minute, second = iso_time.groups()
            text = f"{day} {hour or '00'}:{minute or '00'}:{second or '00'}{text[iso_time.end() :]}"
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
    meanings = date_words()
    numbers: list[str] = []
    found: list[tuple[str, int]] = []  # names of months, each with the number of numbers before it
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
        return _day_by_order(numbers, numeric[2], order) if numeric else None
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
    """Year, month and day of two numbers and the name of a month. `before` is how many of the
    numbers stand before the name."""
    first, second = numbers
    if len(first) == 4:  # 2020. április 26., and Turkic languages have 2020, 26 aprel
        return (int(first), month, int(second)) if before >= 1 and len(second) <= 2 else None
    if len(first) > 2 or before == 2:
        return None
    if len(second) == 4:
        return int(second), month, int(first)
    return (_full_year(int(second)), month, int(first)) if len(second) == 2 else None


def _day_by_order(numbers: list[str], separator: str, order: str) -> Day | None:
    """Year, month and day of three numbers, or None if neither they nor `order` say which is which.

    `separator` stands between them.
    """
    first, second, third = map(int, numbers)
    first_length, second_length, third_length = map(len, numbers)
    if first_length == 4:
        return (first, second, third) if second_length <= 2 and third_length <= 2 else None
    if first_length > 2 or second_length > 2:
        return None
    if third_length == 4:
        if second > 12:
            return third, first, second
        if first > 12 or first == second or separator == "." or order == "dmy":
            return third, second, first
        return (third, first, second) if order == "mdy" else None
    if order == "ymd":
        return (_full_year(first), second, third) if first_length == 2 else None
    if third_length != 2:
        return None
    if order == "dmy":
        return _full_year(third), second, first
    return (_full_year(third), first, second) if order == "mdy" else None


def _full_year(year: int) -> int:
    """The year that two digits stand for, by the rule of POSIX: 69 is 1969, 68 is 2068."""
    return year + (2000 if year < 69 else 1900)


def _combine(day: Day, time: re.Match[str], day_half: str, zone: str, offset: str) -> datetime | None:
    """The date of a day and a time; midnight of the day if there is no such time."""
    digits, minute, second, fraction = time.groups("")
    hour = int(digits)
    if day_half and hour <= 12:
        hour = hour % 12 + (12 if day_half.startswith(_PM) else 0)
    elif day_half and not day_half.startswith(_PM):
        return _midnight(day)
    microsecond = int(fraction[:6].ljust(6, "0")) if fraction else 0
    try:
        if zone in AMERICAN_ZONES and not offset:
            summer = _is_american_summer(datetime(*day, hour, tzinfo=UTC))
            tz = _zone("", "", AMERICAN_ZONES[zone] + (60 if summer else 0))
        else:
            tz = _zone(offset, zone)
        # A leap second counts as the one before it, for then its day is as printed.
        return with_zone(datetime(*day, hour, int(minute or 0), 59 if second == "60" else int(second or 0), microsecond, tz))
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
    """Whether a time is in the daylight saving time of the United States.

    By the Uniform Time Act, in force from 1967, without the exceptions of 1974 and 1975.
    """
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
