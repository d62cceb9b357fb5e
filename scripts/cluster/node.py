"""One node of a cluster: a JVM that runs Node.java."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.cluster.errors import ClusterError
from scripts.cluster.java import Java
from scripts.cluster.processes import Process, spawn

SECONDS_TO_START = 180.0
"""How long a node may take until it listens: seconds on an idle machine."""

_OPTIMIZED = ("-XX:+UseG1GC", "-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30")


@dataclass(frozen=True)
class JVM:
    """How nodes run: by which JDK, with the libraries of which folder, with which heap ("512m")."""

    java: Java
    libraries: Path
    heap: str = "512m"
    optimize: bool = False
    options: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def archive(self) -> Path:
        """The classes of a node as this JDK maps them into memory: a start takes half the time."""
        return self.libraries / f"node-{self.java.version}.jsa"

    def command(self, home: Path) -> list[str]:
        """The command that runs a node; options of the node come behind."""
        temporary = home / "tmp"
        return [
            str(self.java.program),
            f"-Xms{self.heap}",
            f"-Xmx{self.heap}",
            "-XX:-UsePerfData",  # leaves no file in /tmp
            "-XX:+ExitOnOutOfMemoryError",  # a node that is gone can be seen, one that hangs cannot
            f"-XX:ErrorFile={home}.crash",
            # Compiling quickly halves the time of a start; bulk loading is some 15 % faster with
            # the other compiler, from the second minute on. The serial collector takes the least
            # memory and threads. But it leaves garbage until the heap is full, and then OpenSearch
            # refuses requests; so for loads of minutes, what its own jvm.options choose.
            *(_OPTIMIZED if self.optimize else ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")),
            *((f"-XX:SharedArchiveFile={self.archive}",) if self.archive.exists() else ()),
            f"-Djava.io.tmpdir={temporary}",
            f"-Djna.tmpdir={temporary}",
            "-Dlog4j2.level=INFO",
            *self.options,
            "-cp",
            f"{self.libraries}/*",
            "Node",
            str(home),
        ]


@dataclass(frozen=True)
class Node:
    """A node that was started. Its addresses are "" until it listens."""

    name: str
    process: Process
    http: str = ""
    transport: str = ""

    @property
    def url(self) -> str:
        return f"http://{self.http}"

    @property
    def ports(self) -> dict[str, str]:
        """The settings that give another process the addresses of this one."""
        return {
            f"{kind}.port": address.rpartition(":")[2]
            for kind, address in (("http", self.http), ("transport", self.transport))
        }


def launch(jvm: JVM, folder: Path, name: str, settings: dict[str, str], owner: int = 0) -> Node:
    """Start a node with data below `folder`, perhaps that of one that was killed. It ends when the
    process `owner` does (0: none)."""
    home = folder / name
    for needed in ("logs", "tmp"):
        (home / needed).mkdir(parents=True, exist_ok=True)
    for left in (home / "logs").glob("*.ports"):
        left.unlink()
    all_settings = {
        "node.name": name,
        "network.host": "127.0.0.1",
        # If the settings say no others, free ports; the node writes them to files.
        "http.port": "0",
        "transport.port": "0",
        "node.portsfile": "true",
        **settings,
    }
    command = [*jvm.command(home), str(owner), *(f"{key}={value}" for key, value in all_settings.items())]
    return Node(name, spawn(command, log_of(folder, name)))


def log_of(folder: Path, name: str) -> Path:
    """Where a node logs to: beside its own folder, which it removes when it ends."""
    return folder / f"{name}.log"


def wait_until_listening(node: Node, folder: Path) -> Node:
    """The node with its addresses. Raises ClusterError if it ends, or does not listen in time."""
    deadline = time.monotonic() + SECONDS_TO_START
    ports = folder / node.name / "logs"
    while not (ports / "http.ports").exists():  # written last, and renamed into place
        if not node.process.is_alive() or time.monotonic() > deadline:
            raise ClusterError(
                f"{node.name} ended, or did not listen within {SECONDS_TO_START:.0f} seconds; "
                f"its log says:\n{last_lines(folder, node.name)}"
            )
        time.sleep(0.02)
    http, transport = (
        _loopback((ports / f"{kind}.ports").read_text(encoding="utf-8").split()) for kind in ("http", "transport")
    )
    return Node(node.name, node.process, http, transport)


def _loopback(addresses: Sequence[str]) -> str:
    return next(address for address in addresses if re.fullmatch(r"127\.0\.0\.1:\d+", address))


def last_lines(folder: Path, name: str, lines: int = 20) -> str:
    log = log_of(folder, name)
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) if log.exists() else "(no log)"
