"""Searches an index in a folder: the reading half of the local engine.

`query` finds documents, `results` makes highlights and snippets. Whoosh and the code that writes
are imported late, because a search does not need them: only to create an index, and to open a
generation that another Whoosh program committed.
"""

from __future__ import annotations

import stat
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self, Unpack

# NumPy is imported here, not first by a deeper module: CPython's stack grows in chunks of 16 kB,
# and from deeper down the import crosses the end of one 900 times, which takes 9 ms at the start of
# a search.
import numpy  # noqa: F401

from searchkit.aggregations.stats import finish_stats
from searchkit.aggregations.stats_columns import count_columns
from searchkit.analysis import Analyzer
from searchkit.arrays import Ints
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import SegmentRef
from searchkit.engines.base import (
    check_article,
    check_id,
    check_language,
    check_queries,
    check_terms,
    describe,
    resolve_options,
)
from searchkit.engines.local_hits import HitSource, make_hits
from searchkit.errors import CorruptIndex, EngineClosed, IndexMismatch, UnknownArticle
from searchkit.indexing.index_folder import Generation, IndexFolder
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
from searchkit.query.collectors import Count, Scored
from searchkit.query.execute import execute
from searchkit.query.explain import explain
from searchkit.query.ranking import make_page
from searchkit.query.snapshot import Snapshot
from searchkit.query.word_lookup import WordLookup
from searchkit.reports import Explanation, ScoreExplanation, Stats
from searchkit.results import CachedArticle, Highlighter, HitContext, highlight_article
from searchkit.schema import from_record

if TYPE_CHECKING:
    from searchkit.diagnosis import Diagnosis

RELEASE_AFTER_CHARACTERS = 16_000_000
"""After so many characters of bodies, an iteration over all articles releases the pages that it
read."""
_DAMAGE_ERRORS = (IndexError, ValueError, OverflowError, MemoryError)
"""What is raised where damaged numbers are used as array indexes."""

if TYPE_CHECKING:
    from searchkit.query.score_options import ScoreOptions


class _OpenGeneration(NamedTuple):
    """What searches read; all of it is of one generation."""

    snapshot: Snapshot
    generation: int
    analyzer: Analyzer


