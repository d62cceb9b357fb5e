"""Opens the index that the settings name, connects to it if it is on a cluster, and has the options
of how an archive lies there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict, get_args

import click

import searchkit
from searchkit.cli.settings import Setting, find_setting, settings_files, user_file


def layout_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a new archive lies on a cluster: --shards, --replicas, --partition."""
    for option in (
        click.option(
            "--partition",
            type=click.Choice(get_args(searchkit.Partition)),
            help="On a cluster: an index for each year or month of a new or rebuilt archive (default: none).",
        ),
        click.option(
            "--replicas",
            type=click.IntRange(0),
            metavar="N",
            help="On a cluster: copies of each shard of a new or rebuilt archive, on other nodes (default: 1).",
        ),
        click.option(
            "--shards",
            type=click.IntRange(1),
            metavar="N",
            help="On a cluster: shards of each index of a new or rebuilt archive (default: 1).",
        ),
    ):
        command = option(command)
    return command


def layout_mapping(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of `layout_options` that were typed, as `searchkit.open` takes them."""
    return {name: given[name] for name in ("shards", "replicas", "partition") if given[name] is not None}


class _ConnectionOptions(TypedDict, total=False):
    connection: searchkit.Connection


def connection_options(index: Setting, max_timeout: int | None = None) -> _ConnectionOptions:
    """What `searchkit.open` has to know to reach an index: nothing for a folder. A request may take
    no longer than `max_timeout` seconds, whatever the settings say.

    Raises ClickException for settings that are faulty, and for a cluster that a project's file
    names where there are credentials: whoever wrote that file would get them.
    """
    if not searchkit.is_on_cluster(index.value):
        return {}
    found = [find_setting(f"opensearch_{name}") for name in ("user", "password", "api_key", "ca_file")]
    user, password, api_key, ca_file = (one.value or None for one in found)
    if api_key and (user or password):
        other, key = found[0 if user else 1], found[2]
        raise click.ClickException(
            f"{other.origin} sets {other.name}, and {key.origin} sets {key.name}; expected one of them: a user and a"
            " password, or an API key"
        )
    if (password or api_key) and index.origin in map(str, settings_files()) and index.origin != str(user_file()):
        raise click.ClickException(
            f"{index.origin} names the index {index.value}, and your password or API key is not sent to a cluster that"
            f" a project's file chooses; to search there, name it yourself: -i {index.value}, SEARCHKIT_INDEX, or"
            f" {user_file()}"
        )
    seconds = find_setting("opensearch_timeout")
    timeout = int(seconds.value)
    if not timeout:
        raise click.ClickException(f"{seconds.origin}: opensearch_timeout must be 1 second or more; found {seconds.value}")
    if max_timeout is not None:
        timeout = min(timeout, max_timeout)
    return {"connection": searchkit.Connection(user, password, api_key, ca_file, timeout)}


def open_place(place: str | None, max_timeout: int | None = None) -> searchkit.ArchiveEngine:
    """Open the index that the option or the settings name (see `connection_options`)."""
    index = find_setting("index", place)
    return searchkit.open(index.value, **connection_options(index, max_timeout))
