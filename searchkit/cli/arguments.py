"""Which arguments are options, and which belong to the query?

An argument that begins with "-" and is not exactly an option's name, or `--name=value`, belongs to the query, so that
`search oil -iraq` works; after `--` everything is query.
"""

from __future__ import annotations

import click


class QueryCommand(click.Command):
    """A command whose last argument is a query of any words."""

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
                    options += [value for value in [next(rest, None)] if value is not None]
            elif argument.startswith("--") and takes_value.get(argument.partition("=")[0]) and "=" in argument:
                options.append(argument)
            else:
                query.append(argument)
        return super().parse_args(ctx, [*options, "--", *query])
