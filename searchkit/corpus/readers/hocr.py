"""Reads hOCR: the text of scanned pages in HTML, as Tesseract and others write it. Each page is an
article.

Files are split at their pages, so that a volume of a thousand pages takes little memory. Elements
are known by their classes (hOCR 1.2); a page that has none of words or lines is read as it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import partial

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.language_names import two_letter_code
from searchkit.corpus.limits import format_size
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, NoArticle, Record, Unreadable
from searchkit.corpus.readers.ocr_pages import (
    OcrBlock,
    body_of,
    confidence,
    confidence_of,
    file_title,
    language_of,
    page_title,
)
from searchkit.corpus.readers.tagged_documents import without_comments
from searchkit.corpus.source import ByteStream

MAX_HEAD_SIZE = 2**20
"""Maximum number of bytes before the first page."""
MAX_TAGS = 500_000
"""Maximum number of tags of a page; a large page of a newspaper has about 100,000."""
MAX_DEPTH = 50
"""Maximum depth of elements whose ends are waited for."""
LEFT_OUT = {"ocr_header": "running_head", "ocr_footer": "running_foot", "ocr_pageno": "page_number"}
"""Classes of what is no text of the page, and their names in `extra`."""
_PARAGRAPHS = frozenset({"ocr_par", "ocr_carea", "ocrx_block", "ocr_column", "ocr_table", "ocr_caption", "ocr_textfloat"})
_LINES = frozenset({"ocr_line", "ocrx_line", "ocr_header", "ocr_caption", "ocr_textfloat", "ocr_footer"})
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input"})
_WITHOUT_TEXT = frozenset({"script", "style"})
_PAGE = re.compile(
    rb"""<(?:div|body|section|article)\b(?=[^<>]{0,2000}\bclass\s*=\s*["']?[^"'<>]{0,200}\bocr_page\b)""", re.I
)
_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]{0,31})((?:[\s/](?:[^<>\"']|\"[^\"<]{0,10000}\"|'[^'<]{0,10000}')*)?)>")
_ATTRIBUTE = re.compile(r"""([\w:-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_WORD = frozenset({"ocrx_word"})
_USUAL_WORD = re.compile(
    r"""\sclass=["']ocrx_word["'](?:\sid=["'][\w-]{1,40}["'])?"""
    r"""(?:\stitle=["'](?:(?!x_wconf )[\w; .-])*+(?:x_wconf (\d+)[\w; .-]*+)?["'])?$"""
)
"""The attributes of a word as Tesseract writes them: twice as fast as `_attributes`. Possessive,
since a title may name a thousand confidences."""
_CONFIDENCE = re.compile(r"\bx_wconf\s+([\d.]+)")
_IMAGE = re.compile(r"""\bimage\s+(?:"([^"]*)"|'([^']*)'|([^\s;]+))""")
_PHYSICAL = re.compile(r"\bppageno\s+(\d{1,9})\b")
_LOGICAL = re.compile(r"\blpageno\s+([^\s;]+)")
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_META = re.compile(r"<meta\b[^<>]{0,2000}>", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]*)<", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html\b[^<>]{0,500}\slang\s*=\s*["']([\w-]{1,20})["']""", re.IGNORECASE)
_BEGINNING = re.compile(rb"<(?:html|body)\b", re.I)
_END = re.compile(rb"</(?:html|body)\s*>", re.I)
_CUT_TAG = re.compile(r"<[A-Za-z/][^<>]*\Z")
_NO_TITLES = ("", "ocr output", "hocr", "ocr results", "untitled", "image: -")


def read_hocr(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the pages of a file. One that is too large is reported, and ends the reading. A file
    that is cut off is read as far as it goes, and reported."""
    longest = options.limits.max_article
    head, pages = _split(stream, longest)
    declared = _CHARSET.search(head)
    encoding = declared[1].decode("ascii") if declared else ""
    shared = _parse_head(head, encoding)
    number, page = 0, b""
    for number, (page, is_only) in enumerate(pages, 1):
        yield Encoded(page, partial(_parse_page, shared, number, is_only), encoding)
    if number == 0:
        raise Unreadable("no page of hOCR stands in it; expected an element of the class ocr_page")
    if not _END.search(page) and (_BEGINNING.search(head) or b"<" in page[page.rfind(b">") + 1 :]):
        raise Unreadable("it ends within a tag, or without </body>; is the file cut off?")


def _split(stream: ByteStream, longest: int) -> tuple[bytes, Iterator[tuple[bytes, bool]]]:
    """What stands before the first page, and the pages, each with whether it is the only one."""
    head = b""
    while (found := _PAGE.search(head)) is None and (chunk := stream.read(2**18)):
        head += chunk
        if len(head) > MAX_HEAD_SIZE:
            break
    start = found.start() if found else len(head)
    return head[:start], _pages(head[start:], stream, longest) if found else iter(())


def _pages(pending: bytes, stream: ByteStream, longest: int) -> Iterator[tuple[bytes, bool]]:
    is_only, at = True, 1
    while True:
        found = _PAGE.search(pending, at)
        if found is not None:
            is_only = False
            yield pending[: found.start()], False
            pending, at = pending[found.start() :], 1
            continue
        # As much again as is pending: otherwise a long page would be copied again with each chunk.
        at = max(1, len(pending) - 4096)
        chunk = stream.read(max(2**18, len(pending)))
        if not chunk:
            break
        pending += chunk
        if len(pending) > 2 * longest:
            raise Unreadable(f"a page is larger than {format_size(longest)}; split the file or raise --max-article")
    yield pending, is_only


def _parse_head(head: bytes, encoding: str) -> dict[str, str]:
    """What the head of a file says of all pages: "title", "language", and values for `extra`."""
    try:
        text = head.decode(encoding or "utf-8", "replace")
    except LookupError:
        text = head.decode("utf-8", "replace")
    found: dict[str, str] = {}
    title = _TITLE.search(text)
    if title and (name := one_line(html.unescape(title[1]))).lower() not in _NO_TITLES:
        found["title"] = name
    language = _LANGUAGE.search(text)
    if language:
        found["language"] = language[1]
    for meta in _META.findall(text):
        attributes = _attributes(meta)
        if attributes.get("name", "").lower() == "ocr-system":
            found["ocr_software"] = one_line(attributes.get("content", ""))
    return found


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): html.unescape(one or two) for name, one, two in _ATTRIBUTE.findall(text)}


