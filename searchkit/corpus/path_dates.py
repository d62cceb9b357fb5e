"""Finds the day that a path or URL names: "2020/04/26/", "wire-2020-04-26.txt", "20200426"."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DAY = re.compile(
    r"(?<!\d)(?P<year>1[6-9]\d\d|20\d\d)(?:(?P<between>[/_.-])(?P<month>\d\d?)(?P=between)(?P<day>\d\d?)(?![\d])"
    r"|(?P<digits>(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?![^/_.\-\s?#]))"
)


def date_in_path(path: str) -> datetime | None:
    """The first day that a path names, as midnight in UTC, or None."""
    for found in _DAY.finditer(path):
        digits = found["digits"]
        month, day = (digits[:2], digits[2:]) if digits else (found["month"], found["day"])
        if digits and found.start() > 0 and path[found.start() - 1] not in "/_.- ":
            continue
        try:
            return datetime(int(found["year"]), int(month), int(day), tzinfo=UTC)
        except ValueError:
            continue
    return None
