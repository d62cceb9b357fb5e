"""Warnings: what was read but not understood. The report of a run has their counts and some
examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_EXAMPLES = 20
"""Maximum number of examples of a kind that are kept."""
MAX_SHOWN = 3
"""Maximum number of examples of a kind in its sentence."""
_MAX_SHOWN_LENGTH = 80

KINDS = {
    "dates": ("{n} date was not understood", "{n} dates were not understood"),
    "bylines": ("{n} byline was not understood", "{n} bylines were not understood"),
    "no-article": (
        "{n} record that holds no article was skipped",
        "{n} records that hold no article were skipped",
    ),
    "short-rows": (
        "{n} row has fewer fields than its table has columns",
        "{n} rows have fewer fields than their table has columns",
    ),
    "left-out": ("{n} passage of text is in no article", "{n} passages of text are in no article"),
    "no-utf-8": ("{n} file holds bytes that are no UTF-8", "{n} files hold bytes that are no UTF-8"),
    "stray-bytes": (
        "{n} file holds bytes that are not of its encoding",
        "{n} files hold bytes that are not of their encoding",
    ),
    "encoding-guess": (
        "{n} file was decoded by a weak guess of its encoding",
        "{n} files were decoded by a weak guess of their encoding",
    ),
    "encoding-option": (
        "{n} file is not in the encoding that --encoding names, and was read as another",
        "{n} files are not in the encoding that --encoding names, and were read as another",
    ),
    "unread-text": (
        "{n} file holds a long text under a key that no field takes",
        "{n} files hold a long text under a key that no field takes",
    ),
}
"""The kinds of warnings, each with a sentence about one and about several."""
HINTS = {
    "dates": (
        re.compile(r"\d{1,4}([./-])\d{1,4}\1\d{1,4}"),
        "--date-order dmy, mdy or ymd says how days of digits are ordered",
    ),
    "short-rows": (None, "fields with line ends inside of them must stand in quotes"),
    "encoding-guess": (None, "--encoding NAME says what the files of a root are in"),
}
"""For a kind of warning: a pattern that an example must match for the hint to apply (None: any),
and the hint, which says how to avoid such warnings."""
MAX_TEXT_LENGTH = 200
"""Maximum length of the text of a warning in characters; the rest is cut off."""
RECORD_KINDS = ("dates", "bylines", "no-article", "short-rows", "left-out")
"""Kinds that count records, or passages in them; the others count files."""

_QUOTED = ("dates", "bylines", "left-out")
"""Kinds whose text is quoted from the data."""


@dataclass(frozen=True, slots=True)
class ReadWarning:
    """Something that was read but not understood.

    `kind` is one of KINDS, `path` the file, `text` what was found, and `place` the location in the
    file ("line 7", "record 3") or "".
    """

    kind: str
    path: str
    text: str = ""
    place: str = ""

    def __str__(self) -> str:
        text = self.text if len(self.text) <= _MAX_SHOWN_LENGTH else f"{self.text[:_MAX_SHOWN_LENGTH]}…"
        where = ", ".join(part for part in (self.path, self.place) if part)
        if self.kind in _QUOTED:
            return f'"{text}" ({where})'
        return f"{where} ({text})" if text else where


@dataclass(frozen=True, slots=True)
class WarningCount:
    """The number of warnings of a kind in a run, and the first of them as examples."""

    kind: str
    count: int
    examples: tuple[ReadWarning, ...]

    def __str__(self) -> str:
        one, several = KINDS[self.kind]
        sentence = (one if self.count == 1 else several).format(n=f"{self.count:,}")
        shown = self.examples[:MAX_SHOWN]
        more = ", ..." if self.count > len(shown) else ""
        pattern, hint = HINTS.get(self.kind, (None, ""))
        hint_applies = hint and (pattern is None or any(pattern.match(example.text) for example in self.examples))
        return f"{sentence}: {', '.join(map(str, shown))}{more}{f'; {hint}' if hint_applies else ''}"

    def to_dict(self) -> dict[str, Any]:
        """The count as a JSON object."""
        examples = [{"path": one.path, "place": one.place, "text": one.text} for one in self.examples]
        return {"kind": self.kind, "count": self.count, "examples": examples}

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> WarningCount:
        """The count of an object that `to_dict` returned."""
        kind = found["kind"]
        examples = (ReadWarning(kind, one["path"], one["text"], one["place"]) for one in found["examples"])
        return cls(kind, found["count"], tuple(examples))


OnWarning = Callable[[ReadWarning], None]
"""Called with each warning; reading goes on."""


def ignore(warning: ReadWarning) -> None:
    """Do nothing: the callback of callers that want no warnings."""


class WarningTally:
    """Counts warnings by kind, and keeps the first examples of each; its size is bounded."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[ReadWarning]] = {}

    def __call__(self, warning: ReadWarning) -> None:
        """Count a warning. One that is an example already is not counted again: several shares may
        report it."""
        self._add(warning.kind, 1, (warning,))

    def add(self, counts: Iterable[WarningCount]) -> None:
        """Add the counts of another tally."""
        for one in counts:
            self._add(one.kind, one.count, one.examples)

    def _add(self, kind: str, count: int, examples: Iterable[ReadWarning]) -> None:
        known = self._examples.setdefault(kind, [])
        for example in examples:
            if example in known:
                count -= 1
            elif len(known) < MAX_EXAMPLES:
                known.append(example)
        self._counts[kind] = self._counts.get(kind, 0) + count

    def counts(self) -> tuple[WarningCount, ...]:
        """The counts, in the order of KINDS."""
        return tuple(
            WarningCount(kind, self._counts[kind], tuple(self._examples[kind])) for kind in KINDS if kind in self._counts
        )
