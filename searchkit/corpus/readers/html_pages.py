"""Reads HTML pages: the article of a page, without navigation and advertisements.

trafilatura finds the text; the other fields come from the page's markup (`page_metadata`). A page
is parsed once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, TypeAlias

from lxml import etree, html
from trafilatura import bare_extraction

from searchkit.corpus.html_text import html_to_text
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, NoArticle, Record
from searchkit.corpus.readers.page_metadata import find_metadata
from searchkit.corpus.readers.page_text import text_of_extract, without_title
from searchkit.corpus.tolerant_decoding import decode_strictly

Element: TypeAlias = Any

_HEAD = 4096
_CHARSET = re.compile(rb"""<meta\b[^>]{0,500}?\bcharset\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", re.I)
_XML_DECLARATION = re.compile(rb"""^\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._:-]+)""")
_BAD_DOCTYPE = re.compile(r"<\s?!\s?doctype[^>]*/[^<>]*>", re.I)


def read_html(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the article of a page."""
    yield Encoded(data, partial(_parse, options), declared_encoding(data))


def _parse(options: ReadOptions, text: str) -> Draft:
    return parse_page(text, options=options)


def declared_encoding(data: bytes) -> str:
    """The encoding that a page names in its XML declaration or a meta tag, or "".

    Pages that were saved or converted to UTF-8 often go on to name what they were in before.
    """
    head = data[:_HEAD]
    found = _XML_DECLARATION.match(head) or _CHARSET.search(head)
    if found is None or data.isascii() or decode_strictly(data, "utf-8") is None:
        return found[1].decode("ascii") if found else ""
    return "utf-8"


def parse_page(text: str, url: str = "", options: ReadOptions | None = None) -> Draft:
    """The article of a page; `url` is where it was found, if that is known. Raises NoArticle for a
    page with neither a title nor a text."""
    root = _parse_html(text)
    if root is None:
        raise NoArticle("it has neither a title nor a text")
    found = find_metadata(root, text, url, options.date_order if options else "")
    body = _find_text(root, text)
    if len(found.text) > 2 * len(body):
        body = found.text
    body = without_title(body, found.title, found.source)
    if not found.title and not body:
        raise NoArticle("it has neither a title nor a text")
    return Draft(
        title=found.title,
        body=body,
        date=found.date,
        authors=found.authors,
        source=found.source,
        section=found.section,
        topics=found.topics,
        language=found.language,
        url=found.url,
        extra=found.extra,
        warnings=found.warnings,
    )


def _parse_html(text: str) -> Element | None:
    """The root of a page, or None for an empty one."""
    if not text or text.isspace():
        return None
    text = _BAD_DOCTYPE.sub("", text, count=1) if "doctype" in text[:500].lower() else text
    parser = html.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _find_text(root: Element, text: str) -> str:
    """The text of the article, or of the whole page if none is found."""
    try:
        found: Any = bare_extraction(root, output_format="txt", include_comments=False)
    except Exception:  # the library may raise anything on a page that it was not made for
        found = None
    body = text_of_extract(found.body) if found is not None else ""
    return body or html_to_text(text)
