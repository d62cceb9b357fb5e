"""Recognises encodings by their bytes: UTF-16 and UTF-32 by the positions of NULs, 7-bit encodings
by their escapes.

ISO-2022-JP (RFC 1468, 1554), ISO-2022-KR (RFC 1557) and ISO-2022-CN (RFC 1922) select a character
set by an escape; text in HZ (RFC 1843) stands between `~{` and `~}`. All their bytes are ASCII, and
would pass for it.
"""

from __future__ import annotations

import re

from searchkit.corpus.encoding_names import python_codecs

_HEAD = 4096
_ISO_2022 = (
    ("iso-2022-kr", re.compile(rb"\x1b\$\)C")),
    ("iso-2022-cn", re.compile(rb"\x1b\$[)*][AGEH]")),
    ("iso-2022-jp", re.compile(rb"\x1b(?:\$[@AB]|\$\([CDOPQ]|\([IJ])")),
)
_HZ_RUN = re.compile(rb"~\{((?:[\x21-\x77][\x21-\x7e])+)(?:~\}|\Z)")
_HZ_ESCAPE = re.compile(_HZ_RUN.pattern + rb"|~~|~\n")
_CN_PART = re.compile(rb"\x1b\$\)(?P<set>[A-Z])|\x1b\$[*+][A-Z]|\x0e(?P<shifted>[^\x0f\x1b\n]*)|\x1b\x4e(?P<single>..)|\x0f")
_JIS_RUN = re.compile(rb"\x1b\$[@B]([^\x1b\n]*)(?:\x1b\([BJ])?")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_PRINTABLE = re.compile(rb"[\t\n\r -~]")
_MAX_HIGH, _SHORT = 50, 16
"""Beside escapes, at most one byte in _MAX_HIGH may be above ASCII. A text of fewer than _SHORT
bytes does not show its byte order."""
_LOST = "\ufffd"


def wide_encoding(data: bytes) -> str:
    """The name of UTF-16 or UTF-32 for data without a byte-order mark, or "".

    In UTF-16 one of two bytes is NUL in Latin letters and, in other scripts, in blanks. In UTF-32
    at least two of four bytes are NUL. Chinese, Japanese and Korean have NULs only in signs, and
    where a code ends in 00.
    """
    head = data[:_HEAD]
    quads = len(head) // 4
    for encoding, highest in (("utf-32-le", 3), ("utf-32-be", 0)):
        if quads and head[highest : 4 * quads : 4].count(0) == quads:
            high = head[highest ^ 1 : 4 * quads : 4]
            if max(high) <= 16 and 4 * high.count(0) >= 3 * quads and head.count(0) >= 2 * quads:
                return encoding if _is_text(head[: 4 * quads], encoding) else ""
    head = head[: len(head) & ~1]
    for encoding, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        zeros, stray = high.count(0), head.count(0) - high.count(0)
        least = len(high) if len(head) < 16 else len(high) // (3 if len(set(high)) > 6 else 20)
        if zeros > 0 and zeros >= least and stray <= zeros // 8:
            return encoding
    if b"\0" in head:
        for encoding in ("utf-16-le", "utf-16-be"):
            if _is_text(head, encoding) and _share_of_east_asian(head, encoding) >= 0.9:
                return encoding
    return ""


def may_be_wide(data: bytes, encoding: str) -> bool:
    """Whether data that something calls UTF-16 or UTF-32 may be so: 8-bit text would be unlikely
    Chinese."""
    head = data[:_HEAD]
    if b"\0" in head:
        return len(head) < _SHORT or wide_encoding(head) in ("", encoding)
    if encoding.startswith("utf-32"):
        return not head
    if len(head) <= 4:
        return True
    if (not _CONTROLS.search(head) and not _is_not_utf_8(head)) or 5 * len(_PRINTABLE.findall(head)) > 4 * len(head):
        return False
    return _share_of_east_asian(head[: len(head) & ~1], encoding) >= 0.7


