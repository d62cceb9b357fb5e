"""Streams whose first bytes were read already: as they are, or converted to UTF-8."""

from __future__ import annotations

import codecs

from searchkit.corpus.source import ByteStream


class Rewound:
    """A stream with its first bytes, `start`, which were read already."""

    def __init__(self, start: bytes, stream: ByteStream) -> None:
        self._start, self._stream = start, stream

    def read(self, size: int, /) -> bytes:
        if not self._start:
            return self._stream.read(size)
        found, self._start = self._start[:size], self._start[size:]
        return found


class Utf8Stream:
    """A stream in UTF-16 or UTF-32, converted to UTF-8 without its byte-order mark. `start` are its
    first bytes, which were read already."""

    def __init__(self, start: bytes, stream: ByteStream, encoding: str) -> None:
        self._stream = Rewound(start, stream)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._mark = "\ufeff"

    def read(self, size: int, /) -> bytes:
        while True:
            chunk = self._stream.read(size)
            text = self._decoder.decode(chunk, final=not chunk)
            if text and self._mark:
                text, self._mark = text.removeprefix(self._mark), ""
            if text or not chunk:
                return text.encode("utf-8", "replace")
