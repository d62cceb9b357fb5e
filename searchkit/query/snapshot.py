"""One committed state of an index, opened: segments, which of their articles live, and statistics over all of them.

Nothing here ever changes what it answers, so all searches of an engine and all its threads share one snapshot and what
it has worked out. `doc` is the number of an article in its segment, `global_doc` its number in the snapshot.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from searchkit.analysis import PARAGRAPH_GAP
from searchkit.arrays import AnyArray, Bools, Float32s, Floats, Ints
from searchkit.cache import Cache, bytes_of
from searchkit.codec.reader import SegmentReader, WordField
from searchkit.frozen import frozen
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.position_keys import PositionKeys
from searchkit.scoring import length_norms

LET_GO = 4_000_000
"""Postings and places that are copied until the pages that they were read from are given back."""
CACHE_BYTES = 80 * 2**20
"""What the cache of a snapshot holds at most: postings, positions and bounds of words, and articles that were shown."""


@frozen
class Statistics:
    """Of a field, over live articles: how many have it, and how many words it has in them on average."""

    articles: int
    average: float


class SegmentView:
    """A segment of a snapshot: its first article is number `base` there; `live` says which live (None: all)."""

    def __init__(self, reader: SegmentReader, live: Bools | None, base: int) -> None:
        self.reader, self.live, self.base, self.docs = reader, live, base, reader.doc_count

    def field(self, attribute: str) -> WordField:
        """A field of words. Raises CorruptIndex for a segment that has none of the name."""
        found = self.reader.fields.get(attribute)
        if found is None:
            raise self.reader.corrupt(f"its field {attribute} is missing")
        return found

    @property
    def dates(self) -> Ints:
        """Microseconds from the year 1 to what is printed, UNDATED for none."""
        return self.reader.number_column("date").astype(np.int64, copy=False)

    @property
    def moments(self) -> Ints:
        """Microseconds from the year 1 in UTC to the moment, UNDATED for none."""
        if "date_offset" not in self.reader.number_names:
            return self.dates
        return self.dates - self.reader.number_column("date_offset").astype(np.int64) * 1_000_000


class Snapshot:
    """Segments in order. `size` are all their articles, deleted ones included."""

    def __init__(self, parts: Sequence[tuple[SegmentReader, Bools | None]]) -> None:
        self.views: list[SegmentView] = []
        base = 0
        for reader, live in parts:
            self.views.append(SegmentView(reader, live, base))
            base += reader.doc_count
        self.size = base
        self._bases = [view.base for view in self.views]
        self._statistics: dict[str, Statistics] = {}
        self._lengths: dict[str, AnyArray] = {}
        self._norms: dict[str, Floats] = {}
        self._float32_norms: dict[str, Float32s] = {}
        self._position_keys: dict[str, PositionKeys] = {}
        self.cache = Cache(CACHE_BYTES, bytes_of)
        self._read = 0

    @cached_property
    def live(self) -> Bitset:
        """The articles that live."""
        if all(view.live is None for view in self.views):
            return bitsets.full(self.size)
        return bitsets.from_flags(
            np.concatenate([np.ones(view.docs, dtype=bool) if view.live is None else view.live for view in self.views])
        )

    @cached_property
    def articles(self) -> int:
        """How many articles live."""
        return bitsets.count(self.live)

    def living(self) -> Iterator[int]:
        """The numbers of the articles that live, ascending."""
        for view in self.views:
            docs = range(view.docs) if view.live is None else np.flatnonzero(view.live).tolist()
            yield from (view.base + doc for doc in docs)

    @cached_property
    def dates(self) -> Ints:
        """The printed date of each article: microseconds from the year 1, UNDATED for none."""
        return self._joined([view.dates for view in self.views], "<i8")

    @cached_property
    def moments(self) -> Ints:
        """The moment of each article's date: microseconds from the year 1 in UTC, UNDATED for none."""
        if all("date_offset" not in view.reader.number_names for view in self.views):
            return self.dates
        return self._joined([view.moments for view in self.views], "<i8")

    def lengths(self, attribute: str) -> AnyArray:
        """How many words each article has in a field."""
        found = self._lengths.get(attribute)
        if found is None:
            columns = [view.field(attribute).lengths for view in self.views]
            found = self._lengths[attribute] = self._joined(columns, "|u1")
        return found

    def norms(self, attribute: str) -> Floats:
        """What the lengths in a field weigh against frequencies, for an index whose columns are kept."""
        found = self._norms.get(attribute)
        if found is None:
            average = self.statistics(attribute).average
            found = self._norms[attribute] = length_norms(self.lengths(attribute), average)
        return found

    def float32_norms(self, attribute: str) -> Float32s:
        """The same in float32, for upper bounds of scores."""
        found = self._float32_norms.get(attribute)
        if found is None:
            norms = length_norms(self.lengths(attribute), self.statistics(attribute).average)
            found = self._float32_norms[attribute] = norms.astype(np.float32)
        return found

    def position_keys(self, attribute: str) -> PositionKeys:
        """The places of all articles in a field."""
        found = self._position_keys.get(attribute)
        if found is None:
            breaks = self._joined([view.field(attribute).paragraphs.max_counts() for view in self.views], "<i8")
            found = self._position_keys[attribute] = PositionKeys(breaks * (PARAGRAPH_GAP - 1) + self.lengths(attribute))
        return found

    def _joined(self, columns: Sequence[AnyArray], dtype: str) -> AnyArray:
        return columns[0] if len(columns) == 1 else np.concatenate([np.zeros(0, dtype=dtype), *columns])

    def statistics(self, attribute: str) -> Statistics:
        """Of a field of words."""
        found = self._statistics.get(attribute)
        if found is None:
            lengths = self.lengths(attribute)
            if self.articles < self.size:
                lengths = lengths[bitsets.to_flags(self.live, self.size)]
            articles, words = int(np.count_nonzero(lengths)), int(lengths.sum(dtype=np.int64))
            found = self._statistics[attribute] = Statistics(articles, words / articles if articles else 1.0)
        return found

    def by_segment(self, docs: Ints) -> Iterator[tuple[SegmentView, slice]]:
        """The segments of some articles (ascending), and which of these each holds."""
        edges = np.searchsorted(docs, [*self._bases, self.size]).tolist()
        for view, (first, last) in zip(self.views, itertools.pairwise(edges), strict=True):
            if last > first:
                yield view, slice(first, last)

    def has_read(self, occurrences: int) -> None:
        """Told of occurrences that were copied out of segments; now and then their files' pages are given back, so that
        memory does not hold them twice."""
        self._read += occurrences
        if self._read >= LET_GO:
            self._read = 0
            self.release_pages()

    def release_pages(self) -> None:
        """Give back the pages of the segments' files that were read; they come again when they are wanted."""
        for view in self.views:
            view.reader.container.release_pages()

    def locate(self, global_doc: int) -> tuple[SegmentView, int]:
        """The segment that holds an article, and its number there."""
        view = self.views[bisect.bisect_right(self._bases, global_doc) - 1]
        return view, global_doc - view.base

    def record(self, global_doc: int) -> bytes:
        """What is stored of an article. Raises CorruptIndex."""
        view, doc = self.locate(global_doc)
        return view.reader.stored_fields.record(doc)

    def value(self, attribute: str, global_doc: int) -> str:
        """A value of an article's column (`id`, `origin`...)."""
        view, doc = self.locate(global_doc)
        return view.reader.value_column(f"{attribute}.value").value(doc).decode()

    def values(self, attribute: str, global_docs: Sequence[int]) -> list[str]:
        """The values of some articles, in their order. Slow twin: `value` of each."""
        name = f"{attribute}.value"
        columns = [view.reader.value_column(name) for view in self.views]
        found = []
        for doc in global_docs:
            number = bisect.bisect_right(self._bases, doc) - 1
            found.append(columns[number].value(doc - self._bases[number]).decode())
        return found

    def find(self, article_id: str) -> int:
        """The number of the live article with this id, or -1."""
        wanted = article_id.encode("utf-8", "surrogatepass")
        for view in reversed(self.views):
            doc = view.reader.value_column("id.value").last_doc_with(wanted, view.live)
            if doc >= 0:
                return view.base + doc
        return -1
