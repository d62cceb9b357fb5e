"""`searchkit copy`: copies an archive from one place to another, such as a folder and a cluster."""

from __future__ import annotations

from typing import Any

import click

import searchkit
from searchkit.cli.connection_options import connection_options, layout_mapping, layout_options
from searchkit.cli.options import quiet_option, wait_option
from searchkit.cli.printers import print_json
from searchkit.cli.runs import MAX_SHOWN, show_progress
from searchkit.cli.settings import Setting
from searchkit.cli.terminal import print_diagnostic, print_error, quantity


@click.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@quiet_option
@click.option("--delete", is_flag=True, help="Remove from TO what FROM lacks: articles and roots.")
@layout_options
@wait_option
@click.option("--no-progress", is_flag=True, help="Show no progress bar.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_context
def command(ctx: click.Context, /, source: str, target: str, **given: Any) -> None:
    """Copy an index: articles, roots, what is known of their files, and deletions.

    FROM and TO are folders or URLs. TO is made where there is none. What it has already is not
    written again: a copy that was stopped goes on when it is started again, and a copy that is made
    again later brings TO up to date. At the end all of TO is read and compared with FROM. The exit
    status is 2 where TO cannot hold an article. Nothing else may write to TO meanwhile, nor to FROM
    on a cluster.

    \b
    Example:
      searchkit copy index/ opensearch://localhost:9200/news --shards 3
      searchkit copy opensearch://localhost:9200/news laptop/
    """
    options = {"delete": given["delete"], "wait": given["wait"], **layout_mapping(given)}
    for name, place in (("source", source), ("target", target)):
        options |= {f"{name}_{key}": value for key, value in connection_options(Setting("index", place, "")).items()}
    with show_progress("copying", "copied ", show=not given["no_progress"]) as progress:
        report = searchkit.copy(source, target, progress=progress, **options)
    for warning in report.warnings:
        print_diagnostic(f"warning: {warning}")
    for failure in report.failures[:MAX_SHOWN]:
        print_error(f"not copied: {failure.path}: {failure.reason}")
    if len(report.failures) > MAX_SHOWN:
        print_error(f"... and {len(report.failures) - MAX_SHOWN:,} more, which --json lists")
    if given["as_json"]:
        print_json({"meta": {"version": 1, "generation": report.generation}, **report.to_dict()})
    else:
        click.echo(_describe(report))
    ctx.exit(2 if report.failures else 0)


def _describe(report: searchkit.CopyReport) -> str:
    """What a copy did, in one line."""
    numbers = ", ".join(f"{getattr(report, name):,} {name}" for name in ("added", "unchanged", "replaced", "removed"))
    roots, deletions = quantity(report.roots, "root", "roots"), quantity(report.tombstones, "deletion", "deletions")
    failed = f"{len(report.failures):,} not copied; " if report.failures else ""
    return f"{numbers}; {failed}{roots} and {deletions} remembered; read back, and equal"
