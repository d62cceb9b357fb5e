"""What is special to the engine of an archive in a cluster: what it fetches, what others write, and
how it ends."""

from __future__ import annotations

import copy
import pickle
import random
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import searchkit
from searchkit import Article, Engine
from searchkit.engines.long_page import LongPage
from searchkit.engines.opensearch import searching
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import Cluster, Connection
from searchkit.engines.opensearch.documents import document_id
from searchkit.engines.opensearch.mapping import article_index
from searchkit.engines.opensearch.place import Place
from searchkit.testing.collection import QUERIES, WORDS, collection
from tests.opensearch.answers import counting_answers
from tests.opensearch.archives import new_place, passing
from tests.opensearch.faulty_host import FaultyHost, Request, as_json

COUNT = 3_000


@pytest.fixture(scope="module")
def large(cluster: str) -> Iterator[Engine]:
    """An archive of COUNT articles. Each has three of many rare words beside frequent ones."""
    rng = random.Random(3)

    def text(number: int) -> str:
        words = [rng.choice(WORDS) for _ in range(12)]
        for at in (2, 5, 8):
            words[at] = f"rare{number * at % 101}"
        return " ".join(words)

    with new_place(cluster) as place, searchkit.open(place.text, create=True, shards=3, replicas=0) as engine:
        engine.add(Article(f"n/{number}", text(number)[:20], text(number)) for number in range(COUNT))
        yield engine


@pytest.fixture
def place(cluster: str) -> Iterator[Place]:
    """A place without an archive."""
    with new_place(cluster) as made:
        yield made


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    """An empty archive."""
    with searchkit.open(place.text, create=True, shards=1, replicas=0) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "candidates"),
    [
        ("peace talks", ""),
        ("*", ""),
        ("-peace OR pric*", ""),
        ('"peace talks" OR peace w/3 oil', ""),
        ("peace not w/3 talks", ""),
        ("(peace w/3 talks) w/5 rare7", "peace talks rare7"),
        ("atleast9(rare8 OR rare16)", "rare8 OR rare16"),
        ("peac~ w/2 rare9", "peac~ rare9"),
    ],
)
def test_a_search_fetches_what_it_shows_and_what_it_has_to_verify(large: Engine, query: str, candidates: str) -> None:
    """Not the articles that it finds: an engine that did would find the same."""
    verified = large.search(candidates, limit=0).total if candidates else 0
    assert verified < COUNT / 10
    for limit, offset in ((0, 0), (1, 0), (10, 0), (10, 25), (300, 0)):
        with counting_answers() as answered:
            result = large.search(query, limit=limit, offset=offset)
        assert answered.hits <= len(result) + verified
        assert answered.articles <= (len(result) if limit <= searching.SHORT_PAGE else 0) + verified
    with counting_answers() as answered:
        explanation = large.explain(query)
    assert explanation.total == result.total
    assert answered.hits <= 3 * verified  # each part that has to be verified is one


def test_statistics_and_terms_fetch_no_articles(large: Engine) -> None:
    with counting_answers() as answered:
        assert large.stats().articles == COUNT
        assert large.terms("id", "n/29", limit=3) == (("n/29", 1), ("n/290", 1), ("n/2900", 1))
    assert answered.articles == 0


def test_a_long_page_reads_articles_when_they_are_asked_for(large: Engine) -> None:
    with counting_answers() as answered:
        long = large.search("peace", limit=None)
    assert answered.articles == 0
    assert isinstance(long.hits, LongPage)
    assert len(long) == long.total > 1_000
    with counting_answers() as answered:
        shown = [(hit.id, hit.score, hit.title, hit.snippets) for hit in long]
    assert answered.articles == len(long)
    assert answered.requests < len(long) / 100
    short = [hit for offset in range(0, len(long), 250) for hit in large.search("peace", limit=250, offset=offset)]
    assert [(hit.id, hit.score, hit.title, hit.snippets) for hit in short] == shown
    assert long.hits == tuple(short)
    assert (long.hits[7], long.hits[-1]) == (short[7], short[-1])
    assert pickle.loads(pickle.dumps(long.hits[:3]))[2].title == short[2].title  # noqa: S301
    part = large.search("peace", limit=300)
    assert copy.deepcopy(part).hits == part.hits


