"""`searchkit config`: prints the settings, where each comes from, and where they are looked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import click

import searchkit
from searchkit.cli.options import color_option, index_option
from searchkit.cli.printers import print_json
from searchkit.cli.settings import PROJECT_FILE, SETTINGS, find_setting, settings_files, user_file
from searchkit.cli.terminal import display_width, print_error, strip_controls


@click.command("config")
@index_option
@color_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(place: str | None, color: str | None, as_json: bool) -> None:
    """Show the settings and where each comes from.

    A setting comes from the first of these that has it: an option, the environment
    (SEARCHKIT_INDEX, ...), a searchkit.toml in this folder or above it, the user's own file, the
    default. A setting that is faulty is shown as ?, and the exit status is 2. A password or an API
    key is shown as (set). See searchkit help settings.

    \b
    Example:
      searchkit config
    """
    flags = {"index": place, "color": color}
    found = [_find(name, flags.get(name)) for name in SETTINGS]
    files = {str(path): path.is_file() for path in settings_files()}
    for fault in dict.fromkeys(one.fault for one in found if one.fault):
        print_error(fault)
    if as_json:
        values = {one.name: _to_dict(one) for one in found}
        looked_for = [{"path": path, "exists": exists} for path, exists in files.items()]
        print_json({"meta": {"version": 1}, "settings": values, "files": looked_for})
    else:
        _print_table(found, files)
    if any(one.fault for one in found):
        raise click.exceptions.Exit(2)


class _Found(NamedTuple):
    """A setting with where it comes from, or the `fault` for which it is not known."""

    name: str
    value: str
    origin: str
    fault: str = ""


def _find(name: str, flag: str | None) -> _Found:
    try:
        found = find_setting(name, flag)
        value = "(set)" if SETTINGS[name].is_secret and found.value else searchkit.hide_credentials(found.value)
        return _Found(name, value, found.origin)
    except click.ClickException as error:
        return _Found(name, "?", "see the error", error.message)


def _to_dict(found: _Found) -> dict[str, str | None]:
    if found.fault:
        return {"value": None, "origin": None, "fault": found.fault}
    return {"value": found.value, "origin": found.origin}


def _print_table(found: Sequence[_Found], files: Mapping[str, bool]) -> None:
    shown = [(one.name, strip_controls(one.value) or "-", strip_controls(one.origin)) for one in found]
    room = max(display_width(value) for _, value, _ in shown)
    names = max(map(len, SETTINGS))
    for name, value, origin in shown:
        click.echo(f"{name:<{names}}  {value}{' ' * (room - display_width(value))}  {origin}")
    click.echo("\nSettings are looked for in the environment (SEARCHKIT_INDEX, ...), and in these files:")
    if list(files) == [str(user_file())]:
        click.echo(f"  {PROJECT_FILE} in this folder or above it  (there is none)")
    for path, exists in files.items():
        click.echo(f"  {strip_controls(path)}{'' if exists else '  (not there)'}")
