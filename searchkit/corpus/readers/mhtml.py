"""Reads web pages that browsers saved as one file (MHTML, RFC 2557): the article of the page, as in
`html_pages`, without the pictures and styles beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from searchkit.corpus.dates import parse_date
from searchkit.corpus.html_text import declared_encoding
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, Encoded, NoArticle, Record, Unreadable
from searchkit.corpus.readers.html_pages import parse_page
from searchkit.corpus.readers.mime_parts import Part, decode_part, parse_message

MAX_PARTS = 10_000
"""Maximum number of parts of a file; the others are not looked at."""
MAX_FRAMES = 5
"""Maximum number of other pages, those of frames, among which the text is looked for."""
_NO_HTML = "it holds no HTML page; is it a saved web page?"
_HTML_TYPES = ("text/html", "application/xhtml+xml")


def read_mhtml(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the article of a saved page. A page that is cut off is read as far as it goes, and
    reported."""
    top = parse_message(data, MAX_PARTS)
    pages = list(_pages(top))
    if not pages:
        raise Unreadable(_NO_HTML)
    main = _main_page(top, pages)
    others = sorted((part for part in pages if part is not main), key=lambda part: -len(part.body))[:MAX_FRAMES]
    content = main.content()
    yield Encoded(content, partial(_parse, main, top, options, others), _declared(main, content))
    if main.is_cut_off:
        raise Unreadable("the saved page has no end; is the file cut off?")


def _pages(part: Part) -> Iterator[Part]:
    if part.kind in _HTML_TYPES:
        yield part
    for child in part.children:
        yield from _pages(child)


def _declared(part: Part, content: bytes) -> str:
    return part.parameters.get("charset", "") or declared_encoding(content)


def _parse(part: Part, top: Part, options: ReadOptions, others: list[Part], text: str) -> Draft:
    subject = top.text("subject")
    locations = (part.text("content-location"), top.text("snapshot-content-location"), top.text("content-location"))
    url = next((one for one in locations if one.startswith(("http://", "https://"))), "")
    try:
        found = parse_page(text, url, options)
    except NoArticle:
        found = Draft(url=url)
    for other in others:  # the pages of frames
        if found.body:
            break
        try:
            content = other.content()
            frame = parse_page(decode_part(content, _declared(other, content)), url, options)
        except NoArticle:
            continue
        found = replace(frame, title=frame.title or found.title, date=found.date or frame.date)
    if not found.title and not found.body:
        raise NoArticle(NO_TEXT)
    saved = parse_date(top.text("date"))
    extra = dict(found.extra) | ({"saved": saved.isoformat()} if saved else {})
    return replace(found, title=found.title or subject, extra=extra)


def _main_page(top: Part, pages: list[Part]) -> Part:
    """The part with the page that was saved: the one that the header names, else the first."""
    start = top.parameters.get("start", "").strip("<> ")
    location = top.text("snapshot-content-location") or top.text("content-location")
    for part in pages:
        if start and part.text("content-id").strip("<> ") == start:
            return part
    for part in pages:
        if location and part.text("content-location") == location:
            return part
    return pages[0]
