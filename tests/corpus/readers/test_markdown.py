"""Markdown: titles, front matter, and what stays as it is written."""

from __future__ import annotations

import time

import pytest

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded
from searchkit.corpus.readers.markdown import read_markdown


def article(text: str) -> Draft:
    (record,) = read_markdown(text.encode(), ReadOptions())
    assert isinstance(record, Encoded)
    found = record.parse(text)
    assert isinstance(found, Draft)
    return found


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# A title", "A title"),
        ("# News about C#", "News about C#"),
        ("## A title ##", "A title"),
        ("# A *short* **title** with `code`", "A short title with code"),
        ("# snake_case_names stay, 2 * 3 * 4 too", "snake_case_names stay, 2 * 3 * 4 too"),
        ("# A [link](https://example.org) and [another][1] {#anchor}", "A link and another"),
        (r"# 5\* hotel", "5* hotel"),
        ("A title\n---", "A title"),
        ("A title\n===", "A title"),
    ],
)
def test_titles(heading: str, title: str) -> None:
    found = article(f"{heading}\n\nText *as it is*.\n")
    assert (found.title, found.body) == (title, "Text *as it is*.")


@pytest.mark.parametrize(
    "text", ["#hashtag at the beginning.", "- item\n---\n\nMore.", "* * *\n\nText.", "> quoted text.\n"]
)
def test_what_is_no_title(text: str) -> None:
    found = article(text)
    assert (found.title, found.body) == ("", text.rstrip())


def test_pictures_above_the_title_stay() -> None:
    found = article("<!-- a comment -->\n![a ship](ship.jpg)\n\n# Title\n\nText.\n")
    assert (found.title, found.body) == ("Title", "<!-- a comment -->\n![a ship](ship.jpg)\n\nText.")


@pytest.mark.parametrize("part", ["# ", "*", "_a", "[", "# a *b", "![", "{{", "`", "\\", "a ", " ", "#\n", "---\n", "* a\n"])
def test_the_time_is_linear(part: str) -> None:
    began = time.process_time()
    record = next(iter(read_markdown(b"", ReadOptions())))
    assert isinstance(record, Encoded)
    record.parse(part * 300_000 + ".")
    assert time.process_time() - began < 8
