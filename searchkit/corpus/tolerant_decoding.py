"""Decodes bytes that are nearly in an encoding: stray bytes and cut characters are counted, and
nothing is dropped.

In UTF-8 a stray byte becomes the character that windows-1252 has for it, since texts may have been
pasted together; FE and FF, which end files and fill records, only between letters. U+FFFD stands
for bytes that windows-1252 does not have, and for cut characters. The first of two bytes is a cut
character at the end of a word, if other characters of the text begin with it. Pairs of surrogates
(CESU-8) become the character that they stand for. C0 80, which Java writes for NUL, becomes a
blank. In all other encodings U+FFFD stands for every invalid byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from searchkit.corpus.encoding_names import python_codecs

MAX_EXAMINED = 1000
"""Maximum number of stray bytes in an encoding of two bytes a character that are looked at one by
one; each further one becomes U+FFFD."""
_COUNTED_FIRST = 65536
"""Size in bytes of data from which on valid UTF-8 is counted first: decoding is slow where most is
not valid."""
_LOST = "\ufffd"
_SURROGATES = re.compile("[\ud800-\udfff]")
# A byte NN that is not of the encoding is U+DCNN here (the error handler "surrogateescape" of
# Python).
_MULTIBYTE_STRAYS = re.compile(
    "(\udced[\udca0-\udcaf][\udc80-\udcbf]\udced[\udcb0-\udcbf][\udc80-\udcbf])"  # a pair of surrogates
    "|(\udcc0\udc80)"
    "|\udced[\udca0-\udcbf][\udc80-\udcbf]"  # half a pair
    "|[\udcc0\udcc1][\udc80-\udcbf]|\udce0[\udc80-\udc9f][\udc80-\udcbf]"  # an overlong form
    "|[\udce0-\udcef][\udc80-\udcbf]|[\udcf0-\udcf4][\udc80-\udcbf]{1,2}|[\udcc2-\udcf4]\\Z"  # a cut one
)
# The same in bytes: a byte that begins a character and is not followed by all of it, with the bytes
# that follow.
_CUT = re.compile(
    rb"[\xc0\xc1\xe0-\xf4][\x80-\xbf](?:(?<=[\xc0\xc1].)"
    rb"|(?<=\xe0[\x80-\x9f]|\xed[\xa0-\xbf]|\xf0[\x80-\x8f]|\xf4[\x90-\xbf])[\x80-\xbf]?"
    rb"|(?<=[\xf0-\xf4].)[\x80-\xbf]?(?![\x80-\xbf])|(?<=[\xe0-\xef].)(?![\x80-\xbf]))"
)
_PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_ASCII_BYTES, _CONTINUATIONS, _BEFORE_CUTS = (
    bytes(range(128)),
    bytes(range(0x80, 0xC0)),
    bytes((0xC0, 0xC1, *range(0xE0, 0xF5))),
)
"""Bytes of ASCII, continuation bytes of UTF-8, and bytes that may begin a cut character."""
_CUT_PAIR = re.compile(r"[\udcc2-\udcdf](?<![A-Z].)(?!\w)")
_FILLING = re.compile("[\udcfe\udcff](?:(?<![^\\W\\d_].)|(?![^\\W\\d_]))", re.DOTALL)
_AS_WINDOWS_1252 = {chr(0xDC00 + byte): bytes([byte]).decode("cp1252", "replace") for byte in range(128, 256)}
_BYTES_OF_INVALID = {0x80: "\udc80", 0xF8F0: "\udca0", 0xF8F1: "\udcfd", 0xF8F2: "\udcfe", 0xF8F3: "\udcff"}
"""Characters that cp932 makes of bytes that are not valid in Shift-JIS, and the bytes."""
_INVALID_IN_SHIFT_JIS = re.compile("[\x80\uf8f0-\uf8f3]")
_CUT_END = re.compile("[\udc80-\udcff]+\\Z")
_ESCAPED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class TolerantText:
    """The text of bytes that are nearly in an encoding.

    `stray_count` bytes are not valid. A cut character is one of the `fault_count` faults, whatever
    its number of bytes. `first_stray` is the offset of the first fault, -1 for none. `valid_count`
    is the number of valid characters above ASCII.
    """

    text: str
    stray_count: int
    fault_count: int
    first_stray: int
    valid_count: int

    @property
    def is_mostly_valid(self) -> bool:
        """Whether nearly all that is not ASCII is valid."""
        return self.valid_count >= 4 * self.fault_count or self.fault_count <= 2 < self.valid_count

    @property
    def confidence(self) -> float:
        """The share of valid characters among all that is not ASCII."""
        return self.valid_count / max(1, self.valid_count + self.fault_count)


def decode_strictly(data: bytes, encoding: str) -> str | None:
    """The text of bytes that are all valid in an encoding, else None."""
    for codec in python_codecs(encoding):
        try:
            text = data.decode(codec)
        except ValueError:
            continue
        if codec == "cp932" and _INVALID_IN_SHIFT_JIS.search(text):
            continue
        if encoding == "utf-8" or not _SURROGATES.search(text):
            return text
    return None


def decode_tolerantly(data: bytes, encoding: str) -> TolerantText:
    """The text of bytes of which some are not valid; "" for much data of which less than a third is
    UTF-8."""
    if encoding == "utf-8":
        return _decode_utf_8(data)
    texts = {codec: data.decode(codec, "replace") for codec in python_codecs(encoding)}
    if "cp932" in texts:
        texts["cp932"] = _INVALID_IN_SHIFT_JIS.sub(_LOST, texts["cp932"])
    codec, text = min(texts.items(), key=lambda item: item[1].count(_LOST))
    fault_count = stray_count = text.count(_LOST)
    if 0 < stray_count <= MAX_EXAMINED and encoding.startswith(("gb", "big5", "euc", "shift")):
        text = data.decode(codec, "surrogateescape")
        if codec == "cp932":
            text = text.translate(_BYTES_OF_INVALID)
        stray_count = len(_ESCAPED.findall(text))
        # A cut end is no evidence against the encoding.
        fault_count = len(_ESCAPED.findall(_CUT_END.sub("", text)))
        text = _CUT_END.sub(_LOST, text)
        if encoding == "gb18030":
            text = text.replace("\udc80", "€")  # as Windows has it
        text = _ESCAPED.sub(_LOST, text)
    text = _SURROGATES.sub(_LOST, text)
    valid_count = _count_above_ascii(text) - text.count(_LOST)
    return TolerantText(text, stray_count, fault_count, _first_fault(data, codec), valid_count)


def _decode_utf_8(data: bytes) -> TolerantText:
    if len(data) > _COUNTED_FIRST:
        counted = count_utf_8(data)
        if 2 * counted.valid_count < counted.fault_count:
            return replace(counted, first_stray=_first_fault(data, "utf-8"))
    text = data.decode("utf-8", "surrogateescape")
    stray_count = len(data) - len(text.encode("utf-8", "ignore"))
    valid_count = _count_above_ascii(text) - stray_count
    fault_count = stray_count

    def replace_fault(found: re.Match[str]) -> str:
        nonlocal fault_count, valid_count
        pair, nul = found.groups()
        fault_count -= len(found[0]) - 1
        # Few other encodings have these.
        valid_count += 10 if pair or nul else 2 * (len(found[0]) > 1)
        if pair:
            _, a, b, _, c, d = map(ord, pair)
            return chr(0x10000 + ((a & 0xF) << 16 | (b & 0x3F) << 10 | (c & 0xF) << 6 | d & 0x3F))
        return " " if nul else _LOST

    text = _MULTIBYTE_STRAYS.sub(replace_fault, text)
    text = _FILLING.sub(_LOST, text)
    cut = {first for first in set(_CUT_PAIR.findall(text)) if _begins_others(first, text)}
    if cut:
        text = _CUT_PAIR.sub(lambda found: _LOST if found[0] in cut else found[0], text)
    text = _ESCAPED.sub(lambda found: _AS_WINDOWS_1252[found[0]], text)
    return TolerantText(text, stray_count, fault_count, _first_fault(data, "utf-8"), valid_count)


def _begins_others(first: str, text: str) -> bool:
    """Whether valid characters of a text begin with the same byte as a cut one."""
    code = (ord(first) & 0x1F) << 6
    return re.search(f"[{chr(code)}-{chr(code + 0x3F)}]", text) is not None


def count_utf_8(data: bytes) -> TolerantText:
    """Count what is valid UTF-8 above ASCII, without the text and the offset of the first stray.

    Where less than a third is valid, all may be counted as strays, which is faster.
    """
    high = data.translate(None, _ASCII_BYTES)
    all_strays = TolerantText("", len(high), len(high), -1, 0)
    continuation_count = len(high) - len(high.translate(None, _CONTINUATIONS))
    # A continuation byte belongs to at most four bytes, which count as ten valid characters.
    if 24 * continuation_count < len(high):
        return all_strays
    text = data.decode("utf-8", "ignore")
    stray_count = fault_count = len(data) - len(text.encode())
    valid_count = _count_above_ascii(text)
    pairs, nuls = _count_matches(_PAIR, data), data.count(b"\xc0\x80")
    continuation_count -= len(high) - stray_count - valid_count  # those of valid characters
    cut = min(continuation_count, len(high) - len(high.translate(None, _BEFORE_CUTS)))  # at most
    if 2 * (valid_count + 2 * cut + 6 * pairs + 8 * nuls) < stray_count - 2 * cut - pairs:
        return all_strays
    if cut:
        # As in `_decode_utf_8`: each cut character is one fault and counts as two valid characters;
        # a pair of two of them and a NUL count as ten.
        lengths = [len(found[0]) for found in _CUT.finditer(data)]
        valid_count += 2 * len(lengths) + 6 * pairs + 8 * nuls
        fault_count -= sum(lengths) - len(lengths) + pairs
    return TolerantText("", stray_count, fault_count, -1, valid_count)


def _count_matches(pattern: re.Pattern[bytes], data: bytes) -> int:
    return sum(1 for _ in pattern.finditer(data))


def _count_above_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


def _first_fault(data: bytes, codec: str) -> int:
    """The offset of the first byte that is not valid, -1 for none."""
    end = -1
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        end = error.start
        if codec != "cp932":
            return end
        text = data[:end].decode(codec)
    invalid = _INVALID_IN_SHIFT_JIS.search(text) if codec == "cp932" else None
    return len(text[: invalid.start()].encode(codec)) if invalid else end
