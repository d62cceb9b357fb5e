"""`searchkit translate`: prints a query of another system in our query language."""

from __future__ import annotations

from typing import get_args

import click

import searchkit
from searchkit.cli.arguments import QueryCommand
from searchkit.cli.options import quiet_option
from searchkit.cli.printers import print_json
from searchkit.cli.terminal import print_diagnostic, strip_controls


@click.command("translate", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="QUERY...")
@click.option(
    "--from",
    "dialect",
    type=click.Choice(get_args(searchkit.Dialect)),
    help="The system of the query (required).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@quiet_option
def command(query: tuple[str, ...], dialect: str | None, as_json: bool) -> None:
    """Translate a query of another system into ours.

    The query is printed, and on stderr a warning for each piece without a counterpart. search
    --dialect reads such a query as it is. See searchkit help dialects.

    \b
    Example:
      searchkit translate --from factiva 'hd=europe and wc>500'
    """
    text = " ".join(query)
    if not dialect:
        raise click.UsageError(f"--from is needed: {', '.join(get_args(searchkit.Dialect))}")
    if not text.strip():
        raise click.UsageError("a query is needed")
    found = searchkit.translate(text, dialect)
    for warning in found.warnings:
        print_diagnostic(f"warning: {warning}")
    if as_json:
        print_json(
            {
                "meta": {"version": 1},
                "typed": text,
                "dialect": found.dialect,
                "query": found.query,
                "warnings": list(found.warnings),
            }
        )
    else:
        click.echo(strip_controls(found.query))
