"""Stores articles in segments in a folder (see `store.ArticleStore`).

It holds the index's lock, builds segments of the articles that are staged, and makes all of it
visible in one commit.
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
from searchkit.index_options import BUILD_MEMORY_BYTES
from searchkit.indexing.commit import commit
from searchkit.indexing.entries import ArticleEntry, hash_record, hash_text
from searchkit.indexing.file_states import load_file_states
from searchkit.indexing.foreign import convert_segments, open_segments
from searchkit.indexing.garbage_collection import collect_garbage
from searchkit.indexing.index_folder import (
    Generation,
    IndexFolder,
    list_generations,
    make_storage_error,
    next_generation,
    raise_storage_errors,
    toc_path,
)
from searchkit.indexing.manifest import FileStates, Manifest, file_states_to_bytes
from searchkit.indexing.merging import apply_merge_policy, merge_all
from searchkit.indexing.segments import SegmentBuilder
from searchkit.indexing.store import CommittedArticle, SinkSpec, StagedBatch, SyncState
from searchkit.model import Article
from searchkit.schema import from_record

SINK = "searchkit.indexing.segment_sink"
"""The module whose `open_sink` opens what workers stage articles in."""

_RELEASE_AFTER_BYTES = 2**24
"""After so many bytes of records, an iteration over all articles releases the pages that it
read."""


class CommittedSegment:
    """A segment of the committed state, and which of its documents this session has not deleted."""

    def __init__(self, ref: SegmentRef, reader: SegmentReader) -> None:
        self.ref, self.reader = ref, reader
        live = ref.live_docs()
        self.live: Bools = np.ones(ref.doc_count, dtype=bool) if live is None else live
        self._has_changed = False

    def delete(self, doc: int) -> None:
        """Delete a document."""
        self.live[doc] = False
        self._has_changed = True

    def new_ref(self) -> SegmentRef:
        """The segment with the deletions of this session."""
        return self.ref.with_live_docs(self.live) if self._has_changed else self.ref


class SegmentStore:
    """An index in a folder as one writing session sees it; an ArticleStore. `warnings` tell of
    damage that it met.

    With `rebuild` the commit drops all that there was; new segments are of the analysis that is
    installed, in `language` (None: that of the old index). A `dry_run` needs no lock and leaves the
    folder as it is.

    Raises IndexLocked when the lock cannot be had within `wait` seconds, IndexMissing,
    CorruptIndex, StorageError.
    """

    def __init__(
        self,
        index_folder: IndexFolder,
        memory_bytes: int = BUILD_MEMORY_BYTES,
        wait: float = 0,
        *,
        rebuild: bool = False,
        language: str | None = None,
        dry_run: bool = False,
    ) -> None:
        """`memory_bytes` is how much building may take."""
        self._index_folder, self._memory_bytes = index_folder, memory_bytes
        self._rebuild, self._language, self._dry_run = rebuild, language, dry_run
        self._exit = ExitStack()
        self._uncommitted: list[SegmentRef] = []  # segments whose files are removed if nothing names them at the end
        try:
            if not dry_run:
                self._exit.enter_context(index_folder.lock(wait))
                collect_garbage(index_folder)
            self._generation, self._committed = index_folder.open_newest(self._open_segments)
            self._settings = self._make_settings(self._generation.manifest)
            self._builder = self._exit.enter_context(
                SegmentBuilder(index_folder.path, Analyzer(self._settings.language), memory_bytes)
            )
        except BaseException:
            self._exit.close()
            raise
        self._first_generation = self._generation.number
        self._committed_states: FileStates | None = None
        # Segments of this session, and which documents of each do not count.
        self._adopted: list[SegmentRef] = []
        self._rejected: dict[str, set[int]] = {}
        self.warnings: list[str] = []
        self.unstored = ()

    def _make_settings(self, manifest: Manifest) -> Manifest:
        """The manifest with the settings of what is written."""
        if not self._rebuild:
            return manifest
        fresh = Manifest.fresh(self._language or manifest.language)
        return replace(manifest, language=fresh.language, analysis=fresh.analysis, snowball=fresh.snowball)

    def _open_segments(self, generation: Generation) -> list[CommittedSegment]:
        """The segments of a generation. Raises CorruptIndex, OSError."""
        refs = generation.segments
        if not generation.is_foreign:
            return [CommittedSegment(ref, self._index_folder.open_segment(ref)) for ref in refs]
        if self._dry_run:
            return [CommittedSegment(ref, reader) for ref, reader in open_segments(self._index_folder, generation)]
        # What other programs wrote in their own format becomes ours again with the next commit.
        analyzer = Analyzer(generation.manifest.language)
        with SegmentBuilder(self._index_folder.path, analyzer, self._memory_bytes) as builder:
            refs = convert_segments(self._index_folder, generation, builder)
            committed = [CommittedSegment(ref, self._index_folder.open_segment(ref)) for ref in refs]
            self._uncommitted += builder.release()
        return committed

    @property
    def generation(self) -> int:
        """See ArticleStore.generation."""
        return self._generation.number

    @property
    def sync_state(self) -> SyncState:
        """See ArticleStore.sync_state."""
        return SyncState(self._generation.manifest.roots, self._generation.manifest.tombstones)

    @property
    def sink(self) -> SinkSpec:
        """See ArticleStore.sink: workers write segments into the folder."""
        # What is committed need not be built again, except in a rebuild.
        committed = [] if self._rebuild else [(c.ref.id, c.ref.doc_count, c.ref.deletions.hex()) for c in self._committed]
        arguments = {
            "folder": str(self._index_folder.path.absolute()),
            "language": self._settings.language,
            "memory_bytes": self._memory_bytes,
            "committed": committed,
        }
        return SinkSpec(SINK, arguments)

    def read_file_states(self) -> FileStates:
        """See ArticleStore.read_file_states."""
        states, damage = load_file_states(
            self._index_folder, self._generation.manifest, lambda: [(one.reader, one.live) for one in self._committed]
        )
        if damage is None:
            self._committed_states = _copy(states)
        else:
            self.warnings.append(f"{damage}; all files are read again")
        return states

    # Committed articles.

    def _find(self, article_id: str) -> tuple[CommittedSegment, int] | None:
        """The segment and the document of a committed article, unless it was deleted."""
        value = article_id.encode("utf-8", "surrogatepass")
        for segment in reversed(self._committed):
            doc = segment.reader.value_column("id.value").last_doc_with(value, segment.live)
            if doc >= 0:
                return segment, doc
        return None

    def find_committed(self, ids: Sequence[str]) -> Mapping[str, CommittedArticle]:
        """See ArticleStore.find_committed."""
        articles: dict[str, CommittedArticle] = {}
        if self._committed:
            for article_id in ids:
                if found := self._find(article_id):
                    segment, doc = found
                    origin = segment.reader.value_column("origin.value").value(doc).decode()
                    articles[article_id] = CommittedArticle(origin, int(segment.reader.number_column("digest")[doc]))
        return articles

    def iter_ids(self) -> Iterator[str]:
        """See ArticleStore.iter_ids."""
        for segment in self._committed:
            column = segment.reader.value_column("id.value")
            yield from (column.value(doc).decode() for doc in np.flatnonzero(segment.live).tolist())

    def find_paths_and_hashes(self, ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """See ArticleStore.find_paths_and_hashes."""
        paths_and_hashes: dict[str, tuple[str, int]] = {}
        for article_id in ids:
            if found := self._find(article_id):
                article, _ = from_record(found[0].reader.stored_fields.record(found[1]))
                paths_and_hashes[article_id] = article.path, hash_text(article)
        return paths_and_hashes

    def find_ids_of_files(self, origins: Sequence[str]) -> Mapping[str, set[str]]:
        """See ArticleStore.find_ids_of_files."""
        ids_by_origin: dict[str, set[str]] = {}
        for origin in origins:
            ids = ids_by_origin[origin] = set()
            for segment, docs in self._find_docs(origin):
                column = segment.reader.value_column("id.value")
                ids.update([column.value(doc).decode() for doc in docs])
        return ids_by_origin

    def _find_docs(self, origin: str) -> Iterator[tuple[CommittedSegment, list[int]]]:
        """The live documents that came from a file, by segment."""
        value = origin.encode("utf-8", "surrogatepass")
        for segment in self._committed:
            column = segment.reader.value_column("origin.value")
            number = column.dictionary.find(value)
            if number >= 0:
                docs = column.docs_with(number)
                yield segment, docs[segment.live[docs]].tolist()

    def iter_articles(self, origin: str | None = None) -> Iterator[tuple[Article, str, bytes]]:
        """See ArticleStore.iter_articles. Raises CorruptIndex for a record that is not as it was
        written: it would get a valid hash where it is written anew."""
        if origin is None:
            chosen = ((segment, np.flatnonzero(segment.live).tolist()) for segment in self._committed)
        else:
            chosen = ((segment, docs) for segment, docs in self._find_docs(origin))
        for segment, docs in chosen:
            hashes, unpacked = segment.reader.number_column("digest"), 0
            for doc in docs:
                record = segment.reader.stored_fields.record(doc)
                unpacked += len(record)
                if unpacked >= _RELEASE_AFTER_BYTES:
                    segment.reader.container.release_pages()
                    unpacked = 0
                if hash_record(record) != hashes[doc]:
                    raise segment.reader.corruption(
                        f'the record of its document {doc} is not as it was written; "searchkit verify --repair" keeps what'
                        " is whole of it"
                    )
                yield *from_record(record), record

    def read_original(self, article_id: str, record_hash: int) -> tuple[Article, str]:
        """See ArticleStore.read_original."""
        value = article_id.encode("utf-8", "surrogatepass")
        for segment in self._committed:
            doc = segment.reader.value_column("id.value").last_doc_with(value, segment.ref.live_docs())
            if doc >= 0 and int(segment.reader.number_column("digest")[doc]) == record_hash:
                return from_record(segment.reader.stored_fields.record(doc))
        raise KeyError(article_id)

    # Changes.

    def stage(self, article: Article, record: bytes, entry: ArticleEntry) -> ArticleEntry:
        """See ArticleStore.stage."""
        segment = self._builder.id
        try:
            doc = self._builder.add(article, entry.origin, record, entry.record_hash)
        except OSError as error:
            raise make_storage_error(self._index_folder.path, error) from error
        return ArticleEntry(entry.id, entry.path, entry.origin, entry.text_hash, entry.record_hash, segment, doc)

    def reject(self, batch: str, number: int) -> None:
        """See ArticleStore.reject."""
        self._rejected.setdefault(batch, set()).add(number)

    def adopt(self, batches: Sequence[StagedBatch]) -> None:
        """See ArticleStore.adopt."""
        refs = [SegmentRef(batch.id, batch.article_count) for batch in batches]
        self._adopted += refs
        self._uncommitted += refs

    def delete(self, ids: Iterable[str]) -> None:
        """See ArticleStore.delete."""
        for article_id in ids:
            if found := self._find(article_id):
                found[0].delete(found[1])

    # The commit.

    def commit(self, state: SyncState, *, optimize: bool = False) -> int:
        """See ArticleStore.commit."""
        with raise_storage_errors(self._index_folder.path):
            refs = self._all_segments()
            if optimize:
                refs = merge_all(self._index_folder, refs, self._uncommitted)
            refs = apply_merge_policy(self._index_folder, refs, self._uncommitted, self.warnings)
            generation = self._commit(refs, state)
        if generation != self._first_generation:
            collect_garbage(self._index_folder)
        return generation

    def checkpoint(self, state: SyncState) -> int:
        """See ArticleStore.checkpoint.

        Segments are merged, and garbage is collected, only at the end of the session: workers may
        be writing segments that no generation names yet.
        """
        with raise_storage_errors(self._index_folder.path):
            number = self._commit(self._all_segments(), state)
            if number != self._generation.number:
                self._generation = self._index_folder.read_generation(number)
                self._committed_states = None if state.files is None else _copy(state.files)
        return number

    def _commit(self, segments: tuple[SegmentRef, ...], state: SyncState) -> int:
        path, before = self._index_folder.path, self._generation
        manifest = replace(self._make_settings(before.manifest), roots=state.roots, tombstones=state.tombstones)
        files = None
        if state.files is not None and state.files != self._committed_states:
            files = file_states_to_bytes(state.files)
        if segments == before.segments and files is None and manifest == before.manifest and not before.is_foreign:
            return before.number
        number = next_generation(path, before.newest_number)
        abandoned = [other for other in list_generations(path) if other > before.number]
        manifest = replace(manifest, abandoned=(*manifest.abandoned, *abandoned))
        try:
            commit(self._index_folder, number, segments, manifest, files)
        finally:
            if toc_path(path, number).exists():
                self._uncommitted = []  # the generation is visible, whatever went wrong afterwards, and names them
        return number

    def _all_segments(self) -> tuple[SegmentRef, ...]:
        """All segments that have live articles."""
        self._builder.flush()
        self.adopt([StagedBatch(ref.id, ref.doc_count) for ref in self._builder.release()])
        refs = [] if self._rebuild else [segment.new_ref() for segment in self._committed]
        for ref in self._adopted:
            live = np.ones(ref.doc_count, dtype=bool)
            live[list(self._rejected.get(ref.id, ()))] = False
            refs.append(ref.with_live_docs(live))
        return tuple(ref for ref in refs if ref.live_count)

    def close(self, failed: bool) -> None:
        """See ArticleStore.close."""
        for ref in self._uncommitted:
            (self._index_folder.path / ref.file).unlink(missing_ok=True)
        if failed and not self._dry_run:
            collect_garbage(self._index_folder)  # workers that were killed may have left files
        self._exit.close()


def _copy(states: FileStates) -> FileStates:
    """A copy to compare with later, which is fast: the state of a file is the same object until it
    changes."""
    return {label: dict(files) for label, files in states.items()}
