"""Tests updates: only what changed is read and replaced, and what cannot be read removes
nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import ArchiveEngine, Article
from searchkit.testing.archive import articles, make, write, write_lines
from searchkit.testing.runs import failures_in, numbers, rewrite, texts, unlistable, watch, write_ids


class UpdatesContract:
    """Tests runs over roots whose files change, move, disappear, or cannot be read."""

    def test_a_file_whose_size_and_time_are_as_before_is_not_read(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = make(tmp_path / "root")
        assert len(watch(engine, [root]).read) == 11
        again = watch(engine)
        assert (again.report.unchanged, again.read) == (40, [])
        rewrite(root / "t/3.txt", "talks", "TALKS")
        again = watch(engine)
        assert (again.report.changed, again.read) == (False, [])
        report, read = watch(engine, check_content=True)
        assert (report.replaced, report.unchanged, len(read)) == (1, 39, 11)
        assert "TALKS" in engine.get("root/t/3.txt").body

    def test_one_path_is_one_root(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = make(tmp_path / "root")
        assert engine.index(str(root)).added == 40
        assert engine.index(root).unchanged == 40
        with pytest.raises(searchkit.RootError, match="empty text"):
            engine.index([""])
        assert [one.label for one in engine.roots()] == ["root"]

    @pytest.mark.parametrize("roots", [3, None, b"ab", [3], [None], {"label": "root"}])
    def test_what_is_no_path_is_no_root(self, engine: ArchiveEngine, roots: Any) -> None:
        with pytest.raises(searchkit.OptionError, match="must be a path") as raised:
            engine.index(roots)
        assert "found " in str(raised.value)
        assert engine.roots() == ()

    def test_several_paths_may_be_any_iterable(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        paths: Any = iter([make(tmp_path / "root"), str(make(tmp_path / "other"))])
        assert engine.index(paths).added == 80

    def test_options_of_another_type_are_errors(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = make(tmp_path / "root")
        wrong: list[tuple[str, Any]] = [("settings", {"label": "a"}), ("options", ["a"]), ("label", 3)]
        for name, value in wrong:
            keyword: Any = {name: value}
            with pytest.raises(searchkit.OptionError, match=f"^{name} must be "):
                engine.index(root, **keyword)

    def test_a_new_root_without_articles_is_not_remembered(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        write(tmp_path / "pictures" / "a.jpg", "x")
        root = make(tmp_path / "root")
        report = engine.index([tmp_path / "empty", tmp_path / "pictures", root])
        assert [failure.path for failure in report.failures] == [str(tmp_path / "empty"), str(tmp_path / "pictures")]
        assert all(failure.new and "it is not remembered" in failure.reason for failure in report.failures)
        assert (report.added, report.skipped) == (40, {".jpg": 1})
        with pytest.raises(searchkit.RootError, match="there is no file or folder"):
            engine.index([tmp_path / "missing"])
        assert [one.label for one in engine.roots()] == ["root"]
        assert engine.index().failures == ()
        assert engine.index([tmp_path / "empty"], allow_empty=True).failures == ()
        assert [one.label for one in engine.roots()] == ["empty", "root"]
        assert engine.index().failures == ()

    def test_a_new_root_whose_files_give_no_article_is_not_remembered(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        """Whatever the reason is: a file that no format reads, a binary one, an empty one."""
        typeless, binary, blank = tmp_path / "hostname", tmp_path / "binary", tmp_path / "blank"
        typeless.write_text("peace\n")
        write(binary / "a.txt", "")
        (binary / "a.txt").write_bytes(b"\0\1\2\3" * 50)
        write(blank / "a.jsonl", "")
        (blank / "a.jsonl").write_text("")
        root = make(tmp_path / "root")
        report = engine.index([typeless, binary, blank, root])
        reason = "no article could be read there; it is not remembered as a root (--allow-empty remembers it)"
        assert [(failure.path, failure.reason) for failure in report.failures[:3]] == [
            (str(path), reason) for path in (typeless, binary, blank)
        ]
        assert [failure.path for failure in report.failures[3:]] == [
            str(typeless),
            str(binary / "a.txt"),
            str(blank / "a.jsonl"),
        ]
        assert all(failure.new for failure in report.failures)
        assert [one.label for one in engine.roots()] == ["root"]
        assert engine.index().failures == ()
        # Once it can be read, the same command does so.
        (binary / "a.txt").write_text("Peace.")
        assert engine.index([binary]).added == 1
        # A root that was remembered before is kept.
        (binary / "a.txt").write_bytes(b"\0\1\2\3" * 50)
        engine.delete(["binary/a.txt"])
        engine.index([binary])
        assert engine.index([typeless], allow_empty=True).changed is False
        assert [one.label for one in engine.roots()] == ["binary", "hostname", "root"]
        # Articles that are withheld are there.
        engine.delete(list(articles(engine)))
        engine.remove_root("root")
        assert engine.index([root]).failures == ()
        assert "root" in [one.label for one in engine.roots()]

    def test_of_a_file_of_many_articles_only_those_that_changed_are_replaced(
        self, engine: ArchiveEngine, tmp_path: Path
    ) -> None:
        root = tmp_path / "root"
        write_lines(root / "lines.jsonl", range(500))
        engine.index([root])
        write_lines(root / "lines.jsonl", range(3, 504), changed=[7, 8])
        report = engine.index()
        assert (report.added, report.replaced, report.unchanged, report.removed) == (4, 2, 495, 3)

    def test_an_article_that_was_added_over_one_of_a_file_stays_until_the_file_changes(
        self, engine: ArchiveEngine, tmp_path: Path
    ) -> None:
        root = tmp_path / "r"
        write_ids(root / "a.jsonl", {"x": "one", "y": "two"})
        engine.index([root])
        engine.add([Article("r/x", body="Another.")])
        report, read = watch(engine)
        assert (numbers(report), read) == ((0, 2, 0, 0), [])
        assert texts(engine) == {"x": "Another.", "y": "two"}
        write_ids(root / "a.jsonl", {"x": "one", "y": "two"})
        assert numbers(engine.index()) == (0, 1, 1, 0)
        assert [one.articles for one in engine.roots()] == [2]

    def test_a_file_that_moved(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = make(tmp_path / "root")
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

    def test_a_file_that_cannot_be_read_removes_nothing(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root, other = make(tmp_path / "root"), make(tmp_path / "other")
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

    def test_retry_reads_files_that_had_failures_in(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = make(tmp_path / "root")
        bad = root / "bad.jsonl"
        bad.write_text('{"id": "x", "text": "one"}\n{"id": "y", "text!: "two"}\n')
        assert len(engine.index([root]).failures) == 1
        rewrite(bad, "text!", 'text"')
        rewrite(root / "t/3.txt", "talks", "TALKS")
        report = engine.index()
        assert (report.changed, [failure.new for failure in report.failures]) == (False, [False])
        report = engine.index(retry=True)
        assert (report.added, report.unchanged, report.failures) == (1, 41, ())
        rewrite(bad, 'text"', "text!")
        assert engine.index(retry=True).failures == ()  # it could be read now

    def test_failures_that_a_retry_finds_again_are_not_new(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = tmp_path / "root"
        write(root / "a.txt", "Something.")
        (root / "bad.jsonl").write_text("{broken\n")
        engine.index([root])
        report = engine.index(retry=True)
        assert (report.changed, [failure.new for failure in report.failures]) == (False, [False])

    @pytest.mark.parametrize(
        ("name", "reason"),
        [(b"z.txt", "it cannot be read: No such file or directory"), (b"z\xff.txt", "its name is not UTF-8; rename it")],
    )
    def test_an_entry_that_cannot_be_listed_keeps_nothing_else(
        self, engine: ArchiveEngine, tmp_path: Path, name: bytes, reason: str
    ) -> None:
        root = make(tmp_path / "root")
        odd = root / os.fsdecode(name)
        told = name.decode(errors="backslashreplace")
        engine.index([root])
        odd.symlink_to("/nowhere") if odd.name == "z.txt" else odd.write_text("Words.")
        (root / "t/5.txt").unlink()
        (root / "t/4.txt").rename(root / "t/4b.txt")
        report = engine.index()
        assert (report.added, report.removed, report.unchanged) == (1, 2, 38)
        assert failures_in(report, root) == [(told, reason, True)]
        assert not {"root/t/4.txt", "root/t/5.txt"} & articles(engine).keys()
        (before,) = engine.roots()
        assert (before.articles, before.files, before.failed) == (39, 10, 0)
        for again in (engine.index(), engine.index(rebuild=True), engine.index(dry_run=True), engine.index([root / "t"])):
            assert (again.changed, failures_in(again, root)) == (False, [(told, reason, False)])
        assert engine.roots() == (before,)
        odd.unlink()
        assert engine.index().failures == ()
        odd.symlink_to("/nowhere") if odd.name == "z.txt" else odd.write_text("Words.")
        assert failures_in(engine.index(), root) == [(told, reason, True)]
        engine.remove_root("root")
        engine.index([make(tmp_path / "other")])

    def test_a_folder_that_cannot_be_listed_keeps_what_lies_below_it(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = make(tmp_path / "root")
        write(root / "t/deep/a.txt", "Peace talks.")
        write(root / "t2/b.txt", "Peace talks.")
        engine.index([root])
        (root / "t2/b.txt").unlink()
        with unlistable(root / "t"):
            report = engine.index()
            assert (report.removed, report.unchanged) == (1, 41)
            assert failures_in(report, root) == [("t", "the folder cannot be listed: Permission denied", True)]
            report = engine.index()
            assert (report.changed, report.unchanged, [failure.new for failure in report.failures]) == (False, 41, [False])
            report = engine.index(rebuild=True)
            assert (report.changed, report.unchanged, [failure.new for failure in report.failures]) == (False, 41, [False])
        (root / "t/5.txt").unlink()
        report = engine.index()
        assert (report.removed, report.unchanged, report.failures) == (1, 40, ())

    def test_articles_behind_a_broken_link_stay(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root, away = tmp_path / "root", tmp_path / "disk"
        write(away / "a.txt", "Peace talks.")
        write(root / "b.txt", "Peace talks.")
        (root / "link").symlink_to(away)
        assert engine.index([root], options={"include": ["*.txt"]}).added == 2
        away.rename(tmp_path / "unmounted")
        for new in (True, False):
            report = engine.index()
            assert (report.changed, report.unchanged) == (False, 2)
            assert failures_in(report, root) == [("link", "it cannot be read: No such file or directory", new)]

    def test_an_article_that_another_file_provided_meanwhile_comes_back(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = tmp_path / "root"
        write_lines(root / "a/one.jsonl", range(3))
        write(root / "z.txt", "Peace talks.")
        engine.index([root])
        with unlistable(root / "a"):
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

    def test_a_root_that_cannot_be_listed_says_why(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = make(tmp_path / "root")
        engine.index([root])
        with unlistable(root):
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

    def test_a_folder_that_turns_into_an_index_loses_nothing_silently(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = make(tmp_path / "root")
        engine.index([root])
        (root / "t" / "_MAIN_.toc").touch()
        (root / "t" / "_MAIN_1.toc").touch()
        report = engine.index()
        assert (report.changed, report.unchanged, report.failures, report.skipped) == (False, 40, (), {".toc": 2})
        (root / "t" / "_MAIN_1.toc").write_text("Something.")
        (root / "more" / "_MAIN_1.toc").parent.mkdir()
        (root / "more" / "_MAIN_1.toc").write_text("Something.")
        reason = "the folder is skipped, because it holds an index (_MAIN_1.toc); the articles that came from there stay"
        for new in (True, False):
            report = engine.index()
            assert (report.changed, report.unchanged, report.skipped) == (False, 40, {"(folder of an index)": 2})
            assert failures_in(report, root) == [("t", reason, new)]
        # Removing them takes an option.
        report = engine.index([root], options={"exclude": ["t/*"]})
        assert (report.removed, report.failures) == (10, ())
        (root / "_MAIN_1.toc").write_text("Something.")
        report = engine.index()
        assert (report.changed, [failure.path for failure in report.failures]) == (False, [str(root)])
        assert "holds an index (_MAIN_1.toc)" in report.failures[0].reason
