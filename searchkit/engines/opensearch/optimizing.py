"""Merges the segments of an archive in a cluster, so that each shard has one (a force-merge).

A cluster keeps what was deleted for a while, so that a copy of a shard that was away can catch up,
and merges nothing of it away meanwhile: about half a minute, while all copies are there. It is
waited for, for deleted articles count in scores.

No lease is needed: a merge changes no document, and the cluster merges beside writers all the time.
"""

from __future__ import annotations

import time
from typing import Any

from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import MAX_TIMEOUT, Cluster, RequestRefused, Unanswered
from searchkit.engines.opensearch.creation import find_indexes, path_to
from searchkit.engines.opensearch.listing import measure
from searchkit.errors import StorageError
from searchkit.indexing.lock import check_wait

RELEASE_SECONDS = 65.0
"""How long a cluster is waited for that still keeps what was deleted. It looks every 30 seconds
which operations all copies of a shard have."""
_FIRST_DELAY, _MAX_DELAY = 0.05, 2.0
"""Seconds until the cluster is asked again."""
_FLUSH_SECONDS = 600.0
_MAX_TRIES = 3


def optimize(archive: ArchiveIndex, wait: float = 0) -> int:
    """Merge the segments of each shard into one; return how many there are then.

    `wait` is checked, and not needed. Raises OptionError for a `wait` that is no number of seconds,
    and StorageError.
    """
    check_wait(wait)
    cluster = archive.cluster
    _release_deleted(cluster, archive.alias)
    for index in sorted(find_indexes(cluster, archive.place.name)):
        _merge(cluster, index)
    # Searches find the new segments, also where no search has asked for a while.
    cluster.request("POST", f"/{archive.alias}/_refresh", idempotent=True)
    return measure(archive.searcher)[1]


def _release_deleted(cluster: Cluster, alias: str) -> None:
    """Wait until the cluster has let go of what was deleted so far, so that a merge removes it.
    Where a copy of a shard is away for longer, it stays."""
    cluster.request("POST", f"/{alias}/_flush", params={"wait_if_ongoing": True}, timeout=_FLUSH_SECONDS, idempotent=True)
    until = time.monotonic() + RELEASE_SECONDS
    kept = {shard: last for shard, (last, _) in _read_history(cluster, alias).items()}
    while kept and time.monotonic() < until:
        history = _read_history(cluster, alias)
        kept = {shard: last for shard, last in kept.items() if history.get(shard, (0, last + 1))[1] <= last}
        if kept:
            time.sleep(_MAX_DELAY)


def _read_history(cluster: Cluster, alias: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Of each shard (index and number) of the indexes that have deleted documents: the number of
    its last operation, and of the first that is kept."""
    shown = "indices.*.primaries.docs.deleted,indices.*.shards.*.seq_no,indices.*.shards.*.retention_leases"
    answer = cluster.request("GET", f"/{alias}/_stats/docs", params={"level": "shards", "filter_path": shown})
    history = {}
    for index, stats in answer.get("indices", {}).items():
        if stats["primaries"]["docs"]["deleted"]:
            for number, copies in stats["shards"].items():
                leases = [lease for copy in copies for lease in copy["retention_leases"].get("leases", ())]
                last = max(copy["seq_no"]["max_seq_no"] for copy in copies)
                history[index, number] = last, min((lease["retaining_seq_no"] for lease in leases), default=last + 1)
    return history


def _merge(cluster: Cluster, index: str) -> None:
    """Merge the segments of an index, however long that takes."""
    path = f"{path_to(index)}/_forcemerge"
    try:
        answer = cluster.request("POST", path, params={"max_num_segments": 1, "wait_for_completion": False})
    except RequestRefused as error:
        if error.status != 400 or "wait_for_completion" not in error.reason:
            raise
        answer = _merge_in_one_request(cluster, index, path)
    else:
        answer = _await_task(cluster, answer["task"])
    failures = answer["_shards"].get("failures") or ()
    if failures:
        reason = failures[0].get("reason") or {}
        raise StorageError(
            f"{cluster.place.text}: {len(failures)} shard{'s' * (len(failures) > 1)} of {index} could not be merged"
            f" ({reason.get('reason') or reason}); articles are as they were"
        )


def _await_task(cluster: Cluster, task: str) -> Any:
    """What a task of the cluster answers when it is done. Raises StorageError where it failed."""
    delay = _FIRST_DELAY
    while True:
        found = cluster.request("GET", f"/_tasks/{task}")
        if found["completed"]:
            break
        time.sleep(delay)
        delay = min(2 * delay, _MAX_DELAY)
    if "error" in found:
        raise StorageError(f"{cluster.place.text} could not merge segments: {found['error'].get('reason')}")
    return found["response"]


def _merge_in_one_request(cluster: Cluster, index: str, path: str) -> Any:
    """The same for OpenSearch before 2.7, which makes no task of it that could be asked for. A
    proxy that does not wait for the answer ends the request, and not the merge."""
    tries_left = _MAX_TRIES
    while True:
        try:
            return cluster.request("POST", path, params={"max_num_segments": 1}, timeout=MAX_TIMEOUT)
        except Unanswered:
            tries_left -= 1
            if not tries_left:
                raise
        while _is_merging(cluster, index):
            time.sleep(_MAX_DELAY)


def _is_merging(cluster: Cluster, index: str) -> bool:
    params = {"actions": "indices:admin/forcemerge", "detailed": True}
    nodes = cluster.request("GET", "/_tasks", params=params).get("nodes", {})
    return any(f"[{index}]" in task["description"] for node in nodes.values() for task in node["tasks"].values())
