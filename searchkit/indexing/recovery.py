"""Recovers a damaged index: commits a generation of what is whole, and names what has to be indexed
again.

Whole segments stay as they are, and damaged ones are read article by article. Articles that cannot
be read are copied from wherever they can be: abandoned generations, segments that no generation
names, and older generations. Where none of these has them, the next run reads their files again.

Where a writer went on without a damaged generation (it abandoned it), this is a three-way merge.
The common ancestor is the newest generation before the abandoned one that was not abandoned itself
and whose segments are known. What the abandoned generation changed counts, unless a later
generation changed the same id: articles that it upserted, tombstones that it made, and tombstones
that it removed. An article is unchanged when it is the same document, or has the same hash. Where
the ancestor is gone, segments that both sides share tell what is older; where they do not, the
current article stays, and its file is read again. Articles that the abandoned generation removed
without a tombstone came from files that are gone, which the next run sees by itself.

Nothing is removed before the new generation is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import INDEX_NAME, SUFFIX, SegmentRef
from searchkit.errors import CorruptIndex
from searchkit.indexing.commit import commit
from searchkit.indexing.damaged import FoundArticle, TolerantGeneration, TolerantSegment
from searchkit.indexing.file_states import make_origin, mark_to_reread, parse_origin, rebuild_file_states
from searchkit.indexing.garbage_collection import collect_garbage
from searchkit.indexing.index_folder import (
    IndexFolder,
    list_generations,
    manifest_path,
    next_generation,
    raise_storage_errors,
    toc_path,
)
from searchkit.indexing.manifest import FileStates, Manifest, file_states_to_bytes
from searchkit.indexing.segments import SegmentBuilder
from searchkit.indexing.verify import Verifier, read_ids
from searchkit.reports import Fault, Repair


def recover(index_folder: IndexFolder, wait: float = 0) -> tuple[tuple[Fault, ...], Repair | None]:
    """Repair an index: commit a generation of what can be recovered. Return the faults, and the
    repair, or None if there were no faults.

    Raises IndexMissing, IndexLocked, IndexMismatch, StorageError, and CorruptIndex when no settings
    can be read.
    """
    with index_folder.lock(wait), raise_storage_errors(index_folder.path):
        verifier = Verifier(index_folder)
        faults = tuple(verifier.find_faults())
        if not faults:
            return (), None
        numbers = sorted(list_generations(index_folder.path), reverse=True)
        generations = {number: TolerantGeneration.read(index_folder, number) for number in numbers}
        manifest = _find_newest_manifest(index_folder, generations)
        with SegmentBuilder(index_folder.path, Analyzer(manifest.language)) as builder:
            repair = _Recovery(index_folder, verifier, generations, builder).run(manifest)
        for number in numbers:
            if any(verifier.verify_generation(number)):
                for path in (toc_path(index_folder.path, number), manifest_path(index_folder.path, number)):
                    path.unlink(missing_ok=True)
        collect_garbage(index_folder)
        return faults, repair


def _find_newest_manifest(index_folder: IndexFolder, generations: dict[int, TolerantGeneration]) -> Manifest:
    """The newest manifest that can be read."""
    for generation in generations.values():
        if generation.manifest is not None:
            generation.manifest.check_analysis(index_folder.path)
            return generation.manifest
    raise CorruptIndex(str(index_folder.path), "no generation's settings can be read; index the articles into a new folder")


class _Recovery:
    """One recovery. Later segments are read before earlier ones, so the first article that is found
    of an id counts."""

    def __init__(
        self,
        index_folder: IndexFolder,
        verifier: Verifier,
        generations: dict[int, TolerantGeneration],
        builder: SegmentBuilder,
    ) -> None:
        """`generations` are all there are, newest first."""
        self._index_folder, self._verifier, self._generations, self._builder = index_folder, verifier, generations, builder
        self._ids: set[str] = set()  # of the new generation
        self._refs: list[SegmentRef] = []  # whole segments of the new generation
        self._restored: set[str] = set()  # copied from other generations
        # Articles that cannot be read: their ids, or where these cannot be read either
        # (unidentified ones), segment and document, which generations share.
        self._unreadable_ids: set[str] = set()
        self._unidentified_docs: set[tuple[str, int]] = set()
        self._may_be_unidentified: set[str] = set()  # restored ones that may be among the unidentified ones
        self._origins_to_reread: set[str] = set()
        self._reread_all = False

    def run(self, manifest: Manifest) -> Repair:
        """Commit what can be recovered. Settings, roots, tombstones and abandoned generations are
        those of `manifest`."""
        numbers = list(self._generations)
        current = next((number for number in numbers if self._generations[number].refs is not None), None)
        newer = [number for number in numbers if current is None or number > current]
        abandoned = [number for number in numbers if number in manifest.abandoned and number != current]
        older = [number for number in numbers if current is not None and number < current and number not in abandoned]
        empty = TolerantGeneration(self._index_folder, refs=())
        merge = _ThreeWayMerge(empty if current is None else self._generations[current], manifest)
        for number in abandoned:
            ancestors = (self._generations[other] for other in older if other < number)
            ancestor = next((one for one in ancestors if one.refs is not None), TolerantGeneration(self._index_folder))
            merge.add(self._generations[number], ancestor)
        self._origins_to_reread |= merge.origins_to_reread
        self._reread_all |= merge.reread_all
        self._tombstones = merge.tombstones
        self._recover_current(merge)
        for generation in merge.abandoned:
            self._recover_abandoned(generation, merge)
        if newer:
            # Nothing says which segments the newest generation had, but their files must be in the
            # folder.
            self._reread_all = True
            self._recover_unnamed_segments()
        if self._unreadable_ids or self._unidentified_docs or newer:
            ids = None if self._unidentified_docs or newer else frozenset(self._unreadable_ids)
            for number in older:
                self._recover_from_older(self._generations[number], ids)
        self._builder.flush()
        refs = [*self._refs, *self._builder.segments]
        manifest = replace(manifest, tombstones=merge.tombstones, abandoned=())
        states = self._make_file_states(manifest, refs)
        number = next_generation(self._index_folder.path, numbers[0])
        try:
            commit(self._index_folder, number, refs, manifest, file_states_to_bytes(states))
        finally:
            # The builder's segments are kept from the moment on at which the generation is visible.
            if toc_path(self._index_folder.path, number).exists():
                self._builder.release()
        # Each restored article that may be an unidentified one makes these one less. Articles whose
        # ids could be read are not among them.
        unknown = max(0, len(self._unidentified_docs) - len(self._may_be_unidentified - self._unreadable_ids))
        # In the one form that `make_origin` gives them, whatever a record says.
        files = sorted(make_origin(*parse_origin(origin)) for origin in self._origins_to_reread)
        return Repair(
            number, tuple(sorted(self._restored)), tuple(sorted(self._unreadable_ids - self._ids)), unknown, tuple(files)
        )

    # Articles.

    def _recover_current(self, merge: _ThreeWayMerge) -> None:
        """Recover the newest generation whose segments are known, except what the merge
        overrules."""
        current = merge.current
        for name, segment in reversed(current.segments.items()):
            dropped = merge.overruled
            if name in current.unreadable_deletions:
                # Articles that were deleted may be there again, but none that has a tombstone.
                self._reread_all = True
                dropped = dropped | self._tombstones.keys()
            if isinstance(segment, TolerantSegment) and self._is_whole(segment.ref):
                self._refs.insert(0, self._claim_ids(segment.ref, dropped))
                continue
            for found in segment.iter_live():
                if found.id in dropped:
                    continue
                if found.article is not None:
                    self._add(found)
                else:
                    self._note_unreadable(found)
        self._refs = [ref for ref in self._refs if ref.live_count]

    def _recover_abandoned(self, generation: TolerantGeneration, merge: _ThreeWayMerge) -> None:
        """Recover the articles of an abandoned generation that the merge chose, and those that
        cannot be read in the current generation."""
        ancestor = merge.abandoned[generation]
        for found in generation.iter_unshared(merge.current, ancestor):
            if found.article is None:
                if merge.should_be_kept(found, ancestor):
                    self._note_unreadable(found)
            elif found.article.id in merge.chosen:
                if merge.chosen[found.article.id] is generation:
                    may_be_in_ancestor = not ancestor.is_complete or ancestor.find(found.article.id) is not None
                    self._restore(found, may_be_unidentified=may_be_in_ancestor)
            elif found.id in self._unreadable_ids or not merge.current.is_complete:
                self._restore(found)

    def _recover_unnamed_segments(self) -> None:
        """Recover the articles of segments that no generation names."""
        for ref in reversed(list(self._find_unnamed())):
            for found in TolerantSegment(self._index_folder, ref).iter_live():
                if found.article is not None:
                    self._restore(found)
                elif found.id is None or self._is_absent(found.id):
                    self._note_unreadable(found)

    def _recover_from_older(self, generation: TolerantGeneration, ids: frozenset[str] | None) -> None:
        """Recover from an older generation the articles of `ids` (None: all) that the new one
        lacks.

        An article that cannot be read there either is not noted as unreadable: if the current
        generation has it, it was noted there, and else it was deleted.
        """
        for ref in reversed(generation.refs or ()):
            for found in TolerantSegment(self._index_folder, ref).iter_live():
                if ids is None or found.id in ids:
                    self._restore(found)

    def _is_absent(self, article_id: str) -> bool:
        return article_id not in self._ids and article_id not in self._tombstones

    def _restore(self, found: FoundArticle, *, may_be_unidentified: bool = True) -> None:
        """Copy an article of another generation, if its id is absent. `may_be_unidentified`: it may
        be one of the articles of the current generation whose ids cannot be read."""
        if found.article is None or not self._is_absent(found.article.id):
            return
        self._add(found)
        self._restored.add(found.article.id)
        self._origins_to_reread.add(found.origin or "")
        if may_be_unidentified:
            self._may_be_unidentified.add(found.article.id)

    def _add(self, found: FoundArticle) -> None:
        assert found.article is not None
        if found.article.id not in self._ids:
            self._ids.add(found.article.id)
            self._builder.add(found.article, found.origin or "")

    def _note_unreadable(self, found: FoundArticle) -> None:
        if found.id is None:
            self._unidentified_docs.add((found.segment, found.doc))
        else:
            self._unreadable_ids.add(found.id)
        if found.origin is None:
            self._reread_all = True
        else:
            self._origins_to_reread.add(found.origin)

    # Segments.

    def _is_whole(self, ref: SegmentRef) -> bool:
        path = self._index_folder.path / ref.file
        return not self._verifier.verify_segment(path) and SegmentReader(path).doc_count == ref.doc_count

    def _claim_ids(self, ref: SegmentRef, ids: frozenset[str]) -> SegmentRef:
        """A whole segment without the articles of `ids`, and without those whose ids a later
        segment has. The ids that it keeps are noted, so that earlier segments leave them out."""
        reader = SegmentReader(self._index_folder.path / ref.file)
        before = ref.live_docs()
        live = np.ones(ref.doc_count, dtype=bool) if before is None else before
        for doc, article_id in zip(np.flatnonzero(live).tolist(), read_ids(reader, np.flatnonzero(live)), strict=True):
            text = article_id.decode()
            if text in self._ids or text in ids:
                live[doc] = False
            else:
                self._ids.add(text)
        return ref.with_live_docs(live)

    def _find_unnamed(self) -> Iterator[SegmentRef]:
        """Segments that no generation names, oldest first."""
        named = {ref.id for generation in self._generations.values() for ref in generation.refs or ()}
        paths = self._index_folder.path.glob(f"{INDEX_NAME}_*.{SUFFIX}")
        for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns):
            name = path.name.split("_")[1].split(".")[0]
            if name not in named:
                with suppress(CorruptIndex):
                    yield SegmentRef(name, SegmentReader(path).doc_count)

    # The roots' files.

    def _make_file_states(self, manifest: Manifest, refs: list[SegmentRef]) -> FileStates:
        """The states of the roots' files, with those marked that have to be read again."""
        states: FileStates | None = None
        with suppress(CorruptIndex):
            states = self._index_folder.read_file_states(manifest)
        if states is None:
            segments = ((SegmentReader(self._index_folder.path / ref.file), ref.live_docs()) for ref in refs)
            states = rebuild_file_states([root.label for root in manifest.roots], segments)
        origins = {origin for origin in self._origins_to_reread if origin}
        if self._reread_all or self._unidentified_docs:
            origins |= {make_origin(label, path) for label, files in states.items() for path in files}
        mark_to_reread(states, origins)
        self._origins_to_reread = {origin for origin in origins if parse_origin(origin)[0] in states}
        return states


