"""Articles on a cluster: what is added is there, whatever happens to the writer or to the
cluster."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from pathlib import Path

import pytest

import searchkit
from searchkit import Article, Tombstone
from searchkit.engines.memory_store import MemoryIndex, MemoryStore
from searchkit.engines.opensearch import bulk, lease, store
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.bulk import BulkSender, make_delete, make_put
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.documents import document_id
from searchkit.engines.opensearch.place import Place
from searchkit.engines.opensearch.spool import Spool
from searchkit.engines.opensearch.store import ClusterStore
from searchkit.indexing.deletion import delete
from searchkit.indexing.entries import make_entry
from searchkit.indexing.opening import open_session
from searchkit.reports import Failure
from searchkit.schema import to_record
from searchkit.testing.archive import write
from tests.opensearch.archives import Writer, as_answer, forward, is_bulk, new_place, passing, through, writes
from tests.opensearch.faulty_host import HANG, FaultyHost, Request, as_json

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def place(cluster: str) -> Iterator[Place]:
    """A place where there is an archive."""
    with new_place(cluster, "store") as found:
        ArchiveIndex.open(Cluster(found), found, create=True, replicas=0)
        yield found


@pytest.fixture
def spread(cluster: str) -> Iterator[Place]:
    """A place where there is an archive of several shards."""
    with new_place(cluster, "store") as found:
        ArchiveIndex.open(Cluster(found), found, create=True, shards=3, replicas=0)
        yield found


def articles(*numbers: int, text: str = "Text") -> list[Article]:
    return [Article(f"a{number}", f"Title {number}", f"{text} {number}.") for number in numbers]


def writer(place: Place) -> Writer:
    return Writer(ArchiveIndex.open(Cluster(place), place))


def writer_through(host: FaultyHost, place: Place) -> Writer:
    cluster = through(host, place)
    return Writer(ArchiveIndex.open(cluster, cluster.place))


def texts(place: Place) -> dict[str, str]:
    """The bodies of all articles, by id."""
    with open_session(ClusterStore(writer(place).archive, dry_run=True)) as session:
        return {article.id: article.body for article, _, _ in session.store.iter_articles()}


def versions(place: Place) -> dict[str, tuple[int, int]]:
    """The number of the run that wrote each article, and the number of the change in it."""
    body = {"size": 10_000, "version": True, "docvalue_fields": ["id"], "_source": False}
    hits = Cluster(place).request("POST", f"/{place.name}/_search", body=body)["hits"]["hits"]
    return {hit["fields"]["id"][0]: divmod(hit["_version"], 2**32) for hit in hits}


def test_reports_count_what_changed(place: Place) -> None:
    archive = writer(place)
    report = archive.add(articles(1, 2, 3))
    assert (report.added, report.replaced, report.unchanged, report.generation, report.failures) == (3, 0, 0, 1, ())
    report = archive.add([*articles(3, 4), *articles(1, text="New"), *articles(4, text="Newer")])
    assert (report.added, report.replaced, report.unchanged, report.generation) == (1, 1, 1, 2)
    assert texts(place) == {"a1": "New 1.", "a2": "Text 2.", "a3": "Text 3.", "a4": "Newer 4."}
    assert archive.add(articles(2)).generation == 2
    assert archive.delete(["a1", "a2", "a9"]) == 2
    assert archive.tombstones() == (Tombstone("a1"), Tombstone("a2"))
    assert archive.add(articles(1)).added == 1
    assert archive.tombstones() == (Tombstone("a2"),)
    assert archive.undelete(["a2", "a1"]) == (Tombstone("a2"),)
    assert archive.tombstones() == ()
    assert (archive.archive.refresh(), archive.archive.generation, archive.archive.article_count) == (True, 5, 3)


def test_versions_grow_with_runs_and_changes(spread: Place) -> None:
    archive = writer(spread)
    archive.add(articles(1, 2))
    archive.add(articles(1, 2))  # a run that changes nothing
    archive.add(articles(2, 3, text="New"))
    assert versions(spread) == {"a1": (1, 1), "a2": (3, 1), "a3": (3, 2)}


def test_what_is_remembered_is_seen_by_all(place: Place) -> None:
    archive = writer(place)
    archive.add([Article("x" * 8_000, "T", "B"), *articles(1)])
    archive.delete(["x" * 8_000])
    assert writer(place).tombstones() == (Tombstone("x" * 8_000),)


def test_a_bad_article_changes_nothing(place: Place, cluster: str) -> None:
    writer(place).add(articles(1, 2))
    before = versions(place)

    def with_a_bad_one() -> Iterator[Article]:
        yield from articles(*range(1_000), text="New")
        yield Article("bad", "\ud800", "")

    with FaultyHost(passing(cluster)) as host:
        archive = writer_through(host, place)
        with pytest.raises(searchkit.ArticleError, match="half a surrogate pair"):
            archive.add(with_a_bad_one())
        with pytest.raises(ZeroDivisionError):
            archive.add(Article(f"b{1 // number}", "T", "B") for number in (1, 0))
        assert {path.partition("?")[0] for path in writes(host.requests)} == {
            f"POST /{archive.archive.state.name}/_update/run"  # the lease
        }
    assert versions(place) == before
    assert writer(place).archive.state.read_run() == (3, 1)


def test_nothing_is_looked_up_in_an_empty_archive(place: Place, cluster: str) -> None:
    with FaultyHost(passing(cluster)) as host:
        archive = writer_through(host, place)
        archive.add(articles(*range(1_000)))
        lookups = [request for request in host.requests if b'"ids"' in request.body]
        assert lookups == []
        archive.add(articles(*range(1_000)))
        lookups = [request for request in host.requests if b'"ids"' in request.body]
        assert len(lookups) == 4
        assert not any(b'"article"' in forward(cluster, request)[1] for request in lookups)


LONG = {
    "source": (
        Article("bad", "T", "B", source="x" * 9_000),
        "its source has 9,000 characters, and a cluster indexes values",
    ),
    "astral": (Article("bad", "T", "B", source="\U0001f600" * 5_000), "its source has 10,000 characters"),
}


@pytest.mark.parametrize("name", LONG)
def test_a_value_that_is_too_long_is_a_failure(place: Place, name: str) -> None:
    bad, reason = LONG[name]
    report = writer(place).add([*articles(1), bad, *articles(2)])
    assert (report.added, report.generation) == (2, 1)
    assert [(failure.path, failure.reason.startswith(reason)) for failure in report.failures] == [("bad", True)]
    assert texts(place).keys() == {"a1", "a2"}
    report = writer(place).add([bad])
    assert (report.added, report.generation, len(report.failures)) == (0, 1, 1)


def test_values_that_are_just_short_enough_are_found(place: Place) -> None:
    values = ["x" * 8_191, "é" * 8_191, "中" * 8_191, "\U0001f600" * 4_095]
    report = writer(place).add([Article(f"a{number}", "T", "B", source=value) for number, value in enumerate(values)])
    assert (report.added, report.failures) == (4, ())
    for number, value in enumerate(values):
        found = Cluster(place).request("POST", f"/{place.name}/_search", body={"query": {"term": {"source.value": value}}})
        assert [hit["_id"] for hit in found["hits"]["hits"]] == [document_id(f"a{number}")]


def test_a_file_whose_path_is_too_long_is_a_failure(place: Place) -> None:
    """Its articles could not be found by the file that they came from."""
    with open_session(ClusterStore(writer(place).archive)) as session:
        for one, origin in zip(articles(1, 2), ("r/f", f"r/{'x' * 9_000}"), strict=True):
            session.upsert(session.restage(one, origin))
        session.commit()
        assert [(one.id, one.origin[:5], one.reason[:35], one.stays) for one in session.unstored] == [
            ("a2", "r/xxx", "its path has 9,002 characters, and ", False)
        ]
    assert texts(place).keys() == {"a1"}


def test_what_the_nodes_do_not_take_in_a_request_is_a_failure(place: Place, cluster: str) -> None:
    """Also where it would replace an article, or bring back a deleted one: these stay as they
    are."""
    archive = writer(place)
    archive.add(articles(1, 2, 3))
    archive.delete(["a3"])

    def answer(request: Request) -> bytes:
        if request.path.startswith("/_nodes"):
            return as_json({"nodes": {"n": {"http": {"max_content_length_in_bytes": 20_000}}}})
        assert len(request.body) <= 20_000 or not is_bulk(request)
        return as_answer(*forward(cluster, request))

    with FaultyHost(answer) as host:
        report = writer_through(host, place).add([*articles(2, 3, 4, text="word " * 10_000), *articles(5)])
    assert (report.added, report.replaced, report.unchanged) == (1, 0, 0)
    assert [failure.path for failure in report.failures] == ["a2", "a3", "a4"]
    assert "bytes, and the cluster takes requests of at most 20,000 (http.max_content_length)" in report.failures[0].reason
    assert texts(place) == {"a1": "Text 1.", "a2": "Text 2.", "a5": "Text 5."}
    assert archive.tombstones() == (Tombstone("a3"),)


def test_what_the_cluster_refuses_is_a_failure(place: Place, cluster: str) -> None:
    """A fault that was not foreseen here."""

    def answer(request: Request) -> bytes:
        body = request.body.replace(b'"words":2', b'"words":"two"') if is_bulk(request) else request.body
        return as_answer(*forward(cluster, request, body))

    with FaultyHost(answer) as host:
        report = writer_through(host, place).add([Article("a", "One", "two three"), Article("b", "One", "two")])
    assert report.added == 1
    assert isinstance(report.failures[0], Failure)
    assert (report.failures[0].path, "failed to parse field [words]" in report.failures[0].reason) == ("b", True)
    assert texts(place).keys() == {"a"}


def test_of_two_writers_the_later_run_holds(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if what the first sends, which slept for longer than its lease, arrives last."""
    monkeypatch.setattr(lease, "LEASE_SECONDS", 1.0)
    second_is_done, sleeps = threading.Event(), threading.Event()

    def answer(request: Request) -> bytes:
        if is_bulk(request):
            sleeps.set()
        if sleeps.is_set():
            second_is_done.wait()
        return as_answer(*forward(cluster, request))

    with FaultyHost(answer) as host, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(writer_through(host, place).add, articles(1, 2, text="First"))
        assert sleeps.wait(30)
        with pytest.raises(searchkit.IndexLocked, match=f"is being written to by process {os.getpid()} on .*, since 2"):
            writer(place).add(articles(3))
        assert writer(place).add(articles(2, 3, text="Second"), wait=20).added == 2
        second_is_done.set()
        with pytest.raises(
            searchkit.IndexLocked, match="did not renew its lease for 1 seconds, and another run has written"
        ):
            slow.result()
    assert texts(place) == {"a1": "First 1.", "a2": "Second 2.", "a3": "Second 3."}
    assert {name: version[0] for name, version in versions(place).items()} == {"a1": 1, "a2": 2, "a3": 2}
    assert writer(place).archive.generation == 1
    assert writer(place).add(articles(1, 2, text="First")).replaced == 1


