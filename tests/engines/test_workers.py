"""Several processes build the same index as one; when one dies, the run fails and changes
nothing."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

import searchkit
from searchkit.indexing.worker_pool import MIN_BYTES_FOR_WORKERS


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large file, small ones, two articles of one id, and a record that cannot be read."""
    folder = tmp_path_factory.mktemp("workers") / "root"
    folder.mkdir()
    lines = [
        json.dumps({"id": n, "title": f"Peace number{n % 97}", "text": f"Talks on peace go on in room{n % 31}. " * 40})
        for n in range(7_000)
    ]
    lines[700] = '{"broken'
    (folder / "big.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "small.jsonl").write_text('{"id": 5, "text": "another five"}\n{"id": "x", "text": "x"}\n', encoding="utf-8")
    for n in range(20):
        (folder / f"{n:02}.txt").write_text(f"Title {n}\n\nA text of its own, number {n}.\n", encoding="utf-8")
    assert sum(path.stat().st_size for path in folder.iterdir()) > MIN_BYTES_FOR_WORKERS
    return folder


def answers(engine: searchkit.ArchiveEngine) -> list[object]:
    queries = ("peace", "room7 number5", '"peace go"', "another OR x", "title:3", "*")
    return [[(hit.id, hit.score) for hit in engine.search(query, limit=30)] for query in queries]


def test_the_number_of_workers_changes_nothing(root: Path, tmp_path: Path) -> None:
    found = []
    for workers in (1, 2, 3):
        with searchkit.open(tmp_path / str(workers), create=True) as engine:
            report = engine.index([root], workers=workers)
            again = engine.index([root], workers=workers, options={"exclude": ["00.txt"]})
            found.append((report, again, answers(engine), engine.stats().articles))
    assert found[0] == found[1] == found[2]
    report, again, _, articles = found[0]
    assert (report.added, len(report.failures), articles) == (7_020, 2, 7_019)
    assert (again.added, again.unchanged, again.removed) == (0, 7_019, 1)


def test_a_worker_that_dies_is_an_error_and_changes_nothing(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "i"
    with searchkit.open(folder, create=True) as engine:
        engine.add([searchkit.Article("before", body="Before all this.")])
        held = {path.name for path in folder.iterdir()}
        stop = threading.Event()

        def kill_one() -> None:
            while not stop.is_set():
                children = Path(f"/proc/{os.getpid()}/task")
                for task in children.iterdir():
                    for child in (task / "children").read_text().split():
                        if b"searchkit.engines.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                            os.kill(int(child), signal.SIGKILL)
                            return
                time.sleep(0.01)

        killer = threading.Thread(target=kill_one)
        killer.start()
        try:
            with pytest.raises(searchkit.WorkerDied, match="SIGKILL"):
                engine.index([root], workers=2)
        finally:
            stop.set()
            killer.join()
        assert [hit.id for hit in engine.search("*")] == ["before"]
        assert {path.name for path in folder.iterdir()} == held
