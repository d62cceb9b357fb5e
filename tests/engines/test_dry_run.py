"""A dry run leaves the folder of an index as it is; the contract tests what it reports."""

from __future__ import annotations

from pathlib import Path

import searchkit
from searchkit import Article
from tests.engines.archive import content, listing, make, write, write_lines


def test_a_dry_run_leaves_the_folder_as_it_is(tmp_path: Path) -> None:
    root, folder = make(tmp_path / "root"), tmp_path / "index"
    with searchkit.open(folder, create=True) as engine:
        files = listing(folder)
        assert engine.index([root], dry_run=True).added == 40
        assert listing(folder) == files
        engine.index([root])
        engine.add([Article("free", body="Of no root.")])
        engine.delete(["root/j9"])
        write(root / "t/0.txt", "Another text altogether.")
        (root / "t/1.txt").unlink()
        (root / "t/2.txt").write_bytes(b"\0\1\2\3" * 50)
        write_lines(root / "lines.jsonl", range(1, 30), changed=[5, 9])
        files, before = listing(folder), content(folder)
        for rebuild in (False, True):
            assert engine.index(dry_run=True, rebuild=rebuild).changed
            assert (listing(folder), content(folder)) == (files, before)


def test_a_dry_rebuild_of_what_another_program_wrote(tmp_path: Path) -> None:
    """Another test is about its generation."""
    from whoosh.index import open_dir

    root, folder = make(tmp_path / "root"), tmp_path / "index"
    with searchkit.open(folder, create=True) as engine:
        engine.index([root])
        with open_dir(str(folder)).writer() as writer:
            writer.delete_by_term("id", "root/j1")
        files = listing(folder)
        dry = engine.index(rebuild=True, dry_run=True)
        assert (dry.unchanged, dry.added) == (39, 1)
        assert listing(folder) == files
