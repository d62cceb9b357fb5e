"""`searchkit help`: the manual's pages, and the same pages as man pages."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

PAGES = {"query": "the query language", "dates": "dates in queries"}
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


def man_page(page: str, text: str, version: str) -> str:
    """The text of a page as a man page of section 7 (man(7) macros)."""
    name = f"searchkit-{page}"
    lines = [f'.TH "{name.upper()}" 7 "" "searchkit {version}"', ".SH NAME", f"{name} \\- {PAGES[page]}"]
    literal = False
    for line in text.split("\n"):
        example = line.startswith("    ")
        if example != literal and line.strip():
            lines.append(".nf" if example else ".fi")
            literal = example
        if not line.strip():
            lines.append("" if literal else ".PP")
        elif line.isupper() and not line.startswith(" "):
            lines.append(f'.SH "{_roff(line)}"')
        else:
            lines.append(_roff(line))
    return "\n".join(lines).rstrip("\n.P") + "\n"


def _roff(line: str) -> str:
    escaped = line.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