def test_a_hit_whose_article_was_deleted_meanwhile_says_so(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.add([Article(str(number), f"Peace {number}") for number in range(9)])
    monkeypatch.setattr(searching, "SHORT_PAGE", 2)
    hits = engine.search("peace", limit=5).hits
    engine.delete([hits[1].id, hits[3].id])
    assert hits[0].title == f"Peace {hits[0].id}"
    window = hits[:]
    for index, hit in enumerate(window):
        if index in (1, 3):
            with pytest.raises(searchkit.UnknownArticle, match=f'"{hit.id}"'):
                _ = hit.title
        else:
            assert hit.title == f"Peace {hit.id}"


def test_what_others_write_is_found_at_once_and_counted_after_refresh(engine: Engine, place: Place) -> None:
    engine.add([Article("a", body="peace")])
    with searchkit.open(place.text) as other:
        assert (other.search("peace").generation, other.search("peace").articles) == (1, 1)
        engine.add([Article("b", body="peace")])
        result = other.search("peace")
        assert (result.total, result.articles, result.generation) == (2, 1, 1)
        assert other.refresh()
        assert not other.refresh()
        result = other.search("peace")
        assert (result.total, result.articles, result.generation) == (2, 2, 2)
        assert repr(other) == f"<OpenSearchEngine of {place.text}: 2 articles, generation 2>"
        assert other.stats().generation == 2
        other.delete(["a"])
        assert (other.search("peace").articles, other.search("peace").generation) == (1, 3)


def test_a_pattern_that_stands_for_many_words_finds_the_same(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a cluster takes beside proximity (1,024)."""
    many = " ".join(f"ab{number:04}" for number in range(1_500))
    articles = [
        Article("many", body=f"{many} end"),
        Article("near", body="ab0007 end"),
        Article("far", body="abc d e f end"),
    ]
    engine.add(articles)
    for query, found in (("ab* w/2 end", {"many", "near"}), ('"ab* end"', {"many", "near"})):
        assert {hit.id for hit in engine.search(query)} == found
        assert engine.explain(query).total == 2
        results = engine.search_many([query, "end", query])
        assert [{hit.id for hit in result} for result in results] == [found, {"many", "near", "far"}, found]


def test_one_shard_and_three_give_the_same_scores_and_order(cluster: str) -> None:
    with (
        new_place(cluster) as one,
        new_place(cluster) as other,
        searchkit.open(one.text, create=True, shards=1, replicas=0) as single,
        searchkit.open(other.text, create=True, shards=3, replicas=0) as divided,
    ):
        for each in (single, divided):
            each.add(collection())
        for query in QUERIES:
            found, expected = ([(hit.id, hit.score) for hit in each.search(query, limit=None)] for each in (single, divided))
            assert found == expected, query


def test_threads_can_search_at_once(large: Engine) -> None:
    queries = ["peace", "peace talks", '"peace talks"', "(peace w/3 talks) w/5 rare7", "*"] * 4
    expected = [(result.total, result.hits) for result in large.search_many(queries)]
    with ThreadPoolExecutor(8) as threads:
        assert [(result.total, result.hits) for result in threads.map(large.search, queries)] == expected


def test_threads_can_write_at_once(engine: Engine) -> None:
    def add(number: int) -> searchkit.IndexReport:
        articles = [Article(f"{number}/{each}", body="peace") for each in range(5)]
        return engine.add([*articles, Article("same", str(number))], wait=60)

    with ThreadPoolExecutor(4) as threads:
        reports = list(threads.map(add, range(4)))
    assert sorted(report.generation for report in reports) == [1, 2, 3, 4]
    assert engine.search("peace").total == 20
    assert engine.search("*").articles == engine.stats().articles == 21
    assert engine.get("same").title in "0123"
    assert engine.delete(["same"]) == 1


def test_terms_are_in_the_order_of_code_points(engine: Engine) -> None:
    """Which is not that of UTF-16."""
    ids = ["\U00010400", "\uffee", "\U0010ffffx", "\ue000", "\U00010400a", "z", "\ud7ff\U0010ffff"]
    engine.add([Article(each) for each in ids])
    assert engine.terms("id") == tuple((each, 1) for each in sorted(ids))
    for prefix in ids:
        assert engine.terms("id", prefix) == tuple((each, 1) for each in sorted(ids) if each.startswith(prefix))
    assert [stored.article.id for stored in engine.articles()] == sorted(ids)


def test_archives_can_have_names_in_any_script(cluster: str) -> None:
    with new_place(cluster, "новости") as place, searchkit.open(place.text, create=True, shards=1, replicas=0) as engine:
        engine.add([Article("a", "Peace", "Peace talks of Karabakh")])
        for query in ("peace", "(peace w/3 talks) w/5 karabakh"):
            assert [hit.title for hit in engine.search(query)] == ["Peace"]
        assert engine.get("a").title == "Peace"
        assert engine.stats().articles == len(list(engine.articles())) == 1
        assert engine.delete(["a"]) == 1


def test_long_phrases_patterns_and_weights_are_answered(engine: Engine) -> None:
    words = [f"w{number}" for number in range(60)]
    engine.add(
        [Article("a", body=" ".join(words)), Article("b", body=" ".join(reversed(words))), Article("c", body="123456")]
    )
    weighted = "(" * 7 + "w1" + ")^1000000" * 7
    for query, found in (
        (f'"{" ".join(words)}"', {"a"}),
        (f'"{" ".join(words[:30])}" w/9 w38', {"a"}),
        (r"/\d\d\d\d\d\d/", {"c"}),
        (r"/\d\d\d\d\d/", set[str]()),
        (weighted, {"a", "b"}),
    ):
        assert {hit.id for hit in engine.search(query)} == found, query[:40]


def test_an_id_that_is_no_text_is_that_of_no_article(engine: Engine) -> None:
    with pytest.raises(searchkit.UnknownArticle):
        engine.get("\ud800")
    assert engine.delete(["\ud800"]) == 0


def test_it_says_what_it_lacks(engine: Engine) -> None:
    capabilities = (searchkit.RootSync, searchkit.Verifiable, searchkit.Optimizable, searchkit.SnapshotIsolation)
    assert [isinstance(engine, capability) for capability in capabilities] == [True, True, True, False]


def test_a_closed_engine_does_nothing(engine: Engine) -> None:
    engine.add([Article("a", body="peace")])
    engine.close()
    calls: list[Callable[[], Any]] = [
        lambda: engine.add([Article("b")]),
        lambda: engine.delete(["a"]),
        lambda: engine.undelete(["a"]),
        engine.tombstones,
        lambda: engine.search("peace"),
        lambda: engine.search_many(["peace"]),
        lambda: engine.explain("peace"),
        lambda: engine.get("a"),
        lambda: engine.terms("id"),
        engine.articles,
        lambda: engine.marks(Article("a"), "peace"),
        engine.stats,
        engine.refresh,
    ]
    for call in calls:
        with pytest.raises(searchkit.EngineClosed, match=r"opensearch://.* is closed; open it again with searchkit\.open"):
            call()
    assert repr(engine).endswith(": closed>")


def test_what_outlives_a_closed_engine_reads_no_more(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would open connections that nobody closes."""
    monkeypatch.setattr(searching, "SHORT_PAGE", 2)
    engine.add([Article(str(number), f"Peace {number}") for number in range(5)])
    short, long = engine.search("peace", limit=2).hits, engine.search("peace", limit=5).hits
    window, articles = long[:], engine.articles()
    titles = [short[0].title, window[0].title, next(articles).article.title]
    assert all(title.startswith("Peace ") for title in titles)
    engine.close()
    reads: list[Callable[[], Any]] = [
        lambda: long[4].title,
        lambda: window[1].title,
        lambda: pickle.dumps(long),
        lambda: next(articles),
    ]
    with counting_answers() as answered:
        for read in reads:
            with pytest.raises(searchkit.EngineClosed, match=r"opensearch://.* is closed"):
                read()
    assert answered.articles == 0
    assert [hit.title for hit in short] + [window[0].title] == [f"Peace {hit.id}" for hit in (*short, window[0])]


def test_a_search_during_a_refresh_counts_as_of_one_moment(
    engine: Engine, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[tuple[int | None, int, str]] = []
    count = ArchiveIndex.count

    def count_and_search(archive: ArchiveIndex) -> int:
        result = other.search("peace")
        counted.append((result.generation, result.articles, repr(other)))
        return count(archive)

    with searchkit.open(place.text) as other:
        before = (0, 0, repr(other))
        engine.add([Article("a", body="peace")])
        with monkeypatch.context() as patch:
            patch.setattr(ArchiveIndex, "count", count_and_search)
            assert other.refresh()
        result = other.search("peace")
    assert (counted, result.generation, result.articles) == ([before], 1, 1)


def test_searches_that_a_busy_cluster_refuses_are_not_sent_again_one_by_one(place: Place, cluster: str) -> None:
    busy = {"type": "rejected_execution_exception", "reason": "rejected execution of coordinating operation"}

    def answer(request: Request) -> bytes:
        if request.path.endswith("/_msearch"):
            return as_json({"responses": [{"error": {"root_cause": [busy], **busy}, "status": 429}] * 3})
        return passing(cluster)(request)

    searchkit.open(place.text, create=True, shards=1, replicas=0).close()
    with FaultyHost(answer) as host:
        options = searchkit.Connection(timeout=1)
        with searchkit.open(f"opensearch://{host.address}/{place.name}", connection=options) as engine:
            host.requests.clear()
            with pytest.raises(searchkit.StorageError, match="has too much to do"):
                engine.search_many(["peace", "talks", "oil"])
    assert set(host.asked) == {f"POST /{place.name}/_msearch"}


def test_a_query_that_exceeds_a_limit_is_shown_also_where_it_is_one_of_many(engine: Engine) -> None:
    engine.add([Article("a", body="peace")])
    wrong = "/(a|b){900}c(d|e){900}/"
    with pytest.raises(searchkit.QueryError) as alone:
        engine.search(wrong)
    with pytest.raises(searchkit.QueryError) as error:
        engine.search_many(["peace", wrong])
    assert (error.value.query, str(error.value)) == (wrong, str(alone.value))


def test_a_cluster_that_is_away_is_an_error() -> None:
    with pytest.raises(searchkit.StorageError, match="cannot be reached"):
        searchkit.open("opensearch://127.0.0.1:9/news")


@pytest.mark.parametrize(
    ("capability", "message"),
    [
        (searchkit.SnapshotIsolation, "an archive on a cluster serves no generation, but what the cluster holds now;"),
    ],
)
def test_a_capability_that_the_engine_lacks(engine: Engine, capability: Any, message: str) -> None:
    assert not isinstance(engine, capability)
    names = [name for name in vars(capability) if not name.startswith("_")]
    assert names
    for name in names:
        with pytest.raises(AttributeError) as caught:
            getattr(engine, name)
        assert str(caught.value).startswith(message)
    with pytest.raises(AttributeError, match="has no attribute 'serach'"):
        engine.serach  # type: ignore[attr-defined]  # noqa: B018


def test_the_variables_of_a_failed_start_can_be_shown(place: Place) -> None:
    """As a traceback with the variables of each function shows them."""
    with pytest.raises(searchkit.IndexMissing) as caught:
        searchkit.open(place.text)
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert f"self = <OpenSearchEngine of {place.text}: closed>" in told
    assert f"cluster = <Cluster of {place.text}>" in told
    with pytest.raises(searchkit.OptionError) as faulty:
        Cluster(place, Connection(timeout=0))
    told = "".join(traceback.TracebackException.from_exception(faulty.value, capture_locals=True).format())
    assert f"self = <Cluster of {place.text}>" in told


USES: tuple[Callable[[Engine], object], ...] = (
    lambda engine: engine.search("text"),
    lambda engine: engine.search("(text w/3 a) w/3 b"),
    lambda engine: engine.search_many(["text", "a"]),
    lambda engine: engine.search("text", limit=None),
    lambda engine: engine.get("a"),
    lambda engine: list(engine.articles()),
    lambda engine: engine.terms("section"),
    lambda engine: engine.stats(),
    lambda engine: engine.explain("text"),
    lambda engine: engine.explain_score("text", "a"),
    lambda engine: engine.refresh(),
    lambda engine: engine.add([Article("b", "Title", "Text.")]),
    lambda engine: engine.delete(["a"]),
)


def test_an_archive_that_was_closed_or_deleted_beneath_an_engine_says_so(engine: Engine, place: Place) -> None:
    engine.add([Article("a", "Title", "Text.")])
    index = article_index(place.name, 1)
    uses: list[Callable[[Engine], object]] = [*USES, lambda _: searchkit.open(place.text)]
    Cluster(place).request("POST", f"/{index}/_close")
    opened = rf"the index {index} is closed\. It is opened by: curl -X POST '{place.hosts[0]}/{index}/_open'$"
    for use in uses:
        with pytest.raises(searchkit.StorageError, match=opened):
            use(engine)
    Cluster(place).request("POST", f"/{index}/_open")
    Cluster(place).request("GET", f"/_cluster/health/{index}", params={"wait_for_no_initializing_shards": True})
    assert engine.search("text").total == 1
    Cluster(place).request("DELETE", f"/{index}")
    for use in uses:
        with pytest.raises(
            searchkit.IndexMissing, match=f"{place.text} has no archive any more|^there is no index at {place.text}"
        ):
            use(engine)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"id": "b", "article": "[1, 2]"}, "holds no record of an article, but '\\[1, 2\\]'"),
        ({"id": "b", "article": "{"}, "holds no record of an article, but '{'"),
        ({"id": "b", "article": "[" + "null," * 14 + "null]"}, "holds no record of an article"),
        ({"id": "b"}, "holds no record of an article, but 'None'"),
        ({"article": "[]"}, "it has no id"),
    ],
)
def test_a_document_of_another_program_is_damage(
    engine: Engine, place: Place, document: dict[str, str], reason: str
) -> None:
    engine.add([Article("a", "Title", "Text.")])
    path = f"/{place.name}/_doc/{document_id('b')}"
    Cluster(place).request("PUT", path, params={"refresh": True}, body=document)
    uses: list[Callable[[Engine], object]] = [
        lambda engine: [hit.headline for hit in engine.search("*")],
        lambda engine: list(engine.articles()),
    ]
    if "id" in document:
        uses.append(lambda engine: engine.get("b"))
    for use in uses:
        with pytest.raises(searchkit.CorruptIndex, match=reason):
            use(engine)
    assert engine.add([Article("b", "Title", "Text.")]).replaced == 1
    assert [hit.id for hit in engine.search("text", sort="date")] == ["a", "b"]
