from __future__ import annotations

import os
from pathlib import Path

import pytest

from searchkit.corpus import ReadOptions, label_of, list_files
from searchkit.corpus.listing import INDEX, NOT_A_FILE
from searchkit.corpus.reading import read
from searchkit.errors import RootError
from searchkit.reports import Failure


def write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"Words of {name}.\n")


def paths(root: Path, options: ReadOptions = ReadOptions()) -> list[str]:  # noqa: B008 - it is frozen
    return [file.path for file in list_files(root, options).files]


def test_list_files_in_order_of_their_paths(tmp_path: Path) -> None:
    write(tmp_path, "a/b.txt", "a.txt", "a-b.txt", "B.TXT", "é.txt")
    listing = list_files(tmp_path)
    assert [file.path for file in listing.files] == ["B.TXT", "a-b.txt", "a.txt", "a/b.txt", "é.txt"]
    first = listing.files[0]
    assert (Path(first.full_path), first.size) == (tmp_path / "B.TXT", 16)
    assert first.modified_ns == Path(first.full_path).stat().st_mtime_ns


def test_list_files_passes_over_hidden_index_and_special_files(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", ".b.txt", ".git/c.txt", "index/_MAIN_3.toc", "index/d.txt", "index/deep/e.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    listing = list_files(tmp_path)
    assert [file.path for file in listing.files] == ["a.txt"]
    assert (listing.skipped, listing.failures) == ({NOT_A_FILE: 1, INDEX: 1}, ())
    ((path, failure),) = listing.ignored
    assert (path, failure.path) == ("index", str(tmp_path / "index"))
    assert list_files(tmp_path, ReadOptions(exclude=("index/*",))).ignored == ()
    with pytest.raises(RootError, match="holds an index"):
        list_files(tmp_path / "index")


def test_list_files_of_folders_that_only_look_like_an_index(tmp_path: Path) -> None:
    write(tmp_path, "a/1.txt", "a/_MAIN_.toc", "a/_MAIN_x.toc", "b/2.txt", "c/3.txt")
    (tmp_path / "b" / "_MAIN_1.toc").touch()
    (tmp_path / "c" / "_MAIN_1.toc").mkdir()
    listing = list_files(tmp_path)
    assert [file.path for file in listing.files] == ["a/1.txt", "b/2.txt", "c/3.txt"]
    assert (listing.skipped, listing.ignored) == ({".toc": 3}, ())


def test_list_files_says_where_what_fails_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a/b/c.txt", "d.txt")
    (tmp_path / "a" / "dead.txt").symlink_to(tmp_path / "gone")
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    original = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path).name == "b":
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr("searchkit.corpus.listing.os.scandir", scandir)
    listing = list_files(tmp_path, ReadOptions(include=("*.txt",)))
    assert listing.unlisted == ("a/dead.txt", "a/b")
    assert [path for path, _ in listing.ignored] == ["link"]


def test_list_files_counts_what_no_reader_takes(tmp_path: Path) -> None:
    write(tmp_path, "a.PNG", "b.png", "c", "d.xyz.gz", "e.gz", "f.txt.gz", "g.zip", "h.tar.xz")
    listing = list_files(tmp_path)
    assert [file.path for file in listing.files] == ["f.txt.gz", "g.zip", "h.tar.xz"]
    assert listing.skipped == {".png": 2, "(none)": 1, ".xyz": 1, ".gz": 1}


READMES = ["README", "ReadMe_first.md", "readme-de.txt", "README.txt", "Read me.txt", "readme_2020.csv"]
STORIES = ["Read me a bedtime story.txt", "Readme-story.txt", "Readmen.txt", "read_me_the_news.md"]


def test_list_files_that_describe_others_are_skipped(tmp_path: Path) -> None:
    write(tmp_path, *READMES, *STORIES)
    listing = list_files(tmp_path)
    assert [file.path for file in listing.files] == STORIES
    assert listing.skipped == {"README": len(READMES)}


