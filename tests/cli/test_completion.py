from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest

import searchkit
from tests.cli.conftest import Ran, RecordedEngine
from tests.opensearch.faulty_host import FaultyHost, Request
from tests.plain_environment import plain_environment

Run = Callable[..., Ran]
Complete = Callable[..., list[str]]
ROOT = Path(__file__).parent.parent.parent
BREAKS = " \t\n\"'><=;|&(:"
"""COMP_WORDBREAKS of bash."""


@pytest.fixture
def complete(run: Run, monkeypatch: pytest.MonkeyPatch) -> Complete:
    """What is answered to bash when a line is completed at its end."""

    def complete(typed: str, breaks: str = BREAKS) -> list[str]:
        monkeypatch.setenv("_SEARCHKIT_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_BREAKS", breaks)
        ran = run()
        assert (ran.status, ran.err) == (0, "")
        return ran.out.splitlines()

    return complete


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(run: Run, shell: str) -> None:
    ran = run("completion", shell)
    assert ran.status == 0
    assert f"_SEARCHKIT_COMPLETE={shell}_complete" in ran.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_can_be_read_by_its_shell(run: Run, tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(run("completion", shell).out, encoding="utf-8")
    done = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("searchkit se", ["search"]),
        ("searchkit search oil --s", ["--sort", "--since"]),
        ("searchkit search --sort ", ["relevance", "date", "-date"]),
        ("searchkit search --sort=d", ["date"]),
        ("searchkit search --timezone Europe/Be", ["Europe/Belfast", "Europe/Belgrade", "Europe/Berlin"]),
        ("searchkit index --format reu", ["reuters"]),
        ("searchkit index --language e", ["el", "en", "es", "eu"]),
        ("searchkit help da", ["dates"]),
        ("searchkit help op", ["optimize"]),
        ("searchkit search top", ["topic:"]),
        (r"searchkit search peace \(top", ["(topic:"]),
        ("searchkit search date:last-", ["last-month", "last-week", "last-year"]),
    ],
)
def test_what_needs_no_index(complete: Complete, typed: str, found: list[str]) -> None:
    completed = [line.removeprefix("plain,").replace("\\", "") for line in complete(typed)]
    assert [name for name in completed if name in found] == found
    begin = re.split(r"[ =:]", typed.replace("\\", ""))[-1]
    assert [name for name in completed if not name.startswith(begin)] == []


def test_values_of_the_index(complete: Complete, engine: RecordedEngine) -> None:
    engine.add([searchkit.Article("x", source='The "Post"', topics=("oil", "orchards"), language="en")])
    assert complete("searchkit search topic:o") == ["plain,oil", "plain,orchards"]
    assert complete("searchkit search topic:or") == ["plain,orchards"]
    assert complete("searchkit search topic:or", breaks="") == ["plain,topic:orchards"]
    assert complete("searchkit search lang:") == ["plain,en"]
    assert complete("searchkit search author:ma") == ["plain,mammadov"]
    # A source of several words is put in quotes, which the shell must not take away.
    assert complete("searchkit search source:d") == [r"plain,\"Daily\ Ledger\""]
    assert complete("searchkit search 'source:d") == ['plain,source:"Daily Ledger"']
    assert complete("searchkit search source:the") == [r"plain,\"The\ \ Post\ \""]


def test_ids(complete: Complete, engine: RecordedEngine) -> None:
    for line in ("searchkit show ", "searchkit show 1 ", "searchkit open ", "searchkit search peace --explain-score "):
        assert complete(f"{line}news/") == ["plain,news/1.txt", "plain,news/2.txt", "plain,news/3.txt"]
        assert complete(f"{line}news/2") == ["plain,news/2.txt"]
    assert complete("searchkit show news/1.txt tit") == ["plain,title:"]


