"""The lines of one article in a file of many, which are parsed together when its end is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from searchkit.control_characters import replace_controls
from searchkit.corpus.limits import format_size
from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Record, Unreadable
from searchkit.corpus.readers.export_fields import MAX_LINES, TOO_MANY_LINES

_UTF_8 = ("utf-8", 1.0)


class Chunk:
    """The lines of an article in UTF-8, from the one with the number `first` on."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.lines: list[bytes] = []
        self.size = 0
        self.encoding = _UTF_8
        self.is_too_large = False

    def add(self, line: bytes | None, encoding: tuple[str, float], max_size: int) -> None:
        """Add a line, or None for one that is too long. A chunk of more than `max_size` bytes keeps
        none."""
        self.size += max_size + 1 if line is None else len(line) + 1
        if self.is_too_large:
            return
        if line is None or self.size > max_size or len(self.lines) >= MAX_LINES:
            self.is_too_large = True
            self.lines.clear()
        else:
            self.lines.append(line)
        if encoding != _UTF_8:
            self.encoding = encoding

    @property
    def text(self) -> str:
        """The text of all lines."""
        return text_of_lines(self.lines)


def text_of_lines(lines: Sequence[bytes]) -> str:
    """The text of lines, without control characters."""
    return replace_controls(b"\n".join(lines).decode("utf-8", "replace"))


def split_at_returns(line: bytes) -> Sequence[bytes]:
    """A line without the carriage return at its end; the lines in it if they end with carriage
    returns only."""
    return line.rstrip(b"\r").split(b"\r") if b"\r" in line else (line,)


def chunk_records(
    lines: Lines, chunk: Chunk, options: ReadOptions, parse: Callable[[Sequence[bytes], str, bool], Draft], *, is_only: bool
) -> Iterator[Record]:
    """The record of a chunk. While it is yielded, `lines` has the number of its first line and the
    encoding of its own lines, not of those that were read since."""
    number, lines.number = lines.number, chunk.first
    encoding, lines.encoding = lines.encoding, chunk.encoding
    if chunk.is_too_large:
        size = options.limits.max_article
        too_large = f"the article is larger than {format_size(size)}; if it is one, raise --max-article"
        yield Unreadable(too_large if chunk.size > size else TOO_MANY_LINES)
    else:
        yield partial(parse, tuple(chunk.lines), options.date_order, is_only)
    lines.number, lines.encoding = number, encoding
