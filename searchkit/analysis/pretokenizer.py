"""Prepares texts for `PretokenTable.find`: joins many into one text of bytes that consists of
pretokens, separators and blanks.

The separators are the bytes 1, 2 and 3: where texts, paragraphs and (in scripts without blanks)
sentences end. The byte 4 stands in a word that a hyphen divides at a line's end, in place of the
hyphen. The bytes 5 and 6 stand around quotations, until their offsets are known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from searchkit.analysis.batch_quotations import CLOSED, OPENED, find_marks, mark_quotations
from searchkit.analysis.characters import COMBINING_MARKS, ELLIPSIS, JOINERS
from searchkit.analysis.normalize import normalize, with_group_commas
from searchkit.analysis.pretoken_parser import DIVIDED
from searchkit.analysis.tokenizer import MAX_BLANKS, find_line_end_hyphens, paragraph_offsets
from searchkit.arrays import Ints, UInt8s

_KEPT = b"'.,!?\x01\x02\x03\x04"
_TO_PRETOKENS = bytes(
    code if code >= 0x80 or bytes([code]).isalnum() or code in _KEPT else 0x27 if code == 0x60 else 0x20
    for code in range(256)
)
"""For `bytes.translate`: a byte that belongs to no pretoken becomes a blank, and a grave accent an
apostrophe."""
_PRETOKEN = re.compile(rf"[{OPENED}{CLOSED}]|[\w{COMBINING_MARKS}{JOINERS}'.,!?\x04]+")
_END = "\n\x01\n"
"""Stands after each text of a batch, as a line of its own, so that no paragraph crosses it."""
_TEXT_END, _PARAGRAPH = 1, 2
_DIVIDED = DIVIDED[0]
_HYPHEN = 0x2D
_RESERVED = dict.fromkeys(range(1, 7), ";")
"""Control characters of a text that equal a separator become semicolons: these, too, divide words
and are not white space."""
_WHITE = b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f_"
"""White space in normalized text, the underscore included."""
_IS_WHITE = np.isin(np.arange(256), list(_WHITE))
_INDENTS = np.isin(np.arange(256), list(b" \t"))
_IS_LOWERCASE = np.isin(np.arange(256), list(range(0x61, 0x7B)))
_IS_LETTER = _IS_LOWERCASE | np.isin(np.arange(256), list(range(0x41, 0x5B)))
_TYPOGRAPHIC = (("’", "'"), ("“", '"'), ("”", '"'), ("‘", "'"), ("–", ";"), ("—", ";"), ("\u00a0", " "), ("…", "..."))
"""Most of what news has beyond ASCII, and ASCII that tokenizes like it. A text without these is
usually ASCII. A dash becomes a semicolon: it is no hyphen at a line's end, and a line of dashes
is not blank."""


def pretokenize(texts: Sequence[str]) -> tuple[bytes, Ints]:
    """Normalize and join texts. Separators mark their ends, their paragraphs and divided words.

    Also returns the offsets (int64, ascending) of the marks of quotations, of opening and closing
    ones in turns. Reference implementation: `normalize`, `paragraph_offsets`,
    `find_line_end_hyphens` and `find_quotations`, text by text.
    """
    data, texts = _join(texts, is_prose=True)
    return data.translate(_TO_PRETOKENS), find_marks(data, texts)


def _join(texts: Sequence[str], *, is_prose: bool) -> tuple[bytes, Sequence[str]]:
    """Texts with their separators, and each by itself without. Divided words and quotations are
    marked only in prose."""
    whole = "".join(texts)
    if not whole.isascii() or _has_reserved(whole) or (is_prose and _has_rare_quote(whole)):
        texts = [_to_ascii_or_pretokens(text, is_prose) for text in texts]
    data = f"\n{_END.join((*texts, ''))}".encode()
    return (_mark_lines(data, is_prose) if "\n" in whole else data), texts


def pretokenize_values(values: Sequence[Sequence[str]]) -> bytes:
    """Normalize and join texts that consist of several values each; each value is a paragraph.

    Words that a hyphen divides stay in halves, because the fields of values keep no surface forms.
    Reference implementation: a text whose paragraphs are the values.
    """
    data, _ = _join([value for each in values for value in each or ("",)], is_prose=False)
    blob = bytearray(data.translate(_TO_PRETOKENS))
    codes = np.frombuffer(blob, dtype=np.uint8)
    ends = np.flatnonzero(codes == _TEXT_END)
    last = np.cumsum([len(each) or 1 for each in values], dtype=np.int64) - 1
    codes[np.delete(ends, last)] = _PARAGRAPH
    return bytes(blob)


def _to_ascii_or_pretokens(text: str, is_prose: bool) -> str:
    """A text as ASCII, with its lines. One that cannot be written in ASCII becomes its pretokens,
    with the separators of paragraphs and divided words. Quotations are marked, except in ASCII
    texts without rare marks."""
    original = text
    if _has_reserved(text):
        text = text.translate(_RESERVED)
    is_marked = is_prose and (not text.isascii() or _has_rare_quote(text))
    if is_marked:
        text = mark_quotations(text, original)
    if not text.isascii():
        text = with_group_commas(text)
        for typographic, plain in _TYPOGRAPHIC:
            text = text.replace(typographic, plain)
        if not text.isascii():
            text = normalize(_mark_divided(text) if is_prose else text)[0].replace(ELLIPSIS, "...")
    if text.isascii():
        return text.replace('"', ";") if is_marked else text  # not to be looked at again
    starts = [*paragraph_offsets(text), len(text)]
    return " \x02 ".join([_extract_pretokens(text[start:end]) for start, end in pairwise(starts)])


def _has_rare_quote(text: str) -> bool:
    """Whether a text has the only quotation mark in ASCII besides `"`. One character is found many
    times as fast as two."""
    return "`" in text and "``" in text


def _has_reserved(text: str) -> bool:
    return any(chr(code) in text for code in _RESERVED)


def _mark_divided(text: str) -> str:
    """Replace the hyphens of divided words by the separator of divided words."""
    hyphens = find_line_end_hyphens(text) if "\n" in text else []
    if not hyphens:
        return text
    characters = list(text)
    for hyphen, _ in hyphens:
        characters[hyphen] = DIVIDED.decode()
    return "".join(characters)


def _mark_lines(data: bytes, with_divided: bool) -> bytes:
    """Put separators where paragraphs begin, in the white space before their first lines, and in
    divided words. All lines have a line feed on both sides.

    Reference implementations: `paragraph_offsets` (further separators before the first word change
    nothing) and `find_line_end_hyphens`.
    """
    edges = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 0x0A)
    empty = np.flatnonzero(edges[1:] - edges[:-1] == 1)
    if len(empty):
        # A separator replaces a character, and needs white space on both sides.
        cuts = [0, *edges[empty + 1].tolist(), len(data)]
        data = b" ".join([data[start:end] for start, end in pairwise(cuts)])
        edges = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 0x0A)
    codes = np.frombuffer(bytearray(data), dtype=np.uint8)
    starts, ends = edges[:-1] + 1, edges[1:]
    if with_divided:
        codes[_divided_lines(codes, ends)] = _DIVIDED
    white = np.flatnonzero(_IS_WHITE[codes[starts]])
    if not len(white):
        return codes.tobytes()
    # One item for each line; item 0 stands for the text before the first line.
    indented, blank = np.zeros((2, len(starts) + 1), dtype=bool)
    indented[white + 1] = _INDENTS[codes[starts[white]]] & _INDENTS[codes[starts[white] + 1]]
    white = white[_IS_WHITE[codes[ends[white] - 1]]]  # white space at the end, too
    short = ends[white] - starts[white] <= 2
    blank[white[short] + 1] = True
    for line in white[~short].tolist():
        blank[line + 1] = not data[int(starts[line]) : int(ends[line])].strip(_WHITE)
    follows_blank_line = ~blank[1:] & blank[:-1]
    is_first_indented_line = ~blank[1:] & ~blank[:-1] & indented[1:] & ~indented[:-1]
    codes[starts[follows_blank_line] - 2] = _PARAGRAPH
    codes[starts[is_first_indented_line]] = _PARAGRAPH
    return codes.tobytes()


def _divided_lines(codes: UInt8s, ends: Ints) -> Ints:
    """The indexes of hyphens that divide a word at a line's end; `ends` are those of all lines."""
    hyphens = _skip(codes, ends - 1, -1)
    ended = np.flatnonzero(codes[hyphens] == _HYPHEN)
    if not len(ended):
        return ended
    hyphens, following = hyphens[ended], _skip(codes, np.minimum(ends[ended] + 1, len(codes) - 1), 1)
    return hyphens[_IS_LETTER[codes[hyphens - 1]] & _IS_LOWERCASE[codes[following]]]


def _skip(codes: UInt8s, indexes: Ints, step: int) -> Ints:
    """Move indexes forwards or backwards over blanks, at most MAX_BLANKS of them."""
    left = np.flatnonzero(_INDENTS[codes[indexes]])
    for _ in range(MAX_BLANKS):
        if not len(left):
            break
        indexes[left] += step
        left = left[_INDENTS[codes[indexes[left]]]]
    return indexes


def _extract_pretokens(text: str) -> str:
    """The pretokens of a paragraph, with blanks between them and separators between sentences."""
    if "。" in text:
        return " \x03 ".join(map(_extract_pretokens, text.split("。")))
    return " ".join(_PRETOKEN.findall(text))