def test_what_was_deleted_stays_so_as_long_as_the_cluster_remembers_it(place: Place, cluster: str) -> None:
    """A change that was on its way all the time, and arrives after the deletion, has no effect."""
    with FaultyHost(passing(cluster)) as host:
        writer_through(host, place).add(articles(1))
        (late,) = filter(is_bulk, host.requests)
    writer(place).delete(["a1"])

    def is_taken() -> bool:
        """Whether the late change was made."""
        Cluster(place).request("POST", f"/{place.name}/_refresh")  # now the cluster forgets, if it may
        return not json.loads(forward(cluster, late)[1])["errors"]

    assert not is_taken()
    settings = f"/{place.name}/_settings"
    Cluster(place).request("PUT", settings, body={"index.gc_deletes": "0ms"})
    assert any(is_taken() for _ in range(1_000))
    Cluster(place).request("POST", f"/{place.name}/_refresh")
    assert texts(place) == {"a1": "Text 1."}


def test_what_no_search_finds_yet_is_found_by_the_next_session(place: Place) -> None:
    """A run was cut off before the cluster was told to let searches find what it sent."""
    archive = writer(place)
    archive.add(articles(1, 2))
    cluster = Cluster(place)
    cluster.request("PUT", f"/{place.name},{archive.archive.state.name}/_settings", body={"index.refresh_interval": "-1"})
    with BulkSender(cluster, archive.archive.state.name) as sender:
        sender.add(make_put("a1", "one", 2**40, b'{"kind":"tombstone","id":"a1","origin":"r/f"}'))
    with BulkSender(cluster, archive.archive.alias) as sender:
        sender.add(make_delete("a1", document_id("a1"), 2**40))
    assert archive.tombstones() == ()
    with open_session(ClusterStore(archive.archive)) as session:
        assert session.store.sync_state.tombstones == {"a1": "r/f"}
        assert session.store.find_committed(["a1", "a2"]).keys() == {"a2"}


