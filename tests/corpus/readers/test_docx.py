"""DOCX: what is text of a document, in all its forms, and what is not."""

from __future__ import annotations

import io

import pytest

from searchkit.corpus.limits import Limits
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, NoArticle, Unreadable
from searchkit.corpus.readers.document_articles import IN_MARGINS_ONLY
from searchkit.corpus.readers.document_paragraphs import Paragraph
from searchkit.corpus.readers.docx import read_docx
from searchkit.corpus.readers.docx_paragraphs import docx_paragraphs
from tests.corpus.readers.office_files import docx_of, paragraph, zip_of


def texts(body: str, **given: str) -> list[str]:
    return [one.text for one in docx_paragraphs(io.BytesIO(docx_of(body, **given)), Limits())]  # type: ignore[arg-type]


def run(content: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{content}</w:r>"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<w:r><w:t>Grain</w:t></w:r><w:r><w:t xml:space='preserve'> ships</w:t></w:r>", "Grain ships"),
        (
            "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:softHyphen/></w:r>",
            "a\tb\nc\u2011\u00ad",
        ),
        (
            "<w:r><w:t>a</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins>",
            "anew",
        ),
        ("<w:moveFrom><w:r><w:t>old</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>place</w:t></w:r></w:moveTo>", "place"),
        (run("<w:t>seen</w:t>", '<w:vanish w:val="0"/>') + run("<w:t>hidden</w:t>", "<w:vanish/>"), "seen"),
        (run("<w:t>hidden</w:t>", '<w:rStyle w:val="Geheim"/>') + run("<w:t>seen</w:t>"), "seen"),
        ("<w:hyperlink r:id='x'><w:r><w:t>a link</w:t></w:r></w:hyperlink>", "a link"),
        ("<w:smartTag><w:r><w:t>Baku</w:t></w:r></w:smartTag>", "Baku"),
        ("<w:fldSimple w:instr='DATE'><w:r><w:t>Monday</w:t></w:r></w:fldSimple>", "Monday"),
        (
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK x</w:instrText></w:r>"
            "<w:r><w:t>code</w:t></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>shown</w:t></w:r>"
            "<w:r><w:fldChar w:fldCharType='end'/></w:r><w:r><w:t>.</w:t></w:r>",
            "shown.",
        ),
        ("<w:r><w:sym w:font='Symbol' w:char='F061'/><w:sym w:font='Wingdings' w:char='F0A7'/></w:r>", "α•"),
        (
            "<w:r><w:ruby><w:rt><w:r><w:t>x</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>字</w:t></w:r></w:rubyBase></w:ruby></w:r>",
            "字",
        ),
        ("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Type</w:t></w:r></w:sdtContent></w:sdt>", ""),
        ("<w:sdt><w:sdtContent><w:r><w:t>Typed</w:t></w:r></w:sdtContent></w:sdt>", "Typed"),
    ],
)
def test_what_is_text_of_a_paragraph(content: str, expected: str) -> None:
    assert texts(f"<w:p>{content}</w:p>") == [expected]


def test_paragraphs_and_their_styles() -> None:
    body = (
        paragraph("One", "Titel")
        + paragraph("Two", "berschrift1")
        + paragraph("Three", "Kopf")
        + "<w:p/>"
        + paragraph("Four")
    )
    data = docx_of(body + "<w:sectPr/>")
    assert docx_paragraphs(io.BytesIO(data), Limits()) == [
        Paragraph("One", "title"),
        Paragraph("Two", "heading 1"),
        Paragraph("Three", "heading 1"),
        Paragraph(""),
        Paragraph("Four"),
    ]


def test_a_paragraph_whose_end_is_deleted_goes_on() -> None:
    deleted = "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>One </w:t></w:r></w:p>"
    assert texts(deleted + paragraph("and two") + paragraph("Three") + deleted) == ["One and two", "Three", "One "]


def test_tables() -> None:
    def row(*cells: str, properties: str = "") -> str:
        return f"<w:tr>{properties}" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"

    table = row(paragraph("Port"), paragraph("Tons")) + row(paragraph("Baku"), paragraph("7"))
    deleted = row(paragraph("x"), paragraph("y"), properties="<w:trPr><w:del/></w:trPr>")
    layout = row(paragraph("Left") + paragraph("again"), f"<w:tbl>{row(paragraph('Inner'))}</w:tbl><w:p/>")
    body = f"{paragraph('Before')}<w:tbl>{table}{deleted}</w:tbl>{paragraph('After')}<w:tbl>{layout}</w:tbl>"
    assert texts(body) == ["Before", "Port\tTons\nBaku\t7", "After", "Left", "again", "Inner"]


def test_text_boxes_are_read_once() -> None:
    inner = f"<w:txbxContent>{paragraph('In the box')}</w:txbxContent>"
    box = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{inner}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    old = f"<w:pict><v:shape><v:textbox>{inner}</v:textbox></v:shape></w:pict>"
    body = f"<w:p><w:r><w:t>Around</w:t>{box}</w:r></w:p><w:p><w:r>{old}<w:t>Below</w:t></w:r></w:p>"
    assert texts(body) == ["Around", "In the box", "Below", "In the box"]


