"""Prints listings as JSON, JSON lines, CSV, TSV, a table or plain lines, some rows at a time, so
that not all are held in memory."""

from __future__ import annotations

import csv
import io
import itertools
import re
import shutil
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple, TypeVar

import click

from searchkit import date_text as date_text
from searchkit.cli.listing import Listing, Output
from searchkit.cli.tables import table_lines
from searchkit.cli.terminal import readable_date, strip_controls

T = TypeVar("T")

Row = Mapping[str, Any]
"""A row of a listing: values, as JSON has them, by their fields."""

BATCH_ROWS = 256
"""The most rows that are printed at once."""

_CONTROL_CHARACTERS = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class RowFormat(NamedTuple):
    """What stands around the rows of a format: `begin`, then texts of some rows at a time with
    `between` after each but the last, then `end`; or `nothing` where there are no rows."""

    begin: str
    between: str = ""
    end: str = ""
    nothing: str = ""


RowsText = Callable[[Sequence[Row]], str]
"""Makes the text of some rows, all lines of it with their ends."""


def to_json(value: Any, *, indent: bool = False) -> str:
    """A value as JSON that is safe on a terminal: control characters that orjson leaves are escaped
    too."""
    return _join_json([value], b"", indent=indent)


def _join_json(values: Sequence[Any], between: bytes, *, indent: bool = False) -> str:
    import orjson  # late: 1 ms at the start of --help of a command

    option = orjson.OPT_INDENT_2 if indent else 0
    try:
        found = between.join([orjson.dumps(value, option=option) for value in values])
    except TypeError:  # a file name with bytes that are not UTF-8
        found = between.join([orjson.dumps(_replace_surrogates(value), option=option) for value in values])
    text = found.decode("utf-8")
    if text.isascii() and "\x7f" not in text:
        return text
    return _CONTROL_CHARACTERS.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def print_json(value: Any) -> None:
    """Print a value as JSON, indented."""
    click.echo(to_json(value, indent=True))


def print_lines(lines: Iterable[str], *, color: bool | None = None) -> None:
    """Print lines as they are made: the first at once, later ones in growing batches."""
    for batch in _in_batches(lines):
        click.echo("\n".join(batch), color=color)


def _in_batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Items in batches: the first alone, later ones in growing numbers, up to BATCH_ROWS."""
    left = iter(items)
    size = 1
    while batch := list(itertools.islice(left, size)):
        yield batch
        size = min(2 * size, BATCH_ROWS)


def print_listing(listing: Listing, output: Output, rows: Iterable[Row], head: Mapping[str, Any]) -> None:
    """Print the rows of a listing in a format; `head` is what JSON has besides them."""
    if output.format == "table":
        print_table(listing, output, rows)
    elif output.format == "json" and not listing.name:
        print_json({**head, **{name: row[name] for row in rows for name in output.fields}})
    else:
        form, text = row_format(listing, output, head)
        print_blocks(form, (text(batch) for batch in _in_batches(rows)))


def print_blocks(form: RowFormat, blocks: Generator[str], *, color: bool | None = True) -> None:
    """Print texts of rows as they are made, with what stands around them."""
    before = form.begin
    some = False
    with closing(blocks):
        for text in blocks:
            click.echo(before + text, nl=False, color=color)
            before, some = form.between, True
    click.echo(form.end if some else form.nothing, nl=False, color=color)


def row_format(listing: Listing, output: Output, head: Mapping[str, Any]) -> tuple[RowFormat, RowsText]:
    """The format of an output, but not of a table, which needs all rows at once."""
    fields = output.fields
    if output.format == "ids":
        # For people, ids are as the listing shows them; behind -0 a program reads them, exactly.
        show = _id_line if output.id_end == "\n" else str
        return RowFormat(""), lambda rows: "".join([show(row["id"]) + output.id_end for row in rows])
    if output.format in ("csv", "tsv"):
        separator, make = (",", _csv_text) if output.format == "csv" else ("\t", _tsv_text)
        header = separator.join(fields) + "\n"
        return RowFormat(header, nothing=header), lambda rows: make(fields, rows)
    if output.format == "jsonl":
        return RowFormat(""), lambda rows: _json_rows(fields, rows, b"\n") + "\n"
    begin = to_json(head, indent=True).removesuffix("\n}") + f',\n  "{listing.name}": ['
    form = RowFormat(f"{begin}\n", between=",\n", end="\n  ]\n}\n", nothing=f"{begin}]\n}}\n")
    return form, lambda rows: "    " + _json_rows(fields, rows, b",\n    ")


def _id_line(article_id: str) -> str:
    """An id in one line, as it is if it has no control characters."""
    return strip_controls(article_id, keep_lines=article_id.isprintable())


def _json_rows(fields: Sequence[str], rows: Sequence[Row], between: bytes) -> str:
    """Rows as JSON objects, joined by `between`. Reference implementation: `to_json` of each."""
    chosen = [row if tuple(row) == fields else {name: row[name] for name in fields} for row in rows]
    return _join_json(chosen, between)


def _csv_text(fields: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows by RFC 4180, but with a line feed at the end of each."""
    text = io.StringIO()
    columns = [_cells([row[name] for row in rows], keep_lines=True) for name in fields]
    csv.writer(text, lineterminator="\n").writerows(zip(*columns, strict=True))
    return text.getvalue()


def _tsv_text(fields: Sequence[str], rows: Sequence[Row]) -> str:
    """Rows of values in one line, without quotes."""
    columns = [_cells([row[name] for row in rows]) for name in fields]
    return "".join(["\t".join(cells) + "\n" for cells in zip(*columns, strict=True)])


def print_table(listing: Listing, output: Output, rows: Iterable[Row]) -> None:
    """Print a table; on a terminal it is as wide as that."""
    texts = [
        [readable_date(row[name]) if name == "date" else cell for name, cell in zip(output.fields, cells, strict=True)]
        for row in rows
        for cells in [_cells([row[name] for name in output.fields])]
    ]
    if texts:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        may_leave_out = output.fields == listing.table_fields
        print_lines(table_lines(output.fields, texts, width, may_leave_out=may_leave_out))


def _cells(values: Sequence[Any], *, keep_lines: bool = False) -> list[str]:
    """Values as texts without control characters. White space becomes single blanks unless
    `keep_lines`."""
    texts = [value if type(value) is str else _to_text(value) for value in values]
    # One look at all of them takes a tenth of the time. Nearly always it finds nothing to change.
    together = "|".join(texts)
    if together.isprintable() and (keep_lines or "  " not in together):
        return texts
    return [strip_controls(text, keep_lines=keep_lines) for text in texts]


def _to_text(value: Any) -> str:
    """A value as text: a list of texts with `; ` between them, what has a structure as JSON."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, list):
        try:
            return "; ".join(value)
        except TypeError:
            return to_json(value)
    return to_json(value) if isinstance(value, dict) else str(value)


def _replace_surrogates(value: Any) -> Any:
    """A value whose lone surrogates are written as `\\udcff`."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {_replace_surrogates(key): _replace_surrogates(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_surrogates(one) for one in value]
    return value
