"""Adding a function word never makes a query find less, and in a query with other words it changes
nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import searchkit
from searchkit.analysis.function_words import is_function_word
from searchkit.testing.collection import WORDS, collection

OPERANDS = (
    (
        "peace talks war oil price* bank~ caf?s US truce title:peace author:lima topic:oil lang:en date:2020-05 date:none words:>5"
        ' -war -"peace talks" NOT:oil (war:OR:peace) "peace talks" "the of"~2 ="Oil" peace:w/3:talks atleast2(peace) source:*'
        " quote:peace lede:(peace:OR:oil) site:wire.example l'Iran d'Oil OR AND"
    )
    .replace('"peace talks"', '"peace:talks"')
    .replace('"the of"', '"the:of"')
    .split()
)


ADDED = {
    "en": "the of and who to be in it or with",
    "fr": "le de un et la qui que pour dans il",
    "de": "der und ist nicht mit von zu im das ein",
}


def _query(rng: random.Random) -> list[str]:
    """Operands side by side, or joined by AND or OR; each may itself have blanks."""
    words: list[str] = []
    for operand in rng.choices(OPERANDS, k=rng.randint(1, 4)):
        is_joint = operand in ("AND", "OR")
        if not is_joint or (words and words[-1] not in ("AND", "OR")):
            words.append(operand if ":" in operand and _is_field(operand) else operand.replace(":", " "))
    return words[:-1] if words and words[-1] in ("AND", "OR") else words


def _is_field(operand: str) -> bool:
    return operand.split(":")[0].lstrip("-") in ("title", "author", "topic", "lang", "date", "words", "source", "site")


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_a_function_word_more_never_finds_less(language: str, tmp_path: Path) -> None:
    rng = random.Random(language)
    added = ADDED[language].split()
    assert all(is_function_word(word, language) for word in added)
    with (
        searchkit.open("memory:", language=language) as memory,
        searchkit.open(tmp_path / "index", create=True, language=language) as local,
    ):
        for engine in (memory, local):
            engine.add(collection(60))
        for _ in range(120):
            words = _query(rng)
            if not words:
                continue
            at = rng.randint(0, len(words))
            more = [*words[:at], rng.choice([*added, added[0].title()]), *words[at:]]
            match_any = rng.random() < 0.3
            for engine in (memory, local):
                found = {hit.id for hit in engine.search(" ".join(words), limit=None, match_any=match_any)}
                result = engine.search(" ".join(more), limit=None, match_any=match_any)
                assert found <= {hit.id for hit in result}, (words, more, result.parsed)


def test_function_words_alone_find_any_of_them() -> None:
    assert {"of", "the"} <= set(WORDS)
    with searchkit.open("memory:") as engine:
        engine.add(collection())
        both = engine.search("of the", limit=None)
        assert {hit.id for hit in both} == {hit.id for word in ("of", "the") for hit in engine.search(word, limit=None)}
        assert both.notes
