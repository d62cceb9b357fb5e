"""What every engine must do, whatever keeps the articles."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import searchkit
from searchkit import Article, Engine
from searchkit.engines.memory import MemoryEngine

DAY = datetime(2020, 4, 26, tzinfo=UTC)
EAST, WEST = timezone(timedelta(hours=4)), timezone(-timedelta(hours=9, minutes=30))
VOCABULARY = """
peace Peace talks Talks truce war oil Oil price prices bank the of café Cafe U.S. US 1,655 status quo Karabakh
"""
WORDS = VOCABULARY.split()
QUERIES = """
peace
peace talks
peace OR truce
peace -war
NOT peace
(peace OR oil) -bank
"peace talks"
“status quo”
"peace talks"~2
"peace * war"
"pric* oil"
the peace
the of
the OR peace
title:peace
body:(peace OR war)
author:lima
author:"ana lima"
author:"lima bo"
topic:oil
topic:*
source:wire
lang:en
id:c/3
id:c/1*
pric*
*o*
ta?ks
=talks
=Talks
=cafe
=café
="Peace Talks"
peace^3 OR war
U.S.
date:2020-04-26
date:2020-05..
date:..2020-05-01T12:00Z
date:2020-04-27T00:00+04:00
date:2020-04-28..2020-05-03T22:00:00-09:30 peace
date:none
date:* peace
words:>6
words:..4
*
1655
peace AND (war OR NOT oil)
peac~
karabach~2
/t.lks?/
peace w/3 talks
peace pre/2 talks
talks NEAR/5 (oil OR price)
peace not w/3 talks
peace /s talks
peace /p talks
"peace talks" w/4 oil
atleast2(peace)
atleast2(peace OR oil)
(peace w/3 talks) w/5 oil
author:(ana w/2 lima)
peace /s (oil OR "status quo")
tal* w/2 pe*
peace not w/2 (talks OR oil)
title:(peace w/3 oil)
(peace w/9 talks)^2 OR oil -war
author:li~
topic:/w.*d/
=Talks w/3 =peace
nothingatall
""".strip().splitlines()


def collection(count: int = 120) -> list[Article]:
    rng = random.Random(5)

    def text(most: int) -> str:
        words = [rng.choice(WORDS) for _ in range(rng.randint(1, most))]
        if len(words) > 4 and rng.random() < 0.3:
            words[2] += "\n\n"
        return " ".join(words)

    return [
        Article(
            id=f"c/{number}",
            title=text(4),
            body=text(10),
            date=None
            if number % 9 == 0
            else DAY.replace(tzinfo=(UTC, EAST, WEST, UTC)[number % 4]) + timedelta(days=number % 50),
            authors=("Ana Lima", "Bo Li") if number % 3 else (),
            source="The Wire" if number % 2 else "",
            topics=("oil", "world trade") if number % 4 == 0 else (),
            language="en" if number % 5 else "de",
        )
        for number in range(count)
    ]


@pytest.fixture(params=["local", "memory"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    opened: Engine = searchkit.open(tmp_path / "index", create=True) if request.param == "local" else MemoryEngine()
    with opened:
        yield opened


def test_both_find_the_same_and_score_it_the_same(tmp_path: Path) -> None:
    articles = collection()
    with searchkit.open(tmp_path / "index", create=True) as local, MemoryEngine() as memory:
        local.add(articles)
        memory.add(articles)
        for query in QUERIES:
            ours, theirs = local.search(query, limit=None), memory.search(query, limit=None)
            assert (ours.total, ours.parsed) == (theirs.total, theirs.parsed), query
            assert [hit.id for hit in ours] == [hit.id for hit in theirs], query
            assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in theirs], abs=1e-9), query
            assert [hit.snippets for hit in ours] == [hit.snippets for hit in theirs], query
        assert {query for query in QUERIES if not local.search(query).total} <= {"nothingatall", 'author:"lima bo"'}
        local.delete([f"c/{number}" for number in range(0, 120, 7)])
        memory.delete([f"c/{number}" for number in range(0, 120, 7)])
        local.add(collection(30)[20:])
        memory.add(collection(30)[20:])
        for query in QUERIES:
            found = {hit.id: hit.score for hit in local.search(query, limit=None)}
            expected = {hit.id: hit.score for hit in memory.search(query, limit=None)}
            assert found == pytest.approx(expected, abs=1e-9), query
            for limit in (1, 5, 20):
                heads = [[hit.id for hit in engine.search(query, limit=limit)] for engine in (local, memory)]
                assert heads[0] == heads[1], query
        ours_stats, theirs_stats = local.stats(), memory.stats()
        assert (ours_stats.articles, ours_stats.first, ours_stats.last, ours_stats.undated, ours_stats.sources) == (
            theirs_stats.articles,
            theirs_stats.first,
            theirs_stats.last,
            theirs_stats.undated,
            theirs_stats.sources,
        )
        for one, other in ((ours_stats.first, theirs_stats.first), (ours_stats.last, theirs_stats.last)):
            assert one is not None and other is not None
            assert one.isoformat() == other.isoformat()


def test_add_replaces_by_id_and_the_last_stays(engine: Engine) -> None:
    first, second, third = (Article("a", body=word) for word in ("one", "two", "three"))
    assert engine.add([first, second]).added == 1
    assert engine.get("a").body == "two"
    report = engine.add([third])
    assert (report.added, report.replaced) == (0, 1)
    assert engine.search("three").total == 1
    assert engine.search("two").total == 0
    assert engine.add([third]).unchanged == 1


def test_control_characters_become_what_they_mean(engine: Engine) -> None:
    engine.add(
        [Article("a", "Two\fpages\r\n", "one\fTwo\vthree 1990\x961995 \x07", None, ("A\nB",), "s\x1et", extra={"k": "a\rb"})]
    )
    found = engine.get("a")
    assert (found.title, found.body) == ("Two  pages ", "one\n\nTwo\nthree 1990–1995  ")
    assert (found.authors, found.source, found.extra) == (("A B",), "s t", {"k": "a\nb"})
    assert engine.search("onetwo").total == 0
    assert engine.search("1995").total == 1


def test_a_bad_article_changes_nothing(engine: Engine) -> None:
    engine.add([Article("a", body="one")])
    generation = engine.stats().generation
    with pytest.raises(searchkit.ArticleError, match="timezone-aware"):
        engine.add([Article("b", body="two"), Article("c", date=datetime(2020, 1, 1))])
    with pytest.raises(searchkit.ArticleError, match="whole seconds"):
        engine.add([Article("b", body="two"), Article("c", date=datetime(2020, 1, 1, tzinfo=timezone(timedelta(0, 0, 1))))])
    with pytest.raises(searchkit.ArticleError, match="needs an id"):
        engine.add([Article("")])
    assert engine.search("*").total == 1
    assert engine.stats().generation == generation


def test_get_delete_and_unknown_ids(engine: Engine) -> None:
    article = Article("a", "T", "B", DAY, ("X",), "s", "sec", ("t",), "en", "u", "p", "utf-8", 0.5, {"k": "v"})
    engine.add([article])
    assert engine.get("a") == article
    assert engine.delete(["a", "b", "a"]) == 1
    with pytest.raises(searchkit.UnknownArticle):
        engine.get("a")


def test_order_pages_and_ties(engine: Engine) -> None:
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


def printed(engine: Engine, article_id: str) -> str:
    date = engine.get(article_id).date
    assert date is not None
    return date.isoformat()


def test_the_printed_date_counts(engine: Engine) -> None:
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
    assert {name: printed(engine, name) for name in dates} == dates
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


def test_another_offset_is_another_date(engine: Engine) -> None:
    """Though Python says that dates of one moment are equal."""
    for text in ("2020-04-26T00:30:00+04:00", "2020-04-25T20:30:00+00:00", "2020-04-25T15:30:00-05:00"):
        article = Article("a", date=datetime.fromisoformat(text))
        assert engine.add([article]).changed
        assert printed(engine, "a") == text
        assert engine.add([article]).unchanged == 1


def test_options(engine: Engine) -> None:
    engine.add([Article("a", body="Talks of peace", date=DAY), Article("b", body="talk", date=DAY + timedelta(days=9))])
    assert engine.search("peace talk", match_any=True).total == 2
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


def test_explain_counts_each_clause(engine: Engine) -> None:
    engine.add([Article("a", body="peace talks"), Article("b", body="peace")])
    explanation = engine.explain('the peace "climate chnge"')
    assert explanation.left_out == ("the",)
    assert [(clause.text, clause.total) for clause in explanation.clauses] == [
        ("peace", 2),
        ('"climate chnge"', 0),
        ("climate", 0),
        ("chnge", 0),
    ]


def test_a_closed_engine_says_so(engine: Engine) -> None:
    engine.close()
    engine.close()
    with pytest.raises(searchkit.EngineClosed):
        engine.search("x")
