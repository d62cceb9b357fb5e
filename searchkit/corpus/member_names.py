"""Decodes the names of an archive's members. One guess is made for all names that are not UTF-8.

Zip can say of a name that it is UTF-8 (APPNOTE, general purpose bit 11, or an Info-ZIP extra field
with the name in UTF-8). Other names are in the code page of the system that packed them. Tar says
nothing at all.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence

from searchkit.corpus.tolerant_decoding import decode_strictly, decode_tolerantly

MAX_NAME_BYTES = 16384
"""Maximum number of bytes of names that are used for the guess."""
_UTF_8_FLAG = 0x800
_UNICODE_PATH = 0x7075
_DOS_BONUS = 3.0
"""Bonus of the encodings of DOS and East Asia in zip files, in nats: Windows packs names in its OEM
code page."""
_SURELY_UTF_8 = 8
"""Minimum number of valid characters of UTF-8 for each fault: fewer may be chance in a short
Chinese name."""
_SEPARATORS = bytes.maketrans(b"/-.", b"   ")
"""Signs between words. They are the second byte of a character in no encoding."""


def decode_zip_names(members: Sequence[zipfile.ZipInfo]) -> None:
    """Set the names of members that `zipfile` has decoded as IBM437 and that are in another
    encoding."""
    others: list[tuple[zipfile.ZipInfo, bytes]] = []
    for member in members:
        if member.flag_bits & _UTF_8_FLAG or member.orig_filename.isascii():
            continue
        raw = member.orig_filename.encode("cp437").partition(b"\0")[0]
        name = _unicode_path(member.extra, raw) or _decode_utf_8(raw)
        if name is None:
            others.append((member, raw))
        else:
            member.filename = name
    if others:
        encoding = _guess_encoding((raw for _, raw in others), _DOS_BONUS)
        for member, raw in others:
            member.filename = _decode_name(raw, encoding)


class TarNames:
    """Decodes the names of a tar file.

    `read_other_names` returns all names of the file that are not UTF-8. It is called once, at the
    first such name.
    """

    def __init__(self, read_other_names: Callable[[], Iterable[bytes]]) -> None:
        self._read_other_names = read_other_names
        self._encoding = ""

    def decode(self, name: str) -> str:
        """Decode a name that `tarfile` has read as UTF-8, with a surrogate for each byte that is
        not."""
        raw = not_utf_8(name)
        if not raw:
            return name if name.isascii() else _decode_utf_8(name.encode("utf-8", "surrogateescape")) or name
        if not self._encoding:
            self._encoding = _guess_encoding(dict.fromkeys((raw, *self._read_other_names())), 0.0)
        return _decode_name(raw, self._encoding)


def not_utf_8(name: str) -> bytes:
    """The bytes of a name that `tarfile` has read, b"" if they are UTF-8."""
    raw = b"" if name.isascii() else name.encode("utf-8", "surrogateescape")
    return raw if _decode_utf_8(raw) is None else b""


def _decode_utf_8(raw: bytes) -> str | None:
    """A name in UTF-8, or None. A name may be cut within a character, as file systems cut long
    ones."""
    text = decode_strictly(raw, "utf-8")
    if text is None:
        tolerant = decode_tolerantly(raw, "utf-8")
        text = tolerant.text if tolerant.valid_count >= _SURELY_UTF_8 * tolerant.fault_count else None
    return text


def _guess_encoding(names: Iterable[bytes], dos_bonus: float) -> str:
    """Guess the one encoding of all names. The encodings of DOS and East Asia cost `dos_bonus`
    less."""
    from searchkit.corpus.detection import guess_encodings  # late: 19 ms, as in decode.py

    joined = bytearray()
    for name in names:
        joined += (name.rpartition(b".")[0] or name).translate(_SEPARATORS) + b"\n"
        if len(joined) > MAX_NAME_BYTES:
            break
    found = guess_encodings(bytes(joined))
    return min(
        found, key=lambda one: one.cost - (0.0 if one.encoding.startswith(("iso", "windows", "mac")) else dos_bonus)
    ).encoding


def _decode_name(raw: bytes, encoding: str) -> str:
    text = decode_strictly(raw, encoding)
    return text if text is not None else decode_tolerantly(raw, encoding).text


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The UTF-8 name in an extra field (APPNOTE 4.6.9), if the field has the CRC-32 of the name
    `raw`."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and struct.unpack("<L", field[1:5])[0] == zlib.crc32(raw):
            return decode_strictly(field[5:].partition(b"\0")[0], "utf-8")
    return None
