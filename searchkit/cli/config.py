"""`searchkit config`: the settings, and where each comes from."""

from __future__ import annotations

import click

from searchkit.cli.options import color_option, index_option
from searchkit.cli.settings import DEFAULTS, find_setting
from searchkit.cli.terminal import clean, width_of


@click.command("config")
@index_option
@color_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(place: str | None, color: str | None, as_json: bool) -> None:
    """Show the settings and where each comes from.

    The first of: an option, the environment (SEARCHKIT_INDEX, ...), a searchkit.toml in this folder or above it,
    the user's own file, the default.

    \b
    Example:
      searchkit config
    """
    flags = {"index": place, "color": color}
    settings = [find_setting(name, flags.get(name)) for name in DEFAULTS]
    if as_json:
        from searchkit.cli.printers import print_json

        values = {s.name: {"value": s.value, "origin": s.origin} for s in settings}
        print_json({"meta": {"version": 1}, "settings": values})
        return
    shown = [(s.name, clean(s.value) or "-", clean(s.origin)) for s in settings]
    room = max(width_of(value) for _, value, _ in shown)
    for name, value, origin in shown:
        click.echo(f"{name:<10}{value}{' ' * (room - width_of(value))}  {origin}")
