"""`scripts/opensearch`: real clusters are started, found, damaged and stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.cluster.cluster import CACHE, STATE, Cluster, StartOptions, ask, find, start, stop
from scripts.cluster.errors import Unavailable
from scripts.cluster.java import find_java
from scripts.cluster.libraries import is_whole, prepare
from scripts.cluster.processes import Process, locked, spawn, start_of
from tests.opensearch.cluster import skipping
from tests.plain_environment import plain_environment


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where a cluster can be started."""
    with skipping():
        prepare(CACHE, find_java())
    folder = tmp_path / "data"
    yield folder
    stop(folder)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.cluster", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=plain_environment(**environment), check=False)


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_blocked(pid: int) -> bool:
    """Whether a process waits for a lock, where the system tells."""
    locks = Path("/proc/locks")
    if not locks.exists():
        return True
    waiting = [line.split() for line in locks.read_text().splitlines() if "->" in line]
    return str(pid) in {row[row.index("->") + 4] for row in waiting}


def found_in(folder: Path) -> Cluster:
    found = find(folder)
    assert found is not None
    return found


def setting(url: str, name: str) -> Any:
    answer = ask(url, "/_cluster/settings?include_defaults=true&flat_settings=true")
    return {**answer["defaults"], **answer["persistent"], **answer["transient"]}[name]


def test_a_node_is_started_found_and_ends_with_its_owner(folder: Path) -> None:
    assert run("status", "--data", str(folder)).returncode == 1
    start_node = ("start", "--data", str(folder), "--heap", "300m")
    command = [sys.executable, "-m", "scripts.cluster", *start_node]
    killed = spawn(command, folder.with_name("start.log"))
    wait_for(lambda: find(folder) is not None)
    os.kill(killed.pid, signal.SIGKILL)
    left = found_in(folder)
    assert not left.is_started

    # Of two that start a cluster in one folder at once, the second finds that of the first.
    owner = spawn([sys.executable, "-c", "import time; time.sleep(600)"], folder.with_name("owner.log"))
    command += ["--owner", str(owner.pid)]
    other = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=plain_environment())
    started = run(*start_node, "--owner", str(owner.pid))
    assert started.returncode == 0
    [url] = started.stdout.split()
    assert other.communicate()[0] == started.stdout
    assert not left.running  # what a killed start leaves is ended by the next one

    assert url.startswith("http://127.0.0.1:")
    assert ask(url, "/")["version"]["number"].startswith("3.")
    [node] = ask(url, "/_nodes/jvm,transport")["nodes"].values()
    assert 280 < node["jvm"]["mem"]["heap_max_in_bytes"] / 2**20 <= 300
    assert [address.rpartition(":")[0] for address in node["transport"]["bound_address"]] == ["127.0.0.1"]
    assert setting(url, "cluster.routing.allocation.disk.threshold_enabled") == "false"
    assert setting(url, "indices.query.bool.max_clause_count") == "1024"  # as users have it

    again = run("start", "--data", str(folder))
    assert (again.returncode, again.stdout) == (0, started.stdout)
    assert "runs already" in again.stderr
    status = run("status", "--data", str(folder))
    assert status.returncode == 0
    assert status.stdout.startswith(f"node-1  {url}  process ")
    assert status.stdout.endswith("  runs\ngreen, 1 nodes\n")

    os.kill(owner.pid, signal.SIGKILL)
    wait_for(lambda: not owner.is_alive() and not found_in(folder).running)
    assert sorted(path.name for path in folder.iterdir()) == [STATE, "node-1.log"]
    assert "is gone" in run("status", "--data", str(folder)).stdout

    # Another process may have got the pid of a node since.
    state = json.loads((folder / STATE).read_text())
    state["nodes"][0]["process"]["pid"] = os.getpid()
    (folder / STATE).write_text(json.dumps(state))
    assert not found_in(folder).running
    assert stop(folder)


def put(url: str, path: str, content: str) -> None:
    request = urllib.request.Request(f"{url}{path}", content.encode(), {"Content-Type": "application/json"}, method="PUT")  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        assert answer.status in (200, 201)


def test_a_node_that_is_killed_is_started_again_with_its_data(folder: Path) -> None:
    cluster = start(folder, StartOptions(nodes=3, heap="256m"))
    urls = cluster.urls
    assert len(set(urls)) == 3
    assert [ask(url, "/_cluster/health")["number_of_nodes"] for url in urls] == [3, 3, 3]
    put(urls[0], "/kept", '{"settings": {"number_of_shards": 3, "number_of_replicas": 0}}')  # one shard on each node
    for number in range(9):
        put(urls[0], f"/kept/_doc/{number}?refresh=true", "{}")
    os.kill(cluster.nodes[0].process.pid, signal.SIGKILL)  # the one that the others found the cluster by
    wait_for(lambda: (ask(urls[1], "/_cluster/health") or {}).get("number_of_nodes") == 2)

    status = run("status", "--data", str(folder))
    assert status.returncode == 1
    assert [line.split("  ")[-1] for line in status.stdout.splitlines()] == ["is gone", "runs", "runs", "red, 2 nodes"]
    again = run("start", "--data", str(folder), "--nodes", "1")
    assert (again.returncode, again.stdout.split()) == (0, urls)
    assert "started node-1 of the cluster in" in again.stderr
    found = found_in(folder)
    assert found.nodes[1:] == cluster.nodes[1:]
    wait_for(lambda: (ask(urls[2], "/kept/_count") or {}).get("count") == 9)

    assert (run("stop", "--data", str(folder)).stderr, folder.exists()) == ("", False)
    assert not found.running
    assert [ask(url, "/") for url in urls] == [None] * 3
    assert "no cluster runs" in run("stop", "--data", str(folder)).stderr


