"""Files that change while they are read: reported, nothing is removed, and the next run reads them
again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit.corpus import ReadOptions, list_files, read_file, read_share
from searchkit.corpus.reading import CHANGED_REASON
from searchkit.model import Article
from searchkit.reports import Failure
from searchkit.source_files import SourceFile

LINES = b"".join(b'{"id": "%d", "text": "words of %d"}\n' % (n, n) for n in range(1, 4))


def reading(file: SourceFile, told: list[Failure]) -> Iterator[Article]:
    return read_file(file, "L", ReadOptions(), told.append)


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt"])
@pytest.mark.parametrize("data", [LINES + LINES, LINES.replace(b"words", b"other"), LINES[:40], b""])
def test_a_file_that_changes_is_told(name: str, data: bytes, tmp_path: Path) -> None:
    place = tmp_path / name
    place.write_bytes(LINES)
    (file,) = list_files(tmp_path).files
    told: list[Failure] = []
    found = reading(file, told)
    next(found)
    place.write_bytes(data)
    os.utime(place, ns=(file.modified_ns + 1, file.modified_ns + 1))
    list(found)
    assert told[-1] == Failure(str(place), CHANGED_REASON)


def test_a_file_that_grows_as_it_is_read_has_an_end(tmp_path: Path) -> None:
    place = tmp_path / "a.jsonl"
    place.write_bytes(LINES * 20_000)
    (file,) = list_files(tmp_path).files
    told: list[Failure] = []
    count = 0
    for count, _ in enumerate(reading(file, told), 1):
        if count % 1000 == 1:
            with place.open("ab") as more:
                more.write(LINES * 20_000)
        assert count <= 60_000
    assert (count, told) == (60_000, [Failure(str(place), CHANGED_REASON)])


def test_a_file_at_rest_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES)
    (file,) = list_files(tmp_path).files
    told: list[Failure] = []
    for share in range(3):
        list(read_share(file, "L", ReadOptions(), told.append, (share, 3)))
    assert (len(list(reading(file, told))), told) == (3, [])


def test_a_run_over_a_file_that_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A half-written file removes nothing; the next run reads all of it."""
    root, place = tmp_path / "root", tmp_path / "root" / "a.jsonl"
    root.mkdir()
    place.write_bytes(LINES)
    with searchkit.open(tmp_path / "index", create=True) as engine:
        assert engine.index([root]).added == 3
        place.write_bytes(LINES.splitlines(keepends=True)[0])
        real = list_files

        def list_and_write(*arguments: object) -> object:
            """The file changes between listing and reading."""
            listing = real(*arguments)  # type: ignore[arg-type]
            with place.open("ab") as file:
                file.write(b'{"id": "4", "te')
            return listing

        with monkeypatch.context() as patch:
            patch.setattr("searchkit.engines.runs.list_files", list_and_write)
            report = engine.index(workers=1)
        assert report.removed == 0
        assert [failure.reason for failure in report.failures][-1] == CHANGED_REASON
        assert engine.count("*") >= 3 if hasattr(engine, "count") else True
        place.write_bytes(LINES.splitlines(keepends=True)[0])
        again = engine.index()
        assert (again.removed, again.failures) == (2, ())
        assert engine.search("*").total == 1
