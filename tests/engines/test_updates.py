"""Updates by content: only what changed is read and replaced, and what cannot be read removes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.reading import CorpusReader
from tests.engines.archive import articles, listing, make, write, write_lines


def rewrite(path: Path, old: str, new: str) -> None:
    """Change a file so that its size and time stay as they were."""
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size


def test_a_file_whose_size_and_time_are_as_before_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(tmp_path / "root")
    read: list[str] = []
    original = CorpusReader.read_file

    def watched(self: CorpusReader, file: searchkit.corpus.SourceFile, *rest: object) -> object:
        read.append(file.path)
        return original(self, file, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(CorpusReader, "read_file", watched)
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        read.clear()
        files = listing(tmp_path / "index")
        assert engine.index().unchanged == 40
        assert read == []
        del files["MAIN_WRITELOCK"]
        assert files.items() <= listing(tmp_path / "index").items()
        rewrite(root / "t/3.txt", "talks", "TALKS")
        assert not engine.index().changed
        report = engine.index(check_content=True)
        assert (report.replaced, report.unchanged, len(read)) == (1, 39, 11)
        assert "TALKS" in engine.get("root/t/3.txt").body


def test_of_a_file_of_many_articles_only_those_that_changed_are_replaced(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write_lines(root / "lines.jsonl", range(500))
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        write_lines(root / "lines.jsonl", range(3, 504), changed=[7, 8])
        report = engine.index()
        assert (report.added, report.replaced, report.unchanged, report.removed) == (4, 2, 495, 3)
        from searchkit.indexing.location import Location

        assert [ref.docs for ref in Location(tmp_path / "index").read().segments] == [500, 6]


def test_a_file_that_moved(tmp_path: Path) -> None:
    root = make(tmp_path / "root")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        (root / "t/3.txt").rename(root / "t/three.txt")
        report = engine.index()
        assert (report.added, report.replaced, report.removed, report.unchanged) == (1, 0, 1, 39)
        assert "root/t/three.txt" in articles(engine)
        # Ids that the data itself gives stay.
        (root / "lines.jsonl").rename(root / "moved.jsonl")
        report = engine.index()
        assert (report.added, report.replaced, report.removed, report.unchanged) == (0, 30, 0, 10)
        assert engine.get("root/j3").path.endswith("moved.jsonl")


def test_what_cannot_be_read_removes_nothing(tmp_path: Path) -> None:
    root, other = make(tmp_path / "root"), make(tmp_path / "other")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root, other])
        before = articles(engine)
        other.rename(tmp_path / "away")
        (root / "t/2.txt").write_bytes(b"\0\1\2\3" * 50)
        (root / "lines.jsonl").write_text((root / "lines.jsonl").read_text()[:1500])  # cut off in a record
        report = engine.index()
        assert (report.removed, len(report.failures), articles(engine)) == (0, 3, before)
        (tmp_path / "away").rename(other)
        report = engine.index()
        assert (report.changed, report.unchanged, articles(engine)) == (False, 80, before)


def test_retry_reads_files_that_had_problems(tmp_path: Path) -> None:
    root = make(tmp_path / "root")
    bad = root / "bad.jsonl"
    bad.write_text('{"id": "x", "text": "one"}\n{"id": "y", "text!: "two"}\n')
    with searchkit.open(tmp_path / "index", create=True) as engine:
        assert len(engine.index([root]).failures) == 1
        rewrite(bad, "text!", 'text"')
        rewrite(root / "t/3.txt", "talks", "TALKS")
        report = engine.index()
        assert (report.changed, [failure.new for failure in report.failures]) == (False, [False])
        report = engine.index(retry=True)
        assert (report.added, report.unchanged, report.failures) == (1, 41, ())
        rewrite(bad, 'text"', "text!")
        assert engine.index(retry=True).failures == ()  # it had no problem any more


def test_retry_of_what_still_fails_is_nothing_new(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root / "a.txt", "Something.")
    (root / "bad.jsonl").write_text("{broken\n")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        report = engine.index(retry=True)
        assert (report.changed, [failure.new for failure in report.failures]) == (False, [False])
