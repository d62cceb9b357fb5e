"""Whatever others do to an archive in a cluster is found, and repaired where it can be."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import searchkit
from searchkit import Article, Fault, Repair, Verification
from searchkit.analysis import Analyzer
from searchkit.engines.opensearch import document_verifier, repairer
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.documents import document_id
from searchkit.engines.opensearch.lease import Lease
from searchkit.engines.opensearch.mapping import (
    ArchiveSettings,
    article_index,
    article_template,
    part_of,
    state_index,
    write_alias,
)
from searchkit.engines.opensearch.place import Place
from searchkit.engines.opensearch.state import RUN_CHANGES, StateIndex, file_id, root_id, tombstone_document
from searchkit.indexing.entries import hash_record
from searchkit.schema import to_record
from tests.opensearch.archives import as_answer, forward, is_bulk, new_place
from tests.opensearch.faulty_host import FaultyHost, Request
from tests.opensearch.reference_documents import make_document

ENGLISH = Analyzer("en")
WHOLE = Verification()
YEARS = (2020, 2021, 0)
"""The years of the articles in a file, in turn; 0 stands for no date."""


class Archive:
    """An archive with an index for each year, over a root of some files, and some articles of no
    file; and raw requests to what the cluster has of it."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place, self.folder = place, folder
        self.cluster = Cluster(place)
        self.state = state_index(place.name)
        self._late = 0
        self.write_files()
        with self.open(create=True, shards=2, replicas=0, partition="year") as engine:
            engine.index([folder], label="r")
            self.add_free(engine)
            engine.add([Article("gone", "Report", "It is deleted.")])
            engine.delete(["gone"])
            self.articles = {one.article.id: one for one in engine.articles()}

    def write_files(self) -> None:
        """Write the files of the root."""
        self.folder.mkdir(exist_ok=True)
        for name, numbers in (("a.jsonl", range(12)), ("b.jsonl", range(12, 24))):
            lines = [json.dumps(_record(number)) for number in numbers]
            (self.folder / name).write_text("\n".join(lines) + "\n")
        (self.folder / "c.txt").write_text(" date 2020-04-26\n\nReport\n\nPeace talks.\n")

    def open(self, **options: Any) -> searchkit.ArchiveEngine:
        return searchkit.open(self.place.text, **options)

    def add_free(self, engine: searchkit.Engine) -> None:
        """Add the articles of no file."""
        engine.add([_free(number) for number in range(9)])

    def index(self, part: str) -> str:
        """The index of a part of the articles."""
        (number,) = {name.split("-articles-")[1][:6] for name in self.request("GET", f"/{self.place.name}")}
        return article_index(self.place.name, int(number), part)

    def index_of(self, article_id: str) -> str:
        """The index that an article belongs to."""
        return self.index(part_of(self.articles[article_id].article, "year"))

    def path(self, article_id: str, index: str = "") -> str:
        """Where an article is."""
        return f"{index or self.index_of(article_id)}/_doc/{document_id(article_id)}"

    def request(self, method: str, path: str, body: Any = None) -> Any:
        return self.cluster.request(method, path, body=body)

    def put(self, path: str, document: Any, version: int | None = None) -> None:
        """Write a document, as another program would do it, or with a version of a run."""
        versioned = "" if version is None else f"?version={version}&version_type=external"
        self.request("PUT", f"/{path}{versioned}", document)

    def document(self, article_id: str) -> Any:
        """The document of an article as it should be."""
        article, origin = self.articles[article_id].article, self.articles[article_id].origin
        record = to_record(article, origin)
        return make_document(article, origin, record, hash_record(record), ENGLISH)

    def version(self, path: str) -> int:
        """The version of a document."""
        return int(self.request("GET", f"/{path}")["_version"])

    def latest_version(self) -> int:
        """A version after those that the last run gave."""
        self._late += 1
        return StateIndex(self.cluster, self.place).read_run().number * RUN_CHANGES + RUN_CHANGES // 2 + self._late

    def refresh(self) -> None:
        """Let searches find what was written."""
        self.request("POST", f"/{self.place.name},{self.state}/_refresh")

    def content(self) -> tuple[object, ...]:
        """What the archive holds."""
        with self.open() as engine:
            return {one.article.id: one for one in engine.articles()}, engine.roots(), engine.tombstones()

    def verify(self, **options: Any) -> Verification:
        """Verify it, without opening it first."""
        return searchkit.verify(self.place.text, **options)

    def repair(self) -> Repair:
        """Repair it; it is whole afterwards."""
        with self.open() as engine:
            before = engine.stats().generation
        done = self.verify(repair=True).repair
        assert done is not None
        assert (done.generation, done.remaining) == (before + 1, ())
        assert self.verify() == WHOLE
        return done


