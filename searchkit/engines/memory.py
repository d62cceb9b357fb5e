"""The engine in memory: dictionaries and sets, for tests and small collections.

It looks up every word in the simplest way. The other engines have to find what it finds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack, assert_never

from searchkit.aggregations.stats import count_stats, finish_stats
from searchkit.analysis import Analyzer
from searchkit.engines.base import (
    ArchiveEngine,
    check_article,
    check_id,
    check_language,
    check_queries,
    check_terms,
    describe,
    resolve_options,
)
from searchkit.engines.memory_evidence import MemoryEvidence
from searchkit.engines.memory_snapshot import ArticleInMemory, MemorySnapshot, printed_date
from searchkit.engines.memory_store import MemoryIndex, MemoryStore
from searchkit.engines.writing import SessionWriter
from searchkit.errors import EngineClosed, UnknownArticle
from searchkit.indexing.lock import check_wait
from searchkit.indexing.opening import open_session
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
from searchkit.query.diagnose import diagnose
from searchkit.query.explain import explain
from searchkit.query.explain_score import explain_score
from searchkit.query.score_options import Recency, ScoreOptions, make_score_options
from searchkit.reports import Explanation, ScoreExplanation, Stats, Verification
from searchkit.results import ArticleHit, CachedArticle, HitContext, highlight_article

if TYPE_CHECKING:
    from searchkit.indexing.session import Session
    from searchkit.indexing.store import SyncState


class MemoryEngine(SessionWriter):
    """Articles in dictionaries; an ArchiveEngine. Searches read the generation that it committed
    last."""

    def __init__(self, language: str = "en") -> None:
        """Raises OptionError for an unknown language."""
        check_language(language)
        self._analyzer = Analyzer(language)
        self._index = MemoryIndex()
        self._serve_lock = threading.Lock()
        self._generation = self._index.newest
        self._snapshot = MemorySnapshot(0, {}, self._analyzer)
        self._closed = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """See Engine.warnings."""
        return ()

    @property
    def generation(self) -> int:
        """See SnapshotIsolation.generation."""
        return self._snapshot.generation

    def _current(self) -> MemorySnapshot:
        if self._closed:
            raise EngineClosed("the engine is closed; what was in its memory is gone")
        return self._snapshot

    # Changing.

    @contextmanager
    def _writing(self, wait: float, *, memory_bytes: int | None = None, rebuild: bool = False) -> Iterator[Session]:
        self._current()
        try:
            with open_session(MemoryStore(self._index, wait, rebuild=rebuild), rebuild=rebuild) as session:
                yield session
        finally:
            self._serve()  # also after an interrupted run, which may have made a checkpoint

    def _dry_run(self, *, rebuild: bool) -> Session:
        self._current()
        return open_session(MemoryStore(self._index, rebuild=rebuild, dry_run=True), rebuild=rebuild, dry_run=True)

    def _sync_state(self) -> SyncState:
        self._current()
        return self._index.newest.sync_state

    def _serve(self) -> None:
        """Search the newest generation from now on. A slow thread that wrote an older generation
        does not restore it."""
        with self._serve_lock:
            newest = self._index.newest
            if newest.number > self._snapshot.generation:
                articles = {article_id: stored.article for article_id, stored in newest.articles.items()}
                origins = {article_id: stored.origin for article_id, stored in newest.articles.items()}
                self._generation = newest
                self._snapshot = MemorySnapshot(newest.number, articles, self._analyzer, origins)

    def optimize(self, *, wait: float = 0) -> int:
        """See Optimizable.optimize: there is nothing to merge."""
        check_wait(wait)
        return min(1, len(self._current().articles))

    def verify(self, *, repair: bool = False, wait: float = 0) -> Verification:
        """See Verifiable.verify: nothing is stored that could be damaged."""
        if repair:
            check_wait(wait)
        self._current()
        return Verification()

    # Searching.

    def search(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> SearchResult:
        """See Engine.search."""
        begun = time.perf_counter()
        chosen = resolve_options(options, changes)
        snapshot = self._current()
        return self._answer(snapshot, parse_with_options(query, chosen, self._analyzer.language), chosen, begun)

    def search_many(
        self, queries: Iterable[str], options: SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> tuple[SearchResult, ...]:
        """See Engine.search_many."""
        chosen = resolve_options(options, changes)
        snapshot = self._current()
        parsed = [parse_with_options(query, chosen, self._analyzer.language) for query in check_queries(queries)]
        return tuple([self._answer(snapshot, each, chosen, time.perf_counter()) for each in parsed])

    def _answer(self, snapshot: MemorySnapshot, parsed: Query, chosen: SearchOptions, begun: float) -> SearchResult:
        scoring = make_score_options(chosen, snapshot.oldest_date)
        found = snapshot.find(parsed.root, scoring.weights)
        ranked = sorted(found, key=lambda each: _sort_key(snapshot.articles[each], found[each], chosen, scoring.recency))
        stop = None if chosen.limit is None else chosen.offset + chosen.limit
        shown = [snapshot.articles[each] for each in ranked[chosen.offset : stop]]
        hits = tuple(self._hit(each, found[each.id] * _factor(each, scoring), parsed, chosen) for each in shown)
        notes = () if scoring.recency is None else scoring.recency.notes(map(printed_date, shown))
        return SearchResult(
            query=parsed.text,
            parsed=str(parsed),
            total=len(found),
            hits=hits,
            left_out=parsed.left_out,
            generation=snapshot.generation,
            articles=len(snapshot.articles),
            took_ms=round((time.perf_counter() - begun) * 1000, 3),
            notes=parsed.notes + notes,
            _diagnosis=LateDiagnosis(
                lambda: diagnose(parsed, len(found), MemoryEvidence(snapshot), chosen, self._analyzer.language)
            ),
        )

    def _hit(self, article: Article, score: float, query: Query, options: SearchOptions) -> Hit:
        context = HitContext(query.root, self._analyzer, options.snippets)
        return Hit(article.id, score, ArticleHit(lambda: CachedArticle(article), context))

    def explain(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> Explanation:
        """See Engine.explain."""
        snapshot = self._current()
        parsed = parse_with_options(query, resolve_options(options, changes), self._analyzer.language)
        return explain(parsed, self._analyzer, lambda node: len(snapshot.find(node)))

    def explain_score(
        self, query: str, article_id: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> ScoreExplanation:
        """See Engine.explain_score."""
        chosen = resolve_options(options, changes)
        snapshot = self._current()
        parsed = parse_with_options(query, chosen, self._analyzer.language)
        if article_id not in snapshot.articles:
            raise UnknownArticle(article_id)
        scoring = make_score_options(chosen, snapshot.oldest_date)
        return explain_score(ArticleInMemory(snapshot, snapshot.articles[article_id]), parsed, scoring)

    def get(self, article_id: str) -> Article:
        """See Engine.get."""
        articles = self._current().articles
        if check_id(article_id) not in articles:
            raise UnknownArticle(article_id)
        return replace(articles[article_id])

    def terms(self, field: str, prefix: str = "", limit: int | None = 100) -> tuple[tuple[str, int], ...]:
        """See Engine.terms."""
        prefix, limit = check_terms(field, prefix, limit)
        return self._current().list_terms(field, prefix, limit)

    def articles(self) -> Iterator[StoredArticle]:
        """See Engine.articles."""
        self._current()
        stored = self._generation.articles.values()  # not those of a checkpoint that no search reads
        return (StoredArticle(replace(one.article), one.origin) for one in stored)

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
        self._current()
        root = parse_with_options(query, resolve_options(options, changes), self._analyzer.language).root
        return highlight_article(check_article(article), root, self._analyzer, any_part=any_part) or ArticleMarks()

    def stats(self) -> Stats:
        """See Engine.stats."""
        snapshot = self._current()
        counts = count_stats(snapshot.articles.values())
        return finish_stats(counts, size=0, generation=snapshot.generation, segments=1, language=self._analyzer.language)

    # Lifecycle.

    def refresh(self) -> bool:
        """See Engine.refresh."""
        self._current()
        return False

    def close(self) -> None:
        """See Engine.close."""
        self._closed = True

    def __repr__(self) -> str:
        state = "closed" if self._closed else describe(len(self._snapshot.articles), self._snapshot.generation)
        return f"<{type(self).__name__}: {state}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def open_engine(place: str | Path, *, create: bool, language: str | None) -> ArchiveEngine:
    """See `registry.EngineModule`: a new and empty index, whatever `create` says."""
    return MemoryEngine(language or "en")


def _factor(article: Article, scoring: ScoreOptions) -> float:
    return 1.0 if scoring.recency is None else scoring.recency.factor(printed_date(article))


def _sort_key(
    article: Article, score: float, options: SearchOptions, recency: Recency | None
) -> tuple[float, bool, int, str]:
    """Smaller keys come first. The arrays of other engines are ordered by `query.ranking`."""
    printed = printed_date(article) or 0
    match options.sort:
        case "relevance":
            rank_score = score if recency is None else recency.rank_score(score, printed_date(article))
            return (-round(rank_score, 9), article.date is None, -printed, article.id)
        case "date":
            return (0.0, article.date is None, printed, article.id)
        case "-date":
            return (0.0, article.date is None, -printed, article.id)
        case _:
            assert_never(options.sort)
