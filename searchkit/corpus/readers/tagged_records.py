"""Splits a file of records between tags, such as `<DOC> ... </DOC>`, without parsing what is in
them: a fault in one record does not lose the next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.corpus.source import ByteStream

NO_END = "the record has no end; is the file cut off?"
NO_BEGINNING = "the record has no beginning; is the file damaged?"

_LETTERS = bytes(byte for byte in range(256) if re.match(r"\w", bytes([byte]).decode("windows-1252", "replace")))


class RecordSplitter:
    """Splits files of records in elements of one `name`, which cannot be nested."""

    def __init__(self, name: bytes) -> None:
        self._beginning, self._end = b"<" + name, b"</" + name + b">"
        self._whole_beginning = re.compile(re.escape(self._beginning) + b"(?![" + re.escape(_LETTERS) + b"])")

    def split(self, stream: ByteStream, max_length: int) -> Iterator[tuple[bytes, str]]:
        """The records of a file, each from behind its `<NAME` to its end, with its fault or "".

        What stands between records is skipped. A record of more than `max_length` bytes has no end,
        and takes no more memory than that and a chunk.
        """
        pending = b""
        # As much again as is pending: otherwise a long record would be searched again with each
        # chunk.
        while chunk := stream.read(max(2**18, len(pending))):
            *ended, pending = (pending + chunk).split(self._end)
            for text in ended:
                *before, record = self._split_beginnings(text)
                yield from ((cut, NO_END) for cut in before[1:])
                yield record, "" if before else NO_BEGINNING
            if len(pending) > max_length:
                yield from ((cut, NO_END) for cut in self._split_beginnings(pending)[1:])
                pending = b""
        yield from ((cut, NO_END) for cut in self._split_beginnings(pending)[1:])

    def _split_beginnings(self, text: bytes) -> list[bytes]:
        """Split a text at the beginnings of records."""
        parts = text.split(self._beginning)
        # The usual case. Otherwise another word may begin with the same letters.
        return parts if len(parts) == 2 and parts[1][:1] in (b" ", b">") else self._whole_beginning.split(text)
