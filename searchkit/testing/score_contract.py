"""Tests of what options change about scores, for every engine."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

import searchkit
from searchkit import Article, Engine
from searchkit.testing.collection import DAY, EAST, QUERIES, collection

NOW = datetime(2020, 5, 20, 18, tzinfo=UTC)
BOOSTS: tuple[Mapping[str, float], ...] = ({}, {"title": 3}, {"title": 0, "body": 0.5}, {"body": 0})


class ScoreContract:
    """The part of EngineContract about `recent`, `boost` and `explain_score`."""

    score_tolerance: float | None
    explanation_tolerance: float | None
    stride: int

    def test_options_of_scores_equal_the_memory_engine(self, engine: Engine) -> None:
        articles = collection()
        rng = random.Random(7)  # noqa: S311  (to be the same each time)
        with searchkit.open("memory:") as memory:
            for each in (engine, memory):
                each.add(articles)
                each.delete(["c/9", "c/1"])
            for query in QUERIES:
                options = searchkit.SearchOptions(
                    limit=rng.choice([None, 3, 20]),
                    now=NOW,
                    recent=rng.choice(["", "1d", "3w", "2y"]),
                    boost=rng.choice(BOOSTS),
                )
                ours, theirs = engine.search(query, options), memory.search(query, options)
                assert ours.total == theirs.total == memory.search(query).total, query
                if self.score_tolerance is not None:
                    assert [hit.id for hit in ours] == [hit.id for hit in theirs], (query, options)
                    expected = pytest.approx([hit.score for hit in theirs], abs=0, rel=1e-9)
                    assert [hit.score for hit in ours] == expected, (query, options)

    def test_scores_are_halved_for_each_half_life(self, engine: Engine) -> None:
        """By the printed date; articles of the future are not old, and undated ones count as the
        oldest."""
        today = DAY + timedelta(days=90)
        dates = {"new": today, "half": DAY, "quarter": DAY - timedelta(days=90), "future": today + timedelta(days=9)}
        dates["eastern"] = DAY.replace(tzinfo=EAST)
        engine.add([Article(name, body="oil", date=date) for name, date in dates.items()])
        engine.add([Article("undated", body="oil"), Article("oldest", body="gas", date=DAY - timedelta(days=180))])
        factors = {"new": 1.0, "half": 0.5, "quarter": 0.25, "future": 1.0, "eastern": 0.5, "undated": 0.125}
        found = engine.search("oil", recent="90d", now=today)
        assert [hit.id for hit in found] == ["future", "new", "eastern", "half", "quarter", "undated"]
        plain = {hit.id: hit.score for hit in engine.search("oil")}
        assert {hit.id: hit.score / plain[hit.id] for hit in found} == pytest.approx(factors)
        hours = engine.search("oil", recent="90d", now=today + timedelta(hours=12), timezone="Etc/GMT-12")
        scores = {hit.id: hit.score / plain[hit.id] for hit in hours}
        assert scores["new"] == pytest.approx(0.5 ** (1 / 90))  # it is midnight of the next day there

    def test_articles_of_any_age_have_an_order(self, engine: Engine) -> None:
        """Even where their scores are 0: the nearer one in time, or the better one, comes first."""
        old = datetime(1850, 1, 1, tzinfo=UTC)
        engine.add([Article("old", body="oil oil oil", date=old), Article("once", body="oil", date=old)])
        engine.add([Article("older", body="oil oil oil", date=old - timedelta(days=2))])
        engine.add([Article(f"filler{n}", body="words " * n) for n in range(9)])
        found = engine.search("oil", recent="1d", now=NOW)
        assert [hit.id for hit in found] == ["old", "once", "older"]
        assert [hit.score for hit in found] == [0.0, 0.0, 0.0]
        assert "half-lives old, counted from 2020-05-20; --now DATE counts from another day" in found.notes[-1]
        assert engine.search("oil", recent="90d", now=old).notes == ()

    def test_boost_replaces_the_weights_of_fields(self, engine: Engine) -> None:
        engine.add([Article("title", "oil", "gas"), Article("body", "gas", "oil")])
        plain = {hit.id: hit.score for hit in engine.search("oil")}
        boosted = {hit.id: hit.score for hit in engine.search("oil", boost={"title": 3})}
        assert boosted["title"] == pytest.approx(1.5 * plain["title"])
        assert boosted["body"] == pytest.approx(plain["body"])
        without = {hit.id: hit.score for hit in engine.search("oil", boost={"title": 0, "body": 4})}
        assert without == {"body": pytest.approx(4 * plain["body"]), "title": 0.0}

    def test_a_score_is_explained(self, engine: Engine) -> None:
        """The value of the explanation is the score, of hits; other articles do not match."""
        tolerance = self.score_tolerance if self.explanation_tolerance is None else self.explanation_tolerance
        articles = collection(40)
        engine.add(articles)
        options = searchkit.SearchOptions(limit=2, recent="30d", boost={"title": 3}, now=NOW)
        for query in QUERIES[:: self.stride]:
            every = {hit.id for hit in engine.search(query, limit=None)}
            for hit in engine.search(query, options):
                explanation = engine.explain_score(query, hit.id, options)
                assert explanation.matches, query
                if tolerance is not None:
                    assert explanation.value == pytest.approx(hit.score, abs=0, rel=tolerance), query
            for article in articles[::9]:
                assert engine.explain_score(query, article.id).matches == (article.id in every), query
        with pytest.raises(searchkit.UnknownArticle):
            engine.explain_score("peace", "nowhere")
        with pytest.raises(searchkit.QueryError):
            engine.explain_score("(peace", "c/1")

    def test_wrong_options_of_scores_are_errors(self, engine: Engine) -> None:
        wrong: tuple[searchkit.SearchOptions, ...] = (
            *(searchkit.SearchOptions(recent=text) for text in ("90", "d", "0d", "-3d", "90 days", "1.5y", "9999999d")),
            *(searchkit.SearchOptions(boost={"title": weight}) for weight in (-1, 1e7, float("nan"), float("inf"))),
        )
        for options in wrong:
            for ask in (engine.search, engine.explain, lambda query, options: engine.explain_score(query, "x", options)):
                with pytest.raises(searchkit.OptionError, match=r"recent must be|weight of title must be"):
                    ask("oil", options)
        for field in ("author", "headlin", "date"):
            with pytest.raises(searchkit.OptionError, match="the fields that score are title and body"):
                engine.search("oil", boost={field: 2})
