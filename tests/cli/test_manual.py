from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit.cli.manual import page_text
from searchkit.cli.roff import PAGES, man_page
from searchkit.query import parse
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


@pytest.mark.parametrize("page", PAGES)
def test_help_shows_a_page(run: Run, page: str) -> None:
    assert run("help", page) == Ran(0, page_text(page), "")


def test_help_of_a_command(run: Run) -> None:
    assert run("help", "stats").out == run("stats", "--help").out


def test_help_alone_names_the_pages(run: Run) -> None:
    assert run("help").out.endswith("\nPages of the manual: searchkit help query | dates | dialects\n")


def test_help_on_nothing_there_is(run: Run) -> None:
    ran = run("help", "nonsense")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith('searchkit: no help on "nonsense"; there is help on query, dates, dialects')


@pytest.mark.parametrize("page", PAGES)
def test_page_fits_80_columns(page: str) -> None:
    assert [line for line in page_text(page).split("\n") if len(line) > 80] == []


def _examples(page: str) -> list[str]:
    """The queries of a page: what stands left of three blanks in an indented line."""
    before = page_text(page).partition("NOT YET")[0]
    return [re.split(r"\s{3,}", line[4:])[0] for line in before.split("\n") if line.startswith("    ")]


@pytest.mark.parametrize("query", [q for page in PAGES for q in _examples(page) if not q.startswith(("searchkit ", "--"))])
def test_examples_of_the_pages_are_queries(query: str) -> None:
    for part in re.split(r"\s{2,}", query):
        parse(part)


def test_man_page() -> None:
    text = "WORDS\n\nA word, a --flag.\n\n    peace ~ talks\n    'x'\n\n.dot\n"
    assert man_page("query", text, "1.2") == (
        '.TH "SEARCHKIT-QUERY" 7 "" "searchkit 1.2"\n'
        ".SH NAME\n"
        "searchkit-query \\- the query language of searchkit\n"
        '.SH "WORDS"\n'
        ".PP\n"
        "A word, a \\-\\-flag.\n"
        ".PP\n"
        ".nf\n"
        "    peace \\(ti talks\n"
        "    'x'\n"
        "\n"
        ".fi\n"
        "\\&.dot\n"
    )


def test_man_page_ends_with_all_of_its_text() -> None:
    assert man_page("dates", "It ends with an UPPER P.\n\n", "1").endswith("It ends with an UPPER P.\n")


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
@pytest.mark.parametrize("page", PAGES)
def test_man_page_is_read_without_warnings(tmp_path: Path, page: str) -> None:
    file = tmp_path / f"{page}.7"
    file.write_text(man_page(page, page_text(page), "1"), encoding="utf-8")
    command = ["groff", "-man", "-ww", "-Kutf8", "-Tutf8", "-P-c", "-P-b", "-P-u", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert ran.stderr == ""
    words = [word for line in page_text(page).split("\n") if line.startswith("    ") for word in line.split()]
    assert [word for word in words if word not in ran.stdout] == []
