"""Writes the files of the golden corpora of documents that are not plain text: `python -m
tests.corpus.readers.document_corpora`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.corpus.golden import FOLDER
from tests.corpus.readers.office_files import docx_of, epub_of, odt_of, paragraph, zip_of
from tests.corpus.readers.pdf_files import Text, column, pdf_of

_LEDE = "Ferries left the harbour again on Sunday after a week of storms."
_SECOND = "The port authority said that 12 ships were still waiting."
_EXPORT = (
    *("Ferries sail again", "The Coast", "April 26, 2020 Sunday", "", "Copyright 2020 The Coast All Rights Reserved"),
    *("Section: NEWS; Pg. 3", "Length: 22 words", "Byline: Ann Lee", "Body", "", _LEDE, "", _SECOND, "", "Classification"),
    *("", "Language: ENGLISH", "Publication-Type: Newspaper", "", "Load-Date: April 26, 2020", "", "End of Document", ""),
    *("A bridge of wood", "The Coast", "April 27, 2020 Monday", "", "Copyright 2020 The Coast All Rights Reserved"),
    *("Length: 11 words", "Body", "", _LEDE, "", "Classification", "", "Language: ENGLISH", "", "Load-Date: April 27, 2020"),
    *("", "End of Document"),
)
"""The paragraphs of an export of Nexis Uni with two articles."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def docx_files() -> dict[str, bytes]:
    core = (
        "<dc:title>Ferries sail again</dc:title><dc:creator>desk2</dc:creator><cp:keywords>ports; weather, ports</cp:keywords>"
        "<dc:language>en-GB</dc:language><dcterms:created>2019-01-02T03:04:05Z</dcterms:created><cp:category>Home</cp:category>"
    )
    row = "<w:tr>" + "<w:tc>{}</w:tc>" * 2 + "</w:tr>"
    keys = "".join(
        row.format(paragraph(key), paragraph(value))
        for key, value in (
            ("Title:", "A bridge of wood"),
            ("Date:", "26 April 2020"),
            ("Author:", "Ann Lee"),
            ("Page:", "3"),
        )
    )
    wrapped = [
        "Ferries left the harbour again on Sunday after a week of",
        "storms, and passengers who had waited in the halls of the",
        "port since Monday were the first to go aboard, said the",
        "harbour master.",
        "",
        "More ships are expected.",
    ]
    changed = (
        "<w:p><w:r><w:t xml:space='preserve'>The council </w:t></w:r><w:del><w:r><w:delText>refused</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>accepted</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> the plan</w:t>"
        "<w:footnoteReference w:id='1'/></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> CHECK THIS</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p>"
    )
    return {
        "styled.docx": docx_of(
            paragraph("HARBOUR")
            + paragraph("Ferries sail again", "Titel")
            + paragraph("By Ann Lee and Bo Ek")
            + paragraph("26 April 2020")
            + paragraph(f"PORT BAY, April 26 (Coast Wire) - {_LEDE}")
            + paragraph("Waiting ships", "berschrift1")
            + paragraph(_SECOND),
            core=core,
        ),
        "plain.docx": docx_of(
            "".join(map(paragraph, ("Ferries sail again", "By Ann Lee", "26 April 2020", _LEDE, "", _SECOND)))
        ),
        "keys.docx": docx_of(f"<w:tbl>{keys}</w:tbl>" + paragraph(_LEDE)),
        "key-lines.docx": docx_of("".join(map(paragraph, ("Title: A dam", "Source: The Coast", "Date: 26/04/2020", _LEDE)))),
        "changes.docx": docx_of(
            paragraph("A plan is accepted") + changed,
            parts={"footnotes": f"<w:footnote w:id='1'>{paragraph('Of 2019.')}</w:footnote>"},
        ),
        "wrapped-lines.docx": docx_of("".join(map(paragraph, ("Ferries sail again", "", *wrapped)))),
        "title-of-properties.docx": docx_of(paragraph(_LEDE), core=core),
        "name-of-file.docx": docx_of(paragraph(_LEDE), core="<dc:title>Microsoft Word - ferry3.doc</dc:title>"),
        "unread-date.docx": docx_of(paragraph("Ferries sail") + paragraph("By Ann Lee, 31/31/2020") + paragraph(_LEDE)),
        "other-suffix.dat": docx_of(paragraph("Under another suffix") + paragraph(_LEDE)),
        "export.docx": docx_of("".join(map(paragraph, _EXPORT))),
        "empty.docx": docx_of("<w:p/>", core=core),
        "no-text.docx": zip_of({"[Content_Types].xml": "<Types/>"}),
        "cut-off.docx": docx_of(paragraph(_LEDE))[:300],
        "broken-xml.docx": docx_of("<w:p><w:r>"),
        "encrypted.docx": _OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le"),
        "old.docx": _OLE + bytes(504),
        "not-zip.docx": b"Only text.",
    }


