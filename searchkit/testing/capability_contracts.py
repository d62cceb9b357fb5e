"""Tests the capabilities of engines, other than roots: a class for each, to derive from beside
EngineContract."""

from __future__ import annotations

import pytest

import searchkit
from searchkit import ArchiveEngine, Article
from searchkit.testing.archive import answers
from searchkit.testing.collection import collection


class VerifiableContract:
    """The contract of `searchkit.Verifiable` as tests."""

    def test_a_new_index_has_no_faults(self, engine: ArchiveEngine) -> None:
        assert engine.verify() == searchkit.Verification()
        engine.add(collection(30))
        engine.delete(["c/3"])
        assert engine.verify() == searchkit.Verification()

    def test_repair_of_a_whole_index_loses_nothing(self, engine: ArchiveEngine) -> None:
        engine.add(collection(30))
        engine.delete(["c/3"])
        before = _by_id(engine), answers(engine), engine.tombstones()
        found = engine.verify(repair=True)
        assert found.faults == ()
        assert found.repair is None or (found.repair.missing, found.repair.unknown) == ((), 0)
        assert (_by_id(engine), answers(engine), engine.tombstones()) == before
        assert engine.verify() == searchkit.Verification()


class OptimizableContract:
    """The contract of `searchkit.Optimizable` as tests."""

    def test_optimizing_changes_no_answer(self, engine: ArchiveEngine) -> None:
        for first in range(0, 30, 10):
            engine.add(collection(30)[first : first + 10])
        engine.delete(["c/3", "c/17"])
        before = _by_id(engine), answers(engine), engine.tombstones()
        assert engine.optimize() == 1
        assert (_by_id(engine), answers(engine), engine.tombstones()) == before
        generation = engine.stats().generation
        assert engine.optimize() == 1
        assert engine.stats().generation == generation  # there was nothing left to merge

    def test_optimizing_an_empty_index(self, engine: ArchiveEngine) -> None:
        assert engine.optimize() == 0

    def test_a_negative_wait_is_an_error(self, engine: ArchiveEngine) -> None:
        with pytest.raises(searchkit.OptionError, match="wait must be 0"):
            engine.optimize(wait=-1)


class SnapshotIsolationContract:
    """The contract of `searchkit.SnapshotIsolation` as tests."""

    def test_stats_and_search_are_of_the_generation(self, engine: ArchiveEngine) -> None:
        for number in range(3):
            engine.add([Article(str(number), body="peace")])
            generation = engine.generation
            assert engine.stats().generation == engine.search("peace").generation == generation
            assert not engine.refresh()
            assert engine.generation == generation

    def test_a_closed_engine_has_its_last_generation(self, engine: ArchiveEngine) -> None:
        engine.add([Article("a")])
        generation = engine.generation
        engine.close()
        assert isinstance(engine, searchkit.SnapshotIsolation)
        assert engine.generation == generation

    def test_hits_can_be_read_after_a_change(self, engine: ArchiveEngine) -> None:
        engine.add([Article(f"a{number}", "Title", f"peace number{number}") for number in range(5)])
        hits = engine.search("peace").hits
        stored = engine.articles()
        engine.delete([f"a{number}" for number in range(5)])
        engine.add([Article("b")])
        assert sorted(hit.article.body for hit in hits) == [f"peace number{number}" for number in range(5)]
        assert all(hit.snippet for hit in hits)
        assert sorted(one.article.id for one in stored) == [f"a{number}" for number in range(5)]


def _by_id(engine: ArchiveEngine) -> list[searchkit.StoredArticle]:
    return sorted(engine.articles(), key=lambda one: one.article.id)
