"""Splits pages of many articles into their pieces, so that each is parsed on its own: a fault in
one does not lose the next, and memory stays bounded."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from searchkit.corpus.encoding_names import encoding_name
from searchkit.corpus.limits import format_size
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, Record, Unreadable
from searchkit.corpus.readers.utf8_streams import Rewound, Utf8Stream
from searchkit.corpus.source import ByteStream

MAX_PIECE_LENGTH = 4 * 2**20
"""Maximum size of an article with its markup, in bytes."""
_HEAD_LENGTH = 65536
_OVERLAP = 512
"""Number of bytes that are searched again, since a tag may be divided between two chunks."""
_CHARSET = re.compile(rb"""\bcharset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.I)
_WIDE = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Piece(NamedTuple):
    """An article of a page with its markup. `charset` is that of the page, or ""; `is_only` says
    that the page has no other; `fault` is what is wrong with it, or ""."""

    data: bytes
    charset: str
    is_only: bool
    fault: str = ""


def split_pieces(stream: ByteStream, beginnings: Sequence[re.Pattern[bytes]], max_length: int) -> Iterator[Piece]:
    """The pieces of a page that begin as one of `beginnings` has it: the first one of which there
    is any. What stands before them is skipped."""
    max_length = min(max_length, MAX_PIECE_LENGTH)
    before: Piece | None = None
    is_first = True
    for data, charset, fault in _split(stream, beginnings, max_length):
        if before is not None:
            yield before
            is_first = False
        before = Piece(data, charset, False, fault)
    if before is not None:
        yield before._replace(is_only=is_first)


def _split(stream: ByteStream, beginnings: Sequence[re.Pattern[bytes]], max_length: int) -> Iterator[tuple[bytes, str, str]]:
    too_large = f"the article is larger than {format_size(max_length)} with its markup; is the file damaged?"
    stream, charset = _utf_8_stream(stream)
    pattern: re.Pattern[bytes] | None = None
    head = pending = b""
    is_in_piece = False
    while chunk := stream.read(max(2**18, len(pending))):
        pending += chunk
        if len(head) < _HEAD_LENGTH:
            head += chunk[: _HEAD_LENGTH - len(head)]
        if pattern is None:
            pattern = next((one for one in beginnings if one.search(pending)), None)
        starts = [found.start() for found in pattern.finditer(pending)] if pattern is not None else []
        if starts:
            found = _CHARSET.search(head)
            charset = charset or (encoding_name(found[1].decode("ascii")) if found else "")
            if is_in_piece and starts[0] > 0:
                yield pending[: starts[0]], charset, ""
            for start, end in pairwise(starts):
                yield pending[start:end], charset, "" if end - start <= max_length else too_large
            pending, is_in_piece = pending[starts[-1] :], True
        if not is_in_piece:
            pending = pending[-_OVERLAP:]
        elif len(pending) > max_length:
            yield b"", charset, too_large
            pending, is_in_piece = pending[-_OVERLAP:], False
    if is_in_piece:
        yield pending, charset, ""


def _utf_8_stream(stream: ByteStream) -> tuple[ByteStream, str]:
    """The stream without a byte-order mark, and the encoding that this names, or "". UTF-16 is
    converted to UTF-8."""
    start = stream.read(3)
    mark, encoding = next(((mark, name) for mark, name in _WIDE if start.startswith(mark)), (b"", ""))
    if encoding in ("", "utf-8"):
        return Rewound(start[len(mark) :], stream), encoding
    return Utf8Stream(start, stream, encoding), "utf-8"


def read_pieces(
    stream: ByteStream,
    options: ReadOptions,
    beginnings: Sequence[re.Pattern[bytes]],
    parse: Callable[[str, bool, str], Draft],
    nothing: str,
) -> Iterator[Record]:
    """Read the articles of a page, one per piece (see `split_pieces`). `parse` is called with the
    order of ambiguous dates, whether the piece is the only one, and its markup. Raises Unreadable,
    with the message `nothing`, for a page without a piece."""
    is_empty = True
    for piece in split_pieces(stream, beginnings, options.limits.max_article):
        is_empty = False
        if piece.fault:
            yield Unreadable(piece.fault)
        else:
            yield Encoded(piece.data, partial(parse, options.date_order, piece.is_only), piece.charset)
    if is_empty:
        raise Unreadable(nothing)
