"""Names and links that lead out, and pipes and devices: never followed, never opened, and
reported."""

from __future__ import annotations

import io
import json
import os
import socket
import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from searchkit.corpus import ReadOptions, list_files, read, read_file
from searchkit.corpus.listing import NOT_A_FILE
from searchkit.reports import Failure
from searchkit.source_files import SourceFile
from tests.plain_environment import plain_environment

ARTICLE = b"Peace talks\n\nThe words of it.\n"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`searchkit` with these arguments."""
    command = [sys.executable, "-m", "searchkit", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=plain_environment())


def outcome(path: Path) -> tuple[list[str], list[tuple[str, str]]]:
    told: list[Failure] = []
    ids = [article.id for article in read(path, "L", told.append)]
    return ids, [(failure.path.removeprefix(f"{path}/"), failure.reason) for failure in told]


def tar_of(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w") as archive:
        for member in members:
            member.size = len(ARTICLE) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(ARTICLE))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


CLIMBING = ["../../../etc/1.txt", "/etc/2.txt", "a/../../3.txt", "..\\..\\4.txt", "./5.txt", "a//b/./6.txt"]
KEPT = ["L/etc/1.txt", "L/etc/2.txt", "L/a/3.txt", "L/4.txt", "L/5.txt", "L/a/b/6.txt"]


def test_paths_that_climb_out(tmp_path: Path) -> None:
    """Nothing is written, and ids stay below their root."""
    path = tar_of(tmp_path / "a.tar", *map(member, CLIMBING))
    assert outcome(path) == (KEPT, [])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in CLIMBING:
            archive.writestr(name, ARTICLE)
    assert outcome(tmp_path / "a.zip") == (KEPT, [])
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.tar", "a.zip"]


def test_names_that_would_take_over_a_terminal(tmp_path: Path) -> None:
    name = "\x1b[2J\x1b]0;owned\x07a\nb\r\u202etxt.txt"
    ids, told = outcome(tar_of(tmp_path / "a.tar", member(name), member("\x1b[31m.pipe.txt", tarfile.FIFOTYPE)))
    assert not set("".join(ids) + str(told)) & set("\x1b\x07\n\r")
    (tmp_path / "root").mkdir()
    tar_of(tmp_path / "root" / "a.tar", member(name), member("\x1b[31mpipe\u202e.txt", tarfile.FIFOTYPE))
    done = run("index", str(tmp_path / "root"), "-i", str(tmp_path / "index"), "--no-progress")
    assert done.returncode == 2
    assert "pipe.txt: it is a pipe or a device" in done.stderr
    assert not set(done.stderr) & set("\x1b\x07\r\u202e")


def test_links_in_a_tar_file(tmp_path: Path) -> None:
    """The target of a link inside the archive is read by its own name; a link that leads out is
    reported."""
    secret = tmp_path / "secret.txt"
    secret.write_text("The words of nobody else.\n")
    path = tar_of(
        tmp_path / "a.tar",
        member("a/1.txt"),
        member("a/2.txt", tarfile.SYMTYPE, "1.txt"),
        member("a/3.txt", tarfile.LNKTYPE, "a/1.txt"),
        member("a/4.txt", tarfile.SYMTYPE, str(secret)),
        member("a/5.txt", tarfile.SYMTYPE, "../../secret.txt"),
        member("6.txt", tarfile.LNKTYPE, "../secret.txt"),
        member("a/7.png", tarfile.SYMTYPE, "/dev/zero"),
        member("8.txt", tarfile.SYMTYPE, "8.txt"),
    )
    ids, told = outcome(path)
    assert ids == ["L/a/1.txt"]
    assert told == [
        ("a/4.txt", f"it is a link out of the archive, to {secret}; links are not followed"),
        ("a/5.txt", "it is a link out of the archive, to ../../secret.txt; links are not followed"),
        ("6.txt", "it is a link out of the archive, to ../secret.txt; links are not followed"),
    ]


def test_links_in_a_zip_file(tmp_path: Path) -> None:
    """Their bytes are the path that they lead to, not an article."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a/1.txt", ARTICLE)
        for name, target in (("a/2.txt", "1.txt"), ("a/3.txt", "../../../etc/passwd"), ("4.txt", "/etc/passwd")):
            link = zipfile.ZipInfo(name)
            link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, target)
    ids, told = outcome(tmp_path / "a.zip")
    assert ids == ["L/a/1.txt"]
    assert [path for path, _ in told] == ["a/3.txt", "4.txt"]
    assert all("links are not followed" in reason for _, reason in told)


