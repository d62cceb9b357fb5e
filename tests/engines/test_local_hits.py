"""Long pages of hits: each is made when it is asked for, and shows what a short page shows."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import searchkit
from searchkit import Article
from searchkit.arrays import Ints
from searchkit.engines import local_hits, long_page
from searchkit.engines.local import LocalEngine
from searchkit.results import CachedArticle

COUNT = 700


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of several segments, with deletions."""
    path = tmp_path_factory.mktemp("long") / "i"
    day = datetime(2020, 1, 1, tzinfo=UTC)
    articles = [
        Article(
            f"n/{number}",
            f"Peace {number % 5}",
            f"No. {number}. Talks of peace{' and war' * (number % 4)}.",
            date=None if number % 9 == 0 else day + timedelta(days=number % 50),
        )
        for number in range(COUNT)
    ]
    with searchkit.open(path, create=True) as engine:
        for start in (0, 300, 310):
            engine.add(articles[start : COUNT if start == 310 else start + 300])
        engine.delete(["n/3", "n/305", "n/699"])
    return path


@pytest.fixture
def engine(folder: Path) -> Iterator[LocalEngine]:
    with LocalEngine(folder) as opened:
        yield opened


@pytest.fixture
def results(engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[searchkit.SearchResult, ...]]:
    """The same answers as a long page and as a short one."""
    monkeypatch.setattr(local_hits, "LONG_PAGE", 100)
    monkeypatch.setattr(long_page, "WINDOW", 37)
    monkeypatch.setattr(local_hits, "RELEASE_AFTER", 64)
    long = engine.search("peace war", limit=None, match_any=True)
    monkeypatch.setattr(local_hits, "LONG_PAGE", 10_000)
    short = engine.search("peace war", limit=None, match_any=True)
    monkeypatch.setattr(local_hits, "LONG_PAGE", 100)
    assert (type(long.hits), type(short.hits)) == (long_page.LongPage, tuple)
    yield long, short


def shown(hit: searchkit.Hit) -> dict[str, object]:
    return hit.to_dict(searchkit.Hit.FIELDS) | {"headline": hit.headline}


def test_a_long_page_shows_what_a_short_one_does(results: tuple[searchkit.SearchResult, ...]) -> None:
    long, short = results
    assert len(long) == len(short) == COUNT - 3
    assert [shown(hit) for hit in long] == [shown(hit) for hit in short]
    assert [hit.id for hit in reversed(long.hits)] == [hit.id for hit in reversed(short.hits)]
    assert long.hits == short.hits
    assert short.hits == long.hits
    assert hash(long.hits) == hash(short.hits)
    assert long.to_dict()["hits"] == short.to_dict()["hits"]


@pytest.mark.parametrize("index", [0, 5, -1, 36, 37, 38, np.int64(40)])
def test_one_hit(results: tuple[searchkit.SearchResult, ...], index: int) -> None:
    long, short = results
    assert shown(long[index]) == shown(short[index])


@pytest.mark.parametrize("part", [slice(3), slice(30, 80), slice(5, 1), slice(None, None, -7), slice(690, 900)])
def test_some_hits(results: tuple[searchkit.SearchResult, ...], part: slice) -> None:
    long, short = results
    assert isinstance(long[part], tuple)
    assert [shown(hit) for hit in long[part]] == [shown(hit) for hit in short[part]]


def test_no_hit(results: tuple[searchkit.SearchResult, ...]) -> None:
    with pytest.raises(IndexError):
        results[0][COUNT]


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 2, 1, 0], [0, 0, 1, 1], [5, 6, 5, 7, 6, 9, 8, 0]])
def test_articles_in_any_order(results: tuple[searchkit.SearchResult, ...], order: list[int]) -> None:
    """Hits read in order are read together; each still shows its own article."""
    long, short = results
    page = long[:10]
    assert [page[index].article for index in order] == [short[index].article for index in order]
    assert [page[index].title for index in order] == [short[index].title for index in order]


def test_articles_are_read_together(results: tuple[searchkit.SearchResult, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    read = local_hits.HitSource.articles

    def counted(source: local_hits.HitSource, docs: Ints) -> list[CachedArticle]:
        reads.append(len(docs))
        return read(source, docs)

    monkeypatch.setattr(local_hits.HitSource, "articles", counted)
    page = results[0][:74]
    assert [hit.id for hit in page] == [hit.article.id for hit in page]
    assert reads == [36, 36]


def test_pickles_are_whole(results: tuple[searchkit.SearchResult, ...]) -> None:
    long, short = results
    again = pickle.loads(pickle.dumps(long))  # noqa: S301
    assert isinstance(again.hits, tuple)
    assert [shown(hit) for hit in again] == [shown(hit) for hit in short]
    assert repr(long.hits) == f"<{COUNT - 3} hits>"


def test_the_cache_is_left_alone(engine: LocalEngine, results: tuple[searchkit.SearchResult, ...]) -> None:
    """A long listing does not drive out what other searches have read."""
    cache = engine._current().snapshot.cache
    before = cache.size
    read = [hit.article for hit in engine.search("peace", limit=None)]
    kept = cache.size - before
    assert len(read) > 600
    # One article of each window is read alone.
    assert kept < len(read) / 37 * 3 * 2_500


def test_words_are_those_of_the_texts(results: tuple[searchkit.SearchResult, ...], engine: LocalEngine) -> None:
    for hit in results[1][:20]:
        assert hit.words == pickle.loads(pickle.dumps(hit)).words  # noqa: S301
        assert engine.search(f"words:{hit.words} id:{hit.id}").total == 1
        assert engine.search(f"words:..{hit.words - 1} id:{hit.id}").total == 0
