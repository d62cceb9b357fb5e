"""Splits a file of many records into lines in UTF-8, whatever the encoding of the file.

The encoding of records that are not UTF-8 is guessed for all of them together. When the first of
them comes, the rest of the file is searched for the others, and the likeliest encoding of them all
is taken for the file's. A record is read in another encoding only if its own evidence is strong. So
all shares of a file decide alike, and a beginning in ASCII decides nothing.
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
_HEAD, _CHUNK = 65536, 2**20
_BEFORE, _LENGTH = 60, 240
"""Maximum numbers of bytes of a record that the guess uses: before its first byte above ASCII, and
from there."""
_UTF_8 = ("utf-8", 1.0)
_HIGH = re.compile(rb"[\x80-\xff]")
_NEARLY_ALL = 2
_FEW_CONTROLS = 8
"""Control characters that text of any length may hold."""
_CONTROLS = bytes((*range(9), 11, *range(14, 32), 127))
_SURROGATES = re.compile("[\ud800-\udfff]")


class Lines:
    """The lines of a file in UTF-8; None stands for a line that is too long.

    `number` is the number of the current line, counted from 1, and `encoding` the encoding that it
    was decoded from with its confidence, which may change from line to line.
    """

    def __init__(self, stream: ByteStream, source: Source) -> None:
        self._stream, self._source = LookAhead(stream, MAX_SPOOLED_BYTES), source
        self._file: IO[bytes] | None = getattr(stream, "file", None)
        """The stream itself, if it is a file on disk that is not packed."""
        self._option = source.options.encoding
        self.number = 0
        self.encoding = _UTF_8
        self.failed = False
        self._escapes = False
        self._chunk = b""
        self._file_guess: Guess | None = None
        self._is_guess_used = False
        """Whether any line is in the encoding that was guessed for all."""
        self._counts: dict[str, list[int]] = {}
        """By kind of warning: the number of lines, and the number of the first of them."""

    def __iter__(self) -> Iterator[bytes | None]:
        return self._lines(are_records=False)

    def records(self) -> Iterator[bytes | None]:
        """The lines that are not blank, each a record. One of another share may stay in its own
        encoding."""
        return self._lines(are_records=True)

    def _lines(self, *, are_records: bool) -> Iterator[bytes | None]:
        head = self._stream.read(_HEAD)
        wide = detect_from_head(head, self._option)
        is_wide = wide in WIDE
        if is_wide:
            self.encoding = (wide, 1.0)
        elif wide:
            self._option = ""  # a byte-order mark of UTF-8
        is_free = not self._option
        chunks = self._recode(head, wide) if is_wide else self._chunks(head)
        # The share that reports warnings of the file decodes all of it, the others only their own
        # records. A line that begins with a bracket is not blank, in whatever encoding.
        skips = are_records and not (is_wide or self._source.is_in_share(1))
        records = 0
        for number, line in enumerate(_split_lines(chunks, self._source.options.limits.max_article), 1):
            self.number = number
            if number == 1 and line is not None:
                line = line.removeprefix(codecs.BOM_UTF8)
            if line is None or is_wide:
                pass
            elif is_free and (line.isascii() or _is_utf_8(line)) and not (self._escapes and _has_escapes(line)):
                self.encoding = _UTF_8
            elif not (
                skips and self._file_guess is not None and line[:1] == b"{" and not self._source.is_in_share(records + 1)
            ):
                line = self._to_utf_8(line, number)
            if are_records and line is not None and not line.strip():
                continue
            records += 1
            yield line
        if self._file_guess is not None and self._file_guess.confidence < SURE_CONFIDENCE and self._is_guess_used:
            self._source.warn("encoding-guess", f"{self._file_guess.encoding}, confidence {self._file_guess.confidence:.2f}")
        for kind, (count, first) in self._counts.items():
            self._source.warn(kind, f"{count:,} record{'s' * (count > 1)}, the first in line {first}")

    def _chunks(self, chunk: bytes) -> Iterator[bytes]:
        try:
            while chunk:
                self._chunk = chunk
                if not self._escapes:
                    self._escapes = _has_escapes(chunk)
                yield chunk
                chunk = self._stream.read(_CHUNK)
        finally:
            self._stream.close()

    def _recode(self, chunk: bytes, encoding: str) -> Iterator[bytes]:
        """The stream, which is in UTF-16 or UTF-32, as UTF-8, so that lines end in one byte."""
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

    def _to_utf_8(self, line: bytes, number: int) -> bytes:
        self.encoding = _UTF_8
        if not self._option and not line.isascii() and _is_utf_8(line):
            return line
        is_other = self._is_in_other_encoding(line)
        if is_other:
            share = _share_of_utf_8(line)
            is_other = share < _NEARLY_ALL
            if is_other and self._file_guess is None:
                self._file_guess = self._guess_file_encoding(line)
            text = self._decode_as_guessed(line) if share == 0 else None
            if text is not None and self._file_guess is not None:
                self._is_guess_used = True
                self.encoding = (self._file_guess.encoding, round(self._file_guess.confidence, 3))
                if self._option:
                    self._count("encoding-option", number)
                return text.encode()
        try:
            found = decode_keeping_controls(line, self._option, file_guess=self._file_guess if is_other else None)
        except Undecodable:
            return line  # not JSON, which the parser reports
        self._is_guess_used |= self._file_guess is not None and found.guessed and found.encoding == self._file_guess.encoding
        for kind, _ in found.warnings():
            if kind != "encoding-guess":
                self._count(kind, number)
        self.encoding = (found.encoding, found.confidence)
        return found.text.encode()

    def _is_in_other_encoding(self, line: bytes) -> bool:
        """Whether a line is neither in the encoding that the root is read with nor valid UTF-8."""
        return not (line.isascii() or (self._option and _is_in(line, self._option)) or _is_utf_8(line))

    def _decode_as_guessed(self, line: bytes) -> str | None:
        """The text of a line in the guessed encoding of the file, or None if that has to be
        checked."""
        from searchkit.corpus.detection import is_usual_in_file  # late: 19 ms, as in decode.py

        has_few_controls = len(line) - len(line.translate(None, _CONTROLS)) <= _FEW_CONTROLS
        if (
            self._file_guess is None
            or not has_few_controls
            or b"\0" in line
            or line[:1] in BOM_FIRST_BYTES
            or _has_escapes(line)
        ):
            return None
        text = decode_strictly(line, self._file_guess.encoding)
        return text if text is not None and is_usual_in_file(line, text, self._file_guess) else None

    def _guess_file_encoding(self, first: bytes) -> Guess:
        """Guess the encoding of all records that are not UTF-8, from the first of them to the end
        of the file."""
        from searchkit.corpus.detection import guess_together  # late: 19 ms, as in decode.py

        samples: list[bytes] = []
        step, seen = 1, 0
        at = self._chunk.find(first)
        # A line that is not in the chunk as a whole began before the chunk.
        behind = self._chunk[at + len(first) + 1 :] if at >= 0 else self._chunk.partition(b"\n")[2]
        behind_it = _split_lines(chain([behind], self._read_rest()), self._source.options.limits.max_article)
        for line in chain([first], behind_it):
            if line is None or not self._is_in_other_encoding(line):
                continue
            if seen % step == 0 and _share_of_utf_8(line) < _NEARLY_ALL:
                high = _HIGH.search(line)
                assert high is not None
                samples.append(line[max(0, high.start() - _BEFORE) : high.start() + _LENGTH])
                if len(samples) == MAX_SAMPLES:
                    samples, step = samples[::2], 2 * step
            seen += 1
        return guess_together(samples)

    def _read_rest(self) -> Iterator[bytes]:
        """The rest of the file, which is read again after this."""
        if self._file is None:
            yield from iter(partial(self._stream.look, _CHUNK), b"")
            return
        here = self._file.tell()
        try:
            while chunk := call_checked(partial(self._file.read, _CHUNK), ""):
                yield chunk
        except Damaged:
            pass  # the reading meets it again
        self._file.seek(here)

    def _count(self, kind: str, number: int) -> None:
        self._counts.setdefault(kind, [0, number])[0] += 1

    def _fail(self, reason: str) -> None:
        self.failed = True
        self._source.fail(reason)


def _has_escapes(data: bytes) -> bool:
    # One byte is found ten times faster than two.
    return b"\x1b" in data or (b"~" in data and b"~{" in data)


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _share_of_utf_8(line: bytes) -> int:
    """How much of a line above ASCII is UTF-8: less than half (0), half (1) or nearly all
    (_NEARLY_ALL)."""
    counted = count_utf_8(line)
    return _NEARLY_ALL if counted.is_mostly_valid else int(2 * counted.valid_count >= counted.fault_count)


def _is_in(line: bytes, label: str) -> bool:
    """Whether a line that is not ASCII is in a given encoding, or nearly so."""
    name = encoding_name(label)
    if name in SEVEN_BIT:
        return decode_seven_bit(line, name) is not None
    is_strictly = name not in WIDE and decode_strictly(line, name) is not None
    return is_strictly or (name not in WIDE and decode_tolerantly(line, name).is_mostly_valid)


def _split_lines(chunks: Iterator[bytes], longest: int) -> Iterator[bytes | None]:
    """Split chunks into lines. Not more than the longest line that is allowed is kept in memory."""
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
