"""What a shell completes: candidates for the values of options and for words of a query.

Each function is the `shell_complete` of a parameter. Where it fails (there is no index, say), the
shell completes paths.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import click

import searchkit
from searchkit.cli.connection_options import open_place
from searchkit.cli.roff import PAGES
from searchkit.cli.saved_queries import SavedQueries

MAX_CANDIDATES = 200
"""Maximum number of values of a field that are offered."""
MAX_SECONDS = 2
"""How long a request to a cluster may take: whoever types waits for it."""

_FIELD = re.compile(r"([(!-]*)([A-Za-z][A-Za-z_]*):(.*)", re.DOTALL)
"""A word of a query with a field: signs before it, its name, and the value so far."""
_DATES = ("last-month", "last-week", "last-year", "this-month", "this-week", "this-year", "today", "yesterday")

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def query_words(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Fields, and the values of those that have few: topics, sources, languages, dates, names of
    saved queries."""
    found = _FIELD.fullmatch(incomplete)
    if found is None:
        name = incomplete.lstrip("(!-")
        signs = incomplete.removesuffix(name)
        fields = sorted((*searchkit.query_fields(), "query"))
        return [f"{signs}{field}:" for field in fields if name and field.startswith(name)]
    signs, name, value = found.groups()
    return [f"{signs}{name}:{each}" for each in _field_values(ctx, name.lower(), value.lstrip('"'))]


def ids(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The ids of the index."""
    with _open(ctx) as engine:
        return [article_id for article_id, _ in engine.terms("id", incomplete, MAX_CANDIDATES)]


def ids_and_query_words(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The ids that begin with what was typed, or words of a query."""
    return (ids(ctx, parameter, incomplete) if incomplete else []) or query_words(ctx, parameter, incomplete)


def labels(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The labels of the roots of the index."""
    with _open(ctx) as engine:
        return [root.label for root in engine.roots() if root.label.startswith(incomplete)]


def formats(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names of formats."""
    return [row.name for row in searchkit.formats() if row.name.startswith(incomplete)]


def languages(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The languages that an index may have."""
    return [code for code in searchkit.languages() if code.startswith(incomplete)]


def zones(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names of time zones."""
    from zoneinfo import available_timezones  # late: 2 ms at every start

    return sorted(zone for zone in available_timezones() if zone.startswith(incomplete))


def saved_queries(ctx: click.Context, parameter: click.Parameter | None, incomplete: str) -> list[str]:
    """The names of saved queries."""
    return [name for name in SavedQueries() if name.startswith(incomplete)]


def help_topics(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The pages of the manual, and the commands."""
    root = ctx.find_root()
    commands = root.command.list_commands(root) if isinstance(root.command, click.Group) else []
    return [name for name in (*PAGES, *commands) if name.startswith(incomplete)]


def _field_values(ctx: click.Context, name: str, value: str) -> list[str]:
    """The values of a field that begin with what was typed of one."""
    if name in ("date", "since", "until"):
        return [date for date in _DATES if date.startswith(value)]
    if name == "query":
        return saved_queries(ctx, None, value)
    with _open(ctx) as engine:
        if name == "source":
            names = [source for source, _ in engine.stats().sources if source]
            return [_quoted(source) for source in names if source.casefold().startswith(value.casefold())][:MAX_CANDIDATES]
        return [term for term, _ in engine.terms(name, value, MAX_CANDIDATES)]


def _open(ctx: click.Context) -> searchkit.ArchiveEngine:
    """The index that the line names, in the command or in the group that it belongs to."""
    inner: click.Context | None = ctx
    place = None
    while inner is not None and place is None:
        place, inner = inner.params.get("place"), inner.parent
    return open_place(place, MAX_SECONDS)


def _quoted(value: str) -> str:
    """A value as a query has it: in quotes, where it has several words."""
    return value if value.isalnum() else '"' + value.replace('"', " ") + '"'
