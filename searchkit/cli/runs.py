"""What the commands share that run over roots: their options, a progress bar, and the report."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import click

import searchkit
from searchkit.cli.options import wait_option
from searchkit.cli.terminal import clean, complain, say

MOST_SHOWN = 20
PATIENCE = 1.0
"""Seconds before a progress bar appears."""


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What every run over roots takes: how much of the machine, and how it tells of what it did."""
    for option in (
        click.option("--no-progress", is_flag=True, help="No progress bar."),
        click.option("--json", "as_json", is_flag=True, help="The report as JSON."),
        click.option(
            "--errors", type=click.Path(dir_okay=False), help="Write all files not read to this file, as JSON lines."
        ),
        wait_option,
        click.option("--memory", type=click.IntRange(192), default=None, metavar="MB", help="Memory of each of them (512)."),
        click.option(
            "--workers", type=click.IntRange(1), default=None, metavar="N", help="Processes (default: the cores at hand)."
        ),
    ):
        command = option(command)
    return command


def run(index: Callable[..., searchkit.IndexReport], given: Mapping[str, Any], **wanted: Any) -> searchkit.IndexReport:
    """Run over roots with what was typed of `run_options`, and show how far it is; `index` is what runs."""
    with _Progress(show=not given["no_progress"] and sys.stderr.isatty()) as progress:
        return index(
            progress=progress,
            workers=given["workers"],
            memory=given["memory"] * 2**20 if given["memory"] else None,
            wait=given["wait"],
            **wanted,
        )


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


@contextmanager
def errors_file(path: str | None) -> Iterator[Callable[[searchkit.IndexReport], None]]:
    """What writes the files not read to a file, if there is to be one."""
    if path is not None:
        Path(path).write_bytes(b"")  # a place that cannot be written to is better known before the work than after it

    def write(report: searchkit.IndexReport) -> None:
        if path is not None:
            from searchkit.cli.printers import to_json

            lines = (f"{to_json(_failure(failure))}\n" for failure in report.failures)
            Path(path).write_text("".join(lines), encoding="utf-8")

    yield write


def tell(report: searchkit.IndexReport, given: Mapping[str, Any], *, dry_run: bool = False, known: bool = False) -> int:
    """Print what a run did; return the exit status. Files known from before are named when `known`."""
    as_json, listed = given["as_json"], given["errors"] is not None
    new = [failure for failure in report.failures if failure.new or known]
    if as_json:
        from searchkit.cli.printers import print_json

        dry = {"changes": [{"change": change, "id": name} for change, name in report.changes]} if dry_run else {}
        print_json(
            {
                "meta": {"version": 1, "generation": report.generation, **({"dry_run": True} if dry_run else {})},
                "added": report.added,
                "unchanged": report.unchanged,
                "replaced": report.replaced,
                "removed": report.removed,
                "withheld": report.withheld,
                "skipped": dict(report.skipped),
                "failures": [_failure(failure) for failure in report.failures],
                "warnings": [counted.to_dict() for counted in report.warnings],
                **dry,
            }
        )
    for failure in new[:MOST_SHOWN]:
        place = f", {failure.place}" if failure.place else ""
        complain(f"not read: {failure.path}{place}: {failure.reason}")
    if len(new) > MOST_SHOWN:
        complain(f"... and {len(new) - MOST_SHOWN:,} more{'' if listed else ', --errors FILE lists all'}")
    for counted in report.warnings:
        complain(str(counted))
    if report.skipped:
        most = sorted(report.skipped.items(), key=lambda pair: (-pair[1], pair[0]))
        kinds = ", ".join(f"{count:,} {suffix or 'without a suffix'}" for suffix, count in most[:MOST_SHOWN])
        more = f" and {len(most) - MOST_SHOWN:,} more types" if len(most) > MOST_SHOWN else ""
        say(f"passed over, of types that no reader takes: {kinds}{more}")
    if not as_json:
        from searchkit.cli.printers import print_lines

        print_lines(f"{change}  {clean(name)}" for change, name in report.changes)
        click.echo(f"dry run, nothing was done: {counts(report)}" if dry_run else summary(report))
    return 2 if any(failure.new for failure in report.failures) else 0


def summary(report: searchkit.IndexReport) -> str:
    """What a run did, in one line."""
    return counts(report) if report.changed else f"nothing changed: {counts(report)}"


def counts(report: searchkit.IndexReport) -> str:
    """The numbers of a report."""
    fresh = {failure.path for failure in report.failures if failure.new}
    new, known = len(fresh), len({failure.path for failure in report.failures} - fresh)
    numbers = {name: getattr(report, name) for name in ("added", "unchanged", "replaced", "removed")}
    parts = ", ".join(f"{count:,} {name}" for name, count in numbers.items())
    parts += f"; {new:,} {'file' if new == 1 else 'files'} not read"
    if known:
        parts += f", {known:,} known from before"
    if report.withheld:
        parts += f", {report.withheld:,} withheld"
    return parts


def _failure(failure: searchkit.Failure) -> dict[str, Any]:
    return {"path": failure.path, "place": failure.place, "reason": failure.reason, "new": failure.new}
