"""Recognises documents of word processors, workbooks, books and packages of web archives by their
first bytes."""

from __future__ import annotations

import re

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of a compound file (MS-CFB): an old Office document, or an encrypted new one."""
_NAME_AT = 30
"""Where the name of the first member stands; before it are its length, and that of the extra field
(APPNOTE 4.3.7)."""
_FIRST_OF_OFFICE = re.compile(rb"(?:\[Content_Types\]\.xml|_rels/|docProps/|word/|xl/|customXml/)")
_WORD = re.compile(rb"PK\x03\x04.{26}word/\w{1,40}\.xml", re.DOTALL)
_WORKBOOK = re.compile(rb"PK\x03\x04.{26}xl/(?:(?:workbook|styles|sharedStrings)|worksheets/\w{1,40})\.xml", re.DOTALL)
_FIRST_OF_WACZ = re.compile(rb"(?:archive|pages|indexes)/|datapackage\.json")
_PART_OF_WACZ = re.compile(rb"PK\x03\x04.{26}(?:pages/\w{1,40}\.jsonl|indexes/index\.|datapackage\.json)", re.DOTALL)


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
    return _is_zip_of(start, _FIRST_OF_OFFICE, _WORD)


def is_xlsx(start: bytes) -> bool:
    """Whether the first bytes of a file are those of a workbook of Excel: the first members are
    those of an Office document, and one is of a workbook."""
    return _is_zip_of(start, _FIRST_OF_OFFICE, _WORKBOOK)


def is_wacz(start: bytes) -> bool:
    """Whether the first bytes of a file are those of a WACZ package whose first members are its
    pages, indexes or description; one that begins with its archives looks like any zip file."""
    return _is_zip_of(start, _FIRST_OF_WACZ, _PART_OF_WACZ)


def _is_zip_of(start: bytes, first: re.Pattern[bytes], part: re.Pattern[bytes]) -> bool:
    """Whether the name of the first member of a zip file begins so, and a member has a name of a
    `part`."""
    return start[:4] == b"PK\x03\x04" and first.match(start, _NAME_AT) is not None and part.search(start) is not None


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
