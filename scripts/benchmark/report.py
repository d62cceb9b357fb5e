"""Writes the results as Markdown tables."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

TIMES = "×"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """An aligned table that is Markdown too: names to the left, figures to the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first, *rest = [
            cell.ljust(w) if not n else cell.rjust(w) for n, (cell, w) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join([first, *rest])} |"

    yield line(head)
    yield "|" + "|".join("-" * (width + 2) if not n else "-" * (width + 1) + ":" for n, width in enumerate(widths)) + "|"
    yield from map(line, rows)
    yield ""


def figure(value: float | None) -> str:
    """A figure with about three significant digits, or a dash for None."""
    if value is None:
        return "-"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}"


def ratio(value: float | None) -> str:
    """A ratio to searchkit."""
    return "-" if value is None else f"{figure(value)} {TIMES}"


def megabytes(value: int) -> str:
    """Bytes in millions."""
    return f"{figure(value / 1e6)} MB"


def heading(result: dict[str, Any]) -> Iterator[str]:
    """The machine, the versions, the articles and the command of the run."""
    machine, corpus = result["machine"], result["corpus"]
    memory = f"{machine['memory'] / 1e9:.1f} GB" if machine["memory"] else "unknown memory"
    yield "# searchkit beside others"
    yield ""
    yield f"- machine: {machine['cpu']}, {machine['cores']} cores, {memory}, {machine['system']}"
    yield f"- load when the run began: {machine['load']} (other work on the machine makes all times longer, not equally)"
    yield f"- python: {machine['python']}"
    for name, engine in result["engines"].items():
        yield f"- {name}: {', '.join(f'{library} {version}' for library, version in engine['versions'].items())}"
    yield f"- articles: {corpus['articles']:,} ({corpus['source']}), {megabytes(corpus['bytes'])}, {corpus['words']:,} words"
    yield f"- command: {shlex.join(result['command'])}"
    if result["engines"]:
        yield f"- ratios: an engine's time (in builds: an article's) by searchkit's; above 1 {TIMES} searchkit is faster"
    yield ""


def builds(result: dict[str, Any]) -> Iterator[str]:
    """The tables of builds: whole processes, and from the first article to the commit."""
    if built := result.get("build"):
        yield f"## Build: whole process, {result['options']['build_rounds']} rounds"
        yield ""
        rows = [
            (
                name, f"{one['articles']:,}", figure(one["seconds"]["median"]), figure(one["seconds"]["p95"]),
                figure(one["rate"]), ratio(one["ratio"]), megabytes(one["peak"]), megabytes(one["size"]),
            )
            for name, one in built.items()
        ]  # fmt: skip
        yield from table(("engine", "articles", "median s", "p95 s", "articles/s", "ratio", "memory", "index"), rows)
    if added := result.get("add"):
        yield "## Add: articles in memory, from the first to the commit, one process"
        yield ""
        fewer = [
            (
                name, f"{one['articles']:,}", figure(one["seconds"]["median"]), figure(one["seconds"]["p95"]),
                figure(one["rate"]), ratio(one["ratio"]),
            )
            for name, one in added.items()
        ]  # fmt: skip
        yield from table(("engine", "articles", "median s", "p95 s", "articles/s", "ratio"), fewer)


COMPARED = ("median ms", "p95 ms", "mean ms", "searchkit median", "p95", "mean", "median", "p95", "mean")


def comparison(one: dict[str, Any]) -> tuple[str, ...]:
    """The times of an engine, those of searchkit over the same queries, and the ratios; dashes if
    none compare."""
    names = ("median", "p95", "mean")
    if found := one["compared"]:
        times = [figure(found[side][name]) for side in ("engine", "searchkit") for name in names]
        return (*times, *(ratio(found["ratio"][name]) for name in names))
    alone = one["milliseconds"]
    return (*(figure(alone[name] if alone else None) for name in names), *"------")


