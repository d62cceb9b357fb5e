"""Splits WARC files (ISO 28500) and their forerunner ARC into records, with bounded memory.

warcio ends without a word where a file is cut off; here the length that a record names is checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from searchkit.corpus.reader import Unreadable
from searchkit.corpus.source import ByteStream

MAX_HEADER_LENGTH = 2**16
"""Maximum length of the header of a record in bytes."""
PART_OF_LARGE = 2**16
"""How many bytes are kept of a record that is too large to be read."""

_CHUNK = 2**18
_VERSION = re.compile(rb"WARC/\d\.\d+\s*\Z")
_NEXT = re.compile(rb"\n(?=WARC/\d\.\d+\r?\n)")
_ARC_LINE = re.compile(rb"(\S+) (\S+) (\d{12,14}) (\S+(?:; ?\S+)?)(?: .*)? (\d{1,15})\s*\Z")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


@dataclass(slots=True)
class WarcRecord:
    """A record: the fields of its header, by their names in small letters, and its block.

    `length` is that of the block; a block of more than the limit is kept in part only. `fault` says
    why there is no record, or "".
    """

    fields: dict[str, str] = field(default_factory=dict)
    block: bytes = b""
    length: int = 0
    fault: str = ""

    @property
    def is_whole(self) -> bool:
        return len(self.block) == self.length


class _Reader:
    """Reads lines and blocks of a stream."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._buffer, self._at = b"", 0

    def _fill(self) -> bool:
        data = self._stream.read(_CHUNK)
        self._buffer, self._at = self._buffer[self._at :] + data, 0
        return bool(data)

    def line(self) -> bytes:
        """The next line with its end; b"" at the end of the file. A longer one than a header may be
        is cut."""
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            if len(self._buffer) - self._at > MAX_HEADER_LENGTH or not self._fill():
                end = len(self._buffer) - 1
                break
        line = self._buffer[self._at : end + 1]
        self._at = end + 1
        return line

    def block(self, length: int, limit: int) -> tuple[bytes, int]:
        """The next `length` bytes, or the first of them if they are more than `limit`; and how many
        there were."""
        kept = length if length <= limit else PART_OF_LARGE
        parts, size = [self._buffer[self._at : self._at + kept]], min(length, len(self._buffer) - self._at)
        self._at += size
        while size < length:
            data = self._stream.read(min(_CHUNK, length - size))
            if not data:
                break
            if size < kept:
                parts.append(data[: kept - size])
            size += len(data)
        return b"".join(parts), size

    def skip_to_record(self) -> bool:
        """Skip to the next line that begins a record; whether there is one."""
        self._at = max(0, self._at - 1)  # the end of the line before is part of what is searched for
        while True:
            found = _NEXT.search(self._buffer, self._at)
            if found is not None:
                self._at = found.end()
                return True
            self._at = max(self._at, len(self._buffer) - 16)
            if not self._fill():
                self._at = len(self._buffer)
                return False


def read_records(stream: ByteStream, limit: int) -> Iterator[WarcRecord]:
    """The records of a WARC or ARC file. Where none begins the next one is searched for.

    Raises Unreadable for a file that is cut off.
    """
    reader = _Reader(stream)
    while line := reader.line():
        if not line.strip():
            continue
        if _VERSION.match(line):
            record = _read_record(reader, limit)
        elif (found := _ARC_LINE.match(line)) is not None:
            record = _read_arc_record(reader, found, limit)
        else:
            record = WarcRecord(fault="no record begins here; is the file damaged, or a length wrong?")
        yield record
        if record.fault and not reader.skip_to_record():
            return


def _read_record(reader: _Reader, limit: int) -> WarcRecord:
    fields: dict[str, str] = {}
    size, name = 0, ""
    while (line := reader.line()).strip():
        size += len(line)
        if size > MAX_HEADER_LENGTH:
            return WarcRecord(fault=f"its header is longer than {MAX_HEADER_LENGTH // 1024} KB")
        text = line.decode("utf-8", "replace")
        key, colon, value = text.partition(":")
        if line[:1] in (b" ", b"\t") and name:
            fields[name] += f" {text.strip()}"
        elif colon:
            name = key.strip().lower()
            fields.setdefault(name, value.strip())
    length = fields.get("content-length", "")
    if not line:
        raise Unreadable("the file ends within the header of a record; is it cut off?")
    if not re.fullmatch(r"\d{1,15}", length, re.ASCII):
        return WarcRecord(fault=f'its Content-Length is "{length[:40]}", expected a number')
    return _with_block(reader, fields, int(length), limit)


def _read_arc_record(reader: _Reader, line: re.Match[bytes], limit: int) -> WarcRecord:
    url, date, kind = (line[group].decode("utf-8", "replace") for group in (1, 3, 4))
    digits = date.ljust(14, "0")
    parts = (digits[:4], digits[4:6], digits[6:8]), (digits[8:10], digits[10:12], digits[12:14])
    fields = {
        "warc-type": "warcinfo" if url.startswith("filedesc:") else "response",
        "warc-target-uri": url,
        "warc-date": f"{'-'.join(parts[0])}T{':'.join(parts[1])}Z",
        "content-type": "application/http; msgtype=response" if url.startswith("http") else kind,
    }
    return _with_block(reader, fields, int(line[5]), limit)


def _with_block(reader: _Reader, fields: dict[str, str], length: int, limit: int) -> WarcRecord:
    block, size = reader.block(length, limit)
    if size < length:
        raise Unreadable(f"the file ends within a record, behind {size:,} of its {length:,} bytes; is it cut off?")
    return WarcRecord(fields, block, length)


def media_type(value: str) -> str:
    """The type that a field such as Content-Type names, in small letters; "" for none."""
    found = _MEDIA_TYPE.match(value.strip())
    return found[0].lower() if found else ""
