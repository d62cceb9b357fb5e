"""Of a damaged index, a whole generation: what is whole stays, what older generations have is taken from them, and the
rest is named and read again.

Of one id the newest whole statement counts. Where a writer went on without a damaged generation, that one states what it
changed against the generation before it, from which the writer went on: articles that it put, ids that it withheld, and
ids that it withheld no more. Such a statement holds unless a later generation changed the id once more: an article that
is still the one of the generation before (the same document, or one with the same checksum) is older than what was
stated. Where the generation before is gone, the segments that both share tell what is older; where they do not, what
serves stays, and the file is read again. What was removed without being withheld came from files that are gone, which
the next run sees by itself.

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
from searchkit.indexing.file_states import mark_unread, parse_origin, rebuild_file_states
from searchkit.indexing.garbage_collection import collect_garbage
from searchkit.indexing.index_folder import (
    IndexFolder,
    list_generations,
    manifest_path,
    next_generation,
    raise_storage_errors,
    toc_path,
)
from searchkit.indexing.manifest import FileStates, Manifest, Tombstones, file_states_to_bytes
from searchkit.indexing.salvage import DamagedSegment, Found, Holding, Known, Place, known
from searchkit.indexing.segments import SegmentBuilder
from searchkit.indexing.verify import Check, read_ids
from searchkit.reports import Fault, Repair


def recover(index_folder: IndexFolder, wait: float = 0) -> tuple[tuple[Fault, ...], Repair | None]:
    """What is wrong with an index, and what was made of it (None: it is whole).

    Raises IndexMissing, IndexLocked, IndexMismatch, StorageError, and CorruptIndex when no settings can be read.
    """
    with index_folder.lock(wait), raise_storage_errors(index_folder.path):
        check = Check(index_folder)
        faults = tuple(check.faults())
        if not faults:
            return (), None
        return faults, _Repair(index_folder, check).run()


class _Repair:
    """One repair. `_ids` are the ids of the new generation; later segments come before earlier ones."""

    def __init__(self, index_folder: IndexFolder, check: Check) -> None:
        self._index_folder, self._check = index_folder, check
        self._there = sorted(list_generations(index_folder.path), reverse=True)
        self._known = {number: known(index_folder, number) for number in self._there}
        self._manifest = self._newest_manifest()
        self._ids: set[str] = set()
        self._refs: list[SegmentRef] = []
        self._restored: set[str] = set()
        # Articles that cannot be read: those of known ids, and of others the documents, which generations share.
        self._lost: set[str] = set()
        self._unknown: set[tuple[str, int]] = set()
        self._found_again: set[str] = set()  # restored ones that may be among the unknown
        self._origins: set[str] = set()
        self._reread_all = False

    def _newest_manifest(self) -> Manifest:
        for number in self._there:
            manifest = self._known[number].manifest
            if manifest is not None:
                manifest.check(self._index_folder.path)
                return manifest
        raise CorruptIndex(
            str(self._index_folder.path), "no generation's settings can be read; index the articles into a new folder"
        )

    def run(self) -> Repair:
        base = next((number for number in self._there if self._known[number].segments is not None), None)
        above = [number for number in self._there if base is None or number > base]
        passed_over = [number for number in self._there if number in self._manifest.abandoned and number != base]
        older = [number for number in self._there if base is not None and number < base and number not in passed_over]
        serving = Known(None, ()) if base is None else self._known[base]
        statements = _Statements(Holding(self._index_folder, serving), self._manifest.tombstones)
        readable = [number for number in older if self._known[number].segments is not None]
        for number in passed_over:
            before = next((Holding(self._index_folder, self._known[n]) for n in readable if n < number), None)
            statements.hear(_PassedOver(Holding(self._index_folder, self._known[number]), before))
        self._origins |= statements.origins
        self._reread_all |= statements.reread_all
        self._manifest = replace(self._manifest, tombstones=statements.withheld, abandoned=())
        with SegmentBuilder(self._index_folder.path, Analyzer(self._manifest.language)) as builder:
            self._take_base(serving, statements, builder)
            for one in statements.heard:
                self._fill_stated(one, statements, builder)
            if above:
                # Nothing says which segments the newest generation had, but they must lie here.
                self._reread_all = True
                self._fill_unnamed(builder)
            if self._lost or self._unknown or above:
                named = not self._unknown and not above
                for number in older:
                    self._fill_older(self._known[number], builder, frozenset(self._lost) if named else None)
            builder.flush()
            self._refs += builder.segments
            states = self._states()
            generation = next_generation(self._index_folder.path, self._there[0])
            # The builder's segments are kept from the moment on at which the generation is visible.
            try:
                commit(self._index_folder, generation, self._refs, self._manifest, file_states_to_bytes(states))
            finally:
                if toc_path(self._index_folder.path, generation).exists():
                    builder.release()
        for number in self._there:
            if any(self._check.of_generation(number)):
                for path in (toc_path(self._index_folder.path, number), manifest_path(self._index_folder.path, number)):
                    path.unlink(missing_ok=True)
        collect_garbage(self._index_folder)
        files = sorted("/".join(filter(None, parse_origin(origin))) for origin in self._origins)
        missing = tuple(sorted(self._lost - self._ids))
        unknown = max(0, len(self._unknown) - len(self._found_again - self._lost))
        return Repair(generation, tuple(sorted(self._restored)), missing, unknown, tuple(files))

    # Articles.

    def _take_base(self, base: Known, statements: _Statements, builder: SegmentBuilder) -> None:
        """What the newest known generation has, but for what gives way: whole segments as they are, of others what can
        be read."""
        for found in statements.base.foreign_articles():
            self._take(found, statements.overruled, builder)
        for ref in reversed(base.segments or ()):
            gone = statements.overruled
            if ref.id in base.without_deletions:
                self._reread_all = True  # articles that were gone may be there again
                gone = gone | self._manifest.tombstones.keys()  # but none that somebody deleted
            if self._is_whole(ref):
                self._refs.insert(0, self._without(ref, gone))
                continue
            for found in statements.base.segments[ref.id].living():
                self._take(found, gone, builder)
        self._refs = [ref for ref in self._refs if ref.live_count]

    def _take(self, found: Found, gone: frozenset[str], builder: SegmentBuilder) -> None:
        if found.article_id in gone:
            return
        if found.article is not None:
            self._add(found, builder)
        else:
            self._lose(found)

    def _fill_stated(self, source: _PassedOver, statements: _Statements, builder: SegmentBuilder) -> None:
        """What a passed-over generation stated, and what it has of articles that cannot be read elsewhere."""
        complete = statements.base.is_complete
        for found in source.articles(statements.base):
            name = found.article_id
            if found.article is None:
                if statements.is_missed(found, source):
                    self._lose(found)
            elif found.article.id in statements.put:
                if statements.put[found.article.id] is source:
                    self._restore(found, builder, again=source.had(found.article.id))
            elif name in self._lost or not complete:
                self._restore(found, builder)

    def _fill_unnamed(self, builder: SegmentBuilder) -> None:
        """What segments have that no generation names."""
        for ref in reversed(list(self._unnamed())):
            for found in DamagedSegment(self._index_folder, ref).living():
                if found.article is not None:
                    self._restore(found, builder)
                elif found.article_id is None or self._is_wanted(found.article_id):
                    self._lose(found)

    def _fill_older(self, source: Known, builder: SegmentBuilder, only: frozenset[str] | None) -> None:
        """What an older generation has of articles that the new one lacks, or of those that are named.

        What cannot be read of it is no loss: the newest generation had it too, or did not want it any more.
        """
        for ref in reversed(source.segments or ()):
            for found in DamagedSegment(self._index_folder, ref).living():
                if only is None or found.article_id in only:
                    self._restore(found, builder)

    def _is_wanted(self, article_id: str) -> bool:
        return article_id not in self._ids and article_id not in self._manifest.tombstones

    def _restore(self, found: Found, builder: SegmentBuilder, *, again: bool = True) -> None:
        """Take an article of another generation when there is none of its id; `again`: this one may have had it."""
        if found.article is None or not self._is_wanted(found.article.id):
            return
        self._add(found, builder)
        self._restored.add(found.article.id)
        self._origins.add(found.origin or "")
        if again:
            self._found_again.add(found.article.id)

    def _add(self, found: Found, builder: SegmentBuilder) -> None:
        assert found.article is not None
        if found.article.id not in self._ids:
            self._ids.add(found.article.id)
            builder.add(found.article, found.origin or "")

    def _lose(self, found: Found) -> None:
        if found.article_id is None:
            self._unknown.add((found.place.segment, found.place.doc))
        else:
            self._lost.add(found.article_id)
        if found.origin is None:
            self._reread_all = True
        else:
            self._origins.add(found.origin)

    def _is_whole(self, ref: SegmentRef) -> bool:
        path = self._index_folder.path / ref.file
        return not self._check.of_segment(path) and SegmentReader(path).doc_count == ref.doc_count

    def _without(self, ref: SegmentRef, gone: frozenset[str]) -> SegmentRef:
        """A whole segment without the articles that are gone, and without those whose ids a later one has."""
        reader = SegmentReader(self._index_folder.path / ref.file)
        before = ref.live_docs()
        live = np.ones(ref.doc_count, dtype=bool) if before is None else before
        for doc, name in zip(np.flatnonzero(live).tolist(), read_ids(reader, np.flatnonzero(live)), strict=True):
            text = name.decode()
            if text in self._ids or text in gone:
                live[doc] = False
            else:
                self._ids.add(text)
        return ref.with_live_docs(live)

    def _unnamed(self) -> Iterator[SegmentRef]:
        """Segments that no generation names, oldest first."""
        named = {ref.id for one in self._known.values() for ref in one.segments or ()}
        paths = self._index_folder.path.glob(f"{INDEX_NAME}_*.{SUFFIX}")
        for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns):
            name = path.name.split("_")[1].split(".")[0]
            if name not in named:
                with suppress(CorruptIndex):
                    yield SegmentRef(name, SegmentReader(path).doc_count)

    # The roots' files.

    def _states(self) -> FileStates:
        """The state of the roots' files, with those to be read again."""
        states: FileStates | None = None
        with suppress(CorruptIndex):
            states = self._index_folder.read_file_states(self._manifest)
        if states is None:
            segments = ((SegmentReader(self._index_folder.path / ref.file), ref.live_docs()) for ref in self._refs)
            states = rebuild_file_states([root.label for root in self._manifest.roots], segments)
        origins = {origin for origin in self._origins if origin}
        if self._reread_all or self._unknown:
            origins |= {"/".join(filter(None, (label, path))) for label, files in states.items() for path in files}
        mark_unread(states, origins)
        self._origins = {origin for origin in origins if parse_origin(origin)[0] in states}
        return states


