"""Prints text on a terminal: in colour, wrapped to its width, without control characters.

Text of articles, queries and file names is not trusted: an escape sequence in it could take control
of the terminal.
"""

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

MAX_WIDTH = 120
"""The longest line, in columns: longer ones are hard to read, however wide the terminal is."""

_ESCAPE = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor
    r"|(?:\x1b[]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]{0,500}(?:\x07|\x1b\\|\x9c)"  # titles, links, the clipboard
    r"|\x1b[ -/]*[0-~]?"
)
_CONTROL = r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]"
_UNPRINTABLE = re.compile(f"{_ESCAPE}|{_CONTROL}")
_CONTROLS_EXCEPT_LINE_ENDS = re.compile(_CONTROL.replace(r"\x00-\x1f", r"\x00-\x08\x0b-\x1f"))
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\S+")
_ASCII = re.compile(r"[\s!-~]*")
_NO_LINE_START = frozenset("、。，．・：；？！」』】）〉》〕］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ")

Highlights = Sequence[tuple[int, int]]
"""Parts of a text to highlight, as (start, end) offsets: in order, none overlapping another."""


def quantity(number: int, one: str, many: str) -> str:
    """A number with its noun: `1 file`, `1,234 files`."""
    return f"{number:,} {one if number == 1 else many}"


def strip_controls(text: str, *, keep_lines: bool = False) -> str:
    """Remove escape sequences, control characters and bidirectional marks from a text.

    White space becomes single blanks unless `keep_lines`. Bytes of a file name that are not UTF-8
    are shown as `\\udcff`.
    """
    if text.isprintable() and (keep_lines or "  " not in text):
        return text
    if _SURROGATES.search(text):
        text = text.encode("utf-8", "backslashreplace").decode()
    text = re.sub(_ESCAPE, "", text)
    return (
        _CONTROLS_EXCEPT_LINE_ENDS.sub("", text) if keep_lines else _CONTROLS_EXCEPT_LINE_ENDS.sub("", _SPACE.sub(" ", text))
    )


def print_note(message: str) -> None:
    """Print a message beside the data, on stderr."""
    click.echo(strip_controls(message, keep_lines=True), err=True)


def print_diagnostic(message: str) -> None:
    """Print on stderr what went wrong, after the name of the program."""
    print_note(f"searchkit: {message}")


def print_query_error(error: searchkit.QueryError) -> None:
    """Print on stderr what is wrong with a query, with carets below the part in question."""
    print_diagnostic(error.message)
    for line in query_with_caret(error.query, error.column, error.length, shutil.get_terminal_size((80, 24)).columns - 4):
        click.echo(f"  {line}".rstrip(), err=True)
    if error.hint:
        print_note(f"  {error.hint}")


def query_with_caret(query: str, column: int, length: int, width: int) -> tuple[str, str]:
    """A query in one line, and the line of carets below it.

    A long query is cut to `width` columns around the carets.
    """
    width = max(width, 20)
    signs = [sign if sign.isprintable() else " " for sign in query]
    start = min(column, len(signs))
    left, columns = start, 0
    while left > 0 and columns + _character_width(signs[left - 1]) <= width // 2:
        left -= 1
        columns += _character_width(signs[left])
    before = columns
    right = start
    while right < len(signs) and columns + _character_width(signs[right]) <= width - 2:
        columns += _character_width(signs[right])
        right += 1
    head, tail = "…" if left else "", "…" if right < len(signs) else ""
    carets = max(1, display_width("".join(signs[start : min(start + length, right)])))
    return head + "".join(signs[left:right]) + tail, " " * (before + len(head)) + "^" * carets


def readable_date(text: str | None) -> str:
    """A date of `date_text` as people read it: `2020-04-26`, `2020-04-26 15:01`, `2020-04-26 01:00
    +04:00`, or "undated". Seconds are shown where there are any."""
    day, _, rest = (text or "undated").partition("T")
    clock, offset = rest[:8].removesuffix(":00"), rest[8:].removeprefix("Z")
    return f"{day} {clock} {offset}".rstrip()


