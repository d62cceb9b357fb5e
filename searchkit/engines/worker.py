"""One worker of `index`: reads its share of files, puts the articles into its sink, and tells its parent of them.

Started as `python -m searchkit.engines.worker`, so that the caller's `__main__` is never run again. The order stands on
stdin as one JSON document (see `indexing.crew.Order`); lines of JSON go to stdout.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import orjson

from searchkit.corpus import ReadOptions, SourceFile, read_share
from searchkit.errors import ArticleError, SearchkitError
from searchkit.indexing.crew import Job, Order
from searchkit.indexing.entries import entry_of
from searchkit.indexing.store import Sink, SinkModule
from searchkit.read_warnings import WarningTally
from searchkit.reports import Failure
from searchkit.schema import check, to_record

TELL_EVERY = 500
"""Articles between two lines to the parent."""
GARBAGE = (100_000, 50, 100)
"""How rarely this process looks for cycles among its objects: it makes millions of objects and next to no cycle."""

Tell = Callable[[dict[str, Any]], None]


def main() -> int:
    """Do what the order says; the exit status is 0 when all of it was done."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    order = Order.from_bytes(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # nothing but our lines may go to the parent

    def tell(message: dict[str, Any]) -> None:
        out.write(orjson.dumps(message) + b"\n")
        out.flush()

    try:
        _work(order, tell)
    except BrokenPipeError:
        return 1  # the parent is gone, and nobody waits for this any more
    except (SearchkitError, OSError) as error:
        tell({"error": str(error)})
        return 1
    return 0


def _work(order: Order, tell: Tell) -> None:
    module = cast(SinkModule, importlib.import_module(order.sink.module))
    given = {job.label: job.options for job in order.jobs}
    options = {label: ReadOptions.from_mapping(mapping) for label, mapping in given.items()}
    with module.open_sink(**order.sink.arguments) as sink:
        for number, job in enumerate(order.jobs):
            if job.share[0] >= 0:
                _read(number, job, options[job.label], sink, tell, order.round)
            if number + 1 in order.stages:
                sink.flush()
                tell({"segments": [tuple(one) for one in sink.written]})
                sink.take_over()


def _read(number: int, job: Job, options: ReadOptions, sink: Sink, tell: Tell, of_round: int) -> None:
    """Read a share of a file; where others read it too, in rounds of so many of its records (0: in one)."""
    rounds = 0
    tell({"reading": job.place})
    failures: list[tuple[str, str, str]] = []

    warnings = WarningTally()

    def fail(failure: Failure) -> None:
        failures.append((failure.path, failure.place, failure.reason))

    entries: list[tuple[Any, ...]] = []
    done = 0

    def send() -> None:
        tell({"job": number, "entries": entries, "failures": failures, "done": done})
        entries.clear()
        failures.clear()

    file = SourceFile(job.path, Path(job.place), job.size, job.modified_ns)
    for place, article in read_share(file, job.label, options, fail, job.share, warnings):
        if of_round and job.share[1] > 1 and place[0] > (rounds + 1) * of_round:
            send()
            sink.flush()
            segments = [tuple(one) for one in sink.take_over()]
            ended, rounds = rounds + 1, (place[0] - 1) // of_round  # what was read before belongs to the round that ends
            tell({"of": number, "round": ended, "passed": rounds, "segments": segments})
        try:
            check(article)
        except ArticleError as error:
            failures.append((article.path, "", str(error)))
            continue
        record = to_record(article, job.origin)
        entry = entry_of(article, job.origin, record)
        segment, doc = "", -1
        if not sink.holds(article.id, entry.record):
            segment = sink.id
            doc = sink.put(article, job.origin, record)
        entries.append((place, article.id, article.path, entry.text, entry.record, segment, doc))
        done += len(article.title) + len(article.body) + 200
        if len(entries) >= TELL_EVERY:
            send()
            done = 0
    send()
    if counted := warnings.counts():
        tell({"job": number, "entries": [], "failures": [], "warnings": [one.to_dict() for one in counted]})


if __name__ == "__main__":
    sys.exit(main())
