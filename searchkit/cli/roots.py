"""`searchkit roots`: the folders and files that the index is kept up to date with."""

from __future__ import annotations

import sys

import click

import searchkit
from searchkit.cli.options import format_options, index_option, open_index, wait_option
from searchkit.cli.terminal import clean, complain

COLUMNS = ("label", "path", "articles", "files", "failed")


@click.group("roots", invoke_without_command=True)
@index_option
@format_options
@click.pass_context
def command(ctx: click.Context, place: str | None, form: str | None) -> None:
    """List the roots, forget one, or say where one lies now.

    \b
    Example:
      searchkit roots --table
    """
    ctx.obj = place
    if ctx.invoked_subcommand is not None:
        return
    from searchkit.cli.printers import print_rows

    with open_index(place, searchkit.RootSync) as engine:
        roots = engine.roots()
    rows = [
        {
            "label": root.label,
            "path": root.path,
            "articles": root.articles,
            "files": root.files,
            "failed": root.failed,
            "options": {name: list(values) for name, values in root.options.items()},
        }
        for root in roots
    ]
    if form:
        print_rows(form, "roots", COLUMNS, rows, {"meta": {"version": 1}})
    for root in () if form else roots:
        options = "".join(
            f" --{name.replace('_', '-')} {value}" for name, values in root.options.items() for value in values
        )
        failed = f", {root.failed:,} {'file' if root.failed == 1 else 'files'} not read" if root.failed else ""
        click.echo(f"{clean(root.label)}  {clean(root.path)}  {root.articles:,} articles{failed}{clean(options)}")
    if not roots:
        complain("the index remembers no root; name one: searchkit index FOLDER")
        ctx.exit(1)


@command.command("remove")
@click.argument("label")
@index_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@wait_option
@click.pass_context
def remove(ctx: click.Context, label: str, place: str | None, yes: bool, wait: float) -> None:
    """Forget a root and remove its articles.

    \b
    Example:
      searchkit roots remove corpus --yes
    """
    with open_index(place or ctx.obj, searchkit.RootSync) as engine:
        if not yes and any(root.label == label for root in engine.roots()):
            if not sys.stdin.isatty():
                raise click.UsageError("this removes articles; say --yes")
            if not click.confirm(f"Remove the root {clean(label)} and its articles?", err=True):
                complain("nothing was removed")
                ctx.exit(1)
        report = engine.remove_root(label, wait=wait)
    click.echo(f"{report.removed:,} removed")


@command.command("move")
@click.argument("label")
@click.argument("path")
@index_option
@wait_option
@click.pass_context
def move(ctx: click.Context, label: str, path: str, place: str | None, wait: float) -> None:
    """Say where a root lies now; its ids stay. The next run of `searchkit index` reads its files again.

    \b
    Example:
      searchkit roots move corpus /archive/corpus
    """
    with open_index(place or ctx.obj, searchkit.RootSync) as engine:
        engine.move_root(label, path, wait=wait)
    click.echo(f"{clean(label)} lies in {clean(path)} now; searchkit index reads it again")
