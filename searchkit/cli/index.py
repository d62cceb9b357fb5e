"""`searchkit index`: reads roots into the index, or brings it up to date."""

from __future__ import annotations

import functools
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

import searchkit
from searchkit.cli import candidates
from searchkit.cli.connection_options import connection_options, layout_mapping, layout_options
from searchkit.cli.options import index_option, reading_mapping, reading_options, reporting_warnings
from searchkit.cli.runs import print_report, run_options, run_with_progress, write_failures
from searchkit.cli.settings import Setting, find_setting
from searchkit.cli.terminal import print_diagnostic

_FOR_ROOTS = (
    *("rebuild", "dry_run", "check_content", "allow_empty"),
    *("include", "exclude", "commit_every", "workers", "memory"),
)
"""The options that standard input and lists of files do not take."""


@click.command("index")
@click.argument("roots", nargs=-1, metavar="[ROOT]...")
@index_option
@click.option("--rebuild", is_flag=True, help="Rebuild the index from all its roots; the old index serves until then.")
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@click.option(
    "--files-from",
    metavar="FILE",
    help="Add the files whose paths stand in this file, one a line (-: standard input); they become no roots.",
)
@click.option("-0", "--null", is_flag=True, help="With --files-from: each path ends in a NUL.")
@click.option("--check-content", is_flag=True, help="Also read files whose size and time have not changed.")
@click.option(
    "--label",
    metavar="NAME",
    shell_complete=candidates.labels,
    help="What the ids of new articles begin with (default: the name of the root).",
)
@click.option(
    "--language",
    metavar="CODE",
    default=None,
    shell_complete=candidates.languages,
    help="Language of a new or rebuilt index: en (default), de, ..., or none for no stemming.",
)
@layout_options
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
    An archive on a cluster can get other --shards, --replicas or --partition then.

    With - as ROOT, articles are read from standard input, in the format that --format names or that
    the content shows; with --files-from, from a list of files. Both need --label. They become no
    roots: their articles are added or replace others, and none is removed.

    An archive on a cluster is also made without ROOT where there is none, for programs that add
    articles to it.

    \b
    Example:
      searchkit index corpus/ --exclude '*.draft.txt'
      searchkit index --dry-run
      searchkit index --rebuild
      searchkit index - --label feed < feed.xml
      searchkit index corpus/ -i opensearch://localhost:9200/news --shards 3
    """
    options = reading_mapping(given)
    if given["null"] and not given["files_from"]:
        raise click.UsageError("-0 goes with --files-from")
    if "-" in roots or given["files_from"]:
        report = _add(ctx, roots, options, given)
        write_failures(given["errors"], report.failures)
        ctx.exit(print_report(report, given))
    if options and not roots:
        raise click.UsageError("reading options go with a ROOT")
    if given["label"] and not roots:
        raise click.UsageError("a label names one ROOT; give it")
    if given["rebuild"] and roots:
        raise click.UsageError("--rebuild takes no ROOT: it reads all that the index remembers")
    if given["rebuild"] and given["commit_every"]:
        raise click.UsageError("a rebuild is one commit; --commit-every goes without --rebuild")
    write_failures(given["errors"])
    index = find_setting("index", given["place"])
    if given["rebuild"] and layout_mapping(given):
        report = _rebuild(index, given)
    else:
        try:
            engine, is_new = _open(ctx, index, roots, given)
        except searchkit.IndexMismatch:
            if not given["rebuild"]:
                raise
            # The analysis has changed since: the index cannot be searched, but it can be rebuilt.
            report = _rebuild(index, given)
        else:
            report = _run(engine, index, roots, options, given, is_new=is_new)
    write_failures(given["errors"], report.failures)
    all_read = given["rebuild"] or given["check_content"]
    ctx.exit(print_report(report, given, dry_run=given["dry_run"], rebuild=given["rebuild"], with_known=all_read))


def _open(
    ctx: click.Context, index: Setting, roots: tuple[str, ...], given: Mapping[str, Any], *, creates: bool = False
) -> tuple[searchkit.ArchiveEngine, bool]:
    """Open the index, or create it; return whether it was created.

    It is created where there is none if the roots exist, or with `creates`; on a cluster also
    without roots. For a dry run, it is created in a temporary folder.
    """
    options: dict[str, Any] = {**connection_options(index), **layout_mapping(given)}
    try:
        return searchkit.open(index.value, language=given["language"], **options), False
    except searchkit.IndexMissing:
        is_for_programs = searchkit.is_on_cluster(index.value) and not (given["rebuild"] or given["dry_run"])
        if not (roots or creates or is_for_programs):
            raise
    missing = [root for root in roots if not Path(root).exists()]
    if missing:
        raise click.UsageError(f"there is no file or folder {missing[0]}")  # before an index is created
    language = find_setting("language", given["language"]).value or None  # that of the settings is for new indexes only
    if given["dry_run"]:
        folder = ctx.with_resource(tempfile.TemporaryDirectory(prefix="searchkit-"))
        return searchkit.open(folder, create=True, language=language), True
    return searchkit.open(index.value, create=True, language=language, **options), True


def _add(
    ctx: click.Context, roots: tuple[str, ...], options: dict[str, list[str]], given: Mapping[str, Any]
) -> searchkit.IndexReport:
    """Add what comes from standard input, or from files of a list."""
    if roots not in ((), ("-",)) or (roots and given["files_from"]):
        raise click.UsageError("standard input (-) and --files-from each go alone, without a ROOT")
    for name in _FOR_ROOTS:
        if ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            raise click.UsageError(f"--{name.replace('_', '-')} is for roots; it does not go with - or --files-from")
    if not given["label"]:
        raise click.UsageError("articles that come from no root need a --label NAME, which their ids begin with")
    if "-" in (*roots, given["files_from"]) and sys.stdin.isatty():
        raise click.UsageError("standard input is the terminal; send something there: searchkit index - ... < FILE")
    files = [sys.stdin.buffer] if roots else _listed_files(given["files_from"], b"\0" if given["null"] else b"\n")
    write_failures(given["errors"])
    index = find_setting("index", given["place"])
    opened, _ = _open(ctx, index, (), given, creates=True)
    with reporting_warnings(opened, index.value) as engine:
        return searchkit.add_files(engine, files, given["label"], options=options, wait=given["wait"])


def _listed_files(name: str, end: bytes) -> list[Any]:
    """The paths in a list."""
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    if end == b"\n":
        data = data.replace(b"\r\n", b"\n")
    return [os.fsdecode(path) for path in data.split(end) if path]


def _rebuild(index: Setting, given: Mapping[str, Any]) -> searchkit.IndexReport:
    """Rebuild an index for another language, analysis or layout."""
    options = {"language": given["language"], **layout_mapping(given), **connection_options(index)}
    rebuild = functools.partial(searchkit.rebuild, index.value, **options)
    return run_with_progress(rebuild, given, allow_empty=given["allow_empty"], dry_run=given["dry_run"])


def _run(
    opened: searchkit.ArchiveEngine,
    index: Setting,
    roots: tuple[str, ...],
    options: dict[str, list[str]],
    given: Mapping[str, Any],
    *,
    is_new: bool,
) -> searchkit.IndexReport:
    with reporting_warnings(opened, index.value, searchkit.RootSync) as engine:
        if not roots and not given["rebuild"] and not engine.roots():
            if not is_new:
                raise click.UsageError("the index remembers no root; name one: searchkit index FOLDER")
            print_diagnostic("note: the archive was made; it remembers no root, name one: searchkit index FOLDER")
            return searchkit.IndexReport()
        changes = {name: given[name] for name in ("label", "allow_empty", "rebuild", "check_content", "dry_run")}
        if given["commit_every"] is not None:
            changes["commit_every"] = given["commit_every"]
        report = run_with_progress(engine.index, given, roots=list(roots), options=options or None, **changes)
    if index.value.lower().startswith("memory:"):
        print_diagnostic("warning: the index was in memory and is gone with this command; to keep it: -i FOLDER")
    return report
