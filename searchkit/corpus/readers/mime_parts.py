"""Parses messages of mail (RFC 5322) and their parts (MIME, RFC 2045 to 2047 and 2231).

The parser of the standard library goes line by line, and through each line again for each level of
nesting. This one takes time linear in the size of a message, and depth and number of parts are
bounded.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import getaddresses
from urllib.parse import unquote_to_bytes

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.encoding_names import encoding_name
from searchkit.corpus.tolerant_decoding import decode_strictly

MAX_PARTS = 1000
"""Maximum number of parts of a message; what follows is part of the last."""
MAX_DEPTH = 10
"""Maximum depth of parts inside parts; deeper ones are attachments."""
MAX_HEADER_FIELDS = 2000
"""Maximum number of fields in a header."""
MAX_FIELD_LENGTH = 100_000
"""Maximum length of a field of a header in bytes; the rest is cut off."""

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*([^\r\n]*(?:\r?\n[ \t]++(?=[^ \t\r\n])[^\r\n]*)*)\r?(?:\n|\Z)")
_BLANK_LINE = re.compile(rb"[ \t]*\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_PARAMETER = re.compile(r""";\s*([\w.-]+)(?:\*(\d{1,3}))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))""", re.DOTALL)
_ANY_BOUNDARY = re.compile(rb"(?:\A|\n)--(\S[^\r\n]{0,100}?)[ \t]*\r?\n(?=(?i:content-))")
_REST_OF_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_LINE_FEED = 10
_NOT_BASE_64 = re.compile(rb"[^A-Za-z0-9+/]+")
_ENCODED_WORD = re.compile(r"=\?([\w.:+*-]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[\w.:+*-]{1,60}\?[bBqQ]\?)")
_ONE_BYTE = ("windows-", "iso-8859-", "koi8-", "ibm", "macintosh", "x-mac-", "tis-620")


@dataclass(slots=True)
class Part:
    """A message or a part of one. `kind` is its type, such as "text/plain"; `body` is its content
    as transferred; `children` are the parts inside it; `is_cut_off` says that the message ends
    inside of it."""

    fields: list[tuple[str, bytes]]
    body: bytes
    kind: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    file_name: str = ""
    children: tuple[Part, ...] = ()
    is_cut_off: bool = False

    def raw(self, name: str) -> bytes:
        """The first field with a name (in small letters), unfolded; b"" without one."""
        return next((value for key, value in self.fields if key == name), b"")

    def text(self, name: str) -> str:
        """The first field with a name as one line, with its encoded words decoded."""
        return header_text(self.raw(name), self.parameters.get("charset", ""))

    def content(self) -> bytes:
        """The content with its transfer encoding undone."""
        encoding = self.raw("content-transfer-encoding").strip().lower()
        if encoding == b"base64":
            return _from_base_64(self.body)
        if encoding == b"quoted-printable":
            return binascii.a2b_qp(self.body)
        return self.body

    def people(self, name: str) -> list[tuple[str, str]]:
        """The names and addresses of all fields with a name."""
        found: list[tuple[str, str]] = []
        for key, value in self.fields:
            if key == name:
                raw = _decode_bytes(value, self.parameters.get("charset", ""))
                for person, address in getaddresses([raw[:MAX_FIELD_LENGTH]]):
                    found.append((_decode_words(person).strip(" '\""), address))
        return [(one_line(person), one_line(address)) for person, address in found if person or address]


def parse_message(data: bytes, max_parts: int = MAX_PARTS) -> Part:
    """A message with all its parts."""
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return _parse(data, 0, [max_parts], "text/plain", is_last=True)


def _parse(data: bytes, depth: int, left: list[int], usual_kind: str, *, is_last: bool) -> Part:
    """A part. With `is_last` it and all that it is in lack their last boundaries."""
    fields, start = _parse_header(data)
    part = Part(fields, data[start:], is_cut_off=is_last and depth > 0)
    part.kind, part.parameters = _parse_value(part.raw("content-type"))
    if part.kind.count("/") != 1:
        part.kind = part.kind if part.kind == "text" else usual_kind
    disposition, more = _parse_value(part.raw("content-disposition"))
    part.disposition = disposition
    part.file_name = one_line(_decode_words(more.get("filename") or part.parameters.get("name", "")))
    if depth >= MAX_DEPTH:
        return part
    if part.kind.startswith("multipart/"):
        inner = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        pieces = list(_split(part.body, part.parameters.get("boundary", ""), left))
        part.children = tuple(
            _parse(piece, depth + 1, left, inner, is_last=is_last and not has_end) for piece, has_end in pieces
        )
        if not pieces:
            part.kind = "text/plain"  # as its parts cannot be told apart
    elif part.kind == "message/rfc822" and left[0] > 0:
        left[0] -= 1
        part.children = (_parse(part.content().lstrip(b"\r\n"), depth + 1, left, "text/plain", is_last=is_last),)
    return part


def _parse_header(data: bytes) -> tuple[list[tuple[str, bytes]], int]:
    """The fields of a header, and where the body begins."""
    fields: list[tuple[str, bytes]] = []
    at = 0
    while len(fields) < MAX_HEADER_FIELDS and (found := _FIELD.match(data, at)) is not None:
        value = _FOLD.sub(b" ", found[2][:MAX_FIELD_LENGTH])
        fields.append((found[1].decode("ascii").lower(), value.strip()))
        at = found.end()
    blank = _BLANK_LINE.match(data, at)
    return fields, blank.end() if blank else at


def _split(body: bytes, boundary: str, left: list[int]) -> Iterator[tuple[bytes, bool]]:
    """The parts of a multipart body, and whether a boundary ends them. A boundary that is not named
    is the first that is there."""
    mark = boundary.strip().encode("utf-8", "replace")
    if not mark or b"--" + mark not in body:
        found = _ANY_BOUNDARY.search(body)
        if found is None:
            return
        mark = found[1]
    line = b"--" + mark
    start, at = -1, body.find(line)
    while at >= 0:
        # Faster than a pattern, which would have to be compiled for each boundary.
        end = at + len(line)
        rest = _REST_OF_BOUNDARY.match(body, end)
        if rest is not None and (at == 0 or body[at - 1] == _LINE_FEED):
            if start >= 0:
                left[0] -= 1
                yield body[start : max(start, at - 1)].removesuffix(b"\r"), True
            start = end = rest.end()
            if rest[1] or left[0] <= 0:
                return
        at = body.find(line, end)
    if 0 <= start < len(body):  # cut off, or without its last boundary
        yield body[start:], False


def _parse_value(raw: bytes) -> tuple[str, dict[str, str]]:
    """The value of a field such as Content-Type in small letters, and its parameters."""
    text = _decode_bytes(raw, "")
    found: dict[str, list[tuple[int, bool, str]]] = {}
    for one in _PARAMETER.finditer(text):
        value = re.sub(r"\\(.)", r"\1", one[4]) if one[4] is not None else one[5]
        found.setdefault(one[1].lower(), []).append((int(one[2] or 0), bool(one[3]), value))
    parameters = {name: _join_parameter(pieces) for name, pieces in found.items()}
    return text.partition(";")[0].strip().lower(), parameters


def _join_parameter(pieces: list[tuple[int, bool, str]]) -> str:
    """The value of a parameter that may be written in several pieces, with an encoding
    (RFC 2231)."""
    pieces.sort(key=lambda piece: piece[0])
    if not any(is_encoded for _, is_encoded, _ in pieces):
        return "".join(value for _, _, value in pieces) if len({number for number, _, _ in pieces}) > 1 else pieces[0][2]
    charset, quote, rest = pieces[0][2].partition("'")
    if quote and "'" in rest:
        pieces[0] = (0, True, rest.partition("'")[2])
    else:
        charset = ""
    raw = b"".join(unquote_to_bytes(value) if is_encoded else value.encode() for _, is_encoded, value in pieces)
    return _decode_bytes(raw, charset)


def _from_base_64(body: bytes) -> bytes:
    """The bytes of base64; signs that are none of it are passed over, as where a mailing list has
    added a line."""
    packed = _NOT_BASE_64.sub(b"", body.partition(b"=")[0] if b"=" in body else body)
    packed = packed[: len(packed) - 1] if len(packed) % 4 == 1 else packed
    return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))


def charset_of(data: bytes, charset: str) -> str:
    """The encoding to take for the content of a part. Programs that call a text ASCII or Latin-1
    often mean UTF-8: what has other letters than ASCII and is valid UTF-8 is nothing else."""
    name = encoding_name(charset) if charset else ""
    if charset.strip().lower() in ("us-ascii", "ascii", "ansi_x3.4-1968"):
        name = ""
    if name.startswith(_ONE_BYTE) and not data.isascii() and decode_strictly(data, "utf-8") is not None:
        return "utf-8"
    return name


def is_utf_7(charset: str) -> bool:
    """Whether a charset is UTF-7 (RFC 2152), which only mail has."""
    return charset.strip().lower() in ("utf-7", "utf7", "unicode-1-1-utf-7", "x-unicode-2-0-utf-7")


def from_utf_7(data: bytes) -> bytes:
    """UTF-7 converted to UTF-8."""
    return data.decode("utf-7", "replace").encode("utf-8", "replace")


def decode_part(data: bytes, charset: str) -> str:
    """The text of bytes that something calls `charset`."""
    if is_utf_7(charset):
        data, charset = from_utf_7(data), "utf-8"
    if data.isascii() and b"\0" not in data and encoding_name(charset) in ("", "utf-8", "windows-1252"):
        return replace_controls(data.decode("ascii"))
    try:
        return decode(data, "", charset_of(data, charset)).text
    except Undecodable:
        return replace_controls(data.decode("utf-8", "replace"))


def _decode_bytes(raw: bytes, charset: str) -> str:
    return raw.decode("ascii") if raw.isascii() and b"\x1b" not in raw else decode_part(raw, charset)


def header_text(raw: bytes, charset: str = "") -> str:
    """A field of a header as one line of text. `charset` is that of the body, for bytes that are
    not encoded."""
    return " ".join(one_line(replace_controls(_decode_words(_decode_bytes(raw, charset)))).split())


def _decode_words(text: str) -> str:
    """A text with its encoded words decoded. The bytes of neighbours are joined before, as some
    programs cut characters."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    waiting, charset, at = b"", "", 0
    text = _BETWEEN_WORDS.sub(r"\1", text)
    for word in _ENCODED_WORD.finditer(text):
        name = word[1].partition("*")[0].lower()
        if waiting and (word.start() > at or name != charset):
            pieces.append(decode_part(waiting, charset))
            waiting = b""
        pieces.append(text[at : word.start()])
        raw = word[3].encode("utf-8", "replace")
        waiting += _from_base_64(raw) if word[2] in "bB" else binascii.a2b_qp(raw.replace(b"_", b" "))
        charset, at = name, word.end()
    if waiting:
        pieces.append(decode_part(waiting, charset))
    pieces.append(text[at:])
    return "".join(pieces)