def told(faults: Iterable[Fault]) -> list[tuple[str, str]]:
    """The paths and the reasons of faults."""
    return sorted((fault.path, fault.reason) for fault in faults)


def _date(number: int) -> datetime | None:
    year = YEARS[number % 3]
    return datetime(year, 4, 1 + number % 28, 12, 30, tzinfo=UTC) if year else None


def _record(number: int) -> dict[str, str]:
    date = _date(number)
    dated = {"date": date.isoformat()} if date else {}
    url = f"https://News.example/{number}.html"
    return {
        "id": f"j{number}",
        "title": f"Report {number}",
        "text": f"Peace talks go on in room{number}.",
        "url": url,
    } | dated


def _free(number: int) -> Article:
    return Article(f"free/{number}", "Letter", f"Of no file, number{number}.", _date(number), ("Jo Smith",), language="en")


@pytest.fixture
def archive(cluster: str, tmp_path: Path) -> Iterator[Archive]:
    with new_place(cluster, "verify") as place:
        yield Archive(place, tmp_path / "root")


class Damage(NamedTuple):
    """What is done to an archive, and the fault that it is: its path and its reason. `missing` and
    `files` are those of the repair."""

    path: str
    reason: str
    missing: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    unknown: int = 0


def _a_value_is_another(archive: Archive) -> Iterator[Damage]:
    archive.put(archive.path("r/j0"), archive.document("r/j0") | {"host": "other.example", "printed": 7})
    yield Damage(
        archive.path("r/j0"),
        "of the article 'r/j0': its field host is 'other.example', and not 'news.example'; its field printed is 7, and not"
        " 63721341000000000",
    )


def _a_value_is_missing(archive: Archive) -> Iterator[Damage]:
    document = archive.document("free/0")
    del document["lang"]
    archive.put(archive.path("free/0"), document)
    yield Damage(archive.path("free/0"), "of the article 'free/0': its field lang is missing, and not 'en'")


def _a_hash_is_missing(archive: Archive) -> Iterator[Damage]:
    document = archive.document("free/1")
    del document["record_hash"]
    archive.put(archive.path("free/1"), document)
    hashed = archive.document("free/1")["record_hash"]
    yield Damage(archive.path("free/1"), f"of the article 'free/1': its field record_hash is missing, and not {hashed}")


def _a_text_is_another(archive: Archive) -> Iterator[Damage]:
    """The next run reads its file, and puts the right text back."""
    document = archive.document("r/j1")
    document["article"] = document["article"].replace("Peace", "Hate")
    archive.put(archive.path("r/j1"), document)
    yield Damage(
        archive.path("r/j1"),
        "of the article 'r/j1': its record has another hash than was stored with it",
        files=("r/a.jsonl",),
    )


def _a_program_writes_what_is_stored(archive: Archive) -> Iterator[Damage]:
    """As _update_by_query and _reindex do: the fields are made of what is stored alone."""
    archive.refresh()
    query = {"query": {"ids": {"values": [document_id("r/j2")]}}}
    archive.request("POST", f"/{archive.place.name}/_update_by_query?refresh=true&conflicts=proceed", query)
    yield Damage(
        archive.path("r/j2"),
        "of the article 'r/j2': it has none of its fields, as documents that _reindex or _update_by_query wrote",
        files=("r/a.jsonl",),
    )


