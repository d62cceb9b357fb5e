"""The terminal as a user meets it: real processes, what they print, how they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from tests.plain_environment import plain_environment

CORPUS = Path(__file__).parents[2] / "corpus"
BROKEN = Path(__file__).parents[1] / "corpora" / "broken"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "searchkit", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=plain_environment(**environment),
        check=False,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("cli") / "index"
    done = run("index", str(CORPUS), "-i", str(folder))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "191 added, 0 unchanged, 0 replaced, 0 removed; 0 files not read\n"
    assert "1 README" in done.stderr
    return str(folder)


def test_a_second_run_changes_nothing_and_says_so(place: str) -> None:
    done = run("index", "-i", place)
    assert (done.returncode, done.stdout) == (
        0,
        "nothing changed: 0 added, 191 unchanged, 0 replaced, 0 removed; 0 files not read\n",
    )


def test_files_not_read_are_listed_once_as_new(tmp_path: Path) -> None:
    arguments = ("index", str(BROKEN), "-i", str(tmp_path / "i"), "--errors", str(tmp_path / "errors.jsonl"))
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "4 added, 0 unchanged, 0 replaced, 0 removed; 11 files not read\n")
    assert "empty.txt: the file is empty" in done.stderr
    errors = [json.loads(line) for line in (tmp_path / "errors.jsonl").read_text().splitlines()]
    assert len(errors) == 12
    assert all(set(error) == {"path", "place", "reason", "new"} and error["new"] for error in errors)
    again = run(*arguments)
    assert again.returncode == 0
    assert again.stdout.endswith("0 files not read, 11 known from before\n")


def test_the_default_view(place: str) -> None:
    done = run("search", "-i", place, '"central', 'bank"', "rates", COLUMNS="80")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].startswith("1. ")
    assert all(len(line) <= 80 or "corpus/" in line for line in done.stdout.splitlines())
    assert " found (" in done.stderr
    assert "\x1b" not in done.stdout
    assert "\x1b[31m" in run("search", "-i", place, "peace", "--color", "always").stdout


def test_json_has_the_documented_shape(place: str) -> None:
    document = json.loads(run("search", "-i", place, "peace talks date:2020-04", "--json").stdout)
    assert set(document) == {"meta", "total", "hits", "diagnosis"}
    assert document["meta"]["version"] == 1
    assert document["meta"]["parsed"] == "peace AND talks AND date:2020-04-01..2020-04-30"
    assert document["total"] == len(document["hits"]) == 10
    hit = document["hits"][0]
    assert set(hit) == {"id", "score", "date", "title", "authors", "source", "path", "title_marks", "snippets"}
    with searchkit.open(place) as engine:
        body = engine.get(hit["id"]).body
    for snippet in hit["snippets"]:
        assert body[snippet["start"] :].startswith(snippet["text"])
        assert {snippet["text"][s:e].lower() for s, e in snippet["marks"]} <= {"peace", "talks"}


def test_the_forms_agree(place: str) -> None:
    query = ("search", "-i", place, "central bank", "-n", "0")
    ids = run(*query, "--ids").stdout.split()
    assert [json.loads(line)["id"] for line in run(*query, "--jsonl").stdout.splitlines()] == ids
    assert [line.split(",")[0] for line in run(*query, "--csv").stdout.splitlines()[1:]] == ids
    assert [line.split()[-1] for line in run(*query, "--table").stdout.splitlines()[2:]] == ids
    assert run(*query, "--count").stdout.strip() == str(len(ids))


def test_arguments_that_begin_with_a_minus_belong_to_the_query(place: str) -> None:
    everything = run("search", "-i", place, "--count", "oil").stdout
    less = run("search", "-i", place, "--count", "oil", "-traders").stdout
    assert 0 < int(less) < int(everything)
    assert run("search", "-i", place, "--count", "--sort=date", "--", "-traders", "oil").stdout == less
    done = run("search", "-i", place, "oil", "--josn")
    assert done.returncode == 2
    assert "there is no option --josn; did you mean --json?" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["search", "nothingatall", "peace"], 1, "      0       17  nothingatall"),
        (["search", "auther:x"], 2, "did you mean author?"),
        (["search", 'peace "open'], 2, '  peace "open\n        ^'),
        (["search"], 2, "a query is needed"),
        (["search", "x", "-n", "many"], 2, "not a valid integer"),
        (["show", "none"], 1, 'no article has the id "none"'),
        (["serach", "x"], 2, "Did you mean search?"),
        (["index", "/no/such/folder"], 2, "/no/such/folder"),
        (["search", "x", "--since", "soon"], 2, "is not a date"),
        (["roots", "remove", "nothing", "--yes"], 2, "no root has the label"),
    ],
)
def test_what_goes_wrong_is_said(place: str, arguments: list[str], status: int, said: str) -> None:
    command, *rest = arguments
    extra = [] if command == "serach" else ["-i", place]
    done = run(command, *rest, *extra) if command == "roots" else run(command, *extra, *rest)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False)
    assert said in done.stderr
    assert done.stdout == ""


def test_no_index_is_an_error_and_changes_nothing(tmp_path: Path) -> None:
    done = run("search", "-i", str(tmp_path / "none"), "x")
    assert done.returncode == 2
    assert "there is no index" in done.stderr
    assert not (tmp_path / "none").exists()


def test_explain_shows_how_a_query_was_read(place: str) -> None:
    said = run("search", "-i", place, "the peace talks", "--explain", "--count").stderr
    assert "read as:  peace AND talks" in said
    assert "left out: the" in said


def test_show_marks_the_query(place: str) -> None:
    shown = run("show", "corpus/mps-0007", "peace talks", "-i", place, "--color", "always").stdout
    assert "Meridian Press Service" in shown
    assert shown.count("\x1b[31m") == 4
    document = json.loads(run("show", "corpus/mps-0007", "peace talks", "-i", place, "--json").stdout)
    assert [document["body"][s:e] for s, e in document["body_marks"]] == ["peace", "talks"]


def test_stats(place: str) -> None:
    stats = json.loads(run("stats", "-i", place, "--json").stdout)
    assert (stats["articles"], stats["first"], stats["undated"]) == (191, "2019-11-04", 2)
    assert "articles    191" in run("stats", "-i", place).stdout


def test_roots(place: str) -> None:
    (root,) = json.loads(run("roots", "-i", place, "--json").stdout)["roots"]
    assert (root["label"], root["articles"]) == ("corpus", 191)
    assert run("roots", "remove", "corpus", "-i", place).returncode == 2  # nobody is there to be asked


def test_a_closed_pipe_is_quiet(place: str) -> None:
    command = f"{sys.executable} -m searchkit search -i {place} '*' -n 0 | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=plain_environment(), check=False)  # noqa: S602
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert done.stdout.startswith("1. ")


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 45 MB, which takes seconds to index."""
    file = tmp_path_factory.mktemp("big") / "big.jsonl"
    with file.open("w") as lines:
        for n in range(40_000):
            lines.write(json.dumps({"id": n, "text": f"some words of article {n} " * 40}) + "\n")
    return file


