"""Reads Parquet: one article per row, batch by batch.

Columns of a batch are converted when a record of the own share needs them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from searchkit.control_characters import has_controls
from searchkit.corpus.blocks import TEXT_MAY_HOLD_HTML, may_hold_controls
from searchkit.corpus.key_sets import may_have_text, no_text_reason
from searchkit.corpus.limits import MB, format_size
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import KeyedRecord, Record, Unreadable
from searchkit.corpus.readers.binary_values import decode_values

MAX_BATCH_ROWS = 1024
AT_ONCE = 64
"""Number of rows that are converted together; as many as belong to one share."""
MAX_BATCH_BYTES = 16 * MB
"""Number of bytes of a batch that is not read in smaller ones."""
MAX_COLUMNS = 10_000
MAX_METADATA = 64 * MB
"""Maximum size in bytes of what a file says of its columns and row groups."""

Convert = Callable[[Any], Any] | None


def read_parquet(file: IO[bytes], options: ReadOptions) -> Iterator[Record]:
    """Read the rows of a file."""
    try:
        yield from _Reader(file, options).records()
    except (pa.ArrowException, OSError, ValueError, NotImplementedError, OverflowError, MemoryError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"it is no Parquet file, or damaged: {_one_line(error)}") from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


class _Reader:
    def __init__(self, file: IO[bytes], options: ReadOptions) -> None:
        self._options = options
        self._longest = options.limits.max_article
        _check_footer(file)
        self._file = pq.ParquetFile(
            file,
            pre_buffer=False,
            buffer_size=MB,
            thrift_string_size_limit=MAX_METADATA,
            thrift_container_size_limit=1_000_000,
        )
        names = self._file.schema_arrow.names
        if len(names) > MAX_COLUMNS:
            raise Unreadable(f"it has {len(names):,} columns, more than {MAX_COLUMNS:,}; is it a table of articles?")
        if not may_have_text(names, options.map):
            raise Unreadable(no_text_reason(names))

    def records(self) -> Iterator[Record]:
        number = 0
        for group in range(self._file.num_row_groups):
            rows = self._batch_rows(group)
            for batch in self._file.iter_batches(batch_size=rows, row_groups=[group], use_threads=False):
                if batch.nbytes > rows * self._longest:
                    raise Unreadable(f"its rows are longer than {format_size(self._longest)}; raise --max-article")
                for start in range(0, batch.num_rows, AT_ONCE):
                    some = _Rows(batch.slice(start, AT_ONCE), self._options)
                    for at in range(some.batch.num_rows):
                        number += 1
                        yield partial(some.record, at, number)

    def _batch_rows(self, group: int) -> int:
        """The number of rows of a batch: fewer if they are long. A text that a dictionary repeats
        may be as long as the group, so large groups are read in smaller batches.

        Sizes of columns are not asked for: with damaged statistics pyarrow ends the process.
        """
        found = self._file.metadata.row_group(group)
        rows: int = MAX_BATCH_BYTES // max(1, found.total_byte_size // max(1, found.num_rows))
        most = MAX_BATCH_ROWS if found.total_byte_size <= MB else MAX_BATCH_ROWS // 4
        return max(1, min(most, rows))


class _Rows:
    """Some rows, which are converted when the first of them is asked for."""

    def __init__(self, batch: pa.RecordBatch, options: ReadOptions) -> None:
        self.batch, self._options = batch, options
        self._has_bytes = any("binary" in str(kind) for kind in batch.schema.types)
        self._names: tuple[str, ...] = ()
        self._rows: list[tuple[Any, ...]] | None = None
        self._with_controls: list[int] = []
        self._with_html: list[int] = []
        """The numbers of the columns that may hold control characters, and HTML."""

    def record(self, at: int, number: int) -> KeyedRecord:
        """The record of a row."""
        location = f"row {number}"
        if self._rows is None:
            try:
                self._convert()
            except (pa.ArrowException, ValueError, OverflowError, NotImplementedError) as error:
                raise Unreadable(f"the row cannot be read: {_one_line(error)}", location) from error
        assert self._rows is not None
        row = self._rows[at]
        is_plain = True
        for column in self._with_html:
            value = row[column]
            if type(value) is str:
                if "<" in value and TEXT_MAY_HOLD_HTML.search(value):
                    is_plain = False
            elif _holds(value, _may_hold_html):
                is_plain = False
        if self._with_controls and any(_holds(row[column], has_controls) for column in self._with_controls):
            is_plain = False
        values = dict(zip(self._names, row, strict=True))
        if not self._has_bytes:
            return KeyedRecord(values, is_plain, (), location)
        decoded, warnings = decode_values(values, self._options)
        return KeyedRecord(decoded, is_plain, warnings, location)

    def _convert(self) -> None:
        names: dict[str, None] = {}
        columns = []
        for name, column in zip(self.batch.schema.names, self.batch.columns, strict=True):
            key, again = name, 2
            while key in names:
                key, again = f"{name} ({again})", again + 1
            names[key] = None
            columns.append(_values(column))
        self._names = tuple(names)
        signs = list(map(_signs_in, self.batch.columns))
        self._with_controls = [at for at, (is_found, _) in enumerate(signs) if is_found]
        self._with_html = [at for at, (_, is_found) in enumerate(signs) if is_found]
        self._rows = list(zip(*columns, strict=True))


def _check_footer(file: IO[bytes]) -> None:
    """Refuse a file whose metadata is too large, before it is parsed."""
    file.seek(-8, 2)
    end = file.read(8)
    if end[4:] == b"PARE":
        raise Unreadable("it is encrypted; decrypt it first")
    if end[4:] != b"PAR1":
        raise Unreadable("it has no end of a Parquet file; is it cut off?")
    if int.from_bytes(end[:4], "little") > MAX_METADATA:
        raise Unreadable(f"its metadata takes more than {format_size(MAX_METADATA)}; is it a table of articles?")
    file.seek(0)


def _signs_in(column: pa.Array) -> tuple[bool, bool]:
    """Whether texts of a column may hold control characters, and HTML."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = _text_data(column)[0]
        return b"\r" in text or may_hold_controls(text), 0x3C in text
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _signs_in(column.flatten())
    if pa.types.is_dictionary(kind):
        return _signs_in(column.dictionary)
    is_plain = pa.types.is_integer(kind) or pa.types.is_temporal(kind) or pa.types.is_floating(kind)
    return not is_plain, not is_plain


