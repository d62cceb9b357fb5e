"""A segment as a commit names it: its id, its number of documents, and which of them are
deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np

from searchkit.arrays import Bools

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from searchkit.frozen import dataclass

INDEX_NAME = "MAIN"
OWN_TOC = b"\nsearchkit"
"""The end of a TOC that searchkit wrote, after all that Whoosh reads of it. Such a TOC has a
manifest."""
SUFFIX = "columns"


@dataclass(frozen=True, slots=True)
class SegmentRef:
    """A segment of a commit.

    `deletions` has a bit for each document, the first one in the lowest bit of the first byte; it
    is b"" if none is deleted.
    """

    id: str
    doc_count: int
    deletions: bytes = b""

    @property
    def file(self) -> str:
        """The name of the segment's file."""
        return f"{INDEX_NAME}_{self.id}.{SUFFIX}"

    @property
    def deleted_count(self) -> int:
        """The number of deleted documents."""
        return int.from_bytes(self.deletions, "little").bit_count()

    @property
    def live_count(self) -> int:
        return self.doc_count - self.deleted_count

    def live_docs(self) -> Bools | None:
        """A mask of the live docs (None: all)."""
        if not self.deletions:
            return None
        bits = np.unpackbits(np.frombuffer(self.deletions, dtype=np.uint8), bitorder="little", count=self.doc_count)
        return bits == 0

    def with_live_docs(self, live: Bools | None) -> Self:
        """The same segment with other live docs."""
        if live is None or bool(live.all()):
            return replace(self, deletions=b"")
        return replace(self, deletions=np.packbits(~live, bitorder="little").tobytes())
