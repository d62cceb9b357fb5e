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
        (["oil", "--jsn"], "oil --jsn"),
        (["oil", "--json=yes"], "oil --json=yes"),
        (["oil price", "-(a OR b)"], "oil price -(a OR b)"),
        (["oil", "-n", "3", "--color", "never"], "oil"),
        (["--unknown=1", "oil"], "--unknown=1 oil"),
    ],
)
def test_query_of_arguments(engine: RecordedEngine, run: Run, arguments: list[str], query: str) -> None:
    run("search", *arguments)
    asked = [call[1] for call in engine.calls if call[0] == "search"]
    assert isinstance(asked[0], tuple)
    assert asked[0][0] == query


def test_option_without_its_value(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "oil", "-i") == Ran(2, "", "searchkit: -i needs a value\n  see: searchkit search --help\n")


def test_option_and_value_run_together_are_pointed_out(engine: RecordedEngine, run: Run) -> None:
    ran = run("search", "oil", "-n5")
    assert ran.err.startswith("searchkit: -n5 was read as a word of the query; the option is written -n 5\n")


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
