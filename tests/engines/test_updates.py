"""Updates by content: only what changed is read and replaced, and what cannot be read removes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.reading import CorpusReader
from searchkit.indexing.location import Location
from tests.engines.archive import articles, listing, make, write_lines


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
        assert [ref.docs for ref in Location(tmp_path / "index").read().segments] == [500, 6]


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """A folder that cannot be listed, also for the superuser, who may list all."""
    original = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied")
        return original(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("searchkit.corpus.listing.os.scandir", scandir)
        yield


def problems(report: searchkit.IndexReport, root: Path) -> list[tuple[str, str, bool]]:
    return [(failure.path.removeprefix(f"{root}/"), failure.reason, failure.new) for failure in report.failures]


@pytest.mark.parametrize(
    ("name", "reason"),
    [(b"z.txt", "it cannot be read: No such file or directory"), (b"z\xff.txt", "its name is not UTF-8; rename it")],
)
def test_an_entry_that_cannot_be_listed_keeps_nothing_else(tmp_path: Path, name: bytes, reason: str) -> None:
    root = make(tmp_path / "root")
    odd = root / os.fsdecode(name)
    told = name.decode(errors="backslashreplace")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        odd.symlink_to("/nowhere") if odd.name == "z.txt" else odd.write_text("Words.")
        (root / "t/5.txt").unlink()
        (root / "t/4.txt").rename(root / "t/4b.txt")
        report = engine.index()
        assert (report.added, report.removed, report.unchanged) == (1, 2, 38)
        assert problems(report, root) == [(told, reason, True)]
        assert not {"root/t/4.txt", "root/t/5.txt"} & articles(engine).keys()
        (before,) = engine.roots()
        assert (before.articles, before.files, before.failed) == (39, 10, 0)
        for again in (engine.index(), engine.index(rebuild=True), engine.index(dry_run=True), engine.index([root / "t"])):
            assert (again.changed, problems(again, root)) == (False, [(told, reason, False)])
        assert engine.roots() == (before,)
        odd.unlink()
        assert engine.index().failures == ()
        location = Location(tmp_path / "index")
        assert location.file_states(location.read().manifest).keys() == {"root"}
        odd.symlink_to("/nowhere") if odd.name == "z.txt" else odd.write_text("Words.")
        assert problems(engine.index(), root) == [(told, reason, True)]
        engine.remove_root("root")
        engine.index([make(tmp_path / "other")])
        assert location.file_states(location.read().manifest).keys() == {"other"}
