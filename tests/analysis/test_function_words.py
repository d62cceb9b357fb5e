"""The lists of function words, and what they leave out of queries."""

from __future__ import annotations

import pytest

import searchkit
from searchkit import Article
from searchkit.analysis import function_words
from searchkit.analysis.analyzer import LANGUAGES
from searchkit.analysis.function_words import is_function_word
from searchkit.analysis.normalize import fold
from searchkit.analysis.tokenizer import tokenize
from searchkit.query import parse

LISTED = sorted(function_words._LISTS)


@pytest.mark.parametrize("language", LISTED)
def test_each_word_is_a_word_of_a_query(language: str) -> None:
    """One token, folded, and in the list once."""
    assert language in LANGUAGES
    words = function_words._LISTS[language].split()
    assert len(words) == len(set(words))
    assert [word for word in words if tokenize(word, language).forms != [word] or fold(word) != word] == []
    assert all(is_function_word(word, language) for word in words)


def test_a_language_without_a_list_has_none() -> None:
    assert not is_function_word("the", "sv")
    assert not is_function_word("the", "de")


def test_words_that_are_meant_are_none() -> None:
    wanted = "not no never without may mine past round own need one two first united states"
    for word in wanted.split():
        assert not is_function_word(word, "en"), word
    for language, word in (
        ("it", "stato"),
        ("it", "stati"),
        ("es", "haya"),
        ("fr", "avions"),
        ("tr", "su"),
        ("de", "waren"),
    ):
        assert not is_function_word(word, language), word


@pytest.mark.parametrize(
    ("query", "kept", "left_out"),
    [
        ("what could the US do about it", "US", "what could the do about it"),
        ("which plants will General Motors close", "plants AND General AND Motors AND close", "which will"),
        ("why don't they talk", "talk", "why don't they"),
        ("doctors without borders", "doctors AND without AND borders", ""),
        ("war after peace", "war AND peace", "after"),
        ("war AND after", "war AND after", ""),
        ("=after war", "=after AND war", ""),
        ("title:after war", "title:after AND war", ""),
        ('"after war"', '"after war"', ""),
        ("after w/3 war", "after w/3 war", ""),
        ("IT WHO", "IT AND WHO", ""),
    ],
)
def test_they_are_left_out_where_they_stand_beside_others(query: str, kept: str, left_out: str) -> None:
    parsed = parse(query)
    assert str(parsed) == kept
    assert " ".join(parsed.left_out) == left_out


def test_they_do_not_score_beside_others() -> None:
    """Even where they are rare, and in a title."""
    with searchkit.open("memory:") as engine:
        engine.add([Article("who", "Who was it against?", "Somebody"), Article("oil", "Prices", "The price of oil rose.")])
        engine.add([Article(f"{n}", "Prices", f"Prices of coal {n}") for n in range(9)])
        found = engine.search("who was against oil prices", match_any=True)
    assert found.hits[0].id == "oil"
    assert "who" not in {hit.id for hit in found}
