"""Regular expressions match what `re` matches on the syntax that both have, and none can hang."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from searchkit.analysis import PatternError, compile_pattern, fold

ATOMS = st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", "[a-c]", r"\d", r"\w", "1", r"\.", "'", "[b-]", r"[\d.]"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})")
        | st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,3}", "{2,}"])).map(
            lambda p: f"({p[0]}){p[1]}"
        )
    ),
    max_leaves=8,
)
WORDS = st.text(alphabet="abcd1.'", max_size=8)


@given(PATTERNS, st.lists(WORDS, min_size=1, max_size=20))
def test_against_re(pattern: str, words: list[str]) -> None:
    try:
        automaton = compile_pattern(pattern)
    except PatternError as error:
        assume("more than" not in str(error))
        raise
    expected = re.compile(pattern)
    for word in words:
        matched = automaton.fullmatch(word)
        assert matched == (expected.fullmatch(word) is not None), word
        assert not matched or word.startswith(automaton.prefix)


@given(PATTERNS, WORDS)
def test_the_table_is_all_there_is_to_it(pattern: str, word: str) -> None:
    automaton = compile_pattern(pattern)
    assert automaton.classes == sorted(automaton.classes)
    assert all(len(row) == len(automaton.table[0]) for row in automaton.table)
    assert set(automaton.table[0]) == {0}
    assert 0 not in automaton.accepting
    state = automaton.start
    for character in word:
        ranges = [number for first, last, number in automaton.classes if first <= ord(character) <= last]
        state = automaton.table[state][ranges[0] if ranges else 0]
    assert (state in automaton.accepting) == automaton.fullmatch(word)


@pytest.mark.parametrize(
    ("pattern", "matched", "others"),
    [
        ("colou?rs?", "color colour colors colours", "coloured colou"),
        ("Café|GRÜN", "cafe grun", "caf grunn"),
        ("[À-Ö]b", "ab ob", "zb"),
        ("stra(ß|[ß])e", "strasse", "strase"),
        ("[^é]x", "ax bx", "ex"),
        ("ё+й", "ей еей", "еи"),
        (r"\d{3}", "123 ١٢٣", "12 12a"),
        (r"\w+", "don кот 12", "don't 1.5"),
        (r"1\.5|a\/b", "1.5 a/b", "115"),
        ("[a-f0-9]{2,3}", "a0 fff", "a ffff g0"),
        ("(ab|cd)*e{2,}", "ee ababeee cdabee", "abe"),
        ("[一-龥]+", "北京", "abc"),
        ("a||b", "a b", "ab"),
        ("e\u0301*x", "x ex eex", "e"),
    ],
)
def test_what_matches(pattern: str, matched: str, others: str) -> None:
    automaton = compile_pattern(pattern)
    assert [word for word in matched.split() if not automaton.fullmatch(fold(word))] == []
    assert [word for word in others.split() if automaton.fullmatch(fold(word))] == []


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [
        ("colou?rs?", "colo"),
        ("Ab", "ab"),
        ("a|b", ""),
        ("(ab|ac)d", "a"),
        ("a*", ""),
        ("a+", "a"),
        (".x", ""),
        ("ab{2,}", "abb"),
    ],
)
def test_prefix(pattern: str, prefix: str) -> None:
    assert compile_pattern(pattern).prefix == prefix


@pytest.mark.parametrize(
    ("pattern", "message", "at"),
    [
        ("^a", "^ is not needed: a regular expression matches whole words", 0),
        ("ab$", "$ is not needed: a regular expression matches whole words", 2),
        ("a(?=b)", "(? is not understood; groups are plain parentheses", 1),
        (r"(a)\1", r"\1 is not understood; of letters after \ only \d and \w are", 3),
        (r"a\b", r"\b is not understood; of letters after \ only \d and \w are", 1),
        (r"[\s]", r"\s is not understood; of letters after \ only \d and \w are", 1),
        ("a\\", "a \\ with nothing after it", 1),
        ("*a", "* has nothing to repeat", 0),
        ("a|+", "+ has nothing to repeat", 2),
        ("a*?", "two signs of repetition in a row", 2),
        ("a{,3}", "braces hold numbers: {2}, {2,5} or {2,}; \\{ is the sign itself", 1),
        ("a{3,2}", "the repetition ends before it begins", 1),
        ("a{101}", "a repetition is of at most 100 times", 1),
        ("(a", 'a "(" without its ")" in a regular expression', 0),
        ("a)", 'a ")" without its "(" in a regular expression', 1),
        ("[ab", 'a "[" without its "]"', 0),
        ("[]", "nothing stands between [ and ]; \\] is the sign itself", 1),
        ("a]", "a ] without its [; \\] is the sign itself", 1),
        ("[[a]", "a [ inside [ ]; \\[ is the sign itself", 1),
        ("[b-a]", "the range ends before it begins", 1),
        (r"[a-\d]", "a range ends with a character, not with a class", 3),
        ("(" * 21 + "a" + ")" * 21, "more than 20 groups inside each other", 20),
        ("a" * 201, "a regular expression has at most 200 characters", 200),
        ("(a{100}){11}", "the regular expression, with its repetitions, has more than 1,000 characters", 0),
        ("(a|b)*a(a|b){12}", "the regular expression needs more than 2,000 states", 0),
    ],
)
def test_a_pattern_that_cannot_be_read(pattern: str, message: str, at: int) -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern(pattern)
    assert (str(caught.value), caught.value.at) == (message, at)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|a)*b",
        "((((){100}){100}){100}){100}b",
        "(.*a){90}b",
        "(.{0,100}b){9}",
        "[a-z]{0,100}[aeiou]{0,100}[a-m]{0,100}",
    ],
)
def test_no_pattern_hangs(pattern: str) -> None:
    begun = time.perf_counter()
    try:
        assert not compile_pattern(pattern).fullmatch("a" * 200 + "-")
    except PatternError as error:
        assert "more than" in str(error)
    assert time.perf_counter() - begun < 2


@given(st.text(max_size=30))
def test_any_text_is_a_pattern_or_an_error(pattern: str) -> None:
    try:
        compile_pattern(pattern).fullmatch(pattern)
    except PatternError as error:
        assert 0 <= error.at <= len(pattern)
