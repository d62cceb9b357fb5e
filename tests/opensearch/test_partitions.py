"""Archives with an index for each year or month: each article is in its part, and nowhere else."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

import searchkit
from searchkit import Article
from searchkit.engines.opensearch import listing, searching, store
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.mapping import article_index, parse_article_index, part_of, write_alias
from searchkit.engines.opensearch.place import Place
from searchkit.testing.archive import content, without_scores
from searchkit.testing.collection import collection
from tests.opensearch.archives import (
    Dying,
    Writer,
    as_answer,
    forward,
    get_json,
    new_place,
    place_through,
    shorten_lease,
    through,
)
from tests.opensearch.faulty_host import FaultyHost, Request


@pytest.fixture
def place(cluster: str) -> Iterator[Place]:
    """A place where there is an archive with an index for each year."""
    with new_place(cluster, "parts") as found:
        ArchiveIndex.open(Cluster(found), found, create=True, replicas=0, partition="year")
        yield found


def writer(place: Place) -> Writer:
    return Writer(ArchiveIndex.open(Cluster(place), place))


def articles(year: int | None, *numbers: int) -> list[Article]:
    """Articles that were printed in a year, or without a date."""
    date = None if year is None else datetime(year, 4, 26, tzinfo=UTC)
    return [Article(f"a{number}", "Title", f"Text {number} of {year}.", date=date) for number in numbers]


def parts(place: Place) -> dict[str, list[str]]:
    """The ids of the articles in each index that searches find, in their order."""
    cluster, found = Cluster(place), {}
    for index in get_json(place, f"/{place.name}/_settings"):
        parsed = parse_article_index(place.name, index)
        assert parsed is not None
        body = {"size": 1_000, "sort": ["id"], "_source": False}
        hits = cluster.request("POST", f"/{quote(index)}/_search", body=body)["hits"]["hits"]
        found[parsed[1]] = [hit["sort"][0] for hit in hits]
    return found


def filled(place: Place) -> dict[str, list[str]]:
    """Those of `parts` that have articles."""
    return {part: ids for part, ids in parts(place).items() if ids}


def make_root(folder: Path, turn: int) -> Path:
    """A root of two files, and, in every other turn, a third. In each turn their articles have
    other dates, the latest of which none had before."""
    folder.mkdir(exist_ok=True)
    years = [2000 + turn, 1999 + turn, None]
    for name in ("one", "two", "three"):
        path = folder / f"{name}.jsonl"
        path.unlink(missing_ok=True)
        if name != "three" or turn % 2:
            lines = [
                {"id": f"{name}{number}", "text": f"Peace talks {number}.", "date": year and f"{year}-04-26"}
                for number, year in enumerate([*years[turn % 3 :], *years])
            ]
            path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
            os.utime(path, ns=(turn, turn))
    return folder


def expected(root: Path) -> tuple[object, dict[str, list[str]]]:
    """What an archive of a root has, and where, by the engine in memory."""
    with searchkit.open("memory:") as engine:
        engine.index(root)
        by_part: dict[str, list[str]] = {}
        for one in sorted(engine.articles(), key=lambda one: one.article.id):
            by_part.setdefault(part_of(one.article, "year"), []).append(one.article.id)
        return without_scores(content(engine)), by_part


def test_articles_that_move_are_in_their_new_parts_alone_whatever_happens(
    place: Place, cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run is cut off at each of its requests; the next one completes it."""
    shorten_lease(monkeypatch)
    root = make_root(tmp_path / "root", 0)
    with searchkit.open(place.text) as engine:
        engine.index(root)
        for turn in itertools.count(1):
            make_root(root, turn)
            with Dying(cluster, turn) as host:
                with suppress(searchkit.StorageError), searchkit.open(place_through(host, place)) as dying:
                    dying.index()
                is_dead = host.is_dead()
            Cluster(place).request("POST", f"/{place.name}/_refresh")
            there = set(itertools.chain.from_iterable(parts(place).values()))
            assert there >= {f"root/{name}{number}" for name in ("one", "two") for number in range(3)}, turn
            engine.index(wait=20)
            assert (without_scores(content(engine)), filled(place)) == expected(root), turn
            if not is_dead:
                break
        assert turn > 8


def leave_copies(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch, *years: int) -> None:
    """Have runs that move three articles to other years cut off before they delete the old ones."""
    shorten_lease(monkeypatch)
    writer(place).add(articles(years[0], 1, 2, 3))
    for year in years[1:]:
        with FaultyHost(lambda request: answer(request)) as host:

            def answer(request: Request) -> bytes | None:
                sent = [one for one in host.requests if one.path.startswith(f"/{place.name}/_bulk")]
                return as_answer(*forward(cluster, request)) if len(sent) < 2 else None

            with pytest.raises(searchkit.StorageError, match="3 articles are stored or deleted already"):
                Writer(ArchiveIndex.open(through(host, place), place)).add(articles(year, 1, 2, 3), wait=20)
    Cluster(place).request("POST", f"/{place.name}/_refresh")


