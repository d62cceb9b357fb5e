"""Nodes of a cluster are killed in the middle of loads and searches, and clusters refuse to be
written to: nothing is lost, searches go on while they can, and errors say what to do.

OPENSEARCH_FAILURES=3 makes it a long run: three rounds of all kinds of failures.
"""

from __future__ import annotations

import os
import random
import re
import shlex
import subprocess
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

import searchkit
from searchkit import Article, Connection
from searchkit.engines.opensearch import bulk, lease
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.mapping import article_index, state_index
from searchkit.engines.opensearch.place import parse_place
from searchkit.reports import IndexReport
from searchkit.testing.collection import DAY
from tests.opensearch.cluster import MEMORY
from tests.opensearch.nodes import Nodes, three_nodes, wait_for
from tests.opensearch.readers import WORD, Readers

ROUNDS = int(os.environ.get("OPENSEARCH_FAILURES", "0"))
"""How often everything is done; 0 is once, and only some of it."""
READERS = 8
READ, LOADED = 600, 2_500
"""Articles that are compared, and those of a load in the middle of which something fails."""
WORDS = [
    *["market", "trade", "wheat", "oil", "bank", "rate", "share", "profit", "loss", "price", "export", "import", "tax"],
    "talks",
    "peace",
]


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    folder = (
        MEMORY / f"searchkit-test-nodes-{os.getpid()}" if os.access(MEMORY, os.W_OK) else tmp_path_factory.mktemp("nodes")
    )
    with three_nodes(folder) as found:
        yield found


@pytest.fixture(autouse=True)
def all_nodes(nodes: Nodes) -> None:
    """Each test begins with all nodes, also after one that failed."""
    nodes.bring_back_missing()


def make_articles(prefix: str, count: int, word: str) -> list[Article]:
    """Articles whose ids and dates have one order."""
    choose = random.Random(prefix)
    return [
        Article(
            f"{prefix}/{number:05}",
            title=f"{word} {number}",
            body=" ".join([word, *choose.choices(WORDS, k=40)]),
            date=DAY + timedelta(minutes=number),
        )
        for number in range(count)
    ]


