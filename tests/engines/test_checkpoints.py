"""A long run commits now and then, and goes on from there when it was cut off."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import searchkit
from searchkit.indexing.index_folder import IndexFolder
from tests.engines.archive import content, write, write_lines

BUILD = """
import sys, time
import searchkit
import searchkit.indexing.root_sync
import searchkit.indexing.session

place, root, workers, after = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
searchkit.indexing.root_sync.MIN_BYTES_FOR_WORKERS = 1
searchkit.indexing.root_sync.BYTES_PER_ARTICLE = 90
checkpoint = searchkit.indexing.session.Session.checkpoint

def watched(session):
    generation = checkpoint(session)
    if generation == after:
        print("checkpoint", flush=True)
        time.sleep(600)
    return generation

searchkit.indexing.session.Session.checkpoint = watched
with searchkit.open(place, create=True) as engine:
    engine.index([root], workers=workers, commit_every=100)
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small files, a large one in the middle of which a checkpoint lies, ids that clash, and what
    cannot be read."""
    folder = tmp_path_factory.mktemp("checkpoints") / "root"
    for n in range(150):
        write(folder / f"a/{n:03}.txt", f"Peace talks of number{n} in room{n % 5}.")
    write_lines(folder / "b.jsonl", range(320))
    write_lines(folder / "c.jsonl", [*range(300, 330), *range(1000, 1100)], changed=[305])
    with (folder / "c.jsonl").open("a") as file:
        file.write("{broken\n")
    for n in range(60):
        write(folder / f"d/{n:03}.txt", f"Peace talks of number{n} in room{n % 5}.")
    return folder


@pytest.fixture(scope="module")
def uninterrupted(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    folder = tmp_path_factory.mktemp("uninterrupted") / "index"
    with searchkit.open(folder, create=True) as engine:
        assert engine.index([root], workers=1, commit_every=0).generation == 1
    return content(folder)


def test_checkpoints_are_generations_that_readers_see(root: Path, tmp_path: Path, uninterrupted: tuple[object, ...]) -> None:
    folder = tmp_path / "index"
    seen = []
    with searchkit.open(folder, create=True) as engine, searchkit.open(folder) as reader:

        def look(done: int, total: int, path: str) -> None:
            if reader.refresh():
                seen.append(reader.search("*").total)

        report = engine.index([root], workers=1, commit_every=100, progress=look)
        assert report.added == 640
        assert seen == sorted(seen)
        assert len(seen) >= 3  # it is told of whole files
        assert report.generation == 7
        again = engine.index()
        assert (again.changed, again.unchanged, again.generation) == (False, 640, 7)
    assert content(folder) == uninterrupted


@pytest.mark.parametrize(("workers", "after"), [(1, 1), (1, 3), (2, 2)])
def test_a_build_that_is_killed_after_a_checkpoint_goes_on(
    root: Path, tmp_path: Path, uninterrupted: tuple[object, ...], workers: int, after: int
) -> None:
    folder = tmp_path / "index"
    kill_at_checkpoint(BUILD, folder, root, workers, after)
    with searchkit.open(folder) as reader:
        assert 0 < reader.search("*").total < 640
    read: list[str] = []
    with searchkit.open(folder) as engine:
        held = engine.search("*").total
        report = engine.index(workers=1, progress=lambda done, total, path: read.append(path))
        assert (report.added, report.added + report.unchanged) == (640 - held, 640)
        assert len([path for path in read if "/a/" in path]) < 150  # those that were done are not read again
    assert content(folder) == uninterrupted
    names = {path.name for path in folder.iterdir() if path.name.startswith("MAIN_")}
    needed = {
        ref.file
        for g in (report.generation, report.generation - 1)
        for ref in IndexFolder(folder).read_generation(g).segments
    }
    assert {name for name in names if name.endswith(".columns")} == needed


def kill_at_checkpoint(program: str, folder: Path, root: Path, workers: int, after: int) -> None:
    """Build, kill the builder when the generation `after` is there, and wait for the end of its
    workers."""
    arguments = [sys.executable, "-c", program, str(folder), str(root), str(workers), str(after)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"checkpoint\n"
        children = _children(process.pid)
        process.send_signal(signal.SIGKILL)
    until = time.monotonic() + 60
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < until:
        time.sleep(0.05)  # they notice when they next have something to tell


def _children(process: int) -> list[str]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [child for task in tasks for child in (task / "children").read_text().split()]


def test_new_options_hold_for_all_files_though_the_run_is_cut_off(root: Path, tmp_path: Path) -> None:
    copy, folder = tmp_path / "root", tmp_path / "index"
    shutil.copytree(root, copy)
    with searchkit.open(folder, create=True) as engine:
        engine.index([copy])

        def stop(done: int, total: int, path: str) -> None:
            if "/d/" in path:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            engine.index([copy], options={"map": ["title=date"]}, workers=1, commit_every=100, progress=stop)
        assert engine.get("root/j10").title == "2020-04-26"  # the checkpoints stand, and this engine sees them
        report = engine.index(workers=1)
        assert len(engine.roots()[0].options) == 1
        assert report.replaced + report.unchanged == 640
        before = content(folder)
        assert not engine.index(check_content=True).changed
        assert content(folder) == before


def test_a_worker_that_dies_leaves_the_checkpoint_and_nothing_else(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uninterrupted: tuple[object, ...]
) -> None:
    from searchkit.indexing.session import Session
    from searchkit.indexing.worker_pool import WorkerPool

    monkeypatch.setattr("searchkit.indexing.root_sync.MIN_BYTES_FOR_WORKERS", 1)
    monkeypatch.setattr("searchkit.indexing.root_sync.BYTES_PER_ARTICLE", 90)
    pools: list[WorkerPool] = []
    enter, checkpoint = WorkerPool.__enter__, Session.checkpoint

    def entered(pool: WorkerPool) -> WorkerPool:
        pools.append(pool)
        return enter(pool)

    def dying(session: Session) -> int:
        generation = checkpoint(session)
        raise searchkit.WorkerDied(f"as if, after generation {generation}")

    monkeypatch.setattr(WorkerPool, "__enter__", entered)
    monkeypatch.setattr(Session, "checkpoint", dying)
    folder = tmp_path / "index"
    with searchkit.open(folder, create=True) as engine:
        with pytest.raises(searchkit.WorkerDied, match="generation 1"):
            engine.index([root], workers=2, commit_every=100)
        assert len(pools) == 1
        needed = {ref.file for ref in IndexFolder(folder).read_newest().segments}
        assert {path.name for path in folder.glob("MAIN_*.columns")} == needed
        monkeypatch.undo()
        engine.index(workers=1)
    assert content(folder) == uninterrupted


@pytest.mark.parametrize("workers", [1, 3])
def test_checkpoints_within_a_large_file(tmp_path: Path, workers: int) -> None:
    """Several workers read it in shares; a checkpoint has its first articles all the same."""
    root, folder = tmp_path / "root", tmp_path / "index"
    write_lines(root / "a.jsonl", range(3))
    write_lines(root / "large.jsonl", [*range(3, 3000), *range(50)], changed=range(20))
    with searchkit.open(tmp_path / "whole", create=True) as engine:
        engine.index([root], workers=1, commit_every=0)
    kill_at_checkpoint(BUILD.replace("BYTES_PER_ARTICLE = 90", "BYTES_PER_ARTICLE = 10_000"), folder, root, workers, 2)
    with searchkit.open(folder) as reader:
        held = {int(hit.id.removeprefix("root/j")) for hit in reader.search("*", limit=None)}
        assert 100 <= len(held) < 3000
        assert held == set(range(len(held)))
    with searchkit.open(folder) as engine:
        report = engine.index()
        assert (report.added, report.replaced, report.removed) == (3000 - len(held), 0, 0)
    assert content(folder) == content(tmp_path / "whole")


def test_results_of_workers_are_taken_while_more_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads listen to the workers while the articles of a round are upserted; here they switch as
    often as they can."""
    monkeypatch.setattr("searchkit.indexing.root_sync.MIN_BYTES_FOR_WORKERS", 1)
    root = tmp_path / "root"
    write_lines(root / "large.jsonl", range(20_000))
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with searchkit.open(tmp_path / "index", create=True) as engine:
            report = engine.index([root], workers=2, commit_every=2_000)
            assert report.generation > 1
            assert (report.added, engine.search("*").total) == (20_000, 20_000)
    finally:
        sys.setswitchinterval(before)
