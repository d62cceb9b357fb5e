"""Feeds: what golden files cannot show."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.archive_signatures import is_feed
from searchkit.corpus.formats import format_by_signature
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning
from searchkit.reports import Failure
from tests.corpus.test_shares import check_data
from tests.untrusted.child import read_within

ITEM = "<item><title>T {n}</title><link>https://a.example/{n}</link><description>&lt;p&gt;Text {n}&lt;/p&gt;</description></item>"
HEAD = '<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>'
END = "</channel></rss>"


def feed(tmp_path: Path, text: str, name: str = "a.rss") -> tuple[list[Article], list[Failure], list[ReadWarning]]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    failures: list[Failure] = []
    warnings: list[ReadWarning] = []
    return list(read(tmp_path / name, "L", failures.append, on_warning=warnings.append)), failures, warnings


def item(tmp_path: Path, inner: str, head: str = HEAD) -> Article:
    (article,), failures, _ = feed(tmp_path, f"{head}<item>{inner}</item>{END}")
    assert failures == []
    return article


@pytest.mark.parametrize(
    "start",
    [
        b'<rss version="2.0">',
        b'<?xml version="1.0"?>\n<!-- made -->\n<rss xmlns:dc="x">',
        b'<feed xmlns="http://www.w3.org/2005/Atom">',
        b'<a:feed xmlns:a="http://www.w3.org/2005/Atom">',
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">',
    ],
)
def test_a_feed_is_recognised(start: bytes) -> None:
    row = format_by_signature(start)
    assert row is not None and row.name == "feed"


@pytest.mark.parametrize(
    "start",
    [
        b"<feed><item/></feed>",
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="x">',
        b"<html><body><rss>",
        b"An article about <rss version='2.0'>",
        b'<entry xmlns="http://www.tei-c.org/ns/1.0">',
        b"rss",
    ],
)
def test_what_is_no_feed(start: bytes) -> None:
    assert not is_feed(start)


def test_an_item_that_is_broken_loses_no_other(tmp_path: Path) -> None:
    inner = "<item><title>One</title></item><item><title>Two <item><title>Three</title></item></item><item><title>Four</title></item>"
    articles, failures, _ = feed(tmp_path, HEAD + inner + END)
    assert [one.title for one in articles] == ["One", "Three", "Four"]
    assert [(one.place, one.reason.split(";")[0]) for one in failures] == [
        ("record 2", "the record has no end"),
        ("record 4", "the record has no beginning"),
    ]


def test_prefixes_that_nothing_declares(tmp_path: Path) -> None:
    found = item(tmp_path, "<title>T</title><dc:creator>Ann Lee</dc:creator><x:y z:k='1'>v</x:y>")
    assert (found.authors, found.extra) == (("Ann Lee",), {"y": "v"})


def test_a_feed_that_was_converted_without_its_declaration(tmp_path: Path) -> None:
    head = HEAD.replace("?>", ' encoding="iso-8859-1"?>')
    assert item(tmp_path, "<title>Züge</title>", head).title == "Züge"


def test_a_default_namespace_of_an_inner_element_is_its_own(tmp_path: Path) -> None:
    head = f'{HEAD}<site xmlns="com-wordpress:feed-additions:1">7</site>'
    assert item(tmp_path, "<title>T</title>", head).title == "T"


def test_the_title_of_the_channel_may_stand_behind_the_items(tmp_path: Path) -> None:
    (article,), _, _ = feed(tmp_path, "<rss><channel><item><title>T</title></item><title>Feed</title></channel></rss>")
    assert article.source == "Feed"


@pytest.mark.parametrize(
    ("inner", "title"),
    [
        ("<title>x < y</title>", "x < y"),
        ("<title><![CDATA[x <b>y</b> &amp; z]]></title>", "x y & z"),
        ("<title>&amp;#8220;Quoted&amp;#8221;</title>", "“Quoted”"),
        ("<title>Tom & Jerry &nbsp; co</title>", "Tom & Jerry co"),
        ("<title>&lt;IBM.N&gt; rises</title>", "<IBM.N> rises"),
        ("<title>a\x01b\ncd</title>", "a b cd"),
        ("<TITLE>T</TITLE><title>t</title>", "t"),
    ],
)
def test_titles(tmp_path: Path, inner: str, title: str) -> None:
    assert item(tmp_path, inner).title == title


@pytest.mark.parametrize(
    ("inner", "authors", "byline"),
    [
        ("<author>nino@a.example (Nino Beridze)</author>", ("Nino Beridze",), "nino@a.example (Nino Beridze)"),
        ("<author>desk@a.example</author>", (), "desk@a.example"),
        (
            "<dc:creator>By Ann Lee and Bo Ek</dc:creator><dc:creator>Cy Fox</dc:creator>",
            ("Ann Lee", "Bo Ek", "Cy Fox"),
            None,
        ),
        ("<itunes:author>Ann Lee, for the Herald</itunes:author>", ("Ann Lee",), "Ann Lee, for the Herald"),
    ],
)
def test_authors(tmp_path: Path, inner: str, authors: tuple[str, ...], byline: str | None) -> None:
    found = item(tmp_path, f"<title>T</title>{inner}")
    assert (found.authors, found.extra.get("byline")) == (authors, byline)


def test_shares_together_have_the_whole(tmp_path: Path) -> None:
    items = "".join(ITEM.format(n=n) if n % 9 else "<item><title>no end" for n in range(300))
    assert all(count > 40 for count in check_data(tmp_path / "a.rss", (HEAD + items + END).encode()))
    check_data(tmp_path / "b.rss", (HEAD + items).encode("utf-16"))


def test_a_huge_export_takes_bounded_memory(tmp_path: Path) -> None:
    body = "<p>" + "Words of a long article, again and again. " * 400
    with (tmp_path / "a.xml").open("w") as file:
        file.write(HEAD)
        for n in range(2500):  # 43 MB
            file.write(f"<item><title>T {n}</title><description><![CDATA[{body}]]></description></item>\n")
        file.write(END)
    found = read_within(tmp_path / "a.xml", megabytes=40, seconds=60)
    assert (found.articles, found.failures) == (2500, [])


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel>" + "<item>" * 200_000,
        "<rss><channel><item>" + "<a>" * 500_000,
        "<rss><channel><item><title>" + "<![CDATA[" * 300_000,
        "<rss><channel><item><title>" + "&lt;b " * 300_000 + "</title></item>",
        "<rss><channel>" + "<!--" * 500_000,
        "<rss><channel><item " + "a='b' " * 300_000 + "><title>T</title></item>",
        '<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><rss><channel><item><title>'
        + "&b;" * 100_000
        + "</title></item>",
        "<rss><channel><item>" + "<x:a1>1</x:a1>" * 100_000 + "</item>",
        "<rss><channel><item>" + "".join(f"<p{n}:a>1</p{n}:a>" for n in range(20_000)) + "</item>",
        "<rss><channel><item>" + "<category>c</category>" * 200_000 + "</item>",
        "<rss><channel><item><title>T</title>" + "".join(f"<n{n}>" for n in range(50_000)) + "</item>",
    ],
    ids=range(11),
)
def test_hostile_feeds_end_soon(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_text(text)
    read_within(tmp_path / "a.rss", megabytes=400, seconds=20)


def test_an_item_beyond_the_limit_is_reported(tmp_path: Path) -> None:
    text = f"{HEAD}<item><title>One</title>{'<x>words</x>' * 200_000}</item>{ITEM.format(n=2)}{END}"
    (tmp_path / "a.rss").write_text(text)
    failures: list[Failure] = []
    articles = list(read(tmp_path / "a.rss", "L", failures.append, options={"max_article": ["1MB"]}))
    assert [one.title for one in articles] == ["T 2"]
    assert failures[0].reason.startswith("the item is too long")
