"""Reads what can still be read of generations and segments that may be damaged, for recovery."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from searchkit.bridge.foreign import read_articles, segment_refs
from searchkit.bridge.toc import read_toc
from searchkit.codec.index_files import read_index_file
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import SegmentRef
from searchkit.errors import CorruptIndex, IndexMismatch, SearchkitError
from searchkit.indexing.entries import hash_record
from searchkit.indexing.index_folder import IndexFolder, manifest_path, toc_path
from searchkit.indexing.manifest import Manifest, Tombstones, compute_checksum
from searchkit.model import Article
from searchkit.schema import check, from_record, to_record

Contents = tuple[str | None, str | None, Article | None]
"""The id, the origin and all of an article; None for what cannot be read."""


class FoundArticle:
    """An article of a segment that may be damaged: segment and document, the hash of its record,
    and what can be read of it.

    The contents are read when they are first asked for.
    """

    def __init__(self, segment: str, doc: int, record_hash: int | None, read: Callable[[], Contents]) -> None:
        self.segment, self.doc, self.record_hash, self._read = segment, doc, record_hash, read

    @cached_property
    def _contents(self) -> Contents:
        return self._read()

    @property
    def id(self) -> str | None:
        """Its id, or None."""
        return self._contents[0]

    @property
    def origin(self) -> str | None:
        """The file that it came from, "" for none; None where that cannot be read."""
        return self._contents[1]

    @property
    def article(self) -> Article | None:
        """All of it, or None."""
        return self._contents[2]

    def is_same(self, other: FoundArticle | None) -> bool:
        """Whether another one is the same article: the same document, or one whose record has the
        same hash, for a merge of segments moves an article."""
        if other is None:
            return False
        is_same_doc = (self.segment, self.doc) == (other.segment, other.doc)
        return is_same_doc or (self.record_hash is not None and self.record_hash == other.record_hash)


class TolerantSegment:
    """A segment that may be damaged, read article by article. Damage raises nothing; only OSError
    is raised."""

    def __init__(self, index_folder: IndexFolder, ref: SegmentRef) -> None:
        self.ref = ref
        self._live = ref.live_docs()
        self._reader: SegmentReader | None = None
        with suppress(SearchkitError, FileNotFoundError):
            reader = SegmentReader(index_folder.path / ref.file)
            self._reader = reader if reader.doc_count == ref.doc_count else None
        self._checked: dict[str, bool] = {}

    def iter_live(self) -> Iterator[FoundArticle]:
        """The articles that are not deleted."""
        for doc in range(self.ref.doc_count) if self._live is None else np.flatnonzero(self._live).tolist():
            yield self._make_found(doc)

    @cached_property
    def has_all_ids(self) -> bool:
        """Whether the ids of all its articles can be read."""
        return self._has_column("id.value") or (self._reader is not None and None not in self._docs_by_id)

    def find(self, article_id: str) -> FoundArticle | None:
        """The article of an id that is not deleted; None where there is none, as far as ids can be
        read."""
        docs = [doc for doc in self._find_docs(article_id) if self._is_live(doc)]
        return self._make_found(docs[-1]) if docs else None

    def find_deleted(self, article_id: str) -> list[FoundArticle]:
        """The deleted articles of an id."""
        return [self._make_found(doc) for doc in self._find_docs(article_id) if not self._is_live(doc)]

    def _is_live(self, doc: int) -> bool:
        return self._live is None or bool(self._live[doc])

    def _find_docs(self, article_id: str) -> list[int]:
        """The documents with an id, ascending, deleted ones too."""
        if self._reader is None:
            return []
        if not self._has_column("id.value"):
            return self._docs_by_id.get(article_id, [])
        with suppress(SearchkitError, IndexError, ValueError):
            column = self._reader.value_column("id.value")
            number = column.dictionary.find(article_id.encode("utf-8", "surrogatepass"))
            return [] if number < 0 else column.docs_with(number).tolist()
        return []

    @cached_property
    def _docs_by_id(self) -> dict[str | None, list[int]]:
        """The documents of each id as the records have them, None for those that cannot be read."""
        docs: dict[str | None, list[int]] = {}
        for doc in range(self.ref.doc_count):
            article = self._read_article(doc)[0]
            docs.setdefault(None if article is None else article.id, []).append(doc)
        return docs

    def _make_found(self, doc: int) -> FoundArticle:
        return FoundArticle(self.ref.id, doc, self._read_hash(doc), lambda: self._read_contents(doc))

    def _read_contents(self, doc: int) -> Contents:
        article, origin = self._read_article(doc)
        if article is not None:
            return article.id, origin, article
        return self._read_value("id.value", doc), self._read_value("origin.value", doc), None

    def _read_hash(self, doc: int) -> int | None:
        if self._reader is not None and self._is_whole("digest"):
            with suppress(SearchkitError, IndexError, ValueError):
                return int(self._reader.number_column("digest")[doc])
        return None

    def _is_whole(self, *sections: str) -> bool:
        if self._reader is None:
            return False
        for name in sections:
            if name not in self._checked:
                self._checked[name] = self._reader.container.has_valid_checksum(name)
        return all(self._checked[name] for name in sections)

    def _read_article(self, doc: int) -> tuple[Article | None, str]:
        if self._reader is None:
            return None, ""
        try:
            record = self._reader.stored_fields.record(doc)
            # Each record has a hash of its own, so one damaged byte of the store does not make all
            # records unreadable.
            is_valid = self._is_whole("store", "store.at", "store.runs", "store.dictionaries")
            if not is_valid and self._read_hash(doc) != hash_record(record):
                return None, ""
            article, origin = from_record(record)
            check(article)
        except (SearchkitError, IndexError, ValueError, OverflowError, TypeError, MemoryError):
            return None, ""
        return article, origin

    def _has_column(self, column: str) -> bool:
        return self._is_whole(column, f"{column}.at", f"{column}.of")

    def _read_value(self, column: str, doc: int) -> str | None:
        if self._reader is None or not self._has_column(column):
            return None
        try:
            return self._reader.value_column(column).value(doc).decode()
        except (SearchkitError, IndexError, ValueError):
            return None


class ForeignSegment:
    """A TolerantSegment for a segment that Whoosh wrote; of a damaged one it has the articles that
    are read before the damage."""

    def __init__(self, index_folder: IndexFolder, schema: Any, segment: Any) -> None:
        self._path, self._schema, self._segment = index_folder.path, schema, segment
        self.id = str(segment.segid)

    def iter_live(self) -> Iterator[FoundArticle]:
        """See TolerantSegment. What cannot be read counts as one article, for nothing says how many
        there are."""
        try:
            for doc, article, origin in read_articles(self._path, self._schema, self._segment):
                yield self._make_found(doc, hash_record(to_record(article, origin)), (article.id, origin, article))
        except (CorruptIndex, FileNotFoundError):
            yield self._make_found(-1, None, (None, None, None))

    def _make_found(self, doc: int, record_hash: int | None, contents: Contents) -> FoundArticle:
        return FoundArticle(self.id, doc, record_hash, lambda: contents)

    @cached_property
    def _by_id(self) -> dict[str | None, FoundArticle]:
        return {found.id: found for found in self.iter_live()}

    @property
    def has_all_ids(self) -> bool:
        """See TolerantSegment."""
        return None not in self._by_id

    def find(self, article_id: str) -> FoundArticle | None:
        """See TolerantSegment."""
        return self._by_id.get(article_id)

    def find_deleted(self, article_id: str) -> list[FoundArticle]:
        """See TolerantSegment. None, for Whoosh does not return deleted articles."""
        return []


@dataclass(frozen=True, eq=False)
class TolerantGeneration:
    """What is known of a generation that may be damaged.

    `refs` are its segments in searchkit's format (None: nothing names them), `foreign` those in
    Whoosh's own format, of `schema`. `unreadable_deletions` are the ids of segments whose deletions
    cannot be read. `has_own_manifest` says that the manifest is this generation's; otherwise it is
    that of the generation before it.
    """

    index_folder: IndexFolder
    manifest: Manifest | None = None
    refs: tuple[SegmentRef, ...] | None = None
    foreign: tuple[Any, ...] = ()
    schema: Any = None
    unreadable_deletions: frozenset[str] = field(default_factory=frozenset)
    has_own_manifest: bool = False

    @classmethod
    def read(cls, index_folder: IndexFolder, number: int) -> TolerantGeneration:
        """What its manifest says, or, if that cannot be read, its TOC; deletions that are missing
        or damaged come from the TOC too. Raises IndexMismatch, OSError."""
        folder = index_folder.path
        toc: list[Any] | None = None
        schema = None
        checksum = ""
        with suppress(CorruptIndex, IndexMismatch, FileNotFoundError):
            checksum = compute_checksum(read_index_file(toc_path(folder, number)))
            schema, segments, _ = read_toc(folder, number)
            toc = segment_refs(segments)
        refs_of_toc = None if toc is None else tuple(ref for ref in toc if isinstance(ref, SegmentRef))
        manifest = _read_manifest(index_folder, number, checksum, toc_is_readable=toc is not None)
        if manifest is None:
            inherited = None
            with suppress(CorruptIndex):
                inherited = index_folder.find_manifest_before(number)
            foreign = () if toc is None else tuple(ref for ref in toc if not isinstance(ref, SegmentRef))
            return cls(index_folder, inherited, refs_of_toc, foreign, schema)
        refs = []
        unreadable = set()
        refs_by_id = {ref.id: ref for ref in refs_of_toc or ()}
        for entry in manifest.segments:
            deletions = b""
            try:
                deletions = index_folder.read_deletions(entry)
            except (CorruptIndex, FileNotFoundError):
                if entry.id in refs_by_id:
                    deletions = refs_by_id[entry.id].deletions
                else:
                    unreadable.add(entry.id)
            refs.append(SegmentRef(entry.id, entry.doc_count, deletions))
        return cls(index_folder, manifest, tuple(refs), unreadable_deletions=frozenset(unreadable), has_own_manifest=True)

    @property
    def tombstones(self) -> Tombstones:
        """The tombstones of its manifest."""
        return {} if self.manifest is None else self.manifest.tombstones

    @cached_property
    def segments(self) -> dict[str, TolerantSegment | ForeignSegment]:
        """Its segments by id, oldest first."""
        segments: dict[str, TolerantSegment | ForeignSegment] = {}
        for ref in self.refs or ():
            segments[ref.id] = TolerantSegment(self.index_folder, ref)
        for segment in self.foreign:
            foreign = ForeignSegment(self.index_folder, self.schema, segment)
            segments[foreign.id] = foreign
        return segments

    @cached_property
    def is_complete(self) -> bool:
        """Whether all its segments are known, and all their ids can be read. If so, it has no
        article of an id that `find` does not find."""
        return self.refs is not None and all(segment.has_all_ids for segment in self.segments.values())

    def find(self, article_id: str) -> FoundArticle | None:
        """The article of an id."""
        for segment in reversed(self.segments.values()):
            if (found := segment.find(article_id)) is not None:
                return found
        return None

    def has_deleted(self, article_id: str, article: FoundArticle) -> bool:
        """Whether an article of another generation is one that this generation has as deleted."""
        deleted = (one for segment in self.segments.values() for one in segment.find_deleted(article_id))
        return any(one.is_same(article) for one in deleted)

    def iter_unshared(self, *others: TolerantGeneration) -> Iterator[FoundArticle]:
        """Its articles, except those in segments that other generations have too; later segments
        first."""
        shared = {name for other in others for name in other.segments}
        for name, segment in reversed(self.segments.items()):
            if name not in shared:
                yield from segment.iter_live()


def _read_manifest(index_folder: IndexFolder, number: int, checksum: str, *, toc_is_readable: bool) -> Manifest | None:
    """A generation's own manifest, or None. A manifest that does not fit a readable TOC was left by
    a commit that was cut off."""
    for new in (False, True):
        path = manifest_path(index_folder.path, number, new=new)
        with suppress(CorruptIndex, FileNotFoundError):
            manifest, expected = Manifest.from_bytes(read_index_file(path), path)
            if expected == checksum or (not new and not toc_is_readable):
                return manifest
    return None
