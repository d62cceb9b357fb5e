"""An archive in a cluster is merged into one segment for each shard, whatever others do
meanwhile."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

import searchkit
from searchkit import Article
from searchkit.engines.opensearch import optimizing
from searchkit.engines.opensearch.mapping import article_index
from searchkit.engines.opensearch.place import Place
from tests.opensearch.archives import as_answer, forward, get_json, new_place
from tests.opensearch.faulty_host import FaultyHost, Request, as_json


@pytest.fixture
def place(cluster: str) -> Iterator[Place]:
    with new_place(cluster, "optimize") as found:
        yield found


def articles(*numbers: int) -> list[Article]:
    return [Article(f"a{number}", "Report", f"Peace talks in room{number}.") for number in numbers]


def counted(place: Place) -> dict[str, tuple[int, int]]:
    """The articles of each segment that searches read, and the deleted ones, by shard and
    segment."""
    index = article_index(place.name, 1)
    shards = get_json(place, f"/{index}/_segments")["indices"][index]["shards"]
    return {
        f"{number}{name}": (segment["num_docs"], segment["deleted_docs"])
        for number, copies in shards.items()
        for name, segment in copies[0]["segments"].items()
        if segment["search"]
    }


def scores(engine: searchkit.Engine) -> dict[str, float]:
    return {hit.id: hit.score for hit in engine.search("peace room7", match_any=True, limit=None)}


def test_deleted_articles_count_no_more(place: Place, cluster: str) -> None:
    """Afterwards the scores are those of an archive that never had them."""
    with new_place(cluster, "optimize") as other, searchkit.open(other.text, create=True, replicas=0) as fresh:
        fresh.add(articles(7, *range(20, 40)))
        expected = scores(fresh)
    with searchkit.open(place.text, create=True, replicas=0) as engine:
        assert engine.optimize() == 0
        for first in (0, 20):
            engine.add(articles(*range(first, first + 20)))
        engine.delete([f"a{number}" for number in range(20) if number != 7])
        with searchkit.open(place.text) as reader:
            hits = reader.search("room7").hits
            generation = engine.stats().generation
            assert scores(engine).keys() == expected.keys()
            assert not math.isclose(scores(engine)["a7"], expected["a7"], rel_tol=1e-3)
            assert engine.optimize() == engine.stats().segments == 1
            assert list(counted(place).values()) == [(21, 0)]
            assert scores(engine) == scores(reader) == pytest.approx(expected)
            assert [hit.article.body for hit in hits] == ["Peace talks in room7."]
        assert engine.stats().generation == generation
        engine.delete(expected)
        assert engine.stats().articles == 0


def test_who_writes_meanwhile_loses_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimizing, "RELEASE_SECONDS", 0.0)
    with searchkit.open(place.text, create=True, shards=2, replicas=0) as engine, ThreadPoolExecutor(1) as pool:
        engine.add(articles(*range(100)))

        def write() -> None:
            with searchkit.open(place.text) as writer:
                for number in range(0, 100, 50):
                    writer.delete([f"a{one}" for one in range(number, number + 25)])
                    writer.add(articles(*range(number + 100, number + 125)))

        writing = pool.submit(write)
        rounds = 0
        while not writing.done() or rounds == 0:
            engine.optimize()
            rounds += 1
        writing.result()
        assert engine.optimize() == 2
        assert {one.article.id for one in engine.articles()} == {
            f"a{number}" for number in range(200) if (number % 50 < 25) is (number >= 100)
        }


def test_an_old_cluster_is_asked_in_one_request(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is waited for where a proxy gave up: OpenSearch before 2.7 has no tasks of merges that
    can be asked for."""
    monkeypatch.setattr(optimizing, "_MAX_DELAY", 0.01)
    waits: list[str] = []

    def answer(request: Request) -> bytes:
        path = request.path.partition("?")[0]
        if path.endswith("/_forcemerge"):
            if "wait_for_completion" in request.path:
                reason = f"request [{path}] contains unrecognized parameter: [wait_for_completion]"
                return as_answer(
                    400, json.dumps({"error": {"type": "illegal_argument_exception", "reason": reason}}).encode()
                )
            waits.append("merge")
            if len(waits) == 1:
                return b"HTTP/1.1 504 X\r\ncontent-type: text/html\r\ncontent-length: 11\r\n\r\nGateway too"
        if path == "/_tasks":
            waits.append("look")
            name = article_index(place.name, 1)
            tasks = {"n:1": {"description": f"Force-merge indices [{name}], maxSegments[1]"}} if len(waits) < 4 else {}
            return as_json({"nodes": {"n": {"tasks": tasks}}})
        return as_answer(*forward(cluster, request))

    with searchkit.open(place.text, create=True, replicas=0) as engine:
        for number in range(3):
            engine.add(articles(number))
    with FaultyHost(answer) as host, searchkit.open(f"opensearch://{host.address}/{place.name}") as engine:
        assert engine.optimize() == 1
    assert waits == ["merge", "look", "look", "look", "merge"]
    assert len(counted(place)) == 1


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (
            {"completed": True, "error": {"type": "io", "reason": "the disk is full"}},
            "could not merge segments: the disk is full",
        ),
        (
            {"completed": True, "response": {"_shards": {"failures": [{"reason": {"reason": "no space left"}}]}}},
            "1 shard of NAME could not be merged (no space left); articles are as they were",
        ),
    ],
)
def test_a_merge_that_fails_is_an_error(place: Place, cluster: str, found: object, message: str) -> None:
    def answer(request: Request) -> bytes:
        if re.match(r"/_tasks/\w", request.path):
            return as_json(found)
        return as_answer(*forward(cluster, request))

    with searchkit.open(place.text, create=True, replicas=0) as engine:
        engine.add(articles(1))
    with FaultyHost(answer) as host, searchkit.open(f"opensearch://{host.address}/{place.name}") as engine:
        with pytest.raises(searchkit.StorageError) as caught:
            engine.optimize()
        assert message.replace("NAME", article_index(place.name, 1)) in str(caught.value)
