"""Reads RTF documents: an article, or the many of an export."""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NoArticle, Record, Unreadable
from searchkit.corpus.readers.document_articles import IN_MARGINS_ONLY, Properties, article_of, topics_of_keywords
from searchkit.corpus.readers.export_documents import split_export
from searchkit.corpus.readers.rtf_text import read_rtf_document

_EXTRA = {
    "subject": "subject", "author": "creator", "doccomm": "description", "operator": "modified_by", "created": "created",
    "category": "category", "company": "company", "manager": "manager",
}  # fmt: skip
"""Destinations of the information group that are kept in `extra`, and their keys there."""

_MARGIN = re.compile(rb"\\(?:header|footer)[lrf]?(?![a-z])")


def read_rtf(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the article of a document, or those of an export of Nexis or Factiva. A document that is
    cut off is read as far as it goes, and reported."""
    document = read_rtf_document(data)
    info = document.info
    properties = Properties(
        info.get("title", ""),
        topics_of_keywords(info.get("keywords", "")),
        extra={name: info[key] for key, name in _EXTRA.items() if key in info},
    )
    if document.lost:
        properties.warnings = (("stray-bytes", f"{document.lost:,} character{'s' * (document.lost > 1)}"),)
    exported = split_export([one.text for one in document.paragraphs], options.date_order, properties.warnings)
    if exported is not None:
        yield from exported
    else:
        article = article_of(document.paragraphs, properties, options.date_order)
        is_empty = isinstance(article, NoArticle) and _MARGIN.search(data) is not None
        yield NoArticle(IN_MARGINS_ONLY) if is_empty else article
    if document.is_cut_off:
        raise Unreadable("it ends within a group; is the file cut off?")
