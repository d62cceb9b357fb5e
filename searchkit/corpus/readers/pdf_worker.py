"""Reads the text of PDF documents, with its position, by PDFium: a process of its own (see
`pdf_process`), since PDFium ends the process if memory runs out, and may hang."""

from __future__ import annotations

import ctypes
import math
import os
import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

import pypdfium2
from pypdfium2 import raw

from searchkit.corpus.readers.pdf_layout import Page, Segment, columns_of, is_right_to_left
from searchkit.corpus.readers.pdf_messages import Message, receive_file, send

MAX_PAGES = 10_000
MAX_CHARACTERS = 1_000_000
"""Maximum numbers of pages of a document, and of characters of a page that are read."""
MAX_MEMORY = 2**31
"""Maximum size of the address space of this process in bytes."""
_NEW_LINE = "\r\n"
_HYPHEN_AT_END = "\x02"
"""PDFium's mark for a hyphen that ends a line."""
_GAP = 0.8
"""A gap of this part of the height of a line may be that between two columns."""
_MIN_ANGLE = 0.2
"""Text at a larger angle, in radians, is no part of the lines of a page."""


def main(connection: socket.socket) -> None:
    """Read the documents that are sent, one after the other, until the connection ends."""
    while (descriptor := receive_file(connection)) >= 0:
        with os.fdopen(descriptor, "rb") as file:
            for message in _messages(file):
                send(connection, message)


def _messages(file: IO[bytes]) -> Iterator[Message]:
    """What is sent of a document: its metadata and number of pages, or why it cannot be read; and
    then its pages."""
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        yield {"error": _reason(error)}
        return
    try:
        count = len(document)
        if count > MAX_PAGES:
            yield {"error": f"it has {count:,} pages, more than {MAX_PAGES:,}; split it"}
            return
        metadata = document.get_metadata_dict(skip_empty=True)
        yield {"metadata": {key: value for key, value in metadata.items() if value.strip()}, "pages": count}
        for number in range(count):
            yield _page_message(document, number)
    finally:
        document.close()


def _page_message(document: Any, number: int) -> Message:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return {"error": "it is damaged"}
    try:
        found = _read_page(page)
    except pypdfium2.PdfiumError:
        return {"error": "it is damaged"}
    finally:
        page.close()
    columns = [
        [[line.text, line.x0, line.top, line.x1, line.bottom, line.height] for line in column]
        for column in columns_of(found)
    ]
    cut = f"more than {MAX_CHARACTERS:,} characters; the rest is left out" if found.is_cut else ""
    return {"height": found.height, "columns": columns, "has_pictures": found.has_pictures, "cut": cut}


def _reason(error: Exception) -> str:
    code = getattr(error, "err_code", None)
    if code == raw.FPDF_ERR_PASSWORD:
        return "it is encrypted; remove its password: qpdf --decrypt --password=PASSWORD in.pdf out.pdf"
    if code == raw.FPDF_ERR_SECURITY:
        return "it has a protection that is not supported; ask its publisher for a copy without it"
    return "it is no PDF that can be read: it is damaged or cut off"


def _read_page(page: Any) -> Page:
    width, height = page.get_size()
    text_page = page.get_textpage()
    try:
        is_cut = raw.FPDFText_CountChars(text_page.raw) > MAX_CHARACTERS
        segments = list(_segments(text_page.raw, _turn(page, width, height), math.radians(page.get_rotation())))
    finally:
        text_page.close()
    return Page(width, height, segments, has_pictures=not segments and _has_pictures(page), is_cut=is_cut)


def _has_pictures(page: Any) -> bool:
    return next(iter(page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3)), None) is not None


def _turn(page: Any, width: float, height: float) -> Any:
    """A function that makes of a box of PDF, counted from below left, one from above left of the
    page as it is shown."""
    left, bottom, _, _ = page.get_cropbox()
    rotation = page.get_rotation()

    def turned(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        x0, x1, y0, y1 = x0 - left, x1 - left, y0 - bottom, y1 - bottom
        if rotation == 90:
            return y0, x0, y1, x1
        if rotation == 180:
            return width - x1, y0, width - x0, y1
        if rotation == 270:
            return width - y1, height - x1, width - y0, height - x0
        return x0, height - y1, x1, height - y0

    return turned


def _segments(text_page: Any, turned: Any, rotation: float) -> Iterator[Segment]:
    """The runs of characters on one line without a wide gap, in the order of the document."""
    count = min(raw.FPDFText_CountChars(text_page), MAX_CHARACTERS)
    get_unicode, get_box, is_generated = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_IsGenerated
    rectangle = raw.FS_RECTF()
    box = ctypes.byref(rectangle)
    letters: list[str] = []
    x0 = top = x1 = bottom = 0.0
    is_turned = False
    for index in range(count):
        code = get_unicode(text_page, index)
        letter = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if letter in _NEW_LINE:
            if letters:
                yield Segment("".join(letters), x0, top, x1, bottom, is_turned)
                letters = []
            continue
        if letter == " " and (not letters or is_generated(text_page, index)):
            if letters and letters[-1] != " ":
                letters.append(" ")
            continue
        get_box(text_page, index, box)
        a, b, c, d = turned(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
        if letters and not is_turned:
            height, own = bottom - top, d - b
            shift = abs((b + d) - (top + bottom)) / 2
            # A subscript is shifted by less.
            gap, back = (x0 - c, c - x0) if is_right_to_left(letters[0]) else (a - x1, x1 - a)
            is_apart = shift > 0.6 * height or gap > _GAP * height or back > 1.5 * height
            if is_apart or max(own, height) > 1.6 * min(own, height):
                yield Segment("".join(letters), x0, top, x1, bottom)
                letters = []
        if letter == _HYPHEN_AT_END:
            letter = "-"
        if not letters:
            x0, top, x1, bottom = a, b, c, d
            is_turned = _is_turned(raw.FPDFText_GetCharAngle(text_page, index), rotation)
        else:
            x0, x1, top, bottom = min(x0, a), max(x1, c), min(top, b), max(bottom, d)
        letters.append(letter)
    if letters:
        yield Segment("".join(letters), x0, top, x1, bottom, is_turned)


def _is_turned(angle: float, rotation: float) -> bool:
    """Whether a character at an angle does not stand upright on the page as it is shown."""
    if angle < 0:
        return False  # unknown
    return all(_MIN_ANGLE < (angle + sign * rotation) % math.tau < math.tau - _MIN_ANGLE for sign in (1, -1))


def _limit_memory() -> None:
    with suppress(ValueError, OSError):  # not every system has such limits
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit_memory()
    main(socket.socket(fileno=int(sys.argv[1])))
