"""What the commands that index roots share: options, a progress bar, and the report."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Self

import click

import searchkit
from searchkit.cli.options import wait_option
from searchkit.cli.printers import print_json, print_lines, to_json
from searchkit.cli.terminal import is_quiet, print_diagnostic, print_error, print_note, quantity, strip_controls

MAX_SHOWN, MAX_OF_ONE_REASON = 20, 3
COLUMNS_BESIDE_BAR = 30
"""The columns of its label, the percentage and the time that is left."""
PROGRESS_DELAY = 1.0
"""Seconds before the progress bar appears."""


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every run over roots: resources, and what is printed."""
    for option in (
        click.option("--no-progress", is_flag=True, help="Show no progress bar."),
        click.option("--json", "as_json", is_flag=True, help="Print the report as JSON."),
        click.option(
            "--errors",
            type=click.Path(dir_okay=False),
            help="Write all files that could not be read to this file, as JSON lines.",
        ),
        wait_option,
        click.option(
            "--memory",
            type=click.IntRange(192),
            default=None,
            metavar="MB",
            help="Memory of each process in MB (default: 512).",
        ),
        click.option(
            "--workers",
            type=click.IntRange(1),
            default=None,
            metavar="N",
            help="Processes that read and index (default: one for each available core).",
        ),
    ):
        command = option(command)
    return command


def run_with_progress(
    index: Callable[..., searchkit.IndexReport], given: Mapping[str, Any], **options: Any
) -> searchkit.IndexReport:
    """Call `index` with `options` and those of `run_options` that were typed, and show a progress
    bar."""
    with show_progress("reading", "storing", show=not given["no_progress"]) as progress:
        return index(
            progress=progress,
            workers=given["workers"],
            memory=given["memory"] * 2**20 if given["memory"] else None,
            wait=given["wait"],
            **options,
        )


def show_progress(label: str, last_label: str, *, show: bool) -> _ProgressBar:
    """A progress bar, to be used with `with` and to be called with the progress. It appears only on
    a terminal. At 100 % its label is `last_label`."""
    return _ProgressBar(label, last_label, show=show and not is_quiet() and sys.stderr.isatty())


