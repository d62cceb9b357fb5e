"""Finds the dateline at the beginning of a text: "BAKU, April 26 (Azernews) -"."""

from __future__ import annotations

import re

MAX_LENGTH = 120
"""Maximum length of a dateline in characters."""
MAX_MIXED_LENGTH = 60
"""The same up to the agency behind a place that is not in capitals."""
MAX_PARTS, MAX_WORDS = 3, 4
"""Maximum numbers of the parts of a place ("BAKU, Azerbaijan"), and of the words of a part."""

_SIGN = re.compile(r" (?:--?|–|—) |(?:--|—|–) |\): |/\.? ")
"""What a dateline ends with, and the blank behind it."""
_AGENCY = re.compile(r"\s?(?:\((?P<name>[^\W\d_][^()]{1,40})\)|/[^\W\d_][^/]{1,40}/)$")
_DATE = re.compile(r"[,.]\s(?:\d{1,2}\.?\s(?:de\s)?[^\W\d_]+|[^\W\d_]+\.?\s\d{1,2}(?:st|nd|rd|th)?)(?:,?\s\d{4})?$")
_WORD = re.compile(r"(?:[^\W\d_]|['’.-])+")
_NO_PLACE = frozenset(
    [
        *("UPDATE", "UPDATED", "BREAKING", "NOTE", "CORRECTION", "EXCLUSIVE", "OPINION", "ANALYSIS", "COMMENT", "WATCH"),
        *("LIVE", "VIDEO", "PHOTO", "PHOTOS", "ALSO", "PLUS", "ADVISORY", "URGENT", "FACTBOX", "TIMELINE", "Q", "A"),
        *("QUESTION", "ANSWER", "AND", "BUT", "THE"),
    ]
)
"""Words in capitals that begin a text and no dateline."""


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
    found = _SIGN.search(head, 1)
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
    if place.partition(",")[0].isupper():
        return head[:end] if agency is not None or date is not None or sign.strip() != "-" else ""
    return head[:end] if agency is not None else ""


def _is_agency(found: re.Match[str] | None) -> bool:
    """Whether what stands in parentheses may be an agency: in capitals it is one word."""
    name = found["name"] if found is not None else None
    return name is None or not name.isupper() or " " not in name


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
