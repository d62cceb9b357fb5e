"""`searchkit stats`: prints what the index holds."""

from __future__ import annotations

import click

from searchkit.cli.listing import Listing, Output, output_options
from searchkit.cli.options import index_option, open_index
from searchkit.cli.printers import date_text, print_listing
from searchkit.cli.terminal import quantity, readable_date, strip_controls

MAX_SOURCES = 10
STATS = Listing(
    "",
    ("articles", "first", "last", "undated", "sources", "size", "generation", "segments", "language"),
    text_fields=("articles", "first", "last", "undated", "size", "generation", "segments", "language"),
)


@click.command("stats")
@index_option
@output_options(STATS)
def command(place: str | None, output: Output) -> None:
    """Show what the index holds: articles, first and last date, sources, size, generation.

    \b
    Example:
      searchkit stats --json
    """
    with open_index(place) as engine:
        stats = engine.stats()
    if output.format:
        row = {
            "articles": stats.articles,
            "first": date_text(stats.first),
            "last": date_text(stats.last),
            "undated": stats.undated,
            "sources": [{"source": name, "articles": count} for name, count in stats.sources],
            "size": stats.size,
            "generation": stats.generation,
            "segments": stats.segments,
            "language": stats.language,
        }
        print_listing(STATS, output, [row], {"meta": {"version": 1}})
        return
    dates = (
        f"{readable_date(date_text(stats.first))} to {readable_date(date_text(stats.last))}" if stats.first else "no dates"
    )
    click.echo(f"articles    {stats.articles:,}")
    click.echo(f"dates       {dates}" + (f", {stats.undated:,} undated" if stats.undated else ""))
    for number, (name, count) in enumerate(stats.sources[:MAX_SOURCES]):
        click.echo(f"{'sources' if not number else '':<11} {strip_controls(name) or '(none)'}: {count:,}")
    if len(stats.sources) > MAX_SOURCES:
        click.echo(f"{'':<11} and {len(stats.sources) - MAX_SOURCES:,} more (--json lists all)")
    click.echo(f"size        {stats.size / 1e6:,.1f} MB in {quantity(stats.segments, 'segment', 'segments')}")
    click.echo(f"generation  {stats.generation}")
    click.echo(f"language    {stats.language}")
