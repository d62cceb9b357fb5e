"""Recovery keeps whole segments, copies other articles from older generations, and names what has
to be indexed again."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from searchkit import Article
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
    """A segment of a0 to a9 (a3 and a5 are gone from it), one of a3 and a10, and in the newest
    generation one of a20 to a24."""
    two_generations(tmp_path / "i")
    with searchkit.open(tmp_path / "i") as engine:
        engine.add([article(number) for number in range(20, 25)])
    return tmp_path / "i"


def test_a_damaged_toc_loses_nothing(folder: Path) -> None:
    expected = bodies(folder)
    flip(folder / f"_MAIN_{newest(folder)}.toc")
    assert bodies(folder) != expected  # the generation before is used
    repair = repaired(folder)
    assert (repair.restored, repair.missing, repair.unknown) == ((), (), 0)
    assert bodies(folder) == expected


def test_a_damaged_manifest_loses_nothing(folder: Path) -> None:
    expected = bodies(folder)
    flip(folder / f"_MAIN_{newest(folder)}.json")
    assert repaired(folder).missing == ()
    assert bodies(folder) == expected


def test_damaged_deletions_are_read_from_the_toc(folder: Path) -> None:
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


def test_a_damaged_record_loses_one_article(folder: Path) -> None:
    expected = bodies(folder)
    flip_section(segments(folder, newest(folder))[-1], "store", 0.5)
    repair = repaired(folder)
    assert len(repair.missing) == 1
    assert repair.unknown == 0
    assert bodies(folder) == {name: body for name, body in expected.items() if name not in repair.missing}
    with searchkit.open(folder) as engine:
        assert engine.search("*").total == len(expected) - 1


def test_articles_are_copied_from_the_generation_before(folder: Path) -> None:
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
    """Nothing says what the newest generation held; its segments are in the folder, and none of
    their articles is lost."""
    expected = bodies(folder)
    now = newest(folder)
    flip(folder / f"_MAIN_{now}.json")
    (folder / f"_MAIN_{now}.toc").write_bytes(b"no TOC at all")
    repair = repaired(folder)
    assert set(repair.restored) == {f"a{number}" for number in range(20, 25)}
    assert bodies(folder) == expected


def test_articles_of_an_abandoned_generation_come_back(folder: Path) -> None:
    """The newest generation was damaged, and a writer went on from the one before it."""
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


def test_without_a_readable_manifest_nothing_is_changed(folder: Path) -> None:
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


# The changes of an abandoned generation: one that a writer went on without.


def own(number: int, text: str) -> Article:
    return Article(f"own/{number}", f"Title {number}", f"{text} text.")


def texts(folder: Path) -> dict[str, str]:
    return {name: body.removesuffix(" text.") for name, body in bodies(folder).items() if name.startswith("own/")}


def tombstone_ids(folder: Path) -> list[str]:
    with searchkit.open(folder) as engine:
        return [one.id for one in engine.tombstones()]


def put(folder: Path, *articles: Article) -> None:
    with searchkit.open(folder) as engine:
        engine.add(articles)


def delete(folder: Path, *ids: str) -> None:
    with searchkit.open(folder) as engine:
        assert engine.delete(ids) == len(ids)


def damage_toc(folder: Path) -> None:
    """Damage the table of contents where its schema's pickle begins: then nothing after that can be
    read."""
    path = folder / f"_MAIN_{newest(folder)}.toc"
    flip(path, path.read_bytes().index(b"\x80\x02"))


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """own/1 to own/3, the first in a segment alone, all of them old."""
    with searchkit.open(tmp_path / "i", create=True):
        put(tmp_path / "i", own(1, "old"))
        put(tmp_path / "i", own(2, "old"), own(3, "old"))
    return tmp_path / "i"


@pytest.mark.parametrize("suffix", ["toc", "json"])
@pytest.mark.parametrize("number", [1, 2])
def test_an_article_of_an_abandoned_generation_replaces_the_older_one(base: Path, suffix: str, number: int) -> None:
    put(base, own(number, "new"))
    flip(base / f"_MAIN_{newest(base)}.{suffix}")
    put(base, own(4, "late"))
    expected = {f"own/{n}": "old" for n in (1, 2, 3)} | {"own/4": "late"}
    assert texts(base) == expected
    repair = repaired(base)
    assert (repair.restored, repair.missing, repair.unknown) == ((f"own/{number}",), (), 0)
    assert texts(base) == expected | {f"own/{number}": "new"}


def test_it_replaces_an_older_one_that_was_merged_since(base: Path) -> None:
    put(base, own(1, "new"), own(2, "new"))
    damage_toc(base)
    with searchkit.open(base) as engine:
        engine.optimize()
    assert texts(base)["own/1"] == "old"
    assert repaired(base).restored == ("own/1", "own/2")
    assert texts(base) == {"own/1": "new", "own/2": "new", "own/3": "old"}


def test_it_replaces_an_older_one_when_the_abandoned_generation_merged(base: Path) -> None:
    with searchkit.open(base) as engine:
        engine.add([own(1, "new"), own(5, "new")])
        engine.optimize()
    delete(base, "own/2")
    with searchkit.open(base) as engine:
        engine.optimize()
    damage_toc(base)  # the generation before has own/2 as one that is gone already
    put(base, own(3, "late"))
    assert repaired(base).restored == ()
    assert texts(base) == {"own/1": "new", "own/3": "late", "own/5": "new"}


def test_it_replaces_an_older_one_when_the_generation_before_is_gone(base: Path) -> None:
    put(base, own(2, "new"))
    passed = newest(base)
    damage_toc(base)
    for number in range(4, 7):
        put(base, own(number, "late"))
    put(base, own(3, "late"))
    (base / f"_MAIN_{passed - 1}.toc").unlink()  # which no writer does as long as it may be asked what changed since
    assert repaired(base).restored == ("own/2",)
    assert texts(base) == {"own/1": "old", "own/2": "new", **{f"own/{n}": "late" for n in (3, 4, 5, 6)}}


def test_changes_after_an_abandoned_generation_stay(base: Path) -> None:
    put(base, own(1, "new"), own(2, "new"))
    damage_toc(base)
    put(base, own(1, "late"))
    delete(base, "own/2")
    assert repaired(base).restored == ()
    assert texts(base) == {"own/1": "late", "own/3": "old"}
    assert tombstone_ids(base) == ["own/2"]


def test_of_several_abandoned_generations_the_newest_counts(base: Path) -> None:
    put(base, own(1, "new"), own(2, "new"), own(4, "new"))
    damage_toc(base)
    put(base, own(5, "late"))
    put(base, own(1, "newer"), own(6, "newer"))
    damage_toc(base)
    put(base, own(7, "last"))
    assert set(texts(base).values()) == {"old", "late", "last"}
    assert repaired(base).restored == ("own/1", "own/2", "own/4", "own/6")
    assert texts(base) == {
        "own/1": "newer", "own/2": "new", "own/3": "old", "own/4": "new", "own/5": "late", "own/6": "newer", "own/7": "last"
    }  # fmt: skip


def test_deletions_of_an_abandoned_generation_are_deleted_again(base: Path) -> None:
    delete(base, "own/1", "own/2", "own/3")
    damage_toc(base)
    put(base, own(3, "late"))
    assert texts(base) == {"own/1": "old", "own/2": "old", "own/3": "late"}
    assert repaired(base).restored == ()
    assert texts(base) == {"own/3": "late"}
    assert tombstone_ids(base) == ["own/1", "own/2"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Four files, and an index of them beside their folder."""
    root = tmp_path / "r"
    root.mkdir()
    for number in range(4):
        (root / f"f{number}.txt").write_text(f"Title {number}\n\nThe text of file{number}.\n")
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.index([root])
    return root


