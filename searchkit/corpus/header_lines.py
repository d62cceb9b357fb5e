"""Parses one line of date and byline in the header of a text file: ` date 2020-04-26 By Akbar
Mammadov`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from searchkit.corpus.bylines import PARTICLES, is_agency, is_role, parse_byline
from searchkit.corpus.dates import parse_date

MAX_TITLE_LENGTH = 150
MAX_HEADER_LENGTH = 500
"""Maximum lengths in characters of a title and of a line of date and byline. Longer lines are text.
A search for a byline takes time quadratic in their length."""
MAX_WORDS_OF_DATE = 15
"""Maximum number of words of a date that stands beside other words."""

_MAY_BE_HEADER = re.compile(r"\s*(?:date|by|\D*\d)", re.I)
_HEADER = re.compile(r"\s*(?:(date)\b[:\s]*)?(.*?)(?:(?<![^\W\d_])(?<!-)(by)(?:[:\s]+(.*?))?)?\s*$", re.I)
_SUFFIX = re.compile(r",\s(?:[JS]r|I{1,3}|IV|Ph\.?D|M\.?D)\.?$")
_WORDS_OF_NO_NAME = frozenset(
    re.findall(
        r"\w+",
        "the all any every each both his its our your their some this that these those what when where which who how means"
        " virtue order word or of than as it not most one two three other another next",
    )
)
"""Words that no name has, but that titles beginning with "By" have."""
DOUBTFUL_NAMES = frozenset(
    re.findall(
        r"\w+",
        "a an no my her to far way more popular royal special public general common mutual default design chance accident"
        " mistake proxy force air sea land rail road water train bus bike boat foot hand hook rights degrees dusk night"
        " moonlight candlelight invitation appointment request leaps numbers divine executive presidential contrast"
        " comparison sheer pure near close first last new old own same car plane ship",
    )
)
"""First words behind "By" in titles, which may also begin a name: "By Royal Appointment", but "By
Royal Ford"."""
_MEANT_AS_DATE = re.compile(r"(?:unknown|undated|none|n/?a|[?-]+|[\d./:+\-\sTZ]*\d[\d./:+\-\sTZ]*)$", re.I)
"""A word for an unknown date, or digits and signs: no prose, but no date that is understood."""
_MONTH_AND_YEAR = re.compile(r"([^\W\d_]{3,})\.?,?\s+(?:1[5-9]|20)\d\d$")
_PUNCTUATION = " ,;:|/-–—(["
_AMBIGUOUS_DATE = re.compile(r"\d\d?([./-])\d\d?\1(?:\d{4}|\d\d)$")


class HeaderLine(NamedTuple):
    """What a line of date and byline says.

    `unread_date` is a date that was not understood, and `byline` the byline if it says more than
    the names of the authors.
    """

    date: datetime | None = None
    unread_date: str = ""
    authors: tuple[str, ...] = ()
    byline: str = ""


def is_month_and_year(written: str) -> bool:
    """Whether a text is a month and a year: "April 2020"."""
    found = _MONTH_AND_YEAR.match(written)
    if found is None:
        return False
    from searchkit.date_words import fold, months  # late: 6 ms at the start of a run without written dates

    return fold(found[1]) in months()


def parse_header(line: str, order: str = "") -> HeaderLine | None:
    """Parse a line of date and byline; None for any other line.

    `order` is that of ambiguous dates, as in `parse_date`.

    Behind the word "date" and a day any byline is accepted, and without "By" anything that looks
    like names; the rest is kept as a byline that says more. Any other line must have what looks
    like names, so that "Date by Friday was the aim" and "By the time the war ended" remain text.
    """
    if len(line) > MAX_HEADER_LENGTH or not _MAY_BE_HEADER.match(line):
        return None
    found = _HEADER.match(line)
    if found is None:
        return None
    word, written, by = found[1], found[2].strip(" ,;|"), found[3]
    byline, byline_text = found[4] or "", line[found.start(3) :].strip()
    date = parse_date(written, order) if written else None
    if by and not written:
        byline, date = _split_date_at_end(byline, order)
    rest = ""
    if word and written and date is None:
        date, rest = split_date_at_start(written, order)
        if rest and rest[0].islower() and line.lstrip().startswith("Date "):
            return None  # a headline
    if rest:
        byline, byline_text = byline or rest, f"{rest} {byline_text}" if by else rest
    names, has_more = parse_byline(byline)
    if rest and by:
        has_more = True
    elif rest and not all(map(is_name, names)):
        if is_sentence(rest):
            return None
        names, has_more = (), True
    if date is not None and not word and written.isdecimal() and len(written) != 8:
        return None  # a number of unknown meaning
    if written and date is None:
        is_unread = (
            looks_like_date(written) if word else _AMBIGUOUS_DATE.match(written) or (by and is_month_and_year(written))
        )
        if not is_unread:
            return None
    if not (word and written) and not (all(map(is_name, names)) and not (has_more and line.rstrip().endswith("."))):
        return None
    if not word and not written and not names and not is_role(byline):
        return None
    if word and not written and not by and not line.rstrip().endswith(":"):
        return None
    return HeaderLine(date, "" if date else written, names, byline_text if has_more else "")


