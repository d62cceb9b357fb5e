"""Tells what to do with documents of Word 97 to 2003, which are not read."""

from __future__ import annotations

from collections.abc import Iterator

from searchkit.corpus.document_signatures import OLE
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Record, Unreadable
from searchkit.corpus.readers.text import read_text


def read_word(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Report an old Word document. A text under its suffix is read as plain text."""
    if data.startswith(OLE):
        raise Unreadable("it is a document of Word 97 to 2003; convert it: soffice --headless --convert-to docx *.doc")
    if data.startswith((b"\xdb\xa5", b"1\xbe\0\0", b"\xfe7\0", b"\xffWPC")):
        raise Unreadable("it is a document of an old word processor; convert it: soffice --headless --convert-to docx *.doc")
    yield from read_text(data, options)
