"""What is kept of the documents that match? Data that the caller of `execute` chooses; only Scored
asks for scores.

No NumPy here: whoever asks need not have it.
"""

from __future__ import annotations

from typing import Literal

from searchkit.frozen import frozen
from searchkit.model import Sort

Period = Literal["day", "week", "month", "year"]
"""How long the stretches of a histogram are. Weeks begin on Mondays."""

FacetField = Literal["source", "section", "language"]
"""The attributes of Article that a segment keeps as a column of values."""


@frozen
class Count:
    """How many there are."""


@frozen
class Docs:
    """Which they are.

    With `limit` only those that may be among the first so many by printed date, all that tie with
    the last of them included: newest first ("-date") or oldest first ("date"), undated ones last.
    """

    limit: int | None = None
    sort: Literal["date", "-date"] = "-date"


@frozen
class Scored:
    """Which they are, with their scores; with `limit` only those that may be among the first so
    many in the order of `sort`, all that tie with the last of them included."""

    limit: int | None = None
    sort: Sort = "relevance"


@frozen
class Histogram:
    """How many there are of each stretch of time, by printed date."""

    period: Period


@frozen
class Facet:
    """How many there are of each value of a field."""

    field: FacetField


Collector = Count | Docs | Scored | Histogram | Facet
