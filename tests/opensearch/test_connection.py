"""What becomes of requests when a host is gone, slow, or something else than OpenSearch."""

from __future__ import annotations

import itertools
import logging
import pickle
import socket
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

import searchkit
from searchkit.engines.opensearch import backoff, connection
from searchkit.engines.opensearch.connection import Cluster, Connection, RequestRefused, Unanswered
from searchkit.engines.opensearch.place import parse_place
from tests.opensearch.faulty_host import HANG, FaultyHost, Request, as_json, as_text, free_address
from tests.plain_environment import plain_environment

Answer = Callable[[Request], bytes | None]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits until something is sent again, or for the health of a cluster that hangs."""
    monkeypatch.setattr(backoff, "FIRST_DELAY", 0)
    monkeypatch.setattr(connection, "_HEALTH_SECONDS", 0.2)


@contextmanager
def connected(*hosts: FaultyHost | str, timeout: float = 30.0) -> Iterator[Cluster]:
    """A cluster of these hosts, which then are asked in the order in which they are given."""
    addresses = [host if isinstance(host, str) else host.address for host in hosts]
    cluster = Cluster(parse_place(f"opensearch://{','.join(addresses)}/news"), Connection(timeout=timeout))
    try:
        yield cluster
    finally:
        cluster.close()


@contextmanager
def answering(answer: Answer | bytes | None, *, timeout: float = 30.0) -> Iterator[tuple[Cluster, FaultyHost]]:
    """A cluster of one host."""
    function = answer if callable(answer) else lambda request: answer
    with FaultyHost(function) as host, connected(host, timeout=timeout) as cluster:
        yield cluster, host


def without_health(*hosts: FaultyHost) -> list[str]:
    """What hosts were asked, except for the health of the cluster."""
    return [asked for host in hosts for asked in host.asked if not asked.startswith("GET /_cluster/health/")]


def fail(cluster: Cluster, method: str = "GET", path: str = "/news/_search", **given: object) -> str:
    """The message of a request that fails, without the place that it begins with."""
    with pytest.raises(searchkit.StorageError) as error:
        cluster.request(method, path, **given)  # type: ignore[arg-type]
    assert type(error.value) in (searchkit.StorageError, Unanswered)
    again = pickle.loads(pickle.dumps(error.value))  # noqa: S301
    assert str(again) == str(error.value)
    assert str(error.value).startswith(cluster.place.text)
    return str(error.value).removeprefix(f"{cluster.place.text} ")


def test_requests_and_answers_are_json() -> None:
    with answering(lambda request: as_json({"path": request.path})) as (cluster, host):
        assert cluster.request("GET", "/a%2Fb") == {"path": "/a%2Fb"}
        params = {"wait": True, "partial": False, "n": 7, "text": "a b&ü"}
        assert cluster.request("POST", "/x", params=params, body={"é": [1]}) == {
            "path": "/x?wait=true&partial=false&n=7&text=a+b%26%C3%BC"
        }
        cluster.request("POST", "/_bulk", body=b'{"index":{}}\n{"a":1}\n')
    assert [request.body for request in host.requests] == [b"", '{"é":[1]}'.encode(), b'{"index":{}}\n{"a":1}\n']
    assert {request.headers["content-type"] for request in host.requests} == {"application/json"}
    assert "authorization" not in host.requests[0].headers


def test_half_of_a_surrogate_pair_is_escaped() -> None:
    """As a query may have it; UTF-8 has not."""
    with answering(as_json({})) as (cluster, host):
        cluster.request("POST", "/x", body={"a": "é\udcff"})
    assert host.requests[0].body == b'{"a":"\\u00e9\\udcff"}'


def test_a_parameter_timeout_is_one_of_the_server() -> None:
    with answering(as_json({})) as (cluster, host):
        cluster.request("PUT", "/x", params={"timeout": "5s", "ignore": 3})
    assert host.asked == ["PUT /x?timeout=5s&ignore=3"]


def test_an_answer_without_content_is_none_and_head_is_a_truth() -> None:
    with answering(lambda request: as_text("", "404 Not Found" if "no" in request.path else "200 OK")) as (cluster, _):
        assert cluster.request("GET", "/x") is None
        assert cluster.request("HEAD", "/x") is True
        assert cluster.request("HEAD", "/no") is False


def test_warnings_of_the_server_are_not_ours(capsys: pytest.CaptureFixture[str]) -> None:
    warning = 'warning: 299 OpenSearch-3.2.0 "this is deprecated"\r\n'
    with answering(as_json([], headers=warning)) as (cluster, _), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert cluster.request("GET", "/x") == []
    assert [one.message for one in warned] == []
    assert capsys.readouterr() == ("", "")


def test_nothing_is_printed_by_a_program_without_logging() -> None:
    """Hosts that are given up are logged by opensearch-py, which shows nobody who did not ask."""
    program = (
        "from searchkit.engines.opensearch.connection import *\n"
        "from searchkit.engines.opensearch.place import parse_place\n"
        f"cluster = Cluster(parse_place('opensearch://{free_address()},{free_address()}/news'))\n"
        "try:\n    cluster.request('GET', '/')\nexcept Exception as error:\n    print(type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], env=plain_environment(), capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("Unanswered\n", "")


def test_nobody_listens() -> None:
    address = free_address()
    with connected(address) as cluster:
        assert fail(cluster) == (
            f"cannot be reached: nothing answers at http://{address} (Connection refused); see whether the nodes of the"
            " cluster run, and at which addresses"
        )


def test_an_unknown_host() -> None:
    with connected("no-such-host.invalid") as cluster:
        assert fail(cluster).startswith(
            "cannot be reached: there is no host with the name in http://no-such-host.invalid:9200 ("
        )


def test_a_host_that_accepts_no_connection() -> None:
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):  # what the system accepts on its behalf
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        cluster = stack.enter_context(connected(address, timeout=0.2))  # nothing is waited for in vain
        assert fail(cluster) == f"cannot be reached: http://{address} did not accept a connection within 0.2 seconds"


@pytest.mark.usefixtures("quick")
def test_a_host_that_does_not_answer() -> None:
    with answering(HANG, timeout=3) as (cluster, host):
        message = f"http://{host.address} did not answer within 3 seconds; a longer timeout may help (opensearch_timeout)"
        assert fail(cluster) == f"cannot be reached: {message}"
        assert fail(cluster, timeout=0.5) == f"cannot be reached: {message.replace('3 sec', '0.5 sec')}"


@pytest.mark.parametrize(
    ("answer", "why"), [(None, "Connection reset by peer"), (b"", "closed connection"), (b"\x15\3\1", "")]
)
def test_a_connection_that_is_cut(answer: bytes | None, why: str) -> None:
    """A request that changes nothing is sent once more, any other is not."""
    with answering(answer) as (cluster, host):
        message = fail(cluster)
        assert message.startswith(f"cannot be reached: http://{host.address} closed the connection without an answer that")
        assert why in message
        assert message.endswith("; if it speaks TLS, the place begins with opensearchs://")
        assert host.asked == ["GET /news/_search"] * 2
        host.requests.clear()
        fail(cluster, "POST")
        assert host.asked == ["POST /news/_search"]
        host.requests.clear()
        fail(cluster, "POST", idempotent=True)
        fail(cluster, "PUT", idempotent=False)
        assert host.asked == ["POST /news/_search"] * 2 + ["PUT /news/_search"]


@pytest.mark.parametrize(
    "answer",
    [
        b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a": 1}',
        b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{"a": 1',
    ],
)
def test_an_answer_that_is_cut(answer: bytes) -> None:
    with answering(answer) as (cluster, host):
        assert fail(cluster) == f"cannot be reached: http://{host.address} ended its answer before the end"


def test_an_answer_of_unknown_length_that_is_cut() -> None:
    with answering(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"hits": [') as (cluster, _):
        assert fail(cluster) == (
            "answered GET /news/_search with what is no JSON: '{\"hits\": ['. A proxy before it may have failed, or the"
            " answer was cut"
        )


PAGE = "<!doctype html><html><head><style>p {x: y}</style><title>502 Bad\nGateway</title></head><h1>nginx</h1></html>"


def test_a_page_of_a_proxy() -> None:
    with answering(as_text(PAGE)) as (cluster, _):
        assert fail(cluster).startswith("answered GET /news/_search with what is no JSON: '502 Bad Gateway nginx'. A proxy")
    with answering(as_text(PAGE, "502 Bad Gateway"), timeout=0.5) as (cluster, _):
        assert fail(cluster).startswith(
            "answered GET /news/_search with the status 502 and what is no JSON: '502 Bad Gateway nginx'. A proxy before it"
        )
    with answering(as_text("", "302 Found", headers="location: /login\r\n")) as (cluster, host):
        assert fail(cluster).startswith("answered GET /news/_search with the status 302 and what is no JSON, which is empty")
    assert len(host.requests) == 1


@pytest.mark.parametrize(
    ("found", "what"),
    [
        (
            {"version": {"number": "8.15.0", "build_flavor": "default"}, "tagline": "You Know, for Search"},
            "Elasticsearch, or an imitation of it, 8.15.0",
        ),
        ({"version": {"number": "7.10.2"}}, "Elasticsearch, or an imitation of it, 7.10.2"),
        ({"version": {"distribution": "opensearch", "number": "1.3.20"}}, "OpenSearch 1.3.20"),
        ({"version": {"distribution": "opensearch", "number": "2.3.0"}}, "OpenSearch 2.3.0"),
        ({"version": {"distribution": "opensearch", "number": "two"}}, "OpenSearch two"),
        ({"couchdb": "Welcome", "version": "3.3.3"}, "what is no OpenSearch: {'couchdb': 'Welcome', 'version': '3.3.3'}"),
        (["a"], "what is no OpenSearch: ['a']"),
    ],
)
def test_another_program_or_version(found: object, what: str) -> None:
    with FaultyHost(lambda request: as_json(found), knows_version=False) as host, connected(host) as cluster:
        for _ in range(2):
            with pytest.raises(searchkit.EngineUnavailable) as error:
                cluster.request("DELETE", "/news")
            assert str(error.value) == f"at {cluster.place.text} is {what}; expected OpenSearch 2.4 or newer"
    assert host.asked == ["GET /"] * 2


@pytest.mark.parametrize("number", ["2.4.0", "2.19.1", "3.0.0-beta1", "10.0.0"])
def test_the_version_is_asked_for_once(number: str) -> None:
    found = {"version": {"distribution": "opensearch", "number": number}}
    with FaultyHost(lambda request: as_json(found), knows_version=False) as host, connected(host) as cluster:
        cluster.request("GET", "/a")
        cluster.request("GET", "/b")
    assert host.asked == ["GET /", "GET /a", "GET /b"]


def test_who_may_not_see_the_version_may_search() -> None:
    def answer(request: Request) -> bytes:
        return as_json({"error": "x", "status": 403}, "403 Forbidden") if request.path == "/" else as_json({})

    with FaultyHost(answer, knows_version=False) as host, connected(host) as cluster:
        assert cluster.request("GET", "/a") == {}


def ok(request: Request) -> bytes:
    return as_json({"is": "well"})


@pytest.mark.parametrize("path", ["/news/_search", "/"])
def test_a_host_that_is_gone_is_left_for_another(path: str) -> None:
    for _ in range(5):  # the order is left to chance
        with FaultyHost(ok) as well, connected(free_address(), well, free_address()) as cluster:
            for _ in range(3):
                assert cluster.request("POST", "/news/_search", idempotent=False) == {"is": "well"}
        assert well.asked == ["POST /news/_search"] * 3


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("bad", [None, b"", as_text(PAGE, "502 Bad Gateway"), as_json({"error": "x"}, "503 Unavailable")])
def test_a_host_that_fails_is_left_for_another(bad: bytes | None) -> None:
    for _ in range(5):
        with FaultyHost(ok) as well, FaultyHost(lambda request: bad) as ill, connected(well, ill) as cluster:
            for _ in range(3):
                assert cluster.request("GET", "/x") == {"is": "well"}


def test_a_host_that_hangs_is_left_for_another() -> None:
    with FaultyHost(ok) as well, FaultyHost(lambda request: HANG) as ill, connected(well, ill) as cluster:
        for _ in range(3):  # one of them goes to the host that hangs
            assert cluster.request("GET", "/x", timeout=5) == {"is": "well"}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("bad", [None, as_text(PAGE, "502 Bad Gateway"), as_json({"error": "x"}, "503 Unavailable"), HANG])
def test_what_may_have_been_done_is_not_done_again(bad: bytes | None) -> None:
    with ExitStack() as stack:
        one, other = (stack.enter_context(FaultyHost(lambda request: bad)) for _ in range(2))
        cluster = stack.enter_context(connected(one, other))
        with pytest.raises(searchkit.StorageError):
            cluster.request("POST", "/news/_update_by_query", timeout=2)
        asked = without_health(one, other)
    # A host that hangs may not have read the request yet.
    assert asked == ["POST /news/_update_by_query"] or (bad == HANG and not asked)


@pytest.mark.usefixtures("quick")
def test_what_is_slow_everywhere_is_asked_for_no_more_than_twice() -> None:
    with ExitStack() as stack:
        hosts = [stack.enter_context(FaultyHost(lambda request: HANG)) for _ in range(4)]
        cluster = stack.enter_context(connected(*hosts))
        assert "did not answer within 1 seconds" in fail(cluster, timeout=1)
        assert len(without_health(*hosts)) <= 2


REFUSALS: list[tuple[str, object, str]] = [
    (
        "429 Too Many Requests",
        {"type": "circuit_breaking_exception", "reason": "[parent] Data too large, data for [<http_request>]"},
        "is short of memory and refused POST /news/_search ([parent] Data too large, data for [<http_request>]); try again"
        " when it has less to do, or give its nodes more heap (-Xmx in jvm.options)",
    ),
    (
        "429 Too Many Requests",
        {"type": "rejected_execution_exception", "reason": "rejected execution of coordinating operation"},
        "has too much to do and refused POST /news/_search (rejected execution of coordinating operation); try again later",
    ),
    (
        "413 Request Entity Too Large",
        None,
        "refused POST /news/_search: the request is larger than http.max_content_length of the cluster (100 MB by default)",
    ),
    (
        "503 Service Unavailable",
        {
            "type": "cluster_block_exception",
            "reason": "blocked by: [SERVICE_UNAVAILABLE/2/no cluster_manager];",
        },
        "has no cluster manager now and refused POST /news/_search (blocked by: [SERVICE_UNAVAILABLE/2/no cluster_manager];);"
        " it needs more than half of its manager nodes",
    ),
    (
        "403 Forbidden",
        {"type": "cluster_block_exception", "reason": "blocked by: [FORBIDDEN/6/cluster read-only (api)];"},
        "refused POST /news/_search: cluster.blocks.read_only is set on the cluster. It is reset by: curl -X PUT"
        " 'http://{address}/_cluster/settings' -H 'Content-Type: application/json' -d"
        """ '{{"persistent": {{"cluster.blocks.read_only": null}}, "transient": {{"cluster.blocks.read_only": null}}}}'""",
    ),
    (
        "403 Forbidden",
        {"type": "cluster_block_exception", "reason": "index [n] blocked by: [FORBIDDEN/99/new kind];"},
        "refused POST /news/_search: index [n] blocked by: [FORBIDDEN/99/new kind];",
    ),
    ("400 Bad Request", {"reason": "why"}, "refused POST /news/_search (status 400): why"),
    ("500 Internal Server Error", "text", "refused POST /news/_search (status 500): text"),
    ("500 Internal Server Error", {"type": "odd"}, "refused POST /news/_search (odd, status 500): it gave no reason"),
]


@pytest.mark.parametrize(("status", "error", "message"), REFUSALS)
def test_a_refusal(status: str, error: object, message: str) -> None:
    """Refusals that a test cannot have of a real cluster; the others are in test_refusals.py."""
    root = {"root_cause": [error], **error} if isinstance(error, dict) and "type" in error else error
    answer = as_json({"error": root, "status": int(status[:3])}, status) if error else as_text("", status)
    with answering(answer) as (cluster, host), pytest.raises(RequestRefused) as refused:
        cluster.request("POST", "/news/_search", params={"a": "b"})
    assert (
        str(refused.value)
        == f"{cluster.place.text} {message.format(address=host.address) if 'curl' in message else message}"
    )
    found = error if isinstance(error, dict) else {}
    assert (refused.value.status, refused.value.kind) == (int(status[:3]), found.get("type", ""))
    again = pickle.loads(pickle.dumps(refused.value))  # noqa: S301
    assert (str(again), vars(again)) == (str(refused.value), vars(refused.value))


def refusal(status: str, kind: str, reason: str = "why") -> bytes:
    """The answer of a cluster that refuses something."""
    error = {"type": kind, "reason": reason}
    return as_json({"error": {"root_cause": [error], **error}, "status": int(status[:3])}, status)


FOR_NOW = [
    refusal("500 Internal Server Error", "node_disconnected_exception"),
    refusal("500 Internal Server Error", "node_not_connected_exception"),
    refusal("503 Service Unavailable", "cluster_manager_not_discovered_exception"),
    refusal(
        "503 Service Unavailable", "cluster_block_exception", "blocked by: [SERVICE_UNAVAILABLE/1/state not recovered];"
    ),
    refusal("429 Too Many Requests", "rejected_execution_exception"),
    as_text(PAGE, "503 Service Unavailable"),
]
FOR_GOOD = [
    refusal("500 Internal Server Error", "illegal_state_exception"),
    refusal("503 Service Unavailable", "too_many_buckets_exception"),
    refusal("429 Too Many Requests", "cluster_block_exception", "index [n] blocked by: [TOO_MANY_REQUESTS/12/disk];"),
    refusal("403 Forbidden", "cluster_block_exception", "index [n] blocked by: [FORBIDDEN/8/index write (api)];"),
    refusal("404 Not Found", "index_not_found_exception"),
]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("refused", FOR_NOW)
def test_what_is_refused_for_now_is_asked_again(refused: bytes) -> None:
    refusals: list[bytes] = []

    def answer(request: Request) -> bytes:
        return refusals.pop() if refusals and "/_cluster/health/" not in request.path else as_json({})

    with answering(answer) as (cluster, host):
        for method, options in (("GET", {}), ("POST", {"idempotent": True})):
            refusals += [refused] * 3
            assert cluster.request(method, "/news/_search", **options) == {}  # type: ignore[arg-type]
            assert without_health(host) == [f"{method} /news/_search"] * 4
            host.requests.clear()
        for options in ({}, {"idempotent": True, "retry": False}):
            refusals.append(refused)
            with pytest.raises(searchkit.StorageError):
                cluster.request("POST", "/news/_search", **options)  # type: ignore[arg-type]
        assert without_health(host) == ["POST /news/_search"] * 2


@pytest.mark.parametrize("refused", FOR_GOOD)
def test_what_is_refused_for_good_is_not_asked_again(refused: bytes) -> None:
    with answering(refused) as (cluster, host):
        for _ in range(2):
            with pytest.raises(RequestRefused), cluster.retrying(60):
                cluster.request("GET", "/news/_search")
    assert host.asked == ["GET /news/_search"] * 2


class Clock:
    """Takes the place of `time` in `backoff`: each look at it is a second later."""

    def __init__(self) -> None:
        self.monotonic = itertools.count().__next__


@pytest.mark.usefixtures("quick")
def test_it_is_asked_again_until_the_timeout_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or for as long as `retrying` says, in its thread."""
    monkeypatch.setattr(backoff, "time", Clock())
    with answering(refusal("429 Too Many Requests", "rejected_execution_exception")) as (cluster, host):

        def count_tries(**options: float) -> int:
            host.requests.clear()
            with pytest.raises(RequestRefused, match="has too much to do .*why"):
                cluster.request("GET", "/news/_search", **options)  # type: ignore[arg-type]
            return len(host.requests)

        assert (count_tries(), count_tries(timeout=7)) == (30, 7)
        with cluster.retrying(12):
            assert (count_tries(), count_tries(timeout=7)) == (12, 12)
            with ThreadPoolExecutor(1) as pool:
                assert pool.submit(count_tries).result() == 30
        assert count_tries() == 30


