"""Limits of sizes and numbers. They stop files made to exhaust memory or time, and let real
archives pass."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from searchkit.errors import OptionError

KB, MB, GB, TB = 2**10, 2**20, 2**30, 2**40
_UNITS = {"": 1, "b": 1, "kb": KB, "mb": MB, "gb": GB, "tb": TB}
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]?b?)", re.I)
_COUNT = re.compile(r"\d{1,15}")
_SIZES = ("max_article", "max_member", "max_unpacked")

UNPACKED_FREELY = 256 * MB
"""Number of bytes that any packed file may unpack to, whatever its own size: a small file of one
thing repeated is no bomb."""
MAX_CACHED_LENGTH = 200
"""Maximum length in characters of a text, such as a date or a byline, whose parsed value is
cached."""
LONG_TEXT = 200
"""Minimum length in characters of a text that is reported if no field uses it and it is at least
twice as long as the body."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one file. Sizes are in bytes.

    - `max_article`: size of a text file, a JSON line or a Reuters record.
    - `max_member`: size of one member of an archive, unpacked.
    - `max_unpacked`: size of all that one file unpacks to.
    - `max_ratio`: how many times the size of the file that may be, beyond UNPACKED_FREELY. News
      packs 3 to 10 times, JSON lines up to 50, a bomb 1,000 times.
    - `max_members`: number of members of one archive; in a zip file each takes about a kilobyte of
      memory.
    """

    max_article: int = 64 * MB
    max_member: int = 64 * GB
    max_unpacked: int = TB
    max_ratio: int = 200
    max_members: int = 2_000_000

    @classmethod
    def from_mapping(cls, options: Mapping[str, Sequence[str]]) -> Limits:
        """Parse the limits among reading options ("64MB", "200"). Raises OptionError."""
        found: dict[str, int] = {}
        for name in LIMITS:
            texts = [text.strip() for text in options.get(name, ()) if text.strip()]
            if len(texts) > 1:
                raise OptionError(f'{name} was given {len(texts)} times ("{", ".join(texts)}"); expected one value')
            if texts:
                found[name] = _parse_limit(name, texts[0])
        return cls(**found)

    def as_mapping(self) -> dict[str, tuple[str, ...]]:
        """The limits as strings, without those that have the default value."""
        found: dict[str, tuple[str, ...]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                found[field.name] = (format_size(value) if field.name in _SIZES else str(value),)
        return found


LIMITS = tuple(field.name for field in fields(Limits))


def format_size(size: int) -> str:
    """A size in the largest unit of which it is a multiple: "64MB"."""
    for name, unit in (("TB", TB), ("GB", GB), ("MB", MB), ("KB", KB)):
        if size >= unit and size % unit == 0:
            return f"{size // unit}{name}"
    return f"{size}B"


def _parse_limit(name: str, text: str) -> int:
    size = _SIZE.fullmatch(text) if name in _SIZES else None
    if size is not None:
        unit = size[2].lower()
        value = int(float(size[1]) * _UNITS.get(unit, _UNITS.get(f"{unit}b", 1)))
    else:
        value = int(text) if name not in _SIZES and _COUNT.fullmatch(text) else 0
    if value < 1:
        expected = "a size such as 64MB or 1.5GB" if name in _SIZES else "a whole number"
        raise OptionError(f'"{text}" is no {name.replace("_", "-")}; expected {expected} above 0')
    return value
