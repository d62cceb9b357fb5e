"""Finds the dateline at the beginning of a text: "BAKU, April 26 (Azernews) -"."""

from __future__ import annotations

import re

MAX_LENGTH = 120
"""Maximum length of a dateline in characters."""
MAX_MIXED_LENGTH = 60
"""The same up to the agency behind a place that is not in capitals."""
MAX_PARTS, MAX_WORDS = 3, 4
"""Maximum numbers of the parts of a place ("BAKU, Azerbaijan"), and of the words of a part."""

_MARK = re.compile(r"[-–—)/]")
_SIGN = re.compile(r" (?:--?|–|—) |(?:--|—|–) |\): |/\.? ")
"""What a dateline ends with, and the blank behind it."""
_AGENCY = re.compile(r"\s?(?:\((?P<name>[^\W\d_][^()]{1,40})\)|/[^\W\d_][^/]{1,40}/)$")
_DATE = re.compile(
    r"[,.]\s(?:(?:le|am|den|el|il)\s)?(?:\d{1,2}\.?\s(?:de\s)?[^\W\d_]+|[^\W\d_]+\.?\s\d{1,2}(?:st|nd|rd|th)?)(?:,?\s\d{4})?$"
)
_WORD = re.compile(r"(?:[^\W\d_]|['’.-])+")
_INSIDE_PLACES = frozenset((
    "am", "an", "al", "da", "de", "del", "der", "des", "do", "el", "la", "le", "les", "of", "on", "sur", "upon",
    "na", "nad",
))  # fmt: skip
"""Words in small letters inside the names of places: "Rio de Janeiro"."""
_NO_PLACE = frozenset(
    [
        *("UPDATE", "UPDATED", "BREAKING", "NOTE", "CORRECTION", "EXCLUSIVE", "OPINION", "ANALYSIS", "COMMENT", "WATCH"),
        *("LIVE", "VIDEO", "PHOTO", "PHOTOS", "ALSO", "PLUS", "ADVISORY", "URGENT", "FACTBOX", "TIMELINE", "Q", "A"),
        *("QUESTION", "ANSWER", "AND", "BUT", "THE"),
    ]
)
"""Words in capitals that begin a text and no dateline."""
_SMALL_AGENCIES = frozenset((
    "afp", "ansa", "ap", "apa", "anp", "belga", "bns", "ctk", "dapd", "ddp", "dpa", "dts", "efe", "epd", "hina", "kna",
    "leta", "lusa", "mti", "ntb", "ots", "pap", "reuters", "ritzau", "rtr", "sda", "sid", "stt", "tanjug", "tasr", "tass",
    "tt",
))  # fmt: skip
"""Agencies that write themselves in small letters; other words in parentheses are remarks."""


def find_dateline(body: str) -> str:
    """The dateline that a text begins with, as it is written; "" if there is none.

    It is a place in capitals with an agency, a date or a long dash behind it, or any place with an
    agency and a dash.
    """
    if body[1:2].islower() and "(" not in (start_of_body := body[:MAX_MIXED_LENGTH]) and "/" not in start_of_body:
        return ""  # the usual case: a place in small letters needs an agency
    head = body[: MAX_LENGTH + 1].partition("\n")[0]
    if not head[:1].isupper():
        return ""
    second = head.partition(" ")[2].partition(" ")[0]
    if second[:1].islower() and second not in _INSIDE_PLACES:
        return ""  # a sentence
    found = _find_sign(head)
    if found is None:
        return ""
    start, end, sign = found.start(), found.end() - 1, found[0]
    is_agency_last = sign[0] in "/)"
    place = head[: start + 1] if is_agency_last else head[:start]
    agency = _AGENCY.search(place.rstrip(" ."))
    if (is_agency_last and agency is None) or not _is_agency(agency):
        return ""
    if agency is not None:
        place = place[: agency.start()]
    place = place.rstrip(" .,") if agency is not None else place
    date = _DATE.search(place)
    if date is not None:
        place = place[: date.start()]
    if not _is_place(place):
        return ""
    if agency is None and not place.partition(",")[0].isupper():
        return ""
    if agency is None and date is None and (sign.strip() == "-" or head[end + 1 : end + 2].islower()):
        return ""  # "NATO - an alliance"
    return head[:end]


def _find_sign(head: str) -> re.Match[str] | None:
    """The first sign that may end a dateline."""
    for mark in _MARK.finditer(head, 1):  # a set of characters is found much faster than `_SIGN`
        at = mark.start()
        found = _SIGN.match(head, at - 1 if head[at - 1] == " " else at)
        if found is not None:
            return found
    return None


def _is_agency(found: re.Match[str] | None) -> bool:
    """Whether what stands in parentheses may be an agency: in capitals it is one word, in small
    letters a known one."""
    name = found["name"] if found is not None else None
    if name is None:
        return True
    if name[0].islower():
        return re.split(r"\W", name)[0] in _SMALL_AGENCIES
    return not name.isupper() or " " not in name


def _is_place(text: str) -> bool:
    parts = text.split(", ")
    if len(parts) > MAX_PARTS:
        return False
    for part in parts:
        words = part.split(" ")
        if len(words) > MAX_WORDS or not all(map(_WORD.fullmatch, words)):
            return False
        if not (words[0][0].isupper() and words[-1][0].isupper()):
            return False
    return len(text) > 2 and text.partition(" ")[0].rstrip(".,") not in _NO_PLACE
