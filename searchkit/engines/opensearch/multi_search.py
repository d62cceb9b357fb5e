"""Sends several searches to a cluster in one request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import orjson

from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.refusals import explain_refusal
from searchkit.errors import StorageError


def multi_search(
    cluster: Cluster,
    index: str,
    searches: Iterable[Mapping[str, Any]],
    *,
    answer: Iterable[str],
    search_type: str = "query_then_fetch",
    preference: str = "",
) -> list[Any]:
    """The answers to some searches in an index or alias, in their order.

    `answer` are the parts of each answer that are wanted, such as "hits.total". Raises
    RequestRefused for the first that the cluster refused, and StorageError for one that did not
    come in time.
    """
    header = orjson.dumps(
        {"allow_partial_search_results": False, "search_type": search_type}
        | ({"preference": preference} if preference else {})
    )
    lines = [line for search in searches for line in (header, orjson.dumps(search))]
    if not lines:
        return []
    path = f"/{quote(index)}/_msearch"
    parts = ",".join(f"responses.{part}" for part in ("status", "error", "timed_out", *answer))
    body = b"\n".join([*lines, b""])
    found = cluster.request("POST", path, params={"filter_path": parts}, body=body, idempotent=True)["responses"]
    for each in found:
        if "error" in each:
            raise explain_refusal(cluster.place, f"POST {path}", each["status"], each["error"])
        if each["timed_out"]:
            raise StorageError(f"{cluster.place.text} took too long for POST {path}")
    return list(found)
