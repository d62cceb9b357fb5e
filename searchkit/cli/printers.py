"""Prints listings as JSON, JSON lines, CSV, TSV, a table or plain lines, some rows at a time, so
that not all are held in memory."""

from __future__ import annotations

import csv
import io
import itertools
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import click

from searchkit import date_text as date_text
from searchkit.cli.listing import Listing, Output
from searchkit.cli.tables import table_lines
from searchkit.cli.terminal import readable_date, strip_controls

Row = Mapping[str, Any]
"""A row of a listing: values, as JSON has them, by their fields."""

BATCH_ROWS = 256
"""The most rows that are printed at once."""

_CONTROL_CHARACTERS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class RowFormat(NamedTuple):
    """How rows become text: `begin`, then `text` of some rows at a time with `between` after each
    but the last, then `end`; or `nothing` where there are no rows."""

    begin: str
    text: Callable[[Sequence[Row]], str]
    between: str = ""
    end: str = ""
    nothing: str = ""


def to_json(value: Any, *, indent: bool = False) -> str:
    """A value as JSON that is safe on a terminal: control characters that orjson leaves are escaped
    too."""
    import orjson  # late: 1 ms at the start of --help of a command

    option = orjson.OPT_INDENT_2 if indent else 0
    try:
        found = orjson.dumps(value, option=option)
    except TypeError:  # a file name with bytes that are not UTF-8
        found = orjson.dumps(_replace_surrogates(value), option=option)
    text = found.decode("utf-8")
    if text.isascii() and "\x7f" not in text:
        return text
    return _CONTROL_CHARACTERS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def print_json(value: Any) -> None:
    """Print a value as JSON, indented."""
    click.echo(to_json(value, indent=True))


def print_lines(lines: Iterable[str], *, color: bool | None = None) -> None:
    """Print lines as they are made: the first at once, later ones in growing batches."""
    for batch in in_batches(lines):
        click.echo("\n".join(batch), color=color)


def in_batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Items in batches: the first alone, later ones in growing numbers, up to BATCH_ROWS."""
    left = iter(items)
    size = 1
    while batch := list(itertools.islice(left, size)):
        yield batch
        size = min(2 * size, BATCH_ROWS)


def print_listing(listing: Listing, output: Output, rows: Iterable[Row], head: Mapping[str, Any]) -> None:
    """Print the rows of a listing in a format; `head` is what JSON has besides them."""
    if output.format == "table":
        _print_table(output.fields, rows, may_leave_out=output.fields == listing.table_fields)
    elif output.format == "json" and not listing.name:
        print_json({**head, **{name: row[name] for row in rows for name in output.fields}})
    else:
        form = row_format(listing, output, head)
        print_blocks(form, (form.text(batch) for batch in in_batches(rows)))


def print_blocks(form: RowFormat, blocks: Iterable[str], *, color: bool | None = None) -> None:
    """Print texts that a format made of rows, with what stands around them."""
    before = form.begin
    some = False
    for text in blocks:
        click.echo(before + text, nl=False, color=color)
        before, some = form.between, True
    click.echo(form.end if some else form.nothing, nl=False, color=color)


def row_format(listing: Listing, output: Output, head: Mapping[str, Any]) -> RowFormat:
    """The format of an output, but not of a table, which needs all rows at once."""
    fields = output.fields
    if output.format == "ids":
        return RowFormat("", lambda rows: "".join([strip_controls(row["id"]) + output.id_end for row in rows]))
    if output.format in ("csv", "tsv"):
        separator, make = (",", _csv_text) if output.format == "csv" else ("\t", _tsv_text)
        header = separator.join(fields) + "\n"
        return RowFormat(header, lambda rows: make(fields, rows), nothing=header)
    if output.format == "jsonl":
        return RowFormat("", lambda rows: "".join([to_json(_pick(row, fields)) + "\n" for row in rows]))
    begin = to_json(head, indent=True).removesuffix("\n}") + f',\n  "{listing.name}": ['
    return RowFormat(
        f"{begin}\n",
        lambda rows: ",\n".join(["    " + to_json(_pick(row, fields)) for row in rows]),
        between=",\n",
        end="\n  ]\n}\n",
        nothing=f"{begin}]\n}}\n",
    )


def _pick(row: Row, fields: Sequence[str]) -> dict[str, Any]:
    return {name: row[name] for name in fields}


def _csv_text(fields: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows by RFC 4180, but with a line feed at the end of each."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[_cell(row[name], keep_lines=True) for name in fields] for row in rows])
    return text.getvalue()


def _tsv_text(fields: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows of values in one line, without quotes."""
    return "".join(["\t".join([_cell(row[name]) for name in fields]) + "\n" for row in rows])


def _print_table(fields: Sequence[str], rows: Iterable[Row], *, may_leave_out: bool) -> None:
    """Print a table; on a terminal it is as wide as that."""
    texts = [[readable_date(row[name]) if name == "date" else _cell(row[name]) for name in fields] for row in rows]
    if texts:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        print_lines(table_lines(fields, texts, width, may_leave_out=may_leave_out))


def _cell(value: Any, *, keep_lines: bool = False) -> str:
    """A value as text: lists of texts with `; ` between them, what has a structure as JSON. White
    space becomes single blanks unless `keep_lines`."""
    if isinstance(value, str):
        return strip_controls(value, keep_lines=keep_lines)
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "; ".join([strip_controls(one, keep_lines=keep_lines) for one in value])
    return to_json(value) if isinstance(value, list | dict) else str(value)


def _replace_surrogates(value: Any) -> Any:
    """A value whose lone surrogates are written as `\\udcff`."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_replace_surrogates(key): _replace_surrogates(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_surrogates(one) for one in value]
    return value
