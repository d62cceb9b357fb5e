"""HTML pages: what the golden files cannot show."""

from __future__ import annotations

import pytest

from searchkit.corpus.format_table import FORMATS
from searchkit.corpus.formats import format_by_signature
from searchkit.corpus.reader import NoArticle
from searchkit.corpus.readers.html_pages import declared_encoding, parse_page

TEXT = "<p>The council voted on Tuesday for a new bridge across the river. It will open in two years.</p>" * 3


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"<!DOCTYPE html><title>x", "html"),
        (b"\xef\xbb\xbf  <HTML lang=en><head>", "html"),
        (b'<?xml version="1.0"?><!-- saved --><html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        (b"<p>a paragraph that quotes <html></p>", None),
        (b"The tag <html> begins a page", None),
        (b'<?xml version="1.0"?><htmlish>', None),
    ],
)
def test_the_signature(start: bytes, name: str | None) -> None:
    found = format_by_signature(start)
    assert (found.name if found else None) == name


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


@pytest.mark.parametrize(
    "text", ["", " \n", "<html></html>", "<!doctype html><script>x = 1</script>", "<html><body><img src=x>"]
)
def test_a_page_without_title_and_text_is_no_article(text: str) -> None:
    with pytest.raises(NoArticle):
        parse_page(text)


def test_a_page_without_an_article_gives_its_text() -> None:
    found = parse_page("<title>Links</title><ul><li><a href=/a>Bridge opens</a><li><a href=/b>Market moves</a></ul>")
    assert found.title == "Links"
    assert "Bridge opens" in found.body and "Market moves" in found.body


def test_the_url_that_a_page_was_found_at() -> None:
    page = f"<title>Bridge</title><link rel=canonical href=/news/bridge>{TEXT}"
    assert parse_page(page, "https://post.example/x?id=7").url == "https://post.example/news/bridge"
    assert parse_page(TEXT, "https://post.example/x?id=7").url == "https://post.example/x?id=7"
    assert parse_page(TEXT, "https://www.post.example/x").source == "post.example"


def test_the_row_comes_after_special_kinds_of_html() -> None:
    names = [row.name for row in FORMATS]
    assert "html" in names
