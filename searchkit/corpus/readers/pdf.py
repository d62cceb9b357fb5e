"""Reads PDF documents with a text layer: one article per file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from statistics import median
from typing import IO

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.header_lines import MAX_TITLE_LENGTH
from searchkit.corpus.limits import format_size
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Record, Unreadable
from searchkit.corpus.readers.document_articles import Properties, article_of, is_likely_title, topics_of_keywords
from searchkit.corpus.readers.document_paragraphs import Paragraph
from searchkit.corpus.readers.pdf_layout import Block, Line, blocks_of, goes_on
from searchkit.corpus.readers.pdf_margins import without_margins
from searchkit.corpus.readers.pdf_process import PdfDocument

MIN_TITLE_RATIO = 1.2
"""How much larger than the text a title is, at least."""
MAX_TITLE_BLOCKS = 3
"""Maximum number of lines of a title that are set apart."""
MAX_BETWEEN = 4
"""Maximum number of paragraphs, such as notes at the foot of a column, between the two halves of
one."""
MAX_LOST = 0.3
"""Maximum share of characters that the fonts do not name."""
_LOST = re.compile("[\ufffd\ue000-\uf8ff]")
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-]\d\d)'?(\d\d)?'?|Z.*)?")
"""A date in the information dictionary (ISO 32000, 7.9.4)."""
_EXTRA = {
    "Author": "creator", "Subject": "subject", "Creator": "program", "Producer": "producer", "CreationDate": "created",
    "ModDate": "modified",
}  # fmt: skip
"""Entries of the information dictionary that are kept in `extra`, and their keys there."""


@dataclass(slots=True)
class _Pages:
    """What was read of the pages of a document: for each its height and its columns. `without_text`
    are numbers of pages; `fault` is why pages are missing, or "", and `cut` why a page is not
    whole."""

    found: list[tuple[float, list[list[Line]]]] = field(default_factory=list)
    without_text: list[int] = field(default_factory=list)
    size: int = 0
    lost: int = 0
    has_pictures: bool = False
    fault: str = ""
    cut: str = ""


def read_pdf(file: IO[bytes], options: ReadOptions) -> Iterator[Record]:
    """Read the article of a document. If pages cannot be read, the article has the others, and the
    fault is reported."""
    with closing(PdfDocument(file)) as document:
        pages = _read_pages(document, options.limits.max_article)
    if pages.size == 0:
        raise Unreadable(pages.fault or _reason_without_text(len(pages.found), pages.has_pictures))
    if pages.lost > MAX_LOST * pages.size:
        raise Unreadable(
            "its fonts do not say which characters they draw; read them by OCR: ocrmypdf --force-ocr in.pdf out.pdf"
        )
    properties = _properties(document.metadata)
    kept, margins, numbers = without_margins(pages.found)
    if not any(kept):
        kept, margins, numbers = [columns for _, columns in pages.found], [], []
    if margins:
        properties.extra["page_headers"] = "\n".join(margins)
    if numbers:
        properties.extra["page_numbers"] = ", ".join(numbers)
    if document.count > 1:
        properties.extra["pages"] = str(document.count)
    if pages.without_text and pages.has_pictures:
        properties.extra["pages_without_text"] = ", ".join(map(str, pages.without_text))
    blocks, on_first = _blocks(kept)
    title = _find_title(blocks[:on_first], blocks, properties.title)
    paragraphs = [Paragraph(replace_controls(block.text)) for block in blocks]
    yield article_of(paragraphs, properties, options.date_order, title)
    if pages.fault or pages.cut:
        fault = f"{pages.fault}; the other pages are read" if pages.fault else ""
        raise Unreadable("; ".join(filter(None, (fault, pages.cut))))


def _read_pages(document: PdfDocument, max_size: int) -> _Pages:
    pages = _Pages()
    try:
        for number, page in enumerate(document.pages(), 1):
            if "error" in page:
                pages.fault = pages.fault or f"page {number} cannot be read: {page['error']}"
                continue
            if page["cut"]:
                pages.cut = pages.cut or f"page {number} has {page['cut']}"
            texts = [line.text for column in page["columns"] for line in column]
            pages.size += sum(map(len, texts))
            pages.lost += sum(len(_LOST.findall(text)) for text in texts)
            if pages.size > max_size:
                raise Unreadable(f"its text is larger than {format_size(max_size)}; split it or raise --max-article")
            if not texts:
                pages.without_text.append(number)
                pages.has_pictures = pages.has_pictures or page["has_pictures"]
            pages.found.append((page["height"], page["columns"]))
    except Unreadable as error:
        if pages.size == 0 or pages.size > max_size:
            raise
        pages.fault = str(error)
    return pages


def _reason_without_text(pages: int, has_pictures: bool) -> str:
    if has_pictures:
        return "it has no text layer, as it was scanned; add one by OCR: ocrmypdf in.pdf out.pdf"
    where = f"its {pages:,} page{'s' * (pages > 1)}"
    return f"it has no text on {where}; if it shows some, add a text layer by OCR: ocrmypdf in.pdf out.pdf"


def _properties(metadata: dict[str, str]) -> Properties:
    extra = {
        _EXTRA[key]: _DATE.sub(_readable_date, one_line(replace_controls(value)))
        for key, value in metadata.items()
        if key in _EXTRA
    }
    return Properties(
        one_line(replace_controls(metadata.get("Title", ""))), topics_of_keywords(metadata.get("Keywords", "")), extra=extra
    )


def _readable_date(found: re.Match[str]) -> str:
    parts = [found[at] or default for at, default in ((1, "0000"), (2, "01"), (3, "01"))]
    text = "-".join(parts)
    if found[4]:
        text += f" {found[4]}:{found[5] or '00'}:{found[6] or '00'}"
    return f"{text}{found[7]}:{found[8] or '00'}" if found[7] else text


def _blocks(pages: list[list[list[Line]]]) -> tuple[list[Block], int]:
    """The paragraphs of all pages, and how many begin on the first page that has any."""
    blocks: list[Block] = []
    on_first = 0
    for columns in pages:
        for column in columns:
            of_column = blocks_of(column)
            before = next((one for one in blocks[: -1 - MAX_BETWEEN : -1] if goes_on(one, of_column[0])), None)
            if before is not None:
                before.lines += of_column.pop(0).lines
            blocks += of_column
        on_first = on_first or len(blocks)
    return blocks, on_first


def _find_title(first: list[Block], blocks: list[Block], named: str) -> tuple[int, int]:
    """The range of the paragraphs that are the title: those that say the title of the metadata,
    which is often that of a template; or the largest text of the first page."""
    if named and is_likely_title(named):
        for at in range(len(first)):
            for end in range(at + 1, min(at + 4, len(first) + 1)):
                if _squeezed(" ".join(block.text for block in first[at:end])) == _squeezed(named):
                    return at, end
    usual = median(line.height for block in blocks for line in block.lines)
    candidates = [
        (block.height, -at)
        for at, block in enumerate(first)
        if block.height >= MIN_TITLE_RATIO * usual and len(block.text) <= 2 * MAX_TITLE_LENGTH and _has_letters(block.text)
    ]
    if not candidates:
        return 0, 0
    height, at = max(candidates)
    at = end = -at
    while end < len(first) and end < at + MAX_TITLE_BLOCKS and abs(first[end].height - height) < 0.05 * height:
        end += 1
    is_short = len(" ".join(block.text for block in first[at:end])) <= 2 * MAX_TITLE_LENGTH
    return (at, end) if is_short else (at, at + 1)


def _has_letters(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= 4


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
