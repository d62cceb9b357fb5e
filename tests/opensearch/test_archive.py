"""Archives on a cluster are made once, whoever makes them, and opened only where they fit."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest

import searchkit
from searchkit.engines.opensearch import archive, creation
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.lease import Lease
from searchkit.engines.opensearch.mapping import (
    ArchiveSettings,
    article_index,
    article_template,
    state_content,
    state_index,
    template_name,
)
from searchkit.engines.opensearch.place import Place
from tests.opensearch.archives import as_answer, forward, get_json, new_place, through, writes
from tests.opensearch.faulty_host import FaultyHost, Request


@pytest.fixture
def place(cluster: str) -> Iterator[Place]:
    with new_place(cluster, "archive") as found:
        yield found


def make(place: Place, **options: Any) -> ArchiveIndex:
    return ArchiveIndex.open(Cluster(place), place, create=True, **{"replicas": 0, **options})


def begin_run(archive: ArchiveIndex) -> int:
    """The number of a new run."""
    lease = Lease(archive.state)
    lease.give_back()
    return lease.number


def finish_run(archive: ArchiveIndex) -> int:
    """The generation after a run that changed something."""
    lease = Lease(archive.state, wait=20)
    try:
        return lease.finish_run()
    finally:
        lease.give_back()


def names(place: Place) -> set[str]:
    """The indexes of an archive."""
    return set(get_json(place, f"/{place.name}*"))


def test_an_archive_is_made_and_opened(place: Place) -> None:
    made = make(place, language="de", shards=2, replicas=1)
    assert made.warnings == ()
    assert (made.settings.language, made.generation, made.article_count, made.state.read().tombstones) == ("de", 0, 0, {})
    assert names(place) == {article_index(place.name, 1), state_index(place.name)}
    settings = get_json(place, f"/{place.name}")[article_index(place.name, 1)]["settings"]["index"]
    assert (settings["number_of_shards"], settings["number_of_replicas"], settings["gc_deletes"]) == ("2", "1", "1h")
    assert get_json(place, f"/{made.state.name}")[made.state.name]["settings"]["index"]["gc_deletes"] == "1h"
    assert ArchiveIndex.open(Cluster(place), place).settings.language == "de"
    again = ArchiveIndex.open(Cluster(place), place, create=True, language="de", shards=5, replicas=1)
    assert (again.settings.language, again.warnings) == (
        "de",
        (f"{place.text} has shards=2, and not 5: shards is for new and rebuilt archives only",),
    )
    assert get_json(place, f"/{place.name}")[article_index(place.name, 1)]["settings"]["index"] == settings


def test_where_no_archive_is_the_error_says_how_to_make_one(place: Place) -> None:
    with pytest.raises(searchkit.IndexMissing) as caught:
        ArchiveIndex.open(Cluster(place), place)
    assert str(caught.value) == (
        f"there is no index at {place.text}; make one with: searchkit index -i {place.text}"
        f' or, in Python, searchkit.open("{place.text}", create=True)'
    )
    assert names(place) == set()
    with pytest.raises(searchkit.OptionError, match="xx"):
        make(place, language="xx")
    assert names(place) == set()


@pytest.mark.parametrize(
    ("option", "least", "wrong"),
    [("shards", 1, [0, -1, 2.5, True, "2"]), ("replicas", 0, [-1, 0.0, False, "1"])],
)
def test_a_number_of_shards_or_replicas_is_checked(place: Place, option: str, least: int, wrong: list[Any]) -> None:
    for value in wrong:
        with pytest.raises(searchkit.OptionError) as caught:
            searchkit.open(place.text, create=True, **{option: value})
        assert str(caught.value) == f"{option} must be a whole number of {least} or more; found {value!r}"
    assert names(place) == set()


def test_an_archive_that_is_there_keeps_its_shards_and_says_so(place: Place) -> None:
    make(place, shards=2, replicas=0)
    with searchkit.open(place.text, create=True) as engine:
        assert engine.warnings == ()
    with searchkit.open(place.text, create=True, shards=2, replicas=0) as engine:
        assert engine.warnings == ()
    with searchkit.open(place.text, create=True, shards=7, replicas=1) as engine:
        assert engine.warnings == (
            f"{place.text} has shards=2, and not 7: shards is for new and rebuilt archives only",
            f"{place.text} has replicas=0, and not 1: replicas is for new and rebuilt archives only",
        )


def test_several_that_make_an_archive_at_once_all_succeed(place: Place) -> None:
    start = Barrier(6)

    def make_it(number: int) -> str:
        start.wait()
        return make(place).settings.language

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(make_it, range(6))) == ["en"] * 6
    assert names(place) == {article_index(place.name, 1), state_index(place.name)}


@pytest.mark.parametrize(("done", "is_lost"), [(0, True), (1, False), (2, False), (2, True), (3, False), (3, True)])
def test_what_was_interrupted_is_completed_by_the_next(place: Place, cluster: str, done: int, is_lost: bool) -> None:
    """The cluster is away after some of the requests that make an archive; of the last, it may have
    made what was asked."""

    def answer(request: Request) -> bytes | None:
        if len(writes(host.requests)) <= done:
            return as_answer(*forward(cluster, request))
        if is_lost and len(writes(host.requests)) == done + 1:
            forward(cluster, request)
        return b""

    with FaultyHost(answer) as host, pytest.raises(searchkit.StorageError):
        ArchiveIndex.open(through(host, place), place, create=True, replicas=0)
    made = make(place)
    assert (made.settings.language, made.generation, begin_run(made)) == ("en", 0, 1)


def test_an_archive_gets_back_the_alias_that_somebody_removed(place: Place) -> None:
    begin_run(make(place, language="fr"))
    cluster = Cluster(place)
    cluster.request("DELETE", f"/{article_index(place.name, 1)}/_alias/{place.name}")
    with pytest.raises(searchkit.IndexMissing):
        ArchiveIndex.open(cluster, place)
    with pytest.raises(searchkit.IndexMismatch, match="was made for the language fr, not de"):
        make(place, language="de")
    Cluster(place).request("DELETE", f"/{article_index(place.name, 1)}/_alias/{place.name}")
    again = make(place)
    assert (again.settings.language, begin_run(again)) == ("fr", 2)


@pytest.mark.parametrize("as_alias", [False, True])
def test_an_index_of_others_is_left_alone(place: Place, as_alias: bool) -> None:
    cluster = Cluster(place)
    index = article_index(place.name, 1) if as_alias else place.name
    fields = {"mappings": {"properties": {name: {"type": "keyword"} for name in ("title", "text")}}}
    cluster.request("PUT", f"/{index}", body=fields | ({"aliases": {place.name: {}}} if as_alias else {}))
    before = get_json(place, f"/{place.name}")
    for create in (False, True):
        with pytest.raises(searchkit.IndexMismatch) as caught:
            ArchiveIndex.open(cluster, place, create=create)
        assert str(caught.value) == (
            f"{place.text}: {place.name} has a foreign mapping; expected an alias of indexes that searchkit made (with"
            f' "searchkit" in the "_meta" of their mappings), found the index {index} with the fields text, title; choose'
            " another name for the archive"
        )
    assert get_json(place, f"/{place.name}") == before
    assert names(place) == {index}


def test_a_template_of_others_is_left_alone(place: Place) -> None:
    cluster = Cluster(place)
    path = f"/_index_template/{template_name(place.name)}"
    cluster.request("PUT", path, body={"index_patterns": [f"{place.name}-logs-*"]})
    before = cluster.request("GET", path)
    with pytest.raises(searchkit.IndexMismatch, match=rf"that searchkit did not make, for {place.name}-logs-\*; remove it"):
        make(place)
    assert cluster.request("GET", path) == before
    assert names(place) == set()


def test_a_template_of_an_archive_that_was_removed_is_replaced(place: Place) -> None:
    Cluster(place).request(
        "PUT",
        f"/_index_template/{template_name(place.name)}",
        body=article_template(place.name, ArchiveSettings("de", 3, 0)),
    )
    assert make(place, language="en", shards=2).settings.language == "en"
    assert get_json(place, f"/{place.name}")[article_index(place.name, 1)]["settings"]["index"]["number_of_shards"] == "2"


def test_an_archive_that_was_made_otherwise_is_not_opened(place: Place) -> None:
    make(place)
    index = article_index(place.name, 1)
    meta = get_json(place, f"/{index}")[index]["mappings"]["_meta"]["searchkit"]
    cases: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"format": 99}, searchkit.IndexMismatch, "has format 99, newer than 1: install a newer searchkit"),
        ({"format": 0}, searchkit.IndexMismatch, "has format 0, which this version no longer reads"),
        ({"analysis_version": 1}, searchkit.IndexMismatch, "was made with analysis 1 and Snowball"),
        ({"snowball_version": "2.2.0"}, searchkit.IndexMismatch, "Snowball 2.2.0; installed are.* differently; rebuild the"),
        (
            {"snowball_version": "10.0"},
            searchkit.IndexMismatch,
            "Snowball 10.0; .*; install a newer searchkit, or rebuild the",
        ),
        (
            {"analysis_version": 999},
            searchkit.IndexMismatch,
            "analysis 999 and .*; install a newer searchkit, or rebuild the",
        ),
        ({"language": "tlh"}, searchkit.CorruptIndex, "expected mappings of one known language; found 'tlh'"),
    ]
    for changes, expected, message in cases:
        Cluster(place).request("PUT", f"/{index}/_mapping", body={"_meta": {"searchkit": meta | changes}})
        for create in (False, True):
            with pytest.raises(expected, match=message):
                ArchiveIndex.open(Cluster(place), place, create=create)


def test_an_archive_of_another_language_is_not_opened(place: Place) -> None:
    make(place, language="de")
    with pytest.raises(searchkit.IndexMismatch, match="was made for the language de, not fr; rebuild it with: searchkit"):
        make(place, language="fr")


def test_documents_have_no_fields_but_those_of_the_mapping(place: Place) -> None:
    made = make(place)
    cluster = Cluster(place)
    unknown: tuple[dict[str, Any], ...] = ({"other": 1}, {"title": {"other": "x"}}, {"source": {"other": "x"}})
    for number, document in enumerate(unknown):
        for index in (made.alias, made.state.name):
            with pytest.raises(searchkit.StorageError, match="mapping set to strict, dynamic introduction of"):
                cluster.request("PUT", f"/{index}/_doc/{number}", body={"id": "a"} | document)
    cluster.request("POST", f"/{made.alias},{made.state.name}/_refresh")
    assert (made.count(), made.state.read().tombstones) == (0, {})


def test_a_run_without_its_numbers_is_damage(place: Place) -> None:
    made = make(place)
    for numbers in (
        {},
        {"number": 3},
        {"generation": 3},
        {"number": "3", "generation": 3},
        {"number": 3, "generation": None},
        {"number": 3, "generation": 1.5},
    ):
        Cluster(place).request(
            "PUT", f"/{made.state.name}/_doc/run", body={"kind": "run", "content": {"mark": ""}, **numbers}
        )
        for act in (lambda: ArchiveIndex.open(Cluster(place), place), made.refresh, lambda: begin_run(made)):
            with pytest.raises(searchkit.CorruptIndex) as caught:
                act()
            assert str(caught.value).startswith(
                f"{state_index(place.name)} is damaged: expected whole numbers as number and"
            )
            assert str(caught.value).endswith(
                "; restore it from a snapshot of the cluster, or add the articles to a new archive"
            )


def test_a_run_needs_no_mark(place: Place) -> None:
    """A mark tells only whether a change was one's own."""
    made = make(place)
    contents: tuple[object, ...] = (None, {}, {"mark": 7}, {"mark": None})
    for more in ({}, *[{"content": content} for content in contents]):
        run = {"kind": "run", "number": 3, "generation": 2, **more}
        Cluster(place).request("PUT", f"/{made.state.name}/_doc/run", body=run)
        again = ArchiveIndex.open(Cluster(place), place)
        assert (again.generation, begin_run(again), finish_run(again)) == (2, 4, 3)


