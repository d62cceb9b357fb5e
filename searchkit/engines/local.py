"""The engine of one machine: an index in a folder.

Here the rooms come together: corpus reads, indexing commits, query finds, results show. Whoosh and all that writes are
imported late, when something is written or another program's commit is met: a search needs neither.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self, Unpack

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.codec.ragged import Ints, ranges
from searchkit.codec.reader import SegmentReader, TextField
from searchkit.codec.reference import SegmentRef
from searchkit.engines.base import COMMIT_EVERY, MEMORY_EACH, check_language, settled, several
from searchkit.errors import (
    CorruptIndex,
    EngineClosed,
    IndexMismatch,
    RootError,
    SearchkitError,
    UnknownArticle,
)
from searchkit.indexing.location import Location, State
from searchkit.model import Article, ArticleMarks, Hit, SearchChanges, SearchOptions, SearchResult
from searchkit.query import Query, parse_with
from searchkit.query.collectors import Count, Scored
from searchkit.query.execute import execute
from searchkit.query.snapshot import Snapshot
from searchkit.query.terms import SingleWord, terms_of
from searchkit.query.warm import Warm
from searchkit.reports import Explanation, IndexReport, Progress, Root, Stats, Verification, Withheld
from searchkit.results import ArticleHit, ShownArticle, Wanted, WrittenForms, mark, page
from searchkit.results.wanted import Keep, KeptPlan
from searchkit.schema import UNDATED, from_record

if TYPE_CHECKING:
    from searchkit.indexing.manifest import FileStates, Manifest
    from searchkit.indexing.writer import Writer


_DAMAGES = (IndexError, ValueError, OverflowError, MemoryError)
"""What arrays say of damaged numbers."""


class _Served(NamedTuple):
    """What an engine answers from, all of it of one generation."""

    snapshot: Snapshot
    generation: int
    analyzer: Analyzer
    forms: WrittenForms


class LocalEngine:
    """An index in a folder; an ArchiveEngine. It answers from one generation until `refresh` or a change of its own."""

    def __init__(self, folder: Path, *, create: bool = False, language: str | None = None) -> None:
        """Raises IndexMissing, IndexMismatch, CorruptIndex, OptionError."""
        check_language(language)
        self._location = Location(folder)
        if create and not self._location.exists():
            from searchkit.indexing.commit import create as create_index

            create_index(self._location, language or "en")
        self._changing = threading.RLock()
        self._closed = False
        self._readers: dict[str, SegmentReader] = {}
        self._warnings: tuple[str, ...] = ()
        self._met: tuple[str, ...] = ()
        self._served: _Served | None = None
        self._served = served = self._open()
        made_for = served.analyzer.language
        if language is not None and language != made_for:
            self.close()
            raise IndexMismatch(
                f"{folder} was made for the language {made_for}, not {language}; make it anew for that with: searchkit index"
                f" --rebuild --language {language}"
            )

    def _open(self) -> _Served:
        """What the newest whole generation holds."""
        state, pairs = self._location.served(self._segments)
        self._newest, self._warnings = state.newest, state.warnings
        before, language = self._served, state.manifest.language
        same = before is not None and before.analyzer.language == language
        analyzer = before.analyzer if before is not None and same else Analyzer(language)
        self._readers = {ref.id: reader for ref, reader in pairs}
        snapshot = Snapshot([(reader, ref.live()) for ref, reader in pairs])
        forms = WrittenForms([reader for _, reader in pairs], partial(_forms_of, analyzer=analyzer))
        return _Served(snapshot, state.generation, analyzer, forms)

    def _segments(self, state: State) -> list[tuple[SegmentRef, SegmentReader]]:
        if state.is_foreign:
            from searchkit.indexing.foreign import opened

            return opened(self._location, state, state.manifest.language)
        # Segments never change: those of the generation before stay open, with all that they have at hand.
        return [(ref, self._readers.get(ref.id) or self._location.open(ref)) for ref in state.segments]

    @property
    def warnings(self) -> tuple[str, ...]:
        """See Engine.warnings."""
        return (*self._warnings, *self._met)

    def _current(self) -> _Served:
        served = self._served
        if self._closed or served is None:
            raise EngineClosed(f"the engine of {self._location.folder} is closed; open it again with searchkit.open")
        return served

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what arrays say of damaged numbers into a CorruptIndex."""
        try:
            yield
        except _DAMAGES as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> CorruptIndex:
        reason = f"a segment holds numbers that do not fit ({error}); mend it with: searchkit verify --repair"
        return CorruptIndex(str(self._location.folder), reason)

    # Searching.

    def search(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> SearchResult:
        """See Engine.search."""
        begun = time.perf_counter()
        chosen = settled(options, changes)
        served = self._current()
        snapshot = served.snapshot
        parsed = parse_with(query, chosen, served.analyzer.language)
        best = None if chosen.limit is None else chosen.offset + chosen.limit if chosen.limit else 0
        with self._reading():
            matches = execute(snapshot, parsed.root, served.analyzer, Scored(best, chosen.sort))
            dates = snapshot.dates[matches.docs]
            ranked = page(matches, dates, UNDATED, partial(snapshot.value, "id"), chosen)
            hits = self._hits(served, ranked, parsed, chosen)
        return SearchResult(
            query=query,
            parsed=str(parsed),
            total=matches.total,
            hits=hits,
            left_out=parsed.left_out,
            generation=served.generation,
            articles=snapshot.articles,
            took_ms=round((time.perf_counter() - begun) * 1000, 3),
        )

    def _hits(
        self, served: _Served, ranked: Sequence[tuple[int, float]], query: Query, options: SearchOptions
    ) -> tuple[Hit, ...]:
        snapshot = served.snapshot
        warm = snapshot.warm
        wanted = warm.get(
            ("wanted", query.root), lambda: Wanted(query.root, served.forms.of, served.analyzer.language, _keeper(warm))
        )
        shared = (query.root, served.analyzer, options.snippets, wanted)
        ids = snapshot.values("id", [doc for doc, _ in ranked])
        return tuple(
            [
                Hit(article_id, score, ArticleHit(partial(self._shown, snapshot, doc), *shared))
                for article_id, (doc, score) in zip(ids, ranked, strict=True)
            ]
        )

    def _shown(self, snapshot: Snapshot, doc: int) -> ShownArticle:
        # The articles that queries find first are found first again by others, and shown anew.
        return snapshot.warm.get(("article", doc), lambda: ShownArticle(self._article(snapshot, doc)))

    def _article(self, snapshot: Snapshot, doc: int) -> Article:
        try:
            return from_record(snapshot.record(doc))[0]
        except _DAMAGES as error:
            raise self._damaged(error) from error

    def explain(self, query: str, options: SearchOptions | None = None) -> Explanation:
        """See Engine.explain."""
        from searchkit.query.explain import explain

        snapshot, _, analyzer, _ = self._current()
        parsed = parse_with(query, settled(options, {}), analyzer.language)
        with self._reading():
            return explain(parsed, analyzer, lambda node: execute(snapshot, node, analyzer, Count()))

    def get(self, article_id: str) -> Article:
        """See Engine.get."""
        snapshot = self._current().snapshot
        with self._reading():
            doc = snapshot.find(article_id)
        if doc < 0:
            raise UnknownArticle(article_id)
        return self._article(snapshot, doc)

    def marks(self, article: Article, query: str, options: SearchOptions | None = None) -> ArticleMarks:
        """See Engine.marks."""
        analyzer = self._current().analyzer
        return mark(article, parse_with(query, settled(options, {}), analyzer.language).root, analyzer) or ArticleMarks()

    def stats(self) -> Stats:
        """See Engine.stats."""
        from searchkit.engines.holdings import stats_of

        served = self._current()
        with self._reading():
            return stats_of(self._location.folder, served.snapshot, served.generation, served.analyzer.language)

    # Changing.

    def add(self, articles: Iterable[Article], *, wait: float = 0) -> IndexReport:
        """See Engine.add."""
        counts: Counter[str] = Counter()
        changes: dict[str, str] = {}
        with self._writing(wait) as writer:
            for article in articles:
                writer.withheld.pop(article.id, None)
                change = writer.add(article)
                # Of one id twice the last stays, and counts once.
                if changes.get(article.id) != "added":
                    changes[article.id] = change if change != "unchanged" else changes.get(article.id, change)
            generation = writer.commit()
        counts.update(changes.values())
        return IndexReport(
            added=counts["added"], replaced=counts["replaced"], unchanged=counts["unchanged"], generation=generation
        )

    def delete(self, ids: Iterable[str], *, wait: float = 0) -> int:
        """See Engine.delete."""
        from searchkit.indexing.deletion import delete

        with self._writing(wait) as writer:
            count = delete(writer, several(ids))
            writer.commit()
        return count

    def withheld(self) -> tuple[Withheld, ...]:
        """See Engine.withheld."""
        from searchkit.indexing.deletion import described

        self._current()
        manifest = self._location.read().manifest
        return described(manifest.withheld, self._file_states(manifest))

    def undelete(self, ids: Iterable[str], *, wait: float = 0) -> tuple[Withheld, ...]:
        """See Engine.undelete."""
        from searchkit.indexing.deletion import undelete

        with self._writing(wait) as writer:
            undone = undelete(writer, several(ids))
            writer.commit()
        return undone

    @contextmanager
    def _writing(self, wait: float, memory: int = MEMORY_EACH, *, rebuild: bool = False) -> Iterator[Writer]:
        """A writing session, after which this engine answers from what it committed."""
        from searchkit.indexing.rebuild import Rebuild
        from searchkit.indexing.writer import Writer

        self._current()
        try:
            with (Rebuild if rebuild else Writer)(self._location, memory, wait) as writer:
                yield writer
        except BaseException:
            with suppress(SearchkitError):
                self.refresh()  # a run that was cut off may have made a checkpoint
            raise
        self.refresh()
        self._met = tuple(dict.fromkeys((*self._met, *writer.warnings)))

    # Roots.

    def index(
        self,
        roots: Sequence[str | Path] = (),
        *,
        label: str | None = None,
        options: Mapping[str, Sequence[str]] | None = None,
        allow_empty: bool = False,
        progress: Progress | None = None,
        workers: int | None = None,
        memory: int | None = None,
        rebuild: bool = False,
        retry: bool = False,
        check_content: bool = False,
        commit_every: int = COMMIT_EVERY,
        dry_run: bool = False,
        wait: float = 0,
    ) -> IndexReport:
        """See ArchiveEngine.index."""
        from searchkit.corpus import ReadOptions
        from searchkit.engines.runs import Run, given

        wanted = Run(
            roots=tuple(map(Path, roots)),
            label=label,
            options=None if options is None else ReadOptions.from_mapping(options).as_mapping(),
            allow_empty=allow_empty,
            progress=progress,
            rebuild=rebuild,
            retry=retry,
            check_content=check_content,
            commit_every=commit_every,
            **given(workers=workers, memory=memory),
        )
        wanted.check()
        if dry_run:
            self._current()
            return wanted.tried(self._location)
        with self._writing(wait, wanted.memory, rebuild=rebuild) as writer:
            report = wanted.over(writer)
            generation = writer.commit()
        return replace(report, generation=generation)

    def roots(self) -> tuple[Root, ...]:
        """See ArchiveEngine.roots."""
        from searchkit.engines.roots import described

        self._current()
        manifest = self._location.read().manifest
        return described(manifest.roots, self._file_states(manifest))

    def _file_states(self, manifest: Manifest) -> FileStates:
        """The state of the roots' files, warning of damage to it."""
        from searchkit.indexing.origins import known_states

        snapshot = self._current().snapshot
        states, damage = known_states(self._location, manifest, lambda: [(v.reader, v.live) for v in snapshot.views])
        if damage is not None:
            self._met = tuple(dict.fromkeys((*self._met, f"{damage}; the next run reads all files again")))
        return states

    def remove_root(self, label: str, *, wait: float = 0) -> IndexReport:
        """See ArchiveEngine.remove_root."""
        from searchkit.engines.roots import check_known
        from searchkit.indexing.origins import origin_of, unlisted_of

        with self._writing(wait) as writer:
            check_known(writer.roots, label)
            removed = sum(writer.remove_origin(origin_of(label, path)) for path in writer.states.pop(label, {}))
            writer.states.pop(unlisted_of(label), None)
            del writer.roots[label]
            generation = writer.commit()
        return IndexReport(removed=removed, generation=generation)

    def move_root(self, label: str, path: str | Path, *, wait: float = 0) -> None:
        """See ArchiveEngine.move_root. Every file is read again by the next run, so that articles learn their paths."""
        from searchkit.engines.roots import check_apart, check_known

        place = Path(path).absolute().resolve()
        if not place.exists():
            raise RootError(f"there is no file or folder {path}")
        with self._writing(wait) as writer:
            check_known(writer.roots, label)
            check_apart(writer.roots, label, path)
            writer.roots[label] = replace(writer.roots[label], path=str(place))
            states = writer.states.get(label, {})
            writer.states[label] = {name: state._replace(modified_ns=-1) for name, state in states.items()}
            writer.commit()

    def optimize(self, *, wait: float = 0) -> int:
        """See ArchiveEngine.optimize."""
        with self._writing(wait) as writer:
            writer.commit(optimize=True)
        return len(self._current().snapshot.views)

    def verify(self, *, repair: bool = False, wait: float = 0) -> Verification:
        """See ArchiveEngine.verify."""
        from searchkit.engines.unopened import verify

        self._current()
        found = verify(self._location.folder, repair=repair, wait=wait)
        if found.repair is not None:
            self._met = ()
            self.refresh()
        return found

    # Life.

    def refresh(self) -> bool:
        """See Engine.refresh."""
        with self._changing:
            before = self._current().generation
            if self._location.newest() == self._newest:
                return False
            # Searches of other threads and hits already given out still read from the old snapshot; its files are
            # unmapped when the last of them is gone.
            self._served = self._open()
            return self._served.generation != before

    def close(self) -> None:
        """See Engine.close."""
        with self._changing:
            self._closed = True
            self._served = None
            self._readers = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _forms_of(word: SingleWord, field: TextField, analyzer: Analyzer) -> Ints:
    """The numbers of the written forms that a word of a query stands for in a field."""
    terms = terms_of(word, field, analyzer)
    if terms.allowed is not None:
        return np.flatnonzero(terms.allowed).astype(np.int64)
    first = field.first_forms
    low = first[terms.whole].astype(np.int64)
    return ranges(low, first[terms.whole + 1].astype(np.int64) - low)


def _keeper(warm: Warm) -> Keep:
    """What keeps things in `warm`, for what is kept there itself: a circle would hold the index's files when all is done."""
    known = weakref.ref(warm)

    def keep(key: Hashable, make: Callable[[], KeptPlan]) -> KeptPlan:
        place = known()
        return make() if place is None else place.get(key, make)

    return keep
