"""Reads workbooks of Excel: one article per row of each sheet, under the names of its columns.

`.xlsx` is read row by row by openpyxl, `.xls` by xlrd. Libraries that are faster read a sheet into
a rectangle in memory, so a file with two cells far apart would exhaust it.
"""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import IO, Any

import openpyxl
import xlrd
from openpyxl.utils.exceptions import InvalidFileException

from searchkit.corpus.document_signatures import OLE
from searchkit.corpus.key_sets import may_have_text
from searchkit.corpus.limits import MB, format_size
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import KeyedRecord, NoArticle, Record, Unreadable
from searchkit.corpus.readers.csv_dialect import find_names, known_keys, looks_like_names, make_keys

MAX_SHEETS = 1000
MAX_COLUMNS = 1000
"""Of a row with more cells the blank ones are left out."""
MAX_BLANK_ROWS = 2_000_000
"""Maximum number of blank rows of a workbook; a sheet may have half as many."""
MAX_SHARED_STRINGS = 512 * MB
"""Maximum size in bytes of the texts of a workbook, which are kept in memory."""
MAX_MEMBER = 4096 * MB
MAX_RATIO = 500
"""Maximum ratio of unpacked to packed size of a member of more than a megabyte."""
MAX_MEMBERS = 10_000
MAX_XLS_SIZE = 256 * MB
_SAMPLE_ROWS = 30

Row = list[Any]


