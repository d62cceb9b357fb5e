"""Deletions are remembered through updates and rebuilds, until they are undone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import searchkit
from searchkit import Article, Engine, Withheld
from searchkit.engines.memory import MemoryEngine
from searchkit.indexing.manifest import Manifest
from tests.engines.archive import articles, make, write, write_lines


@pytest.mark.parametrize("kind", ["local", "memory"])
def test_every_engine_remembers_deletions(kind: str, tmp_path: Path) -> None:
    engine: Engine = MemoryEngine() if kind == "memory" else searchkit.open(tmp_path / "index", create=True)
    with engine:
        engine.add(Article(name, body="text") for name in "abcd")
        assert engine.withheld() == ()
        assert engine.delete(["c", "a", "z", "b"]) == 3
        assert engine.withheld() == (Withheld("a"), Withheld("b"), Withheld("c"))
        assert engine.delete(["a"]) == 0
        engine.add([Article("a", body="text")])
        assert engine.undelete(["a", "b", "z"]) == (Withheld("b"),)
        assert engine.withheld() == (Withheld("c"),)
        assert {hit.id for hit in engine.search("*")} == {"a", "d"}


def test_a_deletion_is_undone_by_reading_its_file_again(tmp_path: Path) -> None:
    root = make(tmp_path / "root")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        whole = articles(engine)
        engine.add([Article("free", body="Of no root.")])
        engine.delete(["root/j3", "root/t/4.txt", "free"])
        assert [one.articles for one in engine.roots()] == [38]
        expected = (
            Withheld("free"),
            Withheld("root/j3", "root/lines.jsonl", returns=True),
            Withheld("root/t/4.txt", "root/t/4.txt", returns=True),
        )
        assert engine.withheld() == expected
        for rebuild, check_content in ((False, False), (True, False), (False, True), (False, False)):
            report = engine.index(rebuild=rebuild, check_content=check_content)
            assert (report.changed, report.unchanged, report.withheld) == (False, 38, 2)
            assert engine.withheld() == expected
        assert engine.undelete(["root/j3", "free", "root/t/5.txt"]) == expected[:2]
        assert (engine.index().added, engine.withheld()) == (1, expected[2:])
        assert engine.undelete(["root/t/4.txt"]) == expected[2:]
        report = engine.index(rebuild=True)
        assert (report.added, report.unchanged, articles(engine)) == (1, 39, whole)


def test_the_file_of_a_deleted_article_may_change_and_move(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write_lines(root / "b.jsonl", range(5))
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        engine.delete(["root/j3"])
        (root / "b.jsonl").rename(root / "c.jsonl")
        engine.index()
        assert engine.withheld() == (Withheld("root/j3", "root/c.jsonl", returns=True),)
        write_lines(root / "a.jsonl", [3])
        engine.index()
        assert engine.withheld() == (Withheld("root/j3", "root/a.jsonl", returns=True),)
        (root / "a.jsonl").unlink()
        (root / "c.jsonl").unlink()
        write(root / "d.txt", "Something else.")
        engine.index()
        assert engine.withheld() == (Withheld("root/j3", "root/a.jsonl", returns=False),)


def test_deletions_of_an_older_version_are_undone_too(tmp_path: Path) -> None:
    manifest = Manifest.fresh("en")
    document = json.loads(manifest.to_bytes(1, b""))
    document |= {"withheld": ["root/j3", "free"], "format": 2}
    del document["withheld_from"], document["checksum"]
    old, _ = Manifest.from_bytes(json.dumps(document).encode(), tmp_path / "m")
    assert old.withheld == {"root/j3": None, "free": None}
    new, _ = Manifest.from_bytes(old.to_bytes(2, b""), tmp_path / "m")
    assert new.withheld == old.withheld
    from searchkit.indexing.deletion import undelete
    from searchkit.indexing.location import Location
    from searchkit.indexing.segment_store import SegmentStore
    from searchkit.indexing.session import Session

    root = make(tmp_path / "root")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        engine.delete(["root/j3"])
        with Session(SegmentStore(Location(tmp_path / "index"))) as session:
            session.withheld.update(old.withheld)
            session.commit()
        with Session(SegmentStore(Location(tmp_path / "index"))) as session:
            undone = undelete(session, ["free", "root/j3"])
            session.commit()
        assert undone == (Withheld("free"), Withheld("root/j3", returns=True))
        assert engine.index().added == 1
