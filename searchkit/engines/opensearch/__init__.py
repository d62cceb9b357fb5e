"""The engine that keeps an archive in an OpenSearch cluster."""

from __future__ import annotations

from pathlib import Path

from searchkit.connection import Connection
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.engine import OpenSearchEngine
from searchkit.engines.opensearch.place import parse_place


def open_engine(
    place: str | Path,
    *,
    create: bool,
    language: str | None,
    connection: Connection | None = None,
    shards: int | None = None,
    replicas: int | None = None,
    partition: str | None = None,
) -> OpenSearchEngine:
    """See `registry.ClusterModule`."""
    cluster = Cluster(parse_place(str(place)), connection)
    return OpenSearchEngine(cluster, create=create, language=language, shards=shards, replicas=replicas, partition=partition)
