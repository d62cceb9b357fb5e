"""Articles of single files and streams: added and replaced, and none is removed."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pytest

import searchkit
from tests.corpus.test_containers import zipped

LINES = b'{"id": "1", "text": "Peace talks."}\n{"id": "2", "text": "Oil."}\nbad\n'


def ids(engine: searchkit.Engine) -> list[str]:
    return sorted(hit.id for hit in engine.search("*", limit=None))


def test_files_are_no_roots(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.jpg"):
        (tmp_path / name).write_text(f"Title {name}\n\nThe words of it.\n")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        assert isinstance(engine, searchkit.RootSync)
        report = searchkit.add_files(engine, [tmp_path / "a.txt", str(tmp_path / "b.txt")], "list")
        assert (report.added, report.removed, report.failures, dict(report.formats)) == (2, 0, (), {"text": 2})
        inside = str(tmp_path).lstrip("/")
        assert ids(engine) == [f"list/{inside}/a.txt", f"list/{inside}/b.txt"]
        (tmp_path / "a.txt").write_text("Another title\n\nOther words.\n")
        report = searchkit.add_files(engine, [tmp_path / "a.txt"], "list")
        assert (report.replaced, report.removed) == (1, 0)
        assert len(ids(engine)) == 2
        assert engine.roots() == ()


def test_what_cannot_be_read_is_reported_and_the_rest_is_added(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words of it.")
    (tmp_path / "c.xyz").write_text("Words of it.")
    given = [tmp_path / "a.txt", tmp_path / "gone.txt", tmp_path, tmp_path / "c.xyz"]
    report = searchkit.add_files(searchkit.open("memory:", create=True), given, "list")
    assert report.added == 1
    assert [(Path(failure.path).name, failure.reason, failure.new) for failure in report.failures] == [
        ("gone.txt", "it cannot be opened: No such file or directory", True),
        (tmp_path.name, "it is no regular file; expected paths of files", True),
        ("c.xyz", "no reader takes files of this type; name one with --format", True),
    ]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_a_stream_is_read_in_the_format_that_it_shows(pack: object, tmp_path: Path) -> None:
    assert callable(pack)
    engine = searchkit.open("memory:", create=True)
    report = searchkit.add_files(engine, [io.BytesIO(pack(LINES))], "wire")
    assert ids(engine) == ["wire/1", "wire/2"]
    assert [(failure.path, failure.place) for failure in report.failures] == [("(stream)", "line 3")]
    searchkit.add_files(engine, [io.BytesIO(pack(b"Peace talks\n\nThe words of it.\n"))], "text")
    assert "text" in ids(engine)


@pytest.mark.parametrize("given", [io.StringIO("Words."), 7, b"a.txt", None], ids=["text", "number", "bytes", "None"])
def test_what_is_no_file(given: Any, tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "index", create=True) as engine:
        with pytest.raises(searchkit.OptionError, match=r'as open\(path, "rb"\) gives; found '):
            searchkit.add_files(engine, [io.BytesIO(b"Words."), given], "x")
        assert ids(engine) == []


def test_a_stream_of_an_archive() -> None:
    engine = searchkit.open("memory:", create=True)
    searchkit.add_files(engine, [io.BytesIO(zipped({"a.txt": b"Words.", "b/c.jsonl": LINES}))], "zip")
    assert ids(engine) == ["zip/1", "zip/2", "zip/a.txt"]


def test_options_and_labels() -> None:
    engine = searchkit.open("memory:", create=True)
    stream = io.BytesIO(b'{"wording": "Peace talks."}\n')
    assert searchkit.add_files(engine, [stream], "x", options={"format": ["jsonl"], "map": ["body=wording"]}).added == 1
    for label in ("", "a/b"):
        with pytest.raises(searchkit.OptionError, match="cannot be a label"):
            searchkit.add_files(engine, [], label)
    with pytest.raises(searchkit.OptionError, match="unknown reading option"):
        searchkit.add_files(engine, [], "x", options={"nope": ["1"]})
    for name in ("include", "exclude"):
        with pytest.raises(searchkit.OptionError, match="choose among the files of a root"):
            searchkit.add_files(engine, [], "x", options={name: ["*.txt"]})


def test_the_label_of_a_root_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    (tmp_path / "wire" / "a.txt").write_text("Words of the root.")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        assert isinstance(engine, searchkit.RootSync)
        engine.index([tmp_path / "wire"])
        with pytest.raises(searchkit.OptionError) as raised:
            searchkit.add_files(engine, [io.BytesIO(zipped({"a.txt": b"Others."}))], "wire")
        assert str(raised.value) == (
            f'"wire" is the label of the root {tmp_path}/wire, whose articles these would replace; choose another label, or'
            " put the files into the root and bring it up to date"
        )
        assert [engine.get(name).body for name in ids(engine)] == ["Words of the root."]
        assert searchkit.add_files(engine, [io.BytesIO(b"Others.")], "other").added == 1


def test_of_two_articles_with_one_id_the_first_stays() -> None:
    engine = searchkit.open("memory:", create=True)
    streams = [io.BytesIO(b'{"id": "1", "text": "One."}\n'), io.BytesIO(b'{"id": "1", "text": "Two."}\n')]
    report = searchkit.add_files(engine, streams, "x")
    assert (report.added, len(report.failures)) == (1, 1)
    assert "is taken by another article" in report.failures[0].reason
