"""Reads EPUB books: each part in the order of reading, such as an article of a magazine or a
chapter, is an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import IO

from searchkit.corpus.dates import parse_date
from searchkit.corpus.html_text import html_to_text
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, NoArticle, Record, Unreadable
from searchkit.corpus.readers.document_articles import Properties, article_of, topics_of_keywords
from searchkit.corpus.readers.document_paragraphs import Paragraph
from searchkit.corpus.readers.epub_package import Entry, Package, read_package
from searchkit.corpus.readers.xml_parsing import Element, line_of, local_name, paragraphs_of, parse_xml
from searchkit.corpus.readers.zip_documents import ZipDocument

MAX_ABOVE_HEADING = 300
"""Maximum number of characters above a heading that is a title."""
FIRST_YEAR = 1400
"""Programs write the year 101 for an unknown date."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARAGRAPHS = frozenset(
    re.findall(
        r"\w+",
        "p div h1 h2 h3 h4 h5 h6 li dt dd blockquote section article aside header footer figure figcaption table caption"
        " ul ol dl pre hr address main nav body center details summary fieldset form"
        " svg text",
    )
)
_LINES = frozenset({"br", "tr"})
_WITHOUT = frozenset({"script", "style", "rt", "rp", "template", "head", "title", "desc", "metadata"})
_EXTRA = ("creator", "contributor", "publisher", "identifier", "description", "rights", "subject")
"""Metadata that is kept in `extra`; the last is the topics."""
_MARK = "\ue000title\ue000"
"""Stands for the title while the text of a part is collected."""
_HEAD = re.compile(r"<head\b(?:(?!<head\b).)*?</head>", re.I | re.DOTALL)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d")


def read_epub(file: IO[bytes], options: ReadOptions) -> Iterator[Record]:
    """Read the parts of a book. Workers share them."""
    document = ZipDocument(file, options.limits, "EPUB", options.encoding)
    package = read_package(document)
    if not package.groups and not package.unread:
        raise Unreadable("it is no whole EPUB file: no part of its text is in its order of reading")
    is_only = len(package.groups) == 1
    for group in package.groups:
        yield partial(_read_group, document, package, group, options, is_only)
    yield from package.unread


def _read_group(document: ZipDocument, package: Package, group: list[str], options: ReadOptions, is_only: bool) -> Draft:
    if group[0] in package.tables_of_contents:
        raise NoArticle("it is the table of contents of a book")
    entry = package.entries.get(group[0], Entry(""))
    paragraphs: list[Paragraph] = []
    for part in group:
        if part in package.encrypted:
            raise Unreadable(f"{part} is encrypted; ask the publisher for a copy without protection")
        paragraphs += _paragraphs(document, part, entry.label)
    if entry.label and not any(one.is_title for one in paragraphs[:3]) and any(one.text for one in paragraphs):
        paragraphs = _with_label(entry.label, paragraphs)
    draft = article_of(paragraphs, Properties(warnings=tuple(document.warnings)), options.date_order)
    document.warnings.clear()
    if isinstance(draft, NoArticle):
        raise draft
    draft.is_whole_file = is_only
    _add_metadata(draft, package, options.date_order)
    draft.section = draft.section or (entry.section if entry.section != draft.title else "")
    return draft


def _with_label(label: str, paragraphs: list[Paragraph]) -> list[Paragraph]:
    """The paragraphs with the label of the navigation as their title, instead of a first paragraph
    that says the same."""
    first = next(index for index, one in enumerate(paragraphs) if one.text)
    if _squeezed(paragraphs[first].text) == _squeezed(label):
        paragraphs = paragraphs[first + 1 :]
    return [Paragraph(label, "title"), *paragraphs]


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _add_metadata(draft: Draft, package: Package, order: str) -> None:
    """Add what the book says of all its parts to a part."""
    extra = dict(draft.extra)
    for name in _EXTRA:
        values = [value for value, _ in package.metadata.get(name, ()) if value]
        if values and name != "subject":
            extra.setdefault(name, ", ".join(dict.fromkeys(values)))
        elif values:
            draft.topics = draft.topics or topics_of_keywords(";".join(values))
    for value, attributes in package.metadata.get("meta", ()):
        if attributes.get("property") == "belongs-to-collection" and value:
            extra.setdefault("series", value)
        elif attributes.get("name") == "calibre:series" and attributes.get("content"):
            extra.setdefault("series", attributes["content"])
    dates = package.metadata.get("date", [])
    published = [value for value, attributes in dates if attributes.get("event", "publication") == "publication" and value]
    for value in published[:1]:
        found = parse_date(value, order) or (parse_date(value[:10], order) if _DATE_TIME.match(value) else None)
        if found is not None and found.year >= FIRST_YEAR:
            draft.date = draft.date or (found if "date" not in extra else None)
        elif found is None:
            extra.setdefault("book_date", value)
    draft.source = draft.source or package.first("title")
    draft.language = draft.language or package.first("language")
    draft.extra = extra


def _paragraphs(document: ZipDocument, part: str, label: str) -> list[Paragraph]:
    """The paragraphs of a part; its first heading is a title."""
    content = document.text(part)
    try:
        root = parse_xml(content, keeps_namespaces=True)
    except Unreadable as error:
        if "is no XML" not in str(error):
            raise
        text = html_to_text(_HEAD.sub("", content, count=1))
        return [Paragraph(one) for one in text.split("\n\n")]
    for element in root.iter("{*}*"):
        element.tag = local_name(element.tag).lower()
    body = next(root.iter("body"), root)
    for cell in body.iter("td", "th"):
        cell.tail = f" {cell.tail or ''}"
    heading = _title_heading(body, label)
    title = "" if heading is None else line_of(heading)
    if heading is not None:
        for child in list(heading):
            heading.remove(child)
        heading.text = _MARK
    text = paragraphs_of(body, _PARAGRAPHS, _LINES, _WITHOUT)
    return [Paragraph(title, "title") if one == _MARK else Paragraph(one) for one in text.split("\n\n")]


def _title_heading(body: Element, label: str) -> Element | None:
    """The heading that is the title: near the beginning the one that the navigation names, or else
    the first."""
    size, first = 0, None
    for element in body.iter():
        if not isinstance(element.tag, str) or element.tag in _WITHOUT:
            continue
        if element.tag in _HEADINGS:
            if text := line_of(element):
                first = element if first is None else first
                if not label or _squeezed(text) == _squeezed(label):
                    return first if not label else element
        elif not any(one.tag in (*_HEADINGS, *_WITHOUT) for one in element.iterancestors()):
            size += len((element.text or "").strip())
        size += len((element.tail or "").strip())
        if size > MAX_ABOVE_HEADING:
            break
    return first
