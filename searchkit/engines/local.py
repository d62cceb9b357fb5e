"""The engine of one machine: an index in a folder.

Here the rooms come together: corpus reads, indexing commits, the bridge finds, results show. NumPy and Whoosh are
imported with this module, which `searchkit.open` imports late.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

import numpy as np

from searchkit.analysis import LANGUAGES
from searchkit.bridge.matchers import find
from searchkit.bridge.view import UNDATED, View
from searchkit.corpus import ReadOptions, label_of, list_files, read_file
from searchkit.corpus.listing import Listing, SourceFile
from searchkit.engines.base import settled
from searchkit.errors import EngineClosed, IndexMismatch, OptionError, RootError, UnknownArticle
from searchkit.indexing.location import Location
from searchkit.indexing.manifest import RootRecord
from searchkit.indexing.update import SourceFile as AnyFile
from searchkit.indexing.update import Update, origin_of
from searchkit.indexing.writer import Writer
from searchkit.model import (
    Article,
    ArticleMarks,
    Explanation,
    Hit,
    IndexReport,
    OnError,
    Progress,
    Root,
    SearchChanges,
    SearchOptions,
    SearchResult,
    Stats,
)
from searchkit.query import Query, parse
from searchkit.query.explain import explain
from searchkit.results import ArticleHit, mark, page
from searchkit.schema import EPOCH


class LocalEngine:
    """An index in a folder; an ArchiveEngine. It answers from one generation until `refresh` or a change of its own."""

    def __init__(self, folder: Path, *, create: bool = False, language: str | None = None) -> None:
        """Raises IndexMissing, IndexMismatch, CorruptIndex, OptionError."""
        if language is not None and language not in LANGUAGES:
            raise OptionError(f'unknown language "{language}"; expected one of {", ".join(sorted(LANGUAGES))}')
        self._location = Location(folder)
        if create and not self._location.exists():
            self._location.create(language or "en")
        self._changing = threading.RLock()
        self._closed = False
        self._view: View | None = self._open()
        if language is not None and language != self._language:
            made_for = self._language
            self.close()
            raise IndexMismatch(
                f"{folder} was made for the language {made_for}, not {language}; index into another folder for that"
            )

    def _open(self) -> View:
        for _ in range(20):
            state = self._location.read()
            self._manifest = state.manifest
            self._language = state.manifest.language
            try:
                return View(self._location.folder, state.schema, state.segments, state.generation, self._language)
            except FileNotFoundError:
                continue  # a commit removed an old generation's segment while it was opened
        raise EngineClosed(f"{self._location.folder}: its files vanish while they are opened")

    def _current(self) -> View:
        view = self._view
        if self._closed or view is None:
            raise EngineClosed(f"the engine of {self._location.folder} is closed; open it again with searchkit.open")
        return view

    # Searching.

    def search(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> SearchResult:
        """See Engine.search."""
        begun = time.perf_counter()
        chosen = settled(options, changes)
        view = self._current()
        parsed = self._parse(query, chosen)
        matches = find(view, parsed.root)
        ranked = page(matches, view.dates[matches.docs], UNDATED, lambda doc: view.ids[doc], chosen)
        hits = tuple(self._hit(view, doc, score, parsed, chosen) for doc, score in ranked)
        return SearchResult(
            query=query,
            parsed=str(parsed),
            total=matches.total,
            hits=hits,
            left_out=parsed.left_out,
            generation=view.generation,
            articles=view.articles,
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

    def _hit(self, view: View, doc: int, score: float, query: Query, options: SearchOptions) -> Hit:
        source = ArticleHit(lambda: view.article(doc), query.root, view.analyzer, options.snippets)
        return Hit(view.ids[doc], score, source)

    def explain(self, query: str, options: SearchOptions | None = None) -> Explanation:
        """See Engine.explain."""
        view = self._current()
        parsed = self._parse(query, settled(options, {}))
        return explain(parsed, view.analyzer, lambda node: find(view, node).total)

    def get(self, article_id: str) -> Article:
        """See Engine.get."""
        view = self._current()
        doc = view.find(article_id)
        if doc is None:
            raise UnknownArticle(article_id)
        return view.article(doc)

    def marks(self, article: Article, query: str, options: SearchOptions | None = None) -> ArticleMarks:
        """See Engine.marks."""
        view = self._current()
        return mark(article, self._parse(query, settled(options, {})).root, view.analyzer) or ArticleMarks()

    def stats(self) -> Stats:
        """See Engine.stats."""
        view = self._current()
        dates = view.dates[view.live]
        dated = dates[dates != UNDATED]
        sources: Counter[str] = Counter()
        for doc in np.flatnonzero(view.live).tolist():
            sources[view.stored(doc).get("source", "")] += 1
        folder = self._location.folder
        return Stats(
            articles=view.articles,
            first=EPOCH + timedelta(microseconds=int(dated.min())) if len(dated) else None,
            last=EPOCH + timedelta(microseconds=int(dated.max())) if len(dated) else None,
            undated=len(dates) - len(dated),
            sources=tuple(sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))),
            size=sum(path.stat().st_size for path in folder.iterdir() if path.is_file()),
            generation=view.generation,
            segments=len(view.leaves),
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
                change = writer.put(article)
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

    def _writing(self) -> Writer:
        self._current()
        return Writer(self._location)

    # Roots.

    def index(
        self,
        roots: Sequence[str | Path] = (),
        *,
        label: str | None = None,
        options: Mapping[str, Sequence[str]] | None = None,
        allow_empty: bool = False,
        progress: Progress | None = None,
    ) -> IndexReport:
        """See ArchiveEngine.index."""
        if label is not None and len(roots) != 1:
            raise OptionError(f"a label names one root; found {len(roots)} roots")
        given = None if options is None else ReadOptions.from_mapping(options).as_mapping()
        with self._writing() as writer:
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
            update = Update(writer, _CorpusReader(), allow_empty=allow_empty, progress=progress)
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

    # Life.

    def refresh(self) -> bool:
        """See Engine.refresh."""
        with self._changing:
            before = self._current()
            if self._location.newest() == before.generation:
                return False
            # The old view is not closed: searches of other threads and hits already given out still read from it;
            # its files are unmapped when the last of them is gone.
            self._view = self._open()
            return True

    def close(self) -> None:
        """See Engine.close."""
        with self._changing:
            self._closed = True
            if self._view is not None:
                self._view.close()
                self._view = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _CorpusReader:
    """What indexing is handed to read a root with."""

    def list_files(self, root: RootRecord) -> Listing:
        return list_files(Path(root.path), ReadOptions.from_mapping(root.options))

    def read_file(self, file: AnyFile, root: RootRecord, on_error: OnError) -> Iterator[Article]:
        source = SourceFile(file.path, file.place, file.size, file.modified_ns)
        return read_file(source, root.label, ReadOptions.from_mapping(root.options), on_error)
