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


def test_a_folder_that_cannot_be_listed_keeps_what_lies_below_it(tmp_path: Path) -> None:
    root = make(tmp_path / "root")
    write(root / "t/deep/a.txt", "Peace talks.")
    write(root / "t2/b.txt", "Peace talks.")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        (root / "t2/b.txt").unlink()
        with closed(root / "t"):
            report = engine.index()
            assert (report.removed, report.unchanged) == (1, 41)
            assert problems(report, root) == [("t", "the folder cannot be listed: Permission denied", True)]
            report = engine.index()
            assert (report.changed, report.unchanged, [failure.new for failure in report.failures]) == (False, 41, [False])
            report = engine.index(rebuild=True)
            assert (report.changed, report.unchanged, [failure.new for failure in report.failures]) == (False, 41, [False])
        (root / "t/5.txt").unlink()
        report = engine.index()
        assert (report.removed, report.unchanged, report.failures) == (1, 40, ())


def test_what_lay_behind_a_link_stays_while_that_leads_nowhere(tmp_path: Path) -> None:
    root, away = tmp_path / "root", tmp_path / "disk"
    write(away / "a.txt", "Peace talks.")
    write(root / "b.txt", "Peace talks.")
    (root / "link").symlink_to(away)
    with searchkit.open(tmp_path / "index", create=True) as engine:
        assert engine.index([root], options={"include": ["*.txt"]}).added == 2
        away.rename(tmp_path / "unmounted")
        for new in (True, False):
            report = engine.index()
            assert (report.changed, report.unchanged) == (False, 2)
            assert problems(report, root) == [("link", "it cannot be read: No such file or directory", new)]


def test_an_article_that_others_took_while_it_could_not_be_listed_comes_back(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write_lines(root / "a/one.jsonl", range(3))
    write(root / "z.txt", "Peace talks.")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        with closed(root / "a"):
            write_lines(root / "b.jsonl", [2, 3])
            report = engine.index()
            assert (report.replaced, report.added, report.unchanged) == (1, 1, 3)
            assert engine.roots()[0].articles == 5
        engine.index()
        assert {name: Path(article.path).name for name, article in articles(engine).items()} == {
            "root/j0": "one.jsonl",
            "root/j1": "one.jsonl",
            "root/j2": "one.jsonl",
            "root/j3": "b.jsonl",
            "root/z.txt": "z.txt",
        }
        assert engine.roots()[0].articles == 5


def test_a_root_that_cannot_be_listed_says_why(tmp_path: Path) -> None:
    root = make(tmp_path / "root")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        with closed(root):
            report = engine.index()
            (failure,) = report.failures
            assert (report.changed, failure.path) == (False, str(root))
            assert failure.reason == (
                "nothing is there that can be read (the folder cannot be listed: Permission denied), where 40 articles came"
                " from; nothing was removed"
            )
            assert engine.index(allow_empty=True).removed == 0
            with pytest.raises(searchkit.RootError, match="Permission denied"):
                engine.index(rebuild=True)
        assert len(articles(engine)) == 40


def test_a_folder_that_turns_into_an_index_loses_nothing_silently(tmp_path: Path) -> None:
    root = make(tmp_path / "root")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        (root / "t" / "_MAIN_.toc").touch()
        (root / "t" / "_MAIN_1.toc").touch()
        report = engine.index()
        assert (report.changed, report.unchanged, report.failures, report.skipped) == (False, 40, (), {".toc": 2})
        (root / "t" / "_MAIN_1.toc").write_text("Something.")
        (root / "more" / "_MAIN_1.toc").parent.mkdir()
        (root / "more" / "_MAIN_1.toc").write_text("Something.")
        reason = "the folder is passed over, for it holds an index (_MAIN_1.toc); the articles that came from there stay"
        for new in (True, False):
            report = engine.index()
            assert (report.changed, report.unchanged, report.skipped) == (False, 40, {"(folder of an index)": 2})
            assert problems(report, root) == [("t", reason, new)]
        # Who means it says so.
        report = engine.index([root], options={"exclude": ["t/*"]})
        assert (report.removed, report.failures) == (10, ())
        (root / "_MAIN_1.toc").write_text("Something.")
        report = engine.index()
        assert (report.changed, [failure.path for failure in report.failures]) == (False, [str(root)])
        assert "holds an index (_MAIN_1.toc)" in report.failures[0].reason
