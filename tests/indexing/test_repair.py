"""A repair keeps what is whole, takes the rest from older generations, and names what has to be indexed again."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from tests.indexing.damage import article, bodies, flip, flip_section, newest, segments, shorten, two_generations


def repaired(folder: Path) -> searchkit.Repair:
    found = searchkit.verify(folder, repair=True)
    assert found.faults
    assert found.repair is not None
    assert searchkit.verify(folder).faults == ()
    with searchkit.open(folder) as engine:
        assert engine.warnings == ()
        assert engine.stats().generation == found.repair.generation
    return found.repair


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A segment of a0 to a9 (a3 and a5 are gone from it), one of a3 and a10, and in the newest generation one of a20 to
    a24."""
    two_generations(tmp_path / "i")
    with searchkit.open(tmp_path / "i") as engine:
        engine.add([article(number) for number in range(20, 25)])
    return tmp_path / "i"


def test_a_damaged_toc_costs_nothing(folder: Path) -> None:
    expected = bodies(folder)
    flip(folder / f"_MAIN_{newest(folder)}.toc")
    assert bodies(folder) != expected  # the generation before serves
    repair = repaired(folder)
    assert (repair.restored, repair.missing, repair.unknown) == ((), (), 0)
    assert bodies(folder) == expected


def test_a_damaged_manifest_costs_nothing(folder: Path) -> None:
    expected = bodies(folder)
    flip(folder / f"_MAIN_{newest(folder)}.json")
    assert repaired(folder).missing == ()
    assert bodies(folder) == expected


def test_damaged_deletions_are_known_from_the_toc(folder: Path) -> None:
    expected = bodies(folder)
    for path in folder.glob("*.deleted*"):
        flip(path)
    assert repaired(folder).missing == ()
    assert bodies(folder) == expected


@pytest.mark.parametrize("section", ["body.positions", "title", "summary", "body.lengths", "id.value"])
def test_articles_of_a_damaged_segment_are_built_again(folder: Path, section: str) -> None:
    expected = bodies(folder)
    flip_section(segments(folder, newest(folder))[-1], section)
    repair = repaired(folder)
    if section == "summary":  # nothing can be read without it, and no older generation has these articles
        assert repair.unknown == 5
        assert bodies(folder).items() == {name: body for name, body in expected.items() if int(name[1:]) < 20}.items()
    else:
        assert (repair.restored, repair.missing, repair.unknown) == ((), (), 0)
        assert bodies(folder) == expected
    with searchkit.open(folder) as engine:
        assert engine.search("second text").total == 2


def test_a_damaged_record_costs_one_article(folder: Path) -> None:
    expected = bodies(folder)
    flip_section(segments(folder, newest(folder))[-1], "store", 0.5)
    repair = repaired(folder)
    assert len(repair.missing) == 1
    assert repair.unknown == 0
    assert bodies(folder) == {name: body for name, body in expected.items() if name not in repair.missing}
    with searchkit.open(folder) as engine:
        assert engine.search("*").total == len(expected) - 1


def test_what_the_generation_before_has_is_taken_from_there(folder: Path) -> None:
    expected = bodies(folder)
    with searchkit.open(folder) as engine:
        engine.optimize()
    shorten(segments(folder, newest(folder))[0])
    repair = repaired(folder)
    assert set(repair.restored) == set(expected)
    assert (repair.missing, repair.unknown) == ((), 0)
    assert bodies(folder) == expected


def test_deleted_articles_do_not_come_back(folder: Path) -> None:
    with searchkit.open(folder) as engine:
        engine.optimize()
        engine.delete(["a20", "a21"])
    expected = bodies(folder)
    (merged,) = segments(folder, newest(folder))
    flip_section(merged, "store")
    repaired(folder)
    found = bodies(folder)
    assert not {"a5", "a20", "a21"} & found.keys()
    assert found.items() <= expected.items()


def test_both_manifest_and_toc_damaged(folder: Path) -> None:
    """Nothing says what the newest generation held; its segments lie there, and nothing of them is lost."""
    expected = bodies(folder)
    now = newest(folder)
    flip(folder / f"_MAIN_{now}.json")
    (folder / f"_MAIN_{now}.toc").write_bytes(b"no TOC at all")
    repair = repaired(folder)
    assert set(repair.restored) == {f"a{number}" for number in range(20, 25)}
    assert bodies(folder) == expected


def test_what_a_writer_passed_over_comes_back(folder: Path) -> None:
    """The newest generation was damaged, and somebody went on from the one before it."""
    expected = bodies(folder)
    now = newest(folder)
    flip(folder / f"_MAIN_{now}.toc")
    with searchkit.open(folder) as engine:
        engine.add([article(30), article(20, "later")])
        engine.delete(["a1"])
    assert newest(folder) == now + 2
    repair = repaired(folder)
    assert set(repair.restored) == {f"a{number}" for number in range(21, 25)}
    del expected["a1"]
    assert bodies(folder) == expected | {"a30": article(30).body, "a20": article(20, "later").body}


def test_the_next_run_reads_the_files_again(tmp_path: Path) -> None:
    folder, root = tmp_path / "i", tmp_path / "root"
    root.mkdir()
    for number in range(4):
        (root / f"{number}.txt").write_text(f"Title {number}\n\nThe text of file{number}.\n")
    with searchkit.open(folder, create=True) as engine:
        engine.index([root])
        expected = bodies(folder)
        assert engine.index().changed is False
        flip_section(segments(folder, newest(folder))[0], "store", 0.5)
        repair = engine.verify(repair=True).repair
        assert repair is not None
        assert len(repair.missing) == 1
        assert repair.files == repair.missing  # of files with one article the id is the file's
        assert engine.search("*").total == 3  # the same engine answers from what was repaired
        report = engine.index()
        assert (report.added, report.unchanged) == (1, 3)
        assert bodies(folder) == expected
        assert engine.index().changed is False


def test_when_ids_cannot_be_read_all_files_are_read_again(tmp_path: Path) -> None:
    folder, root = tmp_path / "i", tmp_path / "root"
    root.mkdir()
    for number in range(4):
        (root / f"{number}.txt").write_text(f"Title {number}\n\nThe text of file{number}.\n")
    with searchkit.open(folder, create=True) as engine:
        engine.index([root])
        expected = bodies(folder)
        segments(folder, newest(folder))[0].unlink()
        repair = engine.verify(repair=True).repair
        assert repair is not None
        assert (repair.unknown, len(repair.files)) == (4, 4)
        assert engine.search("*").total == 0
        engine.index()
        assert bodies(folder) == expected


def test_when_no_settings_can_be_read_nothing_is_changed(folder: Path) -> None:
    for path in folder.glob("_MAIN_*.json"):
        flip(path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(searchkit.CorruptIndex, match="no generation's settings can be read"):
        searchkit.verify(folder, repair=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_only_the_generation_before_is_damaged(folder: Path) -> None:
    expected = bodies(folder)
    flip(folder / f"_MAIN_{newest(folder) - 1}.toc")
    repair = repaired(folder)
    assert (repair.restored, repair.missing, repair.unknown) == ((), (), 0)
    assert bodies(folder) == expected
