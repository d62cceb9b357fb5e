"""What is printed about an answer that is empty, or nearly so."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit import Article
from tests.cli.conftest import Ran, RecordedEngine

Run = Callable[..., Ran]
ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "empty-answers.md").read_text(encoding="utf-8")


@pytest.fixture
def corpus_engine(engine: RecordedEngine) -> Iterator[RecordedEngine]:
    """The engine, with the articles of `corpus/`."""
    engine.hold(*searchkit.read(ROOT / "corpus"))
    yield engine


def test_the_example_of_the_page(corpus_engine: RecordedEngine, run: Run) -> None:
    block = re.search(r"```console\n\$ searchkit (.*?)\n(.*?)```", PAGE, re.S)
    assert block is not None
    assert run(*shlex.split(block[1])) == Ran(1, "", block[2])


def test_the_command_that_is_suggested_finds_what_it_says(corpus_engine: RecordedEngine, run: Run) -> None:
    for arguments in (
        ("azerbijan",),
        ("-i", "a place", "--sort", "-date", "-n", "3", "peace azerbijan"),
        ("--since", "2020-03", "--until", "2020-05", "azerbijan"),
        ("--any", "azerbijan", "zebra"),
        ("--exact", "Azerbijan"),
        ("peace", "or", "zebra"),
        ('"talks peace"',),
        ("--literal", "azerbijan"),
        ("--", "-war", "azerbijan"),
        ("author:o'hasanova OR author:hasanva",),
    ):
        ran = run("search", "--count", *arguments)
        assert (ran.status, ran.out) == (1, "0\n"), arguments
        suggested = re.search(r"\(([\d,]+) found\).*\n  searchkit (.*)\n", ran.err)
        assert suggested is not None, (arguments, ran.err)
        words = shlex.split(suggested[2])
        assert set(words) >= {word for word in arguments if word.startswith("--") and word != "--"}
        assert run(*words).out.strip() == suggested[1].replace(",", "") != "0", arguments


def test_a_suggestion_names_the_index_that_was_typed_before_the_command(corpus_engine: RecordedEngine, run: Run) -> None:
    suggested = "\n  searchkit search -i 'a place' -n 3 azerbaijan\n"
    for arguments in (("-i", "a place", "search"), ("search", "-i", "a place")):
        assert suggested in run(*arguments, "-n", "3", "azerbijan").err
    assert suggested.replace("a place", "b c") in run("-i", "a", "search", "-i", "b c", "-n", "3", "azerbijan").err


def test_a_query_without_a_command_is_suggested_with_the_index(run: Run) -> None:
    ran = run("-i", "a place", "peace talks", "oil")
    assert "To find articles: searchkit search -i 'a place' 'peace talks' oil\n" in ran.err


def test_a_suggestion_skips_no_articles(corpus_engine: RecordedEngine, run: Run) -> None:
    ran = run("search", "azerbijan", "--offset", "50", "-n", "1")
    assert "searchkit: did you mean this (21 found)?\n  searchkit search -n 1 azerbaijan\n" in ran.err
    assert run("search", "-n", "1", "azerbaijan").out.startswith("1. ")


def test_a_query_that_names_a_command_is_left_as_it_is(engine: RecordedEngine, run: Run) -> None:
    for arguments in (("--explain", '"searchkit index" manual'), ("searchkit index zebra",)):
        assert " -i " not in run("search", "-i", "a place", *arguments).err


def test_one_part_that_was_not_examined(engine: RecordedEngine, run: Run) -> None:
    words = [f"zq{number}" for number in range(25)]
    assert "  1 more part was not examined\n" in run("search", *words).err
    assert "  2 more parts were not examined\n" in run("search", *words, "zq25").err


def test_stdout_has_the_answer_only(engine: RecordedEngine, run: Run) -> None:
    for form, out in (("--jsonl", ""), ("--ids", ""), ("--count", "0\n")):
        ran = run("search", "paece", form)
        assert (ran.status, ran.out) == (1, out)
        assert "did you mean this (3 found)?" in ran.err
    assert run("search", "paece", "-q") == Ran(1, "", "")
    document = json.loads(run("search", "-q", "paece zebra", "--json").out)
    assert document["diagnosis"] == {
        "clauses": [
            {
                "text": "paece",
                "total": 0,
                "total_without": 0,
                "corrections": [{"text": "peace", "total": 3}],
                "note": "",
                "parts": [],
            },
            {"text": "zebra", "total": 0, "total_without": 0, "corrections": [], "note": "", "parts": []},
        ],
        "suggestions": [{"kind": "without", "query": "peace", "total": 3, "literal": False}],
        "first": None,
        "last": None,
        "unexamined": 0,
    }


def test_a_date_outside_of_the_archive(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "date:2031").err == (
        "searchkit: nothing found for date:2031-01-01..2031-12-31: the archive ends 2020-04-27\n"
    )
    diagnosis = json.loads(run("search", "date:2031", "--json").out)["diagnosis"]
    assert (diagnosis["first"], diagnosis["last"]) == ("2020-04-26", "2020-04-27T15:01:01Z")


def test_few_hits_of_a_misspelled_word(engine: RecordedEngine, run: Run) -> None:
    many = [Article(f"m/{number}", body="The minister met Mammadov.") for number in range(100)]
    engine.hold(*many, Article("x", body="Minister Mamadov."))
    ran = run("search", "mamadov", "--ids")
    assert (ran.status, ran.out) == (0, "x\n")
    assert ran.err.endswith("searchkit: did you mean this (100 found)?\n  searchkit search --ids mammadov\n")
    assert run("search", "minister", "--ids").err == ""


def test_a_table_fits_a_narrow_screen(engine: RecordedEngine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    err = run("search", '"peace tlaks" zebra OR (paece quagga)').err
    table = err.split("searchkit:")[1].splitlines()[1:]
    assert max(map(len, table)) <= 40
    assert "tlaks: did you" in err


def test_escape_sequences_of_a_query_or_an_archive_are_not_printed(engine: RecordedEngine, run: Run) -> None:
    engine.hold(Article("a", body="peace", source="Wire\x1b[31m\x9b1m", language="en\x1b]0;t\x07"))
    for query in ("zebra\x1b[2Jpaece", "source:none\x07", "lang:e", '"\x1b[1mzebra paece"', "paece\u202e zebra"):
        err = run("search", query, "--color", "always").err
        assert err
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(err), query
