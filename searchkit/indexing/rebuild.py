"""A rebuild: one commit of new segments only, with all that the index had.

The old index serves until then. Its articles are looked at for two things: to say what changed, and to make those again
that no file gives now.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from searchkit.codec.reference import SegmentRef
from searchkit.indexing.entries import Change, Committed, Entry, entry_of
from searchkit.indexing.location import Location
from searchkit.indexing.manifest import Manifest
from searchkit.indexing.segments import MEMORY
from searchkit.indexing.writer import Writer
from searchkit.schema import from_record


class Rebuild(Writer):
    """A writing session that begins with nothing. What lives still in the old segments is what nothing was said of yet:
    an article that is put is taken out there.

    The new index is in `language` (None: that of the old one) and of the analysis that is installed.
    """

    def __init__(self, location: Location, memory: int = MEMORY, wait: float = 0, language: str | None = None) -> None:
        self._language = language
        super().__init__(location, memory, wait)

    def _settings(self, manifest: Manifest) -> Manifest:
        fresh = Manifest.fresh(self._language or manifest.language)
        return replace(manifest, language=fresh.language, analysis=fresh.analysis, snowball=fresh.snowball)

    @property
    def segments(self) -> tuple[SegmentRef, ...]:
        """None: everything is built anew."""
        return ()

    def _kept(self) -> list[SegmentRef]:
        return []

    def find(self, article_id: str) -> Entry | None:
        """The article that has this id in the new index."""
        return self._session.get(article_id)

    def put(self, entry: Entry, build: Callable[[], Entry] | None = None) -> Change:
        """See Writer.put; the change is that against the old index."""
        if entry.id in self._session:
            return super().put(entry, build)
        place = self._place(entry.id)
        same = place is not None and int(place[0].reader.numbers("digest")[place[1]]) == entry.record
        if place is not None:
            place[0].take_out(place[1])
        change = super().put(entry, build)
        return change if place is None else "unchanged" if same else "replaced"

    def restore_origin(self, origin: str) -> int:
        """See Writer.restore_origin."""
        wanted = origin.encode("utf-8", "surrogatepass")
        count = 0
        for committed in self._committed:
            column = committed.reader.values("origin.value")
            number = column.dictionary.find(wanted)
            if number >= 0:
                docs = column.docs(number)
                count += self._restore(committed, docs[committed.live[docs]].tolist())
        return count

    def restore_rest(self) -> int:
        """See Writer.restore_rest: articles of no root, and of roots whose files say nothing of them."""
        return sum(self._restore(committed, np.flatnonzero(committed.live).tolist()) for committed in self._committed)

    def _restore(self, committed: Committed, docs: Sequence[int]) -> int:
        for doc in docs:
            record = committed.reader.store.record(doc)
            article, origin = from_record(record)
            self.put(entry_of(article, origin, record), partial(self.build, article, origin))
        return len(docs)
