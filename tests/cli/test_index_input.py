"""Standard input and lists of paths: `searchkit index -` and `--files-from`, as real processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plain_environment import ROOT, plain_environment

LINES = b'{"id": "1", "text": "Peace talks."}\n{"id": "2", "text": "Peace held."}\n'


def run(place: Path, *arguments: str, data: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "searchkit", *arguments],
        input=data, capture_output=True, cwd=place, env=plain_environment(PYTHONPATH=str(ROOT)), check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_standard_input(tmp_path: Path) -> None:
    assert run(tmp_path, "index", "-", "--label", "wire", data=LINES) == (
        0, "2 added, 0 unchanged, 0 replaced, 0 removed; 0 files not read\n", "",
    )  # fmt: skip
    assert run(tmp_path, "search", "peace", "--ids")[1].split() == ["wire/1", "wire/2"]
    status, out, _ = run(tmp_path, "index", "-", "--label", "wire", data=LINES.splitlines(keepends=True)[1])
    assert (status, out.split(";")[0]) == (0, "nothing changed: 0 added, 1 unchanged, 0 replaced, 0 removed")
    assert run(tmp_path, "search", "peace", "--ids")[1].split() == ["wire/1", "wire/2"]  # none is removed
    assert run(tmp_path, "roots")[0] == 1


def test_a_list_of_paths(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    names = ["in/a.txt", "in/b c.txt", "in/d\nd.txt"]
    for name in names:
        (tmp_path / name).write_text("Peace talks\n\nThe words of it.\n")
    (tmp_path / "list").write_text("".join(f"{name}\r\n" for name in names[:2]))
    assert run(tmp_path, "index", "--files-from", "list", "--label", "l")[:2] == (
        0, "2 added, 0 unchanged, 0 replaced, 0 removed; 0 files not read\n",
    )  # fmt: skip
    status, out, _ = run(tmp_path, "index", "--files-from", "-", "-0", "--label", "l", data="\0".join(names).encode())
    assert (status, out.split(";")[0]) == (0, "1 added, 2 unchanged, 0 replaced, 0 removed")
    assert sorted(run(tmp_path, "search", "peace", "-0")[1].split("\0")[:-1]) == sorted(f"l/{name}" for name in names)
    assert run(tmp_path, "index", "--files-from", "-", "--label", "l", data=b"in/gone.txt\n")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-",), "need a --label NAME"),
        (("--files-from", "list"), "need a --label NAME"),
        (("-", "in", "--label", "x"), "go alone"),
        (("in", "--files-from", "list", "--label", "x"), "go alone"),
        (("-", "--label", "x", "--rebuild"), "--rebuild is for roots"),
        (("-", "--label", "x", "--dry-run"), "--dry-run is for roots"),
        (("-", "--label", "x", "--include", "*.txt"), "--include is for roots"),
        (("--files-from", "list", "--label", "x", "--exclude", "*.txt"), "--exclude is for roots"),
        (("--files-from", "list", "--label", "x", "--commit-every", "0"), "--commit-every is for roots"),
        (("--files-from", "list", "--label", "x", "--workers", "1"), "--workers is for roots"),
        (("-", "--label", "x", "--memory", "512"), "--memory is for roots"),
        (("-", "--label", "x", "-0"), "-0 goes with --files-from"),
        (("in", "-0"), "-0 goes with --files-from"),
        (("--files-from", "nowhere", "--label", "x"), "nowhere"),
    ],
)
def test_what_does_not_go_together(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "list").write_text("")
    status, out, err = run(tmp_path, "index", *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert not (tmp_path / "index").exists()


def test_a_terminal_is_not_waited_for(tmp_path: Path) -> None:
    parent, child = os.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "searchkit", "index", "-", "--label", "x"],
        stdin=child, capture_output=True, cwd=tmp_path, env=plain_environment(PYTHONPATH=str(ROOT)), check=False, timeout=60,
    )  # fmt: skip
    os.close(parent)
    os.close(child)
    assert done.returncode == 2
    assert b"standard input is the terminal" in done.stderr
