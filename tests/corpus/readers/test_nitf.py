"""What the golden corpora of NITF and RCV1 do not show: signatures, bombs, files of many articles,
and splitting."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from searchkit.corpus import ReadOptions, read
from searchkit.corpus.formats import format_by_signature
from searchkit.corpus.readers.xml_records import CHUNK, RecordStream
from searchkit.read_warnings import ReadWarning
from searchkit.reports import Failure
from tests.untrusted.child import read_within

NITF = '<nitf><head><docdata><doc-id id-string="{id}"/></docdata></head><body><body.head><hedline><hl1>Title {id}</hl1></hedline></body.head><body.content><p>{text}</p></body.content></body></nitf>\n'
NEWSITEM = '<newsitem itemid="{id}" date="1996-08-20"><headline>Title {id}</headline><text><p>Text.</p></text></newsitem>'


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("<nitf>", "nitf"),
        ('<?xml version="1.0"?>\n<!DOCTYPE nitf SYSTEM "x.dtd" [<!ENTITY a "b">]>\n<!-- c --><nitf version="3">', "nitf"),
        ('<n:nitf xmlns:n="urn:x">', "nitf"),
        ("<nitfs>", None),
        ("<NITF>", None),
        ("nitf", None),
        ('<newsitem itemid="2286" id="root">', "rcv1"),
        ('<?xml version="1.0" encoding="iso-8859-1" ?><newsitem itemid="1">', "rcv1"),
        ("<newsitem>", None),
    ],
)
def test_signatures(start: str, expected: str | None) -> None:
    found = format_by_signature(start.encode())
    assert (found.name if found is not None and found.name in ("nitf", "rcv1") else None) == expected
    assert format_by_signature(start.encode("utf-16")) == found


def test_the_size_of_a_file_of_many_articles_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    with path.open("w") as file:
        for number in range(1500):
            file.write(NITF.format(id=number, text="Talks on peace go on. " * 1000))
    found = read_within(path, megabytes=32)
    assert (found.articles, found.failures) == (1500, [])


def test_an_article_without_end_takes_no_more_than_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<nitf><p>" + "Talks on peace go on. " * 4_000_000 + NITF.format(id=1, text="x"))
    found = read_within(path, megabytes=400)
    assert (found.articles, found.reasons) == (1, ["the record is larger than 32MB; is it one article?"])


def test_bombs(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE nitf [<!ENTITY l0 "{"x" * 100}">{levels}]>'
    (tmp_path / "a.xml").write_text(head + NITF.format(id="&l9;", text="&l9;"))
    (tmp_path / "b.xml").write_text(NITF.format(id=2, text="<p>" * 100_000))
    (tmp_path / "c.xml").write_text(NITF.format(id=3, text="<p/>" * 4_000_000))
    (tmp_path / "d.xml").write_text(NITF.format(id=4, text="x" * 12_000_000))
    (tmp_path / "e.xml").write_text("<nitf" + " a='" * 5_000_000)
    found = read_within(tmp_path, megabytes=400)
    assert found.ids == ["L/&l9;"]
    assert found.reasons == [
        "its elements are nested more than 256 levels deep; is it an article?",
        "it has more than 3,000,000 tags and attributes, too many for one document; split it",
        "it holds a text of more than 10 MB; is it one article?",
        "the record has no end; is the file cut off?",
    ]


def test_many_values_take_linear_time(tmp_path: Path) -> None:
    values = "".join(f'<classifier type="x" value="{n}"/>' for n in range(100_000))
    head = f"<docdata><identified-content>{values}</identified-content></docdata>"
    (tmp_path / "a.xml").write_text(f"<nitf><head>{head}<title>T</title></head><body/></nitf>")
    assert read_within(tmp_path / "a.xml", megabytes=300, seconds=20).ids == ["L"]


def test_nested_elements_are_read_once(tmp_path: Path) -> None:
    captions = "<media><media-caption>One " * 100 + "</media-caption></media>" * 100
    bylines = "<byline>Ann <byline>Lee</byline></byline>"
    (tmp_path / "a.xml").write_text(
        f"<nitf><body><body.head>{bylines}</body.head><body.content><p>Text.</p>{captions}</body.content></body></nitf>"
    )
    (article,) = read(tmp_path / "a.xml")
    assert (article.body, article.authors) == ("Text.", ("Ann Lee",))
    assert article.extra == {"captions": " ".join(["One"] * 100)}


def test_all_texts_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        "<nitf><body><body.head><hedline><hl1>T</hl1></hedline></body.head><body.content><p>One.</p></body.content>"
        "<body.content><p>Two.</p></body.content><p>Three.</p><media><media-caption>No.</media-caption></media>"
        "<body.end><tagline>End.</tagline></body.end></body><body><p>Other body.</p></body></nitf>"
    )
    warnings: list[ReadWarning] = []
    (article,) = read(tmp_path / "a.xml", "L", on_warning=warnings.append)
    assert article.body == "One.\n\nTwo.\n\nThree.\n\nEnd."
    assert article.extra == {"captions": "No."}
    assert [(one.kind, one.text) for one in warnings] == [("left-out", "Other body.")]
    (tmp_path / "a.xml").write_text(
        '<newsitem itemid="1" date="1996-08-20"><title>USA: T</title><headline>T</headline><headline>U</headline><note>N</note>'
        '<text><p>One.</p></text><text><p>Two.</p></text>loose<metadata><dc element="dc.source" value="S"/></metadata></newsitem>'
    )
    (article,) = read(tmp_path / "a.xml", "L")
    assert (article.title, article.body) == ("T", "U\n\nOne.\n\nTwo.")
    assert article.extra == {"source": "S", "wire_title": "USA: T", "note": "N", "text": "loose"}


def test_a_zip_file_of_articles(tmp_path: Path) -> None:
    path = tmp_path / "19960820.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(500):
            archive.writestr(f"{number}newsML.xml", NEWSITEM.format(id=number))
    failures: list[Failure] = []
    articles = list(read(path, "L", failures.append))
    assert failures == []
    assert [one.id for one in articles] == [f"L/{number}" for number in range(500)]


def split(
    data: bytes, names: tuple[str, ...], *, nests: bool = False, chunk: int = 1 << 20
) -> list[tuple[bytes, str, bool]]:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, chunk))

    return [tuple(record) for record in RecordStream(Slow(data), ReadOptions()).split(names, nests=nests)]  # type: ignore[misc]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 1000])
def test_splitting(chunk: int) -> None:
    data = (
        b"<all><!-- <a> --><a/><a x='>' y=\"/>\">1</a ><aa>2</aa><x:a>3<![CDATA[</a>]]><!-- <a> --></x:a>"
        b"<a>4<a>5</a></a><b>6</b><a.b/><a-b/></all><a>7"
    )
    end = "the record has no end; is the file cut off?"
    assert split(data, ("a", "b"), chunk=chunk) == [
        (b"<a/>", "", False),
        (b"<a x='>' y=\"/>\">1</a >", "", False),
        (b"<x:a>3<![CDATA[</a>]]><!-- <a> --></x:a>", "", False),
        (b"", end, False),
        (b"<a>5</a>", "", False),
        (b"<b>6</b>", "", False),
        (b"", end, False),
    ]
    assert split(data, ("a",), nests=True, chunk=chunk)[3] == (b"<a>4<a>5</a></a>", "", False)
    missing = b"<a>1</a><a>2<a>3<a/></a><a>4</a><a>5<a>6<a></a></a>"
    assert split(missing, ("a",), nests=True, chunk=chunk) == [
        (b"<a>1</a>", "", False),
        (b"", end, False),
        (b"<a>3<a/></a>", "", False),
        (b"<a>4</a>", "", False),
        (b"", end, False),
        (b"<a>6<a></a></a>", "", False),
    ]
    assert split(b"x<a>1</a>", ("a",), chunk=chunk) == [(b"<a>1</a>", "", True)]
    assert split(b"", ("a",), chunk=chunk) == []


def test_records_over_the_border_of_a_chunk() -> None:
    for before in range(CHUNK - 12, CHUNK + 3):
        data = b" " * before + b"<abc d='1'>2</abc><abc>3</abc>"
        assert [record for record, _, _ in split(data, ("abc",))] == [b"<abc d='1'>2</abc>", b"<abc>3</abc>"]
