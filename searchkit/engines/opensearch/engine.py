"""The engine of an archive in an OpenSearch cluster.

The cluster finds and orders articles. What is shown of them is made here, by the same code as for
other engines.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self, Unpack

from searchkit.aggregations.stats import finish_stats
from searchkit.analysis import Analyzer
from searchkit.diagnosis import Diagnosis
from searchkit.engines.base import (
    check_article,
    check_id,
    check_queries,
    check_terms,
    describe,
    resolve_options,
)
from searchkit.engines.long_page import LongPage, Window
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import Cluster, RequestRefused
from searchkit.engines.opensearch.listing import count_cluster, find_oldest, list_articles, list_terms, measure
from searchkit.engines.opensearch.searching import Json, Page, Search, Searcher, read_record
from searchkit.engines.opensearch.verification import QueryResolver, is_limit
from searchkit.engines.writing import SessionWriter
from searchkit.errors import EngineClosed, QueryError, StorageError, UnknownArticle
from searchkit.model import (
    Article,
    ArticleMarks,
    Hit,
    LateDiagnosis,
    SearchChanges,
    SearchOptions,
    SearchResult,
    StoredArticle,
)
from searchkit.query import Query, parse_with_options
from searchkit.query.explain import explain
from searchkit.query.nodes import Node
from searchkit.query.score_options import ScoreOptions, make_score_options
from searchkit.reports import Explanation, ScoreExplanation, Stats, Verification
from searchkit.results import ArticleHit, CachedArticle, HitContext, PageHighlighter, PieceForms, highlight_article

if TYPE_CHECKING:
    from searchkit.indexing.session import Session
    from searchkit.indexing.store import SyncState


_LACKING = {
    "generation": "serves no generation, but what the cluster holds now; results have one, as of the last refresh",
}
"""Why the engine lacks what others have: SnapshotIsolation."""


class OpenSearchEngine(SessionWriter):
    """An archive in a cluster. Searches find what the cluster holds now: what others add is found
    at once, and not only after `refresh`."""

    def __init__(
        self,
        cluster: Cluster,
        *,
        create: bool = False,
        language: str | None = None,
        shards: int | None = None,
        replicas: int | None = None,
        partition: str | None = None,
    ) -> None:
        """See `registry.open`. Raises IndexMissing, IndexMismatch, OptionError, StorageError."""
        self._cluster = cluster
        self._closed = False
        self._archive = ArchiveIndex.open(
            cluster,
            cluster.place,
            create=create,
            language=language,
            shards=shards,
            replicas=replicas,
            partition=partition,
        )
        # The generation, and the number of articles: of the same moment, also for other threads.
        self._counted = (self._archive.generation, self._archive.article_count)
        self._analyzer = Analyzer(self._archive.settings.language)
        self._searcher = Searcher(cluster, self._archive.alias)
        self._resolver = QueryResolver(self._searcher, self._analyzer)
        self._piece_forms = PieceForms(self._analyzer)
        self._refresh_lock = threading.Lock()

    @property
    def warnings(self) -> tuple[str, ...]:
        """See Engine.warnings."""
        return self._archive.warnings

    def _check_open(self) -> None:
        if self._closed:
            raise EngineClosed(f"the engine of {self._cluster.place.text} is closed; open it again with searchkit.open")

    # Searching.

    def search(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> SearchResult:
        """See Engine.search."""
        begun = time.perf_counter()
        chosen = resolve_options(options, changes)
        self._check_open()
        parsed = parse_with_options(query, chosen, self._analyzer.language)
        return self._search(parsed, chosen, self._score_options(chosen), begun)

    def search_many(
        self, queries: Iterable[str], options: SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> tuple[SearchResult, ...]:
        """See Engine.search_many."""
        begun = time.perf_counter()
        chosen = resolve_options(options, changes)
        self._check_open()
        parsed = [parse_with_options(query, chosen, self._analyzer.language) for query in check_queries(queries)]
        scoring = self._score_options(chosen)
        resolved = [self._resolver.resolve(query, weights=scoring.weights) for query in parsed]
        searches = [Search(query, chosen, scoring.recency) for query in resolved]
        try:
            answers = self._searcher.search_many([search.first_body() for search in searches])
        except RequestRefused as error:
            if not is_limit(error):
                raise
            # Alone, a query can be asked in another way, and its error can show it.
            return tuple([self._search(query, chosen, scoring, begun) for query in parsed])
        found = [self._searcher.find(search, answer) for search, answer in zip(searches, answers, strict=True)]
        return tuple(
            [self._make_result(query, chosen, scoring, begun, *each) for query, each in zip(parsed, found, strict=True)]
        )

    def _score_options(self, options: SearchOptions) -> ScoreOptions:
        return make_score_options(options, partial(find_oldest, self._searcher))

    def _search(self, query: Query, options: SearchOptions, scoring: ScoreOptions, begun: float) -> SearchResult:
        def find(resolved: Json) -> tuple[int, Page]:
            return self._searcher.find(Search(resolved, options, scoring.recency))

        total, page = self._resolver.search(query, find, weights=scoring.weights)
        return self._make_result(query, options, scoring, begun, total, page)

    def _make_result(
        self, query: Query, options: SearchOptions, scoring: ScoreOptions, begun: float, total: int, page: Page
    ) -> SearchResult:
        notes = scoring.recency.notes([page.youngest]) if scoring.recency is not None and page.ids else ()
        generation, articles = self._counted
        marks_of = PageHighlighter(query.root, self._piece_forms).marks
        context = HitContext(query.root, self._analyzer, options.snippets, marks_of=marks_of)
        return SearchResult(
            query=query.text,
            parsed=str(query),
            total=total,
            hits=self._make_hits(page, context),
            left_out=query.left_out,
            generation=generation,
            articles=articles,
            took_ms=round((time.perf_counter() - begun) * 1000, 3),
            notes=query.notes + notes,
            _diagnosis=LateDiagnosis(partial(self._diagnose, query, total, options)),
        )

    def _diagnose(self, query: Query, total: int, options: SearchOptions) -> Diagnosis:
        from searchkit.engines.opensearch.evidence import ClusterEvidence  # late: 3 ms at the start of a search
        from searchkit.query.diagnose import diagnose  # late: 3 ms at the start of a search

        def resolve(node: Node, send: Callable[[Json], Json]) -> Json:
            return self._resolver.search(query, send, node, weights={})

        self._check_open()
        try:
            return diagnose(query, total, ClusterEvidence(self._searcher, resolve), options, self._analyzer.language)
        except QueryError:  # a part of it, without the others, would have too many articles verified
            return Diagnosis(query.text, str(query), total, ())

    def _make_hits(self, page: Page, context: HitContext) -> Sequence[Hit]:
        if len(page.records) == len(page.ids):
            return tuple(
                [
                    Hit(article_id, score, ArticleHit(partial(_read_cached, record), context))
                    for article_id, score, record in zip(page.ids, page.scores, page.records, strict=True)
                ]
            )
        return LongPage(len(page.ids), partial(self._make_window, page, context), readable_after_fork=False)

    def _make_window(self, page: Page, context: HitContext, indexes: range) -> list[Hit]:
        """The hits with these indexes on a long page."""
        ids = [page.ids[index] for index in indexes]

        def read_from(index: int) -> Mapping[int, CachedArticle]:
            self._check_open()
            found = self._searcher.read(ids[index:])
            return {
                at: CachedArticle(found[article_id].article)
                for at, article_id in enumerate(ids[index:], index)
                if article_id in found
            }

        window = Window(lambda index: CachedArticle(self._read(ids[index]).article), read_from)
        return [
            Hit(article_id, page.scores[at], ArticleHit(partial(window.load, index), context))
            for index, (at, article_id) in enumerate(zip(indexes, ids, strict=True))
        ]

    def explain(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> Explanation:
        """See Engine.explain."""
        chosen = resolve_options(options, changes)
        self._check_open()
        parsed = parse_with_options(query, chosen, self._analyzer.language)

        def count(node: Node) -> int:
            return self._resolver.search(parsed, self._searcher.count, node, weights={})

        return explain(parsed, self._analyzer, count)

    def explain_score(
        self, query: str, article_id: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> ScoreExplanation:
        """See Engine.explain_score."""
        from searchkit.engines.opensearch.scores import ClusterArticle  # late: 2 ms at the start of a search
        from searchkit.query.explain_score import explain_score  # late: 2 ms at the start of a search

        chosen = resolve_options(options, changes)
        self._check_open()
        parsed = parse_with_options(query, chosen, self._analyzer.language)
        article = ClusterArticle(self._searcher, self._read(check_id(article_id)), self._analyzer, parsed.root)
        scoring = self._score_options(chosen)
        return explain_score(article, parsed, scoring)

    def get(self, article_id: str) -> Article:
        """See Engine.get."""
        self._check_open()
        return self._read(check_id(article_id)).article

    def _read(self, article_id: str) -> StoredArticle:
        """Raises UnknownArticle, and EngineClosed for hits that outlive the engine."""
        self._check_open()
        found = self._searcher.read((article_id,))
        if article_id not in found:
            raise UnknownArticle(article_id)
        return found[article_id]

    def terms(self, field: str, prefix: str = "", limit: int | None = 100) -> tuple[tuple[str, int], ...]:
        """See Engine.terms."""
        prefix, limit = check_terms(field, prefix, limit)
        self._check_open()
        return list_terms(self._searcher, field, prefix, limit)

    def articles(self) -> Iterator[StoredArticle]:
        """See Engine.articles. They come by id."""
        self._check_open()
        return self._while_open(list_articles(self._searcher))

    def _while_open(self, articles: Iterator[StoredArticle]) -> Iterator[StoredArticle]:
        """Raises EngineClosed as soon as the engine is closed."""
        for each in articles:
            yield each
            self._check_open()

    def marks(
        self,
        article: Article,
        query: str,
        options: SearchOptions | None = None,
        *,
        any_part: bool = False,
        **changes: Unpack[SearchChanges],
    ) -> ArticleMarks:
        """See Engine.marks."""
        self._check_open()
        root = parse_with_options(query, resolve_options(options, changes), self._analyzer.language).root
        return highlight_article(check_article(article), root, self._analyzer, any_part=any_part) or ArticleMarks()

    def stats(self) -> Stats:
        """See Engine.stats."""
        self._check_open()
        counts = count_cluster(self._searcher)
        size, segments = measure(self._searcher)
        return finish_stats(
            counts, size=size, generation=self._counted[0], segments=segments, language=self._analyzer.language
        )

    # Changing.

    @contextmanager
    def _writing(self, wait: float, *, memory_bytes: int | None = None, rebuild: bool = False) -> Iterator[Session]:
        from searchkit.engines.opensearch.store import ClusterStore  # late: 38 ms at the start of a search
        from searchkit.indexing.opening import open_session  # late: 38 ms at the start of a search

        self._check_open()
        try:
            with open_session(ClusterStore(self._archive, wait, rebuild=rebuild), rebuild=rebuild) as session:
                yield session
        except BaseException:  # some of it may have been written
            with suppress(StorageError):
                self._refresh()
            raise
        self._refresh()

    def _dry_run(self, *, rebuild: bool) -> Session:
        from searchkit.engines.opensearch.store import ClusterStore  # late: 38 ms at the start of a search
        from searchkit.indexing.opening import open_session  # late: 38 ms at the start of a search

        self._check_open()
        return open_session(ClusterStore(self._archive, dry_run=True), rebuild=rebuild, dry_run=True)

    def _sync_state(self) -> SyncState:
        self._check_open()
        return self._archive.state.read(with_files=True)

    # Maintenance.

    def verify(self, *, repair: bool = False, wait: float = 0) -> Verification:
        """See Verifiable.verify."""
        from searchkit.engines.opensearch.verify import verify_archive  # late: 40 ms at the start of a search

        self._check_open()
        found = verify_archive(self._cluster, self._cluster.place, repair=repair, wait=wait)
        if found.repair is not None:
            self._refresh()
        return found

    def optimize(self, *, wait: float = 0) -> int:
        """See Optimizable.optimize: each shard has one segment afterwards, unless somebody adds
        articles meanwhile; nothing is committed."""
        from searchkit.engines.opensearch.optimizing import optimize  # late: 2 ms at the start of a search

        self._check_open()
        return optimize(self._archive, wait)

    # Lifecycle.

    def refresh(self) -> bool:
        """See Engine.refresh: what results say of the archive is as of then."""
        self._check_open()
        return self._refresh()

    def _refresh(self) -> bool:
        with self._refresh_lock:
            is_newer = self._archive.refresh()
            self._counted = (self._archive.generation, self._archive.article_count)
            return is_newer

    def close(self) -> None:
        """See Engine.close."""
        self._closed = True
        self._cluster.close()

    if not TYPE_CHECKING:  # for mypy, it would have attributes of any name

        def __getattr__(self, name: str) -> NoReturn:
            """What is called only for a name that is lacking: `searchkit.open` is typed as if the
            engine had all capabilities."""
            reason = _LACKING.get(name, f"has no attribute {name!r}")
            raise AttributeError(f"an archive on a cluster {reason}", name=name, obj=self)

    def __repr__(self) -> str:
        counted = getattr(self, "_counted", None)  # it is missing where the archive could not be opened
        state = "closed" if self._closed or counted is None else describe(counted[1], counted[0])
        return f"<{type(self).__name__} of {self._cluster.place.text}: {state}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _read_cached(record: str) -> CachedArticle:
    return CachedArticle(read_record(record).article)
