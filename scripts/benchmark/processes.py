"""Runs processes, and measures their time and the memory of them and their children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent.parent
SYSTEM = Path("/usr/bin/python3")
INTERVAL = 0.05
"""The least seconds between two measurements of memory.

The pause is also twenty times what one takes.
"""


class ProcessFailed(Exception):
    """A process failed. The message names it and has the end of its stderr."""


def environment(cache: Path) -> dict[str, str]:
    """The environment of all processes that are timed.

    Compiled modules are kept in `cache`, not in the checkout. The caller's own settings of Python
    and searchkit are left out.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SEARCHKIT", "WHOOSH"))}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(cache), "NO_COLOR": "1"}


def worker(python: str, *arguments: str | Path) -> list[str]:
    """The command line of a process that runs one engine."""
    return [python, "-m", "scripts.benchmark.worker", *map(str, arguments)]


def interpreters() -> list[str]:
    """This Python, and that of the system, which may have libraries that pip cannot install."""
    return [sys.executable, *([str(SYSTEM)] if SYSTEM.exists() else [])]


@dataclass(frozen=True)
class Run:
    """A process that succeeded: seconds from start to end, peak memory in bytes, and its output."""

    seconds: float
    peak: int
    output: str


def run(command: Sequence[str], env: dict[str, str], directory: Path, statuses: Sequence[int] = (0,)) -> Run:
    """Run a command and measure it. Raises Failed unless it ends with one of the exit statuses."""
    return _run(command, env, directory, statuses, watched=False)


def run_watched(command: Sequence[str], env: dict[str, str], directory: Path) -> Run:
    """Run a command and also measure the peak memory of the process and its descendants."""
    return _run(command, env, directory, (0,), watched=True)


def _run(command: Sequence[str], env: dict[str, str], directory: Path, statuses: Sequence[int], watched: bool) -> Run:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as stderr:
        before = perf_counter()
        process = subprocess.Popen(command, env=env, cwd=directory, stdin=subprocess.DEVNULL, stdout=out, stderr=stderr)
        watch = MemoryWatch(process.pid) if watched else None
        try:
            process.wait()
            seconds = perf_counter() - before
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            peak = watch.stop() if watch else 0
        out.seek(0)
        stderr.seek(0)
        if process.returncode not in statuses:
            raise ProcessFailed(f"{' '.join(command)}: status {process.returncode}: {tail(stderr.read())}")
        return Run(seconds, peak, out.read().decode(errors="replace"))


def tail(text: bytes) -> str:
    """The end of the stderr of a process."""
    return text.decode(errors="replace").strip()[-2000:]


class MemoryWatch:
    """A thread that measures the memory of a process and its descendants until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Stop, and return the peak memory in bytes."""
        self._ended.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        pause = 0.0
        while not self._ended.wait(pause):
            before = perf_counter()
            self._peak = max(self._peak, sum(map(memory_of, process_tree(self._pid))))
            pause = max(INTERVAL, 20 * (perf_counter() - before))


def process_tree(pid: int) -> list[int]:
    """The process and all its descendants."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # After the name, which is in parentheses and may hold anything: state, parent.
                parent = int((entry / "stat").read_bytes().rpartition(b")")[2].split()[1])
            except (OSError, IndexError):  # it has just ended
                continue
            below.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for member in found:
        found += below.get(member, ())
    return found


def memory_of(pid: int) -> int:
    """The bytes a process has in memory: its proportional share (Pss) where the system tells it,
    else all (VmRSS)."""
    for name, key in (("smaps_rollup", b"Pss:"), ("status", b"VmRSS:")):
        try:
            for line in Path(f"/proc/{pid}/{name}").read_bytes().splitlines():
                if line.startswith(key):
                    return int(line.split()[1]) * 1024
        except OSError:
            continue
    return 0


def size_of(place: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())


class Server:
    """An engine in a process of its own that waits for commands."""

    def __init__(self, command: Sequence[str], env: dict[str, str], directory: Path) -> None:
        self._name = " ".join(command)
        # A file, not a pipe: a full pipe would stop the process.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._process = subprocess.Popen(
            command,
            env=env,
            cwd=directory,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
        )
        self.opened: float = self._answer()["opened"]

    def ask(self, command: str) -> dict[str, Any]:
        """Send a command; return its answer. Raises Failed when the process has ended instead."""
        # Where the process has ended, the missing answer says so, and why.
        with suppress(BrokenPipeError):
            print(command, file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            status = self._process.wait()
            self._stderr.seek(0)
            stderr = tail(self._stderr.read())
            self.close()
            raise ProcessFailed(f"{self._name}: status {status}: {stderr}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process, and kill it if it does not end."""
        for pipe in (self._process.stdin, self._process.stdout):
            # It may have ended with a command unread.
            with suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stderr.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
