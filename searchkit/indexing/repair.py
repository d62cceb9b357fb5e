"""Of a damaged index, a whole generation: what is whole stays, what older generations have is taken from them, and the
rest is named and read again.

Nothing is removed before the new generation is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.bridge.foreign import stored_articles
from searchkit.codec.reader import SegmentReader
from searchkit.codec.reference import INDEX_NAME, SUFFIX, SegmentRef
from searchkit.errors import CorruptIndex
from searchkit.indexing.commit import commit
from searchkit.indexing.leftovers import clean
from searchkit.indexing.location import Location, generations, manifest_path, storing, toc_path
from searchkit.indexing.manifest import FileStates, Manifest, files_to_bytes
from searchkit.indexing.origins import file_of, states_of_origins, to_read_again
from searchkit.indexing.salvage import DamagedSegment, Found, Known, known
from searchkit.indexing.segments import SegmentBuilder
from searchkit.indexing.verify import Check, ids_of
from searchkit.reports import Fault, Repair


def repair(location: Location, wait: float = 0) -> tuple[tuple[Fault, ...], Repair | None]:
    """What is wrong with an index, and what was made of it (None: it is whole).

    Raises IndexMissing, IndexLocked, IndexMismatch, StorageError, and CorruptIndex when no settings can be read.
    """
    with location.lock(wait), storing(location.folder):
        check = Check(location)
        faults = tuple(check.faults())
        if not faults:
            return (), None
        return faults, _Repair(location, check).run()


class _Repair:
    """One repair. `_ids` are the ids of the new generation; later segments come before earlier ones."""

    def __init__(self, location: Location, check: Check) -> None:
        self._location, self._check = location, check
        self._there = sorted(generations(location.folder), reverse=True)
        self._known = {number: known(location, number) for number in self._there}
        self._manifest = self._newest_manifest()
        self._ids: set[str] = set()
        self._refs: list[SegmentRef] = []
        self._restored: set[str] = set()
        self._lost: set[str] = set()
        self._unknown = 0
        self._origins: set[str] = set()
        self._reread_all = False

    def _newest_manifest(self) -> Manifest:
        for number in self._there:
            manifest = self._known[number].manifest
            if manifest is not None:
                manifest.check(self._location.folder)
                return manifest
        raise CorruptIndex(
            str(self._location.folder), "no generation's settings can be read; index the articles into a new folder"
        )

    def run(self) -> Repair:
        base = next((number for number in self._there if self._known[number].segments is not None), None)
        above = [number for number in self._there if base is None or number > base]
        passed_over = [number for number in self._manifest.passed_over if number in self._known and number != base]
        older = [number for number in self._there if base is not None and number < base and number not in passed_over]
        with SegmentBuilder(self._location.folder, Analyzer(self._manifest.language)) as builder:
            if base is not None:
                self._take_base(self._known[base], builder)
            for number in passed_over:
                self._fill(self._known[number], builder)
            if above:
                # Nothing says which segments the newest generation had, but they must lie here.
                self._reread_all = True
                self._fill(Known(None, tuple(self._unnamed())), builder)
            if self._lost or self._unknown or above:
                only = None if self._unknown or above else frozenset(self._lost)
                for number in older:
                    self._fill(self._known[number], builder, only)
            builder.flush()
            self._refs += builder.segments
            states = self._states()
            generation = self._there[0] + 1
            # The builder's segments are kept from the moment on at which the generation is visible.
            try:
                manifest = replace(self._manifest, passed_over=())
                commit(self._location, generation, self._refs, manifest, files_to_bytes(states))
            finally:
                if toc_path(self._location.folder, generation).exists():
                    builder.taken()
        for number in self._there:
            if any(self._check.of_generation(number)):
                for path in (toc_path(self._location.folder, number), manifest_path(self._location.folder, number)):
                    path.unlink(missing_ok=True)
        clean(self._location)
        files = sorted("/".join(filter(None, file_of(origin))) for origin in self._origins)
        missing = tuple(sorted(self._lost - self._ids))
        unknown = max(0, self._unknown - len(self._restored - self._lost))
        return Repair(generation, tuple(sorted(self._restored)), missing, unknown, tuple(files))

    # Articles.

    def _take_base(self, base: Known, builder: SegmentBuilder) -> None:
        """What the newest known generation has: whole segments as they are, of others what can be read."""
        for segment in base.foreign:
            try:
                for _, article, origin in stored_articles(self._location.folder, base.schema, segment):
                    if article.id not in self._ids:
                        self._ids.add(article.id)
                        builder.add(article, origin)
            except (CorruptIndex, FileNotFoundError):
                self._unknown += 1
        for ref in reversed(base.segments or ()):
            if ref.id in base.without_deletions:
                self._reread_all = True  # articles that were gone may be there again
            if self._is_whole(ref):
                self._refs.insert(0, self._without_twins(ref))
                continue
            for found in DamagedSegment(self._location, ref).living():
                if found.article is not None:
                    self._add(found, builder)
                else:
                    self._lose(found)
        self._refs = [ref for ref in self._refs if ref.living]

    def _fill(self, source: Known, builder: SegmentBuilder, only: frozenset[str] | None = None) -> None:
        """What another generation has of articles that the new one lacks, or of those that are named."""
        withheld = set(self._manifest.withheld)
        for ref in reversed(source.segments or ()):
            for found in DamagedSegment(self._location, ref).living():
                name = found.article_id
                if name is not None and (name in self._ids or name in withheld or (only is not None and name not in only)):
                    continue
                if found.article is not None:
                    self._add(found, builder)
                    self._restored.add(found.article.id)
                    self._origins.add(found.origin or "")
                elif only is None:
                    self._lose(found)

    def _add(self, found: Found, builder: SegmentBuilder) -> None:
        assert found.article is not None
        if found.article.id not in self._ids:
            self._ids.add(found.article.id)
            builder.add(found.article, found.origin or "")

    def _lose(self, found: Found) -> None:
        if found.article_id is None:
            self._unknown += 1
        else:
            self._lost.add(found.article_id)
        if found.origin is None:
            self._reread_all = True
        else:
            self._origins.add(found.origin)

    def _is_whole(self, ref: SegmentRef) -> bool:
        path = self._location.folder / ref.file
        return not self._check.of_segment(path) and SegmentReader(path).docs == ref.docs

    def _without_twins(self, ref: SegmentRef) -> SegmentRef:
        """A whole segment without the articles whose ids a later one has."""
        reader = SegmentReader(self._location.folder / ref.file)
        before = ref.live()
        live = np.ones(ref.docs, dtype=bool) if before is None else before
        for doc, name in zip(np.flatnonzero(live).tolist(), ids_of(reader, np.flatnonzero(live)), strict=True):
            text = name.decode()
            if text in self._ids:
                live[doc] = False
            self._ids.add(text)
        return ref.with_live(live)

    def _unnamed(self) -> Iterator[SegmentRef]:
        """Segments that no generation names, oldest first."""
        named = {ref.id for one in self._known.values() for ref in one.segments or ()}
        paths = self._location.folder.glob(f"{INDEX_NAME}_*.{SUFFIX}")
        for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns):
            name = path.name.split("_")[1].split(".")[0]
            if name not in named:
                with suppress(CorruptIndex):
                    yield SegmentRef(name, SegmentReader(path).docs)

    # The roots' files.

    def _states(self) -> FileStates:
        """The state of the roots' files, with those to be read again."""
        states: FileStates | None = None
        with suppress(CorruptIndex):
            states = self._location.file_states(self._manifest)
        if states is None:
            segments = ((SegmentReader(self._location.folder / ref.file), ref.live()) for ref in self._refs)
            states = states_of_origins([root.label for root in self._manifest.roots], segments)
        origins = {origin for origin in self._origins if origin}
        if self._reread_all or self._unknown:
            origins |= {"/".join(filter(None, (label, path))) for label, files in states.items() for path in files}
        to_read_again(states, origins)
        self._origins = {origin for origin in origins if file_of(origin)[0] in states}
        return states