def rtf_files() -> dict[str, bytes]:
    fonts = rb"{\fonttbl{\f0\fcharset0 Times New Roman;}{\f1\fcharset204 Times New Roman Cyr;}}"
    styles = rb"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2 Title;}}"
    info = (
        rb"{\info{\title Ferries sail again}{\author desk2}{\keywords ports, weather}{\operator someone}"
        rb"{\creatim\yr2019\mo1\dy2\hr3\min4}}"
    )
    head = rb"{\rtf1\ansi\ansicpg1252\deff0" + fonts + styles
    lede = _LEDE.encode()
    return {
        "styled.rtf": head + info + rb"\pard\s2\b Ferries sail again\b0\par\pard By Ann Lee\par 26 April 2020\par "
        + lede + rb"\par\pard\s1 Waiting ships\par\pard " + _SECOND.encode() + b"\\par}",
        "cyrillic.rtf": head + b"\\f1\\uc1 " + b"".join(b"\\'%02x" % byte for byte in "Порт открыт".encode("cp1251"))
        + rb"\par\par \u1055?\u1072?\u1088?\u1086?\u1084?\u1099?\f0  sail at 7\~a.m.\par}",
        "japanese.rtf": rb"{\rtf1\ansi\ansicpg932\deff0{\fonttbl{\f0\fcharset128 MS Mincho;}}"
        + b"".join(b"\\'%02x" % byte for byte in "港が再開".encode("cp932")) + rb"\par\par "
        + b"".join(b"\\'%02x" % byte for byte in "船は日曜日に出た。".encode("cp932")) + rb"\par}",
        "table.rtf": head + rb"A table of ports\par\trowd\cellx1\cellx2\pard\intbl Port\cell Tons\cell\row"
        rb"\trowd\cellx1\cellx2\pard\intbl Bay\cell 7\cell\row\pard " + lede + b"\\par}",
        "changes.rtf": head + rb"A plan is accepted\par\pard The council {\deleted refused}{\revised accepted} the plan"
        rb"{\super\chftn{\footnote Of 2019.}}{\v  CHECK}.\par{\header Page 1}}",
        "named.doc": head + rb"An RTF under the suffix of Word\par " + lede + b"\\par}",
        "cut-off.rtf": head + rb"\pard\s2 Cut off\par\pard {\b " + lede,
        "lost-byte.rtf": rb"{\rtf1\ansi\ansicpg932 A lost byte\par\pard Before \'81\par}",
        "export.rtf": head + b"".join(b"\\pard %s\\par" % text.encode() for text in _EXPORT) + b"}",
        "empty.rtf": head + rb"\par}",
        "not-rtf.rtf": b"Only text.",
        "deep.rtf": b"{\\rtf1" + b"{" * 12_000,
    }  # fmt: skip


