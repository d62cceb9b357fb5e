"""`searchkit formats`: what each format needs, and whether it is there."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Callable

import pytest

import searchkit
from searchkit.corpus.format_row import find_missing_packages
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


def test_what_is_installed(run: Run) -> None:
    ran = run("formats")
    assert (ran.status, ran.err) == (0, "")
    lines = {line.partition(" ")[0]: line for line in ran.out.splitlines()}
    assert list(lines) == [row.name for row in searchkit.formats()]
    assert lines["text"].endswith("Plain text: one article per file, with or without a header (.txt .text)")
    assert lines["html"].endswith("; needs the extra html, installed")


def test_what_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.metadata.version

    def version(name: str) -> str:
        if name == "trafilatura":
            raise importlib.metadata.PackageNotFoundError(name)
        return found(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    find_missing_packages.cache_clear()
    try:
        line = next(line for line in run("formats").out.splitlines() if line.startswith("html "))
        assert line.endswith("; needs the extra html, not installed: pip install 'searchkit[html]'")
        rows = {row["name"]: row for row in json.loads(run("formats", "--json").out)["formats"]}
        assert (rows["html"]["available"], rows["html"]["missing"]) == (False, ["trafilatura"])
        assert rows["warc"]["missing"] == ["trafilatura"]  # its extra names that of html
        assert (rows["text"]["available"], rows["text"]["missing"], rows["text"]["install"]) == (True, [], "")
    finally:
        find_missing_packages.cache_clear()


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_formats_that_cannot_be_loaded_are_told(
    arguments: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run("formats", *arguments).out
    monkeypatch.setattr(searchkit, "format_problems", lambda: ('the format "x" of the package y cannot be loaded',))
    ran = run("formats", *arguments)
    assert (ran.status, ran.out) == (0, whole)
    assert ran.err == 'searchkit: warning: the format "x" of the package y cannot be loaded\n'


def test_each_extra_names_packages() -> None:
    for row in searchkit.formats():
        if row.extra:
            assert row.missing_packages() == ()  # `all` brings them to the tests
            assert any(f'extra == "{row.extra}"' in one or f"extra == '{row.extra}'" in one for one in _requirements())


def _requirements() -> list[str]:
    return importlib.metadata.requires("searchkit") or []
