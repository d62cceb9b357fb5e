"""One printer for every list: JSON, JSON lines, CSV, a table, or plain lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
import orjson

from searchkit.cli.terminal import clean


def date_text(date: datetime | None) -> str | None:
    """`2020-04-26`, with a time `2020-04-26T15:01:01Z`, and None for none."""
    if date is None:
        return None
    day = f"{date.year:04}-{date.month:02}-{date.day:02}"
    if (date.hour, date.minute, date.second, date.microsecond) == (0, 0, 0, 0):
        return day
    return f"{day}T{date.hour:02}:{date.minute:02}:{date.second:02}Z"


def print_json(document: Any, *, indent: bool = True) -> None:
    """Print a document as JSON."""
    option = orjson.OPT_INDENT_2 if indent else 0
    click.echo(orjson.dumps(document, option=option, default=_plain).decode("utf-8"))


def print_rows(form: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], meta: Mapping[str, Any]) -> None:
    """Print rows in a form: `json` (one document with `meta`), `jsonl`, `csv` or `table`."""
    if form == "json":
        print_json({"meta": dict(meta), "rows": list(rows)})
    elif form == "jsonl":
        for row in rows:
            print_json(row, indent=False)
    elif form == "csv":
        print_csv(columns, ([_cell(row[name]) for name in columns] for row in rows))
    else:
        from tabulate import tabulate

        table = [[_cell(row[name]) for name in columns] for row in rows]
        click.echo(tabulate(table, headers=list(columns), disable_numparse=True))


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a header and rows, line by line."""
    for row in [columns], rows:
        for cells in row:
            line = io.StringIO()
            csv.writer(line, lineterminator="").writerow(cells)
            click.echo(line.getvalue())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(_cell(one) for one in value)
    return clean(f"{value:.4f}" if isinstance(value, float) else str(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
