"""The README is true: its session is run, its library example too, and every command is in it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith(("SEARCHKIT", "FORCE_COLOR"))} | {"COLUMNS": "80"}


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_session_prints_what_the_readme_says(tmp_path: Path) -> None:
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    turns = re.split(r"^\$ ", block("console"), flags=re.MULTILINE)[1:]
    assert len(turns) >= 4
    for turn in turns:
        typed, _, expected = turn.partition("\n")
        program, *arguments = shlex.split(typed)
        assert program == "searchkit"
        done = subprocess.run(
            [sys.executable, "-m", "searchkit", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=ENVIRONMENT,
            check=False,
        )
        assert done.stdout == expected, typed


def test_the_report_of_what_was_not_understood_is_what_the_readme_says(tmp_path: Path) -> None:
    """The archive is the files of `corpora/doubtful`, which the README says lie in /archive."""
    doubtful = ROOT / "tests" / "corpora" / "doubtful"
    shutil.copytree(doubtful, tmp_path / "doubtful", ignore=shutil.ignore_patterns("README.md"))
    typed, _, expected = block("console report").removeprefix("$ ").partition("\n")
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(typed)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=ENVIRONMENT,
        check=False,
    )
    assert done.stderr.replace(str(tmp_path.resolve()), "/archive") + done.stdout == expected
    assert done.returncode == 0


def test_the_library_example_runs(tmp_path: Path) -> None:
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    command = [sys.executable, "-c", block("python")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path, check=True)
    assert "Peace talks to go on by video" in done.stdout
    assert len(done.stdout.splitlines()) >= 3


def test_every_example_query_of_the_readme_is_read() -> None:
    from searchkit.query import parse

    table = README.partition("## The query language")[2].partition("## What is read")[0]
    typed = [
        cell for row in table.splitlines() if row.startswith("| `") for cell in re.findall(r"`([^`]+)`", row.split(" | ")[0])
    ]
    assert len(typed) > 20
    for query in typed:
        if query not in ("-war", "( )", "&", "\\|", "!"):
            parse(query)


def test_the_scripts_are_there_and_run() -> None:
    for name in ("quickstart", "test", "check"):
        assert os.access(ROOT / "scripts" / name, os.X_OK)
    assert "scripts/quickstart" in README
    assert "scripts/test" in README
