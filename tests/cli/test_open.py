"""One article, in the pager at the first match or as a page in the browser."""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.rendering import article_text, line_of_first_match
from tests.cli.conftest import Ran, RecordedEngine

Run = Callable[..., Ran]

BODY = "".join(f"Paragraph {number} of many words.\n\n" for number in range(30)) + "Here is well-known peace.\n\nThe end."
LONG = searchkit.Article("web/long.txt", "Peace", BODY, url="https://news.example/a?b=1")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the browser was asked for."""
    found: list[str] = []

    def open_page(url: str) -> bool:
        found.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", open_page)
    return found


@pytest.fixture
def pager(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], terminal: None) -> Path:
    """A pager called `less` that writes its arguments and what it reads to this file."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "less").write_text('#!/bin/sh\n{ echo "$@"; cat; } > paged.txt\n')
    (folder / "less").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return Path("paged.txt")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_line_of_the_first_match(width: int) -> None:
    start = BODY.index("peace")
    marks = searchkit.ArticleMarks(title=((0, 5),), body=((start, start + 5),))
    lines = article_text(LONG, marks, width, False).split("\n")
    assert "peace" in lines[line_of_first_match(LONG, marks, width) - 1]
    assert line_of_first_match(LONG, searchkit.ArticleMarks(title=((0, 5),)), width) == 1


def test_open_starts_the_pager_at_the_first_match(engine: RecordedEngine, run: Run, pager: Path) -> None:
    engine.hold(LONG)
    assert run("open", "long.txt", "peace") == Ran(0, "", "")
    options, *lines = pager.read_text(encoding="utf-8").split("\n")
    assert "peace" in lines[int(options.removeprefix("+")) - 1 + 2]
    assert run("open", "long.txt").out == ""
    assert pager.read_text(encoding="utf-8").startswith("\n\x1b[1mPeace")


def test_open_starts_the_pager_for_short_articles_too(
    engine: RecordedEngine, run: Run, pager: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("open", "news/1.txt", "war").out == ""
    assert pager.read_text(encoding="utf-8").startswith("+7\n")
    monkeypatch.setenv("PAGER", "cat > other.txt")  # may not know such an option
    assert run("open", "news/1.txt", "war").out == ""
    assert Path("other.txt").read_text(encoding="utf-8").startswith("\x1b[1mPeace talks resume")


def test_open_prints_where_there_is_no_terminal(engine: RecordedEngine, run: Run) -> None:
    assert run("open", "news/1.txt").out == run("show", "news/1.txt").out


def test_open_takes_the_number_of_a_result(
    engine: RecordedEngine, run: Run, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "ttyname", lambda descriptor: "/dev/pts/7")
    engine.hold(LONG)
    run("search", '"known peace"')
    address = "https://news.example/a?b=1#:~:text=known%20peace"
    assert run("open", "1", "--url") == Ran(0, "", f"opening {address}\n")
    assert opened == [address]
    assert run("open", "1", "well-known", "--url").status == 0
    assert opened[-1] == "https://news.example/a?b=1#:~:text=well%2Dknown"
    assert run("open", "1", "zebra", "--url").status == 0
    assert opened[-1] == "https://news.example/a?b=1"


def test_open_takes_one_article(engine: RecordedEngine, run: Run) -> None:
    ran = run("open", "news/1.txt", "news/2.txt", "peace")
    assert ran.status == 2
    assert "searchkit show news/1.txt news/2.txt peace prints several" in ran.err


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://news.example/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "--help",
        "news.example/a",
        "https://",
        "https://[",
        "https://news.example/a b",
        "https://news.example/\x1b[2J",
    ],
)
def test_open_opens_nothing_but_pages(engine: RecordedEngine, run: Run, opened: list[str], url: str) -> None:
    engine.hold(searchkit.Article("web/1", "T", "Peace.", url=url))
    ran = run("open", "web/1", "--url")
    assert (ran.status, ran.out, opened) == (2, "", [])
    assert ran.err.startswith("searchkit: ")
    assert "\x1b" not in ran.err


@pytest.mark.parametrize("url", ["http://news.example", "https://news.example/a#part", "HTTPS://news.example/%20"])
def test_open_keeps_the_address_of_a_page(engine: RecordedEngine, run: Run, opened: list[str], url: str) -> None:
    engine.hold(searchkit.Article("web/1", "T", "Peace.", url=url))
    assert run("open", "web/1", "--url").status == 0
    assert opened == [url]


def test_open_without_a_browser(engine: RecordedEngine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    engine.hold(LONG)
    assert run("open", "long.txt", "--url") == Ran(
        2, "", "opening https://news.example/a?b=1\nsearchkit: no browser was found; the variable BROWSER names one\n"
    )
