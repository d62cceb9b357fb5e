"""Several processes that read and build together: who does what, and what each has to tell.

Every file goes to one worker, or, when it is large, in shares to all. Whoever reads what, the articles of a file come
back in the file's order, so results do not depend on the number of workers.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from searchkit.codec.reference import SegmentRef
from searchkit.errors import SearchkitError, WorkerDied
from searchkit.indexing.writer import Entry
from searchkit.model import Failure, Progress

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
    """What one worker is to do: `segments` are those of the committed state, whose articles need not be built again, each
    with its deletions (hexadecimal)."""

    folder: str
    language: str
    memory: int
    segments: Sequence[tuple[str, int, str]]
    jobs: Sequence[Job]

    def to_bytes(self) -> bytes:
        return orjson.dumps(asdict(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> Order:
        order = orjson.loads(data)
        jobs = [Job(**{**job, "share": tuple(job["share"])}) for job in order["jobs"]]
        return cls(order["folder"], order["language"], order["memory"], order["segments"], jobs)


@dataclass(slots=True)
class Read:
    """What was read of a file: place and entry of each article, and what could not be."""

    articles: list[tuple[tuple[int, ...], Entry]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


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


class Crew:
    """Worker processes at work. Use it with `with`: left early, they are killed and what they wrote is removed."""

    def __init__(
        self,
        module: str,
        folder: Path,
        language: str,
        memory: int,
        segments: Sequence[SegmentRef],
        shared: Sequence[list[Job]],
    ) -> None:
        """`module` is run by each worker (`python -m`), for this room knows no reader."""
        self._folder = folder
        self._before = {path.name for path in folder.iterdir()}
        known = [(ref.id, ref.docs, ref.deletions.hex()) for ref in segments]
        self._module = module
        self._orders = [Order(str(folder.absolute()), language, memory, known, jobs) for jobs in shared]
        self._workers: list[_Worker] = []
        self._finished = False

    def wait(self, jobs: int, total: int, progress: Progress | None) -> tuple[list[Read], list[SegmentRef]]:
        """What all of them read, job by job in the jobs' order, and the segments that they wrote.

        Raises WorkerDied for a worker that ended before its work did, and what one says went wrong.
        """
        waiting = True
        while waiting:
            waiting = False
            for worker in self._workers:
                worker.thread.join(0.1)
                waiting |= worker.thread.is_alive()
                if not worker.thread.is_alive():
                    worker.check()
            if progress is not None:
                done = sum(worker.done for worker in self._workers)
                progress(min(done, total), total, self._workers[0].reading)
        read = [Read() for _ in range(jobs)]
        segments: list[SegmentRef] = []
        for worker in self._workers:
            for number, part in worker.read.items():
                read[number].articles += part.articles
                read[number].failures += part.failures
            segments += worker.segments
            worker.read = {}
        for part in read:
            part.articles.sort(key=lambda article: article[0])
        self._finished = True
        return read, segments

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
        if not self._finished:
            for path in self._folder.iterdir():
                if path.name not in self._before and path.name.startswith("MAIN_"):
                    path.unlink(missing_ok=True)


class _Worker:
    def __init__(self, module: str, order: Order) -> None:
        self.read: dict[int, Read] = {}
        self.segments: list[SegmentRef] = []
        self.done = 0
        self.reading = ""
        self._error = ""
        self._ended = False
        # The child finds the package where we found it, whatever the working directory holds.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
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
                part = self.read.setdefault(message["job"], Read())
                origin = order.jobs[message["job"]].origin
                part.articles += [
                    (tuple(place), Entry(article_id, one(path, path), origin, text, record, one(segment, segment), doc))
                    for place, article_id, path, text, record, segment, doc in message["entries"]
                ]
                part.failures += [Failure(path, reason, place) for path, place, reason in message["failures"]]
            if "segments" in message:
                self.segments = [SegmentRef(segment, docs) for segment, docs in message["segments"]]
                self._ended = True
        self._process.stdout.close()
        self._process.wait()

    def check(self) -> None:
        """Raise what went wrong."""
        if self._error:
            raise SearchkitError(self._error)
        status = self._process.returncode
        if self._ended and status == 0:
            return
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        where = f"while it read {self.reading}" if self.reading else "before it read anything"
        raise WorkerDied(f"a worker {how} {where}; nothing of this run was committed, what was committed before stands")

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self.thread.join()
