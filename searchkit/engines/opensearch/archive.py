"""Opens, makes and checks the indexes of an archive on a cluster (see `mapping`), and keeps what is
remembered beside its articles.

An archive is made in this order: the template, the state index with its document `run`, and at last
the index of articles with the alias, in one request. So an alias means that all is there, and what
was interrupted, or is done by several at once, is completed by whoever comes next.
"""

from __future__ import annotations

import random
import re
import shlex
import time
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, Self
from urllib.parse import quote

from searchkit.analysis import ANALYSIS_VERSION, LANGUAGES, snowball_version
from searchkit.engines.base import check_language
from searchkit.engines.opensearch.connection import Cluster, RequestRefused
from searchkit.engines.opensearch.mapping import (
    FORMAT,
    article_index,
    article_template,
    state_content,
    state_index,
    template_name,
)
from searchkit.engines.opensearch.place import Place
from searchkit.engines.opensearch.refusals import is_unavailable
from searchkit.engines.opensearch.searching import MAX_WINDOW, Searcher
from searchkit.errors import CorruptIndex, IndexMismatch, IndexMissing, OptionError, StorageError

DEFAULT_LANGUAGE = "en"
_MAX_TRIES = 50
"""How often the document `run` is read and changed until nobody else changes it meanwhile."""
_SHOWN_FIELDS = 8
_ADD_AGAIN = (
    "add the articles to a new archive, from the files that they came from, or from the field article of each document,"
    " as docs/opensearch.md shows"
)
_SECONDS_TO_MAKE = 20
"""How long the shards of an index that was just made may take to be there."""
_SECONDS_TO_OPEN = 3
"""How long an archive that exists is waited for. Just made by another process, it is soon there."""


class RunState(NamedTuple):
    """The document `run`: the number of the last run that wrote, how many runs that changed
    something are done, a text that whoever changed the document last made up, and its version."""

    number: int
    generation: int
    mark: str
    seq_no: int
    primary_term: int


