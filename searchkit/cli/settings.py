"""Finds settings in an option, the environment, a project file, the user file or the defaults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

import click


class Declaration(NamedTuple):
    """A setting as it is declared: its default, and one line of help.

    A value is one of `choices` where there are any, a whole number if `is_number`, and a list of
    names if `is_list`; all are texts here (names joined by commas). `variables` of other programs
    count after our own and the files. One that `is_path` is relative to the folder of its file,
    unless it is a URL. `example` is what messages show where the default is empty.

    A setting that `is_command` is never taken from a project's file: a folder that somebody else
    made must not choose what is run. Neither is one that `is_personal`: a password, and by what the
    cluster is known that gets it. The value of one that `is_secret` is not shown.
    """

    default: str
    text: str
    choices: tuple[str, ...] = ()
    is_number: bool = False
    is_list: bool = False
    is_command: bool = False
    variables: tuple[str, ...] = ()
    is_path: bool = False
    is_personal: bool = False
    is_secret: bool = False
    example: str = "..."


SETTINGS = {
    "index": Declaration("index", "Where the index is: a folder or a URL.", is_path=True),
    "language": Declaration("", "Language of a new index, such as de (default: en).", example="en"),
    "limit": Declaration("10", "How many articles search shows; 0 means all.", is_number=True),
    "sort": Declaration("relevance", "Order of the results of search.", choices=("relevance", "date", "-date")),
    "fields": Declaration("", "Fields of search --table, --csv and --tsv; JSON keeps its own.", is_list=True),
    "color": Declaration("auto", "When matches are in colour.", choices=("auto", "always", "never")),
    "pager": Declaration("less", "Command that pages long output; cat means none.", is_command=True, variables=("PAGER",)),
    "timezone": Declaration("UTC", "Time zone that says which day today is."),
    "opensearch_user": Declaration("", "User that a cluster is asked as.", example="ann"),
    "opensearch_password": Declaration("", "The user's password.", is_personal=True, is_secret=True),
    "opensearch_api_key": Declaration(
        "", "API key for a cluster, instead of a user and a password.", is_personal=True, is_secret=True
    ),
    "opensearch_ca_file": Declaration(
        "",
        "Certificates that a cluster is trusted by (default: the system's).",
        is_path=True,
        is_personal=True,
        example="ca.pem",
    ),
    "opensearch_timeout": Declaration("30", "How many seconds a request to a cluster may take.", is_number=True),
}
"""All settings, in the order in which `searchkit config` shows them."""
PROJECT_FILE = "searchkit.toml"
"""The name of a file of settings that holds for a folder and all below it."""


class Setting(NamedTuple):
    """A setting's value and where it was found."""

    name: str
    value: str
    origin: str


def find_setting(name: str, flag: str | int | None = None) -> Setting:
    """Find a setting. A path in a file is relative to the folder of that file."""
    setting = _find_unchecked(name, flag)
    declared = SETTINGS[name]
    if declared.choices and setting.value not in declared.choices:
        raise click.ClickException(
            f'{setting.origin}: {name} is one of {", ".join(declared.choices)}; found "{setting.value}"'
        )
    if declared.is_number and not (setting.value.isascii() and setting.value.isdigit()):
        raise click.ClickException(f'{setting.origin}: {name} is a whole number; found "{setting.value}"')
    return setting


def _find_unchecked(name: str, flag: str | int | None) -> Setting:
    if flag is not None:
        return Setting(name, str(flag), "command line")
    variable = f"SEARCHKIT_{name.upper()}"
    if os.environ.get(variable) or (SETTINGS[name].is_command and variable in os.environ):  # an empty command is none
        return Setting(name, os.environ[variable], variable)
    for path in settings_files():
        value = _read_settings(path).get(name)
        if value is not None:
            if SETTINGS[name].is_personal and path != user_file():
                raise click.ClickException(
                    f"{path}: {name} does not belong into a file that others may read or write; only {user_file()} and"
                    f" {variable} can set it"
                )
            if SETTINGS[name].is_command and path != user_file():
                raise click.ClickException(
                    f"{path}: {name} is a command, which only {user_file()} and {variable} can set;"
                    f" --no-{name} does without, and so does {variable}=cat"
                )
            text = _to_text(name, value, path)
            if SETTINGS[name].is_path and "://" not in text and text != "memory:":
                text = str(path.parent / Path(text).expanduser())
            return Setting(name, text, str(path))
    for fallback in SETTINGS[name].variables:
        if fallback in os.environ:
            return Setting(name, os.environ[fallback], fallback)
    return Setting(name, SETTINGS[name].default, "default")


def _to_text(name: str, value: object, path: Path) -> str:
    """A value of a file as text. Raises ClickException for one of another type."""
    declared = SETTINGS[name]
    if isinstance(value, str):
        return value
    if declared.is_number and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if declared.is_list and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    if declared.is_number:
        raise click.ClickException(f"{path}: {name} is a whole number, such as {name} = {declared.default}")
    if declared.is_list:
        raise click.ClickException(f'{path}: {name} is a list of names, such as {name} = ["date", "title"]')
    raise click.ClickException(f'{path}: {name} must be a text, such as {name} = "{declared.default or declared.example}"')


def user_file() -> Path:
    """The user's own file of settings, which need not be there."""
    return user_folder() / "config.toml"


def settings_files() -> list[Path]:
    """The files in which settings are looked for, the first before the others. The last is the
    user's, which need not be there; before it stands that of the folder, where there is one."""
    try:
        here = Path.cwd()
        above = [here, *here.parents]
    except FileNotFoundError:  # the current folder has been removed
        above = []
    project = next((folder / PROJECT_FILE for folder in above if (folder / PROJECT_FILE).is_file()), None)
    return [path for path in (project, user_file()) if path is not None]


def user_folder() -> Path:
    """The folder of the user's own settings, which depends on the system."""
    folder = Path(click.get_app_dir("searchkit"))
    # A relative folder has to be ignored (XDG Base Directory Specification).
    return folder if folder.is_absolute() else Path.home() / ".config" / "searchkit"


def _read_settings(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        import tomllib  # late: 2 ms at the start of a search without such a file

        found = tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}") from error
    unknown = [key for key in found if key not in SETTINGS]
    if unknown:
        raise click.ClickException(f'{path}: unknown setting "{unknown[0]}"; there are {", ".join(SETTINGS)}')
    return found
