"""`searchkit help`: prints the pages of the manual, and the help of each command."""

from __future__ import annotations

from pathlib import Path

import click

from searchkit.cli import candidates
from searchkit.cli.options import pager_option, quiet_option
from searchkit.cli.pager import paged_output
from searchkit.cli.roff import PAGES
from searchkit.cli.terminal import strip_controls

FOLDER = Path(__file__).parent / "pages"


@click.command("help")
@click.argument(
    "topic", required=False, metavar="[query|dates|dialects|output|settings|COMMAND]", shell_complete=candidates.help_topics
)
@pager_option
@quiet_option
@click.pass_context
def command(ctx: click.Context, topic: str | None, no_pager: bool) -> None:
    """Explain the query language (query), its dates (dates), queries of other systems
    (dialects), formats for programs (output), the settings (settings), or a command.

    \b
    Example:
      searchkit help query
    """
    with paged_output(pager=not no_pager):
        click.echo(_help_on(ctx.find_root(), topic))


def _help_on(root: click.Context, topic: str | None) -> str:
    if topic in PAGES:
        return page_text(topic).removesuffix("\n")
    if topic is None:
        return f"{root.get_help()}\n\nPages of the manual: searchkit help {' | '.join(PAGES)}"
    found = root.command.get_command(root, topic) if isinstance(root.command, click.Group) else None
    if found is None:
        raise click.UsageError(
            f'no help on "{strip_controls(topic)}"; there is help on {", ".join(PAGES)} and on each command'
        )
    return found.get_help(click.Context(found, parent=root, info_name=topic, **found.context_settings))


def page_text(name: str) -> str:
    """The text of a page: headings at the margin in capitals, examples indented by four blanks."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
