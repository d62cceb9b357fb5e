from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable

import pytest

import searchkit
from tests.cli.conftest import Ran, RecordedEngine, write

Run = Callable[..., Ran]


def delete_two(engine: RecordedEngine) -> None:
    """Delete an article of a file of a root, and one that came from none."""
    write("news/9.txt", "The text.")
    engine.index(["news"])
    engine.add([searchkit.Article("free", body="Of no file.")])
    engine.delete(["news/9.txt", "free"])
    engine.calls.clear()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let someone sit at the terminal and type an answer."""

    def answer(text: str) -> None:
        stdin = io.StringIO(f"{text}\n")
        monkeypatch.setattr(stdin, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdin", stdin)

    return answer


def deleted(engine: RecordedEngine) -> list[object]:
    return [what for name, what in engine.calls if name == "delete"]


def test_delete_ids(engine: RecordedEngine, run: Run) -> None:
    ran = run("delete", "news/1.txt", "nothing", "news/3.txt", "news/1.txt", "--yes")
    assert ran == Ran(0, "2 deleted\n", 'searchkit: no article has the id "nothing"\n')
    assert deleted(engine) == [["news/1.txt", "news/3.txt"]]


def test_delete_nothing_that_is_there(engine: RecordedEngine, run: Run) -> None:
    assert run("delete", "nothing", "--yes") == Ran(1, "", 'searchkit: no article has the id "nothing"\n')
    assert run("delete", "--query", "war oil", "--yes") == Ran(1, "", "searchkit: nothing found for war oil\n")
    assert deleted(engine) == []


def test_delete_what_a_query_finds(engine: RecordedEngine, run: Run) -> None:
    assert run("delete", "--query", "peace", "--yes") == Ran(0, "3 deleted\n", "")
    assert deleted(engine) == [["news/1.txt", "news/2.txt", "news/3.txt"]]
    assert run("delete", "--query", 'a "quote', "--yes").status == 2


def test_delete_refuses_without_yes_when_nobody_can_answer(engine: RecordedEngine, run: Run) -> None:
    ran = run("delete", "news/1.txt")
    assert (ran.status, ran.err.splitlines()[0]) == (2, "searchkit: this deletes articles; say --yes")
    assert deleted(engine) == []


@pytest.mark.parametrize(("answer", "status", "out"), [("y", 0, "3 deleted\n"), ("n", 1, ""), ("", 1, "")])
def test_delete_asks_on_a_terminal(
    engine: RecordedEngine, run: Run, typed: Callable[[str], None], answer: str, status: int, out: str
) -> None:
    typed(answer)
    ran = run("delete", "--query", "peace")
    assert ran.status == status
    assert ran.out.endswith(out)
    assert ran.err.startswith(
        "Peace talks resume  (news/1.txt)\nOil falls  (news/2.txt)\nA peace without a title. It has no date.  (news/3.txt)\n"
    )
    assert "Delete these 3 articles? [y/N]" in ran.err
    assert bool(deleted(engine)) is (status == 0)


def test_delete_shows_a_few_titles_only(engine: RecordedEngine, run: Run, typed: Callable[[str], None]) -> None:
    engine.hold(*(searchkit.Article(f"a{n}", f"Peace \x1b[31m{n}") for n in range(1200)))
    typed("n")
    lines = run("delete", "--query", "peace").err.splitlines()
    assert lines[:1] + lines[4:6] == ["Peace 0  (a0)", "Peace 1000  (a1000)", "... and 1,195 more"]
    assert "Delete these 1,200 articles?" in lines[6]


def test_delete_dry_run_prints_the_ids(engine: RecordedEngine, run: Run) -> None:
    assert run("delete", "--query", "oil", "--dry-run") == Ran(0, "news/2.txt\n", "")
    assert run("delete", "nothing", "--dry-run").status == 1
    assert deleted(engine) == []


def test_delete_ids_of_standard_input(engine: RecordedEngine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("news/2.txt\n\nnews/3.txt\n"))
    assert run("delete", "-", "--yes") == Ran(0, "2 deleted\n", "")
    assert deleted(engine) == [["news/2.txt", "news/3.txt"]]


def test_delete_does_not_wait_for_ids_that_a_terminal_would_type(
    engine: RecordedEngine, run: Run, typed: Callable[[str], None]
) -> None:
    typed("news/2.txt")
    ran = run("delete", "-", "--yes")
    assert (ran.status, "standard input, which is a terminal" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a", "--query", "b"),
        ("--undo",),
        ("--undo", "a", "--list"),
        ("--list", "a"),
        ("--undo", "--query", "b"),
        ("a", "--json"),
        ("--undo", "a", "--dry-run"),
    ],
)
def test_delete_of_one_thing_at_a_time(engine: RecordedEngine, run: Run, arguments: tuple[str, ...]) -> None:
    ran = run("delete", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert engine.calls == []


def test_undo_says_what_comes_back(engine: RecordedEngine, run: Run) -> None:
    delete_two(engine)
    ran = run("delete", "--undo", "news/9.txt", "free", "news/1.txt")
    assert ran == Ran(
        0,
        "2 undone; 1 will be there again after: searchkit index\n",
        "searchkit: free came from no file that a root holds, and does not come back by itself; add it again\n"
        'searchkit: no deleted article has the id "news/1.txt"\n',
    )
    assert engine.calls[-1] == ("undelete", ["free", "news/1.txt", "news/9.txt"])
    assert run("delete", "--undo", "news/1.txt").status == 1


def test_list_of_the_deleted(engine: RecordedEngine, run: Run) -> None:
    assert run("delete", "--list") == Ran(1, "", "searchkit: no article is deleted\n")
    document = json.loads(run("delete", "--list", "--json").out)
    assert document == {"meta": {"version": 1}, "deleted": []}
    delete_two(engine)
    assert run("delete", "--list") == Ran(0, "free\nnews/9.txt\n", "")
    assert run("delete", "--list", "--csv").out == "id,file,returns\nfree,,False\nnews/9.txt,news/9.txt,True\n"
    assert [json.loads(line) for line in run("delete", "--list", "--jsonl").out.splitlines()] == [
        {"id": "free", "file": "", "returns": False},
        {"id": "news/9.txt", "file": "news/9.txt", "returns": True},
    ]
    assert run("delete", "--list", "--table").out.splitlines()[0].split() == ["id", "file", "returns"]


def test_delete_and_undo_of_a_real_index(run: Run, tmp_path: object) -> None:
    from pathlib import Path

    Path("corpus").mkdir()
    for name in ("one", "two"):
        Path(f"corpus/{name}.txt").write_text(f"Title\n\nThe text of {name}.\n")
    assert run("index", "corpus").status == 0
    assert run("delete", "--query", "text", "--yes").out == "2 deleted\n"
    assert run("index").out.endswith("0 files not read, 2 left out as deleted\n")
    assert run("index", "--rebuild").out.endswith("0 files not read, 2 left out as deleted\n")
    assert run("search", "text").status == 1
    assert run("delete", "--undo", "corpus/one.txt").status == 0
    assert run("index").out == "1 added, 0 unchanged, 0 replaced, 0 removed; 0 files not read, 1 left out as deleted\n"
    assert run("delete", "--list").out == "corpus/two.txt\n"
