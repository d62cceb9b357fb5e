"""Splits an mbox file into its messages, with the memory of the largest.

The line that begins a message has a sender and a date, an empty line stands before it, and a field
of a header behind. A line of a text that begins with "From" has none of these; `mailbox` of the
standard library would begin a message with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.corpus.archive_signatures import HEADER_LINE, MBOX_LINE
from searchkit.corpus.limits import format_size
from searchkit.corpus.source import ByteStream

_CHUNK = 2**20
_LOOK_AHEAD = 2048
"""Number of bytes behind the beginning of a message that decide whether it is one."""
_CANDIDATE = re.compile(rb"(?:\n\r?\n)(?=From )")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def split_mbox(stream: ByteStream, max_length: int) -> Iterator[tuple[bytes, bytes, str]]:
    """The date of the line before each message, the message, and its fault or "". Quoted lines
    (">From", as mboxo and mboxrd have them) are as they were."""
    buffer = _read_beginning(stream)
    found = _begin(buffer, 0)
    # `start` is where the open message begins: -1 if it is too long, and only its end is looked
    # for.
    date, start = found if found else (b"", 0)
    has_beginning = found is not None
    at = start
    while True:
        chunk = stream.read(max(_CHUNK, len(buffer)))
        buffer += chunk
        end = len(buffer) - _LOOK_AHEAD if chunk else len(buffer)
        while (candidate := _CANDIDATE.search(buffer, at)) is not None and candidate.start() < end:
            at = candidate.end()
            next_one = _begin(buffer, at)
            if next_one is None:
                continue
            if start >= 0:
                yield from _message(date, buffer[start : candidate.start() + 1], has_beginning)
            date, start = next_one
            at, has_beginning = start, True
        if not chunk:
            break
        if candidate is None:
            at = max(at, len(buffer) - 8)
        if start >= 0 and len(buffer) - start > max_length:
            limit = format_size(max_length)
            yield b"", b"", f"the message is longer than {limit}; if it is one article, raise --max-article"
            start = -1
        cut = start if start >= 0 else at
        buffer, at, start = buffer[cut:], at - cut, 0 if start >= 0 else -1
    if start >= 0:
        yield from _message(date, buffer[start:], has_beginning)


def _read_beginning(stream: ByteStream) -> bytes:
    """The first bytes of a file, without blank lines before them."""
    buffer = stream.read(_CHUNK)
    return buffer.removeprefix(b"\xef\xbb\xbf").lstrip()


def _begin(buffer: bytes, at: int) -> tuple[bytes, int] | None:
    """The date of the line that begins a message at an offset, and where the message begins; None
    if none does."""
    line = MBOX_LINE.match(buffer, at)
    if line is None:
        return None
    behind = line.end() + (buffer[line.end() : line.end() + 1] == b">")  # a second line, quoted
    return (line["date"], line.end()) if HEADER_LINE.match(buffer, behind) else None


def _message(date: bytes, data: bytes, has_beginning: bool) -> Iterator[tuple[bytes, bytes, str]]:
    if not data.strip():
        return
    if not has_beginning:
        yield b"", b"", "what stands before the first message is no mail; is the file cut off?"
        return
    yield date, _QUOTED.sub(rb"\1", data) if b">From " in data else data, ""
