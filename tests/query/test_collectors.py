"""What is kept of the matches is what a plain count over the articles says, and only what wants
scores scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import numpy as np
import pytest

from searchkit.codec.reader import SegmentReader
from searchkit.errors import OptionError
from searchkit.model import Article
from searchkit.query import execute as executing
from searchkit.query import parse
from searchkit.query.collectors import (
    Collector,
    Count,
    Docs,
    Facet,
    FacetField,
    Histogram,
    Period,
    Scored,
)
from searchkit.query.counting import FacetCounts, HistogramCounts
from searchkit.query.execute import execute
from searchkit.query.operators import words as word_operator
from searchkit.query.scorers import ScoringBatch
from searchkit.query.snapshot import Snapshot
from searchkit.query.word_lookup import WordLookup
from tests.bridge.sample_index import ANALYZER, articles, build, without

QUERIES = ("oil", "oil OR gold", '"crude oil" OR peace w/9 talks', "atleast2(price) -gold", "*", "date:none", "source:reuters",
           "nowhere", "oil date:2020-03..", "topic:gold OR pri*")  # fmt: skip
EDGES = [
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(1, 1, 7, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(1969, 12, 31, 23, tzinfo=timezone(timedelta(hours=4))),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2000, 2, 29, 12, tzinfo=UTC),
    datetime(2020, 4, 26, 0, 30, tzinfo=timezone(timedelta(hours=4))),
    datetime(2021, 1, 3, tzinfo=UTC),
    datetime(2021, 1, 4, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
    None,
]


class Made:
    """A snapshot of several segments, some of whose articles are deleted, and the articles by their
    numbers there."""

    def __init__(self, snapshot: Snapshot, articles: list[Article]) -> None:
        self.snapshot, self.articles = snapshot, articles

    def matching(self, query: str) -> list[Article]:
        found = execute(self.snapshot, parse(query).root, ANALYZER, Scored())
        return [self.articles[doc] for doc in found.docs.tolist()]

    def collected(self, query: str, collector: Any) -> Any:
        return execute(self.snapshot, parse(query).root, ANALYZER, collector)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("index")
    edges = [
        Article(f"edge/{n}", "Oil price", "Oil.", at, source="", section="é", language="az") for n, at in enumerate(EDGES)
    ]
    batches = [list(articles(size, seed=n + 3, first=1000 * n)) for n, size in enumerate((170, 1, 230))] + [edges]
    refs = build(folder, batches)
    refs[2] = without(refs[2], range(0, 230, 5))
    every = [article for batch in batches for article in batch]
    yield Made(Snapshot([(SegmentReader(folder / ref.file), ref.live_docs()) for ref in refs]), every)


def first_day(at: datetime, period: Period) -> date:
    day = at.replace(tzinfo=None).date()
    match period:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("period", get_args(Period))
def test_a_histogram_counts_printed_dates(made: Made, query: str, period: Period) -> None:
    dates = [article.date for article in made.matching(query)]
    expected = Counter(first_day(at, period) for at in dates if at is not None)
    assert made.collected(query, Histogram(period)) == HistogramCounts(tuple(sorted(expected.items())), dates.count(None))


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("field", get_args(FacetField))
def test_a_facet_counts_values(made: Made, query: str, field: FacetField) -> None:
    values = [getattr(article, field) for article in made.matching(query)]
    expected = Counter(value for value in values if value)
    ordered = sorted(expected.items(), key=lambda pair: (-pair[1], pair[0]))
    assert made.collected(query, Facet(field)) == FacetCounts(tuple(ordered), values.count(""))


def test_a_facet_of_a_field_without_a_column(made: Made) -> None:
    with pytest.raises(OptionError, match="articles are counted by source, section, language, not by topics"):
        made.collected("oil", Facet("topics"))  # type: ignore[arg-type]


def test_what_no_collector_can_be_asked_for(made: Made) -> None:
    with pytest.raises(OptionError, match="time is counted by day, week, month, year, not by decade"):
        made.collected("oil", Histogram("decade"))  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="limit must be 0 or more, or None for all; found -1"):
        made.collected("oil", Docs(-1))


@pytest.mark.parametrize("query", QUERIES)
def test_documents_are_those_that_are_scored(made: Made, query: str) -> None:
    scored = made.collected(query, Scored())
    assert made.collected(query, Count()) == scored.total == len(scored.docs)
    assert made.collected(query, Docs()).tolist() == scored.docs.tolist()
    for sort in ("date", "-date"):
        for limit in (0, 1, 7, 1000):
            first = made.collected(query, Scored(limit, sort))
            assert made.collected(query, Docs(limit, sort)).tolist() == first.docs.tolist()


def test_the_first_documents_by_date(made: Made) -> None:
    docs = made.collected("oil", Docs(3, "date")).tolist()
    assert [made.articles[doc].id for doc in docs] == ["edge/0", "edge/1", "edge/2"]
    assert made.collected("oil", Docs(1)).tolist() == [len(made.articles) - 2]


COLLECTORS: list[Collector] = [Count(), Docs(), Docs(3, "date"), *map(Histogram, get_args(Period)), Facet("source")]


@pytest.mark.parametrize("query", QUERIES)
def test_only_what_wants_scores_scores(made: Made, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("this scores")

    expected = [made.collected(query, collector) for collector in COLLECTORS]
    monkeypatch.setattr(word_operator, "bm25", refuse)
    monkeypatch.setattr(ScoringBatch, "__init__", refuse)
    monkeypatch.setattr(WordLookup, "impacts", refuse)
    monkeypatch.setattr(executing, "competitive_docs", refuse)
    for collector, before in zip(COLLECTORS, expected, strict=True):
        assert np.array_equal(made.collected(query, collector), before)
    if made.collected(query, Count()):
        with pytest.raises(AssertionError, match="this scores"):
            made.collected(query, Scored(10))
