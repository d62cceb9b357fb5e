"""The options that several commands share, each defined once, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast, get_args

import click

import searchkit
from searchkit.cli import candidates
from searchkit.cli.connection_options import open_place
from searchkit.cli.saved_queries import SavedQueries
from searchkit.cli.settings import SETTINGS, find_setting
from searchkit.cli.terminal import print_diagnostic, set_quiet, set_typed_place

Command = Callable[..., Any]


def _note_place(ctx: click.Context, parameter: click.Parameter, place: str | None) -> str | None:
    if place is None:
        place = ctx.find_root().params.get("place")  # it may stand before the command too
    if place is not None:
        set_typed_place(place)
    return place


def _note_quiet(ctx: click.Context, parameter: click.Parameter, quiet: bool) -> None:
    if quiet:
        set_quiet()


def quiet_option(command: Command) -> Command:
    """-q/--quiet, which is no parameter."""
    return click.option(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        callback=_note_quiet,
        help="Print nothing on standard error but errors.",
    )(command)


def index_option(command: Command) -> Command:
    """-i/--index, as parameter `place`, and -q/--quiet."""
    return click.option(
        "-i",
        "--index",
        "place",
        metavar="PLACE",
        callback=_note_place,
        help="Where the index is: a folder or a URL (default: ./index).",
    )(quiet_option(command))


def wait_option(command: Command) -> Command:
    """--wait, for commands that write."""
    return click.option(
        "--wait",
        type=click.FloatRange(0),
        default=0,
        metavar="SECONDS",
        help="How long to wait for another writer (default: 0).",
    )(command)


def reading_options(command: Command) -> Command:
    """How the files of a root are read, and their limits: --include, --map, --max-member..."""
    for option in (
        click.option("--max-members", metavar="N", help="Limit of the members of an archive (default: 2,000,000)."),
        click.option("--max-ratio", metavar="N", help="Limit of the ratio of unpacked to packed size (default: 200)."),
        click.option("--max-unpacked", metavar="SIZE", help="Limit of all that one file unpacks to (default: 1TB)."),
        click.option("--max-member", metavar="SIZE", help="Limit of one unpacked member of an archive (default: 64GB)."),
        click.option("--max-article", metavar="SIZE", help="Limit of a text file or a JSON line (default: 64MB)."),
        click.option(
            "--format",
            metavar="NAME",
            shell_complete=candidates.formats,
            help="Read every file in this format (searchkit formats lists them).",
        ),
        click.option(
            "--date-order",
            metavar="ORDER",
            help="Order of day, month and year in dates such as 03/04/2020: dmy, mdy or ymd.",
        ),
        click.option(
            "--encoding",
            metavar="NAME",
            help="Encoding to try before any guess, such as windows-1251; byte-order marks count first.",
        ),
        click.option(
            "--map",
            multiple=True,
            metavar="FIELD=KEY",
            help="Of records with keys (JSON, tables, XML): the key that holds a field, such as body=text.",
        ),
        click.option(
            "--query",
            metavar="SQL",
            help="Of databases (SQLite): the SELECT whose rows are articles.",
        ),
        click.option("--exclude", multiple=True, metavar="GLOB", help="Leave out files that match."),
        click.option("--include", multiple=True, metavar="GLOB", help="Read only files that match."),
    ):
        command = option(command)
    return command


def reading_mapping(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The reading options that were typed, as `IndexOptions.options` takes them."""
    lists = {name: list(given[name]) for name in ("include", "exclude", "map") if given[name]}
    limits = ("max_article", "max_member", "max_unpacked", "max_ratio", "max_members")
    single = ("format", "encoding", "date_order", "query", *limits)
    return lists | {name: [given[name]] for name in single if given[name]}


def date_options(command: Command) -> Command:
    """--since and --until."""
    command = click.option("--until", default="", metavar="DATE", help="Only articles up to this date, included.")(command)
    return click.option("--since", default="", metavar="DATE", help="Only articles from this date on.")(command)


