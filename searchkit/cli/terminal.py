"""What a terminal can show: colour, width, and no text that could take control of it."""

from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata

import click

import searchkit

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[@-Z\\-_])?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


def clean(text: str, *, lines: bool = False) -> str:
    """A text that can be printed: no escape sequences, control or bidirectional signs; one line unless `lines`."""
    text = _ESCAPES.sub("", text) if "\x1b" in text else text
    text = _CONTROLS.sub("", text.encode("utf-8", "backslashreplace").decode() if _halves(text) else text)
    return text if lines else _SPACE.sub(" ", text)


def complain(message: str) -> None:
    """Say what went wrong, on stderr."""
    click.echo(f"searchkit: {clean(message, lines=True)}", err=True)


def complain_of_query(error: searchkit.QueryError) -> None:
    """Say what is wrong with a query, with a caret below the place."""
    complain(error.message)
    query = "".join(" " if not character.isprintable() else character for character in error.query)
    start = max(0, error.column - 50)
    end = min(len(query), start + 100)
    before = query[start : error.column]
    shown = ("…" if start else "") + clean(query[start:end]) + ("…" if end < len(query) else "")
    carets = "^" * max(1, min(width_of(query[error.column : error.column + error.length]), 60))
    click.echo(f"  {shown}", err=True)
    click.echo("  " + " " * (width_of(before) + bool(start)) + carets, err=True)
    if error.hint:
        click.echo(f"  {clean(error.hint)}", err=True)


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
    """Columns of the terminal, 80 where there is none; text is not set wider than 120."""
    return max(20, min(120, shutil.get_terminal_size((80, 24)).columns))


def width_of(text: str) -> int:
    """The columns that a text takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def wrap(words: list[tuple[str, str]], width: int, indent: str) -> list[str]:
    """Lines of words, given as (plain, as printed) pairs, each line at most `width` columns with its indent."""
    lines: list[str] = []
    line, used = "", 0
    room = max(10, width - len(indent))
    for plain, printed in words:
        columns = width_of(plain)
        if used and used + 1 + columns > room:
            lines.append(indent + line)
            line, used = "", 0
        if columns > room and plain == printed:
            # A run without blanks (Chinese, a long link) is cut where the line ends.
            for character in plain:
                step = _columns(character)
                if used + step > room:
                    lines.append(indent + line)
                    line, used = "", 0
                line, used = line + character, used + step
            continue
        line = f"{line} {printed}" if used else printed
        used += columns + (1 if used else 0)
    if line:
        lines.append(indent + line)
    return lines


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _halves(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
