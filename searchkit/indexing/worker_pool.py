"""Runs worker processes that read files and build batches of articles, and collects what they
report.

Whichever worker reads a file, its articles come back in the order of the file, so results do not
depend on the number of workers. `assignments` says how files are divided, and what phases and
rounds are.

A worker writes lines of JSON to its stdout:

| keys | meaning |
|---|---|
| `reading` | the full path of the file that it reads from now on |
| `task`, `entries`, `failures`, `bytes` | what it read of a file since its last line |
| the same and `warnings`, `formats` | the file is read; what was not understood, its formats |
| `batches` | a phase is done; the batches that the sink wrote since the last ones |
| `batches`, `round_of`, `round`, `rounds_read` | a round of a task is done, or so many are read |
| `error` | the worker ends because of this |
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import orjson

from searchkit.errors import SearchkitError, WorkerDied
from searchkit.indexing.assignments import Assignment, OptionsByLabel, Schedule
from searchkit.indexing.entries import ArticleEntry
from searchkit.indexing.file_report import FileReport
from searchkit.indexing.store import SinkSpec, StagedBatch
from searchkit.read_warnings import WarningCount
from searchkit.reports import Failure, Progress

MIN_BYTES_FOR_WORKERS = 8 * 2**20
"""Bytes to read below which one process is faster than several."""

LocatedEntry = tuple[tuple[int, ...], ArticleEntry]
"""An article, and where in its file its record stands (see `corpus.read_share`)."""


@dataclass(slots=True)
class FileResult:
    """What was read of a file: its articles, and what was reported."""

    articles: list[LocatedEntry] = field(default_factory=list)
    report: FileReport = field(default_factory=FileReport)


@dataclass(frozen=True, slots=True)
class FinishedWork:
    """Work that can be committed: the results of the next files, whole; of the file after them the
    articles of its first rounds that did not come before (None: of no file); and the batches that
    hold all these articles."""

    whole: list[FileResult]
    begun: FileResult | None
    batches: list[StagedBatch]


class WorkerPool:
    """Worker processes at work. Use it with `with`: when it is left early, they are killed, and the
    caller removes what they wrote."""

    def __init__(self, module: str, sink: SinkSpec, options: OptionsByLabel, schedule: Schedule) -> None:
        """`module` is what each worker runs (`python -m`), for this package does not import the
        readers."""
        self._module, self._phases, self._round_records = module, schedule.phases, schedule.round_records
        self._assignments = [
            Assignment(sink, options, tasks, schedule.phases, schedule.round_records) for tasks in schedule.tasks_by_worker
        ]
        self._workers: list[_Worker] = []

    def results(self, total: int, progress: Progress | None) -> Iterator[FinishedWork]:
        """What all workers read, in the order of the tasks. `total` is how many bytes there are to
        read.

        Raises WorkerDied for a worker that ended before its work did, and what a worker says went
        wrong.
        """
        first = rounds = 0
        for phase, end in enumerate(self._phases):
            while (ready := self._await(phase, range(first, end), rounds, total, progress)) is not None:
                task, rounds = ready
                batches = [batch for worker in self._workers for batch in worker.take_round_batches(task, rounds)]
                whole = [self._take_whole(number) for number in range(first, task)]
                yield FinishedWork(whole, self._take_rounds(task, rounds), batches)
                first = task
            batches = [batch for worker in self._workers for batch in worker.take_phase_batches(phase, end)]
            yield FinishedWork([self._take_whole(number) for number in range(first, end)], None, batches)
            first, rounds = end, 0
        for worker in self._workers:
            worker.thread.join()
            worker.check()

    def _take_whole(self, task: int) -> FileResult:
        """All that is left of a file that every worker has read."""
        whole = FileResult()
        for worker in self._workers:
            part = worker.results.pop(task, None)
            if part is not None:
                whole.articles += part.articles
                whole.report.add(part.report)
        whole.articles.sort(key=lambda article: article[0])
        return whole

    def _take_rounds(self, task: int, rounds: int) -> FileResult:
        """The articles of a file's first rounds; failures come with the rest of the file."""
        begun = FileResult()
        for worker in self._workers:
            begun.articles += worker.take_articles(task, rounds * self._round_records)
        begun.articles.sort(key=lambda article: article[0])
        return begun

    def _await(self, phase: int, tasks: range, rounds: int, total: int, progress: Progress | None) -> tuple[int, int] | None:
        """Wait until all workers have done a phase, or more than `rounds` rounds of the first of
        these tasks, or any round of another. Return that task and how many of its rounds are done,
        None for the whole phase."""
        while late := [worker for worker in self._workers if len(worker.phase_batches) <= phase]:
            for task in sorted(task for task in list(late[0].rounds) if task in tasks):
                done = min(worker.rounds.get(task, 0) for worker in self._workers)
                if done > (rounds if task == tasks.start else 0):
                    return task, done
            late[0].thread.join(0.1)
            for worker in self._workers:
                if not worker.thread.is_alive():
                    worker.check()
            if progress is not None:
                bytes_read = sum(worker.bytes_read for worker in self._workers)
                progress(min(bytes_read, total), total, self._workers[0].reading)
        return None

    def __enter__(self) -> Self:
        try:
            for assignment in self._assignments:
                self._workers.append(_Worker(self._module, assignment))
        except BaseException:  # an interrupt too: those that were started must not work on
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self._workers:
            worker.stop()


