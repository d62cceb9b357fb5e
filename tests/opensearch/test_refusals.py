"""What a real cluster refuses, and whether the advice in the message helps."""

from __future__ import annotations

import shlex
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest

import searchkit
from searchkit.engines.opensearch.connection import Cluster, RequestRefused, explain_refusal
from searchkit.engines.opensearch.place import parse_place


@pytest.fixture
def asked(cluster: str) -> Iterator[Cluster]:
    """The cluster, with a place of its own; what is made there ends with the test."""
    name = f"refused-{uuid.uuid4().hex}"
    found = Cluster(parse_place(f"opensearch://{cluster.removeprefix('http://')}/{name}"))
    yield found
    found.request("DELETE", f"/{name}*")
    found.close()


def make_index(cluster: Cluster, **settings: object) -> str:
    """An index of the place, without copies; its name."""
    name = f"{cluster.place.name}-000001"
    body = {"settings": {"number_of_replicas": 0, **settings}, "aliases": {cluster.place.name: {}}}
    has_nodes = "index.routing.allocation.require._name" not in settings
    cluster.request("PUT", f"/{name}", params={"wait_for_active_shards": int(has_nodes)}, body=body)
    return name


def refuse(cluster: Cluster, method: str, path: str, body: object = None) -> RequestRefused:
    """The error of a request, without the place in its message."""
    with pytest.raises(RequestRefused) as refused:
        cluster.request(method, path, body=body)
    assert str(refused.value).startswith(f"{cluster.place.text} ")
    return refused.value


def paste(command: str) -> None:
    """Do what a shell would do with a command of curl."""
    curl, _, method, url, _, header, _, body = shlex.split(command)
    assert curl == "curl"
    name, _, value = header.partition(": ")
    request = urllib.request.Request(url, body.encode(), {name: value}, method=method)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status == 200


@pytest.mark.parametrize("block", ["read_only", "write", "metadata"])
def test_a_block(asked: Cluster, block: str) -> None:
    setting = f"index.blocks.{block}"
    index = make_index(asked, **{setting: True})
    path = f"/{index}/_mapping" if block == "metadata" else f"/{index}/_doc/1"
    body = {"properties": {"a": {"type": "long"}}} if block == "metadata" else {"a": 1}
    refused = refuse(asked, "PUT", path, body)
    message, _, command = str(refused).partition("It is reset by: ")
    assert message == f"{asked.place.text} refused PUT {path}: {setting} is set on {index}. "
    assert (refused.status, refused.kind) == (403, "cluster_block_exception")
    paste(command)
    asked.request("PUT", path, body=body)


def test_the_flood_stage_of_a_disk(asked: Cluster) -> None:
    """Of a request, and of an item of one."""
    index = make_index(asked, **{"index.blocks.read_only_allow_delete": True})
    refused = refuse(asked, "PUT", f"/{index}/_doc/1", {"a": 1})
    message, _, command = str(refused).partition("so does: ")
    assert message == (
        f"{asked.place.text} is short of disk space and refused PUT /{index}/_doc/1: index.blocks.read_only_allow_delete is"
        f" set on {index} (flood-stage watermark). Free some space; OpenSearch then resets it, and "
    )
    assert (refused.status, refused.kind) == (429, "cluster_block_exception")
    answer = asked.request("POST", f"/{index}/_bulk", body=b'{"index":{"_id":"1"}}\n{"a":1}\n')
    item = answer["items"][0]["index"]
    again = explain_refusal(asked.place, f"PUT /{index}/_doc/1", item["status"], item["error"])
    assert (str(again), again.status, again.kind) == (str(refused), refused.status, refused.kind)
    paste(command)
    asked.request("PUT", f"/{index}/_doc/1", body={"a": 1})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/{alias}/_search"),
        ("POST", "/{alias}/_search?allow_partial_search_results=false"),
        ("GET", "/{index}/_doc/1"),
        ("POST", "/{alias}/_search/point_in_time?keep_alive=1m"),
    ],
)
def test_an_index_that_is_red(asked: Cluster, method: str, path: str) -> None:
    index = make_index(asked, **{"index.routing.allocation.require._name": "nobody", "number_of_shards": 2})
    path = path.format(alias=asked.place.name, index=index)
    refused = refuse(asked, method, path)
    host = asked.place.hosts[0]
    assert str(refused) == (
        f"{asked.place.text} lacks a part of the archive: the health of {index} is red, 0 of 2 shards are there"
        f" ({method} {path.partition('?')[0]}). Nodes that are gone may have it; what is missing is shown by:"
        f" curl '{host}/_cluster/allocation/explain?pretty'"
    )
    assert refused.status == 503


