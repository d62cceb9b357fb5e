"""Documents are recognised by their first bytes, and nothing else is."""

from __future__ import annotations

import pytest

from searchkit.corpus.formats import format_by_signature
from tests.corpus.readers.office_files import docx_of, epub_of, odt_of, paragraph, zip_of

XLSX = {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (docx_of(paragraph("x")), "docx"),
        (odt_of("<text:p>x</text:p>"), "odt"),
        (odt_of("<text:p>x</text:p>", is_flat=True), "odt"),
        (epub_of({"1.html": "x"}, ""), "epub"),
        (zip_of(XLSX), "xlsx"),
        (zip_of({"docProps/app.xml": "x", "xl/theme/theme1.xml": "x", "xl/worksheets/sheet1.xml": "x"}), "xlsx"),
        (zip_of({"pages/pages.jsonl": "{}", "archive/a.warc": "x"}), "wacz"),
        (zip_of({"archive/a.warc": "x", "datapackage.json": "{}"}), "wacz"),
        (b"{\\rtf1\\ansi x}", "rtf"),
        (b"\xef\xbb\xbf \n{\\rtf\\ansi x}", "rtf"),
    ],
)
def test_what_is_recognised(data: bytes, name: str) -> None:
    row = format_by_signature(data[:4096])
    assert row is not None
    assert row.name == name


@pytest.mark.parametrize(
    "data",
    [
        zip_of({"a.txt": "x"}),
        zip_of({"notes/word/document.xml": "x"}),
        zip_of({"word.txt": "word/document.xml"}),
        zip_of({"mimetype": "application/vnd.oasis.opendocument.presentation"}),
        zip_of({"xl/a.txt": "x"}),
        zip_of({"[Content_Types].xml": "x", "xl/workbook.bin": "x"}),
        zip_of({"[Content_Types].xml": "x", "ppt/presentation.xml": "x"}),
        zip_of({"archive/a.warc": "x", "archive/b.txt": "x"}),
        zip_of({"news/a.txt": "x", "pages/pages.jsonl": "x"}),
        zip_of({"mimetype.txt": "application/epub+zip"}),
        b"{\\rtfx",
        b"A text about {\\rtf1}",
        b"PK",
        b"PK\x03\x04",
    ],
)
def test_what_is_not(data: bytes) -> None:
    row = format_by_signature(data[:4096])
    assert row is None or row.name not in ("docx", "xlsx", "odt", "epub", "wacz", "rtf")
