"""Splits a file of many records into lines in UTF-8, whatever the encoding of the file.

The encoding of records that are not UTF-8 is guessed for all of them together. When the first of
them comes, the rest of the file is searched for the others, and the likeliest encoding of them all
is taken for the file's. A record is read in another encoding only if its own evidence is strong. So
a beginning in ASCII decides nothing, and all workers that read a share of the file (`read_share`)
decide alike.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import IO, TYPE_CHECKING

from searchkit.corpus.decode import SURE_CONFIDENCE, Undecodable, decode_keeping_controls, detect_from_head
from searchkit.corpus.encoding_names import BOM_FIRST_BYTES, SEVEN_BIT, WIDE, encoding_name
from searchkit.corpus.limits import GB
from searchkit.corpus.look_ahead import LookAhead
from searchkit.corpus.signatures import decode_seven_bit
from searchkit.corpus.source import ByteStream, Source
from searchkit.corpus.tolerant_decoding import count_utf_8, decode_strictly, decode_tolerantly
from searchkit.corpus.unpacking import Damaged, call_checked

if TYPE_CHECKING:
    from searchkit.corpus.detection import Guess

MAX_SPOOLED_BYTES = 4 * GB
"""Maximum number of bytes of a packed file that are kept for the guess of its encoding; records
after them do not influence it."""
MAX_SAMPLES = 256
"""Maximum number of records that the guess uses: of more, every second, fourth and so on."""
_HEAD_BYTES, _CHUNK_BYTES = 65536, 2**20
_SAMPLE_BYTES_BEFORE, _SAMPLE_BYTES = 60, 240
"""Maximum numbers of bytes of a record that the guess uses: before its first byte above ASCII, and
from there on."""
_UTF_8 = ("utf-8", 1.0)
_HIGH = re.compile(rb"[\x80-\xff]")
_LESS_THAN_HALF, _HALF, _NEARLY_ALL = 0, 1, 2
"""How much of what is not ASCII in a line is valid UTF-8."""
_FEW_CONTROLS = 8
"""Maximum number of control characters of a line that is decoded without a check for binary
data."""
_CONTROLS = bytes((*range(9), 11, *range(14, 32), 127))
_SURROGATES = re.compile("[\ud800-\udfff]")


class Lines:
    """The lines of a file in UTF-8; None stands for a line that is too long.

    `number` is the number of the current line, counted from 1. `encoding` is the encoding that it
    was decoded from, with the confidence (0 to 1) in it; both may change from line to line.
    """

    chunk_size = _CHUNK_BYTES

    def __init__(self, stream: ByteStream, source: Source) -> None:
        self._stream, self._source = LookAhead(stream, MAX_SPOOLED_BYTES), source
        self._file: IO[bytes] | None = getattr(stream, "file", None)
        """The stream itself, if it is a file on disk that is not packed."""
        self._root_encoding = source.options.encoding
        self.number = 0
        self.encoding = _UTF_8
        self.failed = False
        """Whether the file could not be decoded to its end."""
        self._found_escapes = False
        """Whether any chunk so far may have escapes of a 7-bit encoding."""
        self._chunk = b""
        self._file_guess: Guess | None = None
        self._is_guess_used = False
        """Whether any line so far was decoded from `_file_guess`."""
        self._warning_counts: dict[str, list[int]] = {}
        """By kind of warning: how many lines have it, and the number of the first."""

    def __iter__(self) -> Iterator[bytes | None]:
        return self._lines(are_records=False)

    def records(self) -> Iterator[bytes | None]:
        """The lines that are not blank, each a record. A record of another share, which another
        worker reads, is not always converted to UTF-8."""
        return self._lines(are_records=True)

    def _lines(self, *, are_records: bool) -> Iterator[bytes | None]:
        chunks, is_wide = self._open()
        has_no_root_encoding = not self._root_encoding
        # The share that reports warnings of the file decodes all of it, the others only their own
        # records. A line that begins with a brace is not blank, in whatever encoding.
        skips_other_shares = are_records and not (is_wide or self._source.is_in_share(1))
        record_count = 0
        for number, line in enumerate(_split_lines(chunks, self._source.options.limits.max_article), 1):
            self.number = number
            if number == 1 and line is not None:
                line = line.removeprefix(codecs.BOM_UTF8)
            if line is None or is_wide:
                pass  # `_recode` has converted the file
            elif (
                has_no_root_encoding
                and (line.isascii() or is_utf_8(line))
                and not (self._found_escapes and has_escapes(line))
            ):
                self.encoding = _UTF_8
            elif not (
                skips_other_shares
                and self._file_guess is not None
                and line[:1] == b"{"
                and not self._source.is_in_share(record_count + 1)
            ):
                line = self._to_utf_8(line, number)
            if are_records and line is not None and not line.strip():
                continue
            record_count += 1
            yield line
        self._report_warnings()

    def _open(self) -> tuple[Iterator[bytes], bool]:
        """The chunks of the stream, and whether they were converted from UTF-16 or UTF-32."""
        head = self._stream.read(_HEAD_BYTES)
        head_encoding = detect_from_head(head, self._root_encoding)
        is_wide = head_encoding in WIDE
        if is_wide:
            self.encoding = (head_encoding, 1.0)
        elif head_encoding:
            self._root_encoding = ""  # a byte-order mark of UTF-8
        return (self._recode(head, head_encoding) if is_wide else self._chunks(head)), is_wide

    def _report_warnings(self) -> None:
        if self._file_guess is not None and self._file_guess.confidence < SURE_CONFIDENCE and self._is_guess_used:
            self._source.warn("encoding-guess", f"{self._file_guess.encoding}, confidence {self._file_guess.confidence:.2f}")
        for kind, (count, first) in self._warning_counts.items():
            self._source.warn(kind, self._describe(count, first))

    def _describe(self, count: int, first: int) -> str:
        return f"{count:,} record{'s' * (count > 1)}, the first in line {first}"

    def _chunks(self, chunk: bytes) -> Iterator[bytes]:
        try:
            while chunk:
                self._chunk = chunk
                if not self._found_escapes:
                    self._found_escapes = has_escapes(chunk)
                yield chunk
                chunk = self._stream.read(self.chunk_size)
        finally:
            self._stream.close()

    def _recode(self, chunk: bytes, encoding: str) -> Iterator[bytes]:
        """The stream, which is in UTF-16 or UTF-32, as UTF-8, so that lines end in one byte."""
        decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        line_number = 1
        while chunk:
            try:
                text = decoder.decode(chunk)
            except ValueError as error:
                self._fail(f"it is not {encoding} throughout: {error}")
                return
            lone_surrogate = _SURROGATES.search(text)
            if lone_surrogate is not None:
                self._count_warning("stray-bytes", line_number + text.count("\n", 0, lone_surrogate.start()))
                text = _SURROGATES.sub("\ufffd", text)
            line_number += text.count("\n")
            yield text.encode()
            chunk = self._stream.read(_CHUNK_BYTES)
        if decoder.getstate()[0]:
            self._fail(f"it ends in the middle of a character of {encoding}; is it cut off?")

    def _to_utf_8(self, line: bytes, number: int) -> bytes:
        """Convert a line to UTF-8, and set `encoding` to what it was decoded from."""
        self.encoding = _UTF_8
        if not self._root_encoding and not line.isascii() and is_utf_8(line):
            return line
        needs_guess = self._is_in_other_encoding(line)
        if needs_guess:
            utf_8_rate = _rate_utf_8(line)
            needs_guess = utf_8_rate < _NEARLY_ALL
            if needs_guess and self._file_guess is None:
                self._file_guess = self._guess_file_encoding(line)
            text = self._decode_as_guessed(line) if utf_8_rate == _LESS_THAN_HALF else None
            if text is not None and self._file_guess is not None:
                self._is_guess_used = True
                self.encoding = (self._file_guess.encoding, round(self._file_guess.confidence, 3))
                if self._root_encoding:
                    self._count_warning("encoding-option", number)
                return text.encode()
        try:
            found = decode_keeping_controls(line, self._root_encoding, file_guess=self._file_guess if needs_guess else None)
        except Undecodable:
            return line  # not JSON, which the parser reports
        self._is_guess_used |= self._file_guess is not None and found.guessed and found.encoding == self._file_guess.encoding
        for kind, _ in found.warnings():
            if kind != "encoding-guess":
                self._count_warning(kind, number)
        self.encoding = (found.encoding, found.confidence)
        return found.text.encode()

    def _is_in_other_encoding(self, line: bytes) -> bool:
        """Whether a line is neither in the encoding that the root is read with nor valid UTF-8."""
        return not (line.isascii() or (self._root_encoding and _is_nearly_in(line, self._root_encoding)) or is_utf_8(line))

    def _decode_as_guessed(self, line: bytes) -> str | None:
        """The text of a line in the guessed encoding of the file, or None if the line shows signs
        of another encoding and has to be decoded on its own."""
        from searchkit.corpus.detection import is_usual_in_file  # late: 19 ms, as in decode.py

        has_few_controls = len(line) - len(line.translate(None, _CONTROLS)) <= _FEW_CONTROLS
        if (
            self._file_guess is None
            or not has_few_controls
            or b"\0" in line
            or line[:1] in BOM_FIRST_BYTES
            or has_escapes(line)
        ):
            return None
        text = decode_strictly(line, self._file_guess.encoding)
        return text if text is not None and is_usual_in_file(line, text, self._file_guess) else None

    def _guess_file_encoding(self, first_line: bytes) -> Guess:
        """Guess the encoding of all records that are not UTF-8, from the first of them, which is
        the current line, to the end of the file."""
        from searchkit.corpus.detection import guess_together  # late: 19 ms, as in decode.py

        samples: list[bytes] = []
        step, other_count = 1, 0  # of the records in other encodings, each `step`th is a sample
        offset = self._chunk.find(first_line)
        # A line that is not in the chunk as a whole began before the chunk.
        rest_of_chunk = self._chunk[offset + len(first_line) + 1 :] if offset >= 0 else self._chunk.partition(b"\n")[2]
        following = _split_lines(chain([rest_of_chunk], self._read_rest()), self._source.options.limits.max_article)
        for line in chain([first_line], following):
            if line is None or not self._is_in_other_encoding(line):
                continue
            if other_count % step == 0 and _rate_utf_8(line) < _NEARLY_ALL:
                high = _HIGH.search(line)
                assert high is not None
                samples.append(line[max(0, high.start() - _SAMPLE_BYTES_BEFORE) : high.start() + _SAMPLE_BYTES])
                if len(samples) == MAX_SAMPLES:
                    samples, step = samples[::2], 2 * step
            other_count += 1
        return guess_together(samples)

    def _read_rest(self) -> Iterator[bytes]:
        """The rest of the file, which is read again after this."""
        if self._file is None:
            yield from iter(partial(self._stream.look, _CHUNK_BYTES), b"")
            return
        offset = self._file.tell()
        try:
            while chunk := call_checked(partial(self._file.read, _CHUNK_BYTES), ""):
                yield chunk
        except Damaged:
            pass  # the next `read` raises it
        self._file.seek(offset)

    def _count_warning(self, kind: str, number: int) -> None:
        self._warning_counts.setdefault(kind, [0, number])[0] += 1

    def _fail(self, reason: str) -> None:
        self.failed = True
        self._source.fail(reason)


def has_escapes(data: bytes) -> bool:
    """Whether bytes may have escapes of a 7-bit encoding: ESC, or `~{` of HZ."""
    # One byte is found ten times faster than two.
    return b"\x1b" in data or (b"~" in data and b"~{" in data)


def is_utf_8(line: bytes) -> bool:
    """Whether bytes are valid UTF-8."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _rate_utf_8(line: bytes) -> int:
    """How much of what is not ASCII in a line is valid UTF-8: _LESS_THAN_HALF, _HALF or
    _NEARLY_ALL."""
    counted = count_utf_8(line)
    if counted.is_mostly_valid:
        return _NEARLY_ALL
    return _HALF if 2 * counted.valid_count >= counted.fault_count else _LESS_THAN_HALF


def _is_nearly_in(line: bytes, label: str) -> bool:
    """Whether the bytes of a line that is not ASCII are all, or nearly all, valid in an
    encoding."""
    name = encoding_name(label)
    if name in SEVEN_BIT:
        return decode_seven_bit(line, name) is not None
    is_valid = name not in WIDE and decode_strictly(line, name) is not None
    return is_valid or (name not in WIDE and decode_tolerantly(line, name).is_mostly_valid)


def _split_lines(chunks: Iterator[bytes], max_length: int) -> Iterator[bytes | None]:
    """Split chunks into lines, None for a line of more than `max_length` bytes. No line takes more
    memory than these bytes and a chunk."""
    parts: list[bytes] = []
    length = 0
    for chunk in chunks:
        first, *ends = chunk.split(b"\n")
        length += len(first)
        parts = [*parts, first] if length <= max_length else []
        if ends:
            yield b"".join(parts) if length <= max_length else None
            rest = ends.pop()
            for end in ends:
                yield end if len(end) <= max_length else None
            length = len(rest)
            parts = [rest] if length <= max_length else []
    if length:
        yield None if length > max_length else b"".join(parts)
