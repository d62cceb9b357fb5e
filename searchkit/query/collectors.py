"""Collectors say what is kept of the documents that match. The caller of `execute` chooses one.

Only Scored computes scores. No NumPy here: callers need not have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from searchkit.frozen import frozen
from searchkit.model import Sort

if TYPE_CHECKING:
    from searchkit.query.score_options import ScoreOptions  # most searches need none, and it takes 1 ms

Period = Literal["day", "week", "month", "year"]
"""The periods of a histogram. Weeks begin on Mondays."""

FacetField = Literal["source", "section", "language"]
"""The attributes of Article that a segment keeps as a column of values."""


@frozen
class Count:
    """The number of documents."""


@frozen
class Docs:
    """The documents.

    With `limit` only those that may be among the first so many by printed date, and all that tie
    with the last of them: newest first ("-date") or oldest first ("date"), undated ones last.
    """

    limit: int | None = None
    sort: Literal["date", "-date"] = "-date"


@frozen
class Scored:
    """The documents with their scores.

    With `limit` only those that may be among the first so many in the order of `sort`, and all that
    tie with the last of them. `options` are those that change scores. Recency changes the order
    only: its factors are not in the scores yet.
    """

    limit: int | None = None
    sort: Sort = "relevance"
    options: ScoreOptions | None = None


@frozen
class Histogram:
    """The number of documents in each period, by printed date."""

    period: Period


@frozen
class Facet:
    """The number of documents with each value of a field."""

    field: FacetField


Collector = Count | Docs | Scored | Histogram | Facet
