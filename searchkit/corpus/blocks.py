"""Reads a file of text in blocks in UTF-8, for formats whose records may span lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from searchkit.corpus.html_text import MAY_HOLD_HTML
from searchkit.corpus.limits import format_size
from searchkit.corpus.lines import Lines, has_escapes, is_utf_8

_CUTS = (b"\r", b" ", b",", b'"')
"""Where a block is cut that holds no line feed: no byte of these is part of a character of several
bytes."""
_CONTROLS = bytes((*range(9), 11, 12, *range(14, 32), 127))
TEXT_MAY_HOLD_HTML = re.compile(MAY_HOLD_HTML.pattern.decode())
"""MAY_HOLD_HTML for a string."""
_WIDE_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")


class Blocks(Lines):
    """The text of a file in UTF-8, in blocks that end with a line feed, or elsewhere in very long
    lines.

    `encoding` is the encoding that the current block was decoded from. A line that is no text in
    any encoding stays as it is: such a block is not valid UTF-8.
    """

    chunk_size = 2**17
    """A block that a cache of the processor holds is read in two thirds of the time."""

    def __iter__(self) -> Iterator[bytes]:
        chunks, is_wide = self._open()
        is_first = True
        for block in _cut_blocks(chunks, self._source.options.limits.max_article):
            if block is None:
                longest = format_size(self._source.options.limits.max_article)
                self._fail(f"it holds more than {longest} without a blank or the end of a line; is it a text?")
                return
            if is_first:
                block = block.removeprefix(codecs.BOM_UTF8)
            if is_wide:
                yield block
            elif not self._root_encoding and (
                (block.isascii() or is_utf_8(block)) and not (self._found_escapes and has_escapes(block))
            ):
                self.encoding = ("utf-8", 1.0)
                yield block
            else:
                yield from self._convert_lines(block)
            is_first = False
        self._report_warnings()

    def _convert_lines(self, block: bytes) -> Iterator[bytes]:
        """Convert the lines of a block one by one; neighbours in one encoding are yielded
        together."""
        same: list[bytes] = []
        before = self.encoding
        for line in _lines_of(block):
            text = line.removesuffix(b"\n")
            converted = self._to_utf_8(text, 0) + line[len(text) :]
            if line.isascii() and converted == line:
                self.encoding = before  # such a line is the same in all encodings
            if same and self.encoding != before:
                found, self.encoding = self.encoding, before
                yield b"".join(same)
                same, self.encoding = [], found
            before = self.encoding
            same.append(converted)
        yield b"".join(same)

    def _describe(self, count: int, first: int) -> str:
        return f"{count:,} line{'s' * (count > 1)}"


def may_hold_controls(text: bytes) -> bool:
    """Whether a text in UTF-8 holds a control character that is replaced, other than carriage
    returns."""
    if any(code in text for code in _CONTROLS):  # twice as fast as `translate`
        return True
    return not text.isascii() and _WIDE_CONTROLS.search(text) is not None


def _lines_of(block: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in block.split(b"\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _cut_blocks(chunks: Iterator[bytes], max_length: int) -> Iterator[bytes | None]:
    """Cut chunks behind their last line feed, or behind another byte where they hold none. None
    stands for a run of more than `max_length` bytes that cannot be cut."""
    pending: list[bytes] = []
    length = 0
    for chunk in chunks:
        end = chunk.rfind(b"\n") + 1 or max(map(chunk.rfind, _CUTS)) + 1
        if end:
            yield b"".join([*pending, chunk[:end]])
            pending, length = [], 0
        pending.append(chunk[end:])
        length += len(chunk) - end
        if length > max_length:
            yield None
            return
    if length:
        yield b"".join(pending)
