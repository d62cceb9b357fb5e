"""Finds what is wrong with the indexes of an archive, whatever is in their documents: aliases,
mappings, settings, shards that are missing."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from searchkit.analysis import LANGUAGES
from searchkit.engines.opensearch.archive import ArchiveIndex, check_format
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.creation import path_to, wait_for_shards
from searchkit.engines.opensearch.mapping import (
    PARTITIONS,
    ArchiveSettings,
    article_index,
    article_indexes,
    article_mapping,
    article_template,
    parse_article_index,
    replaced_alias,
    state_content,
    state_index,
    write_alias,
)
from searchkit.engines.opensearch.place import Place
from searchkit.errors import IndexMismatch

_DYNAMIC = ("gc_deletes", "max_regex_length")
"""The settings that can be changed while an index is open."""
_SECONDS_TO_WAIT = 2
"""How long a shard that is just made, or moved, is waited for."""
_SHOWN = 3
"""So many differences of a mapping are named."""
_SHOWN_CHARACTERS = 60


class MendingRequest(NamedTuple):
    """A request that mends a fault."""

    method: str
    path: str
    body: Mapping[str, Any]


class IndexFault(NamedTuple):
    """What is wrong with an index. `mending` repairs it, if a request can. Where it `blocks`, the
    documents cannot be checked. One that `may_pass` is no fault while a run writes."""

    path: str
    reason: str
    mending: MendingRequest | None = None
    blocks: bool = False
    may_pass: bool = False


class Inspection(NamedTuple):
    """The indexes of an archive: their settings (None where they cannot be told), their number, the
    shards of each by its part, and whether there is one of what is remembered beside articles.
    `warnings` say what is no fault, and yet worth knowing."""

    settings: ArchiveSettings | None
    number: int
    parts: Mapping[str, int]
    has_state: bool
    faults: tuple[IndexFault, ...]
    warnings: tuple[str, ...]

    @property
    def is_readable(self) -> bool:
        """Whether the documents can be checked."""
        return self.settings is not None and not any(fault.blocks for fault in self.faults)


def inspect_indexes(cluster: Cluster, place: Place) -> Inspection:
    """Look at the indexes of an archive, also of one that cannot be opened.

    Raises IndexMissing where there is none, IndexMismatch where something else has its name, and
    StorageError.
    """
    name = place.name
    names = (name, article_indexes(name), write_alias_pattern(name), state_index(name))
    path = f"/{','.join(quote(one, safe='*') for one in names)}"
    found = cluster.request("GET", path, params={"expand_wildcards": "all", "ignore_unavailable": True})
    return _Inspector(cluster, place, found).inspect()


def write_alias_pattern(name: str) -> str:
    """A pattern of the aliases by which indexes of articles are written."""
    return f"{name}-searchkit-write-*"


class _Inspector:
    """One look at the indexes that were `found`, with all that the cluster says of them."""

    def __init__(self, cluster: Cluster, place: Place, found: dict[str, Any]) -> None:
        self._cluster, self._place, self._name = cluster, place, place.name
        self._state = found.pop(state_index(place.name), None)
        self._found = found
        self._ours = {
            index: parsed
            for index, content in found.items()
            if (parsed := parse_article_index(self._name, index)) is not None and _made_with(content) is not None
        }
        self._faults: list[IndexFault] = []
        self._warnings: list[str] = []

    def inspect(self) -> Inspection:
        """See `inspect_indexes`."""
        if not self._ours:
            if self._state is None or self._foreign():
                ArchiveIndex.open(self._cluster, self._place)  # it says what is there instead
            self._add(
                article_indexes(self._name),
                "no index of articles is there, though that of roots and deletions is; an archive without articles, that"
                " reads the files of all roots anew, is made by:"
                f" searchkit index -i {shlex.quote(self._place.text)}",
                blocks=True,
            )
            return Inspection(None, 0, {}, True, tuple(self._faults), ())
        number = self._choose_number()
        indexes = sorted(index for index, (its_number, _) in self._ours.items() if its_number == number)
        settings = self._choose_settings(indexes)
        for index in indexes:
            self._check_aliases(index, *self._ours[index])
            if settings is not None:
                self._check_content(index, article_mapping(settings), article_template(self._name, settings)["template"])
        self._check_stray_aliases()
        self._check_state()
        self._check_shards(indexes)
        parts = {self._ours[index][1]: int(_settings_of(self._found[index])["number_of_shards"]) for index in indexes}
        has_state = self._state is not None
        return Inspection(settings, number, parts, has_state, tuple(self._faults), tuple(self._warnings))

    def _add(self, path: str, reason: str, **options: Any) -> None:
        self._faults.append(IndexFault(path, reason, **options))

    def _foreign(self) -> list[str]:
        """The indexes that searches would find, and that are not of the archive."""
        under = (index for index, content in self._found.items() if self._name in (index, *content["aliases"]))
        return sorted(index for index in under if index not in self._ours)

    # Which indexes belong together.

    def _choose_number(self) -> int:
        """The number of the indexes that searches are to find."""
        name = self._name
        for index in self._foreign():
            self._add(
                index,
                f"it is found under the name {name}, and is no index of searchkit's; take the alias away with:"
                f" {self._curl_alias('remove', index)}",
                blocks=True,
            )
        visible = {index for index in self._ours if name in self._found[index]["aliases"]}
        candidates = visible or {index for index in self._ours if replaced_alias(name) not in self._found[index]["aliases"]}
        numbers = {self._ours[index][0] for index in candidates or self._ours}
        # Those of a rebuild that was cut off have a greater number, and no alias yet.
        number = max(numbers) if visible else min(numbers)
        for index in sorted(visible):
            if self._ours[index][0] != number:
                self._add(
                    index,
                    f"it has the number {self._ours[index][0]}, and others under the alias {name} have {number}: they are of"
                    " different rebuilds. Take the alias away from those that do not belong there, with:"
                    f" {self._curl_alias('remove', index)}",
                    blocks=True,
                )
        return number

    def _choose_settings(self, indexes: list[str]) -> ArchiveSettings | None:
        """The settings that most indexes were made with."""
        made = {index: _made_with(self._found[index]) or {} for index in indexes}
        for index in indexes:
            try:
                check_format(self._place, index, made[index])
            except IndexMismatch as mismatch:
                self._add(index, str(mismatch), blocks=True)
        pairs = {index: (one.get("language"), one.get("partition", "none")) for index, one in made.items()}
        chosen = Counter(pairs.values()).most_common(1)[0][0]
        language, partition = chosen
        for index in indexes:
            if pairs[index] != chosen:
                self._add(
                    index,
                    f"it was made for the language {pairs[index][0]!r} and the partition {pairs[index][1]!r}, and others for"
                    f" {language!r} and {partition!r}; {self._rebuild()}",
                    blocks=True,
                )
        if language not in LANGUAGES or partition not in PARTITIONS:
            self._add(
                indexes[0],
                f"expected a known language and partition in its mapping; found {language!r} and {partition!r};"
                f" {self._rebuild()}",
                blocks=True,
            )
            return None
        layout = _settings_of(self._found[indexes[0]])
        return ArchiveSettings(language, int(layout["number_of_shards"]), int(layout["number_of_replicas"]), partition)

    # Aliases.

    def _check_aliases(self, index: str, number: int, part: str) -> None:
        aliases = self._found[index]["aliases"]
        if self._name not in aliases:
            self._add(
                index,
                f"it lacks the alias {self._name}: no search finds its articles; add it with:"
                f" {self._curl_alias('add', index)}",
                mending=_change_alias("add", index, self._name),
                may_pass=True,
            )
        elif limits := {"filter", "search_routing"} & aliases[self._name].keys():
            self._add(
                index,
                f"its alias {self._name} has a {min(limits)}, so that searches do not find all of its articles; put it anew"
                f" with: {self._curl_alias('add', index)}",
                mending=_change_alias("add", index, self._name),
            )
        own = write_alias(self._name, number, part)
        if own not in aliases:
            self._add(index, f"it lacks the alias {own}, by which it is written", mending=_change_alias("add", index, own))

    def _check_stray_aliases(self) -> None:
        """Aliases for writing that several indexes have, so that the cluster refuses to write."""
        owners = {write_alias(self._name, *parsed): index for index, parsed in self._ours.items()}
        for index in sorted(self._found):
            for alias in sorted(self._found[index]["aliases"]):
                if alias in owners and owners[alias] != index:
                    self._add(
                        index,
                        f"it has the alias {alias}, by which {owners[alias]} is written",
                        mending=_change_alias("remove", index, alias),
                    )

    def _curl_alias(self, kind: str, index: str) -> str:
        change = f'{{"actions": [{{"{kind}": {{"index": "{index}", "alias": "{self._name}"}}}}]}}'
        return f"curl -X POST '{self._place.hosts[0]}/_aliases' -H 'Content-Type: application/json' -d '{change}'"

    def _rebuild(self) -> str:
        return f"rebuild the archive with: searchkit index --rebuild -i {shlex.quote(self._place.text)}"

    # Mappings and settings.

    def _check_state(self) -> None:
        """The index of what is remembered beside articles."""
        index = state_index(self._name)
        if self._state is None:
            self._add(
                index,
                "it is missing: roots, deletions and the number of the last run are lost, and nothing can be written."
                " Restore it from a snapshot of the cluster, or add the articles to a new archive",
            )
            return
        self._found[index] = self._state
        expected = state_content(0)
        self._check_content(
            index, expected["mappings"], expected, advice="restore it from a snapshot of the cluster", blocks=False
        )

    def _check_content(
        self, index: str, mapping: Mapping[str, Any], made_with: Mapping[str, Any], *, advice: str = "", blocks: bool = True
    ) -> None:
        """The mapping of an index, and the settings that matter."""
        advice = advice or self._rebuild()
        content, path = self._found[index], path_to(index)
        settings = _settings_of(content)
        if "verified_before_close" in settings:
            self._add(index, f"it is closed; open it with: curl -X POST '{self._place.hosts[0]}{path}/_open'", blocks=True)
        differences = list(_compare(_without_meta(mapping), _without_meta(content["mappings"])))
        if differences:
            shown = "; ".join(text for text, _ in differences[:_SHOWN])
            more = f"; and {len(differences) - _SHOWN:,} more" if len(differences) > _SHOWN else ""
            self._add(
                index,
                f"its mapping is not as it was made: {shown}{more}; {advice}",
                blocks=blocks and not all(is_extra for _, is_extra in differences),
            )
        expected = {key.removeprefix("index."): value for key, value in made_with["settings"].items()}
        for key in ("analysis", *_DYNAMIC):
            wanted, found = _as_text(expected.get(key)), settings.get(key)
            if wanted is None or wanted == found:
                continue
            if key in _DYNAMIC:
                request = MendingRequest("PUT", f"{path}/_settings", {f"index.{key}": expected[key]})
                reason = f"its setting index.{key} is {_show(found)}, and not {_show(wanted)}"
                self._add(index, reason, mending=request)
            else:
                where = "; ".join(text for text, _ in list(_compare(wanted, found or {}))[:_SHOWN])
                self._add(index, f"its setting index.{key} is not as it was made: {where}; {advice}")

    # Shards.

    def _check_shards(self, indexes: list[str]) -> None:
        """Whether all shards are there, and as many copies of them as were asked for."""
        open_indexes = [
            index
            for index in (*indexes, *([state_index(self._name)] if self._state is not None else ()))
            if "verified_before_close" not in _settings_of(self._found[index])
        ]
        if not open_indexes:
            return
        number = self._ours[indexes[0]][0]
        names = [f"{article_index(self._name, number)}*"]
        if self._state is not None:
            names.append(state_index(self._name))
        wait_for_shards(self._cluster, names, _SECONDS_TO_WAIT)  # of an index that was made just now
        path = f"/_cluster/health/{','.join(quote(one, safe='*') for one in names)}"
        health = self._cluster.request("GET", path, params={"level": "indices"})["indices"]
        lacking = []
        for index in open_indexes:
            found = health.get(index)
            if found is None:
                continue
            if found["status"] == "red":
                self._add(
                    index,
                    f"{found['active_primary_shards']} of {found['number_of_shards']} shards are there. Nodes that are gone"
                    " may have the others; what is missing is shown by:"
                    f" curl '{self._place.hosts[0]}/_cluster/allocation/explain?pretty'",
                    blocks=True,
                )
            elif found["status"] == "yellow":
                wanted = found["number_of_shards"] * (1 + found["number_of_replicas"])
                lacking.append(f"{index} ({found['active_shards']} of {wanted})")
        if lacking:
            shown = ", ".join(lacking[:_SHOWN]) + (", ..." if len(lacking) > _SHOWN else "")
            self._warnings.append(
                f"{self._place.text}: there are fewer copies of shards than were asked for, of {shown}; nothing is missing,"
                " but articles are lost if the only node that has them is lost"
            )


def _made_with(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a mapping says of how searchkit made it; None for a foreign one."""
    made = content.get("mappings", {}).get("_meta", {}).get("searchkit")
    return made if isinstance(made, dict) else None


def _settings_of(content: Mapping[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = content["settings"]["index"]
    return settings


def _change_alias(kind: str, index: str, alias: str) -> MendingRequest:
    return MendingRequest("POST", "/_aliases", {"actions": [{kind: {"index": index, "alias": alias}}]})


def _without_meta(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if key != "_meta"}


def _compare(expected: Any, found: Any, where: str = "") -> Iterator[tuple[str, bool]]:
    """Where two parts of a mapping differ, and whether the second only has something more."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in sorted(expected.keys() | found.keys()):
            yield from _compare(expected.get(key), found.get(key), f"{where}.{key}" if where else key)
    elif expected is None:
        yield f"{where} is {_show(found)}, and should not be there", True
    elif found is None:
        yield f"{where} is missing", False
    elif expected != found:
        yield f"{where} is {_show(found)}, and not {_show(expected)}", False


def _show(value: object) -> str:
    """A value in a message, perhaps shortened."""
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def _as_text(value: Any) -> Any:
    """A setting as a cluster says it: everything but lists and objects is text."""
    if isinstance(value, Mapping):
        return {key: _as_text(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    return value if value is None or isinstance(value, str) else str(value).lower()