class Archive:
    """An archive on the nodes. It has articles that are read, and gets others."""

    def __init__(self, nodes: Nodes, *, replicas: int = 1) -> None:
        self.nodes, self.name = nodes, f"failures-{uuid.uuid4().hex}"
        self.index = article_index(self.name, 1)
        self.read = make_articles("a", READ, WORD)
        self.expected = {article.id: article for article in self.read}
        self._loads = 0
        with searchkit.open(self.place(), create=True, shards=3, replicas=replicas) as engine:
            engine.add(self.read)
        nodes.wait_until("green")

    def place(self, nodes: Sequence[str] = ()) -> str:
        return self.nodes.place(self.name, nodes)

    def readers(self, nodes: Sequence[str] = ()) -> Readers:
        """Those that name all nodes and, if some are given, half of them that name those."""
        half = [self.place()] * (READERS // 2)
        return Readers([*half, *[self.place(nodes)] * (READERS // 2)], self.read)

    def next_load(self) -> list[Article]:
        self._loads += 1
        return make_articles(f"b{self._loads:03}", LOADED, "load")

    def check(self, load: Sequence[Article]) -> None:
        """It has all articles, and no other."""
        self.expected |= {article.id: article for article in load}
        with searchkit.open(self.place()) as engine:
            assert {stored.article.id: stored.article for stored in engine.articles()} == self.expected
            assert engine.stats().articles == len(self.expected)

    def add(self, load: Sequence[Article], wait: float = 0, timeout: float = 30) -> IndexReport:
        with searchkit.open(self.place(), connection=Connection(timeout=timeout)) as engine:
            return engine.add(load, wait=wait)


class Loading:
    """A load that goes on in a thread. The block begins in the middle of it."""

    def __init__(self, archive: Archive, load: Sequence[Article], timeout: float = 30) -> None:
        self._archive, self._load, self._timeout = archive, load, timeout

    def __enter__(self) -> Future[IndexReport]:
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(bulk, "MAX_REQUEST_CHANGES", 100)
        middle, sent, request = Event(), [], Cluster.request

        def counting(cluster: Cluster, method: str, path: str, **options: Any) -> Any:
            answer = request(cluster, method, path, **options)
            if path.startswith(f"/{self._archive.name}/_bulk"):
                sent.append(path)
                if len(sent) == 8:
                    middle.set()
            return answer

        self._patch.setattr(Cluster, "request", counting)
        self._pool = ThreadPoolExecutor(1)
        loading = self._pool.submit(self._archive.add, self._load, timeout=self._timeout)
        wait_for(lambda: middle.is_set() or loading.done())
        assert not loading.done()
        return loading

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown()
        self._patch.undo()


@pytest.fixture(scope="module")
def archive(nodes: Nodes) -> Archive:
    return Archive(nodes)


def choose_victim(nodes: Nodes, *, is_manager: bool) -> str:
    """The cluster manager, or another node."""
    return next(name for name in nodes.names if (name == nodes.manager) == is_manager)


@pytest.mark.parametrize(
    ("is_manager", "is_named"),
    [(True, True), (False, False)] if not ROUNDS else [(a, b) for a in (True, False) for b in (True, False)] * ROUNDS,
)
def test_a_node_is_killed_in_the_middle_of_a_load_and_of_searches(
    nodes: Nodes, archive: Archive, is_manager: bool, is_named: bool
) -> None:
    """Some of those that search may not know the node by its address."""
    victim = choose_victim(nodes, is_manager=is_manager)
    others = [name for name in nodes.names if name != victim]
    load = archive.next_load()
    with archive.readers([] if is_named else others) as readers:
        with Loading(archive, load) as loading:
            nodes.kill(victim)
            report = loading.result()
        readers.wait_for_all()
        nodes.bring_back()
        nodes.wait_until("green")
        readers.wait_for_all()
    assert readers.failures == [], readers.describe()
    assert (report.added, report.unchanged, report.failures) == (len(load), 0, ())
    archive.check(load)


def test_all_nodes_are_killed_in_the_middle(nodes: Nodes, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches and the load end with an error; when the nodes are there again, the same load is
    completed."""
    monkeypatch.setattr(bulk, "RETRY_SECONDS", 2.0)
    monkeypatch.setattr(lease, "LEASE_SECONDS", 2.0)
    load = archive.next_load()
    with archive.readers() as readers:
        with Loading(archive, load) as loading:
            nodes.kill(*nodes.names)
            error = loading.exception()
        readers.wait_for_all()
    assert isinstance(error, searchkit.StorageError)
    assert f"{archive.place()} " in str(error)
    assert "did not take" in str(
        error
    ) and "articles are stored or deleted already, and the same call again does the rest" in str(error)
    for _, failure in readers.failures:
        assert isinstance(failure, searchkit.StorageError), readers.describe()
        # Of a node that dies while it is asked, the connection is closed.
        assert re.search(
            rf"{re.escape(archive.place())} cannot be reached: (?:nothing answers at )?http://127\.0\.0\.1:", str(failure)
        )
        assert ("see whether the nodes of the cluster run" in str(failure)) == ("nothing answers" in str(failure))
    assert len(readers.failures) >= READERS
    nodes.bring_back()
    nodes.wait_until("green")
    report = archive.add(load, wait=60)
    assert report.added + report.unchanged == len(load)
    assert report.unchanged > 0
    archive.check(load)


def test_nodes_that_come_back_in_time_are_waited_for(nodes: Nodes, archive: Archive) -> None:
    """By a load."""
    load = archive.next_load()
    with Loading(archive, load) as loading:
        nodes.kill(*nodes.names)
        nodes.bring_back()
        report = loading.result()
    assert (report.added + report.unchanged, report.failures) == (len(load), ())
    nodes.wait_until("green")
    archive.check(load)


def test_an_archive_without_replicas_lacks_a_node(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches say so at once, and a load after some time; when the node is there again, all is."""
    monkeypatch.setattr(bulk, "RETRY_SECONDS", 2.0)
    monkeypatch.setattr(lease, "LEASE_SECONDS", 2.0)
    archive = Archive(nodes, replicas=0)
    [state] = nodes.find_primaries(state_index(archive.name)).values()
    victim = next(name for name in set(nodes.find_primaries(archive.index).values()) if name not in (state, nodes.manager))
    load = archive.next_load()
    red = rf"lacks a part of the archive: the health of {archive.index} is red, 2 of 3 shards are there .*curl '"
    options = Connection(timeout=10)
    with searchkit.open(archive.place(), connection=options) as engine:
        with Loading(archive, load, timeout=10) as loading:
            nodes.kill(victim)
            error = loading.exception()
        assert re.search(rf"did not take .*{red}", str(error)), error
        acts: list[Callable[[], object]] = [
            lambda: searchkit.open(archive.place(), connection=options),
            lambda: engine.search(WORD),
            lambda: engine.search(WORD, limit=None),
            lambda: engine.search_many([WORD, "oil"]),
            lambda: engine.get(archive.read[0].id),
            lambda: list(engine.articles()),
            engine.stats,
            lambda: engine.add(load, wait=30),
        ]
        for act in acts:
            with pytest.raises(searchkit.StorageError, match=red):
                act()
        nodes.bring_back()
        nodes.wait_until("green", archive.index)
        report = engine.add(load, wait=60)
    assert report.added + report.unchanged == len(load)
    archive.check(load)


def paste(error: BaseException) -> None:
    """Do what a message says."""
    _, _, command = str(error).rpartition("curl ")
    found = re.match(r"-X PUT '[^']+' -H '[^']+' -d '[^']+'", command)
    assert found is not None, error
    subprocess.run(["curl", "-sf", *shlex.split(found[0])], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("block", "is_before"),
    [("write", False), ("read_only_allow_delete", True)],
)
def test_indexes_that_may_not_be_written_to(
    nodes: Nodes, archive: Archive, block: str, is_before: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "LEASE_SECONDS", 2.0)
    load = archive.next_load()
    cluster = Cluster(parse_place(archive.place()))
    setting = f"index.blocks.{block}"

    def set_block() -> None:
        cluster.request("PUT", f"/{archive.name}*/_settings", body={setting: True})

    with archive.readers() as readers:
        if is_before:
            set_block()
        else:
            with Loading(archive, load) as loading:
                set_block()
                assert loading.exception() is not None
        errors = 0
        while True:
            try:
                report = archive.add(load, wait=60)
                break
            except searchkit.StorageError as error:
                assert setting in str(error)
                paste(error)
                errors += 1
                assert errors < 3
        readers.wait_for_all()
    assert errors == 2
    assert readers.failures == [], readers.describe()
    assert report.added + report.unchanged == len(load)
    archive.check(load)
