"""`searchkit config`: prints the settings, where each comes from, and where they are looked for."""

from __future__ import annotations

import click

from searchkit.cli.options import color_option, index_option
from searchkit.cli.printers import print_json
from searchkit.cli.settings import PROJECT_FILE, SETTINGS, find_setting, settings_files, user_file
from searchkit.cli.terminal import display_width, strip_controls


@click.command("config")
@index_option
@color_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: str | None, color: str | None, as_json: bool) -> None:
    """Show the settings and where each comes from.

    A setting comes from the first of these that has it: an option, the environment
    (SEARCHKIT_INDEX, ...), a searchkit.toml in this folder or above it, the user's own file, the
    default. See searchkit help settings.

    \b
    Example:
      searchkit config
    """
    flags = {"index": place, "color": color}
    settings = [find_setting(name, flags.get(name)) for name in SETTINGS]
    files = {str(path): path.is_file() for path in settings_files()}
    if as_json:
        values = {s.name: {"value": s.value, "origin": s.origin} for s in settings}
        looked_for = [{"path": path, "exists": exists} for path, exists in files.items()]
        print_json({"meta": {"version": 1}, "settings": values, "files": looked_for})
        return
    shown = [(s.name, strip_controls(s.value) or "-", strip_controls(s.origin)) for s in settings]
    room = max(display_width(value) for _, value, _ in shown)
    for name, value, origin in shown:
        click.echo(f"{name:<10}{value}{' ' * (room - display_width(value))}  {origin}")
    click.echo("\nSettings are looked for in the environment (SEARCHKIT_INDEX, ...), and in these files:")
    if list(files) == [str(user_file())]:
        click.echo(f"  {PROJECT_FILE} in this folder or above it  (there is none)")
    for path, exists in files.items():
        click.echo(f"  {strip_controls(path)}{'' if exists else '  (not there)'}")