def searches(result: dict[str, Any]) -> Iterator[str]:
    """The tables of warm queries, and of memory after them."""
    titles = {"plain": "Warm queries: total and best ten", "snippets": "Warm queries with title and passage of the best ten"}
    for part, title in titles.items():
        if not (found := result.get(part)):
            continue
        yield f"## {title}"
        yield ""
        rows = []
        for name, one in found["engines"].items():
            queries = f"{one['compared']['queries']} of {one['asked']}" if one["compared"] else f"0 of {one['asked']}"
            rows.append((name, f"{one['articles']:,}", queries, *comparison(one)))
        yield from table(("engine", "articles", "compared", *COMPARED), rows)
    if memory := result.get("memory"):
        yield "## Memory after the mix"
        yield ""
        rows = [(name, *(megabytes(one[key]) for key in ("VmRSS", "RssAnon", "RssFile"))) for name, one in memory.items()]
        yield from table(("engine", "resident", "of its own", "pages of files"), rows)


def commands(result: dict[str, Any]) -> Iterator[str]:
    """The table of cold command lines."""
    if found := result.get("cold"):
        yield f"## Command line, from start to printed answer, {found['articles']:,} text files"
        yield ""
        rows = []
        for name, one in found["commands"].items():
            queries = f"{one['compared']['queries'] if one['compared'] else 0} of {len(found['queries'])}"
            rows.append((name, queries, *comparison(one)))
        yield from table(("command", "compared", *COMPARED), rows)
        if runs := found.get("runs"):
            first, again = runs
            yield ""
            yield f"`searchkit index` over these files: {first:.2f} s; again, with all of them as they were:"
            yield f"{again:.2f} s, {again / first:.1%} of the first time."


def on_cluster(result: dict[str, Any]) -> Iterator[str]:
    """The tables of searchkit on an OpenSearch cluster, beside the cluster's own client."""
    if not (found := result.get("cluster")):
        return
    load = found["load"]
    rounds = len(load["bulk"]["seconds"])
    yield f"## OpenSearch {found['version']}: loading {found['articles']:,} articles, {rounds} rounds"
    yield ""
    names = {"bulk": "streaming_bulk of opensearch-py, lines made before", "add": "searchkit's add, of articles in memory"}
    rows = [
        (
            name,
            figure(median(load[way]["seconds"])),
            figure(load[way]["rate"]),
            ratio(load[way]["rate"] / load["bulk"]["rate"]),
        )
        for way, name in names.items()
    ]
    yield from table(("way", "median s", "articles/s", "ratio"), rows)
    yield "## OpenSearch: the best ten of a query, beside the request for them alone"
    yield ""
    searched: list[tuple[str, ...]] = []
    for name, title in (("exact", "the mix"), ("verified", "chains of w/8, which are verified")):
        one = found[name]
        times = one["milliseconds"]
        more = [figure(times[f"{way} more"][value]) for way in ("search", "snippets") for value in ("median", "p95")]
        searched.append(
            (title, str(len(one["queries"])), figure(times["request"]["median"]), figure(times["search"]["median"]), *more,
             str(one["requests"]), str(one["fetched"]))
        )  # fmt: skip
    head = ("queries", "number", "request, median ms", "search", "search more", "p95", "with snippets more", "p95")
    yield from table((*head, "requests at most", "documents at most"), searched)


def remarks(result: dict[str, Any]) -> Iterator[str]:
    """What was not compared, was not measured, or failed."""
    unlike = [
        (found["query"].replace("|", "\\|"), part, found["engine"], f"{found['searchkit']:,}", f"{found['other']:,}")
        for part in ("plain", "snippets", "cold")
        for found in (result.get(part) or {}).get("differences", ())
    ]
    if unlike:
        yield "## Totals that differ too much: these times were not compared"
        yield ""
        yield from table(("query", "part", "engine", "searchkit", "other"), unlike)
    partial = [f"{name} ({one['articles']:,})" for name, one in result["engines"].items() if one["articles"] != most(result)]
    if partial:
        yield f"On fewer articles, so that only their rates of building compare: {', '.join(partial)}."
        yield ""
    skipped = result["skipped"] | {
        f"command {name}": why for name, why in (result.get("cold") or {}).get("skipped", {}).items()
    }
    for name, reason in skipped.items():
        yield f"Not measured: {name}: {reason}"
    for failure in result["failures"]:
        yield f"FAILED: {failure}"


def most(result: dict[str, Any]) -> int:
    """The number of articles of the corpus."""
    return int(result["corpus"]["articles"])


def report(result: dict[str, Any]) -> str:
    """The whole report."""
    lines = [line for part in (heading, builds, searches, commands, on_cluster, remarks) for line in part(result)]
    return "\n".join(lines).rstrip("\n") + "\n"
