"""`searchkit delete`: take articles out of the index, for good or until that is undone."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

import searchkit
from searchkit.cli.options import format_options, index_option, open_index, wait_option
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import clean, complain, say

COLUMNS = ("id", "file", "returns")
MOST_TITLES = 5
"""Articles that are named when a command asks."""


@click.command("delete")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@index_option
@click.option("--query", metavar="QUERY", help="Delete all that a query finds.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only print the ids that would be deleted.")
@click.option("--undo", is_flag=True, help="Let deleted articles come back with the next searchkit index.")
@click.option("--list", "listed", is_flag=True, help="List the deleted articles.")
@format_options
@wait_option
@click.pass_context
def command(
    ctx: click.Context,
    ids: tuple[str, ...],
    place: str | None,
    query: str | None,
    yes: bool,
    dry_run: bool,
    undo: bool,
    listed: bool,
    form: str | None,
    wait: float,
) -> None:
    """Delete articles by their ids, or all that a query finds.

    Their files stay as they are; updates and rebuilds leave the articles out until the deletion is undone. ID may be
    -, for ids on standard input, one a line. The exit status is 1 when nothing was there to be deleted, undone or
    listed.

    \b
    Example:
      searchkit delete corpus/2020/017.txt
      searchkit delete --query 'source:"Daily Ledger" date:..1999' --yes
      searchkit delete --undo corpus/2020/017.txt
      searchkit delete --list --table
    """
    if sum([listed, undo]) > 1 or (query is not None and (ids or undo or listed)) or (listed and ids):
        raise click.UsageError("give one of ID..., --query QUERY, --undo ID... and --list")
    if not listed and query is None and not ids:
        raise click.UsageError("name the articles: ID..., or --query QUERY")
    if form and not listed:
        raise click.UsageError(f"--{form} goes with --list")
    if dry_run and (undo or listed):
        raise click.UsageError("--dry-run goes with ID... or --query")
    if listed:
        ctx.exit(_list(place, form))
    wanted = _typed(ids)
    with open_index(place) as engine:
        if undo:
            ctx.exit(_undo(engine, wanted, wait))
        found = _found(engine, wanted, query)
        if not found:
            ctx.exit(1)
        if dry_run:
            click.echo("\n".join(map(clean, found)))
            ctx.exit(0)
        if not yes and not _agreed(engine, found):
            complain("nothing was deleted")
            ctx.exit(1)
        count = engine.delete(found, wait=wait)
    click.echo(f"{count:,} deleted")
    ctx.exit(0 if count else 1)


def _typed(ids: Sequence[str]) -> list[str]:
    """The ids that were typed, with those of standard input in the place of "-"."""
    if "-" not in ids:
        return list(dict.fromkeys(ids))
    if sys.stdin.isatty():
        raise click.UsageError("- reads ids from standard input, which is a terminal; pipe them in")
    read = [line.rstrip("\r\n") for line in sys.stdin]
    return list(dict.fromkeys(one for name in ids for one in (read if name == "-" else [name]) if one))


def _found(engine: searchkit.ArchiveEngine, ids: Sequence[str], query: str | None) -> list[str]:
    """The ids of articles that are there."""
    if query is not None:
        options = searchkit.SearchOptions(limit=None, timezone=find_setting("timezone", None).value)
        found = [hit.id for hit in engine.search(query, options)]
        if not found:
            complain(f"nothing found for {clean(query)}")
        return found
    found = []
    for name in ids:
        try:
            engine.get(name)
            found.append(name)
        except searchkit.UnknownArticle as error:
            complain(str(error))
    return found


def _agreed(engine: searchkit.ArchiveEngine, ids: Sequence[str]) -> bool:
    """Whether whoever sits at the terminal wants these articles deleted."""
    if not sys.stdin.isatty():
        raise click.UsageError("this deletes articles; say --yes")
    for name in ids[:MOST_TITLES]:
        article = engine.get(name)
        say(f"{clean(article.title or article.body[:60] or name)}  ({clean(name)})")
    if len(ids) > MOST_TITLES:
        say(f"... and {len(ids) - MOST_TITLES:,} more")
    what = "this article" if len(ids) == 1 else f"these {len(ids):,} articles"
    return click.confirm(f"Delete {what}?", err=True)


def _undo(engine: searchkit.ArchiveEngine, ids: Sequence[str], wait: float) -> int:
    undone = {one.id: one for one in engine.undelete(ids, wait=wait)}
    for name in ids:
        if name not in undone:
            complain(f'no deleted article has the id "{clean(name)}"')
        elif not undone[name].returns:
            complain(f"{clean(name)} came from no file that a root holds, and does not come back by itself; add it again")
    if undone:
        back = sum(one.returns for one in undone.values())
        more = f"; {back:,} will be there again after: searchkit index" if back else ""
        click.echo(f"{len(undone):,} undone{more}")
    return 0 if undone else 1


def _list(place: str | None, form: str | None) -> int:
    from searchkit.cli.printers import print_lines, print_rows

    with open_index(place) as engine:
        withheld = engine.withheld()
    rows = [{"id": one.id, "file": one.file, "returns": one.returns} for one in withheld]
    if form:
        print_rows(form, "deleted", COLUMNS, rows, {"meta": {"version": 1}})
    elif rows:
        print_lines(clean(one.id) for one in withheld)
    if not rows:
        complain("no article is deleted")
    return 0 if rows else 1
