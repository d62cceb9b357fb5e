"""What can still be read of damaged generations and segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import xxhash

from searchkit.bridge.foreign import read_articles, segment_refs
from searchkit.bridge.toc import read_toc
from searchkit.codec.index_files import read_index_file
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import SegmentRef
from searchkit.errors import CorruptIndex, IndexMismatch, SearchkitError
from searchkit.indexing.index_folder import IndexFolder, manifest_path, toc_path
from searchkit.indexing.manifest import Manifest, Tombstones, compute_checksum
from searchkit.model import Article
from searchkit.schema import check, from_record, to_record


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a generation, damaged or not: its manifest, its segments (None: nothing says which), those of
    Whoosh's own format with the schema, and the ids of segments of which nothing says any more what is deleted.

    `is_own` says that the manifest is this generation's; it is that of the one before it otherwise.
    """

    manifest: Manifest | None
    segments: tuple[SegmentRef, ...] | None
    foreign: tuple[Any, ...] = ()
    schema: Any = None
    without_deletions: frozenset[str] = frozenset()
    is_own: bool = False


def known(index_folder: IndexFolder, generation: int) -> Known:
    """What manifest and table of contents say, each where the other cannot be read. Raises IndexMismatch, OSError."""
    folder = index_folder.path
    toc: list[Any] | None = None
    schema = None
    checksum = ""
    with suppress(CorruptIndex, IndexMismatch, FileNotFoundError):
        checksum = compute_checksum(read_index_file(toc_path(folder, generation)))
        schema, segments, _ = read_toc(folder, generation)
        toc = segment_refs(segments)
    ours = None if toc is None else tuple(ref for ref in toc if isinstance(ref, SegmentRef))
    manifest = _manifest(index_folder, generation, checksum, toc_is_readable=toc is not None)
    if manifest is None:
        before = None
        with suppress(CorruptIndex):
            before = index_folder.find_manifest_before(generation)
        foreign = () if toc is None else tuple(ref for ref in toc if not isinstance(ref, SegmentRef))
        return Known(before, ours, foreign, schema)
    refs = []
    unknown = set()
    of_toc = {ref.id: ref for ref in ours or ()}
    for entry in manifest.segments:
        bits = b""
        try:
            bits = index_folder.read_deletions(entry)
        except (CorruptIndex, FileNotFoundError):
            if entry.id in of_toc:
                bits = of_toc[entry.id].deletions
            else:
                unknown.add(entry.id)
        refs.append(SegmentRef(entry.id, entry.docs, bits))
    return Known(manifest, tuple(refs), without_deletions=frozenset(unknown), is_own=True)


def _manifest(index_folder: IndexFolder, generation: int, checksum: str, *, toc_is_readable: bool) -> Manifest | None:
    """A generation's own manifest. One that does not fit a readable TOC is that of a commit that never was."""
    for new in (False, True):
        path = manifest_path(index_folder.path, generation, new=new)
        with suppress(CorruptIndex, FileNotFoundError):
            manifest, expected = Manifest.from_bytes(read_index_file(path), path)
            if expected == checksum or (not new and not toc_is_readable):
                return manifest
    return None


class Place(NamedTuple):
    """Where an article stands, and the checksum of its record (None: it cannot be read)."""

    segment: str
    doc: int
    record: int | None = None

    def holds_the_same(self, other: Place) -> bool:
        """Whether one article stands at both places: a merge gives it another place, and the same checksum."""
        return self[:2] == other[:2] or (self.record is not None and self.record == other.record)


@dataclass(frozen=True, slots=True)
class Found:
    """An article of a damaged segment, as far as it can be read: None for what cannot."""

    place: Place
    article_id: str | None
    origin: str | None
    article: Article | None


