"""What an empty answer, or one of few hits, says about its query: the records of
`SearchResult.diagnosis`.

They are imported when a diagnosis is asked for: most searches need none.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from searchkit.json_values import date_text

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from searchkit.frozen import dataclass

SuggestionKind = Literal["spelling", "capitals", "literal", "without quotes", "without"]
"""What a suggested query changes.

- `spelling`: words that the index lacks are replaced by words that it has.
- `capitals`: `and`, `or` and `not` become operators.
- `literal`: everything is read as words (the option `literal`).
- `without quotes`: the words of a phrase must all occur, in any order.
- `without`: the parts that find nothing are left out.
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """What can stand in a query instead of a part that finds nothing: `text`, which by itself finds
    `total` articles."""

    text: str
    total: int

    def to_dict(self) -> dict[str, Any]:
        """The correction as JSON has it."""
        return {"text": self.text, "total": self.total}


@dataclass(frozen=True, slots=True)
class ClauseDiagnosis:
    """One part of a query.

    `total` is the number of articles that it finds alone, `total_without` what the whole query
    finds without it (None where nothing would be left, and for parts that the others do not
    restrict). `corrections` are the likeliest first. `note` says what else is known. `parts` are
    the words of a phrase, the operands of an operator.
    """

    text: str
    total: int
    total_without: int | None = None
    corrections: tuple[Correction, ...] = ()
    note: str = ""
    parts: tuple[ClauseDiagnosis, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The clause as JSON has it."""
        return {
            "text": self.text,
            "total": self.total,
            "total_without": self.total_without,
            "corrections": [one.to_dict() for one in self.corrections],
            "note": self.note,
            "parts": [part.to_dict() for part in self.parts],
        }


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another query, which finds `total` articles with the same options; with `literal`, that
    option has to be set."""

    kind: SuggestionKind
    query: str
    total: int
    literal: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The suggestion as JSON has it."""
        return {"kind": self.kind, "query": self.query, "total": self.total, "literal": self.literal}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a query finds what it finds: its `clauses`, which all have to match, and `suggestions` of
    queries that find more, each counted.

    An answer of more than ten articles has no suggestions. `first` and `last` are the dates of the
    earliest and the latest article, if a date of the query lies outside of them. At most 24 parts
    of a query are examined; `unexamined` counts the others.
    """

    query: str
    parsed: str
    total: int
    clauses: tuple[ClauseDiagnosis, ...]
    suggestions: tuple[Suggestion, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    unexamined: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The diagnosis as JSON has it, under the key `diagnosis`."""
        return {
            "clauses": [clause.to_dict() for clause in self.clauses],
            "suggestions": [one.to_dict() for one in self.suggestions],
            "first": date_text(self.first),
            "last": date_text(self.last),
            "unexamined": self.unexamined,
        }
