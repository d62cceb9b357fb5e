"""Generates the table of formats in `docs/formats.md`; the sections below it are written by
hand."""

from __future__ import annotations

from pathlib import Path

from searchkit.corpus.format_row import Format
from searchkit.corpus.format_table import FORMATS

PAGE = Path(__file__).parent.parent.parent / "docs" / "formats.md"
BEGIN, END = "<!-- begin of the table -->\n", "<!-- end of the table -->\n"


def formats_reference() -> str:
    """The page with a table that has a line for each of our own formats."""
    text = PAGE.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE} has no lines {BEGIN.strip()} and {END.strip()}")
    lines = ["| format | name | suffixes | extra |", "|---|---|---|---|", *map(_line, FORMATS)]
    table = "".join(f"{line}\n" for line in lines)
    return f"{before}{begin}\n{table}\n{end}{after}"


def _line(row: Format) -> str:
    suffixes = " ".join(f"`{suffix}`" for suffix in row.suffixes) or "known by its content"
    return f"| {row.help} | `{row.name}` | {suffixes} | {f'`{row.extra}`' if row.extra else ''} |"
