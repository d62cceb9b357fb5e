"""What an archive on a cluster remembers beside its articles, as it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from searchkit.engines.opensearch import state
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.engine import OpenSearchEngine
from searchkit.testing.archive import make
from tests.opensearch.archives import new_place, passing, through
from tests.opensearch.faulty_host import FaultyHost, Request, as_json

LOST = as_json({"error": {"type": "search_context_missing_exception", "reason": "No search context"}}, "404 Not Found")


def test_states_are_read_in_pages_also_when_the_cluster_forgets_where_it_was(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "_PAGE", 3)
    losses = {2, 5}
    pages = 0

    def answer(request: Request) -> bytes:
        nonlocal pages
        if request.path.startswith("/_search?") and b'"search_after"' in request.body:
            pages += 1
            if pages in losses:
                return LOST
        return passing(cluster)(request)

    with (
        new_place(cluster, "state") as place,
        FaultyHost(answer) as host,
        OpenSearchEngine(Cluster(place), create=True, replicas=0) as engine,
        OpenSearchEngine(through(host, place)) as other,
    ):
        engine.index([make(tmp_path / "root")])
        expected = engine._sync_state()
        assert len((expected.files or {})["root"]) == 11
        assert other._sync_state() == expected
        assert pages > 5
        losses.update(range(100))
        with pytest.raises(
            searchkit.StorageError,
            match="No search context",
        ):
            other.roots()
