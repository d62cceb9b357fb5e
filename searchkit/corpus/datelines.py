"""Finds the dateline at the beginning of a text: "BAKU, April 26 (Azernews) -"."""

from __future__ import annotations

import re

MAX_LENGTH = 120
"""Maximum length of a dateline in characters."""

_WORD = r"(?:[^\W\d_]|['’.-])+"
_CAPITALS = r"[^\W\d_a-zß-öø-ÿа-яё](?:[^\W\d_a-zß-öø-ÿа-яё]|['’.-])+"
_NAME = r"[^\W\d_a-zß-öø-ÿа-яё](?:[^\W\d_]|['’.-])*"
_PLACE = rf"{_NAME}(?:\s(?:{_NAME}|{_WORD}\s{_NAME})){{0,3}}"
_CAPITAL_PLACE = rf"{_CAPITALS}(?:\s{_CAPITALS}){{0,3}}"
_DATE = rf"(?:\d{{1,2}}\.?\s(?:de\s)?{_WORD}|{_WORD}\s\d{{1,2}}(?:st|nd|rd|th)?)(?:,?\s\d{{4}})?"
_AGENCY = r"(?:\([^\W\d_][^()\n]{1,40}\)|/[^\W\d_][^/\n]{1,40}/)"
_END = r"(?:\s?(?:--|—|–|-)(?=\s)|\s?—)"
_DATELINE = (
    rf"(?:{_CAPITAL_PLACE}(?:,\s{_PLACE}){{0,2}}?(?:[,.]\s{_DATE}[.,]?)?\s{_AGENCY}\.?(?:{_END}|:(?=\s)|(?<=/\.)|(?<=/))"
    rf"|{_CAPITAL_PLACE}(?:,\s{_PLACE}){{0,2}}?[,.]\s{_DATE}[.,]?{_END}"
    rf"|{_CAPITAL_PLACE}(?:,\s{_PLACE})?\s?(?:--|—|–)(?=\s)"
    rf"|{_PLACE}(?:,\s{_PLACE}){{0,2}}?,\s{_DATE},?\s{_AGENCY}\.?{_END}?"
    rf"|{_PLACE}\s{_AGENCY}{_END})"
)
"""A place in capitals with an agency, a date or a dash behind it; or any place with an agency and a
date or dash. Compiled at its first use, as most archives have datelines or none at all."""
_NO_PLACE = re.compile(
    r"(?:UPDATED?|BREAKING|NOTE|CORRECTION|EXCLUSIVE|OPINION|ANALYSIS|COMMENT|WATCH|LIVE|VIDEO|PHOTOS?|ALSO|AND|BUT|THE"
    r"|PLUS|ADVISORY|URGENT|FACTBOX|TIMELINE|QUESTION|ANSWER|Q|A)\b"
)


def find_dateline(body: str) -> str:
    """The dateline that a text begins with, as it is written; "" if there is none."""
    head = body[:MAX_LENGTH].partition("\n")[0]
    if not head[:1].isupper() or not ("(" in head or "/" in head or "-" in head or "—" in head or "–" in head):
        return ""
    found = re.match(_DATELINE, head)
    return found[0] if found is not None and not _NO_PLACE.match(head) else ""
