"""Whatever happens to a process that writes, the index is as after its last commit, and the next run completes.

The short form; `scripts/crash` is the long one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


def crash(kind: str, place: Path, *options: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    """Run a campaign of crashes; what it counted. Fails with what was not as it should be."""
    command = [*before, sys.executable, "-m", "tests.crash.harness", kind, str(place), *options]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    counted: dict[str, Any] = json.loads(done.stdout)
    assert counted["failures"] == [], done.stderr
    assert (done.returncode, counted["kind"]) == (0, kind)
    return counted


@pytest.mark.parametrize("step", [0, 5, 9])
def test_killed_at_every_step_of_a_commit(tmp_path: Path, step: int) -> None:
    """An index that is made, roots that are brought up to date, a merge: at every call but for most writes."""
    counted = crash("calls", tmp_path, "--every", "20", "--steps", str(step))
    assert counted["crashes"] >= (10 if step == 0 else 20)
    assert counted["the state before"] > 5
    assert counted["the state after"] >= 1


def test_killed_at_instants(tmp_path: Path) -> None:
    assert crash("instants", tmp_path, "--times", "12").get("crashes", 0) >= 5


def test_no_space_at_any_call(tmp_path: Path) -> None:
    counted = crash("full", tmp_path, "--every", "20", "--steps", "5")
    assert counted["the state before"] > 20


def test_a_limit_to_the_size_of_files(tmp_path: Path) -> None:
    assert crash("limit", tmp_path)["refused"] > 10


def test_a_small_file_system(tmp_path: Path) -> None:
    before = ("unshare", "--map-root-user", "--mount")
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare, to mount a file system with")
    tried = subprocess.run(
        [*before, "mount", "-t", "tmpfs", "none", str(tmp_path)], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        pytest.skip(f"a file system cannot be mounted here: {tried.stderr.strip()}")
    assert crash("small", tmp_path, "--every", "10", before=before)["refused"] > 3


@pytest.mark.parametrize("step", [1, 5, 10])
def test_power_lost_after_any_call(tmp_path: Path, step: int) -> None:
    """What was not synced may be there or not: the index is as before, or, once the rename can be there, as after."""
    counted = crash("power", tmp_path, "--every", "30", "--times", "1", "--steps", str(step))
    assert counted["the state before"] >= 10
    assert counted["the state after"] >= 1