def _an_article_is_unreadable(archive: Archive) -> Iterator[Damage]:
    for name, files in (("r/j3", ("r/a.jsonl",)), ("free/2", ())):
        archive.put(archive.path(name), archive.document(name) | {"article": '["cut'})
        yield Damage(
            archive.path(name),
            f"of the article {name!r}: it holds no article that can be read",
            missing=(name,),
            files=files,
        )


def _nothing_is_readable(archive: Archive) -> Iterator[Damage]:
    """Its file is known because it has an article less than its state says."""
    archive.put(archive.path("r/j12"), {"article": "[1]"})
    yield Damage(archive.path("r/j12"), "it holds no article that can be read", unknown=1)
    yield Damage("r/b.jsonl", "its state says that 12 articles came from it, and 11 are there", files=("r/b.jsonl",))


def _a_copy_has_another_name(archive: Archive) -> Iterator[Damage]:
    path = f"{archive.index_of('r/j4')}/_doc/copy"
    archive.put(path, archive.document("r/j4"))
    yield Damage(
        path,
        f"of the article 'r/j4': its _id should be {document_id('r/j4')}; {archive.path('r/j4')} has it too, and counts",
    )


def _an_article_has_another_name(archive: Archive) -> Iterator[Damage]:
    path = f"{archive.index_of('r/j5')}/_doc/moved"
    archive.put(path, archive.document("r/j5"))
    archive.request("DELETE", f"/{archive.path('r/j5')}")
    yield Damage(path, f"of the article 'r/j5': its _id should be {document_id('r/j5')}")


def _an_article_is_in_another_part(archive: Archive) -> Iterator[Damage]:
    wrong = archive.path("r/j6", archive.index("undated"))
    archive.put(wrong, archive.document("r/j6"), archive.version(archive.path("r/j6")))
    archive.request("DELETE", f"/{archive.path('r/j6')}")
    yield Damage(wrong, "of the article 'r/j6': by its date it belongs to the part 2020")


def _an_older_copy_is_in_another_part(archive: Archive) -> Iterator[Damage]:
    old = archive.articles["r/j7"].article
    article = Article("r/j7", "Old", "An older one.", datetime(2020, 1, 1, tzinfo=UTC), path=old.path)
    record = to_record(article, "r/a.jsonl")
    path = archive.path("r/j7", archive.index("2020"))
    archive.put(path, make_document(article, "r/a.jsonl", record, hash_record(record), ENGLISH), 7)
    yield Damage(path, f"of the article 'r/j7': {archive.path('r/j7')} has it too, and counts")


def _a_deleted_article_is_there(archive: Archive) -> Iterator[Damage]:
    name, document = tombstone_document("free/3", "")
    archive.put(f"{archive.state}/_doc/{name}", json.loads(document), archive.version(archive.path("free/3")) + 1)
    yield Damage(archive.path("free/3"), "the article 'free/3' was deleted, and is still there")


def _a_deletion_is_remembered_though_it_was_undone(archive: Archive) -> Iterator[Damage]:
    name, document = tombstone_document("free/4", "")
    archive.put(f"{archive.state}/_doc/{name}", json.loads(document), 3)
    yield Damage(archive.path("free/4"), "the article 'free/4' was added after its deletion, which is still remembered")


def _what_is_remembered_is_unreadable(archive: Archive) -> Iterator[Damage]:
    path = f"{archive.state}/_doc/{file_id('r', 'c.txt')}"
    archive.put(path, {"kind": "file", "id": "x", "content": {"label": "r", "path": "c.txt", "state": [1]}})
    yield Damage(path, "it is of the kind file, and has not what it should have; without it, the file is read again")
    yield Damage("r/c.txt", "1 article came from it, and it has no state", files=("r/c.txt",))
    path = f"{archive.state}/_doc/other"
    archive.put(path, {"kind": "else"})
    yield Damage(path, "it is of the kind else, and has not what it should have")
    name, document = tombstone_document("free/9", "")
    archive.put(f"{archive.state}/_doc/{name}x", json.loads(document))
    yield Damage(
        f"{archive.state}/_doc/{name}x",
        "it is of the kind tombstone, and has not what it should have; without it, the article may come back when its file"
        " is read",
    )


