"""RTF: what is text of a document, in all its encodings, and what is not."""

from __future__ import annotations

import time

import pytest

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, NoArticle, Unreadable
from searchkit.corpus.readers.document_articles import IN_MARGINS_ONLY
from searchkit.corpus.readers.document_paragraphs import Paragraph
from searchkit.corpus.readers.rtf import read_rtf
from searchkit.corpus.readers.rtf_text import read_rtf_document

FONTS = (
    rb"{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fnil\fcharset204 Arial CYR;}{\f2\fcharset128 MS Mincho;}"
    rb"{\f3\fcharset2 Symbol;}{\f4\fcharset2 Wingdings;}{\f5\fcharset178 Arial (Arabic);}{\f6\fcharset134 SimSun{\*\falt \'cb\'ce};}}"
)


def rtf_to_text(data: bytes) -> str:
    return "\n\n".join(paragraph.text for paragraph in read_rtf_document(data).paragraphs)


def text(content: bytes, head: bytes = rb"\ansi\ansicpg1252\deff0" + FONTS) -> str:
    return rtf_to_text(b"{\\rtf1" + head + b" " + content + b"}")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (rb"One\par Two\line three\tab four\par", "One\n\nTwo\nthree\tfour"),
        (b"One\\\nTwo\r\n words", "One\n\nTwo words"),
        (rb"One\par\par Two", "One\n\n\n\nTwo"),
        (rb"a\'e9b\{c\}\\d\~e\_f\-g", "a\u00e9b{c}\\d\u00a0e\u2011f\u00adg"),
        (rb"\ldblquote Peace\rdblquote\emdash it\rquote s", "\u201cPeace\u201d\u2014it\u2019s"),
        # Unicode, with the characters to skip behind it
        (rb"\uc1\u1055?\u1088\'f0\u1080x", "При"),
        (rb"\uc0\u1055\u1088\uc2\u1080 ab.", "При."),
        (rb"{\uc0 \u8364}\u8364?5", "€€5"),
        (rb"\u-3913?", "\uf0b7"),
        (rb"\u-10179?\u-8704?", "😀"),
        (rb"\u-10179?x", "\ufffdx"),
        (rb"{\loch\*\cs7\f0 Text}{\dbch\f2\'93\'fa}{\dbch\f2\'95}", "Text日•"),
        (rb"\u8217\par Next", "\u2019\n\nNext"),
        (rb"\u9731{\'3f}", "☃?"),
        # code pages of fonts
        (rb"{\f1 \'cf\'f0\'e8\'e2\'e5\'f2} \'e9", "Привет é"),
        (rb"\f2\'93\'fa\'96\'7b\'83A", "日本ア"),
        (rb"\loch\af0\hich\af0\dbch\af6 {\dbch\'d6\'d0\'b9\'fa}{\loch\'e9}", "中国é"),
        (rb"{\ltrch\fcs0 \f0 \rtlch\fcs1 \af5 \'c8\'c7\'df\'e6}", "باكو"),
        (rb"{\f3 ab\'b7}{\f4\'a7}{\f3\u-3999?}", "αβ••α"),
        # what is no text
        (rb"a{\pict\wmetafile8 0102ff{\*\blipuid 00}}b{\*\unknown gone}c", "abc"),
        (rb"a{\deleted gone\par}b{\revised new}\deleted gone\deleted0 c", "abnewc"),
        (rb"a{\v hidden}b{\v\par}c", "abc"),
        (rb"{\header Page 1\par}{\footerf x}Text{\*\annotation A note}{\xe Index}", "Text"),
        (rb'{\field{\*\fldinst HYPERLINK "http://example.org"}{\fldrslt{\ul A link}}}.', "A link."),
        (rb"{\object\objemb{\*\objdata 0102}{\result Shown}}", "Shown"),
        (b"a{\\*\\binary \\bin4 }}}{}b", "ab"),
        (rb"{\upr{A?}{\*\ud{A\u263?}}}", "Ać"),
        (rb"{\listtext\pard 1.\tab}Item\par {\pntext\'95\tab}Other", "1.\tItem\n\n•\tOther"),
        (rb"{\cs15\b bold}{\nonshppict gone}", "bold"),
    ],
)
def test_what_is_text(content: bytes, expected: str) -> None:
    assert text(content) == expected


@pytest.mark.parametrize(
    ("head", "content", "expected"),
    [
        (rb"\ansi\ansicpg1251", rb"\'cf\'f0", "Пр"),
        (rb"\ansi\ansicpg1251\deff0{\fonttbl{\f0 Arial;}}", rb"\'cf\'f0", "Пр"),
        # Many programs call every font Western.
        (rb"\ansi\ansicpg1251\deff0{\fonttbl{\f0\fcharset0 Arial;}}", rb"\'cf\'f0\'e8 \'e8", "При и"),
        (rb"\ansi\ansicpg1251\deff0" + FONTS, rb"\'e9", "é"),
        (rb"\ansi\ansicpg950", rb"\'a5\'78\'a5_", "台北"),
        (rb"\mac", rb"\'8e", "é"),
        (rb"\pc", rb"\'82", "é"),
        (rb"\ansi\ansicpg65001", rb"\'c3\'a9", "é"),
        (rb"\ansi{\fonttbl\f0\fcharset161 Arial Greek;\f1\fcharset238 Arial CE;}", rb"\f0\'e1\f1\'e1\'b3", "αáł"),
        (rb"\ansi{\fonttbl{\f0\cpg1250 Arial;}}", rb"\f0\'b3", "ł"),
        # bytes that are not escaped, which is not allowed
        (rb"\ansi", "Genève à l’été".encode(), "Genève à l’été"),
        (rb"\ansi\ansicpg1252", "Genève à l’été".encode("cp1252"), "Genève à l’été"),
        (rb"\ansi\ansicpg932", "東京".encode("cp932"), "東京"),
    ],
)
def test_encodings(head: bytes, content: bytes, expected: str) -> None:
    assert text(content, head) == expected


