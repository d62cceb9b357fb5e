from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.cli import terminal
from searchkit.cli.terminal import display_width, query_with_caret, strip_controls, use_color, wrap


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


def test_wrap_folds_white_space() -> None:
    assert wrap("  a  b\n\tc ", (), 20, "> ") == ["> a b c"]


def test_wrap_at_the_width() -> None:
    assert wrap("aaaa bbbb cccc dddd", (), 14, "  ") == ["  aaaa bbbb", "  cccc dddd"]


def test_wrap_cuts_what_has_no_blanks() -> None:
    assert wrap(f"see {'x' * 25} end", (), 10) == ["see", "xxxxxxxxxx", "xxxxxxxxxx", "xxxxx end"]


def test_wrap_breaks_between_wide_signs_but_not_before_a_full_stop() -> None:
    assert wrap("和平谈判于星期日。恢复", (), 16) == ["和平谈判于星期", "日。恢复"]


def test_wrap_marks_wide_signs_on_both_lines() -> None:
    shown = wrap("一二三四五六七八", [(3, 6)], 10, "", lambda run, marked: f"[{run}]" if marked else run)
    assert shown == ["一二三[四五]", "[六]七八"]


def test_wrap_of_nothing() -> None:
    assert wrap(" \n", (), 20) == []


def test_wrap_marks_only_what_is_marked() -> None:
    shown = wrap("peace talks now", [(0, 11)], 80, "", lambda run, marked: f"[{run}]" if marked else run)
    assert shown == ["[peace] [talks] now"]


def test_wrap_drops_control_signs_inside_a_mark() -> None:
    shown = wrap("a \x1b[31mpeace\x1b[0m b", [(2, 16)], 80, "", lambda run, marked: f"[{run}]" if marked else run)
    assert shown == ["a [peace] b"]


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


@given(
    st.text(st.sampled_from("ab-.\x00\n\t \u00a0é国"), max_size=30),
    st.lists(st.integers(0, 30), max_size=6, unique=True).map(sorted),
    st.integers(1, 12),
)
def test_ascii_pieces_are_those_of_any_text(text: str, bounds: list[int], room: int) -> None:
    marks = [(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=False) if end <= len(text)]
    pieces = [(terminal._join_runs(p.runs), p.width, p.blank) for p in terminal._pieces(text, marks, room)]
    assert pieces == [(p.runs, p.width, p.blank) for p in terminal._unicode_pieces(text, marks, room)]
