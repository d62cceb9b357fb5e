"""Operators in the engine in memory: which articles match, written by hand, and how they score."""

from __future__ import annotations

import math
import random
import threading
import time

import pytest

from searchkit import Article
from searchkit.analysis import Analyzer
from searchkit.engines.memory import MemoryEngine
from searchkit.engines.memory_snapshot import MemorySnapshot
from searchkit.query import parse
from searchkit.results import highlight_article

ARTICLES = [
    Article("near", "", "Peace may come of the talks. Karabakh waits."),
    Article("far", "", "Peace is one thing and all the many other things are talks of war"),
    Article("before", "", "The talks of peace"),
    Article("parted", "", "They want peace.\n\nTalks go on."),
    Article("apart", "Peace", "Talks go on. Truce!"),
    Article("twice", "Peace of peace", "peace holds"),
    Article("sentences", "", "The U.S. wants peace. The talks go on, says Mr. Smith of Karabagh."),
    Article("colours", "", "The color and the colours of the truce talks"),
    Article("people", "", "words", authors=("Ana Lima", "Bo Li"), topics=("peace talks",)),
]


@pytest.fixture(scope="module")
def engine() -> MemoryEngine:
    memory = MemoryEngine()
    memory.add(ARTICLES)
    return memory


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("peace w/5 talks", "near before sentences"),
        ("peace w/4 talks", "before sentences"),
        ("peace w/2 talks", "before sentences"),
        ("peace w/1 talks", ""),
        ("talks NEAR/5 peace", "near before sentences"),
        ("peace pre/5 talks", "near sentences"),
        ("talks adj/5 peace", "before"),
        ("peace w/99 talks", "near far before sentences"),
        ("peace w/5 peace", "twice"),
        ("(peace OR truce) w/1 talks", "colours"),
        ("(peace OR truce) w/2 talks", "before sentences colours"),
        ('"the talks" w/2 peace', "before sentences"),
        ('"talks of" pre/1 peace', "before"),
        ("peace not w/5 talks", "far parted apart twice"),
        ("peace not w/5 peace", "near far before parted apart twice sentences"),
        ("title:(peace not w/5 peace)", "apart"),
        ("peace /s talks", "near far before"),
        ("talks /p peace", "near far before sentences"),
        ("peace /s wants /s u.s.", "sentences"),
        ("talks /s smith /s karabagh", "sentences"),
        ("peace /s smith", ""),
        ("peace w/5 talks w/4 karabakh", "near"),
        ("peace w/5 (talks w/1 karabakh)", "near"),
        ("peace w/4 (talks w/1 karabakh)", ""),
        ("NOT peace w/99 talks", "parted apart twice colours people"),
        ("atleast2(peace)", "twice"),
        ("atleast3(peace)", "twice"),
        ("atleast4(peace)", ""),
        ("atleast2(title:peace)", "twice"),
        ("atleast2(peace OR talks)", "near far before parted apart twice sentences"),
        ("atleast2(/colou?rs?/)", "colours"),
        ("karabakh~", "near sentences"),
        ("Karabach~1", "near sentences"),
        ("krabakgh~", ""),
        ("krabakgh~2", "near sentences"),
        ("karabakh~ w/2 waits", "near"),
        ("/colou?rs?/", "colours"),
        ("/.*b[ag]+[hk]+/", "near sentences"),
        ("/TALK/", ""),
        ("/Talks?/ w/5 /pea.+/", "near before sentences"),
        ("author:lina~", "people"),
        ("author:/l.+/", "people"),
        ("author:(ana w/1 lima)", "people"),
        ("author:(lima w/99 bo)", ""),
        ("author:(lima /p bo)", ""),
        ("author:(ana /s lima)", "people"),
        ("topic:(talks w/1 peace)", "people"),
        ("title:(peace w/5 talks)", ""),
    ],
)
def test_what_is_found(engine: MemoryEngine, query: str, found: str) -> None:
    hits = {hit.id for hit in engine.search(query, limit=None)}
    assert hits == set(found.split())
    # Marks hold a query against one article with code of their own.
    root = parse(query).root
    assert {article.id for article in ARTICLES if highlight_article(article, root, Analyzer("en")) is not None} == hits


def bm25(articles: int, with_word: int, mentions: int, length: int, average: float) -> float:
    rarity = math.log(1 + (articles - with_word + 0.5) / (with_word + 0.5))
    return rarity * mentions / (mentions + 1.2 * (0.25 + 0.75 * length / average))


