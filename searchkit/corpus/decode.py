"""Bytes to text, whatever decades left behind.

In this order: a byte-order mark; the encoding that the root is read with; the one that the data declares; UTF-16 and UTF-32
by where their NULs stand; ISO-2022 and HZ by their escapes; UTF-8, also where a few bytes are not; and the encoding in which
the bytes make the likeliest text (`detection`). A byte that stands for nothing is U+FFFD and counted: none is dropped.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from searchkit.control_characters import clean_text, has_controls
from searchkit.corpus.encoding_names import FIRST_OF_MARKS, MARKS, SEVEN_BIT, WIDE, encoding_name
from searchkit.corpus.signatures import may_be_wide, read_seven_bit, wide_encoding
from searchkit.corpus.strays import Reading, read_strictly, read_tolerantly
from searchkit.errors import CorpusError

if TYPE_CHECKING:
    from searchkit.corpus.detection import Guess

__all__ = ["WIDE", "Decoded", "Undecodable", "decode", "encoding_name", "shown"]

SURE = 0.85
"""A guess of which the confidence is lower is reported."""
FEW = 2
"""Bytes that a named encoding of one byte a character has not, and that say nothing against it."""
_BINARY = "binary data, not text"
_SEVERAL_BYTES = ("utf", "gb", "big5", "euc", "shift", "johab")
_HIGH = re.compile(rb"[\x80-\xff]")
_CUT_END = re.compile(rb"((?<=[a-z])\xc3|\xe2[\x80-\x84]?|\xf0\x9f[\x80-\xbf]?)\Z")
"""A cut character at the end of a text that has no others above ASCII: of a word like "café", a usual sign, or an emoji. In
other encodings hardly any text ends so."""
_END_OF_FILE = "\x1a"
"""Ends files of CP/M and DOS, and fills their last block."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class Undecodable(CorpusError):
    """Bytes that are no text in any encoding; the message says why."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding that it was decoded from, and how sure that is (0 to 1).

    `strays` bytes do not belong to the encoding, the first of them stands at byte `first_stray` and is `stray_byte`.
    `refused` is the encoding of the root, where it does not decode the text. `guessed` says that nothing named the encoding.
    """

    text: str
    encoding: str
    confidence: float
    strays: int = 0
    first_stray: int = -1
    stray_byte: int = 0
    refused: str = ""
    guessed: bool = False

    def warnings(self) -> Iterator[tuple[str, str]]:
        """What a report should say of it: kinds of warnings (`read_warnings.KINDS`) and their texts."""
        if self.refused:
            yield "encoding-option", f"{self.encoding}, not {self.refused}"
        if self.strays:
            kind = "no-utf-8" if self.encoding == "utf-8" else "stray-bytes"
            number = "1 byte," if self.strays == 1 else f"{self.strays:,} bytes, the first"
            yield kind, f"{number} 0x{self.stray_byte:02x} at byte {self.first_stray}"
        if self.guessed and self.confidence < SURE:
            yield "encoding-guess", f"{self.encoding}, confidence {self.confidence:.2f}"


def decode(data: bytes, encoding: str = "", declared: str = "") -> Decoded:
    """Decode a whole text; its control characters are cleaned (see `control_characters`). Raises Undecodable.

    `encoding` is what the root is read with, `declared` what something says of this text; "" says nothing.
    """
    found = decode_as_it_is(data, encoding, declared)
    return replace(found, text=clean_text(found.text)) if has_controls(found.text) else found


def decode_as_it_is(data: bytes, encoding: str = "", declared: str = "", expected: Guess | None = None) -> Decoded:
    """Decode a text whose control characters are cleaned later, for they have a meaning in it. Raises Undecodable.

    `expected` is what was guessed of all texts of which this is one: it holds unless this text itself says otherwise,
    strongly.
    """
    found = _decode(data, encoding, declared, expected)
    if not has_controls(found.text) and not found.strays:
        return found
    if "\0" in found.text or _count(_CONTROLS, found.text.rstrip(_END_OF_FILE)) > 8 + len(found.text) // 50:
        raise Undecodable(_BINARY)
    stray_byte = data[found.first_stray] if found.strays else 0
    return replace(found, stray_byte=stray_byte) if stray_byte else found


def shown(path: str) -> str:
    """A path as text that every encoding of Unicode can hold: bytes of it that are not UTF-8 become `\\xNN`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") if not path.isascii() else path


def mark_or_nuls(head: bytes, encoding: str) -> str:
    """The encoding that the beginning of a stream shows by a mark or by its NULs, else "" or a wide one that is given."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    name = encoding_name(encoding) if encoding else ""
    return name if name in WIDE and may_be_wide(head, name) else wide_encoding(head)


def _decode(data: bytes, encoding: str, declared: str, expected: Guess | None) -> Decoded:
    marked = _marked(data)
    if marked is not None:
        return marked
    # A mark may stand before a text that is not UTF-8 all the same.
    rest = data.removeprefix(codecs.BOM_UTF8)
    found = _without_mark(rest, encoding, declared, expected)
    return replace(found, first_stray=found.first_stray + len(data) - len(rest)) if found.strays else found


