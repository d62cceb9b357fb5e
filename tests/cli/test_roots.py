from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, RecordedEngine, write

Run = Callable[..., Ran]


@pytest.fixture
def roots(engine: RecordedEngine) -> RecordedEngine:
    """Two roots: news with 1,200 articles in three files, and wire with seven, which is read by an
    option and has a file that cannot be read."""
    for name in "abc":
        write(f"news/{name}.jsonl", *(f"Text {number}." for number in range(400)))
    write("wire/a.jsonl", *(f"Text {number}." for number in range(7)))
    Path("wire/bad.jsonl").write_text("{broken\n")
    engine.index(["news"])
    engine.index(["wire"], options={"map": ["body=text"], "include": ["*.jsonl"]})
    engine.calls.clear()
    return engine


def test_roots_listed(roots: RecordedEngine, run: Run) -> None:
    here = Path().absolute()
    assert run("roots") == Ran(
        0,
        f"news  {here}/news  1,200 articles\n"
        f"wire  {here}/wire  7 articles, 1 file not read --include *.jsonl --map body=text\n",
        "",
    )


def test_roots_json(roots: RecordedEngine, run: Run) -> None:
    document = json.loads(run("roots", "--json").out)
    assert document["meta"] == {"version": 1}
    assert document["roots"][1] == {
        "label": "wire",
        "path": str(Path("wire").absolute()),
        "articles": 7,
        "files": 2,
        "failed": 1,
        "options": {"map": ["body=text"], "include": ["*.jsonl"]},
    }


def test_roots_csv(roots: RecordedEngine, run: Run) -> None:
    here = Path().absolute()
    assert run("roots", "--csv").out == (
        f"label,path,articles,files,failed\nnews,{here}/news,1200,3,0\nwire,{here}/wire,7,2,1\n"
    )


def test_roots_none(engine: RecordedEngine, run: Run) -> None:
    assert run("roots") == Ran(1, "", "searchkit: the index remembers no root; name one: searchkit index FOLDER\n")


def test_roots_remove_refuses_without_yes_when_nobody_can_answer(roots: RecordedEngine, run: Run) -> None:
    ran = run("roots", "remove", "news")
    assert (ran.status, ran.err.splitlines()[0]) == (2, "searchkit: this removes articles; say --yes")
    assert not [call for call in roots.calls if call[0] == "remove_root"]


def test_roots_remove_with_yes(roots: RecordedEngine, run: Run) -> None:
    assert run("roots", "remove", "news", "--yes") == Ran(0, "1,200 removed\n", "")
    assert roots.calls[-1] == ("remove_root", "news")


@pytest.mark.parametrize(
    ("answer", "status", "out"), [("y", 0, "1,200 removed\n"), ("n", 1, ""), ("", 1, "")], ids=["yes", "no", "enter"]
)
def test_roots_remove_asks_on_a_terminal(
    roots: RecordedEngine, run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, out: str
) -> None:
    typed = io.StringIO(f"{answer}\n")
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)
    ran = run("roots", "remove", "news")
    assert ran.status == status
    assert ran.out.endswith(out)
    assert (("remove_root", "news") in roots.calls) is (status == 0)


def test_roots_remove_unknown(roots: RecordedEngine, run: Run) -> None:
    assert run("roots", "remove", "nwes") == Ran(2, "", 'searchkit: no root has the label "nwes"; there are: news, wire\n')


def test_roots_move(roots: RecordedEngine, run: Run) -> None:
    Path("news").rename("new")
    ran = run("roots", "move", "news", "new")
    assert ran == Ran(0, "news lies in new now; to read it again: searchkit index\n", "")
    assert roots.calls[-1] == ("move_root", ("news", "new"))
    assert [root.path for root in roots.roots()] == [str(Path("new").absolute()), str(Path("wire").absolute())]