def read_xlsx(file: IO[bytes], options: ReadOptions) -> Iterator[Record]:
    """Read the rows of the sheets of a workbook."""
    _check_members(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        try:
            if len(book.worksheets) > MAX_SHEETS:
                raise Unreadable(f"it has {len(book.worksheets):,} sheets, more than {MAX_SHEETS:,}")
            sheets = _Sheets(len(book.worksheets), options)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # which may say less than there is
                rows = _silently(sheet.iter_rows(values_only=True))
                yield from sheets.records(sheet.title, rows, is_hidden=sheet.sheet_state != "visible")
            yield from sheets.notes()
        finally:
            book.close()
    except Unreadable:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise Unreadable(f"it is no workbook of Excel, or damaged: {_one_line(error)}") from error
    except Exception as error:  # parsers of XML have exceptions of their own
        raise Unreadable(f"the workbook cannot be read: {_one_line(error)}") from error


def read_xls(file: IO[bytes], options: ReadOptions) -> Iterator[Record]:
    """Read the rows of the sheets of a workbook in the form of Excel 97 to 2003."""
    data = file.read(MAX_XLS_SIZE + 1)
    if not data:
        raise Unreadable("the file is empty")
    if len(data) > MAX_XLS_SIZE:
        raise Unreadable(f"it is larger than {format_size(MAX_XLS_SIZE)}; save it as .xlsx")
    try:
        book = xlrd.open_workbook(file_contents=data, on_demand=True, ragged_rows=True, logfile=_Silent())
        sheets = _Sheets(book.nsheets, options)
        for name in book.sheet_names():
            sheet = book.sheet_by_name(name)
            rows = ([_xls_value(cell, book.datemode) for cell in sheet.row(at)] for at in range(sheet.nrows))
            yield from sheets.records(name, rows, is_hidden=sheet.visibility != 0)
            book.unload_sheet(name)
        yield from sheets.notes()
    except Unreadable:
        raise
    except Exception as error:  # xlrd raises whatever its parsing of damaged data runs into
        text = _one_line(error)
        if "encrypted" in text.lower():
            raise Unreadable("it is protected by a password; remove it first") from error
        raise Unreadable(f"it is no workbook of Excel, or damaged: {text}") from error


def _silently(rows: Iterator[Any]) -> Iterator[Any]:
    """The rows, without the warnings of openpyxl of styles and dates."""
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            row = next(rows, None)
        if row is None:
            return
        yield row


class _Silent:
    """Takes what xlrd prints."""

    def write(self, text: str) -> int:
        return len(text)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _check_members(file: IO[bytes]) -> None:
    """Refuse a workbook that unpacks to too much."""
    file.seek(0)
    if file.read(len(OLE)) == OLE:
        raise Unreadable("it is protected by a password, or in the old form of Excel; save it as .xlsx without a password")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(f"it is no workbook of Excel, or cut off: {_one_line(error)}") from error
    if len(members) > MAX_MEMBERS:
        raise Unreadable(f"it has {len(members):,} parts, more than {MAX_MEMBERS:,}")
    for member in members:
        # All but the sheets are read into memory.
        largest = MAX_MEMBER if "/worksheets/" in member.filename.lower() else MAX_SHARED_STRINGS
        if member.file_size > largest:
            raise Unreadable(
                f'its part "{member.filename[:80]}" unpacks to more than {format_size(largest)}; save it as CSV'
            )
        if member.file_size > MB and member.file_size > MAX_RATIO * max(1, member.compress_size):
            raise Unreadable(
                f'its part "{member.filename[:80]}" unpacks to more than {MAX_RATIO} times its size; save it as CSV'
            )
    file.seek(0)


class _Sheets:
    """Makes records of the sheets of a workbook, and notes what is passed over."""

    def __init__(self, count: int, options: ReadOptions) -> None:
        self._is_one_of_many, self._options = count > 1, options
        self._notes: list[str] = []
        self._has_read = False
        self._blank_rows = 0

    def records(self, name: str, rows: Iterable[Iterable[Any]], *, is_hidden: bool) -> Iterator[Record]:
        """The records of a sheet; none of one that is hidden, or without usual names of columns if
        there are others."""
        found = self._numbered(name, rows)
        sample = [row for _, row in zip(range(1 if is_hidden else _SAMPLE_ROWS), found, strict=False)]
        if not sample:
            return
        if is_hidden:
            self._notes.append(f'the sheet "{name}" is hidden')
            return
        mapped = [key for _, key in self._options.map]
        texts = [["" if value is None else str(value) for value in row] for _, row in sample]
        width = max(map(len, texts))
        at = find_names([(row, 0) for row in texts], width, known_keys(mapped))
        if at is None and looks_like_names(texts[0]):
            at = 0
        numbers = {key for key in mapped if key.isdecimal()}
        if at is not None:
            numbers -= {text.strip() for text in texts[at]}
        head = texts[at] if at is not None else []
        keys = make_keys([*head, *[""] * (width - len(head))], numbers)
        if at is None and not numbers and not self._is_one_of_many:
            raise Unreadable("its first row names no columns; name those that hold fields by number, such as --map body=2")
        if not may_have_text(keys, self._options.map):
            self._notes.append(f'the sheet "{name}" has no column with a usual name of a title or a text')
            return
        self._has_read = True
        if at:
            self._notes.append(f'in the sheet "{name}" lines stand before the names of the columns')
        start = 0 if at is None else at + 1
        for number, row in chain(sample[start:], found):
            yield partial(_parse, keys, row, name if self._is_one_of_many else "", number)

    def notes(self) -> Iterator[Record]:
        """What was passed over. Raises Unreadable if no sheet was read."""
        if self._notes and not self._has_read:
            raise Unreadable(f"{'; '.join(self._notes[:5])}; name those that hold fields, such as --map body=Text")
        yield from map(NoArticle, self._notes)

    def _numbered(self, name: str, rows: Iterable[Iterable[Any]]) -> Iterator[tuple[int, Row]]:
        """The rows with a value, each with its number and without empty cells at its end."""
        for number, cells in enumerate(rows, 1):
            row = list(cells)
            while row and row[-1] in (None, ""):
                row.pop()
            if row:
                yield number, row
            else:
                self._blank_rows += 1
                if self._blank_rows > MAX_BLANK_ROWS:
                    raise Unreadable(
                        f'it holds {MAX_BLANK_ROWS:,} blank rows up to one in the sheet "{name}"; save it as CSV'
                    )


def _parse(keys: tuple[str, ...], row: Row, sheet: str, number: int) -> KeyedRecord:
    location = f'sheet "{sheet}", row {number}' if sheet else f"row {number}"
    if len(row) > len(keys):
        keys = (*keys, *(f"column {at}" for at in range(len(keys) + 1, len(row) + 1)))
    is_wide = len(row) > MAX_COLUMNS
    values = {key: _json_value(value) for key, value in zip(keys, row, strict=False) if not (is_wide and value is None)}
    return KeyedRecord(values, location=location)


def _json_value(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)  # Excel has no whole numbers
    if isinstance(value, str):
        return "" if value.startswith("#") and value in _ERRORS else value.replace("_x000D_", "")
    return value if value is None or isinstance(value, int | float) else str(value)


_ERRORS = frozenset(["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"])
"""What a formula gives that fails."""


def _xls_value(cell: Any, datemode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return None if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value
