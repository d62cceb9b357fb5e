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
    upper = any_query(
        [pair.upper if pair.scores or not scores else {"bool": {"filter": [pair.upper]}} for pair in pairs], scores=scores
    )
    if all(pair.is_exact for pair in pairs):
        return exact(upper, scores=scores)
    return Pair(upper, any_query([pair.lower for pair in pairs]), scores)


def any_query(queries: Iterable[Json], *, scores: bool = False) -> Json:
    """What any of the queries finds, with the sum of their scores if `scores`."""
    found: list[Json] = []
    for query in queries:
        inner = query.get("bool")
        if inner is not None and inner.keys() == {"should"}:
            found += inner["should"]
        elif query is not NOTHING:
            found.append(query)
    if len(found) > 1:
        found = _join_terms(found, scores)
    if not found:
        return NOTHING
    return found[0] if len(found) == 1 else {"bool": {"should": found}}


def _join_terms(queries: Sequence[Json], scores: bool) -> list[Json]:
    """The queries, with those for terms of one field that score nothing, or the same constant, as
    one: a cluster takes a limited number of queries, but many terms."""
    found: list[Json] = []
    terms: dict[tuple[str, float], dict[str, None]] = {}
    for query in queries:
        constant = query.get("constant_score")
        inner = query if constant is None else constant["filter"]
        field, texts = _terms_of(inner)
        if not texts or scores != (constant is not None):
            found.append(query)
            continue
        key = field, 0.0 if constant is None else constant["boost"]
        terms.setdefault(key, {}).update(dict.fromkeys(texts))
    for (field, boost), texts_of in terms.items():
        texts = list(texts_of)
        joined: Json = {"terms": {field: texts}} if len(texts) > 1 else {"term": {field: texts[0]}}
        found.append({"constant_score": {"filter": joined, "boost": boost}} if scores else joined)
    return found


def _terms_of(query: Json) -> tuple[str, list[str]]:
    """The field and the terms of a query for any of some terms; no terms for another one."""
    for kind in ("term", "terms"):
        for field, value in query.get(kind, {}).items():
            if isinstance(value, str):
                return field, [value]
            if isinstance(value, list):
                return field, value
    return "", []


def _bool(**clauses: list[Json]) -> Json:
    return {"bool": {name: queries for name, queries in clauses.items() if queries}}
