from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit.cli import last_search, search
from searchkit.cli.references import find_by_end
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
    assert run("show", "") == Ran(1, "", 'searchkit: no article has the id ""\n')
    assert run("show", " ", "peace").status == 1
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


@pytest.fixture
def in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches are kept, as in a terminal."""
    monkeypatch.setattr(os, "ttyname", lambda descriptor: "/dev/pts/7")


def test_show_takes_the_number_of_a_result(engine: RecordedEngine, run: Run, in_a_terminal: None) -> None:
    listed = run("search", "peace", "-n", "2").out
    assert listed.startswith("1. Peace talks resume\n")
    assert run("show", "1").out == WHOLE
    assert run("show", "2").out.startswith("Oil falls\n")
    assert run("show", "3") == Ran(1, "", "searchkit: there is no result 3: the last search listed 1 to 2 (peace)\n")
    run("search", "peace", "--offset", "2")
    assert "id:       news/3.txt" in run("show", "3").out
    assert run("show", "2").err == "searchkit: there is no result 2: the last search listed only 3 (peace)\n"
    run("search", "zebra")
    assert run("show", "1").err == "searchkit: there is no result 1: the last search found nothing (zebra)\n"


def test_show_knows_the_first_results_of_a_long_list(
    engine: RecordedEngine, run: Run, in_a_terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_search, "MAX_RESULTS", 2)
    run("search", "peace", "-n", "0")
    assert run("show", "2").status == 0
    assert run("show", "3").err == (
        "searchkit: there is no result 3: the last search listed 1 to 3 (peace), and the first 2 of them are kept\n"
    )


def test_a_search_is_kept_when_its_pipe_is_closed_early(
    engine: RecordedEngine, run: Run, in_a_terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by head, or by less when the user quits it."""

    def print_some(*arguments: object, **options: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(search, "print_answer", print_some)
    assert run("search", "peace").status == 0
    assert run("show", "1").out == WHOLE


def test_show_of_a_number_marks_what_was_searched_for(engine: RecordedEngine, run: Run, in_a_terminal: None) -> None:
    run("search", "Peace", "--exact", "--timezone", "Europe/Berlin")
    lines = run("show", "1", "--color", "always").out.split("\n")
    assert lines[0] == f"{lit('Peace')}\x1b[1m talks resume\x1b[0m"
    assert "The peace talks resumed on Sunday." in lines
    other = run("show", "1", "sunday", "--color", "always").out.split("\n")
    assert other[0] == "\x1b[1mPeace talks resume\x1b[0m"
    assert f"The peace talks resumed on {lit('Sunday')}." in other


def test_show_of_a_number_counts_dates_from_the_moment_of_the_search(
    engine: RecordedEngine, run: Run, in_a_terminal: None
) -> None:
    assert run("search", "peace date:7d..", "--now", "2020-04-28T12:00+04:00").status == 0
    run("show", "1")
    asked = [call[1] for call in engine.calls if call[0] == "marks"][-1]
    assert isinstance(asked, tuple)
    assert asked[1].now == datetime(2020, 4, 28, 8, tzinfo=UTC)


def test_show_opens_the_index_that_was_searched(engine: RecordedEngine, run: Run, in_a_terminal: None) -> None:
    run("search", "peace", "-i", "other")
    engine.calls.clear()
    assert run("show", "1").out == WHOLE
    assert run("show", "9").status == 1
    assert run("show", "1", "-i", "../here/other/").out == WHOLE
    opened = [call for name, call in engine.calls if name == "open"]
    assert opened == [(place, False, None) for place in (*[str(Path("other").resolve())] * 2, "../here/other/")]
    assert run("show", "1", "-i", "third").err == (
        "searchkit: there is no result 1: nothing was searched for in this terminal, or not in this index\n"
    )


def test_show_of_a_number_before_any_search(run: Run, in_a_terminal: None) -> None:
    expected = "searchkit: there is no result 1: nothing was searched for in this terminal, or not in this index\n"
    assert run("show", "1") == Ran(1, "", expected)


def test_show_of_a_number_of_very_many_digits(engine: RecordedEngine, run: Run, in_a_terminal: None) -> None:
    """Python reads no number of more than 4,300 digits."""
    run("search", "peace")
    for command in ("show", "open"):
        ran = run(command, "1" * 5_000)
        assert ran == Ran(1, "", "searchkit: there is no such result: the last search listed 1 to 3 (peace)\n")
    assert run("show", "1", "1" * 5_000).status == 0


@pytest.mark.parametrize("output", ["--json", "--jsonl", "--csv", "--ids", "--count"])
def test_searches_of_programs_are_not_kept(engine: RecordedEngine, run: Run, in_a_terminal: None, output: str) -> None:
    run("search", "peace")
    run("search", "oil", output)
    assert run("show", "1").out == WHOLE


def test_show_several(engine: RecordedEngine, run: Run, in_a_terminal: None) -> None:
    run("search", "peace")
    shown = run("show", "1", "news/3.txt", "3", "held", "title", "--color", "always").out
    parts = shown.split(f"\n{'-' * 80}\n\n")
    assert [part.partition("id:       ")[2][:10] for part in parts] == ["news/1.txt", "news/3.txt", "news/3.txt"]
    assert shown.count(lit("title")) == 2
    document = json.loads(run("show", "news/3.txt", "news/2.txt", "held", "--json").out)
    assert [article["id"] for article in document["articles"]] == ["news/3.txt", "news/2.txt"]
    assert [len(article["body_marks"]) for article in document["articles"]] == [0, 1]


def test_show_an_id_that_is_a_number(engine: RecordedEngine, run: Run, in_a_terminal: None) -> None:
    engine.add([searchkit.Article("2", "Number two", "War.")])
    run("search", "peace")
    assert run("show", "2").out.startswith("Number two\n")
    assert run("show", "3").out.startswith("date:     undated\nid:       news/3.txt")


def test_show_says_that_a_number_is_read_as_a_word(engine: RecordedEngine, run: Run, in_a_terminal: None) -> None:
    run("search", "peace")
    ran = run("show", "1", "2020")
    assert ran == Ran(
        0, WHOLE, "searchkit: note: 2020 is read as a word of the query; the last search listed 1 to 3 (peace)\n"
    )
    assert run("show", "1", '"2" war', "--color", "always").out.count(lit("war")) == 1


@pytest.mark.parametrize("ending", ["1.txt", "s/1.txt", "news/1.txt"])
def test_show_takes_the_end_of_an_id(engine: RecordedEngine, run: Run, ending: str) -> None:
    if ending == "s/1.txt":  # inside a word
        assert run("show", ending) == Ran(1, "", 'searchkit: no article has the id "s/1.txt"\n')
    else:
        assert run("show", ending).out == WHOLE


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8),
    st.sampled_from(["", *"?*~-^:\"()/.#&|!\\ '=<>"]),
)
def test_show_takes_the_end_of_any_id(name: str, sign: str) -> None:
    """Whatever its characters mean in a query."""
    with searchkit.open("memory:") as engine:
        engine.add([searchkit.Article(f"a/b/{sign}{name}{sign}"), searchkit.Article("other")])
        (article_id,) = (one.article.id for one in engine.articles() if one.article.id != "other")
        ending = article_id.removeprefix("a/b/")
        if ending.strip() and not "other".endswith(ending):
            assert find_by_end(engine, ending) == article_id