def _parse_page(shared: dict[str, str], number: int, is_only: bool, text: str) -> Draft:
    if text.count("<") > MAX_TAGS:
        raise Unreadable(f"the page holds more than {MAX_TAGS:,} tags, too many for one page")
    reader = _PageReader(without_comments(replace_controls(text)), shared.get("language", ""))
    blocks = [block for block in reader.blocks if block.kind not in LEFT_OUT]
    extra: dict[str, str] = {}
    for block in reader.blocks:
        if (key := LEFT_OUT.get(block.kind)) and block.text:
            extra[key] = "\n".join(filter(None, (extra.get(key, ""), block.text)))
    body = body_of(blocks)
    if not body:
        raise NoArticle("the page has no text")
    properties = reader.properties
    image = _IMAGE.search(properties)
    if image and (name := one_line(image[1] or image[2] or image[3] or "")):
        extra["image"] = name
    page = extra.get("page_number") or _page_number(properties, number, is_only=is_only)
    if page:
        extra["page"] = page
    if software := shared.get("ocr_software"):
        extra["ocr_software"] = software
    if mean := confidence_of(blocks):
        extra["ocr_confidence"] = mean
    title = shared.get("title", "")
    label = page_title("", page)
    if title and label and not is_only:
        title = f"{title}, {label.lower()}"
    return Draft(
        title=title or label or file_title(extra.get("image", "")),
        body=body,
        language=two_letter_code(language_of(blocks)),
        extra=extra,
        is_whole_file=is_only,
    )


