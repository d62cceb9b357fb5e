"""Readers and one writer at once: no error, and every answer is that of some committed generation.

`SEARCHKIT_READERS_SECONDS` makes the run longer than the ten seconds or less of the suite.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import searchkit
from searchkit import Article
from searchkit.query.snapshot import Snapshot

SECONDS = float(os.environ.get("SEARCHKIT_READERS_SECONDS", "6"))


def step(generation: int) -> tuple[list[int], list[int]]:
    """The articles that generation g adds or replaces, and those that it deletes; both depend on g
    alone."""
    if generation % 2 == 0:
        return [], [(generation * 7) % 60, (generation * 11) % 60]
    return [(generation * step) % 60 for step in (1, 3, 5, 9)], []


def expected(generation: int) -> dict[str, int]:
    """Of each article that generation g has, the generation that last wrote it."""
    state: dict[str, int] = {}
    for number in range(1, generation + 1):
        added, deleted = step(number)
        state |= {f"a{n}": number for n in added}
        for n in deleted:
            state.pop(f"a{n}", None)
        state["mark"] = number
    return state


def article(name: str, generation: int) -> Article:
    return Article(name, f"Title of {name}", f"Common text, written by gen{generation}. {'word ' * (generation % 50)}")


def write(folder: Path, seconds: float) -> int:
    """Commit generation after generation; every fifth merges everything. Deletions and additions in
    one commit each."""
    from searchkit.indexing.index_folder import IndexFolder
    from searchkit.indexing.segment_store import SegmentStore
    from searchkit.indexing.session import Session

    until = time.monotonic() + seconds
    generation = 0
    while time.monotonic() < until:
        generation += 1
        added, deleted = step(generation)
        with Session(SegmentStore(IndexFolder(folder))) as session:
            for n in added:
                session.add(article(f"a{n}", generation))
            for n in deleted:
                session.delete(f"a{n}")
            session.add(article("mark", generation))  # a generation never lacks a change
            assert session.commit(optimize=generation % 5 == 0) == generation
    return generation


class Reader:
    """Asks, refreshes and asks again; `wrong` are answers of no generation."""

    def __init__(self, engine: searchkit.Engine) -> None:
        self.engine, self.wrong, self.seen, self.answers = engine, list[str](), set[int](), 0
        self._known: dict[int, dict[str, int]] = {}

    def ask(self) -> None:
        self.engine.refresh()
        everything = self.engine.search("common", limit=None)
        generation = everything.generation
        state = self._known.get(generation)
        if state is None:
            state = self._known[generation] = expected(generation)
        bodies = {hit.id: hit.article.body for hit in everything}
        if bodies != {name: article(name, of).body for name, of in state.items()}:
            self.wrong.append(f"generation {generation}: {sorted(bodies)} instead of {sorted(state)}")
        result = self.engine.search(f"gen{generation}", limit=None)
        if result.generation == generation:
            found = sorted(hit.id for hit in result)
            if found != sorted(name for name, of in state.items() if of == generation) or not all(h.snippet for h in result):
                self.wrong.append(f"generation {generation}: gen{generation} finds {found}")
        self.seen.add(generation)
        self.answers += 1

    def until(self, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                self.ask()
        except Exception as error:
            self.wrong.append(f"{type(error).__name__}: {error}")


PROGRAM = """
import json, sys, threading
from pathlib import Path
import searchkit
from tests.engines.test_generations import Reader
stop = threading.Event()
with searchkit.open(sys.argv[1]) as engine:
    readers = [Reader(engine), Reader(engine)]
    threads = [threading.Thread(target=reader.until, args=(stop,)) for reader in readers]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
