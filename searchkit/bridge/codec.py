"""The Whoosh codec that reads searchkit's segments.

Whoosh pickles the segments of an index into its table of contents by name:
`searchkit.bridge.codec.ColumnSegment` and `ColumnCodec` keep their names and import path for ever.
The codec only reads. What Whoosh itself writes (new documents, merges, `optimize`) goes through its
default codec.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from weakref import WeakValueDictionary

import numpy as np
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage

from searchkit.bridge.documents import ColumnDocuments
from searchkit.bridge.shared_segment import SharedSegment
from searchkit.bridge.terms_reader import SegmentTermsReader
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import INDEX_NAME, SUFFIX, SegmentRef

_SEGMENT_ID = re.compile("[0-9a-z]+")


class ColumnCodec(base.Codec):
    """Reads a segment that searchkit wrote. Whoosh's readers have one each."""

    length_stats = False
    shared: SharedSegment | None = None
    """The segment, once it is open."""

    def terms_reader(self, storage: Any, segment: ColumnSegment) -> SegmentTermsReader:
        self.shared = _open_shared(storage, segment)
        return SegmentTermsReader(self.shared)

    def per_document_reader(self, storage: Any, segment: ColumnSegment) -> ColumnDocuments:
        self.shared = _open_shared(storage, segment)
        return ColumnDocuments(self.shared, segment)

    def _writes_nothing(self, *_: Any) -> NoReturn:
        raise NotImplementedError("searchkit's segments are written by searchkit only; leave Whoosh its default codec")

    new_segment = per_document_writer = field_writer = postings_writer = postings_reader = _writes_nothing


class ColumnSegment(base.Segment):
    """A segment in searchkit's own format, as Whoosh's table of contents has it: its id, its number
    of documents, its deletions."""

    def __init__(self, indexname: str, segid: str, docs: int, deletions: bytes = b"") -> None:
        self.__setstate__({"indexname": indexname, "segid": segid, "docs": docs, "deletions": deletions})

    @classmethod
    def from_ref(cls, ref: SegmentRef) -> ColumnSegment:
        return cls(INDEX_NAME, ref.id, ref.doc_count, ref.deletions)

    def to_ref(self) -> SegmentRef:
        return SegmentRef(self.segid, self._doc_count, bytes(self._deletions) if any(self._deletions) else b"")

    def __getstate__(self) -> dict[str, Any]:
        return {
            "indexname": self.indexname,
            "segid": self.segid,
            "docs": self._doc_count,
            "deletions": self.to_ref().deletions,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Raises ValueError for what no segment pickles."""
        name, segid, docs, deletions = (state.get(key) for key in ("indexname", "segid", "docs", "deletions"))
        if not isinstance(name, str) or not isinstance(segid, str):
            raise ValueError("a segment has no name")
        if name != INDEX_NAME or not _SEGMENT_ID.fullmatch(segid):
            raise ValueError(f"no segment is named {name!r}, {segid!r}")
        if not isinstance(docs, int) or docs < 0 or not isinstance(deletions, bytes):
            raise ValueError(f"segment {segid} does not say how many documents it holds")
        if deletions and len(deletions) != (docs + 7) // 8:
            raise ValueError(f"segment {segid} has deletions of other documents than its own")
        self.indexname, self.segid, self.compound = INDEX_NAME, segid, False
        self._doc_count = docs
        # Whoosh deletes by changing the segment that it holds, and pickles it when it commits.
        self._deletions = bytearray(deletions)

    def codec(self) -> ColumnCodec:
        return ColumnCodec()

    @property
    def file(self) -> str:
        """The name of the segment's file."""
        return str(self.make_filename(f".{SUFFIX}"))

    def should_assemble(self) -> bool:
        return False

    def doc_count_all(self) -> int:
        return self._doc_count

    def set_doc_count(self, count: int) -> None:
        if count != self._doc_count:
            raise ValueError(f"segment {self.segid} holds {self._doc_count} documents, not {count}")

    # Deletions.

    def has_deletions(self) -> bool:
        return any(self._deletions)

    def deleted_count(self) -> int:
        return self.to_ref().deleted_count

    def deleted_docs(self) -> Iterator[int]:
        live = self.to_ref().live_docs()
        return iter(() if live is None else np.flatnonzero(~live).tolist())

    def is_deleted(self, docnum: int) -> bool:
        if docnum == self._doc_count:
            return False  # the matcher of Whoosh for NOT asks for one document more than there are
        self._check(docnum)
        return bool(self._deletions) and bool(self._deletions[docnum >> 3] >> (docnum & 7) & 1)

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        self._check(docnum)
        if not self._deletions:
            if not delete:
                return
            self._deletions = bytearray((self._doc_count + 7) // 8)
        bit = 1 << (docnum & 7)
        if delete:
            self._deletions[docnum >> 3] |= bit
        else:
            self._deletions[docnum >> 3] &= ~bit

    def _check(self, docnum: int) -> None:
        if not 0 <= docnum < self._doc_count:
            raise IndexError(f"segment {self.segid} holds {self._doc_count} documents, and no number {docnum}")


_shared_segments: WeakValueDictionary[Path, SharedSegment] = WeakValueDictionary()
_shared_segments_lock = threading.Lock()


def _open_shared(storage: Any, segment: ColumnSegment) -> SharedSegment:
    """The open file of a segment, one for all readers: it never changes, nor is its id used again.

    Raises CorruptIndex, IndexMismatch, OSError.
    """
    if not isinstance(storage, FileStorage):
        raise TypeError(f"searchkit's segments are read from a folder, not from {storage!r}")
    path = Path(storage.folder).absolute() / segment.file
    with _shared_segments_lock:
        found = _shared_segments.get(path)
        if found is None:
            found = SharedSegment(SegmentReader(path))
            if found.doc_count != segment.doc_count_all():
                raise found.corruption(f"it holds {found.doc_count} documents instead of {segment.doc_count_all()}")
            _shared_segments[path] = found
    return found
