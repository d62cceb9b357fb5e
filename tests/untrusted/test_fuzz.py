"""A short form of scripts/fuzz: a few hundred cases of each target, always the same."""

from __future__ import annotations

import random
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.fuzzing.run import MAX_MEMORY, TARGETS, run
from scripts.fuzzing.targets import Target

CASES = {"reader": 400, "formats": 300, "segment": 100, "manifest": 50, "query": 400}


@pytest.fixture(autouse=True)
def no_alarm_left() -> Iterator[None]:
    before = signal.getsignal(signal.SIGVTALRM)
    yield
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("name", TARGETS)
def test_only_errors_of_ours(name: str, tmp_path: Path) -> None:
    findings = run(name, tmp_path, 1, range(CASES[name]), most_seconds=float("inf"))
    assert findings.found == []
    assert findings.cases == CASES[name]
    assert findings.memory < MAX_MEMORY
    assert len(findings.counts) > 1  # what is read or answered, and what is not


class Faulty:
    """A target with every fault that the fuzzer reports."""

    name = "faulty"

    def __init__(self, folder: Path) -> None:
        self._kept: list[bytearray] = []

    def attempt(self, rng: random.Random, counts: Counter[str]) -> None:
        counts["attempts"] += 1
        if counts["attempts"] == 3:
            raise KeyError("not ours")
        if counts["attempts"] == 5:
            self._kept.append(bytearray(b"x") * (MAX_MEMORY + 50 * 2**20))


def test_the_fuzzer_finds_what_it_looks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: type[Target] = Faulty
    monkeypatch.setitem(TARGETS, "faulty", made)
    findings = run("faulty", tmp_path, 1, range(6), most_seconds=float("inf"))
    assert [case for case, _ in findings.found] == [2, 4]
    assert "KeyError: 'not ours'" in findings.found[0][1]
    assert "memory grew by" in findings.found[1][1]
    assert [case for case, _ in run("faulty", tmp_path, 1, range(1), most_seconds=-1).found] == [0]