class _ThreeWayMerge:
    """The changes of abandoned generations that no later generation changed again.

    `chosen` maps an id to the abandoned generation whose article counts. `overruled` are the ids
    whose articles of the current generation do not count. `abandoned` maps each abandoned
    generation to its ancestor. If there is none any more, that is a `TolerantGeneration(folder)`,
    of which nothing is known.
    """

    def __init__(self, current: TolerantGeneration, manifest: Manifest) -> None:
        self.current = current
        self.tombstones: dict[str, str | None] = dict(manifest.tombstones)
        self.abandoned: dict[TolerantGeneration, TolerantGeneration] = {}
        self.chosen: dict[str, TolerantGeneration] = {}
        self.origins_to_reread: set[str] = set()
        self.reread_all = False
        self._deleted: set[str] = set()
        self._decided: set[str] = set()

    @property
    def overruled(self) -> frozenset[str]:
        """See the class."""
        return frozenset(self._deleted | self.chosen.keys())

    def add(self, generation: TolerantGeneration, ancestor: TolerantGeneration) -> None:
        """Merge the changes of an abandoned generation; newer generations have to be added
        first."""
        self.abandoned[generation] = ancestor
        undeleted = self._merge_tombstones(generation, ancestor) if generation.has_own_manifest else set()
        for found in generation.iter_unshared(self.current, ancestor):
            if found.article is not None and found.article.id not in self._decided:
                self._merge_article(found, found.article.id, generation, ancestor)
        self._decided |= undeleted

    def _merge_tombstones(self, generation: TolerantGeneration, ancestor: TolerantGeneration) -> set[str]:
        """Merge new and removed tombstones; return the ids of those that were removed."""
        after, before = generation.tombstones, ancestor.tombstones
        for article_id in after.keys() - before.keys() - self.tombstones.keys() - self._decided:
            self._decided.add(article_id)
            current = self.current.find(article_id)
            if current is not None:
                is_shared = current.segment in generation.segments
                if not is_shared and not current.is_same(ancestor.find(article_id)):
                    continue  # it was added again later
                self._deleted.add(article_id)
                self._reread(after[article_id])
            self.tombstones[article_id] = after[article_id]
        undeleted = {name for name in before.keys() - after.keys() - self._decided if name in self.tombstones}
        for article_id in undeleted:
            self._reread(self.tombstones.pop(article_id))
        return undeleted

    def _merge_article(
        self, found: FoundArticle, article_id: str, generation: TolerantGeneration, ancestor: TolerantGeneration
    ) -> None:
        before = ancestor.find(article_id)
        if found.is_same(before):
            return  # unchanged: a merge of segments moved it
        self._decided.add(article_id)
        if article_id in self.tombstones:
            return
        current = self.current.find(article_id)
        if current is None:
            if before is None or not self.current.is_complete:
                self.chosen[article_id] = generation
        elif current.is_same(found):
            pass
        elif current.is_same(before) or generation.has_deleted(article_id, current):
            self.chosen[article_id] = generation
        elif not ancestor.is_complete:
            self._reread(found.origin)  # nothing tells which article is newer, so the file decides

    def should_be_kept(self, found: FoundArticle, ancestor: TolerantGeneration) -> bool:
        """Whether an article that cannot be read in an abandoned generation should be in the new
        generation."""
        if found.id is None:
            return True
        before = ancestor.find(found.id)
        if found.id in self.tombstones or found.is_same(before):
            return False
        return before is None or not self.current.is_complete or self.current.find(found.id) is not None

    def _reread(self, origin: str | None) -> None:
        if origin is None:
            self.reread_all = True
        else:
            self.origins_to_reread.add(origin)