def odt_files() -> dict[str, bytes]:
    styles = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
        '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
    )
    meta = (
        "<dc:title>Ferries sail again</dc:title><meta:initial-creator>desk2</meta:initial-creator><meta:keyword>ports</meta:keyword>"
        "<meta:keyword>weather</meta:keyword><dc:language>en-GB</dc:language><meta:creation-date>2019-01-02T03:04:05</meta:creation-date>"
        '<meta:user-defined meta:name="Desk">Coast</meta:user-defined>'
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Gone</text:p></text:deletion></text:changed-region>"
        '</text:tracked-changes><text:p text:style-name="P1">Ferries sail again</text:p><text:p>By Ann Lee</text:p>'
        f"<text:p>26 April 2020</text:p><text:p>{_LEDE}</text:p>"
        '<text:h text:outline-level="2">Waiting ships</text:h>'
        '<text:p>The port<text:s text:c="2"/>authority<text:note><text:note-citation>1</text:note-citation><text:note-body>'
        "<text:p>Of Port Bay.</text:p></text:note-body></text:note> said<text:tab/>that<text:line-break/>12\n   ships"
        '<text:span text:style-name="T1"> NOT THIS</text:span> wait<office:annotation><text:p>Check</text:p></office:annotation>.'
        "<draw:frame><draw:text-box><text:p>In a box</text:p></draw:text-box></draw:frame></text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>Port</text:p></table:table-cell><table:table-cell><text:p>Tons</text:p>"
        "</table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Bay</text:p></table:table-cell>"
        "<table:table-cell><text:p>7</text:p></table:table-cell></table:table-row></table:table>"
    )
    simple = "<text:p>One paragraph.</text:p>"
    manifest = '<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
    return {
        "full.odt": odt_of(body, styles=styles, meta=meta),
        "flat.fodt": odt_of(body, styles=styles, meta=meta, is_flat=True),
        "flat.xml": odt_of("<text:p>Known by its content</text:p>" + simple, is_flat=True),
        "title-of-metadata.odt": odt_of(simple, meta=meta),
        "other-suffix.bin2": odt_of("<text:p>Under another suffix</text:p>" + simple),
        "empty.odt": odt_of("<text:p/>"),
        "encrypted.odt": odt_of(simple, parts={"META-INF/manifest.xml": manifest}),
        "no-content.odt": zip_of({"mimetype": "application/vnd.oasis.opendocument.text"}),
        "broken-xml.odt": odt_of("<text:p>"),
        "cut-off.odt": odt_of(simple)[:200],
        "not-odt.odt": b"Only text.",
    }


def doc_files() -> dict[str, bytes]:
    return {
        "old.doc": _OLE + bytes(504),
        "text.doc": b"A text\n\nUnder the suffix of Word.\n",
        "older.doc": b"\xdb\xa5-\0" + bytes(99),
    }


def epub_files() -> dict[str, bytes]:
    lede, second = f"<p>{_LEDE}</p>", f"<p>{_SECOND}</p>"
    issue = {
        "cover.xhtml": '<div><img src="cover.jpg" alt="Cover"/></div>',
        "nav.xhtml": '<nav epub:type="toc"><ol><li><span>Coast</span><ol><li><a href="a.xhtml">Ferries sail again</a></li>'
        '<li><a href="b%20c.xhtml#top">A bridge of wood</a></li></ol></li></ol></nav>',
        "a.xhtml": f"<h2>COAST</h2><h1>Ferries <em>sail</em> again</h1><p>By Ann Lee</p><p>27 April 2020</p>{lede}<h3>Waiting</h3>{second}",
        "b c.xhtml": f"<p>A bridge&nbsp;of wood</p>{lede}<table><tr><td>Port</td><td>Tons</td></tr></table>",
        "c_split_000.xhtml": f"<h1>In two files</h1>{lede}",
        "c_split_001.xhtml": second,
        "d.xhtml": "<p>One<br/>two <b>three</p>",
        "e.xhtml": f"<h1>Protected</h1>{lede}",
    }
    about = (
        "<dc:title>The Coast, issue 17</dc:title><dc:creator>Coast Press</dc:creator><dc:language>en</dc:language>"
        "<dc:date>2020-04-26</dc:date><dc:subject>Ports</dc:subject><dc:identifier>urn:coast:17</dc:identifier>"
        '<meta property="dcterms:modified">2021-01-01T00:00:00Z</meta>'
        '<meta property="belongs-to-collection">The Coast</meta>'
    )
    protected = '<encryption xmlns:enc="e"><enc:CipherReference URI="OEBPS/e.xhtml"/><enc:CipherReference URI="OEBPS/font.otf"/></encryption>'
    ncx = (
        "<navPoint><navLabel><text>Part one</text></navLabel><content src='1.html'/><navPoint><navLabel><text>The first day"
        "</text></navLabel><content src='2.html'/></navPoint></navPoint>"
    )
    old = "<dc:title>A book</dc:title><dc:date opf:event='conversion'>2021</dc:date><dc:date opf:event='publication'>0101-01-01</dc:date>"
    return {
        "issue.epub": epub_of(issue, about, parts={"META-INF/encryption.xml": protected}),
        "book.epub": epub_of({"1.html": "<h1>Part one</h1>", "2.html": second, "3.html": lede}, old, ncx=ncx),
        "one-part.epub": epub_of({"1.html": f"<h1>Alone</h1>{lede}"}, "<dc:title>Alone</dc:title><dc:date>2020</dc:date>"),
        "other-suffix.epb": epub_of({"1.html": f"<h1>Under another suffix</h1>{lede}"}, ""),
        "no-package.epub": zip_of({"mimetype": "application/epub+zip"}),
        "no-text.epub": epub_of({}, ""),
        "missing-part.epub": epub_of({"1.html": lede, "2.html": second}, "", missing=("1.html",)),
        "cut-off.epub": epub_of({"1.html": lede}, "")[:300],
        "not-epub.epub": b"Only text.",
    }