def test_styles_and_information() -> None:
    data = (
        rb"{\rtf1\ansi{\stylesheet{\s0 Normal;}{\s1\b Heading 1;}{\*\cs10 Default;}{\s15\sbasedon0 Headline;}}"
        rb"{\info{\title A \'e9 title}{\author Bo Ek}{\*\company The Post}{\creatim\yr2020\mo4\dy26\hr9\min5}{\revtim\yr1999}}"
        rb"\pard\s15 Ports reopen\par\pard\plain\s1 More\par\pard\outlinelevel1 Less\par\pard Text\par}"
    )
    found = read_rtf_document(data)
    assert found.paragraphs == [
        Paragraph("Ports reopen", "headline"),
        Paragraph("More", "heading 1"),
        Paragraph("Less", "heading 2"),
        Paragraph("Text", "normal"),
    ]
    assert found.info == {"title": "A é title", "author": "Bo Ek", "created": "2020-04-26 09:05"}
    assert (found.lost, found.is_cut_off) == (0, False)


def test_tables() -> None:
    row = rb"\trowd\cellx10\cellx20\pard\intbl %s\cell %s\cell\row "
    rows = row % (b"Port", b"Tons") + row % (b"Baku", b"7")
    assert text(rb"Before\par " + rows + rb"\pard After\par") == "Before\n\nPort\tTons\nBaku\t7\n\nAfter"
    assert text(row % (rb"Left\par again", b"Right")) == "Left\n\nagain\n\nRight"
    inner = rb"\pard\intbl\itap2 In\nestcell{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}\pard\intbl Out"
    assert text(row % (inner, b"Right")) == "In\n\nOut\n\nRight"
    assert text(rb"{\header " + rows + rb"}Text") == "Text"


def test_notes_and_text_boxes() -> None:
    notes = rb"One\chftn{\footnote\pard{\super\chftn} First\par more} two{\*\footnote Second}.\par Three"
    assert text(notes) == "One[1] two[2].\n\nThree\n\n[1] First\n\nmore\n\n[2] Second"
    box = rb"{\shp{\*\shpinst\shpleft0{\sp{\sn fFlip}{\sv 0}}{\shptxt \pard In the box\par}}{\shprslt{\*\do Again}}}"
    assert text(rb"Around" + box + rb" it\par Below") == "Around it\n\nIn the box\n\nBelow"
    assert text(rb"Around{\*\do\dobxpage{\dptxbxtext\pard Old box}}\par Below") == "Around\n\nOld box\n\nBelow"


def test_what_is_damaged() -> None:
    with pytest.raises(Unreadable, match=r"it is no RTF: it does not begin with \{\\rtf"):
        rtf_to_text(b"From Baku")
    assert read_rtf_document(rb"{\rtf1\ansi One\par {\b Two").is_cut_off
    assert rtf_to_text(rb"{\rtf1\ansi One\par {\b Two") == "One\n\nTwo"
    assert read_rtf_document(rb"{\rtf1\ansi\ansicpg932 \'81\par x}").lost == 1
    assert rtf_to_text(b"{\\rtf1 One}\0\0 rest {\\rtf1 Two}") == "One\n\nTwo"
    assert rtf_to_text(rb"{\rtf1 One}}}}Two{\rtf1\bin-5 a\bin99999 b\u-99999999?c}") == "One\n\na"
    with pytest.raises(Unreadable, match="its groups are nested more than 10,000 deep"):
        rtf_to_text(b"{\\rtf1" + b"{" * 20_000)


def test_text_in_page_headers_only() -> None:
    for data, reason in ((rb"{\rtf1{\headerl Text}\par}", IN_MARGINS_ONLY), (rb"{\rtf1\headery5\par}", NO_TEXT)):
        (found,) = read_rtf(data, ReadOptions())
        assert isinstance(found, NoArticle)
        assert str(found) == reason


def test_characters_of_an_export_that_are_lost() -> None:
    lines = (
        "1 of 1 DOCUMENTS",
        "The Coast",
        "April 26, 2020 Sunday",
        "Ferries sail",
        r"LENGTH: 4 words",
        r"Four words \'81.",
        "LOAD-DATE: April 26, 2020",
    )
    data = r"{\rtf1\ansi\ansicpg932 " + r"\par\par ".join(lines) + "}"
    (record,) = read_rtf(data.encode(), ReadOptions())
    assert callable(record)
    draft = record()
    assert isinstance(draft, Draft)
    assert (draft.body, draft.warnings) == ("Four words \ufffd.", (("stray-bytes", "1 character"),))


@pytest.mark.parametrize(
    "part",
    [rb"\'e9", rb"\u233?", b"{", rb"{\b x}", rb"\par ", rb"\cell ", b"a ", rb"{\footnote x}", rb"\f1 ", rb"\page ", b"\\"],
)
def test_the_time_is_linear(part: bytes) -> None:
    count = 9_000 if part == b"{" else 100_000
    began = time.process_time()
    rtf_to_text(b"{\\rtf1" + FONTS + part * count)
    assert time.process_time() - began < 8