def test_show_an_end_that_several_ids_have(engine: RecordedEngine, run: Run) -> None:
    engine.add([searchkit.Article(f"more-{number}/x y?*.txt", "T", "War.") for number in range(10)])
    assert run("show", "x y?*.txt") == Ran(
        2,
        "",
        'searchkit: 10 ids end in "x y?*.txt":\n'
        + "".join(f"  more-{number}/x y?*.txt\n" for number in range(5))
        + "  and 5 more\n",
    )
    assert run("show", "3/x y?*.txt").out.startswith("T\n")
    engine.add([searchkit.Article("a/talks.txt", "At a slash"), searchkit.Article("b/peace-talks.txt", "At a hyphen")])
    assert run("show", "talks.txt").out.startswith("At a slash\n")
    assert run("show", "e-talks.txt").status == 1


def test_show_marks_what_occurs_of_a_query(engine: RecordedEngine, run: Run) -> None:
    shown = run("show", "news/1.txt", "war", "zebra", "-sunday", "date:1999", "--color", "always").out
    assert shown.count(lit("war")) == 1
    assert shown.count("\x1b[31m") == 1


def lit(text: str) -> str:
    return f"\x1b[31m\x1b[1m{text}\x1b[0m"


def test_a_number_that_is_no_result_is_no_end_of_an_id(engine: RecordedEngine, run: Run) -> None:
    engine.add([searchkit.Article("news/4", "Four")])
    ran = run("show", "4")
    assert (ran.status, ran.out) == (1, "")
    assert "there is no result 4" in ran.err
    assert run("show", "news/4").status == run("show", "/4").status == 0
