"""Archives on the cluster of the tests, and a host before it that has faults."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

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
    return Cluster(parse_place(f"opensearch://{host.address}/{place.name}"), Connection(timeout=timeout))


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
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
