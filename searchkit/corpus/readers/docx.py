"""Reads DOCX documents (ECMA-376, ISO 29500): an article, or the many of an export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NoArticle, Record
from searchkit.corpus.readers.document_articles import IN_MARGINS_ONLY, Properties, article_of, topics_of_keywords
from searchkit.corpus.readers.docx_paragraphs import main_part, read_paragraphs, relationships
from searchkit.corpus.readers.export_documents import split_export
from searchkit.corpus.readers.xml_parsing import line_of, local_name
from searchkit.corpus.readers.zip_documents import ZipDocument

_EXTRA = {
    "subject": "subject", "creator": "creator", "description": "description", "lastModifiedBy": "modified_by",
    "created": "created", "modified": "modified", "category": "category", "contentStatus": "status",
    "identifier": "identifier",
}  # fmt: skip
"""Core properties that are kept in `extra`, and their keys there."""


def read_docx(file: IO[bytes], options: ReadOptions) -> Iterator[Record]:
    """Read the article of a document, or those of an export of Nexis or Factiva."""
    document = ZipDocument(file, options.limits, "DOCX", options.encoding)
    paragraphs = read_paragraphs(document, options.limits)
    properties = _properties(document)
    properties.warnings = tuple(document.warnings)
    exported = split_export([one.text for one in paragraphs], options.date_order, properties.warnings)
    if exported is not None:
        yield from exported
    else:
        article = article_of(paragraphs, properties, options.date_order)
        is_empty = isinstance(article, NoArticle) and _has_text_in_margins(document)
        yield NoArticle(IN_MARGINS_ONLY) if is_empty else article


def _has_text_in_margins(document: ZipDocument) -> bool:
    parts = relationships(document, main_part(document)).values()
    return any(line_of(document.parse(part)) for kind, part in parts if kind in ("header", "footer") and part in document)


def _properties(document: ZipDocument) -> Properties:
    """The core properties of a document (ECMA-376 part 2, 11)."""
    found = Properties()
    part = next((target for kind, target in relationships(document, "").values() if kind == "core-properties"), "")
    part = part or "docProps/core.xml"
    if part not in document:
        return found
    for element in document.parse(part):
        if not isinstance(element.tag, str) or not (text := line_of(element)):
            continue
        name = local_name(element.tag)
        if name == "title":
            found.title = text
        elif name == "keywords":
            found.topics = topics_of_keywords(text)
        elif name == "language":
            found.language = text
        elif name in _EXTRA:
            found.extra[_EXTRA[name]] = text
    return found
