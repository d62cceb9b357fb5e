"""Decodes bytes to text, and finds out the encoding.

These are tried in turn: a byte-order mark; the encoding that the root is read with; the encoding
that the data declares; UTF-16 and UTF-32 by the positions of their NULs; ISO-2022 and HZ by their
escapes; UTF-8, also if a few bytes are not valid; and the encoding in which the bytes make the
likeliest text (`detection`). A byte that is not valid becomes U+FFFD and is counted; none is
dropped.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from searchkit.control_characters import has_controls, replace_controls
from searchkit.corpus.encoding_names import BOM_FIRST_BYTES, BOMS, SEVEN_BIT, WIDE, encoding_name
from searchkit.corpus.signatures import decode_seven_bit, may_be_wide, wide_encoding
from searchkit.corpus.tolerant_decoding import TolerantText, decode_strictly, decode_tolerantly
from searchkit.errors import CorpusError

if TYPE_CHECKING:
    from searchkit.corpus.detection import Guess

__all__ = ["WIDE", "Decoded", "Undecodable", "decode", "encoding_name", "printable_path"]

SURE_CONFIDENCE = 0.85
"""A guess with a lower confidence is reported."""
MAX_HARMLESS_STRAYS = 2
"""Maximum number of invalid bytes that are no evidence against a named single-byte encoding."""
_BINARY_REASON = "binary data, not text"
_MULTIBYTE_PREFIXES = ("utf", "gb", "big5", "euc", "shift", "johab")
_HIGH = re.compile(rb"[\x80-\xff]")
_CUT_END = re.compile(rb"((?<=[a-z])\xc3|\xe2[\x80-\x84]?|\xf0\x9f[\x80-\xbf]?)\Z")
"""The beginning of a UTF-8 character at the end of an otherwise ASCII text: of a word like "café",
a usual sign, or an emoji. In other encodings hardly any text ends so."""
_END_OF_FILE = "\x1a"
"""Ends files of CP/M and DOS, and fills their last block."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class Undecodable(CorpusError):
    """The bytes are not text in any encoding; the message says why."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding that it was decoded from, and the confidence in it (0 to 1).

    `stray_count` bytes are not valid in the encoding. The first of them is `stray_byte`, at offset
    `first_stray` (-1 for none). `refused` is the encoding of the root if it does not decode the
    text. `guessed` says that nothing named the encoding.
    """

    text: str
    encoding: str
    confidence: float
    stray_count: int = 0
    first_stray: int = -1
    stray_byte: int = 0
    refused: str = ""
    guessed: bool = False

    def warnings(self) -> Iterator[tuple[str, str]]:
        """The warnings to report: kinds (`read_warnings.KINDS`) and texts."""
        if self.refused:
            yield "encoding-option", f"{self.encoding}, not {self.refused}"
        if self.stray_count:
            kind = "no-utf-8" if self.encoding == "utf-8" else "stray-bytes"
            number = "1 byte," if self.stray_count == 1 else f"{self.stray_count:,} bytes, the first"
            yield kind, f"{number} 0x{self.stray_byte:02x} at byte {self.first_stray}"
        if self.guessed and self.confidence < SURE_CONFIDENCE:
            yield "encoding-guess", f"{self.encoding}, confidence {self.confidence:.2f}"


def decode(data: bytes, encoding: str = "", declared: str = "") -> Decoded:
    """Decode a whole text, and replace its control characters (see `control_characters`). Raises
    Undecodable.

    `encoding` is the one that the root is read with, `declared` the one that the data names; ""
    stands for none.
    """
    found = decode_keeping_controls(data, encoding, declared)
    return replace(found, text=replace_controls(found.text)) if has_controls(found.text) else found


