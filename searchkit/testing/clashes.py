"""Tests articles of one id in several files of a root: the first file by path counts, and none is
lost when it goes."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from pathlib import Path

import pytest

from searchkit import ArchiveEngine, IndexReport
from searchkit.testing.runs import Lines, clash, files_of, numbers, texts, watch, write_ids


class ClashesContract(ABC):
    """Runs over files that share ids."""

    @abstractmethod
    def open_engine(self, folder: Path) -> ArchiveEngine:
        """A new and empty engine."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        """The folder for the files; its label as a root is r."""
        return tmp_path / "r"

    def test_a_twin_takes_the_place_of_what_goes(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "a.jsonl", {"x": "one"})
        write_ids(root / "b.jsonl", {"x": "one", "y": "two"})
        write_ids(root / "c.jsonl", {"z": "three"})
        assert numbers(engine.index([root], workers=1)) == (3, 0, 0, 0)
        report, read = watch(engine)
        assert (numbers(report), read) == ((0, 3, 0, 0), [])
        write_ids(root / "c.jsonl", {"z": "three", "new": "four"})  # no article gave way to these
        report, read = watch(engine)
        assert (numbers(report), read) == ((1, 3, 0, 0), ["c.jsonl"])
        (root / "a.jsonl").unlink()
        report, read = watch(engine)
        assert (numbers(report), read) == ((0, 3, 1, 0), ["b.jsonl"])
        assert files_of(engine) == {"x": "b.jsonl", "y": "b.jsonl", "z": "c.jsonl", "new": "c.jsonl"}
        report, read = watch(engine)
        assert (numbers(report), read) == ((0, 4, 0, 0), [])

    def test_what_a_file_holds_no_more_another_one_may(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "a.jsonl", {"x": "one", "w": "zero"})
        write_ids(root / "b.jsonl", {"x": "one", "y": "two"})
        engine.index([root], workers=1)
        write_ids(root / "a.jsonl", {"w": "zero"})
        assert numbers(engine.index(workers=1)) == (0, 2, 1, 0)
        assert files_of(engine) == {"w": "a.jsonl", "x": "b.jsonl", "y": "b.jsonl"}

    def test_a_file_that_comes_later_replaces_and_says_so(self, root: Path, engine: ArchiveEngine) -> None:
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

    def test_a_text_that_changes_may_be_another_than_that_of_its_twin(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "a.jsonl", {"x": "one"})
        write_ids(root / "b.jsonl", {"x": "one"})
        assert engine.index([root], workers=1).failures == ()
        write_ids(root / "a.jsonl", {"x": "another"})
        assert engine.index(workers=1).failures == (clash(root, "b.jsonl", "x", "a.jsonl"),)
        write_ids(root / "a.jsonl", {"x": "one"})
        assert engine.index(workers=1).failures == ()

    def test_a_part_of_a_root_may_lose_what_another_part_has(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "m" / "a.jsonl", {"x": "one", "y": "two"})
        write_ids(root / "n" / "b.jsonl", {"x": "one", "z": "three"})
        engine.index([root], workers=1)
        write_ids(root / "m" / "a.jsonl", {"y": "two"})
        assert engine.index([root / "m"], workers=1).removed == 0
        assert files_of(engine) == {"x": "b.jsonl", "y": "a.jsonl", "z": "b.jsonl"}

    def test_a_deleted_article_of_two_files_comes_back(self, root: Path, engine: ArchiveEngine) -> None:
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

    def test_an_id_that_moves_is_not_removed(self, root: Path, engine: ArchiveEngine) -> None:
        """The report and a dry run say what changes of an article, whichever file comes first."""
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

    def test_what_a_file_keeps_that_cannot_be_read_is_counted(self, root: Path, engine: ArchiveEngine) -> None:
        write_ids(root / "a.jsonl", {"x": "one", "y": "two"})
        engine.index([root], workers=1)
        write_ids(root / "a.jsonl", {"y": "two"}, rest="{broken\n")
        for rebuild in (False, True, False):
            report = engine.index(workers=1, rebuild=rebuild)
            assert (numbers(report), len(report.failures)) == ((0, 2, 0, 0), 1)
        assert [one.articles for one in engine.roots()] == [2]

    @pytest.mark.parametrize("seed", range(6))
    def test_updates_come_to_what_a_fresh_index_holds(self, seed: int, tmp_path: Path, root: Path) -> None:
        chance = random.Random(seed)  # noqa: S311  (to be the same each time)
        write_ids(root / "zz.jsonl", {"always": "here"})
        with self.open_engine(tmp_path / "engine") as engine:
            for step in range(12):
                change(root, chance)
                before = texts(engine)
                dry = engine.index([root], dry_run=True)
                report = engine.index([root], workers=1, commit_every=chance.choice([0, 1, 3]))
                check_report(report, dry, before, texts(engine))
                with self.open_engine(tmp_path / f"fresh{step}") as fresh:
                    report = engine.index([root], workers=1)
                    anew = fresh.index([root], workers=1)
                    assert not report.changed
                    assert held(engine) == held(fresh)
                    assert {(f.path, f.reason) for f in report.failures} == {(f.path, f.reason) for f in anew.failures}


def change(root: Path, chance: random.Random) -> None:
    """Write, remove or rename a file or two."""
    names = [f"{name}.jsonl" for name in "abcde"]
    for _ in range(chance.randint(1, 2)):
        there = sorted(path.name for path in root.iterdir() if path.name in names)
        kind = chance.choice(["write", "remove", "rename", "swap"])
        if kind == "write":
            ids = chance.sample("uvwxyz", chance.randint(1, 4))
            write_ids(root / chance.choice(names), {name: chance.choice(["one", "two"]) for name in ids})
        elif kind == "remove" and there:
            (root / chance.choice(there)).unlink()
        elif kind == "rename" and there:
            (root / chance.choice(there)).rename(root / chance.choice(names))
        elif kind == "swap" and len(there) > 1:
            left, right = chance.sample(there, 2)
            (root / left).rename(root / "kept")
            (root / right).rename(root / left)
            (root / "kept").rename(root / right)


def check_report(report: IndexReport, dry: IndexReport, before: Lines, after: Lines) -> None:
    """A run and the dry run before it say what changed of the articles."""
    assert numbers(dry) == numbers(report)
    assert report.added == len(after.keys() - before.keys())
    assert report.removed == len(before.keys() - after.keys())
    assert report.added + report.unchanged + report.replaced == len(after)
    told = {("added", f"r/{name}") for name in after.keys() - before.keys()}
    told |= {("removed", f"r/{name}") for name in before.keys() - after.keys()}
    assert {one for one in dry.changes if one[0] != "replaced"} == told
    assert len(dry.changes) == len({name for _, name in dry.changes})


def held(engine: ArchiveEngine) -> tuple[Lines, dict[str, str], tuple[tuple[int, int, int], ...]]:
    """Texts, the files they come from, and how many articles, files and failures the roots have."""
    counts = tuple((root.articles, root.files, root.failed) for root in engine.roots())
    return texts(engine), files_of(engine), counts
