"""Commands over an archive in a cluster."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.mapping import article_index
from searchkit.engines.opensearch.place import Place
from tests.cli.conftest import ARTICLES, Ran, write
from tests.opensearch.archives import as_answer, forward, get_json, is_bulk, new_place
from tests.opensearch.faulty_host import FaultyHost, Request
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
def searchkit_(place: Place, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over the archive."""

    def run_there(*arguments: str, place: str = place.text) -> Ran:
        monkeypatch.setenv("SEARCHKIT_INDEX", place)
        return run(*arguments)

    return run_there


def test_a_process_of_its_own(place: Place) -> None:
    command = [sys.executable, "-m", "searchkit", "search", "zebra OR talks", "--ids", "-i", place.text]
    done = subprocess.run(command, capture_output=True, text=True, env=plain_environment(), check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "news/1.txt\n", "")


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


def settings_of(place: Place) -> tuple[str, str]:
    """The shards and the replicas of the index of articles."""
    name = article_index(place.name, 1)
    found = get_json(place, f"/{name}/_settings")[name]["settings"]["index"]
    return found["number_of_shards"], found["number_of_replicas"]


def test_an_archive_is_made_without_roots(cluster: str, searchkit_: Run) -> None:
    with new_place(cluster) as new:
        make = ("index", "--shards", "3", "--replicas", "0", "--language", "de", "-i", new.text)
        for option in ("--dry-run", "--rebuild"):
            missing = searchkit_(*make, option)
            assert (missing.status, f"there is no index at {new.text}; make one with: " in missing.err) == (2, True)
        note = (
            f"searchkit: note: the archive was made; it remembers no root, name one: searchkit index -i {new.text} FOLDER\n"
        )
        nothing = "nothing changed: 0 added, 0 unchanged, 0 replaced, 0 removed; 0 files not read\n"
        assert searchkit_(*make) == Ran(0, nothing, note)
        assert settings_of(new) == ("3", "0")
        no_root = f"searchkit: the index remembers no root; name one: searchkit index -i {new.text} FOLDER\n"
        assert searchkit_(*make) == Ran(2, "", f"{no_root}  see: searchkit index --help\n")
        assert searchkit_("roots", "-i", new.text) == Ran(1, "", no_root)
        wrong = searchkit_("index", "--language", "en", place=new.text)
        assert (wrong.status, "was made for the language de, not en" in wrong.err) == (2, True)
    with new_place(cluster) as new:
        report = json.loads(searchkit_("index", "--json", place=new.text).out)
        assert (report["meta"], report["added"]) == ({"version": 1, "generation": 0}, 0)
        assert settings_of(new) == ("1", "1")
    labelled = searchkit_("index", "--label", "news")
    assert (labelled.status, labelled.err.splitlines()[0]) == (2, "searchkit: a label names one ROOT; give it")


