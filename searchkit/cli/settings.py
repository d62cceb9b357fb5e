"""Finds settings in an option, the environment, a project file, the user file or the defaults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import click

COLORS = ("auto", "always", "never")
DEFAULTS = {"index": "index", "language": "", "color": "auto", "timezone": "UTC", "pager": "less"}
"""All settings with their defaults.

An empty language means that of the index, or English for a new one. The pager is a command of the
shell; an empty one, or cat, stands for none.
"""
COMMANDS = {"pager": "PAGER"}
"""Settings that are commands, each with the variable of other programs that counts before the
default. A file in a folder that somebody else made must not choose what is run."""


class Setting(NamedTuple):
    """A setting's value and where it was found."""

    name: str
    value: str
    origin: str


def find_setting(name: str, flag: str | None = None) -> Setting:
    """Find a setting. The path of an index in a file is relative to the folder of that file."""
    setting = _find_unchecked(name, flag)
    if name == "color" and setting.value not in COLORS:
        raise click.ClickException(f'{setting.origin}: color is one of {", ".join(COLORS)}; found "{setting.value}"')
    return setting


def _find_unchecked(name: str, flag: str | None) -> Setting:
    if flag is not None:
        return Setting(name, flag, "command line")
    variable = f"SEARCHKIT_{name.upper()}"
    if os.environ.get(variable):
        return Setting(name, os.environ[variable], variable)
    for path in _settings_files():
        value = _read_settings(path).get(name)
        if value is not None:
            if name in COMMANDS and path.parent != user_folder():
                raise click.ClickException(
                    f"{path}: {name} is a command, which only {user_folder() / 'config.toml'} and {variable} can set"
                )
            if not isinstance(value, str):
                raise click.ClickException(f'{path}: {name} must be a text, such as {name} = "{DEFAULTS[name] or "en"}"')
            if name == "index" and "://" not in value and value != "memory:":
                value = str(path.parent / Path(value).expanduser())
            return Setting(name, value, str(path))
    fallback = COMMANDS.get(name, "")
    if fallback in os.environ:
        return Setting(name, os.environ[fallback], fallback)
    return Setting(name, DEFAULTS[name], "default")


def _settings_files() -> list[Path]:
    try:
        here = Path.cwd()
        above = [here, *here.parents]
    except FileNotFoundError:  # the current folder has been removed
        above = []
    project = next((folder / "searchkit.toml" for folder in above if (folder / "searchkit.toml").is_file()), None)
    return [path for path in (project, user_folder() / "config.toml") if path is not None and path.is_file()]


def user_folder() -> Path:
    """The folder of the user's own settings, which depends on the system."""
    folder = Path(click.get_app_dir("searchkit"))
    # A relative folder has to be ignored (XDG Base Directory Specification).
    return folder if folder.is_absolute() else Path.home() / ".config" / "searchkit"


def _read_settings(path: Path) -> dict[str, Any]:
    import tomllib  # late: 2 ms at the start of a search without such a file

    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}") from error
    unknown = [key for key in found if key not in DEFAULTS]
    if unknown:
        raise click.ClickException(f'{path}: unknown setting "{unknown[0]}"; there are {", ".join(DEFAULTS)}')
    return found