class DamagedSegment:
    """A segment that may be damaged, article by article. Nothing raises but OSError."""

    def __init__(self, index_folder: IndexFolder, ref: SegmentRef) -> None:
        self.ref = ref
        self._live = ref.live_docs()
        self._reader: SegmentReader | None = None
        with suppress(SearchkitError, FileNotFoundError):
            reader = SegmentReader(index_folder.path / ref.file)
            self._reader = reader if reader.doc_count == ref.doc_count else None
        self._whole: dict[str, bool] = {}

    def living(self) -> Iterator[Found]:
        """What is known of each living article."""
        for doc in range(self.ref.doc_count) if self._live is None else np.flatnonzero(self._live).tolist():
            article, origin = self._article(doc)
            if article is not None:
                yield Found(self._place(doc), article.id, origin, article)
            else:
                yield Found(self._place(doc), self._value("id.value", doc), self._value("origin.value", doc), None)

    @cached_property
    def has_ids(self) -> bool:
        """Whether the ids of all its articles can be read."""
        return self._has_values("id.value") or (self._reader is not None and None not in self._docs_by_article)

    def place(self, article_id: str) -> Place | None:
        """Where the living article of an id stands; None where there is none, as far as ids can be read."""
        docs = [doc for doc in self._docs(article_id) if self._lives(doc)]
        return self._place(docs[-1]) if docs else None

    def given_up(self, article_id: str) -> list[Place]:
        """Where articles of an id stand that live no more."""
        return [self._place(doc) for doc in self._docs(article_id) if not self._lives(doc)]

    def _lives(self, doc: int) -> bool:
        return self._live is None or bool(self._live[doc])

    def _docs(self, article_id: str) -> list[int]:
        """The documents with an id, ascending, dead ones too."""
        if self._reader is None:
            return []
        if not self._has_values("id.value"):
            return self._docs_by_article.get(article_id, [])
        with suppress(SearchkitError, IndexError, ValueError):
            column = self._reader.value_column("id.value")
            number = column.dictionary.find(article_id.encode("utf-8", "surrogatepass"))
            return [] if number < 0 else column.docs_with(number).tolist()
        return []

    @cached_property
    def _docs_by_article(self) -> dict[str | None, list[int]]:
        """The documents of each id as the articles themselves tell, None for those that cannot be read."""
        found: dict[str | None, list[int]] = {}
        for doc in range(self.ref.doc_count):
            article = self._article(doc)[0]
            found.setdefault(None if article is None else article.id, []).append(doc)
        return found

    def _place(self, doc: int) -> Place:
        record = None
        if self._reader is not None and self._is_whole("digest"):
            with suppress(SearchkitError, IndexError, ValueError):
                record = int(self._reader.number_column("digest")[doc])
        return Place(self.ref.id, doc, record)

    def _is_whole(self, *names: str) -> bool:
        if self._reader is None:
            return False
        for name in names:
            if name not in self._whole:
                self._whole[name] = self._reader.container.has_valid_checksum(name)
        return all(self._whole[name] for name in names)

    def _article(self, doc: int) -> tuple[Article | None, str]:
        if self._reader is None:
            return None, ""
        try:
            record = self._reader.stored_fields.record(doc)
            # Each record has a checksum of its own: one damaged byte of the store need not take all with it.
            right = self._is_whole("store", "store.at", "store.runs", "store.dictionaries")
            if not right and self._is_whole("digest"):
                right = int(self._reader.number_column("digest")[doc]) == xxhash.xxh3_64_intdigest(record)
            if not right:
                return None, ""
            article, origin = from_record(record)
            check(article)
        except (SearchkitError, IndexError, ValueError, OverflowError, TypeError, MemoryError):
            return None, ""
        return article, origin

    def _has_values(self, column: str) -> bool:
        return self._is_whole(column, f"{column}.at", f"{column}.of")

    def _value(self, column: str, doc: int) -> str | None:
        if self._reader is None or not self._has_values(column):
            return None
        try:
            return self._reader.value_column(column).value(doc).decode()
        except (SearchkitError, IndexError, ValueError):
            return None


class ForeignSegment:
    """The same for a segment that Whoosh wrote: of a damaged one, what is read before the damage."""

    def __init__(self, index_folder: IndexFolder, schema: Any, segment: Any) -> None:
        self._folder, self._schema, self._segment = index_folder.path, schema, segment
        self.id = str(segment.segid)

    def living(self) -> Iterator[Found]:
        """What is known of each living article; what cannot be read counts as one, for nothing says how many it is."""
        try:
            for doc, article, origin in read_articles(self._folder, self._schema, self._segment):
                record = xxhash.xxh3_64_intdigest(to_record(article, origin))
                yield Found(Place(self.id, doc, record), article.id, origin, article)
        except (CorruptIndex, FileNotFoundError):
            yield Found(Place(self.id, -1), None, None, None)

    @cached_property
    def _places(self) -> dict[str | None, Place]:
        return {found.article_id: found.place for found in self.living()}

    @property
    def has_ids(self) -> bool:
        """See DamagedSegment."""
        return None not in self._places

    def place(self, article_id: str) -> Place | None:
        """See DamagedSegment."""
        return self._places.get(article_id)

    def given_up(self, article_id: str) -> list[Place]:
        """See DamagedSegment: none, nobody asks Whoosh for what is deleted."""
        return []


class Holding:
    """What a generation says: its articles by id, as far as they can be read, and the ids that it withholds."""

    def __init__(self, index_folder: IndexFolder, known: Known) -> None:
        self.withheld: Tombstones = {} if known.manifest is None else known.manifest.tombstones
        self.is_own = known.is_own
        self.segments: dict[str, DamagedSegment | ForeignSegment] = {}
        for ref in known.segments or ():
            self.segments[ref.id] = DamagedSegment(index_folder, ref)
        for segment in known.foreign:
            foreign = ForeignSegment(index_folder, known.schema, segment)
            self.segments[foreign.id] = foreign

    @cached_property
    def is_complete(self) -> bool:
        """Whether all its ids can be read: then it has no article of an id without a place."""
        return all(segment.has_ids for segment in self.segments.values())

    def place(self, article_id: str) -> Place | None:
        """Where the article of an id stands."""
        for segment in reversed(self.segments.values()):
            place = segment.place(article_id)
            if place is not None:
                return place
        return None

    def gave_up(self, article_id: str, place: Place) -> bool:
        """Whether an article that another generation has stands in a segment of this one as one that lives no more."""
        return any(one.holds_the_same(place) for segment in self.segments.values() for one in segment.given_up(article_id))

    def foreign_articles(self) -> Iterator[Found]:
        """What is known of the articles in segments that Whoosh wrote."""
        for segment in self.segments.values():
            if isinstance(segment, ForeignSegment):
                yield from segment.living()

    def articles(self, others: Iterable[Holding]) -> Iterator[Found]:
        """What is known of its articles, the latest first, but for segments that others have too."""
        shared = {name for other in others for name in other.segments}
        for name, segment in reversed(self.segments.items()):
            if name not in shared:
                yield from segment.living()
