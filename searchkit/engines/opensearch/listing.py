"""Lists what an archive in a cluster holds: its articles, the terms of its fields, and its
statistics."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from searchkit.aggregations.stats import PrintedDate, StatsCounts
from searchkit.engines.opensearch.documents import checked_id
from searchkit.engines.opensearch.searching import Json, Searcher
from searchkit.model import StoredArticle
from searchkit.schema import FIELDS, Kind

IDS_AT_ONCE = 10_000
"""How many ids are listed together. For each listing the cluster looks at all of them."""
ARTICLES_AT_ONCE = 256
"""How many articles are read together."""
BUCKETS_AT_ONCE = 5_000
"""How many terms are listed together. A cluster allows 65,535 (`search.max_buckets`)."""


def list_articles(searcher: Searcher) -> Iterator[StoredArticle]:
    """All stored articles, by id: so none comes twice, whatever is written meanwhile. Raises
    StorageError."""
    body = {"query": {"match_all": {}}, "sort": [{"id": "asc"}], "_source": False, "stored_fields": "_none_"}
    for hits in searcher.scan(body, IDS_AT_ONCE):
        # An id is there twice while its article moves to another part.
        ids = list(dict.fromkeys(checked_id(hit, hit["sort"][0]) for hit in hits))
        for start in range(0, len(ids), ARTICLES_AT_ONCE):
            yield from searcher.read(ids[start : start + ARTICLES_AT_ONCE]).values()


def list_terms(searcher: Searcher, field: str, prefix: str, limit: int | None) -> tuple[tuple[str, int], ...]:
    """The first terms of a field of words or values with a prefix, each with its articles. Raises
    StorageError."""
    name = f"{field}.terms" if FIELDS[field].kind is Kind.WORDS else field
    found: list[tuple[str, int]] = []
    for term, count in list_keys(searcher, name, _text_before(prefix), BUCKETS_AT_ONCE if limit is None else limit):
        if limit is not None and len(found) >= limit:
            break
        if term.startswith(prefix):
            found.append((term, count))
        elif term > prefix:
            break
    return tuple(found)


def count_cluster(searcher: Searcher) -> StatsCounts:
    """Count the articles of a cluster. Reference implementation: `count_stats`. Raises
    StorageError."""
    first, last = (
        {"top_hits": {"size": 1, "_source": False, "sort": [{"printed": order}, {"moment": order}]}}
        for order in ("asc", "desc")
    )
    dated = {"filter": {"exists": {"field": "printed"}}, "aggs": {"first": first, "last": last}}
    answer = searcher.search({"size": 0, "track_total_hits": True, "aggs": {"dated": dated}})
    found = answer["aggregations"]["dated"]
    total = answer["hits"]["total"]["value"]
    sources = dict(list_keys(searcher, "source.value", "", BUCKETS_AT_ONCE))
    without = total - sum(sources.values())
    return StatsCounts(
        article_count=total,
        dated_count=found["doc_count"],
        first=_date_of(found["first"]),
        last=_date_of(found["last"]),
        sources=({"": without} if without > 0 else {}) | sources,
    )


def find_oldest(searcher: Searcher) -> int | None:
    """The oldest printed date of all articles (microseconds from the year 1), None if all are
    undated. Raises StorageError."""
    sort = [{"printed": {"order": "asc"}}]
    answer = searcher.search({"size": 1, "query": {"exists": {"field": "printed"}}, "sort": sort, "_source": False})
    hits = answer["hits"]["hits"]
    return int(hits[0]["sort"][0]) if hits else None


def measure(searcher: Searcher) -> tuple[int, int]:
    """The bytes of an archive, each shard counted once, and its number of segments. Raises
    StorageError."""
    for _ in range(2):
        answer = searcher.cluster.request("GET", f"/{searcher.index}/_stats/store,segments")
        if not answer["_shards"]["failed"]:  # else an index was removed meanwhile, which another replaces
            break
    primaries = answer["_all"]["primaries"]
    return primaries["store"]["size_in_bytes"], primaries["segments"]["count"]


def list_keys(searcher: Searcher, name: str, after: str, size: int) -> Iterator[tuple[str, int]]:
    """The values of a field of keywords behind `after`, in the order of their characters, each with
    its articles. The first `size` are asked for together."""
    source = {"value": {"terms": {"field": name, "order": "asc"}}}
    composite: Json = {"sources": [source]}
    if after:
        composite["after"] = {"value": after}
    size = min(size, BUCKETS_AT_ONCE)
    while size:
        composite["size"] = size
        # Without a query the cluster reads the terms in their order, and stops when it has enough.
        found = searcher.search({"size": 0, "aggs": {"values": {"composite": composite}}})["aggregations"]["values"]
        for bucket in found["buckets"]:
            yield bucket["key"]["value"], bucket["doc_count"]
        if len(found["buckets"]) < size:
            return
        composite["after"], size = found["after_key"], BUCKETS_AT_ONCE


def _text_before(prefix: str) -> str:
    """A text before all that begin with a prefix, with hardly any between."""
    if not prefix:
        return ""
    code = ord(prefix[-1]) - 1
    if code < 0:
        return prefix[:-1]
    return prefix[:-1] + chr(0xD7FF if 0xD800 <= code <= 0xDFFF else code) + chr(sys.maxunicode)


def _date_of(found: Json) -> PrintedDate | None:
    """The date of a document by its printed date and its moment."""
    hits = found["hits"]["hits"]
    if not hits:
        return None
    printed, moment = hits[0]["sort"]
    return printed, (printed - moment) // 1_000_000
