"""Rebuilds of archives on a cluster: for other settings, and through whatever happens meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit import Article
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.mapping import article_index, parse_article_index, state_index
from searchkit.engines.opensearch.place import Place
from searchkit.testing.archive import content, without_scores
from tests.opensearch.archives import get_json, new_place

DATES = ("2019-05-01", "2020-04-26", "2020-05-01", None, "2021-01-01")


@pytest.fixture
def place(cluster: str) -> Iterator[Place]:
    with new_place(cluster, "rebuild") as found:
        yield found


def make_root(folder: Path) -> Path:
    """A root of ten articles in two files, printed in three years, or without a date."""
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
        assert (dry.unchanged, dry.changed, dry.withheld, set(indexes(place))) == (10, False, 1, {""})
        report = searchkit.rebuild(place.text, partition="month", shards=2)
        assert (report.unchanged, report.changed, report.withheld) == (10, False, 1)
        months = {"2019-05", "2020-04", "2020-05", "2021-01", "undated"}
        assert indexes(place) == {month: {"shards": "2", "replicas": "0"} for month in months}
        assert engine.refresh()
        assert without_scores(content(engine)) == without_scores(before)

        # What is not given stays as it is, also in a rebuild by an engine.
        assert engine.index(rebuild=True).unchanged == 10
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
        assert searchkit.rebuild(place.text, language="de").unchanged == 10
        with pytest.raises(searchkit.IndexMismatch, match="was rebuilt for the language de since it was opened for en"):
            engine.refresh()
        with pytest.raises(searchkit.IndexMismatch, match="was rebuilt for the language de"):
            engine.add([Article("free")])
    with searchkit.open(place.text, language="de") as engine:
        assert engine.search("Haus").total == 10
    with pytest.raises(searchkit.OptionError, match="unknown language"):
        searchkit.rebuild(place.text, language="xx")
    with pytest.raises(searchkit.OptionError, match="partition must be one of none, year, month; found 'day'"):
        searchkit.rebuild(place.text, partition="day")  # type: ignore[arg-type]


def test_an_archive_of_another_analysis_is_rebuilt(place: Place, tmp_path: Path) -> None:
    with searchkit.open(place.text, create=True, language="de", replicas=0, partition="year") as engine:
        engine.index(make_root(tmp_path / "root"))
        before = content(engine)
    for part in ("2019", "2020", "2021", "undated"):
        index = article_index(place.name, 1, part)
        meta = get_json(place, f"/{index}")[index]["mappings"]["_meta"]["searchkit"] | {"analysis_version": 1}
        Cluster(place).request("PUT", f"/{index}/_mapping", body={"_meta": {"searchkit": meta}})
    with pytest.raises(searchkit.IndexMismatch, match="rebuild the archive with: searchkit index --rebuild -i"):
        searchkit.open(place.text)
    assert searchkit.rebuild(place.text, dry_run=True).unchanged == 10
    assert searchkit.rebuild(place.text).unchanged == 10
    with searchkit.open(place.text, language="de") as engine:
        assert without_scores(content(engine)) == without_scores(before)
        assert indexes(place).keys() == {"2019", "2020", "2021", "undated"}
