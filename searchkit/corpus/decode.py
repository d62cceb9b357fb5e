"""Bytes to text, whatever decades left behind.

In this order: a byte-order mark, a declared encoding, strict UTF-8, UTF-16 without a mark, windows-1252 for texts whose
only bytes above ASCII are its quotes and dashes, and chardet on the passage where the first such byte stands. An
encoding that does not decode all of the bytes is never taken.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WINDOW = 4096
"""Bytes that chardet sees, from the first one above ASCII: kilobytes of ASCII before it defeat it."""

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")
"""Control characters, but for tab, line feed and next line."""


class Undecodable(ValueError):
    """Bytes that are no text in any encoding; the message says why."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding that it was decoded from, and how sure that is (0 to 1)."""

    text: str
    encoding: str
    confidence: float


def decode(data: bytes, declared: str = "") -> Decoded:
    """Decode a whole text; line ends become line feeds, control characters go. Raises Undecodable."""
    text, encoding, confidence = _decode(data, declared)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    controls = len(CONTROLS.findall(text))
    if text.count("\0") > 0 or controls > 8 + len(text) // 50:
        raise Undecodable("binary data, not text")
    return Decoded(clean(text), encoding, confidence)


def clean(text: str) -> str:
    """A text without control characters (tabs and line feeds stay)."""
    return CONTROLS.sub("", text)


def sniff(data: bytes) -> str:
    """The encoding of a text from its beginning, for reading it as a stream."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(data)
        return "utf-8"
    except UnicodeDecodeError:
        return _decode(data, "")[1]


def _decode(data: bytes, declared: str) -> tuple[str, str, float]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _try(data[len(mark) :], encoding)
            if text is None:
                raise Undecodable(f"it begins with the mark of {encoding.upper()} and is not {encoding.upper()}")
            return text, encoding, 1.0
    if declared:
        name = _named(declared)
        text = _try(data, name) if name else None
        if text is not None:
            return text, name, 1.0
    text = _try(data, "utf-8")
    if text is not None:
        return text, "utf-8", 1.0
    wide = _wide(data)
    if wide:
        text = _try(data, wide)
        if text is not None:
            return text, wide, 0.9
    above = [byte for byte in data if byte > 0x7F]
    if all(byte < 0xA0 for byte in above):
        text = _try(data, "windows-1252")
        if text is not None:
            return text, "windows-1252", 0.8
    return _detect(data)


def _detect(data: bytes) -> tuple[str, str, float]:
    import chardet  # 100 ms: only when reached

    first = next(index for index, byte in enumerate(data) if byte > 0x7F)
    window = data[first : first + _WINDOW]
    # Letters before the first byte belong to its word, and tell it from a quotation mark.
    window = data[max(0, first - 64) : first] + window
    found = chardet.detect(window, encoding_era=chardet.EncodingEra.MODERN_WEB)
    name = _named(found["encoding"] or "")
    for candidate, confidence in ((name, float(found["confidence"] or 0.0)), ("windows-1252", 0.1)):
        text = _try(data, candidate) if candidate else None
        if text is not None:
            return text, candidate, round(confidence, 3)
    raise Undecodable("its encoding cannot be told; convert it to UTF-8")


def _named(label: str) -> str:
    """Python's name of an encoding; labels of latin-1 and ASCII mean windows-1252 (WHATWG Encoding Standard)."""
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return ""
    if name in ("ascii", "iso8859-1"):
        return "windows-1252"
    if name.startswith("cp125"):
        return f"windows-{name[2:]}"
    return name.replace("iso8859", "iso-8859")


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _wide(data: bytes) -> str:
    """UTF-16 without a mark, by its zeros."""
    head = data[:4096]
    if len(head) < 8:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 5 and even < odd // 8 + 1:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) // 5 and odd < even // 8 + 1 else ""
