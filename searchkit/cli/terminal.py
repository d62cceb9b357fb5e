"""What a terminal can show: colour, width, lines, and no text that could take control of it."""

from __future__ import annotations

import functools
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import click

import searchkit

WIDEST = 120
"""Columns: longer lines are hard to read, however wide the screen."""

_ESCAPE = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor
    r"|(?:\x1b[]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{0,500}(?:\x07|\x1b\\|\x9c)"  # titles, links, the clipboard
    r"|\x1b[ -/]*[0-~]?"
)
_CONTROL = r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
_UNPRINTABLE = re.compile(f"{_ESCAPE}|{_CONTROL}")
_CONTROLS_BUT_LINES = re.compile(_CONTROL.replace(r"\x00-\x1f", r"\x00-\x08\x0b-\x1f"))
_HALVES = re.compile(r"[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\S+")
_PLAIN = re.compile(r"[\s!-~]*")
_NO_LINE_START = frozenset("、。，．・：；？！」』】）〉》〕］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")

Marks = Sequence[tuple[int, int]]
"""Spans of a text, in order and apart."""


def clean(text: str, *, lines: bool = False) -> str:
    """A text that can be printed: no escape sequences, control or bidirectional signs; one line unless `lines`.

    Bytes of a file name that are no UTF-8 are shown as `\\udcff`.
    """
    if _HALVES.search(text):
        text = text.encode("utf-8", "backslashreplace").decode()
    text = re.sub(_ESCAPE, "", text)
    return _CONTROLS_BUT_LINES.sub("", text) if lines else _CONTROLS_BUT_LINES.sub("", _SPACE.sub(" ", text))


def say(message: str) -> None:
    """Say something beside the data, on stderr."""
    click.echo(clean(message, lines=True), err=True)


def complain(message: str) -> None:
    """Say what went wrong, on stderr."""
    say(f"searchkit: {message}")


def complain_of_query(error: searchkit.QueryError) -> None:
    """Say what is wrong with a query, with a caret below the place."""
    complain(error.message)
    for line in point_at(error.query, error.column, error.length, shutil.get_terminal_size((80, 24)).columns - 4):
        click.echo(f"  {line}".rstrip(), err=True)
    if error.hint:
        say(f"  {error.hint}")


def point_at(query: str, column: int, length: int, width: int) -> tuple[str, str]:
    """A query in one line and the carets that go below it; a long one is cut around the place, within `width` columns."""
    width = max(width, 20)
    signs = [sign if sign.isprintable() else " " for sign in query]
    start = min(column, len(signs))
    left, columns = start, 0
    while left > 0 and columns + _columns(signs[left - 1]) <= width // 2:
        left -= 1
        columns += _columns(signs[left])
    before = columns
    right = start
    while right < len(signs) and columns + _columns(signs[right]) <= width - 2:
        columns += _columns(signs[right])
        right += 1
    head, tail = "…" if left else "", "…" if right < len(signs) else ""
    carets = max(1, width_of("".join(signs[start : min(start + length, right)])))
    return head + "".join(signs[left:right]) + tail, " " * (before + len(head)) + "^" * carets


def use_color(choice: str) -> bool:
    """Whether to colour stdout: the flag wins, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def screen_width() -> int:
    """Columns to write into: those of the terminal, 80 where there is none, never more than WIDEST."""
    return max(20, min(WIDEST, shutil.get_terminal_size((80, 24)).columns))


def page(text: str, *, color: bool = False, pager: bool = True) -> None:
    """Print a text, through a pager when it is longer than the screen."""
    if pager and sys.stdout.isatty() and text.count("\n") + 1 >= shutil.get_terminal_size().lines:
        os.environ.setdefault("LESS", "FRX")  # leave when it fits, keep colours, leave the text on the screen
        click.echo_via_pager(text + "\n", color=color)
    else:
        click.echo(text, color=color)


def width_of(text: str) -> int:
    """The columns that a text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def cut(text: str, width: int) -> str:
    """A text in at most `width` columns, with … where some is left out."""
    if width_of(text) <= width:
        return text
    used = 1
    for place, character in enumerate(text):
        used += _columns(character)
        if used > width:
            return text[:place] + "…"
    return text


