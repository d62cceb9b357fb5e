"""Makes a query of a cluster that finds exactly the articles that match a query.

Where a cluster cannot tell (see `spans`), it is asked for the candidates: articles that may match.
These are read and compared, and the query names those that do match. So the cluster sorts, counts
and pages in all cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from searchkit.analysis import Analyzer
from searchkit.cache import Cache
from searchkit.engines.opensearch.candidates import Candidate, CandidateTest
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.pairs import NOTHING, Pair, any_query
from searchkit.engines.opensearch.queries import PLACES, QueryCompiler
from searchkit.engines.opensearch.refusals import RequestRefused
from searchkit.engines.opensearch.words import Json
from searchkit.errors import QueryError, StorageError
from searchkit.query.nodes import Node
from searchkit.query.parse import Query
from searchkit.schema import FIELD_WEIGHTS, from_record

MAX_CANDIDATES = 10_000
"""The most articles that are read for one query, before it is an error."""
PAGE = 500
"""Candidates that are read with one request."""
Answer = TypeVar("Answer")

_TOO_MANY_WORDS = ("expanded to too many terms", "maxClauseCount")
"""How a cluster says that a pattern stands for too many words inside intervals or spans, or that a
query has too many parts."""
_LIMITS = (
    (
        "maxClauseCount",
        "the query has more parts than the cluster takes",
        "write fewer words, or raise indices.query.bool.max_clause_count of the cluster",
    ),
    ("length of regex", "the regular expression is longer than the cluster takes", "write a shorter one"),
    ("eterminiz", "the pattern is too complex for the cluster", "write a simpler one, with fewer * ? and repetitions"),
    ("nested depth", "the query has more parts inside each other than the cluster takes", "write fewer parentheses"),
    ("Too many disjunctions", "the operands have too many alternatives for the cluster", "write fewer of them"),
)
"""Texts in the reasons of a cluster, and what they mean: a message and a hint."""


class QueryResolver:
    """Makes the queries of an archive: `index` is its alias, `analyzer` that of its language.
    Threads can share it."""

    def __init__(self, cluster: Cluster, index: str, analyzer: Analyzer, *, max_candidates: int = MAX_CANDIDATES) -> None:
        self._cluster, self._index, self._analyzer = cluster, index, analyzer
        self._max_candidates = max_candidates
        # How many of PLACES the cluster refused, by node: each is refused once.
        self._refused = Cache(1_000)

    def resolve(self, query: Query, root: Node | None = None, weights: Mapping[str, float] = FIELD_WEIGHTS) -> Json:
        """The query of the cluster that finds exactly the articles that match `root` (None: the
        whole query), and scores them. `weights` are those of the fields.

        Raises QueryError if too many articles would have to be read for that, or if the cluster
        does not take the query, and StorageError.
        """
        return self.search(query, lambda dsl: dsl, root, weights)

    def search(
        self,
        query: Query,
        send: Callable[[Json], Answer],
        root: Node | None = None,
        weights: Mapping[str, float] = FIELD_WEIGHTS,
    ) -> Answer:
        """What `send` returns for the query of `resolve`. It sends it to the cluster.

        Raises QueryError where the cluster refuses it because of its limits, and what `send`
        raises.
        """
        node = query.root if root is None else root
        before: Pair | None = None
        refused: RequestRefused | None = None
        for places in PLACES[self._refused.find(node) or 0 :]:
            compiler = QueryCompiler(self._analyzer, weights, places)
            pair = compiler.compile(node)
            if pair == before:
                continue
            try:
                return send(self._resolve(query, node, compiler, pair))
            except RequestRefused as error:
                if not any(text in error.reason for text in _TOO_MANY_WORDS):
                    raise _explain(error, query) from error
                refused, before = error, pair
                self._refused.put(node, min(PLACES.index(places) + 1, len(PLACES) - 1))
        assert refused is not None
        raise _explain(refused, query) from refused

    def _resolve(self, query: Query, node: Node, compiler: QueryCompiler, pair: Pair) -> Json:
        if pair.is_exact:
            return pair.upper if pair.scores else {"bool": {"filter": [pair.upper]}}
        found = self._verify(query, pair, CandidateTest(node, compiler, self._analyzer))
        matching = any_query([pair.lower, {"ids": {"values": found}} if found else NOTHING])
        if pair.scores:
            return {"bool": {"must": [pair.upper], "filter": [matching]}}
        return {"bool": {"filter": [matching]}}

    def _too_many(self, query: Query, part: str) -> QueryError:
        column = query.text.find(part)
        return QueryError(
            f"{part} may match more than {self._max_candidates:,} articles, each of which would have to be read",
            query.text,
            max(column, 0),
            len(query.text if column < 0 else part),
            "join a rarer word or a date by AND, or put fewer operators inside each other",
        )

    def _verify(self, query: Query, pair: Pair, test: CandidateTest) -> list[str]:
        """The `_id` of the candidates that match."""
        named = [{"bool": {"filter": [part], "_name": str(number)}} for number, part in enumerate(test.parts)]
        candidates: Json = {"filter": [pair.upper], "should": named}
        if pair.lower is not NOTHING:
            candidates["must_not"] = [pair.lower]
        found: list[str] = []
        for hit in self._read({"bool": candidates}, query, test.inexact[0]):
            article, _ = from_record(hit["_source"]["article"].encode())
            if test.matches(Candidate(article, map(int, hit.get("matched_queries", ())))):
                found.append(hit["_id"])
        return found

    def _read(self, candidates: Json, query: Query, part: str) -> Iterator[Json]:
        """The hits of candidates, in the order of their ids. `part` is the text of what the cluster
        cannot tell."""
        body: Json = {
            "query": candidates,
            "size": PAGE,
            "sort": ["id"],
            "track_total_hits": self._max_candidates + 1,
            "_source": ["article"],
        }
        while True:
            answer = self._cluster.request(
                "POST", f"/{self._index}/_search", params={"allow_partial_search_results": False}, body=body, idempotent=True
            )
            if answer["timed_out"]:
                raise StorageError("the cluster took too long to find the articles that may match the query")
            hits = answer["hits"]["hits"]
            if "search_after" not in body and answer["hits"]["total"]["value"] > self._max_candidates:
                raise self._too_many(query, part)
            yield from hits
            if len(hits) < PAGE:
                return
            body = {**body, "search_after": hits[-1]["sort"], "track_total_hits": False}


def is_limit(error: RequestRefused) -> bool:
    """Whether a cluster refused a query because of its limits. It would refuse it again."""
    return any(text in error.reason for text in (*_TOO_MANY_WORDS, *(text for text, _, _ in _LIMITS)))


def _explain(error: RequestRefused, query: Query) -> RequestRefused | QueryError:
    """The error of a query that exceeds a limit of the cluster; another error as it is."""
    for text, message, hint in _LIMITS:
        if text in error.reason:
            return QueryError(message, query.text, 0, len(query.text), hint)
    return error
