"""The process of one engine: `python -m scripts.benchmark.worker probe|build|add|serve ENGINE ...`.

It prints one JSON object. `serve` opens the index once, reads commands line by line and prints an
object for each: it searches the whole mix as often as the driver asks, so that engines can take
turns.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from scripts.benchmark.library import Answer, Library, engine
from scripts.benchmark.query import Inexpressible, from_plain


def reply(**values: Any) -> None:
    """Print a JSON object for the driver."""
    print(json.dumps(values), flush=True)


def probe(library: Library) -> None:
    """Print the versions of the engine, or which module is missing."""
    try:
        reply(versions=library.versions(), snippets=library.snippets, python=platform.python_version())
    except ImportError as error:
        reply(missing=str(error), python=platform.python_version())


def add(library: Library, file: Path, place: Path) -> None:
    """Time from the first article to the commit, with the articles in memory."""
    articles = library.load(file)
    before = perf_counter()
    library.add(articles, place)
    reply(seconds=perf_counter() - before, articles=len(articles))


def memory() -> dict[str, int]:
    """The memory of this process in bytes: all, its own, and pages of files."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "RssAnon", "RssFile")}


def time_mix(search: Callable[[Any], Answer], queries: list[Any]) -> dict[str, list[Any]]:
    """Run the mix once: milliseconds and totals, or None where the engine cannot express it."""
    milliseconds: list[float | None] = []
    totals: list[int | None] = []
    for query in queries:
        if query is None:
            milliseconds.append(None)
            totals.append(None)
            continue
        before = perf_counter()
        answer = search(query)
        milliseconds.append((perf_counter() - before) * 1000)
        totals.append(answer.total)
    return {"milliseconds": milliseconds, "totals": totals}


def serve(library: Library, place: Path, mix: Path) -> None:
    """Open the index, and serve `plain`, `snippets` and `memory` until the input ends."""
    before = perf_counter()
    library.open(place)
    reply(opened=perf_counter() - before)
    queries: list[Any] = []
    for data in json.loads(mix.read_text(encoding="utf-8")):
        try:
            queries.append(library.translate(from_plain(data)))
        except Inexpressible:
            queries.append(None)
    for line in sys.stdin:
        match line.strip():
            case "plain":
                reply(**time_mix(library.search, queries))
            case "snippets":
                reply(**time_mix(library.search_with_snippets, queries))
            case "memory":
                reply(**memory())


def main() -> None:
    """Run the command that is given."""
    role, name, *paths = sys.argv[1:]
    library = engine(name)
    places = [Path(path) for path in paths]
    match role:
        case "probe":
            probe(library)
        case "build":
            library.build(*places)
        case "add":
            add(library, *places)
        case "serve":
            serve(library, *places)
        case _:
            raise SystemExit(f"no such role: {role}")


if __name__ == "__main__":
    main()