def test_an_archive_without_its_state_is_damaged(place: Place) -> None:
    """Made anew, it would count from 1 again, and the cluster would take no change, because all
    versions are older."""
    make(place)
    Cluster(place).request("DELETE", f"/{state_index(place.name)}")
    for create in (False, True):
        with pytest.raises(searchkit.CorruptIndex, match=f"{state_index(place.name)} is damaged: the index or its document"):
            ArchiveIndex.open(Cluster(place), place, create=create)


def test_a_part_of_an_archive_that_is_gone_is_an_error(place: Place) -> None:
    """No count is too small because a shard is missing."""
    made = make(place)
    cluster, index = Cluster(place), article_index(place.name, 1)
    cluster.request("DELETE", f"/{index}")
    lost = article_template(place.name, ArchiveSettings("en", 2, 0))["template"]
    lost["settings"]["index.routing.allocation.require._name"] = "nobody"
    cluster.request("PUT", f"/{index}", params={"wait_for_active_shards": 0}, body={**lost, "aliases": {place.name: {}}})
    for act in (made.refresh, made.count, lambda: ArchiveIndex.open(cluster, place)):
        with pytest.raises(searchkit.StorageError, match=f"the health of {index} is red, 0 of 2 shards are there"):
            act()


@contextmanager
def nowhere(place: Place, index: str) -> Iterator[None]:
    """No node may take the shards of an index."""
    path = f"/_index_template/nowhere-{place.name}"
    settings = {"index.routing.allocation.require._name": "nobody"}
    template = {"index_patterns": [index], "priority": 900, "template": {"settings": settings}}
    Cluster(place).request("PUT", path, body=template)
    try:
        yield
    finally:
        Cluster(place).request("DELETE", path)