class ArchiveIndex:
    """The indexes of an archive: the `alias` of those of articles, and the index `state`, as they
    stand in the paths of requests. `searcher` searches the articles. `generation` and
    `article_count` are as of the last `refresh`, `warnings` say what was wrong when it was opened.
    """

    def __init__(self, cluster: Cluster, place: Place, language: str) -> None:
        """Use `open`."""
        self.cluster, self.place, self.language = cluster, place, language
        self.alias = quote(place.name, safe="")
        self.state = quote(state_index(place.name), safe="")
        self.searcher = Searcher(cluster, self.alias)
        self.generation = -1
        self.article_count = 0
        self.warnings: tuple[str, ...] = ()
        self.refresh()

    @classmethod
    def open(
        cls,
        cluster: Cluster,
        place: Place,
        *,
        create: bool = False,
        language: str | None = None,
        shards: int | None = None,
        replicas: int | None = None,
    ) -> Self:
        """Open an archive; with `create` it is made where there is none yet, for articles in
        `language` ("en" if None), with so many `shards` and `replicas` (1 if None). An
        archive that is there keeps its own, and `warnings` say so.

        Raises IndexMissing without `create` where there is no archive, IndexMismatch for one of
        another language, format or analysis and for an index that is not searchkit's, CorruptIndex,
        StorageError and OptionError.
        """
        check_language(language)
        parts = {"shards": _check_number("shards", shards, 1), "replicas": _check_number("replicas", replicas, 0)}
        found = _find_indexes(cluster, place.name)
        begins_anew = False
        if not found and create:
            new = (parts["shards"] or 1, 1 if replicas is None else replicas)
            begins_anew = _create(cluster, place, language or DEFAULT_LANGUAGE, *new)
            found = _find_indexes(cluster, place.name)
        if not found:
            raise IndexMissing(
                f"there is no index at {place.text}; make one with: searchkit index -i {shlex.quote(place.text)}"
                f' or, in Python, searchkit.open("{place.text}", create=True)'
            )
        made_for = _check(cluster, place, found)
        if language is not None and language != made_for:
            raise IndexMismatch(
                f"{place.text} was made for the language {made_for}, not {language}; add the articles to another archive,"
                " made for that language"
            )
        try:
            archive = cls(cluster, place, made_for)
        except RequestRefused as error:
            if not is_unavailable(error):
                raise
            # Perhaps another process is making it now.
            seconds = _SECONDS_TO_MAKE if create else _SECONDS_TO_OPEN
            _wait_for_shards(cluster, (place.name, state_index(place.name)), seconds)
            archive = cls(cluster, place, made_for)
        if begins_anew and archive.read_run().number:
            archive.warnings = (
                f"{place.text}: the articles of this archive were gone; it begins anew, without any. The numbers of runs,"
                " the generation and tombstones go on",
            )
        archive.warnings += _compare_parts(place, found, parts)
        return archive

    def refresh(self) -> bool:
        """Read anew which generation there is, and how many articles; return whether the
        generation is newer. Raises CorruptIndex, StorageError."""
        before = self.generation
        self.generation = self.read_run().generation
        self.article_count = self.count()
        return self.generation > before

    def count(self) -> int:
        """How many articles a search finds now. Raises StorageError."""
        return self.searcher.count({"match_all": {}})

    # What is remembered beside the articles.

    def read_run(self) -> RunState:
        """The document `run`. Raises CorruptIndex where it is missing or has other content, and
        StorageError."""
        try:
            found = self.cluster.request("GET", f"/{self.state}/_doc/run")
        except RequestRefused as error:
            if error.status != 404:
                raise
            raise CorruptIndex(
                state_index(self.place.name),
                f"the index or its document run is missing, though the articles of {self.place.text} are there; restore it"
                " from a snapshot of the cluster, or add the articles to a new archive",
            ) from error
        source = found.get("_source", {})
        content = source.get("content")
        mark = content.get("mark") if isinstance(content, dict) else None  # it tells only our own change
        number, generation = source.get("number"), source.get("generation")
        if not (isinstance(number, int) and isinstance(generation, int)):
            raise CorruptIndex(
                state_index(self.place.name),
                f"expected whole numbers as number and generation of its document run; found {number!r} and {generation!r};"
                " restore it from a snapshot of the cluster, or add the articles to a new archive",
            )
        return RunState(number, generation, str(mark or ""), found["_seq_no"], found["_primary_term"])

    def begin_run(self) -> int:
        """Take the number of a new run, which is greater than those of all runs before. Raises
        CorruptIndex, StorageError."""
        return self._change_run(begins=True).number

    def finish_run(self) -> int:
        """Count a run that changed something; return the generation. Raises CorruptIndex,
        StorageError."""
        return self._change_run(begins=False).generation

    def _change_run(self, *, begins: bool) -> RunState:
        """Add 1 to the number of the last run, or to the generation, by compare-and-set."""
        mark = uuid.uuid4().hex
        for attempt in range(_MAX_TRIES):
            before = self.read_run()
            if before.mark == mark:  # the answer was lost, and what was sent again was refused
                return before
            number, generation = before.number + begins, before.generation + (not begins)
            version = {"if_seq_no": before.seq_no, "if_primary_term": before.primary_term}
            body = {"kind": "run", "number": number, "generation": generation, "content": {"mark": mark}}
            try:
                self.cluster.request("PUT", f"/{self.state}/_doc/run", params=version, body=body)
            except RequestRefused as error:
                if error.status != 409:
                    raise
                time.sleep(random.uniform(0, 0.01 * (attempt + 1)))  # noqa: S311 (no secret)
                continue
            return before._replace(number=number, generation=generation)
        raise StorageError(f"{self.place.text}: other processes change the document run of {self.state} all the time")

    def tombstones(self) -> dict[str, str | None]:
        """The ids of deleted articles, which runs leave out, and the origin of each. Raises
        CorruptIndex, StorageError."""
        body = {"query": {"term": {"kind": "tombstone"}}, "sort": ["id"]}
        found = (hit["_source"] for hits in Searcher(self.cluster, self.state).scan(body, MAX_WINDOW) for hit in hits)
        try:
            return {source["id"]: source.get("origin", "") for source in found}
        except KeyError as error:
            raise CorruptIndex(state_index(self.place.name), "a tombstone in it has no id; delete that document") from error


