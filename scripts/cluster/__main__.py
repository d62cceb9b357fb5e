"""`scripts/opensearch`: a real OpenSearch cluster on this machine, for development and tests.

start: fetch OpenSearch if need be (Maven, 71 MB, once), start the nodes, and print their URLs. They
listen on free ports of the loopback interface only. If a cluster is there, those of its nodes that
were killed are started again, with their data and at their addresses. stop: end the nodes and
remove their data. status: print what runs; exit status 1 if that is not the whole cluster.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.cluster.cluster import CACHE, StartOptions, ask, find, start, stop
from scripts.cluster.errors import ClusterError
from scripts.cluster.libraries import is_whole


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        return {"start": _start, "stop": _stop, "status": _status}[given.action](given)
    except ClusterError as error:
        print(f"scripts/opensearch: error: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/opensearch", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", choices=("start", "stop", "status"))
    parser.add_argument("--data", type=Path, default=CACHE / "cluster", metavar="FOLDER", help="(.opensearch/cluster)")
    of_start = parser.add_argument_group("options of start")
    of_start.add_argument("--nodes", type=_nodes, default=1, metavar="N", help="how many nodes (1)")
    of_start.add_argument("--heap", type=_heap, default="512m", metavar="SIZE", help="the heap of each node (512m)")
    of_start.add_argument("--owner", type=int, default=0, metavar="PID", help="a process whose end ends the cluster (none)")
    of_start.add_argument("--disk-watermarks", action="store_true", help="refuse to write to a nearly full disk")
    of_start.add_argument("--optimize", action="store_true", help="slower to start, faster afterwards: for measuring")
    return parser


def _nodes(text: str) -> int:
    if not re.fullmatch(r"[1-9]", text):
        raise argparse.ArgumentTypeError(f'expected a number of nodes from 1 to 9, found "{text}"')
    return int(text)


def _heap(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d*[mg]", text):
        raise argparse.ArgumentTypeError(f'expected a size such as 512m or 2g, found "{text}"')
    return text


def _start(given: argparse.Namespace) -> int:
    before = find(given.data)
    if not is_whole(CACHE / "lib"):
        _note("fetching OpenSearch (71 MB, once); this takes half a minute, or some minutes on a slow line")
    options = StartOptions(given.nodes, given.heap, given.owner, given.disk_watermarks, given.optimize)
    cluster = start(given.data, options)
    if before is not None and before.nodes == cluster.nodes:
        _note(f"a cluster runs already in {given.data}; stop it to start another")
    elif before is not None and before.name == cluster.name:
        gone = [node.name for node in before.nodes if node not in cluster.nodes]
        _note(f"started {', '.join(gone)} of the cluster in {given.data} again; stop it to start another")
    elif before is not None:
        _note(f"removed what a cluster that is gone had left in {given.data}")
    print(*cluster.urls, sep="\n")
    return 0 if cluster.is_whole else 1


def _stop(given: argparse.Namespace) -> int:
    if not stop(given.data):
        _note(f"no cluster runs in {given.data}")
    return 0


def _status(given: argparse.Namespace) -> int:
    cluster = find(given.data)
    if cluster is None:
        _note(f"no cluster runs in {given.data}")
        return 1
    for node in cluster.nodes:
        print(f"{node.name}  {node.url}  process {node.process.pid}  {'runs' if node in cluster.running else 'is gone'}")
    if cluster.urls:
        health = ask(cluster.urls[0], "/_cluster/health")
        print(f"{health['status']}, {health['number_of_nodes']} nodes" if health else "does not answer")
    return 0 if cluster.is_whole else 1


def _note(text: str) -> None:
    print(f"scripts/opensearch: {text}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
