"""What the golden corpora of other XML do not show: which element is the record, mapped paths,
large files and bombs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from searchkit.corpus import read
from searchkit.corpus.formats import format_by_signature
from searchkit.corpus.readers.xml_outline import record_name
from searchkit.model import Article
from searchkit.reports import Failure
from tests.untrusted.child import read_within

FIELDS = "<title>T</title><text>Text.</text>"


def articles(tmp_path: Path, text: str, **options: Any) -> list[Article]:
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    failures: list[Failure] = []
    found = list(read(tmp_path / "a.xml", "L", failures.append, options=options))
    assert failures == []
    return found


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (f"<a><b>{FIELDS}</b><b>{FIELDS}</b></a>", "b"),
        (f"<a><b>{FIELDS}</b></a>", "b"),
        (f"<a><h><title>X</title><date>1</date></h><c><d>{FIELDS}</d><d>{FIELDS}</d></c></a>", "d"),
        (f"<?xml version='1.0'?><!DOCTYPE a [<!ELEMENT b (c)>]><!-- <b>{FIELDS}</b> --><a>{FIELDS}</a>", "a"),
        ("<article><title>T</title><text><p>1</p><p>2</p></text></article>", "article"),
        ("<a><p>1</p><p>2</p></a>", "a"),
        (f"<paper name='x' date='1'><article>{FIELDS}</article></paper>", "article"),
        (f"<paper name='x' date='1'><article>{FIELDS}</article><article>{FIELDS}</article></paper>", "article"),
        (f"<x:a xmlns:x='u'><x:b>{FIELDS}</x:b><x:b>{FIELDS}</x:b></x:a>", "b"),
        ("<a><r Title='T' Body='B'/><r Title='T' Body='B'/></a>", "r"),
        ("<a><r><field name='title'>T</field><field name='body'>B</field></r></a>", "r"),
        (
            "<response><result><doc><str name='title'>T</str><arr name='text'><str>B</str></arr></doc></result></response>",
            "doc",
        ),
        (f"<a><b>{FIELDS}<c><title>X</title><text>Y</text></c></b><b>{FIELDS}</b></a>", "b"),
        ("<bncDoc><teiHeader><title>T</title></teiHeader><wtext><p><w>x</w></p></wtext></bncDoc>", "bncDoc"),
        (f"<x/><a>{FIELDS}</a>", "a"),
        ("no markup", ""),
        ("", ""),
    ],
)
def test_the_record(document: str, expected: str) -> None:
    assert record_name(document.encode(), ()) == expected


def test_many_kinds_of_records_take_linear_time() -> None:
    document = f"<a>{''.join(f'<b{n}>{FIELDS}</b{n}>' for n in range(8000))}</a>".encode()
    start = time.process_time()
    assert record_name(document, ()) == "b0"
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("document", "mapped", "expected"),
    [
        ("<a><b><x/><y/></b><b><x/></b></a>", {"x", "y"}, "b"),
        ("<a><x/><b><x/><y/></b></a>", {"x", "y"}, "b"),
        ("<a><x/><b><x/></b></a>", {"x"}, "a"),
        ("<bnc><bncDoc><teiHeader/><wtext/></bncDoc></bnc>", {"teiheader", "wtext"}, "bncDoc"),
        ("<a><b/></a>", {"x"}, "a"),
    ],
)
def test_the_record_of_a_map(document: str, mapped: set[str], expected: str) -> None:
    assert record_name(document.encode(), mapped) == expected


@pytest.mark.parametrize(
    ("document", "options", "body"),
    [
        ("<a><t>T</t><x><p>1</p><p>2</p></x></a>", ["title=t", "body=x"], "1\n\n2"),
        ("<a><t>T</t><x><p>1</p><q>no</q><p>2</p></x></a>", ["title=t", "body=x.p"], "1\n\n2"),
        ("<a><t>T</t><x><y><p>1</p></y><y><p>2</p></y></x></a>", ["title=t", "body=x.y.p"], "1\n\n2"),
        ("<a><t>T</t><x kind='lead'><p>1</p></x><x kind='text'><p>2</p></x></a>", ["title=t", "body=x[kind=text]"], "2"),
        ("<a t='T' x='1 2'/>", ["title=t", "body=x"], "1 2"),
    ],
)
def test_mapped_paths(tmp_path: Path, document: str, options: list[str], body: str) -> None:
    (found,) = articles(tmp_path, document, map=options)
    assert (found.title, found.body) == ("T", body)


def test_defaults_where_there_is_a_text(tmp_path: Path) -> None:
    (found,) = articles(tmp_path, "<a>Only a text &amp; nothing else.</a>")
    assert found.body == "Only a text & nothing else."
    (found,) = articles(tmp_path, "<a><b><c>short</c><d>A longer text.</d></b></a>")
    assert (found.body, dict(found.extra)) == ("A longer text.", {"b": '{"c":"short"}'})
    (found,) = articles(tmp_path, "<a><b><absatz>One is here.</absatz><absatz>Two.</absatz></b></a>")
    assert found.body == "One is here.\n\nTwo."
    (found,) = articles(tmp_path, "<a><s><w>No </w><w>more </w><w>paragraphs</w></s><s><w>Two</w></s></a>")
    assert found.body == "No more paragraphsTwo"  # as the document has no blank between them
    (found,) = articles(
        tmp_path, "<a><h><name>N</name><headline>H</headline></h><main><p>x y z</p><sec><p>y</p></sec></main></a>"
    )
    assert (found.title, found.body) == ("H", "x y z\n\ny")


def test_what_is_no_text(tmp_path: Path) -> None:
    for document in (
        "<urlset><url><loc>https://e.org/1</loc><lastmod>2020-01-01</lastmod></url><url><loc>https://e.org/2</loc></url></urlset>",
        "<settings><debug>true</debug><path>/var/lib</path></settings>",
    ):
        assert articles(tmp_path, document) == []


def test_lists(tmp_path: Path) -> None:
    text = "<text>x</text>"
    (found,) = articles(tmp_path, f"<a>{text}<TOPICS><D>one</D></TOPICS><authors><author>Ann Example</author></authors></a>")
    assert (found.topics, found.authors) == (("one",), ("Ann Example",))
    (found,) = articles(
        tmp_path, f"<a>{text}<tags><tag>one</tag><tag>two, three</tag></tags><meta><count>1</count></meta></a>"
    )
    assert (found.topics, dict(found.extra)) == (("one", "two, three"), {"meta": '{"count":"1"}'})


def test_news_standards_are_not_taken() -> None:
    for start in ("<nitf>", "<NewsML>", "<TEI>", '<newsitem itemid="1">'):
        found = format_by_signature(start.encode())
        assert found is not None
        assert found.name != "xml"


def test_the_size_of_a_file_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    with path.open("w") as file:
        file.write("<articles source='X'>")
        for number in range(3000):
            file.write(
                f"<article><id>{number}</id><title>T</title><text>{'Talks on peace go on. ' * 1000}</text></article>\n"
            )
        file.write("</articles>")
    found = read_within(path, megabytes=120)
    assert (found.articles, found.failures) == (3000, [])


@pytest.mark.parametrize(
    ("document", "expected", "extra"),
    [
        (f"<a><b>Intro <title>T</title> rest of it.</b><b>{FIELDS}</b></a>", "Intro rest of it.", {}),
        ("<b><title>T</title>The <i>ferry</i> sails.<p>Again.</p></b>", "The ferry sails.\n\nAgain.", {}),
        (f"<a><b>{FIELDS}Tail.</b><b>{FIELDS}</b></a>", "Text.", {"#text": "Tail."}),
        ("<b><title>T</title><abstract>A.</abstract>Loose text.</b>", "Loose text.", {"abstract": "A."}),
        ("<b title='T'>Loose text.</b>", "Loose text.", {}),
    ],
)
def test_text_that_stands_in_a_record_itself(tmp_path: Path, document: str, expected: str, extra: dict[str, str]) -> None:
    found = articles(tmp_path, document)[0]
    assert (found.title, found.body, found.extra) == ("T", expected, extra)


def test_a_missing_end_tag_loses_one_record(tmp_path: Path) -> None:
    records = [f"<article><id>{number}</id><title>T</title><text>Text.</text></article>" for number in range(1, 5)]
    records[1] = records[1].removesuffix("</article>")
    (tmp_path / "a.xml").write_text(f"<all>{''.join(records)}</all>")
    failures: list[Failure] = []
    assert [one.id for one in read(tmp_path / "a.xml", "L", failures.append)] == ["L/1", "L/3", "L/4"]
    assert [(one.reason, one.place) for one in failures] == [("the record has no end; is the file cut off?", "record 2")]


def test_bombs(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<a>" * 300_000)
    (tmp_path / "b.xml").write_text(f"<a><b>{FIELDS}{'<c>' * 1000}</b></a>")
    (tmp_path / "c.xml").write_text(f"<a>{FIELDS}{''.join(f'<k{n}>x</k{n}>' for n in range(20_000))}</a>")
    (tmp_path / "d.xml").write_text("<a " + "x='1' " * 100_000)
    (tmp_path / "e.xml").write_text(f"<a>{'<b><c>x y z</c></b>' * 100_000}</a>")
    found = read_within(tmp_path, megabytes=500)
    assert found.ids == ["L/e.xml"]
    assert list(dict.fromkeys(found.reasons)) == [
        "records are nested more than 256 levels deep in it; has it no end?",
        "290,000 more of its records cannot be read, the last (record 300000: the record has no end; is the file cut off?);"
        " is it really in the format that its name says?",
        "its elements are nested more than 256 levels deep; is it an article?",
        "the record has 20,002 fields, more than 10,000; is it one article?",
        "it is no XML: no element begins in it",
    ]
