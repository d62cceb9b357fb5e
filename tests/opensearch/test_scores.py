"""Scores of a cluster, compared with those of the engine in memory, and how they are explained."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

import pytest

import searchkit
from searchkit import Article, Engine, SearchOptions
from searchkit.analysis import Analyzer
from searchkit.engines.memory_snapshot import MemorySnapshot
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.mapping import article_index
from searchkit.engines.opensearch.place import parse_place
from searchkit.query.parse import parse_with_options
from searchkit.query.score_options import make_score_options
from searchkit.schema import TEXT_FIELDS
from tests.opensearch.answers import counting_answers
from tests.opensearch.archives import new_place
from tests.oracle.archive import REUTERS, made_up

TOLERANCE = 1e-3
FREE_VALUES = 24
"""Lengths that SmallFloat.intToByte4 keeps as they are: 255 - longToInt4(2**31 - 1)."""
WORDS, BOOLEANS, PHRASES = (
    ("{a}", "={a}", "title:{a}"),
    ("{a} {b}", "{a} OR {c}^3 OR {b}", "{a} -{c}"),
    ('"{a} {b}"', '{c} OR "{a} {b}"~2'),
)


def rounded_length(length: int) -> int:
    """A length as Lucene keeps it in one byte, with four significant bits
    (SmallFloat.byte4ToInt(SmallFloat.intToByte4(length)))."""
    rest = length - FREE_VALUES
    if rest < 0:
        return length
    shift = max(0, rest.bit_length() - 4)
    return FREE_VALUES + (rest >> shift << shift)


class Compared(NamedTuple):
    """The same articles on one merged shard, on three, and in memory with rounded lengths."""

    one: Engine
    three: Engine
    snapshot: MemorySnapshot
    articles: Sequence[Article]


@pytest.fixture(scope="module", params=["made-up", "reuters"])
def compared(request: pytest.FixtureRequest, cluster: str) -> Iterator[Compared]:
    if request.param == "reuters" and not REUTERS.exists():
        pytest.skip(f"{REUTERS.name} is not there")
    articles = list(made_up(500) if request.param == "made-up" else islice(searchkit.read(REUTERS), 0, 12_000, 20))
    deleted = {article.id for article in articles[5::9]} if request.param == "made-up" else set[str]()
    with new_place(cluster) as place, new_place(cluster) as other_place:
        one = searchkit.open(place.text, create=True, shards=1, replicas=0)
        three = searchkit.open(other_place.text, create=True, shards=3, replicas=0)
        for engine in (one, three):
            engine.add(articles)
            engine.delete(deleted)
            merge(engine, has_deleted=bool(deleted))
        kept = [article for article in articles if article.id not in deleted]
        with one, three:
            yield Compared(one, three, make_snapshot(kept), kept)


def merge(engine: Engine, *, has_deleted: bool) -> None:
    """Merge all segments of each shard. A shard keeps what was deleted until it is opened again, or
    has asked which of its copies need that (which it does every half minute)."""
    place = parse_place(repr(engine).partition(" of ")[2].partition(": ")[0])
    cluster = Cluster(place)
    for path in ("_close", "_open") if has_deleted else ():
        cluster.request("POST", f"/{article_index(place.name, 1)}/{path}")
    cluster.request("GET", f"/_cluster/health/{place.name}", params={"wait_for_status": "green"})
    cluster.request("POST", f"/{place.name}/_forcemerge", params={"max_num_segments": 1}, timeout=120)
    cluster.request("POST", f"/{place.name}/_refresh")
    docs = cluster.request("GET", f"/{place.name}/_stats/docs")["_all"]["primaries"]["docs"]
    assert docs["deleted"] == 0
    cluster.close()


def make_snapshot(articles: Sequence[Article]) -> MemorySnapshot:
    """The articles in memory, with rounded lengths, but exact averages of them."""
    snapshot = MemorySnapshot(1, {article.id: article for article in articles}, Analyzer("en"))
    for name in TEXT_FIELDS:
        field = snapshot.fields[name]
        average = sum(field.lengths.values()) / len(field.lengths)
        field.lengths = {article_id: rounded_length(length) for article_id, length in field.lengths.items()}
        field._average_length = lambda average=average: average  # type: ignore[method-assign, misc]
    return snapshot


def make_queries(articles: Sequence[Article], patterns: Sequence[str], count: int) -> list[str]:
    """Queries of words that stand side by side in one article, and one of another article."""
    rng = random.Random(8)
    neighbours = [
        pair
        for article in articles
        for pair in pairwise(article.body.split())
        if all(word.isascii() and word.isalpha() and word not in ("and", "or", "not") for word in pair)
    ]
    queries = []
    for _ in range(count):
        (one, other), (third, _) = rng.choice(neighbours), rng.choice(neighbours)
        queries.append(rng.choice(patterns).format(a=one.lower(), b=other.lower(), c=third.lower()))
    return queries


def test_scores_on_a_merged_shard_are_ours_with_rounded_lengths(compared: Compared) -> None:
    for patterns in (WORDS, BOOLEANS, PHRASES):
        queries = make_queries(compared.articles, patterns, 15)
        found = 0
        for query in queries:
            options = SearchOptions(limit=None, boost={"title": 3.5} if len(query) % 2 else {})
            parsed = parse_with_options(query, options, "en")
            expected = compared.snapshot.find(parsed.root, make_score_options(options, lambda: None).weights)
            scores = {hit.id: hit.score for hit in compared.one.search(query, options)}
            assert scores == pytest.approx(expected, rel=TOLERANCE, abs=0), query
            found += len(scores)
        assert found > 5 * len(queries)


def test_the_best_on_three_shards_are_those_on_one(compared: Compared) -> None:
    for query in make_queries(compared.articles, (*WORDS, *BOOLEANS, *PHRASES), 50):
        one, three = compared.one.search(query, limit=10), compared.three.search(query, limit=10)
        assert three.total == one.total
        assert [(hit.id, hit.score) for hit in three] == [(hit.id, hit.score) for hit in one], query


def test_scores_are_explained_by_their_parts(compared: Compared) -> None:
    """Each value is that of what it is made of."""
    for query in make_queries(compared.articles, (*WORDS, *BOOLEANS, *PHRASES), 12):
        for engine in (compared.one, compared.three):
            for hit in engine.search(query, limit=2):
                with counting_answers() as answered:
                    found = engine.explain_score(query, hit.id)
                assert answered.requests <= 3
                assert found.value == pytest.approx(hit.score, rel=TOLERANCE), query


@pytest.fixture
def engine(cluster: str) -> Iterator[Engine]:
    with new_place(cluster) as place, searchkit.open(place.text, create=True, shards=1, replicas=0) as opened:
        yield opened


def test_lengths_are_rounded_down_to_four_bits() -> None:
    assert [rounded_length(length) for length in (0, 23, 24, 39, 40, 41, 42, 43, 57, 84, 100, 1000)] == [
        0, 23, 24, 39, 40, 40, 42, 42, 56, 84, 96, 984,
    ]  # fmt: skip


def test_an_explanation_says_what_a_cluster_counts(engine: Engine) -> None:
    engine.add([Article(f"{number}", body="Peace and talks. " * 11 + "word " * number) for number in range(20)])
    engine.delete(["3"])
    found = str(engine.explain_score("peace", "12"))
    assert "20  N: articles with a body, and deleted ones until the cluster merges segments" in found
    assert "20  n: those with the word in their body, and deleted ones until" in found
    assert f"{rounded_length(45)}  length: words of this body, rounded" in found
    merge(engine, has_deleted=True)
    assert "19  N: articles with a body" in str(engine.explain_score("peace", "12"))
    assert engine.explain_score("war", "12").matches is False
    with pytest.raises(searchkit.UnknownArticle):
        engine.explain_score("peace", "3")


def test_an_explanation_says_what_scores_otherwise(engine: Engine) -> None:
    engine.add(
        [
            Article("a", "Talks", "Nego-\ntiations and TALKS went on; negotiations and talks"),
            Article("b", "“Karabakh”", "Karabakh is far"),
            Article("c", body="Other words"),
        ]
    )
    for query, article_id, parts in (
        ("negotiations", "a", ("1  a word that is divided at a line's end scores a constant", "1  tf: how often the word")),
        ("talk*", "a", ("3  talk*", "2  talk* in the title, multiplied", "1  words of a pattern score a constant")),
        ("=Talks^2", "a", ("1  tf: how often the word, whatever its case and accents, occurs in this title",)),
        ("quote:karabach~2", "b", ("2  quote:karabach~2 in the title",)),
        ("title:(other w/3 karabach~2) OR far w/3 karabach~2", "b", ("1  karabach~2 in the body, multiplied",)),
        ("karabach~2 -negotiations", "b", ("3  karabach~2", "0  NOT negotiations: matches, and does not score")),
    ):
        (hit,) = engine.search(query)
        explanation = engine.explain_score(query, article_id)
        assert hit.id == article_id, query
        assert explanation.value == pytest.approx(hit.score, rel=TOLERANCE), query
        assert [part for part in parts if part not in str(explanation)] == [], explanation