def _check_number(name: str, value: object, least: int) -> int | None:
    """A number of shards or replicas, if one is given. Raises OptionError."""
    if value is None or (type(value) is int and value >= least):
        return value
    raise OptionError(f"{name} must be a whole number of {least} or more; found {value!r}")


def _compare_parts(place: Place, found: Mapping[str, Any], wanted: Mapping[str, int | None]) -> tuple[str, ...]:
    """What is to be said of the numbers of shards and replicas that an archive has, where others
    are wanted."""
    warnings = []
    for name, number in wanted.items():
        has = sorted({int(content["settings"]["index"][f"number_of_{name}"]) for content in found.values()})
        if number is not None and has != [number]:
            there = " and ".join(map(str, has))
            warnings.append(f"{place.text} has {name}={there}, and not {number}: {name} is for new archives only")
    return tuple(warnings)


def _path(name: str) -> str:
    """The path of what has a name."""
    return f"/{quote(name, safe='')}"


def _find_indexes(cluster: Cluster, name: str) -> dict[str, Any]:
    """The indexes that a name stands for, with the `_meta` of their mappings; none where there is
    no such name."""
    # Each index has these settings, so none is left out because the filter leaves nothing of it.
    shown = {"filter_path": "*.mappings._meta,*.settings.index.number_of_*"}
    try:
        found: dict[str, Any] = cluster.request("GET", _path(name), params=shown)
    except RequestRefused as error:
        if error.status == 404:
            return {}
        raise
    return found


def _check(cluster: Cluster, place: Place, found: Mapping[str, Any]) -> str:
    """Check that indexes are those of an archive which this installation can search; return its
    language. Raises IndexMismatch, CorruptIndex."""
    languages = set()
    for index, content in found.items():
        made = content.get("mappings", {}).get("_meta", {}).get("searchkit")
        if index == place.name or not isinstance(made, dict):
            raise IndexMismatch(_describe_foreign(cluster, place, index))
        _check_version(place, index, made)
        languages.add(made.get("language"))
    if len(languages) != 1 or not languages <= LANGUAGES.keys():
        raise CorruptIndex(
            ", ".join(sorted(found)), f"expected mappings of one known language; found {', '.join(map(repr, languages))}"
        )
    return str(languages.pop())


def _check_version(place: Place, index: str, made: Mapping[str, Any]) -> None:
    """Raise IndexMismatch for another format, or another analysis."""
    found = made.get("format")
    if found != FORMAT:
        if isinstance(found, int) and found > FORMAT:
            raise IndexMismatch(f"{place.text}: {index} has format {found}, newer than {FORMAT}: install a newer searchkit")
        raise IndexMismatch(f"{place.text}: {index} has format {found}, which this version no longer reads; {_ADD_AGAIN}")
    here, there = (ANALYSIS_VERSION, snowball_version()), (made.get("analysis_version"), made.get("snowball_version"))
    if here != there:
        is_newer = (isinstance(there[0], int) and there[0] > here[0]) or _numbers(there[1]) > _numbers(here[1])
        advice = "install a newer searchkit, or " if is_newer else ""
        raise IndexMismatch(
            f"{place.text}: {index} was made with analysis {there[0]} and Snowball {there[1]}; installed are {here[0]} and"
            f" {here[1]}, which read some words differently; {advice}{_ADD_AGAIN}"
        )