DAMAGES: tuple[Callable[[Archive], Iterator[Damage]], ...] = (
    _a_value_is_another,
    _a_value_is_missing,
    _a_hash_is_missing,
    _a_text_is_another,
    _a_program_writes_what_is_stored,
    _an_article_is_unreadable,
    _nothing_is_readable,
    _a_copy_has_another_name,
    _an_article_has_another_name,
    _an_article_is_in_another_part,
    _an_older_copy_is_in_another_part,
    _a_deleted_article_is_there,
    _a_deletion_is_remembered_though_it_was_undone,
    _what_is_remembered_is_unreadable,
)


def test_each_damage_is_found_and_repaired(archive: Archive) -> None:
    """All at once: each is one fault, or two, and there are no others."""
    assert archive.verify() == WHOLE
    before = archive.content()
    damages = [damage for damage_it in DAMAGES for damage in damage_it(archive)]
    archive.refresh()
    expected = sorted((damage.path, damage.reason) for damage in damages)
    assert told(archive.verify().faults) == expected
    with archive.open() as engine:
        found = engine.verify(repair=True)
        assert told(found.faults) == expected
        repair = found.repair
        assert repair is not None
        assert repair == Repair(
            engine.stats().generation,
            missing=tuple(sorted(name for damage in damages for name in damage.missing)),
            unknown=sum(damage.unknown for damage in damages),
            files=tuple(sorted({name for damage in damages for name in damage.files})),
        )
        assert engine.verify() == engine.verify(repair=True) == WHOLE
        assert engine.stats().generation == repair.generation
        report = engine.index()
        assert (report.added, report.replaced, report.removed, report.failures) == (2, 1, 0, ())
        engine.add([_free(2), _free(3)])
        assert engine.verify() == WHOLE
    assert archive.content() == before


def test_random_damage_is_repaired(archive: Archive) -> None:
    """After a repair and a run, the archive is as it was; what is missing is named."""
    before = archive.content()
    rng = random.Random(16)
    ids = sorted(archive.articles)
    for _ in range(4):
        damaged = rng.sample(ids, 12)
        for name in damaged:
            _damage(archive, rng, name)
        archive.refresh()
        repair = archive.repair()
        assert repair.unknown == 0
        assert set(repair.missing) <= set(damaged)
        with archive.open() as engine:
            engine.index()
            archive.add_free(engine)
            assert engine.verify() == WHOLE
        assert archive.content() == before


def _damage(archive: Archive, rng: random.Random, name: str) -> None:
    """Damage an article in one of several ways."""
    document, path = archive.document(name), archive.path(name)
    part, other = rng.choice(("2020", "2021", "undated")), rng.choice((document_id(name), f"x{name[-2:]}".replace("/", "x")))
    elsewhere = f"{archive.index(part)}/_doc/{other}"
    match rng.randrange(7):
        case 0:
            archive.request("DELETE", f"/{path}")
        case 1:
            archive.put(path, document | {"article": document["article"][: rng.randrange(40)]})
        case 2:
            del document[rng.choice([field for field in ("record_hash", "origin", "date", "url") if field in document])]
            archive.put(path, document)
        case 3:
            archive.put(elsewhere, document, rng.choice((None, archive.latest_version())))
        case 4:
            archive.request("DELETE", f"/{path}")
            archive.put(elsewhere, document, archive.latest_version())
        case 5:
            archive.put(path, document | {"article": document["article"].replace("Peace", "War").replace("Of no", "In a")})
        case 6 if name.startswith("free/"):
            tombstone, content = tombstone_document(name, "")
            archive.put(
                f"{archive.state}/_doc/{tombstone}", json.loads(content), rng.choice((None, archive.latest_version()))
            )


