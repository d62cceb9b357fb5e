"""A writing session does the same over every store: it looks up, upserts, rejects, deletes and
commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import cast

import pytest

import searchkit
from searchkit import Article
from searchkit.engines.memory_store import MemoryIndex, MemoryStore
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.store import ClusterStore
from searchkit.indexing.commit import create
from searchkit.indexing.entries import hash_record, hash_text, make_entry
from searchkit.indexing.index_folder import IndexFolder
from searchkit.indexing.manifest import FileState, RememberedRoot
from searchkit.indexing.opening import open_session
from searchkit.indexing.segment_store import SegmentStore
from searchkit.indexing.session import Session
from searchkit.indexing.store import ArticleStore, CommittedArticle
from searchkit.reports import Failure
from searchkit.schema import to_record
from tests.opensearch.archives import new_place

Opener = Callable[..., ArticleStore]


@pytest.fixture(params=["segments", "memory", "cluster"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens a store of one index, as often as it is called."""
    if request.param == "cluster":
        with new_place(request.getfixturevalue("cluster"), "session") as place:
            archive = ArchiveIndex.open(Cluster(place), place, create=True, shards=2, replicas=0, partition="year")
            yield lambda **how: ClusterStore(archive, **how)
    elif request.param == "memory":
        index = MemoryIndex()
        yield lambda **how: MemoryStore(index, **how)
    else:
        index_folder = IndexFolder(tmp_path / "index")
        create(index_folder, "en")
        yield lambda **how: SegmentStore(index_folder, **how)


def article(name: str, text: str = "Text.", **more: object) -> Article:
    """An article whose year depends on its text: another text moves it to another part of an
    archive on a cluster."""
    dated = {"date": datetime(2000 + sum(map(ord, text)) % 5, 4, 26, tzinfo=UTC), **more}
    return Article(name, "Title", text, path=f"/there/{name}", **dated)  # type: ignore[arg-type]


def put(session: Session, one: Article, origin: str) -> str:
    record = to_record(one, origin)
    entry = make_entry(one, origin, record)
    return session.upsert(entry, lambda: session.stage(one, record, entry))


def committed(opened: Opener) -> dict[str, tuple[str, str]]:
    """The text and the file of each article, by id."""
    with Session(opened(dry_run=True)) as session:
        return {one.id: (one.body, origin) for one, origin, _ in session.store.iter_articles()}


def test_upserted_articles_are_found_and_committed(opened: Opener) -> None:
    with open_session(opened()) as session:
        assert [put(session, article(name), "r/f") for name in ("a", "b")] == ["added", "added"]
        assert put(session, article("a"), "r/f") == "unchanged"
        assert put(session, article("a", "More."), "r/g") == "replaced"
        assert (session.find_ids_of_file("r/f"), session.find_ids_of_file("r/g"), session.find_ids_of_file("r/h")) == (
            {"b"},
            {"a"},
            set(),
        )
        assert (session.find("a") is not None, session.find("z"), session.has_changed("a")) == (True, None, True)
        assert committed(opened) == {}
        before = session.generation
        assert session.commit() == before + 1
    assert committed(opened) == {"a": ("More.", "r/g"), "b": ("Text.", "r/f")}
    with open_session(opened()) as session:
        record = hash_record(to_record(article("b"), "r/f"))
        assert session.find("b") == CommittedArticle("r/f", record)
        assert session.find_path_and_hash("b") == ("/there/b", hash_text(article("b")))
        assert session.store.find_committed(["a", "z", "b"]).keys() == {"a", "b"}
        assert session.store.find_ids_of_files(["r/f", "r/z"]) == {"r/f": {"b"}, "r/z": set()}
        assert sorted(session.store.iter_ids()) == ["a", "b"]
        assert session.commit() == before + 1  # nothing changed


def test_prefetched_articles_follow_the_changes_of_the_session(opened: Opener) -> None:
    with open_session(opened()) as session:
        for name in "abc":
            put(session, article(name), "r/f")
        session.commit()
    with open_session(opened()) as session:
        session.prefetch(["a", "b", "z"])
        assert session.prefetch_files([("r", "f"), ("r", "g")]) == 2
        assert session.delete("a")
        assert not session.delete("z")
        assert session.find("c") is not None
        assert sorted(session.store.iter_ids()) == ["b", "c"]
        assert put(session, article("b", "New."), "r/g") == "replaced"
        assert (session.find("a"), session.find_ids_of_file("r/f"), session.find_ids_of_file("r/g")) == (None, {"c"}, {"b"})
        assert put(session, article("a"), "r/f") == "added"
        assert session.find_ids_of_file("r/f") == {"a", "c"}
        session.commit()
    assert committed(opened) == {"a": ("Text.", "r/f"), "b": ("New.", "r/g"), "c": ("Text.", "r/f")}