def left(place: Place) -> tuple[set[str], bool]:
    """The indexes of an archive, and whether there is a template of it."""
    return names(place), "error" not in get_json(place, f"/_index_template/{template_name(place.name)}")


@pytest.mark.parametrize("is_state", [False, True])
def test_where_no_node_takes_the_shards_the_error_says_why(
    place: Place, is_state: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing stays of what was made."""
    monkeypatch.setattr(creation, "SECONDS_TO_MAKE", 1)
    index = state_index(place.name) if is_state else article_index(place.name, 1)
    reason = f'no node of the cluster takes the shards of the index {index}, after 1 seconds: node does not match .*"nobody"'
    with nowhere(place, index):
        with pytest.raises(searchkit.StorageError, match=reason):
            make(place)
        assert left(place) == (set(), False)
        if is_state:  # what a process that was killed left
            Cluster(place).request("PUT", f"/{index}", params={"wait_for_active_shards": 0}, body=state_content(0))
            with pytest.raises(searchkit.StorageError, match=reason):
                make(place)
            assert left(place) == ({index}, False)
            Cluster(place).request("DELETE", f"/{index}")
    assert begin_run(make(place)) == 1


def test_what_the_cluster_refuses_to_make_leaves_nothing(place: Place) -> None:
    with pytest.raises(searchkit.StorageError, match="Validation Failed"):
        make(place, shards=1000, replicas=3)
    assert left(place) == (set(), False)


def test_a_state_that_is_there_has_as_many_copies_as_whoever_completes_the_archive_asks(place: Place) -> None:
    state = state_index(place.name)
    Cluster(place).request("PUT", f"/{state}", body=state_content(3))
    assert make(place, replicas=0).warnings == ()
    assert get_json(place, f"/{state}")[state]["settings"]["index"]["number_of_replicas"] == "0"


def test_an_archive_whose_articles_are_gone_begins_anew_and_says_so(place: Place) -> None:
    with searchkit.open(place.text, create=True, replicas=0) as engine:
        assert engine.warnings == ()
        engine.add([searchkit.Article("a", "Title", "Text.")])
    Cluster(place).request("DELETE", f"/{article_index(place.name, 1)}")
    with pytest.raises(searchkit.IndexMissing):
        searchkit.open(place.text)
    with searchkit.open(place.text, create=True, replicas=0) as engine:
        assert engine.warnings == (
            f"{place.text}: the articles of this archive were gone; it begins anew, without any. The numbers of runs, the"
            " generation, roots and tombstones go on",
        )
        assert engine.stats().articles == 0
        assert engine.add([searchkit.Article("a", "Title", "Text.")]).generation == 2
    with searchkit.open(place.text, create=True) as engine:
        assert engine.warnings == ()
    assert ArchiveIndex.open(Cluster(place), place).state.read_run().number == 2


def test_an_archive_that_another_process_makes_now_is_waited_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its alias is there, but not yet its shards."""
    monkeypatch.setattr(archive, "_SECONDS_TO_OPEN", 30)
    make(place)
    cluster, index = Cluster(place), article_index(place.name, 1)
    cluster.request("DELETE", f"/{index}")
    content = article_template(place.name, ArchiveSettings("en", 2, 0))["template"] | {"aliases": {place.name: {}}}
    content["settings"]["index.routing.allocation.require._name"] = "nobody"
    cluster.request("PUT", f"/{index}", params={"wait_for_active_shards": 0}, body=content)
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(ArchiveIndex.open, Cluster(place), place)
        with pytest.raises(TimeoutError):
            opening.result(1)
        cluster.request("PUT", f"/{index}/_settings", body={"index.routing.allocation.require._name": None})
        assert opening.result().article_count == 0


def test_no_two_runs_have_the_same_number(place: Place) -> None:
    make(place)
    archives = [ArchiveIndex.open(Cluster(place), place) for _ in range(4)]

    def write(archive: ArchiveIndex) -> list[tuple[int, int]]:
        found = []
        for _ in range(3):
            lease = Lease(archive.state, wait=60)
            found.append((lease.number, lease.finish_run()))
            lease.give_back()
        return found

    with ThreadPoolExecutor(4) as pool:
        runs = sorted(one for found in pool.map(write, archives) for one in found)
    assert runs == [(number, number) for number in range(1, 13)]
    assert archives[0].generation == 0
    assert archives[0].refresh()
    assert (archives[0].generation, archives[0].refresh()) == (12, False)


def test_names_need_not_be_ascii(cluster: str) -> None:
    with new_place(cluster, "zeitung-ä&%=c") as place:
        made = make(place)
        assert (begin_run(made), made.count()) == (1, 0)
        assert ArchiveIndex.open(Cluster(place), place).state.read_run().number == 1
