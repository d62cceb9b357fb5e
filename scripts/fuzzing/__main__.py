"""`scripts/fuzz`: damaged input for the readers, the segment reader, the manifest and the query
parser.

Exit status 1 if a case ends in anything but an answer or an error of searchkit, within a second and
200 MB.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys

from scripts.fuzzing.run import TARGETS, Findings, work


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000, help="of each target (1000; the long form has 100000)")
    parser.add_argument("--seed", type=int, default=1, help="what the cases are made from (1)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case (0)")
    parser.add_argument("--target", choices=(*TARGETS, "all"), default="all")
    given = parser.parse_args()
    status = 0
    for name in TARGETS if given.target == "all" else (given.target,):
        status |= _fuzz(name, given.seed, range(given.first, given.first + given.cases))
    return status


def _fuzz(name: str, seed: int, cases: range) -> int:
    """Run cases in another process. If it crashes, the case that it ran is known here."""
    context = multiprocessing.get_context("spawn")
    case = context.Value("q", cases.start)
    results = context.SimpleQueue()
    process = context.Process(target=work, args=(name, seed, cases, case, results))
    process.start()
    while process.is_alive() and results.empty():
        process.join(0.2)
    findings: Findings | None = None if results.empty() else results.get()
    process.join()
    if findings is None:
        print(f"{name}: the process ended with status {process.exitcode}\n  {_again(name, seed, case.value)}", flush=True)
        return 1
    counts = ", ".join(f"{count:,} {what}" for what, count in sorted(findings.counts.items()))
    print(
        f"{name}: {findings.cases:,} cases, {len(findings.found)} found; slowest {findings.slowest:.2f} s,"
        f" memory grew by {findings.memory / 2**20:.0f} MB; {counts}",
        flush=True,
    )
    for number, problem in findings.found:
        print(f"  case {number}: {problem.strip()}\n  {_again(name, seed, number)}\n", flush=True)
    return 1 if findings.found else 0


def _again(name: str, seed: int, case: int) -> str:
    return f"again: scripts/fuzz --target {name} --seed {seed} --first {case} --cases 1"


if __name__ == "__main__":
    sys.exit(main())