@pytest.mark.parametrize("kind", [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_devices_in_a_tar_file(kind: bytes, tmp_path: Path) -> None:
    ids, told = outcome(tar_of(tmp_path / "a.tar", member("1.txt", kind), member("2.png", kind), member("3.txt")))
    assert (ids, told) == (["L/3.txt"], [("1.txt", "it is a pipe or a device, which is never opened")])


def test_what_is_no_file_is_counted_and_never_opened(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.txt").write_bytes(ARTICLE)
    os.mkfifo(root / "pipe.txt")
    (root / "zero.jsonl").symlink_to("/dev/zero")
    (root / "terminal.txt").symlink_to("/dev/tty")
    listening = socket.socket(socket.AF_UNIX)
    place = Path.cwd()
    os.chdir(root)  # the name of a socket has a hundred characters at most
    try:
        listening.bind("socket.txt")
    finally:
        os.chdir(place)
        listening.close()
    listing = list_files(root)
    assert [file.path for file in listing.files] == ["a.txt"]
    assert (listing.skipped, listing.failures) == ({NOT_A_FILE: 4}, ())
    done = run("index", str(root), "-i", str(tmp_path / "index"), "--no-progress")
    assert done.returncode == 0
    assert "4 (pipe, socket or device)" in done.stderr


def test_a_pipe_in_the_place_of_a_file(tmp_path: Path) -> None:
    """A pipe that appears after the listing does not block."""
    os.mkfifo(tmp_path / "a.txt")
    told: list[Failure] = []
    file = SourceFile("a.txt", str(tmp_path / "a.txt"), 12, 0)
    assert list(read_file(file, "L", ReadOptions(), told.append)) == []
    assert told == [Failure(str(tmp_path / "a.txt"), "it is no regular file any more; run again when it is")]


def test_links_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "1.txt").write_bytes(ARTICLE)
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self.txt").symlink_to("self.txt")
    (tmp_path / "a" / "one.txt").symlink_to("two.txt")
    (tmp_path / "a" / "two.txt").symlink_to("one.txt")
    listing = list_files(tmp_path)
    assert [file.path for file in listing.files] == ["a/1.txt"]
    assert [Path(failure.path).name for failure in listing.failures] == ["one.txt", "self.txt", "two.txt"]
    assert {failure.reason for failure in listing.failures} == {"it cannot be read: Too many levels of symbolic links"}


def test_names_that_are_not_utf_8(tmp_path: Path) -> None:
    """A file with such a name is reported, since its id could not be stored; a root with one is an
    error."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.txt").write_bytes(ARTICLE)
    (root / os.fsdecode(b"b\xff.txt")).write_bytes(ARTICLE)
    place = ["-i", str(tmp_path / "index")]
    for new in (True, False):
        done = run("index", *([str(root)] if new else []), "--json", "--no-progress", *place)
        assert done.returncode == (2 if new else 0), done.stderr  # from then on it is known
        (failure,) = json.loads(done.stdout)["failures"]
        assert (failure["path"], failure["reason"]) == (f"{root}/b\\xff.txt", "its name is not UTF-8; rename it")
    assert [hit["id"] for hit in json.loads(run("search", "peace", "--json", *place).stdout)["hits"]] == ["root/a.txt"]
    other = tmp_path / os.fsdecode(b"caf\xe9")
    root.rename(other)
    for command in (["index", str(other)], ["roots", "move", "root", str(other)]):
        done = run(*command, *place)
        assert (done.returncode, "is not UTF-8" in done.stderr, "internal" in done.stderr) == (2, True, False)
    root.mkdir()
    done = run("index", str(root), "--include", os.fsdecode(b"\xff*"), *place)
    assert (done.returncode, done.stderr) == (2, "searchkit: include is not UTF-8; use ? or * where a name is not\n")


def test_names_in_archives_that_are_not_utf_8(tmp_path: Path) -> None:
    path = tar_of(tmp_path / "a.tar", member("caf\udce9.txt"), member("2.txt"))
    assert outcome(path) == (["L/café.txt", "L/2.txt"], [])
