"""Bytes to text, whatever decades left behind.

In this order: a byte-order mark, a declared encoding, strict UTF-8, UTF-16 without a mark, windows-1252 for texts whose
only bytes above ASCII are its quotes and dashes, and chardet on the passage where the first such byte stands. An
encoding that does not decode all of the bytes is never taken.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from searchkit.control_characters import clean_text
from searchkit.errors import CorpusError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
"""Encodings in which a line feed is more than one byte."""
_WINDOW = 4096
"""Bytes that chardet sees, from the first one above ASCII: kilobytes of ASCII before it defeat it."""
_TOLD_FROM = 2**20
"""Characters by which a text is judged to be in one script."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ABOVE_ASCII = re.compile(rb"[\x80-\xff]")
_LETTERS_ABOVE = re.compile(rb"[\xa0-\xff]")
_C1 = re.compile(rb"[\x80-\x9f]")

_OTHER_SCRIPTS = re.compile("[\u0370-\u06ff\u0e00-\u0e7f]")
_TOUCHING = re.compile("(?<=[A-Za-z])[\u0370-\u06ff\u0e00-\u0e7f]|[\u0370-\u06ff\u0e00-\u0e7f](?=[A-Za-z])")

_NO_TEXTS = {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
"""Codecs of Python that are no encodings of news, or make half characters."""
_OTHER_NAMES = {"utf-8-sig": "utf-8", "ascii": "windows-1252", "iso8859-1": "windows-1252", "iso8859-9": "windows-1254"}
"""Latin-1, ASCII and Latin-5 labels mean the windows encodings, which hold them (WHATWG Encoding Standard, 4.2)."""

# Where ISO-8859-15 and windows-1252 differ: EUR sign and letters against ¤ ¦ ¨ ¸ ¼ ½ ¾, which stand in no word.
# B4 is left out: an acute accent between letters is a common apostrophe.
_LATIN_9 = re.compile(rb"\xa4|[\xa6\xa8\xb8](?=[A-Za-z\xc0-\xff])|(?<=[A-Za-z\xc0-\xff])[\xa6\xa8\xb8]")
_LATIN_9_LIGATURES = re.compile(rb"(?<![0-9])[\xbc\xbd\xbe](?=[A-Za-z\xc0-\xff])")
_FRACTIONS = re.compile(rb"[0-9 ][\xbc\xbd\xbe](?![A-Za-z\xc0-\xff])")


class Undecodable(CorpusError):
    """Bytes that are no text in any encoding; the message says why."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding that it was decoded from, and how sure that is (0 to 1)."""

    text: str
    encoding: str
    confidence: float


def decode(data: bytes, declared: str = "") -> Decoded:
    """Decode a whole text; its control characters are cleaned (see `control_characters`). Raises Undecodable.

    `declared` is the encoding that something says the text has, or ""; it is taken when it decodes all of the bytes.
    """
    text, encoding, confidence = _decode(data, declared)
    controls = _count(_CONTROLS, text)
    if "\0" in text or controls > 8 + len(text) // 50:
        raise Undecodable("binary data, not text")
    return Decoded(clean_text(text), encoding, confidence)


def shown(path: str) -> str:
    """A path as text that every encoding of Unicode can hold: bytes of it that are not UTF-8 become `\\xNN`."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace") if not path.isascii() else path


def sniff(data: bytes) -> Decoded:
    """The encoding of a text from its beginning (`text` is ""), for reading it as a stream. Raises Undecodable."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded("", encoding, 1.0)
    wide = _wide(data)
    if wide:
        return Decoded("", wide, 0.9)
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(data)
    except UnicodeDecodeError:
        return Decoded("", *_decode(data, "")[1:])
    return Decoded("", "utf-8", 1.0)


def _decode(data: bytes, declared: str) -> tuple[str, str, float]:
    mentioned = ""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _try(data[len(mark) :], encoding)
            if text is not None:
                return text, encoding, 1.0
            mentioned = encoding  # the mark of UTF-32 also begins a UTF-16 text whose first character is a NUL
    if mentioned:
        raise Undecodable(f"it begins with the mark of {mentioned} and is not {mentioned}; is it cut off?")
    name = encoding_name(declared) if declared else ""
    text = _try(data, name) if name else None
    if text is not None:
        return text, name, 1.0
    if b"\0" in data:  # NULs are valid UTF-8: plain English in UTF-16 would pass for it
        wide = _wide(data)
        text = _try(data, wide) if wide else None
        if text is None:
            raise Undecodable("binary data, not text")
        return text, wide, 0.9
    text = _try(data, "utf-8")
    if text is not None:
        return text, "utf-8", 1.0
    if not _LETTERS_ABOVE.search(data):
        text = _try(data, "windows-1252")
        if text is not None:
            return text, "windows-1252", 0.8
    return _detect(data)


def _detect(data: bytes) -> tuple[str, str, float]:
    import chardet  # 100 ms: only when reached

    above = _ABOVE_ASCII.search(data)
    first = above.start() if above else 0
    # Letters before the first byte belong to its word, and tell it from a quotation mark.
    window = data[max(0, first - 64) : first + _WINDOW]
    found = chardet.detect(window, encoding_era=chardet.EncodingEra.MODERN_WEB)
    name = encoding_name(found["encoding"] or "")
    if name == "windows-1252" and _is_latin_9(data):
        name = "iso-8859-15"
    for candidate, confidence in ((name, float(found["confidence"] or 0.0)), ("windows-1252", 0.1)):
        text = _try(data, candidate) if candidate else None
        if text is not None and not _is_mixed(text[:_TOLD_FROM]):
            return text, candidate, round(confidence, 3)
    raise Undecodable("its encoding cannot be told; convert it to UTF-8")


def _is_latin_9(data: bytes) -> bool:
    """Whether what looks like windows-1252 is ISO-8859-15, which chardet does not tell from it."""
    if _C1.search(data) or _FRACTIONS.search(data):
        return False
    return bool(_LATIN_9.search(data) or _LATIN_9_LIGATURES.search(data))


def _is_mixed(text: str) -> bool:
    """Whether Greek, Cyrillic, Hebrew, Arabic or Thai letters mostly touch Latin ones: French taken for Hebrew, say."""
    return 2 * _count(_TOUCHING, text) > _count(_OTHER_SCRIPTS, text)


def _count(character: re.Pattern[str], text: str) -> int:
    """How many characters fit; a list of all, as `findall` makes it, would take fifty times the memory of the text."""
    return len(text) - len(character.sub("", text))


def encoding_name(label: str) -> str:
    """The name of an encoding, lower-case and as IANA has it, or "" for what is none."""
    try:
        name = codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return ""
    if name in _NO_TEXTS:
        return ""
    if name in _OTHER_NAMES:
        return _OTHER_NAMES[name]
    if name.startswith("cp125"):
        return f"windows-{name[2:]}"
    return name.replace("iso8859", "iso-8859").replace("_", "-")


def _try(data: bytes, encoding: str) -> str | None:
    if encoding.startswith("iso-8859-") and _C1.search(data):
        return None  # it would turn curly quotes into control characters
    try:
        text = data.decode(encoding)
    except (ValueError, LookupError):  # UnicodeError is a ValueError; LookupError: a codec that makes no text
        return None
    return None if _SURROGATES.search(text) else text


def _wide(data: bytes) -> str:
    """UTF-16 without a mark, by its zeros: in one of two bytes (Latin), or in blanks between letters of few blocks."""
    head = data[:4096]
    head = head[: len(head) & ~1]
    for encoding, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        zeros, stray = high.count(0), head.count(0) - high.count(0)
        least = len(high) if len(head) < 16 else len(high) // (3 if len(set(high)) > 6 else 20)
        if zeros > 0 and zeros >= least and stray <= zeros // 8:
            return encoding
    return ""
