"""Articles in an index of their own on a cluster, and what a query finds there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import orjson

from searchkit import Article
from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.documents import document_id
from searchkit.engines.opensearch.mapping import ArchiveSettings, article_index, article_template, template_name
from searchkit.engines.opensearch.place import parse_place
from searchkit.engines.opensearch.searching import Searcher
from searchkit.engines.opensearch.verification import QueryResolver
from searchkit.indexing.entries import hash_record
from searchkit.query.parse import Query
from searchkit.schema import FIELD_WEIGHTS, to_record
from tests.opensearch.reference_documents import make_document

ENGLISH = Analyzer("en")


class CountingCluster(Cluster):
    """A cluster that counts requests, and the documents in their answers."""

    requests = 0
    documents = 0

    def request(self, method: str, path: str, **options: Any) -> Any:
        self.requests += 1
        answer = super().request(method, path, **options)
        if isinstance(answer, dict):
            self.documents += len(answer.get("hits", {}).get("hits", ()))
        return answer


class Indexed:
    """Articles on a cluster."""

    def __init__(self, cluster: CountingCluster, name: str, analyzer: Analyzer) -> None:
        self.cluster, self.name = cluster, name
        self.searcher = Searcher(cluster, name)
        self.resolver = QueryResolver(self.searcher, analyzer)

    def find(
        self, query: Query, resolver: QueryResolver | None = None, weights: Mapping[str, float] = FIELD_WEIGHTS
    ) -> set[str]:
        """The ids of the articles that a query finds."""
        answer = (resolver or self.resolver).search(query, self.ask, weights=weights)
        hits = answer["hits"]["hits"]
        assert answer["hits"]["total"]["value"] == len(hits)
        return {hit["fields"]["id"][0] for hit in hits}

    def ask(self, query: Mapping[str, Any]) -> Any:
        """What the cluster answers to a query of its own."""
        body = {
            "query": query,
            "size": 30_000,
            "stored_fields": "_none_",
            "docvalue_fields": ["id"],
            "track_total_hits": True,
        }
        return self.searcher.search(body)


@contextmanager
def indexed(url: str, articles: Sequence[Article], *, shards: int = 3, analyzer: Analyzer = ENGLISH) -> Iterator[Indexed]:
    """Index articles under a name of their own, which is removed in the end."""
    name = f"queries-{uuid4().hex}"
    cluster = CountingCluster(parse_place(f"{url.replace('http', 'opensearch', 1)}/{name}"))
    template = article_template(name, ArchiveSettings(analyzer.language, shards, 0))
    index = template["template"]
    index["aliases"] = {name: {}}
    index["settings"]["max_result_window"] = 30_000
    cluster.request("PUT", f"/_index_template/{template_name(name)}", body=template)
    try:
        for first in range(0, len(articles), 500):
            lines = []
            for article in articles[first : first + 500]:
                record = to_record(article, "")
                document = make_document(article, "", record, hash_record(record), analyzer)
                lines += [{"index": {"_index": article_index(name, 1), "_id": document_id(article.id)}}, document]
            body = b"".join(orjson.dumps(line) + b"\n" for line in lines)
            assert not cluster.request("POST", "/_bulk", body=body)["errors"]
        cluster.request("POST", f"/{article_index(name, 1)}/_refresh")
        yield Indexed(cluster, name, analyzer)
    finally:
        cluster.request("DELETE", f"/{article_index(name, 1)}")
        cluster.request("DELETE", f"/_index_template/{template_name(name)}")
        cluster.close()