def _check_moment(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A text that `datetime.fromisoformat` reads. It stays a text, as what is kept of a search
    is."""
    try:
        if value is not None:
            datetime.fromisoformat(value)
    except ValueError:
        message = f'"{value}" is not a date here; expected one such as 2020-05-01 or 2020-05-01T12:00+04:00'
        raise click.BadParameter(message, ctx, parameter) from None
    return value


def query_options(command: Command) -> Command:
    """How a query is read: --dialect, --any, --literal, --exact, --now, --timezone."""
    for option in (
        click.option(
            "--timezone",
            shell_complete=candidates.zones,
            default=None,
            metavar="ZONE",
            help="Time zone that says which day today is (default: UTC).",
        ),
        click.option(
            "--now",
            default=None,
            metavar="DATE",
            callback=_check_moment,
            help="Count relative dates, such as today and 7d.., from this date.",
        ),
        click.option(
            "--dialect",
            type=click.Choice(get_args(searchkit.Dialect)),
            default=None,
            help="Read a query in the language of another system (see searchkit help dialects).",
        ),
        click.option("--exact", is_flag=True, help="Find words as written, without stemming."),
        click.option("--literal", is_flag=True, help="Read everything as words: no operators, fields or wildcards."),
        click.option("--any", "match_any", is_flag=True, help="Find articles with any of the words instead of all."),
    ):
        command = option(command)
    return command


def score_options(command: Command) -> Command:
    """What changes scores: --recent, --boost."""
    for option in (
        click.option(
            "--boost",
            multiple=True,
            metavar="FIELD=WEIGHT",
            help="Weight of title or body in scores, such as title=3 (default: title=2 body=1).",
        ),
        click.option("--recent", default="", metavar="TIME", help="Halve scores for each such time of age, such as 90d."),
    ):
        command = option(command)
    return command


def boost_mapping(given: Iterable[str]) -> dict[str, float]:
    """The weights of fields that were typed as FIELD=WEIGHT. Raises UsageError."""
    weights = {}
    for text in given:
        name, sign, weight = text.partition("=")
        field = name.strip().rstrip(":").lower()
        if field in weights:
            raise click.UsageError(f"--boost {text}: {field} has a weight already")
        try:
            weights[field] = float(weight)
        except ValueError:
            missing = f'"{weight}" is no number' if sign else "it has no ="
            raise click.UsageError(f"--boost {text}: {missing}; expected a field and its weight, such as title=3") from None
    return weights


def color_option(command: Command) -> Command:
    """--color auto, always or never."""
    return click.option(
        "--color", type=click.Choice(SETTINGS["color"].choices), default=None, help="Colour the matches (default: auto)."
    )(command)


def pager_option(command: Command) -> Command:
    """--no-pager, as parameter `no_pager`."""
    return click.option("--no-pager", is_flag=True, help="Print without a pager.")(command)


def search_options(given: Mapping[str, Any]) -> searchkit.SearchOptions:
    """The options of a search that were typed. An option that the command lacks has its default."""
    return searchkit.SearchOptions(
        limit=int(find_setting("limit", given.get("limit")).value) or None,
        offset=given.get("offset", 0),
        sort=cast(searchkit.Sort, find_setting("sort", given.get("sort")).value),
        since=given.get("since", ""),
        until=given.get("until", ""),
        now=datetime.fromisoformat(given["now"]) if given["now"] else None,
        match_any=given["match_any"],
        literal=given["literal"],
        exact=given["exact"],
        timezone=find_setting("timezone", given["timezone"]).value,
        dialect=given.get("dialect") or "",
        saved_queries=SavedQueries(),
        recent=given.get("recent", ""),
        boost=boost_mapping(given.get("boost", ())),
    )


_CAPABILITIES: dict[type, str] = {
    searchkit.RootSync: "keeps no roots; programs add its articles: engine.add(searchkit.read(PATH))",
    searchkit.Optimizable: "merges nothing on request",
}
"""What the error says of an engine that lacks a capability."""


@contextmanager
def open_index(place: str | None, *capabilities: type) -> Iterator[searchkit.ArchiveEngine]:
    """Open the index that the option or the settings name, and print its warnings.

    Raises Unsupported if its engine lacks one of the capabilities.
    """
    index = find_setting("index", place).value
    with reporting_warnings(open_place(place), index, *capabilities) as engine:
        yield engine


@contextmanager
def reporting_warnings(
    engine: searchkit.ArchiveEngine, index: str, *capabilities: type
) -> Iterator[searchkit.ArchiveEngine]:
    """Print the warnings of an open engine now and when the block ends, each once; then close it.

    Raises Unsupported if it lacks one of the capabilities.
    """
    with engine:
        for capability in capabilities:
            if not isinstance(engine, capability):
                raise searchkit.Unsupported(f"the engine of {index} {_CAPABILITIES[capability]}")
        printed: set[str] = set()
        for is_end in (False, True):
            for warning in engine.warnings:
                if warning not in printed:
                    print_diagnostic(f"warning: {warning}")
                    printed.add(warning)
            if not is_end:
                yield engine
