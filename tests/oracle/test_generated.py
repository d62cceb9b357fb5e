"""Thousands of generated queries over whole archives, in several segments, with deletions, and
after merges.

Documents and scores are those that Whoosh's searcher finds over the same segments with our
weighting; documents are those of the twin, which Whoosh's own codec keeps; what Whoosh knows
nothing of is held against a plain reading of every article, or against the engine in memory over
some of the articles; and the head of a ranking is the same however long it is.
`ORACLE_QUERIES=20000` makes it a long run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import open_dir

import searchkit
from searchkit import SearchResult
from searchkit.bridge.toc import encode_toc
from searchkit.bridge.weighting import LuceneBM25
from searchkit.query.nodes import Everything, Node
from tests.oracle import twin
from tests.oracle.archive import Archive
from tests.oracle.generate import Generator
from tests.oracle.generate_positional import generate_queries
from tests.oracle.whoosh_queries import in_whoosh

QUERIES = int(os.environ.get("ORACLE_QUERIES", "1000"))
"""How many queries all tests here make, about. ORACLE_QUERIES=10000 makes it a long campaign."""
PARTS = range(2)
"""The queries of one kind over one archive are several tests, for several processes to run."""
HEADS = (1, 5, 10, 20, 100)
TWIN = 600
"""Articles of which a twin is made."""
IN_MEMORY = 120
"""Articles of the engine in memory."""


def share(archive: Archive, part: float) -> int:
    """How many queries make up this part (of 1) of all those over an archive; made-up ones are
    fewer."""
    return max(1, round(QUERIES * part * (0.42 if archive.corpus == "reuters" else 0.08)))


def everything(archive: Archive, query: Node) -> SearchResult:
    """All that the engine finds."""
    return archive.engine.search(str(query), limit=None, snippets=0)


@pytest.fixture(scope="module")
def generated(archive: Archive) -> Generator:
    return Generator(archive.articles, seed=0)


class Whoosh:
    """An index opened by Whoosh's own searcher, with our weighting."""

    def __init__(self, folder: Path) -> None:
        self._searcher = open_dir(str(folder)).searcher(weighting=LuceneBM25())
        self._ids: list[str] = []
        for reader, _ in self._searcher.reader().leaf_readers():
            column = reader.column_reader("id")
            self._ids += [column[doc] for doc in range(reader.doc_count_all())]

    def find(self, query: Node) -> dict[str, float]:
        """All articles that match, and their scores."""
        found: Any = self._searcher.search(in_whoosh(query), limit=None, terms=False)
        return {self._ids[doc]: score for score, doc in found.top_n}

    def close(self) -> None:
        self._searcher.close()


@pytest.fixture(scope="module")
def theirs(archive: Archive) -> Iterator[Whoosh]:
    opened = Whoosh(archive.folder)
    yield opened
    opened.close()


def test_the_archives_have_segments_and_deletions(archive: Archive) -> None:
    stats = archive.engine.stats()
    assert stats.articles == len(archive.articles)
    assert stats.segments == (3 if archive.state == "merged" else 7)
    with open_dir(str(archive.folder)).reader() as reader:
        leaves = [leaf for leaf, _ in reader.leaf_readers()]
        assert len(leaves) == stats.segments
        assert sum(leaf.doc_count_all() - leaf.doc_count() for leaf in leaves) > len(archive.articles) // 20
        assert sum(leaf.has_deletions() for leaf in leaves) > 1


@pytest.mark.parametrize("part", PARTS)
def test_whooshs_searcher_finds_and_scores_the_same(
    archive: Archive, theirs: Whoosh, generated: Generator, part: int
) -> None:
    generated.begin(part)
    sizes = []
    for _ in range(share(archive, 0.65 / len(PARTS))):
        query = generated.query()
        ours = everything(archive, query)
        found = {hit.id: hit.score for hit in ours}
        expected = theirs.find(query)
        assert found.keys() == expected.keys(), str(query)
        assert {i: s for i, s in found.items() if abs(s - expected[i]) > 1e-9} == {}, str(query)
        check_order(archive, ours, query)
        check_heads(archive, ours, query)
        sizes.append(ours.total)
    assert 3 * sum(size > 0 for size in sizes) > len(sizes)


