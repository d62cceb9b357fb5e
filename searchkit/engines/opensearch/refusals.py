"""Says what it means when OpenSearch refuses something, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from searchkit.engines.opensearch.place import Place
from searchkit.errors import IndexMissing, StorageError

_BLOCK = re.compile(r"\[[A-Z_]+/(\d+)/([^\]]*)\]")
"""A block in the reason of a cluster_block_exception: "[FORBIDDEN/5/index read-only (api)]"."""
_BLOCKED_INDEX = re.compile(r"index \[([^\]]+)\] blocked")
_MISSING_ALIAS = re.compile(r"require_alias\] request flag is \[true\] and \[([^\]]+)\] is not an alias")
_DISK_BLOCK = 12
_NO_MANAGER_BLOCKS = (1, 2)
_BLOCK_SETTINGS = {
    5: "index.blocks.read_only",
    6: "cluster.blocks.read_only",
    7: "index.blocks.read",
    8: "index.blocks.write",
    9: "index.blocks.metadata",
    10: "cluster.blocks.create_index",
    _DISK_BLOCK: "index.blocks.read_only_allow_delete",
    13: "cluster.blocks.read_only_allow_delete",
}
"""The settings that block, by the numbers of OpenSearch's ClusterBlock."""
_UNAVAILABLE = frozenset(("no_shard_available_action_exception", "unavailable_shards_exception"))
_MISSING_SHARDS = ("all shards failed", "missing shards", "shards unavailable")
_NODE_GONE = frozenset(
    (
        "connect_transport_exception",
        "node_closed_exception",
        "node_disconnected_exception",
        "node_not_connected_exception",
    )
)
"""A node has ended, and the others do not all know it yet. The status is 500."""
_NO_MANAGER = frozenset(("cluster_manager_not_discovered_exception", "master_not_discovered_exception"))
BUSY_STATUSES = (429, 502, 503, 504)
"""What is answered where there is too much to do, by a proxy whose host is gone, and by a host that
has lost its cluster."""
_LASTING = frozenset(("cluster_block_exception", "too_many_buckets_exception"))
"""Refusals with such a status that stay until somebody changes something."""


class RequestRefused(StorageError):
    """The cluster refused a request.

    `status` is that of HTTP, `kind` the type of the error's root cause, such as
    "index_not_found_exception", and `reason` its text; both are "" where the answer has none.
    `error` is what the answer says of the error, as JSON. `is_red`: whether shards are missing that
    no node is bringing back.
    """

    def __init__(self, message: str, status: int, kind: str, reason: str, error: Mapping[str, Any] | None = None) -> None:
        self.status, self.kind, self.reason, self.error = status, kind, reason, dict(error or {})
        self.is_red = False
        super().__init__(message)

    @property
    def is_transient(self) -> bool:
        """See the function; what is red stays so."""
        return not self.is_red and is_transient(self.status, self.kind, self.reason)


class Unanswered(StorageError):
    """A request has no answer of the cluster, though another try may have one: nobody answered, or
    a proxy did. The cluster may have done what was asked.

    `is_transient`: whether it may have one in a moment, because a proxy says so.
    """

    def __init__(self, message: str, *, is_transient: bool = False) -> None:
        self.is_transient = is_transient
        super().__init__(message)


class ArchiveMissing(RequestRefused, IndexMissing):
    """The cluster refused a request because there is no archive, or none any more."""


def explain_refusal(place: Place, asked: str, status: int, error: object, health: str = "") -> RequestRefused:
    """The error for a request, or a part of one, that was refused with a `status` and an `error`,
    which is what OpenSearch puts under that name: ArchiveMissing where the archive's alias is gone.
    `asked` names it, such as "GET /news/_search".

    `health` says of which indices shards are missing, where that is known.
    """
    found = error if isinstance(error, dict) else {"reason": str(error or "")}
    cause = _root_cause(found)
    kind, reason = str(cause.get("type") or ""), str(cause.get("reason") or "")
    if kind == "index_not_found_exception" and cause.get("index") == place.name:
        message = (
            f"{place.text} has no archive any more (no index {place.name}, {asked}); restore it from a snapshot of"
            f' the cluster, or make a new one with: searchkit.open("{place.text}", create=True)'
        )
        return ArchiveMissing(message, status, kind, reason, found)
    if kind == "index_closed_exception":
        index = str(cause.get("index") or place.name)
        message = (
            f"{place.text} cannot answer {asked}: the index {index} is closed. It is opened by:"
            f" curl -X POST '{place.hosts[0]}/{quote(index, safe='')}/_open'"
        )
        return RequestRefused(message, status, kind, reason, found)
    message = f"{place.text} {_describe(place, asked, status, kind, reason, health)}"
    return RequestRefused(message, status, kind, reason, found)


