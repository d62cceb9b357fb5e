"""Archives on the cluster of the tests, and a host before it that has faults."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

import pytest

from searchkit.engines.opensearch import bulk, lease
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import Cluster, Connection
from searchkit.engines.opensearch.creation import find_indexes
from searchkit.engines.opensearch.mapping import template_name
from searchkit.engines.opensearch.place import Place, parse_place
from searchkit.engines.opensearch.store import ClusterStore
from searchkit.engines.writing import ArticleWriter
from searchkit.errors import StorageError
from searchkit.indexing.opening import open_session
from searchkit.indexing.session import Session
from searchkit.indexing.store import SyncState
from tests.opensearch.faulty_host import FaultyHost, Request


@contextmanager
def new_place(url: str, prefix: str = "test") -> Iterator[Place]:
    """A place with a name of its own; whatever is there is removed at the end."""
    place = parse_place(f"{url.replace('http', 'opensearch', 1)}/{prefix}-{uuid.uuid4().hex}")
    try:
        yield place
    finally:
        remove(Cluster(place))


def remove(cluster: Cluster) -> None:
    """Remove an archive, or what there is of it."""
    name = cluster.place.name
    with suppress(StorageError):
        indexes = ",".join(quote(index) for index in find_indexes(cluster, f"{name}*"))
        if indexes:
            cluster.request("DELETE", f"/{indexes}")
    with suppress(StorageError):
        cluster.request("DELETE", f"/_index_template/{quote(template_name(name))}")
    cluster.close()


class Writer(ArticleWriter):
    """The changes of an archive."""

    def __init__(self, archive: ArchiveIndex) -> None:
        self.archive = archive

    @contextmanager
    def _writing(self, wait: float) -> Iterator[Session]:
        with open_session(ClusterStore(self.archive, wait)) as session:
            yield session

    def _sync_state(self) -> SyncState:
        return self.archive.state.read()


def through(host: FaultyHost, place: Place, timeout: float = 30) -> Cluster:
    """A cluster that is reached through a host."""
    return Cluster(parse_place(place_through(host, place)), Connection(timeout=timeout))


def place_through(host: FaultyHost, place: Place) -> str:
    """An archive as a place that is reached through a host."""
    return f"opensearch://{host.address}/{place.name}"


def forward(url: str, request: Request, body: bytes | None = None) -> tuple[int, bytes]:
    """What the cluster answers to a request, perhaps with another body: status and content."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    try:
        headers = {"content-type": "application/json"}
        connection.request(request.method, request.path, request.body if body is None else body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def as_answer(status: int, content: bytes) -> bytes:
    """The bytes of an answer with JSON."""
    head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\nconnection: close\r\n\r\n"
    return head.encode() + content


def passing(url: str) -> Callable[[Request], bytes]:
    """A host without faults."""
    return lambda request: as_answer(*forward(url, request))


class Dying(FaultyHost):
    """A host that carries out `count` requests that change something; the answer to the last of
    them is lost, and then nothing is answered any more."""

    def __init__(self, url: str, count: int) -> None:
        def answer(request: Request) -> bytes | None:
            done = len(writes(self.requests))
            if done > count or (done == count and not writes([request])):
                return None
            found = as_answer(*forward(url, request))
            return None if done == count else found

        super().__init__(answer)
        self._count = count

    def is_dead(self) -> bool:
        """Whether it has answered its last request."""
        return len(writes(self.requests)) >= self._count


def shorten_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a run that is cut off give up soon, and the next one wait for it not much longer."""
    monkeypatch.setattr(lease, "LEASE_SECONDS", 0.4)
    monkeypatch.setattr(lease, "POLL_INTERVAL", 0.02)
    monkeypatch.setattr(bulk, "RETRY_SECONDS", 0.05)


def is_bulk(request: Request) -> bool:
    """Whether a request changes many documents."""
    return request.path.partition("?")[0].endswith("/_bulk")


def writes(asked: Iterable[Request]) -> list[str]:
    """The requests that change more than what searches see."""
    reads = ("_search", "_search/point_in_time", "_refresh", "_count")
    return [
        f"{request.method} {request.path}"
        for request in asked
        if request.method not in ("GET", "HEAD") and not request.path.partition("?")[0].endswith(reads)
    ]


def get_json(place: Place, path: str) -> Any:
    """What the cluster of a place answers to GET, also where it is an error."""
    connection = http.client.HTTPConnection(place.hosts[0].removeprefix("http://"))
    try:
        connection.request("GET", quote(path, safe="/*?=&,"))
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
