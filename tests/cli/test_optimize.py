from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import searchkit
from tests.cli.conftest import Ran, RecordedEngine
from tests.plain_environment import plain_environment

Run = Callable[..., Ran]


def test_two_segments_become_one_with_the_same_answers(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.add([searchkit.Article("a", "Peace", "Peace talks."), searchkit.Article("b", "War", "No talks.")])
        engine.add([searchkit.Article("c", "Peace", "More talks on peace.")])
        engine.delete(["b"])
        before = [(hit.id, hit.score) for hit in engine.search("peace talks")]
        assert engine.stats().segments == 2
    command = [sys.executable, "-m", "searchkit", "optimize", "-i", str(tmp_path / "i")]
    done = subprocess.run(command, capture_output=True, text=True, env=plain_environment(), check=False)
    assert (done.returncode, done.stdout) == (0, "2 articles in 1 segment\n")
    with searchkit.open(tmp_path / "i") as engine:
        assert engine.stats().segments == 1
        assert [(hit.id, hit.score) for hit in engine.search("peace talks")] == before
    missing = subprocess.run(
        [*command[:-1], str(tmp_path / "none")], capture_output=True, text=True, env=plain_environment(), check=False
    )
    assert (missing.returncode, "there is no index" in missing.stderr) == (2, True)


def test_a_second_run_commits_nothing(tmp_path: Path, run: Run) -> None:
    place = str(tmp_path / "i")
    with searchkit.open(place, create=True) as engine:
        engine.add([searchkit.Article("a", body="peace"), searchkit.Article("b", body="war")])
        engine.delete(["b"])
        before = engine.stats().generation
    assert run("optimize", "-i", place) == Ran(0, "1 article in 1 segment\n", "")
    with searchkit.open(place) as engine:
        generation = engine.stats().generation
    assert run("optimize", "-i", place) == Ran(0, "1 article in 1 segment\n", "")
    with searchkit.open(place) as engine:
        assert engine.stats().generation == generation
        assert generation == before + 1


def test_an_empty_index_has_no_segment(tmp_path: Path, run: Run) -> None:
    place = str(tmp_path / "i")
    searchkit.open(place, create=True).close()
    assert run("optimize", "-i", place) == Ran(0, "0 articles in 0 segments\n", "")


def test_optimize_without_an_index_is_a_message(run: Run) -> None:
    ran = run("optimize")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("searchkit: there is no index")
    assert not Path("index").exists()


def test_optimize_takes_no_argument(engine: RecordedEngine, run: Run) -> None:
    assert run("optimize", "extra").status == 2
    assert engine.calls == []
