"""Lists the terms of a field, each with the number of articles that have it."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator

import numpy as np

from searchkit.arrays import Ints
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.schema import FIELDS, Kind


def list_terms(snapshot: Snapshot, field: str, prefix: str, limit: int | None) -> tuple[tuple[str, int], ...]:
    """The first `limit` terms (None: all) of a field of words or values that begin with `prefix`,
    in the order of their UTF-8 bytes, each with the number of live documents that have it.

    Reference implementation: `engines.memory_snapshot.MemorySnapshot.list_terms`.
    """
    listed = heapq.merge(
        *(_terms_of_segment(view, field, prefix.encode("utf-8", "surrogatepass")) for view in snapshot.views)
    )
    counted = (
        (term.decode("utf-8", "surrogatepass"), sum(count for _, count in same))
        for term, same in itertools.groupby(listed, key=lambda each: each[0])
    )
    return tuple(itertools.islice(((term, count) for term, count in counted if count), limit))


def _terms_of_segment(view: SegmentView, field: str, prefix: bytes) -> Iterator[tuple[bytes, int]]:
    """The terms of one segment, ascending, each with the number of its live documents there."""
    attribute = FIELDS[field].attribute
    if FIELDS[field].kind is Kind.VALUE:
        column = view.reader.value_column(f"{attribute}.value")
        for number in range(*column.dictionary.prefix_range(prefix)):
            yield column.dictionary[number], _count_live(column.docs_with(number), view)
        return
    words = view.field(attribute)
    for number in range(*words.terms.prefix_range(prefix)):
        yield words.terms[number], _count_live(words.postings.docs(number), view)


def _count_live(docs: Ints, view: SegmentView) -> int:
    return len(docs) if view.live is None else int(np.count_nonzero(view.live[docs]))