def test_a_red_index_of_another_archive_is_not_blamed(asked: Cluster) -> None:
    """Its name begins with that of this one."""
    nowhere = {"index.routing.allocation.require._name": "nobody"}
    index = make_index(asked, **nowhere)
    other = f"{asked.place.name}papers-searchkit-articles-000001"
    body = {"settings": {"number_of_replicas": 0, **nowhere}}
    asked.request("PUT", f"/{other}", params={"wait_for_active_shards": 0}, body=body)
    refused = refuse(asked, "POST", "/_search?allow_partial_search_results=false")
    assert f"lacks a part of the archive: the health of {index} is red, 0 of 1 shards are there (" in str(refused)


def test_an_item_for_an_index_that_is_red(asked: Cluster) -> None:
    index = make_index(asked, **{"index.routing.allocation.require._name": "nobody"})
    answer = asked.request("POST", f"/{index}/_bulk", params={"timeout": "1ms"}, body=b'{"index":{"_id":"1"}}\n{"a":1}\n')
    item = answer["items"][0]["index"]
    refused = explain_refusal(asked.place, "article a", item["status"], item["error"])
    assert (refused.status, refused.kind) == (503, "unavailable_shards_exception")
    assert f"lacks a part of the archive: [{index}][0] primary shard is not active" in str(refused)


def test_an_index_that_is_not_there(asked: Cluster) -> None:
    refused = refuse(asked, "GET", f"/{asked.place.name}/_search")
    assert (refused.status, refused.kind) == (404, "index_not_found_exception")
    name = asked.place.name
    assert refused.reason == f"no such index [{name}]"
    assert str(refused) == (
        f"{asked.place.text} has no archive any more (no index {name}, GET /{name}/_search); restore it from a snapshot of"
        f' the cluster, or make a new one with: searchkit.open("{asked.place.text}", create=True)'
    )
    assert isinstance(refused, searchkit.IndexMissing)
    other = refuse(asked, "GET", f"/{name}-2/_search")
    assert not isinstance(other, searchkit.IndexMissing)
    assert str(other).endswith(f" (index_not_found_exception, status 404): no such index [{name}-2]")


def test_a_query_that_is_wrong(asked: Cluster) -> None:
    index = make_index(asked)
    refused = refuse(asked, "POST", f"/{index}/_search", {"query": {"nonsense": {}}})
    assert (refused.status, refused.kind) == (400, "parsing_exception")
    assert refused.reason == "unknown query [nonsense]"
    refused = refuse(asked, "POST", f"/{index}/_search", b"{")
    assert refused.status == 400
    refused = refuse(asked, "GET", "/_nonsense/x/y")
    assert (refused.status, refused.kind) == (400, "")
    assert refused.reason == "no handler found for uri [/_nonsense/x/y] and method [GET]"


def test_what_lies_deeper_is_kept(asked: Cluster) -> None:
    """The root cause of a query with too many clauses does not say so."""
    index = make_index(asked)
    asked.request("PUT", f"/{index}/_doc/1", params={"refresh": True}, body={"a": "text"})
    clauses = [{"term": {"a": str(n)}} for n in range(3000)]
    refused = refuse(asked, "POST", f"/{index}/_search", {"query": {"bool": {"should": clauses}}})
    assert "too_many" in orjson.dumps(refused.error).decode()


def test_half_of_a_surrogate_pair_finds_nothing(asked: Cluster) -> None:
    index = make_index(asked)
    asked.request("PUT", f"/{index}/_doc/1", params={"refresh": True}, body={"a": "text"})
    found = asked.request("POST", f"/{index}/_search", body={"query": {"term": {"a": "x\udcff"}}})
    assert found["hits"]["total"]["value"] == 0


def test_a_request_that_is_too_large(asked: Cluster) -> None:
    body = b'{"index":{}}\n{"a":"' + b"x" * (100 << 20) + b'"}\n'
    refused = refuse(asked, "POST", f"/{asked.place.name}/_bulk", body)
    assert refused.status == 413
    assert "the request is larger than http.max_content_length of the cluster (100 MB by default)" in str(refused)


def test_threads_share_a_cluster(asked: Cluster) -> None:
    """Each gets the answer to its own question."""

    def ask(number: int) -> list[str]:
        words = [f"w{number}", "x" * (number % 50 + 1)]
        found = asked.request("POST", "/_analyze", body={"text": words, "analyzer": "whitespace"})
        assert [token["token"] for token in found["tokens"]] == words
        return words

    with ThreadPoolExecutor(16) as threads:
        assert len(list(threads.map(ask, range(400)))) == 400
