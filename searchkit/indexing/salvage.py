"""What can still be read of damaged generations and segments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from searchkit.bridge.foreign import refs_of
from searchkit.bridge.toc import read_toc
from searchkit.codec.inside import read_inside
from searchkit.codec.reader import SegmentReader
from searchkit.codec.reference import SegmentRef
from searchkit.errors import CorruptIndex, IndexMismatch, SearchkitError
from searchkit.indexing.location import Location, manifest_path, toc_path
from searchkit.indexing.manifest import Manifest, digest
from searchkit.model import Article
from searchkit.schema import check, from_record

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a generation, damaged or not: its manifest, its segments (None: nothing says which), those of
    Whoosh's own format with the schema, and the ids of segments of which nothing says any more what is deleted."""

    manifest: Manifest | None
    segments: tuple[SegmentRef, ...] | None
    foreign: tuple[Any, ...] = ()
    schema: Any = None
    without_deletions: frozenset[str] = frozenset()


def known(location: Location, generation: int) -> Known:
    """What manifest and table of contents say, each where the other cannot be read. Raises IndexMismatch, OSError."""
    folder = location.folder
    toc: list[Any] | None = None
    schema = None
    checksum = ""
    with suppress(CorruptIndex, IndexMismatch, FileNotFoundError):
        checksum = digest(read_inside(toc_path(folder, generation)))
        schema, segments, _ = read_toc(folder, generation)
        toc = refs_of(segments)
    ours = None if toc is None else tuple(ref for ref in toc if isinstance(ref, SegmentRef))
    manifest = _manifest(location, generation, checksum, toc_is_readable=toc is not None)
    if manifest is None:
        before = None
        with suppress(CorruptIndex):
            before = location.manifest_before(generation)
        foreign = () if toc is None else tuple(ref for ref in toc if not isinstance(ref, SegmentRef))
        return Known(before, ours, foreign, schema)
    refs = []
    unknown = set()
    of_toc = {ref.id: ref for ref in ours or ()}
    for entry in manifest.segments:
        bits = b""
        try:
            bits = location.deletions(entry)
        except (CorruptIndex, FileNotFoundError):
            if entry.id in of_toc:
                bits = of_toc[entry.id].deletions
            else:
                unknown.add(entry.id)
        refs.append(SegmentRef(entry.id, entry.docs, bits))
    return Known(manifest, tuple(refs), without_deletions=frozenset(unknown))


def _manifest(location: Location, generation: int, checksum: str, *, toc_is_readable: bool) -> Manifest | None:
    """A generation's own manifest. One that does not fit a readable TOC is that of a commit that never was."""
    for new in (False, True):
        path = manifest_path(location.folder, generation, new=new)
        with suppress(CorruptIndex, FileNotFoundError):
            manifest, expected = Manifest.from_bytes(read_inside(path), path)
            if expected == checksum or (not new and not toc_is_readable):
                return manifest
    return None


@dataclass(frozen=True, slots=True)
class Found:
    """An article of a damaged segment, as far as it can be read: None for what cannot."""

    article_id: str | None
    origin: str | None
    article: Article | None


class DamagedSegment:
    """A segment that may be damaged, article by article. Nothing raises but OSError."""

    def __init__(self, location: Location, ref: SegmentRef) -> None:
        self.ref = ref
        self._reader: SegmentReader | None = None
        with suppress(SearchkitError, FileNotFoundError):
            reader = SegmentReader(location.folder / ref.file)
            self._reader = reader if reader.docs == ref.docs else None
        self._whole: dict[str, bool] = {}

    def living(self) -> Iterator[Found]:
        """What is known of each living article."""
        live = self.ref.live()
        for doc in range(self.ref.docs) if live is None else np.flatnonzero(live).tolist():
            article, origin = self._article(doc)
            if article is not None:
                yield Found(article.id, origin, article)
            else:
                yield Found(self._value("id.value", doc), self._value("origin.value", doc), None)

    def _is_whole(self, *names: str) -> bool:
        if self._reader is None:
            return False
        for name in names:
            if name not in self._whole:
                self._whole[name] = self._reader.container.is_whole(name)
        return all(self._whole[name] for name in names)

    def _article(self, doc: int) -> tuple[Article | None, str]:
        if self._reader is None:
            return None, ""
        try:
            record = self._reader.store.record(doc)
            # Each record has a checksum of its own: one damaged byte of the store need not take all with it.
            right = self._is_whole("store", "store.at", "store.runs", "store.dictionaries")
            if not right and self._is_whole("digest"):
                right = int(self._reader.numbers("digest")[doc]) == xxhash.xxh3_64_intdigest(record)
            if not right:
                return None, ""
            article, origin = from_record(record)
            check(article)
        except (SearchkitError, IndexError, ValueError, OverflowError, TypeError, MemoryError):
            return None, ""
        return article, origin

    def _value(self, column: str, doc: int) -> str | None:
        if self._reader is None or not self._is_whole(column, f"{column}.at", f"{column}.of"):
            return None
        try:
            return self._reader.values(column).value(doc).decode()
        except (SearchkitError, IndexError, ValueError):
            return None
