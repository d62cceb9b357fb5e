"""`scripts/relevance` prints MAP, nDCG@10 and P@10 of several configurations of searches.

The questions are in `corpus.txt` (over the sample corpus) and `reuters.txt` (over Reuters-21578,
where `--reuters` names it). The halves are the odd and the even questions: what is chosen by one
half has to hold on the other.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import searchkit
from scripts.judging.measures import Question, average_precision, ndcg, precision, read_questions
from searchkit import Engine, SearchOptions

ROOT = Path(__file__).parents[2]
DEPTH = 1000
"""Articles of a ranking that are looked at."""

CONFIGURATIONS: Mapping[str, SearchOptions] = {
    "all words": SearchOptions(),
    "any word (--any)": SearchOptions(match_any=True),
    "any word, --boost title=1": SearchOptions(match_any=True, boost={"title": 1}),
    "any word, --boost title=1.5": SearchOptions(match_any=True, boost={"title": 1.5}),
    "any word, --boost title=3": SearchOptions(match_any=True, boost={"title": 3}),
    "any word, --literal": SearchOptions(match_any=True, literal=True),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """The means of some questions."""

    map: float
    ndcg: float
    precision: float


def measure(engine: Engine, questions: Sequence[Question], options: SearchOptions) -> list[Figures]:
    """The figures of each question."""
    found = []
    for question in questions:
        ranking = [hit.id for hit in engine.search(question.text, options, limit=DEPTH, snippets=0)]
        measures = (measure(ranking, question.grades) for measure in (average_precision, ndcg, precision))
        found.append(Figures(*measures))
    return found


def mean(figures: Sequence[Figures]) -> Figures:
    """The means of the figures of some questions."""
    return Figures(
        fmean(one.map for one in figures), fmean(one.ndcg for one in figures), fmean(one.precision for one in figures)
    )


def print_table(engine: Engine, questions: Sequence[Question]) -> None:
    """Print the means of all questions, and MAP of both halves."""
    print(f"{'':<30}{'MAP':>8}{'nDCG@10':>9}{'P@10':>8}{'odd':>9}{'even':>8}")
    for name, options in CONFIGURATIONS.items():
        figures = measure(engine, questions, options)
        every, odd, even = mean(figures), mean(figures[::2]), mean(figures[1::2])
        print(f"{name:<30}{every.map:>8.4f}{every.ndcg:>9.4f}{every.precision:>8.4f}{odd.map:>9.4f}{even.map:>8.4f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the script; return its exit status."""
    parser = argparse.ArgumentParser(prog="scripts/relevance", description=__doc__)
    parser.add_argument("--reuters", type=Path, metavar="FILE", help="the archive of Reuters-21578, to measure with it too")
    parsed = parser.parse_args(arguments)
    for name, archive in (("corpus", ROOT / "corpus"), ("reuters", parsed.reuters)):
        questions = read_questions(Path(__file__).with_name(f"{name}.txt"))
        if archive is None:
            print(f"{name}: not measured; to measure with it: --{name} FILE")
            continue
        if not archive.exists():
            print(f"{name}: {archive} is not there")
            continue
        with tempfile.TemporaryDirectory() as folder, searchkit.open(Path(folder) / "index", create=True) as engine:
            engine.index([archive], label=name)
            print(f"{name}: {len(questions)} questions over {engine.stats().articles:,} articles")
            print_table(engine, questions)
    return 0


if __name__ == "__main__":
    sys.exit(main())
