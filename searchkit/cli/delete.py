"""`searchkit delete`: deletes articles, undoes deletions, and lists what is deleted."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

import searchkit
from searchkit.cli import candidates
from searchkit.cli.listing import IDS, Listing, Output, output_options
from searchkit.cli.options import index_option, open_index, wait_option
from searchkit.cli.printers import print_lines, print_listing
from searchkit.cli.saved_queries import SavedQueries
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import print_diagnostic, print_note, strip_controls, with_typed_place

DELETED = Listing("deleted", ("id", "file", "returns"), formats=IDS)
MAX_TITLES = 5
"""Articles that are named before the user is asked."""


@click.command("delete")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@index_option
@click.option(
    "--query", metavar="QUERY", shell_complete=candidates.query_words, help="Delete all articles that a query finds."
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--dry-run", is_flag=True, help="Print the ids that would be deleted; delete nothing.")
@click.option("--undo", is_flag=True, help="Undo deletions: the next searchkit index reads the articles again.")
@click.option("--list", "listed", is_flag=True, help="List the deleted articles.")
@output_options(DELETED)
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
    output: Output,
    wait: float,
) -> None:
    """Delete articles by their ids, or all articles that a query finds.

    The files of the articles stay. Updates and rebuilds leave deleted articles out until the
    deletion is undone. An ID of - reads ids from standard input, one a line. The exit status is 1
    when there was nothing to delete, undo or list.

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
    if output.format and not listed:
        raise click.UsageError(f"--{output.format} goes with --list")
    if dry_run and (undo or listed):
        raise click.UsageError("--dry-run goes with ID... or --query")
    if listed:
        ctx.exit(_print_deleted(place, output))
    given_ids = _read_ids(ids)
    with open_index(place) as engine:
        if undo:
            ctx.exit(_undo(engine, given_ids, wait))
        found = _find_ids(engine, given_ids, query)
        if not found:
            ctx.exit(1)
        if dry_run:
            click.echo("\n".join(map(strip_controls, found)))
            ctx.exit(0)
        if not yes and not _confirm_deletion(engine, found):
            print_diagnostic("nothing was deleted")
            ctx.exit(1)
        count = engine.delete(found, wait=wait)
    click.echo(f"{count:,} deleted")
    ctx.exit(0 if count else 1)


def _read_ids(ids: Sequence[str]) -> list[str]:
    """The ids that were typed, each once; "-" stands for the ids on standard input."""
    if "-" not in ids:
        return list(dict.fromkeys(ids))
    if sys.stdin.isatty():
        raise click.UsageError("- reads ids from standard input, which is a terminal; pipe them in")
    read = [line.rstrip("\r\n") for line in sys.stdin]
    return list(dict.fromkeys(one for given in ids for one in (read if given == "-" else [given]) if one))


def _find_ids(engine: searchkit.ArchiveEngine, ids: Sequence[str], query: str | None) -> list[str]:
    """The ids of the articles to delete: of those that were typed, the ones that exist.

    Prints which do not.
    """
    if query is not None:
        timezone = find_setting("timezone", None).value
        options = searchkit.SearchOptions(limit=None, timezone=timezone, saved_queries=SavedQueries())
        found = [hit.id for hit in engine.search(query, options)]
        if not found:
            print_diagnostic(f"nothing found for {strip_controls(query)}")
        return found
    found = []
    for article_id in ids:
        try:
            engine.get(article_id)
            found.append(article_id)
        except searchkit.UnknownArticle as error:
            print_diagnostic(str(error))
    return found


def _confirm_deletion(engine: searchkit.ArchiveEngine, ids: Sequence[str]) -> bool:
    """Ask whether to delete these articles."""
    if not sys.stdin.isatty():
        raise click.UsageError("this deletes articles; say --yes")
    for article_id in ids[:MAX_TITLES]:
        article = engine.get(article_id)
        print_note(f"{strip_controls(article.title or article.body[:60] or article_id)}  ({strip_controls(article_id)})")
    if len(ids) > MAX_TITLES:
        print_note(f"... and {len(ids) - MAX_TITLES:,} more")
    what = "this article" if len(ids) == 1 else f"these {len(ids):,} articles"
    return click.confirm(f"Delete {what}?", err=True)


def _undo(engine: searchkit.ArchiveEngine, ids: Sequence[str], wait: float) -> int:
    undone = {one.id: one for one in engine.undelete(ids, wait=wait)}
    for article_id in ids:
        if article_id not in undone:
            print_diagnostic(f'no deleted article has the id "{strip_controls(article_id)}"')
        elif not undone[article_id].returns:
            print_diagnostic(
                f"{strip_controls(article_id)} came from no file that a root holds, and does not come back by itself;"
                " add it again"
            )
    if undone:
        back = sum(one.returns for one in undone.values())
        more = f"; {back:,} will be there again after: searchkit index" if back else ""
        click.echo(with_typed_place(f"{len(undone):,} undone{more}"))
    return 0 if undone else 1


def _print_deleted(place: str | None, output: Output) -> int:
    with open_index(place) as engine:
        tombstones = engine.tombstones()
    rows = [{"id": one.id, "file": one.file, "returns": one.returns} for one in tombstones]
    if output.format:
        print_listing(DELETED, output, rows, {"meta": {"version": 1}})
    elif rows:
        print_lines(strip_controls(one.id) for one in tombstones)
    if not rows:
        print_diagnostic("no article is deleted")
    return 0 if rows else 1
