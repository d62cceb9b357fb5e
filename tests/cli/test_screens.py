"""On terminals of 40, 80 and 200 columns, commands show what the files of `screens/` show."""

from __future__ import annotations

import pytest

from tests.cli.terminal_screens import FOLDER, SCREENS, WIDTHS, take_screens


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
