"""The options of `searchkit index` and `searchkit retry` that say how a run goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, RecordedEngine, write

Run = Callable[..., Ran]
PLAIN = {"rebuild": False, "retry": False, "check_content": False, "commit_every": 200_000, "dry_run": False}


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        (("index", "a"), {}),
        (("index", "--rebuild"), {"rebuild": True}),
        (("index", "--check-content", "a"), {"check_content": True}),
        (("index", "a", "--commit-every", "0"), {"commit_every": 0}),
        (("index", "a", "--commit-every", "5000"), {"commit_every": 5000}),
        (("index", "--rebuild", "--dry-run"), {"rebuild": True, "dry_run": True}),
        (("retry",), {"retry": True}),
    ],
)
def test_options_reach_the_engine(
    engine: RecordedEngine, run: Run, arguments: tuple[str, ...], changes: dict[str, object]
) -> None:
    write("a/one.txt", "The text.")
    engine.index(["a"])
    assert run(*arguments).status == 0
    assert engine.asked == {**PLAIN, **changes}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--rebuild", "a"), "--rebuild takes no ROOT: it reads all that the index remembers"),
        (("--rebuild", "--commit-every", "5"), "a rebuild is one commit; --commit-every goes without --rebuild"),
        (("--rebuild", "--include", "*.txt"), "reading options go with a ROOT"),
    ],
)
def test_what_a_rebuild_does_not_take(engine: RecordedEngine, run: Run, arguments: tuple[str, ...], reason: str) -> None:
    ran = run("index", *arguments)
    assert (ran.status, ran.err.splitlines()[0]) == (2, f"searchkit: {reason}")
    assert engine.calls == []


def test_a_rebuild_needs_an_index_and_no_roots(engine: RecordedEngine, run: Run) -> None:
    assert run("index", "--rebuild").out == ("rebuilt: 0 added, 3 unchanged, 0 replaced, 0 removed; 0 files not read\n")


def test_a_rebuild_of_what_is_no_index(run: Run) -> None:
    ran = run("index", "--rebuild")
    assert (ran.status, Path("index").exists()) == (2, False)
    assert ran.err.startswith("searchkit: there is no index in index")


def test_a_dry_run_lists_what_would_change(engine: RecordedEngine, run: Run) -> None:
    write("a/lines.jsonl", "One.", "Two.", "Three.", "Four.")
    write("a/2.txt", "The text.")
    engine.index(["a"])
    Path("a/2.txt").unlink()
    write("a/1\x1b[31m.txt", "The text.")
    assert run("index", "a", "--dry-run").out == (
        "added  a/1.txt\n"
        "removed  a/2.txt\n"
        "dry run, nothing was done: 1 added, 4 unchanged, 0 replaced, 1 removed; 0 files not read\n"
    )
    document = json.loads(run("index", "a", "--dry-run", "--json").out)
    assert document["meta"] == {"version": 1, "generation": 4, "dry_run": True}
    assert document["changes"] == [
        {"change": "added", "id": "a/1\x1b[31m.txt"},
        {"change": "removed", "id": "a/2.txt"},
    ]
    assert engine.generation == 4


def test_a_dry_run_makes_no_index(run: Run, tmp_path: Path) -> None:
    Path("corpus").mkdir()
    Path("corpus/one.txt").write_text("Title\n\nThe text.\n")
    ran = run("index", "corpus", "--dry-run")
    assert (ran.status, ran.out.splitlines()[0]) == (0, "added  corpus/one.txt")
    assert [path.name for path in Path().iterdir()] == ["corpus"]
    assert run("index", "nowhere", "--dry-run").status == 2
    assert [path.name for path in Path().iterdir()] == ["corpus"]


def test_retry_names_what_still_cannot_be_read(engine: RecordedEngine, run: Run) -> None:
    """Also what was known before; the exit status is for what is new."""
    write("a/one.txt", "The text.")
    Path("a/empty.txt").touch()
    Path("a/two.txt").touch()
    assert run("index", "a").status == 2
    write("a/two.txt", "The text.")
    here = Path("a").absolute()
    assert run("retry") == Ran(
        0,
        "1 added, 1 unchanged, 0 replaced, 0 removed; 0 files not read, 1 known from before\n",
        f"searchkit: not read: {here}/empty.txt: the file is empty\n",
    )
    Path("a/new.txt").touch()
    assert run("retry", "--errors", "bad.jsonl").status == 2
    told = [json.loads(line) for line in Path("bad.jsonl").read_text().splitlines()]
    assert [(Path(one["path"]).name, one["new"]) for one in told] == [("empty.txt", False), ("new.txt", True)]


def test_retry_needs_roots(engine: RecordedEngine, run: Run) -> None:
    ran = run("retry")
    assert (ran.status, "the index remembers no root" in ran.err) == (2, True)