def use_color(choice: str) -> bool:
    """Whether to print in colour.

    The option counts first, then NO_COLOR and FORCE_COLOR, then whether stdout is a terminal.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def screen_width() -> int:
    """The width to print in, in columns: that of the terminal, else 80, and at most MAX_WIDTH."""
    return max(20, min(MAX_WIDTH, shutil.get_terminal_size((80, 24)).columns))


def display_width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def truncate(text: str, width: int) -> str:
    """Cut a text to at most `width` columns; it then ends in `…`."""
    if display_width(text) <= width:
        return text
    used = 1
    for index, character in enumerate(text):
        used += _character_width(character)
        if used > width:
            return text[:index] + "…"
    return text


def truncate_start(text: str, width: int) -> str:
    """Cut a text to at most `width` columns; it then begins with `…`."""
    return truncate(text[::-1], width)[::-1]


def wrap(
    text: str, highlights: Highlights, width: int, indent: str = "", style: Callable[[str, bool], str] | None = None
) -> list[str]:
    """Break a text into lines of at most `width` columns; white space becomes single blanks.

    `style(run, is_highlighted)` adds the escape sequences to a run of characters; they take no
    columns.
    """
    room = max(10, width - len(indent))
    style_run = style or (lambda run, is_highlighted: run)
    lines: list[str] = []
    line: list[tuple[str, bool]] = []
    used = 0
    for piece in _pieces(text, highlights, room):
        gap = 1 if piece.blank and used else 0
        if used and used + gap + piece.width > room:
            lines.append(indent + _styled(line, style_run))
            line, used, gap = [], 0, 0
        line += [(" ", False)] * gap + piece.runs
        used += gap + piece.width
    return [*lines, indent + _styled(line, style_run)] if line else lines


def highlight_line(line: str, highlights: Highlights, style: Callable[[str, bool], str]) -> str:
    """Style one line without breaking it or folding its blanks."""
    return _styled(_printable_characters(line, highlights), style)


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
    for found in _UNPRINTABLE.finditer(text):
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


def _pieces(text: str, highlights: Highlights, room: int) -> Iterable[_Piece]:
    """The pieces of a text, each of at most `room` columns."""
    plain = _ascii_pieces(text, highlights, room) if _ASCII.fullmatch(text) else None
    return _unicode_pieces(text, highlights, room) if plain is None else plain


def _ascii_pieces(text: str, highlights: Highlights, room: int) -> list[_Piece] | None:
    """The pieces of a text in ASCII; None where a word is wider than `room`.

    Reference implementation: `_unicode_pieces`.
    """
    pieces = []
    first = 0
    for word in _WORD.finditer(text):
        start, end = word.span()
        if end - start > room:
            return None
        while first < len(highlights) and highlights[first][1] <= start:
            first += 1
        runs = []
        for highlight in highlights[first:]:
            begin, stop = max(highlight[0], start), min(highlight[1], end)
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


def _unicode_pieces(text: str, highlights: Highlights, room: int) -> Iterator[_Piece]:
    piece: list[tuple[str, bool]] = []
    width, blank, before = 0, False, 0
    for character, is_highlighted in _printable_characters(text, highlights):
        if character == " ":
            if piece:
                yield _Piece(_join_runs(piece), width, blank)
            piece, width, blank, before = [], 0, True, 0
            continue
        columns = _character_width(character)
        breaks = (columns == 2 or before == 2) and character not in _NO_LINE_START and columns
        if piece and (breaks or width + columns > room):
            yield _Piece(_join_runs(piece), width, blank)
            piece, width, blank = [], 0, False
        piece.append((character, is_highlighted))
        width, before = width + columns, columns or before
    if piece:
        yield _Piece(_join_runs(piece), width, blank)


def _styled(runs: Iterable[tuple[str, bool]], style: Callable[[str, bool], str]) -> str:
    return "".join(style(run, is_highlighted) for run, is_highlighted in _join_runs(runs))


def _join_runs(characters: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    runs: list[tuple[str, bool]] = []
    for character, is_highlighted in characters:
        if runs and runs[-1][1] == is_highlighted:
            runs[-1] = (runs[-1][0] + character, is_highlighted)
        else:
            runs.append((character, is_highlighted))
    return runs


def _character_width(character: str) -> int:
    return 1 if character.isascii() else _width_function()(character)


@functools.cache
def _width_function() -> Callable[[str], int]:
    """What gives the columns of a character: wcwidth where it is installed, else the Unicode
    database."""
    try:
        from wcwidth import wcwidth  # optional; late: 59 ms, for texts beyond ASCII
    except ImportError:
        return _width_by_category
    return functools.cache(lambda character: max(0, wcwidth(character)))


@functools.cache
def _width_by_category(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
