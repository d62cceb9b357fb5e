"""Crashes processes on purpose: `python -m tests.crash.harness KIND PLACE [--every N] [--times N]`.

Prints one JSON document: how many crashes of which kind there were, and what went wrong afterwards
(nothing is expected). Every crash happens in a forked child of this process, which has no threads
and has imported everything already.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import searchkit
from tests.crash import archive as work
from tests.crash.archive import Archive
from tests.crash.calls import Call, Calls
from tests.crash.disk import NAMES, after_power_loss, read_all, variants, write_all

DONE, STORAGE, OTHER = 0, 3, 4
"""How a child ends: the step done, a StorageError, any other error."""


class Campaign:
    """Crashes of one kind. `failures` name those after which the index was wrong, and how."""

    def __init__(self, place: Path, every: int, times: int, chosen: Sequence[int] | None, thorough: bool) -> None:
        self.place, self.every, self.times, self.thorough = place / "crash", every, times, thorough
        self.steps = range(work.steps()) if chosen is None else chosen
        self.archive: Archive = work.build(place / "undisturbed", self.place, max(self.steps))
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []
        self.index = self.place / "index"

    def child(self, step: int, begin: Callable[[], None]) -> int:
        """Do a step in a child, after `begin`; how it ended: an exit status, or minus a signal."""
        if step in (4, 5):
            work.write_root(self.place / "root", step)
        sys.stdout.flush()
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        status = OTHER
        try:
            begin()
            work.take(self.index, step)
            status = DONE
        except searchkit.StorageError:
            status = STORAGE
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def check(self, what: str, step: int, **options: object) -> None:
        self.counts["crashes"] += 1
        try:
            at = work.check(self.archive, self.place, step, thorough=self.thorough, **options)  # type: ignore[arg-type]
            self.counts["the state before" if at < step else "the state after"] += 1
        except Exception as error:
            self.failures.append(f"step {step}, {what}: {type(error).__name__}: {error}")

    # The kinds.

    def calls(self) -> None:
        """SIGKILL at every call that changes a file (of writes every `every`-th), half of a write
        done."""
        for step in self.steps:
            number = 0
            while True:
                self.archive.copy(step - 1, self.place)
                status = self.child(step, partial(self._count, number, _kill))
                if status == DONE:
                    break
                what = f"killed at call {number}"
                if status != -signal.SIGKILL:
                    self.failures.append(f"step {step}, {what}: it ended with {status}")
                self.check(what, step)
                number += 1

    def full(self) -> None:
        """No space left, at every call that needs some: once, or from then on."""
        for step in self.steps:
            for from_then_on in (False, True):
                number = 0
                while True:
                    self.archive.copy(step - 1, self.place)
                    before = set(read_all(self.index))
                    marker = self.place / "reached"
                    begin = partial(self._count, number, _fill(marker), from_then_on)
                    status = self.child(step, begin)
                    if not marker.exists():
                        break
                    what = f"no space at call {number}{' and later' if from_then_on else ''}"
                    if status not in (DONE, STORAGE):
                        self.failures.append(f"step {step}, {what}: it ended with {status}")
                    lock = str(self.index / "MAIN_WRITELOCK")
                    left = set(read_all(self.index)) - before - {lock}
                    if left and not any(name.endswith(".toc") for name in left):
                        self.failures.append(f"step {step}, {what}: it left {sorted(left)}")
                    self.check(what, step)
                    number += 1

    def _count(self, number: int, act: Callable[[Call, Callable[[int], object]], None], from_then_on: bool = False) -> None:
        seen = writes = 0

        def watch(call: Call, part: Callable[[int], object]) -> None:
            nonlocal seen, writes
            if act is not _kill and call.kind in ("unlink", "truncate", "rename"):
                return  # what needs no space
            if call.kind == "write":
                writes += 1
                if writes % self.every:
                    return
            if seen == number or (from_then_on and seen > number):
                seen += 1
                act(call, part)
            else:
                seen += 1

        Calls(self.index, watch).install()

    def limit(self) -> None:
        """A real limit on the size of files, from 0 bytes upwards."""
        for step in [step for step in (1, 4, 11) if step in self.steps]:
            for size in (0, 60, 500, 3_000, 9_000, 20_000):
                self.archive.copy(step - 1, self.place)
                before = set(read_all(self.index))
                status = self.child(step, partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size)))
                what = f"files of at most {size} bytes"
                if status not in (DONE, STORAGE):
                    self.failures.append(f"step {step}, {what}: it ended with {status}")
                if status == STORAGE and set(read_all(self.index)) != before:
                    self.failures.append(f"step {step}, {what}: it left something")
                self.counts["refused" if status == STORAGE else "done"] += 1
                self.check(what, step)

    def small(self) -> None:
        """A real file system that is too small, and then large enough. Needs the right to mount
        one."""
        for step in [step for step in (1, 4, 9, 11) if step in self.steps]:
            for room in range(4, 400, 4 * self.every):
                shutil.rmtree(self.place, ignore_errors=True)
                self.place.mkdir(parents=True)
                _mount(self.place, "size=4m")
                try:
                    if step:
                        shutil.copytree(self.archive.folders[step - 1], self.place, dirs_exist_ok=True)
                    if step in (4, 5):
                        work.write_root(self.place / "root", step)
                    space = os.statvfs(self.place)
                    used = (space.f_blocks - space.f_bavail) * space.f_frsize
                    _mount(self.place, f"remount,size={used // 1024 + room}k")
                    status = self.child(step, lambda: None)
                    what = f"{room} KB of room"
                    if status not in (DONE, STORAGE):
                        self.failures.append(f"step {step}, {what}: it ended with {status}")
                    self.counts["refused" if status == STORAGE else "done"] += 1
                    self.check(what, step, again=False)
                    _mount(self.place, "remount,size=4m")
                    self.check(what, step)
                finally:
                    subprocess.run(["umount", str(self.place)], check=True)
                if status == DONE:
                    break

    def power(self) -> None:
        """The power fails after every call (of writes every `every`-th), and what was not synced is
        lost, or not."""
        for step in self.steps:
            self.archive.copy(step - 1, self.place)
            before = read_all(self.index)
            calls = self._recorded(step)
            seen: set[int] = set()
            writes = 0
            committed = next(n for n, call in enumerate(calls) if call.kind == "rename" and call.to.endswith(".toc"))
            durable = next(n for n, call in enumerate(calls) if n > committed and call.kind == "syncdir")
            for end in range(len(calls) + 1):
                if end and calls[end - 1].kind == "write":
                    writes += 1
                    if writes % self.every:
                        continue
                for what, kept in variants(calls[:end], end, self.times):
                    files = after_power_loss(before, calls[:end], kept)
                    state = hash(tuple(sorted(files.items())))
                    if state in seen:
                        continue
                    seen.add(state)
                    self.archive.copy(step - 1, self.place)
                    shutil.rmtree(self.index, ignore_errors=True)
                    if step in (4, 5):
                        work.write_root(self.place / "root", step)
                    write_all(files)
                    allowed = (step,) if end > durable else (step - 1,) if end <= committed else (step - 1, step)
                    self.check(f"power lost after call {end} of {len(calls)}, {what}", step, allowed=allowed)

    def _recorded(self, step: int) -> list[Call]:
        """The calls of a step. The child writes them to a file outside the index."""
        log = self.place / "calls"

        def begin() -> None:
            out = log.open("w")

            def watch(call: Call, part: Callable[[int], object]) -> None:
                line = [call.kind, call.name, call.file, call.to, call.offset, call.data.hex()]
                out.write(json.dumps(line) + "\n")
                out.flush()

            Calls(self.index, watch).install()

        assert self.child(step, begin) == DONE
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        log.unlink()
        recorded = [Call(kind, name, file, to, offset, bytes.fromhex(data)) for kind, name, file, to, offset, data in lines]
        assert {call.kind for call in recorded if call.kind in NAMES} >= {"create", "rename"}
        return recorded

    def instants(self) -> None:
        """SIGKILL at random instants of a process that goes through all steps."""
        choice = random.Random(5)
        span = 0.0
        while self.counts["crashes"] < self.times:
            self.archive.copy(-1, self.place)
            reading, writing = os.pipe()
            child = os.fork()
            if not child:
                try:
                    for step in range(work.steps()):
                        work.take(self.index, step)
                        os.write(writing, bytes([step]))
                finally:
                    os._exit(0)
            os.close(writing)
            begun = time.monotonic()
            if span:  # the first one is let through, to see how long it takes
                time.sleep(choice.random() * span)
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            with os.fdopen(reading, "rb") as pipe:
                done = max(pipe.read(), default=-1)
            if done + 1 == work.steps():
                span = min(span or 3600.0, time.monotonic() - begun)
            else:
                self.counts[f"in step {done + 1:02}"] += 1
                self.check("killed at an instant", done + 1, allowed=(done, done + 1))

    def workers(self) -> None:
        """SIGKILL at random instants of `searchkit index` with workers, which outlive it."""
        choice = random.Random(6)
        root = self.place.parent / "large"
        root.mkdir(exist_ok=True)
        lines = [json.dumps({"id": n, "text": f"Number{n} talks of room{n % 31}. " * 40}) for n in range(8_000)]
        (root / "large.jsonl").write_text("\n".join(lines))
        command = [sys.executable, "-m", "searchkit", "index", str(root), "-i", str(self.index), "--workers", "2"]
        span = 0.0
        for attempt in range(self.times + 1):
            self.archive.copy(3, self.place)
            begun = time.monotonic()
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                if attempt:
                    time.sleep(0.3 + choice.random() * span)
                    process.kill()
            span = span or time.monotonic() - begun
            self.counts["crashes"] += bool(attempt)
            try:
                with searchkit.open(self.index) as engine:
                    articles = engine.stats().articles
                    assert articles in (12, 8_012), articles
                    assert engine.verify().faults == ()
                    self.counts["the state before" if articles == 12 else "the state after"] += 1
                    # Its workers may live on for a moment: they hold no lock.
                    report = engine.index([root], workers=1)
                    assert report.added + report.unchanged == 8_000
                assert work.find_garbage(self.index) == [], work.find_garbage(self.index)
            except Exception as error:
                self.failures.append(f"workers, attempt {attempt}: {type(error).__name__}: {error}")


def _kill(call: Call, part: Callable[[int], object]) -> None:
    if call.kind == "write":
        part(len(call.data) // 2)
    os.kill(os.getpid(), signal.SIGKILL)


def _fill(marker: Path) -> Callable[[Call, Callable[[int], object]], None]:
    def fill(call: Call, part: Callable[[int], object]) -> None:
        os.close(os.open(marker, os.O_CREAT | os.O_WRONLY))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), call.name or None)

    return fill


def _mount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(place)], check=True)


KINDS = ("calls", "full", "limit", "small", "power", "instants", "workers")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("place", type=Path)
    parser.add_argument("--every", type=int, default=1, help="of writes, every so many-th is one to crash at")
    parser.add_argument("--times", type=int, default=2, help="random instants, or random losses at each call")
    parser.add_argument("--steps", type=int, nargs="*", default=None)
    parser.add_argument("--thorough", action="store_true", help="check every byte after the next run, too")
    given = parser.parse_args()
    given.place.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    campaign = Campaign(given.place.resolve(), given.every, given.times, given.steps, given.thorough)
    getattr(campaign, given.kind)()
    seconds = round(time.monotonic() - begun, 1)
    print(json.dumps({"kind": given.kind, **campaign.counts, "seconds": seconds, "failures": campaign.failures}, indent=1))
    return 1 if campaign.failures else 0


if __name__ == "__main__":
    sys.exit(main())
