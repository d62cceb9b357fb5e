"""Rules of spelling, against plain edit distances, and what they prefer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import within_edits
from searchkit.query import spelling

LETTERS = st.text("abcéж'", min_size=3, max_size=9)


def edited(draw: st.DrawFn, word: str) -> str:
    """The word after one edit."""
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from("abx"))
    kind = draw(st.sampled_from(["insert", "delete", "change", "swap"]))
    if kind == "insert":
        return word[:at] + letter + word[at:]
    if kind == "delete":
        return word[:at] + word[at + 1 :]
    if kind == "change":
        return word[:at] + letter + word[at + 1 :]
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


@given(st.data(), LETTERS)
def test_every_word_one_edit_away_is_a_candidate(data: st.DataObject, word: str) -> None:
    other = data.draw(st.composite(lambda draw: edited(draw, word))())
    assert spelling.is_near(other, word, 1)


@given(LETTERS, LETTERS, st.sampled_from([1, 2]))
def test_candidates_are_within_the_edits(word: str, other: str, edits: int) -> None:
    if spelling.is_near(other, word, edits):
        assert within_edits(other, word, edits)


@given(st.data(), LETTERS)
def test_an_edit_costs_at_most_one_and_a_half(data: st.DataObject, word: str) -> None:
    """A wrong first letter costs half more."""
    other = data.draw(st.composite(lambda draw: edited(draw, word))())
    cost = spelling.edit_cost(word, other)
    assert 0 <= cost <= 1.5
    assert (cost == 0) == (word == other)


@pytest.mark.parametrize(
    ("typed", "candidate", "cost"),
    [
        ("peace", "peace", 0),
        ("paece", "peace", 0.7),
        ("mamadov", "mammadov", 0.6),
        ("mammmadov", "mammadov", 0.6),
        ("seperate", "separate", 0.75),
        ("chnge", "change", 1),
        ("chamge", "change", 1),
        ("oneill", "o'neill", 0.2),
        ("teace", "peace", 1.5),
        ("azerbedjan", "azerbaijan", 1.75),
    ],
)
def test_costs(typed: str, candidate: str, cost: float) -> None:
    assert spelling.edit_cost(typed, candidate) == pytest.approx(cost)


def test_ten_times_as_many_articles_are_worth_a_quarter_of_an_edit() -> None:
    assert spelling.rank(1, 1000) == pytest.approx(spelling.rank(0.75, 100))
    assert spelling.rank(0.7, 5) < spelling.rank(1, 70)
    assert spelling.rank(1, 5000) < spelling.rank(0.6, 5)


@pytest.mark.parametrize(
    ("word", "edits"),
    [
        ("a" * 40, 2),
        ("a" * 41, 0),
        ("oi", 0),
        ("oil", 1),
        ("prices", 1),
        ("pricing", 2),
        ("oil2", 0),
        ("1655", 0),
        ("o'neill", 2),
        ("пример", 1),
        ("प्रधानमंत्री", 2),
        ("a_bcd", 0),
    ]
    + [(word, 0) for word in ("北京大学生活动", "こんにちは", "안녕하세요", "สวัสดีครับ", "ສະບາຍດີ", "မြန်မာ", "ភាសាខ្មែរ")],
)
def test_how_far_a_candidate_may_be(word: str, edits: int) -> None:
    assert spelling.max_edits(word) == edits


@pytest.mark.parametrize(
    ("typed", "candidate", "expected"),
    [
        ("acquried", "acquired", True),
        ("commmission", "commission", True),
        ("mamadov", "mammadov", True),
        ("Goverment", "government", True),
        ("takover", "takeover", False),  # a letter is missing in a short word
        ("billiton", "billion", False),  # a letter too many: the company
        ("parsons", "persons", False),  # a vowel
        ("stacked", "stocked", False),
        ("economise", "economies", False),  # the end
        ("aadvantage", "advantage", False),  # the beginning
        ("trial", "trail", False),  # short
        ("mourning", "morning", False),
    ],
)
def test_what_is_doubted_though_the_index_has_it(typed: str, candidate: str, expected: bool) -> None:
    assert spelling.is_likely_misspelling(typed, 2, candidate, 200) == expected
    assert not spelling.is_likely_misspelling(typed, 2, candidate, 199)
    assert not spelling.is_likely_misspelling(typed, 11, candidate, 100_000)


@pytest.mark.parametrize(
    ("typed", "folded", "written"),
    [
        ("azerbijan", "azerbaijan", "azerbaijan"),
        ("Azerbijan", "azerbaijan", "Azerbaijan"),
        ("AZERBIJAN", "azerbaijan", "AZERBAIJAN"),
        ("azerBijan", "azerbaijan", "azerbaijan"),
        ("Istambul", "istanbul", "Istanbul"),
        ("ПРЕЗЕДЕНТ", "президент", "ПРЕЗИДЕНТ"),
    ],
)
def test_capitals_are_those_that_were_typed(typed: str, folded: str, written: str) -> None:
    assert spelling.write_like(typed, folded) == written