def wrap(
    text: str, marks: Marks, width: int, indent: str = "", paint: Callable[[str, bool], str] | None = None
) -> list[str]:
    """A text in lines of at most `width` columns, its white space folded.

    `paint(run, marked)` dresses each run of characters; what it adds takes no columns.
    """
    room = max(10, width - len(indent))
    dress = paint or (lambda run, marked: run)
    lines: list[str] = []
    line: list[tuple[str, bool]] = []
    used = 0
    for piece in _pieces(text, marks, room):
        gap = 1 if piece.blank and used else 0
        if used and used + gap + piece.width > room:
            lines.append(indent + _dressed(line, dress))
            line, used, gap = [], 0, 0
        line += [(" ", False)] * gap + piece.runs
        used += gap + piece.width
    return [*lines, indent + _dressed(line, dress)] if line else lines


def marked_line(line: str, marks: Marks, paint: Callable[[str, bool], str]) -> str:
    """One line as it is, its blanks kept."""
    return _dressed(_kept(line, marks), paint)


class _Piece(NamedTuple):
    """What is not broken: a word, or in a script without blanks one sign. `blank`: white space stands before it."""

    runs: list[tuple[str, bool]]
    width: int
    blank: bool


def _kept(text: str, marks: Marks) -> Iterator[tuple[str, bool]]:
    """The characters of a text that can be printed, and whether each is marked; white space as blanks."""
    gone = bytearray(len(text))
    for found in _UNPRINTABLE.finditer(text):
        if not found[0].isspace():
            gone[found.start() : found.end()] = b"\x01" * len(found[0])
    inside = bytearray(len(text))
    for start, end in marks:
        inside[start:end] = b"\x01" * (min(end, len(text)) - start)
    for place, character in enumerate(text):
        if not gone[place]:
            if character.isspace():
                character = " "
            elif "\ud800" <= character <= "\udfff":
                character = "�"
            yield character, bool(inside[place])


def _pieces(text: str, marks: Marks, room: int) -> Iterable[_Piece]:
    """The pieces of a text, each of at most `room` columns."""
    plain = _plain_pieces(text, marks, room) if _PLAIN.fullmatch(text) else None
    return _any_pieces(text, marks, room) if plain is None else plain


def _plain_pieces(text: str, marks: Marks, room: int) -> list[_Piece] | None:
    """The pieces of a text of white space and signs of ASCII; None where a word has to be broken.

    Slow twin: `_any_pieces`.
    """
    pieces = []
    at = 0
    for word in _WORD.finditer(text):
        start, end = word.span()
        if end - start > room:
            return None
        while at < len(marks) and marks[at][1] <= start:
            at += 1
        runs = []
        for mark in marks[at:]:
            begin, stop = max(mark[0], start), min(mark[1], end)
            if begin >= end:
                break
            if begin > start:
                runs.append((text[start:begin], False))
            if stop > begin:
                runs.append((text[begin:stop], True))
                start = stop
        if start < end:
            runs.append((text[start:end], False))
        pieces.append(_Piece(runs, end - word.start(), word.start() > 0))
    return pieces


def _any_pieces(text: str, marks: Marks, room: int) -> Iterator[_Piece]:
    piece: list[tuple[str, bool]] = []
    width, blank, before = 0, False, 0
    for character, marked in _kept(text, marks):
        if character == " ":
            if piece:
                yield _Piece(_runs(piece), width, blank)
            piece, width, blank, before = [], 0, True, 0
            continue
        columns = _columns(character)
        breaks = (columns == 2 or before == 2) and character not in _NO_LINE_START and columns
        if piece and (breaks or width + columns > room):
            yield _Piece(_runs(piece), width, blank)
            piece, width, blank = [], 0, False
        piece.append((character, marked))
        width, before = width + columns, columns or before
    if piece:
        yield _Piece(_runs(piece), width, blank)


def _dressed(runs: Iterable[tuple[str, bool]], paint: Callable[[str, bool], str]) -> str:
    return "".join(paint(run, marked) for run, marked in _runs(runs))


def _runs(characters: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    runs: list[tuple[str, bool]] = []
    for character, marked in characters:
        if runs and runs[-1][1] == marked:
            runs[-1] = (runs[-1][0] + character, marked)
        else:
            runs.append((character, marked))
    return runs


def _columns(character: str) -> int:
    return 1 if character.isascii() else _width_table()(character)


@functools.cache
def _width_table() -> Callable[[str], int]:
    """How wide a character is: as wcwidth says when it is installed, else as the Unicode database does."""
    try:
        from wcwidth import wcwidth  # 59 ms, so only for a text that needs it
    except ImportError:
        return _width_by_category
    return functools.cache(lambda character: max(0, wcwidth(character)))


@functools.cache
def _width_by_category(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
