"""Build and search the same articles with searchkit and with others, and print how their times
compare."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from itertools import count, islice
from pathlib import Path
from typing import Any

from scripts.benchmark import cluster, measure, mix
from scripts.benchmark.articles import (
    Record,
    Written,
    collect_material,
    complete_record,
    make_articles,
    read_lines,
    read_with_searchkit,
    write_lines,
)
from scripts.benchmark.cold import cold
from scripts.benchmark.library import ENGINES
from scripts.benchmark.machine import machine
from scripts.benchmark.processes import ROOT, ProcessFailed, environment
from scripts.benchmark.query import Query
from scripts.benchmark.report import report
from scripts.cluster.errors import ClusterError, Unavailable

REUTERS = 21578
PARTS = ("build", "add", "plain", "snippets", "cold")
FEW = 20
"""The number of articles of a build that only warms up."""
SAMPLE = 20_000
"""The most articles that the mix is chosen from."""


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description=__doc__,
        epilog="Exit status 0 when everything ran, 1 when something failed to run, 2 for a wrong command line.",
    )
    which = parser.add_argument_group("articles")
    which.add_argument(
        "--articles",
        type=positive,
        metavar="N",
        help=f"made-up articles (default {REUTERS}; on a cluster {cluster.ARTICLES}), or the first N",
    )
    which.add_argument("--reuters", type=Path, metavar="PATH", help="real articles; with --articles: sentences to make N of")
    which.add_argument(
        "--corpus", type=Path, metavar="FILE", help="JSON lines: id, title, body, date, author, source, topics"
    )
    which.add_argument("--seed", type=int, default=7, help="of made-up articles and of the mix (default %(default)s)")
    which.add_argument("--whoosh-articles", type=positive, metavar="N", help="the first N for plain Whoosh (default 5000)")
    which.add_argument(
        "--cold-articles", type=positive, default=20_000, metavar="N", help="text files for the command lines"
    )
    how = parser.add_argument_group("what is done")
    how.add_argument(
        "--engines",
        type=names((*ENGINES, cluster.NAME)),
        default=list(ENGINES),
        metavar="A,B",
        help=f"of {', '.join(ENGINES)} (default: these), and {cluster.NAME}: searchkit on a cluster beside its own client",
    )
    how.add_argument(
        "--opensearch", metavar="URL", help="the cluster (default SEARCHKIT_TEST_OPENSEARCH, or a node is started)"
    )
    how.add_argument("--parts", type=names(PARTS), default=list(PARTS), metavar="A,B", help=f"of {', '.join(PARTS)}")
    how.add_argument("--rounds", type=positive, default=5, metavar="R", help="of queries (default %(default)s)")
    how.add_argument("--build-rounds", type=positive, metavar="R", help="of builds (default: at most 3 of --rounds)")
    how.add_argument("--work", type=Path, metavar="DIR", help="work in this folder and keep it (default: a passing one)")
    how.add_argument("--skip-build", action="store_true", help="search what an earlier run left in --work")
    how.add_argument("--json", type=Path, metavar="FILE", help="write everything there, too")
    found = parser.parse_args(given)
    if found.skip_build and not found.work:
        parser.error("--skip-build needs the --work of an earlier run")
    if found.reuters and found.corpus:
        parser.error("--reuters and --corpus exclude each other")
    for path in (found.reuters, found.corpus):
        if path and not path.exists():
            parser.error(f"{path} is not there")
    found.cluster = cluster.NAME in found.engines
    found.engines = [name for name in found.engines if name != cluster.NAME]
    if found.engines and measure.REFERENCE not in found.engines:
        found.engines.insert(0, measure.REFERENCE)
    found.build_rounds = found.build_rounds or min(3, found.rounds)
    return found


def positive(text: str) -> int:
    """Parse a whole number above zero."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def names(known: Iterable[str]) -> Any:
    """A parser of lists of known names."""

    def read(text: str) -> list[str]:
        found = text.split(",")
        if unknown := [name for name in found if name not in known]:
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
        return found

    return read


