"""The process that loads an archive on a cluster, or searches it:
`python -m scripts.benchmark.cluster_worker bulk|add|search|version|remove PLACE ...`.

It prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import quote

import opensearchpy
import opensearchpy.helpers
import orjson

import searchkit
from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.batch_documents import DocumentMaker
from searchkit.engines.opensearch.bulk import make_put
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.documents import document_id
from searchkit.engines.opensearch.engine import OpenSearchEngine
from searchkit.engines.opensearch.mapping import state_index, template_name
from searchkit.engines.opensearch.place import parse_place
from searchkit.indexing.entries import hash_record
from searchkit.schema import to_record

LIMIT = 10
"""The hits of a search."""
_BATCH = 500
_SECONDS = 600
"""How long a request may take: a busy machine is slow, not broken."""


def read_articles(file: Path, count: int) -> list[searchkit.Article]:
    """The first articles of a JSON lines file."""
    return list(islice(searchkit.read(file), count))


def make_lines(articles: Sequence[searchkit.Article]) -> Iterator[tuple[str, str]]:
    """The two lines of each article in a bulk request, as the engine sends them."""
    maker = DocumentMaker(Analyzer())
    items = ((article, "", record, hash_record(record)) for article in articles for record in (to_record(article, ""),))
    version = 0
    while batch := list(islice(items, _BATCH)):
        for (article, *_), document in zip(batch, maker.make(batch), strict=True):
            version += 1
            action, body, _ = make_put(article.id, document_id(article.id), version, document).lines.decode().split("\n")
            yield action, body


def make_archive(place: str) -> ArchiveIndex:
    """A new archive without copies of its shards, for which one node has no place."""
    return ArchiveIndex.open(Cluster(parse_place(place)), parse_place(place), create=True, replicas=0)


def load_in_bulk(place: str, file: Path, count: int) -> dict[str, Any]:
    """Load articles by `streaming_bulk`, as it comes; the lines are made before."""
    lines = list(make_lines(read_articles(file, count)))
    alias = make_archive(place).alias
    client = opensearchpy.OpenSearch(hosts=list(parse_place(place).hosts), timeout=_SECONDS)
    before = perf_counter()
    sent = opensearchpy.helpers.streaming_bulk(client, lines, index=alias, expand_action_callback=lambda pair: pair)
    loaded = sum(ok for ok, _ in sent)
    client.indices.refresh(index=alias)
    return {"seconds": perf_counter() - before, "articles": loaded}


def load_by_engine(place: str, file: Path, count: int) -> dict[str, Any]:
    """Load articles by the engine's method `add`."""
    articles = read_articles(file, count)
    make_archive(place)
    with searchkit.open(place) as engine:
        before = perf_counter()
        loaded = engine.add(articles).added
        return {"seconds": perf_counter() - before, "articles": loaded}


def remove(place: str) -> dict[str, Any]:
    """Remove an archive, if it is there."""
    name = parse_place(place).name
    cluster = Cluster(parse_place(place))
    if cluster.request("HEAD", f"/{quote(name)}"):
        articles = ",".join(map(quote, cluster.request("GET", f"/{quote(name)}/_alias")))
        cluster.request("DELETE", f"/{articles},{quote(state_index(name))}")
        cluster.request("DELETE", f"/_index_template/{quote(template_name(name))}")
    return {}


class Watched(Cluster):
    """A connection that keeps what it sends and what it is answered, while it is told to."""

    log: list[tuple[str, str, dict[str, Any], Any]] | None = None

    def request(self, method: str, path: str, **rest: Any) -> Any:
        answer = super().request(method, path, **rest)
        if self.log is not None:
            self.log.append((method, path, rest, answer))
        return answer


def count_fetched(answer: Any) -> int:
    """The documents in an answer."""
    hits = answer.get("hits", {}).get("hits", [])
    return sum("_source" in hit for hit in (*hits, *answer.get("docs", [])))


def search(place: str, file: Path, rounds: int) -> dict[str, Any]:
    """Time queries in turns: the request alone, as the engine sends it; a search; and a search with
    titles and snippets. The milliseconds are medians of the rounds."""
    cluster = Watched(parse_place(place))
    engine = OpenSearchEngine(cluster)
    found = []
    for query in json.loads(file.read_text(encoding="utf-8")):
        cluster.log = []
        result = engine.search(query, limit=LIMIT)
        sent, cluster.log = cluster.log, None
        method, path, rest, _ = sent[-1]
        raw = {**rest, "body": orjson.dumps(rest["body"])}
        ways: dict[str, Callable[[], Any]] = {
            "request": lambda: cluster.request(method, path, **raw),  # noqa: B023 (called in this turn)
            "search": lambda: engine.search(query, limit=LIMIT),  # noqa: B023
            "snippets": lambda: [(hit.title, hit.snippet) for hit in engine.search(query, limit=LIMIT)],  # noqa: B023
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(rounds + 1):
            for way, do in sorted(ways.items(), reverse=bool(turn % 2)):
                before = perf_counter()
                do()
                if turn:  # the first warms up
                    times[way].append((perf_counter() - before) * 1000)
        found.append(
            {
                "query": query,
                "total": result.total,
                "requests": len(sent),
                "fetched": sum(count_fetched(answer) for *_, answer in sent),
                "milliseconds": {way: median(each) for way, each in times.items()},
            }
        )
    engine.close()
    return {"queries": found}


def main() -> None:
    """Run the command that is given."""
    role, place, *rest = sys.argv[1:]
    match role:
        case "bulk":
            done = load_in_bulk(place, Path(rest[0]), int(rest[1]))
        case "add":
            done = load_by_engine(place, Path(rest[0]), int(rest[1]))
        case "search":
            done = search(place, Path(rest[0]), int(rest[1]))
        case "version":
            done = {"version": Cluster(parse_place(place)).request("GET", "/")["version"]["number"]}
        case "remove":
            done = remove(place)
        case _:
            raise SystemExit(f"no such role: {role}")
    print(json.dumps(done))


if __name__ == "__main__":
    main()