def _is_not_utf_8(data: bytes) -> bool:
    """Whether data are not UTF-8. A cut character at the end is allowed."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start < len(data) - 3
    return False


def _is_text(data: bytes, encoding: str) -> bool:
    text = data.decode(encoding, "ignore")
    return len(text) >= 1 and all(character.isprintable() or character in "\t\n\r\f\u3000" for character in text)


def _share_of_east_asian(data: bytes, encoding: str) -> float:
    """The share of characters that are Chinese, Japanese, Korean, their signs or ASCII."""
    text = data.decode(encoding, "replace")
    return len(re.findall("[\n\r -~\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]", text)) / max(8, len(text))


def decode_seven_bit(data: bytes, encoding: str = "") -> tuple[str, str, int] | None:
    """The text of bytes with escapes, its encoding, and the number of invalid characters; None for
    other bytes.

    `encoding` is the only one to try, "" for all. A few bytes above ASCII are allowed, in UTF-8 or
    windows-1252.
    """
    high = _HIGH_RUN.findall(data) if not data.isascii() else []
    if high:
        count = sum(map(len, high))
        found = decode_seven_bit(_HIGH_RUN.sub(b"", data), encoding) if count <= 3 + len(data) // _MAX_HIGH else None
        return _with_high_bytes(data, found[1], high, count) if found and not found[2] else None
    for name, escape in _ISO_2022:
        if encoding in ("", name) and b"\x1b" in data and escape.search(data):
            text = _iso_2022(data, name)
            return text, name, text.count(_LOST)
    if encoding in ("", "hz-gb-2312") and b"~{" in data:
        text = _hz(data)
        return (text, "hz-gb-2312", 0) if text else None
    return None


def _with_high_bytes(data: bytes, name: str, runs: list[bytes], count: int) -> tuple[str, str, int] | None:
    """A text with some bytes above ASCII, or None if other characters are invalid too."""
    if not name.startswith("iso-2022-jp"):
        return None
    parts = iter(re.split(f"({_LOST}+)", _iso_2022(data, name)))
    texts = [next(parts)]
    for run in runs:
        if not next(parts, ""):
            return None
        try:
            texts.append(run.decode())
        except UnicodeDecodeError:
            texts.append(run.decode("cp1252", "replace"))
        texts.append(next(parts))
    return ("".join(texts), name, count) if next(parts, None) is None else None


def _iso_2022(data: bytes, name: str) -> str:
    if name == "iso-2022-cn":
        return _iso_2022_cn(data)
    texts = []
    for codec in python_codecs(name):
        texts.append(data.decode(codec, "replace"))
        if _LOST not in texts[-1]:
            break
    else:
        if name == "iso-2022-jp" and data.isascii():  # with the special characters of NEC (row 13)
            euc = _JIS_RUN.sub(lambda found: bytes(byte | 0x80 for byte in found[1]), data)
            texts.append(euc.decode("euc_jis_2004", "replace") if b"\x1b" not in euc else _LOST * len(data))
    return min(texts, key=lambda text: text.count(_LOST))


def _iso_2022_cn(data: bytes) -> str:
    """Decode ISO-2022-CN, for which Python has no codec. Characters of CNS 11643 become U+FFFD: it
    has no table."""
    is_gb = False

    def read(found: re.Match[bytes]) -> bytes:
        nonlocal is_gb
        if found["set"]:
            is_gb = found["set"] == b"A"
        if found["single"]:
            return _LOST.encode()
        shifted = found["shifted"] or b""
        if is_gb:
            return bytes(byte | 0x80 for byte in shifted).decode("gb2312", "replace").encode()
        return _LOST.encode() * (len(shifted) // 2)

    return _CN_PART.sub(read, data).decode("utf-8", "replace")


def _hz(data: bytes) -> str:
    """Decode HZ, or return "" for other data. HZ has at least two runs, all of characters of GB
    2312."""
    runs = [bytes(byte | 0x80 for byte in run) for run in _HZ_RUN.findall(data)]
    if len(runs) < 2 or len(runs) != data.count(b"~{"):
        return ""
    try:
        texts = iter([run.decode("gb2312") for run in runs])
    except UnicodeDecodeError:
        return ""
    meant = {b"~~": b"~", b"~\n": b""}
    return _HZ_ESCAPE.sub(lambda found: meant[found[0]] if found[0] in meant else next(texts).encode(), data).decode()
