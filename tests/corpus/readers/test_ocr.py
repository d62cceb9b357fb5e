"""ALTO, PAGE XML and hOCR."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.language_names import two_letter_code
from searchkit.corpus.limits import MB
from searchkit.corpus.readers.ocr_pages import confidence, join_lines
from searchkit.corpus.scan_signatures import is_alto, is_hocr, is_page
from searchkit.model import Article
from searchkit.reports import Failure
from tests.untrusted.child import read_within

ALTO = '<alto><Layout><Page PHYSICAL_IMG_NR="1"><PrintSpace>{}</PrintSpace></Page></Layout></alto>'
BLOCK = '<TextBlock ID="b{}"><TextLine><String CONTENT="{}" WC="0.5"/></TextLine></TextBlock>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9)) + "]>"


def outcome(path: Path, **options: str) -> tuple[list[Article], list[Failure]]:
    failures: list[Failure] = []
    return list(read(path, "L", failures.append, options=options)), failures


@pytest.mark.parametrize(
    ("start", "format_name"),
    [
        (b"<alto>", "alto"),
        (b'<?xml version="1.0"?>\n<!-- x --><ns0:alto xmlns:ns0="http://www.loc.gov/standards/alto/ns-v3#">', "alto"),
        (b'<ALTO xmlns="http://schema.ccs-gmbh.com/ALTO">', "alto"),
        (b'<?xml version="1.0"?><PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">', "page"),
        (b"<pc:PcGts>", "page"),
        (b'<!DOCTYPE html><html><head><meta name="ocr-system" content="tesseract"/>', "hocr"),
        (b"<html><body><div class='ocr_page' id='page_1'>", "hocr"),
        (b'<html><body><p>The class "ocr_page" of hOCR</p>', ""),
        (b"<html><body><div class='page'>", ""),
        (b"<altogether>", ""),
        (b"<PcGtsX>", ""),
        (b"alto", ""),
        (b"", ""),
    ],
)
def test_signatures(start: bytes, format_name: str) -> None:
    found = [name for name, is_it in (("alto", is_alto), ("page", is_page), ("hocr", is_hocr)) if is_it(start)]
    assert found == [format_name] * bool(format_name)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["one two", "three"], "one two three"),
        (["quan¬", "tity"], "quantity"),
        (["quan\u00ad", "tity"], "quantity"),
        (["Nagorno-", "Karabakh"], "Nagorno-\nKarabakh"),
        (["re-", "mained"], "re-\nmained"),
        (["a dash -", "and more"], "a dash - and more"),
        (["12-", "14"], "12- 14"),
        (["¬", "word"], "¬ word"),
        (["word¬", "12"], "word¬ 12"),
        (["", "  a  b ", ""], "a b"),
        ([], ""),
    ],
)
def test_lines_of_a_paragraph(lines: list[str], expected: str) -> None:
    assert join_lines(lines) == expected


def test_confidences() -> None:
    assert [confidence("0.5"), confidence("50", 100), confidence("1.5"), confidence(""), confidence("nan")] == [
        *(0.5, 0.5, None, None, None)
    ]


@pytest.mark.parametrize(("name", "code"), [("eng", "en"), ("English", "en"), ("de-DE", "de"), ("deu+lat", "de"),
                                            ("Klingon", "Klingon"), ("", ""), ("deu_frak", "de")])  # fmt: skip
def test_languages(name: str, code: str) -> None:
    assert two_letter_code(name) == code


def test_half_words_without_their_other_half(tmp_path: Path) -> None:
    first = '<TextLine><String CONTENT="vol" SUBS_TYPE="HypPart1" SUBS_CONTENT="volume"/><HYP/></TextLine>'
    second = '<TextLine><String CONTENT="ume" SUBS_TYPE="HypPart2" SUBS_CONTENT="volume"/></TextLine>'
    for name, lines in (("a", first), ("b", second), ("c", second + first), ("d", first + second + second)):
        (tmp_path / f"{name}.xml").write_text(ALTO.format(f"<TextBlock>{lines}</TextBlock>"))
    articles, failures = outcome(tmp_path)
    assert [article.body for article in articles] == ["volume", "ume", "ume volume", "volume ume"]
    assert failures == []


def test_the_text_of_a_region_is_read_once(tmp_path: Path) -> None:
    text = "<TextEquiv><Unicode>{}</Unicode></TextEquiv>"
    inner = f"<TextRegion id='b'><TextLine>{text.format('Inner text')}</TextLine></TextRegion>"
    empty = "<TextRegion id='c'/>"
    regions = f"<TextRegion id='a'>{inner}{empty}{text.format('Inner text')}</TextRegion>"
    regions += f"<TextRegion id='d'>{empty}{text.format('Own text')}</TextRegion>"
    (tmp_path / "a.xml").write_text(f"<PcGts><Page>{regions}</Page></PcGts>")
    (article,), _ = outcome(tmp_path / "a.xml")
    assert article.body == "Inner text\n\nOwn text"


def test_entities_are_no_bomb(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(LAUGHS + ALTO.format(BLOCK.format(1, "&a9;")))
    (tmp_path / "b.xml").write_text(LAUGHS + "<PcGts><Page><TextRegion><TextEquiv><Unicode>&a9;</Unicode></TextEquiv>"
                                    "</TextRegion></Page></PcGts>")  # fmt: skip
    (tmp_path / "c.xml").write_text(ALTO.format(BLOCK.format(1, "fine")))
    found = read_within(tmp_path, megabytes=200, seconds=30)
    assert "L/c.xml" in found.ids
    assert found.articles + len(found.failures) == 3


def test_depth_is_no_bomb(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(ALTO.format("<ComposedBlock>" * 100_000))
    (tmp_path / "b.xml").write_text("<PcGts><Page>" + "<TextRegion>" * 100_000)
    (tmp_path / "c.html").write_text("<html><div class='ocr_page'>" + "<div class='ocr_carea'>" * 100_000 + "deep</body>")
    found = read_within(tmp_path, megabytes=300, seconds=30)
    assert found.ids == ["L/c.html"]
    assert len(found.failures) == 2


def test_a_large_page(tmp_path: Path) -> None:
    blocks = "".join(BLOCK.format(number, f"word{number}") for number in range(60_000))
    (tmp_path / "a.xml").write_text(ALTO.format(blocks))
    start = time.process_time()
    (article,), _ = outcome(tmp_path / "a.xml")
    assert article.body.count("\n\n") == 59_999
    assert article.extra["ocr_confidence"] == "0.5"
    assert time.process_time() - start < 10


def test_a_huge_volume_of_hocr_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    words = "<span class='ocrx_word' title='x_wconf 90'>word</span> " * 2_000
    with path.open("w") as file:
        file.write("<html><head><title>V</title></head><body>")
        for number in range(250):
            file.write(f"<div class='ocr_page' title='ppageno {number}'><p class='ocr_par'>{words}</p></div>\n")
        file.write("</body></html>")
    assert path.stat().st_size > 25 * MB
    found = read_within(path, megabytes=100, seconds=60)
    assert found.articles == 250
    assert found.ids[:2] == ["L#1", "L#2"]
    assert found.failures == []


_MANY_CONFIDENCES = f"<span class='ocrx_word' title='{'x_wconf 1' * 1000}&#124;'>a</span>"


@pytest.mark.parametrize(
    "piece",
    ["<div class='ocr_page'", "<span class='ocrx_word' title=\"", "<", "<a '", "</b>", "&amp;", " ", _MANY_CONFIDENCES],
)
def test_time_is_linear(tmp_path: Path, piece: str) -> None:
    path = tmp_path / "a.html"
    path.write_text("<html><div class='ocr_page'>words " + piece * (400_000 // len(piece)))
    start = time.process_time()
    outcome(path)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("end", "body", "is_cut"),
    [
        ("two < three", "One two < three", True),
        ("two <span class='oc", "One two", True),
        ("two < three</span></div></body>", "One two < three", False),
        ("two</span></div></HTML >", "One two", False),
    ],
)
def test_the_end_of_a_file(tmp_path: Path, end: str, body: str, is_cut: bool) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<html><body><div class='ocr_page'><span class='ocr_line'>One {end}")
    (article,), failures = outcome(path)
    assert article.body == body
    cut = "it ends within a tag, or without </body>; is the file cut off?"
    assert [one.reason for one in failures] == [cut] * is_cut


def test_a_page_that_is_too_large_ends_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    page = "<div class='ocr_page'>{}</div>"
    path.write_text("<html>" + page.format("small") + page.format("word " * 500_000))
    articles, (failure,) = outcome(path, max_article="1MB")
    assert [article.body for article in articles] == ["small"]
    assert failure.reason == "a page is larger than 1MB; split the file or raise --max-article"
