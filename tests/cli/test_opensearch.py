"""Commands over an archive in a cluster, as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.opensearch.mapping import article_index
from searchkit.engines.opensearch.place import Place
from tests.cli.conftest import ARTICLES, Ran, write
from tests.opensearch.archives import get_json, new_place
from tests.plain_environment import plain_environment

Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def place(cluster: str) -> Iterator[Place]:
    """An archive that has ARTICLES."""
    with new_place(cluster) as made:
        with searchkit.open(made.text, create=True, shards=1, replicas=0) as engine:
            engine.add(ARTICLES)
        yield made


@pytest.fixture
def searchkit_(place: Place) -> Run:
    """Runs a command over the archive."""

    own_folders = {name: os.environ[name] for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME")}

    def run(*arguments: str, place: str = place.text) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "searchkit", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=plain_environment(SEARCHKIT_INDEX=place, **own_folders),
            check=False,
        )
        assert "Traceback" not in done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


def test_search(searchkit_: Run, place: Place) -> None:
    ran = searchkit_("search", '"peace talks" OR oil w/3 peace', "-q")
    assert ran == Ran(
        0,
        "1. Peace talks resume\n"
        "   2020-04-26  Akbar Mammadov, Ann Lee\n"
        "   The peace talks resumed on Sunday.\n"
        "   news/1.txt\n"
        "\n"
        "2. Oil falls\n"
        "   2020-04-27 15:01:01  Daily Ledger\n"
        "   Oil fell.\n"
        "   The peace held.\n"
        "   news/2.txt\n",
        "",
    )
    found = json.loads(searchkit_("search", "peace", "--sort", "date", "--json", "-i", place.text).out)
    assert [hit["id"] for hit in found["hits"]] == ["news/1.txt", "news/2.txt", "news/3.txt"]
    assert found["meta"]["index"] == {"generation": 1, "articles": 3}
    assert searchkit_("search", "peace", "-n", "0", "--ids").out.split() == ["news/1.txt", "news/2.txt", "news/3.txt"]
    assert searchkit_("search", "zebra").status == 1
    wrong = searchkit_("search", "peace w/3")
    assert (wrong.status, wrong.err) == (2, "searchkit: w/3 needs a word on its right\n  peace w/3\n        ^^^\n")


def test_explain(searchkit_: Run) -> None:
    ran = searchkit_("search", "peace talks", "--explain", "--count")
    assert "        3  peace  (searched as peac)\n        1  talks  (searched as talk)\n        1  in all\n" in ran.err


def test_show_and_open(searchkit_: Run) -> None:
    searchkit_("search", "talks")
    ran = searchkit_("show", "news/1.txt", "talks", "--color", "always")
    assert "The peace \x1b[31m\x1b[1mtalks\x1b[0m resumed on Sunday." in ran.out
    assert searchkit_("open", "2.txt").out.startswith("Oil falls\n")
    assert searchkit_("show", "nowhere").status == 1


def test_stats(searchkit_: Run) -> None:
    ran = searchkit_("stats")
    assert ran.status == 0
    assert ran.out.startswith(
        "articles    3\n"
        "dates       2020-04-26 to 2020-04-27 15:01:01, 1 undated\n"
        "sources     (none): 2\n"
        "            Daily Ledger: 1\n"
    )
    assert ran.out.endswith("generation  1\nlanguage    en\n")


def test_saved_queries(searchkit_: Run) -> None:
    assert searchkit_("saved", "add", "calm", "peace -oil").status == 0
    assert searchkit_("search", "query:calm", "--count").out == "2\n"


def test_delete(cluster: str, searchkit_: Run) -> None:
    with new_place(cluster) as other:
        with searchkit.open(other.text, create=True, replicas=0) as engine:
            engine.add(ARTICLES)
        assert searchkit_("delete", "news/1.txt", "--yes", place=other.text).out == "1 deleted\n"
        assert searchkit_("search", "*", "--count", place=other.text).out == "2\n"
        assert "news/1.txt" in searchkit_("delete", "--list", place=other.text).out
        assert searchkit_("delete", "--undo", "news/1.txt", "--yes", place=other.text).status == 0
        assert searchkit_("delete", "--list", place=other.text).status == 1


ADDING = (
    'articles are added to it by a program: python -c \'import searchkit; engine = searchkit.open("{0}", create=True);'
    ' engine.add(searchkit.read("corpus/"))\'\n'
)


def settings_of(place: Place) -> tuple[str, str]:
    """The shards and the replicas of the index of articles."""
    name = article_index(place.name, 1)
    found = get_json(place, f"/{name}/_settings")[name]["settings"]["index"]
    return found["number_of_shards"], found["number_of_replicas"]


def test_an_archive_is_made(cluster: str, searchkit_: Run) -> None:
    with new_place(cluster) as new:
        has, adding = "language de, shards 3, replicas 0", ADDING.format(new.text)
        make = ("index", "--shards", "3", "--replicas", "0", "--language", "de")
        would = f"dry run, nothing was done: would make the archive {new.name} with {has}; {adding}"
        assert searchkit_(*make, "--dry-run", place=new.text) == Ran(0, would, "")
        with pytest.raises(searchkit.IndexMissing, match=f"searchkit index -i {new.text} or, in Python, "):
            searchkit.open(new.text)
        assert searchkit_(*make, place=new.text) == Ran(0, f"made the archive {new.name} with {has}; {adding}", "")
        assert settings_of(new) == ("3", "0")
        # The program that the line shows works, and the same command says then how the archive is.
        with searchkit.open(new.text, create=True) as engine:
            engine.add([searchkit.Article("a", "Häuser")])
        note = "searchkit: note: --{} is for a new index; the one that is there keeps its own\n"
        shown = f"the archive {new.name} is there, with language de, 1 article; {adding}"
        notes = "".join(map(note.format, ("shards", "replicas")))
        assert searchkit_(*make, place=new.text) == Ran(0, shown, notes)
        assert searchkit_("index", place=f"{new.text}/") == Ran(0, shown.replace(new.text, f"{new.text}/"), "")
        assert searchkit_("search", "Haus", "--ids", place=new.text).out == "a\n"
        assert json.loads(searchkit_("index", "--json", place=new.text).out)["meta"] == {"version": 1, "generation": 1}
        wrong = searchkit_("index", "--language", "en", place=new.text)
        assert (wrong.status, "was made for the language de, not en" in wrong.err) == (2, True)


def test_an_archive_is_made_as_help_says(cluster: str, searchkit_: Run) -> None:
    with new_place(cluster) as new:
        ran = searchkit_("index", place=new.text)
        assert ran.out.startswith(f"made the archive {new.name} with language en, shards 1, replicas 1; ")
        assert settings_of(new) == ("1", "1")
    ran = searchkit_("index", "--label", "news", place=new.text)
    assert (ran.status, ran.err.splitlines()[0]) == (
        2,
        "searchkit: a label names one ROOT; an archive on a cluster has none",
    )


def test_the_command_that_adds_articles_can_be_pasted(cluster: str, searchkit_: Run) -> None:
    roots = ('it\'s "new" $HOME', "other")
    for root in roots:
        write(f"{root}/1.txt", "The peace held.")
    with new_place(cluster) as other:
        ran = searchkit_("index", *roots, place=other.text)
        assert ran.status == 2
        command = ran.err.partition("by a program: ")[2].replace("python", sys.executable, 1)
        subprocess.run(["bash", "-c", command], env=plain_environment(), check=True)
        assert searchkit_("search", "peace", "--count", place=other.text).out == "2\n"


def test_what_the_engine_lacks(searchkit_: Run, place: Place) -> None:
    for arguments in (("verify",), ("verify", "--repair", "--yes")):
        assert searchkit_(*arguments) == Ran(2, "", f"searchkit: the engine of {place.text} cannot check what it stores\n")
    assert searchkit_("optimize") == Ran(2, "", f"searchkit: the engine of {place.text} merges nothing on request\n")


def test_a_place_without_an_archive_stays_one(cluster: str, searchkit_: Run) -> None:
    Path("corpus").mkdir()
    with new_place(cluster) as nothing:
        for arguments in (("search", "peace"), ("stats",), ("index", "corpus", "--dry-run"), ("index", "corpus")):
            ran = searchkit_(*arguments, place=nothing.text)
            assert (ran.status, ran.out) == (2, "")
            message = "keeps no roots" if "corpus" in arguments else f"there is no index at {nothing.text}"
            assert message in ran.err
        with pytest.raises(searchkit.IndexMissing):
            searchkit.open(nothing.text)


def test_a_cluster_that_is_away(searchkit_: Run) -> None:
    for command in (("search", "peace"), ("stats",), ("delete", "a", "--yes"), ("index", "."), ("index",)):
        ran = searchkit_(*command, place="opensearch://127.0.0.1:9/news")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("searchkit: opensearch://127.0.0.1:9/news cannot be reached: ")
