"""An index that an earlier version made goes on: it opens, answers, is updated, verified, and
opened by Whoosh."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest
from whoosh.index import open_dir
from whoosh.query.qcore import Every
from whoosh.query.terms import Term

import searchkit
from tests.compat.make_golden_index import ANSWERS, FILES, FOLDER, QUERIES, ROOT, SECOND, told, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy that may be changed."""
    return shutil.copytree(FOLDER, tmp_path / "index")


@pytest.fixture
def expected() -> dict[str, Any]:
    said: dict[str, Any] = orjson.loads(ANSWERS.read_bytes())
    return said


def test_it_has_every_part(expected: dict[str, Any]) -> None:
    """What it is for: each of these would otherwise go unread."""
    manifest = orjson.loads((FOLDER / "_MAIN_4.json").read_bytes())
    assert (FOLDER / "_MAIN_4.toc").exists()
    assert len(manifest["segments"]) >= 2
    assert any(segment["deletions"] for segment in manifest["segments"])
    assert manifest["roots"]
    assert manifest["withheld"]
    states = orjson.loads((FOLDER / manifest["files"]).read_bytes())["roots"]["news"]
    assert any(problems for _, _, _, problems, _ in states.values())
    assert set(expected["answers"]) == set(QUERIES)
    assert sum(path.stat().st_size for path in (*FOLDER.iterdir(), ANSWERS)) < 120_000


def test_it_says_what_it_said(folder: Path, expected: dict[str, Any]) -> None:
    with searchkit.open(folder) as engine:
        assert engine.warnings == ()
        now = told(engine)
    for part in expected:
        if part != "answers":
            assert now[part] == expected[part], part
    for query in QUERIES:
        said, again = expected["answers"][query], now["answers"][query]
        assert [hit.pop(1) for hit in again["hits"]] == pytest.approx([hit.pop(1) for hit in said["hits"]], rel=1e-12), query
        assert again == said, query


def test_it_is_whole(folder: Path) -> None:
    assert searchkit.verify(folder) == searchkit.Verification()
    with searchkit.open(folder) as engine:
        assert engine.verify(repair=True).faults == ()


def test_a_missing_root_removes_nothing(folder: Path, expected: dict[str, Any]) -> None:
    with searchkit.open(folder) as engine:
        report = engine.index(workers=1)
        assert [failure.path for failure in report.failures] == [str(ROOT)]
        assert not report.changed
        assert told(engine)["articles"] == expected["articles"]


def test_it_is_updated(folder: Path, tmp_path: Path) -> None:
    """Roots, states of files, tombstones and options are known to the next run."""
    root = tmp_path / "moved"
    write(root, {name: data for name, data in FILES.items() if name != "page.html"})  # which was not read then
    write(root, SECOND)
    write(root, {"skipped/f.txt": b"Skipped\n\nBy an option.\n", "deep/new.txt": b"Last report\n\nPeace at last.\n"})
    (root / "deep" / "c.txt").unlink()
    with searchkit.open(folder) as engine:
        engine.move_root("news", root)
        report = engine.index(workers=1)
        assert report.withheld == 1
        assert (report.added, report.removed) == (1, 1)
        ids = {hit.id for hit in engine.search("*", limit=None)}
        assert "news/deep/new.txt" in ids
        assert {"news/deep/c.txt", "news/b.txt", "own/2", "news/skipped/f.txt"}.isdisjoint(ids)
        again = engine.index(workers=1)
        assert not again.changed
        assert again.unchanged == len(ids) - 1  # but for the article of no file
        assert [found.id for found in engine.undelete(["news/b.txt"])] == ["news/b.txt"]
        assert engine.index(workers=1).added == 1
        assert engine.optimize() == 1
        rebuilt = engine.index(rebuild=True, workers=1)
        assert rebuilt.unchanged == len(ids) + 1
    assert searchkit.verify(folder) == searchkit.Verification()


def test_quotations_need_a_rebuild(folder: Path, tmp_path: Path) -> None:
    """It does not say where quotations are, also after articles were added and segments merged."""
    with searchkit.open(folder) as engine:
        for _ in range(2):
            with pytest.raises(searchkit.IndexMismatch, match="rebuild the index with: searchkit index --rebuild -i"):
                engine.search("quote:oui")
            assert engine.search("lede:oui").total >= 1
            engine.add([searchkit.Article("own/3", "", "“Peace oui”")])
            engine.optimize()
        write(root := tmp_path / "moved", FILES)
        engine.move_root("news", root)
        engine.index(rebuild=True, workers=1)
        assert {hit.id for hit in engine.search("quote:oui")} == {"news/deep/c.txt", "own/3"}


def test_whoosh_opens_it(folder: Path, expected: dict[str, Any]) -> None:
    with open_dir(str(folder)).searcher() as searcher:
        assert searcher.doc_count() == len(expected["articles"])
        ids = {hit["id"] for hit in searcher.search(Every(), limit=None)}
        assert ids == {orjson.loads(article)[0] for article in expected["articles"]}
        found = {hit["id"] for hit in searcher.search(Term("body", "peac"), limit=None)}
        assert found == {hit[0] for hit in expected["answers"]["body:peace"]["hits"]}
