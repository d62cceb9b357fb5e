"""One printer for every list: JSON, JSON lines, CSV, a table, or plain lines; long ones as they come."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
import orjson

from searchkit.cli.terminal import clean, cut, width_of

MOST_LINES = 256
"""Lines written at once."""

CUT_IN_TABLES = ("path", "source", "authors", "title")
"""Columns that are cut when a table is wider than the screen, in this order; ids, dates and numbers never are."""

_RISKY = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def date_text(date: datetime | None) -> str | None:
    """A date as it is printed: `2020-04-26` (a midnight in UTC), `2020-04-26T15:01:01Z`, `2020-04-26T01:00:00+04:00`, and
    None for none."""
    if date is None:
        return None
    text = date.isoformat(timespec="seconds").removesuffix("+00:00")
    if date.utcoffset():
        return text
    return text[:10] if (date.hour, date.minute, date.second, date.microsecond) == (0, 0, 0, 0) else f"{text}Z"


def to_json(document: Any, *, indent: bool = False) -> str:
    """A document as JSON that a terminal can be shown: what orjson leaves of control signs is escaped too."""
    option = orjson.OPT_INDENT_2 if indent else 0
    try:
        found = orjson.dumps(document, option=option)
    except TypeError:  # a file name with bytes that are no UTF-8
        found = orjson.dumps(_whole(document), option=option)
    return _RISKY.sub(lambda sign: f"\\u{ord(sign[0]):04x}", found.decode("utf-8"))


def print_json(document: Any) -> None:
    """Print one document as JSON."""
    click.echo(to_json(document, indent=True))


def print_lines(lines: Iterable[str], *, color: bool | None = None) -> None:
    """Print lines as they come: the first at once, later ones in growing batches."""
    batch: list[str] = []
    size = 1
    for line in lines:
        batch.append(line)
        if len(batch) >= size:
            click.echo("\n".join(batch), color=color)
            batch.clear()
            size = min(2 * size, MOST_LINES)
    if batch:
        click.echo("\n".join(batch), color=color)


def print_rows(
    form: str, name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], head: Mapping[str, Any]
) -> None:
    """Print rows in a form: `json` (a document of `head`, then the rows under `name`), `jsonl`, `csv` or `table`."""
    if form == "json":
        print_lines(_document(name, rows, head))
    elif form == "jsonl":
        print_lines(to_json(row) for row in rows)
    elif form == "csv":
        cells = ([_cell(row[column]) for column in columns] for row in rows)
        print_lines(_csv_line(line) for line in _chain(columns, cells))
    else:
        from tabulate import tabulate  # 101 ms

        table = [[_cell(row[column]) for column in columns] for row in rows]
        if table:
            shown = _narrowed(columns, table, shutil.get_terminal_size().columns) if sys.stdout.isatty() else table
            click.echo(tabulate(shown, headers=list(columns), disable_numparse=True))


def _document(name: str, rows: Iterable[Mapping[str, Any]], head: Mapping[str, Any]) -> Iterator[str]:
    """The lines of one JSON document, a row at a time, so that a long answer need not be held."""
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


def _narrowed(columns: Sequence[str], table: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """A table whose texts are cut so that it fits the screen, as far as that goes: paths first, titles last."""
    least = [width_of(name) + 2 for name in columns]  # tabulate leaves two blanks beside a header
    widths = [max(one, *map(width_of, cells)) for one, *cells in zip(least, *table, strict=True)]
    for place in (columns.index(name) for name in CUT_IN_TABLES if name in columns):
        excess = sum(widths) + 2 * (len(widths) - 1) - width
        widths[place] = max(least[place], widths[place] - max(0, excess))
    return [[cut(cell, room) for cell, room in zip(row, widths, strict=True)] for row in table]


def _chain(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield columns
    yield from rows


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(_cell(one) for one in value)
    return clean(f"{value:.4f}" if isinstance(value, float) else str(value))


def _whole(value: Any) -> Any:
    """A document without halves of surrogate pairs, which are written as `\\udcff`."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_whole(key): _whole(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(one) for one in value]
    return value
