"""Generates the reference of the commands from click's own objects."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from searchkit.cli import root_command

HEAD = """\
# Commands

This page is generated from the code by `scripts/reference`.

Data goes to stdout, everything else to stderr. The exit status is 0 when something was found or done,
1 when nothing was, 2 after an error, and 130 when the command was interrupted. Text from articles is
printed without control characters.

`searchkit help query` and `searchkit help dates` explain the
[query language](../searchkit/cli/pages/query.txt) and its [dates](../searchkit/cli/pages/dates.txt).
Settings come from an option, the environment (`SEARCHKIT_INDEX`, `SEARCHKIT_LANGUAGE`,
`SEARCHKIT_COLOR`, `SEARCHKIT_TIMEZONE`), a `searchkit.toml` in the current folder or above it, or the
user's own configuration file, in this order; `searchkit config` shows them.
"""


def command_reference() -> str:
    """The Markdown of `docs/commands.md`."""
    root = click.Context(root_command, info_name="searchkit", terminal_width=100)
    found = list(walk_commands(root_command, root))
    contents = [f"- [`{ctx.command_path}`](#{ctx.command_path.replace(' ', '-')}): {line}" for _, ctx, line in found]
    sections = [command_section(command, ctx) for command, ctx, _ in found]
    return "\n".join([HEAD, *contents, "", *sections]).rstrip() + "\n"


def walk_commands(group: click.Group, ctx: click.Context) -> Iterator[tuple[click.Command, click.Context, str]]:
    """Every command below a group with its context and its one line of help, subcommands after
    their group."""
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if command is None:
            raise LookupError(f"{ctx.command_path} lists {name}, which it does not have")
        own = click.Context(command, info_name=name, parent=ctx)
        yield command, own, command.get_short_help_str(limit=200)
        if isinstance(command, click.Group):
            yield from walk_commands(command, own)


def command_section(command: click.Command, ctx: click.Context) -> str:
    """The Markdown of one command: usage, help, options."""
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    lines = [f"## {ctx.command_path}", "", "```", usage, "```", "", *help_lines(command.help or "")]
    options = [
        record
        for parameter in command.params
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx)) is not None
    ]
    if options:
        lines += ["| option | meaning |", "|---|---|"]
        lines += [f"| `{cell(names)}` | {cell(text)} |" for names, text in options]
        lines.append("")
    return "\n".join(lines)


def help_lines(text: str) -> Iterator[str]:
    """A help text as Markdown: paragraphs that click does not fold become blocks of code."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b\n"):
            title, *examples = paragraph.removeprefix("\b\n").split("\n")
            yield from [title, "", "```", *(line.strip() for line in examples), "```", ""]
        else:
            yield from [paragraph, ""]


def cell(text: str) -> str:
    """A text as a cell of a Markdown table."""
    return text.replace("|", "\\|")
