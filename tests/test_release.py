"""scripts/release: what it checks.

Building and trying the wheel needs a package registry, and is not tested here.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scripts.releasing.__main__ import ReleaseError, find_problems, main, run


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository that is ready to release 1.2.3."""
    (tmp_path / "searchkit").mkdir()
    (tmp_path / "searchkit" / "__init__.py").write_text('__version__ = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n\n## 1.2.3 (2026-11-29)\n\n## 1.2.2 (2026-10-01)\n")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a change")


def test_a_dry_run_of_a_tree_that_is_ready_builds_nothing(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["1.2.3", "--dry-run"], tree) == 0
    assert capsys.readouterr().out.startswith("1.2.3 is ready")
    assert not (tree / "dist").exists()


def test_a_tree_that_is_not_ready_is_not_built(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "new").touch()
    assert main(["1.2.3"], tree) == 1
    assert "not ready: the tree is not clean: new; commit" in capsys.readouterr().err
    assert not (tree / "dist").exists()


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (
            "1.2",
            ["a version looks like 1.2.3", "searchkit/__init__.py has the version 1.2.3", "first heading of CHANGELOG.md"],
        ),
        ("1.2.4", ["searchkit/__init__.py has the version 1.2.3, not 1.2.4", 'found "## 1.2.3 (2026-11-29)"']),
        ("1.2.3", []),
    ],
)
def test_version_and_changelog_belong_together(tree: Path, version: str, expected: list[str]) -> None:
    problems = find_problems(version, tree)
    assert len(problems) == len(expected)
    assert all(part in problem for part, problem in zip(expected, problems, strict=True))


def test_a_release_has_a_date_and_a_new_tag(tree: Path) -> None:
    (tree / "CHANGELOG.md").write_text("## 1.2.3 (unreleased)\n")
    commit(tree)
    git(tree, "tag", "v1.2.3")
    problems = find_problems("1.2.3", tree)
    assert len(problems) == 2
    assert "the tag v1.2.3 is there already" in problems[0]
    assert 'should have a date for 1.2.3, as in "## 1.2.3 (' in problems[1]


def test_a_program_that_fails_is_told_with_what_it_printed(tree: Path) -> None:
    with pytest.raises(ReleaseError, match=r"(?s)git frobnicate ended with status 1:.*frobnicate"):
        run("git", "frobnicate", cwd=tree)
