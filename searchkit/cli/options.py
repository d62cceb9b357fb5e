"""Options that several commands share, each defined once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

import searchkit
from searchkit.cli.settings import find_setting

Command = Callable[..., Any]


def index_option(command: Command) -> Command:
    return click.option("-i", "--index", "place", metavar="PLACE", help="The index (default: ./index).")(command)


def format_options(command: Command) -> Command:
    """--json, --jsonl, --csv, --table, as one parameter `form`."""
    for name, text in (
        ("table", "A table."),
        ("csv", "Comma-separated values with a header."),
        ("jsonl", "One JSON object a line."),
        ("json", "One JSON document."),
    ):
        command = click.option(f"--{name}", "form", flag_value=name, type=str, default=None, help=text)(command)
    return command


def query_options(command: Command) -> Command:
    """How a query is read, as parameters of searchkit.SearchOptions."""
    for option in (
        click.option("--timezone", default=None, metavar="ZONE", help="What relative dates are counted in (UTC)."),
        click.option("--exact", is_flag=True, help="Words as written: no stemming."),
        click.option("--literal", is_flag=True, help="All words are words: no operators, fields or wildcards."),
        click.option("--any", "match_any", is_flag=True, help="Any of the words, not all of them."),
        click.option("--until", default="", metavar="DATE", help="Up to this date, included."),
        click.option("--since", default="", metavar="DATE", help="From this date on."),
    ):
        command = option(command)
    return command


def color_option(command: Command) -> Command:
    choice = click.Choice(["auto", "always", "never"])
    return click.option("--color", type=choice, default=None, help="Colour the matches (auto).")(command)


def open_index(place: str | None, *, create: bool = False, language: str | None = None) -> searchkit.ArchiveEngine:
    """Open the index that the flag or the settings name."""
    return searchkit.open(find_setting("index", place).value, create=create, language=language)
