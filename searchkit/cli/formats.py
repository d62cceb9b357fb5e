"""`searchkit formats`: lists the formats that are read, and what each needs."""

from __future__ import annotations

import click

import searchkit
from searchkit.cli.listing import Listing, Output, output_options
from searchkit.cli.options import quiet_option
from searchkit.cli.printers import print_listing
from searchkit.cli.terminal import print_diagnostic, strip_controls

FORMATS = Listing(
    "formats",
    ("name", "help", "suffixes", "options", "available", "missing", "install", "package"),
    text_fields=("name", "help", "suffixes", "available", "install", "package"),
    table_fields=("name", "suffixes", "help", "available"),
)


def _state(row: searchkit.Format) -> str:
    return f"not installed: {row.install_command}" if row.missing_packages() else "installed"


@click.command("formats")
@quiet_option
@output_options(FORMATS)
def command(output: Output) -> None:
    """List the formats that are read, and what each needs.

    A file is read in the format that its content shows, else in that of its suffix; index --format
    NAME forces one. Formats without a suffix are known by their content alone. Any file may be
    packed with gzip, bzip2 or xz, or lie in a zip or tar archive.

    \b
    Example:
      searchkit formats
      searchkit formats --table
    """
    rows = [
        {
            "name": row.name,
            "help": row.help,
            "suffixes": list(row.suffixes),
            "options": list(row.options),
            "available": not row.missing_packages(),
            "missing": list(row.missing_packages()),
            "install": row.install_command,
            "package": row.package or "searchkit",
        }
        for row in searchkit.formats()
    ]
    for problem in searchkit.format_problems():
        print_diagnostic(f"warning: {problem}")
    if output.format:
        print_listing(FORMATS, output, rows, {"meta": {"version": 1}})
        return
    width = max(len(row.name) for row in searchkit.formats())
    ours = {suffix for row in searchkit.formats() if not row.package for suffix in row.suffixes}
    for row in searchkit.formats():
        taken = ours & set(row.suffixes) if row.package else set()
        suffixes = " ".join(suffix for suffix in row.suffixes if suffix not in taken)
        if taken:  # our own formats keep their suffixes
            suffixes = "; ".join(filter(None, (suffixes, f"{' '.join(sorted(taken))} with --format {row.name}")))
        suffixes = f" ({suffixes})" if suffixes else ""
        needs = ""
        if row.extra:
            needs = f"; needs the extra {row.extra}, {_state(row)}"
        click.echo(f"{row.name:{width}}  {strip_controls(row.help)}{suffixes}{needs}")