print(json.dumps([[r.answers, sorted(r.seen), r.wrong[:5]] for r in readers]))
"""


def test_eight_readers_and_one_writer(tmp_path: Path) -> None:
    """Two processes with two threads on one engine each, and four threads here: two share an
    engine, two have their own."""
    folder = tmp_path / "i"
    searchkit.open(folder, create=True).close()
    root = Path(__file__).parent.parent.parent
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder)], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    stop = threading.Event()
    with searchkit.open(folder) as one, searchkit.open(folder) as two, searchkit.open(folder) as three:
        readers = [Reader(engine) for engine in (one, one, two, three)]
        threads = [threading.Thread(target=reader.until, args=(stop,)) for reader in readers]
        for thread in threads:
            thread.start()
        writer = subprocess.run(
            [sys.executable, "-c", f"from tests.engines.test_generations import write, Path; print(write(Path({str(folder)!r}), {SECONDS}))"],
            cwd=root, capture_output=True, text=True, check=False,
        )  # fmt: skip
        for reader in readers[2:]:
            reader.engine.refresh()
        stop.set()
        for thread in threads:
            thread.join()
    found = [(reader.answers, sorted(reader.seen), reader.wrong[:5]) for reader in readers]
    for process in processes:
        found += [tuple(one) for one in json.loads(process.communicate()[0])]
    assert writer.returncode == 0, writer.stderr
    generations = int(writer.stdout)
    assert [wrong for _, _, wrong in found if wrong] == []
    assert generations >= 3
    assert all(answers > 0 and seen[-1] <= generations for answers, seen, _ in found)
    assert len({generation for _, seen, _ in found for generation in seen}) >= 3
    with searchkit.open(folder) as engine:
        assert {hit.id for hit in engine.search("common", limit=None)} == expected(generations).keys()
        assert engine.verify().faults == ()
    print(f"{generations} generations, {sum(answers for answers, _, _ in found)} answers")


def test_refresh_keeps_unchanged_segments_open(tmp_path: Path) -> None:
    """Caches of a segment are kept; deletions and merges are exact all the same."""
    from searchkit.engines.local import LocalEngine

    with LocalEngine(tmp_path / "i", create=True) as writer, LocalEngine(tmp_path / "i") as reader:
        writer.add([Article(f"a{n}", body=f"common word{n}") for n in range(20)])
        assert reader.refresh()
        before = dict(reader._readers)
        assert reader.search("common").total == 20
        writer.add([Article("b", body="common more")])
        assert reader.search("common").total == 20
        assert reader.refresh()
        assert [reader._readers[name] is segment for name, segment in before.items()] == [True]
        assert reader.search("common").total == 21
        writer.delete(["a3", "a4"])
        assert reader.get("a3").body == "common word3"
        assert reader.refresh()
        assert [reader._readers[name] is segment for name, segment in before.items()] == [True]
        assert reader.search("common").total == 19
        assert reader.search("word3").total == 0
        with pytest.raises(searchkit.UnknownArticle):
            reader.get("a3")
        writer.optimize()
        assert reader.refresh()
        assert not set(before) & set(reader._readers)
        assert len(reader._readers) == 1
        assert (
            reader.search("common", limit=None).total == len({hit.id for hit in reader.search("common", limit=None)}) == 19
        )
        assert not reader.refresh()


def test_hits_can_be_read_after_refresh(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.add([Article(f"a{n}", "Title", f"common word{n}") for n in range(5)])
        hits = engine.search("common").hits
        engine.delete([f"a{n}" for n in range(5)])
        engine.add([Article("b")])
        engine.optimize()
        assert sorted(hit.article.body for hit in hits) == [f"common word{n}" for n in range(5)]
        assert all(hit.snippet for hit in hits)


def test_all_articles_are_read_on_while_others_write_and_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where pages are released whose files are gone."""
    given_back: list[None] = []
    original = Snapshot.release_pages
    monkeypatch.setattr("searchkit.engines.local_reader.RELEASE_AFTER_CHARACTERS", 200)
    monkeypatch.setattr(Snapshot, "release_pages", lambda snapshot: given_back.append(original(snapshot)))
    with searchkit.open(tmp_path / "i", create=True) as writer:
        for first in range(0, 60, 20):
            writer.add([Article(f"a{n}", body=f"common word{n}") for n in range(first, first + 20)])
        writer.delete(["a7"])
        with searchkit.open(tmp_path / "i") as reader:
            before = set((tmp_path / "i").glob("MAIN_*.columns"))
            stored = reader.articles()
            found = [next(stored)]
            writer.add([Article(f"a{n}", body="changed") for n in range(0, 60, 2)])
            writer.optimize()
            writer.delete(["a1"])
            writer.add([Article("b")])
            assert not before & set((tmp_path / "i").glob("MAIN_*.columns"))
            assert reader.refresh()
            found += stored
        assert {one.article.id: one.article.body for one in found} == {
            f"a{n}": f"common word{n}" for n in range(60) if n != 7
        }
        assert len(given_back) >= 3
        assert {one.article.body for one in writer.articles()} >= {"changed", ""}
