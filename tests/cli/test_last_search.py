"""What the last search of a terminal listed is kept, and nothing else."""

from __future__ import annotations

import errno
import json
import os
import stat
import time
from pathlib import Path
from typing import Any

import click
import pytest

import searchkit
from searchkit.cli.last_search import (
    MAX_AGE,
    MAX_RESULTS,
    MAX_TERMINALS,
    LastSearch,
    is_same_place,
    load_search,
    save_search,
)
from searchkit.cli.options import query_options
from tests.cli.test_rendering import Found


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where searches are kept; this is the terminal pts/7."""
    use_terminal(monkeypatch, "/dev/pts/7")
    return tmp_path / "cache" / "searchkit" / "searches"


def use_terminal(monkeypatch: pytest.MonkeyPatch, name: str, session: int = 100) -> None:
    monkeypatch.setattr(os, "ttyname", lambda descriptor: name)
    monkeypatch.setattr(os, "getsid", lambda process: session)


def save(query: str, *ids: str, offset: int = 0) -> None:
    hits = [searchkit.Hit(article_id, 1.0, Found(searchkit.Article(article_id))) for article_id in ids]
    save_search("index", query, {"exact": True, "timezone": None, "limit": 10}, offset, hits)


def test_a_search_is_kept_for_its_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_search() is None
    save("peace", "a", "b", offset=10)
    expected = LastSearch(str(Path("index").resolve()), "peace", {"exact": True}, 10, 2, ("a", "b"))
    assert load_search() == expected
    assert [expected.id_of(number) for number in (0, 10, 11, 12, 13)] == [None, None, "a", "b", None]
    use_terminal(monkeypatch, "/dev/pts/8")
    assert load_search() is None
    save("war")
    use_terminal(monkeypatch, "/dev/pts/7", session=101)  # the next window has the same device
    assert load_search() is None
    use_terminal(monkeypatch, "/dev/pts/7")
    assert load_search() == expected
    save("oil", "c")
    found = load_search()
    assert found is not None
    assert (found.query, found.ids) == ("oil", ("c",))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("opensearch://localhost/news", "OpenSearch://127.0.0.1:9200/news/", True),
        ("opensearch://b,a:9201/news", "opensearch://A:9201,b:9200/news", True),
        ("opensearch://[::1]:9200/news", " opensearch://localhost/news", True),
        ("opensearch://[2001:db8::7]/news", "opensearch://[2001:DB8::7]:9200/news", True),
        ("opensearch://localhost/news", "opensearchs://localhost/news", False),
        ("opensearch://localhost/news", "opensearch://localhost:9201/news", False),
        ("opensearch://localhost/news", "opensearch://localhost/new", False),
        ("news/", "./news", True),
        ("news", "new", False),
        ("memory:", "memory:", True),
    ],
)
def test_a_place_can_be_typed_in_two_ways(one: str, other: str, expected: bool) -> None:
    assert is_same_place(one, other) is expected


def test_all_options_on_which_a_query_depends_are_kept(folder: Path) -> None:
    command: Any = query_options(click.Command("show"))
    parameters = [one for one in command.params if isinstance(one, click.Option)]
    given = {one.name: True if one.is_flag else "2020-04-28" for one in parameters if one.name}
    save_search("index", "peace", given, 0, ())
    found = load_search()
    assert found is not None
    assert found.options == given


def test_the_place_of_a_server_stays_as_it_is(folder: Path) -> None:
    save_search("opensearch://localhost:9200/news", "", {}, 0, ())
    found = load_search()
    assert found is not None
    assert found.place == "opensearch://localhost:9200/news"


def test_nothing_is_kept_without_a_terminal(tmp_path: Path) -> None:
    save("peace", "a")
    assert load_search() is None
    assert not (tmp_path / "cache").exists()


def test_others_cannot_read_what_was_searched(folder: Path) -> None:
    save("peace", "a")
    kept = [folder, *folder.iterdir()]
    assert [stat.S_IMODE(path.stat().st_mode) for path in kept] == [0o700, 0o600]


@pytest.mark.parametrize("ids", [[str(number) for number in range(5_000)], ["x" * 30_000] * 50])
def test_what_is_kept_of_a_search_is_bounded(folder: Path, ids: list[str]) -> None:
    save("peace", *ids)
    found = load_search()
    assert found is not None
    assert 0 < len(found.ids) <= MAX_RESULTS
    assert found.ids == tuple(ids[: len(found.ids)])
    assert found.listed == len(ids)
    assert next(folder.iterdir()).stat().st_size < 250_000


def test_terminals_are_bounded_and_forgotten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save("old", "a")
    week_ago = time.time() - MAX_AGE - 5
    os.utime(next(folder.iterdir()), (week_ago, week_ago))
    assert load_search() is None
    for number in range(MAX_TERMINALS + 20):
        use_terminal(monkeypatch, f"/dev/pts/{number + 20}")
        save(str(number), "a")
    names = {path.name for path in folder.iterdir()}
    assert len(names) == MAX_TERMINALS
    assert "dev-pts-7.100.json" not in names
    assert "dev-pts-139.100.json" in names


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"{}", b'{"version": 2}', b'{"version": 1, "ids": 3}', b"\xff"])
def test_a_file_that_is_damaged_is_none(folder: Path, content: bytes) -> None:
    save("peace", "a")
    next(folder.iterdir()).write_bytes(content)
    assert load_search() is None


SOUND = {
    "version": 1,
    "place": "/index",
    "query": "peace",
    "options": {"exact": True},
    "offset": 0,
    "listed": 1,
    "ids": ["a"],
}


@pytest.mark.parametrize(
    "damage",
    [
        {"offset": "0"},
        {"offset": True},
        {"offset": -1},
        {"listed": None},
        {"listed": 1.5},
        {"place": 5},
        {"query": []},
        {"options": []},
        {"options": {"exact": "yes"}},
        {"options": {"timezone": 3}},
        {"options": {"now": "soon"}},
        {"ids": [1]},
    ],
)
def test_a_value_of_another_type_is_damage(folder: Path, damage: dict[str, object]) -> None:
    save("peace", "a")
    (file,) = folder.iterdir()
    file.write_text(json.dumps(SOUND))
    assert load_search() == LastSearch("/index", "peace", {"exact": True}, 0, 1, ("a",))
    file.write_text(json.dumps(SOUND | damage))
    assert load_search() is None


def test_what_lies_in_the_folder_does_not_keep_a_search_from_being_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("peace", "a")
    (folder / "dangling").symlink_to("/nowhere")
    (folder / "old").mkdir()
    os.utime(folder / "old", (0, 0))
    (folder / "stale.json").touch()
    os.utime(folder / "stale.json", (0, 0))
    use_terminal(monkeypatch, "/dev/pts/8")
    save("war", "b")
    found = load_search()
    assert found is not None
    assert found.query == "war"
    assert not (folder / "stale.json").exists()


def test_a_file_that_vanishes_meanwhile_does_not_keep_a_search_from_being_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("peace", "a")
    listed = [*folder.iterdir(), folder / "vanished.json"]
    monkeypatch.setattr(Path, "iterdir", lambda self: iter(listed))
    use_terminal(monkeypatch, "/dev/pts/8")
    save("war", "b")
    assert load_search() is not None


def test_a_write_that_fails_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save("peace", "a")
    before = [*folder.iterdir()]

    def fail(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", fail)
    save("war", "b")
    assert [*folder.iterdir()] == before
    found = load_search()
    assert found is not None
    assert found.query == "peace"


def test_a_folder_that_cannot_be_written_is_no_error(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file")
    save("peace", "a")
    assert load_search() is None


def test_a_relative_folder_of_caches_is_ignored(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    save("peace", "a")
    assert list((tmp_path / "home").rglob("*.json"))
    assert not Path("relative").exists()
