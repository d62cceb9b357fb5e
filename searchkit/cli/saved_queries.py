"""Keeps the user's saved queries in a file beside the user's settings: `queries.toml`.

Each line is `name = "query"`. Commands read it when a query says `query:NAME`, and not before.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from searchkit.cli.settings import user_folder

NAME = r"[\w-]+"
"""What a name may be: letters, digits, - and _."""


class SavedQueries(Mapping[str, str]):
    """The saved queries by name, read from the file when they are first needed."""

    def __init__(self) -> None:
        self._queries: dict[str, str] | None = None

    def _read(self) -> dict[str, str]:
        if self._queries is None:
            self._queries = read_saved_queries()
        return self._queries

    def __getitem__(self, name: str) -> str:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def saved_queries_file() -> Path:
    """Where the saved queries are kept."""
    return user_folder() / "queries.toml"


def read_saved_queries() -> dict[str, str]:
    """The saved queries by name; none where there is no file. Raises ClickException for a file that
    cannot be read."""
    import tomllib  # late: 2 ms at the start of a search without saved queries

    path = saved_queries_file()
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}") from error
    for name, query in found.items():
        if not isinstance(query, str):
            raise click.ClickException(f'{path}: {name} must be a query as text, such as {name} = "peace talks"')
        if not re.fullmatch(NAME, name):
            raise click.ClickException(f'{path}: "{name}" is no name; a name has letters, digits, - and _')
    return found


def write_saved_queries(queries: Mapping[str, str]) -> None:
    """Replace the file of the saved queries, in one step."""
    path = saved_queries_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    # A link stays, and what it leads to is replaced.
    path = path.resolve()
    lines = [f"{_toml_text(name)} = {_toml_text(queries[name])}\n" for name in sorted(queries)]
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _toml_text(text: str) -> str:
    """A text as a basic string of TOML 1.0."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda sign: f"\\u{ord(sign[0]):04x}", escaped) + '"'
