"""`searchkit completion`: prints the scripts by which a shell completes what is typed, and answers
them.

Click finds the parameter that is being completed, and `candidates` its values. Where there are
none, the shell completes paths.
"""

from __future__ import annotations

import os
import string
from dataclasses import dataclass
from typing import ClassVar

import click
from click.shell_completion import (
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)

from searchkit.cli import COMPLETION, root_command
from searchkit.cli.options import quiet_option
from searchkit.cli.terminal import UNPRINTABLE

_BASH = """\
%(complete_func)s() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            plain,*) COMPREPLY+=("${line#*,}") ;;
            *) compopt -o default -o bashdefault ;;
        esac
    done < <(COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_BREAKS="$COMP_WORDBREAKS" \
        %(complete_var)s=bash_complete "$1" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[:=] ]]; then compopt -o nospace; fi
}
complete -o nosort -o bashdefault -o default -F %(complete_func)s %(prog_name)s
"""
_FISH = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')
"""The script of click, except that a value may hold commas."""

_PLAIN = frozenset(string.ascii_letters + string.digits + "_-./:=@%+,")
"""The ASCII characters that mean nothing to bash inside a word."""


class PathFallback(ShellComplete):
    """Completes paths where there is nothing else, and whatever fails.

    A candidate with line ends or control characters is left out: it would be several lines of the
    answer, could take control of the terminal, and could not be typed.
    """

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """The candidates for a word that is being typed, after the words before it."""
        try:
            found = super().get_completions(args, incomplete)
        except Exception:  # a message would disturb the line that is being typed
            found = []
        return [item for item in found if _is_one_line(item.value)] or [_paths(incomplete)]


@dataclass(frozen=True, slots=True)
class _Line:
    """A command line up to the cursor, as bash reads it."""

    words: list[str]
    """The words before the one that is being typed, without their quotes and backslashes."""
    incomplete: str
    """The word that is being typed, likewise."""
    kept: int
    """The characters of `incomplete` that stay: bash replaces those after them."""
    quote: str
    """The quote that is open, or ""."""


@add_completion_class
class Bash(PathFallback):
    """Completion for bash.

    Bash inserts what is answered as it is, so that the answer has to be quoted for the place where
    it goes; then it closes the quote that is open. The line is split here: in bash a colon ends a
    word, so that `topic:oi` would be two, and only the second is replaced by what was chosen.
    """

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = _BASH

    def complete(self) -> str:
        """The answer to the script: the part of each candidate that replaces bash's word."""
        line = _read_line(os.environ["COMP_WORDS"], os.environ.get("COMP_BREAKS", ""))
        if line is None:
            return "file,"
        found = self.get_completions(line.words[1:], line.incomplete)
        begin = line.incomplete[: line.kept]
        if found[0].type != "plain":
            return "\n".join(f"{item.type},{item.value.removeprefix(begin)}" for item in found)
        # Click's candidates for --sort=d are values of the option.
        option = line.incomplete[: line.incomplete.find("=") + 1] if line.incomplete.startswith("-") else ""
        whole = [f"{option}{item.value}" for item in found]
        parts = [value.removeprefix(begin) for value in whole if value.startswith(begin)]
        fitting = list(dict.fromkeys(part for part in parts if _fits(part, line.quote)))
        return "\n".join(f"plain,{_quoted(part, line.quote, len(fitting) == 1)}" for part in fitting) or "file,"


@add_completion_class
class Zsh(PathFallback, ZshComplete):
    """Completion for zsh."""


@add_completion_class
class Fish(PathFallback, FishComplete):
    """Completion for fish."""

    source_template: ClassVar[str] = _FISH


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@quiet_option
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


def _is_one_line(value: str) -> bool:
    return not UNPRINTABLE.search(value) and len(value.splitlines()) == 1


def _paths(incomplete: str) -> CompletionItem[str]:
    return CompletionItem(incomplete if _is_one_line(incomplete) else "", type="file")


def _read_line(typed: str, breaks: str) -> _Line | None:
    """Split a line as bash does. None: what is typed holds substitutions or operators, or its last
    word goes on behind a quote that is closed, where bash's own word is not known."""
    words: list[str] = []
    word: str | None = None
    quote, kept, has_operator, has_closed = "", 0, False, False
    position = 0
    while position < len(typed):
        sign, following = typed[position], typed[position + 1 : position + 2]
        position += 1
        if not quote and sign in " \t\n":
            words += [] if word is None else [word]
            word, kept, has_operator, has_closed = None, 0, False, False
            continue
        word = word or ""
        if sign == quote:
            quote, has_closed = "", True
        elif quote == "'":
            word += sign
        elif sign == "`" or (sign == "$" and following and following in ("({[" if quote else "({['\"")):
            return None
        elif sign == "\\" and (not quote or following in '$`"\\'):
            word += following
            position += 1
        elif quote:
            word += sign
        elif sign in "'\"":
            quote, kept = sign, len(word)
        else:
            word += sign
            has_operator |= sign in ";|&<>()"
            if sign in ":=@" and sign in breaks:
                kept = len(word) - (sign == "@")  # bash replaces the @ too
    if has_operator or (has_closed and not quote):
        return None
    return _Line(words, word or "", kept, quote)


def _fits(value: str, quote: str) -> bool:
    """Whether bash can insert a value: it takes a quote at the begin for the one that is open."""
    return bool(value) and not (quote and _quoted(value, quote, False).startswith(quote))


def _quoted(value: str, quote: str, is_alone: bool) -> str:
    """A value such that bash reads it as it is, without a quote, or inside one that is open.

    Bash closes the quote behind a value that is the only one, unless the last character is such a
    quote.
    """
    if not quote:
        return "".join(f"\\{sign}" if sign.isascii() and sign not in _PLAIN else sign for sign in value)
    if quote == "'":
        text = value.replace("'", "'\\''")
        return text[:-1] if is_alone and value.endswith("'") else text
    # Between double quotes bash would keep a backslash before "!", and remember earlier commands
    # without it.
    text = "".join('"\\!"' if sign == "!" else f"\\{sign}" if sign in '$`"\\' else sign for sign in value)
    if is_alone and value.endswith('"'):
        return f'{text[:-2]}"\\"'
    return f'{text}"' if is_alone and value.endswith("!") else text
