"""A cluster of three nodes, each in a JVM of its own, that tests may kill and start again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.cluster.cluster import StartOptions, ask, start, stop
from tests.opensearch.cluster import skipping

SECONDS = 120
"""How long something may take that should happen at once; on a machine that does much else, too."""


def wait_for(what: Callable[[], object]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Nodes:
    """The nodes, by their names. Their addresses stay the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._options = StartOptions(nodes=3, heap="320m", owner=os.getpid())
        self.bring_back()
        self._hosts = {node.name: node.http for node in self._cluster.nodes}
        self.names = tuple(self._hosts)

    def place(self, name: str, nodes: Sequence[str] = ()) -> str:
        """The place of an archive, with the hosts of some nodes (without any: of all)."""
        return f"opensearch://{','.join(self._hosts[node] for node in nodes or self.names)}/{name}"

    def kill(self, *names: str) -> None:
        """Kill nodes, all at once."""
        killed = [node.process for node in self._cluster.nodes if node.name in names]
        for process in killed:
            os.kill(process.pid, signal.SIGKILL)
        wait_for(lambda: not any(process.is_alive() for process in killed))

    def bring_back(self) -> None:
        """Start the nodes that were killed, with their data."""
        self._cluster = start(self._folder, self._options)

    def bring_back_missing(self) -> None:
        """The same if any was killed; then wait for the cluster."""
        if len(self._cluster.running) < len(self.names):
            self.bring_back()
            self.wait_until("green")

    def ask(self, path: str) -> Any:
        """What a node that runs answers to GET; None if none does."""
        answers = (ask(node.url, path) for node in self._cluster.running)
        return next((answer for answer in answers if answer is not None), None)

    def wait_until(self, status: str, index: str = "") -> None:
        """Wait until the health of the cluster, or of an index, is that."""
        wait_for(lambda: (self.ask(f"/_cluster/health/{index}") or {}).get("status") == status)

    @property
    def manager(self) -> str:
        """The name of the node that is the elected cluster manager."""
        return str(self.ask("/_cat/cluster_manager?format=json")[0]["node"])

    def find_primaries(self, index: str) -> dict[int, str]:
        """The nodes that have the primary shards of an index, by the numbers of those."""
        shards = self.ask(f"/_cat/shards/{index}?format=json")
        return {int(shard["shard"]): shard["node"] for shard in shards if shard["prirep"] == "p"}


@contextmanager
def three_nodes(folder: Path) -> Iterator[Nodes]:
    """Three nodes with their data in a folder; in the end it is removed."""
    try:
        with skipping():
            yield Nodes(folder)
    finally:
        stop(folder)
