"""Pages of any length, points in time that are lost, and listings, on a real cluster."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

import searchkit
from searchkit.aggregations.stats import count_stats
from searchkit.engines.base import check_terms
from searchkit.engines.opensearch import listing, searching
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.filters import filter_query
from searchkit.engines.opensearch.listing import count_cluster, find_oldest, list_articles, list_terms, measure
from searchkit.engines.opensearch.place import Place
from searchkit.engines.opensearch.searching import Search, Searcher, read_record
from searchkit.query.nodes import Dates
from searchkit.query.score_options import Recency
from searchkit.schema import printed_micros
from searchkit.testing.collection import DAY, collection
from tests.opensearch.archives import new_place, passing, through
from tests.opensearch.faulty_host import FaultyHost

PEACE = {"term": {"body.stem": {"value": "peac"}}}
DAY_LENGTH = 86_400e6
RECENCY = Recency(DAY_LENGTH, printed_micros(DAY) + 40 * int(DAY_LENGTH), printed_micros(DAY))


@pytest.fixture(scope="module")
def place(cluster: str) -> Iterator[Place]:
    """An archive of three shards that has the collection."""
    with new_place(cluster) as made:
        with searchkit.open(made.text, create=True, shards=3, replicas=0) as engine:
            engine.add(collection())
        yield made


@pytest.fixture
def searcher(place: Place) -> Iterator[Searcher]:
    cluster = Cluster(place)
    yield Searcher(cluster, place.name)
    cluster.close()


@pytest.mark.parametrize(
    ("sort", "recency"), [("relevance", None), ("relevance", RECENCY), ("date", None), ("-date", RECENCY)]
)
def test_pages_are_parts_of_the_whole(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, sort: searchkit.model.Sort, recency: Recency | None
) -> None:
    """However many requests they take."""

    def find(limit: int | None, offset: int = 0) -> tuple[int, searching.Page]:
        options = searchkit.SearchOptions(limit=limit, offset=offset, sort=sort)
        return searcher.find(Search(PEACE, options, recency))

    total, whole = find(200)
    assert len(whole.ids) == len(set(whole.ids)) == total > 50
    for first_page, window, short in ((1_000, 10_000, 256), (7, 60, 3), (80, 50, 2)):
        monkeypatch.setattr(searching, "FIRST_PAGE", first_page)
        monkeypatch.setattr(searching, "MAX_WINDOW", window)
        monkeypatch.setattr(searching, "SHORT_PAGE", short)
        for offset, limit in itertools.product((0, 3, total - 1, total + 9), (None, 0, 30, 200)):
            found, page = find(limit, offset)
            stop = None if limit is None else offset + limit
            assert found == total
            assert page.ids == whole.ids[offset:stop], (first_page, offset, limit)
            assert page.scores == whole.scores[offset:stop]
            if page.records:
                assert [read_record(record).article.id for record in page.records] == page.ids


def test_articles_are_in_the_order_of_faded_scores(searcher: Searcher) -> None:
    by_id = {article.id: article for article in collection()}
    options = searchkit.SearchOptions(limit=None)
    _, plain = searcher.find(Search(PEACE, options, None))
    _, faded = searcher.find(Search(PEACE, options, RECENCY))
    dates = {found: None if (date := by_id[found].date) is None else printed_micros(date) for found in plain.ids}
    scores = dict(zip(plain.ids, plain.scores, strict=True))

    def key(article_id: str) -> tuple[float, bool, int, str]:
        date = dates[article_id]
        rank_score = RECENCY.rank_score(scores[article_id], date)
        return -round(rank_score, 9), date is None, -(date or 0), article_id

    assert faded.ids == sorted(plain.ids, key=key) != plain.ids
    expected = [scores[found] * RECENCY.factor(dates[found]) for found in faded.ids]
    assert list(faded.scores) == pytest.approx(expected, rel=1e-12)
    assert faded.youngest == max(date for date in dates.values() if date is not None)


class Losing:
    """Requests to a cluster that loses a point in time after each page."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened = self.lost = 0
        request = Cluster.request

        def losing(cluster: Cluster, method: str, path: str, **options: Any) -> Any:
            answer = request(cluster, method, path, **options)
            self.opened += path.endswith("/point_in_time") and method == "POST"
            if isinstance(options.get("body"), Mapping) and (point := options["body"].get("pit")):
                request(cluster, "DELETE", "/_search/point_in_time", body={"pit_id": [point["id"]]})
                self.lost += 1
            return answer

        monkeypatch.setattr(Cluster, "request", losing)


