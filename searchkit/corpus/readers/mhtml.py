"""Reads web pages that browsers saved as one file (MHTML, RFC 2557): the article of the page, as in
`html_pages`, without the pictures and styles beside it."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from functools import partial

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.dates import parse_date
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, NoArticle, Record, Unreadable
from searchkit.corpus.readers.html_pages import declared_encoding, parse_page

MAX_HEADER = 2**16
"""Maximum size of the header of a part, in bytes."""
MAX_PARTS = 10_000
"""Maximum number of parts of a file; the others are not looked at."""
MAX_DEPTH = 5
"""Maximum depth of parts in parts."""
_NO_HTML = "it holds no HTML page; is it a saved web page?"

_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")
_LINE_END = re.compile(rb"\A[ \t]*(?:\r?\n|\r)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_HTML_TYPES = ("text/html", "application/xhtml+xml")


class _Part:
    """A part of the file with its header; the body is decoded when it is asked for."""

    def __init__(self, header: Message, body: bytes, is_cut: bool) -> None:
        self.header, self._body, self.is_cut = header, body, is_cut

    @property
    def location(self) -> str:
        return one_line(str(self.header.get("Content-Location") or ""))

    @property
    def content_id(self) -> str:
        return str(self.header.get("Content-ID") or "").strip().strip("<>")

    @property
    def size(self) -> int:
        return len(self._body)

    def data(self) -> bytes:
        """The decoded bytes of the part."""
        coding = str(self.header.get("Content-Transfer-Encoding") or "").strip().lower()
        if coding == "quoted-printable":
            return binascii.a2b_qp(self._body)
        if coding == "base64":
            digits = _NOT_BASE64.sub(b"", self._body)
            return binascii.a2b_base64(digits[: len(digits) - (len(digits) % 4 == 1)] + b"==")
        return self._body


def read_mhtml(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the article of a saved page. A page that is cut off is read as far as it goes, and
    reported."""
    parts = list(_parts(data, MAX_DEPTH, is_cut=True))
    top = _split_header(data)[0]
    pages = [part for part in parts if part.header.get_content_type() in _HTML_TYPES]
    if not pages:
        raise Unreadable(_NO_HTML)
    main = _main_page(top, pages)
    others = sorted((part for part in pages if part is not main), key=lambda part: -part.size)[:MAX_DEPTH]
    yield _encoded(main, top, options, others)
    if main.is_cut:
        raise Unreadable("the saved page has no end; is the file cut off?")


def _encoded(part: _Part, top: Message, options: ReadOptions, others: list[_Part]) -> Encoded:
    data = part.data()
    declared = str(part.header.get_content_charset() or "") or declared_encoding(data)
    return Encoded(data, partial(_parse, part, top, options, others), declared)


def _parse(part: _Part, top: Message, options: ReadOptions, others: list[_Part], text: str) -> Draft:
    subject = _text_of(top, "Subject")
    locations = (part.location, _text_of(top, "Snapshot-Content-Location"), _text_of(top, "Content-Location"))
    url = next((one for one in locations if one.startswith(("http://", "https://"))), "")
    try:
        found = parse_page(text, url, options)
    except NoArticle:
        found = Draft(url=url)
    for other in others:  # the pages of frames
        if found.body:
            break
        try:
            data = other.data()
            frame = parse_page(data.decode(_codec(other, data), "replace"), url, options)
        except NoArticle:
            continue
        found = replace(frame, title=frame.title or found.title, date=found.date or frame.date)
    if not found.title and not found.body:
        raise NoArticle("it has neither a title nor a text")
    saved = parse_date(_text_of(top, "Date"))
    extra = dict(found.extra) | ({"saved": saved.isoformat()} if saved else {})
    return replace(found, title=found.title or subject, extra=extra)


def _codec(part: _Part, data: bytes) -> str:
    name = str(part.header.get_content_charset() or "") or declared_encoding(data) or "utf-8"
    try:
        b"".decode(name)
    except LookupError:
        return "utf-8"
    return name


def _main_page(top: Message, pages: list[_Part]) -> _Part:
    """The part with the page that was saved: the one that the header names, else the first."""
    start = str(top.get_param("start") or "").strip().strip("<>")
    location = _text_of(top, "Snapshot-Content-Location") or _text_of(top, "Content-Location")
    for part in pages:
        if start and part.content_id == start:
            return part
    for part in pages:
        if location and part.location == location:
            return part
    return pages[0]


def _parts(data: bytes, depth: int, is_cut: bool) -> Iterator[_Part]:
    """The parts that are no containers of others. `is_cut` says that the end of the data is that of
    the file."""
    header, body = _split_header(data)
    boundary = header.get_boundary() if header.get_content_maintype() == "multipart" else None
    if not boundary or depth == 0:
        yield _Part(header, body, is_cut and header.get_content_maintype() != "multipart" and depth != MAX_DEPTH)
        return
    mark = b"--" + boundary.encode("latin-1", "replace")
    pieces = re.split(rb"(?:\A|\r?\n|\r)" + re.escape(mark) + rb"(?=--|[ \t]*(?:\r?\n|\r)|\Z)", body, maxsplit=MAX_PARTS)
    for number, piece in enumerate(pieces[1:], 2):
        if piece.startswith(b"--"):
            return
        yield from _parts(_LINE_END.sub(b"", piece, count=1), depth - 1, is_cut and number == len(pieces))


def _split_header(data: bytes) -> tuple[Message, bytes]:
    """The header of a part, and what follows it."""
    if data[:1] in (b"\n", b"\r"):
        return Message(), data.lstrip(b"\r\n")
    end = _HEADER_END.search(data, 0, MAX_HEADER)
    head = data[: end.start()] if end else data[:MAX_HEADER]
    return BytesHeaderParser().parsebytes(head), data[end.end() :] if end else b""


def _text_of(header: Message, name: str) -> str:
    """A field of a header as one line, with encoded words decoded."""
    raw = str(header.get(name) or "")
    with suppress(HeaderParseError, LookupError, UnicodeError, ValueError):
        raw = str(make_header(decode_header(raw)))
    return one_line(replace_controls(raw))