@pytest.mark.parametrize(
    "options", [ReadOptions(include=("[Rr]ead*",)), ReadOptions(format="text")], ids=["include", "format"]
)
def test_list_files_that_describe_others_are_read_if_they_are_chosen(options: ReadOptions, tmp_path: Path) -> None:
    write(tmp_path, "readme.txt", "read/a.txt")
    assert "readme.txt" in paths(tmp_path, options)


def test_list_files_reached_twice_by_the_first_path(tmp_path: Path) -> None:
    write(tmp_path, "m/one.txt", "z/two.txt")
    (tmp_path / "a.txt").hardlink_to(tmp_path / "m" / "one.txt")
    (tmp_path / "n").symlink_to(tmp_path / "z")
    (tmp_path / "m" / "loop").symlink_to(tmp_path)
    assert paths(tmp_path) == ["a.txt", "n/two.txt"]


def test_list_files_links_do_not_multiply_folders(tmp_path: Path) -> None:
    for number in range(40):
        write(tmp_path, f"{number:02}/x.txt")
        for name in ("left", "right"):
            (tmp_path / f"{number:02}" / name).symlink_to(tmp_path / f"{(number + 1) % 40:02}")
    assert len(paths(tmp_path)) == 40


def test_list_files_dead_link(tmp_path: Path) -> None:
    (tmp_path / "dead.txt").symlink_to(tmp_path / "gone")
    (failure,) = list_files(tmp_path).failures
    assert failure == Failure(str(tmp_path / "dead.txt"), "it cannot be read: No such file or directory")
    assert list_files(tmp_path, ReadOptions(exclude=("dead*",))).failures == ()


def test_list_files_name_that_is_not_utf_8(tmp_path: Path) -> None:
    place = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(place)).write_text("Words.")
    listing = list_files(tmp_path)
    assert listing.files == ()
    assert listing.failures == (Failure(f"{tmp_path}/caf\\xe9.txt", "its name is not UTF-8; rename it"),)


def test_root_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    write(root, "a.txt")
    (article,) = read(root)
    assert (article.id, article.path) == ("caf\\xe9/a.txt", f"{tmp_path}/caf\\xe9/a.txt")


def test_list_files_include_and_exclude(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "2020/a.txt", "2020/b.txt", "2021/04/a.txt", "2021/04/c.dat")
    assert paths(tmp_path, ReadOptions(include=("a.*",))) == ["2020/a.txt", "2021/04/a.txt", "a.txt"]
    assert paths(tmp_path, ReadOptions(include=("2020/*",))) == ["2020/a.txt", "2020/b.txt"]
    assert paths(tmp_path, ReadOptions(include=("2021/",))) == ["2021/04/a.txt"]
    assert paths(tmp_path, ReadOptions(include=("**/a.txt",))) == ["2020/a.txt", "2021/04/a.txt", "a.txt"]
    assert paths(tmp_path, ReadOptions(exclude=("a.txt",))) == ["2020/b.txt"]
    assert paths(tmp_path, ReadOptions(include=("*.dat",), format="text")) == ["2021/04/c.dat"]


def test_list_files_root_is_a_file(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    (file,) = list_files(tmp_path / "a.txt").files
    assert (file.path, Path(file.full_path)) == ("", tmp_path / "a.txt")


def test_list_files_missing_root(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for root in (tmp_path / "none", tmp_path / "pipe", Path("a\0b")):
        with pytest.raises(RootError):
            list_files(root)
        with pytest.raises(RootError):
            read(root)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("reuters21578.tar.xz", "reuters21578"),
        ("2020.04.26.txt", "2020.04.26"),
        ("news.jsonl.gz", "news"),
        ("news.tgz", "news"),
        ("news.txt.zip", "news"),
        ("news.xyz", "news.xyz"),
        ("NEWS.TXT", "NEWS"),
        ("news", "news"),
    ],
)
def test_label_of_a_file(name: str, label: str, tmp_path: Path) -> None:
    assert label_of(tmp_path / name) == label


def test_label_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "news.txt" / "deep").mkdir(parents=True)
    assert label_of(tmp_path / "news.txt") == "news.txt"
    monkeypatch.chdir(tmp_path / "news.txt" / "deep")
    assert (label_of(Path()), label_of(Path("..")), label_of(Path("/"))) == ("deep", "news.txt", "root")
