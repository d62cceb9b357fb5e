"""An opened generation of an index: its segments, their live documents, and columns over all of
them.

A snapshot never changes, so all searches and threads of an engine share one, and its cache. `doc`
is the number of a document in its segment, `global_doc` its number in the snapshot.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import assert_never

import numpy as np

from searchkit.analysis import PARAGRAPH_GAP
from searchkit.arrays import AnyArray, AnyInts, Bools, Float32s, Floats, Ints
from searchkit.cache import Cache, measure_bytes
from searchkit.codec.reader import SegmentReader, WordField
from searchkit.frozen import frozen
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import Passage
from searchkit.query.passages import PassageKeys, find_ledes, find_quotations
from searchkit.query.position_keys import PositionKeys
from searchkit.schema import FIELDS, TEXT_FIELDS, UNDATED
from searchkit.scoring import length_norms

SMALL_SNAPSHOT = 1 << 16
"""In snapshots of up to so many documents, every word keeps columns over all of them: one step
instead of several. Without it, queries over 21,578 articles take 1.3 times as long."""
PASSAGES_RATIO = 8
"""If fewer than 1/PASSAGES_RATIO of all documents are asked for, only their passages are found,
unless those of all are known. Without it, the first query for a rare word in a passage takes twice
as long at 500,000 articles."""
_NONE = np.zeros(0, dtype=np.int64)
RELEASE_AFTER_POSTINGS = 4_000_000
"""After so many postings and positions have been copied out of segments, the pages of the segments
are released."""
CACHE_BYTES = 80 * 2**20
"""The size of a snapshot's cache. It holds terms, postings, positions and impacts of words,
highlighters, and articles that were shown. `word_lookup` says what is gained by those of words. In
the mix of `scripts/bench` over 500,000 articles, a page with snippets takes up to 15 to 20 % less
time with highlighters in the cache, and 15 to 37 % less with articles."""


@frozen
class FieldStatistics:
    """How many live documents have a field, and its average length in them, in words."""

    doc_count: int
    average_length: float


class SegmentView:
    """A segment of a snapshot. Its first document has the number `base` there; `live` is the mask
    of its live documents, None if all are."""

    def __init__(self, reader: SegmentReader, live: Bools | None, base: int) -> None:
        self.reader, self.live, self.base, self.doc_count = reader, live, base, reader.doc_count

    def field(self, attribute: str) -> WordField:
        """A field of words. Raises CorruptIndex if the segment has no such field."""
        found = self.reader.fields.get(attribute)
        if found is None:
            raise self.reader.corruption(f"its field {attribute} is missing")
        return found

    @property
    def dates(self) -> Ints:
        """The printed dates in microseconds from the year 1, UNDATED for none."""
        return self.reader.number_column("date").astype(np.int64, copy=False)

    @property
    def moments(self) -> Ints:
        """The moments of the dates in microseconds from the year 1 in UTC, UNDATED for none."""
        if "date_offset" not in self.reader.number_names:
            return self.dates
        return self.dates - self.reader.number_column("date_offset").astype(np.int64) * 1_000_000


class FieldColumns:
    """A field of words over all segments of a snapshot: columns with one item for each document,
    computed when they are asked for."""

    def __init__(self, views: Sequence[SegmentView], attribute: str) -> None:
        self._views, self._attribute = views, attribute
        self._passages: dict[Passage, PassageKeys] = {}

    @cached_property
    def lengths(self) -> AnyArray:
        """The number of words of each document."""
        return _joined([view.field(self._attribute).lengths for view in self._views], "|u1")

    @cached_property
    def statistics(self) -> FieldStatistics:
        """The statistics that scores need."""
        doc_count = word_count = 0
        for view in self._views:
            lengths = view.field(self._attribute).lengths
            if view.live is not None:
                lengths = lengths[view.live]
            doc_count += int(np.count_nonzero(lengths))
            word_count += int(lengths.sum(dtype=np.int64))
        return FieldStatistics(doc_count, word_count / doc_count if doc_count else 1.0)

    @cached_property
    def _norms(self) -> Floats:
        return length_norms(self.lengths, self.statistics.average_length)

    def norms_of(self, docs: Ints) -> Floats:
        """The length norms of some documents."""
        if len(self.lengths) <= SMALL_SNAPSHOT:
            return self._norms.take(docs)
        return length_norms(self.lengths[docs], self.statistics.average_length)

    @cached_property
    def float32_norms(self) -> Float32s:
        """The length norm of each document, for upper bounds of scores."""
        return length_norms(self.lengths, self.statistics.average_length).astype(np.float32)

    @cached_property
    def position_keys(self) -> PositionKeys:
        """The keys of all positions."""
        breaks = _joined([view.field(self._attribute).paragraphs.max_counts() for view in self._views], "<i8")
        return PositionKeys(breaks * (PARAGRAPH_GAP - 1) + self.lengths)

    def passages(self, passage: Passage, docs: AnyInts) -> PassageKeys:
        """The ledes or the quotations of some documents (ascending), or of all: these are kept.

        Raises IndexMismatch if a segment does not say where its quotations are.
        """
        if passage not in self._passages:
            if len(docs) * PASSAGES_RATIO < len(self.lengths):
                return self._find_passages(passage, docs)
            self._passages[passage] = self._find_passages(passage, np.arange(len(self.lengths)))
        return self._passages[passage]

    def _find_passages(self, passage: Passage, docs: AnyInts) -> PassageKeys:
        starts = self.position_keys.starts[docs]
        match passage:
            case "lede":
                return find_ledes(starts, *self._collect(docs, self._paragraphs_in))
            case "quote":
                return find_quotations(starts, *self._collect(docs, self._quotations_in))
            case _:
                assert_never(passage)

    def _paragraphs_in(self, view: SegmentView, docs: AnyInts) -> tuple[Ints, Ints]:
        return view.field(self._attribute).paragraphs.in_docs(docs)

    @property
    def has_quotation(self) -> Bools:
        """Whether each document has a quotation. Raises as `passages` does."""
        kept = [view.reader.text_fields[self._attribute].quotations.max_counts() for view in self._views]
        return _joined(kept, "<i8") > 0

    def _quotations_in(self, view: SegmentView, docs: AnyInts) -> tuple[Ints, Ints]:
        return view.reader.text_fields[self._attribute].quotations.in_docs(docs)

    def _collect(self, docs: AnyInts, read: Callable[[SegmentView, AnyInts], tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
        """What `read` returns of the documents in each segment, one after the other: positions, and
        how many each document has."""
        positions, counts = [_NONE], [_NONE]
        for view in self._views:
            first, last = np.searchsorted(docs, [view.base, view.base + view.doc_count]).tolist()
            found = read(view, docs[first:last] - view.base)
            positions.append(found[0])
            counts.append(found[1])
        return np.concatenate(positions), np.concatenate(counts)


class Snapshot:
    """Segments in order. `size` counts all their documents, deleted ones too."""

    def __init__(self, parts: Sequence[tuple[SegmentReader, Bools | None]]) -> None:
        self.views: list[SegmentView] = []
        base = 0
        for reader, live in parts:
            self.views.append(SegmentView(reader, live, base))
            base += reader.doc_count
        self.size = base
        self._bases = [view.base for view in self.views]
        self._fields: dict[str, FieldColumns] = {}
        self.cache = Cache(CACHE_BYTES, measure_bytes)
        self._copied = 0

    def field(self, attribute: str) -> FieldColumns:
        """The columns of a field of words."""
        found = self._fields.get(attribute)
        if found is None:
            found = self._fields[attribute] = FieldColumns(self.views, attribute)
        return found

    @cached_property
    def live(self) -> Bitset:
        """The live documents."""
        if all(view.live is None for view in self.views):
            return bitsets.full(self.size)
        return bitsets.from_flags(
            np.concatenate([np.ones(view.doc_count, dtype=bool) if view.live is None else view.live for view in self.views])
        )

    @cached_property
    def live_count(self) -> int:
        """The number of live documents."""
        return bitsets.count(self.live)

    def live_docs(self) -> Iterator[int]:
        """The numbers of the live documents, ascending."""
        for view in self.views:
            docs = range(view.doc_count) if view.live is None else np.flatnonzero(view.live).tolist()
            yield from (view.base + doc for doc in docs)

    @cached_property
    def dates(self) -> Ints:
        """The printed date of each document: microseconds from the year 1, UNDATED for none."""
        return _joined([view.dates for view in self.views], "<i8")

    @cached_property
    def oldest_date(self) -> int | None:
        """The oldest printed date of the live documents (microseconds from the year 1), None if all
        are undated."""
        live = bitsets.to_flags(self.live, self.size)
        oldest = int(self.dates.min(where=live, initial=UNDATED))
        return None if oldest == UNDATED else oldest

    @cached_property
    def moments(self) -> Ints:
        """The moment of each document's date: microseconds from the year 1 in UTC, UNDATED for
        none."""
        if all("date_offset" not in view.reader.number_names for view in self.views):
            return self.dates
        return _joined([view.moments for view in self.views], "<i8")

    def by_segment(self, docs: Ints) -> Iterator[tuple[SegmentView, slice]]:
        """The segments of some documents (ascending), and the slice of the documents that each
        holds."""
        edges = np.searchsorted(docs, [*self._bases, self.size]).tolist()
        for view, (first, last) in zip(self.views, itertools.pairwise(edges), strict=True):
            if last > first:
                yield view, slice(first, last)

    def count_copied(self, count: int) -> None:
        """Count postings or positions that were copied out of segments. Now and then the pages they
        were copied from are released, because memory would hold them twice."""
        self._copied += count
        if self._copied >= RELEASE_AFTER_POSTINGS:
            self._copied = 0
            self.release_pages()

    def release_pages(self) -> None:
        """Give the pages of the segments' files back to the system; they are read again when
        needed."""
        for view in self.views:
            view.reader.container.release_pages()

    def locate(self, global_doc: int) -> tuple[SegmentView, int]:
        """The segment of a document, and its number there."""
        view = self.views[bisect.bisect_right(self._bases, global_doc) - 1]
        return view, global_doc - view.base

    def record(self, global_doc: int) -> bytes:
        """The stored fields of a document, encoded. Raises CorruptIndex."""
        view, doc = self.locate(global_doc)
        return view.reader.stored_fields.record(doc)

    def records(self, global_docs: Ints) -> list[bytes]:
        """The stored fields of some documents, encoded, in their order. They are read in the order
        of the files. Raises CorruptIndex.

        Reference implementation: `record` of each.
        """
        order = np.argsort(global_docs)
        ascending = global_docs[order]
        found = [b""] * len(order)
        for view, part in self.by_segment(ascending):
            records = view.reader.stored_fields.records(ascending[part] - view.base)
            for index, record in zip(order[part].tolist(), records, strict=True):
                found[index] = record
        return found

    def word_count(self, global_doc: int) -> int:
        """The number of words of a document's title and body."""
        return sum(int(self.field(FIELDS[name].attribute).lengths[global_doc]) for name in TEXT_FIELDS)

    def value(self, attribute: str, global_doc: int) -> str:
        """The value of a document in a column (`id`, `origin`...)."""
        view, doc = self.locate(global_doc)
        return view.reader.value_column(f"{attribute}.value").value(doc).decode()

    def values(self, attribute: str, global_docs: Sequence[int]) -> list[str]:
        """The values of some documents, in their order. Reference implementation: `value` of
        each."""
        name = f"{attribute}.value"
        columns = [view.reader.value_column(name) for view in self.views]
        found = []
        for doc in global_docs:
            number = bisect.bisect_right(self._bases, doc) - 1
            found.append(columns[number].value(doc - self._bases[number]).decode())
        return found

    def printed_date(self, global_doc: int) -> int | None:
        """The printed date of a document (microseconds from the year 1), or None."""
        found = int(self.dates[global_doc])
        return None if found == UNDATED else found

    def find(self, article_id: str) -> int:
        """The number of the live document with an id, or -1."""
        wanted = article_id.encode("utf-8", "surrogatepass")
        for view in reversed(self.views):
            doc = view.reader.value_column("id.value").last_doc_with(wanted, view.live)
            if doc >= 0:
                return view.base + doc
        return -1


def _joined(columns: Sequence[AnyArray], dtype: str) -> AnyArray:
    """One column of several; `dtype` is that of a snapshot without segments."""
    return columns[0] if len(columns) == 1 else np.concatenate([np.zeros(0, dtype=dtype), *columns])
