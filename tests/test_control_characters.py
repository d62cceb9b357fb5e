from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.control_characters import has_controls, one_line, replace_controls


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("one\fTwo", "one\n\nTwo"),
        ("one\u2029Two", "one\n\nTwo"),
        ("one\r\r\ntwo\r\r\n\r\r\nthree\r\rfour\r", "one\ntwo\n\nthree\n\nfour\n"),
        ("one\vtwo\rthree\r\nfour\u2028five", "one\ntwo\nthree\nfour\nfive"),
        ("1990\x961995 didn\x92t pay\x97so\x85", "1990–1995 didn’t pay—so…"),
        ("a\x00b\x1ec\x7fd\x81e\x1b[31m", "a b c d e [31m"),
        ("a\tb\nc\u200bd\ufeff", "a\tb\nc\u200bd\ufeff"),
    ],
)
def test_what_control_characters_become(text: str, cleaned: str) -> None:
    assert replace_controls(text) == cleaned


def test_a_line_has_no_line_ends_and_keeps_other_blanks() -> None:
    assert one_line(" a\n\tb  c ") == "a b c"
    assert one_line("\n Costs 1\xa0655\u202f€ \t rise ") == "Costs 1\xa0655\u202f€ rise"


@given(st.text(st.characters(max_codepoint=0x2030), max_size=30))
def test_cleaning_leaves_nothing_to_clean_and_joins_no_words(text: str) -> None:
    cleaned = replace_controls(text)
    assert not has_controls(cleaned)
    assert has_controls(text) == (cleaned != text)
    assert len(cleaned.replace("\r\n", "\n")) >= len(text.replace("\r\n", "\n"))


@given(st.text(st.sampled_from(" \t\nab.é\xa0\u2003\u200b\u0085"), max_size=8))
def test_one_line_of_any_text(text: str) -> None:
    blanks = r"\s" if text.isascii() else r"[ \t\n]"
    assert one_line(text) == re.sub(f"{blanks}+", " ", text).strip(" ")
