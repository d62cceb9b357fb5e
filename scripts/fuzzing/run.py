"""Runs cases, and tells of those that end in another way than they may."""

from __future__ import annotations

import multiprocessing.queues
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import FrameType

from scripts.fuzzing.indexes import ManifestTarget, SegmentTarget
from scripts.fuzzing.targets import QueryTarget, ReaderTarget, Target, working_folder

TARGETS: dict[str, Callable[[Path], Target]] = {
    "reader": ReaderTarget,
    "segment": SegmentTarget,
    "manifest": ManifestTarget,
    "query": QueryTarget,
}
MOST_SECONDS = 1.0
"""Of processor time, a case."""
MOST_MEMORY = 200 * 2**20
PATIENCE = 20
"""Seconds of processor time after which a case is stopped."""
MOST_FOUND = 20


class TookTooLong(BaseException):
    """A case that had to be stopped; nothing below may catch it."""


@dataclass
class Findings:
    """How many cases ran, what came out of them, and what should not have: the case and what happened."""

    cases: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    found: list[tuple[int, str]] = field(default_factory=list)
    slowest: float = 0.0
    memory: int = 0


def run(
    name: str,
    folder: Path,
    seed: int,
    cases: Sequence[int],
    begin: Callable[[int], None] = lambda case: None,
    most_seconds: float = MOST_SECONDS,
) -> Findings:
    """Run some cases of a target; `begin` is told of each. A case depends on its number and the seed alone."""
    target = TARGETS[name](folder)
    findings = Findings()
    target.attempt(random.Random(f"{seed} {name} warm"), Counter())  # what is loaded once is not a case's memory
    _forget_peak()
    before = _peak()
    signal.signal(signal.SIGVTALRM, _stop)
    for case in cases:
        begin(case)
        started = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
        problem = ""
        try:
            target.attempt(random.Random(f"{seed} {name} {case}"), findings.counts)
        except (Exception, TookTooLong):
            problem = traceback.format_exc(limit=-6)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        seconds, memory = time.process_time() - started, _peak() - before
        if not problem and seconds > most_seconds:
            problem = f"it took {seconds:.2f} seconds"
        if memory > MOST_MEMORY:
            problem = problem or f"memory grew by {memory / 2**20:.0f} MB"
            _forget_peak()
            before = _peak()
        findings.cases += 1
        findings.slowest, findings.memory = max(findings.slowest, seconds), max(findings.memory, memory)
        if problem:
            findings.found.append((case, problem))
            if len(findings.found) >= MOST_FOUND:
                break
    return findings


def _peak() -> int:
    """The most memory that the process has had since `_forget_peak`, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _forget_peak() -> None:
    """Count from what is in use now (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _stop(number: int, frame: FrameType | None) -> None:
    raise TookTooLong(f"stopped after {PATIENCE} seconds")


def work(
    name: str, seed: int, cases: range, case: Synchronized[int], results: multiprocessing.queues.SimpleQueue[Findings]
) -> None:
    """Run in a process of its own: `case` is the one that it is at, should it come to an end there."""

    def begin(number: int) -> None:
        case.value = number

    with working_folder() as folder:
        results.put(run(name, Path(folder), seed, cases, begin))
