"""`searchkit verify`: checks whether the index is damaged, and repairs it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import click

import searchkit
from searchkit.cli.connection_options import connection_options
from searchkit.cli.listing import Listing, Output, output_options
from searchkit.cli.options import index_option, wait_option
from searchkit.cli.printers import print_listing
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import print_diagnostic, print_error, print_note, quantity, strip_controls, with_typed_place

FAULTS = Listing("faults", ("path", "reason"))


@click.command("verify")
@index_option
@click.option("--repair", is_flag=True, help="Repair it, and print what has to be indexed again.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@wait_option
@output_options(FAULTS)
@click.pass_context
def command(ctx: click.Context, place: str | None, repair: bool, yes: bool, wait: float, output: Output) -> None:
    """Check the index for damage, and repair it.

    In a folder every byte is checked: checksums, and whether the files belong together. On a
    cluster each article is: whether it is stored as it was written, found by what it holds, and
    where it belongs; also aliases, mappings, shards, and what is remembered of roots and deletions.

    Prints a line for each fault. The exit status is 0 when the index is whole or has been repaired,
    and 2 when it is damaged, or something could not be repaired. With --repair, what is whole is
    kept, and everything that can be read of the rest. In a folder, what is missing is taken from
    other generations, if it is there. On a cluster, an article that cannot be read is deleted. The
    next `searchkit index` reads the files of damaged articles again.

    \b
    Example:
      searchkit verify
      searchkit verify --repair --yes && searchkit index
    """
    index = find_setting("index", place)
    found = searchkit.verify(index.value, **connection_options(index))
    if found.faults and repair:
        _confirm_repair(ctx, yes)
        found = searchkit.verify(index.value, repair=True, wait=wait, **connection_options(index))
    for warning in found.warnings:
        print_diagnostic(f"warning: {warning}")
    rows = _to_rows(found.faults)
    if output.format:
        meta = {"version": 1, "repair": _repair_to_dict(found.repair), "warnings": list(found.warnings)}
        print_listing(FAULTS, output, rows, {"meta": meta})
    for row in () if output.format else rows:
        click.echo(f"{strip_controls(row['path'])}: {strip_controls(row['reason'])}")
    if found.repair is not None:
        _print_repair(found.repair, lines=not output.format)
        if found.repair.remaining:
            count = len(found.repair.remaining)
            advice = "it says what to do" if count == 1 else "each says what to do"
            print_error(f"{quantity(count, 'fault', 'faults')} could not be repaired; {advice}")
            ctx.exit(2)
    elif not rows:
        print_note("the index is whole")
    else:
        print_error(f"{quantity(len(rows), 'fault', 'faults')}; repair with: searchkit verify --repair")
        ctx.exit(2)


def _confirm_repair(ctx: click.Context, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("this keeps what is whole and removes what is damaged; say --yes")
    if not click.confirm("Keep what is whole, and remove what is damaged?", err=True):
        print_diagnostic("nothing was changed")
        ctx.exit(2)


def _print_repair(repair: searchkit.Repair, *, lines: bool) -> None:
    if lines:
        for kind, ids in (("restored", repair.restored), ("missing", repair.missing)):
            for article_id in ids:
                click.echo(f"{kind}: {strip_controls(article_id)}")
        for fault in repair.remaining:
            click.echo(f"not repaired: {strip_controls(fault.path)}: {strip_controls(fault.reason)}")
    if not repair.remaining:
        print_note(f"generation {repair.generation} is whole")
    if repair.restored:
        print_note(f"{quantity(len(repair.restored), 'article was', 'articles were')} taken from another generation")
    gone = len(repair.missing) + repair.unknown
    if gone:
        unknown = f" ({repair.unknown:,} of them with ids that cannot be read)" if repair.unknown else ""
        print_note(
            f"{quantity(gone, 'article is', 'articles are')} missing{unknown}; those of no file have to be added again"
        )
    if repair.files:
        print_note(
            with_typed_place(
                f"{quantity(len(repair.files), 'file is', 'files are')} read again by the next: searchkit index"
            )
        )


def _repair_to_dict(repair: searchkit.Repair | None) -> dict[str, Any] | None:
    if repair is None:
        return None
    return {
        "generation": repair.generation,
        "restored": list(repair.restored),
        "missing": list(repair.missing),
        "unknown": repair.unknown,
        "files": list(repair.files),
        "remaining": _to_rows(repair.remaining),
    }


def _to_rows(faults: Iterable[searchkit.Fault]) -> list[dict[str, str]]:
    return [{"path": fault.path, "reason": fault.reason} for fault in faults]
