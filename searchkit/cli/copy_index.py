"""`searchkit copy`: copies an archive from one place to another, such as a folder and a cluster."""

from __future__ import annotations

from typing import Any

import click

import searchkit
from searchkit.cli.connection_options import connection_options
from searchkit.cli.options import quiet_option, wait_option
from searchkit.cli.printers import print_json
from searchkit.cli.runs import MAX_SHOWN, show_progress
from searchkit.cli.settings import Setting
from searchkit.cli.terminal import print_diagnostic, print_error, quantity


@click.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@quiet_option
@click.option("--delete", is_flag=True, help="Delete articles of TO that FROM lacks.")
@click.option("--shards", type=click.IntRange(1), metavar="N", help="Parts of a new index on a cluster (default: 1).")
@click.option(
    "--replicas",
    type=click.IntRange(0),
    metavar="N",
    help="Copies of each part of a new index on a cluster, on other nodes (default: 1).",
)
@wait_option
@click.option("--no-progress", is_flag=True, help="Show no progress bar.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def command(ctx: click.Context, source: str, target: str, /, **given: Any) -> None:
    """Copy an index: articles, roots, what is known of their files, and deletions.

    FROM and TO are folders or URLs. TO is made where there is none. What it has already is not
    written again: a copy that was stopped goes on when it is started again, and a copy that is made
    again later brings TO up to date. At the end all of TO is read and compared with FROM. The exit
    status is 2 where TO cannot hold an article.

    \b
    Example:
      searchkit copy index/ opensearch://localhost:9200/news --shards 3
      searchkit copy opensearch://localhost:9200/news laptop/
    """
    options = {name: given[name] for name in ("delete", "wait", "shards", "replicas")}
    for name, place in (("source", source), ("target", target)):
        options |= {f"{name}_{key}": value for key, value in connection_options(Setting("index", place, "")).items()}
    with show_progress("copying", show=not given["no_progress"]) as progress:
        report = searchkit.copy(source, target, progress=progress, **options)
    if given["as_json"]:
        print_json({"meta": {"version": 1, "generation": report.generation}, **report.to_dict()})
    for failure in report.failures[:MAX_SHOWN]:
        print_error(f"not copied: {failure.path}: {failure.reason}")
    if len(report.failures) > MAX_SHOWN:
        print_error(f"... and {len(report.failures) - MAX_SHOWN:,} more, which --json lists")
    if not given["as_json"]:
        click.echo(_describe(report))
    if report.roots and not report.failures:
        print_diagnostic(
            f"{quantity(report.roots, 'root', 'roots')} copied too: their paths are those of the machine that FROM was"
            " indexed on"
        )
    ctx.exit(2 if report.failures else 0)


def _describe(report: searchkit.CopyReport) -> str:
    """What a copy did, in one line."""
    numbers = ", ".join(f"{getattr(report, name):,} {name}" for name in ("added", "unchanged", "replaced", "removed"))
    return f"{numbers}; all of it was read back and is equal"
