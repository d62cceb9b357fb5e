from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import Analyzer, find_words, fold, normalize, phrase_places, sentence_spans, words, written_form


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("U.S. and US", ["US", "and", "US"]),
        ("the U.S.'s U.S.-led", ["the", "US", "US", "led"]),
        ("1,655.8 1655.8", ["1655.8", "1655.8"]),
        ("12,345,678 and 1,65", ["12345678", "and", "1", "65"]),
        ("Nagorno-Karabakh AT&T", ["Nagorno", "Karabakh", "AT", "T"]),
        ("Armenia’s Armenia's don't", ["Armenia", "Armenia", "don't"]),
        ("Ministry’ recent", ["Ministry", "recent"]),
        ("ﬁnal in\u00adter Apple™ snake_case", ["final", "inter", "Apple", "snake", "case"]),
        ("e\u0301te\u0301", ["été"]),
    ],
)
def test_written_forms(text: str, forms: list[str]) -> None:
    assert find_words(text).forms == forms


def test_paragraphs_stand_101_apart() -> None:
    words = find_words("one two\n\nthree\nfour\n   five\n   six")
    assert words.positions == [0, 1, 102, 103, 204, 205]


def test_fold() -> None:
    assert fold("Ёлка Йод Ångström ŁÓDŹ Straße İstanbul ıł đ ø æ") == "елка йод angstrom lodz strasse istanbul il d o ae"


def test_english_folds_then_stems() -> None:
    analyzer = Analyzer("en")
    assert [analyzer.term(form) for form in ("Talks", "talked", "Yılmaz", "US")] == ["talk", "talk", "yilmaz", "us"]


@given(st.text(max_size=60))
def test_spans_lie_in_the_text_and_in_order(text: str) -> None:
    words = find_words(text)
    assert all(0 <= start < end <= len(text) for start, end in zip(words.starts, words.ends, strict=True))
    assert words.starts == sorted(words.starts)
    assert words.positions == sorted(set(words.positions))


@given(st.text(max_size=60))
def test_a_form_is_its_own_form(text: str) -> None:
    for form in find_words(text).forms:
        if form:
            assert written_form(form) == form


@given(st.text(alphabet="aéßİıЙё\u0301\u0308ﬁ½ 가\u1100\u1161", max_size=20))
def test_normalize_is_nfkc_with_origins(text: str) -> None:
    normal, origins = normalize(text)
    if origins is not None:
        assert len(origins) == len(normal) + 1
        assert origins == sorted(origins)
    assert unicodedata.normalize("NFKC", normal) == unicodedata.normalize("NFKC", text)


@given(st.text(max_size=40))
def test_fold_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def slow_places(positions: list[list[int]], steps: list[int], slop: int) -> bool:
    """Whether any choice of places fits: all of them are tried."""

    def tries(at: int, index: int, first: int) -> bool:
        if index == len(positions):
            return at - first - sum(steps) <= slop
        return any(tries(p, index + 1, first) for p in positions[index] if p >= at + steps[index - 1])

    return any(tries(p, 1, p) for p in positions[0])


ascending = st.lists(st.integers(0, 12), min_size=1, max_size=5, unique=True).map(sorted)


@given(st.lists(ascending, min_size=1, max_size=4), st.integers(0, 5), st.data())
def test_phrase_places_against_all_choices(positions: list[list[int]], slop: int, data: st.DataObject) -> None:
    steps = data.draw(st.lists(st.integers(1, 2), min_size=len(positions) - 1, max_size=len(positions) - 1))
    assert bool(phrase_places(positions, steps, slop)) == slow_places(positions, steps, slop)


def test_sentences() -> None:
    text = 'Mr. Smith saw the U.S. Treasury. "He left." Then 3 came? Yes.\n\nNew paragraph'
    assert [text[start:end] for start, end in sentence_spans(text, "en")] == [
        "Mr. Smith saw the U.S. Treasury.",
        '"He left."',
        "Then 3 came?",
        "Yes.",
        "New paragraph",
    ]


@given(st.text(st.sampled_from("aBz09.,' s_\n"), max_size=40))
def test_words_in_ascii_are_words_anywhere(text: str) -> None:
    ascii_words = [found.span() for found in words.word_pattern(text).finditer(text)]
    assert ascii_words == [found.span() for found in words._word_anywhere().finditer(text)]
