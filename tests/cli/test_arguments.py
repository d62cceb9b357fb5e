from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import Ran, RecordedEngine

Run = Callable[..., Ran]


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        (["oil", "-iraq"], "oil -iraq"),
        (["-iraq", "oil"], "-iraq oil"),
        (["oil", "-i", "place", "-iraq"], "oil -iraq"),
        (["oil", "--", "-n", "--json"], "oil -n --json"),
        (["oil", "--limit=3", "price"], "oil price"),
        (["oil", "--", "--jsn"], "oil --jsn"),
        (["oil", "-5"], "oil -5"),
        (["oil", "-n5"], "oil"),
        (["oil", "-n=5", "-q"], "oil"),
        (["oil price", "-(a OR b)"], "oil price -(a OR b)"),
        (["oil", "-n", "3", "--color", "never"], "oil"),
    ],
)
def test_query_of_arguments(engine: RecordedEngine, run: Run, arguments: list[str], query: str) -> None:
    run("search", *arguments)
    asked = [call[1] for call in engine.calls if call[0] == "search"]
    assert isinstance(asked[0], tuple)
    assert asked[0][0] == query


def test_option_without_its_value(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "oil", "-i") == Ran(2, "", "searchkit: -i needs a value\n  see: searchkit search --help\n")


@pytest.mark.parametrize("typed", [["-n5"], ["-n", "5"], ["-n=5"], ["--limit=5"], ["--limit", "5"]])
def test_an_option_with_its_number(engine: RecordedEngine, run: Run, typed: list[str]) -> None:
    run("search", "oil", *typed)
    asked = [call[1] for call in engine.calls if call[0] == "search"]
    assert isinstance(asked[0], tuple)
    assert (asked[0][0], asked[0][1].limit) == ("oil", 5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "oil", "--page", "2"], "there is no option --page; did you mean --offset?"),
        (["search", "oil", "--from", "2020"], "there is no option --from; did you mean --since?"),
        (["search", "oil", "--pgae", "2"], "there is no option --pgae; did you mean --offset?"),
        (["search", "oil", "--befor=2020"], "there is no option --befor; did you mean --until?"),
        (["search", "oil", "--to=2020"], "there is no option --to; did you mean --until?"),
        (["search", "oil", "--jsn"], "there is no option --jsn; did you mean --json?"),
        (["search", "--foo", "oil"], "there is no option --foo; to search for the word, write foo"),
        (["search", "oil", "--json=yes"], "--json takes no value"),
        (["search", "oil", "-n=x"], "Invalid value for '-n' / '--limit': 'x' is not a valid integer range."),
        (["show", "news/1.txt", "peace", "--case-sensitive"], "there is no option --case-sensitive; did you mean --exact?"),
        (["index", "--rebuld"], "there is no option --rebuld; did you mean --rebuild?"),
        (["index", "--fromat"], "there is no option --fromat; did you mean --format?"),
        (["roots", "--foo"], "there is no option --foo"),
    ],
)
def test_an_option_that_is_unknown(engine: RecordedEngine, run: Run, arguments: list[str], message: str) -> None:
    ran = run(*arguments)
    assert ran == Ran(2, "", f"searchkit: {message}\n  see: searchkit {arguments[0]} --help\n")
    assert [call for call in engine.calls if call[0] == "search"] == []


@pytest.mark.parametrize(("typed", "word"), [("-qn5", "qn5"), ("-nq", "nq"), ("-iq", "iq")])
def test_options_that_are_run_together_are_pointed_out(engine: RecordedEngine, run: Run, typed: str, word: str) -> None:
    ran = run("search", "peace", typed)
    assert f"note: {typed} excludes articles with the word {word}\n" in ran.err
    assert "note" not in run("search", "peace", "-iraq", "-nobody").err


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        (["oil", "-crude price"], "-crude price is read as -crude and other words; a phrase is '-\"crude price\"'"),
        (["-crude price"], "-crude price is read as -crude and other words; a phrase is '-\"crude price\"'"),
        (
            ["oil", "title:peace talks"],
            "title:peace talks is read as title:peace and other words; a phrase is 'title:\"peace talks\"'",
        ),
        (["title:peace talks"], ""),
        (["oil", "date:April 2020"], ""),
        (["oil", "peace talks"], ""),
        (["oil", '-"crude price"'], ""),
        (["oil", "-war OR peace"], ""),
    ],
)
def test_quotes_that_the_shell_took_are_pointed_out(engine: RecordedEngine, run: Run, words: list[str], phrase: str) -> None:
    notes = [line for line in run("search", *words).err.splitlines() if "is read as" in line]
    assert notes == ([f"searchkit: note: {phrase}"] if phrase else [])


def test_a_letter_that_is_no_option_is_pointed_out(engine: RecordedEngine, run: Run) -> None:
    note = "searchkit: note: -v excludes articles with the word v\n"
    assert run("search", "oil", "-v", "--count") == Ran(0, "1\n", note)
    assert run("search", "oil", "--count", "--", "-v") == Ran(0, "1\n", "")


def test_help_is_an_option_not_a_word(run: Run) -> None:
    ran = run("search", "oil", "--help")
    assert ran.status == 0
    assert ran.out.startswith("Usage: searchkit search [OPTIONS] QUERY...\n")


def test_show_takes_its_id_first(engine: RecordedEngine, run: Run) -> None:
    run("show", "news/1.txt", "peace", "-war", "--exact")
    called = [call[1] for call in engine.calls if call[0] == "marks"]
    assert isinstance(called[0], tuple)
    assert called[0][0] == "peace -war"
    assert called[0][1].exact
