"""Prints what a search found: hits become rows of the fields that a format has, or lines for people
to read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import click

import searchkit
from searchkit.cli.listing import IDS, Listing, Output
from searchkit.cli.pager import paged_output
from searchkit.cli.printers import Row, print_lines, print_listing
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
)
"""`rank` is the number of a hit, counted from 1."""
LINES_OF_TOTAL = 2
"""The lines that stand below the hits: an empty one, and how many there are."""


def print_answer(
    output: Output,
    result: searchkit.SearchResult,
    unprinted: deque[searchkit.Hit],
    options: searchkit.SearchOptions,
    color: bool,
    *,
    pager: bool = True,
) -> None:
    """Print the hits of a search in a format, or for people to read, with how many there are. What
    is longer than the screen goes through the pager.

    `unprinted` are the hits of the result, which itself has none. A hit keeps the article that it
    has read. Each is dropped when it is printed, so that -n 0 takes little memory.
    """
    shown = len(unprinted)
    hits = (unprinted.popleft() for _ in range(shown))
    with paged_output(pager=pager, reserved_lines=0 if output.format else LINES_OF_TOTAL):
        if not output.format:
            print_lines(_render_hits(hits, options.offset, color), color=color)
        else:
            head = result.to_dict()
            del head["hits"]
            print_listing(HITS, output, _rows(hits, output, options.offset), head)
    if not output.format:
        _print_total(result, shown, options)  # on the screen also when the pager is gone


def _rows(hits: Iterable[searchkit.Hit], output: Output, offset: int) -> Iterator[Row]:
    fields = ("id",) if output.format == "ids" else tuple(name for name in output.fields if name != "rank")
    for rank, hit in enumerate(hits, offset + 1):
        yield {"rank": rank, **hit.to_dict(fields)}


def _render_hits(hits: Iterable[searchkit.Hit], offset: int, color: bool) -> Iterator[str]:
    width = screen_width()
    for rank, hit in enumerate(hits, offset + 1):
        lines = "\n".join(hit_lines(rank, hit, width, color))
        yield lines if rank == offset + 1 else "\n" + lines


def _print_total(result: searchkit.SearchResult, shown: int, options: searchkit.SearchOptions) -> None:
    took = f"{result.took_ms:.1f}" if result.took_ms < 10 else f"{result.took_ms:.0f}"
    found = f"{result.total:,} found"
    if not shown:
        print_diagnostic(f"{found}, none after the first {options.offset:,}")
        return
    if shown < result.total:
        found = f"{shown:,} of {found}" + (", -n 0 for all" if options.limit is not None else "")
    click.echo(err=True)
    print_note(f"{found} ({took} ms)")
