"""`searchkit verify`: is the index whole? And a whole one made of what is left."""

from __future__ import annotations

import sys
from typing import Any

import click

import searchkit
from searchkit.cli.options import format_options, index_option, wait_option
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import clean, complain, say

COLUMNS = ("path", "reason")


@click.command("verify")
@index_option
@click.option("--repair", is_flag=True, help="Commit what is whole, and say what has to be indexed again.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@wait_option
@format_options
@click.pass_context
def command(ctx: click.Context, place: str | None, repair: bool, yes: bool, wait: float, form: str | None) -> None:
    """Check every byte of the index: checksums, and whether its files fit each other.

    Prints a line for each fault. The exit status is 0 when the index is whole, or was made whole, and 2 when it is not.
    With --repair, whole segments stay, of damaged ones everything that can be read, and the rest is taken from the
    generation before, where that has it; `searchkit index` then reads the files again whose articles were not whole.

    \b
    Example:
      searchkit verify
      searchkit verify --repair --yes && searchkit index
    """
    index = find_setting("index", place).value
    found = searchkit.verify(index)
    if found.faults and repair:
        _ask(ctx, yes)
        found = searchkit.verify(index, repair=True, wait=wait)
    rows = [{"path": fault.path, "reason": fault.reason} for fault in found.faults]
    if form:
        from searchkit.cli.printers import print_rows

        print_rows(form, "faults", COLUMNS, rows, {"meta": {"version": 1, "repair": _document(found.repair)}})
    for row in () if form else rows:
        click.echo(f"{clean(row['path'])}: {clean(row['reason'])}")
    if found.repair is not None:
        _tell(found.repair, lines=not form)
    elif not rows:
        say("the index is whole")
    else:
        complain(f"{_count(len(rows), 'fault', 'faults')}; mend with: searchkit verify --repair")
        ctx.exit(2)


def _ask(ctx: click.Context, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("this commits what is whole and removes the damaged files; say --yes")
    if not click.confirm("Commit what is whole, and remove the damaged files?", err=True):
        complain("nothing was changed")
        ctx.exit(2)


def _tell(repair: searchkit.Repair, *, lines: bool) -> None:
    if lines:
        for kind, ids in (("restored", repair.restored), ("missing", repair.missing)):
            for article_id in ids:
                click.echo(f"{kind}: {clean(article_id)}")
    say(f"generation {repair.generation} is whole")
    if repair.restored:
        say(f"{_count(len(repair.restored), 'article was', 'articles were')} taken from another generation")
    gone = len(repair.missing) + repair.unknown
    if gone:
        unknown = f" ({repair.unknown:,} of them with ids that cannot be read)" if repair.unknown else ""
        say(f"{_count(gone, 'article is', 'articles are')} missing{unknown}; those of no file have to be added again")
    if repair.files:
        say(f"{_count(len(repair.files), 'file is', 'files are')} read again by the next: searchkit index")


def _count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _document(repair: searchkit.Repair | None) -> dict[str, Any] | None:
    if repair is None:
        return None
    return {
        "generation": repair.generation,
        "restored": list(repair.restored),
        "missing": list(repair.missing),
        "unknown": repair.unknown,
        "files": list(repair.files),
    }
