"""Deletions are remembered through updates and rebuilds, until they are undone."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import searchkit
from searchkit import Tombstone
from searchkit.indexing.manifest import Manifest
from tests.engines.archive import make


def test_deletions_of_an_older_version_are_undone_too(tmp_path: Path) -> None:
    manifest = Manifest.fresh("en")
    document = json.loads(manifest.to_bytes(1, b""))
    document |= {"withheld": ["root/j3", "free"], "format": 2}
    del document["withheld_from"], document["checksum"]
    old, _ = Manifest.from_bytes(json.dumps(document).encode(), tmp_path / "m")
    assert old.tombstones == {"root/j3": None, "free": None}
    new, _ = Manifest.from_bytes(old.to_bytes(2, b""), tmp_path / "m")
    assert new.tombstones == old.tombstones
    from searchkit.indexing.deletion import undelete
    from searchkit.indexing.index_folder import IndexFolder
    from searchkit.indexing.segment_store import SegmentStore
    from searchkit.indexing.session import Session

    root = make(tmp_path / "root")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        engine.delete(["root/j3"])
        with Session(SegmentStore(IndexFolder(tmp_path / "index"))) as session:
            session.tombstones.update(old.tombstones)
            session.commit()
        with Session(SegmentStore(IndexFolder(tmp_path / "index"))) as session:
            undone = undelete(session, ["free", "root/j3"])
            session.commit()
        assert undone == (Tombstone("free"), Tombstone("root/j3", returns=True))
        assert engine.index().added == 1


def test_a_tombstone_that_was_pickled_by_its_old_name_is_read() -> None:
    old = pickle.dumps(Tombstone("a", "r/f", True), protocol=0).replace(b"Tombstone", b"Withheld")
    assert pickle.loads(old) == Tombstone("a", "r/f", True)  # noqa: S301