def files_of(folder: Path) -> set[str]:
    return {name.removeprefix("r/").removesuffix(".txt") for name in bodies(folder)}


def test_a_deleted_file_stays_deleted_for_later_runs(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "i"
    delete(folder, "r/f2.txt")
    damage_toc(folder)
    (root / "f9.txt").write_text("Title 9\n\nThe text of file9.\n")
    with searchkit.open(folder) as engine:
        engine.index()
    assert files_of(folder) == {"f0", "f1", "f2", "f3", "f9"}
    repair = repaired(folder)
    assert (repair.restored, repair.missing, repair.files) == ((), (), ("r/f2.txt",))
    assert files_of(folder) == {"f0", "f1", "f3", "f9"}
    assert tombstone_ids(folder) == ["r/f2.txt"]
    with searchkit.open(folder) as engine:
        assert engine.index().removed == 0
        assert files_of(folder) == {"f0", "f1", "f3", "f9"}
        assert [(one.files, one.articles) for one in engine.roots()] == [(5, 4)]
        assert engine.undelete(["r/f2.txt"])[0].returns
        engine.index()
    assert files_of(folder) == {"f0", "f1", "f2", "f3", "f9"}


def test_articles_that_a_later_run_removed_do_not_come_back(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "i"
    (root / "f1.txt").write_text("Title 1\n\nAnother text.\n")
    with searchkit.open(folder) as engine:
        engine.index()
    damage_toc(folder)
    (root / "f1.txt").unlink()
    with searchkit.open(folder) as engine:
        engine.index()
    assert repaired(folder).restored == ()
    assert files_of(folder) == {"f0", "f2", "f3"}


def test_a_file_is_read_again_when_nothing_tells_which_article_is_newer(tmp_path: Path, root: Path) -> None:
    folder = tmp_path / "i"
    for number in range(4):
        (root / f"f{number}.txt").write_text(f"Title {number}\n\nThe newer text of file{number}.\n")
    with searchkit.open(folder) as engine:
        engine.index()
    damage_toc(folder)
    put(folder, own(1, "late"))
    put(folder, own(2, "late"))
    (folder / "_MAIN_1.toc").unlink()  # the generation before the damaged one, and with it all that both share
    assert repaired(folder).files == tuple(f"r/f{number}.txt" for number in range(4))
    with searchkit.open(folder) as engine:
        engine.index()
    assert bodies(folder)["r/f1.txt"] == "The newer text of file1."


def test_tombstones_that_an_abandoned_generation_removed(base: Path) -> None:
    delete(base, "own/1", "own/2", "own/3")
    put(base, own(1, "again"), own(2, "again"))
    damage_toc(base)
    put(base, own(2, "late"))
    assert tombstone_ids(base) == ["own/1", "own/3"]
    assert repaired(base).restored == ("own/1",)
    assert texts(base) == {"own/1": "again", "own/2": "late"}
    assert tombstone_ids(base) == ["own/3"]


def test_deleted_articles_do_not_come_back_when_deletions_cannot_be_read(base: Path) -> None:
    delete(base, "own/2")
    damage_toc(base)
    for path in base.glob(f"*.deleted{newest(base)}"):
        flip(path)
    repaired(base)
    assert texts(base) == {"own/1": "old", "own/3": "old"}
    assert tombstone_ids(base) == ["own/2"]
    with searchkit.open(base) as engine:
        assert engine.search("old").total == 2


def test_lost_articles_are_counted_once(base: Path) -> None:
    """A segment that two generations share: one article of it is deleted, two are not."""
    put(base, own(4, "old"), own(5, "old"), own(6, "old"))
    delete(base, "own/4")
    path = segments(base, newest(base))[-1]
    assert path in segments(base, newest(base) - 1)
    flip(path, 20)  # its header
    repair = repaired(base)
    assert (repair.restored, repair.missing, repair.unknown) == ((), (), 2)
    assert texts(base).keys() == {"own/1", "own/2", "own/3"}


def test_lost_articles_of_known_ids_are_counted_once(base: Path) -> None:
    put(base, own(4, "old"), own(5, "old"), own(6, "old"))
    delete(base, "own/4")
    flip_section(segments(base, newest(base))[-1], "store.at", 0.5)
    repair = repaired(base)
    assert len(repair.missing) + len(texts(base)) == 5
    assert "own/4" not in repair.missing
    assert repair.unknown == 0


def test_an_unreadable_segment_of_an_abandoned_generation_is_counted_once(base: Path) -> None:
    put(base, own(4, "new"), own(5, "new"))
    flip(segments(base, newest(base))[-1], 20)
    put(base, own(6, "late"))
    repair = repaired(base)
    assert (repair.restored, repair.missing, repair.unknown) == ((), (), 2)
