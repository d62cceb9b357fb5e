"""`searchkit copy`: what it prints, and how it ends."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from tests.cli.conftest import Ran, write
from tests.opensearch.archives import new_place

Run = Callable[..., Ran]


@pytest.fixture
def source(run: Run) -> str:
    """An index of a root with two articles, of which one is deleted, and of one of no root."""
    write("news/a.txt", "The peace talks resumed.")
    write("news/b.txt", "Oil fell.")
    assert run("index", "news", "-i", "from").status == 0
    with searchkit.open("from") as engine:
        engine.add([searchkit.Article("free", body="Peace.")])
        engine.delete(["news/b.txt"])
    return "from"


def test_a_copy_and_another_one(source: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_INDEX", "elsewhere")
    same = "1 root and 1 deletion remembered; read back, and equal\n"
    assert run("copy", source, "to") == Ran(0, f"2 added, 0 unchanged, 0 replaced, 0 removed; {same}", "")
    assert run("search", "peace", "--ids", "-i", "to").out.split() == ["free", "news/a.txt"]
    assert run("index", "-i", "to").out.startswith("nothing changed: 0 added, 1 unchanged, ")
    assert run("copy", source, "to") == Ran(0, f"0 added, 2 unchanged, 0 replaced, 0 removed; {same}", "")
    assert json.loads(run("copy", source, "to", "--json").out) == {
        "meta": {"version": 1, "generation": 2},
        "added": 0,
        "unchanged": 2,
        "replaced": 0,
        "removed": 0,
        "roots": 1,
        "tombstones": 1,
        "failures": [],
    }
    assert not Path("elsewhere").exists()


def test_what_from_lacks_is_removed_only_with_delete(source: str, run: Run) -> None:
    run("copy", source, "to")
    with searchkit.open("to") as engine:
        engine.add([searchkit.Article("own", body="Peace.")])
    ran = run("copy", source, "to")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("searchkit: the target holds 1 article that the source lacks, such as own; ")
    assert "with --delete (" in ran.err
    ran = run("copy", source, "to", "--delete")
    assert (ran.status, ran.out[:51]) == (0, "0 added, 2 unchanged, 0 replaced, 1 removed; 1 root")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nowhere", "to"), "there is no index in nowhere"),
        (("from", "from/"), "from would be copied to itself"),
        (("from", "opensearch:to"), "opensearch: must be followed by //"),
        (("from", "http://host/to"), 'no engine opens "http://" places'),
        (("from", "to", "--shards", "2"), "shards is for an index on a cluster"),
        (("from", "memory:"), "memory: is a new index"),
        (("from",), "Missing argument 'TO'"),
        (("from", "to", "--wait", "-1"), "Invalid value for '--wait'"),
    ],
)
def test_what_cannot_be_copied(source: str, run: Run, arguments: tuple[str, ...], reason: str) -> None:
    ran = run("copy", *arguments)
    assert (ran.status, ran.out, ran.err.startswith(f"searchkit: {reason}")) == (2, "", True), ran
    assert not Path("to").exists()


def test_progress_on_a_terminal(source: str, run: Run, terminal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Timer, "start", lambda timer: timer.function())  # at once, not after a second
    assert re.search(r"copying  \[.*copied   \[#+\]  100%", run("copy", source, "to").err, re.DOTALL)
    for quiet in ("--no-progress", "-q"):
        assert run("copy", source, "to", quiet).err == ""


def test_from_a_folder_to_a_cluster_and_back(source: str, run: Run, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An article that the cluster cannot hold is named, and all others are there."""
    with searchkit.open(source) as engine:
        engine.add([searchkit.Article("long", source="x" * 10_000)])
    monkeypatch.setenv("SEARCHKIT_OPENSEARCH_TIMEOUT", "60")
    with new_place(cluster) as place:
        command = ("copy", source, place.text, "--replicas", "0", "--partition", "year")
        ran = run(*command)
        reason = "its source has 10,000 characters, and a cluster indexes values of at most 8,191"
        assert ran == Ran(
            2,
            "2 added, 0 unchanged, 0 replaced, 0 removed; 1 not copied; 1 root and 1 deletion remembered; read back, and"
            " equal\n",
            f"searchkit: not copied: long: {reason}\n",
        )
        assert json.loads(run(*command, "--json").out)["failures"] == [{"id": "long", "reason": reason}]
        warned = run("copy", source, place.text, "--shards", "3")
        assert warned.err.startswith(f"searchkit: warning: {place.text} has shards=1, and not 3: ")
        assert run("copy", place.text, "back").out.startswith("2 added, ")
        monkeypatch.setenv("SEARCHKIT_OPENSEARCH_TIMEOUT", "soon")
        for arguments in ((source, place.text), (place.text, source)):
            assert "opensearch_timeout is a whole number" in run("copy", *arguments).err
    with searchkit.open("back") as back, searchkit.open(source) as first:
        assert {one.article.id for one in back.articles()} == {one.article.id for one in first.articles()} - {"long"}
        assert (back.roots(), back.tombstones()) == (first.roots(), first.tombstones())
