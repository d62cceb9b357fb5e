"""An archive on an OpenSearch cluster beside the cluster's own client: bulk loading, and what a
search costs in addition to its request."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from scripts.benchmark import figures
from scripts.benchmark.measure import Bench, log
from scripts.benchmark.processes import ProcessFailed, run
from scripts.benchmark.query import Phrase, Query, searchkit_text

NAME = "opensearch"
ARTICLES = 200_000
WARM_UP = 10_000
"""The most articles that are loaded before anything is timed: the node compiles its code
meanwhile."""
REPEATS = 4
"""So often a query is repeated for each of the rounds: a request takes a few milliseconds, and
varies by as much."""
LOADS = ("bulk", "add")
"""The two ways of loading: `streaming_bulk` of the client with ready-made lines, and `add` of the
engine."""


@dataclass(frozen=True)
class Place:
    """The cluster, by its URL, and the archive that is made on it."""

    url: str
    archive: str

    def __str__(self) -> str:
        return f"opensearch://{self.url.removeprefix('http://').rstrip('/')}/{self.archive}"


@contextmanager
def node(url: str | None, work: Path) -> Iterator[str]:
    """The URL of a cluster: the given one, or that of a node which is started for this run."""
    if url:
        yield url
        return
    from scripts.cluster.cluster import StartOptions, start, stop

    folder = work / "node"
    try:
        yield start(folder, StartOptions(heap="2g", owner=os.getpid(), optimize=True)).urls[0]
    finally:
        stop(folder)


def bench_cluster(bench: Bench, url: str, file: Path, count: int, mix: Sequence[Query]) -> dict[str, Any]:
    """Load the first `count` articles of a file both ways, in turns, and search what the engine
    loaded. What was made on the cluster is removed."""
    place = Place(url, f"searchkit-bench-{os.getpid()}")

    def ask(role: str, *arguments: object) -> dict[str, Any]:
        command = [sys.executable, "-m", "scripts.benchmark.cluster_worker", role, str(place), *map(str, arguments)]
        answer: dict[str, Any] = json.loads(run(command, bench.env, bench.work).output)
        return answer

    try:
        for way in LOADS:
            ask(way, file, min(count, WARM_UP))
            ask("remove")
        seconds: dict[str, list[float]] = {way: [] for way in LOADS}
        for turn in range(bench.build_rounds):
            for way in LOADS if turn % 2 else LOADS[::-1]:
                ask("remove")
                os.sync()
                done = ask(way, file, count)
                log(f"loaded by {way}: {done['seconds']:.2f} s")
                if done["articles"] != count:
                    raise ProcessFailed(f"{way} loaded {done['articles']} of {count} articles")
                seconds[way].append(done["seconds"])
        result = {"articles": count, "load": compare_loads(count, seconds), **ask("version")}
        texts = [searchkit_text(query.node) for query in mix]
        chains = [
            " w/8 ".join(query.node.words) for query in mix if isinstance(query.node, Phrase) and len(query.node.words) > 2
        ]
        for name, queries in (("exact", texts), ("verified", chains)):
            listed = bench.work / f"{name}.json"
            listed.write_text(json.dumps(queries), encoding="utf-8")
            result[name] = summarize(ask("search", listed, REPEATS * bench.rounds)["queries"])
        ask("remove")
        return result
    except ProcessFailed:
        with suppress(ProcessFailed):  # what failed first says more
            ask("remove")
        raise


def compare_loads(count: int, seconds: dict[str, list[float]]) -> dict[str, Any]:
    """Times, articles a second, and the ratio of the rates."""
    rates = {way: count / median(each) for way, each in seconds.items()}
    found = {way: {"seconds": each, "rate": rates[way]} for way, each in seconds.items()}
    return found | {"ratio": rates["add"] / rates["bulk"]}


def summarize(queries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The times of queries, and what they cost in addition to their requests, in milliseconds."""
    times = {way: [query["milliseconds"][way] for query in queries] for way in ("request", "search", "snippets")}
    more = {
        f"{way} more": [time - request for time, request in zip(times[way], times["request"], strict=True)]
        for way in ("search", "snippets")
    }
    return {
        "queries": list(queries),
        "milliseconds": {name: asdict(figures.summary(each)) | {"most": max(each)} for name, each in (times | more).items()},
        "fetched": max(query["fetched"] for query in queries),
        "requests": max(query["requests"] for query in queries),
    }
