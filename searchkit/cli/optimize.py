"""`searchkit optimize`: merges all segments of an index into one."""

from __future__ import annotations

import click

import searchkit
from searchkit.cli.options import index_option, open_index, wait_option
from searchkit.cli.terminal import quantity


@click.command("optimize")
@index_option
@wait_option
def command(place: str | None, wait: float) -> None:
    """Merge all segments of the index into one, in one commit.

    Searching goes on meanwhile. Results stay the same, and come a little faster. The next commit
    removes the old segments, and with them the space of deleted articles.

    On a cluster, the segments of each shard become one. Articles that were deleted count in scores
    until then. Where some were deleted just now, it takes half a minute until the cluster merges
    them away.

    \b
    Example:
      searchkit optimize
    """
    with open_index(place, searchkit.Optimizable) as engine:
        segments = engine.optimize(wait=wait)
        articles = engine.stats().articles
    click.echo(f"{quantity(articles, 'article', 'articles')} in {quantity(segments, 'segment', 'segments')}")
