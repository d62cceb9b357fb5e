"""Texts made ready for their chunks to be looked up: many as one text of bytes, in which all that parts words is a blank,
and the ends of texts and of paragraphs are signs between blanks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from searchkit.analysis.characters import ELLIPSIS, JOINERS, MARKS
from searchkit.analysis.normalize import normalize
from searchkit.analysis.words import paragraph_starts

_KEPT = b"'.,!?\x01\x02\x03"
_TO_CHUNKS = bytes(
    code if code >= 0x80 or bytes([code]).isalnum() or code in _KEPT else 0x27 if code == 0x60 else 0x20
    for code in range(256)
)
"""For `bytes.translate`: what stands in no chunk becomes a blank, a grave accent an apostrophe."""
_CHUNK = re.compile(rf"[\w{MARKS}{JOINERS}'.,!?]+")
_END = "\n\x01\n"
"""Behind each text of a batch: a line of its own, so that no paragraph reaches over it."""
_PARAGRAPH = 2
_RESERVED = {1: ";", 2: ";", 3: ";"}
"""Signs of ours that stand in a text part words there, and are no white space: so do semicolons."""
_WHITE = b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
_IS_WHITE = np.isin(np.arange(256), list(_WHITE))
_INDENTS = np.isin(np.arange(256), list(b" \t"))
_TYPOGRAPHIC = (("’", "'"), ("“", '"'), ("”", '"'), ("‘", "'"), ("–", "-"), ("—", "-"), ("\u00a0", " "), ("…", "..."))
"""What most news has beyond ASCII, as `straighten` has it (but an ellipsis as full stops): without these a text is usually
ASCII."""


def chunked(texts: Sequence[str]) -> bytes:
    """Texts as `Chunks.find` takes them: normalized, in UTF-8, each with its end and its paragraphs marked.

    Slow twin: `normalize` and `paragraph_starts`, text by text.
    """
    whole = "".join(texts)
    if not whole.isascii() or "\x01" in whole or "\x02" in whole or "\x03" in whole:
        texts = list(map(_plain, texts))
    data = f"\n{_END.join((*texts, ''))}".encode()
    return (_mark_paragraphs(data) if "\n" in whole else data).translate(_TO_CHUNKS)


def chunked_values(values: Sequence[Sequence[str]]) -> bytes:
    """Texts that consist of several values each, a paragraph's gap apart. Slow twin: one text of the values' paragraphs."""
    blob = bytearray(chunked([value for each in values for value in each or ("",)]))
    codes = np.frombuffer(blob, dtype=np.uint8)
    ends = np.flatnonzero(codes == 1)
    last = np.cumsum([len(each) or 1 for each in values], dtype=np.int64) - 1
    codes[np.delete(ends, last)] = _PARAGRAPH
    return bytes(blob)


def _plain(text: str) -> str:
    """A text in ASCII with its lines, or one of its chunks with its paragraphs marked."""
    if not text.isascii():
        for typographic, plain in _TYPOGRAPHIC:
            text = text.replace(typographic, plain)
        if not text.isascii():
            text = normalize(text)[0].replace(ELLIPSIS, "...")
    if "\x01" in text or "\x02" in text or "\x03" in text:
        text = text.translate(_RESERVED)
    if text.isascii():
        return text
    starts = [*paragraph_starts(text), len(text)]
    return " \x02 ".join([_cut(text[start:end]) for start, end in pairwise(starts)])


def _mark_paragraphs(data: bytes) -> bytes:
    """Mark where paragraphs begin, in the white space before their first lines. Line feeds stand around all lines.

    Slow twin: `paragraph_starts`; more marks before the first word change nothing.
    """
    edges = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 0x0A)
    empty = np.flatnonzero(edges[1:] - edges[:-1] == 1)
    if len(empty):
        # A mark takes the place of a sign, and needs white space on both sides.
        cuts = [0, *edges[empty + 1].tolist(), len(data)]
        data = b" ".join([data[start:end] for start, end in pairwise(cuts)])
        edges = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 0x0A)
    codes = np.frombuffer(bytearray(data), dtype=np.uint8)
    starts, ends = edges[:-1] + 1, edges[1:]
    white = np.flatnonzero(_IS_WHITE[codes[starts]])
    if not len(white):
        return data
    # Of each line, after one that stands for what is before the first.
    indented, blank = np.zeros((2, len(starts) + 1), dtype=bool)
    indented[white + 1] = _INDENTS[codes[starts[white]]] & _INDENTS[codes[starts[white] + 1]]
    white = white[_IS_WHITE[codes[ends[white] - 1]]]  # at its end, too
    short = ends[white] - starts[white] <= 2
    blank[white[short] + 1] = True
    for line in white[~short].tolist():
        blank[line + 1] = not data[int(starts[line]) : int(ends[line])].strip(_WHITE)
    behind_blank = ~blank[1:] & blank[:-1]
    further_in = ~blank[1:] & ~blank[:-1] & indented[1:] & ~indented[:-1]
    codes[starts[behind_blank] - 2] = _PARAGRAPH
    codes[starts[further_in]] = _PARAGRAPH
    return codes.tobytes()


def _cut(text: str) -> str:
    if "。" in text:
        return " \x03 ".join(map(_cut, text.split("。")))
    return " ".join(_CHUNK.findall(text))
