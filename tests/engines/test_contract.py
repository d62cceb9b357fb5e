"""Our engines pass the public contract, and so does a small engine of another package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

import searchkit
from searchkit.engines.memory import MemoryEngine
from searchkit.engines.opensearch import optimizing
from searchkit.testing import (
    CopyableContract,
    EngineContract,
    OptimizableContract,
    RootSyncContract,
    SnapshotIsolationContract,
    VerifiableContract,
)
from tests.opensearch.archives import new_place


class TestLocal(
    EngineContract, RootSyncContract, VerifiableContract, OptimizableContract, CopyableContract, SnapshotIsolationContract
):
    """The engine of a folder."""

    def open_engine(self, folder: Path) -> searchkit.ArchiveEngine:
        return searchkit.open(folder, create=True)


class TestMemory(
    EngineContract, RootSyncContract, VerifiableContract, OptimizableContract, CopyableContract, SnapshotIsolationContract
):
    """The engine in memory."""

    def open_engine(self, folder: Path) -> searchkit.ArchiveEngine:
        return searchkit.open("memory:")


class TestOpenSearch(EngineContract, RootSyncContract, VerifiableContract, OptimizableContract, CopyableContract):
    """The engine of an archive in a cluster, with an index for each year: most articles here are of
    one, or undated.

    Lucene rounds the lengths of texts and counts deleted articles: scores are its own, but
    explained.
    """

    score_tolerance = None
    explanation_tolerance = 1e-3
    stride = 3
    deletions_change_scores = True
    shards = 2  # one of each index

    @pytest.fixture(autouse=True)
    def _place(self, cluster: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        # tests/opensearch/test_optimizing.py waits for that
        monkeypatch.setattr(optimizing, "RELEASE_SECONDS", 0.0)
        with new_place(cluster) as place:
            self.place = place.text
            yield

    def open_engine(self, folder: Path) -> searchkit.ArchiveEngine:
        return searchkit.open(self.place, create=True, replicas=0, partition="year")


class PlainEngine:
    """An engine that has what every engine has, and no capability."""

    def __init__(self) -> None:
        self._engine = MemoryEngine()

    def __getattr__(self, name: str) -> Any:
        if name not in dir(searchkit.Engine):
            raise AttributeError(name)
        return getattr(self._engine, name)

    def __repr__(self) -> str:
        return "<PlainEngine>"

    def __enter__(self) -> PlainEngine:
        return self

    def __exit__(self, *problem: object) -> None:
        self._engine.close()


class TestPlain(EngineContract):
    """An engine of another package."""

    def open_engine(self, folder: Path) -> searchkit.Engine:
        return cast(searchkit.Engine, PlainEngine())


def test_capabilities_can_be_asked_for(tmp_path: Path) -> None:
    capabilities = (searchkit.RootSync, searchkit.Verifiable, searchkit.Optimizable, searchkit.SnapshotIsolation)
    with searchkit.open(tmp_path / "i", create=True) as local, searchkit.open("memory:") as memory:
        for engine in (local, memory):
            assert [isinstance(engine, capability) for capability in capabilities] == [True] * 4
    assert [isinstance(PlainEngine(), capability) for capability in capabilities] == [False] * 4
