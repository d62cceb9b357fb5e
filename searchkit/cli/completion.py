"""`searchkit completion`: scripts that complete commands and options in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a shell's completion script.

    \b
    Example:
      searchkit completion bash > ~/.local/share/bash-completion/completions/searchkit
    """
    from searchkit.cli import COMPLETION, commands

    kind = get_completion_class(shell)
    if kind is None:
        raise click.ClickException(f"no completion is known for {shell}")
    click.echo(kind(commands, {}, "searchkit", COMPLETION).source())
