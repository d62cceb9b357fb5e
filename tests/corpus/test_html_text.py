from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus.html_text import MAY_HOLD_HTML, declared_encoding, html_to_text, is_html

MARKUP = (
    *("<p>", "</p>", "<br>", "<BR/>", "<b", "<b>", "</B>", '<img src="a">', "<img>", "<IBM.N>", "<a href='x > y'>", "</a>"),
    *("<!--", "-->", "<script>", "</script>", "<![CDATA[", "]]>", "&amp;", "&#7;", "&", "<", ">", '"', "'", "<li>"),
    *("a", "é", " ", "\n", "\t", "<x y='z'>", "<!doctype html>"),
)
PIECES = st.lists(st.sampled_from(MARKUP), max_size=12).map("".join)
SEPARATORS = st.sampled_from(
    [" ", "\n", "<p>", "</p>\n<p>", "<br>", "</div>", "</b> <i>", " <!-- c --> ", "<td>", "<li>", "<script>x</script> "]
)


@pytest.mark.parametrize(
    "text",
    [
        "<p>The ferry sailed.</p>",
        "The <b>ferry</b> sailed.",
        'The <a href="https://example.org/ferry">ferry</a> sailed.',
        "<DIV class=story>The ferry sailed.</DIV>",
        "The ferry sailed.<br>It was late.<br />Nobody waited.",
        "<p>The ferry sailed.<p>It was late.",
        '<img src="ferry.jpg" alt="The ferry"> The ferry sailed.',
        "<ul><li>one</li></ul>",
    ],
)
def test_html(text: str) -> None:
    assert is_html(text)
    assert "<" not in html_to_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Profits at AT&amp;T and Smith &lt; Sons",
        "x < y and y > z",
        "Shares of <IBM.N> and <GM.N> rose.",
        "Write to <ann@example.org> or see <https://example.org/a>.",
        "The tag <br> ends a line.",
        "The tag <b> makes words bold.",
        "</p> is what was left of it",
        "i<b and c>d",
        "<quote>As spoken</quote>",
        "An <img> without anything",
        "He said <laughs> and left </laughs>",
    ],
)
def test_not_clearly_html(text: str) -> None:
    assert not is_html(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One<p>Two", "One\n\nTwo"),
        ("<div><h2>Head</h2>One<br/>Two</div>", "Head\n\nOne\nTwo"),
        ("<p>One\n   line</p>\n\n\n<p>\tTwo  </p>", "One line\n\nTwo"),
        ("One\n\nTwo <b>bold</b> lines\nThree", "One\n\nTwo bold lines\nThree"),
        ("<p><b>S</b>outh of <i>here</i></p>", "South of here"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<ul>\n <li>one</li>\n <li>two</li>\n</ul>", "one\ntwo"),
        ("word<img src='a'>word<br>end", "word word\nend"),
        ("<p>a &amp; b&nbsp;c &lt;d&gt; &#8212; &#x2014; &eacute;</p>", "a & b\xa0c <d> — — é"),
        ("<p>didn&#146;t a&#7;b &#99999999; &#12345678901; &bogus; &</p>", "didn’t a b \ufffd &#12345678901; &bogus; &"),
        ("<p>&amp;lt;</p>", "&lt;"),
        ("<p>a<!-- b <p> -->c</p>", "ac"),
        ("<p>a<!-- b</p>", "a<!-- b"),
        ("<p>a</p><script>if (a < b) x('<p>')</script><style>p { }</style>b", "a\n\nb"),
        ("<p>a</p><script>b", "a\n\nb"),
        ("<!DOCTYPE html><html><body><p>a</p></body></html>", "a"),
        ("<p><![CDATA[a]]></p>", "a"),
        ("<p>Shares of <IBM.N> rose</p>", "Shares of <IBM.N> rose"),
        ("<p>a <gu-atom data-id='1'>b</gu-atom> <o:p></o:p>c</p>", "a b c"),
        ("<p title='a > b'>c < d</p>", "c < d"),
        ("<p class=o'neill>c</p>", "c"),
        ("<pre>a\nb</pre><p>c\nd</p>", "a\nb\n\nc d"),
        ("<p>&nbsp;</p><p></p>", ""),
        ("", ""),
    ],
)
def test_html_as_text(text: str, plain: str) -> None:
    assert html_to_text(text) == plain


@given(st.lists(st.tuples(st.sampled_from(["peace", "é", "U.S.", "&lt;b&gt;", "5"]), SEPARATORS), max_size=8))
def test_html_as_text_keeps_all_words_in_order(parts: list[tuple[str, str]]) -> None:
    text = "<p>" + "".join(map("".join, parts))
    assert html_to_text(text).split() == [word.replace("&lt;b&gt;", "<b>") for word, _ in parts]


@given(PIECES)
def test_a_line_without_a_sign_of_html_holds_none(text: str) -> None:
    if is_html(text):
        assert MAY_HOLD_HTML.search(orjson.dumps(text))


@pytest.mark.parametrize(
    "piece", ['<a "', "<a '>", "<!--", "<script>", "<style", "<", "<a ", "<a =", "&#1", "<![CDATA[", "<p>"]
)
def test_hostile_html_is_read_in_linear_time(piece: str) -> None:
    """In quadratic time each would take hours."""
    text = piece * 50_000
    is_html(text)
    html_to_text(f"<p>{text}")


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b'<meta charset="utf-8">', "utf-8"),
        (b"<META charset=ISO-8859-1>", "ISO-8859-1"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"),
        (b'<?xml version="1.0" encoding="windows-1250"?><html>', "windows-1250"),
        (b"<html><p>charset=utf-8", ""),
        (b"<meta" + b" a" * 3000 + b"charset=utf-8", ""),
    ],
)
def test_the_declared_encoding(head: bytes, encoding: str) -> None:
    assert declared_encoding(head) == encoding


def test_a_page_in_utf_8_that_names_what_it_was_in_before() -> None:
    page = '<meta charset="gb2312"><title>桥梁开通</title>'.encode()
    assert declared_encoding(page) == "utf-8"
    assert declared_encoding('<meta charset="gb2312"><title>桥梁开通</title>'.encode("gb2312")) == "gb2312"
