"""Compiles the conditions of a query that do not score: values, dates, lengths."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from searchkit.engines.opensearch.documents import UNIX_EPOCH
from searchkit.engines.opensearch.expressions import lucene_wildcard
from searchkit.engines.opensearch.pairs import any_query
from searchkit.engines.opensearch.words import Json, base_path
from searchkit.query.nodes import (
    Dates,
    Everything,
    Filter,
    Length,
    Present,
    Undated,
    Value,
    ValuePart,
    ValuePattern,
    assert_never_node,
)
from searchkit.schema import FIELDS, TEXT_FIELDS, Kind, moment_micros, printed_micros

_UNDATED: Json = {"bool": {"must_not": [{"exists": {"field": "printed"}}]}}


def filter_query(node: Filter) -> Json:
    """The query of a condition."""
    match node:
        case Everything():
            return {"match_all": {}}
        case Value(text, field):
            return {"term": {field: text}}
        case ValuePattern(pattern, field):
            return _pattern(field, pattern)
        case ValuePart(text, "site"):
            return _site(text)
        case ValuePart(text, _):
            return _path(text)
        case Present(field):
            return _present(field)
        case Undated():
            return _UNDATED
        case Dates(since, before):
            return _dates(since, before)
        case Length(least, most):
            return {"range": {"words": _limits(gte=least, lte=most)}}
        case _:
            assert_never_node(node)


def _pattern(field: str, pattern: str) -> Json:
    if "*" not in pattern and "?" not in pattern:
        return {"term": {field: pattern}}
    return {"wildcard": {field: {"value": lucene_wildcard(pattern)}}}


def _site(text: str) -> Json:
    """URLs of a host and of those below it, and whose path begins as the text goes on."""
    host, slash, path = text.partition("/")
    on_host = any_query([_pattern("host", host), _pattern("host", f"*.{host}")])
    if not slash:
        return on_host
    on_path = any_query([_pattern("url_path", f"/{path}"), _pattern("url_path", f"/{path}/*")])
    return {"bool": {"filter": [on_host, on_path]}}


def _path(text: str) -> Json:
    """Paths that end with a text, or, if that is an absolute path, that are the end of it."""
    if not text.startswith("/"):
        return any_query([_pattern("path", text), {"wildcard": {"path": {"value": lucene_wildcard(f"*/{text}")}}}])
    starts = [index + 1 for index, character in enumerate(text) if character == "/"]
    return {"terms": {"path": [text, *filter(None, (text[start:] for start in starts))]}}


def _present(field: str) -> Json:
    if field == "quote":
        codes = ["q(", "q="]
        return any_query([{"terms": {f"{name}.structure": codes}} for name in TEXT_FIELDS])
    if FIELDS[field].kind in (Kind.VALUE, Kind.PART):
        return {"exists": {"field": "url" if field == "site" else field}}
    return {"exists": {"field": base_path(field)}}


def _dates(since: datetime | None, before: datetime | None) -> Json:
    """A bound without a zone is compared with the printed date, another with the moment.

    Of shards without articles in a range of `date` the cluster knows that, of other ranges not.
    """
    limits: dict[str, dict[str, Any]] = {}
    for name, bound in (("gte", since), ("lt", before)):
        if bound is None:
            continue
        field, limit = ("printed", printed_micros(bound)) if bound.tzinfo is None else ("moment", moment_micros(bound))
        if field == "printed" and not limit % 1000:
            field, limit = "date", limit // 1000 - UNIX_EPOCH
        limits.setdefault(field, {})[name] = limit
    ranges: list[Json] = [{"range": {field: limit}} for field, limit in limits.items()]
    if not ranges:
        return {"exists": {"field": "printed"}}
    return ranges[0] if len(ranges) == 1 else {"bool": {"filter": ranges}}


def _limits(**limits: int | None) -> dict[str, int]:
    return {name: limit for name, limit in limits.items() if limit is not None}
