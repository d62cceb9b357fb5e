"""Groups the lines of a file to records that span several lines, as text exports have them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from searchkit.control_characters import replace_controls
from searchkit.corpus.limits import format_size
from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, LeftOut, Record, Unreadable
from searchkit.read_warnings import MAX_TEXT_LENGTH

_STRAY = (("stray-bytes", "bytes that stand for nothing"),)
_UTF_8 = ("utf-8", 1.0)
MAX_LINES = 1_000_000
"""Maximum number of lines of a record. A file of line feeds would take too much memory
otherwise."""


class RecordCollector:
    """Collects the lines of the current record. The reader iterates over `texts`, calls `add` for
    each line that belongs to the record, and yields what `take` returns at its end.

    A record is located by its first line. It keeps the encoding of its first line that is not in
    UTF-8. A record that is too long is read to its end, and reported.
    """

    def __init__(self, lines: Lines, options: ReadOptions) -> None:
        self._lines = lines
        self._max_size = options.limits.max_article
        self._is_stray = False
        self._line_number, self._line_encoding = 0, _UTF_8  # of the current line: `take` changes those of `Lines`
        self._left_out = LeftOut("")
        self._clear()

    def _clear(self) -> None:
        self.texts: list[str] = []
        """The lines of the current record so far."""
        self._number, self._encoding, self._size = 0, _UTF_8, 0
        self._has_stray = self._is_too_long = False

    def __iter__(self) -> Iterator[str]:
        """All lines of the file, without control characters. A carriage return alone ends a line
        too. A line that is too long is one blank, and its record is reported."""
        for line in self._lines:
            self._line_number, self._line_encoding = self._lines.number, self._lines.encoding
            if line is None:
                self._is_too_long = True
                yield " "
                continue
            try:
                text, self._is_stray = line.decode(), False
            except UnicodeDecodeError:
                text, self._is_stray = line.decode("utf-8", "replace"), True
            text = replace_controls(text.removesuffix("\r"))
            yield from text.split("\n") if "\n" in text else (text,)

    @property
    def has_lines(self) -> bool:
        """Whether the current record has any line, or had too many."""
        return bool(self.texts) or self._is_too_long

    def add(self, text: str) -> None:
        """Add a line, which is the current one, to the record."""
        if not self._number:
            self._number = self._line_number
        if self._encoding == _UTF_8:
            self._encoding = self._line_encoding
        self._has_stray |= self._is_stray
        self._size += len(text) + 1
        if self._size > self._max_size or len(self.texts) >= MAX_LINES:
            self._is_too_long = True
            self.texts.clear()
        else:
            self.texts.append(text)

    def leave_out(self, text: str) -> None:
        """Note a line, which is the current one, that belongs to no record. One without letters is
        no text."""
        found = self._left_out
        if len(found.text) < MAX_TEXT_LENGTH and any(map(str.isalpha, text)):
            self._left_out = LeftOut(f"{found.text}\n{text}".strip(), found.location or f"line {self._line_number}")

    def take_left_out(self) -> Iterator[LeftOut]:
        """What belongs to no record since the last call, if anything."""
        if self._left_out.text:
            yield self._left_out
            self._left_out = LeftOut("")

    def take(self, parse: Callable[[list[str]], Draft]) -> Record:
        """The record of the lines added so far; the next one begins without any."""
        texts, number, encoding = self.texts, self._number, self._encoding
        has_stray, is_too_long = self._has_stray, self._is_too_long
        self._clear()
        # The next line sets both again.
        self._lines.number, self._lines.encoding = number or self._line_number, encoding
        if is_too_long:
            limit = format_size(self._max_size)
            return Unreadable(
                f"the record is longer than {limit} or {MAX_LINES:,} lines; if it is one article, raise --max-article"
            )
        return partial(_parse, parse, texts, has_stray)


def _parse(parse: Callable[[list[str]], Draft], texts: list[str], has_stray: bool) -> Draft:
    draft = parse(texts)
    if has_stray:
        draft.warnings = (*draft.warnings, *_STRAY)
    return draft
