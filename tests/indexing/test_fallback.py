"""Instead of a damaged generation the one before it is used, with a warning; the damaged one is
kept until it is repaired."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from tests.indexing.damage import article, bodies, flip, manifest, newest, segments, shorten, two_generations


def toc(folder: Path) -> Path:
    return folder / f"_MAIN_{newest(folder)}.toc"


def own_segment(folder: Path) -> Path:
    """A segment that only the newest generation has."""
    now = newest(folder)
    return next(path for path in segments(folder, now) if path not in segments(folder, now - 1))


def deletions(folder: Path) -> Path:
    return next(folder / s["deletions"] for s in manifest(folder, newest(folder))["segments"] if s["deletions"])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "the TOC flipped": lambda folder: flip(toc(folder)),
    "the TOC empty": lambda folder: toc(folder).write_bytes(b""),
    "the TOC missing": lambda folder: toc(folder).unlink(),
    "the manifest flipped": lambda folder: flip(toc(folder).with_suffix(".json")),
    "the manifest shortened": lambda folder: shorten(toc(folder).with_suffix(".json")),
    "the manifest missing": lambda folder: toc(folder).with_suffix(".json").unlink(),
    "the manifest empty": lambda folder: toc(folder).with_suffix(".json").write_bytes(b""),
    "deletions flipped": lambda folder: flip(deletions(folder)),
    "deletions missing": lambda folder: deletions(folder).unlink(),
    "a segment missing": lambda folder: own_segment(folder).unlink(),
    "a segment shortened": lambda folder: shorten(own_segment(folder)),
    "a segment empty": lambda folder: own_segment(folder).write_bytes(b""),
    "a segment's header flipped": lambda folder: flip(own_segment(folder), 20),
    "a segment's table flipped": lambda folder: flip(own_segment(folder), own_segment(folder).stat().st_size - 30),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The last commit brought the articles a20 and a21, in a segment of their own, and took a1
    away."""
    two_generations(tmp_path / "i")
    with searchkit.open(tmp_path / "i") as engine, searchkit.open(tmp_path / "i") as other:
        engine.delete(["a0"])
        other.add([article(20), article(21), article(1, "third")])
    return tmp_path / "i"


BEFORE = {f"a{n}" for n in range(11)} - {"a0", "a5"}
AFTER = BEFORE | {"a20", "a21"}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_the_generation_before_a_damaged_one_is_used(folder: Path, damage: Callable[[Path], object]) -> None:
    now = newest(folder)
    assert bodies(folder).keys() == AFTER
    damage(folder)
    with searchkit.open(folder) as engine:
        result = engine.search("*", limit=None)
        assert {hit.id for hit in result} == BEFORE
        assert result.generation == now - 1
        (warning,) = engine.warnings
        assert "is damaged" in warning
        assert f"generation {now - 1} is used instead" in warning
        assert "searchkit verify --repair" in warning
        assert not engine.refresh()  # there is no newer one, and the damaged one is not looked at again


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_writer_continues_from_it_and_keeps_the_damaged_files(folder: Path, damage: Callable[[Path], object]) -> None:
    now = newest(folder)
    damage(folder)
    damaged = {path.name: path.read_bytes() for path in folder.iterdir() if f"_{now}." in path.name or path.suffix != ".toc"}
    with searchkit.open(folder) as engine:
        engine.delete([])  # nothing to commit
        assert engine.search("*").generation == now - 1
        report = engine.add([article(30)])
        assert report.generation == now + 1
        assert {hit.id for hit in engine.search("*", limit=None)} == BEFORE | {"a30"}
        (warning,) = engine.warnings
        assert f"generation {now} was damaged" in warning
    for number in range(3):
        with searchkit.open(folder) as engine:
            engine.add([article(31 + number)])
    kept = {path.name for path in folder.iterdir()}
    of_damaged = {name for name in damaged if f"MAIN_{now}." in name or (name.startswith("MAIN_") and "." in name)}
    assert {name for name in of_damaged if f"MAIN_{now}." in name} <= kept
    assert any(fault.path.endswith(f"_MAIN_{now}.toc") for fault in searchkit.verify(folder).faults)


def test_an_open_engine_keeps_its_generation_when_files_are_removed(folder: Path) -> None:
    with searchkit.open(folder) as engine:
        for path in folder.iterdir():
            path.unlink()
        assert {hit.id for hit in engine.search("*", limit=None)} == AFTER
        assert all(engine.get(name).body for name in AFTER)


def test_when_no_generation_is_whole_the_error_names_the_newest(folder: Path) -> None:
    now = newest(folder)
    for path in folder.glob("_MAIN_*.toc"):
        flip(path)
    with pytest.raises(searchkit.CorruptIndex, match=f"_MAIN_{now}.toc is damaged"):
        searchkit.open(folder)
    with pytest.raises(searchkit.CorruptIndex):  # and no new index is made over it
        searchkit.open(folder, create=True)
    for path in folder.glob("_MAIN_*.toc"):
        path.unlink()
    with pytest.raises(searchkit.CorruptIndex, match="it is missing"):
        searchkit.open(folder, create=True)


def test_damaged_file_states_are_made_again(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for name in ("one", "two", "three"):
        (root / f"{name}.txt").write_text(f"Title\n\nThe text of {name}.\n")
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.index([root])
        (path,) = (tmp_path / "i").glob("*.files")
        flip(path)
        assert [(root.label, root.files, root.articles) for root in engine.roots()] == [("root", 3, 3)]
        assert engine.tombstones() == ()
        assert any("the next run reads all files again" in warning for warning in engine.warnings)
        (root / "two.txt").unlink()
        report = engine.index()
        assert (report.unchanged, report.added, report.replaced, report.removed) == (2, 0, 0, 1)
        assert any("all files are read again" in warning for warning in engine.warnings)
        assert [Path(fault.path).name for fault in engine.verify().faults] == [path.name]  # that of the generation before
        engine.delete(["root/one.txt"])
        engine.delete(["root/three.txt"])
        assert engine.verify().faults == ()
        assert [root.files for root in engine.roots()] == [2]


def test_the_manifest_of_a_commit_that_was_cut_off_is_ignored(tmp_path: Path) -> None:
    from whoosh.index import open_dir

    folder = two_generations(tmp_path / "i")
    now = newest(folder)
    (folder / f"_MAIN_{now + 1}.json.new").write_bytes((folder / f"_MAIN_{now}.json").read_bytes()[:100])
    with open_dir(str(folder)).writer() as writer:  # another program's generation of the same number
        writer.delete_by_term("id", "a1")
    assert bodies(folder).keys() == {f"a{n}" for n in (0, 2, 3, 4, 6, 7, 8, 9, 10)}
