"""The engine that keeps an archive in an OpenSearch cluster."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.connection import Connection
from searchkit.engines.base import check_language
from searchkit.engines.opensearch.archive import ArchiveIndex, check_layout
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.engine import OpenSearchEngine
from searchkit.engines.opensearch.place import parse_place
from searchkit.index_options import IndexChanges, IndexOptions
from searchkit.model import Partition
from searchkit.reports import IndexReport, Verification

if TYPE_CHECKING:
    from searchkit.indexing.session import Session


def open_engine(
    place: str | Path,
    *,
    create: bool,
    language: str | None,
    connection: Connection | None = None,
    shards: int | None = None,
    replicas: int | None = None,
    partition: Partition | None = None,
) -> OpenSearchEngine:
    """See `registry.ClusterModule`."""
    cluster = Cluster(parse_place(str(place)), connection)
    return OpenSearchEngine(cluster, create=create, language=language, shards=shards, replicas=replicas, partition=partition)


def verify_place(place: str | Path, *, repair: bool, wait: float, connection: Connection | None = None) -> Verification:
    """See `registry.PlaceModule`: also of an archive that cannot be opened."""
    from searchkit.engines.opensearch.verify import verify_archive  # late: 40 ms at the start of a search

    with closing(Cluster(parse_place(str(place)), connection)) as cluster:
        return verify_archive(cluster, cluster.place, repair=repair, wait=wait)


def rebuild_place(
    place: str | Path,
    language: str | None,
    settings: IndexOptions | None,
    changes: IndexChanges,
    *,
    connection: Connection | None = None,
    shards: int | None = None,
    replicas: int | None = None,
    partition: Partition | None = None,
) -> IndexReport:
    """See `registry.PlaceModule`: also an archive of another analysis or Snowball version."""
    from searchkit.engines.opensearch.store import ClusterStore  # late: 38 ms at the start of a search
    from searchkit.engines.runs import resolve_run, sync_roots  # late: 41 ms at the start of a search
    from searchkit.indexing.opening import open_session  # late: 38 ms at the start of a search

    check_language(language)
    wanted = check_layout(shards, replicas, partition) | ({"language": language} if language else {})
    options = resolve_run((), settings, {**changes, "rebuild": True})
    with closing(Cluster(parse_place(str(place)), connection)) as cluster:
        archive = ArchiveIndex.open(cluster, cluster.place, allow_other_analysis=True)

        def open_rebuild() -> Session:
            store = ClusterStore(archive, options.wait, rebuild=True, changes=wanted, dry_run=options.dry_run)
            return open_session(store, rebuild=True, dry_run=options.dry_run)

        return sync_roots((), options, open_rebuild)
