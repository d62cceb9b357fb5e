from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable

import pytest

import searchkit
from tests.cli.conftest import FakeEngine, Ran

Run = Callable[..., Ran]
ROOTS = [
    searchkit.Root("news", "/archive/news", 1200, 3, 0),
    searchkit.Root("wire", "/archive/wire", 7, 2, 1, {"map": ("body=text",), "include": ("*.jsonl",)}),
]


@pytest.fixture
def roots(engine: FakeEngine) -> FakeEngine:
    engine.known_roots = list(ROOTS)
    return engine


def test_roots_listed(roots: FakeEngine, run: Run) -> None:
    assert run("roots") == Ran(
        0,
        "news  /archive/news  1,200 articles\n"
        "wire  /archive/wire  7 articles, 1 file not read --map body=text --include *.jsonl\n",
        "",
    )


def test_roots_json(roots: FakeEngine, run: Run) -> None:
    document = json.loads(run("roots", "--json").out)
    assert document["meta"] == {"version": 1}
    assert document["roots"][1] == {
        "label": "wire",
        "path": "/archive/wire",
        "articles": 7,
        "files": 2,
        "failed": 1,
        "options": {"map": ["body=text"], "include": ["*.jsonl"]},
    }


def test_roots_csv(roots: FakeEngine, run: Run) -> None:
    assert run("roots", "--csv").out == (
        "label,path,articles,files,failed\nnews,/archive/news,1200,3,0\nwire,/archive/wire,7,2,1\n"
    )


def test_roots_none(engine: FakeEngine, run: Run) -> None:
    assert run("roots") == Ran(1, "", "searchkit: the index remembers no root; name one: searchkit index FOLDER\n")


def test_roots_remove_refuses_without_yes_when_nobody_can_answer(roots: FakeEngine, run: Run) -> None:
    ran = run("roots", "remove", "news")
    assert (ran.status, ran.err.splitlines()[0]) == (2, "searchkit: this removes articles; say --yes")
    assert not [call for call in roots.calls if call[0] == "remove_root"]


def test_roots_remove_with_yes(roots: FakeEngine, run: Run) -> None:
    assert run("roots", "remove", "news", "--yes") == Ran(0, "2 removed\n", "")
    assert roots.calls[-1] == ("remove_root", "news")


@pytest.mark.parametrize(
    ("answer", "status", "out"), [("y", 0, "2 removed\n"), ("n", 1, ""), ("", 1, "")], ids=["yes", "no", "enter"]
)
def test_roots_remove_asks_on_a_terminal(
    roots: FakeEngine, run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, out: str
) -> None:
    typed = io.StringIO(f"{answer}\n")
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", typed)
    ran = run("roots", "remove", "news")
    assert ran.status == status
    assert ran.out.endswith(out)
    assert (("remove_root", "news") in roots.calls) is (status == 0)


def test_roots_remove_unknown(roots: FakeEngine, run: Run) -> None:
    assert run("roots", "remove", "nwes") == Ran(2, "", 'searchkit: no root has the label "nwes"\n')


def test_roots_move(roots: FakeEngine, run: Run) -> None:
    ran = run("roots", "move", "news", "/new")
    assert ran == Ran(0, "news lies in /new now; searchkit index reads it again\n", "")
    assert roots.calls[-1] == ("move_root", ("news", "/new"))
