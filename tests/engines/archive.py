"""What an index in a folder holds, to compare; the archives are those of the contract suite."""

from __future__ import annotations

from pathlib import Path

import searchkit
from searchkit.indexing.location import Location
from searchkit.testing.archive import answers, articles, make, write, write_lines

__all__ = ["answers", "articles", "content", "listing", "make", "write", "write_lines"]


def content(folder: Path) -> tuple[object, ...]:
    """Articles, answers, roots and the state of their files."""
    location = Location(folder)
    state = location.read()
    with searchkit.open(folder) as engine:
        return articles(engine), answers(engine), engine.roots(), location.file_states(state.manifest), engine.withheld()


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """The files of a folder, with size and time: what changes when anything does."""
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir()}
