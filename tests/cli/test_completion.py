from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(run: Run, shell: str) -> None:
    ran = run("completion", shell)
    assert ran.status == 0
    assert f"_SEARCHKIT_COMPLETE={shell}_complete" in ran.out


@pytest.mark.parametrize(
    ("words", "word", "found"),
    [("searchkit se", 1, ["search"]), ("searchkit search oil --s", 3, ["--sort", "--since"])],
)
def test_completion_completes(run: Run, monkeypatch: pytest.MonkeyPatch, words: str, word: int, found: list[str]) -> None:
    monkeypatch.setenv("_SEARCHKIT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(word))
    assert run().out.splitlines() == [f"plain,{name}" for name in found]
