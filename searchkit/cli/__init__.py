"""The command line: commands parse what was typed, call the library, and print.

Programs in Python use the library instead. Commands are imported when they run, so that `--help` is
instant.
"""

from __future__ import annotations

import errno
import gc
import importlib
import os
import shlex
import shutil
import sys
from collections.abc import Iterable
from contextvars import copy_context
from typing import NoReturn

import click

import searchkit
from searchkit.cli.terminal import print_error, print_query_error, set_typed_place, strip_controls

COMMANDS = {
    "index": ("index", "Read folders and files into the index, or bring it up to date."),
    "retry": ("retry", "Read files again that could not be read before."),
    "search": ("search", "Find articles."),
    "translate": ("translate", "Translate a query of another system."),
    "show": ("show", "Show articles: by their numbers in the last search, or by id."),
    "open": ("open_article", "Open an article in the pager at the first match, or its page."),
    "saved": ("saved", "Save queries under names, for query:NAME in other queries."),
    "delete": ("delete", "Delete articles, or undo that."),
    "stats": ("stats", "Show what the index holds."),
    "copy": ("copy_index", "Copy an index to another place: from a folder to a cluster, or back."),
    "optimize": ("optimize", "Merge the segments of the index into one."),
    "verify": ("verify", "Check the index for damage, and repair it."),
    "roots": ("roots", "List, forget or move the folders that the index is kept up to date with."),
    "formats": ("formats", "List the formats that are read, and what each needs."),
    "config": ("config", "Show the settings and where each comes from."),
    "completion": ("completion", "Print a shell's completion script."),
    "help": ("manual", "Explain the query language and its dates."),
}
"""The commands: module of this package, and one line of help."""

OTHER_COMMANDS = {
    "add": "index", "build": "index", "import": "index", "update": "index", "reindex": "index --rebuild",
    "rebuild": "index --rebuild", "find": "search", "query": "search", "grep": "search", "list": "search '*'",
    "get": "show", "view": "show", "cat": "show", "info": "stats", "status": "stats", "count": "search --count",
    "check": "verify", "repair": "verify --repair", "merge": "optimize", "remove": "delete", "rm": "delete",
    "cp": "copy", "clone": "copy", "backup": "copy", "migrate": "copy",
    "version": "--version", "settings": "config", "man": "help",
}  # fmt: skip
"""What other programs call our commands."""
GC_THRESHOLDS = (100_000, 50, 100)
"""Thresholds of Python's garbage collector: it looks for reference cycles, and a command makes
almost none."""
COMPLETION = "_SEARCHKIT_COMPLETE"
"""The variable through which a shell asks for completions."""

MAX_HELP_WIDTH = 80
"""The columns of help on wider terminals."""

EXAMPLES = """
\b
Examples:
  searchkit index corpus/
  searchkit search '"peace talks" date:2020-04'
  searchkit search oil -iraq --sort -date -n 5
"""