def test_scores_count_the_words_of_an_operator_and_the_articles_that_have_the_field() -> None:
    memory = MemoryEngine()
    memory.add(
        [
            Article("a", "", "peace talks talks"),
            Article("b", "", "peace and war and talks"),
            Article("c", "Peace", ""),
            Article("d", "Other news", "other news here"),
        ]
    )
    average = 11 / 3  # three articles have a body

    def score(query: str, article: str = "a") -> float:
        return {hit.id: hit.score for hit in memory.search(query)}[article]

    peace, talks = bm25(3, 2, 1, 3, average), bm25(3, 2, 2, 3, average)
    assert score("peace") == pytest.approx(peace)
    assert score("peace", "c") == pytest.approx(2 * bm25(2, 1, 1, 1, 1.5))
    for query in ("peace w/1 talks", "talks w/1 peace", "peace /s talks", '"peace talks"', "atleast1(peace w/1 talks)"):
        assert score(query) == pytest.approx(peace + talks), query
    assert score("talks not w/1 peace") == pytest.approx(talks)
    assert score("peace w/1 (talks OR war)") == pytest.approx(peace + talks)
    both = bm25(3, 2, 1, 5, average) + bm25(3, 1, 1, 5, average) + bm25(3, 2, 1, 5, average)
    assert score("peace w/9 (talks OR war)", "b") == pytest.approx(both)
    assert score("(talks w/1 war OR talks) w/9 peace", "b") == pytest.approx(2 * bm25(3, 2, 1, 5, average))
    assert score("atleast2(talks)") == pytest.approx(talks)
    assert score("(peace w/1 talks)^3") == pytest.approx(3 * (peace + talks))
    assert score("talk~2 w/1 peace") == pytest.approx(peace + talks)


def test_explain_shows_operators_before_their_operands(engine: MemoryEngine) -> None:
    clauses = engine.explain("peace w/1 talks AND atleast2(color~ OR nothing)").clauses
    assert [(clause.text, clause.total) for clause in clauses] == [
        ("peace w/1 talks", 0),
        ("peace", 7),
        ("talks", 7),
        ("atleast2(color~ OR nothing)", 0),
        ("color~", 1),
        ("nothing", 0),
    ]


WORDS = ["peace", "talks", "Truce.", "war,", "U.S.", "Mr.", "the", "café\n\n", "oil!", "Oil", "prices", "(bank)", "J."]
OPERATORS = ["w/1", "w/3", "pre/2", "not w/2", "/s", "/p"]
OPERANDS = [
    "peace",
    "talks",
    "the",
    "(war OR oil)",
    '"peace talks"',
    '"oil prices"~2',
    "pric*",
    "cafe~",
    "/.*k/",
    "(us w/4 truce)",
]


def test_marks_hold_exactly_where_the_engine_finds() -> None:
    rng = random.Random(8)
    texts = [" ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 25))) for _ in range(120)]
    articles = [Article(str(n), text[: text.find(" ", 9)], text) for n, text in enumerate(texts)]
    analyzer = Analyzer("en")
    memory = MemoryEngine()
    memory.add(articles)
    articles = [memory.get(article.id) for article in articles]  # a title has one line
    for _ in range(150):
        query = rng.choice(OPERANDS)
        for _ in range(rng.randint(1, 3)):
            query += f" {rng.choice(OPERATORS)} {rng.choice(OPERANDS)}"
        query = f"atleast{rng.randint(1, 4)}({query})" if rng.random() < 0.3 else query
        root = parse(query).root
        hits = {hit.id for hit in memory.search(query, limit=None)}
        assert hits == {article.id for article in articles if highlight_article(article, root, analyzer) is not None}, query


def test_a_slow_thread_does_not_restore_an_older_generation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots are made after the commit, when another thread may have committed again."""
    begun = threading.Event()
    original = MemorySnapshot

    def slow(generation: int, articles: dict[str, Article], analyzer: Analyzer, origins: dict[str, str]) -> MemorySnapshot:
        if generation == 1:
            begun.set()
            time.sleep(0.2)
        return original(generation, articles, analyzer, origins)

    with MemoryEngine() as engine:
        monkeypatch.setattr("searchkit.engines.memory.MemorySnapshot", slow)
        first = threading.Thread(target=engine.add, args=([Article("a", body="text")],))
        first.start()
        assert begun.wait(10)
        engine.add([Article("b", body="text")])
        first.join()
        assert (engine.search("text").total, engine.stats().generation) == (2, 2)
