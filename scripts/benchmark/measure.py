"""What is timed: builds, adding from memory, and the mix; engines take turns in everything."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from scripts.benchmark import figures
from scripts.benchmark.processes import ProcessFailed, Server, interpreters, run, run_watched, size_of, worker
from scripts.benchmark.query import Query, plain, searchkit_text

REFERENCE = "searchkit"
FROM_MEMORY = ("searchkit", "tantivy")
"""The engines that are also timed from the first article to the commit."""


@dataclass(frozen=True)
class Contender:
    """An engine that can be measured: its Python, and its articles."""

    name: str
    python: str
    versions: dict[str, str]
    snippets: bool
    file: Path
    articles: int


@dataclass
class Bench:
    """One run: its folder, how often each part is repeated, the engines, and what has failed."""

    work: Path
    env: dict[str, str]
    rounds: int
    build_rounds: int
    contenders: list[Contender] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def index_of(self, contender: Contender) -> Path:
        """Where an engine's index is."""
        return self.work / "indexes" / contender.name

    def empty_folder(self, contender: Contender) -> Path:
        """Make an empty folder for an engine's index.

        All that was written before is synced to the disk first.
        """
        place = self.index_of(contender)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        os.sync()
        return place

    @contextmanager
    def may_fail(self, contender: Contender) -> Iterator[None]:
        """Record the failure of an engine and leave it out from then on; the others go on."""
        try:
            yield
        except ProcessFailed as error:
            self.failures.append(f"{contender.name}: {error}")
            self.contenders = [other for other in self.contenders if other is not contender]

    def in_turns(self, rounds: int, among: Sequence[Contender]) -> Iterator[Contender]:
        """Yield the engines in turns: A B C, A B C. One that has failed is left out."""
        for _ in range(rounds):
            for contender in among:
                if contender in self.contenders:
                    yield contender


def log(text: str) -> None:
    """Print progress on stderr."""
    print(text, file=sys.stderr, flush=True)


def find_contenders(bench: Bench, names: Iterable[str], articles: Callable[[str], tuple[Path, int]]) -> None:
    """Find the engines that are installed, and in which Python."""
    for name in names:
        reasons = []
        for python in interpreters():
            try:
                found = json.loads(run(worker(python, "probe", name), bench.env, bench.work).output)
            except ProcessFailed as error:
                reasons.append(f"{python}: {str(error).splitlines()[-1]}")
                continue
            if "missing" in found:
                reasons.append(f"{python} ({found['python']}): {found['missing']}")
                continue
            versions = found["versions"] | ({} if python == sys.executable else {"python": found["python"]})
            bench.contenders.append(Contender(name, python, versions, found["snippets"], *articles(name)))
            break
        else:
            bench.skipped[name] = "; ".join(reasons)
            log(f"{name} is left out: {bench.skipped[name]}")


def build_command(contender: Contender, file: Path, place: Path) -> list[str]:
    """The process that makes an index of a file."""
    if contender.name == REFERENCE:
        return [contender.python, "-m", "searchkit", "index", str(file), "-i", str(place), "--no-progress"]
    return worker(contender.python, "build", contender.name, file, place)


def build(bench: Bench, few: Path) -> dict[str, Any]:
    """Time whole processes that build an index, with their memory.

    An index of `few` articles is built first, so that no time includes the compiling of modules.
    """
    among = tuple(bench.contenders)
    for contender in among:
        with bench.may_fail(contender):
            run(build_command(contender, few, bench.empty_folder(contender)), bench.env, bench.work)
    seconds: dict[str, list[float]] = {}
    peaks: dict[str, list[int]] = {}
    for contender in bench.in_turns(bench.build_rounds, among):
        with bench.may_fail(contender):
            place = bench.empty_folder(contender)
            done = run_watched(build_command(contender, contender.file, place), bench.env, bench.work)
            log(f"built {contender.name}: {done.seconds:.2f} s")
            seconds.setdefault(contender.name, []).append(done.seconds)
            peaks.setdefault(contender.name, []).append(done.peak)
    results = with_rates(bench.contenders, seconds)
    for contender in bench.contenders:
        results[contender.name] |= {"peak": max(peaks[contender.name]), "size": size_of(bench.index_of(contender))}
    return results


def add(bench: Bench, few: Path) -> dict[str, Any]:
    """Time one process from the first article to the commit, with the articles in memory.

    The indexes are removed.
    """
    among = [contender for contender in bench.contenders if contender.name in FROM_MEMORY]
    scratch = bench.work / "added"
    seconds: dict[str, list[float]] = {}
    for turn, contender in enumerate(bench.in_turns(bench.build_rounds + 1, among)):
        with bench.may_fail(contender):
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            os.sync()
            # The first turn of each engine only compiles modules.
            file = few if turn < len(among) else contender.file
            command = worker(contender.python, "add", contender.name, file, scratch)
            done = json.loads(run(command, bench.env, bench.work).output)
            if file is contender.file:
                log(f"added {contender.name}: {done['seconds']:.2f} s")
                seconds.setdefault(contender.name, []).append(done["seconds"])
    shutil.rmtree(scratch, ignore_errors=True)
    return with_rates([contender for contender in among if contender in bench.contenders], seconds)


