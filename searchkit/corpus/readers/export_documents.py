"""Finds the articles of an export of Nexis or Factiva in the paragraphs of a document (DOCX, RTF)
or of a text. The readers of these formats call it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from searchkit.corpus.database_signatures import MARKER
from searchkit.corpus.reader import Draft, LeftOut, NoArticle, Record, RecordWarning
from searchkit.corpus.readers.export_fields import ExportedArticle
from searchkit.corpus.readers.factiva_lines import (
    is_coded,
    is_plain,
    parse_coded_lines,
    parse_plain_lines,
    split_coded_lines,
    split_plain_lines,
)
from searchkit.corpus.readers.nexis_articles import paragraph_blocks, parse_nexis
from searchkit.corpus.readers.nexis_labels import find_label
from searchkit.corpus.readers.nexis_uni import is_cover, is_uni, parse_uni, split_uni

_MARKER = re.compile(MARKER.pattern.decode())
NO_ARTICLES = "it is the list of the documents of an export, and holds none of them"
Parse = Callable[[Sequence[str], str], ExportedArticle]


def split_export(
    paragraphs: Sequence[str], date_order: str = "", warnings: tuple[RecordWarning, ...] = ()
) -> Iterator[Record] | None:
    """The articles of an export of Nexis or Factiva, as records for a reader to yield; None for an
    ordinary document.

    `paragraphs` are those of the document, the empty ones too. A paragraph may have several lines;
    in a row of a table the cells are parted by tabs. Each record is a function that returns a
    Draft, or raises Unreadable or NoArticle. `warnings` are those of the whole file: each Draft has
    them, and they count once.
    """
    lines = [line for text in paragraphs for line in text.split("\n")]
    if any(map(_is_marker, lines)) and any(map(_is_nexis_label, lines)):
        return _records(list(_split_at_markers(paragraphs)), (), _parse_nexis_paragraphs, date_order, warnings)
    if is_uni(lines):
        found, rest = split_uni(paragraphs)
        articles = [one for one in found if any(text.strip() for text in one)]
        if not articles and is_cover([line for line in lines if line.strip()]):
            return iter((NoArticle(NO_ARTICLES),))
        return _records(articles, rest, parse_uni, date_order, warnings)
    lines = [line for line in lines if line.strip()]
    if is_coded(lines):
        return _records(*split_coded_lines(lines), parse_coded_lines, date_order, warnings)
    if is_plain(lines):
        return _records(*split_plain_lines(lines), parse_plain_lines, date_order, warnings)
    return None


def _records(
    articles: Sequence[Sequence[str]],
    rest: Sequence[str],
    parse: Parse,
    date_order: str,
    warnings: tuple[RecordWarning, ...],
) -> Iterator[Record]:
    """The records of articles, and the text behind them."""
    is_only = len(articles) == 1
    for article in articles:
        yield partial(_parse, parse, article, date_order, warnings, is_only)
    if any(text.strip() for text in rest):
        yield LeftOut("\n".join(rest))


def _parse(
    parse: Parse, article: Sequence[str], date_order: str, warnings: tuple[RecordWarning, ...], is_only: bool
) -> Draft:
    draft = parse(article, date_order).draft(is_whole_file=is_only)
    draft.warnings += warnings
    return draft


def _is_marker(line: str) -> bool:
    return len(line) < 80 and _MARKER.fullmatch(line) is not None


def _is_nexis_label(line: str) -> bool:
    label = find_label(line, is_upper=True)
    return label is not None and (label.is_front or label.is_sure_tail) and bool(label.key)


def _split_at_markers(paragraphs: Sequence[str]) -> Iterator[list[str]]:
    """The paragraphs of each article of Nexis, without the lines that number them and without what
    stands before the first."""
    article: list[str] | None = None
    for text in paragraphs:
        before, is_marked, behind = _split_marked(text)
        if article is not None and before.strip():
            article.append(before)
        if is_marked:
            if article is not None:
                yield article
            article = [behind]
    if article is not None:
        yield article


def _split_marked(text: str) -> tuple[str, bool, str]:
    """Split a paragraph at the line that numbers an article."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if _is_marker(line):
            return "\n".join(lines[:index]), True, "\n".join(lines[index + 1 :])
    return text, False, ""


def _parse_nexis_paragraphs(paragraphs: Sequence[str], date_order: str) -> ExportedArticle:
    return parse_nexis(paragraph_blocks(paragraphs), date_order)
