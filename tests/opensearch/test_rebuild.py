"""Rebuilds of archives on a cluster: for other settings, and through whatever happens meanwhile."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

import searchkit
from searchkit import Article
from searchkit.engines.opensearch import listing, searching
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.mapping import PARTITIONS, article_index, first_part, parse_article_index, state_index
from searchkit.engines.opensearch.place import Place
from searchkit.testing.archive import content, without_scores
from searchkit.testing.collection import collection
from tests.opensearch.archives import Dying, as_answer, forward, get_json, new_place, place_through, shorten_lease
from tests.opensearch.faulty_host import FaultyHost, Request

DATES = ("2019-05-01", "2020-04-26", None)


@pytest.fixture
def place(cluster: str) -> Iterator[Place]:
    with new_place(cluster, "rebuild") as found:
        yield found


def make_root(folder: Path) -> Path:
    """A root of six articles in two files, printed in two years, or without a date."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in range(2):
        lines = [
            {"id": f"{file}{number}", "title": f"Report {number}", "text": f"Peace talks in Häuser {number}.", "date": date}
            for number, date in enumerate(DATES)
        ]
        (folder / f"{file}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return folder


def indexes(place: Place) -> dict[str, dict[str, str]]:
    """The shards and replicas of the indexes that searches find, by their parts."""
    found = {}
    for index, settings in get_json(place, f"/{place.name}/_settings").items():
        parsed = parse_article_index(place.name, index)
        assert parsed is not None
        found[parsed[1]] = {name: settings["settings"]["index"][f"number_of_{name}"] for name in ("shards", "replicas")}
    return found


def all_indexes(place: Place) -> set[str]:
    """All indexes of an archive."""
    return set(get_json(place, f"/{place.name}*"))


def test_a_rebuild_changes_the_settings_of_an_archive(place: Place, tmp_path: Path) -> None:
    with searchkit.open(place.text, create=True, replicas=0) as engine:
        engine.index(make_root(tmp_path / "root"))
        engine.add([Article("free", "Report", "Peace talks of no root.")])
        engine.delete(["root/01"])
        before = content(engine)
        assert indexes(place) == {"": {"shards": "1", "replicas": "0"}}

        dry = searchkit.rebuild(place.text, partition="month", dry_run=True)
        assert (dry.unchanged, dry.changed, dry.withheld, set(indexes(place))) == (6, False, 1, {""})
        report = searchkit.rebuild(place.text, partition="month", shards=2)
        assert (report.unchanged, report.changed, report.withheld) == (6, False, 1)
        months = {"2019-05", "2020-04", "undated"}
        assert indexes(place) == {month: {"shards": "2", "replicas": "0"} for month in months}
        assert engine.refresh()
        assert without_scores(content(engine)) == without_scores(before)

        # What is not given stays as it is, also in a rebuild by an engine.
        assert engine.index(rebuild=True).unchanged == 6
        assert indexes(place) == {month: {"shards": "2", "replicas": "0"} for month in months}
        searchkit.rebuild(place.text, partition="none", replicas=1)
        assert indexes(place) == {"": {"shards": "2", "replicas": "1"}}
        state = state_index(place.name)
        assert get_json(place, f"/{state}")[state]["settings"]["index"]["number_of_replicas"] == "1"
        assert engine.refresh()
        assert without_scores(content(engine)) == without_scores(before)
        assert len(all_indexes(place)) == 2


def test_a_rebuild_for_another_language(place: Place, tmp_path: Path) -> None:
    with searchkit.open(place.text, create=True, replicas=0) as engine:
        engine.index(make_root(tmp_path / "root"))
        assert engine.search("Haus").total == 0
        assert searchkit.rebuild(place.text, language="de").unchanged == 6
        with pytest.raises(searchkit.IndexMismatch, match="was rebuilt for the language de since it was opened for en"):
            engine.refresh()
        with pytest.raises(searchkit.IndexMismatch, match="was rebuilt for the language de"):
            engine.add([Article("free")])
    with searchkit.open(place.text, language="de") as engine:
        assert engine.search("Haus").total == 6
    with pytest.raises(searchkit.OptionError, match="unknown language"):
        searchkit.rebuild(place.text, language="xx")
    with pytest.raises(searchkit.OptionError, match="partition must be one of none, year, month; found 'day'"):
        searchkit.rebuild(place.text, partition="day")  # type: ignore[arg-type]


def test_an_archive_of_another_analysis_is_rebuilt(place: Place, tmp_path: Path) -> None:
    with searchkit.open(place.text, create=True, language="de", replicas=0, partition="year") as engine:
        engine.index(make_root(tmp_path / "root"))
        before = content(engine)
    for part in ("2019", "2020", "undated"):
        index = article_index(place.name, 1, part)
        meta = get_json(place, f"/{index}")[index]["mappings"]["_meta"]["searchkit"] | {"analysis_version": 1}
        Cluster(place).request("PUT", f"/{index}/_mapping", body={"_meta": {"searchkit": meta}})
    with pytest.raises(searchkit.IndexMismatch, match="rebuild the archive with: searchkit index --rebuild -i"):
        searchkit.open(place.text)
    assert searchkit.rebuild(place.text, dry_run=True).unchanged == 6
    assert searchkit.rebuild(place.text).unchanged == 6
    with searchkit.open(place.text, language="de") as engine:
        assert without_scores(content(engine)) == without_scores(before)
        assert indexes(place).keys() == {"2019", "2020", "undated"}


def test_a_rebuild_that_is_cut_off_changes_nothing_that_searches_see(
    place: Place, cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is cut off at each of its requests. Answers are the old ones, or, after the switch, the
    new ones. The next run removes what is left; it may be a rebuild, which completes it."""
    shorten_lease(monkeypatch)
    root = make_root(tmp_path / "root")
    with searchkit.open(place.text, create=True, replicas=0) as engine:
        engine.index(root)
        engine.add([Article("free", "Report", "Peace talks of no root.")])
        for turn in itertools.count(1):
            before, old = without_scores(content(engine)), set(indexes(place))
            (root / "0.jsonl").write_text(json.dumps({"id": f"t{turn}", "text": f"Talks of turn{turn}."}) + "\n")
            partition: searchkit.Partition = "year" if old == {""} else "none"
            with Dying(cluster, turn) as host:
                with suppress(searchkit.StorageError):
                    searchkit.rebuild(place_through(host, place), partition=partition)
                is_dead = host.is_dead()
            is_switched = set(indexes(place)) != old
            if not is_switched:
                assert without_scores(content(engine)) == before, turn
            else:
                assert engine.search(f"turn{turn}").total == 1
            if turn % 4 < 2:
                searchkit.rebuild(place.text, partition=partition, wait=20)
                engine.refresh()
                is_switched = True
            else:
                engine.index(wait=20)
            new = {"2019", "2020", "undated"} if partition == "year" else {""}
            assert set(indexes(place)) == (new if is_switched else old), turn
            assert all_indexes(place) == {state_index(place.name), *get_json(place, f"/{place.name}")}, turn
            assert [hit.id for hit in engine.search("turn*", limit=None)] == [f"root/t{turn}"]
            assert {hit.id for hit in engine.search("peace", limit=None)} == {*(f"root/1{n}" for n in range(3)), "free"}
            if not is_dead:
                break
        assert turn > 8


def test_a_rebuild_of_nothing(place: Place) -> None:
    with searchkit.open(place.text, create=True, replicas=0) as engine:
        for partition in reversed(PARTITIONS):
            report = searchkit.rebuild(place.text, partition=partition)
            assert report == searchkit.IndexReport(generation=report.generation)
            assert set(indexes(place)) == {first_part(partition)}
            assert engine.refresh()
        assert (engine.search("*").total, list(engine.articles()), engine.stats().articles) == (0, [], 0)
        assert engine.add([Article("a", "Title", "Text.")]).added == 1


def test_readers_see_the_old_archive_or_the_new_one(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rebuild switches, and removes what it replaced, before any of the requests of a reader."""
    limits = ((searching, "MAX_WINDOW"), (searching, "FIRST_PAGE"), (listing, "IDS_AT_ONCE"))
    for module, name in limits:
        monkeypatch.setattr(module, name, 20)
    switch_at = [0]  # the number of the request

    def answer(request: Request) -> bytes:
        if len(host.requests) == switch_at[0]:
            with monkeypatch.context() as patch:
                for module, name in limits:
                    patch.setattr(module, name, 10_000)
                engine.index(rebuild=True)
        return as_answer(*forward(cluster, request))

    with searchkit.open(place.text, create=True, replicas=0, partition="year") as engine, FaultyHost(answer) as host:
        engine.add(collection(60))
        ids = [hit.id for hit in engine.search("*", limit=None, sort="date")]
        first = engine.stats().first
        with searchkit.open(place_through(host, place)) as reader:
            acts: dict[Callable[[], object], object] = {
                lambda: [hit.id for hit in reader.search("*", limit=None, sort="date")]: ids,
                lambda: sorted(one.article.id for one in reader.articles()): sorted(ids),
                lambda: (reader.stats().articles, reader.stats().first): (60, first),
                lambda: [one.total for one in reader.search_many(["*", "date:none"])]: [60, 7],
            }
            for act, found in acts.items():
                host.requests.clear()
                assert act() == found
                for number in range(1, len(host.requests) + 1):
                    host.requests.clear()
                    switch_at[0] = number
                    assert act() == found
                switch_at[0] = 0


def test_readers_in_other_threads_see_no_error(place: Place) -> None:
    done = threading.Event()

    def read(act: Callable[[searchkit.Engine], int]) -> int:
        count = 0
        with searchkit.open(place.text) as engine:
            while not done.is_set():
                assert act(engine) == 300
                count += 1
        return count

    with searchkit.open(place.text, create=True, replicas=0) as engine:
        engine.add(Article(f"a{number}", "Title", "Peace.") for number in range(300))
        with ThreadPoolExecutor(3) as pool:
            readers = [
                pool.submit(read, lambda engine: engine.search("peace").total),
                pool.submit(read, lambda engine: engine.search_many(["peace"])[0].total),
                pool.submit(read, lambda engine: len(list(engine.articles()))),
            ]
            try:
                for _ in range(2):
                    assert engine.index(rebuild=True).unchanged == 300
            finally:
                done.set()
            assert all(reader.result() for reader in readers)
