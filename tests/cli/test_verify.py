from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from tests.cli.conftest import Ran
from tests.indexing.damage import flip, flip_section, newest, segments, two_generations
from tests.plain_environment import plain_environment

Run = Callable[..., Ran]


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """An index of which one record is damaged."""
    folder = two_generations(tmp_path / "i")
    with searchkit.open(folder) as engine:
        engine.optimize()
        engine.add([searchkit.Article("b", body="of the newest segment")])
    flip_section(segments(folder, newest(folder))[-1], "store")
    return folder


def test_a_whole_index(tmp_path: Path, run: Run) -> None:
    folder = str(two_generations(tmp_path / "i"))
    assert run("verify", "-i", folder) == Ran(0, "", "the index is whole\n")
    ran = run("verify", "-i", folder, "--repair", "--json")
    assert (ran.status, json.loads(ran.out)) == (0, {"meta": {"version": 1, "repair": None, "warnings": []}, "faults": []})
    assert run("verify", "-i", str(tmp_path / "none")).status == 2


def test_a_line_for_each_fault(damaged: Path, run: Run) -> None:
    ran = run("verify", "-i", str(damaged))
    path = segments(damaged, newest(damaged))[-1]
    line = f"{path}: its section store does not have the checksum it was written with"
    assert ran == Ran(2, f"{line}\n", f"searchkit: 1 fault; repair with: searchkit verify -i {damaged} --repair\n")
    ran = run("verify", "-i", str(damaged), "--jsonl")
    assert ran.status == 2
    assert json.loads(ran.out) == {"path": str(path), "reason": line.partition(": ")[2]}
    assert run("verify", "-i", str(damaged), "--csv").out.splitlines()[0] == "path,reason"


def test_repair_asks_first(damaged: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name: path.read_bytes() for path in damaged.iterdir()}
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    ran = run("verify", "-i", str(damaged), "--repair")
    assert (ran.status, "say --yes" in ran.err) == (2, True)

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    ran = run("verify", "-i", str(damaged), "--repair")
    assert (ran.status, "nothing was changed" in ran.err) == (2, True)
    assert {path.name: path.read_bytes() for path in damaged.iterdir()} == before
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert run("verify", "-i", str(damaged), "--repair").status == 0
    assert run("verify", "-i", str(damaged)).status == 0


def test_repair_says_what_is_missing(damaged: Path, run: Run) -> None:
    ran = run("verify", "-i", str(damaged), "--repair", "--yes")
    assert ran.status == 0
    assert ran.out.splitlines()[1:] == ["missing: b"]
    assert "1 article is missing; those of no file have to be added again" in ran.err
    assert run("verify", "-i", str(damaged)) == Ran(0, "", "the index is whole\n")


def test_repair_as_json(damaged: Path, run: Run) -> None:
    document = json.loads(run("verify", "-i", str(damaged), "--repair", "--yes", "--json").out)
    assert len(document["faults"]) == 1
    repair = document["meta"]["repair"]
    assert repair == {
        "generation": newest(damaged),
        "restored": [],
        "missing": ["b"],
        "unknown": 0,
        "files": [],
        "remaining": [],
    }


def test_an_index_that_cannot_be_opened_is_verified_all_the_same(damaged: Path, run: Run) -> None:
    for path in damaged.glob("_MAIN_*.toc"):
        flip(path)
    assert run("stats", "-i", str(damaged)).status == 2
    assert len(run("verify", "-i", str(damaged)).out.splitlines()) == 2
    assert run("verify", "-i", str(damaged), "--repair", "--yes").status == 0
    assert run("search", "text", "-i", str(damaged)).status == 0


def test_every_command_says_on_stderr_that_a_generation_was_left_aside(damaged: Path, run: Run) -> None:
    flip(damaged / f"_MAIN_{newest(damaged)}.toc")
    for command in (("search", "text"), ("stats",), ("show", "a1"), ("optimize",)):
        ran = run(*command, "-i", str(damaged))
        assert ran.status == 0
        assert ran.err.startswith("searchkit: warning: ")
        assert "warning" not in ran.out


def test_waiting_for_another_writer(tmp_path: Path) -> None:
    from searchkit.indexing.lock import hold_lock

    folder = two_generations(tmp_path / "i")
    command = [sys.executable, "-m", "searchkit", "optimize", "-i", str(folder)]
    with hold_lock(folder):
        done = subprocess.run(command, capture_output=True, text=True, env=plain_environment(), check=False)
        assert (done.returncode, "is being written to by process" in done.stderr) == (2, True)
        waiting = subprocess.Popen([*command, "--wait", "600"], stdout=subprocess.PIPE, text=True, env=plain_environment())
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(0.5)
    assert waiting.communicate()[0] == "10 articles in 1 segment\n"
    for command_name in ("index", "optimize", "verify"):
        done = subprocess.run(
            [*command[:3], command_name, "--wait", "-1"],
            capture_output=True,
            text=True,
            env=plain_environment(),
            check=False,
        )
        assert (done.returncode, "--wait" in done.stderr) == (2, True)
