"""`searchkit index`: read roots into the index, or bring it up to date."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any, Self

import click

import searchkit
from searchkit.cli.options import index_option
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import complain, say

MOST_SHOWN = 20
PATIENCE = 1.0
"""Seconds before a progress bar appears."""


@click.command("index")
@click.argument("roots", nargs=-1, metavar="[ROOT]...")
@index_option
@click.option("--label", metavar="NAME", help="What the ids of a new root begin with (default: its name).")
@click.option("--language", metavar="CODE", default=None, help="Of a new index: en (default), de, ..., none.")
@click.option("--include", multiple=True, metavar="GLOB", help="Only files that match.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="No files that match.")
@click.option("--map", "map_", multiple=True, metavar="FIELD=KEY", help="JSON lines: the key of a field (body=text).")
@click.option("--format", "format_", metavar="NAME", default=None, help="Read every file as text, jsonl or reuters.")
@click.option("--allow-empty", is_flag=True, help="A root that is empty now loses its articles.")
@click.option("--workers", type=click.IntRange(1), default=None, metavar="N", help="Processes (default: the cores at hand).")
@click.option("--memory", type=click.IntRange(192), default=None, metavar="MB", help="Memory of each of them (512).")
@click.option("--errors", type=click.Path(dir_okay=False), help="Write all files not read to this file, as JSON lines.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
@click.pass_context
def command(ctx: click.Context, /, roots: tuple[str, ...], **given: Any) -> None:
    """Read folders and files into the index, or bring it up to date.

    Without ROOT all roots that the index remembers are brought up to date. Files that cannot be read are listed, and
    the exit status is 2 when one is new.

    \b
    Example:
      searchkit index corpus/ --exclude '*.draft.txt'
    """
    options = {
        name: list(values)
        for name, values in (
            ("include", given["include"]),
            ("exclude", given["exclude"]),
            ("map", given["map_"]),
            ("format", [given["format_"]] if given["format_"] else []),
        )
        if values
    }
    if options and not roots:
        raise click.UsageError("reading options go with a ROOT")
    errors = Path(given["errors"]) if given["errors"] else None
    if errors is not None:
        errors.write_bytes(b"")  # a place that cannot be written to is better known before the work than after it
    with _open(given["place"], roots, given["language"]) as engine:
        if not roots and not engine.roots():
            raise click.UsageError("the index remembers no root; name one: searchkit index FOLDER")
        with _Progress(show=not given["no_progress"] and sys.stderr.isatty()) as progress:
            report = engine.index(
                list(roots),
                label=given["label"],
                options=options or None,
                allow_empty=given["allow_empty"],
                progress=progress,
                workers=given["workers"],
                memory=given["memory"] * 2**20 if given["memory"] else None,
            )
    if errors is not None:
        from searchkit.cli.printers import to_json

        errors.write_text("".join(f"{to_json(_failure(failure))}\n" for failure in report.failures), encoding="utf-8")
    _print(report, given["as_json"], listed=errors is not None)
    ctx.exit(2 if any(failure.new for failure in report.failures) else 0)


def _open(place: str | None, roots: tuple[str, ...], language: str | None) -> searchkit.ArchiveEngine:
    """Open the index, or make it for roots that are there. The language of the settings is for new indexes only."""
    index = find_setting("index", place).value
    try:
        return searchkit.open(index, language=language)
    except searchkit.IndexMissing:
        if not roots:
            raise
    missing = [root for root in roots if not Path(root).exists()]
    if missing:
        raise click.UsageError(f"there is no file or folder {missing[0]}")  # and no index is made for nothing
    return searchkit.open(index, create=True, language=find_setting("language", language).value or None)


class _Progress:
    """A bar on stderr, once a run has lasted a while. A timer draws it: the run may be silent for long."""

    def __init__(self, show: bool) -> None:
        self._show = show
        self._at = self._done = 0
        self._total = 1
        self._bar: Any = None
        self._drawing = threading.Lock()
        self._timer = threading.Timer(PATIENCE, self._begin)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if self._show:
            self._timer.start()
        return self

    def __call__(self, done: int, total: int, path: str) -> None:
        with self._drawing:
            self._done, self._total = done, max(total, 1)
            self._draw()

    def _begin(self) -> None:
        with self._drawing:
            self._bar = click.progressbar(
                length=self._total, label="reading", file=sys.stderr, update_min_steps=max(1, self._total // 200)
            )
            self._bar.__enter__()
            self._draw()

    def _draw(self) -> None:
        if self._bar is not None:
            # What was known when the bar was made may have been nothing yet.
            self._bar.length, self._bar.update_min_steps = self._total, max(1, self._total // 200)
            self._bar.update(self._done - self._at)
            self._at = self._done

    def __exit__(self, *problem: object) -> None:
        self._timer.cancel()
        with self._drawing:
            if self._bar is not None:
                self._bar.__exit__(*problem)


def _print(report: searchkit.IndexReport, as_json: bool, *, listed: bool) -> None:
    new = [failure for failure in report.failures if failure.new]
    if as_json:
        from searchkit.cli.printers import print_json

        print_json(
            {
                "meta": {"version": 1, "generation": report.generation},
                "added": report.added,
                "unchanged": report.unchanged,
                "replaced": report.replaced,
                "removed": report.removed,
                "withheld": report.withheld,
                "skipped": dict(report.skipped),
                "failures": [_failure(failure) for failure in report.failures],
            }
        )
    for failure in new[:MOST_SHOWN]:
        place = f", {failure.place}" if failure.place else ""
        complain(f"not read: {failure.path}{place}: {failure.reason}")
    if len(new) > MOST_SHOWN:
        complain(f"... and {len(new) - MOST_SHOWN:,} more{'' if listed else ', --errors FILE lists all'}")
    if report.skipped:
        most = sorted(report.skipped.items(), key=lambda pair: (-pair[1], pair[0]))
        kinds = ", ".join(f"{count:,} {suffix or 'without a suffix'}" for suffix, count in most[:MOST_SHOWN])
        more = f" and {len(most) - MOST_SHOWN:,} more types" if len(most) > MOST_SHOWN else ""
        say(f"passed over, of types that no reader takes: {kinds}{more}")
    if not as_json:
        click.echo(summary(report))


def summary(report: searchkit.IndexReport) -> str:
    """What a run did, in one line."""
    fresh = {failure.path for failure in report.failures if failure.new}
    new, known = len(fresh), len({failure.path for failure in report.failures} - fresh)
    counts = {name: getattr(report, name) for name in ("added", "unchanged", "replaced", "removed")}
    parts = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    parts += f"; {new:,} {'file' if new == 1 else 'files'} not read"
    if known:
        parts += f", {known:,} known from before"
    if report.withheld:
        parts += f", {report.withheld:,} withheld"
    return parts if report.changed else f"nothing changed: {parts}"


def _failure(failure: searchkit.Failure) -> dict[str, Any]:
    return {"path": failure.path, "place": failure.place, "reason": failure.reason, "new": failure.new}