class _ProgressBar:
    """A progress bar on stderr.

    A timer shows it after a while, because a run may report no progress for long.
    """

    def __init__(self, label: str, last_label: str, *, show: bool) -> None:
        self._label, self._last_label, self._show = label, last_label, show
        self._drawn = self._done = 0
        self._total = 1
        self._bar: Any = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(PROGRESS_DELAY, self._create_bar)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if self._show:
            self._timer.start()
        return self

    def __call__(self, done: int, total: int, path: str) -> None:
        with self._lock:
            self._done, self._total = done, max(total, 1)
            self._draw()

    def _create_bar(self) -> None:
        with self._lock:
            columns = shutil.get_terminal_size().columns
            self._bar = click.progressbar(
                length=self._total,
                label=self._label,
                file=sys.stderr,
                update_min_steps=max(1, self._total // 200),
                width=max(8, min(36, columns - COLUMNS_BESIDE_BAR)),
            )
            self._bar.__enter__()
            self._draw()

    def _draw(self) -> None:
        if self._bar is not None:
            # The total may have been unknown when the bar was created.
            self._bar.length, self._bar.update_min_steps = self._total, max(1, self._total // 200)
            if self._done >= self._total:
                self._bar.label = self._last_label  # what is done now may take long on a cluster
            self._bar.update(self._done - self._drawn)
            self._drawn = self._done

    def __exit__(self, *problem: object) -> None:
        self._timer.cancel()
        with self._lock:
            if self._bar is not None:
                self._bar.__exit__(*problem)


def write_failures(path: str | None, failures: Iterable[searchkit.Failure] = ()) -> None:
    """Write failures to a file as JSON lines; without a path, do nothing.

    Commands also call it before a run, which then fails early if the file cannot be written.
    """
    if path is not None:
        lines = (f"{to_json(_failure_to_dict(failure))}\n" for failure in failures)
        try:
            Path(path).write_text("".join(lines), encoding="utf-8")
        except OSError as error:  # of a full disk, say, which does not name the file
            raise OSError(error.errno, error.strerror, path) from None


def print_report(
    report: searchkit.IndexReport,
    given: Mapping[str, Any],
    *,
    dry_run: bool = False,
    rebuild: bool = False,
    with_known: bool = False,
) -> int:
    """Print what a run did and return the exit status.

    With `with_known`, failures that earlier runs reported are listed too; without, it is said how
    to read those files again.
    """
    as_json = given["as_json"]
    shown = [failure for failure in report.failures if failure.new or with_known]
    if as_json:
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
                "formats": dict(report.formats),
                "failures": [_failure_to_dict(failure) for failure in report.failures],
                "warnings": [counted.to_dict() for counted in report.warnings],
                **dry,
            }
        )
    _print_failures(shown, "" if given["errors"] is not None else " (--errors FILE lists all)")
    known = {failure.path for failure in report.failures} - {failure.path for failure in shown}
    if known:
        print_diagnostic(f"earlier failures in {quantity(len(known), 'file', 'files')}; to read again: searchkit retry")
    for counted in report.warnings:
        print_diagnostic(str(counted))
    if len(report.formats) > 1:  # where all files are of one format, it says nothing new
        counts = sorted(report.formats.items(), key=lambda pair: (-pair[1], pair[0]))
        print_note(f"read: {', '.join(f'{count:,} {name}' for name, count in counts)}")
    if report.skipped:
        most = sorted(report.skipped.items(), key=lambda pair: (-pair[1], pair[0]))
        kinds = ", ".join(f"{count:,} {suffix or 'without a suffix'}" for suffix, count in most[:MAX_SHOWN])
        more = f" and {quantity(len(most) - MAX_SHOWN, 'more type', 'more types')}" if len(most) > MAX_SHOWN else ""
        print_note(f"skipped, as no format reads them: {kinds}{more}")
    if not as_json:
        print_lines(f"{change}  {strip_controls(name)}" for change, name in report.changes)
        what = "dry run, nothing was done: " if dry_run else "rebuilt: " if rebuild else ""
        click.echo(f"{what}{report_counts(report)}" if what else report_summary(report))
    return 2 if any(failure.new for failure in report.failures) else 0


def _print_failures(failures: list[searchkit.Failure], hint: str) -> None:
    """Print one line for each failure. If they are many, the first of each reason stand for the
    others, as where the library of a format is missing."""
    by_reason: dict[str, list[searchkit.Failure]] = {}
    for failure in failures:
        by_reason.setdefault(failure.reason, []).append(failure)
    left, most = len(failures), MAX_SHOWN if len(failures) <= MAX_SHOWN else MAX_OF_ONE_REASON
    for reason, alike in islice(by_reason.items(), MAX_SHOWN):
        for failure in alike[:most]:
            place = f", {failure.place}" if failure.place else ""
            print_error(f"not read: {failure.path}{place}: {reason}")
        if len(alike) > most:
            print_error(f"not read: {len(alike) - most:,} more{hint}: {reason}")
        left -= len(alike)
    if left:
        print_error(f"... and {left:,} more{hint}")


def report_summary(report: searchkit.IndexReport) -> str:
    """What a run did, in one line."""
    return report_counts(report) if report.changed else f"nothing changed: {report_counts(report)}"


def report_counts(report: searchkit.IndexReport) -> str:
    """The counts of a report, in one line."""
    fresh = {failure.path for failure in report.failures if failure.new}
    new, known = len(fresh), len({failure.path for failure in report.failures} - fresh)
    numbers = {name: getattr(report, name) for name in ("added", "unchanged", "replaced", "removed")}
    parts = ", ".join(f"{count:,} {name}" for name, count in numbers.items())
    parts += f"; {quantity(new, 'file', 'files')} not read"
    if known:
        parts += f", {known:,} known from before"
    if report.withheld:
        parts += f", {report.withheld:,} left out as deleted"
    return parts


def _failure_to_dict(failure: searchkit.Failure) -> dict[str, Any]:
    return {"path": failure.path, "place": failure.place, "reason": failure.reason, "new": failure.new}
