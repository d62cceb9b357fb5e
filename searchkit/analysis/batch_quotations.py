"""Finds the quotations of many texts at once, in the bytes of `pretokenizer`.

Reference implementation: `find_quotations`, text by text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from searchkit.analysis.quotations import find_quotations
from searchkit.arrays import Ints, UInt8s

OPENED, CLOSED = "\x05", "\x06"
"""Stand in front of and behind a quotation that was found before."""
_TEXT_END, _PARAGRAPH, _OPENED, _CLOSED = 1, 2, 5, 6
_QUOTE = 0x22
_IS_SPACE = np.isin(np.arange(256), list(b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x01\x02"))
"""White space, and the separators of texts and paragraphs, which stand in white space."""
_IS_ALNUM = np.array([bytes([code]).isalnum() for code in range(256)])
_PRECEDES_OPENING = _IS_SPACE | np.isin(np.arange(256), list(b"([{<-/:=*\"'`"))
_QUOTES = re.compile('"')


def mark_quotations(text: str, original: str) -> str:
    """Put OPENED and CLOSED around the quotations of a text. `original` is the text before control
    characters were replaced."""
    pieces: list[str] = []
    done = 0
    for start, end in find_quotations(original):
        pieces += (text[done:start], OPENED, text[start:end], CLOSED)
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def find_marks(data: bytes, texts: Sequence[str]) -> Ints:
    """The offsets (int64, ascending) of the marks of quotations, of opening and closing ones in
    turns.

    `data` are the texts with separators, before punctuation is replaced by blanks. Texts in which
    marks open and close in turns, as the characters around them show, are read at once, the others
    one by one.
    """
    codes = np.frombuffer(data, dtype=np.uint8)
    found = [np.zeros(0, dtype=np.int64)]
    if OPENED.encode() in data:
        found.append(np.flatnonzero((codes == _OPENED) | (codes == _CLOSED)))
    if b'"' in data:
        found.append(_find_quotes(codes, texts))
    return np.sort(np.concatenate(found))


def _find_quotes(codes: UInt8s, texts: Sequence[str]) -> Ints:
    quotes = np.flatnonzero(codes == _QUOTE)
    before, after = codes[quotes - 1], codes[quotes + 1]
    opens = _PRECEDES_OPENING[before] & ~_IS_SPACE[after]
    closes = ~_IS_SPACE[before] & ~_IS_ALNUM[after]
    ends = np.flatnonzero(codes <= _PARAGRAPH)
    paragraphs = np.searchsorted(ends, quotes)
    text_of = np.searchsorted(ends[codes[ends] == _TEXT_END], quotes)
    first = np.searchsorted(text_of, text_of)  # the index of the first mark of the same text
    is_second = ((np.arange(len(quotes)) - first) & 1).astype(bool)
    regular = np.where(is_second, closes & ~opens, opens & ~closes)
    regular[is_second] &= paragraphs[is_second] == paragraphs[np.flatnonzero(is_second) - 1]
    counts = np.bincount(text_of, minlength=len(texts))
    is_regular = (counts & 1) == 0
    is_regular[text_of[~regular]] = False
    found = [quotes[is_regular[text_of]]]
    for number in np.flatnonzero(~is_regular).tolist():
        offsets = [match.start() for match in _QUOTES.finditer(texts[number])]
        own = quotes[int(np.searchsorted(text_of, number)) :]
        for start, end in find_quotations(texts[number]):
            found.append(own[[bisect_left(offsets, start), bisect_left(offsets, end - 1)]])
    return np.concatenate(found)
