"""Several processes that read and build together: who does what, and what each has to tell.

Every file goes to one worker, or, when it is large, in shares to all. Whoever reads what, the articles of a file come
back in the file's order, so results do not depend on the number of workers. A long run has stages: at the end of each
every worker writes what it has and goes on, so that all files so far can be committed. A long file that all of them read
has rounds: of so many records each, after which they do the same.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Self

import orjson

from searchkit.errors import SearchkitError, WorkerDied
from searchkit.indexing.entries import Entry
from searchkit.indexing.store import SinkSpec, Written
from searchkit.read_warnings import WarningCount, WarningTally
from searchkit.reports import Failure, Progress

WORTH_IT = 8 * 2**20
"""Bytes to read below which one process is faster than several."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read: the root's label and reading options, its path in the root, where it lies, its size and time, what
    its articles remember of it, and which share of it a worker takes ((-1, 0): none)."""

    label: str
    options: Mapping[str, Sequence[str]]
    path: str
    place: str
    size: int
    modified_ns: int
    origin: str
    share: tuple[int, int] = (0, 1)


@dataclass(frozen=True, slots=True)
class Order:
    """What one worker is to do, and where it puts the articles; `stages` and `round` as in Plan."""

    sink: SinkSpec
    jobs: Sequence[Job]
    stages: Sequence[int]
    round: int = 0

    def to_bytes(self) -> bytes:
        return orjson.dumps(asdict(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> Order:
        order = orjson.loads(data)
        jobs = [Job(**{**job, "share": tuple(job["share"])}) for job in order["jobs"]]
        return cls(**{**order, "sink": SinkSpec(**order["sink"]), "jobs": jobs})


@dataclass(slots=True)
class Read:
    """What was read of a file: place and entry of each article, what could not be read, and what was not understood."""

    articles: list[tuple[tuple[int, ...], Entry]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    warnings: WarningTally = field(default_factory=WarningTally)


def share_out(jobs: Sequence[Job], workers: int) -> list[list[Job]]:
    """The jobs of each worker: all of them for every one, with the share that it takes."""
    total = sum(job.size for job in jobs)
    load = [0] * workers
    shared: list[list[Job]] = [[] for _ in range(workers)]
    for job in jobs:
        if job.size * workers * 4 > total:
            takes = [(worker, workers) for worker in range(workers)]
        else:
            least = load.index(min(load))
            load[least] += job.size
            takes = [(0, 1) if worker == least else (-1, 0) for worker in range(workers)]
        for worker, share in enumerate(takes):
            shared[worker].append(
                Job(job.label, job.options, job.path, job.place, job.size, job.modified_ns, job.origin, share)
            )
    return shared


@dataclass(frozen=True, slots=True)
class Plan:
    """Who does what: the jobs of each worker, how many jobs are done when each stage ends, and the records of a round (0: no
    file has any)."""

    shared: Sequence[list[Job]]
    stages: Sequence[int]
    round: int = 0

    @classmethod
    def of(cls, jobs: Sequence[Job], workers: int, stage: int = 0, round: int = 0) -> Plan:
        """Share jobs out, in stages of about so many bytes to read (0: all in one)."""
        ends = []
        size = 0
        for number, job in enumerate(jobs, 1):
            size += job.size
            if stage and size >= stage:
                ends.append(number)
                size = 0
        if not ends or ends[-1] < len(jobs):
            ends.append(len(jobs))
        return cls(share_out(jobs, workers), ends, round)


@dataclass(frozen=True, slots=True)
class Batch:
    """What can be committed: the next files, whole, and of the one after them (None: of none) the articles of its first
    rounds that did not come before; with what sinks wrote that holds all of it."""

    whole: list[Read]
    begun: Read | None
    written: list[Written]


class Crew:
    """Worker processes at work. Use it with `with`: left early, they are killed (the caller removes what they wrote)."""

    def __init__(self, module: str, sink: SinkSpec, plan: Plan) -> None:
        """`module` is run by each worker (`python -m`), for this room knows no reader."""
        self._module, self._stages, self._round = module, plan.stages, plan.round
        self._orders = [Order(sink, jobs, plan.stages, plan.round) for jobs in plan.shared]
        self._workers: list[_Worker] = []

    def batches(self, total: int, progress: Progress | None) -> Iterator[Batch]:
        """What all of them read, in the order of the jobs, batch by batch.

        Raises WorkerDied for a worker that ended before its work did, and what one says went wrong.
        """
        begin = rounds = 0
        for stage, end in enumerate(self._stages):
            while (ready := self._await(stage, range(begin, end), rounds, total, progress)) is not None:
                job, rounds = ready
                segments = [ref for worker in self._workers for ref in worker.taken(job, rounds)]
                yield Batch([self._whole(number) for number in range(begin, job)], self._until(job, rounds), segments)
                begin = job
            segments = [ref for worker in self._workers for ref in worker.taken_of_stage(stage, end)]
            yield Batch([self._whole(number) for number in range(begin, end)], None, segments)
            begin, rounds = end, 0
        for worker in self._workers:
            worker.thread.join()
            worker.check()

    def _whole(self, number: int) -> Read:
        """All (that did not come before) of a file that every worker has done."""
        whole = Read()
        for worker in self._workers:
            part = worker.read.pop(number, None)
            if part is not None:
                whole.articles += part.articles
                whole.failures += part.failures
                whole.warnings.add(part.warnings.counts())
        whole.articles.sort(key=lambda article: article[0])
        return whole

    def _until(self, number: int, rounds: int) -> Read:
        """The articles of a file's first rounds; what could not be read is told with the rest of the file."""
        begun = Read()
        for worker in self._workers:
            begun.articles += worker.articles_until(number, rounds * self._round)
        begun.articles.sort(key=lambda article: article[0])
        return begun

    def _await(self, stage: int, jobs: range, rounds: int, total: int, progress: Progress | None) -> tuple[int, int] | None:
        """Wait until all workers have done a stage, or more than so many rounds of the first of these jobs, or any of one
        of the others. Returns that job and the rounds of it that are done, None for the whole stage."""
        while late := [worker for worker in self._workers if len(worker.segments) <= stage]:
            for job in sorted(job for job in list(late[0].rounds) if job in jobs):
                done = min(worker.rounds.get(job, 0) for worker in self._workers)
                if done > (rounds if job == jobs.start else 0):
                    return job, done
            late[0].thread.join(0.1)
            for worker in self._workers:
                if not worker.thread.is_alive():
                    worker.check()
            if progress is not None:
                bytes_read = sum(worker.done for worker in self._workers)
                progress(min(bytes_read, total), total, self._workers[0].reading)
        return None

    def __enter__(self) -> Self:
        try:
            for order in self._orders:
                self._workers.append(_Worker(self._module, order))
        except BaseException:  # an interrupt too: those that were started must not work on
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for worker in self._workers:
            worker.stop()


