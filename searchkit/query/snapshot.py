"""One committed state of an index, opened: segments, which of their articles live, and statistics over all of them.

Nothing here ever changes what it answers, so all searches of an engine and all its threads share one snapshot and what
it has worked out. `doc` is the number of an article in its segment, `global_doc` its number in the snapshot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from searchkit.codec.reader import SegmentReader, WordField
from searchkit.schema import SEARCHED, UNDATED
from searchkit.scoring import length_norms

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of a field, over live articles: how many have it, and how many words it has in them on average."""

    articles: int
    average: float


class SegmentView:
    """A segment of a snapshot: its first article is number `base` there; `live` says which live (None: all)."""

    def __init__(self, reader: SegmentReader, live: Bools | None, base: int) -> None:
        self.reader, self.live, self.base, self.docs = reader, live, base, reader.docs
        self.norms: dict[str, Floats] = {}
        self.rough_norms: dict[str, npt.NDArray[np.float32]] = {}

    def field(self, attribute: str) -> WordField:
        return self.reader.words[attribute]

    @cached_property
    def dates(self) -> Ints:
        """Microseconds since the year 1, UNDATED for none."""
        return self.reader.numbers("date").astype(np.int64, copy=False)

    @cached_property
    def lengths(self) -> Ints:
        """Words of title and body together."""
        return np.sum([self.field(name).lengths.astype(np.int64) for name in SEARCHED], axis=0, dtype=np.int64)

    @cached_property
    def living(self) -> int:
        return self.docs if self.live is None else int(np.count_nonzero(self.live))

    def count_live(self, docs: Ints) -> int:
        """How many of these documents live."""
        return len(docs) if self.live is None else int(np.count_nonzero(self.live[docs]))


class Snapshot:
    """Segments in order."""

    def __init__(self, parts: Sequence[tuple[SegmentReader, Bools | None]]) -> None:
        self.views: list[SegmentView] = []
        base = 0
        for reader, live in parts:
            self.views.append(SegmentView(reader, live, base))
            base += reader.docs
        self._bases = [view.base for view in self.views]
        self._statistics: dict[str, Statistics] = {}

    @cached_property
    def articles(self) -> int:
        """How many articles live."""
        return sum(view.living for view in self.views)

    def statistics(self, attribute: str) -> Statistics:
        """Of a field of words."""
        found = self._statistics.get(attribute)
        if found is None:
            articles = words = 0
            for view in self.views:
                lengths = view.field(attribute).lengths
                if view.live is not None:
                    lengths = lengths[view.live]
                articles += int(np.count_nonzero(lengths))
                words += int(lengths.sum(dtype=np.int64))
            found = self._statistics[attribute] = Statistics(articles, words / articles if articles else 1.0)
        return found

    def norms(self, view: SegmentView, attribute: str) -> Floats:
        """What a segment's lengths in a field weigh against frequencies (float64, one a document)."""
        norms = view.norms.get(attribute)
        if norms is None:
            lengths = view.field(attribute).lengths
            norms = view.norms[attribute] = length_norms(lengths, self.statistics(attribute).average)
        return norms

    def rough_norms(self, view: SegmentView, attribute: str) -> npt.NDArray[np.float32]:
        """The same in float32, for choosing what is worth an exact look."""
        norms = view.rough_norms.get(attribute)
        if norms is None:
            norms = view.rough_norms[attribute] = self.norms(view, attribute).astype(np.float32)
        return norms

    def locate(self, global_doc: int) -> tuple[SegmentView, int]:
        """The segment that holds an article, and its number there."""
        view = self.views[int(np.searchsorted(self._bases, global_doc, side="right")) - 1]
        return view, global_doc - view.base

    def record(self, global_doc: int) -> bytes:
        """What is stored of an article. Raises CorruptIndex."""
        view, doc = self.locate(global_doc)
        return view.reader.store.record(doc)

    def value(self, attribute: str, global_doc: int) -> str:
        """A value of an article's column (`id`, `origin`...)."""
        view, doc = self.locate(global_doc)
        return view.reader.values(f"{attribute}.value").value(doc).decode()

    def dates(self, global_docs: Ints) -> Ints:
        """The dates of several articles."""
        dates = np.full(len(global_docs), UNDATED, dtype=np.int64)
        for view in self.views:
            low, high = view.base, view.base + view.docs
            inside = (global_docs >= low) & (global_docs < high)
            dates[inside] = view.dates[global_docs[inside] - low]
        return dates

    def find(self, article_id: str) -> int:
        """The number of the live article with this id, or -1."""
        wanted = article_id.encode("utf-8", "surrogatepass")
        for view in reversed(self.views):
            doc = view.reader.values("id.value").doc_of(wanted, view.live)
            if doc >= 0:
                return view.base + doc
        return -1
