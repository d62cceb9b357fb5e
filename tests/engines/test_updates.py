"""What updates leave in the folder of an index; the contract tests what they do with articles."""

from __future__ import annotations

from pathlib import Path

import searchkit
from searchkit.indexing.index_folder import IndexFolder
from tests.engines.archive import listing, make, write_lines


def test_a_run_that_finds_nothing_new_writes_nothing(tmp_path: Path) -> None:
    root = make(tmp_path / "root")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        files = listing(tmp_path / "index")
        assert engine.index().unchanged == 40
        del files["MAIN_WRITELOCK"]
        assert files.items() <= listing(tmp_path / "index").items()


def test_of_a_file_of_many_articles_only_those_that_changed_are_built(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write_lines(root / "lines.jsonl", range(500))
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        write_lines(root / "lines.jsonl", range(3, 504), changed=[7, 8])
        engine.index()
        assert [ref.doc_count for ref in IndexFolder(tmp_path / "index").read_newest().segments] == [500, 6]


def test_what_could_not_be_listed_is_remembered_with_the_files(tmp_path: Path) -> None:
    root = make(tmp_path / "root")
    odd = root / "z.txt"
    odd.symlink_to("/nowhere")
    index_folder = IndexFolder(tmp_path / "index")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        assert index_folder.read_file_states(index_folder.read_newest().manifest).keys() == {"root", "/root"}
        odd.unlink()
        assert engine.index().failures == ()
        assert index_folder.read_file_states(index_folder.read_newest().manifest).keys() == {"root"}
        odd.symlink_to("/nowhere")
        engine.index()
        engine.remove_root("root")
        engine.index([make(tmp_path / "other")])
        assert index_folder.read_file_states(index_folder.read_newest().manifest).keys() == {"other"}
