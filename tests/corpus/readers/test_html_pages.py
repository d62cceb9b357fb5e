"""HTML pages: what the golden files cannot show."""

from __future__ import annotations

import contextlib
import time

import pytest

from searchkit.corpus.formats import format_by_signature
from searchkit.corpus.reader import NoArticle
from searchkit.corpus.readers.html_pages import parse_page

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


@pytest.mark.parametrize(
    ("line", "date", "modified"),
    [
        ("<p>3 May 2021", "2021-05-03", ""),
        ("<p>Updated: 3 May 2021", "2021-05-03", "3 May 2021"),
        ("<p>Last updated on Monday, 3 May 2021", "2021-05-03", "3 May 2021"),
        ("<p>Updated 10:30 GMT, May 3, 2021", "2021-05-03", "May 3, 2021"),
        ("<p>Aktualisiert am 3. Mai 2021", "2021-05-03", "3. Mai 2021"),
        ("<p>Mis à jour le 3 mai 2021", "2021-05-03", "3 mai 2021"),
        ("<p><b>Updated:</b> 3 May 2021", "2021-05-03", "3 May 2021"),
        ("<dl><dt>Updated<dd>3 May 2021</dl>", "2021-05-03", "3 May 2021"),
        ("<div class=date>Updated: 3 May 2021</div>", "2021-05-03", "3 May 2021"),
        ("<div class=date><b>Updated</b> <span>3 May 2021</span></div>", "2021-05-03", "3 May 2021"),
        ("<time datetime=2021-05-03>Updated 3 May 2021</time>", "2021-05-03", "2021-05-03"),
        ("<p>Updated <time datetime=2021-05-03>3 hours ago</time>", "2021-05-03", "2021-05-03"),
        ("<p>Updated: 3 May 2021. Published: 1 May 2021", "2021-05-01", ""),
        ("<div class=date>1 May 2021 | Updated 3 May 2021</div>", "2021-05-01", ""),
        ("<p>Updated story. Published 3 May 2021", "2021-05-03", ""),
        ("<p>Backdated 3 May 2021", "2021-05-03", ""),
    ],
)
def test_the_printed_date_of_a_change_is_that_of_a_page_without_another(line: str, date: str, modified: str) -> None:
    found = parse_page(f"<html><head><title>Bridge</title></head><body><h1>Bridge</h1>{line}{TEXT}</body></html>")
    assert (found.date.date().isoformat() if found.date else "", found.extra.get("modified", "")) == (date, modified)
    assert found.extra.get("date_source", "") == ("modified" if modified else "")


def test_text_below_elements_that_are_nested_deeply_is_not_lost() -> None:
    for name in ("div", "font", "b"):
        found = parse_page(f"<title>Old page</title>{TEXT}" + f"<{name}>word " * 3000 + "the end")
        assert found.title == "Old page"
        assert found.body.count("word") == 3000 and found.body.endswith("the end")


def test_texts_of_any_length_and_kind_are_read() -> None:
    assert parse_page("<p>" + "word " * 2_100_000 + "end").body.endswith("word end")
    assert parse_page("&amp;" * 1000).body == "&" * 1000
    assert parse_page("<title>Bridge</title><p>" + "&" * 300 + "</p>").body == "&" * 300
    assert parse_page("<p>The bridge is open again.<p class='x").body == "The bridge is open again."


def test_attributes_without_number_do_not_hide_the_text() -> None:
    for attributes in (" ".join(f"a{number}=b" for number in range(60_000)), "a " * 100_000, 'a="<b" ' * 50_000):
        start = time.process_time()
        assert parse_page(f"<title>Bridge</title><p {attributes}>The bridge is open again.").title == "Bridge"
        assert time.process_time() - start < 10


HOSTILE = {
    "br": "<p>" + "word<br>" * 20_000,
    "items": "<ul>" + "<li>item" * 20_000,
    "cells": "<table>" + "<tr><td>cell" * 10_000,
    "spans": "<p>" + "<span>a" * 20_000,
    "headings": "<h1>Title of it</h1>" * 6_000,
    "bylines": "<div class=author>a " * 6_000,
    "times": "<time class=date>2020</time>" * 6_000,
    "links": "<a rel='author tag' href=x>Anna Berg</a>" * 4_000,
    "names": "<b itemprop=author>Anna Berg" * 4_000,
    "metas": "<meta name=author content=Anna>" * 4_000,
    "years": "<p>2020 1999 " * 10_000,
    "a title": f"<title>{'x - ' * 40_000}</title>",
    "a byline": f"<meta name=author content='{'Anna and ' * 10_000}'>",
    "a doctype": "<!doctype " + "/" * 100_000,
    "a script": "<script>" + '"publishedAt" : ' * 8_000,
    "deep JSON-LD": "<script type=application/ld+json>" + '{"@graph":[' * 10_000,
    "long JSON-LD": "<script type=application/ld+json>["
    + '{"@type":"NewsArticle","author":{"@id":"a"}},' * 3_000
    + "1]</script>",
    "commas": "<script type=application/ld+json>" + ", " * 60_000 + "</script>",
    "references": "&amp;#38;" * 10_000,
    "comments": "<!--" * 25_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_is_bounded(name: str) -> None:
    start = time.process_time()
    with contextlib.suppress(NoArticle):
        parse_page(HOSTILE[name])
    assert time.process_time() - start < 10