def test_notes_follow_the_text() -> None:
    body = (
        "<w:p><w:r><w:t>One</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r><w:r><w:t> two</w:t>"
        "<w:endnoteReference w:id='1'/></w:r></w:p>"
    )
    notes = {
        "footnotes": f"<w:footnote w:id='0' w:type='separator'>{paragraph('-')}</w:footnote><w:footnote w:id='2'>"
        f"{paragraph('First')}{paragraph('more')}</w:footnote>",
        "endnotes": f"<w:endnote w:id='1'>{paragraph('Last')}</w:endnote>",
    }
    data = docx_of(body, parts=notes)
    assert [one.text for one in docx_paragraphs(io.BytesIO(data), Limits())] == [
        "One[1] two[2]",
        "[1] First\n\nmore",
        "[2] Last",
    ]


def test_a_strict_document_whose_main_part_has_another_name() -> None:
    data = docx_of(
        paragraph("Text"), namespace="http://purl.oclc.org/ooxml/wordprocessingml/main", main="word/document2.xml"
    )
    assert [one.text for one in docx_paragraphs(io.BytesIO(data), Limits())] == ["Text"]


def test_html_that_is_embedded_as_a_part() -> None:
    relation = '<Relationship Id="h" Type="x/aFChunk" Target="/word/a.html"/>'
    data = docx_of('<w:altChunk r:id="h"/>', relations=relation, parts={"word/a.html": "<p>One</p><p>Two</p>"})
    assert [one.text for one in docx_paragraphs(io.BytesIO(data), Limits())] == ["One", "Two"]


def test_the_encoding_of_html_that_is_embedded() -> None:
    relation = '<Relationship Id="h" Type="x/aFChunk" Target="/word/a.html"/>'
    html = '<meta charset="windows-1251"><p>\u041f\u0440\u0438\u0432\u0435\u0442</p>'.encode("cp1251")
    for part, expected, warnings in (
        (html, "\u041f\u0440\u0438\u0432\u0435\u0442", ()),
        (
            "<p>\u041f\u0440\u0438\u0432\u0435\u0442".encode() + b"\xff",
            "\u041f\u0440\u0438\u0432\u0435\u0442\ufffd",
            ("no-utf-8", "word/a.html: 1 byte, 0xff at byte 15"),
        ),
    ):
        data = docx_of('<w:altChunk r:id="h"/>', relations=relation, parts={"word/a.html": part})
        (draft,) = read_docx(io.BytesIO(data), ReadOptions())
        assert isinstance(draft, Draft)
        assert (draft.title, draft.warnings) == (expected, warnings and (warnings,))


def test_text_in_page_headers_only() -> None:
    relation = '<Relationship Id="h" Type="x/header" Target="header1.xml"/>'
    for header, reason in (("Text.", IN_MARGINS_ONLY), ("", NO_TEXT)):
        part = f"<w:hdr xmlns:w='w'>{paragraph(header)}</w:hdr>"
        data = docx_of("<w:p/>", relations=relation, parts={"word/header1.xml": part})
        (found,) = read_docx(io.BytesIO(data), ReadOptions())
        assert isinstance(found, NoArticle)
        assert str(found) == reason


def failure(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        docx_paragraphs(io.BytesIO(data), limits or Limits())
    return str(caught.value)


def test_what_is_no_whole_document() -> None:
    assert failure(b"Plain text") == "it is no DOCX file: it does not begin as a zip file does"
    assert failure(docx_of(paragraph("x"))[:-40]).startswith("the DOCX file is damaged or cut off: ")
    assert failure(zip_of({"a.txt": "x"})) == "it is no whole DOCX file: word/document.xml is missing"
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert failure(old).endswith("convert it: soffice --headless --convert-to docx FILE")
    assert failure(old + "EncryptedPackage".encode("utf-16-le")) == "it is encrypted; save it without a password"
    assert failure(docx_of("<w:p><w:r>")).startswith("it is no XML: ")


def test_bombs() -> None:
    assert "its text is larger than 1MB" in failure(docx_of(paragraph("a" * 2**19) * 3), Limits(max_article=2**20))
    assert failure(docx_of("<w:p>" + "<w:r/>" * 2_000_000 + "</w:p>")) == "one paragraph or row of it is larger than 8 MB"
    deep = docx_of("<w:p>" + "<w:ins>" * 400 + "</w:ins>" * 400 + "</w:p>")
    assert failure(deep).startswith("it is no XML: ")
    large = docx_of(paragraph("x"), parts={"word/footnotes.xml": "x"})
    assert "raise --max-member" in failure(large, Limits(max_member=10))
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 100}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    laughs = f'<!DOCTYPE d [<!ENTITY a "ha">{entities}]><w:d xmlns:w="w"><w:p><w:r><w:t>one&i;two</w:t></w:r></w:p></w:d>'
    assert failure(docx_of("", parts={"word/document.xml": laughs})).startswith("it is no XML: ")
