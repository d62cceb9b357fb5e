"""Judged questions, and measures of a ranking.

Average precision counts every article with a grade as relevant; nDCG is that of Järvelin and
Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (2002), with the grades as gains.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words, and the grades of the articles that answer it, by id: 2 or 1."""

    text: str
    grades: Mapping[str, int]


def read_questions(path: Path) -> list[Question]:
    """Read questions from a file: lines of `? question`, each followed by lines of `grade id`."""
    found: list[tuple[str, dict[str, int]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("? "):
            found.append((line[2:], {}))
        elif line and not line.startswith("#"):
            grade, article_id = line.split(maxsplit=1)
            found[-1][1][article_id] = int(grade)
    return [Question(text, grades) for text, grades in found]


def average_precision(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """The mean, over all relevant articles, of the precision at the rank of each (0 for one that
    was not found)."""
    found, total = 0, 0.0
    for rank, article_id in enumerate(ranking, 1):
        if article_id in grades:
            found += 1
            total += found / rank
    return total / len(grades)


def precision(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """The share of relevant articles among the first `depth`."""
    return sum(article_id in grades for article_id in ranking[:depth]) / depth


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """The discounted cumulated gain of the first `depth`, divided by that of the best ranking."""
    best = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(article_id, 0) for article_id in ranking[:depth]]) / best


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