def test_indexes_get_back_what_they_lack(archive: Archive) -> None:
    """Aliases and settings. Verification opens nothing: no search would find the articles."""
    name, place = archive.place.name, archive.place
    a, b, c = (archive.index(part) for part in ("2020", "2021", "undated"))
    before = archive.content()
    own = write_alias(name, 1, "2021")
    change = {"index.gc_deletes": "5s"}
    archive.request("PUT", f"/{b}/_settings", {"index.max_regex_length": 1_000})
    archive.request("PUT", f"/{archive.state}/_settings", change)
    actions = [
        {"remove": {"index": a, "alias": name}},
        {"add": {"index": c, "alias": name, "filter": {"term": {"lang": "en"}}}},
        {"remove": {"index": b, "alias": own}},
        {"add": {"index": a, "alias": own}},
    ]
    archive.request("POST", "/_aliases", {"actions": actions})
    expected = {
        (
            a,
            f"it lacks the alias {name}: no search finds its articles; add it with: curl -X POST '{place.hosts[0]}/_aliases'",
        ),
        (a, f"it has the alias {own}, by which {b} is written"),
        (b, f"it lacks the alias {own}, by which it is written"),
        (b, "its setting index.max_regex_length is '1000', and not '65536'"),
        (
            c,
            f"its alias {name} has a filter, so that searches do not find all of its articles; put it anew with: curl -X POST",
        ),
        (archive.state, "its setting index.gc_deletes is '5s', and not '1h'"),
    }

    def check(found: Verification) -> None:
        assert len(found.faults) == len(expected)
        assert all(
            any(path == fault.path and fault.reason.startswith(reason) for path, reason in expected)
            for fault in found.faults
        )

    check(archive.verify())
    assert archive.content() != before
    done = archive.repair()
    assert (done.missing, done.unknown, done.files) == ((), 0, ())
    assert archive.content() == before
    archive.request("POST", "/_aliases", {"actions": [{"remove": {"index": f"{name}-*", "alias": name}}]})
    with pytest.raises(searchkit.IndexMissing):
        archive.open()
    assert [fault.path for fault in archive.verify().faults] == [a, b, c]
    found = archive.verify(repair=True)
    assert (len(found.faults), found.repair and found.repair.remaining) == (3, ())
    assert archive.content() == before


class Breakage(NamedTuple):
    """What is done to the indexes of an archive, and undone: a request each. `reason` begins that
    of the one fault that it is; `is_checked` says that the articles are checked all the same."""

    do: tuple[str, str, Any]
    undo: tuple[str, str, Any]
    path: str
    reason: str
    is_checked: bool = False