def _page_number(properties: str, number: int, *, is_only: bool) -> str:
    """The number of a page: the printed one, else that of the scan, which counts from 0."""
    logical, physical = _LOGICAL.search(properties), _PHYSICAL.search(properties)
    if logical:
        return logical[1]
    at = int(physical[1]) if physical else number - 1
    return "" if is_only and at == 0 else str(at + 1)


class _PageReader:
    """Reads the text of a page into blocks, tag by tag."""

    def __init__(self, text: str, language: str) -> None:
        self.blocks: list[OcrBlock] = []
        self.properties = ""
        self._open: list[tuple[str, frozenset[str], str]] = []
        self._block: OcrBlock | None = None
        self._line: list[str] = []
        self._language = language
        at, skipped = 0, ""
        for tag in _TAG.finditer(text):
            if not skipped:
                self._line.append(text[at : tag.start()])
            at = tag.end()
            name = tag[2].lower()
            if skipped or name in _WITHOUT_TEXT:
                skipped = "" if tag[1] and name == skipped else skipped or ("" if tag[1] else name)
            elif tag[1]:
                self._end(name)
            elif name not in _VOID and not tag[3].endswith("/"):
                self._begin(name, tag[3])
            elif name == "br":
                self._end_line()
        self._line.append(_CUT_TAG.sub("", text[at:]))
        self._end_block()

    def _begin(self, name: str, attributes: str) -> None:
        if (word := _USUAL_WORD.match(attributes)) is not None:  # nine of ten tags
            self._line.append(" ")
            if word[1] is not None and (value := confidence(word[1], 100)) is not None:
                self._current().confidences.append(value)
            self._push(name, _WORD)
            return
        if "class" not in attributes:
            if name == "p":
                self._end_block()
            self._push(name, frozenset())
            return
        values = _attributes(attributes)
        classes = frozenset(values.get("class", "").lower().split())
        title = values.get("title", "")
        if "ocr_page" in classes:
            self.properties = title
        is_inside = any(outer & _PARAGRAPHS for _, outer, _ in self._open)
        left_out = next((one for one in classes if one in LEFT_OUT), "")
        if classes & _PARAGRAPHS and not (classes & _LINES and is_inside):
            self._end_block()
        elif classes & _LINES or left_out:
            self._end_line()
            if left_out and not is_inside:
                self._end_block()
                self._block = OcrBlock(kind=left_out)
        self._push(name, classes)
        if language := values.get("lang") or values.get("xml:lang"):
            self._language = language
        if "ocrx_word" in classes or "ocr_word" in classes:
            self._line.append(" ")
            if (found := _CONFIDENCE.search(title)) and (value := confidence(found[1], 100)) is not None:
                self._current().confidences.append(value)

    def _push(self, name: str, classes: frozenset[str]) -> None:
        if len(self._open) < MAX_DEPTH:
            self._open.append((name, classes, self._language))

    def _end(self, name: str) -> None:
        if self._open and self._open[-1][:2] == (name, _WORD):
            self._open.pop()
            self._line.append(" ")
            return
        if all(name != opened for opened, _, _ in self._open):
            return
        while self._open:
            opened, classes, language = self._open.pop()
            if classes & {"ocrx_word", "ocr_word"}:
                self._line.append(" ")
            if classes & _LINES:
                self._end_line()
            if classes & _PARAGRAPHS or opened == "p" or (self._block and self._block.kind in classes):
                self._end_block()
            self._language = language
            if opened == name:
                break

    def _current(self) -> OcrBlock:
        if self._block is None:
            self._block = OcrBlock()
        self._block.language = self._block.language or self._language
        return self._block

    def _end_line(self) -> None:
        line = one_line(html.unescape("".join(self._line)))
        self._line = []
        if line:
            self._current().lines.append(line)

    def _end_block(self) -> None:
        self._end_line()
        if self._block is not None and self._block.lines:
            self.blocks.append(self._block)
        self._block = None
