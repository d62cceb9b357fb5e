"""Marks found the short way are those found by taking the whole text apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit.analysis import Analyzer
from searchkit.query import parse
from searchkit.results import ChunkWords, Wanted, mark
from tests.engines.test_contract import QUERIES

CORPUS = Path(__file__).parents[2] / "corpus"
ANALYZER = Analyzer("en")
PIECES = [
    "\noil",
    "Oil",
    "oils",
    "boil",
    "oil,",
    "oil.",
    "'oil'",
    "oil's",
    "o.il",
    "O.I.L.",
    "U.S.",
    "us",
    "talks",
    "Talks",
    "talk",
    "peace",
    "peace-talks",
    '"peace',
    "the",
    'talks"',
    "price`",
    "1,655",
    "1655\ndon't",
    "it's",
    "A.B",
    "a,b",
    "...",
    "!",
    "?",
    "status",
    "quo",
    "war",
    "_oil_",
    "oil_price",
    "\n\n",
    "\n",
    "\n",
    "",
    "",
    "",
    "",
    "\t\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from(QUERIES))
def test_made_up_texts(pieces: list[str], query: str) -> None:
    article = searchkit.Article("a", " ".join(pieces[:5]), " ".join(pieces))
    root = parse(query).root
    wanted = Wanted(root, ANALYZER, ChunkWords())
    assert mark(article, root, ANALYZER, wanted) == mark(article, root, ANALYZER)


@pytest.mark.parametrize(
    "query", ["peace talks", '"central bank" OR flood~', "ministe* -war", "peace w/9 talks", "=The", "the OR a"]
)
def test_the_sample_articles(query: str) -> None:
    root = parse(query).root
    wanted = Wanted(root, ANALYZER, ChunkWords())
    marked = 0
    for article in searchkit.read(CORPUS):
        expected = mark(article, root, ANALYZER)
        assert mark(article, root, ANALYZER, wanted) == expected, article.id
        marked += expected is not None
    assert marked
