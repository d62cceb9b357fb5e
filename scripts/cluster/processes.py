"""Processes that outlive the one that started them, and locks of folders."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SECONDS_TO_END = 20.0
"""How long a process has to end on SIGTERM before it is killed."""


@dataclass(frozen=True)
class Process:
    """A process, told apart from a later one with the same pid by when it started."""

    pid: int
    started: str

    def is_alive(self) -> bool:
        with suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)  # an ended child of ours would stay in the table of processes
        return start_of(self.pid) == self.started


def start_of(pid: int) -> str | None:
    """When a process started, in words of the system; None if there is no such process."""
    if Path("/proc/self/stat").exists():
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return None
        state, *fields = text.rpartition(")")[2].split()  # behind the name, which may have blanks
        started = fields[18]  # in ticks since the boot
    else:
        done = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        state, _, started = done.stdout.strip().partition(" ")
    return None if state[:1] in ("Z", "X", "") else started.strip()


def spawn(command: list[str], log: Path) -> Process:
    """Start a process in a session of its own, which no Ctrl-C reaches; it writes to `log`."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), flags, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    # No Popen: that warns of a process which is left running.
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=actions, setsid=True)
    return Process(pid, start_of(pid) or "")


def end(processes: Sequence[Process], seconds: float = SECONDS_TO_END) -> None:
    """End processes, and return when they are gone."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in processes:
            if process.is_alive():
                with suppress(ProcessLookupError):
                    os.kill(process.pid, number)
        deadline = time.monotonic() + seconds
        while any(process.is_alive() for process in processes):
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder, which is made if it is not there. Others wait for it.

    Whoever holds the lock may remove the folder.
    """
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if folder.exists() and folder.stat().st_ino == os.fstat(lock).st_ino:
                yield
                return
        finally:
            os.close(lock)