def _breakages(archive: Archive) -> Iterator[Breakage]:
    name, (a, b) = archive.place.name, (archive.index("2020"), archive.index("undated"))
    rebuild = f"rebuild the archive with: searchkit index --rebuild -i {archive.place.text}"
    foreign = f"{name}-other"
    yield Breakage(
        ("PUT", foreign, {"aliases": {name: {}}, "settings": {"number_of_replicas": 0}}),
        ("DELETE", foreign, None),
        foreign,
        f"it is found under the name {name}, and is no index of searchkit's; take the alias away with: curl -X POST",
    )
    mapping = archive.request("GET", f"/{a}/_mapping")[a]["mappings"]
    old = article_index(name, 0, "2020")
    aliases: Any = {"aliases": {name: {}, write_alias(name, 0, "2020"): {}}}
    yield Breakage(
        ("PUT", old, aliases),
        ("DELETE", old, None),
        old,
        f"it has the number 0, and others under the alias {name} have 1: they are of different rebuilds.",
    )
    other = article_index(name, 1, "1999")
    made = {"searchkit": mapping["_meta"]["searchkit"] | {"language": "de"}}
    yield Breakage(
        (
            "PUT",
            other,
            {"aliases": {name: {}, write_alias(name, 1, "1999"): {}}, "mappings": mapping | {"_meta": made}},
        ),
        ("DELETE", other, None),
        other,
        f"it was made for the language 'de' and the partition 'year', and others for 'en' and 'year'; {rebuild}",
    )
    made = {"searchkit": mapping["_meta"]["searchkit"] | {"format": 99}}
    yield Breakage(
        ("PUT", f"{a}/_mapping", {"_meta": made}),
        ("PUT", f"{a}/_mapping", {"_meta": mapping["_meta"]}),
        a,
        f"{archive.place.text}: {a} has format 99, newer than 1: install a newer searchkit",
    )
    yield Breakage(
        ("PUT", f"{a}/_mapping", {"properties": {"lang": {"type": "keyword", "ignore_above": 5}}}),
        ("PUT", f"{a}/_mapping", {"properties": {"lang": {"type": "keyword", "ignore_above": 8191}}}),
        a,
        f"its mapping is not as it was made: properties.lang.ignore_above is 5, and not 8191; {rebuild}",
    )
    yield Breakage(
        ("POST", f"{b}/_close", None),
        ("POST", f"{b}/_open", None),
        b,
        f"it is closed; open it with: curl -X POST '{archive.place.hosts[0]}/{b}/_open'",
    )
    codes = {"type": "pattern_capture", "preserve_original": False}
    yield Breakage(
        ("PUT", f"{b}/_settings", {"index.analysis.filter.searchkit_codes": codes | {"patterns": ["(.)"]}}),
        ("PUT", f"{b}/_settings", {"index.analysis.filter.searchkit_codes": codes | {"patterns": ["([^|]+)"]}}),
        b,
        "its setting index.analysis is not as it was made: filter.searchkit_codes.patterns is ['(.)'], and not ['([^|]+)'];"
        f" {rebuild}",
        is_checked=True,
    )
    content = article_template(name, ArchiveSettings("en", 2, 0, "year"))["template"]
    content["settings"]["index.routing.allocation.require._name"] = "nobody"
    content["aliases"] = {name: {}, write_alias(name, 1, "1999"): {}}
    yield Breakage(
        ("PUT", f"{other}?wait_for_active_shards=0", content),
        ("DELETE", other, None),
        other,
        "0 of 2 shards are there. Nodes that are gone may have the others; what is missing is shown by:",
    )
    yield Breakage(
        ("PUT", f"{archive.state}/_mapping", {"properties": {"other": {"type": "long"}}}),
        ("GET", f"{archive.state}/_mapping", None),
        archive.state,
        "its mapping is not as it was made: properties.other is {'type': 'long'}, and should not be there; restore it from a"
        " snapshot of the cluster",
        is_checked=True,
    )


def test_what_only_people_can_mend_remains(archive: Archive) -> None:
    """The rest of a damaged archive is repaired nevertheless, if it can be read."""
    for breakage in _breakages(archive):
        with_closing = any("analysis" in key for key in breakage.do[2] or ())
        index = breakage.path
        for request in (breakage.do, breakage.undo):
            if with_closing:
                archive.request("POST", f"/{index}/_close")
            archive.request(request[0], f"/{request[1]}", request[2])
            if with_closing:
                archive.request("POST", f"/{index}/_open")
            if request is breakage.undo:
                archive.request("GET", f"/_cluster/health/{archive.place.name}-*?wait_for_status=green")
                continue
            found = archive.verify()
            assert [fault.path for fault in found.faults] == [breakage.path]
            assert found.faults[0].reason.startswith(breakage.reason)
            assert [("were not checked" in warning) for warning in found.warnings] == [True] * (not breakage.is_checked)
            generation = StateIndex(archive.cluster, archive.place).read_run().generation
            repaired = archive.verify(repair=True)
            assert repaired == Verification(found.faults, Repair(generation, remaining=found.faults), found.warnings)
    assert [fault.path for fault in archive.verify().faults] == [archive.state]  # what cannot be undone