def decode_keeping_controls(data: bytes, encoding: str = "", declared: str = "", file_guess: Guess | None = None) -> Decoded:
    """Decode a text in which control characters have a meaning, and stay. Raises Undecodable.

    `file_guess` is the guess for all texts of which this is one. It holds unless the evidence of
    this text against it is strong.
    """
    found = _decode(data, encoding, declared, file_guess)
    if not has_controls(found.text) and not found.stray_count:
        return found
    if "\0" in found.text or _count_matches(_CONTROLS, found.text.rstrip(_END_OF_FILE)) > 8 + len(found.text) // 50:
        raise Undecodable(_BINARY_REASON)
    stray_byte = data[found.first_stray] if found.stray_count else 0
    return replace(found, stray_byte=stray_byte) if stray_byte else found


def printable_path(path: str) -> str:
    """A path as a string without surrogates: bytes that are not UTF-8 become `\\xNN`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") if not path.isascii() else path


def detect_from_head(head: bytes, encoding: str) -> str:
    """The encoding that a byte-order mark or NULs at the beginning of a stream show, or "".

    `encoding` is the one that the root is read with; it is returned if it is UTF-16 or UTF-32 and
    may be right.
    """
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    name = encoding_name(encoding) if encoding else ""
    return name if name in WIDE and may_be_wide(head, name) else wide_encoding(head)


def _decode(data: bytes, encoding: str, declared: str, file_guess: Guess | None) -> Decoded:
    found = _decode_by_bom(data)
    if found is not None:
        return found
    # A text may begin with the byte-order mark of UTF-8 and not be UTF-8.
    rest = data.removeprefix(codecs.BOM_UTF8)
    found = _decode_without_bom(rest, encoding, declared, file_guess)
    return replace(found, first_stray=found.first_stray + len(data) - len(rest)) if found.stray_count else found


def _decode_without_bom(data: bytes, encoding: str, declared: str, file_guess: Guess | None) -> Decoded:
    refused = ""
    for given in (encoding, declared):
        name = encoding_name(given) if given else ""
        named = _decode_as(data, name) if name else None
        if named is not None:
            return replace(named, refused=refused) if refused else named
        if given is encoding:
            refused = name
    found = _decode_undeclared(data, file_guess)
    return replace(found, refused=refused) if refused else found


def _decode_by_bom(data: bytes) -> Decoded | None:
    """The text behind a byte-order mark, or None without one. Raises Undecodable."""
    marked = ""
    if data[:1] not in BOM_FIRST_BYTES:
        return None
    for mark, encoding in BOMS:
        if data.startswith(mark):
            marked = encoding
            found = _decode_as(data[len(mark) :], encoding)
            if found is not None:
                return replace(found, first_stray=found.first_stray + len(mark) if found.stray_count else -1)
            # The mark of UTF-32 may also be that of UTF-16 and a NUL.
    if marked in ("", "utf-8"):
        return None
    raise Undecodable(f"it begins with the mark of {marked} and is not {marked}; is it cut off?")


def _decode_as(data: bytes, encoding: str) -> Decoded | None:
    """The text of bytes in an encoding that something names, or None if they are not even nearly in
    it."""
    if encoding in SEVEN_BIT:
        found = _decode_escapes(data, encoding)
        return found or (Decoded(data.decode("ascii"), encoding, 1.0) if data.isascii() else None)
    if encoding in WIDE and not may_be_wide(data, encoding):
        return None
    text = decode_strictly(data, encoding)
    if text is not None:
        return Decoded(text, encoding, 1.0) if "\0" not in text else None
    tolerant = decode_tolerantly(data, encoding)
    if "\0" in tolerant.text:
        return None
    if encoding in WIDE:
        is_right = tolerant.fault_count <= 1 + len(tolerant.text) // 20
        share = 1 - tolerant.fault_count / max(1, len(tolerant.text))
        return replace(_from_tolerant(tolerant, encoding, 0.99), confidence=round(0.99 * share, 3)) if is_right else None
    if tolerant.is_mostly_valid:
        return _from_tolerant(tolerant, encoding, 0.99)
    # A Western letter in an encoding of several bytes a character is a stray: there a few are
    # evidence against it.
    if tolerant.stray_count <= MAX_HARMLESS_STRAYS and not encoding.startswith(_MULTIBYTE_PREFIXES):
        return replace(
            _from_tolerant(tolerant, encoding, 0.99), confidence=round(0.99 * (1 - tolerant.stray_count / len(data)), 3)
        )
    return None


def _from_tolerant(tolerant: TolerantText, encoding: str, confidence: float) -> Decoded:
    return Decoded(
        tolerant.text, encoding, round(confidence * tolerant.confidence, 3), tolerant.stray_count, tolerant.first_stray
    )


def _decode_undeclared(data: bytes, file_guess: Guess | None) -> Decoded:
    if b"\0" in data:  # NULs are valid UTF-8: plain English in UTF-16 would pass for it
        wide = wide_encoding(data)
        found = _decode_as(data, wide) if wide else None
        if found is None:
            raise Undecodable(_BINARY_REASON)
        return replace(found, confidence=round(0.9 * found.confidence, 3))
    if b"\x1b" in data or (data.isascii() and b"~{" in data):
        escaped = _decode_escapes(data)
        if escaped is not None:
            return replace(escaped, confidence=0.95)
    utf_8 = decode_strictly(data, "utf-8")
    if utf_8 is not None:
        return Decoded(utf_8, "utf-8", 1.0)
    tolerant = decode_tolerantly(data, "utf-8")
    if tolerant.is_mostly_valid:
        return _from_tolerant(tolerant, "utf-8", 0.99)
    cut = _CUT_END.search(data[-4:])
    if cut is not None and tolerant.text and tolerant.stray_count == len(cut[1]):
        return replace(_from_tolerant(tolerant, "utf-8", 0.99), confidence=0.9)
    return _decode_by_guess(data, tolerant, file_guess)


def _decode_escapes(data: bytes, encoding: str = "") -> Decoded | None:
    """The text of bytes in a 7-bit encoding, or None if they have no escapes."""
    found = decode_seven_bit(data, encoding)
    if found is None:
        return None
    text, name, lost = found
    first = -1
    if lost:
        high = _HIGH.search(data)
        first = high.start() if high else data.find(b"\x1b")
    return Decoded(text, name, 1.0, lost, first)


def _decode_by_guess(data: bytes, utf_8: TolerantText, file_guess: Guess | None) -> Decoded:
    """The likeliest text of bytes that are not UTF-8."""
    from searchkit.corpus.detection import (  # late: 19 ms at the start of a run over UTF-8
        guess_encodings,
        guess_in_file,
        is_likelier_utf_8,
    )

    found = guess_encodings(data) if file_guess is None else guess_in_file(data, file_guess)
    if 2 * utf_8.valid_count >= utf_8.fault_count and is_likelier_utf_8(data, found[0]):
        return _from_tolerant(utf_8, "utf-8", 0.99)
    decoded = _first_that_decodes(data, found)
    if decoded is None and file_guess is not None:
        decoded = _first_that_decodes(data, guess_encodings(data))
    return decoded or replace(_from_tolerant(decode_tolerantly(data, "windows-1252"), "windows-1252", 0.1), guessed=True)


def _first_that_decodes(data: bytes, found: list[Guess]) -> Decoded | None:
    """The text in the first guessed encoding in which nearly all bytes are valid, or None."""
    for guess in found:
        text = decode_strictly(data, guess.encoding)
        if text is not None:
            return Decoded(text, guess.encoding, round(guess.confidence, 3), guessed=True)
        tolerant = decode_tolerantly(data, guess.encoding)
        if tolerant.is_mostly_valid:
            return replace(_from_tolerant(tolerant, guess.encoding, guess.confidence), guessed=True)
    return None


def _count_matches(character: re.Pattern[str], text: str) -> int:
    """The number of characters that match; the list of `findall` would take fifty times the memory
    of the text."""
    return len(text) - len(character.sub("", text))
