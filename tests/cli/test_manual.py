from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from searchkit.cli import COMMANDS
from searchkit.cli.manual import page_text
from searchkit.cli.roff import PAGES, command_pages, main_page, man_page
from searchkit.cli.search import command
from searchkit.cli.settings import SETTINGS
from searchkit.query import parse
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


@pytest.mark.parametrize("page", PAGES)
def test_help_shows_a_page(run: Run, page: str) -> None:
    assert run("help", page) == Ran(0, page_text(page), "")


def test_help_of_a_command(run: Run) -> None:
    assert run("help", "stats").out == run("stats", "--help").out


def test_help_alone_names_the_pages(run: Run) -> None:
    assert run("help").out.endswith("\nPages of the manual: searchkit help query | dates | dialects | output | settings\n")


def test_help_on_nothing_there_is(run: Run) -> None:
    ran = run("help", "nonsense")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith('searchkit: no help on "nonsense"; there is help on query, dates, dialects, output, settings')


@pytest.mark.parametrize("page", PAGES)
def test_page_fits_80_columns(page: str) -> None:
    assert [line for line in page_text(page).split("\n") if len(line) > 80] == []


def _examples(page: str) -> list[str]:
    """The queries of a page: what stands left of three blanks in an indented line."""
    before = page_text(page).partition("NOT YET")[0]
    return [re.split(r"\s{3,}", line[4:])[0] for line in before.split("\n") if re.match(r"    \S", line)]


@pytest.mark.parametrize(
    "query",
    [
        q
        for page in PAGES
        if page not in ("settings", "output")
        for q in _examples(page)
        if not q.startswith(("searchkit ", "--"))
    ],
)
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


REFERENCE = """# Commands

- [`searchkit find`](#searchkit-find): Find a thing.
- [`searchkit find again`](#searchkit-find-again): Find it again.

## searchkit find

```
searchkit find [OPTIONS] NAME
```

Find a thing,
.and more.

Example:

```
searchkit find 'a|b'
```

| option | meaning |
|---|---|
| `-x, --ex A\\|B` | What a \\| b means. |

## searchkit find again

```
searchkit find again
```

Find it again.
"""


def test_man_pages_of_commands() -> None:
    pages = command_pages(REFERENCE, "1.2")
    assert list(pages) == ["searchkit-find", "searchkit-find-again"]
    assert pages["searchkit-find"] == (
        '.TH "SEARCHKIT-FIND" 1 "" "searchkit 1.2"\n'
        ".SH NAME\n"
        "searchkit\\-find \\- Find a thing.\n"
        '.SH "SYNOPSIS"\n'
        "searchkit find [OPTIONS] NAME\n"
        '.SH "DESCRIPTION"\n'
        ".PP\n"
        "Find a thing,\n"
        "\\&.and more.\n"
        ".PP\n"
        "Example:\n"
        ".nf\n"
        "    searchkit find 'a|b'\n"
        ".fi\n"
        '.SH "OPTIONS"\n'
        ".TP\n"
        ".B \\-x, \\-\\-ex A|B\n"
        "What a | b means.\n"
        '.SH "SEE ALSO"\n'
        "searchkit(1)\n"
    )


def all_man_pages() -> dict[str, str]:
    """The pages that the wheel has."""
    reference = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    pages = {f"searchkit-{page}.7": man_page(page, page_text(page), "1") for page in PAGES}
    pages |= {f"{name}.1": page for name, page in command_pages(reference, "1").items()}
    return pages | {"searchkit.1": main_page(page_text("searchkit"), reference, "1")}


def shown(page: str) -> str:
    """A man page as groff shows it, which must not warn of anything."""
    command = ["groff", "-man", "-ww", "-Kutf8", "-Tutf8", "-P-c", "-P-b", "-P-u", "-rLL=300n", "-"]
    ran = subprocess.run(
        command, input=page, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    assert ran.stderr == ""
    return ran.stdout


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
@pytest.mark.parametrize(("name", "page"), all_man_pages().items(), ids=list(all_man_pages()))
def test_man_page_is_read_without_warnings(name: str, page: str) -> None:
    text = shown(page)
    assert "SEE ALSO" in text or name.endswith(".7")
    if name.endswith(".7"):
        source = page_text(name.removeprefix("searchkit-").removesuffix(".7"))
        words = [word for line in source.split("\n") if line.startswith("    ") for word in line.split()]
        assert [word for word in words if word not in text] == []


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_the_main_page_has_all_commands_and_the_pages_of_commands_all_options() -> None:
    pages = all_man_pages()
    main = shown(pages["searchkit.1"])
    for name in COMMANDS:
        assert f"searchkit {name}\n" in main
        assert f"searchkit-{name}.1" in pages
    for heading in ("EXIT STATUS", "FILES", "ENVIRONMENT", "OUTPUT"):
        assert f"\n{heading}\n" in main
    for name in SETTINGS:
        assert f"SEARCHKIT_{name.upper()}" in main
        assert f"SEARCHKIT_{name.upper()}" in page_text("settings")
    search = shown(pages["searchkit-search.1"])
    options = [option for parameter in command.params if isinstance(parameter, click.Option) for option in parameter.opts]
    assert len(options) > 20
    assert [option for option in options if option not in search] == []
