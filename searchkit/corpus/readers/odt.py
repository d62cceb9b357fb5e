"""Reads OpenDocument texts (ISO 26300), packed (.odt) or as one XML (.fodt), and those of
OpenOffice 1 (.sxw)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Record, Unreadable
from searchkit.corpus.readers.document_articles import Properties, article_of, topics_of_keywords
from searchkit.corpus.readers.odt_paragraphs import OdtReader
from searchkit.corpus.readers.zip_documents import ZipDocument

_EXTRA = {
    "subject": "subject", "initial-creator": "creator", "description": "description", "creator": "modified_by",
    "creation-date": "created", "date": "modified",
}  # fmt: skip
"""Metadata that is kept in `extra`, and its keys there."""


def read_odt(file: IO[bytes], options: ReadOptions) -> Iterator[Record]:
    """Read the article of a document."""
    reader = OdtReader(options.limits)
    file.seek(0)
    if file.read(2) == b"PK":
        document = ZipDocument(file, options.limits, "ODT")
        manifest = "META-INF/manifest.xml"
        if manifest in document and b"encryption-data" in document.read(manifest):
            raise Unreadable("it is encrypted; save it without a password")
        for part in ("meta.xml", "styles.xml"):
            if part in document:
                reader.read_styles(document.open(part))
        paragraphs = list(reader.paragraphs(document.open("content.xml")))
    else:
        file.seek(0)
        paragraphs = list(reader.paragraphs(file))
        if not paragraphs and not reader.meta:
            raise Unreadable("it is no OpenDocument text: it has neither paragraphs nor metadata")
    yield article_of(paragraphs, _properties(reader.meta), options.date_order)


def _properties(meta: dict[str, list[tuple[str, str]]]) -> Properties:
    values = {name: found[0][1] for name, found in meta.items() if found[0][1]}
    extra = {_EXTRA[name]: value for name, value in values.items() if name in _EXTRA}
    for name, value in meta.get("user-defined", ()):
        if name and value:
            extra.setdefault(name, value)
    keywords = ",".join(text for _, text in meta.get("keyword", ()))
    return Properties(values.get("title", ""), topics_of_keywords(keywords), values.get("language", ""), extra)
