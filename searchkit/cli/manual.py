"""`searchkit help`: the manual's pages."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from searchkit.cli.roff import PAGES

FOLDER = Path(__file__).parent / "pages"


@click.command("help")
@click.argument("page", required=False, type=click.Choice(list(PAGES)))
@click.pass_context
def command(ctx: click.Context, page: str | None) -> None:
    """Explain the query language (query) and its dates (dates).

    \b
    Example:
      searchkit help query
    """
    if page is None:
        click.echo(ctx.find_root().get_help())
        return
    text = page_text(page)
    if sys.stdout.isatty() and text.count("\n") >= shutil.get_terminal_size().lines:
        os.environ.setdefault("LESS", "FRX")
        click.echo_via_pager(text)
    else:
        click.echo(text, nl=False)


def page_text(page: str) -> str:
    """The text of a page: headings at the margin in capitals, examples indented by four blanks."""
    return (FOLDER / f"{page}.txt").read_text(encoding="utf-8")
