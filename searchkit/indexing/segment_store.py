"""A store whose articles lie in segments in a folder (see `store.ArticleStore`).

It holds the index's lock, builds segments of the articles that it is given, and makes all of it visible in one commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.arrays import Bools
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import SegmentRef
from searchkit.indexing.commit import commit
from searchkit.indexing.entries import Entry, text_digest
from searchkit.indexing.foreign import converted, opened
from searchkit.indexing.leftovers import clean
from searchkit.indexing.location import Location, State, generations, next_generation, storage_error, storing, toc_path
from searchkit.indexing.manifest import FileStates, Manifest, files_to_bytes
from searchkit.indexing.merging import merge_all, merge_some
from searchkit.indexing.origins import known_states
from searchkit.indexing.segments import MEMORY, SegmentBuilder
from searchkit.indexing.store import Known, Memory, SinkSpec, Written
from searchkit.model import Article
from searchkit.schema import from_record

SINK = "searchkit.indexing.segment_sink"
"""The module whose `open_sink` makes what workers put articles into."""


class Committed:
    """A segment of the committed state, and which of its articles live still."""

    def __init__(self, ref: SegmentRef, reader: SegmentReader) -> None:
        self.ref, self.reader = ref, reader
        live = ref.live_docs()
        self.live: Bools = np.ones(ref.doc_count, dtype=bool) if live is None else live
        self.changed = False

    def take_out(self, doc: int) -> None:
        self.live[doc] = False
        self.changed = True

    def after(self) -> SegmentRef:
        return self.ref.with_live_docs(self.live) if self.changed else self.ref


class SegmentStore:
    """An index in a folder as one writing session sees it; an ArticleStore. `warnings` tell of damage that it met.

    With `rebuild` the commit drops all that there was, and what is made is of the analysis that is installed, in `language`
    (None: that of the old index). A `dry_run` needs no lock and leaves the folder as it is.

    Raises IndexLocked when the lock is not to be had within `wait` seconds, IndexMissing, CorruptIndex, StorageError.
    """

    def __init__(
        self,
        location: Location,
        memory: int = MEMORY,
        wait: float = 0,
        *,
        rebuild: bool = False,
        language: str | None = None,
        dry_run: bool = False,
    ) -> None:
        """`memory` is how many bytes building may take."""
        self._location, self._bytes, self._rebuild, self._language = location, memory, rebuild, language
        self._dry_run = dry_run
        self._exit = ExitStack()
        self._made: list[SegmentRef] = []
        try:
            if not dry_run:
                # The folder is for this session alone, and rid of what others left there.
                self._exit.enter_context(location.lock(wait))
                clean(location)
            self._state, self._committed = location.served(self._opened)
            self._settings = self._settings_after(self._state.manifest)
            self._builder = self._exit.enter_context(
                SegmentBuilder(location.folder, Analyzer(self._settings.language), memory)
            )
        except BaseException:
            self._exit.close()
            raise
        self._began_at = self._state.generation
        self._states_before: FileStates | None = None
        # Segments of this session, and of each which of its articles do not count.
        self._adopted: list[SegmentRef] = []
        self._rejected: dict[str, set[int]] = {}
        self.warnings: list[str] = []

    def _settings_after(self, manifest: Manifest) -> Manifest:
        """The settings of what is written."""
        if not self._rebuild:
            return manifest
        fresh = Manifest.fresh(self._language or manifest.language)
        return replace(manifest, language=fresh.language, analysis=fresh.analysis, snowball=fresh.snowball)

    def _opened(self, state: State) -> list[Committed]:
        """The segments of a generation. Raises CorruptIndex, OSError."""
        refs = state.segments
        if not state.is_foreign:
            return [Committed(ref, self._location.open(ref)) for ref in refs]
        language = state.manifest.language
        if self._dry_run:
            return [Committed(ref, reader) for ref, reader in opened(self._location, state, language)]
        # What other programs wrote in their own format becomes ours again with the next commit.
        with SegmentBuilder(self._location.folder, Analyzer(language), self._bytes) as builder:
            refs = converted(self._location, state, builder)
            committed = [Committed(ref, self._location.open(ref)) for ref in refs]
            self._made += builder.taken()
        return committed

    @property
    def generation(self) -> int:
        """See ArticleStore.generation."""
        return self._state.generation

    @property
    def memory(self) -> Memory:
        """See ArticleStore.memory."""
        return Memory(self._state.manifest.roots, self._state.manifest.withheld)

    @property
    def sink(self) -> SinkSpec:
        """See ArticleStore.sink: workers write segments into the folder."""
        # What is committed need not be built again, but in a rebuild.
        known = [] if self._rebuild else [(c.ref.id, c.ref.doc_count, c.ref.deletions.hex()) for c in self._committed]
        folder = str(self._location.folder.absolute())
        return SinkSpec(
            SINK, {"folder": folder, "language": self._settings.language, "memory": self._bytes, "segments": known}
        )

    def file_states(self) -> FileStates:
        """See ArticleStore.file_states."""
        states, damage = known_states(
            self._location, self._state.manifest, lambda: [(one.reader, one.live) for one in self._committed]
        )
        if damage is None:
            self._states_before = _copied(states)
        else:
            self.warnings.append(f"{damage}; all files are read again")
        return states

    # Committed articles.

    def _place(self, article_id: str) -> tuple[Committed, int] | None:
        """Where a committed article stands, unless it was removed."""
        wanted = article_id.encode("utf-8", "surrogatepass")
        for committed in reversed(self._committed):
            doc = committed.reader.value_column("id.value").last_doc_with(wanted, committed.live)
            if doc >= 0:
                return committed, doc
        return None

    def known(self, ids: Sequence[str]) -> Mapping[str, Known]:
        """See ArticleStore.known."""
        found: dict[str, Known] = {}
        if self._committed:
            for article_id in ids:
                if place := self._place(article_id):
                    committed, doc = place
                    origin = committed.reader.value_column("origin.value").value(doc).decode()
                    found[article_id] = Known(origin, int(committed.reader.number_column("digest")[doc]))
        return found

    def texts_of(self, ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """See ArticleStore.texts_of."""
        found: dict[str, tuple[str, int]] = {}
        for article_id in ids:
            if place := self._place(article_id):
                article, _ = from_record(place[0].reader.stored_fields.record(place[1]))
                found[article_id] = article.path, text_digest(article)
        return found

    def ids_of(self, origins: Sequence[str]) -> Mapping[str, set[str]]:
        """See ArticleStore.ids_of."""
        found: dict[str, set[str]] = {}
        for origin in origins:
            ids = found[origin] = set()
            for committed, docs in self._docs_of(origin):
                names = committed.reader.value_column("id.value")
                ids.update([names.value(doc).decode() for doc in docs])
        return found

    def _docs_of(self, origin: str) -> Iterator[tuple[Committed, list[int]]]:
        wanted = origin.encode("utf-8", "surrogatepass")
        for committed in self._committed:
            column = committed.reader.value_column("origin.value")
            number = column.dictionary.find(wanted)
            if number >= 0:
                docs = column.docs_with(number)
                yield committed, docs[committed.live[docs]].tolist()

    def stored(self, origin: str | None = None) -> Iterator[tuple[Article, str, bytes]]:
        """See ArticleStore.stored."""
        if origin is None:
            chosen = ((committed, np.flatnonzero(committed.live).tolist()) for committed in self._committed)
        else:
            chosen = ((committed, docs) for committed, docs in self._docs_of(origin))
        for committed, docs in chosen:
            for doc in docs:
                record = committed.reader.stored_fields.record(doc)
                yield *from_record(record), record

    def as_committed(self, article_id: str, record: int) -> tuple[Article, str]:
        """See ArticleStore.as_committed."""
        wanted = article_id.encode("utf-8", "surrogatepass")
        for committed in self._committed:
            doc = committed.reader.value_column("id.value").last_doc_with(wanted, committed.ref.live_docs())
            if doc >= 0 and int(committed.reader.number_column("digest")[doc]) == record:
                return from_record(committed.reader.stored_fields.record(doc))
        raise KeyError(article_id)

    # Changes.

    def stage(self, article: Article, record: bytes, entry: Entry) -> Entry:
        """See ArticleStore.stage."""
        segment = self._builder.id
        try:
            doc = self._builder.add(article, entry.origin, record, entry.record)
        except OSError as error:
            raise storage_error(self._location.folder, error) from error
        return Entry(entry.id, entry.path, entry.origin, entry.text, entry.record, segment, doc)

    def reject(self, batch: str, number: int) -> None:
        """See ArticleStore.reject."""
        self._rejected.setdefault(batch, set()).add(number)

    def adopt(self, batches: Sequence[Written]) -> None:
        """See ArticleStore.adopt."""
        refs = [SegmentRef(batch.id, batch.docs) for batch in batches]
        self._adopted += refs
        self._made += refs

    def remove(self, ids: Iterable[str]) -> None:
        """See ArticleStore.remove."""
        for article_id in ids:
            if place := self._place(article_id):
                place[0].take_out(place[1])

    # The commit.

    def commit(self, memory: Memory, *, optimize: bool = False) -> int:
        """See ArticleStore.commit."""
        with storing(self._location.folder):
            refs = self._refs()
            if optimize:
                refs = merge_all(self._location, refs, self._made)
            generation = self._commit(merge_some(self._location, refs, self._made, self.warnings), memory)
        if generation != self._began_at:
            clean(self._location)
        return generation

    def checkpoint(self, memory: Memory) -> int:
        """See ArticleStore.checkpoint.

        Segments are merged, and what is not needed any more is removed, at the end of the session only: workers may be
        writing segments that no generation has yet.
        """
        with storing(self._location.folder):
            generation = self._commit(self._refs(), memory)
            if generation != self._state.generation:
                self._state = self._location.state_of(generation)
                self._states_before = None if memory.states is None else _copied(memory.states)
        return generation

    def _commit(self, segments: tuple[SegmentRef, ...], memory: Memory) -> int:
        location, state = self._location, self._state
        after = replace(self._settings_after(state.manifest), roots=memory.roots, withheld=memory.withheld)
        files = None
        if memory.states is not None and memory.states != self._states_before:
            files = files_to_bytes(memory.states)
        if segments == state.segments and files is None and after == state.manifest and not state.is_foreign:
            return state.generation
        generation = next_generation(location.folder, state.newest)
        passed_over = [g for g in generations(location.folder) if g > state.generation]
        after = replace(after, passed_over=(*after.passed_over, *passed_over))
        try:
            commit(location, generation, segments, after, files)
        finally:
            if toc_path(location.folder, generation).exists():
                self._made = []  # it is visible, whatever went wrong afterwards, and has its segments
        return generation

    def _refs(self) -> tuple[SegmentRef, ...]:
        """All segments that have living articles."""
        self._builder.flush()
        self.adopt([Written(ref.id, ref.doc_count) for ref in self._builder.taken()])
        refs = [] if self._rebuild else [committed.after() for committed in self._committed]
        for ref in self._adopted:
            live = np.ones(ref.doc_count, dtype=bool)
            live[list(self._rejected.get(ref.id, ()))] = False
            refs.append(ref.with_live_docs(live))
        return tuple(ref for ref in refs if ref.live_count)

    def close(self, failed: bool) -> None:
        """See ArticleStore.close."""
        for ref in self._made:
            (self._location.folder / ref.file).unlink(missing_ok=True)
        if failed and not self._dry_run:
            clean(self._location)  # of what processes that were stopped in their work left behind
        self._exit.close()


def _copied(states: FileStates) -> FileStates:
    """A copy to compare with later, which is fast: the state of a file is the same object until it changes."""
    return {label: dict(files) for label, files in states.items()}