class _PassedOver:
    """A generation that a writer went on without, and the one before it (None: it is gone)."""

    def __init__(self, holding: Holding, before: Holding | None) -> None:
        self.holding, self.before = holding, before

    def articles(self, base: Holding) -> Iterator[Found]:
        """What it may have changed. What stands in a segment of the generation before, or of a later one, is older."""
        return self.holding.articles([base] if self.before is None else [base, self.before])

    def place_before(self, article_id: str) -> Place | None:
        return None if self.before is None else self.before.place(article_id)

    def had(self, article_id: str) -> bool:
        """Whether the generation before may have had an article of this id."""
        return self.before is None or not self.before.is_complete or self.before.place(article_id) is not None


class _Statements:
    """What passed-over generations stated, as far as nothing later was said of it.

    `put` names of each id the generation whose article it is now, `overruled` are ids whose articles in the base give
    way. Without the generation before only segments tell what is older: see the head of this module.
    """

    def __init__(self, base: Holding, withheld: Tombstones) -> None:
        self.base = base
        self.withheld: dict[str, str | None] = dict(withheld)
        self.heard: list[_PassedOver] = []
        self.put: dict[str, _PassedOver] = {}
        self.origins: set[str] = set()
        self.reread_all = False
        self._deleted: set[str] = set()
        self._settled: set[str] = set()

    @property
    def overruled(self) -> frozenset[str]:
        return frozenset(self._deleted | self.put.keys())

    def hear(self, source: _PassedOver) -> None:
        """Hear a generation; newer ones come first."""
        self.heard.append(source)
        returned = self._hear_withheld(source) if source.holding.is_own else set()
        for found in source.articles(self.base):
            if found.article is not None and found.article.id not in self._settled:
                self._hear_article(found, found.article.id, source)
        self._settled |= returned

    def _hear_withheld(self, source: _PassedOver) -> set[str]:
        """Which ids it withheld; return those that it withheld no more."""
        now = source.holding.withheld
        then: Tombstones = {} if source.before is None else source.before.withheld
        for name in now.keys() - then.keys() - self.withheld.keys() - self._settled:
            self._settled.add(name)
            place = self.base.place(name)
            # An article with the same checksum may have been put again after it was withheld.
            if (
                place is not None
                and place.segment not in source.holding.segments
                and not _is_at(place, source.place_before(name))
            ):
                continue
            self.withheld[name] = now[name]
            if place is not None:
                self._deleted.add(name)
                self._read_again(now[name])
        returned = {name for name in then.keys() - now.keys() - self._settled if name in self.withheld}
        for name in returned:
            self._read_again(self.withheld.pop(name))
        return returned

    def _hear_article(self, found: Found, name: str, source: _PassedOver) -> None:
        before = source.place_before(name)
        if _is_at(found.place, before):
            return  # it was merged, not put
        self._settled.add(name)
        if name in self.withheld:
            return
        place = self.base.place(name)
        if place is None:
            if before is None or not self.base.is_complete:
                self.put[name] = source
            return  # else removed since
        if place.holds_the_same(found.place):
            return
        if _is_at(place, before) or source.holding.gave_up(name, place):
            self.put[name] = source
        elif source.before is None or not source.before.is_complete:
            self._read_again(found.origin)  # nothing tells which is the newer one; the file does

    def is_missed(self, found: Found, source: _PassedOver) -> bool:
        """Whether an article that cannot be read is one that should be there."""
        name = found.article_id
        if name is None:
            return True
        before = source.place_before(name)
        if name in self.withheld or _is_at(found.place, before):
            return False
        return before is None or not self.base.is_complete or self.base.place(name) is not None

    def _read_again(self, origin: str | None) -> None:
        if origin is None:
            self.reread_all = True
        else:
            self.origins.add(origin)


def _is_at(place: Place, other: Place | None) -> bool:
    return other is not None and place.holds_the_same(other)
