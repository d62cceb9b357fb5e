"""What runs in an engine's own process: `python -m scripts.benchmark.worker probe|build|add|serve ENGINE ...`.

Results are one JSON object on standard output. `serve` reads a command a line and answers each with one: it opens the
index once and then searches the whole mix as often as it is told, so that the driver can let engines take turns.
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


def say(**values: Any) -> None:
    """Answer the driver."""
    print(json.dumps(values), flush=True)


def probe(library: Library) -> None:
    """Say which versions would be measured, or why there are none."""
    try:
        say(versions=library.versions(), snippets=library.snippets, python=platform.python_version())
    except ImportError as error:
        say(missing=str(error), python=platform.python_version())


def add(library: Library, file: Path, place: Path) -> None:
    """Time the way from the first article to the commit, with the articles in memory."""
    articles = library.load(file)
    before = perf_counter()
    library.add(articles, place)
    say(seconds=perf_counter() - before, articles=len(articles))


def memory() -> dict[str, int]:
    """What this process has in memory now, in bytes: all, and of it what is its own and what are pages of files."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(fields[name].split()[0]) * 1024 for name in ("VmRSS", "RssAnon", "RssFile")}


def timed(search: Callable[[Any], Answer], queries: list[Any]) -> dict[str, list[Any]]:
    """One round of the mix: milliseconds and totals; None where the engine cannot ask this."""
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
    """Open, and answer `plain`, `snippets` and `memory` until there are no more commands."""
    before = perf_counter()
    library.open(place)
    say(opened=perf_counter() - before)
    queries: list[Any] = []
    for data in json.loads(mix.read_text(encoding="utf-8")):
        try:
            queries.append(library.translate(from_plain(data)))
        except Inexpressible:
            queries.append(None)
    for line in sys.stdin:
        match line.strip():
            case "plain":
                say(**timed(library.search, queries))
            case "snippets":
                say(**timed(library.search_with_snippets, queries))
            case "memory":
                say(**memory())


def main() -> None:
    """Do one of the four."""
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
