"""A stream whose next bytes can be looked at before they are read.

What was looked at is kept, the first of it in memory and the rest on disk, and `read` returns it
again.
"""

from __future__ import annotations

import tempfile
from collections import deque
from functools import partial
from typing import IO, cast

from searchkit.corpus.limits import MB
from searchkit.corpus.source import ByteStream
from searchkit.corpus.unpacking import Damaged, call_checked

IN_MEMORY = 32 * MB
"""Maximum number of bytes that are kept in memory; more go to a temporary file."""
_CHUNK = 2**20


class LookAhead:
    """A stream of which at most `most` bytes are kept while they are looked at."""

    def __init__(self, stream: ByteStream, most: int) -> None:
        self._stream, self._most = stream, most
        self._looked_at = 0
        self._current = memoryview(b"")
        self._in_memory: deque[bytes] = deque()
        self._file: IO[bytes] | None = None
        self._on_disk = self._read_from_disk = 0
        self._unwritten = b""
        """The chunk that the disk had no room for."""

    def look(self, size: int) -> bytes:
        """At most `size` bytes behind all that were read or looked at; `read` returns them again.

        Empty at the end of the stream, before damage, of which `read` then raises, and if no more
        can be kept.
        """
        if self._looked_at >= self._most:
            return b""
        try:
            chunk = self._stream.read(size)
        except Damaged:
            return b""
        if not chunk:
            return b""
        self._looked_at += len(chunk)
        if self._looked_at <= IN_MEMORY:
            self._in_memory.append(chunk)
        elif not self._write(chunk):
            self._unwritten = chunk
            self._looked_at = self._most
        return chunk

    def _write(self, chunk: bytes) -> bool:
        """Write a chunk to the disk, or return False where it is full.

        Nothing is buffered, so that no later write or close can fail.
        """
        try:
            if self._file is None:
                self._file = cast(IO[bytes], tempfile.TemporaryFile(buffering=0))  # noqa: SIM115  # `close` closes it
            rest = memoryview(chunk)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            return False
        self._on_disk += len(chunk)
        return True

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end of the stream. Raises Damaged."""
        if not self._current:
            self._current = memoryview(self._next_kept())
        if not self._current:
            return self._stream.read(size)
        data, self._current = self._current[:size], self._current[size:]
        return bytes(data)

    def _next_kept(self) -> bytes:
        if self._in_memory:
            return self._in_memory.popleft()
        left = self._on_disk - self._read_from_disk
        if self._file is not None and left:
            self._file.seek(self._read_from_disk)
            chunk = call_checked(partial(self._file.read, min(_CHUNK, left)), "the temporary copy of it")
            if not chunk:
                raise Damaged("the temporary copy of it is cut off")
            self._read_from_disk += len(chunk)
            return chunk
        chunk, self._unwritten = self._unwritten, b""
        return chunk

    def close(self) -> None:
        """Remove the temporary file."""
        if self._file is not None:
            self._file.close()
