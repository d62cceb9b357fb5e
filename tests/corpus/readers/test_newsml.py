"""What the golden corpora of NewsML and NewsML-G2 do not show: signatures, texts of the wire, many
items."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.formats import format_by_signature
from searchkit.model import Article
from searchkit.reports import Failure
from tests.untrusted.child import read_within

G2 = 'xmlns="http://iptc.org/std/nar/2006-10-01/"'
WIRE = f"""<newsItem {G2} guid="g"><contentMeta><headline>Gold</headline></contentMeta><contentSet>
<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>
  <p>(Adds detail)
    * Gold may edge up
    * Dollar index down

    By Ann Example
    Jan 30 (Agency) - Gold rose on increased
demand, with   prices finding
support.
    Traders waited.
</p>
</body></html></inlineXML></contentSet></newsItem>"""


def articles(tmp_path: Path, text: str) -> list[Article]:
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    failures: list[Failure] = []
    found = list(read(tmp_path / "a.xml", "L", failures.append))
    assert failures == []
    return found


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("<NewsML>", "newsml"),
        ('<?xml version="1.0"?><!DOCTYPE NewsML PUBLIC "x" "y"><NewsML Version="1.2">', "newsml"),
        ("<newsml>", None),
        (f"<newsItem {G2}>", "newsml-g2"),
        ('<newsItem guid="x" version="1">', "newsml-g2"),
        (f"<nar:newsMessage xmlns:nar='http://iptc.org/std/nar/2006-10-01/' {G2}>", "newsml-g2"),
        (f"<packageItem {G2}>", "newsml-g2"),
        (f"<knowledgeItem {G2}>", "newsml-g2"),
        ("<newsItem>", None),
        ('<newsitem itemid="1">', "rcv1"),
        ("<news><newsItem guid='x'>", None),
    ],
)
def test_signatures(start: str, expected: str | None) -> None:
    found = format_by_signature(start.encode())
    assert (found.name if found and found.name in ("newsml", "newsml-g2", "rcv1") else None) == expected


def test_paragraphs_as_they_come_over_the_wire(tmp_path: Path) -> None:
    (found,) = articles(tmp_path, WIRE)
    assert found.body == (
        "(Adds detail)\n\n* Gold may edge up\n\n* Dollar index down\n\nBy Ann Example\n\n"
        "Jan 30 (Agency) - Gold rose on increased\ndemand, with   prices finding\nsupport.\n\nTraders waited."
    )


def test_headers_of_a_page_are_left_out_if_they_repeat_the_title(tmp_path: Path) -> None:
    page = "<html><body><header><ul><li>Topic</li></ul><h1>Gold</h1></header>Lead<section><header>Other</header><p>Text.</p></section></body></html>"
    item = f'<newsItem {G2} guid="g"><contentMeta><headline>Gold</headline></contentMeta><contentSet><inlineXML>{page}</inlineXML></contentSet></newsItem>'
    (found,) = articles(tmp_path, item)
    assert found.body == "Lead\n\nOther\n\nText."


def test_creators(tmp_path: Path) -> None:
    item = (
        f'<newsItem {G2} guid="g"><contentMeta><creator qcode="a:1"><name>ax.editor</name></creator>'
        '<creator><name>Ann Example</name></creator><creator literal="Agency"/><headline>T</headline>{by}</contentMeta></newsItem>'
    )
    (found,) = articles(tmp_path, item.replace("{by}", ""))
    assert (found.authors, dict(found.extra)) == (("Ann Example",), {"creator": "ax.editor; Agency"})
    (found,) = articles(tmp_path, item.replace("{by}", "<by>By Bo Sample, Staff</by>"))
    assert found.authors == ("Bo Sample",)
    assert found.extra["creator"] == "ax.editor; Ann Example; Agency"


def test_messages_of_any_size(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    with path.open("w") as file:
        file.write(f"<newsMessage {G2}><header/><itemSet>")
        paragraph = f"<p>{'Talks on peace go on. ' * 40}</p>"
        for number in range(600):
            file.write(
                f'<newsItem guid="{number}"><contentMeta><headline>Title</headline></contentMeta><contentSet>'
                f"<inlineXML><html><body>{paragraph * 50}</body></html></inlineXML></contentSet></newsItem>\n"
            )
        file.write("</itemSet></newsMessage>")
    found = read_within(path, megabytes=25)
    assert (found.articles, found.failures) == (600, [])


def test_items_in_items(tmp_path: Path) -> None:
    depth = 60
    nested = "<NewsItem><NewsComponent>" * depth + "<ContentItem><DataContent>Text.</DataContent></ContentItem>"
    (found,) = articles(tmp_path, f"<NewsML>{nested}{'</NewsComponent></NewsItem>' * depth}</NewsML>")
    assert (found.id, found.body) == ("L", "Text.")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_wide_encodings(tmp_path: Path, encoding: str) -> None:
    item = "<NewsItem><NewsComponent><NewsLines><HeadLine>Größe {n} 😀</HeadLine></NewsLines></NewsComponent></NewsItem>"
    text = f"<NewsML>{item.replace('{n}', '1')}{item.replace('{n}', '2')}</NewsML>"
    (tmp_path / "a.xml").write_bytes(text.encode(encoding))
    failures: list[Failure] = []
    found = list(read(tmp_path / "a.xml", "L", failures.append, options={"format": ["newsml"]}))
    assert failures == []
    assert [one.title for one in found] == ["Größe 1 😀", "Größe 2 😀"]
    assert {one.encoding[:5] for one in found} == {encoding[:5]}