def test_a_node_that_cannot_start_says_why_and_leaves_nothing(folder: Path) -> None:
    done = run("start", "--data", str(folder), "--heap", "1m")
    assert done.returncode == 2
    assert "node-1 ended" in done.stderr
    assert "heap" in done.stderr
    assert not folder.exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    done = run("start", "--data", str(tmp_path))
    assert done.returncode == 2
    assert "holds other files" in done.stderr
    assert not stop(tmp_path)
    assert (tmp_path / "mine").exists()


@pytest.mark.parametrize("arguments", [["begin"], ["start", "--nodes", "0"], ["start", "--heap", "much"]])
def test_arguments_are_checked(arguments: list[str]) -> None:
    assert run(*arguments).returncode == 2


def fake_jdk(home: Path, version: str, *, compiler: bool = True) -> Path:
    (home / "bin").mkdir(parents=True)
    for name in ("java", "javac") if compiler else ("java",):
        program = home / "bin" / name
        program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2026-01-20' >&2\n")
        program.chmod(0o755)
    return home


def test_which_jdk_is_taken(tmp_path: Path) -> None:
    none = tmp_path / "none"
    with pytest.raises(Unavailable, match=r"21 or newer; looked in JAVA_HOME \(not set\), .*found none; install"):
        find_java({}, none)

    old = fake_jdk(tmp_path / "17", "17.0.2")
    jre = fake_jdk(tmp_path / "jvms" / "jre-24", "24", compiler=False)
    environment = {"JAVA_HOME": str(old), "PATH": str(fake_jdk(tmp_path / "8", "1.8.0_392") / "bin")}
    with pytest.raises(Unavailable) as error:
        find_java(environment, tmp_path / "jvms")
    for said in (
        f"{old} (version 17.0.2, too old)",
        f"{jre} (version 24, a JRE",
        "1.8.0_392, too old",
        "JAVA_HOME=/path/to/jdk",
    ):
        assert said in str(error.value)

    fake_jdk(tmp_path / "jvms" / "a-21", "21.0.5")
    newest = fake_jdk(tmp_path / "jvms" / "b-25", "25.0.1")
    assert find_java(environment, tmp_path / "jvms").home == newest
    named = fake_jdk(tmp_path / "23", "23")
    assert find_java({"JAVA_HOME": str(named)}, tmp_path / "jvms").home == named
    assert find_java({"PATH": str(named / "bin")}, none).home == named


def test_libraries_that_are_not_whole_are_fetched_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    libraries = folder / "lib"
    libraries.mkdir(parents=True)
    for path in (CACHE / "lib").glob("*.j*"):
        (libraries / path.name).symlink_to(path)
    assert is_whole(libraries)
    jar = libraries / "node.jar"
    jar.unlink()
    assert not is_whole(libraries)
    jar.write_bytes((CACHE / "lib" / jar.name).read_bytes()[:-1])
    assert not is_whole(libraries)

    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable, match="no mvn on the PATH"):
        prepare(folder, find_java())
    failing = folder / "bin" / "mvn"
    failing.parent.mkdir()
    failing.write_text("#!/bin/sh\necho no network\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setenv("PATH", str(failing.parent))
    with pytest.raises(Unavailable, match="ended with status 1:\nno network"):
        prepare(folder, find_java())


def test_a_lock_is_not_lost_when_the_folder_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    script = f"""
from pathlib import Path
from scripts.cluster.processes import locked
folder = Path({str(folder)!r})
print("waiting", (folder / "of the first").exists(), flush=True)
with locked(folder):
    print(*folder.iterdir())
"""
    with locked(folder):
        (folder / "of the first").touch()
        waiting = subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=plain_environment()
        )
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "waiting True\n"
        wait_for(lambda: is_blocked(waiting.pid))
        shutil.rmtree(folder)
    assert waiting.communicate(timeout=60)[0] == "\n"
    assert folder.exists()


def test_a_process_is_told_from_a_later_one_with_its_pid() -> None:
    pid = os.getpid()
    started = start_of(pid)
    assert started is not None
    assert Process(pid, started).is_alive()
    assert not Process(pid, started + "1").is_alive()
    assert start_of(2**22 + 1) is None


def test_tests_skip_without_java_and_fail_in_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(Unavailable), skipping():
        find_java({}, tmp_path)
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="OpenSearch needs a JDK"), skipping():
        find_java({}, tmp_path)
