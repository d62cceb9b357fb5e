"""`searchkit saved`: keeps queries under names, for `query:NAME` in other queries."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import get_args

import click

import searchkit
from searchkit.cli import candidates
from searchkit.cli.arguments import QueryCommand
from searchkit.cli.listing import Listing, Output, output_options
from searchkit.cli.options import quiet_option
from searchkit.cli.printers import print_listing
from searchkit.cli.saved_queries import NAME, read_saved_queries, write_saved_queries
from searchkit.cli.terminal import print_diagnostic, strip_controls

SAVED = Listing("saved", ("name", "query"))


class _SavedGroup(click.Group):
    """The commands of saved queries."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            close = difflib.get_close_matches(args[0], self.commands, 1, 0.3)
            hint = f"did you mean {close[0]}? There are" if close else "there are"
            ctx.fail(f'saved has no command "{strip_controls(args[0])}"; {hint} {", ".join(self.commands)}')
        return super().resolve_command(ctx, args)


@click.group("saved", cls=_SavedGroup, invoke_without_command=True)
@quiet_option
@click.pass_context
def command(ctx: click.Context) -> None:
    """Save queries under names, and list them.

    query:NAME in a query stands for the saved one, as if it stood there in parentheses.

    \b
    Example:
      searchkit saved add energy 'oil OR gas OR "natural gas"'
      searchkit search query:energy prices
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_saved)


@command.command("add", cls=QueryCommand)
@click.argument("name", shell_complete=candidates.saved_queries)
@click.argument("query", nargs=-1, metavar="QUERY...", shell_complete=candidates.query_words)
@click.option("--replace", is_flag=True, help="Replace the query that has this name.")
@click.option(
    "--dialect", type=click.Choice(get_args(searchkit.Dialect)), default=None, help="Translate a query of another system."
)
@quiet_option
def add(name: str, query: tuple[str, ...], replace: bool, dialect: str | None) -> None:
    """Save a query under a name of letters, digits, - and _.

    \b
    Example:
      searchkit saved add energy 'oil OR gas OR "natural gas"'
    """
    text = " ".join(query).strip()
    if not text:
        raise click.UsageError("a query is needed behind the name")
    if not re.fullmatch(NAME, name):
        raise click.UsageError(f'"{strip_controls(name)}" is no name; a name has letters, digits, - and _')
    saved = read_saved_queries()
    old = saved.get(name)
    if old is not None and not replace:
        raise click.ClickException(f"{name} is saved already, as {strip_controls(old)}; --replace replaces it")
    if dialect:
        translation = searchkit.translate(text, dialect)
        for warning in translation.warnings:
            print_diagnostic(f"warning: {warning}")
        text = translation.query
    _check(name, {**saved, name: text})
    write_saved_queries({**saved, name: text})
    if old is not None:
        print_diagnostic(f"replaced: {strip_controls(old)}")
    click.echo(f"query:{name} is {strip_controls(text)}")


def _check(name: str, saved: Mapping[str, str]) -> None:
    """Raise QueryError for a saved query that cannot be read."""
    with searchkit.open("memory:") as engine:
        engine.explain(f"query:{name}", saved_queries=saved)


@command.command("list")
@output_options(SAVED)
@quiet_option
@click.pass_context
def list_saved(ctx: click.Context, output: Output) -> None:
    """List the saved queries.

    \b
    Example:
      searchkit saved list --json
    """
    saved = read_saved_queries()
    if output.format:
        rows = [{"name": name, "query": saved[name]} for name in sorted(saved)]
        print_listing(SAVED, output, rows, {"meta": {"version": 1}})
    else:
        for name in sorted(saved):
            click.echo(f"{name}  {strip_controls(saved[name])}")
    if not saved:
        print_diagnostic("no query is saved; save one: searchkit saved add NAME QUERY")
        ctx.exit(1)


@command.command("show")
@click.argument("name", shell_complete=candidates.saved_queries)
@quiet_option
def show(name: str) -> None:
    """Print a saved query.

    \b
    Example:
      searchkit saved show energy
    """
    click.echo(strip_controls(_find(name, read_saved_queries())))


@command.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=candidates.saved_queries)
@quiet_option
def remove(names: tuple[str, ...]) -> None:
    """Remove saved queries.

    \b
    Example:
      searchkit saved remove energy
    """
    saved = read_saved_queries()
    for name in names:
        _find(name, saved)
    kept = {name: query for name, query in saved.items() if name not in names}
    write_saved_queries(kept)
    for name in dict.fromkeys(names):
        click.echo(f"{name} removed: {strip_controls(saved[name])}")
        users = [other for other, query in kept.items() if re.search(rf"(?i:query):\"?{re.escape(name)}(?![\w-])", query)]
        if users:
            print_diagnostic(f"warning: {', '.join(users)} cannot be searched without query:{name}")


def _find(name: str, saved: Mapping[str, str]) -> str:
    """A saved query. Raises ClickException for an unknown name, with the most similar one."""
    if name not in saved:
        close = difflib.get_close_matches(name, saved, 1, 0.6)
        hint = f"did you mean {close[0]}?" if close else "searchkit saved list shows those there are"
        raise click.ClickException(f'there is no saved query "{strip_controls(name)}"; {hint}')
    return saved[name]
