"""Output that is longer than the screen goes through a pager, and none of it is lost."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest

import searchkit
from searchkit.cli.pager import paged_output
from tests.cli.conftest import Ran, RecordedEngine

Run = Callable[..., Ran]

KEEP = "cat > paged.txt"
LONG = "".join(f"line {number}\n" for number in range(40))


@pytest.fixture(autouse=True)
def on_a_terminal(capsys: pytest.CaptureFixture[str], terminal: None) -> None:
    """All of this is about terminals, of 24 lines."""


def paged() -> str:
    return Path("paged.txt").read_text(encoding="utf-8")


def test_what_fits_the_screen_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SEARCHKIT_PAGER", KEEP)
    with paged_output():
        click.echo("line\n" * 22 + "line")
    assert capsys.readouterr() == ("line\n" * 23, "")
    assert not Path("paged.txt").exists()


@pytest.mark.parametrize("text", [LONG, "x" * 80 * 24, "和" * 40 * 24, "\x1b[1mx\x1b[0m\n" * 24])
def test_what_is_longer_goes_through_the_pager(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    monkeypatch.setenv("SEARCHKIT_PAGER", KEEP)
    with paged_output():
        click.echo(text, nl=False)
    assert capsys.readouterr() == ("", "")
    assert paged() == text


def test_colours_take_no_room(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SEARCHKIT_PAGER", KEEP)
    text = ("\x1b[31m\x1b[1m" + "x" * 80 + "\x1b[0m\n") * 23
    with paged_output():
        click.echo(text, nl=False)
    assert capsys.readouterr().out == text


def test_the_pager_is_chosen_by_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "searchkit"
    folder.mkdir(parents=True)

    def pager() -> str:
        with paged_output():
            click.echo(LONG)
        return paged()

    monkeypatch.setenv("PAGER", "echo PAGER > paged.txt")
    assert pager() == "PAGER\n"
    (folder / "config.toml").write_text('pager = "echo file > paged.txt"')
    assert pager() == "file\n"
    monkeypatch.setenv("SEARCHKIT_PAGER", "echo SEARCHKIT_PAGER > paged.txt")
    assert pager() == "SEARCHKIT_PAGER\n"


def test_a_project_cannot_choose_what_is_run(
    engine: RecordedEngine, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("searchkit.toml").write_text(f'pager = "{KEEP}"')
    ran = run("show", "news/1.txt")
    assert (ran.status, ran.out) == (2, "")
    assert f"only {tmp_path / 'config' / 'searchkit' / 'config.toml'} and SEARCHKIT_PAGER can set" in ran.err
    assert ran.err.endswith("; --no-pager does without, and so does SEARCHKIT_PAGER=cat\n")
    assert run("show", "news/1.txt", "--no-pager").status == 0
    monkeypatch.setenv("SEARCHKIT_PAGER", "cat")
    assert run("open", "news/1.txt").status == 0


@pytest.mark.parametrize(
    "setting",
    [
        {"PAGER": ""},
        {"PAGER": "cat"},
        {"SEARCHKIT_PAGER": "cat"},
        {"SEARCHKIT_PAGER": "", "PAGER": KEEP},
        {"TERM": "dumb"},
        {"PATH": ""},
    ],
)
def test_there_may_be_no_pager(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], setting: dict[str, str]
) -> None:
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    with paged_output():
        click.echo(LONG, nl=False)
    assert capsys.readouterr() == (LONG, "")


@pytest.mark.parametrize(("less", "expected"), [(None, "FRX"), ("iM", "-R iM")])
def test_less_keeps_colours(monkeypatch: pytest.MonkeyPatch, less: str | None, expected: str) -> None:
    if less is not None:
        monkeypatch.setenv("LESS", less)
    monkeypatch.setenv("SEARCHKIT_PAGER", 'printf %s "$LESS" > paged.txt')
    with paged_output():
        click.echo(LONG)
    assert paged() == expected


def test_less_takes_text_for_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the locale says."""
    monkeypatch.setenv("SEARCHKIT_PAGER", 'printf %s "$LESSCHARSET" > paged.txt')
    monkeypatch.delenv("LESSCHARSET", raising=False)
    for setting in ("utf-8", "latin1"):
        with paged_output():
            click.echo(LONG)
        assert paged() == setting
        monkeypatch.setenv("LESSCHARSET", "latin1")


