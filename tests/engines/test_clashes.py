"""Articles of one id in several files: the states of files, workers, and runs that are cut off; the
rest is in the contract."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import searchkit
from searchkit.indexing.index_folder import IndexFolder
from searchkit.testing.clashes import change, check_report
from searchkit.testing.runs import Lines, files_of, texts, write_ids

Problems = set[tuple[str, str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "r"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[searchkit.ArchiveEngine]:
    with searchkit.open(tmp_path / "index", create=True) as engine:
        yield engine


def test_a_run_that_is_cut_off_loses_no_article_of_two_files(
    root: Path, engine: searchkit.ArchiveEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint within it marks the file as unfinished."""
    from searchkit.indexing.session import Session

    write_ids(root / "a.jsonl", {"x": "one", "y": "two"})
    write_ids(root / "b.jsonl", {"x": "one", "v": "three"})
    engine.index([root], workers=1)
    write_ids(root / "a.jsonl", {"y": "two"})
    write_ids(root / "c.jsonl", {"x": "five", "z": "four"})
    checkpoint, left = Session.checkpoint, [0]

    def dying(session: Session) -> int:
        generation = checkpoint(session)
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return generation

    for after in range(6):
        shutil.copytree(root.parent / "index", root.parent / f"copy{after}")
        with searchkit.open(root.parent / f"copy{after}") as other, monkeypatch.context() as patch:
            patch.setattr(Session, "checkpoint", dying)
            left[0] = after
            try:
                other.index(workers=1, commit_every=1)
            except KeyboardInterrupt:
                patch.undo()
                assert {"x", "y", "v"} <= texts(other).keys()
                other.index(workers=1)
            assert texts(other) == {"x": "one", "y": "two", "v": "three", "z": "four"}
            assert files_of(other)["x"] == "b.jsonl"


def test_files_that_a_run_did_not_reach_are_read_by_the_next(
    root: Path, engine: searchkit.ArchiveEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state of b.jsonl does not say that it is displaced."""
    from searchkit.indexing.session import Session

    write_ids(root / "b.jsonl", {"x": "one"})
    engine.index([root], workers=1)
    write_ids(root / "a.jsonl", {"x": "another"})
    checkpoint = Session.checkpoint

    def dying(session: Session) -> int:
        checkpoint(session)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Session, "checkpoint", dying)
        engine.index(workers=1, commit_every=1, check_content=True)
    assert texts(engine) == {"x": "another"}
    assert len(engine.index(workers=1).failures) == 1
    (root / "a.jsonl").unlink()
    engine.index(workers=1)
    assert texts(engine) == {"x": "one"}


def state(folder: Path, root: Path) -> tuple[Lines, dict[str, str], int, dict[str, tuple[int, Problems]]]:
    """Texts, the files they come from, and the state of each file."""
    index_folder = IndexFolder(folder)
    known = index_folder.read_file_states(index_folder.read_newest().manifest).get("r", {})
    with searchkit.open(folder) as engine:
        (one,) = engine.roots()
        found = texts(engine), files_of(engine), one.articles
    return *found, {path: (s.articles, {(f.path, f.reason) for f in s.failures}) for path, s in known.items()}


def fresh(folder: Path, root: Path) -> tuple[object, ...]:
    """What a new index over a root holds."""
    with searchkit.open(folder, create=True) as engine:
        engine.index([root], workers=1)
    return state(folder, root)


@pytest.mark.parametrize(("seed", "workers"), [*((seed, 1) for seed in range(12)), (100, 2)])
def test_incremental_sync_equals_fresh_index(
    seed: int, workers: int, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if workers > 1:
        monkeypatch.setattr("searchkit.indexing.root_sync.MIN_BYTES_FOR_WORKERS", 1)
        monkeypatch.setattr("searchkit.indexing.root_sync.BYTES_PER_ARTICLE", 10)
    chance = random.Random(seed)
    write_ids(root / "zz.jsonl", {"always": "here"})
    with searchkit.open(tmp_path / "index", create=True) as engine:
        for step in range(12 if workers == 1 else 5):
            change(root, chance)
            before = texts(engine)
            dry = engine.index([root], dry_run=True)
            report = engine.index([root], workers=workers, commit_every=chance.choice([0, 1, 3]))
            check_report(report, dry, before, texts(engine))
            assert state(tmp_path / "index", root) == fresh(tmp_path / f"fresh{step}", root)
            assert not engine.index().changed


@pytest.mark.parametrize("seed", range(6))
def test_incremental_sync_with_interrupted_runs_equals_fresh_index(
    seed: int, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a checkpoint the files may change again before the next run."""
    from searchkit.indexing.session import Session

    chance = random.Random(seed)
    checkpoint = Session.checkpoint

    def dying(session: Session) -> int:
        generation = checkpoint(session)
        if chance.random() < 0.4:
            raise KeyboardInterrupt
        return generation

    write_ids(root / "zz.jsonl", {"always": "here"})
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root], workers=1)
        for step in range(12):
            change(root, chance)
            with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
                patch.setattr(Session, "checkpoint", dying)
                engine.index(workers=1, commit_every=1)
            if chance.random() < 0.5:
                change(root, chance)
            engine.index(workers=1)
            assert state(tmp_path / "index", root) == fresh(tmp_path / f"fresh{step}", root)
            assert not engine.index().changed
