"""On terminals of 40, 80 and 200 columns, commands show what the files of `screens/` show."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal_screens import FOLDER, SCREENS, WIDTHS, finish, make_folder, read_some, render, start, take_screens

needs_less = pytest.mark.skipif(shutil.which("less") is None, reason="less is not installed")


@pytest.fixture(scope="module")
def taken() -> dict[str, str]:
    """The screens, taken now."""
    return take_screens()


@pytest.mark.parametrize("name", SCREENS)
def test_screen(taken: dict[str, str], name: str) -> None:
    """After a change that was wanted, scripts/screens writes them anew: look at the differences."""
    expected = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert taken[f"{name}.txt"] == expected, "see the docstring"


def test_there_are_no_other_screens() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(SCREENS)


@pytest.mark.parametrize("name", SCREENS)
def test_every_look_is_known(name: str) -> None:
    """Red and bold, bold, or dim: what is readable on a dark and on a light screen."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert text.count(" columns\n") == len(WIDTHS)
    assert not [line for line in text.splitlines() if line.startswith(":") and "?" in line]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index."""
    made = tmp_path_factory.mktemp("terminal")
    make_folder(made)
    return made


def read_until(terminal: int, end: bytes) -> Iterator[bytes]:
    """What a terminal prints, up to something that it prints."""
    data = b""
    while end not in data:
        chunk = read_some(terminal)
        assert chunk, data
        data += chunk
        yield chunk


@needs_less
def test_less_shows_the_first_screen_and_leaves_it_behind(folder: Path) -> None:
    """The total is below it when the user has quit."""
    process, terminal = start(["searchkit search peace"], 60, folder, rows=12, PAGER="less")
    first = b"".join(read_until(terminal, b"\x1b[K"))  # its prompt
    os.write(terminal, b"q")
    (shown,) = finish(process, terminal)
    assert shown.status == 0
    assert b"1. " in first
    assert b"\x1b[31m\x1b[1mpeace" in first
    lines = render(first + shown.data, 60).splitlines()
    assert lines[-1].startswith("|6 found (")
    assert "|6. A peace without a title." not in lines


@needs_less
def test_a_pager_that_is_missing_leaves_the_screen_as_it_would_be(folder: Path) -> None:
    with_pager, without = (
        finish(*start(["searchkit show news/2020/long-title.txt"], 40, folder, rows=12, PAGER=pager))[0]
        for pager in ("no-such-pager 2>/dev/null", "cat")
    )
    assert with_pager.data.startswith(without.data)
    assert b'the pager "no-such-pager 2>/dev/null" failed (exit status 127)' in with_pager.data
    assert with_pager.status == without.status == 0


def test_each_terminal_has_its_own_last_search(folder: Path) -> None:
    one, other = (
        start([f"searchkit search {word} -n 1", f"searchkit search {word} --ids", "searchkit show 1"], 80, folder)
        for word in ("ceasefire", "truce")
    )
    shown = [finish(*each)[2].data for each in (one, other)]
    assert b"id:       news/2020/long-title.txt" in shown[0]
    assert b"id:       news/2020/peace-talks.txt" in shown[1]
