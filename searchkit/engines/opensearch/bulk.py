"""Sends changes of documents in bulk requests, several at once, and sends again what a cluster that
is too busy refused or did not answer.

Each change has an external version, so that a cluster makes it once, however often it is sent.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, NamedTuple, Self

import orjson

from searchkit.engines.opensearch.backoff import Backoff
from searchkit.engines.opensearch.connection import Cluster, RequestRefused, Unanswered, explain_refusal
from searchkit.engines.opensearch.refusals import is_transient
from searchkit.errors import StorageError

MAX_REQUEST_BYTES = 6 * 2**20
"""The bytes of a request; a single document may have more."""
MAX_REQUEST_CHANGES = 5_000
MAX_CONTENT_BYTES = 100 * 2**20
"""The most bytes that a node takes in a request (http.max_content_length), if it does not say."""
SENDERS = 3
"""Requests that are sent at once."""
MAX_SENT_BYTES = 32 * 2**20
"""The bytes of the requests that are sent or wait for a thread; a single one may have more."""
RETRY_SECONDS = 120.0
"""How long a change is sent again to a cluster that is too busy, has lost nodes, or does not
answer."""

_CURRENT_VERSION = re.compile(r"current version \[(\d+)\]")
_PRESSURE = re.compile(r"coordinating_operation_bytes=(\d+), max_coordinating_and_primary_bytes=(\d+)")
_SHOWN = "errors,items.*.status,items.*.error"


class Change(NamedTuple):
    """A change of a document: the id of its article, its version, and its lines in a request."""

    id: str
    version: int
    lines: bytes


def make_put(article_id: str, document_id: str, version: int, document: bytes, index: str | None = None) -> Change:
    """Write a document (JSON in one line), into another index than the sender's if one is given."""
    return Change(article_id, version, b"%s\n%s\n" % (_action("index", document_id, version, index), document))


def make_delete(article_id: str, document_id: str, version: int, index: str | None = None) -> Change:
    """Delete a document, from another index than the sender's if one is given."""
    return Change(article_id, version, b"%s\n" % _action("delete", document_id, version, index))


def _action(name: str, document_id: str, version: int, index: str | None) -> bytes:
    where = {} if index is None else {"_index": index}
    return orjson.dumps({name: {**where, "_id": document_id, "version": version, "version_type": "external"}})


