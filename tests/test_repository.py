"""What lies in the repository: no index but the golden ones, and no word of documents that are not
here."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_OF_INDEX = re.compile(r"(?:^|/)_?MAIN_[^/]*$")


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone of the repository: what is tracked is not known")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return done.stdout.rstrip("\0").split("\0")


def test_no_index_is_tracked_but_the_golden_ones(tracked: list[str]) -> None:
    of_indexes = [name for name in tracked if _OF_INDEX.search(name)]
    assert [name for name in of_indexes if name.startswith("tests/compat/index-")]
    assert [name for name in of_indexes if not name.startswith("tests/compat/index-")] == []


@pytest.mark.parametrize("folder", ["index", "mem_ix", "tests/engines/ix", "a/b"])
def test_an_index_is_ignored_wherever_it_is_made(folder: str, tracked: list[str]) -> None:
    files = ("_MAIN_1.toc", "_MAIN_1.json", "_MAIN_1.files", "MAIN_0a.columns", "MAIN_0a.deleted1", "MAIN_WRITELOCK")
    names = [f"{folder}/{name}" for name in files]
    done = subprocess.run(["git", "check-ignore", *names], cwd=ROOT, capture_output=True, check=False, text=True)
    assert done.stdout.split() == names


def test_documents_that_are_named_are_here(tracked: list[str]) -> None:
    there = {Path(name).name for name in tracked}
    wrong = []
    for name in tracked:
        if Path(name).suffix in (".py", ".md", ".toml", ".sh", "") and not name.startswith("corpus/"):
            text = (ROOT / name).read_bytes().decode("utf-8", "replace")
            named = re.findall(r"\b[A-Z][A-Z_]+\.md\b", text)
            wrong += [f"{name} names {document}" for document in named if document not in there]
    assert wrong == []


def test_scripts_name_nothing_outside_the_project(tracked: list[str]) -> None:
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in tracked if re.match(r"scripts/.*\.py$", name)}
    assert len(texts) > 10
    assert [name for name, text in texts.items() if re.search(r"\bROOT\.parent\b", text)] == []
