"""Reads HTML pages: the article of a page, without navigation and advertisements.

trafilatura finds the text; the other fields come from the page's markup (`page_metadata`). A page
is parsed once.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, TypeAlias

from lxml import etree, html
from trafilatura import bare_extraction

from searchkit.corpus.html_text import declared_encoding, html_to_text
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, Encoded, NoArticle, Record
from searchkit.corpus.readers.page_metadata import find_metadata
from searchkit.corpus.readers.page_text import text_of_extract, without_title
from searchkit.corpus.readers.page_titles import compact

Element: TypeAlias = Any

_DOCTYPE = re.compile(r"\s*<!doctype[^>]{0,500}>", re.I)
_CUT_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*\Z")
_BODY = re.compile(r"<body\b|</head\b|</title\b", re.I)
for _name in ("trafilatura", "htmldate"):  # what they cannot do is not printed
    logging.getLogger(_name).addHandler(logging.NullHandler())

MAX_TAGS = 80_000
"""Maximum number of tags of a page whose article is looked for, which takes up to 10 seconds. Of
others, all text is read."""
MAX_SMALL_PAGE = 50_000
"""Maximum length of a page in characters where a text of one line may be all of its text."""
MAX_ATTRIBUTES = 5_000
"""Maximum number of attributes of a tag; those of others are not read. libxml2 needs time quadratic
in their number."""
_MANY_ATTRIBUTES = re.compile(r"<[a-zA-Z][^<>]{50000}")
_ANY_TAG = re.compile(r"""<([a-zA-Z][\w:-]{0,50})(?:[^<>"']++|"[^"]{0,5000}+"|'[^']{0,5000}+')*+""")


def read_html(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the article of a page."""
    yield Encoded(data, partial(_parse, options), declared_encoding(data))


def _parse(options: ReadOptions, text: str) -> Draft:
    return parse_page(text, options=options)


def parse_page(text: str, url: str = "", options: ReadOptions | None = None) -> Draft:
    """The article of a page; `url` is where it was found, if that is known. Raises NoArticle for a
    page with neither a title nor a text."""
    root, is_whole = _parse_html(text)
    if root is None:  # empty, or with a text of more than 10 MB in one place
        return Draft(body=_whole_text(text, NO_TEXT), url=url)
    found = find_metadata(root, text, url, options.date_order if options else "")
    body = _find_text(root) if is_whole and text.count("<") <= MAX_TAGS else ""
    if not body or ("\n" not in body and len(text) <= MAX_SMALL_PAGE):
        body = _better(body, _whole_text(text))
    if len(found.text) > 2 * len(body) or (found.text and "\n" not in body and compact(found.text) == compact(body)):
        body = found.text
    body = without_title(body, found.title, found.source)
    if not found.title and not body:
        raise NoArticle(NO_TEXT)
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


def _parse_html(text: str) -> tuple[Element | None, bool]:
    """The root of a page, or None for an empty one, and whether it holds all of the page: parsing
    ends where elements are nested too deeply."""
    if not text or text.isspace():
        return None, True
    if doctype := _DOCTYPE.match(text):  # that of XHTML misleads libxml2
        text = text[doctype.end() :]
    if text.count("=") > 4 * MAX_ATTRIBUTES or _MANY_ATTRIBUTES.search(text):
        text = _ANY_TAG.sub(_without_many_attributes, text)
    parser = html.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None, True
    last = parser.error_log.last_error
    return root, last is None or last.type != etree.ErrorTypes.ERR_RESOURCE_LIMIT


def _without_many_attributes(tag: re.Match[str]) -> str:
    text = tag[0]
    is_usual = len(text) < MAX_ATTRIBUTES or max(text.count("="), len(text.split())) <= MAX_ATTRIBUTES
    return text if is_usual else f"<{tag[1]} "


def _better(found: str, whole: str) -> str:
    """A text that was found, or the whole text of the page if that is the same with its lines."""
    return whole if not found or compact(found) == compact(whole) else found


def _whole_text(text: str, reason: str = "") -> str:
    """All text of a page. Raises NoArticle with a reason, if one is given, for a page without
    text."""
    found = None
    for found in _BODY.finditer(text):
        if found[0][1] != "/":
            break
    end = text.rfind("<") if _CUT_TAG.match(text, text.rfind("<")) else len(text)
    body = html_to_text(text[text.find(">", found.end()) + 1 if found else 0 : end])
    if reason and not body:
        raise NoArticle(reason)
    return body


def _find_text(root: Element) -> str:
    """The text of the article, or "" if none is found."""
    try:
        found: Any = bare_extraction(root, output_format="txt", include_comments=False)
    except Exception:  # the library may raise anything on a page that it was not made for
        return ""
    return text_of_extract(found.body) if found is not None else ""
