from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Ran, RecordedEngine

Run = Callable[..., Ran]


def test_a_query_is_printed_in_ours(run: Run) -> None:
    ran = run("translate", "--from", "factiva", "hd=europe", "and wc>500")
    assert ran == Ran(0, "title:europe AND words:>500\n", "")


def test_each_piece_without_a_counterpart_is_warned_of(run: Run) -> None:
    ran = run("translate", "--from", "factiva", "rst=tdt and xyz=oil")
    assert ran.out == "source:tdt AND oil\n"
    assert ran.err == (
        "searchkit: warning: rst= has no counterpart: it holds codes; the names of the sources are searched\n"
        "searchkit: warning: xyz= has no counterpart: it is no field that is known here; title and text are searched\n"
    )


def test_json_has_the_warnings_too(run: Run) -> None:
    ran = run("translate", "--json", "--from", "lexis", "a W/SEG b")
    warning = "W/SEG: there is no operator for one segment; read as AND"
    assert json.loads(ran.out) == {
        "meta": {"version": 1},
        "typed": "a W/SEG b",
        "dialect": "lexis",
        "query": "a AND b",
        "warnings": [warning],
    }
    assert ran.err == f"searchkit: warning: {warning}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x"], "--from is needed: lexis, factiva, proquest, lucene"),
        (["--from", "lexis"], "a query is needed"),
        (["--from", "westlaw", "x"], "'westlaw' is not one of"),
        (["--from", "lexis", "HEADLINE(a"], 'a "(" without its closing one\n  HEADLINE(a\n          ^\n'),
    ],
)
def test_errors(run: Run, arguments: list[str], message: str) -> None:
    ran = run("translate", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.err


def test_a_search_reads_a_dialect(run: Run, engine: RecordedEngine) -> None:
    ran = run("search", "--dialect", "lexis", "HEADLINE(oil) OR CITE(war)", "--ids")
    assert ran.out.split() == ["news/2.txt", "news/1.txt"]
    assert ran.err == (
        "searchkit: note: CITE( ) has no counterpart: it is no field that is known here; title and text are searched\n"
    )
    explained = run("search", "--dialect", "lexis", "HEADLINE(oil) OR war", "--explain", "--count").err
    assert "typed:    HEADLINE(oil) OR war\nread as:  title:oil OR war\n" in explained


def test_a_search_takes_either_a_dialect_or_any(run: Run, engine: RecordedEngine) -> None:
    for flag in ("--any", "--literal"):
        ran = run("search", "--dialect", "lucene", flag, "x")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("searchkit: a dialect does not go with ")
        assert flag in ran.err


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("HEADLINE(peace)", "HEADLINE is read as a word here; --dialect lexis reads HEADLINE( ) of Lexis"),
        ("TI(peace) war", "TI is read as a word here; --dialect proquest reads TI( ) of ProQuest"),
        ("hd=peace", "--dialect factiva reads queries of Factiva"),
    ],
)
def test_a_query_of_another_system_is_told_how_to_be_read(run: Run, engine: RecordedEngine, query: str, hint: str) -> None:
    assert hint in run("search", query).err