def _text_data(column: pa.Array) -> tuple[bytes, list[int]]:
    """The bytes of all texts of a column, and the offsets at which they begin and end."""
    _, buffer, data = column.buffers()
    if data is None or not len(column):
        return b"", [0] * (len(column) + 1)
    view = memoryview(buffer)
    whole = view.cast("q") if pa.types.is_large_string(column.type) else view.cast("i")
    offsets = whole[column.offset : column.offset + len(column) + 1].tolist()
    first = offsets[0]
    return memoryview(data)[first : offsets[-1]].tobytes(), [offset - first for offset in offsets] if first else offsets


def _texts(column: pa.Array) -> list[str]:
    """The values of a column of texts without nulls, in a third of the time of `to_pylist`."""
    data, offsets = _text_data(column)
    if data.isascii():
        text = data.decode("ascii")
        return [text[start:end] for start, end in pairwise(offsets)]
    return [data[start:end].decode() for start, end in pairwise(offsets)]


def _holds(value: Any, has_sign: Callable[[str], bool]) -> bool:
    """Whether a value is or holds a text with a sign; an object may."""
    if type(value) is str:
        return has_sign(value)
    if type(value) is list:
        return any(_holds(one, has_sign) for one in value)
    return value is not None


def _may_hold_html(text: str) -> bool:
    return "<" in text and TEXT_MAY_HOLD_HTML.search(text) is not None


def _values(column: pa.Array) -> list[Any]:
    """The values of a column, as JSON has them, or bytes."""
    kind = column.type
    if not column.null_count and (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return _texts(column)
    if not column.null_count and (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        items = _values(column.flatten())
        ends = column.offsets.to_pylist()
        return [items[start - ends[0] : end - ends[0]] for start, end in pairwise(ends)]
    if pa.types.is_dictionary(kind):
        distinct = _values(column.dictionary)
        return [None if at is None else distinct[at] for at in column.indices.to_pylist()]
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    elif pa.types.is_duration(kind) or pa.types.is_time(kind) or pa.types.is_interval(kind):
        column = column.cast(pa.string()) if not pa.types.is_interval(kind) else column
    values = column.to_pylist()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return values  # type: ignore[no-any-return]
    return [_json_value(value) for value in values]


def _json_value(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _json_value(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        if value and all(isinstance(one, tuple) and len(one) == 2 for one in value):  # a map
            return {str(key): _json_value(one) for key, one in value}
        return [_json_value(one) for one in value]
    return value if value is None or isinstance(value, str | bytes | int | bool) else str(value)
