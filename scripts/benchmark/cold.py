"""Times the commands of searchkit and Whoosh as whole processes, over the same text files."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scripts.benchmark import figures
from scripts.benchmark.articles import Record, write_texts
from scripts.benchmark.measure import Bench, log
from scripts.benchmark.processes import ProcessFailed, run
from scripts.benchmark.query import All, Query, Word, searchkit_text

QUERIES = 5
FOUND_OR_NOT = (0, 1)
"""The exit statuses of a search: both commands say by them whether anything was found."""


def script(name: str) -> str | None:
    """The path of an installed command: that of this Python, else the one on PATH."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def questions(mix: Sequence[Query]) -> list[str]:
    """Queries that both commands read in the same way: single words, and two words that must both
    occur."""
    plain = [q.node for q in mix if isinstance(q.node, Word) and not q.node.title][: QUERIES - 2]
    pairs = [q.node for q in mix if isinstance(q.node, All) and len(q.node.parts) == 2 and q.kind == "and"][:2]
    return [*map(searchkit_text, plain), *map(searchkit_text, pairs)]


def cold(bench: Bench, records: Iterable[Record], mix: Sequence[Query]) -> dict[str, Any]:
    """Time whole processes over files that have just been indexed, so that they are in the page
    cache."""
    texts, place = bench.work / "texts", bench.work / "indexes" / "cold"
    for folder in (texts, place):
        shutil.rmtree(folder, ignore_errors=True)
    articles = write_texts(texts, records)
    module = [sys.executable, "-m", "searchkit"]
    commands = {"python -m searchkit": [*module, "search", "-i", str(place)]}
    if installed := script("searchkit"):
        commands["searchkit"] = [installed, "search", "-i", str(place)]
    skipped = {name: "it is not installed" for name in ("searchkit", "whoosh") if not script(name)}
    counts = {"python -m searchkit": [*module, "search", "--count", "-i", str(place)]}
    try:
        index = [*module, "index", str(texts), "-i", str(place), "--no-progress"]
        # In the second run no file has changed.
        runs = [run(index, bench.env, bench.work).seconds for _ in range(2)]
        log(f"cold: indexed {articles:,} files, {runs[0]:.2f} s, and again, {runs[1]:.2f} s")
        if whoosh := script("whoosh"):
            run([whoosh, "index", "--ext", "txt", str(texts)], bench.env, bench.work)
            commands["whoosh"] = [whoosh, "search"]
            counts["whoosh"] = [whoosh, "search", "--count"]
        result = time_commands(bench, commands, counts, questions(mix), texts)
    except ProcessFailed as error:
        bench.failures.append(f"cold: {error}")
        return {"articles": articles, "commands": {}, "differences": [], "skipped": skipped}
    return {"articles": articles, "runs": runs, **result, "skipped": skipped}


def time_commands(
    bench: Bench, commands: dict[str, list[str]], counts: dict[str, list[str]], queries: Sequence[str], texts: Path
) -> dict[str, Any]:
    """Time all commands in turns, after a round to warm up."""

    def ask(command: list[str], query: str) -> Any:
        end = [query, str(texts)] if Path(command[0]).name == "whoosh" else [query]
        return run([*command, *end], bench.env, bench.work, FOUND_OR_NOT)

    totals = {name: [int(ask(command, query).output.split()[0]) for query in queries] for name, command in counts.items()}
    rounds: dict[str, list[list[float | None]]] = {name: [] for name in commands}
    for turn in range(bench.rounds + 1):
        times: dict[str, list[float | None]] = {name: [] for name in commands}
        for query in queries:
            for name, command in commands.items():
                times[name].append(ask(command, query).seconds * 1000)
        if turn:
            for name, values in times.items():
                rounds[name].append(values)
    log(f"cold: {bench.rounds} rounds of {len(queries)} queries")
    own = "python -m searchkit"
    medians = {name: figures.median_of_rounds(values) for name, values in rounds.items()}
    unlike = figures.differences(queries, "whoosh", totals[own], totals["whoosh"]) if "whoosh" in totals else []
    results = {}
    for name, values in medians.items():
        theirs = totals.get(name, totals[own])
        results[name] = {
            "milliseconds": asdict(figures.summary([value for value in values if value is not None])),
            "compared": figures.compare_times(name, medians[own], totals[own], values, theirs),
        }
    return {"queries": list(queries), "totals": totals, "commands": results, "differences": [asdict(d) for d in unlike]}
