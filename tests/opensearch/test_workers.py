"""Workers make the documents of an archive in a cluster: it is the same as that of one process."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.engine import OpenSearchEngine
from searchkit.testing.archive import content, without_scores, write, write_lines
from tests.opensearch.archives import new_place


def make(root: Path) -> Path:
    """Files of one article and of many, ids in two files, and a record that cannot be read."""
    for n in range(30):
        write(root / f"a/{n:02}.txt", f"Peace talks of number{n} in room{n % 5}.")
    write_lines(root / "b.jsonl", range(320))
    write_lines(root / "c.jsonl", range(300, 420), changed=[305])
    with (root / "c.jsonl").open("a") as file:
        file.write("{broken\n")
    return root


def test_workers_make_the_same_archive(cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.indexing.root_sync.MIN_BYTES_FOR_WORKERS", 1)
    monkeypatch.setattr("searchkit.indexing.root_sync.BYTES_PER_ARTICLE", 90)
    monkeypatch.setattr("searchkit.engines.opensearch.store._STAGED_AT_ONCE", 100)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # where the documents wait
    root = make(tmp_path / "root")
    with new_place(cluster) as place, searchkit.open("memory:") as memory:
        OpenSearchEngine(Cluster(place), create=True, replicas=0, partition="year").close()
        with searchkit.open(place.text) as engine:
            for step in range(3):
                if step == 1:
                    write_lines(root / "b.jsonl", range(10, 330), changed=[20])
                elif step == 2:
                    (root / "c.jsonl").unlink()
                ours, theirs = engine.index([root], workers=2, commit_every=100), memory.index([root])
                assert (ours.added, ours.replaced, ours.unchanged, ours.removed, ours.failures) == (
                    (theirs.added, theirs.replaced, theirs.unchanged, theirs.removed, theirs.failures)
                )
                assert without_scores(content(engine)) == without_scores(content(memory))
            report = engine.index(rebuild=True, workers=2)
            assert (report.changed, report.unchanged) == (False, 350)
            assert without_scores(content(engine)) == without_scores(content(memory))
        assert [path.name for path in tmp_path.iterdir()] == ["root"]
