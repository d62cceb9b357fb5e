from __future__ import annotations

from contextvars import copy_context

import pytest

from searchkit.cli import terminal
from searchkit.cli.terminal import (
    display_width,
    query_with_caret,
    set_typed_place,
    strip_controls,
    use_color,
    with_typed_place,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("two\nlines\tand\r\nmore", "two lines and more"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x1b]52;c;aGk=\x1b\\rest", "rest"),
        ("\x1b]never ended", "never ended"),
        ("\x1bcreset", "reset"),
        ("a\x00b\x7fc\x85d", "abc d"),
        ("user\u202egnp.exe\u2066x\u2069", "usergnp.exex"),
        ("bad\udcffname", "bad\\udcffname"),
        ("\x1b\x1b[31m[31m", "[31m"),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert strip_controls(text) == shown


def test_clean_keeps_lines_when_asked() -> None:
    assert strip_controls("one\ntwo\x1b[2J\r\n", keep_lines=True) == "one\ntwo\n"


@pytest.mark.parametrize(("text", "columns"), [("peace", 5), ("和平", 4), ("e\u0301", 1), ("שלום", 4), ("a\u200bb", 2)])
def test_width(text: str, columns: int) -> None:
    assert display_width(text) == columns
    assert sum(map(terminal._width_by_category, text)) == columns


def test_point_at_a_place() -> None:
    assert query_with_caret("peace AND", 6, 3, 76) == ("peace AND", "      ^^^")


def test_point_at_counts_columns_not_characters() -> None:
    assert query_with_caret("和平 AND", 3, 3, 76) == ("和平 AND", "     ^^^")


def test_point_at_keeps_blanks_and_replaces_control_signs() -> None:
    assert query_with_caret("a\t  b\x1b[31m (", 11, 1, 76) == ("a   b [31m (", "           ^")


def test_point_at_the_end() -> None:
    assert query_with_caret("peace", 5, 1, 76) == ("peace", "     ^")


def test_point_at_cuts_a_long_query_around_the_place() -> None:
    line, carets = query_with_caret(f"{'a' * 500} AND {'b' * 500}", 501, 3, 40)
    assert line == f"…{'a' * 19} AND {'b' * 14}…"
    assert line[len(carets) - 3 : len(carets)] == "AND"
    assert display_width(line) <= 40


def test_point_at_a_long_fault_is_cut_too() -> None:
    line, carets = query_with_caret("x" * 1000, 0, 1000, 40)
    assert display_width(line) <= 40
    assert len(carets) <= 40


@pytest.mark.parametrize(
    ("choice", "environment", "expected"),
    [
        ("auto", {}, True),
        ("auto", {"TERM": "dumb"}, False),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_color_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, terminal: None, choice: str, environment: dict[str, str], expected: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert use_color(choice) is expected


@pytest.mark.parametrize(("name", "expected"), [("FORCE_COLOR", True), ("CLICOLOR_FORCE", True), ("COLORTERM", False)])
def test_color_into_a_pipe(monkeypatch: pytest.MonkeyPatch, name: str, expected: bool) -> None:
    monkeypatch.setenv(name, "1")
    assert use_color("auto") is expected


@pytest.mark.parametrize(("text", "width", "shown"), [("peace", 5, "peace"), ("peace", 4, "pea…"), ("和平谈判", 6, "和平…")])
def test_cut(text: str, width: int, shown: str) -> None:
    assert terminal.truncate(text, width) == shown


@pytest.mark.parametrize(
    ("message", "advised"),
    [
        ("rebuild it with: searchkit index --rebuild", "rebuild it with: searchkit index -i 'a b' --rebuild"),
        ('run "searchkit verify --repair"', "run \"searchkit verify -i 'a b' --repair\""),
        ("first: searchkit roots remove news", "first: searchkit roots remove -i 'a b' news"),
        ("it is there after: searchkit index", "it is there after: searchkit index -i 'a b'"),
        ("with: searchkit index FOLDER -i /there", "with: searchkit index FOLDER -i /there"),
        (
            "rebuild it with: searchkit index --rebuild, not -i",
            "rebuild it with: searchkit index -i 'a b' --rebuild, not -i",
        ),
        ("nothing found for searchkit index", "nothing found for searchkit index"),
        ('read as: "searchkit index" AND manual', 'read as: "searchkit index" AND manual'),
        ("see searchkit help query", "see searchkit help query"),
        ("an index of searchkit", "an index of searchkit"),
    ],
)
def test_advice_has_the_place_that_was_typed(message: str, advised: str) -> None:
    def advise() -> str:
        set_typed_place("a b")
        return with_typed_place(message)

    assert copy_context().run(advise) == advised
    assert with_typed_place(message) == message
