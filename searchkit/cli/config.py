"""`searchkit config`: the settings, and where each comes from."""

from __future__ import annotations

import click

from searchkit.cli.settings import NAMES, find_setting
from searchkit.cli.terminal import clean


@click.command("config")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> None:
    """Show the settings and where each comes from: environment, searchkit.toml, user file, or default.

    \b
    Example:
      searchkit config
    """
    settings = [find_setting(name) for name in NAMES]
    if as_json:
        from searchkit.cli.printers import print_json

        print_json({s.name: {"value": s.value, "origin": s.origin} for s in settings})
        return
    for setting in settings:
        click.echo(f"{setting.name:<10}{clean(setting.value) or '-':<24}{clean(setting.origin)}")
