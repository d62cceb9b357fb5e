"""Tests what every engine must do: a class to derive from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

import searchkit
from searchkit import Article, Engine, StoredArticle, Tombstone
from searchkit.testing.capability_contracts import (
    CopyableContract,
    OptimizableContract,
    SnapshotIsolationContract,
    VerifiableContract,
)
from searchkit.testing.collection import DAY, QUERIES, collection
from searchkit.testing.diagnosis_contract import DiagnosisContract
from searchkit.testing.root_contract import RootSyncContract
from searchkit.testing.score_contract import ScoreContract

CONTRACT_BY_CAPABILITY: dict[type, type] = {
    searchkit.RootSync: RootSyncContract,
    searchkit.Verifiable: VerifiableContract,
    searchkit.Optimizable: OptimizableContract,
    searchkit.Copyable: CopyableContract,
    searchkit.SnapshotIsolation: SnapshotIsolationContract,
}
"""The part of the contract for each capability."""


class EngineContract(ScoreContract, DiagnosisContract, ABC):
    """The contract of `searchkit.Engine` as tests. Derive a test class from it that says how to
    open an engine:

    >>> class TestMine(EngineContract):
    ...     def open_engine(self, folder: Path) -> Engine:
    ...         return searchkit.open(f"mine://{folder}", create=True)

    For each capability that the engine has, derive from its part of the contract too
    (RootSyncContract and the like). Scores are compared with those of the engine in memory:
    `score_tolerance` is how far one may differ (relative or absolute). With None, the engine scores
    in its own way, and neither scores nor the order by them are compared. `explanation_tolerance`
    is how far the value of an explanation may differ from the score of its hit (relative; None: as
    `score_tolerance` says).

    The tests that ask most ask a `stride`-th part of that, for engines that are far away.
    """

    score_tolerance: float | None = 1e-9
    explanation_tolerance: float | None = None
    stride: int = 1

    @abstractmethod
    def open_engine(self, folder: Path) -> Engine:
        """A new and empty engine for articles in English; `folder` is empty, and its own."""

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        """An empty engine, closed at the end."""
        with self.open_engine(tmp_path / "engine") as opened:
            yield opened

    def test_every_capability_is_held_to_its_contract(self, engine: Engine) -> None:
        for capability, contract in CONTRACT_BY_CAPABILITY.items():
            has = isinstance(engine, capability)
            assert isinstance(self, contract) == has, f"derive from {contract.__name__} {'too' if has else 'no more'}"

    def test_search_equals_the_memory_engine(self, engine: Engine) -> None:
        articles = collection()
        with searchkit.open("memory:") as memory:
            for each in (engine, memory):
                each.add(articles)
            without_hits = set()
            for query in QUERIES:
                ours, theirs = engine.search(query, limit=None), memory.search(query, limit=None)
                assert (ours.total, ours.parsed, ours.articles) == (theirs.total, theirs.parsed, theirs.articles), query
                self._compare(ours, theirs)
                snippets = {hit.id: (hit.title_marks, hit.snippets) for hit in theirs}
                assert {hit.id: (hit.title_marks, hit.snippets) for hit in ours} == snippets, query
                assert engine.explain(query) == memory.explain(query), query
                if not ours.total:
                    without_hits.add(query)
            assert without_hits <= {"nothingatall", 'author:"lima bo"', "path:*"}
            for each in (engine, memory):
                each.delete([f"c/{number}" for number in range(0, 120, 7)])
                each.add(collection(30)[20:])
            for number, query in enumerate(QUERIES):
                every = engine.search(query, limit=None)
                self._compare(every, memory.search(query, limit=None))
                for limit in (1, 5, 20)[number % self.stride :: self.stride]:
                    page = engine.search(query, limit=limit)
                    assert [hit.id for hit in page] == [hit.id for hit in every][:limit], query
            ours_stats, theirs_stats = engine.stats(), memory.stats()
            for name in ("articles", "undated", "sources"):
                assert getattr(ours_stats, name) == getattr(theirs_stats, name)
            for one, other in ((ours_stats.first, theirs_stats.first), (ours_stats.last, theirs_stats.last)):
                assert one is not None and other is not None
                assert one.isoformat() == other.isoformat()

    def _compare(self, ours: searchkit.SearchResult, theirs: searchkit.SearchResult) -> None:
        """Hits, with scores and order where these are the same for all engines."""
        assert {hit.id for hit in ours} == {hit.id for hit in theirs}, ours.query
        if self.score_tolerance is not None:
            assert [hit.id for hit in ours] == [hit.id for hit in theirs], ours.query
            scores = pytest.approx([hit.score for hit in theirs], abs=self.score_tolerance, rel=self.score_tolerance)
            assert [hit.score for hit in ours] == scores, ours.query

    def test_every_query_marks_what_it_finds(self, engine: Engine) -> None:
        """`marks` and `search` agree on which articles match."""
        articles = collection(40)
        engine.add(articles)
        for query in QUERIES[:: self.stride]:
            found = {hit.id: hit for hit in engine.search(query, limit=None)}
            for article in articles:
                marks = engine.marks(article, query)
                hit = found.get(article.id)
                assert marks.title == (() if hit is None else hit.title_marks), query
                assert hit is not None or marks.body == (), query

    def test_terms_of_a_field_are_listed_with_their_articles(self, engine: Engine) -> None:
        engine.add(
            [
                Article("a/1", source="Évening Post", topics=("Crude Oil", "oil"), language="en", url="https://a.example/1"),
                Article("a/2", source="Evening News", topics=("oil",), authors=("Ana O'Neill",), language="en"),
                Article("b/1", topics=("opera",), authors=("Zed Ål",)),
            ]
        )
        engine.add([Article("b/2", topics=("ore",)), Article("b/3", topics=("orchid",))])
        engine.delete(["b/3"])
        assert engine.terms("topic", "o") == (("oil", 2), ("opera", 1), ("ore", 1))
        assert engine.terms("topic", "o", limit=2) == (("oil", 2), ("opera", 1))
        assert engine.terms("topic", limit=None) == (("crude", 1), ("oil", 2), ("opera", 1), ("ore", 1))
        assert engine.terms("source", "ÉV") == (("evening", 2),)
        assert engine.terms("author", "o") == (("o'neill", 1),)
        assert engine.terms("lang") == (("en", 2),)
        assert engine.terms("id", "a/") == (("a/1", 1), ("a/2", 1))
        assert engine.terms("url", "https:", limit=0) == ()
        for wrong in ({"field": "body"}, {"field": "x"}, {"field": "topic", "prefix": 3}, {"field": "topic", "limit": -1}):
            with pytest.raises(searchkit.OptionError):
                engine.terms(**wrong)

    def test_many_queries_are_answered_as_one_by_one(self, engine: Engine) -> None:
        engine.add(collection())
        results = engine.search_many(iter(QUERIES), limit=3)
        assert len(results) == len(QUERIES)
        for query, result in zip(QUERIES, results, strict=True):
            alone = engine.search(query, limit=3)
            assert (result.query, result.parsed, result.total, result.hits) == (query, alone.parsed, alone.total, alone.hits)
        assert engine.search_many([]) == ()
        assert engine.search_many(["peace"], searchkit.SearchOptions(limit=0))[0].hits == ()
        with pytest.raises(searchkit.QueryError) as caught:
            engine.search_many(["peace", '"talks', "war"])
        assert caught.value.query == '"talks'
        for single in ("peace", b"peace", 3):
            with pytest.raises(searchkit.OptionError, match="several texts"):
                engine.search_many(single)  # type: ignore[arg-type]

    def test_marks_of_any_part_of_a_query(self, engine: Engine) -> None:
        article = Article("a", "Peace talks", "The oil price fell. Talks of peace held.", DAY)
        engine.add([article])

        def marked(query: str, *, any_part: bool = True) -> list[str]:
            marks = engine.marks(article, query, any_part=any_part)
            found = [(article.title, mark) for mark in marks.title] + [(article.body, mark) for mark in marks.body]
            return [text[start:end] for text, (start, end) in found]

        for query, words in (
            ("peace war", ["Peace", "peace"]),
            ('"peace talks" war', ["Peace talks"]),
            ('"peace fell" oil', ["oil"]),
            ("(war OR (price AND (fish^2 OR fell))) zebra", ["price", "fell"]),
            ("title:talks war", ["talks"]),
            ("peace -oil", ["Peace", "peace"]),
            ("-oil", []),
            ("atleast9(peace)", ["Peace", "peace"]),
            ("price date:1999", ["price"]),
            ("oil w/2 fell war", ["oil", "fell"]),
            ("oil w/1 fell war", []),
            ("war", []),
        ):
            assert marked(query) == words, query
            assert marked(query, any_part=False) == [], query
        for query in ("peace", "oil OR (peace AND war)", "peace -war"):
            assert marked(query) == marked(query, any_part=False) != [], query

    def test_explain_and_marks_take_what_search_takes(self, engine: Engine) -> None:
        engine.add([Article("a", "Peace", "Talks of peace", DAY), Article("b", "", "Some talk", DAY + timedelta(days=9))])
        for changes in ({"match_any": True}, {"exact": True}, {"literal": True}, {"since": "2020-05"}):
            options = searchkit.SearchOptions(**changes)
            for query in ("talks peace", "title:peace"):
                result = engine.search(query, **changes)
                explanation = engine.explain(query, **changes)
                assert (explanation.parsed, explanation.total) == (result.parsed, result.total)
                assert explanation == engine.explain(query, options)
                for article_id in "ab":
                    article = engine.get(article_id)
                    marks = engine.marks(article, query, **changes)
                    assert marks == engine.marks(article, query, options)
                    assert bool(marks.title or marks.body) <= (article_id in {hit.id for hit in result})
        for ask in (engine.search, engine.explain):
            with pytest.raises(searchkit.OptionError):
                ask("x", limit=-1)
        with pytest.raises(searchkit.OptionError):
            engine.marks(Article("a"), "x", timezone="Nowhere/Land")

    def test_all_stored_articles_can_be_had(self, engine: Engine) -> None:
        articles = collection(50)
        engine.add(articles)
        engine.delete(["c/3"])
        engine.add([Article("c/4", body="another")])
        stored = list(engine.articles())
        kept = {article.id: StoredArticle(article) for article in articles if article.id != "c/3"}
        kept["c/4"] = StoredArticle(Article("c/4", body="another"))
        assert len(stored) == 49
        assert {one.article.id: one for one in stored} == kept

    def test_the_articles_are_of_one_generation(self, engine: Engine) -> None:
        """If the engine has no SnapshotIsolation, only this is promised: no article comes twice."""
        engine.add([Article(name, body="one") for name in "abc"])
        stored = engine.articles()
        first = next(stored)
        engine.add([Article(name, body="two") for name in "abcd"])
        rest = list(stored)
        ids = [one.article.id for one in (first, *rest)]
        assert len(ids) == len(set(ids))
        if isinstance(engine, searchkit.SnapshotIsolation):
            assert sorted(ids) == ["a", "b", "c"]
            assert {one.article.body for one in (first, *rest)} == {"one"}
        assert {one.article.body for one in engine.articles()} == {"two"}

    def test_add_replaces_by_id_and_the_last_stays(self, engine: Engine) -> None:
        first, second, third = (Article("a", body=word) for word in ("one", "two", "three"))
        assert engine.add([first, second]).added == 1
        assert engine.get("a").body == "two"
        report = engine.add([third])
        assert (report.added, report.replaced) == (0, 1)
        assert engine.search("three").total == 1
        assert engine.search("two").total == 0
        assert engine.add([third]).unchanged == 1

    def test_control_characters_become_what_they_mean(self, engine: Engine) -> None:
        engine.add(
            [
                Article(
                    "a",
                    "Two\fpages\r\n",
                    "one\fTwo\vthree 1990\x961995 \x07",
                    None,
                    ("A\nB",),
                    "s\x1et",
                    extra={"k": "a\rb"},
                )
            ]
        )
        found = engine.get("a")
        assert (found.title, found.body) == ("Two  pages ", "one\n\nTwo\nthree 1990–1995  ")
        assert (found.authors, found.source, found.extra) == (("A B",), "s t", {"k": "a\nb"})
        assert engine.search("onetwo").total == 0
        assert engine.search("1995").total == 1

    def test_a_bad_article_changes_nothing(self, engine: Engine) -> None:
        engine.add([Article("a", body="one")])
        generation = engine.stats().generation
        with pytest.raises(searchkit.ArticleError, match="timezone-aware"):
            engine.add([Article("b", body="two"), Article("c", date=datetime(2020, 1, 1))])
        with pytest.raises(searchkit.ArticleError, match="whole seconds"):
            engine.add(
                [Article("b", body="two"), Article("c", date=datetime(2020, 1, 1, tzinfo=timezone(timedelta(0, 0, 1))))]
            )
        with pytest.raises(searchkit.ArticleError, match="needs an id"):
            engine.add([Article("")])
        assert engine.search("*").total == 1
        assert engine.stats().generation == generation

    def test_get_delete_and_unknown_ids(self, engine: Engine) -> None:
        article = Article("a", "T", "B", DAY, ("X",), "s", "sec", ("t",), "en", "u", "p", "utf-8", 0.5, {"k": "v"})
        engine.add([article])
        assert engine.get("a") == article
        assert engine.delete(["a", "b", "a"]) == 1
        with pytest.raises(searchkit.UnknownArticle):
            engine.get("a")

    def test_deletions_are_remembered(self, engine: Engine) -> None:
        engine.add(Article(name, body="text") for name in "abcd")
        assert engine.tombstones() == ()
        assert engine.delete(["c", "a", "z", "b"]) == 3
        assert engine.tombstones() == (Tombstone("a"), Tombstone("b"), Tombstone("c"))
        assert engine.delete(["a"]) == 0
        engine.add([Article("a", body="text")])
        assert engine.undelete(["a", "b", "z"]) == (Tombstone("b"),)
        assert engine.tombstones() == (Tombstone("c"),)
        assert {hit.id for hit in engine.search("*")} == {"a", "d"}

    def test_order_pages_and_ties(self, engine: Engine) -> None:
        engine.add([Article(f"x{n}", body="oil", date=None if n == 3 else DAY + timedelta(days=n // 2)) for n in range(6)])
        newest = ["x4", "x5", "x2", "x0", "x1", "x3"]
        assert [hit.id for hit in engine.search("oil")] == newest
        assert [hit.id for hit in engine.search("oil", sort="-date")] == newest
        assert [hit.id for hit in engine.search("oil", sort="date")] == ["x0", "x1", "x2", "x4", "x5", "x3"]
        for offset in range(7):
            for limit in range(4):
                page = engine.search("oil", offset=offset, limit=limit)
                assert [hit.id for hit in page] == newest[offset : offset + limit]
                assert page.total == 6

    def test_the_printed_date_counts(self, engine: Engine) -> None:
        """For days, ranges and order; a query date with a zone is compared with the moment."""
        dates = {
            "night": "2020-04-26T00:30:00+04:00",  # the 25th in UTC
            "evening": "2020-04-26T21:00:00-09:30",  # the 27th in UTC
            "noon": "2020-04-26T12:00:00+00:00",
            "day": "2020-04-26T00:00:00+00:00",
            "before": "2020-04-25T23:59:59-09:30",  # later than `day` and `night`
            "lmt": "1890-04-26T08:00:00+00:53:28",
        }
        made = [Article(name, body="oil", date=datetime.fromisoformat(text)) for name, text in dates.items()]
        engine.add([*made, Article("undated", body="oil")])
        assert {name: _printed(engine, name) for name in dates} == dates
        for query, found in (
            ("date:2020-04-26", ["evening", "noon", "night", "day"]),
            ("date:2020-04-25", ["before"]),
            ("date:..2020-04-25", ["before", "lmt"]),
            ("date:2020-04-26T00:30..2020-04-26T12:00", ["noon", "night"]),
            ("date:2020-04-26T00:00Z..", ["evening", "noon", "day", "before"]),
            ("date:..2020-04-25T20:30Z", ["night", "lmt"]),
            ("date:2020-04-27T06:30Z", ["evening"]),
            ("date:1890-04-26T07:06:32Z", ["lmt"]),
        ):
            assert [hit.id for hit in engine.search(query)] == found, query
            for name in dates:  # marks are of articles that a query finds
                is_marked = engine.marks(engine.get(name), f"oil {query}").body != ()
                assert is_marked == (name in found), (query, name)
        assert [hit.id for hit in engine.search("oil", since="2020-04-25T20:30+00:00", until="2020-04-26")] == [
            "evening", "noon", "night", "day", "before",
        ]  # fmt: skip
        newest = ["evening", "noon", "night", "day", "before", "lmt", "undated"]
        assert [hit.id for hit in engine.search("oil")] == newest
        assert [hit.id for hit in engine.search("oil", sort="-date")] == newest
        assert [hit.id for hit in engine.search("oil", sort="date")] == [*newest[-2::-1], "undated"]
        assert engine.search("date:2020-04-25T20:30+00:00").parsed == "date:[2020-04-25T20:30:00Z TO 2020-04-25T20:31:00Z}"
        stats = engine.stats()
        assert stats.first is not None and stats.last is not None
        assert (stats.first.isoformat(), stats.last.isoformat()) == (dates["lmt"], dates["evening"])

    def test_an_article_whose_date_has_another_offset_is_replaced(self, engine: Engine) -> None:
        """Though Python says that dates of one moment are equal."""
        for text in ("2020-04-26T00:30:00+04:00", "2020-04-25T20:30:00+00:00", "2020-04-25T15:30:00-05:00"):
            article = Article("a", date=datetime.fromisoformat(text))
            assert engine.add([article]).changed
            assert _printed(engine, "a") == text
            assert engine.add([article]).unchanged == 1

    def test_options(self, engine: Engine) -> None:
        engine.add([Article("a", body="Talks of peace", date=DAY), Article("b", body="talk", date=DAY + timedelta(days=9))])
        assert engine.search("peace talk", match_any=True).total == 2
        assert engine.search("peace TALK", match_any=True, literal=True).total == 2
        assert engine.search("peace OR", match_any=True, literal=True).total == 1
        assert engine.search("talks", exact=True).total == 1
        assert engine.search("talks", since="2020-05").total == 1
        assert engine.search("talks", until="2020-04-30").total == 1
        assert engine.search("", since="2020").total == 2
        assert engine.search("title:talk", literal=True).total == 0
        for bad in (searchkit.SearchOptions(limit=-1), searchkit.SearchOptions(offset=-1)):
            with pytest.raises(searchkit.OptionError):
                engine.search("x", bad)
        with pytest.raises(searchkit.OptionError, match="time zone"):
            engine.search("x", timezone="Nowhere/Land")

    def test_relative_dates_count_from_now(self, engine: Engine) -> None:
        engine.add([Article(f"{n}", body="oil", date=DAY - timedelta(days=n)) for n in range(4)])
        article = engine.get("1")
        for now, found in (
            (DAY, ["0", "1"]),
            (DAY + timedelta(hours=23), ["0", "1"]),
            (DAY - timedelta(days=2), ["0", "1", "2", "3"]),
            (datetime(DAY.year, DAY.month, DAY.day), ["0", "1"]),  # naive: a time in `timezone`
        ):
            assert [hit.id for hit in engine.search("oil date:2d..", now=now)] == found
            assert [hit.id for hit in engine.search("oil", since="yesterday", now=now)] == found
            assert engine.explain("oil date:2d..", now=now).total == len(found)
            assert engine.marks(article, "oil date:2d..", now=now).body == ((0, 3),)
        late = datetime(DAY.year, DAY.month, DAY.day, 23, 30, tzinfo=UTC)
        assert [hit.id for hit in engine.search("date:yesterday", now=late)] == ["1"]
        assert [hit.id for hit in engine.search("date:yesterday", now=late, timezone="Asia/Baku")] == ["0"]
        assert engine.marks(article, "oil date:2d..").body == ()  # years ago
        with pytest.raises(searchkit.OptionError, match="now must be a datetime"):
            engine.search("oil", now="today")  # type: ignore[arg-type]

    def test_dates_from_python(self, engine: Engine) -> None:
        """A day is all of it; of datetimes an aware one compares moments, a naive one what is
        printed."""
        east = timezone(timedelta(hours=4))
        dates = {
            "day": datetime(2020, 4, 26, tzinfo=UTC),
            "night": datetime(2020, 4, 26, 0, 30, tzinfo=east),
            "evening": datetime(2020, 4, 26, 23, 30, tzinfo=east),
        }
        engine.add([Article(name, body="oil", date=date) for name, date in dates.items()])
        for since, until, found in (
            (date(2020, 4, 26), date(2020, 4, 26), {"day", "night", "evening"}),
            (date(2020, 4, 27), "", set()),
            ("", date(2020, 4, 25), set()),
            (datetime(2020, 4, 26, 0, 30), "", {"night", "evening"}),
            ("", datetime(2020, 4, 26, 0, 30), {"day", "night"}),
            (datetime(2020, 4, 26, tzinfo=UTC), "", {"day", "evening"}),
            (datetime(2020, 4, 26, 4, tzinfo=east), datetime(2020, 4, 26, 4, tzinfo=east), {"day"}),
            ("2020-04-26", datetime(2020, 4, 26), {"day"}),
        ):
            result = engine.search("oil", since=since, until=until)
            assert {hit.id for hit in result} == found, (since, until)
            assert {hit.id for hit in engine.search(result.parsed)} == found
            for name in dates:
                is_marked = engine.marks(engine.get(name), "oil", since=since, until=until).body != ()
                assert is_marked == (name in found)
        for wrong in (20200426, None):
            with pytest.raises(searchkit.OptionError, match="since must be a date, a datetime, or a text"):
                engine.search("oil", since=wrong)  # type: ignore[arg-type]
        with pytest.raises(searchkit.QueryError, match="no date is both since"):
            engine.search("oil", since=date(2020, 4, 27), until=date(2020, 4, 26))

    def test_saved_queries_and_dialects(self, engine: Engine) -> None:
        """The same articles as for the query that is written out in our language."""
        engine.add(collection(40))
        saved = {"calm": "peace OR truce", "near": "query:calm w/5 talks"}
        for options, query, same in (
            (searchkit.SearchOptions(saved_queries=saved), "query:calm -war", "(peace OR truce) -war"),
            (searchkit.SearchOptions(saved_queries=saved), "title:query:calm", "title:(peace OR truce)"),
            (searchkit.SearchOptions(saved_queries=saved), "query:near OR oil", "((peace OR truce) w/5 talks) OR oil"),
            (searchkit.SearchOptions(dialect="lexis"), "peace OR truce W/5 talks", "(peace OR truce) w/5 talks"),
            (searchkit.SearchOptions(dialect="factiva"), "hd=peace talks or oil", 'title:"peace talks" OR oil'),
            (searchkit.SearchOptions(dialect="proquest"), "TI(peace) NOT war", "title:peace -war"),
            (searchkit.SearchOptions(dialect="lucene"), "+peace talks -war", "peace (talks OR *) -war"),
        ):
            found, expected = engine.search(query, options, limit=None), engine.search(same, limit=None)
            assert [(hit.id, hit.score) for hit in found] == [(hit.id, hit.score) for hit in expected]
            assert (found.query, found.parsed) == (query, expected.parsed)
            explanation = engine.explain(query, options)
            assert (explanation.query, explanation.parsed, explanation.total) == (query, expected.parsed, expected.total)
            for hit in found:
                assert engine.marks(hit.article, query, options) == engine.marks(hit.article, same)
        assert dict(engine.explain("query:near", saved_queries=saved).saved) == {
            "near": saved["near"],
            "calm": saved["calm"],
        }
        assert "rst= has no counterpart" in engine.search("rst=x or peace", dialect="factiva").notes[0]
        for change in (
            {"match_any": True},
            {"literal": True},
            {"dialect": "westlaw"},
            {"dialect": None},
            {"saved_queries": 5},
        ):
            with pytest.raises(searchkit.OptionError, match=r"dialect|saved_queries"):
                engine.search("x", **{"dialect": "lexis", **change})  # type: ignore[arg-type]
        with pytest.raises(searchkit.QueryError) as caught:
            engine.search("HEADLINE(peace", dialect="lexis")
        assert (caught.value.query, caught.value.column) == ("HEADLINE(peace", 8)
        with pytest.raises(searchkit.QueryError) as caught:
            engine.search("query:wrong", saved_queries={"wrong": "peace (talks"})
        assert (caught.value.query, caught.value.column) == ("peace (talks", 6)

    def test_notes_come_with_answers_and_explanations(self, engine: Engine) -> None:
        engine.add([Article("a", body="women"), Article("b", body="woman")])
        note = '"or" is read as a word; OR between words finds either'
        assert engine.search("woman OR women").notes == ()
        for _ in range(2):
            assert engine.search("woman or women").notes == (note,)
            assert engine.explain("woman or women").notes == (note,)

    def test_explain_counts_each_clause(self, engine: Engine) -> None:
        engine.add([Article("a", body="peace talks"), Article("b", body="peace")])
        explanation = engine.explain('the peace "climate chnge"')
        assert explanation.left_out == ("the",)
        assert [(clause.text, clause.total) for clause in explanation.clauses] == [
            ("peace", 2),
            ('"climate chnge"', 0),
            ("climate", 0),
            ("chnge", 0),
        ]

    def test_a_closed_engine_says_so(self, engine: Engine) -> None:
        engine.close()
        engine.close()
        with pytest.raises(searchkit.EngineClosed):
            engine.search("x")


def _printed(engine: Engine, article_id: str) -> str:
    date = engine.get(article_id).date
    assert date is not None
    return date.isoformat()
