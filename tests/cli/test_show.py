from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ARTICLES, Ran, RecordedEngine, with_body

Run = Callable[..., Ran]

WHOLE = """\
Peace talks resume
date:     2020-04-26
authors:  Akbar Mammadov, Ann Lee
id:       news/1.txt
path:     /archive/1.txt

The peace talks resumed on Sunday.

Nobody spoke of war.
"""


def test_show_whole_article(engine: RecordedEngine, run: Run) -> None:
    assert run("show", "news/1.txt") == Ran(0, WHOLE, "")


def test_show_marks_the_query(engine: RecordedEngine, run: Run) -> None:
    lines = run("show", "news/1.txt", "war", "peace", "--color", "always").out.split("\n")
    assert lines[0] == "\x1b[31m\x1b[1mPeace\x1b[0m\x1b[1m talks resume\x1b[0m"
    assert lines[-4] == "The \x1b[31m\x1b[1mpeace\x1b[0m talks resumed on Sunday."
    assert lines[-2] == "Nobody spoke of \x1b[31m\x1b[1mwar\x1b[0m."


def test_show_unknown_id(engine: RecordedEngine, run: Run) -> None:
    assert run("show", "no\x1b[31m") == Ran(1, "", 'searchkit: no article has the id "no"\n')


def test_show_json(engine: RecordedEngine, run: Run) -> None:
    document = json.loads(run("show", "news/1.txt", "war", "--json").out)
    assert document["id"] == "news/1.txt"
    assert document["date"] == "2020-04-26"
    assert document["body"] == ARTICLES[0].body
    assert [document["body"][start:end] for start, end in document["body_marks"]] == ["war"]
    assert document["title_marks"] == []


def test_show_sets_hard_lines_anew_but_keeps_tables(engine: RecordedEngine, run: Run) -> None:
    body = "One line\nand the next.\n  An indented one.\n\nname     count\npeace       12\n\x1b[31mwar        120"
    engine.hold(with_body(ARTICLES[0], body))
    assert run("show", "news/1.txt").out.partition("1.txt\n\n")[2] == (
        "One line and the next.\n\nAn indented one.\n\nname     count\npeace       12\nwar        120\n"
    )


def test_show_long_article_goes_through_a_pager_on_a_terminal(
    engine: RecordedEngine, run: Run, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_PAGER", "cat > paged.txt")
    assert "Nobody" in run("show", "news/1.txt").out
    engine.hold(with_body(ARTICLES[0], "A line.\n\n" * 40))
    assert run("show", "news/1.txt", "--no-pager").out.count("A line.") == 40
    assert not Path("paged.txt").exists()
    assert run("show", "news/1.txt").out == ""
    assert Path("paged.txt").read_text().count("A line.") == 40
