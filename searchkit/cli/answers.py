"""Prints what a search found: hits become rows of the fields that a format has, or lines for people
to read."""

from __future__ import annotations

from dataclasses import replace

import searchkit
from searchkit.cli.blocks import make_blocks
from searchkit.cli.listing import IDS, Listing, Output
from searchkit.cli.pager import paged_output
from searchkit.cli.printers import Row, RowFormat, print_blocks, print_table, row_format
from searchkit.cli.rendering import hit_lines
from searchkit.cli.terminal import print_diagnostic, print_note, screen_width

HITS = Listing(
    "hits",
    ("rank", *searchkit.Hit.FIELDS),
    json_fields=searchkit.Hit.DEFAULT_FIELDS,
    text_fields=("id", "score", "date", "title", "authors", "source", "path"),
    table_fields=("rank", "date", "title", "authors", "source", "id"),
    aliases=searchkit.Hit.FIELD_ALIASES,
    formats=IDS | {"count": "Print only the number of articles."},
    setting="fields",
)
"""`rank` is the number of a hit, counted from 1."""
LINES_OF_TOTAL = 2
"""The lines that stand below the hits: an empty one, and how many there are."""


def print_answer(
    output: Output, result: searchkit.SearchResult, options: searchkit.SearchOptions, color: bool, *, pager: bool = True
) -> None:
    """Print the hits of a search in a format, or for people to read, with how many there are. What
    is longer than the screen goes through the pager."""
    hits, offset = result.hits, options.offset
    fields = ("id",) if output.format == "ids" else tuple([name for name in output.fields if name != "rank"])

    def rows(start: int, stop: int) -> list[Row]:
        page = hits[start:stop]
        if "rank" not in output.fields:
            return [hit.to_dict(fields) for hit in page]
        return [{"rank": rank, **hit.to_dict(fields)} for rank, hit in enumerate(page, offset + start + 1)]

    with paged_output(pager=pager, reserved_lines=(0 if output.format else LINES_OF_TOTAL) + len(result.notes)):
        if not output.format:
            width = screen_width()
            form = RowFormat("", between="\n")

            def make(start: int, stop: int) -> str:
                page = enumerate(hits[start:stop], offset + start + 1)
                return "\n".join(["\n".join([*hit_lines(rank, hit, width, color), ""]) for rank, hit in page])

        else:
            head = replace(result, hits=()).to_dict()
            del head["hits"]
            if output.format == "table":
                print_table(HITS, output, rows(0, len(hits)))
                return
            form, text = row_format(HITS, output, head)

            def make(start: int, stop: int) -> str:
                return text(rows(start, stop))

        # The attribute says that hits are read from files that two processes can read at once.
        share = getattr(hits, "readable_after_fork", False)
        print_blocks(form, make_blocks(len(hits), make, share=share), color=color if not output.format else True)
    if not output.format:
        _print_total(result, options)  # on the screen also when the pager is gone


def _print_total(result: searchkit.SearchResult, options: searchkit.SearchOptions) -> None:
    shown = len(result.hits)
    took = f"{result.took_ms:.1f}" if result.took_ms < 10 else f"{result.took_ms:.0f}"
    found = f"{result.total:,} found"
    if not shown:
        print_diagnostic(f"{found}, none after the first {options.offset:,}")
        return
    if shown < result.total:
        found = f"{shown:,} of {found}" + (", -n 0 for all" if options.limit is not None else "")
    print_note(f"\n{found} ({took} ms)")
