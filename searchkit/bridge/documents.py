"""The documents of a segment as Whoosh reads them: stored fields, lengths, columns to sort by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.codec import base
from whoosh.columns import ColumnReader

from searchkit.arrays import AnyArray, Ints
from searchkit.bridge.fields import to_stored_fields
from searchkit.bridge.shared_segment import SharedSegment
from searchkit.codec.columns import ValueColumn
from searchkit.schema import UNDATED, from_record

if TYPE_CHECKING:
    from searchkit.bridge.codec import ColumnSegment

COLUMNS = ("date", "id", "words")


class ColumnDocuments(base.PerDocumentReader):
    """Whoosh's PerDocumentReader of one of our segments.

    Deletions are always those that the Segment object has now.
    """

    def __init__(self, shared: SharedSegment, segment: ColumnSegment) -> None:
        self._shared, self._segment = shared, segment

    def doc_count(self) -> int:
        return self._segment.doc_count_all() - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        return self._shared.doc_count

    def has_deletions(self) -> bool:
        return self._segment.has_deletions()

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        return self._segment.deleted_docs()

    # Stored fields.

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        try:
            article, origin = from_record(self._shared.reader.stored_fields.record(docnum))
        except (ValueError, TypeError, OverflowError) as error:
            raise self._shared.corruption(f"its article {docnum} cannot be read ({error})") from error
        return to_stored_fields(article, origin)

    # Columns.

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in COLUMNS

    def list_columns(self) -> list[str]:
        return list(COLUMNS)

    def column_reader(self, fieldname: str, column: Any) -> ColumnReader:
        if fieldname == "id":
            return ValueColumnReader(self._shared.reader.value_column("id.value"))
        if fieldname == "words":
            return NumberColumnReader(_to_whoosh_order(self._shared.word_counts(), 32))
        dates = self._shared.dates()
        # Whoosh does not shift dates as it does other numbers.
        return NumberColumnReader(np.where(dates == UNDATED, np.uint64(2**64 - 1), dates.astype(np.uint64)))

    # Lengths.

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self._shared.lengths(fieldname)
        return default if lengths is None else int(lengths[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        lengths = self._shared.lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._shared.lengths(fieldname)
        return 0 if lengths is None or not len(lengths) else int(lengths.min())

    def max_field_length(self, fieldname: str) -> int:
        lengths = self._shared.lengths(fieldname)
        return 0 if lengths is None else int(lengths.max(initial=0))


def _to_whoosh_order(values: Ints, bits: int) -> AnyArray:
    """Numbers as Whoosh stores them: it makes signed numbers unsigned by adding 2**(bits - 1)."""
    return values.astype(np.uint64) + np.uint64(1 << (bits - 1))


class ValueColumnReader(ColumnReader):
    """Texts, as bytes."""

    def __init__(self, values: ValueColumn) -> None:
        self._values, self._doccount = values, len(values.ordinals)

    def __getitem__(self, docnum: int) -> bytes:
        return self._values.value(docnum)


class NumberColumnReader(ColumnReader):
    """Numbers as Whoosh sorts them (uint64)."""

    def __init__(self, numbers: AnyArray) -> None:
        self._numbers, self._doccount = numbers, len(numbers)
        self._reverse = False

    def __getitem__(self, docnum: int) -> int:
        return int(self._numbers[docnum])

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers.tolist())

    def sort_key(self, docnum: int) -> int:  # type: ignore[override]
        return -self[docnum] if self._reverse else self[docnum]

    def set_reverse(self) -> None:
        self._reverse = True
