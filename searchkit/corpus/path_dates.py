"""Finds the day that a path or URL names: "2020/04/26/", "wire-2020-04-26.txt", "20200426"."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DAY = re.compile(
    r"(?<!\d)(?:(?P<year>1[6-9]\d\d|20\d\d)(?:/(?P<month>\d\d?)/(?P<day>\d\d?)(?!\d)"
    r"|(?P<between>[_.-])(?P<month_2>\d\d)(?P=between)(?P<day_2>\d\d)(?!\d))"
    r"|(?<![^/_.\- ])(?P<digits>(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?![^/_.\-\s?#]))"
)
_COPY = re.compile(r"(?<![^\W_])(?:backups?|copy|crawls?|downloads?|dumps?|exports?|saved|snapshots?)(?![^\W_])", re.I)
"""Words of names that say when a file was made, not when its articles were published."""


def date_in_path(path: str) -> datetime | None:
    """The last day that a path names, as midnight in UTC, or None.

    The last is the nearest to the article. The name of a copy, such as "export-2023-10-05.csv",
    names no day.
    """
    path = "/".join("" if _COPY.search(name) else name for name in path.split("/"))
    last = None
    for found in _DAY.finditer(path):
        year, month, day, _, month_2, day_2, digits = found.groups()
        if digits:
            year, month, day = digits[:4], digits[4:6], digits[6:]
        try:
            last = datetime(int(year), int(month or month_2), int(day or day_2), tzinfo=UTC)
        except ValueError:
            continue
    return last
