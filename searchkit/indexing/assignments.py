"""Divides the files of a run among worker processes, and says what each of them has to do.

Every file goes to one worker or, when it is large, in shares to all of them. A long run has phases:
at the end of each, every worker writes what it has and goes on, so that all files so far can be
committed. A long file that all workers read has rounds of so many records each, after which they do
the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from searchkit.indexing.file_states import make_origin
from searchkit.indexing.store import SinkSpec
from searchkit.source_files import SourceFile

OptionsByLabel = Mapping[str, Mapping[str, Sequence[str]]]
"""The reading options of roots, by label."""


class Task(NamedTuple):
    """A file to read: the label of its root, the file, and which share of it the worker reads (see
    `corpus.read_share`; None: none of it)."""

    label: str
    file: SourceFile
    share: tuple[int, int] | None = (0, 1)

    @property
    def origin(self) -> str:
        """What the articles of the file remember of it."""
        return make_origin(self.label, self.file.path)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What one worker has to do, and where it puts the articles. `tasks` are in the same order for
    all workers; `phases` and `round_records` are those of the Schedule."""

    sink: SinkSpec
    options: OptionsByLabel
    tasks: Sequence[Task]
    phases: Sequence[int]
    round_records: int = 0

    def to_bytes(self) -> bytes:
        """The assignment as JSON, as a worker reads it from its stdin."""
        return orjson.dumps(
            {
                "sink": self.sink,
                "options": self.options,
                "tasks": [(task.label, *task.file, task.share) for task in self.tasks],
                "phases": self.phases,
                "round_records": self.round_records,
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Assignment:
        """The assignment that `to_bytes` wrote."""
        found = orjson.loads(data)
        tasks = [
            Task(label, SourceFile(*file), None if share is None else (share[0], share[1]))
            for label, *file, share in found["tasks"]
        ]
        return cls(SinkSpec(**found["sink"]), found["options"], tasks, found["phases"], found["round_records"])


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which worker reads what, and when all of them write: the tasks of each worker, how many tasks
    are done when each phase ends, and how many records a round has (0: no file has rounds)."""

    tasks_by_worker: Sequence[Sequence[Task]]
    phases: Sequence[int]
    round_records: int = 0

    @classmethod
    def make(
        cls, tasks: Sequence[Task], worker_count: int, phase_bytes: int = 0, round_records: int = 0, least_bytes: int = 0
    ) -> Schedule:
        """Divide tasks among workers, in phases of about `phase_bytes` to read (0: one phase); a
        file counts as `least_bytes` or more."""
        ends = []
        size = 0
        for number, task in enumerate(tasks, 1):
            size += max(task.file.size, least_bytes)
            if phase_bytes and size >= phase_bytes:
                ends.append(number)
                size = 0
        if not ends or ends[-1] < len(tasks):
            ends.append(len(tasks))
        return cls(divide(tasks, worker_count), ends, round_records)


def divide(tasks: Sequence[Task], worker_count: int) -> list[list[Task]]:
    """The tasks of each worker: all of them for every worker, with the share that it reads."""
    total = sum(task.file.size for task in tasks)
    load = [0] * worker_count
    divided: list[list[Task]] = [[] for _ in range(worker_count)]
    for task in tasks:
        shares: list[tuple[int, int] | None]
        if task.file.size * worker_count * 4 > total:
            shares = [(worker, worker_count) for worker in range(worker_count)]
        else:
            least = load.index(min(load))
            load[least] += task.file.size
            shares = [(0, 1) if worker == least else None for worker in range(worker_count)]
        for worker, share in enumerate(shares):
            divided[worker].append(task._replace(share=share))
    return divided
