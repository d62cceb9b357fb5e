"""The engine of one machine: an index in a folder.

Here the rooms come together: corpus reads, indexing commits, query finds, results show. Whoosh and all that writes are
imported late, when something is written or another program's commit is met: a search needs neither.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

import numpy as np

from searchkit.analysis import LANGUAGES, Analyzer
from searchkit.codec.reader import SegmentReader
from searchkit.corpus import ReadOptions, label_of
from searchkit.engines.base import settled
from searchkit.errors import CorruptIndex, EngineClosed, IndexMismatch, OptionError, RootError, UnknownArticle
from searchkit.indexing.location import Location
from searchkit.indexing.manifest import RootRecord
from searchkit.model import (
    Article,
    ArticleMarks,
    Explanation,
    Hit,
    IndexReport,
    Progress,
    Root,
    SearchChanges,
    SearchOptions,
    SearchResult,
    Stats,
)
from searchkit.query import Query, parse
from searchkit.query.execute import execute
from searchkit.query.explain import explain
from searchkit.query.snapshot import Bools, SegmentView, Snapshot
from searchkit.results import ArticleHit, ChunkWords, Wanted, mark, page
from searchkit.schema import EPOCH, UNDATED, from_record

if TYPE_CHECKING:
    from searchkit.indexing.writer import Writer


WORKER = "searchkit.engines.worker"
"""The module that each worker of `index` runs."""
LEAST_MEMORY = 192 * 2**20
"""Bytes below which a worker cannot work: most of it is the interpreter and its vocabulary."""


class LocalEngine:
    """An index in a folder; an ArchiveEngine. It answers from one generation until `refresh` or a change of its own."""

    def __init__(self, folder: Path, *, create: bool = False, language: str | None = None) -> None:
        """Raises IndexMissing, IndexMismatch, CorruptIndex, OptionError."""
        if language is not None and language not in LANGUAGES:
            raise OptionError(f'unknown language "{language}"; expected one of {", ".join(sorted(LANGUAGES))}')
        self._location = Location(folder)
        if create and not self._location.exists():
            from searchkit.indexing.commit import create as create_index

            create_index(self._location, language or "en")
        self._changing = threading.RLock()
        self._closed = False
        self._readers: dict[str, SegmentReader] = {}
        self._chunks = ChunkWords()
        self._snapshot: Snapshot | None = self._open()
        if language is not None and language != self._language:
            made_for = self._language
            self.close()
            raise IndexMismatch(
                f"{folder} was made for the language {made_for}, not {language}; index into another folder for that"
            )

    def _open(self) -> Snapshot:
        for _ in range(20):
            state = self._location.read()
            try:
                if state.is_foreign:
                    from searchkit.indexing.foreign import opened

                    pairs = opened(self._location, state, state.manifest.language)
                else:
                    folder = self._location.folder
                    # Segments never change: those of the generation before stay open, with all that they have at hand.
                    pairs = [(r, self._readers.get(r.id) or SegmentReader(folder / r.file)) for r in state.segments]
            except FileNotFoundError:
                continue  # a commit removed an old generation's segment while it was opened
            for ref, reader in pairs:
                if ref.docs != reader.docs:
                    raise reader.corrupt(f"it holds {reader.docs:,} articles instead of {ref.docs:,}")
            self._manifest, self._generation, self._language = state.manifest, state.generation, state.manifest.language
            self._analyzer = Analyzer(self._language)
            self._readers = {ref.id: reader for ref, reader in pairs}
            return Snapshot([(reader, ref.live()) for ref, reader in pairs])
        raise EngineClosed(f"{self._location.folder}: its files vanish while they are opened")

    def _current(self) -> Snapshot:
        snapshot = self._snapshot
        if self._closed or snapshot is None:
            raise EngineClosed(f"the engine of {self._location.folder} is closed; open it again with searchkit.open")
        return snapshot

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Turn what arrays say of damaged numbers into a CorruptIndex."""
        try:
            yield
        except (IndexError, ValueError, OverflowError, MemoryError) as error:
            reason = f"a segment holds numbers that do not fit ({error}); index the articles again into a new folder"
            raise CorruptIndex(str(self._location.folder), reason) from error

    # Searching.

    def search(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> SearchResult:
        """See Engine.search."""
        begun = time.perf_counter()
        chosen = settled(options, changes)
        snapshot, generation = self._current(), self._generation
        parsed = self._parse(query, chosen)
        best = None if chosen.limit is None else chosen.offset + chosen.limit if chosen.limit else 0
        with self._reading():
            matches = execute(snapshot, parsed.root, self._analyzer, best, chosen.sort)
            ids = {doc: snapshot.value("id", doc) for doc in matches.docs.tolist()} if len(matches.docs) < 64 else {}

            def id_of(doc: int) -> str:
                return ids.get(doc) or snapshot.value("id", doc)

            ranked = page(matches, snapshot.dates(matches.docs), UNDATED, id_of, chosen)
            wanted = Wanted(parsed.root, self._analyzer, self._chunks)
            hits = tuple(self._hit(snapshot, doc, id_of(doc), score, parsed, chosen, wanted) for doc, score in ranked)
        return SearchResult(
            query=query,
            parsed=str(parsed),
            total=matches.total,
            hits=hits,
            left_out=parsed.left_out,
            generation=generation,
            articles=snapshot.articles,
            took_ms=round((time.perf_counter() - begun) * 1000, 3),
        )

    def _parse(self, query: str, options: SearchOptions) -> Query:
        return parse(
            query,
            language=self._language,
            match_any=options.match_any,
            literal=options.literal,
            exact=options.exact,
            since=options.since,
            until=options.until,
            timezone=options.timezone,
        )

    def _hit(
        self,
        snapshot: Snapshot,
        doc: int,
        article_id: str,
        score: float,
        query: Query,
        options: SearchOptions,
        wanted: Wanted,
    ) -> Hit:
        source = ArticleHit(lambda: self._article(snapshot, doc), query.root, self._analyzer, options.snippets, wanted)
        return Hit(article_id, score, source)

    def _article(self, snapshot: Snapshot, doc: int) -> Article:
        with self._reading():
            return from_record(snapshot.record(doc))[0]

    def explain(self, query: str, options: SearchOptions | None = None) -> Explanation:
        """See Engine.explain."""
        snapshot = self._current()
        parsed = self._parse(query, settled(options, {}))
        with self._reading():
            return explain(parsed, self._analyzer, lambda node: execute(snapshot, node, self._analyzer, 0).total)

    def get(self, article_id: str) -> Article:
        """See Engine.get."""
        snapshot = self._current()
        with self._reading():
            doc = snapshot.find(article_id)
        if doc < 0:
            raise UnknownArticle(article_id)
        return self._article(snapshot, doc)

    def marks(self, article: Article, query: str, options: SearchOptions | None = None) -> ArticleMarks:
        """See Engine.marks."""
        self._current()
        return mark(article, self._parse(query, settled(options, {})).root, self._analyzer) or ArticleMarks()

    def stats(self) -> Stats:
        """See Engine.stats."""
        snapshot = self._current()
        with self._reading():
            dates = np.concatenate([np.zeros(0, dtype=np.int64), *(v.dates[_all(v)] for v in snapshot.views)])
            dated = dates[dates != UNDATED]
            sources: Counter[str] = Counter()
            for view in snapshot.views:
                column = view.reader.values("source.value")
                names = [b"", *column.dictionary.slices()]
                counts = np.bincount(column.of_doc[_all(view)], minlength=len(names)).tolist()
                sources.update({name.decode(): count for name, count in zip(names, counts, strict=True) if count})
        folder = self._location.folder
        return Stats(
            articles=snapshot.articles,
            first=EPOCH + timedelta(microseconds=int(dated.min())) if len(dated) else None,
            last=EPOCH + timedelta(microseconds=int(dated.max())) if len(dated) else None,
            undated=len(dates) - len(dated),
            sources=tuple(sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))),
            size=sum(path.stat().st_size for path in folder.iterdir() if path.is_file()),
            generation=self._generation,
            segments=len(snapshot.views),
            language=self._language,
        )

    # Changing.

    def add(self, articles: Iterable[Article]) -> IndexReport:
        """See Engine.add."""
        counts: Counter[str] = Counter()
        changes: dict[str, str] = {}
        with self._writing() as writer:
            for article in articles:
                writer.withheld.discard(article.id)
                change = writer.add(article)
                # Of one id twice the last stays, and counts once.
                if changes.get(article.id) != "added":
                    changes[article.id] = change if change != "unchanged" else changes.get(article.id, change)
            generation = writer.commit()
        counts.update(changes.values())
        self.refresh()
        return IndexReport(
            added=counts["added"], replaced=counts["replaced"], unchanged=counts["unchanged"], generation=generation
        )

    def delete(self, ids: Iterable[str]) -> int:
        """See Engine.delete."""
        wanted = list(dict.fromkeys(ids))
        with self._writing() as writer:
            there = [article_id for article_id in wanted if writer.remove(article_id)]
            writer.withheld.update(there)
            writer.commit()
        self.refresh()
        return len(there)

    def _writing(self, memory: int | None = None) -> Writer:
        from searchkit.indexing.segments import MEMORY
        from searchkit.indexing.writer import Writer

        self._current()
        return Writer(self._location, MEMORY if memory is None else memory)

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
    ) -> IndexReport:
        """See ArchiveEngine.index."""
        if label is not None and len(roots) != 1:
            raise OptionError(f"a label names one root; found {len(roots)} roots")
        from searchkit.engines.reading import CorpusReader
        from searchkit.indexing.crew import Crew, Job
        from searchkit.indexing.segments import MEMORY
        from searchkit.indexing.update import Update

        hands = len(os.sched_getaffinity(0)) if workers is None else workers
        if hands < 1:
            raise OptionError(f"workers must be 1 or more; found {hands}")
        bytes_each = MEMORY if memory is None else memory
        if bytes_each < LEAST_MEMORY:
            raise OptionError(f"memory must be {LEAST_MEMORY >> 20} MB or more a worker; found {bytes_each >> 20} MB")
        given = None if options is None else ReadOptions.from_mapping(options).as_mapping()
        with self._writing(bytes_each) as writer:
            chosen: list[tuple[RootRecord, str]] = []
            reread: set[str] = set()
            for root in roots:
                record, part = self._record(writer, Path(root), label, given)
                before = writer.roots.get(record.label)
                if before is not None and before != record:
                    reread.add(record.label)
                writer.roots[record.label] = record
                chosen.append((record, part))
            if not roots:
                chosen = [(record, "") for record in writer.roots.values()]

            def start(shared: Sequence[list[Job]]) -> Crew:
                return Crew(WORKER, self._location.folder, self._language, bytes_each, writer.segments, shared)

            update = Update(writer, CorpusReader(), allow_empty=allow_empty, progress=progress, workers=hands, start=start)
            report = update.run(chosen, reread=frozenset(reread))
            generation = writer.commit()
        self.refresh()
        return replace(report, generation=generation)

    def _record(
        self, writer: Writer, given: Path, label: str | None, options: Mapping[str, tuple[str, ...]] | None
    ) -> tuple[RootRecord, str]:
        """The root that a path belongs to, and which part of it the path is."""
        place = given.absolute().resolve()
        if not place.exists():
            known = [root for root in writer.roots.values() if Path(root.path) == place]
            if not known:
                raise RootError(f"there is no file or folder {given}")
            return known[0], ""
        for root in writer.roots.values():
            old = Path(root.path)
            if place == old:
                if label not in (None, root.label):
                    raise RootError(f"{given} is indexed as {root.label}; to rename it: searchkit roots remove {root.label}")
                return (root if options is None else replace(root, options=dict(options))), ""
            if old in place.parents:
                if label is not None or options is not None:
                    raise RootError(f"{given} is a part of the root {root.label}; options go with the whole root")
                return root, place.relative_to(old).as_posix()
            if place in old.parents:
                raise RootError(
                    f"{given} encloses {root.path}, which is indexed as {root.label};"
                    f" first: searchkit roots remove {root.label}"
                )
        name = label or label_of(place)
        if not name or "/" in name or not name.isprintable():
            raise RootError(f'"{name}" cannot be a label; give one without "/" with --label NAME')
        if name in writer.roots:
            raise RootError(
                f"the label {name} is taken by {writer.roots[name].path}; give another with --label NAME, or, if that"
                f" root has moved here: searchkit roots move {name} {given}"
            )
        return RootRecord(name, str(place), dict(options or {})), ""

    def roots(self) -> tuple[Root, ...]:
        """See ArchiveEngine.roots."""
        self._current()
        state = self._location.read()
        states = self._location.file_states(state.manifest)
        return tuple(
            Root(
                label=root.label,
                path=root.path,
                articles=sum(file.articles for file in states.get(root.label, {}).values()),
                files=len(states.get(root.label, {})),
                failed=sum(bool(file.problems) for file in states.get(root.label, {}).values()),
                options=root.options,
            )
            for root in state.manifest.roots
        )

    def remove_root(self, label: str) -> IndexReport:
        """See ArchiveEngine.remove_root."""
        from searchkit.indexing.update import origin_of

        with self._writing() as writer:
            self._known(writer, label)
            removed = sum(writer.remove_origin(origin_of(label, path)) for path in writer.states.pop(label, {}))
            del writer.roots[label]
            generation = writer.commit()
        self.refresh()
        return IndexReport(removed=removed, generation=generation)

    def move_root(self, label: str, path: str | Path) -> None:
        """See ArchiveEngine.move_root. Every file is read again by the next run, so that articles learn their paths."""
        place = Path(path).absolute().resolve()
        if not place.exists():
            raise RootError(f"there is no file or folder {path}")
        with self._writing() as writer:
            self._known(writer, label)
            for other in writer.roots.values():
                old = Path(other.path)
                if other.label != label and (old == place or old in place.parents or place in old.parents):
                    raise RootError(f"{path} and the root {other.label} ({other.path}) lie in each other")
            writer.roots[label] = replace(writer.roots[label], path=str(place))
            states = writer.states.get(label, {})
            writer.states[label] = {name: replace(state, modified_ns=-1) for name, state in states.items()}
            writer.commit()
        self.refresh()

    def _known(self, writer: Writer, label: str) -> None:
        if label not in writer.roots:
            known = ", ".join(sorted(writer.roots)) or "none"
            raise RootError(f'no root has the label "{label}"; there are: {known}')

    def optimize(self) -> int:
        """See ArchiveEngine.optimize."""
        with self._writing() as writer:
            writer.commit(optimize=True)
        self.refresh()
        return len(self._current().views)

    # Life.

    def refresh(self) -> bool:
        """See Engine.refresh."""
        with self._changing:
            before = self._current()
            if self._location.newest() == self._generation:
                return False
            # Searches of other threads and hits already given out still read from the old snapshot; its files are
            # unmapped when the last of them is gone.
            self._snapshot = self._open()
            return self._snapshot is not before

    def close(self) -> None:
        """See Engine.close."""
        with self._changing:
            self._closed = True
            self._snapshot = None
            self._readers = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _all(view: SegmentView) -> slice | Bools:
    """What chooses the living articles of a segment."""
    return slice(None) if view.live is None else view.live