def select_articles(options: argparse.Namespace) -> tuple[str, Iterator[Record]]:
    """Select the articles of this run; return a description and the articles."""
    if options.corpus:
        return options.corpus.name, map(complete_record, islice(read_lines(options.corpus), options.articles), count())
    if options.reuters and not options.articles:
        return f"real, {options.reuters.name}", read_with_searchkit(options.reuters)
    origin = options.reuters or ROOT / "corpus"
    source = collect_material(read_with_searchkit(origin), varied=not options.reuters)
    number = options.articles or (REUTERS if options.engines else cluster.ARTICLES)
    return f"made of sentences of {origin.name}", make_articles(source, number, options.seed)


def prepare_articles(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Write the articles, or take those of an earlier run; return their description."""
    about = work / "corpus.json"
    if options.skip_build:
        known: dict[str, Any] = json.loads(about.read_text(encoding="utf-8"))
        return known
    source, records = select_articles(options)
    file = work / "articles.jsonl"
    written: Written = write_lines(file, records)
    first = min(written.articles, options.whoosh_articles or 5000)
    write_lines(work / "first.jsonl", islice(read_lines(file), first))
    write_lines(work / "few.jsonl", islice(read_lines(file), FEW))
    corpus = asdict(written) | {"source": source, "first": first}
    about.write_text(json.dumps(corpus), encoding="utf-8")
    return corpus


def bench(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Do the whole run; return its results as one document."""
    result: dict[str, Any] = {
        "version": 1,
        "command": ["scripts/bench", *sys.argv[1:]],
        "options": {name: str(value) if isinstance(value, Path) else value for name, value in vars(options).items()},
        "machine": machine(),
        "corpus": prepare_articles(options, work),
    }
    corpus, file = result["corpus"], work / "articles.jsonl"
    measure.log(f"{corpus['articles']:,} articles, {corpus['bytes'] / 1e6:.1f} MB")
    step = -(-corpus["articles"] // SAMPLE)
    queries = mix.choose(list(islice(read_lines(file), 0, None, step)), options.seed)
    run = measure.Bench(work, environment(work / "compiled"), options.rounds, options.build_rounds)

    result |= {"engines": {}, "skipped": run.skipped}
    if options.engines:
        result |= bench_engines(options, run, corpus, queries)
    if options.cluster:
        try:
            with cluster.node(options.opensearch or os.environ.get("SEARCHKIT_TEST_OPENSEARCH"), work) as url:
                result["cluster"] = cluster.bench_cluster(run, url, file, corpus["articles"], queries)
        except Unavailable as error:
            run.skipped[cluster.NAME] = str(error)
        except (ClusterError, ProcessFailed) as error:
            run.failures.append(f"{cluster.NAME}: {error}")
    result["failures"] = run.failures
    return result


def bench_engines(
    options: argparse.Namespace, run: measure.Bench, corpus: dict[str, Any], queries: Sequence[Query]
) -> dict[str, Any]:
    """Compare the engines that run on this machine."""
    work, file = run.work, run.work / "articles.jsonl"

    def articles(name: str) -> tuple[Path, int]:
        # Plain Whoosh would take hours for what others index in minutes.
        fewer = name == "whoosh" and corpus["first"] < corpus["articles"]
        return (work / "first.jsonl", corpus["first"]) if fewer else (file, corpus["articles"])

    measure.find_contenders(run, options.engines, articles)
    result: dict[str, Any] = {
        "engines": {one.name: {"versions": one.versions, "articles": one.articles} for one in run.contenders}
    }
    wanted = [part for part in ("plain", "snippets") if part in options.parts]
    if not options.skip_build and ("build" in options.parts or wanted):
        result["build"] = measure.build(run, work / "few.jsonl")
    if "add" in options.parts:
        result["add"] = measure.add(run, work / "few.jsonl")
    if wanted:
        result |= measure.search(run, queries, wanted)
    if "cold" in options.parts:
        result["cold"] = cold(run, islice(read_lines(file), options.cold_articles), queries)
    return result


def main(given: Sequence[str] | None = None) -> int:
    """Run, print the report, and return the exit status."""
    options = arguments(given)
    with ExitStack() as stack:
        if options.work:
            options.work.mkdir(parents=True, exist_ok=True)
            work = options.work.resolve()
        else:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="searchkit-bench-")))
        result = bench(options, work)
    print(report(result), end="")
    if options.json:
        options.json.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if result["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
