"""Runs that are cut off at any request, and completed by the next, give the archive that a new one
would be."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Article
from searchkit.engines.opensearch import bulk
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.engine import OpenSearchEngine
from searchkit.engines.opensearch.mapping import state_index
from searchkit.reports import Failure
from searchkit.testing.runs import write_ids
from tests.opensearch.archives import as_answer, forward, new_place, through
from tests.opensearch.faulty_host import FaultyHost, Request, as_json

STEPS = int(os.environ.get("OPENSEARCH_CUT_OFF_RUNS", "3"))
"""How many runs are cut off. OPENSEARCH_CUT_OFF_RUNS=1000 makes it a long campaign."""
SEED = int(os.environ.get("OPENSEARCH_SEED", "1"))
BLOCKED = as_json({"error": {"type": "cluster_block_exception", "reason": "[FORBIDDEN/8/x]"}}, "403 Forbidden")


class Files:
    """Two roots, whose files change at random: what is in them, and where. A file may also become
    again what it was."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self._rng, self._folder = rng, folder
        self._old: dict[Path, list[tuple[bytes, int]]] = {}
        self.places = {label: folder / label for label in ("one", "two")}
        for label in self.places:
            self._write(label, "a.jsonl")

    def change(self) -> None:
        """Change some files."""
        for _ in range(self._rng.randrange(1, 5)):
            label = self._rng.choice(("one", "one", "two"))
            name = self._rng.choice(("a.jsonl", "b.jsonl", "c.jsonl", "s/d.jsonl", "s/e.jsonl"))
            path = self.places[label] / name
            act = self._rng.choice(("write", "write", "remove", "rename", "revert"))
            if act == "write":
                self._write(label, name)
            elif act == "revert" and (old := self._old.get(path)):
                content, time = self._rng.choice(old)
                path.write_bytes(content)
                os.utime(path, ns=(time, time))
            elif path.exists():
                if act == "rename":
                    path.rename(path.with_name(self._rng.choice("abcde") + ".jsonl"))
                elif len(list(self.places[label].rglob("*.jsonl"))) > 1:
                    path.unlink()

    def _write(self, label: str, name: str) -> None:
        path, rng = self.places[label] / name, self._rng
        numbers = rng.sample(range(9), rng.randrange(1, 6))
        write_ids(path, {str(number): f"Text {rng.randrange(3)}" for number in numbers})
        self._old.setdefault(path, []).append((path.read_bytes(), path.stat().st_mtime_ns))

    def move(self, label: str) -> Path:
        """Move a root; return where it lies then."""
        path = self._folder / f"{label}{self._rng.randrange(10**6)}"
        self.places[label].rename(path)
        self._old.clear()
        self.places[label] = path
        return path


class CuttingHost:
    """A host before the cluster, which cuts off runs."""

    def __init__(self, cluster: str) -> None:
        self._cluster, self._lock = cluster, threading.Lock()
        self._left, self._mode = -1, ""
        self.count = 0

    def cut(self, after: int, mode: str) -> None:
        """Answer so many requests more, and then none ("dead"); or, of the next, lose only the
        answer before that ("lost"), or refuse that one alone ("refused")."""
        self._left, self._mode, self.count = after, mode, 0

    def heal(self) -> None:
        """Answer everything."""
        self._left = -1

    def answer(self, request: Request) -> bytes:
        """Answer, or not."""
        with self._lock:
            self.count += 1
            left = self._left
            if left > 0:
                self._left -= 1
            elif left == 0 and self._mode == "refused":
                self._left = -1
            elif left == 0:
                self._left = -2
        if left == 0 and self._mode == "lost":
            forward(self._cluster, request)
        if left == 0 and self._mode == "refused":
            return BLOCKED
        return b"" if left in (0, -2) else as_answer(*forward(self._cluster, request))


@pytest.fixture
def host(cluster: str) -> Iterator[tuple[CuttingHost, FaultyHost]]:
    """A host that cuts off runs."""
    cutting = CuttingHost(cluster)
    with FaultyHost(cutting.answer) as served:
        yield cutting, served


def picture(engine: Any) -> dict[str, object]:
    """What an archive has: articles with their files, roots, states of files, and tombstones.

    Some of it depends on when a file was read: whether an earlier run knew that it is displaced,
    and whether an article was deleted already that clashes with one of it.
    """
    state = engine._sync_state()
    deleted = [f'the id "{name}"' for name in state.tombstones]

    def without_deleted(failures: tuple[Failure, ...]) -> tuple[Failure, ...]:
        return tuple(one for one in failures if not any(name in one.reason for name in deleted))

    files = {
        label: {path: one._replace(failures=without_deleted(one.failures), displaced=False) for path, one in found.items()}
        for label, found in (state.files or {}).items()
    }
    return {
        "articles": {one.article.id: (one.article, one.origin) for one in engine.articles()},
        "roots": [replace(root, failed=0) for root in engine.roots()],
        "files": files,
        "tombstones": {one.id for one in engine.tombstones()},
    }


