"""`searchkit completion`: prints the scripts by which a shell completes what is typed, and answers
them.

Click finds the parameter that is being completed, and `candidates` its values. Where there are
none, the shell completes paths.
"""

from __future__ import annotations

import os
import shlex
from typing import ClassVar

import click
from click.shell_completion import (
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from searchkit.cli import COMPLETION, root_command

_BASH = """\
%(complete_func)s() {
    local type value
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            plain) COMPREPLY+=("$value") ;;
            *) compopt -o default -o bashdefault ;;
        esac
    done < <(COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[:=] ]]; then compopt -o nospace; fi
}
complete -o nosort -o bashdefault -o default -F %(complete_func)s %(prog_name)s
"""
_END = "\ue000"
"""A character of private use, which marks the end of what was typed."""


class PathFallback(ShellComplete):
    """Completes paths where there is nothing else, and whatever fails."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """The candidates for a word that is being typed, after the words before it."""
        try:
            found = super().get_completions(args, incomplete)
        except Exception:  # a message would disturb the line that is being typed
            found = []
        return found or [CompletionItem(incomplete, type="file")]


@add_completion_class
class Bash(PathFallback):
    """Completion for bash.

    The line is split here. In bash a colon ends a word, so that `topic:oi` would be two, and only
    the second is replaced by what was chosen.
    """

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is being typed, and that one."""
        words = split_arg_string(os.environ["COMP_WORDS"] + _END)
        return words[1:-1], words[-1].replace(_END, "")

    def complete(self) -> str:
        """The answer to the script: the part of each candidate that replaces bash's word."""
        args, incomplete = self.get_completion_args()
        in_quotes = _is_quote_open(os.environ["COMP_WORDS"])
        breaks = () if in_quotes else [sign for sign in os.environ.get("COMP_BREAKS", "") if sign in ":="]
        kept = max((incomplete.rfind(sign) + 1 for sign in breaks), default=0)
        lines = []
        for item in self.get_completions(args, incomplete):
            value = item.value[kept:] if item.value.startswith(incomplete[:kept]) else item.value
            lines.append(f"{item.type},{value if in_quotes else _escaped(value)}")
        return "\n".join(lines)


@add_completion_class
class Zsh(PathFallback, ZshComplete):
    """Completion for zsh."""


@add_completion_class
class Fish(PathFallback, FishComplete):
    """Completion for fish."""


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of a shell.

    It completes commands, options and their values, fields of queries, topics, sources and other
    values of the index, and paths.

    \b
    Example:
      searchkit completion bash > ~/.local/share/bash-completion/completions/searchkit
      searchkit completion zsh > ~/.zfunc/_searchkit
      searchkit completion fish > ~/.config/fish/completions/searchkit.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.ClickException(f"no completion is known for {shell}")
    click.echo(kind(root_command, {}, "searchkit", COMPLETION).source())


def _is_quote_open(typed: str) -> bool:
    try:
        shlex.split(typed)
    except ValueError:
        return True
    return False


def _escaped(value: str) -> str:
    """A value with a backslash before each character that has a meaning in bash."""
    return "".join(f"\\{sign}" if sign in " \"'\\$`!&|;()<>*?[]{}#~" else sign for sign in value)
