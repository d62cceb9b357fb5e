"""Breaks texts into lines of a terminal, with the matches of a query highlighted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from searchkit.cli.terminal import UNPRINTABLE, character_width

Highlights = Sequence[tuple[int, int]]
"""Parts of a text to highlight, as (start, end) offsets: in order, none overlapping another."""

Style = Callable[[str, bool], str]
"""Adds the escape sequences to a run of characters: `style(run, is_highlighted)`."""

_NARROW = re.compile("[\\s!-~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20ac]*")
"""Characters that take one column, and white space: Latin, Cyrillic, the usual punctuation."""
_NO_LINE_START = frozenset("、。，．・：；？！」』】）〉》〕］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")


def wrap(text: str, highlights: Highlights, width: int, indent: str = "", style: Style | None = None) -> list[str]:
    """Break a text into lines of at most `width` columns; white space becomes single blanks.

    What `style` adds takes no columns; without it nothing is highlighted.
    """
    room = max(10, width - len(indent))
    lines = _wrap_narrow(text, highlights, room, style) if _NARROW.fullmatch(text) else None
    return [indent + line for line in (_wrap_any(text, highlights, room, style) if lines is None else lines)]


def highlight_line(line: str, highlights: Highlights, style: Style | None) -> str:
    """Style one line without breaking it or folding its blanks."""
    return _styled(_printable_characters(line, highlights), style)


def _wrap_narrow(text: str, highlights: Highlights, room: int, style: Style | None) -> list[str] | None:
    """The lines of a text whose characters all take one column; None where a word is wider than
    `room`.

    Reference implementation: `_wrap_any`.
    """
    flat = " ".join(text.split())
    if not flat:
        return []
    edges = []
    start = 0
    while len(flat) - start > room:
        end = flat.rfind(" ", start, start + room + 1)
        if end < 0:
            return None
        edges.append((start, end))
        start = end + 1
    edges.append((start, len(flat)))
    if style is None:
        return [flat[start:end] for start, end in edges]
    marked = _marked_words(text, flat, highlights)
    return [_styled(_runs(flat, start, end, marked), style) for start, end in edges]


def _marked_words(text: str, flat: str, highlights: Highlights) -> list[tuple[int, int]]:
    """The highlighted parts of words, as offsets in `flat`, the text with single blanks."""
    parts = []
    for start, end in highlights:
        if len(flat) != len(text):  # white space was folded
            before = len(" ".join(text[:start].split()))
            starts_word = before and (text[start - 1].isspace() or text[start : start + 1].isspace())
            start = before + 1 if starts_word else before
            end = len(" ".join(text[:end].split()))
        while start < end:
            stop = flat.find(" ", start, end)
            if stop < 0:
                stop = end
            if stop > start:
                parts.append((start, stop))
            start = stop + 1
    return parts


def _runs(flat: str, start: int, end: int, marked: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The runs of a line, highlighted or not."""
    for first, last in marked:
        if last > start and first < end:
            first = max(first, start)
            if first > start:
                yield flat[start:first], False
            start = min(last, end)
            yield flat[first:start], True
    if start < end:
        yield flat[start:end], False


def _wrap_any(text: str, highlights: Highlights, room: int, style: Style | None) -> list[str]:
    """The lines of any text."""
    lines: list[str] = []
    line: list[tuple[str, bool]] = []
    used = 0
    for piece in _pieces(text, highlights, room):
        gap = 1 if piece.blank and used else 0
        if used and used + gap + piece.width > room:
            lines.append(_styled(line, style))
            line, used, gap = [], 0, 0
        line += [(" ", False)] * gap + piece.runs
        used += gap + piece.width
    return [*lines, _styled(line, style)] if line else lines


class _Piece(NamedTuple):
    """A part of a text that stays on one line: a word, or one character of a script without blanks
    between words.

    `blank` says whether white space stands before it.
    """

    runs: list[tuple[str, bool]]
    width: int
    blank: bool


def _printable_characters(text: str, highlights: Highlights) -> Iterator[tuple[str, bool]]:
    """The printable characters of a text, and whether each is highlighted.

    White space becomes blanks.
    """
    removed = bytearray(len(text))
    for found in UNPRINTABLE.finditer(text):
        if not found[0].isspace():
            removed[found.start() : found.end()] = b"\x01" * len(found[0])
    highlighted = bytearray(len(text))
    for start, end in highlights:
        highlighted[start:end] = b"\x01" * (min(end, len(text)) - start)
    for index, character in enumerate(text):
        if not removed[index]:
            if character.isspace():
                character = " "
            elif "\ud800" <= character <= "\udfff":
                character = "�"
            yield character, bool(highlighted[index])


def _pieces(text: str, highlights: Highlights, room: int) -> Iterator[_Piece]:
    """The pieces of a text, each of at most `room` columns."""
    piece: list[tuple[str, bool]] = []
    width, blank, before = 0, False, 0
    for character, is_highlighted in _printable_characters(text, highlights):
        if character == " ":
            if piece:
                yield _Piece(_join_runs(piece), width, blank)
            piece, width, blank, before = [], 0, True, 0
            continue
        columns = character_width(character)
        breaks = (columns == 2 or before == 2) and character not in _NO_LINE_START and columns
        if piece and (breaks or width + columns > room):
            yield _Piece(_join_runs(piece), width, blank)
            piece, width, blank = [], 0, False
        piece.append((character, is_highlighted))
        width, before = width + columns, columns or before
    if piece:
        yield _Piece(_join_runs(piece), width, blank)


def _styled(runs: Iterable[tuple[str, bool]], style: Style | None) -> str:
    if style is None:
        return "".join([run for run, _ in runs])
    return "".join([style(run, is_highlighted) for run, is_highlighted in _join_runs(runs)])


def _join_runs(characters: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    runs: list[tuple[str, bool]] = []
    for character, is_highlighted in characters:
        if runs and runs[-1][1] == is_highlighted:
            runs[-1] = (runs[-1][0] + character, is_highlighted)
        else:
            runs.append((character, is_highlighted))
    return runs
