"""Prints text on a terminal: in colour, wrapped to its width, without control characters.

Text of articles, queries and file names is not trusted: an escape sequence in it could take control
of the terminal.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import sys
import unicodedata
from collections.abc import Callable
from contextvars import ContextVar

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
UNPRINTABLE = re.compile(f"{_ESCAPE}|{_CONTROL}")
"""What is taken out of texts: escape sequences, control characters, bidirectional marks."""
_CONTROLS_EXCEPT_LINE_ENDS = re.compile(_CONTROL.replace(r"\x00-\x1f", r"\x00-\x08\x0b-\x1f"))
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


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


_is_quiet: ContextVar[bool] = ContextVar("_is_quiet", default=False)
_typed_place: ContextVar[str] = ContextVar("_typed_place", default="")
_ADVICE = re.compile(
    r"""(?:(?<=[:;,]\ )|(?<=\()|(?<=;\ ")|(?<=run\ "))
    searchkit\ (?:roots\ (?:remove|move)|index|retry|search|show|open|delete|stats|optimize|verify|roots)\b
    (?![^:;]*\ -i\ )""",
    re.VERBOSE,
)
"""Commands that take -i and lack it, where messages advise them: behind a colon, say, and not where
they quote what was typed."""


def set_quiet() -> None:
    """Print nothing on stderr but errors, until the command ends (-q)."""
    _is_quiet.set(True)


def is_quiet() -> bool:
    """Whether nothing but errors is printed on stderr (-q)."""
    return _is_quiet.get()


def set_typed_place(place: str) -> None:
    """Say where the index is in the commands that messages advise, until the command ends (-i)."""
    _typed_place.set(place)


def with_typed_place(message: str) -> str:
    """A message in which the commands that it advises have the -i that was typed, so that they can
    be pasted: `searchkit index --rebuild` becomes `searchkit index -i PLACE --rebuild`."""
    place = _typed_place.get()
    return _ADVICE.sub(lambda found: f"{found[0]} -i {shlex.quote(place)}", message) if place else message


def print_note(message: str) -> None:
    """Print a message beside the data, on stderr."""
    if not is_quiet():
        click.echo(strip_controls(message, keep_lines=True), err=True)


def print_diagnostic(message: str) -> None:
    """Print on stderr what is to be known about a run, after the name of the program."""
    print_note(f"searchkit: {with_typed_place(message)}")


def print_error(message: str) -> None:
    """Print on stderr what went wrong, after the name of the program."""
    click.echo(strip_controls(f"searchkit: {with_typed_place(message)}", keep_lines=True), err=True)


def print_query_error(error: searchkit.QueryError) -> None:
    """Print on stderr what is wrong with a query, with carets below the part in question."""
    print_error(error.message)
    for line in query_with_caret(error.query, error.column, error.length, shutil.get_terminal_size((80, 24)).columns - 4):
        click.echo(f"  {line}".rstrip(), err=True)
    if error.hint:
        click.echo(strip_controls(f"  {error.hint}", keep_lines=True), err=True)


def query_with_caret(query: str, column: int, length: int, width: int) -> tuple[str, str]:
    """A query in one line, and the line of carets below it.

    A long query is cut to `width` columns around the carets.
    """
    width = max(width, 20)
    signs = [sign if sign.isprintable() else " " for sign in query]
    start = min(column, len(signs))
    left, columns = start, 0
    while left > 0 and columns + character_width(signs[left - 1]) <= width // 2:
        left -= 1
        columns += character_width(signs[left])
    before = columns
    right = start
    while right < len(signs) and columns + character_width(signs[right]) <= width - 2:
        columns += character_width(signs[right])
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
    return len(text) if text.isascii() else sum(map(character_width, text))


def truncate(text: str, width: int) -> str:
    """Cut a text to at most `width` columns; it then ends in `…`."""
    if display_width(text) <= width:
        return text
    used = 1
    for index, character in enumerate(text):
        used += character_width(character)
        if used > width:
            return text[:index] + "…"
    return text


def truncate_start(text: str, width: int) -> str:
    """Cut a text to at most `width` columns; it then begins with `…`."""
    return truncate(text[::-1], width)[::-1]


def character_width(character: str) -> int:
    """How many columns a character takes."""
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
