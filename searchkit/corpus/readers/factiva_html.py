"""Reads pages that Factiva exported: many articles a file, with the codes of their fields in a
table or without codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, NoArticle, Record, Unreadable
from searchkit.corpus.readers.export_fields import COPYRIGHT, ExportedArticle
from searchkit.corpus.readers.factiva_articles import DOCUMENT, TEXT_CODES, parse_coded, parse_plain
from searchkit.corpus.readers.html_fragments import class_names, parse_piece, remove
from searchkit.corpus.readers.html_pieces import read_pieces
from searchkit.corpus.readers.xml_parsing import line_of, paragraphs_of
from searchkit.corpus.source import ByteStream

_BEGINNINGS = (re.compile(rb"""<div\b[^<>]{0,200}?\bclass=["']?article [a-z]{2,4}Article\b""", re.I),)
_CODE = re.compile(r"[A-Z]{2,3}")
_PARAGRAPHS = ("p", "div", "table", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre")
_LINES = ("br", "tr", "li")
_WITHOUT = ("script", "style")
_BETWEEN = {**dict.fromkeys(TEXT_CODES, "\n\n"), **dict.fromkeys(("CO", "IN", "NS", "RE"), " | "), "BY": "\n"}
"""Stands between the values of two rows of one code; "; " between those of others."""
_ONLY_ONE = ("PD", "ET", "LA", "AN")
"""Codes of which the first value counts: the next goes to `extra`."""


def read_factiva_html(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the articles of a page."""
    nothing = "no article of Factiva stands in it; is it a page of headlines? Save the articles themselves"
    return read_pieces(stream, options, _BEGINNINGS, _parse, nothing)


def _parse(date_order: str, is_only: bool, markup: str) -> Draft:
    root = parse_piece(markup)
    element = next(iter(root.iter("div")), root)
    fields = _take_coded_fields(element)
    article = parse_coded(fields, date_order) if fields else _parse_plain(element, date_order)
    if fields:
        for line in _lines_of(element):
            article.add_extra("other", line)
    remove(element)
    if element is not root and (behind := " ".join(line for line in _lines_of(root) if not COPYRIGHT.match(line))):
        article.warnings.append(("left-out", behind))
    return article.draft(is_whole_file=is_only)


def _lines_of(element: Any) -> list[str]:
    return [line for line in paragraphs_of(element, _PARAGRAPHS, _LINES, _WITHOUT).split("\n") if line.strip()]


def _take_coded_fields(element: Any) -> dict[str, str]:
    """The values of the codes in a table, whose rows are removed; LP and TD have paragraphs."""
    fields: dict[str, str] = {}
    for row in list(element.iter("tr")):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        code = line_of(cells[0]).strip() if len(cells) == 2 else ""
        if not _CODE.fullmatch(code) or not ("index" in class_names(cells[0]) or cells[0].find(".//b") is not None):
            continue
        value = paragraphs_of(cells[1], _PARAGRAPHS, _LINES) if code in TEXT_CODES else line_of(cells[1])
        if fields.get(code) and code in _ONLY_ONE:
            code = code.lower()
        fields[code] = _BETWEEN.get(code, "; ").join(filter(None, (fields.get(code), value)))
        remove(row)
    return fields


def _parse_plain(element: Any, date_order: str) -> ExportedArticle:
    title = byline = own = ""
    has_title = False
    before: list[str] = []
    behind: list[str] = []
    paragraphs: list[str] = []
    last: list[str] = []
    for child in element:
        classes = class_names(child)
        text = paragraphs_of(child, _PARAGRAPHS, _LINES)
        if not text or not isinstance(child.tag, str):
            continue
        if child.get("id") == "hd" or any(name.endswith("Headline") for name in classes):
            title, has_title = line_of(child), True
        elif "author" in classes:
            byline = line_of(child)
        elif found := DOCUMENT.fullmatch(text):
            own = found[1]
        elif any(name.startswith("articleParagraph") for name in classes):
            paragraphs += [*last, text]
            last = []
        elif paragraphs:
            last.append(text)
        else:
            (behind if has_title else before).append(line_of(child))
    if not (title or byline or before or behind or paragraphs):
        raise NoArticle(NO_TEXT)
    if not has_title and not paragraphs:
        raise Unreadable("its lay-out is unknown: expected a table of codes (HD, PD, SN), or a headline and paragraphs")
    article = parse_plain(before, behind, paragraphs, date_order, title, byline)
    article.id = own
    for text in last:
        article.add_extra("publisher", text)
    return article
