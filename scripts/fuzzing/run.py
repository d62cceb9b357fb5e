"""Runs cases, and collects those that fail in a way that they must not."""

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

from scripts.fuzzing.formats import FormatTarget
from scripts.fuzzing.indexes import ManifestTarget, SegmentTarget
from scripts.fuzzing.targets import QueryTarget, ReaderTarget, Target, working_folder

TARGETS: dict[str, Callable[[Path], Target]] = {
    "reader": ReaderTarget,
    "formats": FormatTarget,
    "segment": SegmentTarget,
    "manifest": ManifestTarget,
    "query": QueryTarget,
}
MAX_SECONDS = 1.0
"""Processor time of a case."""
MAX_MEMORY = 200 * 2**20
PATIENCE = 20
"""Seconds of processor time after which a case is stopped."""
MAX_FOUND = 20


class TookTooLong(BaseException):
    """A case was stopped. It is no Exception, so that the code under test does not catch it."""


@dataclass
class Findings:
    """The number of cases, the counts of their outcomes, and the failures: the case and what
    happened."""

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
    most_seconds: float = MAX_SECONDS,
) -> Findings:
    """Run cases of a target; `begin` is called before each. A case depends on its number and the
    seed alone."""
    target = TARGETS[name](folder)
    findings = Findings()
    target.attempt(
        random.Random(f"{seed} {name} warm"), Counter()
    )  # memory of what is loaded once does not count for a case
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
        if memory > MAX_MEMORY:
            problem = problem or f"memory grew by {memory / 2**20:.0f} MB"
            _forget_peak()
            before = _peak()
        findings.cases += 1
        findings.slowest, findings.memory = max(findings.slowest, seconds), max(findings.memory, memory)
        if problem:
            findings.found.append((case, problem))
            if len(findings.found) >= MAX_FOUND:
                break
    return findings


def _peak() -> int:
    """The peak memory of the process since `_forget_peak`, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _forget_peak() -> None:
    """Reset the peak to the memory that is in use now (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _stop(number: int, frame: FrameType | None) -> None:
    raise TookTooLong(f"stopped after {PATIENCE} seconds")


def work(
    name: str, seed: int, cases: range, case: Synchronized[int], results: multiprocessing.queues.SimpleQueue[Findings]
) -> None:
    """Run cases in a process of their own; `case` is set to the current one, in case the process
    crashes."""

    def begin(number: int) -> None:
        case.value = number

    with working_folder() as folder:
        results.put(run(name, Path(folder), seed, cases, begin))
