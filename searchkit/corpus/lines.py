"""The lines of a file of many records, each in UTF-8 whatever the file is in.

Records that are not UTF-8 are judged together. When the first of them comes, the rest of the file is looked through for all
of them, and what their bytes make likeliest is the encoding of the file. One record is read as another encoding only if its
own evidence is strong. So every reader of a share of the file decides alike, and a head of ASCII decides nothing.
"""

from __future__ import annotations

import codecs
import re
import tempfile
from collections import deque
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import IO, TYPE_CHECKING, cast

from searchkit.corpus.decode import SURE, Decoded, Undecodable, decode_as_it_is, mark_or_nuls
from searchkit.corpus.encoding_names import WIDE
from searchkit.corpus.limits import GB, MB
from searchkit.corpus.registry import ByteStream, Source
from searchkit.corpus.signatures import read_seven_bit
from searchkit.corpus.strays import read_tolerantly
from searchkit.corpus.unpacking import Damaged, guard

if TYPE_CHECKING:
    from searchkit.corpus.detection import Guess

MOST_SPOOLED = 4 * GB
"""Bytes of a packed file that are held aside to judge its records together; records behind them have no say."""
MOST_SAMPLES = 256
"""Records that have a say: of more, every second, fourth and so on."""
_IN_MEMORY = 32 * MB
"""Bytes of these that are held in memory; more go to a temporary file."""
_HEAD, _CHUNK = 65536, 2**20
_BEFORE, _LENGTH = 60, 240
"""Bytes of a record that have a say: before its first byte above ASCII, and from there."""
_UTF_8 = ("utf-8", 1.0)
_HIGH = re.compile(rb"[\x80-\xff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


class Lines:
    """The lines of a file in UTF-8, None for one that is too long.

    `encoding` is what the line was decoded from, and how sure that is. It may change from line to line, so each is looked
    at, whoever takes it.
    """

    def __init__(self, stream: ByteStream, source: Source) -> None:
        self._stream, self._source = stream, source
        self._option = source.options.encoding
        self.encoding = _UTF_8
        self.failed = False
        self._escapes = False
        self._chunk = b""
        self._aside: _Aside | None = None
        self._judged: Guess | None = None
        self._counts: dict[str, list[int]] = {}
        """By kind of warning: how many lines, and the number of the first."""

    def __iter__(self) -> Iterator[bytes | None]:
        head = self._stream.read(_HEAD)
        wide = mark_or_nuls(head, self._option)
        is_wide = wide in WIDE
        if is_wide:
            self.encoding = (wide, 1.0)
        elif wide:
            self._option = ""  # a mark of UTF-8
        is_free = not self._option
        chunks = self._recoded(head, wide) if is_wide else self._chunks(head)
        for number, line in enumerate(_split(chunks, self._source.options.limits.max_article), 1):
            if number == 1 and line is not None:
                line = line.removeprefix(codecs.BOM_UTF8)
            if line is None or is_wide:
                yield line
            elif is_free and (line.isascii() or _is_utf_8(line)) and not (self._escapes and _has_escapes(line)):
                self.encoding = _UTF_8
                yield line
            else:
                yield self._in_utf_8(line, number)
        for kind, (count, first) in self._counts.items():
            self._source.warn(kind, f"{count:,} record{'s' * (count > 1)}, the first in line {first}")

    def _chunks(self, chunk: bytes) -> Iterator[bytes]:
        try:
            while chunk:
                self._chunk = chunk
                if not self._escapes:
                    self._escapes = _has_escapes(chunk)
                yield chunk
                chunk = self._aside.read() if self._aside is not None else b""
                chunk = chunk or self._stream.read(_CHUNK)
        finally:
            if self._aside is not None:
                self._aside.close()

    def _recoded(self, chunk: bytes, encoding: str) -> Iterator[bytes]:
        """The bytes of UTF-16 and UTF-32 as UTF-8, so that lines end in one byte."""
        recode = codecs.getincrementaldecoder(encoding)("surrogatepass")
        line = 1
        while chunk:
            try:
                text = recode.decode(chunk)
            except ValueError as error:
                self._fail(f"it is not {encoding} throughout: {error}")
                return
            half = _SURROGATES.search(text)
            if half is not None:
                self._count("stray-bytes", line + text.count("\n", 0, half.start()))
                text = _SURROGATES.sub("\ufffd", text)
            line += text.count("\n")
            yield text.encode()
            chunk = self._stream.read(_CHUNK)
        if recode.getstate()[0]:
            self._fail(f"it ends in the middle of a character of {encoding}; is it cut off?")

    def _in_utf_8(self, line: bytes, number: int) -> bytes:
        try:
            found = self._decoded(line)
        except Undecodable:
            return line  # no JSON, as the parser will say
        if found is None:
            return line
        for kind, _ in found.warnings():
            if kind != "encoding-guess":
                self._count(kind, number)
        self.encoding = (found.encoding, found.confidence)
        return found.text.encode()

    def _decoded(self, line: bytes) -> Decoded | None:
        """A line as a text, None where it is UTF-8 already."""
        if self._option:
            return decode_as_it_is(line, self._option)
        if line.isascii():
            if read_seven_bit(line) is None:
                self.encoding = _UTF_8
                return None
        elif _is_utf_8(line):
            self.encoding = _UTF_8
            return None
        elif self._judged is None and not _is_nearly_utf_8(line):
            self._judged = self._judge(line)
        return decode_as_it_is(line, expected=self._judged)

    def _judge(self, first: bytes) -> Guess:
        """The encoding of all records that are not UTF-8, from the first of them to the end of the file."""
        from searchkit.corpus.detection import guess_together  # late: samples of forty languages

        samples: list[bytes] = []
        step, seen = 1, 0
        at = self._chunk.find(first)
        # A line that is not in the chunk as a whole began before it.
        behind = self._chunk[at + len(first) + 1 :] if at >= 0 else self._chunk.partition(b"\n")[2]
        behind_it = _split(chain([behind], self._rest()), self._source.options.limits.max_article)
        for line in chain([first], behind_it):
            if line is None or _is_nearly_utf_8(line):
                continue
            if seen % step == 0:
                high = _HIGH.search(line)
                assert high is not None
                samples.append(line[max(0, high.start() - _BEFORE) : high.start() + _LENGTH])
                if len(samples) == MOST_SAMPLES:
                    samples, step = samples[::2], 2 * step
            seen += 1
        found = guess_together(samples)
        if found.confidence < SURE:
            self._source.warn("encoding-guess", f"{found.encoding}, confidence {found.confidence:.2f}")
        return found

    def _rest(self) -> Iterator[bytes]:
        """What has not been read of the file; it can be read again after this."""
        file: IO[bytes] | None = getattr(self._stream, "file", None)
        if file is not None:
            here = file.tell()
            try:
                while chunk := guard(partial(file.read, _CHUNK), ""):
                    yield chunk
            except Damaged:
                pass  # as the reading will find
            file.seek(here)
            return
        self._aside = _Aside()
        yield from self._aside.fill(self._stream)

    def _count(self, kind: str, number: int) -> None:
        self._counts.setdefault(kind, [0, number])[0] += 1

    def _fail(self, reason: str) -> None:
        self.failed = True
        self._source.fail(reason)


class _Aside:
    """The bytes of a stream that are read ahead and held aside, to be read again: the first in memory, more on disk."""

    def __init__(self) -> None:
        self._first: deque[bytes] = deque()
        self._file: IO[bytes] | None = None
        self._on_disk = 0
        self._last = b""

    def fill(self, stream: ByteStream) -> Iterator[bytes]:
        """What a stream still gives. It ends early where the disk is full and where the stream is damaged."""
        held = 0
        try:
            while held < MOST_SPOOLED and (chunk := stream.read(_CHUNK)):
                held += len(chunk)
                if held <= _IN_MEMORY:
                    self._first.append(chunk)
                elif not self._write(chunk):
                    self._last = chunk
                    held = MOST_SPOOLED
                yield chunk
        except Damaged:
            pass  # the stream says it again to who reads behind what it gave
        if self._file is not None:
            self._file.seek(0)

    def _write(self, chunk: bytes) -> bool:
        """Whether the disk holds a chunk. Nothing is buffered, so that no later write or close can fail."""
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

    def read(self) -> bytes:
        """The next bytes that are held aside, none when all were read. Raises Damaged."""
        if self._first:
            return self._first.popleft()
        if self._file is not None and self._on_disk:
            chunk = guard(partial(self._file.read, min(_CHUNK, self._on_disk)), "what is held aside of it")
            if not chunk:
                raise Damaged("what is held aside of it is cut off")
            self._on_disk -= len(chunk)
            return chunk
        last, self._last = self._last, b""
        return last

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _has_escapes(data: bytes) -> bool:
    # One byte is found ten times faster than two.
    return b"\x1b" in data or (b"~" in data and b"~{" in data)


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_nearly_utf_8(line: bytes) -> bool:
    return _is_utf_8(line) or read_tolerantly(line, "utf-8").is_mostly_right


def _split(chunks: Iterator[bytes], longest: int) -> Iterator[bytes | None]:
    """Lines out of chunks, never holding more than the longest that is allowed."""
    parts: list[bytes] = []
    length = 0
    for chunk in chunks:
        first, *ends = chunk.split(b"\n")
        length += len(first)
        parts = [*parts, first] if length <= longest else []
        if ends:
            yield b"".join(parts) if length <= longest else None
            rest = ends.pop()
            for end in ends:
                yield end if len(end) <= longest else None
            length = len(rest)
            parts = [rest] if length <= longest else []
    if length:
        yield None if length > longest else b"".join(parts)
