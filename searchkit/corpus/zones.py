"""Which zone does a date have that says none, and which dates have no other?"""

from __future__ import annotations

from datetime import UTC, datetime


def with_zone(date: datetime) -> datetime | None:
    """A date with the zone UTC in place of none, or None for one that no other zone has a time for."""
    if date.tzinfo is None:
        return date.replace(tzinfo=UTC)
    if date.tzinfo is UTC:
        return date
    offset = date.utcoffset()
    if offset and offset.seconds % 60:
        return date.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)  # no zone has seconds: the day alone
    if 1 < date.year < 9999:
        return date
    try:
        date.astimezone(UTC)
    except OverflowError:
        return None
    return date
