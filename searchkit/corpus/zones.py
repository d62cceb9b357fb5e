"""Gives dates a time zone, and refuses dates that cannot be converted to other zones."""

from __future__ import annotations

from datetime import UTC, datetime


def with_zone(date: datetime) -> datetime | None:
    """The date, in UTC if it has no zone; None if it is out of range in UTC."""
    if date.tzinfo is None:
        return date.replace(tzinfo=UTC)
    if date.tzinfo is UTC:
        return date
    offset = date.utcoffset()
    if offset and offset.seconds % 60:
        # No zone has an offset with seconds: only the day is kept.
        return date.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    if 1 < date.year < 9999:
        return date
    try:
        date.astimezone(UTC)
    except OverflowError:
        return None
    return date
