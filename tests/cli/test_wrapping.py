from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from searchkit.cli import wrapping
from searchkit.cli.wrapping import highlight_line, wrap


def bracketed(run: str, marked: bool) -> str:
    return f"[{run}]" if marked else f"({run})"


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


def test_without_a_style_a_line_is_as_it_is() -> None:
    assert highlight_line("a  b\x1b[31m", [(0, 1)], None) == "a  b"


@given(
    st.text(st.sampled_from("ab-.\n\t \u00a0é“к"), max_size=40),
    st.lists(st.integers(0, 40), max_size=8, unique=True).map(sorted),
    st.integers(3, 12),
)
def test_narrow_texts_are_wrapped_as_any_text_is(text: str, bounds: list[int], room: int) -> None:
    marks = [(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=False) if end <= len(text)]
    touching = [(start, end) for start, end in pairwise(bounds) if end <= len(text)]
    for style in (None, bracketed):
        for highlights in (marks, touching):
            lines = wrapping._wrap_narrow(text, highlights, room, style)
            if max(map(len, text.split()), default=0) > room:
                assert lines is None
            else:
                assert lines == wrapping._wrap_any(text, highlights, room, style)


def test_narrow_characters_take_one_column() -> None:
    from searchkit.cli.terminal import UNPRINTABLE, _width_by_category, character_width

    narrow = [chr(code) for code in range(0x3000) if wrapping._NARROW.fullmatch(chr(code)) and not chr(code).isspace()]
    assert len(narrow) > 700
    assert {character_width(character) for character in narrow} == {1}
    assert {_width_by_category(character) for character in narrow} == {1}
    assert not [character for character in narrow if re.match(UNPRINTABLE, character)]
