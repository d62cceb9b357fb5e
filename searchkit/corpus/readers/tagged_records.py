"""Splits a file of records between tags, such as `<DOC> ... </DOC>`, without parsing what is in
them: a fault in one record does not lose the next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from searchkit.corpus.reader import Encoded, LeftOut, Record, Unreadable
from searchkit.corpus.source import ByteStream

NO_END = "the record has no end; is the file cut off?"
NO_BEGINNING = "the record has no beginning; is the file damaged?"
_TAG = re.compile(rb"<[^<>]*>|<![^<>]*|\]\s*>")
"""A tag between records, or a part of a document type declaration."""
_MAX_LEFT_OUT = 2**16

_LETTERS = bytes(byte for byte in range(256) if re.match(r"\w", bytes([byte]).decode("windows-1252", "replace")))


class RecordSplitter:
    """Splits files of records in elements of one `name`, which cannot be nested."""

    def __init__(self, name: bytes) -> None:
        self._beginning, self._end = b"<" + name, b"</" + name + b">"
        self._whole_beginning = re.compile(re.escape(self._beginning) + b"(?![" + re.escape(_LETTERS) + b"])")

    def split(self, stream: ByteStream, max_length: int) -> Iterator[tuple[bytes, str] | LeftOut]:
        """The records of a file, each from behind its `<NAME` to its end, with its fault or "", and
        the texts between them. Tags between them are skipped.

        A record of more than `max_length` bytes has no end, and takes no more memory than that and
        a chunk.
        """
        pending = b""
        # As much again as is pending: otherwise a long record would be searched again with each
        # chunk.
        while chunk := stream.read(max(2**18, len(pending))):
            *ended, pending = (pending + chunk).split(self._end)
            for text in ended:
                *before, record = self._split_beginnings(text)
                yield from _cut_off(before)
                yield record, "" if before else NO_BEGINNING
            if len(pending) > max_length:
                yield from _cut_off(self._split_beginnings(pending))
                pending = b""
        yield from _cut_off(self._split_beginnings(pending))

    def _split_beginnings(self, text: bytes) -> list[bytes]:
        """Split a text at the beginnings of records."""
        parts = text.split(self._beginning)
        # The usual case. Otherwise another word may begin with the same letters.
        return parts if len(parts) == 2 and parts[1][:1] in (b" ", b">") else self._whole_beginning.split(text)


def _cut_off(parts: Sequence[bytes]) -> Iterator[tuple[bytes, str] | LeftOut]:
    """The text before the first record, and the records without their ends behind it."""
    if parts and not parts[0].isspace():
        text = _TAG.sub(b"", parts[0][:_MAX_LEFT_OUT]).decode("utf-8", "replace")
        if any(map(str.isalpha, text)):
            yield LeftOut(text.strip())
    yield from ((cut, NO_END) for cut in parts[1:])


def tagged_records(
    found: Iterable[tuple[bytes, str] | LeftOut], encoded: Callable[[bytes], Encoded], nothing: str
) -> Iterator[Record]:
    """What a reader yields for what `split` finds: one record without its end is reported, and the
    next one read. Raises Unreadable, with the message `nothing`, if there is none."""
    is_empty = True
    left_out: list[LeftOut] = []
    for one in found:
        if isinstance(one, LeftOut):
            left_out.append(one)
            continue
        yield from left_out
        left_out, is_empty = [], False
        record, fault = one
        yield Unreadable(fault) if fault else encoded(record)
    if is_empty:
        raise Unreadable(nothing)
    yield from left_out
