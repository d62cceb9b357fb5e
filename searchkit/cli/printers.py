"""Prints lists as JSON, JSON lines, CSV, a table or plain lines, row by row, so that none is held
in memory."""

from __future__ import annotations

import csv
import io
import itertools
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from searchkit import date_text as date_text
from searchkit.cli.terminal import display_width, strip_controls, truncate

MAX_LINES = 256
"""The most lines that are written at once."""

CUT_IN_TABLES = ("path", "source", "authors", "title")
"""Columns that are cut when a table is wider than the screen, in this order; ids, dates and numbers
never are."""

_CONTROL_CHARACTERS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def to_json(value: Any, *, indent: bool = False) -> str:
    """A value as JSON that is safe on a terminal: control characters that orjson leaves are escaped
    too."""
    import orjson  # late: 1 ms at the start of --help of a command

    option = orjson.OPT_INDENT_2 if indent else 0
    try:
        found = orjson.dumps(value, option=option)
    except TypeError:  # a file name with bytes that are not UTF-8
        found = orjson.dumps(_replace_surrogates(value), option=option)
    return _CONTROL_CHARACTERS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", found.decode("utf-8"))


def print_json(value: Any) -> None:
    """Print a value as JSON, indented."""
    click.echo(to_json(value, indent=True))


def print_lines(lines: Iterable[str], *, color: bool | None = None) -> None:
    """Print lines as they are made: the first at once, later ones in growing batches."""
    batch: list[str] = []
    size = 1
    for line in lines:
        batch.append(line)
        if len(batch) >= size:
            click.echo("\n".join(batch), color=color)
            batch.clear()
            size = min(2 * size, MAX_LINES)
    if batch:
        click.echo("\n".join(batch), color=color)


def print_rows(
    output: str, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], head: Mapping[str, Any]
) -> None:
    """Print rows as `json` (one object: `head`, then the rows under `name`), `jsonl`, `csv` or
    `table`."""
    if output == "json":
        print_lines(_json_object_lines(name, rows, head))
    elif output == "jsonl":
        print_lines(to_json(row) for row in rows)
    elif output == "csv":
        cells = ([_cell(row[column]) for column in columns] for row in rows)
        print_lines(_csv_line(line) for line in itertools.chain([columns], cells))
    else:
        from tabulate import tabulate  # late: 101 ms, for tables only

        table = [[_cell(row[column]) for column in columns] for row in rows]
        if table:
            shown = _fit_columns(columns, table, shutil.get_terminal_size().columns) if sys.stdout.isatty() else table
            click.echo(tabulate(shown, headers=list(columns), disable_numparse=True))


def _json_object_lines(name: str, rows: Iterable[Mapping[str, Any]], head: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one JSON object, made row by row."""
    yield to_json(head, indent=True).removesuffix("\n}") + ","
    separator = f'  "{name}": ['
    waiting = ""
    for row in rows:
        if waiting:
            yield waiting + ","
        else:
            yield separator
        waiting = "    " + to_json(row)
    if waiting:
        yield waiting
        yield "  ]\n}"
    else:
        yield separator + "]\n}"


def _fit_columns(columns: Sequence[str], table: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Cut the texts of a table so that it fits `width` if possible: paths first, titles last."""
    least = [display_width(name) + 2 for name in columns]  # tabulate leaves two blanks beside a header
    widths = [max(one, *map(display_width, cells)) for one, *cells in zip(least, *table, strict=True)]
    for index in (columns.index(name) for name in CUT_IN_TABLES if name in columns):
        excess = sum(widths) + 2 * (len(widths) - 1) - width
        widths[index] = max(least[index], widths[index] - max(0, excess))
    return [[truncate(cell, room) for cell, room in zip(row, widths, strict=True)] for row in table]


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(_cell(one) for one in value)
    return strip_controls(f"{value:.4f}" if isinstance(value, float) else str(value))


def _replace_surrogates(value: Any) -> Any:
    """A value whose lone surrogates are written as `\\udcff`."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_replace_surrogates(key): _replace_surrogates(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_surrogates(one) for one in value]
    return value