def test_rejected_and_replaced_articles_do_not_count(opened: Opener) -> None:
    with open_session(opened()) as session:
        one = article("a", "First.")
        staged = session.restage(one, "r/f")
        session.reject(staged)
        put(session, article("a", "Second."), "r/g")
        put(session, article("a", "Third."), "r/h")
        session.commit()
    assert committed(opened) == {"a": ("Third.", "r/h")}


def test_a_session_without_a_commit_changes_nothing(opened: Opener) -> None:
    with open_session(opened()) as session:
        put(session, article("a"), "r/f")
        session.commit()
    with pytest.raises(KeyError), open_session(opened()) as session:
        session.delete("a")
        put(session, article("b"), "r/f")
        session.roots["r"] = RememberedRoot("r", "/r")
        raise KeyError
    with open_session(opened()) as session:
        assert session.roots == {}
    assert committed(opened) == {"a": ("Text.", "r/f")}


def test_articles_of_a_checkpoint_are_visible_and_can_be_changed_afterwards(opened: Opener) -> None:
    with open_session(opened()) as session:
        put(session, article("a"), "r/f")
        put(session, article("b"), "r/f")
        first = session.checkpoint()
        assert committed(opened).keys() == {"a", "b"}
        session.delete("a")
        assert put(session, article("b", "New."), "r/f") == "replaced"
        assert session.commit() == first + 1
    assert committed(opened) == {"b": ("New.", "r/f")}


def test_roots_tombstones_and_file_states_are_committed_with_the_articles(opened: Opener) -> None:
    state = FileState(10, 20, 1, (Failure("p", "broken", "line 1", new=False),), True)
    with open_session(opened()) as session:
        session.roots["r"] = RememberedRoot("r", "/r", {"format": ("text",)})
        session.tombstones["gone"] = "r/f"
        session.states["r"] = {"f": state}
        put(session, article("a"), "r/f")
        generation = session.commit()
    with open_session(opened()) as session:
        assert session.roots == {"r": RememberedRoot("r", "/r", {"format": ("text",)})}
        assert session.tombstones == {"gone": "r/f"}
        assert session.states == {"r": {"f": state}}
        assert session.commit() == generation
        session.states["r"]["f"] = state._replace(displaced=False)
        assert session.commit() == generation + 1


def test_a_rebuild_begins_empty_and_copies_the_remaining_articles(opened: Opener) -> None:
    with open_session(opened()) as session:
        for name, origin in (("a", "r/f"), ("b", "r/f"), ("c", "r/g"), ("d", ""), ("e", "r/h")):
            put(session, article(name), origin)
        before = session.commit()
    with open_session(opened(rebuild=True), rebuild=True) as session:
        assert session.find("a") is None
        assert put(session, article("a"), "r/f") == "unchanged"
        assert put(session, article("b", "New."), "r/f") == "replaced"
        assert put(session, article("z"), "r/f") == "added"
        assert session.delete_articles_of_file("r/h") == 1
        assert session.keep_articles_of_file("r/g") == 1
        assert session.keep_rest() == 1
        assert committed(opened).keys() == set("abcde")
        assert session.commit() == before + 1
    assert committed(opened) == {
        "a": ("Text.", "r/f"), "b": ("New.", "r/f"), "c": ("Text.", "r/g"), "d": ("Text.", ""), "z": ("Text.", "r/f"),
    }  # fmt: skip


@pytest.mark.parametrize("rebuild", [False, True])
def test_a_dry_run_reports_changes_and_makes_none(opened: Opener, rebuild: bool) -> None:
    with open_session(opened()) as session:
        for name in "abc":
            put(session, article(name), f"r/{name}")
        generation = session.commit()
    with open_session(opened(rebuild=rebuild, dry_run=True), rebuild=rebuild, dry_run=True) as session:
        with open_session(opened()) as other:  # nobody waits for a dry run
            assert other.generation == generation
        assert put(session, article("a", "New."), "r/a") == "replaced"
        assert put(session, article("z"), "r/a") == "added"
        assert session.delete_articles_of_file("r/b") == 1
        assert session.commit() == session.checkpoint() == generation
        assert session.dry_run_changes == [("replaced", "a"), ("added", "z"), ("removed", "b")]
    assert committed(opened).keys() == {"a", "b", "c"}


