"""`searchkit roots`: lists, forgets and moves the roots of an index."""

from __future__ import annotations

import sys

import click

import searchkit
from searchkit.cli import candidates
from searchkit.cli.listing import Listing, Output, output_options
from searchkit.cli.options import index_option, open_index, wait_option
from searchkit.cli.printers import print_listing
from searchkit.cli.terminal import print_diagnostic, quantity, strip_controls, with_typed_place

ROOTS = Listing(
    "roots",
    ("label", "path", "articles", "files", "failed", "options"),
    text_fields=("label", "path", "articles", "files", "failed"),
)


@click.group("roots", invoke_without_command=True)
@index_option
@output_options(ROOTS)
@click.pass_context
def command(ctx: click.Context, place: str | None, output: Output) -> None:
    """List the roots, forget one, or change the path of one.

    \b
    Example:
      searchkit roots --table
    """
    ctx.obj = place
    if ctx.invoked_subcommand is not None:
        return

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
    if output.format:
        print_listing(ROOTS, output, rows, {"meta": {"version": 1}})
    for root in () if output.format else roots:
        options = "".join(
            f" --{name.replace('_', '-')} {value}" for name, values in root.options.items() for value in values
        )
        failed = f", {quantity(root.failed, 'file', 'files')} not read" if root.failed else ""
        name, path = strip_controls(root.label), strip_controls(root.path)
        click.echo(f"{name}  {path}  {quantity(root.articles, 'article', 'articles')}{failed}{strip_controls(options)}")
    if not roots:
        print_diagnostic("the index remembers no root; name one: searchkit index FOLDER")
        ctx.exit(1)


@command.command("remove")
@click.argument("label", shell_complete=candidates.labels)
@index_option
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
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
            if not click.confirm(f"Remove the root {strip_controls(label)} and its articles?", err=True):
                print_diagnostic("nothing was removed")
                ctx.exit(1)
        report = engine.remove_root(label, wait=wait)
    click.echo(f"{report.removed:,} removed")


@command.command("move")
@click.argument("label", shell_complete=candidates.labels)
@click.argument("path")
@index_option
@wait_option
@click.pass_context
def move(ctx: click.Context, label: str, path: str, place: str | None, wait: float) -> None:
    """Change the path of a root. Ids stay; the next `searchkit index` reads the files again.

    \b
    Example:
      searchkit roots move corpus /archive/corpus
    """
    with open_index(place or ctx.obj, searchkit.RootSync) as engine:
        engine.move_root(label, path, wait=wait)
    click.echo(
        with_typed_place(f"{strip_controls(label)} lies in {strip_controls(path)} now; to read it again: searchkit index")
    )
