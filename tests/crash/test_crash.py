"""Whatever happens to a process that writes, the index is as after its last commit, and the next
run completes.

The short form; `scripts/crash` is the long one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


def crash(kind: str, place: Path, *options: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    """Run a campaign of crashes, and return its counts. Fails if an index was wrong afterwards."""
    command = [*before, sys.executable, "-m", "tests.crash.harness", kind, str(place), *options]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    counted: dict[str, Any] = json.loads(done.stdout)
    assert counted["failures"] == [], done.stderr
    assert (done.returncode, counted["kind"]) == (0, kind)
    return counted


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder in memory if the system has one, for speed: the tests need no real disk."""
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def test_killed_at_every_step_of_a_commit(place: Path) -> None:
    """Kill while an index is created, and in a commit that merges, at every call; of writes at
    every 30th."""
    counted = crash("calls", place, "--every", "30", "--steps", "0", "9")
    assert counted["crashes"] > 20
    assert counted["the state before"] > 10
    assert counted["the state after"] >= 2


def test_killed_at_instants(place: Path) -> None:
    assert crash("instants", place, "--times", "6")["crashes"] == 6


def test_no_space_at_any_call(place: Path) -> None:
    """The disk is full while roots are brought up to date."""
    counted = crash("full", place, "--every", "30", "--steps", "5")
    assert counted["the state before"] > 10


def test_a_limit_to_the_size_of_files(place: Path) -> None:
    assert crash("limit", place, "--steps", "1", "4")["refused"] > 5


def test_a_small_file_system(place: Path) -> None:
    before = ("unshare", "--map-root-user", "--mount")
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare, to mount a file system with")
    tried = subprocess.run(
        [*before, "mount", "-t", "tmpfs", "none", str(place)], capture_output=True, text=True, check=False
    )
    if tried.returncode:
        pytest.skip(f"a file system cannot be mounted here: {tried.stderr.strip()}")
    assert crash("small", place, "--every", "10", "--steps", "1", "4", before=before)["refused"] >= 2


def test_power_lost_after_any_call(place: Path) -> None:
    """What was not synced may be there or not: the index is as before, or, once the rename can be
    there, as after."""
    counted = crash("power", place, "--every", "30", "--times", "1", "--steps", "1", "5")
    assert counted["the state before"] > 10
    assert counted["the state after"] >= 2
