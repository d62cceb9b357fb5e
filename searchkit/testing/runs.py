"""Watches runs over roots, and makes files of articles with chosen ids."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple, Unpack

import pytest

import searchkit
from searchkit.index_options import IndexChanges

Lines = dict[str, str]
"""Ids of articles and their texts."""

_TIMES = count(10**18)


class Watched(NamedTuple):
    """The report of a run and the names of the files that it read."""

    report: searchkit.IndexReport
    read: list[str]


def watch(engine: searchkit.RootSync, roots: Sequence[str | Path] = (), **changes: Unpack[IndexChanges]) -> Watched:
    """Run in this process, and note which files are read."""
    read: list[str] = []

    def note(done: int, total: int, path: str) -> None:
        if path:
            read.append(Path(path).name)

    changes |= {"workers": 1, "progress": note}
    return Watched(engine.index(roots, **changes), read)


def write_ids(path: Path, lines: Lines, rest: str = "") -> None:
    """Write a file of articles, with a time of change that no file had before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{json.dumps({'id': name, 'text': text})}\n" for name, text in lines.items())
    path.write_text(text + rest, encoding="utf-8")
    now = next(_TIMES)
    os.utime(path, ns=(now, now))


def rewrite(path: Path, old: str, new: str) -> None:
    """Change a file so that its size and time stay as they were."""
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size


@contextmanager
def unlistable(folder: Path) -> Iterator[None]:
    """Make a folder unlistable, even for the superuser."""
    original = os.scandir

    def scandir(path: str | Path) -> object:
        if not isinstance(path, int) and Path(path) == folder:
            raise PermissionError(13, "Permission denied")
        return original(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("searchkit.corpus.listing.os.scandir", scandir)
        yield


def numbers(report: searchkit.IndexReport) -> tuple[int, int, int, int]:
    """Articles added, unchanged, replaced, removed."""
    return report.added, report.unchanged, report.replaced, report.removed


def texts(engine: searchkit.Engine, label: str = "r") -> Lines:
    """The texts of all articles, by their ids without the label of the root."""
    return {hit.id.removeprefix(f"{label}/"): hit.article.body for hit in engine.search("*", limit=None)}


def files_of(engine: searchkit.Engine, label: str = "r") -> dict[str, str]:
    """The names of the files that articles came from, by the same ids."""
    return {hit.id.removeprefix(f"{label}/"): Path(hit.path).name for hit in engine.search("*", limit=None)}


def clash(root: Path, path: str, name: str, first: str, *, new: bool = True) -> searchkit.Failure:
    """The failure of an article whose id an article of another file has."""
    reason = f'the id "r/{name}" is taken by another article of this root, in {root}/{first}, which stays'
    return searchkit.Failure(f"{root}/{path}", reason, new=new)


def failures_in(report: searchkit.IndexReport, root: Path) -> list[tuple[str, str, bool]]:
    """What could not be read: path in the root, reason, and whether it is new."""
    return [(failure.path.removeprefix(f"{root}/"), failure.reason, failure.new) for failure in report.failures]
