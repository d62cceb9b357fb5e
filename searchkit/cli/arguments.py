"""Tells options from words of the query.

An argument that begins with "-" and is not exactly an option's name, or `--name=value`, belongs to
the query, so that `search oil -iraq` works; after `--` everything is query.
"""

from __future__ import annotations

import re

import click

from searchkit.cli.terminal import print_diagnostic

_RUN_TOGETHER = re.compile(r"(-[A-Za-z])(\d+)")


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
        rest = iter(args)
        for argument in rest:
            if argument == "--":
                query += rest
            elif argument in takes_value:
                options.append(argument)
                if takes_value[argument]:
                    value = next(rest, None)
                    if value is None and not ctx.resilient_parsing:
                        raise click.BadOptionUsage(argument, f"{argument} needs a value", ctx)
                    options += [] if value is None else [value]
            elif "=" in argument and takes_value.get(argument.partition("=")[0]) and argument.startswith("--"):
                options.append(argument)
            else:
                run_together = _RUN_TOGETHER.fullmatch(argument)
                if run_together and takes_value.get(run_together[1]) and not ctx.resilient_parsing:
                    option, value = run_together.groups()
                    print_diagnostic(f"{argument} was read as a word of the query; the option is written {option} {value}")
                query.append(argument)
        return super().parse_args(ctx, [*options, "--", *query])