def is_transient(status: int, kind: str, reason: str) -> bool:
    """Whether what was refused may be done in a moment: a node has just gone, shards or a cluster
    manager take over from others, or the cluster has too much to do."""
    if kind == "cluster_block_exception" and _blocks(reason).keys() & set(_NO_MANAGER_BLOCKS):
        return True
    return kind in _NODE_GONE or (status in BUSY_STATUSES and kind not in _LASTING)


def lacks_manager(refused: RequestRefused) -> bool:
    """Whether there is no cluster manager."""
    return refused.kind in _NO_MANAGER


def is_unavailable(refused: RequestRefused) -> bool:
    """Whether nodes or shards are missing: the health of an index may be red."""
    texts = (refused.reason, str(refused.error.get("reason")))
    return refused.kind in _UNAVAILABLE | _NODE_GONE or (
        refused.status == 503 and any(missing in text.lower() for missing in _MISSING_SHARDS for text in texts)
    )


def _root_cause(error: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an error comes from, as far as OpenSearch says it."""
    causes = error.get("root_cause")
    if isinstance(causes, list) and causes and isinstance(causes[0], dict):
        return causes[0]
    inner = error.get("caused_by")
    return _root_cause(inner) if isinstance(inner, dict) else error


def _describe(place: Place, asked: str, status: int, kind: str, reason: str, health: str) -> str:
    """What was refused, why, and what to do."""
    if kind == "cluster_block_exception":
        return _describe_block(place, asked, reason)
    if kind in _NO_MANAGER:
        return _describe_no_manager(asked, reason or kind)
    if alias := _MISSING_ALIAS.search(reason):
        return (
            f"has no index with the alias {alias[1]} any more: somebody removed it, or the alias, while a run wrote there"
            f" ({asked}). What was in it is read again by: searchkit index --check-content"
        )
    if health or kind in _UNAVAILABLE:
        return (
            f"lacks a part of the archive: {health or reason} ({asked}). Nodes that are gone may have it; what is"
            f" missing is shown by: curl '{place.hosts[0]}/_cluster/allocation/explain?pretty'"
        )
    if status == 401:
        return (
            "does not accept the credentials, or needs some; expected a user and a password, or an API key: the settings"
            " opensearch_user and opensearch_password, or opensearch_api_key"
        )
    if status == 403:
        permission = re.search(r"no permissions for \[([^\]]*)\]", reason)
        lacking = f"; it lacks the permission {permission[1]}" if permission else ""
        return f"does not permit {asked} to this user{lacking}"
    if status == 413:
        return f"refused {asked}: the request is larger than http.max_content_length of the cluster (100 MB by default)"
    if kind == "circuit_breaking_exception":
        return (
            f"is short of memory and refused {asked} ({reason}); try again when it has less to do, or give its nodes"
            " more heap (-Xmx in jvm.options)"
        )
    if kind in _NODE_GONE:
        return (
            f"has lost a node that is needed for {asked} ({reason}). Which nodes are left is shown by:"
            f" curl '{place.hosts[0]}/_cat/nodes?v'"
        )
    if status == 429:
        return f"has too much to do and refused {asked} ({reason or kind or 'status 429'}); try again later"
    return f"refused {asked} ({', '.join(filter(None, (kind, f'status {status}')))}): {reason or 'it gave no reason'}"


def _describe_no_manager(asked: str, reason: str) -> str:
    return f"has no cluster manager now and refused {asked} ({reason}); it needs more than half of its manager nodes"


def _blocks(reason: str) -> dict[int, str]:
    """The blocks in the reason of a cluster_block_exception, by their numbers."""
    return {int(number): text for number, text in _BLOCK.findall(reason)}


def _describe_block(place: Place, asked: str, reason: str) -> str:
    """What a cluster_block_exception means. A pasted command resets the setting that blocks."""
    blocks = _blocks(reason)
    if blocks.keys() & set(_NO_MANAGER_BLOCKS):
        return _describe_no_manager(asked, reason)
    setting = next((_BLOCK_SETTINGS[number] for number in blocks if number in _BLOCK_SETTINGS), None)
    if setting is None:
        return f"refused {asked}: {reason}"
    index = _BLOCKED_INDEX.search(reason)
    settings = f"{index[1]}/_settings" if index and setting.startswith("index.") else "_cluster/settings"
    change = (
        f'{{"{setting}": null}}' if index else f'{{"persistent": {{"{setting}": null}}, "transient": {{"{setting}": null}}}}'
    )
    reset = f"curl -X PUT '{place.hosts[0]}/{settings}' -H 'Content-Type: application/json' -d '{change}'"
    if _DISK_BLOCK in blocks:
        return (
            f"is short of disk space and refused {asked}: {setting} is set on {index[1] if index else 'its indices'}"
            f" (flood-stage watermark). Free some space; OpenSearch then resets it, and so does: {reset}"
        )
    return f"refused {asked}: {setting} is set on {index[1] if index else 'the cluster'}. It is reset by: {reset}"
