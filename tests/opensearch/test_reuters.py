"""Generated queries over Reuters-21578 find the same articles on a cluster as on this machine; and
a copy to a cluster and back is what it was.

OPENSEARCH_QUERIES=2000 makes it a long run, over all articles. A shorter one is over some of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

import searchkit
from searchkit import Engine, SearchOptions
from searchkit.testing.archive import write_lines
from tests.opensearch.answers import counting_answers
from tests.opensearch.archives import new_place
from tests.oracle.archive import REUTERS
from tests.oracle.generate_positional import generate_queries

QUERIES = int(os.environ.get("OPENSEARCH_QUERIES", "100"))
"""How many queries there are."""
SEED = int(os.environ.get("OPENSEARCH_SEED", "15"))
ARTICLES = 2_000
"""Articles of a run of fewer than LONG queries."""
LONG = 1_000
SHARDS = 3
ALL = SearchOptions(limit=None, snippets=0)

Both = tuple[Engine, Engine, list[str]]


@pytest.fixture(scope="module")
def both(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """Reuters in an engine on this machine and in one on a cluster, and queries over it."""
    if not REUTERS.exists():
        pytest.skip(f"{REUTERS.name} is not there")
    articles = list(islice(searchkit.read(REUTERS), None if QUERIES >= LONG else ARTICLES))
    folder = tmp_path_factory.mktemp("reuters") / "index"
    with (
        new_place(cluster) as place,
        searchkit.open(folder, create=True) as local,
        searchkit.open(place.text, create=True, shards=SHARDS, replicas=0) as remote,
    ):
        for engine in (local, remote):
            assert engine.add(articles).added == len(articles)
        yield local, remote, generate_queries(articles, SEED, QUERIES)


def test_generated_queries_find_what_the_local_engine_finds(both: Both) -> None:
    """And the best and the last of it have the scores that are explained."""
    local, remote, queries = both
    wrong: list[tuple[object, ...]] = []
    verified = largest = 0
    for text in queries:
        expected = local.search(text, ALL)
        with counting_answers() as answered:
            result = remote.search(text, ALL)
        verified += answered.articles > 0
        largest = max(largest, answered.articles)
        ids, found = {hit.id for hit in expected.hits}, {hit.id for hit in result.hits}
        if found != ids or result.total != expected.total:
            wrong.append((text, sorted(found - ids)[:5], sorted(ids - found)[:5]))
        for hit in (*result.hits[:1], *result.hits[1:][-1:]):
            explained = remote.explain_score(text, hit.id).value
            if explained != pytest.approx(hit.score, rel=1e-3, abs=1e-9):
                wrong.append((text, hit.id, hit.score, explained))
    assert wrong == []
    print(f"{verified} of {len(queries)} queries had candidates read, at most {largest} for one")


def test_a_copy_to_a_cluster_and_back_is_what_it_was(both: Both, cluster: str, tmp_path: Path) -> None:
    """Equal in articles, ids, tombstones and answers; also with a root, whose files need not be
    read."""
    local, _, queries = both
    write_lines(tmp_path / "root/lines.jsonl", range(50))
    with new_place(cluster) as place, searchkit.open(tmp_path / "first", create=True) as first:
        first.add(stored.article for stored in local.articles())
        first.index([tmp_path / "root"], workers=1)
        first.delete([hit.id for hit in first.search("oil", limit=20)] + ["root/j7"])
        there = searchkit.copy(tmp_path / "first", place.text, shards=SHARDS, replicas=0)
        assert (there.added, there.tombstones, there.failures) == (first.stats().articles, 21, ())
        back = searchkit.copy(place.text, tmp_path / "second")
        assert (back.added, back.roots, back.tombstones) == (there.added, 1, 21)
    with searchkit.open(tmp_path / "first") as first, searchkit.open(tmp_path / "second") as second:
        assert _by_id(second) == _by_id(first)
        assert (second.roots(), second.tombstones()) == (first.roots(), first.tombstones())
        found = 0
        for expected, result in zip(first.search_many(queries, ALL), second.search_many(queries, ALL), strict=True):
            assert [(hit.id, hit.score) for hit in result] == [(hit.id, hit.score) for hit in expected], expected.query
            found += result.total
        assert found > len(queries)
        assert second.index(dry_run=True).changes == ()


def _by_id(engine: Engine) -> dict[str, searchkit.StoredArticle]:
    return {stored.article.id: stored for stored in engine.articles()}