class Campaign:
    """Changes of an archive, at random."""

    def __init__(self, files: Files, rng: random.Random) -> None:
        self.files, self._rng = files, rng
        self._options: dict[str, dict[str, list[str]]] = {}
        self._deleted: set[str] = set()
        self._free: dict[str, str] = {}

    def choose(self, ids_there: set[str]) -> tuple[str, Callable[[Any], object]]:
        """A change: its kind, and what makes it, also if it was made in part already."""
        rng = self._rng
        kind = rng.choice(
            ("index", "index", "index", "root", "options", "rebuild", "delete", "undelete", "add", "remove", "move")
        )
        label = rng.choice(("one", "two"))
        ids = {f"{label}/{rng.randrange(9)}" for _ in range(3)} | {f"free{rng.randrange(3)}"}
        every = rng.randrange(6)
        if label not in self._options and kind in ("options", "remove", "move"):
            kind = "root"
        if kind == "root":
            self._options.setdefault(label, {})
            return kind, lambda engine: engine.index(self.files.places[label], label=label, workers=1, commit_every=every)
        if kind == "options":
            options = self._options[label] = rng.choice(({}, {"exclude": ["s/*"]}, {"map": ["title=text"]}))
            return kind, lambda engine: engine.index(
                self.files.places[label], options=options, workers=1, commit_every=every
            )
        if kind == "rebuild":
            return kind, lambda engine: engine.index(rebuild=True, workers=1)
        if kind == "delete":
            found = ids_there & ids
            self._deleted |= found
            return kind, lambda engine: engine.delete(found)
        if kind == "undelete":
            self._free = {name: text for name, text in self._free.items() if name not in self._deleted & ids}
            self._deleted -= ids
            return kind, lambda engine: engine.undelete(ids)
        if kind == "add":
            articles = [Article(f"free{number}", body=f"Text {rng.randrange(3)}") for number in range(rng.randrange(4))]
            self._free |= {one.id: one.body for one in articles}
            self._deleted -= {one.id for one in articles}
            return kind, lambda engine: engine.add(articles)
        if kind == "remove":
            del self._options[label]
            return kind, lambda engine: _remove(engine, label)
        if kind == "move":
            path = self.files.move(label)
            return kind, lambda engine: engine.move_root(label, path)
        return kind, lambda engine: engine.index(workers=1, commit_every=every)

    def fresh(self) -> dict[str, object]:
        """The picture of a new archive."""
        with searchkit.open("memory:") as engine:
            for label in sorted(self._options):
                engine.index(self.files.places[label], label=label, options=self._options[label])
            engine.add([Article(name, body=text) for name, text in self._free.items()])
            engine.delete(self._deleted)
            return picture(engine) | {"tombstones": self._deleted}


def _remove(engine: Any, label: str) -> None:
    with suppress(searchkit.RootError):  # it was done
        engine.remove_root(label)


def test_runs_that_are_cut_off(
    cluster: str, host: tuple[CuttingHost, FaultyHost], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run is cut off, files change, and the run is made again.

    The archive is the same then as a new one, or as one whose runs were not cut off, which may
    differ: when a deletion is undone, the file is read that had the article then.
    """
    monkeypatch.setattr(bulk, "MAX_REQUEST_CHANGES", 3)
    monkeypatch.setattr(bulk, "RETRY_SECONDS", 0.0)
    rng = random.Random(SEED)
    cutting, served = host
    requests: dict[str, int] = {}
    with new_place(cluster, "cutoff") as place, searchkit.open("memory:") as uncut:
        OpenSearchEngine(Cluster(place), create=True, replicas=0, partition=rng.choice(("none", "year"))).close()
        direct = Cluster(place)
        with OpenSearchEngine(through(served, place)) as engine:
            campaign = Campaign(Files(tmp_path, rng), rng)
            for step in range(STEPS):
                campaign.files.change()
                kind, act = campaign.choose({one.article.id for one in engine.articles()})
                after, mode = rng.randrange(requests.get(kind, 20) + 3), rng.choice(("dead", "lost", "refused"))
                cutting.cut(after, mode)
                with suppress(searchkit.SearchkitError):
                    act(engine)
                    requests[kind] = cutting.count
                cutting.heal()
                script = "if (ctx._source.content.lease != null) { ctx._source.content.lease.end = 0 }"
                direct.request("POST", f"/{state_index(place.name)}/_update/run", body={"script": script})
                campaign.files.change()
                for one in (engine, uncut):
                    act(one)
                    one.index(workers=1)
                found, *expected = picture(engine), campaign.fresh(), picture(uncut)
                for part, value in found.items():
                    assert value in [one[part] for one in expected], (step, kind, after, mode)
