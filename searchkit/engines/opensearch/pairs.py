"""Pairs of queries of a cluster, and what AND, OR and NOT make of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searchkit.engines.opensearch.words import Json
from searchkit.frozen import frozen

NOTHING: Json = {"match_none": {}}
"""The query that finds no article."""


@frozen
class Pair:
    """`upper` finds at least the articles that match, `lower` finds only such; if both are the same
    object, it finds exactly these. `scores` tells whether `upper` scores."""

    upper: Json
    lower: Json
    scores: bool = False

    @property
    def is_exact(self) -> bool:
        return self.upper is self.lower


def exact(query: Json, *, scores: bool = False) -> Pair:
    """The pair of a query that finds exactly the articles that match."""
    return Pair(query, query, scores)


def intersect(pairs: Sequence[Pair], excluded: Sequence[Pair] = ()) -> Pair:
    """What all pairs find, without what the excluded ones find."""
    scores = any(pair.scores for pair in pairs)
    upper = _bool(
        must=[pair.upper for pair in pairs if pair.scores],
        filter=[pair.upper for pair in pairs if not pair.scores],
        must_not=[pair.lower for pair in excluded if pair.lower is not NOTHING],
    )
    if all(pair.is_exact for pair in (*pairs, *excluded)):
        return exact(upper, scores=scores)
    if any(pair.lower is NOTHING for pair in pairs):
        return Pair(upper, NOTHING, scores)
    lower = _bool(filter=[pair.lower for pair in pairs], must_not=[pair.upper for pair in excluded])
    return Pair(upper, lower, scores)


def unite(pairs: Sequence[Pair]) -> Pair:
    """What any of the pairs finds, with the sum of their scores."""
    if len(pairs) == 1:
        return pairs[0]
    scores = any(pair.scores for pair in pairs)
    upper = any_query([pair.upper if pair.scores or not scores else {"bool": {"filter": [pair.upper]}} for pair in pairs])
    if all(pair.is_exact for pair in pairs):
        return exact(upper, scores=scores)
    return Pair(upper, any_query([pair.lower for pair in pairs]), scores)


def any_query(queries: Iterable[Json]) -> Json:
    """What any of the queries finds, with the sum of their scores."""
    found: list[Json] = []
    for query in queries:
        inner = query.get("bool")
        if inner is not None and inner.keys() == {"should"}:
            found += inner["should"]
        elif query is not NOTHING:
            found.append(query)
    if not found:
        return NOTHING
    return found[0] if len(found) == 1 else {"bool": {"should": found}}


def _bool(**clauses: list[Json]) -> Json:
    return {"bool": {name: queries for name, queries in clauses.items() if queries}}