def test_a_state_that_is_lost_is_a_fault(archive: Archive) -> None:
    """Nobody can take the lease then, so that nothing can be repaired."""
    archive.put(archive.path("free/1"), {"article": "[]"})
    archive.put(archive.path("free/0"), archive.document("free/0") | {"lang": "de"})
    run = archive.request("GET", f"/{archive.state}/_doc/run")["_source"]
    archive.put(f"{archive.state}/_doc/run", run | {"number": None})
    archive.refresh()
    articles = {archive.path("free/0"), archive.path("free/1")}
    found = archive.verify()
    assert {fault.path for fault in found.faults} == {archive.state, *articles}
    assert "expected whole numbers as number and generation of its document run" in found.faults[0].reason
    with pytest.raises(searchkit.CorruptIndex, match="expected whole numbers"):
        archive.verify(repair=True)
    archive.request("DELETE", f"/{archive.state}")
    found = archive.verify()
    assert {fault.path for fault in found.faults} == {archive.state, *articles}
    assert "it is missing: roots, deletions and the number of the last run are lost" in found.faults[0].reason
    with pytest.raises(searchkit.CorruptIndex, match="is missing"):
        archive.verify(repair=True)


def test_articles_that_are_all_lost(archive: Archive) -> None:
    archive.request("DELETE", f"/{','.join([archive.index(part) for part in ('2020', '2021', 'undated')])}")
    for repair in (False, True):
        (fault,) = archive.verify(repair=repair).faults
        assert fault.path == f"{archive.place.name}-searchkit-articles-*"
        assert fault.reason.startswith("no index of articles is there, though that of roots and deletions is; an archive")
    with archive.open(create=True, replicas=0) as engine:
        engine.index()
        archive.add_free(engine)
        assert engine.verify() == WHOLE


def test_where_no_archive_is(cluster: str) -> None:
    with new_place(cluster, "verify") as place:
        for repair in (False, True):
            with pytest.raises(searchkit.IndexMissing, match="there is no index"):
                searchkit.verify(place.text, repair=repair)
        Cluster(place).request("PUT", f"/{place.name}", body={"settings": {"number_of_replicas": 0}})
        for repair in (False, True):
            with pytest.raises(searchkit.IndexMismatch, match="has a foreign mapping"):
                searchkit.verify(place.text, repair=repair)


def test_a_root_that_is_lost_is_added_again(archive: Archive) -> None:
    before = archive.content()
    path = f"{archive.state}/_doc/{root_id('r')}"
    archive.put(path, {"kind": "root", "id": "r", "content": {"label": "r"}})
    archive.refresh()
    with pytest.raises(searchkit.CorruptIndex, match="has not what it should have; searchkit verify --repair deletes it"):
        archive.open().roots()
    lost = Fault(
        "r",
        "25 articles came from files of the root r, which is not remembered; they are kept up to date again after: searchkit"
        f" index PATH --label r -i {archive.place.text}",
    )
    unreadable = Fault(
        path,
        "it is of the kind root, and has not what it should have; without it, the root has to be indexed again, with its"
        " label",
    )
    assert archive.verify().faults == (unreadable, lost)
    done = archive.verify(repair=True)
    assert (done.faults, done.repair and done.repair.remaining) == ((unreadable, lost), (lost,))
    with archive.open() as engine:
        assert engine.index([archive.folder], label="r").unchanged == 25
        assert engine.verify() == WHOLE
    assert archive.content() == before


def test_articles_of_runs_that_the_archive_does_not_know(archive: Archive) -> None:
    """As after the index of what is remembered was restored from an older snapshot."""
    version = 77 * RUN_CHANGES + 3
    archive.put(archive.path("free/0"), archive.document("free/0"), version)
    archive.refresh()
    (fault,) = archive.verify().faults
    assert fault.path == archive.state
    assert "but articles were written by runs up to 77: what is written now has no effect on them" in fault.reason
    done = archive.verify(repair=True)
    assert done.repair is not None
    assert [fault.path for fault in done.repair.remaining] == [archive.state]
    archive.put(archive.path("free/0"), archive.document("free/0") | {"lang": "de"}, version + 1)
    archive.refresh()
    with pytest.raises(searchkit.CorruptIndex, match="written by runs up to 77"):
        archive.verify(repair=True)


