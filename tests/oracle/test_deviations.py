"""What `whoosh_queries` lists is so: Whoosh's own answers beside those that searchkit gives. When
one of these fails after an upgrade of Whoosh, its row can go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from whoosh.index import open_dir
from whoosh.matching.mcore import ListMatcher
from whoosh.matching.wrappers import InverseMatcher
from whoosh.query.compound import And as AllOf
from whoosh.query.compound import AndNot
from whoosh.query.compound import Or as AnyOf
from whoosh.query.positional import Phrase as InOrder
from whoosh.query.qcore import Query
from whoosh.query.terms import FuzzyTerm, Prefix, Term
from whoosh.query.wrappers import Not as Without

import searchkit
from searchkit import Article
from searchkit.bridge.weighting import LuceneBM25

BODIES = ("oil", "oil gold", "gold", "oil gold trade", "oil x gold x trade", "trade", "wheat oil", "goldd", "gldo")


class Both:
    """A few articles, searched by both."""

    def __init__(self, folder: Path) -> None:
        self.engine = searchkit.open(folder, create=True)
        self.engine.add([Article(str(number), body=body) for number, body in enumerate(BODIES)])
        self.searcher = open_dir(str(folder)).searcher(weighting=LuceneBM25())

    def theirs(self, query: Query) -> dict[str, float]:
        return {hit["id"]: hit.score for hit in self.searcher.search(query, limit=None, terms=False)}

    def ours(self, query: str) -> dict[str, float]:
        return {hit.id: hit.score for hit in self.engine.search(query, limit=None)}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    opened = Both(tmp_path_factory.mktemp("few") / "index")
    yield opened
    opened.searcher.close()
    opened.engine.close()


OIL, GOLD, TRADE = (Term("body", word) for word in ("oil", "gold", "trade"))


def test_and_not_finds_what_it_excludes(both: Both) -> None:
    assert both.ours("gold NOT oil").keys() == {"2"}
    assert both.theirs(AndNot(GOLD, OIL)).keys() == {"1", "2"}


def test_not_finds_a_deleted_article_after_the_last_excluded_one() -> None:
    deleted = {2}
    assert list(InverseMatcher(ListMatcher([1]), 4, missing=deleted.__contains__).all_ids()) == [0, 2, 3]


def test_not_scores_one(both: Both) -> None:
    scores = both.theirs(AllOf([OIL, Without(GOLD)]))
    assert {i: score - 1 for i, score in scores.items()} == pytest.approx(both.ours("oil NOT gold"), abs=1e-9)


def test_an_or_of_three_loses_what_scores_nothing(both: Both) -> None:
    three = [Term("body", word, boost=0.0) for word in ("oil", "gold", "trade")]
    assert both.theirs(AnyOf(three)).keys() < both.ours("oil OR gold OR trade").keys()
    assert both.theirs(AnyOf(three[:2])).keys() == both.ours("oil OR gold").keys()


def test_slop_is_for_each_step(both: Both) -> None:
    assert both.ours('"oil gold trade"~1').keys() == {"3"}
    assert both.theirs(InOrder("body", ["oil", "gold", "trade"], slop=2)).keys() == {"3", "4"}


def test_a_compound_of_one_forgets_its_boost(both: Both) -> None:
    assert both.theirs(AllOf([OIL], boost=3.0)) == both.theirs(OIL)
    assert both.ours("oil^3") == pytest.approx({i: 3 * score for i, score in both.theirs(OIL).items()}, abs=1e-9)


def test_an_or_of_phrases_adds_up(both: Both) -> None:
    once = InOrder("body", ["oil", "gold"], slop=2)
    assert both.theirs(AnyOf([once, once])) == pytest.approx({i: 2 * s for i, s in both.theirs(once).items()}, abs=1e-9)


def test_patterns_do_not_score_as_one_word(both: Both) -> None:
    assert both.ours("gold*").keys() == both.theirs(Prefix("body", "gold")).keys()
    assert both.ours("gold*") != pytest.approx(both.theirs(Prefix("body", "gold")), abs=1e-3)


def test_a_swap_is_two_edits(both: Both) -> None:
    assert "8" in both.ours("glod~")
    assert "8" in both.theirs(FuzzyTerm("body", "glod", maxdist=2, prefixlength=0))
    assert "8" not in both.theirs(FuzzyTerm("body", "glod", maxdist=1, prefixlength=0))
