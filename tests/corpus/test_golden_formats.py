"""Each format reads its golden corpus to the exact articles, failures and warnings expected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from searchkit.corpus import ReadOptions, list_files
from searchkit.corpus.format_table import FORMATS
from tests.corpus.golden import FOLDER, OPTIONS, expected, read_golden
from tests.corpus.test_shares import check

FOLDERS = sorted(folder for folder in FOLDER.iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_exact_articles(folder: Path) -> None:
    found = read_golden(folder)
    assert found == expected(folder)
    assert read_golden(folder) == found  # the same ids each time
    assert len({article["id"] for article in found["articles"]}) == len(found["articles"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_shares_have_the_same_together(folder: Path) -> None:
    given = folder / OPTIONS
    options = ReadOptions.from_mapping(json.loads(given.read_text(encoding="utf-8")) if given.exists() else {})
    for file in list_files(folder / "in", options).files:
        check(file, options, counts=(3,))


@pytest.mark.parametrize("name", [row.name for row in FORMATS])
def test_each_format_has_a_corpus(name: str) -> None:
    assert (FOLDER / name / "expected.json").exists()
