"""A cluster on this machine: started, found again by others, stopped."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from scripts.cluster.errors import ClusterError
from scripts.cluster.java import find_java
from scripts.cluster.libraries import prepare
from scripts.cluster.node import JVM, SECONDS_TO_START, Node, last_lines, launch, wait_until_listening
from scripts.cluster.processes import Process, end, locked

CACHE = Path(__file__).parent.parent.parent / ".opensearch"
"""Where libraries, and by default clusters, lie."""
STATE = "cluster.json"


@dataclass(frozen=True)
class StartOptions:
    """How a cluster is started.

    `heap` is the memory of each node's heap, as the JVM reads it. `owner` is a process whose end is
    the end of the cluster, 0 for none. `disk_watermarks`: OpenSearch refuses to write to a nearly
    full disk. `optimize`: the JVM optimizes code, for what runs longer than tests.
    """

    nodes: int = 1
    heap: str = "512m"
    owner: int = 0
    disk_watermarks: bool = False
    optimize: bool = False


@dataclass(frozen=True)
class Cluster:
    """The nodes of a cluster, how it was started, and whether all were up at the end of that."""

    name: str
    options: StartOptions
    nodes: tuple[Node, ...]
    is_started: bool

    @property
    def urls(self) -> list[str]:
        """Where the nodes that run answer."""
        return [node.url for node in self.running]

    @property
    def running(self) -> list[Node]:
        return [node for node in self.nodes if node.process.is_alive()]

    @property
    def is_whole(self) -> bool:
        return self.is_started and len(self.running) == len(self.nodes)


def find(folder: Path) -> Cluster | None:
    """The cluster whose data lies in a folder, if one was started there and not stopped."""
    try:
        state: dict[str, Any] = json.loads((folder / STATE).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    nodes = [Node(**{**node, "process": Process(**node["process"])}) for node in state["nodes"]]
    return Cluster(state["name"], StartOptions(**state["options"]), tuple(nodes), state["is_started"])


def start(folder: Path, options: StartOptions = StartOptions(), cache: Path = CACHE) -> Cluster:
    """Start a cluster with its data in a folder, or find the one that was started there.

    Nodes of that which were killed are started again, with their data, their addresses, and the
    options of the first start except the owner. What a start that was cut off has left, or nodes
    that ended and removed their data, is removed first. Raises ClusterError, or Unavailable when
    this machine cannot run OpenSearch.
    """
    folder = folder.resolve()
    with locked(folder):
        found = find(folder)
        if found is not None and found.is_whole:
            return found
        if found is not None and found.is_started and any((folder / node.name).exists() for node in found.nodes):
            return _start_again(folder, found, _make_jvm(cache, found.options), options.owner)
        if found is not None:
            end([node.process for node in found.nodes])
            _clear(folder)
        elif any(folder.iterdir()) or folder == cache.resolve():
            raise ClusterError(f"{folder} holds other files: expected an empty folder, or that of a cluster; choose another")
        try:
            return _start(folder, _make_jvm(cache, options), options)
        except BaseException:
            if (left := find(folder)) is not None:
                end([node.process for node in left.nodes])
            shutil.rmtree(folder)
            raise


def _make_jvm(cache: Path, options: StartOptions) -> JVM:
    java = find_java()
    return JVM(java, prepare(cache, java), options.heap, options.optimize)


def _start(folder: Path, jvm: JVM, options: StartOptions) -> Cluster:
    name = f"searchkit-{os.getpid()}"  # no node of another cluster gets in
    settings = _settings(name, options)
    first = {} if options.nodes == 1 else {"cluster.initial_cluster_manager_nodes": "node-1", "discovery.seed_hosts": ""}
    nodes = [launch(jvm, folder, "node-1", settings | first, options.owner)]
    _write(folder, Cluster(name, options, tuple(nodes), is_started=False))
    nodes = [wait_until_listening(nodes[0], folder)]
    # The others find the cluster by the first, whose port is known only now.
    settings["discovery.seed_hosts"] = nodes[0].transport
    for number in range(2, options.nodes + 1):
        nodes.append(launch(jvm, folder, f"node-{number}", settings, options.owner))
        _write(folder, Cluster(name, options, tuple(nodes), is_started=False))
    nodes = [wait_until_listening(node, folder) for node in nodes]
    return _complete(folder, Cluster(name, options, tuple(nodes), is_started=True))


def _start_again(folder: Path, found: Cluster, jvm: JVM, owner: int) -> Cluster:
    """Start the nodes of a cluster that are gone."""
    settings = _settings(found.name, found.options)
    if len(found.nodes) > 1:
        settings["discovery.seed_hosts"] = ",".join(node.transport for node in found.nodes)
    nodes = [
        node if node in found.running else launch(jvm, folder, node.name, settings | node.ports, owner)
        for node in found.nodes
    ]
    _write(folder, replace(found, nodes=tuple(nodes)))
    nodes = [wait_until_listening(node, folder) for node in nodes]
    return _complete(folder, replace(found, nodes=tuple(nodes)))


def _settings(name: str, options: StartOptions) -> dict[str, str]:
    """The settings of each node."""
    settings = {
        "cluster.name": name,
        "cluster.routing.allocation.disk.threshold_enabled": str(options.disk_watermarks).lower(),
    }
    return settings | ({"discovery.type": "single-node"} if options.nodes == 1 else {})


def _complete(folder: Path, cluster: Cluster) -> Cluster:
    """The cluster, as soon as all its nodes have joined."""
    _wait_until_complete(folder, cluster.nodes)
    _write(folder, cluster)
    return cluster


def stop(folder: Path) -> bool:
    """End a cluster and remove its data; False if there is none."""
    folder = folder.resolve()
    if find(folder) is None:
        return False
    with locked(folder):
        cluster = find(folder)  # another process may have stopped it meanwhile
        if cluster is not None:
            end([node.process for node in cluster.nodes])
        shutil.rmtree(folder)
    return cluster is not None


def ask(url: str, path: str, seconds: float = 10.0) -> Any:
    """What a node answers to GET, decoded from JSON; None if it does not, or not with 200."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=seconds)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        answer = response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return json.loads(answer) if response.status == 200 else None


def _wait_until_complete(folder: Path, nodes: Sequence[Node]) -> None:
    """Wait until each node answers, and says that all have joined."""
    deadline = time.monotonic() + SECONDS_TO_START
    waiting = list(nodes)
    while waiting:
        health = ask(waiting[0].url, "/_cluster/health")
        if health is not None and health["number_of_nodes"] == len(nodes):
            del waiting[0]
        elif time.monotonic() > deadline or not all(node.process.is_alive() for node in nodes):
            logs = "\n".join(f"{node.name}:\n{last_lines(folder, node.name)}" for node in nodes)
            raise ClusterError(f"expected a cluster of {len(nodes)} nodes; found {health}; the logs say:\n{logs}")
        else:
            time.sleep(0.05)


def _write(folder: Path, cluster: Cluster) -> None:
    new = folder / f"{STATE}.new"
    new.write_text(json.dumps(asdict(cluster), indent=1), encoding="utf-8")
    new.replace(folder / STATE)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
