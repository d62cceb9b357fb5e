"""Reads pages that Nexis (LexisNexis) exported before Nexis Uni: many articles a file, each in
`<DOCFULL>`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.database_signatures import MARKER
from searchkit.corpus.html_text import html_to_text
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Record, Unreadable
from searchkit.corpus.readers.export_fields import MAX_LINES, TOO_MANY_LINES
from searchkit.corpus.readers.html_pieces import read_pieces
from searchkit.corpus.readers.nexis_articles import paragraph_blocks, parse_nexis
from searchkit.corpus.source import ByteStream

_BEGINNINGS = (re.compile(rb"<DOCFULL>"), re.compile(rb'<A NAME="DOC_ID_\d+', re.I))
_COMMENT_END = re.compile(r"\s*(?:<DOCFULL>)?\s*-->")
_END = re.compile(r"<!-- Hide XML section|</DOCFULL>|<A NAME=\"DOC_ID_\d", re.I)
_COMMENT_SIGN = re.compile(r"<!--(?: Hide XML section from browser)?|-->")
_MARKER = re.compile(MARKER.pattern.decode())
_CELL_BEGINNING = re.compile(r"(<T[DH]\b[^<>]*>)\s*<P\b[^<>]*>", re.I)
_CELL_END = re.compile(r"</P>\s*(?=</T[DH]>)", re.I)
_BULLET = re.compile(r"[•·*▪–-]")


def read_nexis_html(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the articles of a page."""
    nothing = "no article of Nexis stands in it: expected <DOCFULL> before each; is it another page?"
    return read_pieces(stream, options, _BEGINNINGS, _parse, nothing)


def _parse(date_order: str, is_only: bool, markup: str) -> Draft:
    found = _COMMENT_END.match(markup)
    start = found.end() if found else markup.find(">") + 1
    found = _END.search(markup, start)
    end = found.start() if found else len(markup)
    # The only paragraph of a cell is none, so that a row of a table is a line.
    text = _text_of(_CELL_END.sub("", _CELL_BEGINNING.sub(r"\1", markup[start:end])))
    if text.count("\n") >= MAX_LINES:
        raise Unreadable(TOO_MANY_LINES)
    paragraphs = [one for one in text.split("\n\n") if one.strip()]
    if paragraphs and _MARKER.fullmatch(paragraphs[0].strip()):
        del paragraphs[0]
    article = parse_nexis(paragraph_blocks(_join_bullets(paragraphs)), date_order)
    if behind := _text_of(_COMMENT_SIGN.sub("", markup[end:])).strip():
        article.warnings.append(("left-out", one_line(behind)))
    return article.draft(is_whole_file=is_only)


def _text_of(markup: str) -> str:
    return replace_controls(html_to_text(replace_controls(markup)))


def _join_bullets(paragraphs: list[str]) -> list[str]:
    """Paragraphs with the sign of an item of a list before its text, not above it."""
    joined: list[str] = []
    for text in paragraphs:
        if joined and _BULLET.fullmatch(joined[-1].strip()):
            joined[-1] = f"{joined[-1].strip()} {text}"
        else:
            joined.append(text)
    return joined
