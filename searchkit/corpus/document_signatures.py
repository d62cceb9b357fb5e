"""Recognises documents of word processors and books by their first bytes."""

from __future__ import annotations

import re

_NAME_AT = 30
"""Where the name of the first member stands; before it are its length, and that of the extra field
(APPNOTE 4.3.7)."""
_FIRST_OF_OFFICE = re.compile(rb"(?:\[Content_Types\]\.xml|_rels/|docProps/|word/|customXml/)")
_WORD = re.compile(rb"PK\x03\x04.{26}word/\w{1,40}\.xml", re.DOTALL)


def stored_mimetype(start: bytes) -> bytes:
    """The first bytes of the member `mimetype`, which documents of OpenDocument and EPUB begin
    with; none for other data."""
    if start[:4] != b"PK\x03\x04" or start[_NAME_AT : _NAME_AT + 8] != b"mimetype":
        return b""
    at = _NAME_AT + 8 + int.from_bytes(start[28:30], "little")
    return start[at : at + 80]


def is_docx(start: bytes) -> bool:
    """Whether the first bytes of a file are those of a DOCX document: the first members are
    those of an Office document, and one is of a text."""
    if start[:4] != b"PK\x03\x04" or not _FIRST_OF_OFFICE.match(start, _NAME_AT):
        return False
    return _WORD.search(start) is not None


def is_rtf(start: bytes) -> bool:
    """Whether the first bytes of a file are those of an RTF document."""
    return start[:5] == b"{\\rtf" and start[5:6] in (b"1", b"0", b"\\", b"2")


def is_pdf(start: bytes) -> bool:
    """Whether the first bytes of a file are those of a PDF document."""
    return start[:5] == b"%PDF-" and start[5:6].isdigit()


def is_odt(start: bytes) -> bool:
    """Whether the first bytes of a file are those of an OpenDocument text, packed or in one XML."""
    if start[:1] == b"<":
        return b"<office:document" in start and b'office:mimetype="application/vnd.oasis.opendocument.text"' in start
    return stored_mimetype(start).startswith((b"application/vnd.oasis.opendocument.text", b"application/vnd.sun.xml.writer"))


def is_epub(start: bytes) -> bool:
    """Whether the first bytes of a file are those of an EPUB book."""
    return stored_mimetype(start).startswith(b"application/epub+zip")
