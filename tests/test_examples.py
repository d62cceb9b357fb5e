"""The examples run, on an index of the sample corpus, and give what they say."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import searchkit
from tests.plain_environment import plain_environment

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample corpus, indexed into `index/`."""
    found = tmp_path_factory.mktemp("examples")
    (found / "corpus").symlink_to(ROOT / "corpus")
    with searchkit.open(found / "index", create=True) as engine:
        engine.index([found / "corpus"])
    return found


def run_digest(folder: Path, queries: str, now: str = "2020-04-27") -> subprocess.CompletedProcess[str]:
    (folder / "queries.txt").write_text(queries, encoding="utf-8")
    program = shlex.join([sys.executable, "-m", "searchkit"])
    return subprocess.run(
        [EXAMPLES / "daily-digest", "index", "queries.txt"],
        capture_output=True,
        text=True,
        cwd=folder,
        env=plain_environment(SEARCHKIT=program, NOW=now),
        check=False,
    )


def test_the_digest_has_the_articles_of_the_last_day(folder: Path) -> None:
    with searchkit.open(folder / "index") as engine:
        expected = engine.search("*", limit=None, since="2020-04-26", sort="-date")
        in_april = engine.search("*", limit=None, since="2020-04-26", until="2020-04-27")
    assert 0 < len(in_april) < len(expected) < 191
    done = run_digest(folder, "*\n\nnothingatall\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("== * ==\n\n1. ")
    assert [hit.id for hit in expected if hit.id not in done.stdout] == []
    assert "nothingatall" not in done.stdout


def test_the_digest_names_a_query_that_cannot_be_read(folder: Path) -> None:
    done = run_digest(folder, '"peace\noil\n')
    assert (done.returncode, done.stderr) == (2, 'this query could not be answered: "peace\n')
    assert done.stdout.startswith("== oil ==")


def test_the_web_handler_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi.testclient import TestClient

    from examples.web_handler import app

    monkeypatch.setenv("SEARCHKIT_INDEX", str(folder / "index"))
    with searchkit.open(folder / "index") as engine, TestClient(app) as client:
        expected = engine.search("oil", limit=None)
        first = client.get("/search", params={"q": "oil"}).json()
        assert (first["total"], first["read_as"]) == (expected.total, "oil")
        assert [hit["id"] for hit in first["hits"]] == [hit.id for hit in expected][:20]
        assert first["hits"][0]["snippet"] == expected[0].snippet
        every = client.get("/search", params={"q": "*", "page": 2}).json()
        assert [hit["id"] for hit in every["hits"]] == [hit.id for hit in engine.search("*", limit=20, offset=20)]
        wrong = client.get("/search", params={"q": 'peace "talks'})
        assert (wrong.status_code, wrong.json()["detail"]["column"]) == (400, 6)
        assert client.get("/search", params={"q": "oil", "page": 0}).status_code == 422


def notebook_outputs(notebook: dict[str, Any], folder: Path) -> Iterator[str]:
    """What each code cell prints, and the repr of its last expression, as Jupyter shows them."""
    names: dict[str, Any] = {}
    with contextlib.chdir(folder):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                body = ast.parse("".join(cell["source"])).body
                last = body.pop() if isinstance(body[-1], ast.Expr) else None
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed):
                    exec(compile(ast.Module(body, []), "cell", "exec"), names)  # noqa: S102
                    value = None
                    if isinstance(last, ast.Expr):
                        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307
                yield printed.getvalue() + ("" if value is None else repr(value))


def test_the_notebook_gives_what_it_shows(folder: Path) -> None:
    notebook = json.loads((EXAMPLES / "coverage.ipynb").read_text(encoding="utf-8"))
    shown = [
        "".join("".join(output.get("text") or output["data"]["text/plain"]) for output in cell["outputs"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    assert len(shown) > 3
    assert list(notebook_outputs(notebook, folder)) == shown


def test_the_page_about_embedding_runs(folder: Path) -> None:
    page = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    program = folder / "embedding.py"
    program.write_text("\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", program],
        capture_output=True,
        text=True,
        cwd=folder,
        env=plain_environment(),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-2:] == ['peace "talks', "      ^ a quote without its closing one"]
    for name in re.findall(r"\(\.\./(examples/[^)]+)\)", page):
        assert (ROOT / name).is_file()