def test_answers_that_lack_articles_are_errors(place: Place, cluster: str) -> None:
    """What a cluster found before its time was over is not all there is."""
    archive = writer(place)
    archive.add(articles(1, 2))
    archive.delete(["a2"])
    late = threading.Event()

    def answer(request: Request) -> bytes:
        status, content = forward(cluster, request)
        if late.is_set() and request.path.partition("?")[0].endswith("/_search"):
            content = content.replace(b'"timed_out":false', b'"timed_out":true')
        return as_answer(status, content)

    with FaultyHost(answer) as host:
        found = writer_through(host, place).archive
        with open_session(ClusterStore(found)) as session:
            late.set()
            acts: list[Callable[[], object]] = [
                found.count,
                found.refresh,
                found.state.read,
                lambda: session.store.find_committed(["a1"]),
                lambda: session.store.find_paths_and_hashes(["a1"]),
                lambda: session.store.find_ids_of_files(["r/f"]),
                lambda: list(session.store.iter_articles()),
            ]
            for act in acts:
                with pytest.raises(searchkit.StorageError, match=f"a search of .*{place.name} took longer than the cluster"):
                    act()
        searches = [request for request in host.requests if request.path.partition("?")[0].endswith("/_search")]
    assert all("allow_partial_search_results=false" in request.path for request in searches)
    assert all("preference=" in request.path or b'"pit"' in request.body for request in searches)


