"""`searchkit optimize`: all segments of an index into one."""

from __future__ import annotations

import click

import searchkit
from searchkit.cli.options import index_option, open_index, wait_option


@click.command("optimize")
@index_option
@wait_option
def command(place: str | None, wait: float) -> None:
    """Merge all segments of the index into one, in one commit.

    What deleted articles took is given back with the commit after it, when the old segments go.
    Searching goes on meanwhile. Answers stay the same; they come a little faster.

    \b
    Example:
      searchkit optimize
    """
    with open_index(place, searchkit.Optimizable) as engine:
        segments = engine.optimize(wait=wait)
        articles = engine.stats().articles
    what = "article" if articles == 1 else "articles"
    click.echo(f"{articles:,} {what} in {segments:,} {'segment' if segments == 1 else 'segments'}")