def pdf_files() -> dict[str, bytes]:
    left = (
        *(
            "Ferries left the harbour again on Sunday",
            "after a week of storms, and passengers who",
            "had waited in the halls of the port since",
        ),
        *(
            "Monday were the first to go aboard.",
            ">The harbour master said that the wind had",
            "fallen below the limit in the early morn-",
        ),
        *(
            "ing. The first ship sailed at seven, with",
            "400 people and 60 cars on board, and two",
            "more followed before noon.",
            ">Many had slept",
        ),
        *("on benches. A school class from the", "islands sang when the ship left, and the"),
    )
    right = (
        *(
            "crew sounded the horn three times.",
            ">The next storm is expected on Thursday.",
            "Until then the line runs ships by day and",
        ),
        *(
            "by night, so that all who wait can cross.",
            ">Freight goes last: some 30 lorries stood in",
            "line on Sunday, most of them with fruit.",
        ),
    )
    below = ("The old bridge over the river will be", "rebuilt in wood, as it was first. Work", "begins in May and takes a year."), (
        "The town had asked for steel, which is", "cheaper, but 2,000 people signed a letter", "for wood.",
    )  # fmt: skip

    def page(number: int, texts: list[Text]) -> list[Text]:
        footer = Text(300, 780, 8, str(number))
        return [Text(40, 30, 8, "THE COAST"), Text(480, 30, 8, f"26 April 2020, page {number}"), *texts, footer]

    front = [
        *(Text(40, 80, 28, "Ferries sail again after the storms"), Text(40, 105, 10, "By Ann Lee"), Text(40, 120, 10, "26 April 2020")),
        *column(40, 150, left), *column(320, 150, right), Text(590, 300, 6, "Photo: Bo Ek", is_turned=True),
        Text(40, 330, 18, "A bridge of wood"), *column(40, 350, below[0]), *column(320, 350, below[1]),
    ]  # fmt: skip
    plain = [[Text(60, 60 + 30 * n, 10, line) for n, line in enumerate(("A short report", "Ferries sail."))]]
    info = {
        "Title": "coast_04.indd",
        "Author": "desk2",
        "CreationDate": "D:20190102030405+01'00'",
        "Keywords": "ports, weather",
    }
    table = [
        Text(x, 100 + 14 * row, 10, cell)
        for row, cells in enumerate((("Port", "Tons"), ("Bay", "7"), ("Cove", "12")))
        for x, cell in zip((60, 200), cells, strict=True)
    ]
    good = pdf_of(plain)
    return {
        "newspaper.pdf": pdf_of([page(1, front), page(2, column(40, 80, left)), page(3, column(40, 80, right))], info=info),
        "plain.pdf": good,
        "title-in-metadata.pdf": pdf_of(
            [[Text(60, 60, 10, "Ferries sail again"), Text(60, 90, 10, _LEDE)]], info={"Title": "Ferries Sail Again"}
        ),
        "turned-page.pdf": pdf_of([[Text(60, 60, 10, _LEDE, is_turned=True)]], rotation=90),
        "table.pdf": pdf_of([table]),
        "other-suffix.dat": good,
        "scanned.pdf": pdf_of([[]], picture=True),
        "scanned-in-part.pdf": pdf_of([plain[0], []], picture=True),
        "no-text.pdf": pdf_of([[]]),
        "encrypted.pdf": pdf_of(plain, encrypted=True),
        "cut-off.pdf": good[:200],
        "broken-table.pdf": good.replace(b"xref", b"xxxx"),
        "not-pdf.pdf": b"Only text.",
    }


CORPORA: Mapping[str, Callable[[], dict[str, bytes]]] = {
    "docx": docx_files,
    "rtf": rtf_files,
    "odt": odt_files,
    "pdf": pdf_files,
    "epub": epub_files,
    "doc": doc_files,
}


if __name__ == "__main__":
    for name, files in CORPORA.items():
        folder = FOLDER / name / "in"
        folder.mkdir(parents=True, exist_ok=True)
        for file, data in files().items():
            (folder / file).write_bytes(data)