def with_rates(contenders: Iterable[Contender], seconds: dict[str, list[float]]) -> dict[str, Any]:
    """Times, articles a second, and ratios to searchkit.

    Ratios are of rates, because an engine may have fewer articles.
    """
    results: dict[str, Any] = {}
    for contender in contenders:
        figure = figures.summary(seconds[contender.name])
        rate = contender.articles / figure.median
        results[contender.name] = {"articles": contender.articles, "seconds": asdict(figure), "rate": rate}
        results[contender.name]["rounds"] = seconds[contender.name]
    own = results.get(REFERENCE)
    for result in results.values():
        result["ratio"] = own["rate"] / result["rate"] if own else None
    return results


def search(bench: Bench, mix: Sequence[Query], parts: Sequence[str]) -> dict[str, Any]:
    """Time the mix with open engines, without and with snippets, and measure their memory
    afterwards."""
    file = bench.work / "mix.json"
    file.write_text(json.dumps([plain(query.node) for query in mix]), encoding="utf-8")
    servers: dict[str, Server] = {}
    results: dict[str, Any] = {"memory": {}}
    with ExitStack() as stack:
        for contender in tuple(bench.contenders):
            with bench.may_fail(contender):
                command = worker(contender.python, "serve", contender.name, bench.index_of(contender), file)
                servers[contender.name] = stack.enter_context(Server(command, bench.env, bench.work))
        for part in parts:
            results[part] = rounds(bench, mix, servers, part)
            if not results["memory"]:
                for contender in tuple(bench.contenders):
                    with bench.may_fail(contender):
                        results["memory"][contender.name] = servers[contender.name].ask("memory")
    return results


def rounds(bench: Bench, mix: Sequence[Query], servers: dict[str, Server], part: str) -> dict[str, Any]:
    """Time one part (`plain` or `snippets`): a round to warm up, then the rounds that count."""
    among = [contender for contender in bench.contenders if contender.snippets or part == "plain"]
    times: dict[str, list[list[float | None]]] = {}
    totals: dict[str, list[int | None]] = {}
    for turn, contender in enumerate(bench.in_turns(bench.rounds + 1, among)):
        with bench.may_fail(contender):
            answer = servers[contender.name].ask(part)
            if turn < len(among):
                totals[contender.name] = answer["totals"]
                log(f"{part}, first round, {contender.name}: {sum(filter(None, answer['milliseconds'])):.1f} ms")
            else:
                times.setdefault(contender.name, []).append(answer["milliseconds"])
    medians = {name: figures.median_of_rounds(values) for name, values in times.items()}
    return compare_engines(mix, [contender for contender in among if contender in bench.contenders], medians, totals)


def compare_engines(
    mix: Sequence[Query],
    contenders: Sequence[Contender],
    medians: dict[str, list[float | None]],
    totals: dict[str, list[int | None]],
) -> dict[str, Any]:
    """The times of all engines, compared with those of searchkit where totals agree."""
    names = [searchkit_text(query.node) for query in mix]
    engines: dict[str, Any] = {}
    unlike: list[dict[str, Any]] = []
    own = next((contender for contender in contenders if contender.name == REFERENCE), None)
    for contender in contenders:
        asked = [time for time in medians[contender.name] if time is not None]
        engines[contender.name] = {
            "articles": contender.articles,
            "asked": len(asked),
            "milliseconds": asdict(figures.summary(asked)) if asked else None,
            "compared": None,
        }
        # Engines with fewer articles cannot be compared.
        if own is None or contender.articles != own.articles:
            continue
        ours = [total or 0 for total in totals[REFERENCE]]
        theirs = totals[contender.name]
        found = figures.differences(names, contender.name, ours, theirs)
        unlike += [asdict(difference) for difference in found]
        pair = (medians[REFERENCE], ours, medians[contender.name], theirs)
        engines[contender.name]["compared"] = figures.compare_times(contender.name, *pair)
    queries = [
        {
            "kind": query.kind,
            "query": names[number],
            "totals": {contender.name: totals[contender.name][number] for contender in contenders},
            "milliseconds": {contender.name: medians[contender.name][number] for contender in contenders},
        }
        for number, query in enumerate(mix)
    ]
    return {"engines": engines, "queries": queries, "differences": unlike}