def test_a_lost_point_in_time_is_opened_again_behind_the_last_hit(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = searchkit.SearchOptions(limit=None)
    total, whole = searcher.find(Search(PEACE, options, None))
    monkeypatch.setattr(searching, "FIRST_PAGE", 1)
    monkeypatch.setattr(searching, "MAX_WINDOW", 10)
    losing = Losing(monkeypatch)
    for sort in ("relevance", "date", "-date"):
        changed = searchkit.SearchOptions(limit=None, sort=sort)
        found, page = searcher.find(Search(PEACE, changed, RECENCY))
        assert (found, sorted(page.ids)) == (total, sorted(whole.ids))
    assert searcher.find(Search(PEACE, options, None))[1].ids == whole.ids
    # By relevance, a page is first read anew some times.
    assert losing.opened == losing.lost == 4 * (total // 10 + 1) + 2 * 2 * searching.MAX_LOSSES
    monkeypatch.setattr(listing, "IDS_AT_ONCE", 50)
    monkeypatch.setattr(listing, "ARTICLES_AT_ONCE", 20)
    assert [stored.article for stored in list_articles(searcher)] == sorted(collection(), key=lambda one: one.id)


def test_a_page_by_relevance_is_of_one_point_in_time(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the cluster loses it, and scores are others meanwhile."""
    words = [f"{'peace ' * (number % 9 + 1)}{'talks ' * (number % 7)}" for number in range(60)]
    request = Cluster.request
    lost: list[str] = []

    def losing_once(asked: Cluster, method: str, path: str, **options: Any) -> Any:
        answer = request(asked, method, path, **options)
        if not lost and isinstance(options.get("body"), Mapping) and "pit" in options["body"]:
            lost.append(options["body"]["pit"]["id"])
            request(asked, "DELETE", "/_search/point_in_time", body={"pit_id": lost})
            with searchkit.open(made.text) as other:  # peace says less now
                other.add([searchkit.Article(f"new{number}", body="peace") for number in range(200)])
        return answer

    with new_place(cluster) as made, searchkit.open(made.text, create=True, replicas=0) as engine:
        engine.add([searchkit.Article(f"a{number}", body=text) for number, text in enumerate(words)])
        monkeypatch.setattr(searching, "MAX_WINDOW", 20)
        pages = []
        for replacement in (request, losing_once, request):
            monkeypatch.setattr(Cluster, "request", replacement)
            pages.append([hit.id for hit in engine.search("peace OR talks", limit=60).hits])
    assert lost
    assert pages[0] != pages[1] == pages[2]


def test_of_many_searches_those_are_sent_again_that_are_refused_for_now(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[searching.Json] = [{"query": PEACE, "size": size, "sort": ["id"]} for size in range(5)]
    expected = [answer["hits"] for answer in searcher.search_many(bodies)]
    request, sent = Cluster.request, []
    error = {"type": "rejected_execution_exception", "reason": "busy"}

    def refusing(asked: Cluster, method: str, path: str, **options: Any) -> Any:
        answer = request(asked, method, path, **options)
        sent.append(len(answer["responses"]))
        if len(sent) < 3:
            answer["responses"][1:4:2] = [{"error": {"root_cause": [error], **error}, "status": 429}] * len(
                answer["responses"][1:4:2]
            )
        return answer

    monkeypatch.setattr(Cluster, "request", refusing)
    assert [answer["hits"] for answer in searcher.search_many(bodies)] == expected
    assert sent == [5, 2, 1]


def test_a_search_that_takes_too_long_is_an_error(searcher: Searcher) -> None:
    """The cluster looks at its clock now and then, so the first one may be answered in time."""
    slow = "double x = 0; for (int i = 0; i < 200000; i++) { x += Math.log(i + 1) } return x"
    query = {"function_score": {"query": {"match_all": {}}, "script_score": {"script": {"source": slow}}}}
    body = {"query": query, "timeout": "1nanos"}
    for ask in (searcher.search, lambda body: searcher.search_many([{"query": PEACE}, body])):
        with pytest.raises(searchkit.StorageError, match=r"longer than the cluster allows.*default_search_timeout"):
            for _ in range(20):
                ask(body)


def test_searches_that_the_cluster_refuses_are_errors(searcher: Searcher) -> None:
    body = {"query": {"match": {"title.stem": {"query": "x"}}}, "sort": ["no_such_field"]}
    for ask in (searcher.search, lambda body: searcher.search_many([{"query": PEACE}, body])):
        with pytest.raises(searchkit.StorageError, match=r"no_such_field"):
            ask(body)
    gone = Searcher(searcher.cluster, "test-there-is-no-such-index")
    for read in (lambda: gone.read(["c/1"]), lambda: gone.count(PEACE), lambda: list(list_articles(gone))):
        with pytest.raises(searchkit.StorageError, match="no such index"):
            read()


def test_many_searches_are_answered_as_one_by_one(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MAX_BODIES", 3)
    bodies: list[searching.Json] = [{"query": PEACE, "size": size, "sort": ["id"]} for size in range(8)]
    assert [answer["hits"] for answer in searcher.search_many(bodies)] == [searcher.search(body)["hits"] for body in bodies]


def test_parts_without_dates_in_a_range_are_skipped_where_nothing_is_scored(cluster: str) -> None:
    """Where there are more than 128 shards, the cluster does it of itself."""
    articles = [
        searchkit.Article(f"{year}", body="Peace.", date=datetime(year, 7, 1, tzinfo=UTC))
        for year in (1923, 2019, 2020, 2021)
    ]
    dated = filter_query(Dates(datetime(2019, 1, 1), datetime(2020, 12, 31)))
    query = {"bool": {"must": [PEACE], "filter": [dated]}}
    with new_place(cluster) as new, FaultyHost(passing(cluster)) as host:
        with searchkit.open(new.text, create=True, replicas=0, partition="year") as engine:
            engine.add(articles)
        searcher = Searcher(through(host, new), new.name)
        options = searchkit.SearchOptions()
        assert searcher.count(query) == 2
        searcher.find(Search(query, options, None))
        paths = [path for path in host.asked if "/_search?" in path]
        types = re.findall("search_type=([a-z_]+)", " ".join(paths))
        assert types == ["query_then_fetch", "dfs_query_then_fetch"]
        answer = searcher.cluster.request(
            "POST",
            f"/{new.name}/_search",
            params={"search_type": types[0], "pre_filter_shard_size": 1},
            body={"query": query, "size": 0},
        )
        assert (answer["hits"]["total"]["value"], answer["_shards"]["total"], answer["_shards"]["skipped"]) == (2, 5, 3)
        searcher.cluster.close()


def test_articles_are_read_by_id(searcher: Searcher) -> None:
    articles = {article.id: article for article in collection()}
    assert {one: stored.article for one, stored in searcher.read(["c/3", "nowhere", "c/9"]).items()} == {
        name: articles[name] for name in ("c/3", "c/9")
    }


@pytest.mark.parametrize(("buckets", "limits"), [(2, (0, 1, 3)), (40, (None,)), (5_000, (None, 0, 1, 3, 1_000))])
def test_terms_are_listed_in_the_order_of_their_characters(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, buckets: int, limits: tuple[int | None, ...]
) -> None:
    monkeypatch.setattr(listing, "BUCKETS_AT_ONCE", buckets)
    with searchkit.open("memory:") as memory:
        memory.add(collection())
        for field in ("author", "source", "section", "topic", "lang", "url", "id"):
            every = memory.terms(field, limit=None)
            for prefix in ("", "c", "c/1", "c/11", "li", "w", "http", "\0", "c\0", "\ue000", "d", "z"):
                normalized, _ = check_terms(field, prefix, None)
                expected = tuple([each for each in every if each[0].startswith(normalized)])
                for limit in limits:
                    assert list_terms(searcher, field, normalized, limit) == expected[:limit], (field, prefix, limit)


def test_what_an_archive_holds_is_counted(searcher: Searcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for buckets in (3, 5_000):
        monkeypatch.setattr(listing, "BUCKETS_AT_ONCE", buckets)
        assert count_cluster(searcher) == count_stats(collection())
    dates = [printed_micros(article.date) for article in collection() if article.date is not None]
    assert find_oldest(searcher) == min(dates)
    assert searcher.count(PEACE) == searcher.find(Search(PEACE, searchkit.SearchOptions(limit=0), None))[0]
    size, segments = measure(searcher)
    assert size > 10_000
    assert segments >= 3