def test_while_a_run_writes_only_what_is_sure_is_told(archive: Archive) -> None:
    """Between the steps of a commit, documents do not agree with one another."""
    name, document = tombstone_document("free/3", "")
    archive.put(f"{archive.state}/_doc/{name}", json.loads(document), archive.latest_version())
    archive.put(archive.path("free/1", archive.index("2020")), archive.document("free/1"), 7)
    archive.request("DELETE", f"/{archive.path('r/j1')}")
    archive.put(archive.path("free/0"), archive.document("free/0") | {"lang": "de"})
    archive.refresh()
    archive.request(
        "POST", "/_aliases", {"actions": [{"remove": {"index": archive.index("2021"), "alias": archive.place.name}}]}
    )
    sure = {archive.path("free/0"), archive.path("free/1", archive.index("2020"))}
    lease = Lease(StateIndex(archive.cluster, archive.place))
    try:
        found = archive.verify()
        assert {fault.path for fault in found.faults} == sure
        (warning,) = found.warnings
        assert f"was written to by {lease._holder} meanwhile: articles were not compared" in warning
        with pytest.raises(searchkit.IndexLocked, match="is being written to by process"):
            archive.verify(repair=True)
    finally:
        lease.give_back()
    found = archive.verify()
    assert {fault.path for fault in found.faults} == {
        *sure,
        archive.path("free/3"),
        archive.index("2021"),
        "r/a.jsonl",
    }
    assert found.warnings == ()

    def write(request: Request) -> bytes:
        """A run begins and ends while the archive is verified."""
        if "point_in_time" in request.path and not began:
            began.append(Lease(StateIndex(archive.cluster, archive.place)))
            began[0].give_back()
        return as_answer(*forward(archive.place.hosts[0], request))

    began: list[Lease] = []
    with FaultyHost(write) as host:
        found = searchkit.verify(f"opensearch://{host.address}/{archive.place.name}")
    assert {fault.path for fault in found.faults} == sure
    assert "was written to by another process meanwhile" in found.warnings[0]
    for options in ({"wait": -1}, {"repair": True, "wait": -1}):
        with pytest.raises(searchkit.OptionError, match="wait must be 0"):
            archive.verify(**options)


def test_what_the_cluster_refuses_remains(archive: Archive) -> None:
    """A fault that was not foreseen here. The article stays as it is."""
    moved = archive.path("r/j6", archive.index("undated"))
    archive.put(moved, archive.document("r/j6"), archive.latest_version())
    archive.request("DELETE", f"/{archive.path('r/j6')}")
    archive.put(archive.path("free/0"), archive.document("free/0") | {"lang": "de"})
    archive.refresh()

    def answer(request: Request) -> bytes:
        body = request.body.replace(b'"words":8', b'"words":"eight"') if is_bulk(request) else request.body
        return as_answer(*forward(archive.place.hosts[0], request, body))

    with FaultyHost(answer) as host:
        done = searchkit.verify(f"opensearch://{host.address}/{archive.place.name}", repair=True).repair
    assert done is not None
    (fault,) = done.remaining
    assert fault.path == moved
    assert "It cannot be written anew: the cluster refused its document" in fault.reason
    assert [fault.path for fault in archive.verify().faults] == [moved]
    archive.repair()


def test_there_is_an_end_to_what_is_listed(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before = archive.content()
    archive.request("POST", f"/{archive.place.name}/_update_by_query?refresh=true")
    monkeypatch.setattr(document_verifier, "MAX_LISTED", 2)
    found = archive.verify()
    assert len(found.faults) == 3
    assert found.faults[2] == Fault(archive.place.text, "32 more faults like these are not listed")
    assert "the articles of each file were not counted, because so many are damaged" in found.warnings[0]
    monkeypatch.setattr(repairer, "_CHANGES_AT_ONCE", 4)
    done = archive.repair()
    assert (done.missing, done.unknown, done.files) == ((), 0, ("r/a.jsonl", "r/b.jsonl", "r/c.txt"))
    assert archive.content() == before