class _Worker:
    """One process, and a thread that listens to it."""

    def __init__(self, module: str, assignment: Assignment) -> None:
        self.results: dict[int, FileResult] = {}
        self.phase_batches: list[list[StagedBatch]] = []
        # Of each task how many rounds are done, and the batches that were written at their ends,
        # until they are taken.
        self.rounds: dict[int, int] = {}
        self._round_batches: list[tuple[int, int, list[StagedBatch]]] = []
        self._lock = threading.Lock()
        self.bytes_read = 0
        self.reading = ""
        self._error = ""
        self._has_finished = False
        # The child finds the package where we found it, whatever the working directory holds.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        environment.setdefault("OPENBLAS_NUM_THREADS", "1")  # else NumPy's own threads compete with the other workers
        self._process = subprocess.Popen(  # noqa: S603  (our own module, by our own interpreter)
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            process_group=0,  # an interrupt from the terminal goes to the parent alone
        )
        self.thread = threading.Thread(target=self._listen, args=(assignment,), daemon=True)
        self.thread.start()

    def _listen(self, assignment: Assignment) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            with self._process.stdin as stdin:
                stdin.write(assignment.to_bytes())
        except BrokenPipeError:
            pass  # it is dead already; `check` says how it died
        intern = dict[str, str]().setdefault  # of equal texts one is kept
        for line in self._process.stdout:
            message = orjson.loads(line)
            self.reading = message.get("reading", self.reading)
            self._error = message.get("error", "")
            self.bytes_read += message.get("bytes", 0)
            if "task" in message:
                origin = assignment.tasks[message["task"]].origin
                articles = [
                    (
                        tuple(location),
                        ArticleEntry(id_, intern(path, path), origin, text, record, intern(batch, batch), number),
                    )
                    for location, id_, path, text, record, batch, number in message["entries"]
                ]
                with self._lock:
                    result = self.results.setdefault(message["task"], FileResult())
                    result.articles += articles
                    result.report.failures += [Failure(**failure) for failure in message["failures"]]
                    result.report.warnings.add(map(WarningCount.from_dict, message.get("warnings", ())))
                    result.report.formats.update(message.get("formats", {}))
            if "batches" in message:
                batches = [StagedBatch(*batch) for batch in message["batches"]]
                if "round" in message:
                    # `rounds` last: whoever sees it finds all the rest.
                    with self._lock:
                        self._round_batches.append((message["round_of"], message["round"], batches))
                    self.rounds[message["round_of"]] = message["rounds_read"]
                else:
                    self.phase_batches.append(batches)
                    self._has_finished = len(self.phase_batches) == len(assignment.phases)
        self._process.stdout.close()
        self._process.wait()

    def take_articles(self, task: int, last: int) -> list[LocatedEntry]:
        """The articles of a task up to the record numbered `last`, which are the caller's now."""
        with self._lock:
            result = self.results.get(task, FileResult())
            # A worker reports them in order; more may come at any moment.
            count = bisect_right(result.articles, last, key=lambda article: article[0][0])
            taken = result.articles[:count]
            del result.articles[:count]
        return taken

    def take_round_batches(self, task: int, rounds: int) -> list[StagedBatch]:
        """The batches written up to the end of some rounds of a task, which are the caller's
        now."""
        with self._lock:
            ready = [entry for entry in self._round_batches if entry[:2] <= (task, rounds)]
            del self._round_batches[: len(ready)]
        return [batch for _, _, batches in ready for batch in batches]

    def take_phase_batches(self, phase: int, end: int) -> list[StagedBatch]:
        """The batches of a whole phase, before the task `end`, that were not taken before."""
        return [*self.take_round_batches(end, -1), *self.phase_batches[phase]]

    def check(self) -> None:
        """Raise what went wrong."""
        if self._error:
            raise SearchkitError(self._error)
        status = self._process.returncode
        if self._has_finished and status == 0:
            return
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        where = f"while it read {self.reading}" if self.reading else "before it read anything"
        raise WorkerDied(f"a worker {how} {where}; what was committed before is kept, and the next run continues from there")

    def stop(self) -> None:
        """Kill the process if it runs still."""
        if self._process.poll() is None:
            self._process.kill()
        self.thread.join()
