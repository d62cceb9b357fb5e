"""Verifies an index: checks every checksum of its generations, and whether its files agree with
each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from searchkit.bridge.foreign import read_articles, segment_refs
from searchkit.bridge.toc import read_toc
from searchkit.codec import verify as codec_verify
from searchkit.codec.index_files import read_index_file
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import OWN_TOC, SegmentRef
from searchkit.errors import CorruptIndex, IndexMismatch
from searchkit.indexing.file_states import unlisted_key
from searchkit.indexing.garbage_collection import find_kept
from searchkit.indexing.index_folder import IndexFolder, list_generations, manifest_path, raise_storage_errors, toc_path
from searchkit.indexing.manifest import Manifest, compute_checksum
from searchkit.reports import Fault


class Verifier:
    """Verifies generations; a segment that several share is read once. Raises IndexMismatch,
    OSError."""

    def __init__(self, index_folder: IndexFolder) -> None:
        self._index_folder, self._folder = index_folder, index_folder.path
        self._segments: dict[str, tuple[str, ...]] = {}

    def find_faults(self) -> Iterator[Fault]:
        """What is wrong with the generation in use, the one before it, and abandoned ones."""
        found: dict[Fault, None] = {}
        for generation in list_relevant(self._index_folder):
            for fault in self.verify_generation(generation):
                if fault not in found:
                    found[fault] = None
                    yield fault
        with suppress(CorruptIndex):
            for number in self._index_folder.read_newest().manifest.abandoned:
                toc = toc_path(self._folder, number)
                yield Fault(str(toc), f"generation {number} was damaged; what only it held is missing")

    def verify_generation(self, generation: int) -> Iterator[Fault]:
        """What is wrong with one generation."""
        toc = toc_path(self._folder, generation)
        try:
            data = read_index_file(toc)
            manifest = self._index_folder.read_manifest(generation, compute_checksum(data))
            if manifest is None and data.endswith(OWN_TOC):
                yield Fault(str(manifest_path(self._folder, generation)), "it is missing")
            if manifest is not None:
                manifest.check_language(manifest_path(self._folder, generation))
            schema, segments = self._read_toc(generation)
        except FileNotFoundError:
            yield Fault(str(toc), "it is missing")
            return
        except CorruptIndex as error:
            yield Fault(error.path, error.reason)
            return
        refs = segment_refs(segments)
        ours = [ref for ref in refs if isinstance(ref, SegmentRef)]
        if manifest is not None:
            yield from self._compare_with_toc(generation, manifest, ours)
        else:
            try:
                manifest = self._index_folder.find_manifest_before(generation)
            except CorruptIndex as error:
                yield Fault(error.path, error.reason)
        if manifest is not None:
            yield from self._verify_file_states(manifest)
        is_whole = True
        for ref in ours:
            for fault in self._verify_segment_ref(ref):
                is_whole = False
                yield fault
        for segment in refs:
            if not isinstance(segment, SegmentRef):
                try:
                    for _ in read_articles(self._folder, schema, segment):
                        pass
                except CorruptIndex as error:
                    yield Fault(error.path, error.reason)
                except FileNotFoundError as error:
                    yield Fault(str(error.filename), "it is missing")
        if is_whole:
            yield from self._find_duplicate_ids(generation, ours)

    def _read_toc(self, generation: int) -> tuple[Any, list[Any]]:
        try:
            return read_toc(self._folder, generation)[:2]
        except IndexMismatch as error:  # only a manifest may say that the format is another one
            toc = str(toc_path(self._folder, generation))
            raise CorruptIndex(toc, str(error).removeprefix(f"{toc}: ")) from error

    def _compare_with_toc(self, generation: int, manifest: Manifest, segments: Iterable[SegmentRef]) -> Iterator[Fault]:
        refs_of_toc = {ref.id: ref for ref in segments}
        path = str(manifest_path(self._folder, generation))
        if [(entry.id, entry.doc_count) for entry in manifest.segments] != [
            (ref.id, ref.doc_count) for ref in refs_of_toc.values()
        ]:
            yield Fault(path, "its segments are not those of the table of contents")
        for entry in manifest.segments:
            try:
                bits = self._index_folder.read_deletions(entry)
            except CorruptIndex as error:
                yield Fault(error.path, error.reason)
            except FileNotFoundError as error:
                yield Fault(str(error.filename), "it is missing")
            else:
                if entry.id in refs_of_toc and refs_of_toc[entry.id].deletions != bits:
                    yield Fault(path, f"the deletions of its segment {entry.id} are not those of the table of contents")

    def _verify_file_states(self, manifest: Manifest) -> Iterator[Fault]:
        try:
            states = self._index_folder.read_file_states(manifest)
        except CorruptIndex as error:
            yield Fault(error.path, error.reason)
            return
        roots = [root.label for root in manifest.roots]
        for label in states.keys() - {*roots, *map(unlisted_key, roots)}:
            yield Fault(
                str(self._folder / manifest.files_name), f"it has files of a root {label}, which the index does not have"
            )

    def _verify_segment_ref(self, ref: SegmentRef) -> Iterator[Fault]:
        path = self._folder / ref.file
        for reason in self.verify_segment(path):
            yield Fault(str(path), reason)
        if not self._segments[ref.id] and (docs := SegmentReader(path).doc_count) != ref.doc_count:
            yield Fault(str(path), f"its number of articles is {docs:,} instead of {ref.doc_count:,}")

    def verify_segment(self, path: Path) -> tuple[str, ...]:
        """What is wrong with the file of a segment: one sentence for each fault."""
        name = path.name.split("_")[1].split(".")[0]
        if name not in self._segments:
            try:
                found = tuple(fault.removeprefix(f"{path} is damaged: ") for fault in codec_verify.find_damage(path))
            except FileNotFoundError:
                found = ("it is missing",)
            self._segments[name] = found
        return self._segments[name]

    def _find_duplicate_ids(self, generation: int, segments: Iterable[SegmentRef]) -> Iterator[Fault]:
        seen: dict[bytes, str] = {}
        for ref in segments:
            reader = SegmentReader(self._folder / ref.file)
            live = ref.live_docs()
            for article_id in read_ids(reader, np.arange(reader.doc_count) if live is None else np.flatnonzero(live)):
                if article_id in seen:
                    where = f"the segments {seen[article_id]} and {ref.id}"
                    yield Fault(
                        str(toc_path(self._folder, generation)),
                        f'the id "{article_id.decode("utf-8", "replace")}" is that of two articles, in {where}',
                    )
                seen[article_id] = ref.id


def read_ids(reader: SegmentReader, docs: Iterable[int]) -> list[bytes]:
    """The ids of some documents of a segment."""
    column = reader.value_column("id.value")
    ids = [b"", *column.dictionary.tolist()]
    ordinals = column.ordinals.tolist()
    return [ids[ordinals[doc]] for doc in docs]


def list_relevant(index_folder: IndexFolder) -> list[int]:
    """The generations to verify, newest first: those that are not garbage. Raises IndexMissing."""
    numbers = set(list_generations(index_folder.path))
    with suppress(CorruptIndex):  # if none is whole, all are verified
        numbers &= find_kept(index_folder, index_folder.read_newest())
    return sorted(numbers, reverse=True)


def find_faults(index_folder: IndexFolder) -> tuple[Fault, ...]:
    """What is wrong with an index, while other processes may write to it. Raises IndexMissing,
    IndexMismatch, StorageError."""
    while True:
        newest = index_folder.newest_number()
        with raise_storage_errors(index_folder.path):
            found = tuple(Verifier(index_folder).find_faults())
        if not found or index_folder.newest_number() == newest:
            return found