@pytest.mark.parametrize("part", PARTS)
def test_the_head_of_a_long_ranking_does_not_depend_on_the_limit(archive: Archive, generated: Generator, part: int) -> None:
    generated.begin(part + 100)
    for _ in range(share(archive, (0.02 if archive.corpus == "reuters" else 0.2) / len(PARTS))):
        query = generated.common_query()
        ours = everything(archive, query)
        check_order(archive, ours, query)
        check_heads(archive, ours, query)


def check_order(archive: Archive, result: SearchResult, query: Node) -> None:
    """By score, equal ones by date, newest first and undated last, then by id."""
    assert result.total == len(result.hits), str(query)

    def key(hit: tuple[str, float]) -> tuple[float, float, str]:
        date = archive.dates[hit[0]]
        return -round(hit[1], 9), float("inf") if date is None else -date.replace(tzinfo=UTC).timestamp(), hit[0]

    hits = [(hit.id, hit.score) for hit in result]
    assert hits == sorted(hits, key=key), str(query)


def check_heads(archive: Archive, whole: SearchResult, query: Node) -> None:
    """What a search with a limit gives is how the whole ranking begins."""
    for limit in HEADS:
        head = archive.engine.search(str(query), limit=limit, snippets=0)
        assert head.total == whole.total, (limit, str(query))
        assert [hit.id for hit in head] == [hit.id for hit in whole.hits[:limit]], (limit, str(query))
        expected = pytest.approx([hit.score for hit in whole.hits[:limit]], rel=0, abs=1e-9)
        assert [hit.score for hit in head] == expected, (limit, str(query))
        if limit >= whole.total:
            break


@pytest.mark.parametrize("part", PARTS)
def test_forms_and_patterns_find_what_a_plain_reading_finds(archive: Archive, generated: Generator, part: int) -> None:
    generated.begin(part + 200)
    some = 0
    for _ in range(share(archive, 0.12 / len(PARTS))):
        query = generated.pattern_query()
        ours = everything(archive, query)
        assert {hit.id for hit in ours} == archive.written.find(query), str(query)
        check_heads(archive, ours, query)
        some += ours.total > 0
    assert some > 0


@pytest.mark.parametrize("part", PARTS)
def test_positional_operators_find_and_score_as_in_memory(archive: Archive, tmp_path: Path, part: int) -> None:
    """Scores depend on all articles of an index, so they are those of an index of the same ones."""
    chosen = archive.articles[part :: 1 + len(archive.articles) // IN_MEMORY]
    ids = {article.id for article in chosen}
    with searchkit.open("memory:", create=True) as memory, searchkit.open(tmp_path / "index", create=True) as small:
        memory.add(chosen)
        for begin in range(3):
            small.add(chosen[begin::3])
        for query in generate_queries(chosen, 400 + part, share(archive, 0.14 / len(PARTS))):
            expected = {hit.id: hit.score for hit in memory.search(query, limit=None, snippets=0)}
            found = {hit.id for hit in archive.engine.search(query, limit=None, snippets=0)}
            assert ids & found == expected.keys(), query
            scores = {hit.id: hit.score for hit in small.search(query, limit=None, snippets=0)}
            assert scores == pytest.approx(expected, rel=0, abs=1e-9), query


def test_the_twin_finds_the_same(archive: Archive, tmp_path: Path) -> None:
    """Some of the articles in Whoosh's own codec, in three segments with deletions."""
    schema = twin.twin_schema("en")
    chosen = archive.articles[:: 1 + len(archive.articles) // TWIN]
    segments, living = [], []
    for begin in range(3):
        batch = chosen[begin::3]
        segment = twin.write_segment(tmp_path, schema, [(article, "root/file") for article in batch])
        for doc in range(begin, len(batch), 5):
            segment.delete_document(doc)
        segments.append(segment)
        living += [article for doc, article in enumerate(batch) if not segment.is_deleted(doc)]
    (tmp_path / "_MAIN_1.toc").write_bytes(encode_toc(schema, segments, 1))
    opened = Whoosh(tmp_path)
    ids = {article.id for article in living}
    assert opened.find(Everything()).keys() == ids
    assert len(ids) < len(chosen)
    generated, some = Generator(living, seed=300), 0
    for _ in range(share(archive, 0.11)):
        query = generated.query()
        found = ids & {hit.id for hit in everything(archive, query)}
        assert found == opened.find(query).keys(), str(query)
        some += len(found)
    assert some > 0
    opened.close()
