"""A copy is equal to its source whatever the two engines are, also after one that was cut off; and
where it is not equal, it says so."""

from __future__ import annotations

import gc
import itertools
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Article
from searchkit.engines import copying
from searchkit.indexing.store import SyncState
from searchkit.testing.archive import answers, content, make, without_scores, write_lines
from searchkit.testing.collection import collection
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
    """The bytes that a copy of 800 articles holds after each 100 that it has read."""
    monkeypatch.setattr(copying, "BATCH_ARTICLES", batch)
    monkeypatch.setattr("searchkit.indexing.session.LOOKUP_COUNT", 25)
    held = []

    def measure(done: int, total: int, last: str) -> None:
        if done % 100 == 75:
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])

    with searchkit.open(folder / "from", create=True) as source, searchkit.open(folder / "to", create=True) as target:
        words = " ".join(f"word{number}" for number in range(50))
        source.add([Article(f"a/{number}", body=f"{words} {number}") for number in range(800)])
        tracemalloc.start()
        try:
            searchkit.copy(source, target, progress=measure)
        finally:
            tracemalloc.stop()
    return held


def test_memory_does_not_grow_with_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_batches = held_by_copy(100, tmp_path / "a", monkeypatch)
    assert len(in_batches) == 16  # eight while it copies, eight while it reads back
    growth = max(in_batches) - in_batches[0]
    assert growth < 2**20
    in_one_session = held_by_copy(10**6, tmp_path / "b", monkeypatch)
    assert max(in_one_session) - in_one_session[0] > 2 * growth
