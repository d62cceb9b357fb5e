"""A rebuild loses nothing, leaves the old index in use until its one commit, and reports changes
against it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import searchkit
from searchkit import Article
from searchkit.indexing.index_folder import IndexFolder
from searchkit.indexing.manifest import Manifest
from tests.engines.archive import answers, articles, content, listing, make, write, write_lines


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(tmp_path / "root")


@pytest.fixture
def engine(tmp_path: Path, root: Path) -> Iterator[searchkit.ArchiveEngine]:
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        yield engine


def segments(folder: Path) -> set[str]:
    return {ref.id for ref in IndexFolder(folder).read_newest().segments}


def test_when_nothing_changed_the_answers_are_the_same(engine: searchkit.ArchiveEngine, tmp_path: Path) -> None:
    engine.add([Article("free", "Report", "Peace talks of no root.")])
    engine.delete(["root/j3", "root/t/4.txt"])
    before, old = content(tmp_path / "index"), segments(tmp_path / "index")
    generation = engine.stats().generation
    report = engine.index(rebuild=True)
    assert (report.unchanged, report.changed, report.withheld) == (39, False, 2)
    assert report.generation == generation + 1  # one commit
    assert content(tmp_path / "index") == before
    assert not segments(tmp_path / "index") & old
    again = engine.index()
    assert (again.unchanged, again.changed, again.generation) == (38, False, report.generation)


def test_dates_keep_their_offsets(engine: searchkit.ArchiveEngine, tmp_path: Path) -> None:
    """Also of articles that only the index has, through merges."""
    texts = ["2020-04-26T00:30:00+04:00", "2020-04-26T00:30:00+00:00", "1890-04-26T00:30:00-00:53:28"]
    for text in texts:
        engine.add([Article(text, date=datetime.fromisoformat(text))])
    for change in (engine.optimize, lambda: engine.index(rebuild=True)):
        change()
        assert [str(engine.get(text).date).replace(" ", "T") for text in texts] == texts
    assert engine.index(rebuild=True).changed is False


def test_readers_see_the_old_index_until_the_commit(engine: searchkit.ArchiveEngine, root: Path, tmp_path: Path) -> None:
    write(root / "new.txt", "A new one.")
    seen = []
    with searchkit.open(tmp_path / "index") as reader:

        def look(done: int, total: int, path: str) -> None:
            seen.append((reader.refresh(), reader.search("*").total))

        engine.index(rebuild=True, progress=look, commit_every=1)
        assert set(seen) == {(False, 40)}
        assert (reader.refresh(), reader.search("*").total) == (True, 41)


def test_a_missing_root_is_an_error_and_nothing_is_committed(
    engine: searchkit.ArchiveEngine, root: Path, tmp_path: Path
) -> None:
    other = make(tmp_path / "other")
    engine.index([other])
    before, files = answers(engine), listing(tmp_path / "index")
    root.rename(tmp_path / "away")
    with pytest.raises(searchkit.RootError, match=r"root cannot be read.*roots move LABEL PATH"):
        engine.index(rebuild=True)
    root.mkdir()
    with pytest.raises(searchkit.RootError, match="where 40 articles came from"):
        engine.index(rebuild=True)
    del files["MAIN_WRITELOCK"]
    assert {name: kept for name, kept in listing(tmp_path / "index").items() if name in files} == files
    assert answers(engine) == before
    report = engine.index(rebuild=True, allow_empty=True)
    assert (report.removed, report.unchanged) == (40, 40)


def test_articles_of_no_root_and_of_roots_that_were_forgotten_stay(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "index", create=True) as engine:
        articles_of_none = [Article(f"a{n}", "Report", f"Peace talks number{n}.") for n in range(5)]
        engine.add(articles_of_none)
        report = engine.index(rebuild=True)
        assert (report.unchanged, report.changed) == (5, False)
        assert articles(engine) == {article.id: article for article in articles_of_none}
        empty = searchkit.open(tmp_path / "empty", create=True)
        assert empty.index(rebuild=True) == searchkit.IndexReport()


def test_a_rebuild_with_workers_is_the_same(
    engine: searchkit.ArchiveEngine, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.indexing.root_sync.MIN_BYTES_FOR_WORKERS", 1)
    write_lines(root / "large.jsonl", range(100, 400))
    engine.index()
    engine.add([Article("free", "Report", "Peace talks of no root.")])
    engine.delete(["root/j107", "root/t/4.txt"])
    (root / "t/2.txt").write_bytes(b"\0\1\2\3" * 50)
    with pytest.raises(searchkit.OptionError, match="takes no roots"):
        engine.index([root], rebuild=True)
    report = engine.index(rebuild=True, workers=2)
    assert (report.unchanged, report.changed, report.withheld) == (339, False, 2)
    two = content(tmp_path / "index")
    again = engine.index(rebuild=True, workers=1)
    assert (again.unchanged, again.changed) == (339, False)
    assert content(tmp_path / "index") == two


def test_an_index_that_another_program_wrote_is_rebuilt(engine: searchkit.ArchiveEngine, tmp_path: Path) -> None:
    from whoosh.index import open_dir

    engine.add([Article("free", "Report", "Peace talks of no root.")])
    with open_dir(str(tmp_path / "index")).writer() as writer:
        writer.delete_by_term("id", "root/j1")
    engine.refresh()
    report = engine.index(rebuild=True)
    assert (report.added, report.unchanged) == (1, 40)  # its deletion was not ours to remember
    assert engine.get("free").body == "Peace talks of no root."


def made_by_another(folder: Path) -> None:
    """Make all manifests say that another version of the analysis made the index."""
    for path in folder.glob("_MAIN_*.json"):
        toc = path.with_suffix(".toc")
        manifest, _ = Manifest.from_bytes(path.read_bytes(), path)
        older = replace(manifest, analysis=0, snowball="1.0")
        path.write_bytes(older.to_bytes(int(path.stem.split("_")[2]), toc.read_bytes()))


def test_an_index_of_another_analysis_is_rebuilt_with_all_its_articles(tmp_path: Path, root: Path) -> None:
    index = tmp_path / "index"
    with searchkit.open(index, create=True) as engine:
        engine.index([root])
        engine.add([Article("free", "Report", "Peace talks of no root.")])
        engine.delete(["root/j3"])
    before = content(index)
    made_by_another(index)
    with pytest.raises(searchkit.IndexMismatch, match="searchkit index --rebuild"):
        searchkit.open(index)
    assert searchkit.verify(index).faults == ()
    tried = searchkit.rebuild(index, dry_run=True)
    report = searchkit.rebuild(index)
    assert (tried.unchanged, tried.changes, report.unchanged, report.withheld) == (40, (), 40, 1)
    assert content(index) == before
    with searchkit.open(index) as engine:
        assert [one.id for one in engine.tombstones()] == ["root/j3"]
        assert engine.index().changed is False
    assert searchkit.verify(index).faults == ()


def test_another_language(tmp_path: Path, root: Path) -> None:
    index = tmp_path / "index"
    with searchkit.open(index, create=True) as engine:
        engine.index([root])
        engine.add([Article("haus", "", "Die Häuser am Fluss.")])
        assert engine.search("Haus").total == 0
    with pytest.raises(searchkit.IndexMismatch, match="searchkit index --rebuild --language de"):
        searchkit.open(index, language="de")
    assert searchkit.rebuild(index, language="de").unchanged == 41
    with searchkit.open(index, language="de") as engine:
        assert engine.stats().language == "de"
        assert [hit.id for hit in engine.search("Haus")] == ["haus"]
        assert engine.search("*").total == 41
    with pytest.raises(searchkit.OptionError, match='unknown language "xx"'):
        searchkit.rebuild(index, language="xx")
    with pytest.raises(searchkit.IndexMissing):
        searchkit.rebuild(tmp_path / "none")


def test_the_language_of_an_empty_index(tmp_path: Path) -> None:
    searchkit.open(tmp_path / "index", create=True).close()
    searchkit.rebuild(tmp_path / "index", language="de")
    assert searchkit.open(tmp_path / "index").stats().language == "de"


def test_a_rebuild_that_is_killed_changes_nothing(engine: searchkit.ArchiveEngine, root: Path, tmp_path: Path) -> None:
    write(root / "new.txt", "A new one.")
    index, before = tmp_path / "index", listing(tmp_path / "index")
    program = (
        "import os, signal, searchkit\n"
        "from searchkit.indexing import segment_store\n"
        "segment_store.commit = lambda *given: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"searchkit.open({str(index)!r}).index(rebuild=True)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert set(before) < set(listing(index))  # segments that no generation names
    assert searchkit.verify(index).faults == ()
    assert len(articles(engine)) == 40
    assert engine.index(rebuild=True).added == 1
    assert len(list(index.glob("*.columns"))) == 2  # those of the last two generations
