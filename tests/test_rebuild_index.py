"""scripts/rebuild-index, run as cron runs it: a process of its own, with hardly an environment."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.lease import Lease
from searchkit.engines.opensearch.state import StateIndex
from searchkit.indexing.index_folder import IndexFolder
from tests.opensearch.archives import new_place

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "scripts" / "rebuild-index"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Three articles in files, indexed into `index`."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"Title\n\nArticle number{number} is here.\n")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([folder], workers=1)
    return folder


def start(*arguments: str, program: str = "") -> subprocess.Popen[str]:
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": "/nonexistent"}
    bare["SEARCHKIT"] = program or shlex.join([sys.executable, "-m", "searchkit"])
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=bare,
        cwd="/",
    )


def run(*arguments: str, program: str = "") -> tuple[int, dict[str, object], list[str]]:
    process = start(*arguments, program=program)
    out, err = process.communicate(timeout=120)
    (line,) = out.splitlines()
    lines = err.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ", line) for line in lines)
    return process.returncode, json.loads(line), lines


def test_an_update_and_a_rebuild(archive: Path) -> None:
    place = str(archive.parent / "index")
    (archive / "new.txt").write_text("Title\n\nA new article.\n")
    status, summary, lines = run("-i", place)
    report = summary["report"]
    assert isinstance(report, dict)
    assert (status, summary["status"], report["added"], report["unchanged"]) == (0, 0, 1, 3)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(summary["begun"]))
    assert lines[0].endswith(f"index --json --no-progress --wait 3600 -i {place}")
    assert "1 added, 3 unchanged, 0 replaced, 0 removed, 0 withheld, 0 failures (status 0)" in lines[-1]
    (archive / "bad.txt").write_bytes(b"\0\1\2" * 100)
    status, summary, lines = run("-i", place, "--rebuild", "--workers", "1")
    report = summary["report"]
    assert isinstance(report, dict)
    assert (status, summary["status"], report["unchanged"], len(report["failures"])) == (2, 2, 4, 1)
    assert any("not read" in line and "bad.txt" in line for line in lines)
    assert "0 withheld, 1 failure (status 2)" in lines[-1]


@pytest.mark.parametrize("arguments", [(), ("--rebuild",)])
def test_roots_that_are_gone(archive: Path, arguments: tuple[str, ...]) -> None:
    place, other = archive.parent / "index", archive.parent / "other"
    shutil.copytree(archive, other)
    with searchkit.open(place) as engine:
        engine.index([other], workers=1)
    archive.rename(archive.parent / "away")
    status, summary, lines = run("-i", str(place))
    report = summary["report"]
    assert isinstance(report, dict)
    assert (status, summary["status"], report["unchanged"]) == (2, 2, 3)
    other.rename(archive.parent / "away too")
    status, summary, lines = run("-i", str(place), *arguments)
    assert (status, summary["status"]) == (1, 1)
    assert sum("is a disk missing?" in line for line in lines) == (1 if arguments else 2)


def test_what_keeps_it_from_running(archive: Path) -> None:
    place = archive.parent / "index"
    status, summary, lines = run("-i", str(archive.parent / "nothing"))
    assert (status, summary["status"], summary["report"]) == (1, 1, None)
    assert any("there is no index in" in line for line in lines)
    with IndexFolder(place).lock():
        status, summary, lines = run("-i", str(place), "--wait", "0.1")
    assert (status, summary["report"]) == (1, None)
    assert any("still being written to" in line for line in lines)
    status, summary, lines = run("-i", str(place), program="/nonexistent/searchkit")
    assert (status, summary["report"]) == (1, None)
    assert "cannot be run" in lines[1]


def test_it_stops_when_it_is_told_to(archive: Path) -> None:
    place = archive.parent / "index"
    with IndexFolder(place).lock():
        process = start("-i", str(place))
        until = time.monotonic() + 60
        children: list[str] = []
        while not children and time.monotonic() < until:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert json.loads(out)["report"] is None
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_an_archive_on_a_cluster(cluster: str, archive: Path) -> None:
    with new_place(cluster) as place:
        with searchkit.open(place.text, create=True, replicas=0) as engine:
            engine.index([archive], workers=1)
        (archive / "new.txt").write_text("Title\n\nA new article.\n")
        held = Lease(StateIndex(Cluster(place), place))
        status, summary, lines = run("-i", place.text, "--wait", "0.1")
        assert (status, summary["report"]) == (1, None)
        assert any(f"{place.text} is still being written to by process {os.getpid()} on " in line for line in lines)
        waiting = start("-i", place.text)
        held.give_back()
        out, _ = waiting.communicate(timeout=120)
        report = json.loads(out)["report"]
        assert (waiting.returncode, report["added"], report["unchanged"]) == (0, 1, 3)
    with new_place(cluster) as misspelled:
        status, summary, lines = run("-i", misspelled.text)
        assert (status, summary["status"]) == (1, 1)
        assert any("it remembers no root" in line for line in lines)
    status, summary, lines = run("-i", "opensearch://127.0.0.1:9/news")
    assert (status, summary["report"]) == (1, None)
    assert any("cannot be reached" in line for line in lines)


def test_its_help_is_its_first_words() -> None:
    process = start("--help")
    assert "scripts/rebuild-index -i PLACE --rebuild" in process.communicate(timeout=60)[0]
    assert os.access(SCRIPT, os.X_OK)
