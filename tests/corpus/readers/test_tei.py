"""What the golden corpus of TEI does not show: signatures, words that are elements, large files."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.formats import format_by_signature
from searchkit.corpus.readers.scholarly_text import ScholarlyText
from searchkit.corpus.readers.xml_parsing import parse_xml
from searchkit.reports import Failure
from tests.untrusted.child import read_within

HEADER = "<teiHeader><fileDesc><titleStmt><title>T</title></titleStmt></fileDesc></teiHeader>"


def text_of(inside: str) -> str:
    collector = ScholarlyText()
    collector.collect(parse_xml(f"<body>{inside}</body>"))
    return collector.text


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ('<?xml version="1.0"?><?xml-model href="x"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0">', True),
        ("<!DOCTYPE TEI.2 SYSTEM 'tei.dtd'><TEI.2>", True),
        ("<tei:teiCorpus xmlns:tei='http://www.tei-c.org/ns/1.0'>", True),
        ("<teiHeader>", False),
        ("<TEIX>", False),
        ("<tei>", False),
    ],
)
def test_signatures(start: str, expected: bool) -> None:
    found = format_by_signature(start.encode())
    assert (found is not None and found.name == "tei") == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<p>Zei-<lb break='no'/>tung</p>", "Zeitung"),
        ("<p>Zei-\n  <lb break='no'/>\n tung</p>", "Zeitung"),
        ("<p>Zei¬<pb n='2'/><lb break='no'/>tung</p>", "Zeitung"),
        ("<p>Zei-<lb/>tung</p>", "Zei-\ntung"),
        ("<p>one <pb n='2'/> two</p>", "one two"),
        ("<p>Zei<hi>-<lb break='no'/></hi>tung</p>", "Zeitung"),
        ("<p>one<lb break='no'/></p><p>two</p>", "onetwo"),
        ("<p><choice><orig>olde</orig><reg>old</reg></choice><choice><reg>only</reg></choice></p>", "oldeonly"),
        ("<p>a<note>b</note>c<gap/>d<del>e</del><add>f</add></p>", "ac df"),
        ("<p><app><lem>a</lem><rdg>b</rdg></app></p>", "a"),
        ("<list><item>a</item><item>b</item></list><p>c</p>", "a\nb\n\nc"),
        ("<sp><speaker>A</speaker><l>b</l></sp>", "A\nb"),
    ],
)
def test_texts(inside: str, expected: str) -> None:
    assert text_of(inside) == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<s><w>The </w><w>cat</w><c>, </c><w>black</w><c>.</c></s><s> <w>It</w></s>", "The cat, black. It"),
        ("<s><w>The </w>\n<w>cat</w>\n<c>.</c></s>", "The cat."),
        ("<s><w>The</w><w>cat</w><pc>.</pc></s>", "The cat."),
        ("<s>\n<w>The</w>\n<pc>“</pc>\n<w>cat</w>\n<pc>”</pc>\n<pc>.</pc>\n</s>", "The “cat”."),
        ("<s><w>The</w> <w>cat</w><pc>.</pc> <w>It</w></s>", "The cat. It"),
        ("<s><w>do</w><w join='left'>n't</w> <w>go</w></s>", "don't go"),
        ("<s><w>do</w>\n<w join='left'>n't</w>\n<w join='right'>l'</w>\n<w>eau</w></s>", "don't l'eau"),
        ("<s><w><seg>ca</seg>t</w><hi><w>sat</w></hi></s>", "cat sat"),
        ("<s><mw><w>of </w><w>course </w></mw><w>not</w></s>", "of course not"),
    ],
)
def test_words(inside: str, expected: str) -> None:
    assert text_of(f"<p>{inside}</p>") == expected


@pytest.mark.parametrize(
    ("source", "date", "url"),
    [
        ("<bibl><date when='1890-05-12'/></bibl>", "1890-05-12", "https://e.org/1"),
        ("<bibl><date>1890</date></bibl>", "", "https://e.org/1"),
        ("<p/>", "2019-05-01", "https://e.org/1"),
        ("<bibl><ptr target='https://e.org/2'/></bibl>", "2019-05-01", "https://e.org/2"),
    ],
)
def test_headers(tmp_path: Path, source: str, date: str, url: str) -> None:
    publication = (
        "<publicationStmt><date when='2019-05-01'/><availability><licence><ref target='https://l.org'>x</ref></licence>"
        "</availability><idno><idno type='URL'>https://e.org/1</idno><idno>7</idno></idno></publicationStmt>"
    )
    path = tmp_path / "a.xml"
    path.write_text(
        f"<TEI><teiHeader><fileDesc>{publication}<sourceDesc>{source}</sourceDesc></fileDesc></teiHeader>"
        "<text><body><p>Text.</p></body></text></TEI>"
    )
    (found,) = read(path, "L")
    assert (str(found.date)[:10] if found.date else "", found.url) == (date, url)
    assert ("date" in found.extra) == (not date)


def test_an_issue_has_the_same_ids_each_time(tmp_path: Path) -> None:
    divisions = "".join(f"<div type='article'><head>Head {n}</head><p>Text.</p></div>" for n in range(300))
    path = tmp_path / "a.xml"
    path.write_text(f"<TEI>{HEADER}<text><body><div type='page'>{divisions}</div></body></text></TEI>")
    failures: list[Failure] = []
    found = [(one.id, one.title) for one in read(path, "L", failures.append)]
    assert failures == []
    assert found == [(f"L#{n + 1}", f"Head {n}") for n in range(300)]


def test_a_corpus_of_any_size(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    with path.open("w") as file:
        file.write(f"<teiCorpus>{HEADER}")
        for _ in range(700):
            file.write(f"<TEI>{HEADER}<text><body><p>{'Talks on peace go on. ' * 2000}</p></body></text></TEI>\n")
        file.write("</teiCorpus>")
    found = read_within(path, megabytes=30)
    assert (found.articles, found.failures) == (700, [])


def test_bombs(tmp_path: Path) -> None:
    parts = {
        "a": "<div type=<article>>" * 5,
        "b": '<div type="article">' * 100_000,
        "c": '<div type="article"/>' * 20_000,
        "d": "<p>" + 'x<lb break="no"/>' * 100_000 + "</p>",
    }
    for name, part in parts.items():
        end = "</body></text></TEI>" if name != "a" else ""
        (tmp_path / f"{name}.xml").write_text(f"<TEI>{HEADER}<text><body>{part}{end}")
    found = read_within(tmp_path, megabytes=700, seconds=100)
    assert found.ids == ["L/d.xml"]
    assert found.reasons == [
        "the record has no end; is the file cut off?",
        "its elements are nested more than 256 levels deep; is it an article?",
    ]