def _numbers(version: object) -> list[int]:
    """A version such as "3.0.1", so that the newer one is greater."""
    return [int(number) for number in re.findall(r"\d+", str(version))]


def _describe_foreign(cluster: Cluster, place: Place, index: str) -> str:
    """The message about an index that is not searchkit's."""
    answer = cluster.request("GET", f"{_path(index)}/_mapping")
    fields = sorted(answer[index]["mappings"].get("properties", {}))
    shown = ", ".join(fields[:_SHOWN_FIELDS]) + (", ..." if len(fields) > _SHOWN_FIELDS else "")
    return (
        f"{place.text}: {place.name} has a foreign mapping; expected an alias of indexes that searchkit made (with"
        f' "searchkit" in the "_meta" of their mappings), found the index {index} with {"the fields " * bool(fields)}'
        f"{shown or 'no fields'}; choose another name for the archive"
    )


def _create(cluster: Cluster, place: Place, language: str, shards: int, replicas: int) -> bool:
    """Make the indexes of an archive, or those that are missing; return whether the articles were
    missing beside a state that was there.

    What was made is removed again where something fails. Raises IndexMismatch, StorageError.
    """
    name, index = place.name, article_index(place.name, 1)
    made = _find_indexes(cluster, index)
    if made and not _find_indexes(cluster, name):  # somebody removed the alias
        _check(cluster, place, made)
        cluster.request("PUT", f"{_path(index)}/_alias{_path(name)}")
    if made:
        return False
    template = article_template(name, language, shards, replicas)
    made_here: list[str] = []
    try:
        if _put_template(cluster, place, template):
            made_here.append(f"/_index_template{_path(template_name(name))}")
        state = _path(state_index(name))
        has_state = not _make_index(cluster, place, state_index(name), state_content(replicas))
        if has_state:
            cluster.request("PUT", f"{state}/_settings", body={"index.number_of_replicas": replicas})
        else:
            made_here.append(state)
        _make_run(cluster, state)
        # With all that the template has: another process may be removing it.
        return _make_index(cluster, place, index, {**template["template"], "aliases": {name: {}}}) and has_state
    except StorageError:
        with suppress(StorageError):
            if not _find_indexes(cluster, name):  # else another process made the archive meanwhile
                for path in reversed(made_here):
                    cluster.request("DELETE", path)
        raise


def _make_index(cluster: Cluster, place: Place, index: str, content: Mapping[str, Any]) -> bool:
    """Make an index, if it is not there yet, and wait for its shards; return whether it was made.
    Raises StorageError; where no node takes the shards, an index that was made is removed."""
    params = {"timeout": f"{_SECONDS_TO_MAKE}s"}
    try:
        answer = cluster.request("PUT", _path(index), params=params, body=content, timeout=2 * _SECONDS_TO_MAKE)
        is_made, is_there = True, bool(answer["shards_acknowledged"])
    except RequestRefused as error:
        if error.kind != "resource_already_exists_exception":
            raise
        is_made, is_there = False, _wait_for_shards(cluster, (index,), _SECONDS_TO_MAKE)
    if is_there:
        return is_made
    why = _explain_allocation(cluster, place, index)
    if is_made:
        with suppress(StorageError):
            cluster.request("DELETE", _path(index))
    raise StorageError(
        f"{place.text}: no node of the cluster takes the shards of the index {index}, after"
        f" {_SECONDS_TO_MAKE} seconds: {why}"
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


def _wait_for_shards(cluster: Cluster, names: Iterable[str], seconds: float) -> bool:
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


def _put_template(cluster: Cluster, place: Place, template: Mapping[str, Any]) -> bool:
    """Write the template of an archive, except over one that is not searchkit's; return whether
    there was none before."""
    path = f"/_index_template{_path(template_name(place.name))}"
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
    cluster.request("PUT", path, body=template)
    return is_new