@pytest.mark.parametrize("pager", ["no-such-pager 2>/dev/null", "exit 1", "head -n 1 >/dev/null; exit 3", "kill -9 $$"])
@pytest.mark.parametrize("lines", [30, 50_000])
def test_a_pager_that_fails_loses_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pager: str, lines: int
) -> None:
    monkeypatch.setenv("SEARCHKIT_PAGER", pager)
    with paged_output():
        for number in range(lines):
            click.echo(f"line {number}")
    out, err = capsys.readouterr()
    assert out.splitlines() == [f"line {number}" for number in range(lines)]
    assert err.startswith(f'searchkit: the pager "{pager}" failed (exit status ')


def test_whoever_quits_the_pager_ends_the_search_quietly(
    engine: RecordedEngine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.add([_article(number) for number in range(3000)])
    monkeypatch.setenv("SEARCHKIT_PAGER", "head -n 1 > paged.txt")
    ran = run("search", "peace", "-n", "0")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.endswith("3,003 found (0.8 ms)\n")
    assert ran.err.count("\n") == 2
    assert paged().startswith("1. ")


@pytest.mark.parametrize("name", ["HUP", "TERM", "INT"])
def test_a_pager_that_was_told_to_end_has_been_quit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setenv("SEARCHKIT_PAGER", f"kill -{name} $$")
    with paged_output():
        click.echo(LONG)
    assert capsys.readouterr() == ("", "")


def test_the_first_screen_appears_while_others_are_being_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_PAGER", KEEP)
    with paged_output():
        click.echo(LONG, nl=False)
        ends = time.monotonic() + 30
        while not (Path("paged.txt").exists() and paged() == LONG):
            assert time.monotonic() < ends
            time.sleep(0.01)
        click.echo("last")
    assert paged() == f"{LONG}last\n"


def test_an_interrupt_is_left_to_the_pager(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setenv("SEARCHKIT_PAGER", "head -n 50 >/dev/null; exit 2")
    with paged_output():
        click.echo(LONG)
        os.kill(os.getpid(), signal.SIGINT)
        click.echo(LONG)
    assert capsys.readouterr() == ("", "")
    assert signal.getsignal(signal.SIGINT) == before


def test_a_search_goes_through_the_pager_and_says_how_many_there_are(
    engine: RecordedEngine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.add([_article(number) for number in range(30)])
    monkeypatch.setenv("SEARCHKIT_PAGER", KEEP)
    ran = run("search", "peace", "-n", "20")
    assert (ran.status, ran.out, ran.err) == (0, "", "\n20 of 33 found, -n 0 for all (0.8 ms)\n")
    assert "\x1b[31m\x1b[1mpeace" in paged()
    for form in ("--table", "--json", "--csv", "--ids"):
        Path("paged.txt").unlink()
        assert run("search", "peace", "-n", "30", form).out == ""
        assert paged().count("more/") >= 25, form
    Path("paged.txt").unlink()
    assert run("search", "peace", "-n", "20", "--no-pager").out.count("peace") >= 20
    assert not Path("paged.txt").exists()


def test_long_answers_of_other_commands_are_paged_too(
    engine: RecordedEngine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_PAGER", KEEP)
    for typed in (
        ("help", "query"),
        ("help", "search"),
        ("search", "peace", "talks", "--explain-score", "news/1.txt"),
        ("show", "news/1.txt", "news/2.txt", "news/3.txt"),
    ):
        assert run(*typed) == Ran(0, "", ""), typed
        whole = paged()
        Path("paged.txt").unlink()
        assert run(*typed, "--no-pager").out == whole
        assert not Path("paged.txt").exists()


def _article(number: int) -> searchkit.Article:
    return searchkit.Article(f"more/{number}", f"Number {number}", "The peace.")
