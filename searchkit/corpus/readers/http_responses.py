"""Reads HTTP responses as web archives keep them: status, fields, and the content with its codings
undone, within a limit."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any, NamedTuple

import brotli
import zstandard

from searchkit.corpus.limits import format_size
from searchkit.corpus.reader import Unreadable

MAX_CODINGS = 3
"""Maximum number of codings of one content, one around the other."""

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9._:+-]+)""", re.I)
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_GZIP_WINDOW, _RAW_WINDOW = 16 + zlib.MAX_WBITS, -zlib.MAX_WBITS


class HttpResponse(NamedTuple):
    """A response: its status, the fields of its header by their names in small letters, and its
    content as transferred."""

    status: int
    fields: dict[str, str]
    content: bytes

    @property
    def charset(self) -> str:
        return charset_of_type(self.fields.get("content-type", ""))


def charset_of_type(value: str) -> str:
    """The encoding that a Content-Type names, or ""."""
    found = _CHARSET.search(value)
    return found[1] if found else ""


def parse_response(block: bytes) -> HttpResponse | None:
    """The response in a block of bytes, or None if it is none."""
    status = _STATUS.match(block)
    if status is None:
        return None
    end = _HEADER_END.search(block)
    head, content = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    fields: dict[str, str] = {}
    for line in head.splitlines()[1:]:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return HttpResponse(int(status[1]), fields, content)


def decode_content(response: HttpResponse, limit: int) -> bytes:
    """The content of a response without its codings. Crawlers undo some of them and leave the
    fields that name them, so content that is in no such coding stays as it is.

    Raises Unreadable for content of more than `limit` bytes.
    """
    content = response.content
    if "chunked" in response.fields.get("transfer-encoding", "").lower():
        content = _join_chunks(content)
    codings = [one.strip().lower() for one in response.fields.get("content-encoding", "").split(",")]
    for coding in codings[::-1][:MAX_CODINGS]:
        content = _undo(coding, content, limit)
        if len(content) > limit:
            size = format_size(limit)
            raise Unreadable(f"its content unpacks to more than {size}; if it is one article, raise --max-article")
    return content


def _join_chunks(content: bytes) -> bytes:
    """Content without the sizes of its chunks; as it is, if it does not begin with such a size."""
    parts: list[bytes] = []
    at = 0
    while (found := _CHUNK_SIZE.match(content, at)) is not None:
        size = int(found[1], 16)
        at = found.end()
        if size == 0:
            break
        parts.append(content[at : at + size])
        at += size
        if content[at : at + 2] == b"\r\n":
            at += 2
        elif content[at : at + 1] == b"\n":
            at += 1
        elif at < len(content):
            return b"".join(parts) + content[at:] if len(parts) > 1 else content
    return b"".join(parts) if parts or at else content


def _undo(coding: str, content: bytes, limit: int) -> bytes:
    if coding in ("gzip", "x-gzip") and content[:2] == b"\x1f\x8b":
        return _inflate(content, _GZIP_WINDOW, limit)
    if coding == "deflate":
        return _inflate(content, zlib.MAX_WBITS, limit) or _inflate(content, _RAW_WINDOW, limit) or content
    if coding == "br":
        return _undo_brotli(content, limit)
    if coding == "zstd" and content.startswith(_ZSTD_MAGIC):
        return _undo_zstd(content, limit)
    return content


def _inflate(content: bytes, window: int, limit: int) -> bytes:
    """What a content unpacks to, as far as it can be read and little more than `limit` bytes."""
    try:
        return zlib.decompressobj(window).decompress(content, limit + 1)
    except zlib.error:
        return _inflate_damaged(content, window, limit)


def _inflate_damaged(content: bytes, window: int, limit: int) -> bytes:
    """What stands before the damage, in steps."""
    parts: list[bytes] = []
    decoder = zlib.decompressobj(window)
    size = 0
    for at in range(0, len(content), 512):
        try:
            part = decoder.decompress(content[at : at + 512], limit + 1 - size)
        except zlib.error:
            break
        parts.append(part)
        size += len(part)
        if size > limit:
            break
    return b"".join(parts)


def _undo_brotli(content: bytes, limit: int) -> bytes:
    if content.lstrip()[:1] in (b"<", b"{"):
        return content  # it was undone by the crawler
    decoder: Any = brotli.Decompressor()
    parts, size = [b""], 0
    try:
        data = content
        while size <= limit:
            parts.append(decoder.process(data, output_buffer_limit=limit + 1 - size))
            size += len(parts[-1])
            if decoder.is_finished() or (not parts[-1] and not data):
                break
            data = b""
    except brotli.error:
        return b"".join(parts) or content
    return b"".join(parts)


def _undo_zstd(content: bytes, limit: int) -> bytes:
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(io.BytesIO(content)) as stream:
            return stream.read(limit + 1)
    except zstandard.ZstdError as error:
        raise Unreadable(f"its content is damaged: {error}") from error