def _without_mark(data: bytes, encoding: str, declared: str, expected: Guess | None) -> Decoded:
    refused = ""
    for given in (encoding, declared):
        name = encoding_name(given) if given else ""
        named = _named(data, name) if name else None
        if named is not None:
            return replace(named, refused=refused) if refused else named
        if given is encoding:
            refused = name
    found = _unnamed(data, expected)
    return replace(found, refused=refused) if refused else found


def _marked(data: bytes) -> Decoded | None:
    """The text behind a byte-order mark, or None without one."""
    mentioned = ""
    if data[:1] not in FIRST_OF_MARKS:
        return None
    for mark, encoding in MARKS:
        if data.startswith(mark):
            mentioned = encoding
            found = _named(data[len(mark) :], encoding)
            if found is not None:
                return replace(found, first_stray=found.first_stray + len(mark) if found.strays else -1)
            # The mark of UTF-32 also begins a UTF-16 text whose first character is a NUL.
    if mentioned in ("", "utf-8"):
        return None
    raise Undecodable(f"it begins with the mark of {mentioned} and is not {mentioned}; is it cut off?")


def _named(data: bytes, encoding: str) -> Decoded | None:
    """A text that is said to be in an encoding, None where it is not, or not nearly."""
    if encoding in SEVEN_BIT:
        found = _escaped(data, encoding)
        return found or (Decoded(data.decode("ascii"), encoding, 1.0) if data.isascii() else None)
    if encoding in WIDE and not may_be_wide(data, encoding):
        return None
    text = read_strictly(data, encoding)
    if text is not None:
        return Decoded(text, encoding, 1.0) if "\0" not in text else None
    reading = read_tolerantly(data, encoding)
    if "\0" in reading.text:
        return None
    if encoding in WIDE:
        is_right = reading.places <= 1 + len(reading.text) // 20
        share = 1 - reading.places / max(1, len(reading.text))
        return replace(_of(reading, encoding, 0.99), confidence=round(0.99 * share, 3)) if is_right else None
    if reading.is_mostly_right:
        return _of(reading, encoding, 0.99)
    # In one of several bytes a character, a lone letter of a Western encoding is a stray: strays alone speak against it.
    if reading.strays <= FEW and not encoding.startswith(_SEVERAL_BYTES):
        return replace(_of(reading, encoding, 0.99), confidence=round(0.99 * (1 - reading.strays / len(data)), 3))
    return None


def _of(reading: Reading, encoding: str, confidence: float) -> Decoded:
    return Decoded(reading.text, encoding, round(confidence * reading.confidence, 3), reading.strays, reading.first)


def _unnamed(data: bytes, expected: Guess | None) -> Decoded:
    if b"\0" in data:  # NULs are valid UTF-8: plain English in UTF-16 would pass for it
        wide = wide_encoding(data)
        found = _named(data, wide) if wide else None
        if found is None:
            raise Undecodable(_BINARY)
        return replace(found, confidence=round(0.9 * found.confidence, 3))
    if b"\x1b" in data or (data.isascii() and b"~{" in data):
        escaped = _escaped(data)
        if escaped is not None:
            return replace(escaped, confidence=0.95)
    utf_8 = read_strictly(data, "utf-8")
    if utf_8 is not None:
        return Decoded(utf_8, "utf-8", 1.0)
    reading = read_tolerantly(data, "utf-8")
    if reading.is_mostly_right:
        return _of(reading, "utf-8", 0.99)
    cut = _CUT_END.search(data[-4:])
    if cut is not None and reading.text and reading.strays == len(cut[1]):
        return replace(_of(reading, "utf-8", 0.99), confidence=0.9)
    return _guessed(data, reading, expected)


def _escaped(data: bytes, encoding: str = "") -> Decoded | None:
    """A text of a 7-bit encoding, None without its escapes."""
    found = read_seven_bit(data, encoding)
    if found is None:
        return None
    text, name, lost = found
    first = -1
    if lost:
        high = _HIGH.search(data)
        first = high.start() if high else data.find(b"\x1b")
    return Decoded(text, name, 1.0, lost, first)


def _guessed(data: bytes, utf_8: Reading, expected: Guess | None) -> Decoded:
    """The likeliest text of bytes, most of which above ASCII are not UTF-8."""
    from searchkit.corpus.detection import guesses, guesses_beside, is_likelier_utf_8  # late: samples of forty languages

    found = guesses(data) if expected is None else guesses_beside(data, expected)
    if 2 * utf_8.right >= utf_8.places and is_likelier_utf_8(data, found[0]):
        return _of(utf_8, "utf-8", 0.99)
    decoded = _first_that_decodes(data, found)
    if decoded is None and expected is not None:
        decoded = _first_that_decodes(data, guesses(data))
    return decoded or replace(_of(read_tolerantly(data, "windows-1252"), "windows-1252", 0.1), guessed=True)


def _first_that_decodes(data: bytes, found: list[Guess]) -> Decoded | None:
    for guess in found:
        text = read_strictly(data, guess.encoding)
        if text is not None:
            return Decoded(text, guess.encoding, round(guess.confidence, 3), guessed=True)
        reading = read_tolerantly(data, guess.encoding)
        if reading.is_mostly_right:
            return replace(_of(reading, guess.encoding, guess.confidence), guessed=True)
    return None


def _count(character: re.Pattern[str], text: str) -> int:
    """How many characters fit; a list of all, as `findall` makes it, would take fifty times the memory of the text."""
    return len(text) - len(character.sub("", text))
