"""`searchkit stats`: prints what the index holds."""

from __future__ import annotations

import click

from searchkit.cli.options import index_option, open_index
from searchkit.cli.printers import date_text, print_json
from searchkit.cli.rendering import readable_date
from searchkit.cli.terminal import quantity, strip_controls

MAX_SOURCES = 10


@click.command("stats")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: str | None, as_json: bool) -> None:
    """Show what the index holds: articles, first and last date, sources, size, generation.

    \b
    Example:
      searchkit stats --json
    """
    with open_index(place) as engine:
        stats = engine.stats()
    if as_json:
        print_json(
            {
                "meta": {"version": 1},
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
        )
        return
    dates = f"{readable_date(stats.first)} to {readable_date(stats.last)}" if stats.first else "no dates"
    click.echo(f"articles    {stats.articles:,}")
    click.echo(f"dates       {dates}" + (f", {stats.undated:,} undated" if stats.undated else ""))
    for number, (name, count) in enumerate(stats.sources[:MAX_SOURCES]):
        click.echo(f"{'sources' if not number else '':<11} {strip_controls(name) or '(none)'}: {count:,}")
    if len(stats.sources) > MAX_SOURCES:
        click.echo(f"{'':<11} and {len(stats.sources) - MAX_SOURCES:,} more (--json lists all)")
    click.echo(f"size        {stats.size / 1e6:,.1f} MB in {quantity(stats.segments, 'segment', 'segments')}")
    click.echo(f"generation  {stats.generation}")
    click.echo(f"language    {stats.language}")
