"""Articles of one id in several files of a root: the first file by path has it, and none is lost when that one goes."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

import searchkit
from searchkit import Failure
from searchkit.engines.reading import CorpusReader
from searchkit.indexing.location import Location

Lines = dict[str, str]
"""Ids of articles and their texts."""
Problems = set[tuple[str, str]]
TIMES = count(10**18)


def write(path: Path, lines: Lines, rest: str = "") -> None:
    """A file of articles, which has a time that no file had before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{json.dumps({'id': name, 'text': text})}\n" for name, text in lines.items())
    path.write_text(text + rest, encoding="utf-8")
    now = next(TIMES)
    os.utime(path, ns=(now, now))


def texts(engine: searchkit.ArchiveEngine) -> Lines:
    return {hit.id.removeprefix("r/"): hit.article.body for hit in engine.search("*", limit=None)}


def files_of(engine: searchkit.ArchiveEngine) -> dict[str, str]:
    return {hit.id.removeprefix("r/"): Path(hit.article.path).name for hit in engine.search("*", limit=None)}


def numbers(report: searchkit.IndexReport) -> tuple[int, int, int, int]:
    return report.added, report.unchanged, report.replaced, report.removed


def clash(root: Path, path: str, name: str, first: str, *, new: bool = True) -> Failure:
    reason = f'the id "r/{name}" is taken by another article of this root, in {root}/{first}, which stays'
    return Failure(f"{root}/{path}", reason, new=new)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "r"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[searchkit.ArchiveEngine]:
    with searchkit.open(tmp_path / "index", create=True) as engine:
        yield engine


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that runs read, as long as nobody clears it."""
    read: list[str] = []
    original = CorpusReader.read_file

    def watched(self: CorpusReader, file: searchkit.corpus.SourceFile, *rest: object) -> object:
        read.append(file.path)
        return original(self, file, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(CorpusReader, "read_file", watched)
    return read


def test_a_run_that_is_cut_off_loses_no_twin(
    root: Path, engine: searchkit.ArchiveEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is committed of it is known to be unfinished."""
    from searchkit.indexing.session import Session

    write(root / "a.jsonl", {"x": "one", "y": "two"})
    write(root / "b.jsonl", {"x": "one", "v": "three"})
    engine.index([root], workers=1)
    write(root / "a.jsonl", {"y": "two"})
    write(root / "c.jsonl", {"x": "five", "z": "four"})
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


def test_a_file_that_a_run_was_to_read_yet_is_read_by_the_next(
    root: Path, engine: searchkit.ArchiveEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not know that an article of it gave way."""
    from searchkit.indexing.session import Session

    write(root / "b.jsonl", {"x": "one"})
    engine.index([root], workers=1)
    write(root / "a.jsonl", {"x": "another"})
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
    """Texts, the files they come from, and what is known of each file."""
    location = Location(folder)
    known = location.file_states(location.read().manifest).get("r", {})
    with searchkit.open(folder) as engine:
        (one,) = engine.roots()
        found = texts(engine), files_of(engine), one.articles
    return *found, {path: (s.articles, {(p, reason) for p, _, reason in s.problems}) for path, s in known.items()}


def change(root: Path, chance: random.Random) -> None:
    """Write, remove or rename a file or two."""
    names = [f"{name}.jsonl" for name in "abcde"]
    for _ in range(chance.randint(1, 2)):
        there = sorted(path.name for path in root.iterdir() if path.name in names)
        match chance.choice(["write", "remove", "rename", "swap"]):
            case "write":
                ids = chance.sample("uvwxyz", chance.randint(1, 4))
                write(root / chance.choice(names), {name: chance.choice(["one", "two"]) for name in ids})
            case "remove" if there:
                (root / chance.choice(there)).unlink()
            case "rename" if there:
                (root / chance.choice(there)).rename(root / chance.choice(names))
            case "swap" if len(there) > 1:
                left, right = chance.sample(there, 2)
                (root / left).rename(root / "kept")
                (root / right).rename(root / left)
                (root / "kept").rename(root / right)


def fresh(folder: Path, root: Path) -> tuple[object, ...]:
    """What an index over a root holds that knew none of its files before."""
    with searchkit.open(folder, create=True) as engine:
        engine.index([root], workers=1)
    return state(folder, root)


@pytest.mark.parametrize(("seed", "workers"), [*((seed, 1) for seed in range(12)), (100, 2)])
def test_updates_come_to_what_a_fresh_index_holds(
    seed: int, workers: int, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if workers > 1:
        monkeypatch.setattr("searchkit.indexing.update.WORTH_IT", 1)
        monkeypatch.setattr("searchkit.indexing.update.BYTES_AN_ARTICLE", 10)
    chance = random.Random(seed)
    write(root / "zz.jsonl", {"always": "here"})
    with searchkit.open(tmp_path / "index", create=True) as engine:
        for step in range(12 if workers == 1 else 5):
            change(root, chance)
            before = texts(engine)
            dry = engine.index([root], dry_run=True)
            report = engine.index([root], workers=workers, commit_every=chance.choice([0, 1, 3]))
            after = texts(engine)
            assert numbers(dry) == numbers(report)
            assert report.added == len(after.keys() - before.keys())
            assert report.removed == len(before.keys() - after.keys())
            assert report.added + report.unchanged + report.replaced == len(after)
            told = {("added", f"r/{name}") for name in after.keys() - before.keys()}
            told |= {("removed", f"r/{name}") for name in before.keys() - after.keys()}
            assert {one for one in dry.changes if one[0] != "replaced"} == told
            assert len(dry.changes) == len({name for _, name in dry.changes})
            assert state(tmp_path / "index", root) == fresh(tmp_path / f"fresh{step}", root)
            assert not engine.index().changed


@pytest.mark.parametrize("seed", range(6))
def test_updates_that_are_cut_off_do_too(seed: int, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a checkpoint the files may change again before the next run."""
    from searchkit.indexing.session import Session

    chance = random.Random(seed)
    checkpoint = Session.checkpoint

    def dying(session: Session) -> int:
        generation = checkpoint(session)
        if chance.random() < 0.4:
            raise KeyboardInterrupt
        return generation

    write(root / "zz.jsonl", {"always": "here"})
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
