"""The tree of a pattern says all that its automaton knows: an engine may make an expression of its
own of it."""

from __future__ import annotations

import re
from typing import assert_never

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import PatternError, compile_pattern, read_pattern
from searchkit.analysis.patterns import Characters, Choice, Piece, Repeat, Sequence

PATTERNS = [
    "talks?",
    "pea.e",
    "(oil|gas)+",
    "[a-c]{2}",
    "[^a]x{1,3}",
    r"\d{4}",
    r"a\.b",
    "ß|é",
    "(ab*){0,2}c",
    "x{2,}",
    r"[\w]+s",
    "()",
]


def python_pattern(piece: Piece) -> str:
    match piece:
        case Characters(ranges):
            if not ranges:
                return "(?!)"
            return "[" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges) + "]"
        case Sequence(parts):
            return "".join(map(python_pattern, parts))
        case Choice(parts):
            return f"(?:{'|'.join(map(python_pattern, parts))})"
        case Repeat(part, least, most):
            return f"(?:{python_pattern(part)}){{{least},{'' if most is None else most}}}"
        case _:
            assert_never(piece)


@pytest.mark.parametrize("pattern", PATTERNS)
@given(word=st.text(alphabet="abcegiloprstxßé.1234", max_size=6))
def test_a_tree_can_be_translated(pattern: str, word: str) -> None:
    translated = re.compile(python_pattern(read_pattern(pattern)), re.DOTALL)
    assert (translated.fullmatch(word) is not None) == compile_pattern(pattern).fullmatch(word)


@pytest.mark.parametrize(("pattern", "word"), [("talks?", "talk"), ("(oil|gas)+", "gasoil"), ("ß", "ss"), ("É", "e")])
def test_words_that_fit(pattern: str, word: str) -> None:
    assert re.fullmatch(python_pattern(read_pattern(pattern)), word)


def test_what_is_no_pattern_has_no_tree() -> None:
    with pytest.raises(PatternError, match='a "\\(" without its "\\)"'):
        read_pattern("(a")
