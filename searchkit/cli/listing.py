"""What every listing has in common: its fields, and the options that say how it is printed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import click

from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import strip_controls

Command = Callable[..., Any]

FORMATS = {
    "json": "Print one JSON document.",
    "jsonl": "Print one JSON object a line.",
    "csv": "Print comma-separated values with a header.",
    "tsv": "Print values separated by tabs, with a header.",
    "table": "Print a table, as wide as the terminal.",
}
"""The formats of every listing, with their help."""
IDS = {"ids": "Print only the ids, one a line."}
TEXT_FORMATS = ("csv", "tsv")
"""The formats of texts that programs read."""


class Listing(NamedTuple):
    """What a command lists: `name` is the key of the rows in a JSON document, "" for a listing of
    one row, which is the document itself.

    `fields` are all that a row has, `json_fields` those that JSON has, `text_fields` those that CSV
    and TSV have, and `table_fields` those of a table (none: the same), unless --fields chooses.
    `aliases` are other names of fields. `formats` are what the listing can be printed as besides
    FORMATS, with their help. `setting` names the setting that chooses the fields of these formats,
    if there is one.
    """

    name: str
    fields: tuple[str, ...]
    json_fields: tuple[str, ...] = ()
    text_fields: tuple[str, ...] = ()
    table_fields: tuple[str, ...] = ()
    aliases: Mapping[str, str] = {}
    formats: Mapping[str, str] = {}
    setting: str = ""


class Output(NamedTuple):
    """How to print a listing. `format` is "" where people read it; `fields` are those of the
    format, in order; `id_end` ends each id of `--ids`."""

    format: str
    fields: tuple[str, ...]
    id_end: str = "\n"


def output_options(listing: Listing) -> Callable[[Command], Command]:
    """--json, --jsonl, --csv, --tsv, --table and --fields, as one parameter `output`, an Output;
    -0 too where the listing has --ids."""
    formats = {**FORMATS, **listing.formats}

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def call(*args: Any, **given: Any) -> Any:
            typed = [name for name in formats if given.pop(f"as_{name}")]
            fields, null = given.pop("fields"), given.pop("null", False)
            return command(*args, **given, output=_choose_output(listing, typed, fields, null))

        if "ids" in formats:
            call = click.option("-0", "--null", is_flag=True, help="Print the ids, each ended by a NUL, for xargs -0.")(call)
        call = click.option(
            "--fields", metavar="NAME,...", help=f"The fields to print, in this order: {', '.join(listing.fields)}."
        )(call)
        for name, text in reversed(formats.items()):
            call = click.option(f"--{name}", f"as_{name}", is_flag=True, help=text)(call)
        return call

    return decorate


def _choose_output(listing: Listing, typed: list[str], fields: str | None, null: bool) -> Output:
    """Raises UsageError for options that contradict each other."""
    if len(typed) > 1:
        raise click.UsageError(f"--{typed[0]} and --{typed[1]} are two ways to print the same; give one")
    form = typed[0] if typed else ""
    if null:
        if form not in ("", "ids"):
            raise click.UsageError(f"-0 ends ids, and --{form} prints more than ids; give one of them")
        form = "ids"
    if fields is not None:
        if form and form not in FORMATS:
            raise click.UsageError(f"--fields and --{form} contradict each other; give one of them")
        return Output(form or "table", choose_fields(listing, fields))
    defaults = dict.fromkeys(TEXT_FORMATS, listing.text_fields) | {"table": listing.table_fields or listing.text_fields}
    default = defaults.get(form, listing.json_fields)
    if listing.setting and form in defaults:
        chosen = find_setting(listing.setting)
        if chosen.value:
            default = choose_fields(listing, chosen.value, f"{chosen.origin}: {chosen.name}")
    return Output(form, default or listing.fields, "\0" if null else "\n")


def choose_fields(listing: Listing, typed: str, origin: str = "--fields") -> tuple[str, ...]:
    """The fields of a list such as `date,source,title`. Raises UsageError for unknown ones, with
    the most similar name; `origin` says where the list stands."""
    names = [name.strip() for name in typed.split(",")]
    chosen: list[str] = []
    for name in names:
        field = listing.aliases.get(name, name)
        if field not in listing.fields:
            import difflib  # late: 0.6 ms at every start

            known = [*listing.fields, *listing.aliases]
            close = difflib.get_close_matches(name, known, 1, 0.5)
            hint = f"did you mean {close[0]}? There are" if close else "there are"
            raise click.UsageError(f'{origin}: no field "{strip_controls(name)}"; {hint} {", ".join(listing.fields)}')
        if field in chosen:
            raise click.UsageError(f'{origin}: "{field}" is named twice')
        chosen.append(field)
    return tuple(chosen)
