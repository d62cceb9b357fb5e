"""One run at a time writes into an archive on a cluster, also where processes sleep or die."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import searchkit
from searchkit.engines.opensearch import lease
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.creation import find_indexes
from searchkit.engines.opensearch.lease import Lease
from searchkit.engines.opensearch.mapping import state_index
from searchkit.engines.opensearch.place import Place
from searchkit.engines.opensearch.state import StateIndex
from searchkit.engines.opensearch.store import ClusterStore
from searchkit.indexing.opening import open_session
from searchkit.testing.archive import content, make, without_scores, write, write_lines
from tests.opensearch.archives import as_answer, forward, is_bulk, new_place, through
from tests.opensearch.faulty_host import FaultyHost, Request, as_json
from tests.plain_environment import plain_environment


@pytest.fixture(scope="module")
def place(cluster: str) -> Iterator[Place]:
    """A place where there is an archive, for all tests of leases alone."""
    with new_place(cluster, "lease") as found:
        ArchiveIndex.open(Cluster(found), found, create=True, replicas=0)
        yield found


@pytest.fixture
def state(place: Place) -> StateIndex:
    """The state of the archive."""
    return StateIndex(Cluster(place), place)


def run_document(place: Place) -> Any:
    """The document that has the lease."""
    return Cluster(place).request("GET", f"/{state_index(place.name)}/_doc/run")["_source"]


def end_lease(place: Place) -> None:
    """Let the lease end, as if its time were over and nobody had renewed it."""
    body = {"script": "ctx._source.content.lease.end = 0"}
    Cluster(place).request("POST", f"/{state_index(place.name)}/_update/run", body=body)


def test_one_of_many_at_once_takes_it(state: StateIndex, place: Place) -> None:
    start = threading.Barrier(8)

    def take(_: int) -> Lease | str:
        start.wait()
        try:
            return Lease(state)
        except searchkit.IndexLocked as error:
            return str(error)

    before = state.read_run().number
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(8)))
    (winner,) = [one for one in taken if isinstance(one, Lease)]
    assert winner.number == before + 1
    holder = run_document(place)["content"]["lease"]["holder"]
    assert holder.startswith(f"process {os.getpid()} on {os.uname().nodename}, since 2")
    messages = {one for one in taken if not isinstance(one, Lease)}
    assert messages == {
        f"{place.text} is being written to by {holder}; wait for it with --wait SECONDS, or try again when it is done"
        " (searching is not affected). If it was killed, others can write within 60 seconds"
    }
    winner.give_back()
    assert "lease" not in run_document(place)["content"]
    after = Lease(state)
    assert after.number == winner.number + 1
    after.give_back()


def test_a_lease_that_ends_is_taken_by_the_next(state: StateIndex, place: Place) -> None:
    """By the clock of the cluster. Who had it may go on if nobody took it."""
    first = Lease(state)
    end_lease(place)
    first._renew()
    with pytest.raises(searchkit.IndexLocked, match="is being written to"):
        Lease(state)
    end_lease(place)
    second = Lease(state)
    assert second.number == first.number + 1
    first.give_back()  # has no effect
    with pytest.raises(searchkit.IndexLocked, match="did not renew its lease for 60 seconds, and process .* writes now"):
        first.finish_run()
    with pytest.raises(searchkit.IndexLocked, match="and process .* writes now; nothing of that was overwritten"):
        first.check()
    second.give_back()
    with pytest.raises(searchkit.IndexLocked, match="and another run has written meanwhile"):
        first.check()


def test_the_clocks_of_clients_do_not_matter(state: StateIndex, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is a year ahead of another, and jumps when its machine has slept."""
    ahead = 365 * 86_400.0
    clock = SimpleNamespace(**vars(time))
    clock.clock_gettime = lambda which: time.clock_gettime(which) + ahead
    monkeypatch.setattr(lease, "time", clock)
    first = Lease(state)
    monkeypatch.setattr(lease, "time", time)
    with pytest.raises(searchkit.IndexLocked, match="is being written to"):
        Lease(state)
    monkeypatch.setattr(lease, "time", clock)
    first.check()
    ahead += 86_400
    first.check()  # asks the cluster
    end_lease(place)
    monkeypatch.setattr(lease, "time", time)
    second = Lease(state)
    monkeypatch.setattr(lease, "time", clock)
    ahead += 86_400
    with pytest.raises(searchkit.IndexLocked, match="writes now"):
        first.check()
    second.give_back()