def test_roots_are_kept_up_to_date(cluster: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a folder's user types, from the first run on."""
    for number in range(3):
        write(f"corpus/{number}.txt", f"The peace number{number} held.")
    Path("corpus/bad.jsonl").write_text("{broken\n")
    here = Path().absolute()
    bad = f"searchkit: not read: {here}/corpus/bad.jsonl, line 1: "
    with new_place(cluster) as new:
        monkeypatch.setenv("SEARCHKIT_INDEX", new.text)
        first = ("index", "corpus", "--label", "news")
        counts = "3 added, 0 unchanged, 0 replaced, 0 removed; 1 file not read\n"
        listed = "".join(f"added  news/{number}.txt\n" for number in range(3))
        dry = run(*first, "--dry-run")
        assert (dry.status, dry.out) == (2, f"{listed}dry run, nothing was done: {counts}")
        assert run("index", "nowhere").err.startswith("searchkit: there is no file or folder nowhere\n")
        with pytest.raises(searchkit.IndexMissing):
            searchkit.open(new.text)
        made = run(*first, "--replicas", "0", "--errors", "bad.jsonl")
        assert (made.status, made.out, made.err.startswith(bad)) == (2, counts, True)
        assert json.loads(Path("bad.jsonl").read_text())["path"] == f"{here}/corpus/bad.jsonl"
        assert settings_of(new) == ("1", "0")
        assert run("roots").out == f"news  {here}/corpus  3 articles, 1 file not read\n"

        write("corpus/0.txt", "The war began.")
        write("corpus/3.txt", "The peace number3 held.")
        Path("corpus/1.txt").unlink()
        changes = "added  news/3.txt\nreplaced  news/0.txt\nremoved  news/1.txt\n"
        counts = "1 added, 1 unchanged, 1 replaced, 1 removed; 0 files not read, 1 known from before\n"
        earlier = "searchkit: earlier failures in 1 file; to read again: searchkit retry\n"
        dry = run("index", "--dry-run")
        assert (dry.status, sorted(dry.out.splitlines()[:-1])) == (0, sorted(changes.splitlines()))
        assert dry.out.endswith(f"\ndry run, nothing was done: {counts}")
        assert run("index") == Ran(0, counts, earlier)
        assert run("search", "peace OR war", "--ids", "-n", "0", "--sort", "date").out.split() == [
            "news/0.txt",
            "news/2.txt",
            "news/3.txt",
        ]
        again = json.loads(run("index", "--json", "--check-content").out)
        assert (again["meta"], again["unchanged"], again["added"]) == ({"version": 1, "generation": 2}, 3, 0)

        assert run("delete", "--query", "number2", "--yes") == Ran(0, "1 deleted\n", "")
        assert run("delete", "--list").out == "news/2.txt\n"
        write("corpus/bad.jsonl", "Another peace.")
        Path("corpus/bad.jsonl").touch()
        counts = "1 added, 2 unchanged, 0 replaced, 0 removed; 0 files not read, 1 left out as deleted\n"
        assert run("retry") == Ran(0, counts, "")
        read = "read: 3 text, 1 jsonl\n"
        rebuilt = "rebuilt: 0 added, 3 unchanged, 0 replaced, 0 removed; 0 files not read, 1 left out as deleted\n"
        assert run("index", "--rebuild", "--shards", "2", "--partition", "year") == Ran(0, rebuilt, read)
        parts = sorted(get_json(new, f"/_alias/{new.name}"))
        assert [part.rpartition("-")[2] for part in parts] == ["undated"]
        kept = run("index", "--partition", "month")
        warning = f"{new.text} has partition=year, and not month: partition is for new and rebuilt archives only"
        assert (kept.status, kept.err) == (0, f"searchkit: warning: {warning}\n")
        undone = "1 undone; 1 will be there again after: searchkit index\n"
        assert run("delete", "--undo", "news/2.txt") == Ran(0, undone, "")
        assert run("delete", "--list").status == 1

        Path("corpus").rename("moved")
        away = run("index")
        assert (away.status, "is a disk missing?" in away.err) == (2, True)
        assert run("roots", "move", "news", "moved").out == "news lies in moved now; to read it again: searchkit index\n"
        counts = "1 added, 0 unchanged, 3 replaced, 0 removed; 0 files not read\n"
        assert run("index") == Ran(0, counts, read)
        assert run("roots").out == f"news  {here}/moved  4 articles\n"
        for path in Path("moved").iterdir():
            path.unlink()
        emptied = run("index")
        assert (emptied.status, "--allow-empty" in emptied.err) == (2, True)
        assert run("stats").out.startswith("articles    4\n")
        counts = "0 added, 0 unchanged, 0 replaced, 4 removed; 0 files not read\n"
        assert run("index", "--allow-empty") == Ran(0, counts, "")
        write("moved/0.txt", "The peace held.")
        assert run("index", "--commit-every", "1").status == 0

        # Somebody deletes the articles beside the state.
        Cluster(new).request("DELETE", f"/{','.join(parts)}")
        assert run("search", "peace").err.startswith(f"searchkit: there is no index at {new.text}; ")
        anew = run("index")
        assert anew.out == "1 added, 0 unchanged, 0 replaced, 0 removed; 0 files not read\n"
        assert anew.err.startswith(f"searchkit: warning: {new.text}: the articles of this archive were gone; it begins anew")
        assert run("roots", "remove", "news", "--yes") == Ran(0, "1 removed\n", "")
        assert run("roots").status == 1


INTERRUPTED = """
import sys
from searchkit.cli import main
from searchkit.engines.opensearch import bulk
bulk.MAX_REQUEST_CHANGES = 20
main(sys.argv[1:])
"""


def test_two_runs_and_an_interrupt(cluster: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a run writes, others are told who does; an interrupt lets them write, and says what is
    stored."""
    write("corpus/lines.jsonl", *(f"Text {number}." for number in range(400)))
    is_writing, is_told = threading.Event(), threading.Event()

    def answer(request: Request) -> bytes:
        if request.path.startswith(f"/{new.name}/_bulk") and sum(map(is_bulk, host.requests)) > 5:
            is_writing.set()
            is_told.wait()
        return as_answer(*forward(cluster, request))

    with new_place(cluster) as new:
        monkeypatch.setenv("SEARCHKIT_INDEX", new.text)
        searchkit.open(new.text, create=True, replicas=0).close()
        with FaultyHost(answer) as host:
            command = ("index", "corpus", "--workers", "1", "-i", f"opensearch://{host.address}/{new.name}")
            process = subprocess.Popen(
                [sys.executable, "-c", INTERRUPTED, *command], stderr=subprocess.PIPE, text=True, env=plain_environment()
            )
            with process:
                while not is_writing.wait(0.01):
                    assert process.poll() is None
                locked = run("index", "corpus")
                process.send_signal(signal.SIGINT)
                is_told.set()
                err = process.communicate()[1]
        assert locked.status == 2
        assert locked.err.startswith(f"searchkit: {new.text} is being written to by process {process.pid} on ")
        assert "; wait for it with --wait SECONDS" in locked.err
        assert process.returncode == 130
        told = re.fullmatch(
            r"\nsearchkit: interrupted; (\d+) articles are stored or deleted already, and the same call again does the"
            r" rest\n",
            err,
        )
        assert told is not None, err
        assert 0 < int(told[1]) < 400
        # Nobody has to wait, and what is stored is not sent again.
        done = run("index", "corpus")
        counts = f"{400 - int(told[1])} added, {told[1]} unchanged, 0 replaced, 0 removed; 0 files not read\n"
        assert done == Ran(0, counts, "")
        assert run("search", "text", "--count").out == "400\n"


def test_an_archive_is_verified_and_repaired(run: Run, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_place(cluster) as place:
        monkeypatch.setenv("SEARCHKIT_INDEX", place.text)
        with searchkit.open(place.text, create=True, replicas=0) as engine:
            engine.add(ARTICLES)
        assert run("verify") == Ran(0, "", "the index is whole\n")
        index, requests = article_index(place.name, 1), Cluster(place)
        requests.request("POST", f"/{index}/_update_by_query", params={"refresh": True})
        ran = run("verify")
        lines = ran.out.splitlines()
        assert (ran.status, len(lines)) == (2, 3)
        assert all(
            re.fullmatch(rf"{index}/_doc/\S+: of the article 'news/\d.txt': it has none of its fields, .*", line)
            for line in lines
        )
        assert ran.err == "searchkit: 3 faults; repair with: searchkit verify --repair\n"
        ran = run("verify", "--repair", "--yes")
        assert (ran.status, ran.out.splitlines(), ran.err) == (0, lines, "generation 2 is whole\n")
        assert run("search", "peace", "--count").out == "3\n"
        assert run("verify") == Ran(0, "", "the index is whole\n")
        # A mapping cannot be repaired, and copies are a matter of nodes.
        requests.request("PUT", f"/{index}/_mapping", body={"properties": {"other": {"type": "long"}}})
        requests.request("PUT", f"/{index}/_settings", body={"index.number_of_replicas": 7})
        ran = run("verify", "--repair", "--yes")
        fault = (
            f"{index}: its mapping is not as it was made: properties.other is {{'type': 'long'}}, and should not be there;"
            f" rebuild the archive with: searchkit index --rebuild -i {place.text}"
        )
        assert ran == Ran(
            2,
            f"{fault}\nnot repaired: {fault}\n",
            f"searchkit: warning: {place.text}: there are fewer copies of shards than were asked for, of {index} (1 of 8); nothing"
            " is missing, but articles are lost if the only node that has them is lost\n"
            "searchkit: 1 fault could not be repaired; it says what to do\n",
        )
        document = json.loads(run("verify", "--repair", "--yes", "--json").out)
        assert [
            len(document["faults"]),
            len(document["meta"]["repair"]["remaining"]),
            len(document["meta"]["warnings"]),
        ] == [1] * 3
        ran = run("index", "--rebuild", "--replicas", "0")
        assert (ran.status, ran.err) == (0, "")
        assert run("verify") == Ran(0, "", "the index is whole\n")


def test_an_interrupted_repair_lets_others_write(run: Run, cluster: str) -> None:
    is_writing, is_told = threading.Event(), threading.Event()

    def answer(request: Request) -> bytes:
        if is_bulk(request):
            is_writing.set()
            is_told.wait(60)
        return as_answer(*forward(cluster, request))

    with new_place(cluster) as place:
        with searchkit.open(place.text, create=True, replicas=0) as engine:
            engine.add(ARTICLES)
        Cluster(place).request("POST", f"/{place.name}/_update_by_query", params={"refresh": True})
        with FaultyHost(answer) as host:
            place_there = f"opensearch://{host.address}/{place.name}"
            command = [sys.executable, "-m", "searchkit", "verify", "--repair", "--yes", "-i", place_there]
            with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=plain_environment()) as process:
                while not is_writing.wait(0.01):
                    assert process.poll() is None
                process.send_signal(signal.SIGINT)
                is_told.set()
                err = process.communicate()[1]
        assert (process.returncode, err) == (130, "\nsearchkit: interrupted\n")
        assert run("verify", "--repair", "--yes", "-i", place.text).status == 0
        assert run("verify", "-i", place.text) == Ran(0, "", "the index is whole\n")


def test_a_cluster_that_is_away(searchkit_: Run) -> None:
    for command in (("search", "peace"), ("stats",), ("delete", "a", "--yes"), ("index", "."), ("index", ".", "--dry-run")):
        ran = searchkit_(*command, place="opensearch://127.0.0.1:9/news")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("searchkit: opensearch://127.0.0.1:9/news cannot be reached: ")
