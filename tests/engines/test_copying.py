"""A copy is equal to its source whatever the two engines are, also after one that was cut off; and
where it is not equal, it says so."""

from __future__ import annotations

import gc
import itertools
import json
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Article
from searchkit.codec.stored_fields import StoredFields
from searchkit.engines import copying
from searchkit.engines.memory_store import MemoryArticle
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.documents import document_id
from searchkit.indexing.session import Session
from searchkit.indexing.store import SyncState
from searchkit.testing.archive import answers, content, make, without_scores, write_lines
from searchkit.testing.collection import collection
from tests.engines.test_contract import PlainEngine
from tests.indexing.damage import flip_section, newest, segments
from tests.opensearch.archives import new_place
from tests.plain_environment import plain_environment

KINDS = ("folder", "memory", "cluster")
Open = Callable[[str], searchkit.ArchiveEngine]


@pytest.fixture
def place_of(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """New places of some kind."""
    with ExitStack() as stack:
        count = iter(range(100))

        def make_place(kind: str) -> str:
            if kind == "cluster":
                return stack.enter_context(new_place(request.getfixturevalue("cluster"), "copy")).text
            return "memory:" if kind == "memory" else str(tmp_path / f"{kind}{next(count)}")

        yield make_place


@pytest.fixture
def make_engine(place_of: Callable[[str], str]) -> Iterator[Open]:
    """Opens new and empty archives of some kind."""
    with ExitStack() as stack:

        def make_one(kind: str) -> searchkit.ArchiveEngine:
            more: dict[str, Any] = {"shards": 2, "replicas": 0} if kind == "cluster" else {}
            return stack.enter_context(searchkit.open(place_of(kind), create=True, **more))

        yield make_one


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "BATCH_ARTICLES", 20)
    monkeypatch.setattr("searchkit.indexing.session.LOOKUP_COUNT", 8)


def state_of(engine: searchkit.Engine) -> tuple[object, ...]:
    """What an archive remembers beside its articles."""
    state: SyncState = engine._sync_state()  # type: ignore[attr-defined]
    files = {label: files for label, files in (state.files or {}).items() if files}
    return {root.label: root for root in state.roots}, dict(state.tombstones), files


def stored_in(engine: searchkit.Engine) -> list[searchkit.StoredArticle]:
    return sorted(engine.articles(), key=lambda stored: stored.article.id)


def is_equal(one: searchkit.ArchiveEngine, other: searchkit.ArchiveEngine) -> bool:
    return without_scores(content(one)) == without_scores(content(other)) and state_of(one) == state_of(other)


def pairs_in_a_row(kinds: Sequence[str]) -> list[str]:
    """Kinds in an order in which each follows each once, itself too (a de Bruijn sequence, made of
    Lyndon words)."""
    words = [[one, *other] for number, one in enumerate(kinds) for other in ([], *([two] for two in kinds[number + 1 :]))]
    return [*itertools.chain.from_iterable(words), kinds[0]]


def fill(source: searchkit.ArchiveEngine, folder: Path) -> None:
    """Two roots with 46 articles (and a file that cannot be read, whole), seven of no root; one of
    each kind is deleted."""
    root, other = make(folder / "root"), folder / "other"
    root.joinpath("broken.jsonl").write_text('{"id": "whole", "text": "Peace."}\n{broken\n')
    write_lines(other / "lines.jsonl", range(5))
    source.index([root], workers=1)
    source.index([other], label="second", options={"include": ["*.jsonl"]}, workers=1)
    source.add([*collection(7), Article("free", "Report", "Peace talks of no root.")])
    source.delete(["root/t/3.txt", "c/3"])


