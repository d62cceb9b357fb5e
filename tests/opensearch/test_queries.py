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
