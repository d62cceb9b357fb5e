"""The engine that keeps an archive in an OpenSearch cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchkit.engines.opensearch.connection import Connection
    from searchkit.engines.opensearch.engine import OpenSearchEngine


def open_engine(
    place: str | Path,
    *,
    create: bool,
    language: str | None,
    connection: Connection | None = None,
    shards: int = 1,
    replicas: int = 1,
) -> OpenSearchEngine:
    """See `registry.EngineModule`."""
    from searchkit.engines.opensearch.connection import Cluster  # late: 40 ms where only a Connection is named
    from searchkit.engines.opensearch.engine import OpenSearchEngine  # late: 200 ms where only a Connection is named
    from searchkit.engines.opensearch.place import parse_place  # late: 1 ms where only a Connection is named

    cluster = Cluster(parse_place(str(place)), connection)
    return OpenSearchEngine(cluster, create=create, language=language, shards=shards, replicas=replicas)
