"""The measures of `scripts/relevance`, and how good rankings of the sample corpus are."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import searchkit
from scripts.judging.__main__ import mean, measure
from scripts.judging.measures import average_precision, ndcg, precision, read_questions

ROOT = Path(__file__).parent.parent
JUDGED = ROOT / "scripts" / "judging"


def test_measures_by_hand() -> None:
    """Relevant are a, b and c; c is not found."""
    ranking, grades = ["a", "x", "b", "y"], {"a": 1, "b": 2, "c": 1}
    assert average_precision(ranking, grades) == pytest.approx((1 / 1 + 2 / 3) / 3)
    assert precision(ranking, grades) == 0.2
    assert precision(ranking, grades, 2) == 0.5
    best = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(ranking, grades) == pytest.approx((1 + 2 / math.log2(4)) / best)
    assert ndcg(["b", "a", "c"], grades) == 1.0
    assert average_precision([], grades) == ndcg([], grades) == 0.0


def test_questions_are_judged() -> None:
    for name, least in (("corpus", 40), ("reuters", 20)):
        questions = read_questions(JUDGED / f"{name}.txt")
        assert len(questions) >= least
        assert len({question.text for question in questions}) == len(questions)
        for question in questions:
            assert question.grades, question.text
            assert set(question.grades.values()) <= {1, 2}
            assert all(article_id.startswith(f"{name}/") for article_id in question.grades)


def test_rankings_of_the_corpus_are_good(tmp_path: Path) -> None:
    """Whoever changes scores or function words sees here when it was for the worse."""
    questions = read_questions(JUDGED / "corpus.txt")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([ROOT / "corpus"])
        ids = {stored.article.id for stored in engine.articles()}
        assert [each for question in questions for each in question.grades if each not in ids] == []
        options = searchkit.SearchOptions(match_any=True)
        figures = mean(measure(engine, questions, options))
        every_word = mean(measure(engine, questions, searchkit.SearchOptions(match_any=True, literal=True)))
    assert figures.map > 0.80
    assert figures.ndcg > 0.86
    assert figures.map > every_word.map + 0.03
