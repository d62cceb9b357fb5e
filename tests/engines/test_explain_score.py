"""What a score is made of: by hand, and bit by bit what the engines answer."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searchkit
from searchkit import ArchiveEngine, Article, ScoreExplanation
from searchkit.testing.collection import QUERIES, collection

DAY = datetime(2020, 4, 26, tzinfo=UTC)
TINY = [
    Article("a", "Peace talks", "The peace talks of peace", DAY, topics=("peace",)),
    Article("b", "Oil", "Peace is dear", DAY.replace(year=2019)),
    Article("c", "", "Nothing of war"),
]


@pytest.fixture(scope="module", params=["local", "memory"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def open_engine(kind: str, folder: Path) -> ArchiveEngine:
    return searchkit.open("memory:" if kind == "memory" else folder / "index", create=True)


@pytest.fixture(scope="module")
def tiny(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveEngine]:
    with open_engine(kind, tmp_path_factory.mktemp("tiny")) as engine:
        engine.add(TINY)
        yield engine


@pytest.fixture(scope="module")
def larger(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveEngine]:
    """Several segments, with deleted articles."""
    with open_engine(kind, tmp_path_factory.mktemp("larger")) as engine:
        for start in range(0, 90, 30):
            engine.add(collection(90)[start : start + 30])
        engine.delete([f"c/{number}" for number in range(0, 90, 7)])
        yield engine


def bm25(weight: float, N: int, n: int, tf: int, length: int, average: float) -> float:
    return weight * math.log(1 + (N - n + 0.5) / (n + 0.5)) * tf / (tf + 1.2 * (0.25 + 0.75 * length / average))


def values(explanation: ScoreExplanation) -> dict[str, float]:
    """All values by their descriptions."""
    found = {explanation.description: explanation.value}
    for child in explanation.children:
        found |= values(child)
    return found


def test_a_score_by_hand(tiny: ArchiveEngine) -> None:
    """Titles have 2 and 1 words, bodies 5, 3 and 3."""
    title, body = bm25(2, 2, 1, 1, 2, 1.5), bm25(1, 3, 2, 2, 5, 11 / 3)
    explanation = tiny.explain_score("peace", "a")
    assert explanation.value == pytest.approx(title + body)
    assert [child.value for child in explanation.children] == pytest.approx([title, body])
    assert values(explanation.children[0]) == {
        "peace in the title, multiplied": pytest.approx(title),
        "weight of the title": 2.0,
        "idf: ln(1 + (N - n + 0.5) / (n + 0.5))": pytest.approx(math.log(2)),
        "N: articles with a title": 2.0,
        "n: those with the word in their title": 1.0,
        "tf / (tf + k1 * (1 - b + b * length / average))": pytest.approx(1 / (1 + 1.2 * (0.25 + 0.75 * 2 / 1.5))),
        "tf: how often the word occurs in this title": 1.0,
        "k1": 1.2,
        "b": 0.75,
        "length: words of this title": 2.0,
        "average: words of a title": 1.5,
    }
    assert tiny.search("peace").hits[0].score == explanation.value
    lines = str(explanation).splitlines()
    assert lines[0] == f"{explanation.value:.6g}  peace"
    assert lines[2] == "    2  weight of the title"
    assert pickle.loads(pickle.dumps(explanation)) == explanation  # noqa: S301
    assert explanation.to_dict()["children"][1]["value"] == explanation.children[1].value


def test_weights_and_age_by_hand(tiny: ArchiveEngine) -> None:
    score = bm25(12, 2, 1, 1, 2, 1.5) + bm25(4, 3, 2, 2, 5, 11 / 3)
    found = tiny.explain_score("(peace^2 date:2020)^2", "a", boost={"title": 3}, recent="1y", now=DAY.replace(year=2022))
    half_lives = (365 + 365) / 365.25
    assert found.description == "score * recency"
    assert found.value == pytest.approx(score * 0.5**half_lives)
    figures = values(found)
    assert figures["weights of the query (^), multiplied"] == 4.0
    assert figures["age in days"] == 730.0
    assert figures["half-life in days"] == 365.25
    assert figures["recency: 0.5 ** (age / half-life)"] == pytest.approx(0.5**half_lives)
    assert figures["date:2020-01-01..2020-12-31: matches, and does not score"] == 0.0
    undated = tiny.explain_score("war", "c", recent="1y", now=DAY.replace(year=2022))
    assert values(undated)["age in days of the oldest article, because this one is undated"] == 1096.0
    future = tiny.explain_score("peace", "a", recent="1d", now=DAY.replace(year=2019))
    assert values(future)["age in days: the article is dated in the future"] == 0.0


def test_what_was_left_out_is_named(tiny: ArchiveEngine) -> None:
    found = tiny.explain_score("the peace of talks", "a")
    assert [child.description for child in found.children] == ["peace", "talks", "left out, as function words: the of"]
    assert found.value == tiny.search("the peace of talks").hits[0].score


def test_an_article_that_does_not_match(tiny: ArchiveEngine) -> None:
    found = tiny.explain_score("peace (war OR oil) -talks", "a")
    assert (found.matches, found.value) == (False, 0.0)
    assert [(part.description, part.matches) for part in found.children] == [
        ("peace", True),
        ("war OR oil: does not match", False),
        ("NOT talks: does not match", False),
    ]
    assert not tiny.explain_score("nowhere", "a").matches
    with pytest.raises(searchkit.UnknownArticle):
        tiny.explain_score("peace", "d")
    with pytest.raises(searchkit.OptionError):
        tiny.explain_score("peace", "a", recent="soon")


def test_what_matches_without_a_score_says_so(tiny: ArchiveEngine) -> None:
    found = values(tiny.explain_score("topic:peace -war * words:1..", "a"))
    assert found == {
        "all parts, added up": 0.0,
        "topic:peace: matches, and words of topic do not score": 0.0,
        "NOT war: matches, and does not score": 0.0,
        "*: matches, and does not score": 0.0,
        "words:1..: matches, and does not score": 0.0,
    }


PARTS = st.builds(
    "({}){}".format,
    st.sampled_from([query for query in QUERIES if query != "the of"]),
    st.sampled_from(["", "", "^0.3", "^7"]),
)
TYPED = st.one_of(
    st.sampled_from(QUERIES),
    st.lists(PARTS, min_size=1, max_size=3).map(" ".join),
    st.lists(PARTS, min_size=2, max_size=3).map(" OR ".join),
    st.builds("(({}) OR {}) {}".format, st.lists(PARTS, min_size=1, max_size=2).map(" ".join), PARTS, PARTS),
)


@settings(deadline=None, max_examples=150)
@given(
    query=TYPED,
    recent=st.sampled_from(["", "30d", "1y"]),
    boost=st.sampled_from([{}, {"title": 0.3}, {"title": 0}, {"body": 7}]),
    match_any=st.booleans(),
)
def test_the_value_is_the_score_of_the_hit(
    larger: ArchiveEngine, query: str, recent: str, boost: dict[str, float], match_any: bool
) -> None:
    """Bit by bit, whatever the query is."""
    now = DAY.replace(year=2021)
    options = searchkit.SearchOptions(limit=4, recent=recent, boost=boost, now=now, match_any=match_any)
    for hit in larger.search(query, options):
        explanation = larger.explain_score(query, hit.id, options)
        assert explanation.matches
        assert explanation.value == hit.score, hit.id
