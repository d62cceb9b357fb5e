"""Says which moment it is in a search, and which day."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from searchkit.errors import OptionError


class Clock:
    """The moment (aware) and the time zone of a search, which decide which day today is.

    `was_read` says whether anybody has asked for the moment: what was made without it is the same
    at any time.
    """

    __slots__ = ("_now", "was_read", "zone")

    def __init__(self, now: datetime, zone: tzinfo = UTC) -> None:
        self._now, self.zone, self.was_read = now, zone, False

    @property
    def now(self) -> datetime:
        """The moment."""
        self.was_read = True
        return self._now

    @classmethod
    def from_zone_name(cls, timezone: str = "UTC", now: datetime | None = None) -> Clock:
        """The clock of a time zone's name (`Europe/Berlin`). Raises OptionError for an unknown
        one.

        Without `now` it is the present; a naive `now` is a time in the zone.
        """
        zone: tzinfo = UTC if timezone.upper() in ("UTC", "Z") else _find_zone(timezone)
        now = now or datetime.now(UTC)
        return cls(now if now.tzinfo else now.replace(tzinfo=zone), zone)

    def today(self) -> datetime:
        """Midnight of today (naive)."""
        return self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


def _find_zone(timezone: str) -> tzinfo:
    from zoneinfo import ZoneInfo  # late: 2 ms at the start of a search

    try:
        return ZoneInfo(timezone)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError, its causes are the others
        raise OptionError(f'"{timezone}" is not a time zone; expected a name such as UTC or Europe/Berlin') from None