@pytest.mark.parametrize(
    ("workers", "send"),
    [
        pytest.param(1, os.killpg, id="one process"),
        pytest.param(2, os.killpg, id="workers, all interrupted as by ^C"),
        pytest.param(2, os.kill, id="workers, their parent interrupted"),
    ],
)
def test_interrupting_index_leaves_the_index_as_it_was(
    tmp_path: Path, big: Path, workers: int, send: Callable[[int, int], None]
) -> None:
    folder = tmp_path / "index"
    with searchkit.open(folder, create=True) as engine:
        engine.add([searchkit.Article("a", body="before")])
    before = set(folder.glob("MAIN_*.columns"))
    command = [sys.executable, "-m", "searchkit", "index", str(big), "-i", str(folder), "--workers", str(workers)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=plain_environment(), start_new_session=True
    )
    # Each process makes a file when it has its first articles; seconds of work are left then.
    end = time.monotonic() + 60
    while len(set(folder.glob("MAIN_*.columns")) - before) < workers:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.005)
    send(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "\nsearchkit: interrupted\n")
    with searchkit.open(folder) as engine:
        assert [hit.id for hit in engine.search("*")] == ["a"]
        assert engine.add([searchkit.Article("b")]).added == 1
    # An interrupt at the moment when a file is made may leave it; the next commit removes it.
    assert len(list(folder.glob("MAIN_*.columns"))) == 2


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    nasty = "evil \x1b[2J\x1b]0;title\x07 \x9b31m \u202e bidi \x07 end"
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.add([searchkit.Article(f"id{nasty}", title=nasty, body=nasty, source=nasty, authors=(nasty,))])
    for arguments in (
        ["search", "evil"],
        ["search", "evil", "--table"],
        ["search", "evil", "--csv"],
        ["search", "evil", "--ids"],
    ):
        out = run(*arguments, "-i", str(tmp_path / "i"), "--color", "never").stdout
        assert "evil" in out
        assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 or c == "\u202e" for c in out)


def test_an_encoding_that_cannot_hold_a_character_is_no_error(place: str) -> None:
    done = run("search", "-i", place, "bookshop", PYTHONIOENCODING="ascii")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    assert "_SEARCHKIT_COMPLETE" in run("completion", shell).stdout


def test_settings_come_from_flag_environment_and_file(place: str, tmp_path: Path) -> None:
    (tmp_path / "searchkit.toml").write_text(f'index = "{place}"\n')
    command = [sys.executable, "-m", "searchkit", "search", "peace", "--count"]
    done = subprocess.run(command, capture_output=True, text=True, env=plain_environment(), cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert run("search", "peace", "--count", SEARCHKIT_INDEX=place).stdout == done.stdout
    assert "SEARCHKIT_INDEX" in run("config", SEARCHKIT_INDEX=place).stdout


def test_the_pages_are_man_pages_too() -> None:
    from searchkit.cli.manual import page_text
    from searchkit.cli.roff import PAGES, man_page

    for page in PAGES:
        text = page_text(page)
        assert run("help", page).stdout == text
        roff = man_page(page, text, "1.0")
        assert roff.startswith(f'.TH "SEARCHKIT-{page.upper()}" 7')
        headings = [line for line in text.splitlines() if line.isupper() and not line.startswith(" ")]
        assert all(f'.SH "{heading}"' in roff for heading in headings)


def test_every_command_has_help_and_an_example() -> None:
    from searchkit.cli import COMMANDS

    for command in COMMANDS:
        done = run(command, "--help")
        assert done.returncode == 0
        assert "Example:" in done.stdout, command