def test_a_lease_is_renewed_also_after_errors(place: Place, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a host answers for a while, or if it does not answer."""
    monkeypatch.setattr(lease, "LEASE_SECONDS", 0.4)
    missing = {"error": {"type": "index_not_found_exception", "reason": "no such index"}}
    faults = [None, b"", b"HTTP/1.1 200 OK\r\n\r\n<html>", as_json(missing, "404 Not Found"), as_json({}, "503 Busy")]
    ends: list[int] = []
    three_more = threading.Event()

    def answer(request: Request) -> bytes | None:
        if "/_update/" not in request.path:
            return as_answer(*forward(cluster, request))
        if ends and faults:
            return faults.pop()
        status, found = forward(cluster, request)
        ends.append(json.loads(found)["get"]["_source"]["content"].get("lease", {}).get("end", 0))
        if len(ends) == 4:
            three_more.set()
        return as_answer(status, found)

    with FaultyHost(answer) as host:
        connection = through(host, place)
        one = Lease(StateIndex(connection, place))
        assert three_more.wait(60)
        one.give_back()
    assert ends[0] < ends[3]
    assert "lease" not in run_document(place)["content"]


def test_a_lease_whose_answers_were_lost_keeps_nobody_out(place: Place, cluster: str, state: StateIndex) -> None:
    def answer(request: Request) -> bytes | None:
        made = as_answer(*forward(cluster, request))
        return None if sum("/_update/" in path for path in host.asked) <= 2 else made

    with FaultyHost(answer) as host:
        with pytest.raises(searchkit.StorageError, match="cannot be reached"):
            Lease(StateIndex(through(host, place), place))
        assert len(host.requests) == 3
    Lease(state).give_back()


FORKED = """
import os, sys
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.lease import Lease
from searchkit.engines.opensearch.place import parse_place
from searchkit.engines.opensearch.state import StateIndex

place = parse_place(sys.argv[1])
lease = Lease(StateIndex(Cluster(place), place))
child = os.fork()
if child == 0:
    lease.give_back()
    sys.exit()
os.waitpid(child, 0)
lease._renew()
"""


def test_a_process_that_forks_or_ends_without_giving_it_back(place: Place) -> None:
    """The child of a fork does not give it back; who comes after waits until it ends."""
    done = subprocess.run(
        [sys.executable, "-c", FORKED, place.text], env=plain_environment(), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert "lease" in run_document(place)["content"]
    end_lease(place)


WRITER = """
import sys
from searchkit.engines.opensearch import bulk, lease
lease.LEASE_SECONDS = 1.0
bulk.MAX_REQUEST_CHANGES, bulk.SENDERS = 10, 1
from searchkit.cli import run
run()
"""


def documents(place: Place) -> dict[str, tuple[int, str]]:
    """All documents of an archive, except that of the lease, with the runs that wrote them, and the
    aliases of its indexes."""
    cluster = Cluster(place)
    names = f"{place.name},{state_index(place.name)}"
    cluster.request("POST", f"/{names}/_refresh")
    hits = cluster.request("POST", f"/{names}/_search", body={"size": 10_000, "version": True})["hits"]["hits"]
    found = {hit["_id"]: (hit["_version"] >> 32, json.dumps(hit["_source"])) for hit in hits if hit["_id"] != "run"}
    indexes = find_indexes(cluster, f"{place.name}*")
    return found | {index: (0, str(sorted(found["aliases"]))) for index, found in indexes.items()}


def change(root: Path, numbers: Sequence[int]) -> None:
    """Change some of the files that `make` wrote, and what is in them."""
    write_lines(root / "lines.jsonl", numbers, changed=numbers[::3])
    for n in numbers:
        write(root / f"t/{n}.txt", f"Other talks of number{n}.")
    (root / f"t/{numbers[0]}.txt").unlink()


@pytest.mark.parametrize(("first", "second"), [("load", "index"), ("rebuild", "index"), ("rebuild", "rebuild")])
def test_a_run_that_sleeps_for_longer_than_its_lease_overwrites_nothing(
    cluster: str, tmp_path: Path, first: str, second: str
) -> None:
    """A process is stopped while it loads articles, or just before it has searches find its
    rebuild. Another one writes. What the first still sends then has no effect."""
    root, other = make(tmp_path / "root"), make(tmp_path / "other")
    sleeps, goes_on = threading.Event(), threading.Event()

    def answer(request: Request) -> bytes:
        is_there = (
            request.path.startswith("/_aliases") and b"replaced" in request.body
            if first == "rebuild"
            else is_bulk(request) and "-state/" not in request.path
        )
        answered = b"" if first == "rebuild" and is_there else as_answer(*forward(cluster, request))
        if is_there:
            sleeps.set()
            goes_on.wait()
        return answered or as_answer(*forward(cluster, request))

    with new_place(cluster, "sleeper") as place, FaultyHost(answer) as host:  # noqa: SIM117
        with searchkit.open(place.text, create=True, shards=1, replicas=0, partition="year") as engine:
            engine.index([root, other])
            change(root, range(4, 24))
            command = ["index", "--rebuild"] if first == "rebuild" else ["index", str(root), "--workers", "1"]
            command = [sys.executable, "-c", WRITER, *command, "-i", f"opensearch://{host.address}/{place.name}"]
            with subprocess.Popen(command, env=plain_environment(), stderr=subprocess.PIPE, text=True) as process:
                while not sleeps.wait(0.01):
                    assert process.poll() is None
                process.send_signal(signal.SIGSTOP)
                change(root, range(2, 12))
                write_lines(root / "more.jsonl", range(100, 110))
                engine.delete(["root/j4", "root/t/8.txt"], wait=30)
                engine.remove_root("other")
                engine.index([make(tmp_path / "new"), root] if second == "index" else [], rebuild=second == "rebuild")
                before = documents(place)
                process.send_signal(signal.SIGCONT)
                goes_on.set()
                err = process.communicate()[1]
            assert process.returncode == 2, err
            assert err.startswith(f"searchkit: opensearch://{host.address}/{place.name}: this run did not renew its lease")
            assert "another run has written meanwhile; nothing of that was overwritten. Try again" in err
            assert documents(place) == before
            engine.index()
            with searchkit.open("memory:") as fresh:
                fresh.index([Path(one.path) for one in engine.roots()])
                fresh.delete(["root/j4", "root/t/8.txt"])
                assert without_scores(content(engine)) == without_scores(content(fresh))


def test_a_late_run_adds_no_index_to_an_archive_that_was_rebuilt(cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if it found that it may write just before."""
    with (
        new_place(cluster, "late") as place,
        searchkit.open(place.text, create=True, shards=1, replicas=0, partition="year") as engine,
    ):
        engine.add([searchkit.Article("a", "T", "B")])
        late = ClusterStore(ArchiveIndex.open(Cluster(place), place))
        with open_session(late) as session:
            end_lease(place)
            engine.index(rebuild=True)
            before = documents(place)
            monkeypatch.setattr(late._lease, "check", lambda: None)
            session.add(searchkit.Article("b", "T", "B", date=datetime(2020, 4, 26, tzinfo=UTC)))
            with pytest.raises(searchkit.StorageError, match="refused POST /_aliases"):
                session.commit()
        assert documents(place) == before
