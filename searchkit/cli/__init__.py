"""The terminal: commands that parse what was typed, ask the library, and print.

Useful for: people and scripts. Not useful for: programs in Python (use the library). Commands are imported when they
run, so that `--help` is instant.
"""

from __future__ import annotations

import difflib
import importlib
import os
import sys

import click

import searchkit
from searchkit.cli.terminal import clean, complain, complain_of_query

COMMANDS = {
    "index": ("index", "Read folders and files into the index, or bring it up to date."),
    "search": ("search", "Find articles."),
    "show": ("show", "Show one article."),
    "stats": ("stats", "Say what the index holds."),
    "roots": ("roots", "List, forget or move the folders that the index is kept up to date with."),
    "config": ("config", "Show the settings and where each comes from."),
    "completion": ("completion", "Print a shell's completion script."),
    "help": ("manual", "Explain the query language and its dates."),
}
"""Command: (module of this package, one line of help)."""

EXAMPLES = """
\b
Examples:
  searchkit index corpus/
  searchkit search '"peace talks" date:2020-04'
  searchkit search oil -iraq --sort -date -n 5
"""


class Commands(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"searchkit.cli.{COMMANDS[name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            close = difflib.get_close_matches(args[0], COMMANDS, 1, 0.5)
            hint = f" Did you mean {close[0]}?" if close else ""
            ctx.fail(f'there is no command "{clean(args[0])}".{hint}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=Commands, invoke_without_command=True, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(searchkit.__version__, prog_name="searchkit")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Full-text search for news archives."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit: 0 found, 1 nothing found, 2 any error, 130 interrupted; a closed pipe is quiet."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace" if stream is sys.stderr else "replace")
    status = 2
    try:
        status = commands.main(arguments, prog_name="searchkit", standalone_mode=False) or 0
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        status = done.exit_code
    except (click.Abort, KeyboardInterrupt):
        complain("interrupted; what was committed before stands")
        status = 130
    except BrokenPipeError:
        status = 0
    except click.ClickException as error:
        complain(error.format_message())
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(f"  see: {error.ctx.command_path} --help", err=True)
    except searchkit.QueryError as error:
        complain_of_query(error)
    except searchkit.UnknownArticle as error:
        complain(str(error))
        status = 1
    except searchkit.SearchkitError as error:
        complain(str(error))
    except OSError as error:
        complain(f"{error.filename or 'the system'}: {error.strerror or error}")
    except Exception as error:
        if os.environ.get("SEARCHKIT_DEBUG"):
            raise
        complain(f"internal error: {type(error).__name__}: {error} (SEARCHKIT_DEBUG=1 shows where)")
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        status = 0
    except OSError:
        status = 2
    if status in (0, 1, 2):
        _quiet_pipe()
    sys.exit(status)


def _quiet_pipe() -> None:
    """A pipe that was closed must not be complained of when the interpreter shuts down."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
