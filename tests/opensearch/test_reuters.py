"""Generated queries over Reuters-21578 find the same articles on a cluster as on this machine.

OPENSEARCH_QUERIES=2000 makes it a long run, over all articles. A shorter one is over some of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice

import pytest

import searchkit
from searchkit import Engine
from searchkit.query.parse import parse
from tests.opensearch.indexed import Indexed, indexed
from tests.oracle.archive import REUTERS
from tests.oracle.generate_positional import generate_queries

QUERIES = int(os.environ.get("OPENSEARCH_QUERIES", "150"))
"""How many queries there are."""
SEED = int(os.environ.get("OPENSEARCH_SEED", "15"))
ARTICLES = 4_000
"""Articles of a run of fewer than LONG queries."""
LONG = 1_000

Both = tuple[Engine, Indexed, list[str]]


@pytest.fixture(scope="module")
def both(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Reuters in both engines, and queries over it."""
    if not REUTERS.exists():
        pytest.skip(f"{REUTERS.name} is not there")
    articles = list(islice(searchkit.read(REUTERS), None if QUERIES >= LONG else ARTICLES))
    place = tmp_path_factory.mktemp("reuters") / "index"
    with searchkit.open(place, create=True) as engine, indexed(cluster, articles) as made:
        engine.add(articles)
        yield engine, made, generate_queries(articles, SEED, QUERIES)


def test_generated_queries_find_what_the_local_engine_finds(both: Both) -> None:
    engine, made, queries = both
    wrong = []
    verified = largest = 0
    for text in queries:
        expected = {hit.id for hit in engine.search(text, limit=None, snippets=0)}
        before = made.cluster.requests, made.cluster.documents
        found = made.find(parse(text))
        candidates = made.cluster.documents - before[1] - len(found)
        verified += made.cluster.requests - before[0] > 1
        largest = max(largest, candidates)
        if found != expected:
            wrong.append((text, sorted(found - expected)[:5], sorted(expected - found)[:5]))
    assert wrong == []
    print(f"{verified} of {len(queries)} queries had candidates looked for, at most {largest} for one")