@pytest.mark.usefixtures("quick")
def test_who_writes_waits_for_hosts_that_are_gone() -> None:
    """Others are told at once."""
    faults: list[None] = []
    with answering(lambda request: faults.pop() if faults else as_json({})) as (cluster, _):
        faults += [None] * 20
        fail(cluster)
        assert len(faults) == 18
        with cluster.retrying(60):
            assert cluster.request("GET", "/a") == {}
            faults += [None] * 20
            assert cluster.request("POST", "/a", idempotent=True) == {}
            faults += [None]
            fail(cluster, "POST")


@pytest.mark.usefixtures("quick")
@pytest.mark.usefixtures("quick")
def test_shards_that_a_request_waits_for_in_vain_are_named() -> None:
    red = {"status": "red", "active_primary_shards": 1, "number_of_shards": 2, "initializing_shards": 0}

    def answer(request: Request) -> bytes:
        if request.path.startswith("/_cluster/health/news?"):
            return as_json({"indices": {"news-1": red}, "number_of_in_flight_fetch": 0})
        return HANG

    with (
        answering(answer, timeout=0.5) as (cluster, _),
        pytest.raises(RequestRefused, match="health of news-1 is red, 1 of 2"),
    ):
        cluster.request("POST", "/news/_refresh")


@pytest.mark.parametrize("is_late", [True, False])
@pytest.mark.usefixtures("quick")
def test_a_cluster_manager_that_is_missing_is_named(is_late: bool) -> None:
    """Whatever a request is refused for, or waits for."""

    def answer(request: Request) -> bytes:
        if request.path.startswith("/_cluster/health/news?"):
            return refusal("503 Service Unavailable", "cluster_manager_not_discovered_exception")
        return HANG if is_late else FOR_NOW[0]

    with (
        answering(answer, timeout=0.5) as (cluster, _),
        pytest.raises(RequestRefused, match="has no cluster manager now and"),
    ):
        cluster.request("POST", "/news/_search")


