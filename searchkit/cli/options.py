"""Options that several commands share, each defined once, and what they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

import searchkit
from searchkit.cli.settings import COLORS, find_setting

Command = Callable[..., Any]


def index_option(command: Command) -> Command:
    """-i/--index, as parameter `place`."""
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


def date_options(command: Command) -> Command:
    """--since and --until."""
    command = click.option("--until", default="", metavar="DATE", help="Up to this date, included.")(command)
    return click.option("--since", default="", metavar="DATE", help="From this date on.")(command)


def query_options(command: Command) -> Command:
    """How a query is read: --any, --literal, --exact, --timezone."""
    for option in (
        click.option("--timezone", default=None, metavar="ZONE", help="What relative dates are counted in (UTC)."),
        click.option("--exact", is_flag=True, help="Words as written: no stemming."),
        click.option("--literal", is_flag=True, help="All words are words: no operators, fields or wildcards."),
        click.option("--any", "match_any", is_flag=True, help="Any of the words, not all of them."),
    ):
        command = option(command)
    return command


def color_option(command: Command) -> Command:
    """--color auto, always or never."""
    return click.option("--color", type=click.Choice(COLORS), default=None, help="Colour the matches (auto).")(command)


def search_options(given: Mapping[str, Any]) -> searchkit.SearchOptions:
    """What was typed, as searchkit takes it; a command without one of the options has its default."""
    return searchkit.SearchOptions(
        limit=given.get("limit", 10) or None,
        offset=given.get("offset", 0),
        sort=given.get("sort", "relevance"),
        since=given.get("since", ""),
        until=given.get("until", ""),
        match_any=given["match_any"],
        literal=given["literal"],
        exact=given["exact"],
        timezone=find_setting("timezone", given["timezone"]).value,
    )


def open_index(place: str | None) -> searchkit.ArchiveEngine:
    """Open the index that the flag or the settings name."""
    return searchkit.open(find_setting("index", place).value)
