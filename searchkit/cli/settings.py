"""Where do settings come from? Flag, environment, project file, user file, default: the first that has one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

NAMES = ("index", "language", "color", "timezone")
DEFAULTS = {"index": "index", "language": "", "color": "auto", "timezone": "UTC"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting's value and where it was found."""

    name: str
    value: str
    origin: str


def find_setting(name: str, flag: str | None = None) -> Setting:
    """Find a setting. A relative index place in a file is meant from that file's folder."""
    if flag is not None:
        return Setting(name, flag, "command line")
    variable = f"SEARCHKIT_{name.upper()}"
    if os.environ.get(variable):
        return Setting(name, os.environ[variable], variable)
    for path in _files():
        value = _read(path).get(name)
        if value is not None:
            if not isinstance(value, str):
                raise click.ClickException(f"{path}: {name} must be a text")
            place = str(path.parent / value) if name == "index" and "://" not in value else value
            return Setting(name, place, str(path))
    return Setting(name, DEFAULTS[name], "default")


def _files() -> list[Path]:
    folder = Path.cwd()
    project = next((p / "searchkit.toml" for p in (folder, *folder.parents) if (p / "searchkit.toml").is_file()), None)
    import platformdirs  # only a search that gets here needs it

    user = platformdirs.user_config_path("searchkit") / "config.toml"
    return [path for path in (project, user) if path is not None and path.is_file()]


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}") from error
