"""Makes a query of a cluster that finds exactly the articles that match a query, and scores only
what matches.

Some leaves of a query (see `queries.Leaf`) have an upper and a lower query that differ. Then the
cluster is asked for the candidates: articles that the whole query may match, and in which such a
leaf is in doubt. These are read and compared with each leaf, and the query names the articles in
which a leaf does match. So the cluster sorts, counts and pages in all cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from searchkit.analysis import Analyzer
from searchkit.cache import Cache
from searchkit.engines.opensearch.article_spans import ArticleSpans, WordTests
from searchkit.engines.opensearch.documents import parse_record, stored_record
from searchkit.engines.opensearch.pairs import NOTHING, Pair, any_query
from searchkit.engines.opensearch.queries import Leaf, Positions, QueryCompiler, fields_of, words_of
from searchkit.engines.opensearch.refusals import RequestRefused
from searchkit.engines.opensearch.searching import Searcher
from searchkit.engines.opensearch.words import Json
from searchkit.errors import QueryError
from searchkit.model import Article
from searchkit.query.nodes import And, AtLeast, Node, SingleWord
from searchkit.query.parse import Query
from searchkit.schema import FIELD_WEIGHTS, TEXT_FIELDS

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
    """Makes the queries of an archive, which `searcher` searches; `analyzer` is that of its
    language. Threads can share it."""

    def __init__(self, searcher: Searcher, analyzer: Analyzer, *, max_candidates: int = MAX_CANDIDATES) -> None:
        self._searcher, self._analyzer = searcher, analyzer
        self._max_candidates = max_candidates
        # Nodes with Positions that the cluster refused: they are not sent again.
        self._refused = Cache(1_000)

    def resolve(self, query: Query, root: Node | None = None, weights: Mapping[str, float] = FIELD_WEIGHTS) -> Json:
        """The query of the cluster that finds exactly the articles that match `root` (None: the
        whole query), and scores them. `weights` are those of the fields; without scores (`{}`)
        fewer articles may have to be read.

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
        for positions in Positions:
            if positions is not Positions.NONE and self._refused.find((node, positions)):
                continue
            compiler = QueryCompiler(self._analyzer, weights, positions)
            pair = compiler.compile(node)
            if pair != before:
                try:
                    return send(self._resolve(query, node, compiler, pair))
                except RequestRefused as error:
                    if not any(text in error.reason for text in _TOO_MANY_WORDS):
                        raise _explain(error, query) from error
                    refused, before = error, pair
            self._refused.put((node, positions), True)
        assert refused is not None
        raise _explain(refused, query) from refused

    def _resolve(self, query: Query, node: Node, compiler: QueryCompiler, pair: Pair) -> Json:
        if compiler.inexact:
            verified = self._verify(query, node, compiler, pair)
            pair = compiler.with_verified(verified).compile(node)
        assert pair.is_exact
        return pair.upper if pair.scores else {"bool": {"filter": [pair.upper]}}

    def _verify(self, query: Query, node: Node, compiler: QueryCompiler, pair: Pair) -> dict[Leaf, list[str]]:
        """The `_id` of the candidates that each leaf matches."""
        leaves = dict(compiler.inexact)
        in_doubt = [
            {"bool": {"filter": [each.upper], "must_not": [each.lower]}} if each.lower is not NOTHING else each.upper
            for each in leaves.values()
        ]
        candidates: dict[str, list[Json]] = {"filter": [any_query(in_doubt)]}
        if (rest := _rest(node, leaves)) is not None:
            candidates["filter"].append(compiler.compile(rest, 0.0).upper)
        if not pair.scores and pair.lower is not NOTHING:  # these match, whatever their leaves do
            candidates["must_not"] = [pair.lower]
        matches = LeafTests(leaves, self._analyzer).matches
        verified: dict[Leaf, list[str]] = {leaf: [] for leaf in leaves}
        for hit in self._read({"bool": candidates}, query, str(next(iter(leaves)).node)):
            article, _ = parse_record(stored_record(hit))
            for leaf in matches(article):
                verified[leaf].append(hit["_id"])
        return verified

    def _read(self, candidates: Json, query: Query, part: str) -> Iterator[Json]:
        """The hits of candidates, in the order of their ids. `part` is the text of what has to be
        verified."""
        body: Json = {
            "query": candidates,
            "size": PAGE,
            "sort": ["id"],
            "track_total_hits": self._max_candidates + 1,
            "_source": ["article"],
        }
        while True:
            answer = self._searcher.search(body)
            hits = answer["hits"]["hits"]
            if "search_after" not in body and answer["hits"]["total"]["value"] > self._max_candidates:
                raise self._too_many(query, part)
            yield from hits
            if len(hits) < PAGE:
                return
            body = {**body, "search_after": hits[-1]["sort"], "track_total_hits": False}

    def _too_many(self, query: Query, part: str) -> QueryError:
        column = query.text.find(part)
        return QueryError(
            f"{part} may match more than {self._max_candidates:,} articles, each of which would have to be read",
            query.text,
            max(column, 0),
            len(query.text if column < 0 else part),
            "join a rarer word or a date by AND, or put fewer operators inside each other",
        )


class LeafTests:
    """Tells which leaves match articles that were read. `analyzer` is that of the archive."""

    def __init__(self, leaves: Iterable[Leaf], analyzer: Analyzer) -> None:
        self._leaves, self._analyzer = list(leaves), analyzer
        self._words: list[SingleWord] = list(dict.fromkeys(word for leaf in self._leaves for word in words_of(leaf.node)))
        self._word_tests: dict[tuple[str, bool], WordTests] = {}

    def matches(self, article: Article) -> list[Leaf]:
        """The leaves that match an article."""
        texts: dict[str, ArticleSpans] = {}

        def count(leaf: Leaf) -> bool:
            node, least = (leaf.node.child, leaf.node.count) if isinstance(leaf.node, AtLeast) else (leaf.node, 1)
            for field in (leaf.field,) if leaf.field else fields_of(node):
                if field not in texts:
                    texts[field] = self._analyze(article, field)
                least -= len(texts[field].find(node))
            return least <= 0

        return [leaf for leaf in self._leaves if count(leaf)]

    def _analyze(self, article: Article, field: str) -> ArticleSpans:
        analyzer = self._analyzer.for_language(article.language)
        key = analyzer.language, field in TEXT_FIELDS
        if key not in self._word_tests:
            self._word_tests[key] = WordTests(self._words, analyzer, stemmed=key[1])
        return ArticleSpans(article, field, self._word_tests[key], analyzer)


def _rest(node: Node, leaves: Iterable[Leaf]) -> Node | None:
    """What a candidate matches beside one of the leaves. A cluster takes only so many words."""
    inexact = {leaf.node for leaf in leaves}
    if inexact == {node}:
        return None
    if isinstance(node, And) and len(inexact) == 1:
        return And(tuple([child for child in node.children if child not in inexact]))
    return node


def is_limit(error: RequestRefused) -> bool:
    """Whether a cluster refused a query because of its limits. It would refuse it again."""
    return any(text in error.reason for text in (*_TOO_MANY_WORDS, *(text for text, _, _ in _LIMITS)))


def _explain(error: RequestRefused, query: Query) -> RequestRefused | QueryError:
    """The error of a query that exceeds a limit of the cluster; another error as it is."""
    for text, message, hint in _LIMITS:
        if text in error.reason:
            return QueryError(message, query.text, 0, len(query.text), hint)
    return error