def test_each_engine_is_copied_to_each(make_engine: Open, small_batches: None, tmp_path: Path) -> None:
    """From one to the next: the last archive is what the first one was."""
    kinds = pairs_in_a_row(KINDS)
    assert {*itertools.pairwise(kinds)} == {*itertools.product(KINDS, repeat=2)}
    first = source = make_engine(kinds[0])
    fill(first, tmp_path)
    stored, state = stored_in(first), state_of(first)
    for before, kind in itertools.pairwise(kinds):
        target = make_engine(kind)
        report = searchkit.copy(source, target)
        assert (report.added, report.roots, report.tombstones, report.failures) == (52, 2, 2, ()), (before, kind)
        assert stored_in(target) == stored, (before, kind)
        assert state_of(target) == state, (before, kind)
        source = target
    assert answers(source) == answers(first)


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_follows_its_source(
    make_engine: Open, kind: str, tmp_path: Path, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = make_engine("memory"), make_engine(kind)
    fill(source, tmp_path)
    searchkit.copy(source, target)

    # Nothing is to be done over its roots, and no file has to be read to know it.
    generation = target.stats().generation
    with monkeypatch.context() as patched:
        patched.setattr("searchkit.engines.runs.read_file", None)
        dry = target.index(dry_run=True)
        assert (dry.changed, dry.changes, dry.unchanged, dry.withheld) == (False, (), 45, 1)
        assert [failure.new for failure in dry.failures] == [False]
        assert target.index(workers=1).generation == generation
    assert is_equal(target, source)
    assert searchkit.copy(source, target).generation == generation

    # Both change, and the target becomes what the source is.
    target.delete(["free"])
    target.add([Article("extra", body="Peace.")])
    write_lines(tmp_path / "other/lines.jsonl", range(3, 8), changed=[3])
    source.index(workers=1)
    source.undelete(["c/3"])
    report = searchkit.copy(source, target, delete=True)
    assert (report.added, report.replaced, report.unchanged, report.removed) == (4, 1, 47, 4)
    assert is_equal(target, source)

    # An archive without articles that still remembers files which had some.
    source.delete([stored.article.id for stored in source.articles()])
    assert searchkit.copy(source, target, delete=True).removed == 52
    assert target.stats().articles == 0
    assert is_equal(target, source)


KILLED = """
import sys
import searchkit
from searchkit.codec.stored_fields import StoredFields
from searchkit.engines import copying
from searchkit.engines.opensearch import lease

copying.BATCH_ARTICLES = 50
lease.LEASE_SECONDS = 2.0

def progress(done, total, article_id):
    print(done, flush=True)
    if done > 300:
        sys.stdin.read()

searchkit.copy(sys.argv[1], sys.argv[2], progress=progress)
"""


@pytest.mark.parametrize("kind", ["folder", "cluster"])
def test_a_copy_that_was_killed_goes_on_where_it_was(make_engine: Open, place_of: Callable[[str], str], kind: str) -> None:
    source_place, target_place = place_of("folder"), place_of(kind)
    with searchkit.open(source_place, create=True) as source:
        source.add([Article(f"a/{number}", body=f"Peace talks of number{number}.") for number in range(1000)])
        source.delete(["a/0"])
        command = [sys.executable, "-c", KILLED, source_place, target_place]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=plain_environment()
        ) as process:
            assert process.stdout is not None
            assert any(int(line) > 300 for line in process.stdout)
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        with searchkit.open(target_place) as target:
            there = target.stats().articles
            assert 100 <= there < 999
            assert target.tombstones() == ()
        report = searchkit.copy(source_place, target_place, wait=60)
        assert (report.unchanged, report.added, report.tombstones) == (there, 999 - there, 1)
        with searchkit.open(target_place) as target:
            assert is_equal(target, source)


