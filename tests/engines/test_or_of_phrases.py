"""An OR of words and phrases as an operand: its documents need not have every word of a phrase."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import searchkit
from searchkit import Article

QUERIES = (
    'atleast2((x OR "y z") pre/5 w)',
    'atleast4("x y z w" OR u)',
    'atleast1((x OR "y z") not w/4 "z w"~3)',
    '(x OR "y-z v") w/1 w',
)


@pytest.mark.parametrize("seed", range(25))
def test_it_finds_what_the_engine_in_memory_finds(tmp_path: Path, seed: int) -> None:
    chosen = random.Random(seed)
    articles = [
        Article(
            str(number),
            " ".join(chosen.choices("xyzwvu", k=chosen.randint(0, 3))),
            " ".join(chosen.choices("xyzwvu", k=chosen.randint(0, 12))),
        )
        for number in range(chosen.randint(2, 14))
    ]
    with searchkit.open(tmp_path / "index", create=True) as engine, searchkit.open("memory:") as memory:
        memory.add(articles)
        for part in (articles[:3], articles[3:]):
            engine.add(part)
        for query in QUERIES:
            expected = memory.search(query, limit=None)
            found = engine.search(query, limit=None)
            assert [hit.id for hit in found] == [hit.id for hit in expected], query
            for hit in found:
                assert engine.explain_score(query, hit.id).value == hit.score