@pytest.mark.usefixtures("quick")
def test_shards_are_waited_for_if_a_node_brings_them_back() -> None:
    red = {"status": "red", "active_primary_shards": 1, "number_of_shards": 2}
    shards = [1, 1, 0]

    def answer(request: Request) -> bytes:
        if request.path.startswith("/_cluster/health/news?"):
            left = {"initializing_shards": shards.pop(0) if shards else 0}
            return as_json({"indices": {"news-1": red | left}, "number_of_in_flight_fetch": 0})
        return refusal("503 Service Unavailable", "no_shard_available_action_exception") if shards or is_red else as_json({})

    is_red = True
    with answering(answer) as (cluster, host):
        with pytest.raises(RequestRefused, match="lacks a part of the archive: the health of news-1 is red, 1 of 2 shards"):
            cluster.request("GET", "/news/_search")
        assert host.asked.count("GET /news/_search") == 3
        host.requests.clear()
        is_red, shards = False, [0, 0, 0]
        with cluster.retrying(60):  # who writes waits for nodes, too
            assert cluster.request("GET", "/news/_search") == {}
        assert host.asked.count("GET /news/_search") == 4


def test_a_closed_cluster_opens_again() -> None:
    with answering(as_json({})) as (cluster, host):
        cluster.request("GET", "/a")
        cluster.close()
        cluster.close()
        assert cluster.request("GET", "/b") == {}
    assert host.asked == ["GET /a", "GET /b"]


def test_bodies_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Articles would fill the log."""
    caplog.set_level(logging.DEBUG)
    with answering(as_json({"answer": "no-log-2"})) as (cluster, _):
        cluster.request("POST", "/x", body={"a": "no-log-1"})
    assert "POST /x" in caplog.text
    assert "no-log" not in caplog.text


def test_without_the_package_the_error_says_how_to_get_it() -> None:
    program = (
        "import sys\n"
        "sys.modules['opensearchpy'] = None\n"
        "from searchkit.engines.opensearch.connection import *\n"
        "from searchkit.engines.opensearch.place import parse_place\n"
        "try:\n    Cluster(parse_place('opensearch://h/news'))\nexcept Exception as error:\n    print(repr(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=plain_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == repr(
        searchkit.EngineUnavailable(
            "opensearch:// places need the package opensearch-py; install it with: pip install 'searchkit[opensearch]'"
        )
    )


def test_opensearch_py_is_imported_with_the_first_cluster() -> None:
    program = (
        "import sys, searchkit\n"
        "searchkit.Connection\n"
        "print(*(name for name in ('opensearchpy', 'urllib3', 'ssl') if name in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=plain_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
