"""Tests articles of one id in several files of a root: the first file by path counts, and no
article is lost when that file is removed."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from pathlib import Path

import pytest

import searchkit
from searchkit import ArchiveEngine, IndexReport
from searchkit.testing.runs import Lines, clash, files_of, numbers, texts, watch, write_ids


class ClashesContract(ABC):
    """Runs over files that share ids."""

    stride: int

    @abstractmethod
    def open_engine(self, folder: Path) -> ArchiveEngine:
        """A new and empty engine."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        """The folder for the files; its label as a root is r."""
        return tmp_path / "r"

    def test_second_file_provides_article_when_first_is_removed(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "a.jsonl", {"x": "one"})
        write_ids(root / "b.jsonl", {"x": "one", "y": "two"})
        write_ids(root / "c.jsonl", {"z": "three"})
        assert numbers(engine.index([root], workers=1)) == (3, 0, 0, 0)
        report, read = watch(engine)
        assert (numbers(report), read) == ((0, 3, 0, 0), [])
        write_ids(root / "c.jsonl", {"z": "three", "new": "four"})  # none of its ids is in another file
        report, read = watch(engine)
        assert (numbers(report), read) == ((1, 3, 0, 0), ["c.jsonl"])
        (root / "a.jsonl").unlink()
        report, read = watch(engine)
        assert (numbers(report), read) == ((0, 3, 1, 0), ["b.jsonl"])
        assert files_of(engine) == {"x": "b.jsonl", "y": "b.jsonl", "z": "c.jsonl", "new": "c.jsonl"}
        report, read = watch(engine)
        assert (numbers(report), read) == ((0, 4, 0, 0), [])

    def test_id_removed_from_one_file_is_taken_from_another(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "a.jsonl", {"x": "one", "w": "zero"})
        write_ids(root / "b.jsonl", {"x": "one", "y": "two"})
        engine.index([root], workers=1)
        write_ids(root / "a.jsonl", {"w": "zero"})
        assert numbers(engine.index(workers=1)) == (0, 2, 1, 0)
        assert files_of(engine) == {"w": "a.jsonl", "x": "b.jsonl", "y": "b.jsonl"}

    def test_new_file_that_sorts_first_replaces_and_reports_the_clash(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "b.jsonl", {"x": "one", "y": "two"})
        engine.index([root], workers=1)
        write_ids(root / "a.jsonl", {"x": "another"})
        report = engine.index(workers=1)
        assert (numbers(report), report.failures) == ((0, 1, 1, 0), (clash(root, "b.jsonl", "x", "a.jsonl"),))
        assert [one.articles for one in engine.roots()] == [2]
        report, read = watch(engine)
        assert (numbers(report), read) == ((0, 2, 0, 0), [])
        assert report.failures == (clash(root, "b.jsonl", "x", "a.jsonl", new=False),)
        (root / "a.jsonl").unlink()
        report = engine.index(workers=1)
        assert (numbers(report), report.failures, texts(engine)) == ((0, 1, 1, 0), (), {"x": "one", "y": "two"})

    def test_changed_text_clashes_with_second_file(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "a.jsonl", {"x": "one"})
        write_ids(root / "b.jsonl", {"x": "one"})
        assert engine.index([root], workers=1).failures == ()
        write_ids(root / "a.jsonl", {"x": "another"})
        assert engine.index(workers=1).failures == (clash(root, "b.jsonl", "x", "a.jsonl"),)
        write_ids(root / "a.jsonl", {"x": "one"})
        assert engine.index(workers=1).failures == ()

    def test_a_failure_is_new_though_its_file_is_read_twice(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "a.jsonl", {"x": "one", "y": "two"})
        write_ids(root / "d.jsonl", {"y": "two"})
        engine.index([root], workers=1)
        write_ids(root / "a.jsonl", {"x": "one"})
        write_ids(root / "b.jsonl", {"x": "one"}, rest="{broken\n")
        report, read = watch(engine)
        assert read == ["a.jsonl", "b.jsonl", "d.jsonl", "b.jsonl"]
        assert [failure.new for failure in report.failures] == [True]
        assert [failure.new for failure in engine.index(workers=1).failures] == [False]

    def test_syncing_a_part_keeps_ids_of_other_parts(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "m" / "a.jsonl", {"x": "one", "y": "two"})
        write_ids(root / "n" / "b.jsonl", {"x": "one", "z": "three"})
        engine.index([root], workers=1)
        write_ids(root / "m" / "a.jsonl", {"y": "two"})
        assert engine.index([root / "m"], workers=1).removed == 0
        assert files_of(engine) == {"x": "b.jsonl", "y": "a.jsonl", "z": "b.jsonl"}

    def test_undeleted_article_of_two_files_comes_back(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "a.jsonl", {"x": "one", "w": "zero"})
        write_ids(root / "b.jsonl", {"x": "one", "y": "two"})
        engine.index([root], workers=1)
        engine.delete(["r/x"])
        write_ids(root / "b.jsonl", {"x": "one", "y": "two", "z": "three"})
        engine.index(workers=1)
        (root / "a.jsonl").unlink()
        engine.index(workers=1)
        engine.undelete(["r/x"])
        engine.index(workers=1)
        assert files_of(engine) == {"x": "b.jsonl", "y": "b.jsonl", "z": "b.jsonl"}

    def test_id_that_moves_between_files_is_reported_as_replaced(self, root: Path, engine: ArchiveEngine) -> None:
        """The report and a dry run agree, whichever of the two files comes first."""
        write_ids(root / "a.jsonl", {"x": "one", "w": "zero"})
        write_ids(root / "b.jsonl", {"y": "two"})
        engine.index([root], workers=1)
        for first, second in (({"w": "zero"}, {"y": "two", "x": "one"}), ({"w": "zero", "x": "one"}, {"y": "two"})):
            write_ids(root / "a.jsonl", first)
            write_ids(root / "b.jsonl", second)
            dry = engine.index(dry_run=True)
            assert (numbers(dry), dry.changes) == ((0, 2, 1, 0), (("replaced", "r/x"),))
            dry = engine.index(dry_run=True, rebuild=True)
            assert (numbers(dry), dry.changes) == ((0, 2, 1, 0), (("replaced", "r/x"),))
            assert numbers(engine.index(workers=1)) == (0, 2, 1, 0)

    def test_articles_kept_of_an_unreadable_file_are_counted(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "a.jsonl", {"x": "one", "y": "two"})
        engine.index([root], workers=1)
        write_ids(root / "a.jsonl", {"y": "two"}, rest="{broken\n")
        for rebuild in (False, True, False):
            report = engine.index(workers=1, rebuild=rebuild)
            assert (numbers(report), len(report.failures)) == ((0, 2, 0, 0), 1)
        assert [one.articles for one in engine.roots()] == [2]

    @pytest.mark.parametrize("seed", range(6))
    def test_incremental_sync_equals_fresh_index(self, seed: int, tmp_path: Path, root: Path) -> None:
        rng = random.Random(seed)  # noqa: S311  (to be the same each time)
        write_ids(root / "zz.jsonl", {"always": "here"})
        after: Lines = {}
        with self.open_engine(tmp_path / "engine") as engine:
            for _ in range(12 // self.stride):
                change(root, rng)
                before = after
                dry = engine.index([root], dry_run=True)
                report = engine.index([root], workers=1, commit_every=rng.choice([0, 1, 3]))
                after = texts(engine)
                check_report(report, dry, before, after)
                with searchkit.open("memory:") as fresh:
                    report = engine.index([root], workers=1)
                    fresh_report = fresh.index([root], workers=1)
                    assert not report.changed
                    assert read_contents(engine) == read_contents(fresh)
                    assert {(f.path, f.reason) for f in report.failures} == {
                        (f.path, f.reason) for f in fresh_report.failures
                    }


def change(root: Path, rng: random.Random) -> None:
    """Write, remove or rename a file or two."""
    names = [f"{name}.jsonl" for name in "abcde"]
    for _ in range(rng.randint(1, 2)):
        existing = sorted(path.name for path in root.iterdir() if path.name in names)
        kind = rng.choice(["write", "remove", "rename", "swap"])
        if kind == "write":
            ids = rng.sample("uvwxyz", rng.randint(1, 4))
            write_ids(root / rng.choice(names), {name: rng.choice(["one", "two"]) for name in ids})
        elif kind == "remove" and existing:
            (root / rng.choice(existing)).unlink()
        elif kind == "rename" and existing:
            (root / rng.choice(existing)).rename(root / rng.choice(names))
        elif kind == "swap" and len(existing) > 1:
            left, right = rng.sample(existing, 2)
            (root / left).rename(root / "kept")
            (root / right).rename(root / left)
            (root / "kept").rename(root / right)


def check_report(report: IndexReport, dry: IndexReport, before: Lines, after: Lines) -> None:
    """Check that a run, and the dry run before it, report how the articles changed."""
    assert numbers(dry) == numbers(report)
    assert report.added == len(after.keys() - before.keys())
    assert report.removed == len(before.keys() - after.keys())
    assert report.added + report.unchanged + report.replaced == len(after)
    expected_changes = {("added", f"r/{name}") for name in after.keys() - before.keys()}
    expected_changes |= {("removed", f"r/{name}") for name in before.keys() - after.keys()}
    assert {one for one in dry.changes if one[0] != "replaced"} == expected_changes
    assert len(dry.changes) == len({name for _, name in dry.changes})


def read_contents(engine: ArchiveEngine) -> tuple[dict[str, tuple[str, str]], tuple[tuple[int, int, int], ...]]:
    """The texts of an index with the files they come from, and the counts of its roots: articles,
    files and failures."""
    counts = tuple((root.articles, root.files, root.failed) for root in engine.roots())
    return {hit.id: (hit.article.body, hit.path) for hit in engine.search("*", limit=None)}, counts
