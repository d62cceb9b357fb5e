"""`searchkit retry`: reads again the files that could not be read before."""

from __future__ import annotations

from typing import Any

import click

import searchkit
from searchkit.cli.options import index_option, open_index
from searchkit.cli.runs import print_report, run_options, run_with_progress, write_failures


@click.command("retry")
@index_option
@run_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Read files again that could not be read before, or only in part.

    Brings all roots up to date as searchkit index does, and also reads the files that had failures,
    even if their size and time have not changed: when a disk is back, permissions were given, or a
    newer searchkit reads more. What still cannot be read is listed again; the exit status is 2 when
    a failure is new.

    \b
    Example:
      searchkit retry --errors not-read.jsonl
    """
    write_failures(given["errors"])
    with open_index(given["place"], searchkit.RootSync) as engine:
        if not engine.roots():
            raise click.UsageError("the index remembers no root; name one: searchkit index FOLDER")
        report = run_with_progress(engine.index, given, retry=True)
    write_failures(given["errors"], report.failures)
    ctx.exit(print_report(report, given, with_known=True))