def test_of_copies_that_runs_left_the_newest_counts(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = ["a1", "a2", "a3"]
    years = (2004, 2001, 2003, 2002)
    leave_copies(place, cluster, monkeypatch, *years)
    assert filled(place) == {str(year): ids for year in years}
    monkeypatch.setattr(listing, "ARTICLES_AT_ONCE", 1)
    monkeypatch.setattr(listing, "IDS_AT_ONCE", 2)
    monkeypatch.setattr(store, "_ARTICLE_PAGE", 2)
    monkeypatch.setattr(store, "_COPIES", 4)  # a search for all three returns less than there are
    with searchkit.open(place.text) as engine:
        assert [one.article.id for one in engine.articles()] == ids
        assert engine.add(articles(2002, 2), wait=20).replaced == 1
        assert filled(place) == {"2004": ["a1", "a3"], "2001": ["a1", "a3"], "2003": ["a1", "a3"], "2002": ids}
        assert engine.delete(["a3"]) == 1
        assert filled(place) == {"2004": ["a1"], "2001": ["a1"], "2003": ["a1"], "2002": ["a1", "a2"]}
        engine.index(rebuild=True)
        assert (filled(place), engine.get("a1").body) == ({"2002": ["a1", "a2"]}, "Text 1 of 2002.")


def test_what_cannot_be_stored_in_its_new_part_stays_in_the_old_one(place: Place) -> None:
    archive = writer(place)
    archive.add(articles(2001, 1, 2))
    (bad, good) = articles(2002, 1, 2)
    report = archive.add([replace(bad, source="x" * 9_000), good])
    assert (report.replaced, [failure.path for failure in report.failures]) == (1, ["a1"])
    assert filled(place) == {"2001": ["a1"], "2002": ["a2"]}


def test_an_index_that_is_removed_while_a_run_writes_is_not_made_anew(place: Place, cluster: str) -> None:
    archive = writer(place)
    archive.add([*articles(2001, 1), *articles(2002, 2)])
    index = article_index(place.name, 1, "2002")

    def answer(request: Request) -> bytes:
        if request.path.startswith(f"/{place.name}/_bulk"):
            Cluster(place).request("DELETE", f"/{index}")
        return as_answer(*forward(cluster, request))

    with FaultyHost(answer) as host, pytest.raises(searchkit.StorageError) as caught:
        Writer(ArchiveIndex.open(through(host, place), place)).add([*articles(2002, 3), *articles(2001, 4)])
    assert f" has no index with the alias {write_alias(place.name, 1, '2002')} any more: somebody " in str(caught.value)
    assert filled(place) == {"2001": ["a1", "a4"]}
    assert writer(place).add([*articles(2002, 2, 3), *articles(2001, 4)]).added == 2
    assert filled(place) == {"2001": ["a1", "a4"], "2002": ["a2", "a3"]}


def test_the_files_of_a_part_that_was_deleted_are_read_again(place: Place, tmp_path: Path) -> None:
    root = make_root(tmp_path / "root", 1)
    with searchkit.open(place.text) as engine:
        engine.index(root)
        Cluster(place).request("DELETE", f"/{article_index(place.name, 1, '2001')}")
        engine.index(check_content=True)
        assert (without_scores(content(engine)), filled(place)) == expected(root)


def test_an_index_that_lost_its_aliases_gets_them_back(place: Place) -> None:
    with searchkit.open(place.text) as engine:
        engine.add([*articles(2001, 1), *articles(2002, 2)])
        index = article_index(place.name, 1, "2001")
        for alias in (place.name, write_alias(place.name, 1, "2001")):
            Cluster(place).request("DELETE", f"/{index}/_alias/{alias}")
        assert [hit.id for hit in engine.search("text")] == ["a2"]
        report = engine.add([*articles(2001, 1, 3), *articles(2002, 2)])
        assert (report.added, report.unchanged) == (1, 2)
        assert engine.warnings == (
            f"{place.text}: the index {index} had lost the alias {place.name}, so that no search found its articles; it has"
            " it again",
        )
    assert filled(place) == {"2001": ["a1", "a3"], "2002": ["a2"]}


def test_long_pages_and_listings_go_through_all_parts(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    made = collection(60)
    with searchkit.open(place.text) as engine, searchkit.open("memory:") as memory:
        engine.add(made)
        memory.add(made)
        assert filled(place).keys() == {"2020", "undated"}
        engine.add(articles(1999, 1))
        memory.add(articles(1999, 1))
        for module, name in ((searching, "MAX_WINDOW"), (searching, "FIRST_PAGE"), (listing, "IDS_AT_ONCE")):
            monkeypatch.setattr(module, name, 20)
        sorts: tuple[searchkit.Sort, ...] = ("date", "-date")
        for query in ("*", "peace OR oil", "date:*"):
            for sort in sorts:
                found = engine.search(query, limit=None, sort=sort)
                assert len(found) > 20
                assert [hit.id for hit in found] == [hit.id for hit in memory.search(query, limit=None, sort=sort)]
            found = engine.search(query, limit=None)
            assert [hit.score for hit in found] == sorted([hit.score for hit in found], reverse=True)
            assert {hit.id: hit.article for hit in found} == {
                hit.id: hit.article for hit in memory.search(query, limit=None)
            }
        assert list(engine.articles()) == sorted(memory.articles(), key=lambda one: one.article.id)


def test_many_parts_of_an_archive_with_a_long_name(cluster: str) -> None:
    """A node takes only so long a path."""
    with new_place(cluster, "ж" * 84) as place:  # as it is quoted in paths, 3 times as long
        years = range(2001, 2009)
        with searchkit.open(place.text, create=True, replicas=0, partition="year") as engine:
            made = [one for year in years for one in articles(year, year)]
            assert engine.add(made).added == 8
            assert engine.index(rebuild=True).unchanged == 8
            assert filled(place) == {str(year): [f"a{year}"] for year in years}
            assert (engine.search("text").total, engine.stats().articles) == (8, 8)
            assert engine.delete(one.id for one in made) == 8
        searchkit.rebuild(place.text, partition="none")
        assert parts(place) == {"": []}
