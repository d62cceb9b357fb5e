"""`searchkit completion`: prints the scripts by which a shell completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from searchkit.cli import COMPLETION, root_command


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    Example:
      searchkit completion bash > ~/.local/share/bash-completion/completions/searchkit
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.ClickException(f"no completion is known for {shell}")
    click.echo(kind(root_command, {}, "searchkit", COMPLETION).source())