def held_by_copy(batch: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes that a copy of 400 articles holds after each 50 that it has read."""
    monkeypatch.setattr(copying, "BATCH_ARTICLES", batch)
    monkeypatch.setattr("searchkit.indexing.session.LOOKUP_COUNT", 25)
    held = []

    def measure(done: int, total: int, path: str) -> None:
        if done % 50 == 25:
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])

    with searchkit.open(folder / "from", create=True) as source, searchkit.open(folder / "to", create=True) as target:
        words = " ".join(f"word{number}" for number in range(50))
        source.add([Article(f"a/{number}", body=f"{words} {number}") for number in range(400)])
        tracemalloc.start()
        try:
            searchkit.copy(source, target, progress=measure)
        finally:
            tracemalloc.stop()
    return held


def test_memory_does_not_grow_with_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_batches = held_by_copy(50, tmp_path / "a", monkeypatch)
    assert len(in_batches) == 16  # eight while it copies, eight while it reads back
    growth = max(in_batches) - in_batches[0]
    assert growth < 2**20
    in_one_session = held_by_copy(10**6, tmp_path / "b", monkeypatch)
    assert max(in_one_session) - in_one_session[0] > 2 * growth


def damage_before_it_is_read_back(
    target: searchkit.ArchiveEngine, damage: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have the target of a copy damaged between the last commit and the comparison."""
    begin: Callable[..., Any] = target._dry_run  # type: ignore[attr-defined]
    begun = []

    def begin_damaged(*, rebuild: bool) -> Any:
        begun.append(rebuild)
        if len(begun) == 2:  # the first looks for what the source lacks
            damage()
        return begin(rebuild=rebuild)

    monkeypatch.setattr(target, "_dry_run", begin_damaged)


def test_a_changed_article_is_found(make_engine: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the checksum alone: neither the number of articles nor the generation says it."""
    source, memory, cluster = make_engine("folder"), make_engine("memory"), make_engine("cluster")
    source.add(collection(20))

    def change_in_memory() -> None:
        newest = memory._index.newest  # type: ignore[attr-defined]
        stored: MemoryArticle = newest.articles["c/3"]
        newest.articles["c/3"] = stored._replace(article=replace(stored.article, body="Another text."))

    def change_in_cluster() -> None:
        place = cluster._cluster.place  # type: ignore[attr-defined]
        path = f"/{place.name}-searchkit-articles-000001"
        connected = Cluster(place)
        found = connected.request("GET", f"{path}/_doc/{document_id('c/3')}")["_source"]
        found["article"] = found["article"].replace("c/3", "c/3 ", 1)
        connected.request("PUT", f"{path}/_doc/{document_id('c/3')}", params={"refresh": True}, body=found)
        connected.close()

    for target, change in ((memory, change_in_memory), (cluster, change_in_cluster)):
        damage_before_it_is_read_back(target, change, monkeypatch)
        with pytest.raises(
            searchkit.CorruptIndex, match=r"expected 20 articles with the checksum (\w+), .* found 20 "
        ) as caught:
            searchkit.copy(source, target)
        assert caught.value.path == repr(target)
        assert "states" not in str(caught.value)


def test_damaged_bytes_are_found(make_engine: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the target, and in the source: a copy would have a valid hash."""
    source, target, other = make_engine("memory"), make_engine("folder"), make_engine("memory")
    source.add(collection(20))
    folder: Path = target._index_folder.path  # type: ignore[attr-defined]

    def damage() -> None:
        flip_section(segments(folder, newest(folder))[0], "store")

    damage_before_it_is_read_back(target, damage, monkeypatch)
    for pair in ((source, target), (target, other)):
        with pytest.raises(searchkit.CorruptIndex, match=str(folder)):
            searchkit.copy(*pair)


def test_a_record_that_can_be_read_but_is_another_is_not_copied(make_engine: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = make_engine("folder"), make_engine("memory")
    source.add([Article("a", body="Peace.")])
    read = StoredFields.record
    monkeypatch.setattr(StoredFields, "record", lambda fields, doc: read(fields, doc).replace(b"Peace", b"War"))
    with pytest.raises(searchkit.CorruptIndex, match=r"document 0 is not as it was written; .searchkit verify --repair"):
        searchkit.copy(source, target)
    assert target.stats().articles == 0


def test_other_roots_tombstones_and_states_are_found(
    make_engine: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = make_engine("folder"), make_engine("memory")
    fill(source, tmp_path)
    monkeypatch.setattr(Session, "replace_state", lambda session, state: None)
    with pytest.raises(searchkit.CorruptIndex) as caught:
        searchkit.copy(source, target)
    assert caught.value.reason == (
        "its roots are not those of the source; its tombstones are not those of the source; its states of files are not"
        " those of the source. Verify it, or copy to another place"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_source_lacks_is_removed_only_if_told(
    make_engine: Open, kind: str, tmp_path: Path, small_batches: None
) -> None:
    source, target = make_engine("memory"), make_engine(kind)
    source.add(collection(30))
    target.add(collection(10))
    (tmp_path / "empty").mkdir()
    target.index([tmp_path / "empty"], allow_empty=True)
    generation = target.stats().generation
    with pytest.raises(searchkit.OptionError, match=r"the target holds the root empty, .* --delete \(delete=True\)"):
        searchkit.copy(source, target)
    target.add([Article(f"own/{number}") for number in range(25)])
    with pytest.raises(searchkit.OptionError, match=r"the target holds 25 articles that the source lacks, such as own/\d+;"):
        searchkit.copy(source, target)
    assert target.stats().generation == generation + 1
    assert target.stats().articles == 35
    report = searchkit.copy(source, target, delete=True)
    assert (report.added, report.unchanged, report.removed, report.roots) == (20, 10, 25, 0)
    assert is_equal(target, source)


def test_other_writers_are_noticed(make_engine: Open, place_of: Callable[[str], str]) -> None:
    """Into the target, and into a source on a cluster. The next copy does the rest."""
    folder, cluster = place_of("folder"), make_engine("cluster")
    cluster.add(collection(30))
    with searchkit.open(folder, create=True) as target, searchkit.open(folder) as other:
        target.add(collection(10))

        def write_into_target(done: int, total: int, path: str) -> None:
            if done == 10:  # it has looked for what the source lacks
                other.add([Article("new")])

        with pytest.raises(searchkit.IndexLocked, match=r"written to the target .* generation 2, and had 1\); copy again"):
            searchkit.copy(cluster, target, progress=write_into_target)
        other.delete(["new"])

        def write_into_source(done: int, total: int, path: str) -> None:
            if done == 10 + 30:
                with searchkit.open(cluster._cluster.place.text) as writer:  # type: ignore[attr-defined]
                    writer.add([Article("new", body="Peace.")])

        with pytest.raises(searchkit.IndexLocked, match=r"changed the source .* copy again when none does"):
            searchkit.copy(cluster, folder, progress=write_into_source)
        report = searchkit.copy(cluster, folder)
        assert (report.added, report.unchanged) == (1, 30)
        target.refresh()
        assert stored_in(target) == stored_in(cluster)


def test_a_folder_is_copied_as_it_was_when_the_copy_began(make_engine: Open, place_of: Callable[[str], str]) -> None:
    folder, target = place_of("folder"), make_engine("memory")
    with searchkit.open(folder, create=True) as source:
        source.add(collection(10))

        def write(done: int, total: int, path: str) -> None:
            source.add([Article(f"new/{done}")])

        report = searchkit.copy(folder, target, progress=write)
        assert source.stats().articles > 10
    assert (report.added, target.stats().articles) == (10, 10)


def test_what_a_cluster_cannot_hold(make_engine: Open, tmp_path: Path) -> None:
    """Is reported, and left as it is where there is something with its id; its file is one to be
    read. All others are copied."""
    source, target = make_engine("memory"), make_engine("cluster")
    lines = [{"id": name, "text": "Peace.", "source": "The Wire"} for name in ("a", "b", "c")]
    file = tmp_path / "root/lines.jsonl"
    file.parent.mkdir()
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines[:2]))
    source.index([file.parent], workers=1)
    searchkit.copy(source, target)
    for line in lines[1:]:
        line["source"] = "x" * 10_000
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    source.index(workers=1)
    source.add([Article("free"), Article("long", source="x" * 10_000)])
    for again in (False, True):
        report = searchkit.copy(source, target)
        assert [failure.path for failure in report.failures] == ["long", "root/b", "root/c"]
        assert all(one.reason.startswith("its source has 10,000 characters, ") for one in report.failures)
        assert (report.added, report.replaced, report.unchanged) == (1 - again, 0, 1 + again)
    assert [(stored.article.id, stored.article.source) for stored in stored_in(target)] == [
        ("free", ""),
        ("root/a", "The Wire"),
        ("root/b", "The Wire"),
    ]
    state: SyncState = target._sync_state()  # type: ignore[attr-defined]
    assert state.files is not None
    assert state.files["root"]["lines.jsonl"].modified_ns == -1


def test_the_target_is_made(place_of: Callable[[str], str]) -> None:
    source, target, other = (place_of("folder") for _ in range(3))
    cluster = place_of("cluster")
    with pytest.raises(searchkit.IndexMissing):
        searchkit.copy(source, target)
    assert not Path(target).exists()
    with searchkit.open(source, create=True, language="de") as engine:
        engine.add([Article("a", body="Häuser und Bäume")])
    for place, layout in ((target, {}), (cluster, {"shards": 2, "replicas": 0, "partition": "year"})):
        assert searchkit.copy(source, place, **layout).warnings == ()  # type: ignore[arg-type]
        with searchkit.open(place) as engine:
            assert engine.stats().language == "de"
            assert engine.search("Haus").total == 1
    again = searchkit.copy(source, cluster, shards=3, replicas=0)
    assert [warning.partition(": ")[0] for warning in again.warnings] == [f"{cluster} has shards=2, and not 3"]
    searchkit.open(other, create=True, language="en").close()
    with pytest.raises(searchkit.IndexMismatch, match="was made for the language en, not de"):
        searchkit.copy(source, other)
    with searchkit.open("memory:") as memory, pytest.raises(searchkit.IndexMismatch, match=r"language de, and .* for en"):
        searchkit.copy(source, memory)


def test_what_cannot_be_copied(place_of: Callable[[str], str], tmp_path: Path) -> None:
    place = place_of("folder")
    with searchkit.open(place, create=True) as engine:
        link = tmp_path / "link"
        link.symlink_to(place)
        for same in ((place, place), (place, Path(place)), (place, f"{place}/../link"), (engine, engine)):
            with pytest.raises(searchkit.OptionError, match="would be copied to itself"):
                searchkit.copy(*same)
        for memory in (("memory:", engine), (engine, "memory:")):
            with pytest.raises(searchkit.OptionError, match="memory: is a new index"):
                searchkit.copy(*memory)
        connection = searchkit.Connection()
        with pytest.raises(searchkit.OptionError, match="connection goes with a place; found <LocalEngine of "):
            searchkit.copy(engine, place_of("folder"), source_connection=connection)
        with pytest.raises(searchkit.OptionError, match="connection is for an index on a cluster"):
            searchkit.copy(engine, place_of("folder"), target_connection=connection)
        new = Path(place_of("folder"))
        plain: Any = PlainEngine()
        for pair in ((plain, new), (engine, plain)):
            with pytest.raises(searchkit.Unsupported, match=r"<PlainEngine> .* articles alone can be added: target\.add"):
                searchkit.copy(*pair)
        assert not new.exists()
