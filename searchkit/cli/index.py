"""`searchkit index`: reads roots into the index, or brings it up to date."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

import searchkit
from searchkit.cli import candidates
from searchkit.cli.connection_options import connection_options, open_place
from searchkit.cli.options import (
    how_to_add,
    index_option,
    reading_mapping,
    reading_options,
    reporting_warnings,
    unsupported_error,
)
from searchkit.cli.runs import print_report, run_options, run_with_progress, write_failures
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import print_diagnostic, quantity, strip_controls


@click.command("index")
@click.argument("roots", nargs=-1, metavar="[ROOT]...")
@index_option
@click.option("--rebuild", is_flag=True, help="Rebuild the index from all its roots; the old index serves until then.")
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@click.option("--check-content", is_flag=True, help="Also read files whose size and time have not changed.")
@click.option(
    "--label",
    metavar="NAME",
    shell_complete=candidates.labels,
    help="What the ids of a new root's articles begin with (default: the name of the root).",
)
@click.option(
    "--language",
    metavar="CODE",
    default=None,
    shell_complete=candidates.languages,
    help="Language of a new or rebuilt index: en (default), de, ..., or none for no stemming.",
)
@click.option(
    "--shards",
    type=click.IntRange(1),
    metavar="N",
    help="Parts of a new index on a cluster (default: 1).",
)
@click.option(
    "--replicas",
    type=click.IntRange(0),
    metavar="N",
    help="Copies of each part of a new index on a cluster, on other nodes (default: 1).",
)
@reading_options
@click.option(
    "--allow-empty",
    is_flag=True,
    help="Remove the articles of a root that is empty now; remember a new root that gives none.",
)
@click.option(
    "--commit-every",
    type=click.IntRange(0),
    default=None,
    metavar="N",
    help="Commit a long run after every N articles (default: 200,000; 0: only at the end).",
)
@run_options
@click.pass_context
def command(ctx: click.Context, /, roots: tuple[str, ...], **given: Any) -> None:
    """Read folders and files into the index, or bring it up to date.

    Without ROOT, all roots that the index remembers are brought up to date. A file is read again
    when its size or time has changed. Files that cannot be read are listed; the exit status is 2
    when one of them is new. A new ROOT that gives no article is not remembered. A run that was
    stopped continues where it was when it is started again.

    With --rebuild, every file is read again and the index is rebuilt, in one commit. Articles
    that no file gives now, because it cannot be read or because a program added them, are kept.

    An archive on a cluster has no roots: without ROOT, it is made where there is none. Programs
    add its articles.

    \b
    Example:
      searchkit index corpus/ --exclude '*.draft.txt'
      searchkit index --dry-run
      searchkit index --rebuild
      searchkit index -i opensearch://localhost:9200/news --shards 3
    """
    options = reading_mapping(given)
    if options and not roots:
        raise click.UsageError("reading options go with a ROOT")
    if given["rebuild"] and roots:
        raise click.UsageError("--rebuild takes no ROOT: it reads all that the index remembers")
    if given["rebuild"] and given["label"]:
        raise click.UsageError("a label names one ROOT; --rebuild takes none")
    if given["rebuild"] and given["commit_every"]:
        raise click.UsageError("a rebuild is one commit; --commit-every goes without --rebuild")
    write_failures(given["errors"])
    place = given["place"]
    parts = {name: given[name] for name in ("shards", "replicas") if given[name] is not None}
    if not (roots or given["rebuild"]) and searchkit.is_on_cluster(find_setting("index", place).value):
        return _make_archive(place, parts, given)
    if (
        given["dry_run"]
        and roots
        and not searchkit.is_on_cluster(find_setting("index", place).value)
        and not _is_index(place)
    ):
        place, parts = ctx.with_resource(tempfile.TemporaryDirectory(prefix="searchkit-")), {}
    try:
        engine = _open(place, roots, given["language"], parts)
    except searchkit.IndexMismatch:
        if not given["rebuild"]:
            raise
        # The analysis has changed since: the index cannot be searched, but it can be rebuilt.
        index = find_setting("index", place)
        rebuild = functools.partial(searchkit.rebuild, index.value, language=given["language"], **connection_options(index))
        report = run_with_progress(rebuild, given, allow_empty=given["allow_empty"], dry_run=given["dry_run"])
    else:
        report = _run(engine, roots, options, given)
    write_failures(given["errors"], report.failures)
    all_read = given["rebuild"] or given["check_content"]
    ctx.exit(print_report(report, given, dry_run=given["dry_run"], rebuild=given["rebuild"], with_known=all_read))


def _make_archive(place: str | None, parts: Mapping[str, int], given: Mapping[str, Any]) -> None:
    """Make an archive on a cluster where there is none, and print how it is."""
    if given["label"]:
        raise click.UsageError("a label names one ROOT; an archive on a cluster has none")
    index = find_setting("index", place)
    name = f"the archive {index.value.rstrip('/').rpartition('/')[2]}"
    try:
        engine = _open(place, (), given["language"], parts)
    except searchkit.IndexMissing:
        new = {"shards": 1, "replicas": 1, **parts}
        language = find_setting("language", given["language"]).value or "en"
        has = f"language {language}, shards {new['shards']}, replicas {new['replicas']}"
        report, done = searchkit.IndexReport(), f"dry run, nothing was done: would make {name} with {has}"
        if not given["dry_run"]:
            searchkit.open(index.value, create=True, language=language, **connection_options(index), **new).close()
            done = f"made {name} with {has}"
    else:
        with engine:
            stats = engine.stats()
        report = searchkit.IndexReport(generation=stats.generation)
        done = f"{name} is there, with language {stats.language}, {quantity(stats.articles, 'article', 'articles')}"
    if given["as_json"]:
        print_report(report, given, dry_run=given["dry_run"])
    else:
        click.echo(strip_controls(f"{done}; {how_to_add(index.value)}"))


def _run(
    opened: searchkit.ArchiveEngine, roots: tuple[str, ...], options: dict[str, list[str]], given: Mapping[str, Any]
) -> searchkit.IndexReport:
    index = find_setting("index", given["place"]).value
    with reporting_warnings(opened, index, searchkit.RootSync, roots=roots) as engine:
        if not roots and not given["rebuild"] and not engine.roots():
            raise click.UsageError("the index remembers no root; name one: searchkit index FOLDER")
        changes = {name: given[name] for name in ("label", "allow_empty", "rebuild", "check_content", "dry_run")}
        if given["commit_every"] is not None:
            changes["commit_every"] = given["commit_every"]
        report = run_with_progress(engine.index, given, roots=list(roots), options=options or None, **changes)
    if index.lower().startswith("memory:"):
        print_diagnostic("warning: the index was in memory and is gone with this command; to keep it: -i FOLDER")
    return report


def _is_index(place: str | None) -> bool:
    try:
        open_place(place).close()
    except searchkit.IndexMissing:
        return False
    return True


def _open(
    place: str | None, roots: tuple[str, ...], language: str | None, parts: Mapping[str, int]
) -> searchkit.ArchiveEngine:
    """Open the index, or create it if the roots exist, with `shards` and `replicas` of `parts`.

    The language of the settings is that of new indexes only.
    """
    index = find_setting("index", place)
    options: dict[str, Any] = {**connection_options(index), **parts}
    try:
        engine = searchkit.open(index.value, language=language, **options)
    except searchkit.IndexMissing:
        if not roots:
            raise
    else:
        for name in parts:
            print_diagnostic(f"note: --{name} is for a new index; the one that is there keeps its own")
        return engine
    missing = [root for root in roots if not Path(root).exists()]
    if missing:
        raise click.UsageError(f"there is no file or folder {missing[0]}")  # before an index is created
    if searchkit.is_on_cluster(index.value):
        raise unsupported_error(index.value, searchkit.RootSync, roots)  # before an archive is made
    new_language = find_setting("language", language).value or None
    return searchkit.open(index.value, create=True, language=new_language, **options)
