"""Options that several commands share, each defined once, and what they become."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

import searchkit
from searchkit.cli.settings import COLORS, find_setting
from searchkit.cli.terminal import complain

Command = Callable[..., Any]


def index_option(command: Command) -> Command:
    """-i/--index, as parameter `place`."""
    return click.option("-i", "--index", "place", metavar="PLACE", help="The index (default: ./index).")(command)


def wait_option(command: Command) -> Command:
    """--wait, for whatever writes."""
    return click.option(
        "--wait", type=click.FloatRange(0), default=0, metavar="SECONDS", help="Wait for another writer to be done (0)."
    )(command)


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


class FormatOption(click.Option):
    """An option whose help names formats, which are looked up when it is shown: `{names}` are all of them, `{titles}` those
    that take the option."""

    @property
    def help(self) -> str | None:
        text = self._text
        rows = searchkit.formats()
        ours = {suffix for row in rows if not row.package for suffix in row.suffixes}
        names = []
        for row in rows:
            taken = sorted(ours & set(row.suffixes)) if row.package else []
            names.append(f"{row.name} ({', '.join(taken)} only so)" if taken else row.name)
        titles = ", ".join(row.title for row in rows if self.name in row.options)
        return text.format(names=f"{', '.join(names[:-1])} or {names[-1]}", titles=titles)

    @help.setter
    def help(self, text: str | None) -> None:
        self._text = text or ""


def reading_options(command: Command) -> Command:
    """How the files of a root are read, and what is too large to be: --include, --map, --max-member and so on."""
    for option in (
        click.option("--max-members", metavar="N", help="Members of an archive (2,000,000)."),
        click.option("--max-ratio", metavar="N", help="How many times its size a file may unpack to (200)."),
        click.option("--max-unpacked", metavar="SIZE", help="All that one file unpacks to (1TB)."),
        click.option("--max-member", metavar="SIZE", help="A member of an archive, unpacked (64GB)."),
        click.option("--max-article", metavar="SIZE", help="A text file or a JSON line (64MB)."),
        click.option("--format", metavar="NAME", cls=FormatOption, help="Read every file as {names}."),
        click.option("--date-order", metavar="ORDER", help="Of dates such as 03/04/2020: dmy, mdy or ymd."),
        click.option("--encoding", metavar="NAME", help="Of files without a mark, before any guess (windows-1251)."),
        click.option(
            "--map", multiple=True, metavar="FIELD=KEY", cls=FormatOption, help="{titles}: the key of a field (body=text)."
        ),
        click.option("--exclude", multiple=True, metavar="GLOB", help="No files that match."),
        click.option("--include", multiple=True, metavar="GLOB", help="Only files that match."),
    ):
        command = option(command)
    return command


def reading_mapping(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The reading options that were typed, as searchkit takes them."""
    several = {name: list(given[name]) for name in ("include", "exclude", "map") if given[name]}
    single = ("format", "encoding", "date_order", "max_article", "max_member", "max_unpacked", "max_ratio", "max_members")
    return several | {name: [given[name]] for name in single if given[name]}


def date_options(command: Command) -> Command:
    """--since and --until."""
    command = click.option("--until", default="", metavar="DATE", help="Up to this date, included.")(command)
    return click.option("--since", default="", metavar="DATE", help="From this date on.")(command)


def query_options(command: Command) -> Command:
    """How a query is read: --any, --literal, --exact, --timezone."""
    for option in (
        click.option("--timezone", default=None, metavar="ZONE", help="Says which day today is (UTC)."),
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


_CAPABILITIES: dict[type, str] = {
    searchkit.RootSync: "keeps no roots; articles are added to it from a program",
    searchkit.Optimizable: "has nothing to optimize",
}
"""What is said of an engine that lacks a capability."""


@contextmanager
def open_index(place: str | None, *needed: type) -> Iterator[searchkit.ArchiveEngine]:
    """Open the index that the flag or the settings name, and say what is wrong with it.

    Raises Unsupported where its engine lacks a capability that is needed.
    """
    index = find_setting("index", place).value
    with warned(searchkit.open(index), index, *needed) as engine:
        yield engine


@contextmanager
def warned(engine: searchkit.ArchiveEngine, index: str, *needed: type) -> Iterator[searchkit.ArchiveEngine]:
    """The open engine of an index, closed at the end; what is wrong with the index is said when it is opened and after each
    change. Raises as `open_index`."""
    with engine:
        for capability in needed:
            if not isinstance(engine, capability):
                raise searchkit.Unsupported(f"the engine of {index} {_CAPABILITIES[capability]}")
        told: set[str] = set()
        for last in (False, True):
            for warning in engine.warnings:
                if warning not in told:
                    complain(f"warning: {warning}")
                    told.add(warning)
            if not last:
                yield engine