class LocalReader:
    """An index in a folder. Searches read one generation until `refresh`."""

    def __init__(self, folder: Path, *, create: bool = False, language: str | None = None) -> None:
        """Raises IndexMissing, IndexMismatch, CorruptIndex, OptionError."""
        check_language(language)
        self._index_folder = IndexFolder(folder)
        if create and not self._index_folder.exists():
            from searchkit.indexing.commit import create as create_index  # late: 38 ms at the start of a search

            create_index(self._index_folder, language or "en")
        self._refresh_lock = threading.RLock()
        self._closed = False
        self._readers: dict[str, SegmentReader] = {}
        self._warnings: tuple[str, ...] = ()
        self._session_warnings: tuple[str, ...] = ()
        self._opened: _OpenGeneration | None = None
        self._opened = current = self._open()
        made_for = current.analyzer.language
        if language is not None and language != made_for:
            self.close()
            raise IndexMismatch(
                f"{folder} was made for the language {made_for}, not {language}; rebuild it for that language with:"
                f" searchkit index --rebuild --language {language}"
            )

    def _open(self) -> _OpenGeneration:
        """Open the newest whole generation."""
        generation, pairs = self._index_folder.open_newest(self._open_segments)
        self._newest, self._warnings = generation.newest_number, generation.warnings
        before, language = self._opened, generation.manifest.language
        same = before is not None and before.analyzer.language == language
        analyzer = before.analyzer if before is not None and same else Analyzer(language)
        self._readers = {ref.id: reader for ref, reader in pairs}
        snapshot = Snapshot([(reader, ref.live_docs()) for ref, reader in pairs])
        self._generation = generation.number
        return _OpenGeneration(snapshot, generation.number, analyzer)

    def _open_segments(self, generation: Generation) -> list[tuple[SegmentRef, SegmentReader]]:
        if generation.is_foreign:
            from searchkit.indexing.foreign import open_segments  # late: 38 ms at the start of a search

            return open_segments(self._index_folder, generation)
        # Segments never change: those of the generation before stay open, with their caches.
        return [(ref, self._readers.get(ref.id) or self._index_folder.open_segment(ref)) for ref in generation.segments]

    @property
    def warnings(self) -> tuple[str, ...]:
        """See Engine.warnings."""
        return (*self._warnings, *self._session_warnings)

    @property
    def generation(self) -> int:
        """See SnapshotIsolation.generation."""
        return self._generation

    def _current(self) -> _OpenGeneration:
        current = self._opened
        if self._closed or current is None:
            raise EngineClosed(f"the engine of {self._index_folder.path} is closed; open it again with searchkit.open")
        return current

    @contextmanager
    def _raising_corrupt_index(self) -> Iterator[None]:
        """Raise CorruptIndex for the errors that damaged numbers cause."""
        try:
            yield
        except _DAMAGE_ERRORS as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> CorruptIndex:
        reason = f"a segment holds numbers that do not fit ({error}); repair it with: searchkit verify --repair"
        return CorruptIndex(str(self._index_folder.path), reason)

    # Searching.

    def search(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> SearchResult:
        """See Engine.search."""
        begun = time.perf_counter()
        chosen = resolve_options(options, changes)
        current = self._current()
        return self._answer(current, parse_with_options(query, chosen, current.analyzer.language), chosen, begun)

    def search_many(
        self, queries: Iterable[str], options: SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> tuple[SearchResult, ...]:
        """See Engine.search_many."""
        chosen = resolve_options(options, changes)
        current = self._current()
        parsed = [parse_with_options(query, chosen, current.analyzer.language) for query in check_queries(queries)]
        return tuple([self._answer(current, each, chosen, time.perf_counter()) for each in parsed])

    def _answer(self, current: _OpenGeneration, parsed: Query, chosen: SearchOptions, begun: float) -> SearchResult:
        snapshot = current.snapshot
        doc_limit = None if chosen.limit is None else chosen.offset + chosen.limit if chosen.limit else 0
        with self._raising_corrupt_index():
            scoring = _score_options(chosen, snapshot)
            recency = None if scoring is None else scoring.recency
            matches = execute(snapshot, parsed.root, current.analyzer, Scored(doc_limit, chosen.sort, scoring))
            dates = snapshot.dates[matches.docs]
            ranked = make_page(matches, dates, partial(snapshot.value, "id"), chosen, recency)
            notes = parsed.notes
            if recency is not None:
                printed = [snapshot.printed_date(doc) for doc, _ in ranked]
                ranked = [(doc, score * recency.factor(date)) for (doc, score), date in zip(ranked, printed, strict=True)]
                notes += recency.notes(printed)
            hits = self._hits(current, ranked, parsed, chosen)
        return SearchResult(
            query=parsed.text,
            parsed=str(parsed),
            total=matches.total,
            hits=hits,
            left_out=parsed.left_out,
            generation=current.generation,
            articles=snapshot.live_count,
            took_ms=round((time.perf_counter() - begun) * 1000, 3),
            notes=notes,
            _diagnosis=LateDiagnosis(partial(self._diagnose, current, parsed, matches.total, chosen)),
        )

    def _diagnose(self, current: _OpenGeneration, query: Query, total: int, options: SearchOptions) -> Diagnosis:
        from searchkit.engines.local_evidence import LocalEvidence  # late: 3 ms at the start of a search
        from searchkit.query.diagnose import diagnose  # late: 3 ms at the start of a search

        snapshot, _, analyzer = current
        with self._raising_corrupt_index():
            return diagnose(query, total, LocalEvidence(snapshot, analyzer), options, analyzer.language)

    def _hits(
        self, current: _OpenGeneration, ranked: Sequence[tuple[int, float]], query: Query, options: SearchOptions
    ) -> Sequence[Hit]:
        snapshot = current.snapshot
        root, analyzer = query.root, current.analyzer

        def make_highlighter() -> Highlighter:
            make = partial(Highlighter, root, WordLookup(snapshot, analyzer).surface_forms)
            return snapshot.cache.get(("highlighter", root), make)

        context = HitContext(root, analyzer, options.snippets, make_highlighter, snapshot.word_count)
        read_one, read_several = partial(self._cached, snapshot), partial(self._read_articles, snapshot)
        return make_hits(HitSource(snapshot, context, read_one, read_several), ranked)

    def _cached(self, snapshot: Snapshot, doc: int) -> CachedArticle:
        # The articles that one query finds first are found first again by others.
        return snapshot.cache.get(("article", doc), lambda: CachedArticle(self._article(snapshot, doc)))

    def _read_articles(self, snapshot: Snapshot, docs: Ints) -> list[CachedArticle]:
        try:
            return [CachedArticle(from_record(record)[0]) for record in snapshot.records(docs)]
        except _DAMAGE_ERRORS as error:
            raise self._damaged(error) from error

    def _article(self, snapshot: Snapshot, doc: int) -> Article:
        return self._stored(snapshot, doc)[0]

    def _stored(self, snapshot: Snapshot, doc: int) -> tuple[Article, str]:
        try:
            return from_record(snapshot.record(doc))
        except _DAMAGE_ERRORS as error:
            raise self._damaged(error) from error

    def explain(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> Explanation:
        """See Engine.explain."""
        snapshot, _, analyzer = self._current()
        parsed = parse_with_options(query, resolve_options(options, changes), analyzer.language)
        with self._raising_corrupt_index():
            return explain(parsed, analyzer, lambda node: execute(snapshot, node, analyzer, Count()))

    def explain_score(
        self, query: str, article_id: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> ScoreExplanation:
        """See Engine.explain_score."""
        from searchkit.query.explain_score import explain_score  # late: 2 ms at the start of a search
        from searchkit.query.snapshot_article import SnapshotArticle  # late: 0.5 ms at the start of a search

        chosen = resolve_options(options, changes)
        snapshot, _, analyzer = self._current()
        parsed = parse_with_options(query, chosen, analyzer.language)
        doc = self._find(snapshot, article_id)
        with self._raising_corrupt_index():
            article = SnapshotArticle(snapshot, analyzer, doc)
            return explain_score(article, parsed, _score_options(chosen, snapshot))

    def get(self, article_id: str) -> Article:
        """See Engine.get."""
        snapshot = self._current().snapshot
        return self._article(snapshot, self._find(snapshot, article_id))

    def _find(self, snapshot: Snapshot, article_id: str) -> int:
        """The number of the document with an id. Raises UnknownArticle."""
        with self._raising_corrupt_index():
            doc = snapshot.find(check_id(article_id))
        if doc < 0:
            raise UnknownArticle(article_id)
        return doc

    def terms(self, field: str, prefix: str = "", limit: int | None = 100) -> tuple[tuple[str, int], ...]:
        """See Engine.terms."""
        from searchkit.query.term_listing import list_terms  # late: 1 ms at the start of a search

        prefix, limit = check_terms(field, prefix, limit)
        snapshot = self._current().snapshot
        with self._raising_corrupt_index():
            return list_terms(snapshot, field, prefix, limit)

    def articles(self) -> Iterator[StoredArticle]:
        """See Engine.articles. They come in the order in which the segments have them."""
        return self._all_stored(self._current().snapshot)

    def _all_stored(self, snapshot: Snapshot) -> Iterator[StoredArticle]:
        characters = 0
        for doc in snapshot.live_docs():
            stored = StoredArticle(*self._stored(snapshot, doc))
            characters += len(stored.article.body)
            yield stored
            if characters >= RELEASE_AFTER_CHARACTERS:
                characters = 0
                snapshot.release_pages()

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
        analyzer = self._current().analyzer
        root = parse_with_options(query, resolve_options(options, changes), analyzer.language).root
        return highlight_article(check_article(article), root, analyzer, any_part=any_part) or ArticleMarks()

    def stats(self) -> Stats:
        """See Engine.stats."""
        current = self._current()
        with self._raising_corrupt_index():
            return finish_stats(
                count_columns(current.snapshot),
                size=_measure_folder(self._index_folder.path),
                generation=current.generation,
                segments=len(current.snapshot.views),
                language=current.analyzer.language,
            )

    # Lifecycle.

    def refresh(self) -> bool:
        """See Engine.refresh."""
        with self._refresh_lock:
            before = self._current().generation
            if self._index_folder.newest_number() == self._newest:
                return False
            # Searches of other threads and hits already given out still read from the old snapshot;
            # its files are unmapped when the last of them is gone.
            self._opened = self._open()
            return self._opened.generation != before

    def close(self) -> None:
        """See Engine.close."""
        with self._refresh_lock:
            self._closed = True
            self._opened = None
            self._readers = {}

    def __repr__(self) -> str:
        current = self._opened
        state = "closed" if current is None else describe(current.snapshot.live_count, current.generation)
        return f"<{type(self).__name__} of {self._index_folder.path}: {state}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _score_options(options: SearchOptions, snapshot: Snapshot) -> ScoreOptions | None:
    if not options.recent and not options.boost:
        return None
    from searchkit.query.score_options import make_score_options  # late: 1 ms at the start of a search

    return make_score_options(options, lambda: snapshot.oldest_date)


def _measure_folder(folder: Path) -> int:
    """The bytes of all files; some may go meanwhile, when another process merges segments."""
    size = 0
    with suppress(FileNotFoundError):  # the folder itself
        for path in folder.iterdir():
            with suppress(FileNotFoundError):
                found = path.stat()
                size += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return size
