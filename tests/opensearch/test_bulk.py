"""Bulk requests make each change once, whatever happens to them on the way."""

from __future__ import annotations

import itertools
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest

import searchkit
from searchkit.engines.opensearch import backoff, bulk
from searchkit.engines.opensearch.bulk import BulkSender, Change, make_delete, make_put
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.place import Place
from tests.opensearch.archives import as_answer, forward, get_json, is_bulk, new_place, passing, through
from tests.opensearch.faulty_host import HANG, FaultyHost, Request, as_json, as_text

BUSY = {"type": "rejected_execution_exception", "reason": "rejected execution of primary operation"}


@pytest.fixture
def place(cluster: str) -> Iterator[Place]:
    """A place where there is an index of numbers."""
    with new_place(cluster, "bulk") as found:
        settings = {"number_of_shards": 2, "number_of_replicas": 0}
        mapping = {
            "dynamic": "strict",
            "properties": {"n": {"type": "integer"}, "text": {"type": "keyword", "index": False, "doc_values": False}},
        }
        Cluster(found).request("PUT", f"/{found.name}", body={"settings": settings, "mappings": mapping})
        yield found


class Clock:
    """Takes the place of `time` in `backoff`: each look at it is a second later."""

    def __init__(self) -> None:
        self.monotonic = itertools.count().__next__


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits until something is sent again. 10 seconds are 5 tries: each looks at the clock
    twice."""
    monkeypatch.setattr(backoff, "FIRST_DELAY", 0)
    monkeypatch.setattr(backoff, "time", Clock())


def put(number: int, version: int = 1, **more: object) -> Change:
    return make_put(f"a{number}", f"{number}", version, json.dumps({"n": number, **more}).encode())


def send(cluster: Cluster, changes: list[Change], retry_seconds: float = 60) -> BulkSender:
    with BulkSender(cluster, cluster.place.name, retry_seconds=retry_seconds) as sender:
        for change in changes:
            sender.add(change)
    return sender


def stored(place: Place) -> dict[int, tuple[int, int]]:
    """The number of each document, with its version and how often it changed."""
    Cluster(place).request("POST", f"/{place.name}/_refresh")
    body = {"size": 10_000, "version": True, "seq_no_primary_term": True}
    hits = Cluster(place).request("POST", f"/{place.name}/_search", body=body)["hits"]["hits"]
    return {hit["_source"]["n"]: (hit["_version"], hit["_seq_no"]) for hit in hits}


def numbers_in(request: Request) -> list[int]:
    """The ids that a bulk request puts."""
    lines = [json.loads(line) for line in request.body.splitlines()]
    return [int(line["index"]["_id"]) for line in lines if "index" in line]


def test_changes_are_made_in_several_requests(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MAX_REQUEST_CHANGES", 100)
    with FaultyHost(passing(cluster)) as host:
        sender = send(through(host, place), [put(number) for number in range(950)])
    assert (sender.made, sender.refused, sender.latest_version) == (950, {}, 0)
    assert sorted(len(numbers_in(request)) for request in host.requests) == [50, *[100] * 9]
    assert stored(place).keys() == set(range(950))
    send(Cluster(place), [make_delete(f"a{number}", f"{number}", 2) for number in range(3, 2_000)])
    assert stored(place).keys() == {0, 1, 2}


def test_requests_are_bounded_by_their_bytes(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MAX_REQUEST_BYTES", 60_000)
    with FaultyHost(passing(cluster)) as host:
        send(through(host, place), [put(number, text="x" * 19_000) for number in range(10)])
        send(through(host, place), [put(10, text="x" * (bulk.MAX_REQUEST_BYTES + 1)), put(11)])
    assert sorted(map(numbers_in, host.requests)) == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9], [10], [11]]
    assert stored(place).keys() == set(range(12))


def test_the_same_changes_again_change_nothing(place: Place) -> None:
    changes = [put(number) for number in range(20)] + [make_delete("a99", "99", 5)]
    send(Cluster(place), changes)
    before = stored(place)
    sender = send(Cluster(place), changes)
    assert (sender.made, sender.latest_version) == (21, 5)
    assert stored(place) == before


def test_of_two_changes_the_later_version_holds(place: Place) -> None:
    send(Cluster(place), [put(1, version=20), put(2, version=20), make_delete("a3", "3", 20)])
    sender = send(Cluster(place), [put(1, version=10), make_delete("a2", "2", 10), put(3, version=10), put(4, version=10)])
    assert (sender.made, sender.latest_version) == (4, 20)
    assert {number: version for number, (version, _) in stored(place).items()} == {1: 20, 2: 20, 4: 10}


def test_a_change_whose_answer_was_lost_is_sent_again_and_made_once(
    place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MAX_REQUEST_CHANGES", 10)
    seen: set[bytes] = set()

    def answer(request: Request) -> bytes | None:
        made = as_answer(*forward(cluster, request))
        is_first = is_bulk(request) and request.body not in seen
        seen.add(request.body)
        return None if is_first else made

    with FaultyHost(answer) as host:
        sender = send(through(host, place), [put(number, version=7) for number in range(40)])
    assert (sender.made, sender.refused, len(host.requests)) == (40, {}, 8)
    found = stored(place)
    assert found.keys() == set(range(40))
    assert max(changed for _, changed in found.values()) < 40  # no shard has made more than 40 changes


@pytest.mark.usefixtures("quick")
def test_a_request_that_the_cluster_refuses_for_now_is_sent_again(place: Place, cluster: str) -> None:
    refusals = iter(range(3))

    def answer(request: Request) -> bytes:
        if next(refusals, None) is not None:
            return as_json({"error": {"root_cause": [BUSY], **BUSY}, "status": 429}, "429 Too Many Requests")
        return as_answer(*forward(cluster, request))

    with FaultyHost(answer) as host:
        assert send(through(host, place), [put(1), put(2)]).made == 2
    assert [numbers_in(request) for request in host.requests] == [[1, 2]] * 4
    assert stored(place).keys() == {1, 2}


def reject(
    url: str, is_rejected: Callable[[int], bool], error: dict[str, str], status: int = 429
) -> Callable[[Request], bytes]:
    """A host that leaves out some of the documents of a bulk request, and answers for those with an
    error."""

    def answer(request: Request) -> bytes:
        if not is_bulk(request):
            return as_answer(*forward(url, request))
        lines = request.body.splitlines(keepends=True)
        pairs = list(zip(lines[::2], lines[1::2], strict=True))
        flags = [is_rejected(number) for number in numbers_in(request)]
        passed = b"".join(b"".join(pair) for pair, flag in zip(pairs, flags, strict=True) if not flag)
        items = iter(json.loads(forward(url, request, passed)[1])["items"] if passed else ())
        made = [{"index": {"status": status, "error": error}} if flag else next(items) for flag in flags]
        return as_json({"errors": any(flags), "items": made})

    return answer


@pytest.mark.usefixtures("quick")
def test_only_documents_that_were_rejected_are_sent_again(place: Place, cluster: str) -> None:
    tries: dict[int, int] = defaultdict(int)

    def is_rejected(number: int) -> bool:
        tries[number] += 1
        return tries[number] <= number % 3

    with FaultyHost(reject(cluster, is_rejected, BUSY)) as host:
        assert send(through(host, place), [put(number) for number in range(30)]).made == 30
    assert [numbers_in(request) for request in host.requests] == [
        list(range(30)),
        [number for number in range(30) if number % 3],
        [number for number in range(30) if number % 3 == 2],
    ]
    assert stored(place).keys() == set(range(30))


@pytest.mark.usefixtures("quick")
def test_a_cluster_that_stays_busy_is_an_error(place: Place, cluster: str) -> None:
    with (
        FaultyHost(reject(cluster, lambda number: number == 2, BUSY)) as host,
        pytest.raises(
            searchkit.StorageError,
            match=r"did not take 1 changes within 10 seconds \(.*has too much to do .*rejected execution",
        ),
    ):
        send(through(host, place), [put(1), put(2), put(3)], retry_seconds=10)
    assert [numbers_in(request) for request in host.requests] == [[1, 2, 3], *[[2]] * 4]
    assert stored(place).keys() == {1, 3}


UNANSWERED = {
    "closed": b"",
    "reset": None,
    "cut": b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{",
    "late": HANG,
    "502": as_text("<h1>Bad Gateway</h1>", "502 Bad Gateway"),
    "503": as_json({"message": "no server is available"}, "503 Service Unavailable"),
    "504": as_text("", "504 Gateway Timeout"),
    "429": as_text("slow down", "429 Too Many Requests", "text/plain"),
}


@pytest.mark.parametrize("fault", UNANSWERED)
@pytest.mark.usefixtures("quick")
def test_what_is_not_answered_is_sent_again(place: Place, cluster: str, fault: str) -> None:
    """More often than the connection does by itself."""
    faults = iter([UNANSWERED[fault]] * 3)

    def answer(request: Request) -> bytes | None:
        return next(faults, as_answer(*forward(cluster, request)))

    with FaultyHost(answer) as host:
        found = through(host, place, timeout=0.2 if fault == "late" else 30)
        sender = send(found, [put(number) for number in range(20)], retry_seconds=1_000)
    assert (sender.made, sender.refused) == (20, {})
    assert len(host.requests) == 4 or fault == "late"  # the cluster may be late too
    assert stored(place).keys() == set(range(20))


@pytest.mark.usefixtures("quick")
def test_a_cluster_that_never_answers_is_an_error(place: Place) -> None:
    with (
        FaultyHost(lambda request: b"") as host,
        pytest.raises(
            searchkit.StorageError, match=r"did not take 2 changes within 10 seconds \(.* cannot be reached: .* clo"
        ),
    ):
        send(through(host, place), [put(1), put(2)], retry_seconds=10)
    assert len(host.requests) == 2 * 5  # the connection repeats once


@pytest.mark.usefixtures("quick")
def test_a_cluster_without_a_manager_is_waited_for(place: Place, cluster: str) -> None:
    """Others elect one."""
    block = {"type": "cluster_block_exception", "reason": "blocked by: [SERVICE_UNAVAILABLE/2/no cluster-manager];"}
    refusals = iter(range(3))

    def answer(request: Request) -> bytes:
        if next(refusals, None) is not None:
            return as_json({"error": block, "status": 503}, "503 Service Unavailable")
        return as_answer(*forward(cluster, request))

    with FaultyHost(answer) as host:
        assert send(through(host, place), [put(1)]).made == 1
        refusals = iter(range(99))
        with pytest.raises(
            searchkit.StorageError, match=r"within 10 seconds \(.*has no cluster manager now .*more than half of its"
        ):
            send(through(host, place), [put(2)], retry_seconds=10)
    assert stored(place).keys() == {1}


@pytest.mark.parametrize("is_flood", [False, True])
def test_a_block_is_an_error_at_once_and_says_how_it_is_reset(place: Place, cluster: str, is_flood: bool) -> None:
    """On a full disk the cluster answers 429 for each document, as it does when it is busy."""
    setting = "index.blocks.read_only_allow_delete" if is_flood else "index.blocks.write"
    Cluster(place).request("PUT", f"/{place.name}/_settings", body={setting: True})
    with FaultyHost(passing(cluster)) as host, pytest.raises(searchkit.StorageError) as caught:
        send(through(host, place), [put(1), put(2)])
    assert len(host.requests) == 1
    assert f"refused the article 'a1': {setting} is set on {place.name}" in str(caught.value)
    assert f"curl -X PUT 'http://{host.address}/{place.name}/_settings'" in str(caught.value)
    assert ("is short of disk space" in str(caught.value)) == is_flood
    Cluster(place).request("PUT", f"/{place.name}/_settings", body={setting: None})
    assert send(Cluster(place), [put(1), put(2)]).made == 2


def test_a_document_that_the_cluster_cannot_hold_is_left_out(place: Place) -> None:
    changes = [put(1), make_put("long", "2", 1, b'{"n": "two"}'), put(3)]
    sender = send(Cluster(place), changes)
    assert sender.made == 2
    assert sender.refused.keys() == {"long"}
    assert "the cluster refused its document of 12 bytes: failed to parse field [n]" in sender.refused["long"]
    assert stored(place).keys() == {1, 3}


def test_another_fault_of_a_document_is_an_error(place: Place) -> None:
    with pytest.raises(searchkit.StorageError, match=r"refused the article 'a2' .*dynamic introduction of \[other\]"):
        send(Cluster(place), [put(1), put(2, other=1)])


def test_what_is_more_than_a_node_holds_at_once_is_left_out(place: Place) -> None:
    """It would be rejected for ever: indexing pressure may take a tenth of the heap, and the node
    of the tests has 512 MB."""
    heap = next(iter(get_json(place, "/_nodes/jvm")["nodes"].values()))["jvm"]["mem"]["heap_max_in_bytes"]
    size = heap // 10 + 1_000_000
    if size > bulk.MAX_CONTENT_BYTES:
        pytest.skip(f"a node with a heap of {heap:,} bytes holds whatever may be sent")
    sender = send(Cluster(place), [put(1), put(2, text="x" * size), put(3)])
    assert sender.made == 2
    assert "max_coordinating_and_primary_bytes" in sender.refused["a2"]
    assert stored(place).keys() == {1, 3}


def test_what_is_too_large_for_one_request_goes_in_several(place: Place, cluster: str) -> None:
    """A proxy before a cluster may take less than its nodes."""

    def answer(request: Request) -> bytes:
        if len(request.body) > 1_000:
            return b"HTTP/1.1 413 Payload Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        return as_answer(*forward(cluster, request))

    with FaultyHost(answer) as host:
        sender = send(
            through(host, place), [put(number, text="x" * (2_000 if number == 7 else 100)) for number in range(20)]
        )
    assert (sender.made, set(sender.refused)) == (19, {"a7"})
    assert "the cluster refused its document of 2,0" in sender.refused["a7"]
    assert stored(place).keys() == set(range(20)) - {7}


def test_no_index_is_made_in_place_of_an_alias_that_is_gone(place: Place) -> None:
    cluster = Cluster(place)
    with (
        pytest.raises(searchkit.StorageError, match="has no index with the alias .*-gone any more: somebody removed it"),
        BulkSender(cluster, f"{place.name}-gone", is_alias=True) as sender,
    ):
        sender.add(put(1))
    assert not cluster.request("HEAD", f"/{place.name}-gone")


def test_few_requests_are_on_their_way_at_once(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who adds changes waits, so that not all of them are in memory."""
    monkeypatch.setattr(bulk, "MAX_REQUEST_CHANGES", 10)
    lock = threading.Lock()
    now = most = taken = answered = most_waiting = 0

    def answer(request: Request) -> bytes:
        nonlocal now, most, answered, most_waiting
        with lock:
            now += 1
            most, most_waiting = max(most, now), max(most_waiting, taken - answered)
        made = as_answer(*forward(cluster, request))
        with lock:
            now -= 1
            answered += 10
        return made

    with FaultyHost(answer) as host, BulkSender(through(host, place), place.name) as sender:
        for number in range(1_000):
            taken += 1
            sender.add(put(number))
    assert 2 <= most <= bulk.SENDERS
    assert most_waiting <= 10 * (2 * bulk.SENDERS + 2)
    assert stored(place).keys() == set(range(1_000))


