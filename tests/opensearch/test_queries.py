"""A cluster finds the articles that the memory engine finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from searchkit import Article
from searchkit.engines.memory_snapshot import MemorySnapshot
from searchkit.query.parse import parse
from searchkit.testing.collection import QUERIES, collection
from tests.opensearch.indexed import ENGLISH, Indexed, indexed

Both = tuple[Indexed, MemorySnapshot]


def both(url: str, articles: list[Article]) -> Iterator[Both]:
    with indexed(url, articles) as archive:
        yield archive, MemorySnapshot(1, {article.id: article for article in articles}, ENGLISH)


@pytest.fixture(scope="module")
def made_up(cluster: str) -> Iterator[Both]:
    yield from both(cluster, collection())


@pytest.mark.parametrize("text", QUERIES)
def test_queries_of_every_kind_find_what_the_memory_engine_finds(made_up: Both, text: str) -> None:
    archive, memory = made_up
    query = parse(text)
    assert archive.find(query) == set(memory.find(query.root))


@pytest.fixture(scope="module")
def short(cluster: str) -> Iterator[Both]:
    """Articles so short that Lucene keeps their lengths exactly, in one shard."""
    articles = [article for article in collection(400) if len(article.body.split()) < 40]
    articles.append(Article("both", body="A Café, and another Café."))
    with indexed(cluster, articles, shards=1) as archive:
        yield archive, MemorySnapshot(1, {article.id: article for article in articles}, ENGLISH)


@pytest.mark.parametrize(
    "text",
    """
    peace
    peace talks
    peace OR truce^3
    title:peace
    =talks oil
    =Café
    author:lima
    peace OR author:lima date:2020-05
    NOT peace
    (peace OR NOT oil)^2 -war
    "peace talks"
    "peace talks"~3 OR oil
    peace w/3 talks
    (peace OR oil) w/3 (talks OR "status quo")
    (oil OR peace w/2 talks) w/5 price
    peace not w/3 talks
    peace /s (oil OR "status quo")
    lede:(oil "peace talks")
    quote:(peace OR talks w/3 oil)
    atleast2(peace OR oil)
    title:(peace w/3 oil)^2
    (oil w/3 price w/1 peace) OR talks
    (oil w/9 price w/9 peace)^2 OR (talks w/9 oil w/9 war)
    (talks OR oil w/9 price w/9 peace) w/9 war
    (oil OR (talks w/9 oil w/9 war)) ("peace talks"~3 w/9 oil OR war)
    quote:(peace w/9 talks w/9 oil) OR talks
    atleast2(talks OR (oil w/9 price w/9 peace)) OR war
    peace (NOT (oil w/9 price w/9 peace) OR war)
    """.strip().splitlines(),
)
def test_scores_are_those_of_the_memory_engine(short: Both, text: str) -> None:
    archive, memory = short
    query = parse(text)
    expected = memory.find(query.root)
    hits = archive.resolver.search(query, archive.ask)["hits"]["hits"]
    scores = {hit["fields"]["id"][0]: hit["_score"] for hit in hits}
    assert scores == pytest.approx(expected, rel=1e-5, abs=1e-6)
    assert expected