class _HelpFormatter(click.HelpFormatter):
    """Help whose first column leaves room for the second one on narrow terminals."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl(rows, min(col_max, self.width * 2 // 5), col_spacing)


click.Context.formatter_class = _HelpFormatter


class LazyGroup(click.Group):
    """The commands, each imported when it is used."""

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
            set_typed_place(ctx.params.get("place") or "")
            import difflib  # late: 0.6 ms at every start

            close = difflib.get_close_matches(args[0], COMMANDS, 1, 0.6)
            meant = OTHER_COMMANDS.get(args[0].lower()) or (close[0] if close else None)
            hint = f" Did you mean {meant}?" if meant else f" To find articles: searchkit search {shlex.join(args)}"
            ctx.fail(f'there is no command "{strip_controls(args[0])}".{hint}')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup, invoke_without_command=True, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("-i", "--index", "place", metavar="PLACE", help="Where the index is: a folder or a URL.")
@click.version_option(searchkit.__version__, prog_name="searchkit")
@click.pass_context
def root_command(ctx: click.Context, place: str | None) -> None:
    """Full-text search for news archives."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run() -> NoReturn:
    """Run `main` and end the process at once.

    The interpreter's own shutdown, which frees all of NumPy and of searchkit, takes longer than a
    search.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # nothing here has work for the threads of OpenBLAS
    gc.set_threshold(*GC_THRESHOLDS)
    try:
        main()
    except SystemExit as end:
        os._exit(end.code if isinstance(end.code, int) else 2)
    os._exit(0)


def main(arguments: list[str] | None = None) -> None:
    """Run a command and exit: 0 found, 1 nothing found, 2 any error, 130 interrupted. A closed pipe
    is no error."""
    _configure_streams()
    try:
        try:
            # What -q and -i say of messages holds for this command alone.
            status = copy_context().run(_run_command, sys.argv[1:] if arguments is None else arguments)
        except (click.Abort, KeyboardInterrupt) as error:
            click.echo(err=True)  # below the terminal's ^C
            print_error("; ".join(filter(None, ("interrupted", str(error)))))
            status = 130
    except BrokenPipeError:
        status = 0
    except OSError:  # the message of another error could not be printed
        status = 2
    sys.exit(_flush_streams(status))


def _run_command(arguments: list[str]) -> int:
    """Run a command and return its exit status.

    Errors become messages, except an interrupt and a closed pipe.
    """
    completing = os.environ.get(COMPLETION)
    try:
        if completing:
            from click.shell_completion import shell_complete  # late: 0.4 ms at every start

            importlib.import_module("searchkit.cli.completion")  # our ways for bash, zsh and fish
            return shell_complete(root_command, {}, "searchkit", COMPLETION, completing)
        # Not click's own main(): it exits with 1 for a closed pipe, and here 1 means that nothing
        # was found.
        width = min(shutil.get_terminal_size().columns, MAX_HELP_WIDTH) - 2  # click's is at least 50
        with root_command.make_context("searchkit", list(arguments), terminal_width=width) as ctx:
            root_command.invoke(ctx)
        return 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        if isinstance(error, click.NoSuchOption):
            from searchkit.cli.arguments import describe_unknown_option  # late: 1 ms at every start

            print_error(describe_unknown_option(error))
        else:
            print_error(error.format_message())
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(f"  see: {error.ctx.command_path} --help", err=True)
    except searchkit.QueryError as error:
        print_query_error(error)
    except searchkit.UnknownArticle as error:
        print_error(str(error))
        return 1
    except searchkit.SearchkitError as error:
        print_error(str(error))
    except BrokenPipeError:
        raise
    except click.Abort:
        raise
    except OSError as error:
        named = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        print_error(f"{named}{_reason(error)}")
    except MemoryError:
        print_error("there is not enough memory for this")
    except Exception as error:
        if os.environ.get("SEARCHKIT_DEBUG"):
            import traceback  # late: 1 ms at every start

            traceback.print_exc()
        where = "" if os.environ.get("SEARCHKIT_DEBUG") else " (SEARCHKIT_DEBUG=1 shows where)"
        print_error(f"internal error: {' '.join(f'{type(error).__name__}: {error}'.split())}{where}")
    return 2


def _configure_streams() -> None:
    """Make stdout and stderr take any text: a character that their encoding lacks is replaced.

    What is printed to a closed stderr (2>&-) is lost, what is printed to a closed stdout (>&-) is
    an error.
    """
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell
            os.dup2(os.open(os.devnull, os.O_RDONLY if name == "stdout" else os.O_WRONLY), number)
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace" if name == "stdout" else "backslashreplace")


def _flush_streams(status: int) -> int:
    """Flush stdout and stderr and return the exit status.

    A closed pipe must not raise again when the interpreter ends.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if not isinstance(error, BrokenPipeError):
                if stream is sys.stdout and status != 2:
                    print_error(_reason(error))
                status = 2
    return status


def _reason(error: OSError) -> str:
    return "standard output is closed" if error.errno == errno.EBADF else error.strerror or str(error)
