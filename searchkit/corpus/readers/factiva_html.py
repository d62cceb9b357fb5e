"""Reads pages that Factiva exported: many articles a file, with the codes of their fields in a
table or without codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, NoArticle, Record, Unreadable
from searchkit.corpus.readers.export_fields import NO_TEXT, ExportedArticle
from searchkit.corpus.readers.factiva_articles import DOCUMENT, TEXT_CODES, parse_coded, parse_plain
from searchkit.corpus.readers.html_fragments import class_names, parse_piece
from searchkit.corpus.readers.html_pieces import read_pieces
from searchkit.corpus.readers.xml_parsing import line_of, paragraphs_of
from searchkit.corpus.source import ByteStream

_BEGINNINGS = (re.compile(rb"""<div\b[^<>]{0,200}?\bclass=["']?article [a-z]{2,4}Article\b""", re.I),)
_CODE = re.compile(r"[A-Z]{2,3}")
_PARAGRAPHS = ("p", "div", "table", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre")
_LINES = ("br", "tr", "li")


def read_factiva_html(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the articles of a page."""
    nothing = "no article of Factiva stands in it; is it a page of headlines? Save the articles themselves"
    return read_pieces(stream, options, _BEGINNINGS, _parse, nothing)


def _parse(date_order: str, is_only: bool, markup: str) -> Draft:
    root = parse_piece(markup)
    element = next(iter(root.iter("div")), root)
    fields = _coded_fields(element)
    article = parse_coded(fields, date_order) if fields else _parse_plain(element, date_order)
    return article.draft(is_whole_file=is_only)


def _coded_fields(element: Any) -> dict[str, str]:
    """The values of the codes in a table; LP and TD have paragraphs."""
    fields: dict[str, str] = {}
    for row in element.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        code = line_of(cells[0]).strip() if len(cells) == 2 else ""
        if not _CODE.fullmatch(code) or not ("index" in class_names(cells[0]) or cells[0].find(".//b") is not None):
            continue
        is_text = code in TEXT_CODES
        value = paragraphs_of(cells[1], _PARAGRAPHS, _LINES) if is_text else line_of(cells[1])
        fields[code] = f"{fields[code]}\n\n{value}" if is_text and code in fields else fields.get(code) or value
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
