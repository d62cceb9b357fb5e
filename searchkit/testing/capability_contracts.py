"""Tests the capabilities of engines, other than roots: a class for each, to derive from beside
EngineContract."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import searchkit
from searchkit import ArchiveEngine, Article
from searchkit.testing.archive import answers, content, make, without_scores
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
    """The contract of `searchkit.Optimizable` as tests.

    `shards` is the number of parts into which the engine that is tested divides an index: each has
    one segment when it is optimized. `deletions_change_scores` says that deleted articles count in
    scores until then, as they do in Lucene.
    """

    shards: int = 1
    deletions_change_scores: bool = False

    def test_optimizing_changes_no_answer(self, engine: ArchiveEngine) -> None:
        for first in range(0, 30, 10):
            engine.add(collection(30)[first : first + 10])
        engine.delete(["c/3", "c/17"])
        before = _by_id(engine), answers(engine), engine.tombstones()
        assert engine.optimize() == self.shards
        after = _by_id(engine), answers(engine), engine.tombstones()
        if self.deletions_change_scores:
            assert without_scores(after) == without_scores(before)
        else:
            assert after == before
        generation = engine.stats().generation
        assert engine.optimize() == self.shards
        assert engine.stats().generation == generation  # there was nothing left to merge

    def test_optimizing_an_empty_index(self, engine: ArchiveEngine) -> None:
        assert engine.optimize() == 0

    def test_a_negative_wait_is_an_error(self, engine: ArchiveEngine) -> None:
        with pytest.raises(searchkit.OptionError, match="wait must be 0"):
            engine.optimize(wait=-1)


class CopyableContract:
    """The contract of `searchkit.Copyable` as tests."""

    def test_a_copy_is_equal_and_needs_nothing_to_be_read(
        self, engine: ArchiveEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("searchkit.engines.copying.BATCH_ARTICLES", "searchkit.indexing.session.LOOKUP_COUNT"):
            monkeypatch.setattr(name, 20)
        root = make(tmp_path / "root")
        root.joinpath("broken.jsonl").write_text("{broken\n")
        with searchkit.open("memory:") as source, searchkit.open("memory:") as back:
            source.index([root])
            source.add([*collection(7), Article("free", "Report", "Peace talks of no root.")])
            source.delete(["root/t/3.txt", "c/3"])
            calls: list[tuple[int, int]] = []
            report = engine.copy_from(source, progress=lambda done, total, _: calls.append((done, total)))
            assert (report.added, report.replaced, report.unchanged, report.failures) == (46, 0, 0, ())
            assert (report.roots, report.tombstones, report.removed) == (1, 2, 0)
            assert calls == sorted(calls)
            assert calls[-1] == (92, 92)
            expected = without_scores(content(source))
            assert without_scores(content(engine)) == expected
            assert back.copy_from(engine).added == 46
            assert content(back) == content(source)
            for copied in (engine, back):
                generation = copied.stats().generation
                again = copied.index()
                assert (again.changed, again.unchanged, again.withheld) == (False, 39, 1)
                assert [failure.new for failure in again.failures] == [False]
                assert copied.stats().generation == generation
                assert without_scores(content(copied)) == expected

    def test_what_is_there_is_not_written_again(self, engine: ArchiveEngine) -> None:
        articles = collection(30)
        with searchkit.open("memory:") as source:
            source.add(articles)
            engine.add([*articles[:20], replace(articles[20], body="Another text.")])
            report = engine.copy_from(source)
            assert (report.added, report.replaced, report.unchanged) == (9, 1, 20)
            generation = engine.stats().generation
            assert engine.copy_from(source).unchanged == 30
            assert engine.stats().generation == generation
            assert _by_id(engine) == _by_id(source)

    def test_articles_that_the_source_lacks_are_deleted_only_if_told(self, engine: ArchiveEngine) -> None:
        with searchkit.open("memory:") as source:
            source.add(collection(10))
            engine.add([*collection(5), Article("mine", body="peace"), Article("other")])
            before = _by_id(engine)
            with pytest.raises(
                searchkit.OptionError, match=r"holds 2 articles that .* lacks, such as (mine|other); .*--delete"
            ):
                engine.copy_from(source)
            assert _by_id(engine) == before
            report = engine.copy_from(source, delete=True)
            assert (report.added, report.unchanged, report.removed) == (5, 5, 2)
            assert _by_id(engine) == _by_id(source)
            assert engine.tombstones() == ()

    def test_an_archive_of_another_language_is_refused(self, engine: ArchiveEngine) -> None:
        with (
            searchkit.open("memory:", language="de") as source,
            pytest.raises(searchkit.IndexMismatch, match=r"language de, and .* for en"),
        ):
            engine.copy_from(source)


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
