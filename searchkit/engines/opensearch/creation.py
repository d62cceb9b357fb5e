"""Makes the indexes of an archive on a cluster (see `mapping`).

An archive is made in this order: the template, the state index with its document `run`, and at last
the index of articles with the alias, in one request. So an alias means that all is there, and what
was interrupted, or is done by several at once, is completed by whoever comes next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from searchkit.engines.opensearch.connection import Cluster, RequestRefused
from searchkit.engines.opensearch.mapping import (
    ArchiveSettings,
    article_index,
    article_template,
    first_part,
    state_content,
    state_index,
    template_name,
    write_alias,
)
from searchkit.engines.opensearch.place import Place
from searchkit.errors import IndexMismatch, StorageError

SECONDS_TO_MAKE = 20
"""How long the shards of an index that was just made may take to be there."""


def path_to(name: str) -> str:
    """The path of what has a name."""
    return f"/{quote(name, safe='')}"


def find_indexes(cluster: Cluster, name: str) -> dict[str, Any]:
    """The indexes that a name or a pattern stands for, with the `_meta` of their mappings, their
    numbers of shards and replicas, and their aliases; none where there is no such name."""
    # Each index has these settings, so none is left out because the filter leaves nothing of it.
    shown = {
        "filter_path": "*.mappings._meta,*.settings.index.number_of_*,*.aliases",
        "cluster_manager_timeout": cluster.own_timeout,
    }
    try:
        found: dict[str, Any] = cluster.request("GET", path_to(name), params=shown)
    except RequestRefused as error:
        if error.status == 404:
            return {}
        raise
    return found


def create_archive(cluster: Cluster, place: Place, settings: ArchiveSettings) -> bool:
    """Make the indexes of an archive, or those that are missing; return whether the articles were
    missing beside a state that was there.

    What was made is removed again where something fails. Raises IndexMismatch, StorageError.
    """
    name = place.name
    made_here: list[str] = []
    try:
        if put_template(cluster, place, settings):
            made_here.append(f"/_index_template{path_to(template_name(name))}")
        state = path_to(state_index(name))
        has_state = not make_index(cluster, place, state_index(name), state_content(settings.replicas))
        if has_state:
            set_replicas(cluster, state_index(name), settings.replicas)
        else:
            made_here.append(state)
        _make_run(cluster, state)
        return make_article_index(cluster, place, settings, 1, first_part(settings.partition)) and has_state
    except StorageError:
        with suppress(StorageError):
            if not find_indexes(cluster, name):  # else another process made the archive meanwhile
                for path in reversed(made_here):
                    cluster.request("DELETE", path)
        raise


def set_replicas(cluster: Cluster, index: str, count: int) -> None:
    """Change how many copies of its shards an index has. Raises StorageError."""
    cluster.request("PUT", f"{path_to(index)}/_settings", body={"index.number_of_replicas": count})


def add_aliases(cluster: Cluster, aliases: Iterable[tuple[str, str]]) -> None:
    """Give indexes aliases that they lack: pairs of an index and an alias. Raises StorageError."""
    actions = [{"add": {"index": index, "alias": alias}} for index, alias in aliases]
    if actions:
        cluster.request("POST", "/_aliases", body={"actions": actions}, idempotent=True)


def remove_indexes(cluster: Cluster, indexes: Iterable[str]) -> None:
    """Remove indexes, all in one step. Raises StorageError."""
    actions = [{"remove_index": {"index": index}} for index in indexes]  # not by DELETE: a path takes few names
    if actions:
        cluster.request("POST", "/_aliases", body={"actions": actions})


def make_article_index(
    cluster: Cluster, place: Place, settings: ArchiveSettings, number: int, part: str, *, is_visible: bool = True
) -> bool:
    """Make an index of articles, if it is not there yet; return whether it was made. Searches find
    what is in it if it `is_visible`. Raises StorageError."""
    name = place.name
    aliases: dict[str, Any] = {write_alias(name, number, part): {}} | ({name: {}} if is_visible else {})
    # With all that the template has: another process may be removing it.
    content = article_template(name, settings)["template"] | {"aliases": aliases}
    return make_index(cluster, place, article_index(name, number, part), content)


def make_index(cluster: Cluster, place: Place, index: str, content: Mapping[str, Any]) -> bool:
    """Make an index, if it is not there yet, and wait for its shards; return whether it was made.
    Raises StorageError; where no node takes the shards, an index that was made is removed."""
    params = {"timeout": f"{SECONDS_TO_MAKE}s"}
    try:
        answer = cluster.request("PUT", path_to(index), params=params, body=content, timeout=2 * SECONDS_TO_MAKE)
        is_made, is_there = True, bool(answer["shards_acknowledged"])
    except RequestRefused as error:
        if error.kind != "resource_already_exists_exception":
            raise
        is_made, is_there = False, wait_for_shards(cluster, (index,), SECONDS_TO_MAKE)
    if is_there:
        return is_made
    why = _explain_allocation(cluster, place, index)
    if is_made:
        with suppress(StorageError):
            cluster.request("DELETE", path_to(index))
    raise StorageError(
        f"{place.text}: no node of the cluster takes the shards of the index {index}, after {SECONDS_TO_MAKE} seconds: {why}"
    )


def _explain_allocation(cluster: Cluster, place: Place, index: str) -> str:
    """Why no node takes the first shard of an index, in the words of the cluster."""
    asked = {"index": index, "shard": 0, "primary": True}
    with suppress(StorageError):
        answer = cluster.request("POST", "/_cluster/allocation/explain", body=asked, idempotent=True)
        deciders = [each for node in answer.get("node_allocation_decisions", ()) for each in node.get("deciders", ())]
        for explained in (*deciders, {"explanation": answer.get("allocate_explanation")}):
            if explained.get("explanation"):
                return str(explained["explanation"])
    return f"what is missing is shown by: curl '{place.hosts[0]}/_cluster/allocation/explain?pretty'"


def wait_for_shards(cluster: Cluster, names: Iterable[str], seconds: float) -> bool:
    """Wait for the first copies of the shards of indexes; return whether they are there."""
    path = f"/_cluster/health/{','.join(quote(name, safe='') for name in names)}"
    # An index is "yellow" while its first shards are made.
    params = {"wait_for_no_initializing_shards": True, "wait_for_status": "yellow", "timeout": f"{seconds}s"}
    try:
        cluster.request("GET", path, params=params, timeout=2 * seconds)
    except RequestRefused as error:
        if error.status != 408:
            raise
        return False
    return True


def _make_run(cluster: Cluster, state: str) -> None:
    """Write the first document `run`, if there is none yet."""
    first = {"kind": "run", "number": 0, "generation": 0, "content": {"mark": ""}}
    try:
        cluster.request("PUT", f"{state}/_create/run", body=first)
    except RequestRefused as error:
        if error.kind != "version_conflict_engine_exception":
            raise


def put_template(cluster: Cluster, place: Place, settings: ArchiveSettings) -> bool:
    """Write the template of an archive, except over one that is not searchkit's; return whether
    there was none before."""
    path = f"/_index_template{path_to(template_name(place.name))}"
    is_new = False
    try:
        found = cluster.request("GET", path)["index_templates"][0]["index_template"]
    except RequestRefused as error:
        if error.status != 404:
            raise
        is_new = True
    else:
        meta = found.get("template", {}).get("mappings", {}).get("_meta", {})
        if "searchkit" not in meta:
            raise IndexMismatch(
                f"{place.text}: the cluster has an index template {template_name(place.name)} that searchkit did not make,"
                f" for {', '.join(found.get('index_patterns', []))}; remove it, or choose another name for the archive"
            )
    cluster.request("PUT", path, body=article_template(place.name, settings))
    return is_new