class BulkSender:
    """Sends changes to an index; use it with `with`. At the end of that all are made.

    A change that the index knows in its version or a later one counts as made: it was sent before,
    and the answer was lost; or another run was faster. A document that the cluster cannot hold is
    left out. Everything else that goes wrong is an error, and then some changes may be made.
    """

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        *,
        is_alias: bool = False,
        check: Callable[[], None] | None = None,
        retry_seconds: float | None = None,
    ) -> None:
        """`index` is a name as it stands in paths. With `is_alias` the cluster makes no index where
        the alias is missing. `check` is called before each request; what it raises ends the
        sending."""
        self._cluster, self._path = cluster, f"/{index}/_bulk"
        self._params = {"require_alias": is_alias, "filter_path": _SHOWN, "timeout": cluster.own_timeout}
        self._check = check
        self._retry_seconds = RETRY_SECONDS if retry_seconds is None else retry_seconds
        self.made = 0
        """Changes that were made."""
        self.refused: dict[str, str] = {}
        """Why the cluster cannot hold documents, by the ids of the articles."""
        self.latest_version = 0
        """The greatest version of a document that the index had already; 0 for none."""
        self._waiting: list[Change] = []
        self._waiting_bytes = 0
        self._pool = ThreadPoolExecutor(SENDERS, "searchkit-bulk")
        self._sent: deque[tuple[Future[None], int]] = deque()  # with the bytes of the request
        self._stop = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if error is None:
                if self._waiting and not self._sent:
                    self._send(self._waiting)  # all there is: no thread is needed
                elif self._waiting:
                    self._submit()
                while self._sent:
                    self._await_first()
        finally:
            self._stop.set()
            self._pool.shutdown(cancel_futures=True)

    def add(self, change: Change) -> None:
        """Send a change, now or with others. Waits while as many requests as allowed are on their
        way. Raises StorageError, also for changes that were added before."""
        size = len(change.lines)
        full = self._waiting_bytes + size > MAX_REQUEST_BYTES or len(self._waiting) >= MAX_REQUEST_CHANGES
        if full and self._waiting:
            self._submit()
        self._waiting.append(change)
        self._waiting_bytes += size
        if size > MAX_REQUEST_BYTES:  # not to be held while the next large one is made
            self._submit()

    def _submit(self) -> None:
        """Have a thread send what waits, as soon as not too much is on its way."""
        while self._sent and (
            len(self._sent) > SENDERS or self._waiting_bytes + sum(size for _, size in self._sent) > MAX_SENT_BYTES
        ):
            self._await_first()
        self._sent.append((self._pool.submit(self._send, self._waiting), self._waiting_bytes))
        self._waiting, self._waiting_bytes = [], 0

    def _await_first(self) -> None:
        self._sent[0][0].result()
        self._sent.popleft()

    def _send(self, changes: Sequence[Change]) -> None:
        """Send changes until all are made, or refused."""
        backoff = Backoff(self._retry_seconds, self._stop)
        while True:
            changes, reason = self._try(changes)
            if not changes or self._stop.is_set():
                return
            if not backoff.wait():
                raise StorageError(
                    f"{self._cluster.place.text} did not take {len(changes):,} changes within {self._retry_seconds:g}"
                    f" seconds ({reason}); try again later: what it took already is not sent again"
                )

    def _try(self, changes: Sequence[Change]) -> tuple[Sequence[Change], str]:
        """Send changes once; return those to be sent again, and why."""
        body = b"".join([change.lines for change in changes])
        try:
            if self._check is not None:
                self._check()
            answer = self._cluster.request("POST", self._path, params=self._params, body=body, idempotent=True, retry=False)
        except Unanswered as error:  # it may have made them, and then knows their versions
            return changes, str(error)
        except RequestRefused as error:
            if error.status == 413 or _find_limit(error.reason):
                return self._divide(changes, _find_limit(error.reason) or error.reason)
            if not (error.is_transient or error.is_red):
                raise
            return changes, str(error)
        if not answer["errors"]:
            with self._lock:
                self.made += len(changes)
            return (), ""
        again: list[Change] = []
        for change, item in zip(changes, answer["items"], strict=True):
            (result,) = item.values()
            fault = result.get("error")
            if fault is None or not is_transient(result["status"], fault["type"], fault["reason"]):
                self._settle(change, result["status"], fault)
            elif limit := _find_limit(fault["reason"]):
                self._refuse(change, limit)
            else:
                again.append(change)
                lacking = result["status"], fault
        return again, str(self._cluster.explain("POST", self._path, *lacking)) if again else ""

    def _divide(self, changes: Sequence[Change], reason: str) -> tuple[Sequence[Change], str]:
        """Send changes in two requests that were too large for one."""
        if len(changes) == 1:
            self._refuse(changes[0], reason)
            return (), ""
        middle = len(changes) // 2
        first, second = self._try(changes[:middle]), self._try(changes[middle:])
        return [*first[0], *second[0]], first[1] or second[1]

    def _settle(self, change: Change, status: int, fault: Mapping[str, Any] | None) -> None:
        """Note what came of a change. Raises StorageError."""
        if fault is None or status == 409:
            current = _CURRENT_VERSION.search(fault["reason"]) if fault else None
            with self._lock:
                self.made += 1
                if current is not None:
                    self.latest_version = max(self.latest_version, int(current[1]))
        elif fault["type"] == "mapper_parsing_exception" or "immense term" in fault["reason"]:
            self._refuse(change, fault["reason"])
        else:
            raise explain_refusal(self._cluster.place, f"the article {change.id!r}", status, fault)

    def _refuse(self, change: Change, reason: str) -> None:
        """Note that the cluster cannot hold a document. The text is the same in each run, so that
        it is new in the first only."""
        size = len(change.lines.partition(b"\n")[2]) - 1
        with self._lock:
            self.refused[change.id] = f"the cluster refused its document of {size:,} bytes: {reason}"


def read_content_limit(cluster: Cluster) -> int:
    """The most bytes that a node of the cluster takes in a request. Raises StorageError."""
    try:
        answer = cluster.request("GET", "/_nodes/_local/http", params={"filter_path": "nodes.*.http"})
    except RequestRefused:  # not everybody may ask for that
        return MAX_CONTENT_BYTES
    limits = [node["http"]["max_content_length_in_bytes"] for node in answer.get("nodes", {}).values()]
    return min(limits, default=MAX_CONTENT_BYTES)


def _find_limit(reason: str) -> str:
    """What of the reason for a refusal says that something is larger than what a node holds at once
    of all requests; "" for another reason."""
    found = _PRESSURE.search(reason)
    return f"max_coordinating_and_primary_bytes={found[2]} of a node" if found and int(found[1]) > int(found[2]) else ""
