"""Collects what an index in a folder holds, to compare it; the archives are those of the contract
suite."""

from __future__ import annotations

from pathlib import Path

import searchkit
from searchkit.indexing.index_folder import IndexFolder
from searchkit.testing.archive import answers, articles, make, write, write_lines

__all__ = ["answers", "articles", "content", "listing", "make", "write", "write_lines"]


def content(folder: Path) -> tuple[object, ...]:
    """Articles, search results, roots and the states of their files."""
    index_folder = IndexFolder(folder)
    state = index_folder.read_newest()
    with searchkit.open(folder) as engine:
        return (
            articles(engine),
            answers(engine),
            engine.roots(),
            index_folder.read_file_states(state.manifest),
            engine.tombstones(),
        )


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """The files of a folder, with size and time, which change when anything does."""
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir()}
