"""Tells options from words of the query.

An argument that begins with one "-" and is no option belongs to the query, so that `search oil
-iraq` works; after `--` everything is query. `-n5` and `--limit=5` are options with their values.
An argument that begins with two "-" and is no option is an error.
"""

from __future__ import annotations

import re
import shlex

import click

from searchkit.cli.terminal import print_diagnostic

_LONG_OPTION = re.compile(r"(--[A-Za-z][\w-]*)(=?)", re.ASCII)
_LETTER_AND_VALUE = re.compile(r"(-[A-Za-z])(?:(\d+)|=(.*))", re.ASCII | re.DOTALL)
_LETTERS = re.compile(r"-([A-Za-z]+)\d*", re.ASCII)

_LOST_QUOTES = re.compile(r"""(?P<sign>-?)(?:(?P<field>[A-Za-z]\w*):)?(?P<words>[^\s"():]+(?:\s+[^\s"():]+)+)""", re.ASCII)
"""An argument of several words, with a sign or a field before them and no quotes."""
_DATES = frozenset(("date", "since", "until", "after", "before", "on", "newer", "older", "from", "to", "published"))
"""Fields whose values have blanks without quotes."""

OTHER_NAMES = {
    "--after": "--since", "--from": "--since", "--start": "--since", "--newer": "--since",
    "--before": "--until", "--to": "--until", "--end": "--until", "--older": "--until",
    "--page": "--offset", "--skip": "--offset",
    "--max": "--limit", "--top": "--limit", "--head": "--limit", "--size": "--limit", "--rows": "--limit",
    "--number": "--limit", "--num": "--limit", "--results": "--limit", "--all": "--limit",
    "--total": "--count", "--order": "--sort", "--or": "--any", "--phrase": "--literal", "--fixed-strings": "--literal",
    "--case-sensitive": "--exact", "--no-stem": "--exact", "--tz": "--timezone", "--today": "--now",
    "--format": "--json", "--xml": "--json", "--colour": "--color", "--silent": "--quiet", "--place": "--index",
}  # fmt: skip
"""Names that other programs have for our options."""


class QueryCommand(click.Command):
    """A command whose last argument is a query: any number of words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value: dict[str, bool] = {}
        for parameter in self.get_params(ctx):
            if isinstance(parameter, click.Option):
                takes = not parameter.is_flag and not parameter.count
                takes_value.update(dict.fromkeys([*parameter.opts, *parameter.secondary_opts], takes))
        options: list[str] = []
        query: list[str] = []
        excluded: list[str] = []
        rest = iter(args)
        for argument in rest:
            long = _LONG_OPTION.match(argument)
            short = _LETTER_AND_VALUE.fullmatch(argument)
            if argument == "--":
                query += rest
            elif argument in takes_value:
                options.append(argument)
                if takes_value[argument]:
                    value = next(rest, None)
                    if value is None and not ctx.resilient_parsing:
                        raise click.BadOptionUsage(argument, f"{argument} needs a value", ctx)
                    options += [] if value is None else [value]
            elif long and (long[2] or long.end() == len(argument)):
                if not takes_value.get(long[1]) and not ctx.resilient_parsing:
                    if long[1] in takes_value:
                        raise click.BadOptionUsage(long[1], f"{long[1]} takes no value", ctx)
                    raise click.NoSuchOption(long[1], ctx=ctx)
                options.append(argument)
            elif short and takes_value.get(short[1]):
                options += [short[1], short[2] or short[3]]
            else:
                letters = _LETTERS.fullmatch(argument)
                # Other programs take several options together: -qn5.
                are_options = letters and all(f"-{letter}" in takes_value for letter in letters[1])
                if letters and (len(letters[1]) == 1 or are_options) and not ctx.resilient_parsing:
                    excluded.append(argument)
                query.append(argument)
        unparsed = super().parse_args(ctx, [*options, "--", *query])
        # From here on -q is known.
        if not ctx.resilient_parsing:
            for argument in query:
                _note_lost_quotes(argument, is_alone=len(query) == 1)
        for argument in excluded:
            print_diagnostic(f"note: {argument} excludes articles with the word {argument[1:]}")
        return unparsed


def _note_lost_quotes(argument: str, *, is_alone: bool) -> None:
    """Print a note about quotes that the shell has taken away: `-"oil prices"` comes as `-oil
    prices`, and `title:"oil prices"` too. A query of one argument begins with a field often."""
    found = _LOST_QUOTES.fullmatch(argument)
    if found is None or not (found["sign"] or (found["field"] and not is_alone)):
        return
    if (found["field"] or "").lower() in _DATES or {"OR", "AND", "NOT"} & set(found["words"].split()):
        return
    begin = found["sign"] + (f"{found['field']}:" if found["field"] else "")
    first = found["words"].split()[0]
    phrase = shlex.quote(f'{begin}"{found["words"]}"')
    print_diagnostic(f"note: {argument} is read as {begin}{first} and other words; a phrase is {phrase}")


def describe_unknown_option(error: click.NoSuchOption) -> str:
    """The message for an option that a command lacks: which one could be meant, by its name here
    or in other programs."""
    import difflib  # late: 0.6 ms at every start

    command = error.ctx.command if error.ctx else click.Command(None)
    known = [name for parameter in command.params for name in parameter.opts if name.startswith("--")]
    others = {other: name for other, name in OTHER_NAMES.items() if name in known}
    names = {name[2:]: option for name, option in (others | dict(zip(known, known, strict=True))).items()}
    close = difflib.get_close_matches(error.option_name.lstrip("-"), names, 1, 0.6)
    meant = names[close[0]] if close else None
    hint = f"; did you mean {meant}?" if meant else ""
    if not meant and isinstance(command, QueryCommand):
        hint = f"; to search for the word, write {error.option_name.lstrip('-')}"
    return f"there is no option {error.option_name}{hint}"