def _split_date_at_end(byline: str, order: str) -> tuple[str, datetime | None]:
    """Split a byline into the text and the date at its end: "Jane Doe | April 26, 2020". A sentence
    has no date."""
    words = byline.split()
    if re.search(r"\d", byline) and not re.search(r"\d\.$", byline):
        for at in range(max(1, len(words) - MAX_WORDS_OF_DATE), len(words)):
            date = _date_of_words(words[at:], order)
            if date is not None:
                return " ".join(words[:at]).rstrip(_PUNCTUATION), date
    return byline, None


def split_date_at_start(text: str, order: str) -> tuple[datetime | None, str]:
    """Split a text into the date at its beginning and the rest. If it can be split so that the rest
    is names, it is."""
    words = text.split()
    found = []
    for at in range(min(len(words) - 1, MAX_WORDS_OF_DATE), 0, -1):
        date, rest = _date_of_words(words[:at], order), " ".join(words[at:]).lstrip(_PUNCTUATION)
        if date is not None and rest:
            found.append((date, rest))
    are_names = (one for one in found if all(map(is_name, parse_byline(one[1]).names)))
    return next(are_names, found[0] if found else (None, ""))


def _date_of_words(words: list[str], order: str) -> datetime | None:
    """The date that words make together; None for none, or for a number of unknown meaning."""
    return None if len(words) == 1 and words[0].isdecimal() and len(words[0]) != 8 else parse_date(" ".join(words), order)


def parse_byline_in_other_language(line: str, order: str) -> HeaderLine | None:
    """Parse a line that is only a byline in another language, with or without a date: "Von Max
    Müller"."""
    line = line.strip()
    if len(line) > MAX_TITLE_LENGTH or not line[:1].isalpha() or is_sentence(line):
        return None
    byline, date = _split_date_at_end(line, order)
    names, has_more = parse_byline(byline)
    if has_more or not names or line.startswith(names[0]) or not all(map(is_full_name, names)):
        return None
    return HeaderLine(date, authors=names)


def is_full_name(name: str) -> bool:
    """Whether a name has a first and a last name, or is an agency. Titles have more words: "Di
    Maria Is Back Again"."""
    words = name.split()
    big = [word for word in words if word not in PARTICLES]
    return is_agency(name) or (is_name(name) and 2 <= len(big) <= 3 and words[0].lower() not in PARTICLES)


def looks_like_date(written: str) -> bool:
    """Whether a text that could not be parsed as a date was meant as one."""
    if _MEANT_AS_DATE.match(written):
        return True
    from searchkit.corpus.written_dates import has_only_date_words  # late: 6 ms at the start of a run without written dates

    return has_only_date_words(written)


def is_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does."""
    return text.rstrip().rstrip("\"'”’»)").endswith(tuple(".!?。！？"))


def is_name(text: str) -> bool:
    """Whether a text alone looks like a name: "Akbar Mammadov" and "AFP", not "Dawn" or "Friday was
    the aim".

    A last name before a first name is not accepted, as "Dawn, Police Say" looks like one.
    """
    words = _SUFFIX.sub("", text).split()
    if not words or any(word.endswith(",") for word in words):
        return False
    if is_agency(text):
        return True
    big = all(word[0].isupper() or word in PARTICLES for word in words) and words[0][0].isalpha()
    if len(words) == 1:
        # "BY DAWN" is a title. A word without vowels is an abbreviation.
        return big and text.isupper() and not set("AEIOUY") & set(text)
    return big and len(words) <= 6 and not any(word.lower() in _WORDS_OF_NO_NAME for word in words)
