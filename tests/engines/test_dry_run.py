"""A dry run says what a run would change, and changes nothing at all."""

from __future__ import annotations

from pathlib import Path

import searchkit
from searchkit import Article
from tests.engines.archive import content, listing, make, write, write_lines


def test_a_dry_run_says_what_the_run_then_does(tmp_path: Path) -> None:
    root, folder = make(tmp_path / "root"), tmp_path / "index"
    with searchkit.open(folder, create=True) as engine:
        files = listing(folder)
        dry = engine.index([root], dry_run=True, label="news")
        assert (dry.added, len(dry.changes), dry.generation) == (40, 40, 0)
        assert dry.changes[0] == ("added", "news/j0")
        assert (listing(folder), engine.roots()) == (files, ())
        engine.index([root], label="news")
        engine.delete(["news/j9"])
        write(root / "t/0.txt", "Another text altogether.")
        write(root / "new.txt", "A new one.")
        (root / "t/1.txt").unlink()
        write_lines(root / "lines.jsonl", range(1, 30), changed=[5, 9])
        files, before = listing(folder), content(folder)
        dry = engine.index(dry_run=True)
        assert (listing(folder), content(folder)) == (files, before)
        assert sorted(dry.changes) == [
            ("added", "news/new.txt"),
            ("removed", "news/j0"),
            ("removed", "news/t/1.txt"),
            ("replaced", "news/j5"),
            ("replaced", "news/t/0.txt"),
        ]
        done = engine.index()
        numbers = [(r.added, r.replaced, r.unchanged, r.removed, r.withheld) for r in (dry, done)]
        assert numbers[0] == numbers[1] == (1, 2, 35, 2, 1)


def test_a_dry_rebuild(tmp_path: Path) -> None:
    root, folder = make(tmp_path / "root"), tmp_path / "index"
    with searchkit.open(folder, create=True) as engine:
        engine.index([root])
        engine.add([Article("free", body="Of no root.")])
        (root / "t/1.txt").unlink()
        (root / "t/2.txt").write_bytes(b"\0\1\2\3" * 50)
        write_lines(root / "lines.jsonl", range(30), changed=[5])
        files = listing(folder)
        dry = engine.index(rebuild=True, dry_run=True)
        assert (dry.removed, dry.replaced, dry.unchanged, len(dry.failures)) == (1, 1, 39, 1)
        assert sorted(dry.changes) == [("removed", "root/t/1.txt"), ("replaced", "root/j5")]
        assert listing(folder) == files
        with searchkit.open(folder) as other:  # another program's generation is looked at elsewhere
            from whoosh.index import open_dir

            with open_dir(str(folder)).writer() as writer:
                writer.delete_by_term("id", "root/j1")
            files = listing(folder)
            dry = other.index(rebuild=True, dry_run=True)
            assert (dry.unchanged, dry.added) == (38, 1)
            assert listing(folder) == files
