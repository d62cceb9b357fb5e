"""Garbage collection removes what a crash left; files that are needed, or not ours, stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import searchkit
from searchkit.indexing.index_folder import manifest_path
from searchkit.indexing.manifest import Manifest, SegmentEntry
from searchkit.indexing.segments import new_id
from tests.indexing.damage import article, bodies, manifest, newest, segments, two_generations


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return two_generations(tmp_path / "i")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def write_nothing(folder: Path) -> None:
    with searchkit.open(folder) as engine:
        assert engine.delete([]) == 0


OURS = (
    f"MAIN_{new_id()}.columns",
    f"MAIN_{new_id()}.deleted7",
    "MAIN_a1b2c3d4.tmp",
    "_MAIN_90.files",
    "_MAIN_90.json.new",
    "_MAIN_90.toc.new",
    "_MAIN_4.toc.1700000000.123",
    "MAIN_0123456789abcdef.seg",
    "MAIN_0123456789abcdef.trm",
)
NOT_OURS = (
    "notes.txt",
    "MAIN_notes.txt",
    "MAINTENANCE",
    "_MAIN_1.toc.bak",
    "MAIN_x.columns.bak",
    "tmpfile",
    ".hidden",
    "A_b_1.toc",
)


def test_garbage_is_removed_and_nothing_else(folder: Path) -> None:
    write_nothing(folder)
    before = names(folder)
    for name in (*OURS, *NOT_OURS):
        (folder / name).write_bytes(b"left by a crash")
    (folder / "MAIN_folder.tmp").mkdir()
    expected = bodies(folder)
    write_nothing(folder)
    assert names(folder) == before | set(NOT_OURS) | {"MAIN_folder.tmp"}
    assert bodies(folder) == expected


def test_two_generations_stay(folder: Path) -> None:
    now = newest(folder)
    with searchkit.open(folder) as engine:
        engine.add([article(40)])
    kept = names(folder)
    for generation in (now, now + 1):
        assert {f"_MAIN_{generation}.toc", f"_MAIN_{generation}.json"} <= kept
        assert {path.name for path in segments(folder, generation)} <= kept
        assert {s["deletions"] for s in manifest(folder, generation)["segments"] if s["deletions"]} <= kept
    assert f"_MAIN_{now - 1}.toc" not in kept


def test_what_a_manifest_names_stays_even_if_it_does_not_fit_the_toc(folder: Path) -> None:
    older = newest(folder) - 1
    path = manifest_path(folder, older)
    kept = SegmentEntry(new_id(), 1)
    known, _ = Manifest.from_bytes(path.read_bytes(), path)
    path.write_bytes(replace(known, segments=(*known.segments, kept)).to_bytes(older, b"another table of contents"))
    (folder / f"MAIN_{kept.id}.columns").write_bytes(b"what recovery may need")
    (folder / f"MAIN_{new_id()}.columns").write_bytes(b"left by a crash")
    before = names(folder)
    write_nothing(folder)
    assert len(before - names(folder)) == 1
    assert f"MAIN_{kept.id}.columns" in names(folder)


def test_a_reader_of_an_old_generation_can_read_on(folder: Path) -> None:
    with searchkit.open(folder) as reader, searchkit.open(folder) as writer:
        before = {hit.id for hit in reader.search("*", limit=None)}
        for number in range(50, 55):
            writer.add([article(number)])
        writer.optimize()
        writer.delete(["a50"])
        writer.delete(["a51"])
        assert {hit.id for hit in reader.search("text", limit=None)} == before
        assert all(reader.get(name).body for name in before)
        assert reader.refresh()
        assert reader.search("*").total == len(before) + 3


def test_a_commit_that_was_cut_off_between_its_renames_is_finished(folder: Path) -> None:
    now = newest(folder)
    (folder / f"_MAIN_{now}.json").rename(folder / f"_MAIN_{now}.json.new")
    expected = bodies(folder)
    assert searchkit.verify(folder).faults == ()
    write_nothing(folder)
    assert f"_MAIN_{now}.json" in names(folder)
    assert f"_MAIN_{now}.json.new" not in names(folder)
    assert bodies(folder) == expected


def test_what_a_foreign_generation_needs_stays(folder: Path) -> None:
    from whoosh.index import open_dir

    with searchkit.open(folder) as engine:
        engine.delete(["a1"])
    with open_dir(str(folder)).writer() as writer:
        writer.delete_by_term("id", "a2")
    now = newest(folder)
    expected = bodies(folder)
    write_nothing(folder)
    assert newest(folder) == now + 1  # it became ours again
    assert bodies(folder) == expected
    (folder / f"_MAIN_{now + 1}.toc").write_bytes(b"")
    assert bodies(folder) == expected  # the other program's generation is used, with its settings
    with searchkit.open(folder) as engine:
        assert len(engine.warnings) == 1


def test_ids_of_segments_are_never_used_twice(tmp_path: Path) -> None:
    import random

    with searchkit.open(tmp_path / "i", create=True) as engine:
        for number in range(4):
            random.seed(7)
            engine.add([article(number)])
        assert engine.search("*").total == 4


def test_a_rejected_article_leaves_no_segment(tmp_path: Path) -> None:
    """The first article of a segment cannot be stored: nothing is written, not even a segment
    without articles."""
    from searchkit.analysis import Analyzer
    from searchkit.indexing.segments import SegmentBuilder

    with SegmentBuilder(tmp_path, Analyzer("en")) as builder:
        with pytest.raises(TypeError):
            builder.add(searchkit.Article("a", extra={"key": object()}), "")  # type: ignore[dict-item]
        assert builder.flush() is None
        assert list(tmp_path.iterdir()) == []
        builder.add(article(1), "")
        assert builder.flush() is not None
        builder.release()