class _Worker:
    def __init__(self, module: str, order: Order) -> None:
        self.read: dict[int, Read] = {}
        self.segments: list[list[Written]] = []
        # Of jobs the rounds that are done, and the segments that were written at their ends, until they are taken.
        self.rounds: dict[int, int] = {}
        self._of_rounds: list[tuple[int, int, list[Written]]] = []
        self._lock = threading.Lock()
        self.done = 0
        self.reading = ""
        self._error = ""
        self._ended = False
        # The child finds the package where we found it, whatever the working directory holds.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        environment.setdefault("OPENBLAS_NUM_THREADS", "1")  # else NumPy's own threads take turns with the other workers
        self._process = subprocess.Popen(  # noqa: S603  (our own module, by our own interpreter)
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            process_group=0,  # the terminal's interrupt is the parent's affair
        )
        self.thread = threading.Thread(target=self._listen, args=(order,), daemon=True)
        self.thread.start()

    def _listen(self, order: Order) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            with self._process.stdin as stdin:
                stdin.write(order.to_bytes())
        except BrokenPipeError:
            pass  # it is dead already; how it died is said below
        one = dict[str, str]().setdefault  # of equal texts one is kept
        for line in self._process.stdout:
            message = orjson.loads(line)
            self.reading = message.get("reading", self.reading)
            self._error = message.get("error", "")
            self.done += message.get("done", 0)
            if "job" in message:
                origin = order.jobs[message["job"]].origin
                articles = [
                    (tuple(place), Entry(article_id, one(path, path), origin, text, record, one(segment, segment), doc))
                    for place, article_id, path, text, record, segment, doc in message["entries"]
                ]
                with self._lock:
                    part = self.read.setdefault(message["job"], Read())
                    part.articles += articles
                    part.failures += [Failure(path, reason, place) for path, place, reason in message["failures"]]
                    part.warnings.add(map(WarningCount.from_dict, message.get("warnings", ())))
            if "segments" in message:
                segments = [Written(*written) for written in message["segments"]]
                if "round" in message:
                    # The rounds last: whoever sees them finds all the rest.
                    with self._lock:
                        self._of_rounds.append((message["of"], message["round"], segments))
                    self.rounds[message["of"]] = message["passed"]
                else:
                    self.segments.append(segments)
                    self._ended = len(self.segments) == len(order.stages)
        self._process.stdout.close()
        self._process.wait()

    def articles_until(self, job: int, last: int) -> list[tuple[tuple[int, ...], Entry]]:
        """The articles of a job's records up to one of them, which are the caller's now."""
        with self._lock:
            part = self.read.get(job, Read())
            # A worker tells them in order; more may be told at any moment.
            count = bisect_right(part.articles, last, key=lambda article: article[0][0])
            taken = part.articles[:count]
            del part.articles[:count]
        return taken

    def taken(self, job: int, rounds: int) -> list[Written]:
        """The segments written up to the end of some rounds of a job, which are the caller's now."""
        with self._lock:
            ready = [entry for entry in self._of_rounds if entry[:2] <= (job, rounds)]
            del self._of_rounds[: len(ready)]
        return [ref for _, _, segments in ready for ref in segments]

    def taken_of_stage(self, stage: int, end: int) -> list[Written]:
        """The segments of a whole stage, before the job `end`, that were not taken before."""
        return [*self.taken(end, -1), *self.segments[stage]]

    def check(self) -> None:
        """Raise what went wrong."""
        if self._error:
            raise SearchkitError(self._error)
        status = self._process.returncode
        if self._ended and status == 0:
            return
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        where = f"while it read {self.reading}" if self.reading else "before it read anything"
        raise WorkerDied(f"a worker {how} {where}; what was committed before stands, and the next run goes on from there")

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self.thread.join()
