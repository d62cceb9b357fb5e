"""Bytes read as an encoding that they nearly are: a stray byte or a cut character is counted, and nothing is dropped.

In UTF-8 a stray byte is the character that windows-1252 has there, as where texts were pasted together; FE and FF, which end
files and fill records, only between letters. Where windows-1252 has none, and where a character is cut off, it is U+FFFD.
Pairs of surrogates (CESU-8) are the character that they stand for. C0 80, as Java writes it, is NUL, and so a blank. In all
other encodings what stands for nothing is U+FFFD.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchkit.corpus.encoding_names import codecs_of

MOST_LOOKED_AT = 1000
"""Stray bytes of encodings of two bytes a character of which each is looked at; of more, each is U+FFFD."""
_PIECE, _PIECES = 16384, 8
_LOST = "\ufffd"
_SURROGATES = re.compile("[\ud800-\udfff]")
# A byte NN that is not of the encoding is U+DCNN here (the error handler "surrogateescape" of Python).
_SEVERAL = re.compile(
    "(\udced[\udca0-\udcaf][\udc80-\udcbf]\udced[\udcb0-\udcbf][\udc80-\udcbf])"  # a pair of surrogates
    "|(\udcc0\udc80)"
    "|\udced[\udca0-\udcbf][\udc80-\udcbf]"  # half a pair
    "|[\udcc0\udcc1][\udc80-\udcbf]|\udce0[\udc80-\udc9f][\udc80-\udcbf]"  # a character in more bytes than it needs
    "|[\udce0-\udcef][\udc80-\udcbf]|[\udcf0-\udcf4][\udc80-\udcbf]{1,2}|[\udcc2-\udcf4]\\Z"  # a cut one
)
_FILLING = re.compile("(?<![^\\W\\d_])[\udcfe\udcff]|[\udcfe\udcff](?![^\\W\\d_])")
_AS_WINDOWS_1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(128, 256)}
_NO_SHIFT_JIS = {0x80: "\udc80", 0xF8F0: "\udca0", 0xF8F1: "\udcfd", 0xF8F2: "\udcfe", 0xF8F3: "\udcff"}
"""Characters that cp932 makes of bytes that are nothing in Shift-JIS, and the bytes."""
_IN_NO_SHIFT_JIS = re.compile("[\x80\uf8f0-\uf8f3]")
_CUT_END = re.compile("[\udc80-\udcff]+\\Z")
_ESCAPED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text of bytes: how many of these do not belong to the encoding, in how many places, where the first of them stands
    (-1: nowhere), and how many characters above ASCII do belong to it."""

    text: str
    strays: int
    places: int
    first: int
    right: int

    @property
    def is_mostly_right(self) -> bool:
        """Whether nearly all that is not ASCII belongs to the encoding."""
        return self.right >= 4 * self.places or self.places <= 2 < self.right

    @property
    def confidence(self) -> float:
        """The share of what is not ASCII that belongs to the encoding."""
        return self.right / max(1, self.right + self.places)


def read_strictly(data: bytes, encoding: str) -> str | None:
    """The text of bytes that are all of an encoding, else None."""
    for codec in codecs_of(encoding):
        try:
            text = data.decode(codec)
        except ValueError:
            continue
        if codec == "cp932" and _IN_NO_SHIFT_JIS.search(text):
            continue
        if encoding == "utf-8" or not _SURROGATES.search(text):
            return text
    return None


def read_tolerantly(data: bytes, encoding: str) -> Reading:
    """The text of bytes of which some are not of an encoding."""
    if encoding == "utf-8":
        return _utf_8(data)
    texts = {codec: data.decode(codec, "replace") for codec in codecs_of(encoding)}
    if "cp932" in texts:
        texts["cp932"] = _IN_NO_SHIFT_JIS.sub(_LOST, texts["cp932"])
    codec, text = min(texts.items(), key=lambda item: item[1].count(_LOST))
    places = strays = text.count(_LOST)
    if 0 < strays <= MOST_LOOKED_AT and encoding.startswith(("gb", "big5", "euc", "shift")):
        text = data.decode(codec, "surrogateescape")
        if codec == "cp932":
            text = text.translate(_NO_SHIFT_JIS)
        strays = len(_ESCAPED.findall(text))
        places = len(_ESCAPED.findall(_CUT_END.sub("", text)))  # a cut end says nothing against the encoding
        text = _CUT_END.sub(_LOST, text)
        if encoding == "gb18030":
            text = text.replace("\udc80", "€")  # as Windows has it
        text = _ESCAPED.sub(_LOST, text)
    text = _SURROGATES.sub(_LOST, text)
    return Reading(text, strays, places, _first_fault(data, codec), _above_ascii(text) - text.count(_LOST))


def _utf_8(data: bytes) -> Reading:
    if not _may_be_utf_8(data):
        return Reading("", len(data), len(data), 0, 0)
    text = data.decode("utf-8", "surrogateescape")
    strays = len(data) - len(text.encode("utf-8", "ignore"))
    right = _above_ascii(text) - strays
    places = strays

    def read(found: re.Match[str]) -> str:
        nonlocal places, right
        pair, nul = found.groups()
        places -= len(found[0]) - 1
        right += 10 if pair or nul else 2 * (len(found[0]) > 1)  # few other encodings have such
        if pair:
            _, a, b, _, c, d = map(ord, pair)
            return chr(0x10000 + ((a & 0xF) << 16 | (b & 0x3F) << 10 | (c & 0xF) << 6 | d & 0x3F))
        return " " if nul else _LOST

    text = _SEVERAL.sub(read, text)
    text = _FILLING.sub(_LOST, text).translate(_AS_WINDOWS_1252)
    return Reading(text, strays, places, _first_fault(data, "utf-8"), right)


def _may_be_utf_8(data: bytes) -> bool:
    """Whether some of what is above ASCII in some pieces of a long text is UTF-8, as all of it in most texts is not."""
    if len(data) < 2 * _PIECE * _PIECES:
        return True
    first = _first_fault(data, "utf-8")
    step = (len(data) - first) // _PIECES
    pieces = (_utf_8(data[start : start + _PIECE]) for start in range(first, first + step * _PIECES, max(1, step)))
    found = [(one.right, one.places) for one in pieces]
    return 2 * sum(right for right, _ in found) >= sum(places for _, places in found)


def _above_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _first_fault(data: bytes, codec: str) -> int:
    end = -1
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        end = error.start
        text = data[:end].decode(codec)
    none = _IN_NO_SHIFT_JIS.search(text) if codec == "cp932" else None
    return len(text[: none.start()].encode(codec)) if none else end
