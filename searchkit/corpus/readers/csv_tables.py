"""Reads tables in text, CSV and TSV: one article per row, under the names of the columns.

Where quotes stand only around whole fields, rows are split by methods of strings, a block at once;
the module `csv` would take five times as long. It parses the rows that are written otherwise.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from functools import partial

from searchkit.control_characters import has_controls
from searchkit.corpus.blocks import TEXT_MAY_HOLD_HTML, Blocks, may_hold_controls
from searchkit.corpus.limits import MB, format_size
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import KeyedRecord, NoArticle, Record, Unreadable
from searchkit.corpus.readers.csv_dialect import Dialect, find_layout, long_fields, unescape

MAX_READ_AGAIN = 256 * MB
"""Maximum number of characters of a file that are read again behind quotes that are never
closed."""
MAX_LINES_AFTER = 1000
"""Maximum number of lines that are searched for the end of a quote when that many were read
again."""
MAX_COLUMNS = 10_000
_SAMPLE_LENGTH = 2**16
_PORTION = 2**18
"""Number of characters that are split at once."""
_NULLS = frozenset(["NULL", "NA", "\\N", "NaN", "nan", "NaT", "None", "<NA>"])
"""How databases, R and pandas write that a field has no value."""
_LONGEST_NULL = max(map(len, _NULLS))
_NO_SIGN = "\ufffe"
"""Stands for a quote or separator where a table has none: no text holds it."""
_SURROGATE = re.compile("[\ud800-\udfff]")

Row = list[str] | str
"""The fields of a row, or what is wrong with it."""


def read_csv(blocks: Blocks, options: ReadOptions) -> Iterator[Record]:
    """Read the rows of a table."""
    return _Table(blocks, options).records()


class _Table:
    """The text of a table that was read and not yet used, and how to make rows of it."""

    def __init__(self, blocks: Blocks, options: ReadOptions) -> None:
        self._options = options
        self._longest = options.limits.max_article
        self._blocks = iter(blocks)
        self._text = ""
        self._at = 0
        """The offset in `_text` of what is not used yet."""
        self._line = 1
        """The number of the line in which that begins."""
        self._has_more = True
        self._line_ends = io.IncrementalNewlineDecoder(None, translate=True)
        self._has_returns = False
        """Whether carriage returns stand in the file."""
        self._ends_in_returns = False
        """Whether they end its lines, without line feeds."""
        self._may_hold_controls = self._may_hold_html = self._is_binary = False
        """What holds of any part of `_text`."""
        self._is_unusual = False
        self._ahead = 0
        self._can_read_again = MAX_READ_AGAIN
        self._dialect = Dialect(",")
        self._keys: tuple[str, ...] = ()

    def records(self) -> Iterator[Record]:
        while len(self._text) < _SAMPLE_LENGTH and self._read_more():
            pass
        ends = self._text.split("\n")
        ends.pop()
        lines = [end.removesuffix("\r") for end in ends] if self._has_returns else ends
        if not any(lines):
            return
        if self._is_binary or "\0" in self._text:
            raise Unreadable("binary data, not text")
        with long_fields(self._longest):
            layout = find_layout(lines, self._options.map, is_whole=not self._has_more)
        if len(layout.keys) > MAX_COLUMNS:
            raise Unreadable(f"it has {len(layout.keys):,} columns, more than {MAX_COLUMNS:,}; is it a table of articles?")
        self._dialect, self._keys = layout.dialect, layout.keys
        if len(layout.keys) == 1:
            self._dialect = layout.dialect._replace(delimiter=_NO_SIGN)
        self._at, self._line = sum(map(len, ends[: layout.start])) + layout.start, layout.start + 1
        del lines, ends
        if layout.preamble:
            yield NoArticle("lines stand before the names of the columns")
        yield from self._records()

    def _records(self) -> Iterator[Record]:
        is_usual = not (self._dialect.skips_blanks or self._dialect.escape)
        portion = _PORTION
        while self._at < len(self._text) or self._read_more():
            at = self._at
            if is_usual:
                for row, line in self._usual_rows(portion):
                    yield self._record(row, line)
            # What is left is an unusual row, or one that has not ended.
            left = len(self._text) - self._at
            if is_usual and not self._is_unusual and left <= self._longest:
                if left > portion and self._at == at:
                    portion *= 2
                    continue
                if left > portion or left == 0 or self._read_more():
                    portion = portion if self._at == at else _PORTION
                    continue
            line = self._line
            row = self._unusual_row()
            if row:
                yield self._record(row, line)

    def _record(self, row: Row, line: int) -> Record:
        if isinstance(row, str):
            return Unreadable(row, f"line {line}")
        return partial(self._parse, row, line, self._may_hold_controls, self._may_hold_html)

    def _parse(self, row: list[str], line: int, may_hold_controls: bool, may_hold_html: bool) -> KeyedRecord:
        if self._is_binary and any(map(_SURROGATE.search, row)):
            raise Unreadable("binary data, not text", f"line {line}")
        if self._dialect.unescapes:
            row = ["" if value == "\\N" else unescape(value) if "\\" in value else value for value in row]
            may_hold_controls = True
        is_plain, has_nulls, has_returns = not (may_hold_controls and any(map(has_controls, row))), False, self._has_returns
        for value in row:
            if len(value) <= _LONGEST_NULL and value in _NULLS:
                has_nulls = True
            elif (has_returns and "\r" in value) or (may_hold_html and "<" in value and TEXT_MAY_HOLD_HTML.search(value)):
                is_plain = False
        if has_nulls:
            row = ["" if value in _NULLS else value for value in row]
        width = len(self._keys)
        warnings = (("short-rows", f"{len(row)} of {width}"),) if len(row) < width else ()
        return KeyedRecord(dict(zip(self._keys, row, strict=False)), is_plain, warnings, f"line {line}")

    def _read_more(self) -> bool:
        """Add blocks to the text, half of its length and at least one. False at the end of the
        file."""
        if not self._has_more:
            return False
        rest = self._text[self._at :]
        if not rest:
            self._may_hold_controls = self._may_hold_html = self._is_binary = False
        texts, length = [rest], 0
        while length <= len(rest) // 2:
            block = next(self._blocks, None)
            if block is None:
                self._has_more = False
                if texts[-1] and not texts[-1].endswith("\n"):
                    texts.append("\n")
                break
            texts.append(self._to_text(block))
            length += len(texts[-1])
        self._text, self._at = "".join(texts), 0
        return len(self._text) > len(rest)

    def _to_text(self, block: bytes) -> str:
        self._may_hold_controls |= may_hold_controls(block)
        self._may_hold_html |= 0x3C in block
        try:
            text = block.decode()
        except UnicodeDecodeError:
            self._is_binary = True
            text = block.decode("utf-8", "surrogateescape")
        if not self._has_returns:
            self._has_returns = b"\r" in block
            self._ends_in_returns = self._has_returns and b"\n" not in block
        if self._ends_in_returns:
            text = self._line_ends.decode(text)
        return text

    def _usual_rows(self, portion: int) -> Iterator[tuple[Row, int]]:
        """The rows of a portion of the text, up to the first with quotes not around whole fields
        (which makes it `_is_unusual`), or that has not ended."""
        delimiter, quote, width = self._dialect.delimiter, self._dialect.quote or _NO_SIGN, len(self._keys)
        text, has_returns = self._text, self._has_returns
        if self._at or len(text) > portion:
            text = text[self._at : self._at + portion]
        pieces = text.split(quote)  # every second one is inside quotes
        last = len(pieces) - 1
        row: list[str] = []
        field = ""
        line = self._line  # that of the end of the last piece
        first_line, begin, offset = line, 0, 0  # of the row: its line, the piece that it begins in, the offset there
        self._is_unusual = False
        for at in range(0, last + 1, 2):
            piece = pieces[at]
            if at:
                if not piece and at < last:  # a doubled quote
                    field += quote + pieces[at + 1]
                    line += pieces[at + 1].count("\n")
                    continue
                row.append(field)
            ends = (piece.replace("\r\n", "\n") if has_returns else piece).split("\n")
            if not at:
                row = ends[0].split(delimiter)
            elif ends[0]:
                cells = ends[0].split(delimiter)
                if cells[0]:
                    self._is_unusual = True
                    break
                row += cells[1:]
            if len(ends) > 1:
                found = row if len(row) == width > 1 else self._fit(row)
                if found:
                    yield found, first_line
                for end in ends[1:-1]:
                    line += 1
                    row = end.split(delimiter)
                    found = row if len(row) == width > 1 else self._fit(row)
                    if found:
                        yield found, line
                line += 1
                row = ends[-1].split(delimiter)
                first_line, begin, offset = line, at, len(piece) - len(ends[-1])
            if at < last:
                if row.pop():
                    self._is_unusual = True
                    break
                field = pieces[at + 1]
                line += field.count("\n")
        self._at += sum(map(len, pieces[:begin])) + begin + offset
        self._line = first_line

    def _fit(self, row: list[str]) -> Row:
        """The fields of a row for the columns of the table; nothing for a blank line.

        Empty fields at the end may be missing, but a line without a separator is no row.
        """
        width = len(self._keys)
        if len(row) == 1 and (not row[0] or row[0].isspace()):
            return []
        if len(row) >= min(width, 2) and not any(row[width:]):
            return row[:width]
        reason = f"the row has {len(row)} field{'s' * (len(row) != 1)}, the table {width} columns"
        return f"{reason}; are separators and line ends inside of fields in quotes?"

    def _unusual_row(self) -> Row:
        """The row that begins here, parsed by `csv`; what is wrong with it; nothing for a blank
        line."""
        width, dialect = len(self._keys), self._dialect
        parser = dialect.parse(self._lines_ahead())
        try:
            with long_fields(self._longest):
                row = self._fit(next(parser))
        except (csv.Error, StopIteration):
            self._can_read_again -= self._ahead
        else:
            self._use(self._ahead)
            return row
        # The line, or the lines up to an even number of quotes.
        lines: list[str] = []
        for line in self._lines_ahead(MAX_LINES_AFTER):
            lines.append(line)
            if len(lines) > 1 and sum(one.count(dialect.quote) for one in lines) % 2:
                continue
            found = self._split_loosely("".join(lines).rstrip("\r\n")) if dialect.quote else None
            if found is not None and len(found) == width:
                self._use(self._ahead)
                return found
            if len(lines) > 1:
                break
        first = lines[0] if lines else self._text[self._at : self._at + self._longest]
        self._use(len(first))
        if not lines:
            return f"the line is longer than {format_size(self._longest)}; if it is one article, raise --max-article"
        if dialect.quote and first.count(dialect.quote) % 2 and self._at == len(self._text) and not self._read_more():
            return "a quote in the last row is never closed; is the file cut off?"
        plain = first.rstrip("\r\n").split(dialect.delimiter)
        if len(plain) == width:
            return plain
        return "the quotes of the row do not match, so its fields cannot be told apart; double the quotes inside of it"

    def _use(self, length: int) -> None:
        self._line += self._text.count("\n", self._at, self._at + length)
        self._at += length

    def _lines_ahead(self, max_lines: int = 0) -> Iterator[str]:
        """The next lines, with their ends, up to the length of the longest article; `_ahead` is
        their length so far."""
        self._ahead = count = 0
        if self._can_read_again < 0:
            max_lines = MAX_LINES_AFTER
        while self._ahead <= self._longest and not count >= max_lines > 0:
            begin = self._at + self._ahead
            end = self._text.find("\n", begin)
            if end >= 0:
                count += 1
                self._ahead += end + 1 - begin
                yield self._text[begin : end + 1]
            elif len(self._text) - begin > self._longest or not self._read_more():
                return

    def _split_loosely(self, text: str) -> list[str] | None:
        """The fields of a row whose quotes are not doubled: a quote ends a field only where a
        separator follows it."""
        delimiter, quote = map(re.escape, (self._dialect.delimiter, self._dialect.quote))
        field = re.compile(
            rf"{quote}((?:[^{quote}]++|{quote}{quote}(?!{delimiter}|\Z)|{quote}(?!{delimiter}|\Z))*+){quote}(?={delimiter}|\Z)"
            rf"|([^{delimiter}]*+)"
        )
        row, at = [], 0
        while True:
            found = field.match(text, at)
            if found is None:
                return None
            value = found[2] if found[1] is None else found[1].replace(2 * self._dialect.quote, self._dialect.quote)
            if found[1] is None and "\n" in value:
                return None
            row.append(value)
            at = found.end() + 1
            if at > len(text):
                return row
