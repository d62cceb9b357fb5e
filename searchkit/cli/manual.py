"""`searchkit help`: the manual's pages, and every command's own help."""

from __future__ import annotations

from pathlib import Path

import click

from searchkit.cli.roff import PAGES
from searchkit.cli.terminal import clean, page

FOLDER = Path(__file__).parent / "pages"


@click.command("help")
@click.argument("topic", required=False, metavar="[query|dates|COMMAND]")
@click.option("--no-pager", is_flag=True, help="Never through a pager.")
@click.pass_context
def command(ctx: click.Context, topic: str | None, no_pager: bool) -> None:
    """Explain the query language (query), its dates (dates), or a command.

    \b
    Example:
      searchkit help query
    """
    if topic in PAGES:
        page(page_text(topic).removesuffix("\n"), pager=not no_pager)
        return
    root = ctx.find_root()
    if topic is None:
        click.echo(root.get_help())
        click.echo(f"\nPages of the manual: searchkit help {' | '.join(PAGES)}")
        return
    found = root.command.get_command(root, topic) if isinstance(root.command, click.Group) else None
    if found is None:
        raise click.UsageError(f'there is no help on "{clean(topic)}"; there is on {", ".join(PAGES)} and on each command')
    click.echo(found.get_help(click.Context(found, parent=root, info_name=topic, **found.context_settings)))


def page_text(name: str) -> str:
    """The text of a page: headings at the margin in capitals, examples indented by four blanks."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