def test_labels_of_roots(complete: Complete, engine: RecordedEngine, tmp_path: Path) -> None:
    for name in ("dailies", "weeklies"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("Peace\n\nThe peace held.", encoding="utf-8")
        engine.index([tmp_path / name])
    for line in ("searchkit roots remove ", "searchkit roots move ", "searchkit index --label "):
        assert complete(line) == ["plain,dailies", "plain,weeklies"]
    assert complete("searchkit roots remove w") == ["plain,weeklies"]


def test_names_of_saved_queries(
    complete: Complete, run: Run, engine: RecordedEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.get_app_dir", lambda name: str(tmp_path))
    for name in ("oil-news", "oil", "peace"):
        assert run("saved", "add", name, "oil").status == 0
    for line in ("searchkit search query:o", "searchkit saved show o", "searchkit saved remove o"):
        assert sorted(complete(line)) == ["plain,oil", "plain,oil-news"]
    assert complete("searchkit search que") == ["plain,query:"]


@pytest.mark.parametrize(
    "words", ["index", "search -i", "search peace", "roots move news", "show", "index --map", "copy", "copy index"]
)
def test_paths_are_completed_where_there_is_nothing_else(complete: Complete, words: str) -> None:
    assert complete(f"searchkit {words} arch") == ["file,arch"]


def test_what_fails_completes_paths(complete: Complete, engine: RecordedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise searchkit.StorageError("the disk is gone")

    monkeypatch.setattr(engine, "terms", fail)
    assert complete("searchkit search topic:o") == ["file,o"]


def test_a_cluster_that_hangs_is_not_waited_for(complete: Complete) -> None:
    is_done, has_waited = threading.Event(), threading.Event()

    def answer(request: Request) -> None:
        if not is_done.wait(15):
            has_waited.set()

    with FaultyHost(answer, knows_version=False) as host:
        assert complete(f"searchkit search -i opensearch://{host.address}/news topic:o") == ["file,o"]
        is_done.set()
        assert (host.asked, has_waited.is_set()) == (["GET /"], False)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_zsh_and_fish_are_answered(run: Run, engine: RecordedEngine, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    hold_controls(engine)
    monkeypatch.setenv("_SEARCHKIT_COMPLETE", f"{shell}_complete")
    for words, last, values in (
        (["search", "topic:or"], "topic:or", ["topic:orchards"]),
        (["search", "--sort", "d"], "d", ["date"]),
        (["show", "plain"], "plain", ["plain,a.txt"]),
        (["index", "arch"], "arch", None),
    ):
        monkeypatch.setenv("COMP_WORDS", " ".join(["searchkit", *words]))
        monkeypatch.setenv("COMP_CWORD", last if shell == "fish" else str(len(words)))
        ran = run()
        kind, found = ("file", [last]) if values is None else ("plain", values)
        lines = [f"{kind},{value}" if shell == "fish" else f"{kind}\n{value}\n_" for value in found]
        assert (ran.status, ran.err, ran.out) == (0, "", "\n".join(lines) + "\n")


def hold_controls(engine: RecordedEngine) -> None:
    """Articles whose ids hold what no line of an answer may hold, and one whose id does not."""
    signs = ("\n", "\r", "\t", "\x1b]0;x\x07", "\x07", "\x85", "\x9b31m", "\u2028", "\u202e")
    ids = [f"plain{sign}line.txt" for sign in signs] + ["plain,a.txt"]
    engine.hold(*(searchkit.Article(name, topics=("orchards",)) for name in ids))


def test_candidates_with_controls_are_left_out(complete: Complete, engine: RecordedEngine) -> None:
    hold_controls(engine)
    assert complete("searchkit show plain") == ["plain,plain,a.txt"]
    assert complete("searchkit show 'plain\nl") == ["file,"]


@pytest.mark.parametrize("typed", ["show $(x", "show `x", "show $'x", 'show "x"', "show x;", 'show "${x', "show 'a'b"])
def test_what_only_bash_can_read_completes_paths(complete: Complete, typed: str) -> None:
    assert complete(f"searchkit {typed}") == ["file,"]


def test_values_that_begin_with_the_open_quote_are_left_out(complete: Complete, engine: RecordedEngine) -> None:
    engine.hold(searchkit.Article("a/'x"), searchkit.Article("a/!y"))
    assert complete("searchkit show a/'") == ["plain,!y"]
    assert complete('searchkit show a/"') == ["plain,'x"]


HOSTILE = "$(touch PWNED) `touch PWNED`; touch PWNED & touch PWNED #'\"\\|<>*?[a]{b,c}~^=%!!!ls;touch PWNED;'"
"""A text that does something in bash wherever a character of it is not quoted."""
COMMON = ("p/'!\"`touch PWNED`'!1", "p/'!\"`touch PWNED`'!2")
"""Ids of which bash inserts first what they have in common."""
IDS = (
    f"a/{HOSTILE}", "b/x'; touch PWNED; '", 'c/"; touch PWNED; "', "d/\\", "e/!", "f/it's", "g/a@b c", "h/$(touch PWNED).txt",
    *COMMON, "i:~root", "j/,a,", "k=~", "l\\'; touch PWNED #", "~m", 'n/"', "ö/ü $x",
)  # fmt: skip


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    """A folder with an index, the script for bash, and a searchkit that prints the arguments that
    it was run with into `arguments`."""
    (tmp_path / "script").write_text(run("completion", "bash").out, encoding="utf-8")
    (tmp_path / "archive").mkdir()
    program = tmp_path / "searchkit"
    program.write_text(
        f"""#!/bin/sh
if [ "$_SEARCHKIT_COMPLETE" ]; then PYTHONPATH='{ROOT}' exec '{sys.executable}' -m searchkit; fi
printf '%s\\0' "$@" >arguments.new; mv arguments.new arguments
""",
        encoding="utf-8",
    )
    program.chmod(0o755)
    # In a process of its own: `searchkit.open` is replaced in this one.
    make = f"""
import searchkit
articles = [searchkit.Article("x", source="Daily Ledger", topics=("orchards",))]
articles += [searchkit.Article(name) for name in {IDS!r}]
articles += [searchkit.Article(name, source=name) for name in ("x'; touch PWNED; '", "O'Brien News", "Z!")]
searchkit.open("index", create=True).add(articles)
"""
    subprocess.run([sys.executable, "-c", make], cwd=tmp_path, env=plain_environment(), check=True)
    return tmp_path


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_a_real_bash_completes(folder: Path) -> None:
    with Bash(folder) as bash:
        bash.type("source ./script; PS1='ready> '\n", "ready> ")
        for keys, line in (
            ("searchkit sea\t", "searchkit search "),
            ("searchkit search topic\t", "searchkit search topic:"),
            ("searchkit search topic:orc\t", "searchkit search topic:orchards "),
            ("searchkit search source:D\t", r"searchkit search source:\"Daily\ Ledger\" "),
            ("searchkit search 'source:D\t", "searchkit search 'source:\"Daily Ledger\"' "),
            ("searchkit index arc\t", "searchkit index archive/"),
        ):
            bash.type(f"{keys}$", f"ready> {line}$")
            bash.type("\x03", "ready> ")


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_runs_nothing_of_what_is_completed(folder: Path) -> None:
    with Bash(folder) as bash:
        bash.type("source ./script; PS1='ready> '\n", "ready> ")
        typed = [
            (f"show {quote}{name[:2]}", name) for name in IDS for quote in ("", "'", '"') if name not in ("~m", *COMMON)
        ]
        typed += [(f"show {quote}p/\t1", COMMON[0]) for quote in ("", "'", '"')]
        typed += [('show "h/$', IDS[7]), ("show g/a@", IDS[6]), ("show \\~", "~m"), ("show '~", "~m")]
        for begin, source in (("x", "x ; touch PWNED; "), ("O", "O'Brien News"), ("Z", "Z!")):
            value = {"x": "x'; touch PWNED; '"}.get(begin, source)
            typed += [(f"search {quote}source:{begin}", f'source:"{value}"') for quote in ("", "'", '"')]
            typed.append((f'search source:"{begin}', f'source:"{value}"'))
        for keys, value in typed:
            got = bash.run(f"searchkit {keys}\t", folder / "arguments")
            assert (keys, got[1:]) == (keys, [value])
            assert not (folder / "PWNED").exists(), keys


class Bash:
    """A bash on a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        environment = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "PS1": "> ",
            "TERM": "linux",
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
        }
        self._screen = pyte.Screen(200, 50)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            ["bash", "--norc", "--noprofile", "-i"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env=environment | {"INPUTRC": os.devnull, "COLUMNS": "200"},
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Bash:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def type(self, keys: str, expected: str) -> None:
        """Type keys, and wait until the last line of the screen is what is expected."""
        os.write(self._master, keys.encode())
        end = time.monotonic() + 60
        while (shown := self._screen.display[self._screen.cursor.y].rstrip()) != expected.rstrip():
            assert time.monotonic() < end, shown
            self._read()

    def run(self, keys: str, arguments: Path) -> list[str]:
        """Type a command, and return the arguments that it writes into a file."""
        arguments.unlink(missing_ok=True)
        os.write(self._master, f"{keys}\n".encode())
        end = time.monotonic() + 30
        while not arguments.exists():
            assert time.monotonic() < end, self._screen.display[: self._screen.cursor.y + 1]
            self._read()
        return arguments.read_text(encoding="utf-8").split("\0")[:-1]

    def _read(self) -> None:
        if select.select([self._master], [], [], 0.1)[0]:
            self._stream.feed(os.read(self._master, 65536))
