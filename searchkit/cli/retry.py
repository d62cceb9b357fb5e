"""`searchkit retry`: read again what could not be read before."""

from __future__ import annotations

from typing import Any

import click

import searchkit
from searchkit.cli.options import index_option, open_index
from searchkit.cli.runs import errors_file, run, run_options, tell


@click.command("retry")
@index_option
@run_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Read the files again that could not be read before, or not all of them.

    As searchkit index does for all roots, but files that had problems are read whatever their size and time: after
    a disk is back, rights were given, or this program reads more. What still cannot be read is named again; the exit
    status is 2 when something new cannot be read.

    \b
    Example:
      searchkit retry --errors not-read.jsonl
    """
    with errors_file(given["errors"]) as tell_errors:
        with open_index(given["place"], searchkit.RootSync) as engine:
            if not engine.roots():
                raise click.UsageError("the index remembers no root; name one: searchkit index FOLDER")
            report = run(engine.index, given, retry=True)
        tell_errors(report)
    ctx.exit(tell(report, given, known=True))
