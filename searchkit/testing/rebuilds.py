"""Tests rebuilds, tombstones, dry runs, and adding, moving and removing roots."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

import searchkit
from searchkit import ArchiveEngine, Article, Tombstone
from searchkit.testing.archive import articles, content, make, without_scores, write, write_lines


class RebuildsContract:
    """Tests rebuilds, and what is remembered of roots and deletions.

    `deletions_change_scores` says that deleted articles count in scores until a rebuild, as they do
    in Lucene.
    """

    deletions_change_scores: bool = False

    @pytest.fixture
    def indexed(self, engine: ArchiveEngine, tmp_path: Path) -> Path:
        """A root with the label root that is indexed: forty articles in eleven files."""
        root = make(tmp_path / "root")
        engine.index([root])
        return root

    def test_when_nothing_changed_the_answers_are_the_same(self, engine: ArchiveEngine, indexed: Path) -> None:
        engine.add([Article("free", "Report", "Peace talks of no root.")])
        engine.delete(["root/j3", "root/t/4.txt"])
        before = content(engine)
        generation = engine.stats().generation
        report = engine.index(rebuild=True)
        assert (report.unchanged, report.changed, report.withheld) == (39, False, 2)
        assert report.generation == generation + 1  # one commit
        after = content(engine)
        if self.deletions_change_scores:
            before, after = without_scores(before), without_scores(after)
        assert after == before
        again = engine.index()
        assert (again.unchanged, again.changed, again.generation) == (38, False, report.generation)

    def test_dates_keep_their_offsets(self, engine: ArchiveEngine) -> None:
        """Also of articles that only the index has."""
        texts = ["2020-04-26T00:30:00+04:00", "2020-04-26T00:30:00+00:00", "1890-04-26T00:30:00-00:53:28"]
        for text in texts:
            engine.add([Article(text, date=datetime.fromisoformat(text))])
        for _ in range(2):
            assert engine.index(rebuild=True).changed is False
            assert [str(engine.get(text).date).replace(" ", "T") for text in texts] == texts

    def test_the_report_is_against_the_old_index(self, engine: ArchiveEngine, indexed: Path) -> None:
        write(indexed / "t/0.txt", "Another text altogether.")
        write(indexed / "new.txt", "A new one.")
        (indexed / "t/1.txt").unlink()
        write_lines(indexed / "lines.jsonl", range(1, 32), changed=[5, 6])
        report = engine.index(rebuild=True)
        assert (report.added, report.replaced, report.unchanged, report.removed) == (3, 3, 35, 2)
        assert len(articles(engine)) == 41

    def test_a_missing_root_is_an_error_and_nothing_is_committed(
        self, engine: ArchiveEngine, indexed: Path, tmp_path: Path
    ) -> None:
        engine.index([make(tmp_path / "other")])
        before = content(engine), engine.stats().generation
        indexed.rename(tmp_path / "away")
        with pytest.raises(searchkit.RootError, match=r"root cannot be read.*roots move LABEL PATH"):
            engine.index(rebuild=True)
        indexed.mkdir()
        with pytest.raises(searchkit.RootError, match="where 40 articles came from"):
            engine.index(rebuild=True)
        assert (content(engine), engine.stats().generation) == before
        report = engine.index(rebuild=True, allow_empty=True)
        assert (report.removed, report.unchanged) == (40, 40)

    def test_a_rebuild_copies_articles_of_files_that_cannot_be_read(self, engine: ArchiveEngine, indexed: Path) -> None:
        kept = articles(engine)
        (indexed / "t/2.txt").write_bytes(b"\0\1\2\3" * 50)
        lines = (indexed / "lines.jsonl").read_text().splitlines()
        lines[3], lines[5] = '{"broken', json.dumps({"id": "j5", "title": "Report", "text": "Changed."})
        (indexed / "lines.jsonl").write_text("\n".join(lines[:10]))
        report = engine.index(rebuild=True)
        assert (report.replaced, report.unchanged, report.removed) == (1, 39, 0)
        assert {Path(failure.path).name for failure in report.failures} == {"2.txt", "lines.jsonl"}
        now = articles(engine)
        assert {name: article for name, article in now.items() if name != "root/j5"} == {
            name: article for name, article in kept.items() if name != "root/j5"
        }
        assert now["root/j5"].body == "Changed."
        report = engine.index(rebuild=True)
        assert (report.unchanged, report.changed, {failure.new for failure in report.failures}) == (40, False, {False})
        make(indexed)
        assert (engine.index().replaced, articles(engine)) == (1, kept)

    def test_articles_of_no_root_stay(self, engine: ArchiveEngine) -> None:
        assert engine.index(rebuild=True).changed is False
        articles_of_none = [Article(f"a{n}", "Report", f"Peace talks number{n}.") for n in range(5)]
        engine.add(articles_of_none)
        report = engine.index(rebuild=True)
        assert (report.unchanged, report.changed) == (5, False)
        assert articles(engine) == {article.id: article for article in articles_of_none}

    def test_a_file_that_cannot_be_read_keeps_its_articles_from_those_after_it(
        self, engine: ArchiveEngine, tmp_path: Path
    ) -> None:
        root = tmp_path / "root"
        root.mkdir()
        (root / "a.jsonl").write_text('{"id": 1, "text": "first"}\n')
        (root / "b.jsonl").write_text('{"id": 1, "text": "second"}\n{"id": 2, "text": "two"}\n')
        engine.index([root])
        (root / "a.jsonl").write_text("{broken\n")
        report = engine.index(rebuild=True)
        assert (engine.get("root/1").body, report.unchanged) == ("first", 2)

    def test_a_rebuild_takes_no_roots(self, engine: ArchiveEngine, indexed: Path) -> None:
        with pytest.raises(searchkit.OptionError, match="takes no roots"):
            engine.index([indexed], rebuild=True)

    def test_a_deletion_is_undone_by_reading_its_file_again(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = make(tmp_path / "root")
        engine.index([root])
        whole = articles(engine)
        engine.add([Article("free", body="Of no root.")])
        engine.delete(["root/j3", "root/t/4.txt", "free"])
        assert [one.articles for one in engine.roots()] == [38]
        expected = (
            Tombstone("free"),
            Tombstone("root/j3", "root/lines.jsonl", returns=True),
            Tombstone("root/t/4.txt", "root/t/4.txt", returns=True),
        )
        assert engine.tombstones() == expected
        for rebuild, check_content in ((False, False), (True, False), (False, True), (False, False)):
            report = engine.index(rebuild=rebuild, check_content=check_content)
            assert (report.changed, report.unchanged, report.withheld) == (False, 38, 2)
            assert engine.tombstones() == expected
        assert engine.undelete(["root/j3", "free", "root/t/5.txt"]) == expected[:2]
        assert (engine.index().added, engine.tombstones()) == (1, expected[2:])
        assert engine.undelete(["root/t/4.txt"]) == expected[2:]
        report = engine.index(rebuild=True)
        assert (report.added, report.unchanged, articles(engine)) == (1, 39, whole)

    def test_the_file_of_a_deleted_article_may_change_and_move(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = tmp_path / "root"
        write_lines(root / "b.jsonl", range(5))
        engine.index([root])
        engine.delete(["root/j3"])
        (root / "b.jsonl").rename(root / "c.jsonl")
        engine.index()
        assert engine.tombstones() == (Tombstone("root/j3", "root/c.jsonl", returns=True),)
        write_lines(root / "a.jsonl", [3])
        engine.index()
        assert engine.tombstones() == (Tombstone("root/j3", "root/a.jsonl", returns=True),)
        (root / "a.jsonl").unlink()
        (root / "c.jsonl").unlink()
        write(root / "d.txt", "Something else.")
        engine.index()
        assert engine.tombstones() == (Tombstone("root/j3", "root/a.jsonl", returns=False),)

    def test_a_dry_run_says_what_the_run_then_does(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        root = make(tmp_path / "root")
        dry = engine.index([root], dry_run=True, label="news")
        assert (dry.added, len(dry.changes), dry.generation) == (40, 40, engine.stats().generation)
        assert dry.changes[0] == ("added", "news/j0")
        assert (engine.search("*").total, engine.roots()) == (0, ())
        engine.index([root], label="news")
        engine.delete(["news/j9"])
        write(root / "t/0.txt", "Another text altogether.")
        write(root / "new.txt", "A new one.")
        (root / "t/1.txt").unlink()
        write_lines(root / "lines.jsonl", range(1, 30), changed=[5, 9])
        before = content(engine), engine.stats()
        dry = engine.index(dry_run=True)
        assert (content(engine), engine.stats()) == before
        assert sorted(dry.changes) == [
            ("added", "news/new.txt"),
            ("removed", "news/j0"),
            ("removed", "news/t/1.txt"),
            ("replaced", "news/j5"),
            ("replaced", "news/t/0.txt"),
        ]
        done = engine.index()
        numbers = [(r.added, r.replaced, r.unchanged, r.removed, r.withheld) for r in (dry, done)]
        assert numbers[0] == numbers[1] == (1, 2, 35, 2, 1)

    def test_a_dry_rebuild(self, engine: ArchiveEngine, indexed: Path) -> None:
        engine.add([Article("free", body="Of no root.")])
        (indexed / "t/1.txt").unlink()
        (indexed / "t/2.txt").write_bytes(b"\0\1\2\3" * 50)
        write_lines(indexed / "lines.jsonl", range(30), changed=[5])
        before = content(engine), engine.stats()
        dry = engine.index(rebuild=True, dry_run=True)
        assert (dry.removed, dry.replaced, dry.unchanged, len(dry.failures)) == (1, 1, 39, 1)
        assert sorted(dry.changes) == [("removed", "root/t/1.txt"), ("replaced", "root/j5")]
        assert (content(engine), engine.stats()) == before

    def test_roots_are_moved_and_forgotten(self, engine: ArchiveEngine, indexed: Path, tmp_path: Path) -> None:
        other = make(tmp_path / "other")
        engine.index([other], options={"exclude": ["t/*"]})
        assert [(r.label, r.articles, r.files, r.options) for r in engine.roots()] == [
            ("other", 30, 1, {"exclude": ("t/*",)}),
            ("root", 40, 11, {}),
        ]
        indexed.rename(tmp_path / "elsewhere")
        with pytest.raises(searchkit.RootError, match="no file or folder"):
            engine.move_root("root", indexed)
        with pytest.raises(searchkit.RootError, match="lie in each other"):
            engine.move_root("root", other / "t")
        engine.move_root("root", tmp_path / "elsewhere")
        report = engine.index()
        assert (report.replaced, report.unchanged, report.removed) == (40, 30, 0)  # they have new paths
        assert engine.get("root/t/1.txt").path == str(tmp_path / "elsewhere/t/1.txt")
        with pytest.raises(searchkit.RootError, match="no root has the label"):
            engine.remove_root("news")
        assert engine.remove_root("root").removed == 40
        assert [root.label for root in engine.roots()] == ["other"]
        assert len(articles(engine)) == 30

    def test_articles_say_from_which_file_they_came(self, engine: ArchiveEngine, indexed: Path) -> None:
        engine.add([Article("free", body="Of no root.")])
        origins = {one.article.id: one.origin for one in engine.articles()}
        assert len(origins) == 41
        assert (origins["free"], origins["root/t/1.txt"], origins["root/j3"]) == ("", "root/t/1.txt", "root/lines.jsonl")

    def test_a_run_that_commits_now_and_then_shows_one_generation(self, engine: ArchiveEngine, tmp_path: Path) -> None:
        """If an engine does not show others' commits at once, it does not show those of a run
        either."""
        root = make(tmp_path / "root")
        seen: list[tuple[set[str], set[str]]] = []

        def look(done: int, total: int, path: str) -> None:
            stored = {one.article.id for one in engine.articles()}
            seen.append((stored, {hit.id for hit in engine.search("*", limit=None)}))

        engine.index([root], workers=1, commit_every=5, progress=look)
        assert len(seen) > 5
        if isinstance(engine, searchkit.SnapshotIsolation):
            assert all(stored == found == set() for stored, found in seen)
        assert len(list(engine.articles())) == 40
