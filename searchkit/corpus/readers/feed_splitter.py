"""Splits a feed into its items, without parsing what is in them: a fault in one item does not lose
the next, and a feed of any size takes no more memory than its largest item."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from searchkit.corpus.decode import detect_from_head
from searchkit.corpus.readers.tagged_records import NO_BEGINNING, NO_END
from searchkit.corpus.source import ByteStream

MAX_HEAD_LENGTH = 2**24
"""Maximum size in bytes of what stands before the first item."""
TOO_LONG = "the item is too long; is its end missing? If it is one article, raise --max-article"

_CHUNK = 2**18
_WHOLE = 2**20
"""What stands behind the last item is read in feeds of up to this many bytes."""
_LONGEST_TAG = 4096
_ANY_NAME = rb"(?:[\w.-]{1,64}:)?(?:item|entry)"
_ITEM = rb"<(?P<end>/?)(?P<name>" + _ANY_NAME + rb")(?P<attributes>(?:\s[^<>]{0,4000})?)>"
_SKIPPED = rb"|(?P<comment><!--)|(?P<cdata><!\[CDATA\[)"
_FIRST_ITEM = re.compile(_ITEM + _SKIPPED)


class FeedStream:
    """The bytes of a feed, converted to UTF-8 if they are UTF-16 or UTF-32.

    `head` is what stands before the first item and, in a small feed, behind the last.
    """

    def __init__(self, stream: ByteStream, encoding: str) -> None:
        self._stream = stream
        self._ahead = stream.read(_WHOLE)
        wide = detect_from_head(self._ahead[:4096], encoding)
        self._decoder = codecs.getincrementaldecoder(wide)("replace") if wide not in ("", "utf-8") else None
        self._is_whole = len(self._ahead) < _WHOLE
        self._is_ended = False
        self.is_converted = self._decoder is not None
        self._ahead = self._convert(self._ahead).removeprefix(codecs.BOM_UTF8)
        self.head = b""

    def _read(self, size: int) -> bytes:
        """The next bytes, none at the end; damage of the stream is raised behind them."""
        if self._ahead:
            data, self._ahead = self._ahead, b""
            return data
        return self._convert(self._stream.read(size))

    def _convert(self, data: bytes) -> bytes:
        if self._decoder is None:
            return data
        return self._decoder.decode(data, final=not data).removeprefix("\ufeff").encode("utf-8", "replace")

    def items(self, max_length: int) -> Iterator[tuple[bytes, str]]:
        """Each item with its tags, and its fault or "". `head` is set before the first one."""
        pattern = _FIRST_ITEM
        buffer, at, start, behind = b"", 0, -1, 0
        awaited = b""
        while chunk := self._read(max(_CHUNK, len(buffer))):
            buffer += chunk
            while True:
                if awaited:
                    end = buffer.find(awaited, at)
                    if end < 0:
                        at = max(at, len(buffer) - len(awaited))
                        break
                    at, awaited = end + len(awaited), b""
                found = pattern.search(buffer, at)
                if found is None:
                    at = max(at, len(buffer) - _LONGEST_TAG)
                    break
                at = found.end()
                if found["name"] is None:
                    awaited = b"-->" if found["comment"] else b"]]>"
                    continue
                if pattern is _FIRST_ITEM:
                    self._set_head(buffer, found.start())
                    pattern = re.compile(_ITEM.replace(_ANY_NAME, re.escape(found["name"])) + _SKIPPED)
                if found["end"]:
                    yield (buffer[start:at], "") if start >= 0 else (buffer[behind:at], NO_BEGINNING)
                    start = -1
                else:
                    if start >= 0:
                        yield buffer[start : found.start()], NO_END
                    start = found.start()
                    if found["attributes"].endswith(b"/"):
                        yield buffer[start:at], ""
                        start = -1
                behind = at
            if pattern is _FIRST_ITEM:
                if len(buffer) > MAX_HEAD_LENGTH:
                    break
                continue
            if start >= 0 and len(buffer) - start > max_length:
                yield buffer[start : start + _LONGEST_TAG], TOO_LONG
                start = -1
            cut = start if start >= 0 else min(at, len(buffer))
            buffer, at, start, behind = buffer[cut:], at - cut, start - cut if start >= 0 else -1, 0
        if pattern is _FIRST_ITEM:
            self.head = buffer
        elif start >= 0:
            yield buffer[start:], NO_END

    def _set_head(self, buffer: bytes, start: int) -> None:
        self.head = buffer[:start]
        if self._is_whole:
            last = max(buffer.rfind(b"</item>"), buffer.rfind(b"</entry>"))
            self.head += buffer[buffer.index(b">", last) + 1 :] if last >= 0 else b""