def test_articles_with_equal_dates_in_other_zones_differ(opened: Opener) -> None:
    """To Python, dates of one moment are equal; these articles are not."""
    noon = datetime(2020, 4, 26, 12, tzinfo=UTC)
    with open_session(opened()) as session:
        put(session, article("a", date=noon), "r/f")
        before = session.commit()
    with open_session(opened()) as session:
        elsewhere = noon.astimezone(timezone(timedelta(hours=4)))
        assert put(session, article("a", date=elsewhere), "r/f") == "replaced"
        assert session.commit() == before + 1
    with Session(opened(dry_run=True)) as session:
        assert [str(one.date) for one, _, _ in session.store.iter_articles()] == ["2020-04-26 16:00:00+04:00"]


def test_one_session_writes_at_a_time(opened: Opener) -> None:
    with open_session(opened()):
        with pytest.raises(searchkit.IndexLocked):
            opened()
        with pytest.raises(searchkit.OptionError, match="wait must be 0"):
            opened(wait=-1)
    with open_session(opened(wait=5)):
        pass


def test_an_article_that_was_deleted_can_be_staged_again(opened: Opener) -> None:
    with open_session(opened()) as session:
        put(session, article("a"), "r/f")
        session.commit()
    with open_session(opened()) as session:
        entry = make_entry(article("a"), "r/f")
        session.delete("a")
        assert session.upsert(entry, lambda: session.restage_original(entry)) == "added"
        with pytest.raises(KeyError):
            session.store.read_original("a", entry.record_hash + 1)
        session.commit()
    assert committed(opened) == {"a": ("Text.", "r/f")}


class Counting:
    """A store that counts what it is asked."""

    def __init__(self, store: ArticleStore) -> None:
        self._store, self.calls = store, Counter[str]()

    def __getattr__(self, name: str) -> object:
        found = getattr(self._store, name)
        if name in ("find_committed", "find_paths_and_hashes", "find_ids_of_files", "delete"):
            self.calls[name] += 1
        return found


def test_a_store_is_asked_for_groups_of_articles() -> None:
    """Look-ups and deletions come in batches: a remote engine needs a round trip for each."""
    index = MemoryIndex()
    with open_session(MemoryStore(index)) as session:
        for number in range(1_000):
            put(session, article(f"a{number}"), f"r/f{number % 10}")
        session.states["r"] = {f"f{number}": FileState(1, 1, 100) for number in range(10)}
        session.commit()
    files = [("r", f"f{number}") for number in range(10)]
    store = Counting(MemoryStore(index))
    with open_session(cast(ArticleStore, store)) as session:
        assert session.prefetch_files(files) == 10
        assert sum(session.delete_articles_of_file(f"r/f{number}") for number in range(5)) == 500
        session.commit()
    assert store.calls == {"find_ids_of_files": 1, "find_committed": 5, "delete": 5}
    store = Counting(MemoryStore(index))
    with open_session(cast(ArticleStore, store)) as session:
        ids = [f"a{number}" for number in range(1_000) if number % 10 == 7]
        session.prefetch(ids)
        assert {session.find_path_and_hash(article_id)[0] for article_id in ids} == {
            f"/there/{article_id}" for article_id in ids
        }
    assert store.calls == {"find_committed": 1, "find_paths_and_hashes": 1}


def test_prefetching_of_files_is_bounded_by_their_articles(opened: Opener) -> None:
    """The ids of all of them are held at once."""
    files = [("r", str(number)) for number in range(1_000)]
    with open_session(opened()) as session:
        session.states["r"] = {str(number): FileState(1, 1, 30_000 if number > 500 else 10) for number in range(999)}
        assert session.prefetch_files(files) == 256
        assert session.prefetch_files(files, 256) == 502
        assert session.prefetch_files(files, 502) == 503
        assert session.prefetch_files(files, 998) == 1_000


def test_a_session_that_cannot_be_made_releases_the_lock(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened()
    monkeypatch.setattr(type(store), "sync_state", property(lambda store: 1 / 0))
    with pytest.raises(ZeroDivisionError):
        open_session(store)
    monkeypatch.undo()
    with open_session(opened()):
        pass