def test_a_state_that_is_older_than_the_articles_is_damage(place: Place) -> None:
    """After it was restored from a snapshot, say: the cluster would take no change, and say
    nothing."""
    archive = writer(place)
    for text in ("First", "Second", "Third"):
        archive.add(articles(1, text=text))
    body = {"kind": "run", "number": 1, "generation": 1, "content": {"mark": ""}}
    Cluster(place).request("PUT", f"/{archive.archive.state.name}/_doc/run", body=body)
    with pytest.raises(searchkit.CorruptIndex, match="it knows runs up to number 2, but the articles .* runs up to 3"):
        archive.add(articles(1, text="Fourth"))


def test_a_node_that_is_killed_in_the_middle(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says that a part is stored, and that the same again completes it."""
    monkeypatch.setattr(lease, "LEASE_SECONDS", 2.0)
    monkeypatch.setattr(bulk, "RETRY_SECONDS", 0.5)
    monkeypatch.setattr(bulk, "MAX_REQUEST_CHANGES", 20)
    monkeypatch.setattr(bulk, "SENDERS", 1)

    def answer(request: Request) -> bytes | None:
        is_gone = sum(map(is_bulk, host.requests)) > 2
        return None if is_gone else as_answer(*forward(cluster, request))

    with FaultyHost(answer) as host:
        archive = writer_through(host, place)
        with pytest.raises(searchkit.StorageError, match="cannot be reached: .*; 40 articles are stored or deleted already"):
            archive.add(articles(*range(200)))
    Cluster(place).request("POST", f"/{place.name}/_refresh")
    report = writer(place).add(articles(*range(200)), wait=20)
    assert (report.unchanged, report.added) == (40, 160)


def test_a_commit_that_was_refused_is_completed_by_the_next(
    place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up in the middle."""
    monkeypatch.setattr(bulk, "MAX_REQUEST_CHANGES", 20)
    index = f"/{place.name}/_settings"
    blocked = threading.Event()

    def answer(request: Request) -> bytes:
        if sum(map(is_bulk, host.requests)) > 2 and not blocked.is_set():
            blocked.set()
            Cluster(place).request("PUT", index, body={"index.blocks.read_only_allow_delete": True})
        return as_answer(*forward(cluster, request))

    with FaultyHost(answer) as host:
        archive = writer_through(host, place)
        with pytest.raises(searchkit.StorageError, match="is short of disk space and refused the article") as caught:
            archive.add(articles(*range(200)))
    Cluster(place).request("PUT", index, body={"index.blocks.read_only_allow_delete": None})
    told = re.search(
        r"; (\d+) articles are stored or deleted already, and the same call again does the rest$", str(caught.value)
    )
    assert told is not None
    assert 20 <= int(told[1]) < 200
    assert writer(place).archive.generation == 0
    report = writer(place).add(articles(*range(200)))
    assert report.added + report.unchanged == 200
    assert report.unchanged >= 20
    assert report.generation == 1
    assert texts(place) == {f"a{number}": f"Text {number}." for number in range(200)}


@pytest.mark.parametrize("act", ["delete", "delete again", "add"])
def test_a_change_that_is_refused_changes_nothing(place: Place, act: str) -> None:
    """Nothing is remembered as done that was not."""
    archive = writer(place)
    archive.add(articles(1, 2, 3))
    archive.delete(["a3"])
    if act == "delete again":  # an article whose tombstone is older than itself: that one stays
        with BulkSender(Cluster(place), archive.archive.state.name) as sender:
            sender.add(
                make_put("a1", f"tombstone-{document_id('a1')}", 2**33 + 9, b'{"kind":"tombstone","id":"a1","origin":"r/f"}')
            )
        Cluster(place).request("POST", f"/{archive.archive.state.name}/_refresh")
    before = (writer(place).archive.generation, archive.tombstones(), texts(place))
    settings = f"/{place.name}/_settings"
    Cluster(place).request("PUT", settings, body={"index.blocks.write": True})
    with pytest.raises(searchkit.StorageError, match="index.blocks.write is set on"):
        if act == "add":
            archive.add([*articles(3), *articles(1, text="New")])
        else:
            archive.delete(["a1", "a2"])
    Cluster(place).request("PUT", settings, body={"index.blocks.write": None})
    assert (writer(place).archive.generation, archive.tombstones(), texts(place)) == before
    report = archive.add(articles(1, 2))
    assert (report.added, report.replaced, report.unchanged) == (0, 0, 2)
    assert archive.delete(["a1", "a2"]) == 2
    assert [one.id for one in archive.tombstones()] == ["a1", "a2", "a3"]
    assert texts(place) == {}


def test_tombstones_of_articles_that_were_deleted_before_a_refusal_stay(
    place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MAX_REQUEST_CHANGES", 20)
    monkeypatch.setattr(bulk, "SENDERS", 1)
    writer(place).add(articles(*range(100)))

    def answer(request: Request) -> bytes:
        if is_bulk(request) and f"/{place.name}/" in request.path:
            if sent:
                Cluster(place).request("PUT", f"/{place.name}/_settings", body={"index.blocks.write": True})
            sent.append(request)
        return as_answer(*forward(cluster, request))

    sent: list[Request] = []
    with FaultyHost(answer) as host, pytest.raises(searchkit.StorageError, match=r"index\.blocks\.write is set"):
        writer_through(host, place).delete([f"a{number}" for number in range(100)])
    Cluster(place).request("PUT", f"/{place.name}/_settings", body={"index.blocks.write": None})
    left = texts(place).keys()
    assert len(left) == 80
    assert {one.id for one in writer(place).tombstones()} == {f"a{number}" for number in range(100)} - left


@pytest.mark.parametrize("act", ["_update_by_query", "_reindex"])
def test_articles_that_other_programs_damaged_are_repaired_by_adding_them(place: Place, act: str) -> None:
    """Of a document, both keep only what is stored: the article."""
    archive = writer(place)
    archive.add(articles(1, 2, 3))
    cluster, name = Cluster(place), place.name
    if act == "_update_by_query":
        cluster.request("POST", f"/{name}/_update_by_query", params={"refresh": True})
    else:
        (index,) = cluster.request("GET", f"/{name}")
        cluster.request("PUT", f"/{name}-copy", body={"mappings": {"dynamic": False}})
        for source, target in ((index, f"{name}-copy"), (f"{name}-copy", index)):
            body = {"source": {"index": source}, "dest": {"index": target}}
            cluster.request("POST", "/_reindex", params={"refresh": True}, body=body)
        cluster.request("DELETE", f"/{name}-copy")
    report = archive.add([*articles(1, 2, 3), *articles(4)])
    assert (report.added, report.replaced, report.unchanged) == (1, 3, 0)
    report = archive.add(articles(1, 2, 3, 4))
    assert (report.added, report.replaced, report.unchanged) == (0, 0, 4)
    with searchkit.open(place.text) as engine:
        assert [hit.id for hit in engine.search("text", sort="date")] == ["a1", "a2", "a3", "a4"]
    cluster.request("POST", f"/{name}/_update_by_query", params={"refresh": True})
    assert archive.delete(["a1", "a2", "a3", "a4"]) == 4
    assert texts(place) == {}


KILLED = """
import sys
from searchkit.engines.opensearch import bulk, lease
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.place import parse_place
from searchkit.testing.archive import write
from tests.opensearch.archives import Writer
from tests.opensearch.test_store import articles
lease.LEASE_SECONDS = 2.0
bulk.MAX_REQUEST_CHANGES = 100
place = parse_place(sys.argv[1])
archive = Writer(ArchiveIndex.open(Cluster(place), place))
archive.add(articles(*range(1_000), text="New"))
"""


def test_a_writer_that_was_killed_leaves_what_the_next_completes(place: Place, cluster: str) -> None:
    writer(place).add(articles(*range(50)))
    some_are_there = threading.Event()

    def answer(request: Request) -> bytes:
        if sum(map(is_bulk, host.requests)) > 3:
            some_are_there.set()
            return HANG
        return as_answer(*forward(cluster, request))

    with FaultyHost(answer) as host:
        text = f"opensearch://{host.address}/{place.name}"
        with subprocess.Popen([sys.executable, "-c", KILLED, text], cwd=ROOT) as process:
            while not some_are_there.wait(0.01):
                assert process.poll() is None
            process.kill()
    report = writer(place).add(articles(*range(1_000), text="New"), wait=20)
    assert report.added + report.replaced + report.unchanged == 1_000
    assert 100 <= report.unchanged <= 300
    assert writer(place).archive.article_count == 1_000
    assert texts(place) == {f"a{number}": f"New {number}." for number in range(1_000)}
    assert writer(place).add(articles(*range(1_000), text="New")).unchanged == 1_000


def test_long_lists_are_read_in_pages(spread: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_PAGE", 7)
    monkeypatch.setattr(store, "_ARTICLE_PAGE", 7)
    with open_session(ClusterStore(writer(spread).archive)) as session:
        for number, one in enumerate(articles(*range(100))):
            session.store.stage(one, to_record(one, f"r/{number % 2}"), make_entry(one, f"r/{number % 2}"))
        session.commit()
    with open_session(ClusterStore(writer(spread).archive)) as session:
        even, odd = ({f"a{number}" for number in range(first, 100, 2)} for first in (0, 1))
        assert session.store.find_ids_of_files(["r/0", "r/1", "r/2"]) == {"r/0": even, "r/1": odd, "r/2": set()}
        assert session.delete("a2")
        assert sorted(one.id for one, _, _ in session.store.iter_articles()) == sorted((even | odd) - {"a2"} | {"a2"})
        session.store.delete(["a2"])
        assert {one.id for one, _, _ in session.store.iter_articles("r/0")} == even - {"a2"}
        assert session.store.find_ids_of_files(["r/0"]) == {"r/0": even - {"a2"}}


def test_sessions_do_what_they_do_in_memory(spread: Place) -> None:
    """Whatever comes after whatever, in sessions that are committed, checkpointed or given up."""
    choose = random.Random(1)
    index, archive = MemoryIndex(), writer(spread).archive
    for _ in range(15):
        with open_session(MemoryStore(index)) as one, open_session(ClusterStore(archive)) as other:
            both = (one, other)
            for _ in range(choose.randrange(12)):
                name, origin, text = f"a{choose.randrange(6)}", f"r/{choose.randrange(3)}", choose.choice(("Text", "More"))
                act = choose.choice(("put", "put", "put", "delete", "file", "add", "tombstone", "look", "checkpoint"))
                found: list[object] = []
                for session in both:
                    made = Article(name, "T", text)
                    if act == "put":
                        found.append(session.upsert(make_entry(made, origin), lambda: session.restage(made, origin)))  # noqa: B023
                    elif act == "delete":
                        found.append(session.delete(name))
                    elif act == "file":
                        found.append(session.delete_articles_of_file(origin, ["a1"]))
                    elif act == "add":
                        found.append(session.add_all([made]))
                    elif act == "tombstone":
                        found.append(delete(session, [name]))
                    elif act == "look":
                        found.append((session.find_origin(name), session.find_ids_of_file(origin)))
                    else:
                        session.checkpoint()
                        found.append(None)
                assert found[0] == found[1], act
            if choose.random() < 0.8:
                one.commit()
                other.commit()
        with (
            open_session(MemoryStore(index, dry_run=True)) as one,
            open_session(ClusterStore(archive, dry_run=True)) as other,
        ):
            assert sorted(one.store.iter_articles(), key=itemgetter(2)) == list(other.store.iter_articles())  # by id
        assert archive.state.read().tombstones == index.newest.sync_state.tombstones


def test_a_change_of_the_state_whose_answer_was_lost_counts_once(place: Place, cluster: str) -> None:
    seen = set()

    def answer(request: Request) -> bytes | None:
        made = as_answer(*forward(cluster, request))
        is_first = "/_update/run" in request.path and request.body not in seen
        if is_first:
            seen.add(request.body)
        return None if is_first else made

    with FaultyHost(answer) as host:
        report = writer_through(host, place).add(articles(1))
        assert len(seen) == 3  # to take the lease, to count the run, to give the lease back
        assert sum("/_update/run" in request.path for request in host.requests) == 6
    assert (report.added, report.generation) == (1, 1)
    assert writer(place).archive.state.read_run() == (1, 1)


def test_many_articles_are_deleted_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a search returns."""
    monkeypatch.setattr(store, "_PAGE", 100)
    archive = writer(place)
    archive.add(articles(*range(250)))
    assert archive.delete(f"a{number}" for number in range(1, 1_000)) == 249
    assert texts(place) == {"a0": "Text 0."}
    assert archive.tombstones() == tuple(Tombstone(one) for one in sorted(f"a{number}" for number in range(1, 250)))


def test_a_spool_gives_back_what_was_added() -> None:
    spool = Spool()
    assert list(spool.read()) == []
    records = [bytes([number % 256]) * (number * 37 % 5_000) for number in range(3_000)]
    assert [spool.add(record) for record in records] == list(range(3_000))
    assert list(spool.read()) == list(enumerate(records))
    spool.drop()
    assert list(spool.read()) == []
    assert spool.add(b"next") == 3_000
    assert list(spool.read()) == [(3_000, b"next")]
    spool.close()


def test_a_full_disk_is_an_error_of_the_spool() -> None:
    spool = Spool()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, before[1]))
    try:
        with pytest.raises(searchkit.StorageError, match="File too large; set TMPDIR to a folder with more space"):
            for _ in range(20):
                spool.add(os.urandom(1_000_000))
                list(spool.read())
        spool.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_staged_texts_are_not_kept_in_memory(place: Place) -> None:
    one = Article("a", "T", "word " * 20_000)
    record = to_record(one, "")
    entry = make_entry(one, "")
    with open_session(ClusterStore(writer(place).archive)) as session:
        session.store.stage(one, record, entry)
        tracemalloc.start()
        try:
            for _ in range(200):  # 20 MB, whose documents have 80
                session.store.stage(one, record, entry)
            assert tracemalloc.get_traced_memory()[0] < 5_000_000
        finally:
            tracemalloc.stop()


def test_a_temporary_folder_that_cannot_be_written_is_an_error(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = writer(place)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    assert archive.add(articles(1)).added == 1  # so little stays in memory
    with pytest.raises(searchkit.StorageError, match="articles wait in a temporary file in .*missing.* set TMPDIR"):
        archive.add(articles(2, text="word " * 300_000))
    assert texts(place).keys() == {"a1"}


def test_a_root_that_is_away_after_its_first_run_was_cut_off_keeps_its_articles(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run was cut off when its articles were there, but not yet the states of their files."""
    root = tmp_path / "root"
    write(root / "a.txt", "Peace.")
    write(root / "b.txt", "Talks.")
    send = ClusterStore._send_articles

    def cut_off(session: ClusterStore) -> bool:
        send(session)
        raise searchkit.StorageError("cut off")

    with searchkit.open(place.text) as engine:
        with monkeypatch.context() as patch, pytest.raises(searchkit.StorageError, match="cut off"):
            patch.setattr(ClusterStore, "_send_articles", cut_off)
            engine.index([root])
        for path in root.iterdir():
            path.unlink()
        report = engine.index()
        assert (report.removed, len(report.failures)) == (0, 1)
        assert engine.stats().articles == 2