def test_few_bytes_are_on_their_way_at_once(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of documents that are larger than all requests should be, one."""
    monkeypatch.setattr(bulk, "MAX_REQUEST_BYTES", 2_000)
    monkeypatch.setattr(bulk, "MAX_SENT_BYTES", 6_000)
    lock = threading.Lock()
    taken = answered = most_waiting = 0
    sizes = [5_000, 9_000, 5_000, 9_000, *[1_500] * 8, 9_000, *[100] * 90]

    def answer(request: Request) -> bytes:
        nonlocal answered, most_waiting
        with lock:
            most_waiting = max(most_waiting, taken - answered)
        made = as_answer(*forward(cluster, request))
        with lock:
            answered += len(request.body)
        return made

    with FaultyHost(answer) as host, BulkSender(through(host, place), place.name) as sender:
        for number, size in enumerate(sizes):
            change = put(number, text="x" * size)
            with lock:
                taken += len(change.lines)
            sender.add(change)
    assert 6_000 < most_waiting < 2 * 9_200  # one on its way, and one that waits in `add`
    assert stored(place).keys() == set(range(len(sizes)))


def test_an_error_ends_what_waits_to_be_sent(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MAX_REQUEST_CHANGES", 10)

    def answer(request: Request) -> bytes:
        if 0 in numbers_in(request):
            return as_json(
                {"error": {"type": "security_exception", "reason": "no permissions"}, "status": 403}, "403 Forbidden"
            )
        return as_json({"error": BUSY, "status": 429}, "429 Too Many Requests")

    taken = 0
    with FaultyHost(answer) as host, pytest.raises(searchkit.StorageError, match="does not permit"):  # noqa: SIM117
        with BulkSender(through(host, place), place.name) as sender:
            for number in range(1_000):
                taken += 1
                sender.add(put(number))
    assert taken <= 10 * (bulk.SENDERS + 3)
    assert stored(place) == {}
