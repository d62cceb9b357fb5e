"""Runs as one worker of `index`: reads its share of the files, stages their articles in a sink, and
reports to its parent.

Started as `python -m searchkit.engines.worker`, so that the caller's `__main__` is never run again.
Its assignment comes on stdin (see `indexing.assignments`); its messages go to stdout (see
`indexing.worker_pool`).
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, cast

import orjson

from searchkit.corpus import ReadOptions, read_share
from searchkit.errors import ArticleError, SearchkitError
from searchkit.indexing.assignments import Assignment, Task
from searchkit.indexing.entries import make_entry
from searchkit.indexing.file_report import FileReport
from searchkit.indexing.store import Sink, SinkModule
from searchkit.reports import Failure
from searchkit.schema import check, to_record

MESSAGE_EVERY = 500
"""Articles between two messages to the parent."""
GC_THRESHOLDS = (100_000, 50, 100)
"""Thresholds of Python's garbage collector: it looks for reference cycles, and a worker makes
millions of objects, but almost no cycle."""

Send = Callable[[dict[str, Any]], None]
"""Sends a message to the parent."""


def main() -> int:
    """Do what the assignment says; the exit status is 0 when all of it was done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    assignment = Assignment.from_bytes(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # nothing but messages may go to the parent

    def send(message: dict[str, Any]) -> None:
        out.write(orjson.dumps(message) + b"\n")
        out.flush()

    try:
        _work(assignment, send)
    except BrokenPipeError:
        return 1  # the parent is gone, and nobody waits for this any more
    except (SearchkitError, OSError) as error:
        send({"error": str(error)})
        return 1
    return 0


def _work(assignment: Assignment, send: Send) -> None:
    module = cast(SinkModule, importlib.import_module(assignment.sink.module))
    options = {label: ReadOptions.from_mapping(mapping) for label, mapping in assignment.options.items()}
    with module.open_sink(**assignment.sink.arguments) as sink:
        for number, task in enumerate(assignment.tasks):
            if task.share is not None:
                _TaskReader(number, task, task.share, sink, send, assignment.round_records).read(options[task.label])
            if number + 1 in assignment.phases:
                sink.flush()
                send({"batches": [tuple(batch) for batch in sink.batches]})
                sink.release()


class _TaskReader:
    """Reads a share of a file; in rounds of `round_records` of the file's records where others read
    it too."""

    def __init__(self, number: int, task: Task, share: tuple[int, int], sink: Sink, send: Send, round_records: int) -> None:
        self._number, self._task, self._share, self._sink, self._send = number, task, share, sink, send
        self._round_records = round_records if share[1] > 1 else 0
        self._rounds = 0
        self._entries: list[tuple[Any, ...]] = []
        self._report = FileReport()
        self._bytes = 0

    def read(self, options: ReadOptions) -> None:
        """Read the share, stage its articles, and report them."""
        task, origin, report = self._task, self._task.origin, self._report
        self._send({"reading": task.file.full_path})
        for location, article in read_share(
            task.file, task.label, options, report.failures.append, self._share, report.warnings, report.count_format
        ):
            if self._round_records and location[0] > (self._rounds + 1) * self._round_records:
                self._end_round(location[0])
            try:
                check(article)
            except ArticleError as error:
                report.failures.append(Failure(article.path, str(error)))
                continue
            record = to_record(article, origin)
            entry = make_entry(article, origin, record)
            batch, number = "", -1
            if not self._sink.has_committed(article.id, entry.record_hash):
                batch = self._sink.batch_id
                number = self._sink.stage(article, origin, record)
            self._entries.append((location, article.id, article.path, entry.text_hash, entry.record_hash, batch, number))
            self._bytes += len(article.title) + len(article.body) + 200
            if len(self._entries) >= MESSAGE_EVERY:
                self._send_read()
        warnings = [count.to_dict() for count in report.warnings.counts()]
        self._send_read(**({"warnings": warnings} if warnings else {}), formats=report.formats)

    def _send_read(self, **more: Any) -> None:
        """Send what was read since the last time, and `more` of the whole file."""
        read = {"entries": self._entries, "failures": self._report.failures, "bytes": self._bytes}
        self._send({"task": self._number, **read, **more})
        self._entries.clear()
        self._report.failures.clear()
        self._bytes = 0

    def _end_round(self, record: int) -> None:
        """Write what was read before the record numbered so. Rounds in which this share has no
        record are passed too."""
        self._send_read()
        self._sink.flush()
        batches = [tuple(batch) for batch in self._sink.release()]
        ended, self._rounds = self._rounds + 1, (record - 1) // self._round_records
        self._send({"batches": batches, "round_of": self._number, "round": ended, "rounds_read": self._rounds})


if __name__ == "__main__":
    sys.exit(main())
